"""Noticing changes of a folder at once, where the file system tells of them. Network shares often do not: polling goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from watchfiles import Change, awatch

from gateway.ports.pulse import resting

Notices = Callable[[Path], AsyncIterator[object]]
"""Yields whenever something may have arrived in the folder. May raise OSError and may end; then only polling is left."""

Wait = Callable[[asyncio.Event, float], Awaitable[None]]
"""Waits until the event is set, at most so many seconds."""


async def notices(path: Path) -> AsyncIterator[object]:
    """The operating system's notices. Files that go away are no news: we take them away ourselves."""
    async for changes in awatch(
        path, recursive=False, debounce=100, step=20, watch_filter=lambda change, _name: change is not Change.deleted
    ):
        yield changes


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait in real time."""
    try:
        async with asyncio.timeout(seconds), resting():
            await event.wait()
    except TimeoutError:
        return
