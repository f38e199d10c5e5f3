"""Moments and durations in words. All times are UTC and say so, so that they can be copied into a mail."""

from datetime import UTC, datetime


def parsed(value: object) -> datetime | None:
    """The moment of a view, which is a datetime or ISO 8601 text; None when there is none or it cannot be read."""
    if isinstance(value, datetime):
        moment = value
    else:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_text(value: object) -> str:
    """`2026-11-21 04:18:40Z`, or nothing."""
    moment = parsed(value)
    return f"{moment:%Y-%m-%d %H:%M:%S}Z" if moment else ""


def between(start: object, end: object) -> float | None:
    """Seconds from one moment of a view to another; None when either is missing."""
    first, last = parsed(start), parsed(end)
    return (last - first).total_seconds() if first and last else None


def duration_text(seconds: float | None) -> str:
    """`120 ms`, `2.4 s`, `3 min 10 s`, `2 h 5 min`, `4 d 1 h`, or nothing."""
    if seconds is None:
        return ""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    if round(seconds, 3) < 1:
        return f"{sign}{seconds * 1000:.0f} ms"
    if seconds < 59.95:  # from there on it would be shown as 60.0 s
        return f"{sign}{seconds:.1f} s"
    whole = round(seconds)
    for size, unit, smaller, name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{sign}{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{sign}{whole} s"


def size_text(size: object) -> str:
    """`1,204 bytes`, or nothing."""
    return f"{size:,} bytes" if isinstance(size, int) else ""
