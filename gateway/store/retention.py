"""Retention over PostgreSQL: what may go, what is needed, what is held, and the months of the tables that grow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from typing_extensions import override

from gateway.domain.retention import Class, Period, Walk
from gateway.domain.storable import storable, storable_json
from gateway.errors import GatewayError
from gateway.ports.json import Json
from gateway.ports.retention import Purged, RetentionStore, Seen
from gateway.store.database import Connection, Database, Row

log = structlog.get_logger(__name__)

_NEEDED = {
    Walk.SENT: "needed_outbounds",
    Walk.WIRE: "needed_transfers",
    Walk.TRANSFERS: "needed_transfers",
    Walk.ORDERS: "needed_orders",
}
_LOCKED = {Walk.ORDERS: "lock_orders_for_purge"}
_OF_TRANSMISSIONS = "needed_transmissions"
_PATIENCE = 8.0
"""Seconds for a look at a whole month: what takes longer is purged row by row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What is held: what is a partner's, received between two moments, or chosen transmissions (found by `query`, as written)."""

    id: UUID
    reason: str
    actor: str
    partner: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    transmissions: Sequence[UUID] = ()
    query: str | None = None


class PostgresRetention(RetentionStore):
    """What is kept in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def look(self, walk: Walk, period: Period, *, after: UUID, limit: int) -> Sequence[Seen]:
        rows = await self._database.fetch(f"expired_{walk}", *_terms(period), after, limit)
        return [Seen(row["id"], row["last"], row["period"]) for row in rows]

    @override
    async def needed(self, walk: Walk, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return _reasons(await self._database.fetch(_NEEDED.get(walk, _OF_TRANSMISSIONS), ids))

    @override
    async def purge(self, walk: Walk, old: Sequence[Seen]) -> Purged:
        periods = {seen.id: seen.period for seen in old}
        async with self._database.transaction() as connection:
            ids = await self._held(connection, walk, list(periods))
            needed = _reasons(await self._database.within(connection, _NEEDED.get(walk, _OF_TRANSMISSIONS), ids))
            free = [one for one in ids if one not in needed]
            if free:
                await self._database.within(connection, f"purge_{walk}", free, [periods[one] for one in free])
        return Purged(len(free), needed)

    async def _held(self, connection: Connection, walk: Walk, ids: Sequence[UUID]) -> Sequence[UUID]:
        """Those of them that nobody else has in hand."""
        query = _LOCKED.get(walk, "" if walk in _NEEDED else "lock_for_purge")
        return [row["id"] for row in await self._database.within(connection, query, ids)] if query else ids

    @override
    async def purge_keys(self, envelope: Period, *, limit: int) -> int:
        gone = len(await self._database.fetch("purge_interchange_keys", limit))
        if envelope.shortest is not None:
            gone = max(gone, len(await self._database.fetch("purge_document_keys", *_terms(envelope), limit)))
            longest = envelope.longest
            if longest is not None:
                gone = max(gone, len(await self._database.fetch("purge_unrelated_statements", longest, limit)))
                gone = max(gone, len(await self._database.fetch("purge_orderless_releases", longest, limit)))
                gone = max(gone, len(await self._database.fetch("purge_shadow_comparisons", longest, limit)))
        return gone

    @override
    async def purge_audit(self, period: timedelta, *, limit: int) -> int:
        return int((await self._database.fetch("purge_audit", period, limit))[0]["gone"])

    @override
    async def drop_months(self, kind: Class, longest: timedelta) -> Sequence[str]:
        dropped = []
        for month in await self._database.fetch("expired_months", kind.value, longest):
            try:
                if not await self._month_needed(month, longest):
                    await self._drop(month, kind, longest)
                    dropped.append(month["child"])
            except GatewayError as error:  # busy: another round finds it again
                log.info("month_not_dropped", month=month["child"], reason=str(error))
        return dropped

    async def _month_needed(self, month: Row, longest: timedelta) -> bool:
        query = f"month_needed_{month['name']}"
        async with self._database.connection() as connection:
            rows = await self._database.within(connection, query, month["first"], month["until"], longest, patience=_PATIENCE)
        return bool(rows[0]["needed"])

    async def _drop(self, month: Row, kind: Class, longest: timedelta) -> None:
        last = UUID(int=month["until"].int - 1)
        if month["name"] == "milestone":
            while await self._database.fetch("drop_notices", month["first"], month["until"]):
                pass
        await self._database.fetch("drop_month", month["child"], kind.value, month["first"], last, longest, month["name"])

    @override
    async def add_months(self, *, ahead: int) -> Sequence[str]:
        made: list[str] = []
        for table in await self._database.fetch("partitioned_tables"):
            made += [row["made"] for row in await self._database.fetch("add_months", table["name"], ahead)]
        return made

    @override
    async def record_purge(self, actor: str, subject: str, detail: Json) -> None:
        await self._database.fetch("record_purge", storable(actor), subject, storable_json(detail))

    @override
    async def holds(self) -> int:
        return len(await self._database.fetch("legal_holds", False))

    async def place_hold(self, hold: Hold) -> int:
        """Hold something; answers how many chosen transmissions there are."""
        h = hold
        reason, actor = storable(h.reason), storable(h.actor)
        rows = await self._database.fetch(
            "place_hold", h.id, h.partner, h.after, h.before, list(h.transmissions), h.query, reason, actor
        )
        return int(rows[0]["held"])

    async def release_hold(self, hold: UUID, *, actor: str, reason: str) -> bool:
        """End a hold; False when there is none that is in force."""
        return bool(await self._database.fetch("release_hold", hold, storable(actor), storable(reason)))

    async def listed_holds(self, *, released: bool = False) -> Sequence[Row]:
        """The holds, those in force first."""
        return await self._database.fetch("legal_holds", released)

    async def kept_since(self) -> Sequence[Row]:
        """The oldest of each class, and how many went lately."""
        return await self._database.fetch("kept_since")


def _terms(period: Period) -> tuple[timedelta | None, list[str], list[timedelta], timedelta | None]:
    return period.usual, list(period.partners), list(period.partners.values()), period.shortest


def _reasons(rows: Sequence[Row]) -> dict[UUID, str]:
    return {row["id"]: row["why"] for row in rows}
