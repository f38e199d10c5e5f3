"""How much is handed over at one time, a number of files and the bytes of all of them, and who begins before whom."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Window:
    """At most `files` at once and, together, at most `size` bytes; a single file larger than that goes alone. One may wait."""

    def __init__(self, *, files: int, size: int) -> None:
        self._most_files, self._most_bytes = files, size
        self._files = self._bytes = 0
        self._left = asyncio.Event()

    async def enter(self, size: int) -> None:
        """Wait for a place."""
        while self._files and (self._files >= self._most_files or self._bytes + size > self._most_bytes):
            self._left.clear()
            await self._left.wait()
        self._files += 1
        self._bytes += size

    def leave(self, size: int) -> None:
        """Give the place back."""
        self._files -= 1
        self._bytes -= size
        self._left.set()


class Line:
    """Keeps the order of those who prepare side by side: whoever joined first goes on first, or leaves."""

    def __init__(self) -> None:
        self._standing: deque[asyncio.Event] = deque()

    @contextmanager
    def joined(self) -> Iterator[asyncio.Event]:
        """Stand in line within the body. The event is set when all who joined before have left."""
        first = asyncio.Event()
        self._standing.append(first)
        self._tell_first()
        try:
            yield first
        finally:
            self._standing.remove(first)
            self._tell_first()

    def _tell_first(self) -> None:
        if self._standing:
            self._standing[0].set()
