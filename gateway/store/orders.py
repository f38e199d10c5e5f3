"""Orders and what is said of them, in PostgreSQL. Each method is one named query."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from typing_extensions import override

from gateway.domain.order.record import FollowUpRow, OrderDeadlineRow, OrderEventRow, OrderLinkRow
from gateway.domain.storable import storable, storable_key
from gateway.errors import BodyUnreadable, Contention, DataRefused
from gateway.ports.orders import (
    DueDeadline,
    Found,
    HeldOrder,
    Name,
    News,
    OrderKey,
    OrderSession,
    OrderSettlement,
    OrderStore,
)
from gateway.store.bodies import CANONICAL, ROUTED
from gateway.store.database import Connection, Database, Row

_FROM_APPLICATIONS = "application:"
"""What stands before the id of an application where positions of channels are kept: both may have the same id."""


class PostgresOrderSession(OrderSession):
    """A transaction that judges."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database, self._connection = database, connection

    async def _rows(self, query: str, *arguments: Any) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def take_news(self, limit: int) -> Sequence[News]:
        return [self._news(row) for row in await self._rows("take_order_news", limit)]

    def _news(self, row: Row) -> News:
        json, unreadable = None, None
        try:
            json = self._database.bodies.open(ROUTED if row["rewritten"] else CANONICAL, row["document"], row["json"])
        except BodyUnreadable as error:
            unreadable = error
        about = {name: row[name] for name in ("document", "transmission", "name", "partner", "outgoing", "state", "test")}
        return News(**about, at=row["created_at"], json=json, unreadable=unreadable)

    @override
    async def take_heard(self, limit: int) -> Sequence[OrderEventRow]:
        return [event_of(row) for row in await self._rows("take_heard_events", limit)]

    @override
    async def take_waiting(self, limit: int) -> Sequence[OrderEventRow]:
        return [event_of(row) for row in await self._rows("take_waiting_events", limit)]

    @override
    async def take_unrelated(self, names: Sequence[Name]) -> Sequence[OrderEventRow]:
        wanted = [f"{kind}:{value}" for kind, value in names]
        return [event_of(row) for row in await self._rows("unrelated_events", wanted)] if wanted else []

    @override
    async def known(self, keys: Sequence[tuple[str, str]]) -> frozenset[int]:
        rows = await self._rows("known_order_events", *_columns(keys, 2))
        return frozenset(row["place"] - 1 for row in rows)

    @override
    async def find(self, wanted: Sequence[tuple[int, str, str, bool]]) -> Sequence[Found]:
        if not wanted:
            return []
        rows = await self._rows("find_orders", *_columns(wanted, 4))
        return [Found(row["place"], row["kind"], row["system"], row["id"], row["partner"]) for row in rows]

    @override
    async def hold(self, keys: Sequence[OrderKey], orders: Sequence[UUID]) -> Sequence[HeldOrder]:
        if not keys and not orders:
            return []
        return [HeldOrder(**dict(row)) for row in await self._rows("lock_orders", *_columns(keys, 3), orders)]

    @override
    async def events_of(self, orders: Sequence[UUID]) -> Sequence[OrderEventRow]:
        return [event_of(row) for row in await self._rows("order_events", orders)]

    @override
    async def links_of(self, orders: Sequence[UUID]) -> frozenset[OrderLinkRow]:
        return frozenset(OrderLinkRow(**dict(row)) for row in await self._rows("order_links", orders))

    @override
    async def deadlines_of(self, orders: Sequence[UUID]) -> Mapping[tuple[UUID, str], OrderDeadlineRow]:
        rows = [OrderDeadlineRow(**dict(row)) for row in await self._rows("order_deadlines", orders)]
        return {(row.trade_order, row.deadline): row for row in rows}

    @override
    async def follow_ups_of(self, orders: Sequence[UUID]) -> Sequence[FollowUpRow]:
        return [FollowUpRow(**dict(row)) for row in await self._rows("order_follow_ups", orders)]

    @override
    async def due_deadlines(self, limit: int) -> Sequence[DueDeadline]:
        return [
            DueDeadline(
                OrderDeadlineRow(*(row[name] for name in OrderDeadlineRow._fields)),
                row["partner"],
                row["number"],
                row["order_state"],
            )
            for row in await self._rows("due_order_deadlines", limit)
        ]

    @override
    async def now(self) -> datetime:
        (row,) = await self._rows("database_time")
        at: datetime = row["now"]
        return at

    @override
    async def settle(self, settlement: OrderSettlement) -> None:
        s = settlement
        sources, ahead = _columns(s.clocks, 2)
        try:
            judged, told = (s.orders, s.events, s.links, s.deadlines), (s.failures, s.messages, s.follow_ups, s.notices)
            await self._rows("settle_orders", *judged, sources, ahead, *told)
        except DataRefused as error:
            if isinstance(error.__cause__, asyncpg.UniqueViolationError):  # somebody else wrote the same at the same moment
                raise Contention(str(error)) from error
            raise
        over: defaultdict[str, list[tuple[UUID, str]]] = defaultdict(list)
        for subject, mark, reason in s.closed:
            over[reason].append((subject, mark))
        for reason, cases in over.items():
            await self._rows("close_each_case", *_columns(cases, 2), "gateway", reason)


class PostgresOrders(OrderStore):
    """Orders, in transactions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def judging(self) -> AsyncIterator[PostgresOrderSession]:
        async with self._database.transaction() as connection:
            yield PostgresOrderSession(self._database, connection)

    @override
    async def hear(self, rows: Sequence[OrderEventRow], *, source: str, position: str | None) -> None:
        async with self._database.transaction() as connection:
            if rows:
                await self._database.within(connection, "hear_order_events", rows)
            if position is not None:
                place = _FROM_APPLICATIONS + storable_key(source)
                await self._database.within(connection, "move_channel_position", place, storable(position))

    @override
    async def position(self, source: str) -> str | None:
        rows = await self._database.fetch("channel_position", _FROM_APPLICATIONS + storable_key(source))
        return rows[0]["position"] if rows else None

    @override
    async def clocks(self) -> Mapping[str, float]:
        return {row["source"]: row["ahead"] for row in await self._database.fetch("source_clocks")}


def event_of(row: Row) -> OrderEventRow:
    """A milestone as it is stored."""
    values = {name: row[name] for name in OrderEventRow._fields}
    return OrderEventRow(**{**values, "names": tuple(row["names"]), "flags": tuple(row["flags"])})


def _columns(rows: Sequence[Sequence[Any]], count: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(count)]
