"""Failures of channels in PostgreSQL."""

from collections.abc import Sequence

from gateway.domain.record import FailureRow
from gateway.store.database import Database


class PostgresChannelFailures:
    """Writes failures of channels, and ends those of a channel that works again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, rows: Sequence[FailureRow]) -> None:
        """Open failures, or count those that are open."""
        await self._database.fetch("record_failures", rows)

    async def resolve(self, channel: str) -> None:
        """End a channel's failures, with their cases."""
        await self._database.fetch("resolve_channel_failures", channel)
