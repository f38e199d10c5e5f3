"""When orders go to a warehouse: in its hours, until its cut-off, in waves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.calendar import Calendar, instant_of

_DAYS = 366
"""Days after which a warehouse is taken to open no more: then the clock alone counts."""


@dataclass(frozen=True, slots=True)
class Window:
    """Orders go in the open hours of `calendar`, up to `cut_off` on each day, at the times of `waves` where there are any.

    Times are those of the clock on the wall in `zone`. What comes after the cut-off goes on the next day that is open.
    """

    zone: ZoneInfo = ZoneInfo("UTC")
    calendar: Calendar | None = None
    cut_off: time | None = None
    waves: tuple[time, ...] = ()

    def next_after(self, now: datetime) -> datetime:
        """The earliest time from now on at which an order may go, in UTC."""
        if self.calendar is None and self.cut_off is None and not self.waves:
            return now
        today = now.astimezone(self.zone).date()
        for day in (today + timedelta(days=n) for n in range(_DAYS)):
            at = next(self._times(day, now), None)
            if at is not None:
                return at.astimezone(UTC)
        return now

    def _times(self, day: date, now: datetime) -> Iterator[datetime]:
        """The times of a day at which an order may go, from now on."""
        for start, end in self._open(day):
            if self.waves:
                waves = (instant_of(day, wave, self.zone) for wave in sorted(self.waves))
                yield from (wave for wave in waves if start <= wave < end and wave >= now)
            elif max(start, now) < end:
                yield max(start, now)

    def _open(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans of a day in which orders go; the moment of the cut-off itself still counts."""
        first = instant_of(day, time(), self.zone)
        last = instant_of(day + timedelta(days=1), time(), self.zone)
        if self.cut_off is not None:
            last = min(last, instant_of(day, self.cut_off, self.zone) + timedelta(seconds=1))
        if self.calendar is None:
            yield first, last
            return
        for start, end in self.calendar.open_from(first):
            if start >= last:
                return
            yield start, min(end, last)


ANY_TIME = Window()
