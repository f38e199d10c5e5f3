"""Business calendars: when a partner's offices are open, and when so much open time will have passed."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Hours = tuple[time, time]
"""From, and to (not included); midnight as the end is the end of the day."""

_LONGEST_CLOSURE = 366
"""Days without an open hour after which a calendar is taken to have none left: the rest is counted by the clock."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Open hours of each weekday (0 is Monday) in a time zone, and days on which nobody works.

    The hours of a day do not overlap and stand in order (`gateway check` sees to it).
    """

    id: str
    zone: ZoneInfo
    hours: Mapping[int, tuple[Hours, ...]]
    holidays: frozenset[date] = frozenset()

    def open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of open time from a moment on, in UTC. Ends when no office opens for more than a year.

        Hours are those of the clock on the wall: on a day on which it is put forward or back they are shorter or longer, or
        fall away.
        """
        day, closed, passed = moment.astimezone(self.zone).date(), 0, moment.astimezone(UTC)
        while closed <= _LONGEST_CLOSURE:
            closed += 1
            for opens, closes in self._spans(day):
                start = max(opens, passed)
                if start < closes:
                    closed, passed = 0, closes
                    yield start, closes
            if day == date.max:
                return
            day += timedelta(days=1)

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        if day in self.holidays:
            return
        for start, end in self.hours.get(day.weekday(), ()):
            last = day + timedelta(days=1) if end == time() and day < date.max else day
            yield instant_of(day, start, self.zone), instant_of(last, end, self.zone)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time on the wall as an instant. One that the clock skips is the instant at which it skips; of two the first."""
    wall = datetime.combine(day, at, zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    return _skip(instant, zone)


def _skip(near: datetime, zone: ZoneInfo) -> datetime:
    """The instant within a day of `near` at which the clock of a zone is put forward, to the second."""
    begin = near - timedelta(days=1)
    before = begin.astimezone(zone).utcoffset()
    seconds = bisect_left(
        range(2 * 86_400), True, key=lambda s: (begin + timedelta(seconds=s)).astimezone(zone).utcoffset() != before
    )
    return begin + timedelta(seconds=seconds)


def due_after(sent: datetime, within: timedelta, calendar: Calendar | None) -> datetime:
    """When so much time will have passed since `sent`, in UTC: time of the clock, or open time where there is a calendar.

    It is the earliest such instant. Where the calendar has no open hours left, what is missing is counted by the clock.
    """
    left, at = within, sent.astimezone(UTC)
    if calendar is None or left <= timedelta():
        return at + left
    for start, end in calendar.open_from(at):
        if end - start >= left:
            return start + left
        left, at = left - (end - start), end
    return at + left
