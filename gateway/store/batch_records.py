"""Batches, dead letters and what is chosen for them, as people look at them: JSON views."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.ports import Json
from gateway.ports.batches import Choices, MessageFilter, PublishedMessage, PublishedMessages
from gateway.ports.delivery import APPROVAL
from gateway.store.database import Row
from gateway.store.records import PostgresRecords

_MOST = 100_000
"""So many cases of a failure are looked at."""


class BatchRecords(PostgresRecords, Choices, PublishedMessages):
    """What is stored about batches, and what they can be made of."""

    async def batches(self, *, states: Sequence[str] = (), before: UUID | None = None, limit: int = 50) -> list[Json]:
        """The newest batches, with how far they are."""
        return [_batch_view(row) for row in await self._database.fetch("batches", [*states] or None, before, limit)]

    async def batch(self, batch: UUID) -> Json | None:
        """One batch; None if there is none."""
        rows = await self._database.fetch("batch", batch)
        return _batch_view(rows[0]) if rows else None

    async def items(self, batch: UUID, *, states: Sequence[str] = (), after: int = 0, limit: int = 1000) -> list[Json]:
        """The items of a batch in their order, with what became of each."""
        return [_plain(row) for row in await self._database.fetch("batch_items", batch, [*states] or None, after, limit)]

    async def batches_like(self, text: str) -> list[UUID]:
        """Batches with this id, or with one that ends so."""
        return [row["id"] for row in await self._database.fetch("batches_like", text.lower())]

    @override
    async def group(self, failure: str) -> list[Json]:
        return [dict(row) for row in await self._database.fetch("group_subjects", failure.lower(), _MOST)]

    @override
    async def deliveries_of(self, ids: Sequence[UUID], targets: Sequence[str] = ()) -> list[tuple[UUID, UUID]]:
        return [(row["id"], row["transmission"]) for row in await self._database.fetch("deliveries_of", ids, [*targets] or None)]

    @override
    async def transmissions_of(self, ids: Sequence[UUID]) -> list[UUID]:
        return [row["id"] for row in await self._database.fetch("transmissions_of", ids)]

    @override
    async def published(self, wanted: MessageFilter, limit: int) -> list[PublishedMessage]:
        types = [one.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%").replace("*", "%") for one in wanted.types]
        chosen = (types, wanted.since, wanted.until, [*wanted.partners] or None, [*wanted.orders] or None)
        return [PublishedMessage(**dict(row)) for row in await self._database.fetch("published_messages", *chosen, limit)]

    async def dead_letters(
        self,
        *,
        partners: Sequence[str] = (),
        targets: Sequence[str] = (),
        states: Sequence[str] = (),
        codes: Sequence[str] = (),
        needs: Sequence[str] = (),
        ids: Sequence[UUID] = (),
        before: tuple[datetime, UUID] | None = None,
        limit: int = 1000,
    ) -> list[Json]:
        """What somebody must look after before it goes on, the newest first; `fingerprint` groups those of one cause, `need` says
        what it waits for: an approval, a look (in_doubt), a correction (refused, dead), or to be read (unreadable).

        `before` is since when the last one of the list that goes on was there, and its id.
        """
        wanted = [[*values] or None for values in (partners, targets, states, codes, needs)]
        rows = await self._database.fetch("dead_letters", *wanted, *(before or (None, None)), limit, APPROVAL, [*ids] or None)
        return [_plain(row) for row in rows]

    async def dead_letter_needs(self) -> dict[str, int]:
        """How many dead letters there are, by what they need."""
        return {row["need"]: row["letters"] for row in await self._database.fetch("dead_letter_needs", APPROVAL)}


def _batch_view(row: Row) -> dict[str, Any]:
    view = _plain(row)
    for name in ("options", "plan", "items"):
        view[name] = orjson.loads(row[name] or "{}")
    return view


def _plain(row: Row) -> dict[str, Any]:
    return {name: _value(value) for name, value in dict(row).items()}


def _value(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value
