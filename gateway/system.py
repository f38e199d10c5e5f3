"""The machine: clock, chance and ids, which pure code and stages get injected, so that tests can choose; disk and memory."""

import gc
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

_OBJECTS_BETWEEN = 10_000
_RANDOM_BITS = 62
_SEQUENCE_BITS = 12
_NO_LIMIT = 1 << 60
"""What a container without a limit shows as one."""


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


def free_space(folder: Path) -> int:
    """Bytes that may still be written to the disk of a folder."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def memory_used() -> int:
    """Bytes of memory that this process holds (resident)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def memory_allowed() -> int | None:
    """Bytes of memory that the container of this process may have; None when there is no such limit."""
    for place in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(place).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdecimal() and int(text) < _NO_LIMIT:
            return int(text)
    return None


@contextmanager
def uncollected() -> Iterator[None]:
    """While a process imports what it needs and reads its configuration: all of it stays, so nothing looks for garbage in it."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


def calm_collector(*, ended: bool = False) -> None:
    """Once the service has started: what is there stays, and the collector of cycles need not look at it again and again.

    Nor need it look at every 700th new object, when the hundreds of messages under way have more than that: they end without it.
    `ended`: something that stayed until now has ended, so this once it looks at all of it.
    """
    if ended:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN, 10, 10)
