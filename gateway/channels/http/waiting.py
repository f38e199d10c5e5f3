"""Waiting for the acknowledgement of a transmission that is stored already: `?wait=ack`.

Nothing that goes wrong here may spoil the answer that it is stored: then the sender is told so, as without waiting.
"""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog

from gateway.errors import GatewayError
from gateway.ports import Json, Records

_log = structlog.get_logger(__name__)


class AcknowledgementWait:
    """All that wait now. After `stop` nobody waits any more."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """End all waits at once, because the process is stopping."""
        self._stopping.set()

    async def decided(self, transmission: UUID, *, within: float) -> Json | None:
        """The view once decided. None when that took too long, could not be found out, or the process is stopping."""
        asking = asyncio.create_task(self._ask(transmission, within))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else None
        finally:
            asking.cancel()
            stopping.cancel()

    async def contents(self, acknowledgements: Sequence[Json]) -> bytes | None:
        """The acknowledgements' bytes one after the other, an interchange with several of them once. None if not found."""
        try:
            found = [await self._records.acknowledgement(UUID(str(item["id"]))) for item in acknowledgements]
        except GatewayError as error:
            _log.warning("acknowledgement_not_read", problem=str(error))
            return None
        contents = [item[1] for item in found if item is not None]
        return b"".join(dict.fromkeys(contents)) if len(contents) == len(found) else None

    async def _ask(self, transmission: UUID, within: float) -> Json | None:
        try:
            return await self._records.wait_for_acknowledgement(transmission, within=within)
        except GatewayError as error:
            _log.warning("acknowledgement_wait_failed", transmission=str(transmission), problem=str(error))
            return None
