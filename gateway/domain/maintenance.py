"""Maintenance windows: when a system is not there by agreement. Deliveries wait for its end, and nothing is its fault."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.calendar import instant_of

_DAY = timedelta(days=1)
_MOST_DAYS = 800
"""Days that are looked through at most, when the time that windows take is counted."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Weekly:
    """A window on days of the week (0 is Monday), by the clock on the wall. One that ends before it starts ends the next day."""

    days: frozenset[int]
    start: time
    end: time
    zone: ZoneInfo

    def spans(self, first: datetime, last: datetime) -> Iterator[Span]:
        """Its spans in UTC that may touch the time between."""
        day = first.astimezone(self.zone).date() - _DAY
        until = last.astimezone(self.zone).date()
        for _ in range(_MOST_DAYS):
            if day > until:
                return
            if day.weekday() in self.days:
                closes = day if self.end > self.start else day + _DAY
                yield instant_of(day, self.start, self.zone), instant_of(closes, self.end, self.zone)
            day = _next(day)


@dataclass(frozen=True, slots=True)
class Dated:
    """A window that comes once. Instants in UTC."""

    start: datetime
    end: datetime

    def spans(self, first: datetime, last: datetime) -> Iterator[Span]:
        """Its span, if it may touch the time between."""
        if self.start <= last and self.end >= first:
            yield self.start, self.end


@dataclass(frozen=True, slots=True)
class Maintenance:
    """All windows of a system."""

    windows: tuple[Weekly | Dated, ...] = ()

    def until(self, now: datetime) -> datetime | None:
        """When the maintenance that goes on at this moment ends, in UTC; None when there is none. Windows that touch are one.

        It looks a day ahead: where windows follow one another for longer, ask again then.
        """
        if not self.windows:
            return None
        spans = _merged(span for window in self.windows for span in window.spans(now, now + _DAY))
        return next((end for start, end in spans if start <= now < end), None)

    def within(self, since: datetime, until: datetime) -> timedelta:
        """How much of a time windows take."""
        spans = _merged(span for window in self.windows for span in window.spans(since, until))
        return sum((min(end, until) - max(start, since) for start, end in spans if start < until and end > since), timedelta())

    def due_after(self, since: datetime, due: datetime) -> datetime:
        """A due time put off by the windows between, and by those that it then comes to lie behind."""
        later = due
        while (put_off := due + self.within(since, later)) > later:
            later = put_off
        return later


ALWAYS_THERE = Maintenance()


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in their order, those that touch made one."""
    current: Span | None = None
    for start, end in sorted(spans):
        if current is None:
            current = start, end
        elif start <= current[1]:
            current = current[0], max(current[1], end)
        else:
            yield current
            current = start, end
    if current is not None:
        yield current


def _next(day: date) -> date:
    return day + _DAY if day < date.max else day


def at_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment in UTC: one without an offset is meant by the clock on the wall."""
    return moment.astimezone(UTC) if moment.tzinfo else instant_of(moment.date(), moment.time(), zone)
