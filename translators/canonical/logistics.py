"""Goods on their way: shipments, packages within packages, equipment, and what happened to them. Names follow GS1 and UBL."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from translators.canonical.header import all_identifiers
from translators.canonical.parts import (
    Hazard,
    Identifiers,
    Item,
    Location,
    Lot,
    Part,
    Party,
    Period,
    Quantity,
    Reference,
    Text,
    TransportLeg,
)


class Content(Part):
    """What is in a package: so much of the document's line numbered `line`; an `item` where the document has no line for it."""

    line: str | None = None
    item: Item | None = None
    quantity: Quantity | None = None
    lots: list[Lot] = Field(default_factory=list)


class Package(Part):
    """A package that can be handled: pallet, carton, parcel … with what is in it, and the packages it holds.

    `identifiers.sscc` is its serial shipping container code, others are by scheme (`tracking`, `seller` …). `count` says of how
    many like packages one entry speaks (one when absent). `measures` are by name: gross_weight, net_weight, volume, length,
    width, height … `marks` are what is written on it.
    """

    number: str | None = None
    identifiers: Identifiers = Field(default_factory=dict)
    kind: str | None = None
    count: Decimal | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    marks: list[str] = Field(default_factory=list)
    item: Item | None = None
    returnable: bool | None = None
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    other_parties: list[Party] = Field(default_factory=list)
    lots: list[Lot] = Field(default_factory=list)
    contents: list[Content] = Field(default_factory=list)
    packages: list["Package"] = Field(default_factory=list)


class Equipment(Part):
    """A container, trailer, rail car or returnable carrier, with its seals."""

    kind: str | None = None
    number: str | None = None
    description: str | None = None
    status: str | None = None
    count: Decimal | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    temperature: Quantity | None = None
    seals: list[str] = Field(default_factory=list)
    owner: Party | None = None
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)


class Shipment(Part):
    """Goods that travel together. Its legs are the document's `transport`.

    `number` is the shipper's; `tracking` are the carrier's numbers; `measures` are of the whole.
    """

    number: str | None = None
    bill_of_lading: str | None = None
    master_bill_of_lading: str | None = None
    load: str | None = None
    tracking: list[str] = Field(default_factory=list)
    identifiers: Identifiers = Field(default_factory=dict)
    route: str | None = None
    service: str | None = None
    handling: list[str] = Field(default_factory=list)
    packages: Decimal | None = None
    package_kind: str | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    equipment: list[Equipment] = Field(default_factory=list)
    origin: Location | None = None
    destination: Location | None = None
    hazard: Hazard | None = None


class Milestone(Part):
    """Something that happened to goods on their way, or is expected to.

    `event` is ours (picked_up, departed, arrived, out_for_delivery, delivered, exception …), `code` what was sent. `occurred` is
    when it happened, `expected` when it is to happen. `signed_by` is who took the goods over.
    """

    event: str
    code: str | None = None
    occurred: date | datetime | None = None
    expected: date | datetime | None = None
    window: Period | None = None
    location: Location | None = None
    reason: str | None = None
    signed_by: str | None = None
    quantity: Quantity | None = None
    stop: str | None = None
    conveyance: str | None = None
    equipment: list[Equipment] = Field(default_factory=list)
    packages: list[Package] = Field(default_factory=list)
    transport: list[TransportLeg] = Field(default_factory=list)
    other_dates: dict[str, date | datetime] = Field(default_factory=dict)
    references: list[Reference] = Field(default_factory=list)
    texts: list[Text] = Field(default_factory=list)
    other_parties: list[Party] = Field(default_factory=list)


def every_package(packages: Iterable[Package]) -> Iterator[Package]:
    """All packages of a tree, each before those in it."""
    waiting = list(packages)[::-1]
    while waiting:
        package = waiting.pop()
        yield package
        waiting += package.packages[::-1]


def shipment_keys(shipment: Shipment | None) -> Iterator[tuple[str, str | None]]:
    """The numbers that people search a shipment by."""
    if shipment is None:
        return
    yield "shipment", shipment.number
    yield "bill_of_lading", shipment.bill_of_lading
    yield "master_bill_of_lading", shipment.master_bill_of_lading
    yield "load", shipment.load
    yield from (("tracking", number) for number in shipment.tracking)
    yield from equipment_keys(shipment.equipment)


def equipment_keys(equipment: Iterable[Equipment]) -> Iterator[tuple[str, str | None]]:
    """The numbers of containers and trailers."""
    return (("container", each.number) for each in equipment)


def package_keys(packages: Iterable[Package]) -> Iterator[tuple[str, str | None]]:
    """The serial shipping container codes and tracking numbers of packages."""
    for package in every_package(packages):
        for scheme in ("sscc", "tracking"):
            yield from ((scheme, number) for number in all_identifiers(package.identifiers, scheme))
