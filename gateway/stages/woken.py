"""Work that is done in rounds, when somebody wakes it and every so often besides."""

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog

from gateway.errors import GatewayError
from gateway.ports.pulse import resting

log = structlog.get_logger(__name__)


class Woken(ABC):
    """`poll` is in seconds. `FAILED` names the event that is logged when a round could not be made."""

    FAILED: ClassVar[str]

    def __init__(self, *, poll: float) -> None:
        self._poll = poll
        self._waiting = asyncio.Event()

    def wake(self) -> None:
        """There is something to do."""
        self._waiting.set()

    @abstractmethod
    async def round(self) -> int:
        """Do what there is; answers how much. Raises GatewayError."""

    async def run(self) -> None:
        """Make rounds until cancelled."""
        while True:
            self._waiting.clear()
            try:
                await self.round()
            except GatewayError as error:
                log.warning(self.FAILED, error=str(error))
            try:
                async with asyncio.timeout(self._poll), resting():
                    await self._waiting.wait()
            except TimeoutError:
                continue
