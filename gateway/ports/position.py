"""How far a list of a partner's has been read, kept over restarts."""

from typing import Protocol


class Positions(Protocol):
    """Where each channel goes on reading. Losing one costs time, never a document: what was fetched before is recognised."""

    async def position(self, channel: str) -> str | None:
        """Where to go on; None to begin. Raises StoreUnavailable."""

    async def move_position(self, channel: str, position: str) -> None:
        """Everything before `position` is stored and confirmed. Raises StoreUnavailable."""
