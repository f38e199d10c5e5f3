"""Withheld deliveries and comparisons, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.masks import MASK
from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.ports.shadow import ShadowStore, Withheld
from gateway.store.bodies import CANONICAL, OUTBOUND, ROUTED
from gateway.store.database import Database, Row


class PostgresShadow(ShadowStore):
    """What is kept of a gateway in shadow."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def withheld(self, partner: str, *, since: datetime | None, after: UUID | None, limit: int) -> Sequence[Withheld]:
        rows = await self._database.fetch("withheld_deliveries", partner, since, after, limit)
        return [self._withheld(row) for row in rows]

    def _withheld(self, row: Row) -> Withheld:
        bodies = self._database.bodies
        sealed = bodies.open(OUTBOUND, row["outbound"], row["bytes"]) if row["outbound"] is not None else None
        json = None
        if row["document"] is not None:
            routed = bodies.open(ROUTED, row["document"], row["routed"])
            json = routed if routed is not None else bodies.open(CANONICAL, row["document"], row["canonical"])
        return Withheld(row["id"], row["target"], sealed, row["name"], tuple(row["keys"]), json)

    @override
    async def keep(self, partner: str, compared: Sequence[Compared]) -> None:
        """Write them in the place of earlier ones. Where bodies are sealed, of values no more is kept than that they differ."""
        shown = _hidden if self._database.bodies.sealing else asdict
        differences = [storable_json([shown(each) for each in one.differences]) for one in compared]
        await self._database.fetch(
            "keep_shadow_comparisons",
            partner,
            [one.name for one in compared],
            [storable_key(one.identity) for one in compared],
            [one.state.value for one in compared],
            [one.ours for one in compared],
            [storable(one.legacy) or None for one in compared],
            differences,
        )

    @override
    async def kept(self, partner: str) -> Sequence[Compared]:
        return [_compared(row) for row in await self._database.fetch("shadow_comparisons", partner)]

    @override
    async def counts(self, partner: str) -> Sequence[tuple[str, str, int]]:
        rows = await self._database.fetch("shadow_counts", partner)
        return [(row["name"], row["state"], row["count"]) for row in rows]


def _hidden(difference: Difference) -> dict[str, str | None]:
    values = {name: MASK if getattr(difference, name) is not None else None for name in ("ours", "legacy")}
    return {**asdict(difference), **values}


def _compared(row: Row) -> Compared:
    told = orjson.loads(row["differences"])
    return Compared(
        row["name"],
        row["identity"],
        Likeness(row["state"]),
        row["ours"],
        row["legacy"] or "",
        tuple(Difference(**each) for each in told),
    )
