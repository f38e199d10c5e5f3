"""Lets calls be made no faster than agreed."""

import asyncio
from collections.abc import Awaitable, Callable

SHARE = 0.5
"""The part of an application's rate that watching it may take: the rest is for deliveries."""


class Pace:
    """At most so many calls a second, one after the other; None for as fast as they are answered."""

    def __init__(
        self, rate: float | None, *, monotonic: Callable[[], float], wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._monotonic, self._wait = monotonic, wait
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until the next call may be made."""
        if not self._interval:
            return
        now = self._monotonic()
        due = max(self._next, now)
        self._next = due + self._interval
        if due > now:
            await self._wait(due - now)
