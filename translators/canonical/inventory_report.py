"""The inventory report: X12 846, EDIFACT INVRPT, UBL InventoryReport and StockAvailabilityReport."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Header, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.parts import Location, Lot, Part, Party, Period, Price, Quantity, Reference, Text


class StockStatus(StrEnum):
    """What a quantity of stock is. Of movements (received, sold, issued …) the report says how much there was in a period."""

    ON_HAND = "on_hand"
    AVAILABLE = "available"
    RESERVED = "reserved"
    IN_TRANSIT = "in_transit"
    ON_ORDER = "on_order"
    BACK_ORDERED = "back_ordered"
    DAMAGED = "damaged"
    BLOCKED = "blocked"
    IN_INSPECTION = "in_inspection"
    CONSIGNMENT = "consignment"
    RETURNED = "returned"
    RECEIVED = "received"
    ISSUED = "issued"
    SOLD = "sold"
    PLANNED = "planned"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    OUT_OF_STOCK = "out_of_stock"
    OTHER = "other"


class Stock(Part):
    """A quantity of an item: what it is, where, and as of when. `expected` is when goods in transit or on order come."""

    status: StockStatus
    quantity: Quantity | None = None
    location: Location | None = None
    as_of: date | datetime | None = None
    expected: date | datetime | None = None
    period: Period | None = None
    price: Price | None = None
    lots: list[Lot] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    other_parties: list[Party] = Field(default_factory=list)


class InventoryLine(PricedLine):
    """An item with its stock. `location` and `as_of` hold for every quantity that says nothing else."""

    action: str | None = None
    location: Location | None = None
    as_of: date | datetime | None = None
    stock: list[Stock] = Field(default_factory=list)
    lead_days: Decimal | None = None

    def quantity_of(self, status: StockStatus) -> Decimal | None:
        """The sum of what the line says of a status at all places, whatever the units; None when it says nothing."""
        found = [each.quantity.value for each in self.stock if each.status is status and each.quantity is not None]
        return sum(found, Decimal(0)) if found else None


class InventoryReport(Header):
    """How much there is of what, where and when. Its key is its number and whose stock it is.

    `location` and `as_of` hold for every line that says nothing else.
    """

    NAME: ClassVar[str] = "inventory_report"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("warehouse", "seller", "buyer")
    KEY: ClassVar[str] = "inventory_report"

    schema_: Literal["inventory_report/1"] = Field(default="inventory_report/1", alias="schema")
    number: str
    kind: str | None = None
    as_of: date | datetime | None = None
    period: Period | None = None
    location: Location | None = None
    lines: list[InventoryLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number and what the header refers to."""
        yield self.KEY, self.number
        yield from reference_keys(self.references)
