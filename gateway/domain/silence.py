"""Silence: whether a partner or an application has sent less than it normally does by this hour of this weekday. Pure.

What is normal is learned from the same weekdays of the last weeks, holidays aside: the median of what had come by that hour, and
how far days differ from it (the median of the deviations, which a few odd days do not move). What a person expects is said
beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import sqrt
from statistics import median
from typing import NamedTuple

from gateway.domain.calendar import Calendar

LEAST_DAYS = 4
"""So many like days are needed to say what is normal."""
_TO_SIGMA = 1.4826
"""What the median of deviations is times this, is the standard deviation of normally distributed numbers."""
_SIGMAS = 3.0
_ODD_DAYS = 6
"""From so many like days on, one on which nothing came does not count: it was a silence itself, perhaps."""
_LOOK_BACK = 7
"""Days after which a silence that goes on is no news: it is what is normal by then, or a person knows of it."""
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


class Series(NamedTuple):
    """What is looked at: what comes from a partner or application; documents by their canonical name, else ''."""

    source: str
    document: str


@dataclass(frozen=True, slots=True)
class Day:
    """What came on a day: by the hour that is looked at, and in all."""

    day: date
    by_now: int
    whole: int


@dataclass(frozen=True, slots=True)
class History:
    """What came in a series by days of its own zone (days without anything may be missing), and when something came last."""

    series: Series
    days: Mapping[date, Day]
    first: date
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Normal:
    """What like days had by an hour: `low` to `high` are the middle half of them, `least` is what is suspicious below."""

    low: int
    high: int
    least: float
    days: int


@dataclass(frozen=True, slots=True)
class Silent:
    """A silence: since the day on which less than normal had come by `hour`, `came` in place of `normal`."""

    series: Series
    day: date
    hour: int
    came: int
    normal: Normal
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a person expects: `at_least` so many by a time of the clock, on these weekdays (0 is Monday)."""

    id: str
    source: str
    document: str | None
    by: time
    days: frozenset[int]
    at_least: int
    timezone: str
    calendar: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class SilenceTerms:
    """How silence is noticed. `calendars` are those of single sources, `calendar` that of all others."""

    learn: bool = True
    weeks: int = 8
    calendar: str | None = None
    calendars: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    expected: tuple[Expected, ...] = ()

    def calendar_of(self, source: str, calendars: Mapping[str, Calendar]) -> Calendar | None:
        """The calendar whose holidays and zone count for a source."""
        return calendars.get(self.calendars.get(source, self.calendar or ""))


def zone_of(calendar: Calendar | None) -> tzinfo:
    """The zone in which days and hours of a source are counted."""
    return calendar.zone if calendar is not None else UTC


def normal_of(counts: Sequence[int]) -> Normal | None:
    """What like days say is normal; None where they are too few, or where nothing is as normal as something.

    `least` is three deviations below the median; a deviation is never smaller than that of things that come at random (the root
    of the median), so that a partner that sent 15, 15, 15 and 15 is not suspicious with 14. Where each like day had something,
    nothing at all is suspicious however few they had.
    """
    if len(counts) < LEAST_DAYS:
        return None
    known = sorted(counts)
    if len(known) >= _ODD_DAYS and known[0] == 0:
        known = known[1:]
    middle = median(known)
    deviation = median(abs(count - middle) for count in known) * _TO_SIGMA
    low, high = known[len(known) // 4], known[-1 - len(known) // 4]
    least = min(middle - _SIGMAS * max(deviation, sqrt(middle)), low)
    if least <= 0:
        if known[0] == 0 or middle < 2:
            return None
        least = 1.0
    return Normal(low, high, least, len(counts))


def silence(
    history: History, now: datetime, *, weeks: int, zone: tzinfo, holidays: frozenset[date] = frozenset()
) -> Silent | None:
    """Whether a series is silent now: less has come today than is normal by this full hour; or a day of the last week had too
    little in all, and nothing came since.
    """
    local = now.astimezone(zone)
    today = local.date()
    last = history.last.astimezone(zone).date() if history.last is not None else None
    for back in range(_LOOK_BACK + 1):
        day = today - timedelta(days=back)
        if back and last is not None and last > day:
            return None  # something came since: what that day lacked is past
        if day in holidays:
            continue
        like = [_on(history, one) for one in _like_days(history.first, day, weeks, holidays)]
        normal = normal_of([one.whole if back else one.by_now for one in like])
        mine = _on(history, day)
        came = mine.whole
        if normal is not None and came < normal.least and (not back or came == 0):
            return Silent(history.series, day, 24 if back else local.hour, came, normal, history.last)
    return None


def _like_days(first: date, day: date, weeks: int, holidays: frozenset[date]) -> Iterable[date]:
    """The same weekdays before a day, from the first on of which anything is known."""
    before = (day - timedelta(weeks=week) for week in range(1, weeks + 1))
    return [one for one in before if one >= first and one not in holidays]


def _on(history: History, day: date) -> Day:
    return history.days.get(day, Day(day, 0, 0))


def told(silent: Silent, *, name: str, what: str, zone: tzinfo) -> str:
    """One sentence: `BigBox normally sends 12-20 purchase orders by 10:00 on Tuesdays; today none; the last one 2026-11-16
    16:12 CET`.
    """
    normal = silent.normal
    usual = str(normal.low) if normal.low == normal.high else f"{normal.low}-{normal.high}"
    by = f"by {silent.hour:02}:00" if silent.hour < 24 else "a day"
    day = "today" if silent.hour < 24 else f"on {silent.day}"
    return (
        f"{name} normally sends {usual} {what} {by} on {_WEEKDAYS[silent.day.weekday()]}; "
        f"{day} {silent.came or 'none'}; {_last(silent.last, zone)}"
    )


def _last(last: datetime | None, zone: tzinfo) -> str:
    return f"the last one {last.astimezone(zone):%Y-%m-%d %H:%M %Z}" if last is not None else "none in these weeks"


def is_missed(expected: Expected, came: int, now: datetime, *, zone: tzinfo, holidays: frozenset[date]) -> bool:
    """Whether what a person expects today had not come by its time."""
    local = now.astimezone(zone)
    if local.weekday() not in expected.days or local.date() in holidays:
        return False
    return local.time() >= expected.by and came < expected.at_least


def told_expected(expected: Expected, came: int, last: datetime | None, *, name: str, what: str, zone: tzinfo) -> str:
    """One sentence about what a person expects and did not come."""
    return (
        f"{name} is expected to send {expected.at_least} or more {what} by {expected.by:%H:%M}; "
        f"today {came or 'none'}; {_last(last, zone)}"
    )
