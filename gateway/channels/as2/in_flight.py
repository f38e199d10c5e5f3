"""A copy that comes while the first is being worked on waits for it, instead of doing the same work beside it."""

import asyncio
from collections import deque
from collections.abc import Hashable


class InFlight:
    """Who is being worked on. Copies at other nodes meet in the database, where the first one's key is held until its commit."""

    def __init__(self, *, patience: float) -> None:
        self._patience = patience
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    async def begin(self, key: Hashable) -> None:
        """Wait for the others of this key to `end`. Raises TimeoutError when that takes longer than the patience."""
        if key not in self._waiting:
            self._waiting[key] = deque()
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[key].append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # its turn came in the moment in which it gave up
                self.end(key)
            raise

    def end(self, key: Hashable) -> None:
        """Let the next one begin."""
        waiting = self._waiting[key]
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        del self._waiting[key]
