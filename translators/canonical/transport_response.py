"""A carrier's answer to a transport order: X12 990, EDIFACT IFTMBC."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.logistics import Milestone, Shipment, shipment_keys
from translators.canonical.parts import DocumentReference
from translators.canonical.transport_order import GoodsLine, Stop


class TransportAnswer(StrEnum):
    """What the carrier says (X12 558)."""

    ACCEPTED = "accepted"
    WITH_CHANGES = "with_changes"
    CONDITIONAL = "conditional"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    OTHER = "other"


class TransportResponse(CommercialTerms, Header):
    """Whether a carrier takes a load. Its key is the carrier, the order, and its own number or date.

    `number` is the carrier's, `order` the transport order answered. `milestones` are times the carrier promises.
    """

    NAME: ClassVar[str] = "transport_response"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("carrier", "freight_forwarder")
    KEY: ClassVar[str] = "transport_response"

    schema_: Literal["transport_response/1"] = Field(default="transport_response/1", alias="schema")
    status: TransportAnswer
    order: DocumentReference | None = None
    reason: str | None = None
    answered: date | datetime | None = None
    shipment: Shipment | None = None
    stops: list[Stop] = Field(default_factory=list)
    milestones: list[Milestone] = Field(default_factory=list)
    lines: list[GoodsLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The transport order answered, the own number, numbers of the shipment, references."""
        yield from document_key("transport_order", self.order)
        yield self.KEY, self.number
        yield from shipment_keys(self.shipment)
        yield from reference_keys(self.references)

    def distinguishing(self) -> tuple[str, ...]:
        """The order, what is said of it, and when."""
        when = self.answered or self.issued
        return (self.order.number if self.order else "", str(self.status), when.isoformat() if when is not None else "")
