"""Admission: when more waits for translation than the gateway works off soon, senders are asked to come again later.

What waits is counted every few seconds, never for a request, and never further than the limit.
"""

import asyncio

import structlog

from gateway.errors import GatewayError, Refused
from gateway.ports import Work

log = structlog.get_logger(__name__)


class Admission:
    """Says no while more than `most` transmissions wait. `run` must be running to find out."""

    def __init__(self, *, work: Work, most: int, every: float = 2.0) -> None:
        self._work = work
        self._most = most
        self._every = every
        self._full = False

    def admit(self, _partner: str) -> Refused | None:
        """None, or the refusal to answer with. Whether the database answers is for the intake to find out."""
        if not self._full:
            return None
        text = f"More than {self._most} transmissions wait to be translated."
        return Refused(text, status=503, remedy="Send it again after the time in Retry-After.")

    async def run(self) -> None:
        """Count, until cancelled."""
        while True:
            try:
                await self.measure()
            except GatewayError as error:
                log.debug("admission_not_measured", error=str(error))
            await asyncio.sleep(self._every)

    async def measure(self) -> None:
        """Count what waits now, up to the limit. Raises StoreUnavailable."""
        full = await self._work.count_untranslated(limit=self._most + 1) > self._most
        if full != self._full:
            log.warning("intake_closed" if full else "intake_opened", most_waiting=self._most)
        self._full = full
