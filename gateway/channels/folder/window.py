"""How much is handed over at one time: a number of files, and the bytes of all of them."""

import asyncio


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
