"""The seller's answer to an order or its change: X12 855 and 865, EDIFACT ORDRSP, UBL OrderResponse."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import document_key, reference_keys
from translators.canonical.order import OrderHeader, OrderLine
from translators.canonical.parts import DocumentReference, Item, Location, Part, Period, Price, Quantity, Reference, Text


class ResponseStatus(StrEnum):
    """What became of the order as a whole (X12 587, EDIFACT 4343). `acknowledged` says that it arrived, and no more."""

    ACCEPTED = "accepted"
    WITH_CHANGES = "with_changes"
    REJECTED = "rejected"
    ACKNOWLEDGED = "acknowledged"
    OTHER = "other"


class LineStatus(StrEnum):
    """What becomes of a line or a part of its quantity (X12 668, EDIFACT 1229)."""

    ACCEPTED = "accepted"
    ADDED = "added"
    QUANTITY_CHANGED = "quantity_changed"
    DATE_CHANGED = "date_changed"
    PRICE_CHANGED = "price_changed"
    CHANGED = "changed"
    SUBSTITUTED = "substituted"
    BACK_ORDERED = "back_ordered"
    SHIPPED = "shipped"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    OTHER = "other"


class LineResponse(Part):
    """The answer for a quantity of a line. A line may have several: so much now, so much later, the rest not at all.

    `despatch` and `delivery` are the days the seller promises, `item` is what comes instead of the ordered one.
    """

    status: LineStatus
    quantity: Quantity | None = None
    price: Price | None = None
    item: Item | None = None
    despatch: date | datetime | None = None
    delivery: date | datetime | None = None
    period: Period | None = None
    location: Location | None = None
    reason: str | None = None
    other_quantities: dict[str, Quantity] = Field(default_factory=dict)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class ResponseLine(OrderLine):
    """A line as it was ordered, with the seller's responses. `order` names the line that is answered where `number` does not."""

    order: DocumentReference | None = None
    responses: list[LineResponse] = Field(default_factory=list)
    sub_lines: list["ResponseLine"] = Field(default_factory=list)  # type: ignore[assignment]


class OrderResponse(OrderHeader):
    """A seller's answer to an order. Its key is seller, order, and its own number or date: one order may be answered often.

    `number` is the answer's own, `order` the order that is answered, `order_change` the change of it, `seller_order` the number
    under which the seller keeps it. Lines that are not named share the fate of the whole.
    """

    NAME: ClassVar[str] = "order_response"
    VERSION: ClassVar[int] = 1
    KEY: ClassVar[str] = "order_response"

    schema_: Literal["order_response/1"] = Field(default="order_response/1", alias="schema")
    status: ResponseStatus
    order: DocumentReference | None = None
    order_change: DocumentReference | None = None
    seller_order: str | None = None
    reason: str | None = None
    despatch: date | datetime | None = None
    delivery: date | datetime | None = None
    lines: list[ResponseLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The order answered, the answer, the seller's number, then what header and lines refer to."""
        yield from document_key("order", self.order)
        yield "order_response", self.number
        yield "seller_order", self.seller_order
        yield from document_key("order_change", self.order_change)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)

    def distinguishing(self) -> tuple[str, ...]:
        """The order with its release and change, and when it was answered if the answer has no number."""
        order, change = self.order, self.order_change
        issued = "" if self.number or self.issued is None else self.issued.isoformat()
        return (
            order.number if order else "",
            (order.release if order else None) or self.release or "",
            "/".join(filter(None, (change.number, change.sequence))) if change else "",
            issued,
        )
