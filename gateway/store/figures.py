"""Figures for people over PostgreSQL: how it stands with partners, and with everything. Each method is one named query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.ports import Json
from gateway.store.database import Database, Row

_MOST_COUNTED = 100_000
"""What waits is counted up to here: a longer queue is a long queue."""


_MOST_AFFECTED = 20


class Figures:
    """What is counted. `channels` are those of the configuration: what came by others came from the gateway itself."""

    def __init__(self, database: Database, channels: Sequence[str]) -> None:
        self._database, self._channels = database, list(channels)

    async def partners(self, partners: Sequence[str]) -> Mapping[str, Json]:
        """Last contact, volumes and troubles of partners, by partner."""
        rows = await self._database.fetch("partner_figures", list(partners), self._channels)
        return {row["partner"]: dict(row) for row in rows}

    async def exchanged_with(self, partners: Sequence[str]) -> Sequence[str]:
        """Those of some partners from whom something was received, or to whom something was sent, and which is kept."""
        return [row["partner"] for row in await self._database.fetch("partners_with_history", list(partners))]

    async def stuck(self) -> Json:
        """What needs somebody now."""
        return dict((await self._database.fetch("what_is_stuck"))[0])

    async def waiting(self) -> Json:
        """What is on its way, and since when the oldest of it."""
        return dict((await self._database.fetch("what_waits", _MOST_COUNTED))[0])

    async def affected(self) -> Sequence[Json]:
        """Partners that something is open about, the most first."""
        return [dict(row) for row in await self._database.fetch("affected_partners", _MOST_AFFECTED)]

    async def configuration_since(self, digest: str) -> datetime | None:
        """When a configuration was first in force; None where it never was."""
        rows = await self._database.fetch("configuration_since", digest)
        return rows[0]["activated_at"] if rows else None

    async def difference_counts(self, stage: str, reconciliations: Sequence[str]) -> Mapping[str, int]:
        """How much differs and is not over, by reconciliation."""
        rows = await self._database.fetch("difference_counts", stage, list(reconciliations))
        return {row["reconciliation"]: row["differences"] for row in rows}

    async def differences(
        self, stage: str, reconciliations: Sequence[str], *, before: tuple[datetime, UUID] | None, limit: int, recurred: int = 0
    ) -> Sequence[Json]:
        """What reconciliations found to differ and is not over, the newest first; only what came back so often at least."""
        rows: Sequence[Row] = await self._database.fetch(
            "open_differences", stage, list(reconciliations), *(before or (None, None)), limit, recurred
        )
        return [dict[str, Any](row) for row in rows]
