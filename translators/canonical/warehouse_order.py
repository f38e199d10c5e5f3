"""The order to a warehouse: X12 940, EDIFACT HANMOV and INSDES."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.logistics import Package, Shipment, package_keys, shipment_keys
from translators.canonical.parts import DocumentReference, Item, Location, Party, Period


class WarehouseAction(StrEnum):
    """What the warehouse is to do with goods."""

    SHIP = "ship"
    MOVE = "move"
    TRANSFER = "transfer"
    RECEIVE = "receive"
    PACK = "pack"
    REPACK = "repack"
    LABEL = "label"
    BLOCK = "block"
    RELEASE = "release"
    INSPECT = "inspect"
    RETURN = "return"
    DESTROY = "destroy"
    OTHER = "other"


class WarehouseLine(PricedLine):
    """So much of an item to ship, move or handle. `lots` are those to take it from, `from_location` and `to_location` the bins.

    `condition` says which stock is meant: good, damaged, blocked … `part_of` is the line whose component this is.
    """

    action: WarehouseAction | None = None
    part_of: str | None = None
    condition: str | None = None
    order: DocumentReference | None = None
    from_location: Location | None = None
    to_location: Location | None = None
    ship_to: Party | None = None
    substitutes: list[Item] = Field(default_factory=list)


class WarehouseOrder(CommercialTerms, Header):
    """What the owner of goods (`ordering_party`) asks the warehouse to do with them. Its key is its number and the owner.

    `order` is the customer's order that this serves.
    """

    NAME: ClassVar[str] = "warehouse_order"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("ordering_party", "seller", "buyer")
    KEY: ClassVar[str] = "warehouse_order"

    schema_: Literal["warehouse_order/1"] = Field(default="warehouse_order/1", alias="schema")
    number: str
    action: WarehouseAction = WarehouseAction.SHIP
    kind: str | None = None
    priority: str | None = None
    order: DocumentReference | None = None
    requested_despatch: date | datetime | None = None
    requested_delivery: date | datetime | None = None
    latest_delivery: date | datetime | None = None
    ship_window: Period | None = None
    shipment: Shipment | None = None
    packages: list[Package] = Field(default_factory=list)
    lines: list[WarehouseLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, the customer's order, numbers of the shipment, references, orders of the lines, packages."""
        yield self.KEY, self.number
        yield from document_key("order", self.order)
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
        yield from package_keys(self.packages)
