"""What keeps deliveries from their targets besides time, as staff and the stages see it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.domain.record import DiversionRow, EventRow
from gateway.ports.json import Json


class Held(StrEnum):
    """What staff may hold."""

    TARGET = "target"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Who asks for something, and why; `configuration` and `node` are for the journal."""

    actor: str
    reason: str
    configuration: str
    node: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A target or partner that staff hold, and why."""

    kind: Held
    name: str
    reason: str
    actor: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Divertible:
    """A delivery that its fallback may take: it is known not to have been done.

    `held_since` and `open_since` say for how long its target was held, or its breaker not closed, where that is longer than
    agreed; both None: it is dead.
    """

    id: UUID
    transmission: UUID
    target: str
    fallback: str
    state: str
    attempt: int
    code: str | None
    held_since: datetime | None
    open_since: datetime | None


Diversion = tuple[DiversionRow, Sequence[EventRow]]
"""What becomes of such a delivery, and the journal of both."""


class TargetControl(Protocol):
    """What keeps deliveries, in the database that all processes share. Raises GatewayError when it is away."""

    async def limit(self, target: str, *, rate: float | None, concurrency: int | None) -> None:
        """What a target may get of all processes together: calls a second, calls in flight; None for no limit."""

    async def hold(self, kind: Held, name: str, order: Order) -> bool:
        """Deliver nothing more of a target or partner; False when it is held already."""

    async def release(self, kind: Held, name: str, order: Order) -> Hold | None:
        """End a hold; what it was, None when there is none."""

    async def holds(self) -> Sequence[Hold]:
        """What is held at present."""

    async def retry_now(
        self, order: Order, *, target: str | None = None, partner: str | None = None, deliveries: Sequence[UUID] | None = None
    ) -> Mapping[str, int]:
        """Bring forward what waits for its next attempt; how many deliveries, by target. At least one thing must be named."""

    async def unblock(self, *, configuration: str, node: str) -> Mapping[str, int]:
        """Let go what was put aside and waits for nothing any more; how many deliveries, by target."""

    async def divert(self, decide: Callable[[Divertible], Diversion], *, limit: int = 200) -> Mapping[str, int]:
        """Give deliveries whose target is lost to their fallbacks, in one transaction; how many, by fallback."""

    async def levels(self) -> Sequence[Json]:
        """What waits at each target, and what keeps it."""
