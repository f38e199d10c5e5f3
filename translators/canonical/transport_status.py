"""Where goods are: X12 214, EDIFACT IFTSTA, UBL TransportationStatus."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import Header, digest, document_key, reference_keys
from translators.canonical.lines import Line
from translators.canonical.logistics import (
    Equipment,
    Milestone,
    Package,
    Shipment,
    equipment_keys,
    package_keys,
    shipment_keys,
)
from translators.canonical.parts import DocumentReference, Quantity, TransportLeg


class StatusLine(Line):
    """A consignment, or a part of one, with what happened to it. Where it says nothing of itself, it is the shipment."""

    order: DocumentReference | None = None
    shipment: Shipment | None = None
    measures: dict[str, Quantity] = Field(default_factory=dict)
    packages: list[Package] = Field(default_factory=list)
    equipment: list[Equipment] = Field(default_factory=list)
    transport: list[TransportLeg] = Field(default_factory=list)
    milestones: list[Milestone] = Field(default_factory=list)


class TransportStatus(Header):
    """What a carrier reports of a shipment. `number` is its own, or the carrier's number of the shipment.

    Carriers send many reports under one number: it is its events and their times that make a report what it is.
    """

    NAME: ClassVar[str] = "transport_status"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("carrier", "freight_forwarder")
    KEY: ClassVar[str] = "tracking"

    schema_: Literal["transport_status/1"] = Field(default="transport_status/1", alias="schema")
    order: DocumentReference | None = None
    shipment: Shipment | None = None
    transport: list[TransportLeg] = Field(default_factory=list)
    lines: list[StatusLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, numbers of the shipment, references, then those of the lines."""
        yield self.KEY, self.number
        yield from document_key("transport_order", self.order)
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)
            yield from shipment_keys(line.shipment)
            yield from reference_keys(line.references)
            yield from equipment_keys(line.equipment)
            yield from package_keys(line.packages)

    def distinguishing(self) -> tuple[str, ...]:
        """The shipment, when the report was made, and each event with its time."""
        shipment = self.shipment.number or self.shipment.bill_of_lading if self.shipment else None
        events = (
            f"{line.number} {each.event} {each.code} {each.reason} {each.occurred or each.expected}"
            for line in self.lines
            for each in line.milestones
        )
        return (shipment or "", self.issued.isoformat() if self.issued is not None else "", digest(events))
