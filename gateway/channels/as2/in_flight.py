"""A copy that comes while the first is being worked on waits for it, instead of doing the same work beside it."""

import asyncio
from collections.abc import Hashable


class InFlight:
    """Who is being worked on. Copies at other nodes meet in the database, where the first one's key is held until its commit."""

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._turns: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    def turn(self, key: Hashable) -> "Turn":
        """A turn of this key: `begin` it, then `end` it."""
        return Turn(self._turns, key, self._patience)


class Turn:
    """One that wants to be worked on."""

    __slots__ = ("_key", "_lock", "_patience", "_turns")

    def __init__(self, turns: dict[Hashable, tuple[asyncio.Lock, int]], key: Hashable, patience: float) -> None:
        self._turns, self._key, self._patience = turns, key, patience
        self._lock, waiting = turns.get(key) or (asyncio.Lock(), 0)
        turns[key] = self._lock, waiting + 1

    async def begin(self) -> None:
        """Wait for the others of this key to end. Raises TimeoutError when that takes longer than the patience."""
        try:
            if not self._lock.locked():
                await self._lock.acquire()  # at once
                return
            async with asyncio.timeout(self._patience):
                await self._lock.acquire()
        except BaseException:
            self._leave()
            raise

    def end(self) -> None:
        """Let the next one begin."""
        self._lock.release()
        self._leave()

    def _leave(self) -> None:
        lock, waiting = self._turns[self._key]
        if waiting == 1:
            del self._turns[self._key]
        else:
            self._turns[self._key] = lock, waiting - 1
