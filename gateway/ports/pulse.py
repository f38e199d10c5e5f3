"""The pulse of what runs for ever: how the watchdog hears that it gets on, and that it only waits for something to do.

The pulse goes with the task and with those that it starts; where nobody watches, beating does nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Pulse:
    """When something made progress last, by the clock of its watchdog; None while it waits for something to do."""

    monotonic: Callable[[], float]
    at: float | None


_PULSE: ContextVar[Pulse | None] = ContextVar("pulse", default=None)


def beat() -> None:
    """There was progress, and there is something to do: the next beat is due within the time that the watchdog allows."""
    pulse = _PULSE.get()
    if pulse is not None:
        pulse.at = pulse.monotonic()


@asynccontextmanager
async def resting() -> AsyncIterator[None]:
    """In the block the task waits for something to do, for however long; afterwards it has something to do."""
    pulse = _PULSE.get()
    if pulse is not None:
        pulse.at = None
    try:
        yield
    finally:
        beat()


async def rest(seconds: float) -> None:
    """Wait for so long with nothing to do."""
    async with resting():
        await asyncio.sleep(seconds)


@contextmanager
def watched(by: Pulse) -> Iterator[None]:
    """Let what is started in the block beat this pulse."""
    before = _PULSE.set(by)
    try:
        yield
    finally:
        _PULSE.reset(before)
