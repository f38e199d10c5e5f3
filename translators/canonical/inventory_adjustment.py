"""The adjustment of stock in a warehouse: X12 947."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Header, digest, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.parts import DocumentReference, Location


class AdjustmentReason(StrEnum):
    """Why stock is more, less or other than was thought."""

    COUNT = "count"
    DAMAGED = "damaged"
    LOST = "lost"
    FOUND = "found"
    EXPIRED = "expired"
    DESTROYED = "destroyed"
    RETURNED = "returned"
    HELD = "held"
    RELEASED = "released"
    RECALLED = "recalled"
    STATUS_CHANGE = "status_change"
    TRANSFER = "transfer"
    CORRECTION = "correction"
    SAMPLE = "sample"
    OTHER = "other"


class AdjustmentLine(PricedLine):
    """One adjustment. `quantity` is signed: what came to (plus) or left (minus) the stock.

    When goods only change status, `from_status` and `to_status` name both (good, damaged, held …), and the quantity is what
    changed over.
    """

    reason: AdjustmentReason = AdjustmentReason.OTHER
    reason_text: str | None = None
    from_status: str | None = None
    to_status: str | None = None
    location: Location | None = None
    order: DocumentReference | None = None
    receipt: DocumentReference | None = None


class InventoryAdjustment(Header):
    """What a warehouse corrects in the stock it keeps. Its key is its number and the warehouse."""

    NAME: ClassVar[str] = "inventory_adjustment"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("warehouse",)
    KEY: ClassVar[str] = "inventory_adjustment"

    schema_: Literal["inventory_adjustment/1"] = Field(default="inventory_adjustment/1", alias="schema")
    adjusted: date | datetime | None = None
    lines: list[AdjustmentLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, references, orders and receipts of the lines."""
        yield self.KEY, self.number
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
            yield from document_key("receipt", line.receipt)

    def distinguishing(self) -> tuple[str, ...]:
        """Without a number when it was made, and what it says."""
        if self.number:
            return ()
        when = self.adjusted or self.issued
        return (when.isoformat() if when is not None else "", digest(line.model_dump_json() for line in self.lines))
