"""The gate before warehouses in PostgreSQL. Each method is one named query."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.availability import Inbound, Level
from gateway.domain.record import FailureRow
from gateway.domain.release.parts import PartLine, parsed
from gateway.domain.release.record import HoldRow, LevelRow, PartRow, ReleaseRow
from gateway.domain.storable import storable_key
from gateway.errors import BodyUnreadable
from gateway.ports import Json
from gateway.ports.release import (
    AtGate,
    OverdueHold,
    Refusal,
    ReleaseSession,
    ReleaseSettlement,
    ReleaseStore,
    ServedOrder,
    Stocked,
    StockNews,
)
from gateway.store.bodies import CANONICAL, RAW, ROUTED
from gateway.store.database import Connection, Database, Row

_ZERO = Decimal(0)
_ORDERED, _ANSWERED = "purchase_order", "order_response"
_TOLD_BY = ("received", "changed", "accepted", "rejected", "back_ordered", "held")
"""The milestones whose documents say what was ordered, and what was answered."""


class PostgresReleaseSession(ReleaseSession):
    """A transaction at the gate."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database, self._connection = database, connection

    async def _rows(self, query: str, *arguments: Any) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def take(self) -> AtGate | None:
        rows = await self._rows("take_release")
        return self._at_gate(rows[0]) if rows else None

    @override
    async def earlier(self, one: AtGate, subject: str) -> Sequence[AtGate]:
        return [self._at_gate(row) for row in await self._rows("earlier_releases", subject, one.arrived, one.test)]

    @override
    async def others_of_order(self, one: AtGate, order: UUID, subject: str) -> Sequence[AtGate]:
        return [self._at_gate(row) for row in await self._rows("others_of_order", order, one.row.id, subject)]

    @override
    async def claims(self, one: AtGate, order: UUID, subject: str) -> Sequence[tuple[str, Sequence[PartLine]]]:
        rows = await self._rows("claims_of_others", order, one.row.id, one.arrived, subject)
        return [(row["number"], parsed(row["lines"])) for row in rows]

    @override
    async def shipped_of(
        self, releases: Sequence[UUID], sources: Mapping[str, Sequence[str]]
    ) -> Mapping[UUID, Sequence[Sequence[Json]]]:
        said: dict[UUID, list[Sequence[Json]]] = {}
        for row in await self._rows("shipped_by_warehouses", list(releases), *_pairs(sources)):
            said.setdefault(row["part"], []).append(orjson.loads(row["lines"]))
        return said

    @override
    async def waits_for_earlier(self, one: AtGate) -> bool:
        (row,) = await self._rows("unseen_before", one.row.id)
        waits: bool = row["waits"]
        return waits

    def _at_gate(self, row: Row) -> AtGate:
        json, unreadable = None, None
        try:
            json = self._database.bodies.open(CANONICAL, row["id"], row["json"])
        except BodyUnreadable as error:
            unreadable = error
        names = ("arrived", "transmission", "partner", "test", "created_at", "now")
        return AtGate(release_row(row), **{name: row[name] for name in names}, json=json, unreadable=unreadable)

    @override
    async def order_of(self, number: str | None, names: Sequence[str], *, test: bool) -> ServedOrder | None:
        found = await self._rows("orders_served", number, list(names), test)
        sure = [row["id"] for row in found if row["numbered"] and row["named"]]
        numbered = [row["id"] for row in found if row["numbered"]]
        meant = sure or numbered or [row["id"] for row in found]
        if len(meant) != 1:
            return None
        (row,) = await self._rows("order_served", meant[0])
        documents = await self._documents(row["id"])
        return ServedOrder(
            row["id"], row["partner"], row["number"], row["state"], list(orjson.loads(row["steps"])),
            documents.get(_ORDERED, {}), documents.get(_ANSWERED, {}),
            orjson.loads(row["lines"]),
        )  # fmt: skip

    async def _documents(self, order: UUID) -> Mapping[str, Json]:
        """The last document of each name that said something of an order."""
        last: dict[str, Json] = {}
        for row in await self._rows("order_documents", order, list(_TOLD_BY)):
            try:
                json = self._database.bodies.open(ROUTED if row["rewritten"] else CANONICAL, row["id"], row["json"])
            except BodyUnreadable:
                continue
            if json is not None:
                last[row["name"]] = orjson.loads(json)
        return last

    @override
    async def holds_of(self, release: UUID) -> Sequence[HoldRow]:
        return [HoldRow(**dict(row)) for row in await self._rows("holds_of_release", release)]

    @override
    async def parts_of(self, release: UUID) -> Sequence[PartRow]:
        return [PartRow(**dict(row)) for row in await self._rows("parts_of_release", release)]

    @override
    async def refusals_of(self, release: UUID, sources: Mapping[str, Sequence[str]]) -> Sequence[Refusal]:
        rows = await self._rows("refusals_of_release", release, *_pairs(sources))
        return [self._refusal(row) for row in rows]

    def _refusal(self, row: Row) -> Refusal:
        json = None
        if row["document"] is not None:
            json = self._database.bodies.open(CANONICAL, row["document"], row["json"])
        lines = orjson.loads(row["lines"]) if row["lines"] is not None else ()
        return Refusal(row["part"], row["said"], row["by"], row["reason"], lines, orjson.loads(json) if json else {})

    @override
    async def stocked(self, releases: Sequence[UUID], warehouses: Sequence[str], names: Sequence[str]) -> Sequence[Stocked]:
        levels = await self._rows("lock_stock_levels", list(warehouses), list(names))
        items = sorted({*names, *(name for row in levels for name in (row["item"], *row["names"]))})
        ours: dict[tuple[str, str], Decimal] = {
            (row["warehouse"], row["item"]): row["quantity"]
            for row in await self._rows("reserved_by_others", list(releases), list(warehouses), items)
        }
        return [
            Stocked(
                row["warehouse"],
                row["item"],
                frozenset(row["names"]),
                level_of(row),
                sum((ours.get((row["warehouse"], name), _ZERO) for name in {row["item"], *row["names"]}), _ZERO),
            )
            for row in levels
        ]

    @override
    async def reporting(self, warehouses: Sequence[str]) -> frozenset[str]:
        return frozenset(row["id"] for row in await self._rows("reporting_warehouses", list(warehouses)))

    @override
    async def knowing(self, warehouses: Sequence[str], names: Sequence[str]) -> frozenset[tuple[str, str]]:
        rows = await self._rows("known_items", list(warehouses), list(names))
        return frozenset((row["warehouse"], row["name"]) for row in rows)

    @override
    async def take_stock_news(self, limit: int) -> Sequence[StockNews]:
        return [self._news(row) for row in await self._rows("take_stock_news", limit)]

    def _news(self, row: Row) -> StockNews:
        try:
            json = self._database.bodies.open(ROUTED if row["rewritten"] else CANONICAL, row["document"], row["json"])
        except BodyUnreadable:
            json = None
        return StockNews(row["document"], row["name"], row["partner"], row["outgoing"], row["created_at"], json)

    @override
    async def set_levels(
        self, rows: Sequence[LevelRow], *, warehouse: str, whole: bool, settles: timedelta, sources: Sequence[str]
    ) -> None:
        await self._rows("set_stock_levels", rows, warehouse, whole, settles, list(sources))

    @override
    async def add_items(self, warehouse: str, names: Sequence[str]) -> None:
        await self._rows("add_warehouse_items", warehouse, [storable_key(name) for name in names])

    @override
    async def overdue(self, limit: int) -> Sequence[OverdueHold]:
        return [
            OverdueHold(
                HoldRow(*(row[name] for name in HoldRow._fields)),
                row["number"],
                row["customer"],
                row["order_number"],
                row["transmission"],
            )
            for row in await self._rows("overdue_holds", limit)
        ]

    @override
    async def settle(self, settlement: ReleaseSettlement) -> None:
        s, bodies = settlement, self._database.bodies
        if s.rows:
            await self._rows("forget_kept", [row.id for row in s.rows])
        if s.promises:
            await self._rows("move_promises", s.promises)
        await self._rows(
            "settle_release_gate",
            s.rows,
            s.holds,
            s.parts,
            s.kept,
            s.transmissions,
            [transmission for transmission, _ in s.bodies],
            [bodies.seal(RAW, transmission, body, 0) for transmission, body in s.bodies],
            s.says,
            s.events,
            s.failures,
        )
        if s.given_up:
            await self._rows("give_up_refused", s.given_up, s.configuration, s.node)
        for subject, mark, reason in s.closed:
            await self._rows("close_each_case", [subject], [mark], "gateway", reason)

    async def hold_order(self, hold: UUID) -> AtGate | None:
        """The order that a hold is about, held; None when there is no such hold."""
        rows = await self._rows("hold_for_decision", hold)
        return self._at_gate(rows[0]) if rows else None

    async def decided(self, settlement: ReleaseSettlement, release: UUID) -> None:
        """Write what a person decided, and let the order be looked at."""
        await self.settle(settlement)
        await self._rows("look_at_release", release)

    async def audit(self, actor: str, action: str, subject: str, detail: str) -> None:
        """Write down who did something."""
        await self._rows("write_audit", actor, action, subject, detail)


class PostgresReleases(ReleaseStore):
    """The gate, in transactions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def at_gate(self) -> AsyncIterator[PostgresReleaseSession]:
        async with self._database.transaction() as connection:
            yield PostgresReleaseSession(self._database, connection)

    async def find_hold(self, text: str) -> Sequence[UUID]:
        """The holds that somebody may mean: by the id, or the end of it."""
        return [row["id"] for row in await self._database.fetch("find_hold", text)]

    @override
    async def put_off(self, release: UUID, wait: timedelta, failures: Sequence[FailureRow] = ()) -> None:
        await self._database.fetch("put_off_release", release, wait, list(failures))

    @override
    async def standing(self) -> Mapping[str, int]:
        return {row["kind"]: row["rows"] for row in await self._database.fetch("standing_holds")}


def _pairs(sources: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Warehouses, and the ids under which they speak, as two lists."""
    pairs = [(warehouse, source) for warehouse, named in sources.items() for source in named]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def release_row(row: Row) -> ReleaseRow:
    """A row of the gate."""
    values = {name: row[name] for name in ReleaseRow._fields}
    return ReleaseRow(**{**values, "items": tuple(row["items"])})


def level_of(row: Row) -> Level:
    """What a warehouse said of an item."""
    stated = orjson.loads(row["inbound"])
    inbound = tuple(Inbound(Decimal(much), datetime.fromisoformat(at) if at else None) for much, at in stated)
    return Level(row["on_hand"], row["as_of"], row["unit"], row["reserved"], inbound)
