"""Schedules: what is done at times of the clock, and what becomes of times at which nobody was there. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from gateway.domain.document_path import Json

PUNCTUAL = timedelta(minutes=1)
"""Later than this a run has missed its time."""
_MOST_COUNTED = 10_000
"""Missed times that are counted one by one."""
_FURTHEST = timedelta(days=366 * 4)


class Missed(StrEnum):
    """What becomes of a time at which no gateway ran: one run makes up for all that were missed, or none does."""

    ONCE = "once"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The times that a cron expression names (minute, hour, day, month, weekday), by the clock on the wall of a zone.

    When clocks are put forward, times of the hour that falls away come at its end; when they are put back, those of the hour that
    comes twice come once, as Debian's cron has it.
    """

    expression: str
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Raises ValueError, saying what is wrong with the expression."""
        try:
            CronSim(self.expression, datetime(2026, 1, 1, tzinfo=UTC))
        except CronSimError as error:
            raise ValueError(f"{self.expression!r} is no cron expression: {str(error).lower()}") from None

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times after a moment, in UTC, for the next four years."""
        end = moment + _FURTHEST
        times = (time.astimezone(UTC) for time in CronSim(self.expression, moment.astimezone(self.zone)))
        return takewhile(lambda time: time <= end, times)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something that is done again and again. `job` names what, `options` how; `longest` is how long one run may take."""

    id: str
    recurrence: Recurrence
    job: str
    owner: str
    options: Mapping[str, Json] = field(default_factory=dict)
    missed: Missed = Missed.ONCE
    longest: timedelta = timedelta(hours=1)
    begins: datetime | None = None
    ends: datetime | None = None
    """There are no times before it begins, nor from when it ends on; None: always."""

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Its times after a moment, in UTC."""
        start = moment if self.begins is None or moment >= self.begins else self.begins - timedelta(microseconds=1)
        ends = self.ends
        return takewhile(lambda time: ends is None or time < ends, self.recurrence.after(start))


@dataclass(frozen=True, slots=True)
class Turn:
    """What is due of a schedule: the time that is run for, if any, and how many before it (or all of them) are left out."""

    run: datetime | None = None
    skipped: int = 0
    last: datetime | None = None
    """The last of those that are left out."""


def turn_of(schedule: Schedule, *, since: datetime, now: datetime) -> Turn:
    """What is due after `since`, which was looked at last, and until now. Many missed times are one run at most."""
    before: datetime | None = None
    latest: datetime | None = None
    count = 0
    for time in takewhile(lambda time: time <= now, schedule.after(since)):
        before, latest, count = latest, time, count + 1
        if count == _MOST_COUNTED:
            break
    if latest is None:
        return Turn()
    if schedule.missed is Missed.SKIP and now - latest > PUNCTUAL:
        return Turn(None, count, latest)
    return Turn(latest, count - 1, before)
