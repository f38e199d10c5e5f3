"""Failures of channels in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from gateway.domain.record import FailureRow
from gateway.store.database import Database


class PostgresChannelFailures:
    """The cases that the sides of channels have open."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, side: UUID, rows: Sequence[FailureRow], all_of_them: bool) -> Sequence[str]:  # noqa: FBT001 - stored
        """Open cases, and end the side's others if these are all. Returns the codes of what is new."""
        (row,) = await self._database.fetch("keep_channel_troubles", side, rows, all_of_them)
        codes: Sequence[str] = row["codes"]
        return codes
