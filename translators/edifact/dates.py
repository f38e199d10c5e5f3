"""Dates, times and periods in the formats of data element 2379.

A date without time becomes a `date`; a time without zone is taken in the partner's zone and becomes an instant in UTC; formats
that name a span become a pair. Formats that name no point in time (a week, a quarter, a number of days) have no value here.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

Instant = date | datetime

_PIVOT = 70
_PATTERNS = {
    "2": "%d%m%y",
    "3": "%m%d%y",
    "4": "%d%m%Y",
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "202": "%y%m%d%H%M%S",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
    "205": "%Y%m%d%H%M",
    "301": "%y%m%d%H%M",
    "302": "%y%m%d%H%M%S",
    "303": "%Y%m%d%H%M",
    "304": "%Y%m%d%H%M%S",
}
_SPANS = {"711": "102", "713": "201", "717": "101", "718": "102", "719": "203"}
_DAYS_ONLY = frozenset({"2", "3", "4", "101", "102"})
_WITH_ZONE = frozenset({"205", "301", "302", "303", "304"})
_OFFSET = re.compile(r"^([+-])(\d{2}):?(\d{2})?$")
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "WET": 0,
    "CET": 60,
    "CES": 120,
    "EET": 120,
    "EST": -300,
    "CST": -360,
    "MST": -420,
    "PST": -480,
}


@lru_cache(maxsize=1024)
def instant(value: str, form: str, zone: tzinfo) -> Instant | None:
    """A date, or an instant in UTC; None when the value does not fit the format or the format is no point in time."""
    pattern = _PATTERNS.get(form)
    if pattern is None:
        return None
    length = _width(pattern)
    digits, rest = value[:length], value[length:]
    if len(digits) != length or not (digits.isascii() and digits.isdigit()):
        return None
    offset = _zone(rest) if form in _WITH_ZONE else None
    if rest and offset is None:
        return None
    try:
        moment = _moment(digits, pattern)
    except ValueError:
        return None
    if form in _DAYS_ONLY:
        return moment.date()
    try:
        return moment.replace(tzinfo=offset or zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def span(value: str, form: str, zone: tzinfo) -> tuple[Instant, Instant] | None:
    """Start and end of a period; some senders write the hyphen that the format shows, the standard has none."""
    part = _SPANS.get(form)
    if part is None:
        return None
    length = _width(_PATTERNS[part])
    start = instant(value[:length], part, zone)
    end = instant(value[length:].removeprefix("-"), part, zone)
    return (start, end) if start is not None and end is not None else None


@lru_cache(maxsize=1024)
def fits(value: str, form: str) -> bool:
    """Whether a value is a date, an instant or a period that exists; formats that are not judged here always fit."""
    if form in _PATTERNS:
        return instant(value, form, UTC) is not None
    return form not in _SPANS or span(value, form, UTC) is not None


def _width(pattern: str) -> int:
    return sum(4 if letter == "Y" else 2 for letter in pattern if letter != "%")


def _moment(digits: str, pattern: str) -> datetime:
    parts: dict[str, int] = {}
    position = 0
    for letter in pattern[1::2]:
        width = 4 if letter == "Y" else 2
        parts[letter] = int(digits[position : position + width])
        position += width
    year = parts.get("Y") or _century(parts.get("y", 0))
    hour = parts.get("H", 0)
    day = datetime(  # noqa: DTZ001 - the zone is put on by `instant`
        year, parts["m"], parts["d"], hour % 24, parts.get("M", 0), parts.get("S", 0)
    )
    if hour == 24 and not parts.get("M") and not parts.get("S"):
        return day + timedelta(days=1)
    if hour >= 24:
        raise ValueError("hour")
    return day


def _century(year: int) -> int:
    return year + (1900 if year >= _PIVOT else 2000)


def _zone(text: str) -> tzinfo | None:
    minutes = _ZONES.get(text)
    if minutes is not None:
        return timezone(timedelta(minutes=minutes))
    match = _OFFSET.match(text)
    if match is None or int(match[2]) > 14:
        return None
    delta = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return timezone(-delta if match[1] == "-" else delta)
