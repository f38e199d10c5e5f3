"""What a time-ordered id (version 7, RFC 9562, 5.7) tells of when it was made: ages without asking the database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def age_of(identifier: UUID, now: datetime) -> timedelta:
    """How old a version 7 id is, to the millisecond; never less than nothing, for the clocks of two machines differ."""
    return max(now - _EPOCH - timedelta(milliseconds=identifier.int >> 80), timedelta())
