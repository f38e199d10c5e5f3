"""The delivery schedule: X12 830 and 862, EDIFACT DELFOR and DELJIT."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import Field

from translators.canonical.header import CommercialTerms, Header, document_key, reference_keys
from translators.canonical.lines import PricedLine
from translators.canonical.parts import (
    DocumentReference,
    Location,
    Part,
    Party,
    Period,
    Quantity,
    Reference,
    Schedule,
)


class ScheduleKind(StrEnum):
    """What sort of schedule it is."""

    FORECAST = "forecast"
    DELIVERY = "delivery"
    SHIPPING = "shipping"
    JUST_IN_TIME = "just_in_time"
    OTHER = "other"


class Authorisation(Part):
    """What the seller may make (`fabrication`) or buy (`material`) at the buyer's risk, up to a quantity or a day."""

    kind: str
    quantity: Quantity | None = None
    maximum: Quantity | None = None
    until: date | datetime | None = None
    since: date | datetime | None = None


class PastDelivery(Part):
    """What the buyer has received (`received`) or knows to be sent (`despatched`): the last delivery, or all of a period."""

    kind: str
    quantity: Quantity | None = None
    cumulative: bool | None = None
    on: date | datetime | None = None
    period: Period | None = None
    references: list[Reference] = Field(default_factory=list)


class ScheduledLine(PricedLine):
    """An item with the quantities wanted, day by day or week by week, in `schedule`."""

    action: str | None = None
    order: DocumentReference | None = None
    status: str | None = None
    ship_to: Party | None = None
    ship_from: Party | None = None
    location: Location | None = None
    schedule: list[Schedule] = Field(default_factory=list)
    authorisations: list[Authorisation] = Field(default_factory=list)
    past: list[PastDelivery] = Field(default_factory=list)


class DeliverySchedule(CommercialTerms, Header):
    """What a buyer will want and when. Its key is its number, its release, and the buyer."""

    NAME: ClassVar[str] = "delivery_schedule"
    VERSION: ClassVar[int] = 1
    ISSUERS: ClassVar[tuple[str, ...]] = ("buyer", "ship_to")
    KEY: ClassVar[str] = "delivery_schedule"

    schema_: Literal["delivery_schedule/1"] = Field(default="delivery_schedule/1", alias="schema")
    kind: ScheduleKind = ScheduleKind.FORECAST
    release: str | None = None
    basis: str | None = None
    horizon: Period | None = None
    order: DocumentReference | None = None
    contract: DocumentReference | None = None
    lines: list[ScheduledLine] = Field(default_factory=list)

    def keys(self) -> Iterator[tuple[str, str | None]]:
        """The own number, order and contract, references, orders of the lines."""
        yield self.KEY, self.number
        yield from document_key("order", self.order)
        yield from document_key("contract", self.contract)
        yield from reference_keys(self.references)
        for line in self.lines:
            yield from document_key("order", line.order)

    def distinguishing(self) -> tuple[str, ...]:
        """The release; without a number also the order and the day."""
        if self.number:
            return (self.release or "",)
        issued = self.issued.isoformat() if self.issued is not None else ""
        return (self.release or "", self.order.number if self.order else "", issued)
