"""A body as it arrives: a small one is held, a large one goes to the store piece by piece, so that little of it is in memory."""

import hashlib
from collections.abc import Callable
from uuid import UUID

from gateway.channels.http.room import Lease
from gateway.ports import BodyPieces, Staged

_PIECE = 1_048_576
_HEAD = 4096


class Spool:
    """One body, of the transmission it will be. `most` is the largest that is taken; `too_large` makes the error to raise.

    Without `pieces` all of it is held. What is held takes its part of the room that all bodies share.
    """

    def __init__(
        self,
        transmission: UUID,
        *,
        most: int,
        too_large: Callable[[int], Exception],
        lease: Lease | None = None,
        pieces: BodyPieces | None = None,
    ) -> None:
        self.id = transmission
        self._most, self._too_large, self._lease, self._pieces = most, too_large, lease, pieces
        self._held = bytearray()
        self._sum = hashlib.sha256()
        self._ordinal = 0
        self.size = 0

    @property
    def mark(self) -> str:
        """The content in short (SHA-256), of what has been written so far."""
        made = self._sum.copy()
        made.update(self._held)
        return made.hexdigest()

    @property
    def head(self) -> bytes:
        """The beginning of the body, as long as it is held."""
        return bytes(self._held[:_HEAD])

    async def write(self, part: bytes) -> None:
        """The next bytes. Raises what `too_large` makes, Rejected when there is no room, StoreUnavailable."""
        self.size += len(part)
        if self.size > self._most:
            raise self._too_large(self._most)
        if self._lease is not None:
            self._lease.grow(len(part))
        self._held += part
        while self._pieces is not None and len(self._held) > _PIECE:
            await self._stage(self._pieces)

    async def end(self) -> tuple[bytes, Staged | None]:
        """The body, held or staged, for a hand-over."""
        if not self._ordinal or self._pieces is None:
            return bytes(self._held), None
        await self._stage(self._pieces)
        return b"", Staged(self.size, self._sum.digest())

    async def drop(self) -> None:
        """Nothing will be handed over."""
        if self._ordinal and self._pieces is not None:
            await self._pieces.drop(self.id)

    async def _stage(self, pieces: BodyPieces) -> None:
        piece = bytes(memoryview(self._held)[:_PIECE])
        self._sum.update(piece)
        self._ordinal += 1  # before: what may have been stored is to be dropped as well
        await pieces.stage(self.id, self._ordinal - 1, piece)
        del self._held[: len(piece)]
        if self._lease is not None:
            self._lease.shrink(len(piece))
