"""Follow-ups of orders in PostgreSQL. Each method is one named query."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.order.record import FollowUpRow, OrderEventRow, OrderLinkRow
from gateway.domain.record import FailureRow
from gateway.ports.follow_ups import DueFollowUp, FollowUpSession, FollowUpStore, ToldDocument
from gateway.store.bodies import CANONICAL, ROUTED
from gateway.store.database import Connection, Database, Row
from gateway.store.orders import event_of


class PostgresFollowUpSession(FollowUpSession):
    """A transaction that carries out."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database, self._connection = database, connection

    async def _rows(self, query: str, *arguments: Any) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def due(self, limit: int) -> Sequence[DueFollowUp]:
        return [_due(row) for row in await self._rows("due_follow_ups", limit)]

    @override
    async def events_of(self, order: UUID) -> Sequence[OrderEventRow]:
        return [event_of(row) for row in await self._rows("order_events", [order])]

    @override
    async def links_of(self, order: UUID) -> Sequence[OrderLinkRow]:
        return [OrderLinkRow(**dict(row)) for row in await self._rows("order_links", [order])]

    @override
    async def documents_of(self, order: UUID, events: Sequence[str]) -> Sequence[ToldDocument]:
        bodies = self._database.bodies
        return [
            ToldDocument(
                row["source"],
                row["key"],
                row["event"],
                row["id"],
                row["name"],
                bodies.open(ROUTED if row["rewritten"] else CANONICAL, row["id"], row["json"]),
            )
            for row in await self._rows("order_documents", order, events)
        ]

    @override
    async def settle(
        self,
        rows: Sequence[FollowUpRow],
        says: Sequence[OrderEventRow],
        failures: Sequence[FailureRow],
        closed: Sequence[tuple[UUID, str, str]],
    ) -> None:
        await self._rows("settle_follow_ups", rows, says, failures)
        for subject, mark, reason in closed:
            await self._rows("close_each_case", [subject], [mark], "gateway", reason)


class PostgresFollowUps(FollowUpStore):
    """Follow-ups, in transactions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def following(self) -> AsyncIterator[PostgresFollowUpSession]:
        async with self._database.transaction() as connection:
            yield PostgresFollowUpSession(self._database, connection)

    @override
    async def waiting(self) -> Mapping[tuple[str, str], int]:
        return {(row["rule"], row["state"]): row["rows"] for row in await self._database.fetch("waiting_follow_ups")}


def _due(row: Row) -> DueFollowUp:
    return DueFollowUp(
        row=FollowUpRow(**{name: row[name] for name in FollowUpRow._fields}),
        partner=row["partner"],
        number=row["number"],
        test=row["test"],
        order_state=row["order_state"],
        lines=orjson.loads(row["lines"]),
        steps=orjson.loads(row["steps"]),
        made_at=row["made_at"],
        now=row["now"],
    )
