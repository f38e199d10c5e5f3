"""Dates and times of X12, with their zones, as days and instants in UTC."""

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_NAMED_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AT": "America/Anchorage",
    "HT": "Pacific/Honolulu",
    "NT": "America/St_Johns",
    "TT": "America/Halifax",
}
"""Zones that change with the season; A is Alaska, T the Atlantic (623)."""
_FIXED_ZONES: dict[str, float] = {
    "UT": 0,
    "GM": 0,
    "HS": -10,
    "HD": -9,
    "AS": -9,
    "AD": -8,
    "NS": -3.5,
    "ND": -2.5,
    "TS": -4,
    "TD": -3,
    "ES": -5,
    "ED": -4,
    "CS": -6,
    "CD": -5,
    "MS": -7,
    "MD": -6,
    "PS": -8,
    "PD": -7,
}
"""Hours ahead of UTC."""


def day(text: str) -> date | None:
    """CCYYMMDD, or YYMMDD by the rule of X12.5 for two-digit years as all partners use it today."""
    return _day(text) if len(text) in (6, 8) else None


@lru_cache(maxsize=1024)
def _day(text: str) -> date | None:
    if not (text.isascii() and text.isdigit()):
        return None
    full = text if len(text) == 8 else f"20{text}"
    try:
        return date(int(full[:4]), int(full[4:6]), int(full[6:]))
    except ValueError:
        return None


def instant(day_text: str, time_text: str, zone_text: str, partner_zone: tzinfo) -> date | datetime | None:
    """A date, or with a time an instant in UTC: in the zone of element 623 if given, else in the partner's."""
    when = day(day_text)
    if when is None or not time_text:
        return when
    if not (time_text.isascii() and time_text.isdigit() and len(time_text) >= 4):
        return when
    try:
        clock = time(int(time_text[:2]), int(time_text[2:4]), int(time_text[4:6] or 0))
        return datetime.combine(when, clock, tzinfo=zone(zone_text) or partner_zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return when


@lru_cache(maxsize=64)
def zone(text: str) -> tzinfo | None:
    """The zone of element 623: a name, or 01 to 12 hours ahead of UTC and 13 to 24 counting back from it."""
    if text in _NAMED_ZONES:
        return ZoneInfo(_NAMED_ZONES[text])
    if text in _FIXED_ZONES:
        return timezone(timedelta(hours=_FIXED_ZONES[text]))
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 24:
        hours = int(text)
        return timezone(timedelta(hours=hours if hours <= 12 else hours - 25))
    return None
