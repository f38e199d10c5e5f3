"""Where large bodies go in tests."""

import hashlib
from typing import Any
from uuid import UUID

MIB = 1_048_576


class FakePieces:
    """Pieces in memory; counts how many there were at one time."""

    def __init__(self) -> None:
        self.kept: dict[UUID, dict[int, int]] = {}
        self.sums: dict[UUID, Any] = {}
        self.dropped: list[UUID] = []
        self.trouble: Exception | None = None

    async def stage(self, transmission: UUID, ordinal: int, piece: bytes) -> None:
        if self.trouble and ordinal:
            raise self.trouble
        assert len(piece) <= MIB
        self.kept.setdefault(transmission, {})[ordinal] = len(piece)
        self.sums.setdefault(transmission, hashlib.sha256()).update(piece)

    async def drop(self, transmission: UUID) -> None:
        self.dropped.append(transmission)
        self.kept.pop(transmission, None)
