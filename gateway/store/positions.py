"""How far the lists of partners' servers have been read."""

from typing_extensions import override

from gateway.domain.storable import storable
from gateway.ports.position import Positions
from gateway.store.database import Database


class PostgresPositions(Positions):
    """Positions in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def position(self, channel: str) -> str | None:
        rows = await self._database.fetch("channel_position", channel)
        return rows[0]["position"] if rows else None

    @override
    async def move_position(self, channel: str, position: str) -> None:
        await self._database.fetch("move_channel_position", channel, storable(position))
