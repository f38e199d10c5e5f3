"""What applications said and nobody understood, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from typing_extensions import override

from gateway.domain.record import EventRow, FailureRow, TransmissionRow
from gateway.ports.hearing import UnreadStore
from gateway.ports.store import Piece
from gateway.store.database import Database


class PostgresUnread(UnreadStore):
    """Kept as transmissions that are not translated, so that people find, read and remove them as anything that came."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def keep(
        self,
        rows: Sequence[TransmissionRow],
        pieces: Sequence[tuple[UUID, int, Piece]],
        failures: Sequence[FailureRow],
        events: Sequence[EventRow],
    ) -> Sequence[UUID]:
        sealed = self._database.bodies.pieces(pieces)
        columns = [list(column) for column in zip(*sealed, strict=True)]
        stored = await self._database.fetch("keep_unread", rows, *columns, failures, events)
        return [row["id"] for row in stored]
