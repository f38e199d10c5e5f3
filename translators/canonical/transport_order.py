"""The order to a carrier: X12 204, EDIFACT IFTMIN and IFTMAN, UBL TransportExecutionPlan."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.lines import Line
from translators.canonical.logistics import (
    Equipment,
    Package,
    Shipment,
    equipment_keys,
    package_keys,
    shipment_keys,
)
from translators.canonical.parts import (
    AllowanceCharge,
    Contact,
    DocumentReference,
    Location,
    Packaging,
    Part,
    Party,
    Period,
    Quantity,
    Reference,
    Text,
)


class TransportOrderKind(StrEnum):
    """What is asked of the carrier, or said by him (`arrival_notice`)."""

    LOAD_TENDER = "load_tender"
    INSTRUCTION = "instruction"
    BOOKING = "booking"
    ARRIVAL_NOTICE = "arrival_notice"
    OTHER = "other"


class StopAction(StrEnum):
    """What the carrier does at a stop."""

    LOAD = "load"
    UNLOAD = "unload"
    PART_LOAD = "part_load"
    PART_UNLOAD = "part_unload"
    PICK_UP = "pick_up"
    DROP = "drop"
    OTHER = "other"


class GoodsLine(Line):
    """Goods to carry. `measures` are of the whole line: gross_weight, volume, length … `stop` is where they are handled."""

    order: DocumentReference | None = None
    stop: str | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    packages: list[Package] = Field(default_factory=list)
    equipment: list[Equipment] = Field(default_factory=list)
    origin: Location | None = None
    destination: Location | None = None
    allowances_charges: list[AllowanceCharge] = Field(default_factory=list)
    handling: list[str] = Field(default_factory=list)
    temperature: Quantity | None = None


class Stop(Part):
    """A place where the carrier loads or unloads: who is there, when, and the `lines` that are handled there."""

    number: str
    action: StopAction = StopAction.OTHER
    party: Party | None = None
    location: Location | None = None
    planned: Period | None = None
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    measures: dict[str, Quantity] = Field(default_factory=dict)
    quantity: Quantity | None = None
    packaging: list[Packaging] = Field(default_factory=list)
    equipment: list[Equipment] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    other_parties: list[Party] = Field(default_factory=list)
    handling: list[str] = Field(default_factory=list)
    lines: list[GoodsLine] = Field(default_factory=list)


class TransportOrder(CommercialTerms, Header):
    """Goods to be carried. Its key is its number and who orders the transport.

    What is loaded and unloaded at `stops` stands in them; `lines` are goods that go the whole way. `respond_by` is when the
    carrier must have answered.
    """

    NAME: ClassVar[str] = "transport_order"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("ordering_party", "ship_from", "freight_forwarder", "seller")
    KEY: ClassVar[str] = "transport_order"

    schema_: Literal["transport_order/1"] = Field(default="transport_order/1", alias="schema")
    number: str
    kind: TransportOrderKind = TransportOrderKind.LOAD_TENDER
    respond_by: date | datetime | None = None
    requested_pickup: date | datetime | None = None
    requested_delivery: date | datetime | None = None
    charges_payment: str | None = None
    shipment: Shipment | None = None
    stops: list[Stop] = Field(default_factory=list)
    packages: list[Package] = Field(default_factory=list)
    lines: list[GoodsLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, numbers of the shipment, references, orders and containers of the goods, packages."""
        yield self.KEY, self.number
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        lines = [line for stop in self.stops for line in stop.lines] + self.lines
        for stop in self.stops:
            yield from reference_keys(stop.references)
        for line in lines:
            yield from document_key("order", line.order)
            yield from equipment_keys(line.equipment)
        yield from package_keys(self.packages)
        for line in lines:
            yield from package_keys(line.packages)
