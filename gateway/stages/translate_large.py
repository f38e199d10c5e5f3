"""Large transmissions are translated one at a time, apart from the small ones: those do not wait for their end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from gateway.errors import GatewayError
from gateway.ports.pulse import resting
from gateway.stages.translate import Translate

log = structlog.get_logger(__name__)


async def _there() -> None:
    """There is memory."""


class TranslateLarge:
    """Takes what translation leaves: large transmissions, and what others hold, which is found not to be free.

    `memory` waits until there is some for large work. What is forgotten here, because the process ends or the database is
    away, is announced again by the sweep.
    """

    def __init__(self, translate: Translate, *, memory: Callable[[], Awaitable[None]] = _there) -> None:
        self._translate, self._memory = translate, memory
        self._left: dict[UUID, None] = {}
        self._some = asyncio.Event()

    def leave(self, ids: Sequence[UUID]) -> None:
        """These may wait."""
        self._left |= dict.fromkeys(ids)
        self._some.set()

    async def run(self) -> None:
        """Translate what was left, the first come first, until cancelled."""
        while True:
            async with resting():
                await self._some.wait()
            while self._left:
                await self._memory()
                first = next(iter(self._left))
                del self._left[first]
                try:
                    await self._translate.handle([first])
                except GatewayError as error:
                    log.warning("large_transmission_left", transmission=str(first), error=str(error))
            self._some.clear()
