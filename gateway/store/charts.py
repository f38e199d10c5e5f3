"""Figures over time over PostgreSQL, for charts. Each method is one named query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from gateway.ports import Json
from gateway.store.database import Database

_MOST_MEASURED: Final = 5_000
"""So many deliveries of each step are measured at most: percentiles do not become better by more."""
_MOST_PARTNERS: Final = 20


@dataclass(frozen=True, slots=True)
class Range:
    """A time up to now in steps."""

    step: timedelta
    steps: int


class Charts:
    """What is drawn. `channels` are those of the configuration: what came by others came from the gateway itself."""

    def __init__(self, database: Database, channels: Sequence[str]) -> None:
        self._database, self._channels = database, list(channels)

    async def volumes(self, over: Range) -> Sequence[Json]:
        """What came, what was sent, and how much of it had failures, by steps."""
        return await self._rows("volumes", over, self._channels)

    async def latencies(self, over: Range) -> Sequence[Json]:
        """How long it took from receipt to delivery, by steps."""
        return await self._rows("latencies", over, _MOST_MEASURED)

    async def acknowledgement_delays(self, over: Range) -> Sequence[Json]:
        """How long partners took to acknowledge, by steps of when it was sent."""
        return await self._rows("acknowledgement_delays", over)

    async def failures(self, over: Range) -> Sequence[Json]:
        """How many messages had failures, by partner, the most first."""
        return await self._rows("failures_by_partner", over, _MOST_PARTNERS)

    async def _rows(self, query: str, over: Range, *more: object) -> Sequence[Json]:
        return [dict(row) for row in await self._database.fetch(query, over.step, over.steps, *more)]
