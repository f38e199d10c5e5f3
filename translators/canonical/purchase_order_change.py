"""The change or cancellation of an order: X12 860 and 875 as change, EDIFACT ORDCHG, UBL OrderChange and OrderCancellation."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Purpose, reference_keys
from translators.canonical.order import OrderHeader, OrderLine
from translators.canonical.parts import Item, Part, Period, Price, Quantity


class LineAction(StrEnum):
    """What becomes of an ordered line (X12 670, EDIFACT 1229). `change` is of more than one thing, or of one not named here."""

    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    RESCHEDULE = "reschedule"
    QUANTITY = "quantity"
    PRICE = "price"
    ITEM = "item"
    NONE = "none"
    OTHER = "other"


class LineBefore(Part):
    """What a line said before the change, as far as the sender repeats it."""

    item: Item | None = None
    quantity: Quantity | None = None
    price: Price | None = None
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None


class ChangedLine(OrderLine):
    """A line as it is to be after the change. `difference` is the signed change of its quantity where the sender states it,
    `left_to_receive` what remains to be delivered.
    """

    action: LineAction | None = None
    before: LineBefore | None = None
    difference: Quantity | None = None
    left_to_receive: Quantity | None = None


class PurchaseOrderChange(OrderHeader):
    """A buyer's change of an order. The header's members hold after the change; lines that are not named stay as they are.

    `number` is the order's, `change_number` that of this document, `sequence` counts the changes of one order. With `purpose`
    cancel the whole order is withdrawn, and there may be no lines.
    """

    NAME: ClassVar[str] = "purchase_order_change"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer",)
    KEY: ClassVar[str] = "order"

    schema_: Literal["purchase_order_change/1"] = Field(default="purchase_order_change/1", alias="schema")
    number: str
    purpose: Purpose = Purpose.CHANGE
    change_number: str | None = None
    sequence: str | None = None
    ordered: date | datetime | None = None
    reason: str | None = None
    lines: list[ChangedLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The order, the change, and what it refers to."""
        yield "order", self.number
        yield "order_change", self.change_number
        yield from reference_keys(self.references)

    def distinguishing(self) -> tuple[str, ...]:
        """The release, and which change it is: by its own number, its place in the sequence, or when it was made."""
        issued = "" if self.change_number or self.sequence or self.issued is None else self.issued.isoformat()
        return (self.release or "", self.change_number or "", self.sequence or "", issued, str(self.purpose))
