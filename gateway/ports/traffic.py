"""What the round that notices silence needs of the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from gateway.domain.silence import History

STAGE: Final = "silence"
"""The stage of failures of those who send nothing; their route is the source, or the [[expected_traffic]]."""


class Traffic(Protocol):
    """How much comes from whom by the hour. Raises StoreUnavailable and its kin."""

    async def now(self) -> datetime:
        """The clock that all times are compared with."""

    async def count(self, channels: Sequence[str], applications: Sequence[str], *, back: timedelta) -> None:
        """Count what came since the last time; at first so far back."""

    async def histories(self, zones: Mapping[str, str], *, since: datetime) -> Sequence[History]:
        """What came from sources by days, each in its own zone."""
