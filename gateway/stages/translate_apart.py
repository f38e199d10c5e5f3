"""Some transmissions are translated apart from what the broker announces: large ones, and those whose announcement was lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from uuid import UUID

import structlog

from gateway.errors import GatewayError
from gateway.ports.pulse import resting
from gateway.stages.translate import Translate

log = structlog.get_logger(__name__)


async def _there() -> None:
    """There is memory."""


class TranslateApart:
    """Takes what is left to it, `at_once` at a time, the first come first.

    One takes what translation leaves: large transmissions, one at a time, so that small ones do not wait for their end, and what
    others hold, which is found not to be free. Another takes what the sweep finds, so that a broker which is away or stuck holds
    up nothing. `memory` waits until there is some. What is forgotten here, because the process ends or the database is away, is
    found by the sweep.
    """

    def __init__(self, translate: Translate, *, at_once: int = 1, memory: Callable[[], Awaitable[None]] = _there) -> None:
        self._translate, self._at_once, self._memory = translate, at_once, memory
        self._left: dict[UUID, None] = {}
        self._some = asyncio.Event()

    def prepare(self) -> None:
        """Load what reading takes."""
        self._translate.prepare()

    def leave(self, ids: Sequence[UUID]) -> None:
        """These may wait."""
        self._left |= dict.fromkeys(ids)
        self._some.set()

    async def run(self) -> None:
        """Translate what was left until cancelled."""
        while True:
            async with resting():
                await self._some.wait()
            while self._left:
                await self._memory()
                some = list(islice(self._left, self._at_once))
                for each in some:
                    del self._left[each]
                try:
                    await self._translate.handle(some)
                except GatewayError as error:
                    log.warning("transmissions_left", transmissions=len(some), first=str(some[0]), error=str(error))
            self._some.clear()
