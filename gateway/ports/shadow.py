"""What is kept of a gateway in shadow: what it would have sent, and how that compares with what another one sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from gateway.domain.shadow import Compared, Likeness


class Withheld(NamedTuple):
    """Something that was not handed over: an interchange as sealed, or a document for an application as it was routed."""

    id: UUID
    target: str
    interchange: bytes | None
    name: str | None
    keys: tuple[str, ...]
    json: bytes | None


class ShadowFilter(NamedTuple):
    """Which comparisons are listed: of a canonical name, in a state, with a difference in an element. None: any."""

    document: str | None = None
    state: Likeness | None = None
    element: str | None = None


class ShadowStore(Protocol):
    """Withheld deliveries and comparisons of a partner."""

    async def withheld(self, partner: str, *, since: datetime | None, after: UUID | None, limit: int) -> Sequence[Withheld]:
        """What was withheld from or because of a partner, in its order, after an id."""

    async def keep(self, partner: str, compared: Sequence[Compared]) -> None:
        """Write comparisons in the place of earlier ones of the same documents."""

    async def kept(self, partner: str) -> Sequence[Compared]:
        """All comparisons of a partner that are not `same`."""

    async def counts(self, partner: str) -> Sequence[tuple[str, str, int]]:
        """How many documents, by canonical name and state."""
