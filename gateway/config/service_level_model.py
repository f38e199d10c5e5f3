"""The tables of routes.toml about what was promised, and about what normally comes."""

from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import Literal

from pydantic import Field, model_validator

from gateway.config.expectation_model import weekdays
from gateway.config.fields import Id, ZoneName
from gateway.config.quantities import Duration
from gateway.config.table import Table, Text
from gateway.domain.service_level import Measure, ServiceLevel
from gateway.domain.silence import Expected, SilenceTerms

OWN_TIME = (Measure.MILESTONE,)
"""What has a time of its own, and takes no other."""
FITTING: Mapping[str, tuple[Measure, ...]] = {
    "document": (Measure.DELIVERY,),
    "to": (Measure.DELIVERY,),
    "kind": (Measure.ANSWER, Measure.ACKNOWLEDGEMENT),
    "deadline": (Measure.MILESTONE,),
    "stage": (Measure.EXCEPTION,),
    "agreements": (Measure.DELIVERY, Measure.ACKNOWLEDGEMENT),
}
"""The keys that fit only some measures."""


class ServiceLevelTable(Table):
    """What was promised to be done within a time: it is measured, shown, and its owner is told before it is missed."""

    id: Id
    measure: Literal["delivery", "answer", "acknowledgement", "milestone", "exception", "advice"] = Field(
        description="delivery: from receipt of a document to its delivery. answer: from receipt to the delivery of our "
        "acknowledgement. acknowledgement: what partners owe us. milestone: a [[deadline]] of orders. exception: from the "
        "opening of a failure to its end. advice: what announces a shipment before it arrives."
    )
    within: Duration | None = Field(
        default=None,
        description="How long it may take; default for acknowledgement: as the agreement expects. advice: how long goods "
        "travel at least from shipping on; without it nobody is told before they arrive. A milestone has its own time.",
    )
    warn: Duration | None = Field(
        default=None, description="So long before the time is up, the owner is told; default: a quarter of `within`, or 15m."
    )
    goal: float = Field(default=99.0, gt=0, le=100, description="The share that is to be met, in percent.")
    calendar: Id | None = Field(default=None, description="Business hours that count; default: the clock.")
    owner: Id | None = Field(default=None, description="Who is told; default: the partner's owner.")
    partners: list[Id] = Field(default=[], description="Only what these send or get; default: all.")
    agreements: list[Id] = Field(default=[], description="Only what falls under these; default: all.")
    document: Text | None = Field(default=None, description='delivery: the canonical document, as "purchase_order".')
    to: Id | None = Field(default=None, description="delivery: the application; default: any.")
    kind: Text | None = Field(default=None, description='answer, acknowledgement: "997", "CONTRL", "MDN" …; default: any.')
    deadline: Id | None = Field(default=None, description="milestone: the [[deadline]].")
    stage: Text | None = Field(default=None, description="exception: only failures of this stage; default: of any.")

    @model_validator(mode="after")
    def _complete(self) -> "ServiceLevelTable":
        measure = Measure(self.measure)
        if self.within is None and measure in (Measure.DELIVERY, Measure.ANSWER, Measure.EXCEPTION):
            raise ValueError(f'say how long it may take, as in within = "15m": a {measure} has no time of its own')
        if self.within is not None and measure in OWN_TIME:
            raise ValueError(f"leave `within` out: a {measure} has a time of its own")
        if self.within is not None and self.within <= timedelta():
            raise ValueError("within must be longer than nothing")
        for key, fitting in FITTING.items():
            if getattr(self, key) and measure not in fitting:
                raise ValueError(f"leave `{key}` out: it fits only {' and '.join(fitting)}")
        if measure is Measure.MILESTONE and self.deadline is None:
            raise ValueError('name the [[deadline]] that is measured: deadline = "…"')
        return self

    def level(self) -> ServiceLevel:
        """What the gateway is told."""
        warn = self.warn if self.warn is not None else self.within / 4 if self.within else _WARN
        return ServiceLevel(
            self.id,
            Measure(self.measure),
            self.within,
            warn,
            self.goal,
            calendar=self.calendar,
            owner=self.owner,
            partners=frozenset(self.partners),
            agreements=frozenset(self.agreements),
            document=self.document,
            to=self.to,
            kind=self.kind,
            deadline=self.deadline,
            stage=self.stage,
        )


_WARN = timedelta(minutes=15)


class ExpectedTable(Table):
    """What must come from a partner or an application by a time of the day: told, beside what is learned."""

    id: Id
    source: Id = Field(description="The partner or application that it comes from.")
    document: Text | None = Field(default=None, description="The canonical document; default: anything.")
    by: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='By when, on the clock of `timezone`: "10:00".')
    days: str = Field(default="mon-fri", description="On which weekdays: mon-fri, tue, sat-sun.")
    at_least: int = Field(default=1, ge=1, description="So many.")
    timezone: ZoneName = Field(default="UTC", description="The zone of `by`.")
    calendar: Id | None = Field(default=None, description="Calendar whose holidays are left out.")
    owner: Id | None = Field(default=None, description="Who is told; default: the owner of the partner or application.")

    @model_validator(mode="after")
    def _known_days(self) -> "ExpectedTable":
        list(weekdays(self.days))
        return self

    def expected(self) -> Expected:
        """What the gateway is told."""
        hour, minute = self.by.split(":")
        return Expected(
            self.id,
            self.source,
            self.document,
            by=time(int(hour), int(minute)),
            days=frozenset(weekdays(self.days)),
            at_least=self.at_least,
            timezone=self.timezone,
            calendar=self.calendar,
            owner=self.owner,
        )


class SilenceTable(Table):
    """What is done when partners and applications send nothing at a time at which they normally do."""

    learn: bool = Field(default=True, description="Learn from the last weeks what comes by which hour of which weekday.")
    weeks: int = Field(default=8, ge=4, le=26, description="From so many.")
    calendar: Id | None = Field(default=None, description="Calendar whose holidays and zone count; default: none, UTC.")
    calendars: dict[Id, Id] = Field(
        default={}, description='Calendars of partners or applications with other holidays: { bigbox = "us" }.'
    )
    without: list[Id] = Field(default=[], description="Partners and applications whose silence means nothing.")


def silence_terms(table: SilenceTable, expected: Iterable[ExpectedTable]) -> SilenceTerms:
    """What the gateway is told of silence."""
    return SilenceTerms(
        learn=table.learn,
        weeks=table.weeks,
        calendar=table.calendar,
        calendars=dict(table.calendars),
        without=frozenset(table.without),
        expected=tuple(one.expected() for one in expected),
    )
