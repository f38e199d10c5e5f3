"""Large bodies, stored while they arrive: nobody holds more of them than a piece."""

from datetime import timedelta
from uuid import UUID

import structlog
from typing_extensions import override

from gateway.errors import GatewayError
from gateway.ports import BodyPieces
from gateway.store.database import Database

_log = structlog.get_logger(__name__)

_ABANDONED = timedelta(hours=1)
"""Longer than any body may take to arrive."""


class PostgresBodyPieces(BodyPieces):
    """Pieces in PostgreSQL, beside those of transmissions."""

    def __init__(self, database: Database, *, abandoned: timedelta = _ABANDONED) -> None:
        self._database, self._abandoned = database, abandoned

    @override
    async def stage(self, transmission: UUID, ordinal: int, piece: bytes) -> None:
        await self._database.fetch("stage_piece", *self._database.bodies.pieces([(transmission, ordinal, piece)])[0])

    @override
    async def drop(self, transmission: UUID) -> None:
        try:
            await self._database.fetch("drop_staged", transmission)
        except GatewayError as error:
            _log.info("staged_body_left", transmission=str(transmission), problem=str(error))

    async def remove_abandoned(self) -> int:
        """One round of removing what was staged long ago and never handed over. Returns how many bodies."""
        return len(await self._database.fetch("remove_abandoned", self._abandoned))
