"""The machine's clock, chance and ids: what pure code and stages get injected, so that tests can choose."""

import random
import time
from datetime import UTC, datetime
from uuid import UUID

_RANDOM_BITS = 62
_SEQUENCE_BITS = 12


class SystemClock:
    """The present, from the machine."""

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()


class TimeOrderedIds:
    """Makes version 7 UUIDs (RFC 9562, 5.7): they sort by the time they were made, within a process strictly."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()
        self._bits = random.Random(self._random.getrandbits(128))  # noqa: S311 - an id is unique, not secret
        self._last = 0

    def __call__(self) -> UUID:
        """The next id."""
        # Milliseconds and a 12-bit fraction of one: RFC 9562, 6.2, method 3.
        moment = time.time_ns() * (1 << _SEQUENCE_BITS) // 1_000_000
        self._last = moment = max(moment, self._last + 1)
        milliseconds, fraction = moment >> _SEQUENCE_BITS, moment & ((1 << _SEQUENCE_BITS) - 1)
        value = milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | self._bits.getrandbits(_RANDOM_BITS)
        return UUID(int=value)
