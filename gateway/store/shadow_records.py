"""What came of comparing with another gateway, for people, over PostgreSQL. Each method is one named query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from gateway.domain.shadow import Difference, Likeness
from gateway.ports import Json
from gateway.ports.shadow import ShadowFilter
from gateway.store.database import Database, Row

MOST_ELEMENTS = 500
"""So many elements that differ are told of a partner, the most frequent."""


class ComparedRow(NamedTuple):
    """A document that is not the same on both sides; `message` is what ours belongs to, `legacy` the other gateway's file."""

    document: str
    identity: str
    state: Likeness
    message: UUID | None
    legacy: str | None
    compared_at: datetime
    differences: tuple[Difference, ...]


class ShadowRecords:
    """Comparisons of partners."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tallies(self, partners: Sequence[str]) -> Sequence[Json]:
        """How many documents: `partner`, `name`, `state`, `count`, and when one of them was `compared_at` last."""
        return [dict(row) for row in await self._database.fetch("shadow_tallies", list(partners))]

    async def withheld(self, partners: Sequence[str]) -> Mapping[str, Json]:
        """`since` and `until` when deliveries of each partner were withheld; None where none is."""
        rows = await self._database.fetch("shadow_withheld", list(partners))
        return {row["partner"]: {"since": row["since"], "until": row["until"]} for row in rows}

    async def elements(self, partner: str) -> Sequence[Json]:
        """What differs: `document`, `element`, and in how many `documents`; the most frequent first."""
        return [dict(row) for row in await self._database.fetch("shadow_elements", partner, MOST_ELEMENTS)]

    async def page(
        self, partner: str, wanted: ShadowFilter, *, after: tuple[str, str] | None, limit: int
    ) -> Sequence[ComparedRow]:  # fmt: skip
        """Documents that are not the same, by name and identity, after the last ones of the page before."""
        name, identity = after or (None, None)
        rows = await self._database.fetch("shadow_page", partner, *wanted, name, identity, limit)
        return [_compared(row) for row in rows]


def _compared(row: Row) -> ComparedRow:
    told = orjson.loads(row["differences"])
    return ComparedRow(
        row["name"], row["identity"], Likeness(row["state"]), row["message"], row["legacy"], row["compared_at"],
        tuple(Difference(**each) for each in told),
    )  # fmt: skip
