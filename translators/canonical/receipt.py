"""What was received: shared by the receiving advice of a buyer and the receipt of a warehouse."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from pydantic import Field

from translators.canonical.header import Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.logistics import Package, Shipment, package_keys, shipment_keys
from translators.canonical.parts import (
    DocumentReference,
    Location,
    Lot,
    Packaging,
    Part,
    Quantity,
    Reference,
    Text,
    TransportLeg,
)


class Discrepancy(StrEnum):
    """How what came differs from what was advised or ordered."""

    SHORT = "short"
    OVER = "over"
    DAMAGED = "damaged"
    REFUSED = "refused"
    EXPIRED = "expired"
    WRONG_ITEM = "wrong_item"
    NOT_ORDERED = "not_ordered"
    NOT_ADVISED = "not_advised"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    OTHER = "other"


class Condition(Part):
    """A quantity of a line that is not as it should be, why, and what becomes of it (`disposition`)."""

    status: Discrepancy
    quantity: Quantity | None = None
    reason: str | None = None
    disposition: str | None = None
    location: Location | None = None
    lots: list[Lot] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class ReceiptLine(PricedLine):
    """A line of goods received. `quantity` came, `accepted` was kept; `despatched` and `ordered` are what should have come.

    `conditions` say what was short, over, damaged or refused, and why. `number` is what the contents of packages name.
    """

    accepted: Quantity | None = None
    despatched: Quantity | None = None
    ordered: Quantity | None = None
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    conditions: list[Condition] = Field(default_factory=list)
    location: Location | None = None


class Receipt(Header):
    """Goods received. `order` and `despatch` name what they came for and with; lines name their own where there are several."""

    kind: str | None = None
    received: date | datetime | None = None
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    shipment: Shipment | None = None
    transport: list[TransportLeg] = Field(default_factory=list)
    packaging: list[Packaging] = Field(default_factory=list)
    packages: list[Package] = Field(default_factory=list)
    lines: list[ReceiptLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, what the goods came for and with, references, those of the lines, then packages."""
        yield self.KEY, self.number
        yield from document_key("order", self.order)
        yield from document_key("despatch", self.despatch)
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
            yield from document_key("despatch", line.despatch)
        yield from package_keys(self.packages)
