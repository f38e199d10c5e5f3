"""The gateway at the centre, as a site sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.domain.centre import Fate


@dataclass(frozen=True, slots=True)
class Forwarding:
    """A transmission that waits to be handed on."""

    id: UUID
    channel: str
    partner: str | None
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the centre said. `known_as` is its id there; `after` the seconds that it asks for."""

    fate: Fate
    message: str = ""
    remedy: str = ""
    known_as: str = ""
    after: float | None = None


class Centre(Protocol):
    """Where transmissions go."""

    async def take(self, item: Forwarding, body: bytes) -> Told:
        """Hand one over; the same one again is recognised by its id and content. Raises nothing for a line that is cut."""


class WaitingForCentre(Protocol):
    """What waits, in the order in which it came."""

    async def oldest(self, limit: int) -> Sequence[Forwarding]:
        """The first ones, whoever works on them."""
