"""Answers of Odoo that are kept for a while, so that a batch of orders needs no look-ups."""

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class TimedCache(Generic[K, V]):
    """Values by key, forgotten after `ttl` seconds and, the oldest first, beyond `limit` entries.

    "Not there" may be kept as well, but whoever is about to refuse an order for it must ask afresh: people put master
    data right and send the order again at once.
    """

    def __init__(self, *, ttl: float, clock: Callable[[], float], limit: int = 50_000) -> None:
        self._ttl = ttl
        self._clock = clock
        self._limit = limit
        self._entries: dict[K, tuple[float, V]] = {}

    def get(self, key: K) -> V | None:
        """The value, or None when there is none or it is too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock():
            del self._entries[key]
            return None
        return entry[1]

    def put(self, key: K, value: V) -> None:
        """Keep a value from now on."""
        self._entries.pop(key, None)
        while len(self._entries) >= self._limit:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (self._clock() + self._ttl, value)

    def drop(self, stale: Callable[[K, V], bool]) -> None:
        """Forget those of which this holds."""
        for key in [key for key, (_, value) in self._entries.items() if stale(key, value)]:
            del self._entries[key]

    def clear(self) -> None:
        """Forget everything: something kept turned out to be wrong."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)
