"""What a site has not handed on yet."""

from collections.abc import Sequence

from typing_extensions import override

from gateway.ports.centre import Forwarding, WaitingForCentre
from gateway.store.database import Database


class PostgresForwarding(WaitingForCentre):
    """Reads the rows; they are claimed and settled as translation does it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def oldest(self, limit: int) -> Sequence[Forwarding]:
        return [Forwarding(**row) for row in await self._database.fetch("transmissions_to_forward", limit)]
