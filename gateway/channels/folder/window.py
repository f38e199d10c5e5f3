"""How much is handed over at one time: a number of files, and the bytes of all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Window:
    """At most `files` at once and, together, at most `size` bytes; a single file larger than that goes alone."""

    def __init__(self, *, files: int, size: int) -> None:
        self._most_files, self._most_bytes = files, size
        self._files = self._bytes = 0
        self._changed = asyncio.Condition()

    async def enter(self, size: int) -> None:
        """Wait for a place."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._fits(size))
            self._files += 1
            self._bytes += size

    @asynccontextmanager
    async def leaving(self, size: int) -> AsyncIterator[None]:
        """Give the place back at the end."""
        try:
            yield
        finally:
            self._files -= 1
            self._bytes -= size
            async with self._changed:
                self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return not self._files or (self._files < self._most_files and self._bytes + size <= self._most_bytes)
