"""Service levels: what was promised to be done within a time, how far that was kept, and what is about to break it. Pure.

What is measured are *clocks*: something that began, and ended or still runs. They are found in the rows that the gateway keeps
anyway; only the sums of days are kept of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from gateway.domain.calendar import Calendar, due_after


class Measure(StrEnum):
    """What a service level is about.

    `delivery`: from the receipt of a document to its delivery at a target. `answer`: from receipt to the delivery of our
    acknowledgement. `acknowledgement`: from our sending to what the partner owes us for it. `milestone`: a [[deadline]] of
    orders. `exception`: from the opening of a failure to its end. `advice`: whether what we sent about a shipment was there
    before the goods; its `within` is how long they travel at least.
    """

    DELIVERY = "delivery"
    ANSWER = "answer"
    ACKNOWLEDGEMENT = "acknowledgement"
    MILESTONE = "milestone"
    EXCEPTION = "exception"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A promise. `within` is None where only the row knows its due time (`acknowledgement`, `milestone`, `advice`).

    Time is that of the clock, or the open hours of a `calendar`. `warn` before it is up, the owner is told. `goal` is the share
    that is to be met, in percent. Empty `partners` and `agreements` are all. `document`, `to`, `kind`, `deadline` and `stage`
    narrow down what is measured, each where it fits the measure.
    """

    id: str
    measure: Measure
    within: timedelta | None
    warn: timedelta
    goal: float
    calendar: str | None = None
    owner: str | None = None
    partners: frozenset[str] = frozenset()
    agreements: frozenset[str] = frozenset()
    document: str | None = None
    to: str | None = None
    kind: str | None = None
    deadline: str | None = None
    stage: str | None = None


class Clock(NamedTuple):
    """Something that is measured. `ended` is None while it runs, `due` where the row itself does not say when it is due."""

    subject: UUID
    partner: str | None
    agreement: str | None
    began: datetime
    ended: datetime | None
    due: datetime | None


class Standing(StrEnum):
    """How it stands with a clock: those that run are in time, about to be late, or late."""

    MET = "met"
    MISSED = "missed"
    RUNNING = "running"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"


def due_of(level: ServiceLevel, clock: Clock, calendars: Mapping[str, Calendar]) -> datetime | None:
    """When a clock must have ended: by the level's own time where it names one, else by what the row says.

    Goods that arrive earlier than they are said to travel are there: what announces them is late then.
    """
    if level.within is None:
        return clock.due
    due = due_after(clock.began, level.within, calendars.get(level.calendar or ""))
    return min(due, clock.due) if level.measure is Measure.ADVICE and clock.due is not None else due


def standing(level: ServiceLevel, clock: Clock, due: datetime | None, now: datetime) -> Standing:
    """How it stands with a clock that is due then; one that is never due is in time."""
    if clock.ended is not None:
        return Standing.MISSED if due is not None and clock.ended > due else Standing.MET
    if due is None or now < due - level.warn:
        return Standing.RUNNING
    return Standing.AT_RISK if now < due else Standing.OVERDUE


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: `missed` are also those that are overdue and still run, `running` those that are in time yet."""

    met: int = 0
    missed: int = 0
    running: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.met + other.met, self.missed + other.missed, self.running + other.running)

    @property
    def percent(self) -> float | None:
        """Of a hundred that were decided, how many were met; None where none was. Rounded down: 99.99 is not 100."""
        decided = self.met + self.missed
        return self.met * 10_000 // decided / 100 if decided else None


ONE: Mapping[Standing, Tally] = {
    Standing.MET: Tally(met=1),
    Standing.MISSED: Tally(missed=1),
    Standing.OVERDUE: Tally(missed=1),
    Standing.RUNNING: Tally(running=1),
    Standing.AT_RISK: Tally(running=1),
}
"""What one clock counts."""

Whose = tuple[str, str]
"""A partner and an agreement; empty where there is none."""


def tallied(
    level: ServiceLevel, clocks: Iterable[Clock], calendars: Mapping[str, Calendar], now: datetime
) -> Mapping[Whose, Tally]:
    """The clocks of a level, counted by partner and agreement."""
    counted: dict[Whose, Tally] = {}
    for clock in clocks:
        whose = (clock.partner or "", clock.agreement or "")
        one = ONE[standing(level, clock, due_of(level, clock, calendars), now)]
        counted[whose] = counted.get(whose, Tally()) + one
    return counted


@dataclass(frozen=True, slots=True)
class Threat:
    """Clocks of one partner that are about to be late, or are. `first_due` is the earliest time that is not over yet."""

    partner: str | None
    clocks: int
    overdue: int
    oldest: datetime
    first_due: datetime | None


def threats(level: ServiceLevel, clocks: Iterable[Clock], calendars: Mapping[str, Calendar], now: datetime) -> Sequence[Threat]:
    """What has to be told of clocks that run, by partner: those that are late, or will be soon. In the order of names."""
    found: dict[str, list[tuple[Clock, datetime]]] = {}
    for clock in clocks:
        due = due_of(level, clock, calendars)
        if due is not None and standing(level, clock, due, now) in (Standing.AT_RISK, Standing.OVERDUE):
            found.setdefault(clock.partner or "", []).append((clock, due))
    return [_threat(partner, several, now) for partner, several in sorted(found.items())]


def _threat(partner: str, several: Sequence[tuple[Clock, datetime]], now: datetime) -> Threat:
    coming = [due for _, due in several if due > now]
    return Threat(
        partner or None,
        clocks=len(several),
        overdue=len(several) - len(coming),
        oldest=min(clock.began for clock, _ in several),
        first_due=min(coming, default=None),
    )
