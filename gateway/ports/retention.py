"""What the purge needs of the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from gateway.domain.retention import Class, Period, Walk
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that was looked at. `period`: it is older than that; None: not yet, or kept for ever. `last`: where to go on."""

    id: UUID
    last: UUID
    period: timedelta | None


@dataclass(frozen=True, slots=True)
class Purged:
    """What a batch did: how many went, and why others are still needed."""

    gone: int
    needed: Mapping[UUID, str]


class RetentionStore(Protocol):
    """What is kept. Each call is one short transaction."""

    async def look(self, walk: Walk, period: Period, *, after: UUID, limit: int) -> Sequence[Seen]:
        """The next that may be older than the shortest period, in order; none at the end."""

    async def needed(self, walk: Walk, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Which of them are still needed, and why."""

    async def purge(self, walk: Walk, old: Sequence[Seen]) -> Purged:
        """Remove those that nothing needs; nobody can begin to need them in between."""

    async def purge_keys(self, envelope: Period, *, limit: int) -> int:
        """Forget keys of duplicates whose time is over; answers how many, `limit` when there may be more."""

    async def purge_audit(self, period: timedelta, *, limit: int) -> int:
        """Remove what is older in the audit."""

    async def drop_months(self, kind: Class, longest: timedelta) -> Sequence[str]:
        """Drop the months of a class that are older and that nothing needs; answers their names."""

    async def add_months(self, *, ahead: int) -> Sequence[str]:
        """Make the months that come; answers what was made."""

    async def record_purge(self, actor: str, subject: str, detail: Json) -> None:
        """Write into the audit what was purged."""

    async def holds(self) -> int:
        """How many legal holds are in force."""
