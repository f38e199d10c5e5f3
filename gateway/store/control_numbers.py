"""The counters of control numbers, for the people who seed them, move them on after a restore, and void what was never sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Seeded:
    """What seeding did: the number before (None: a new counter) and after; `after` is None when it was refused as a step back."""

    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Voided:
    """What voiding did. `hindered` names the states of deliveries that forbid it; `before`: it was voided earlier."""

    control_number: str
    voided: bool
    before: bool
    hindered: str


class ControlNumbers:
    """Counters by scope, as `gateway.domain.control_number` names them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, containing: str = "") -> Sequence[tuple[str, int]]:
        """Scopes with the last number taken, in their order."""
        return [(row["scope"], row["value"]) for row in await self._database.fetch("control_numbers", containing)]

    async def seed(self, scope: str, last: int, *, actor: str, reason: str, back: bool = False) -> Seeded:
        """Let the next number of a scope be the one after `last`. Backwards only with `back`: numbers come twice then."""
        (row,) = await self._database.fetch("seed_control_number", scope, last, back, actor, reason)
        return Seeded(row["before"], row["after"])

    async def skip(self, count: int, *, actor: str) -> int:
        """Move all counters on; answers how many there are."""
        (row,) = await self._database.fetch("skip_control_numbers", count, actor)
        return int(row["counters"])

    async def void(self, outbound: UUID, *, actor: str, reason: str) -> Voided | None:
        """Give up a sealed interchange that was never sent; None when there is no such interchange."""
        rows = await self._database.fetch("void_outbound", outbound, reason, actor)
        if not rows:
            return None
        row = rows[0]
        return Voided(row["control_number"], row["voided"], row["before"], row["hindered"] or "")
