"""Batches of replays and redeliveries over PostgreSQL: each method is one named query."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.replay import FRESH, DeliveryFacts, MadeDeliveries, ReplayFacts, RunEnd, TakenDocuments
from gateway.domain.storable import storable, storable_json
from gateway.errors import BodyUnreadable
from gateway.ports import Json, Piece
from gateway.ports.batches import (
    Approval,
    BatchSession,
    BatchStore,
    BegunRow,
    EndedDelivery,
    EndedRow,
    EndedRun,
    HeldBatch,
    ItemRow,
    KeptMessage,
    NewBatch,
    WordOnDelivery,
)
from gateway.ports.delivery import APPROVAL, APPROVED_BY
from gateway.store.bodies import CANONICAL
from gateway.store.database import Connection, Database, Row

_PIECE = 1_048_576


class PostgresBatches(BatchStore):
    """Batches in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def batches(self) -> AsyncIterator["PostgresBatchSession"]:
        async with self._database.transaction() as connection:
            yield PostgresBatchSession(self._database, connection)

    @override
    async def store_batch(self, batch: NewBatch, body: tuple[UUID, bytes] | None = None) -> None:
        b = batch
        async with self._database.transaction() as connection:
            if body is not None:
                for piece in self._database.bodies.pieces(_pieces(*body)):
                    await self._database.within(connection, "store_piece", *piece)
            await self._database.within(
                connection, "store_batch", b.id, b.action, storable(b.filter), storable_json(b.options),
                storable_json(asdict(b.plan)), b.plan.count, b.try_first, b.rate, b.second_person, storable(b.by),
                storable(b.reason), b.items,
            )  # fmt: skip

    @override
    async def unfinished_batches(self) -> Sequence[UUID]:
        return [row["id"] for row in await self._database.fetch("unfinished_batches", timedelta(seconds=FRESH))]

    @override
    async def unread_runs(self, *, limit: int) -> Sequence[UUID]:
        return [row["id"] for row in await self._database.fetch("unread_runs", limit)]

    @override
    async def ended_runs(self, batch: UUID, *, limit: int) -> Sequence[EndedRun]:
        rows = await self._database.fetch("ended_runs", batch, limit)
        return [
            EndedRun(r["batch"], r["ordinal"], r["subject"], r["transmission"], RunEnd(r["state"], *_counts(r))) for r in rows
        ]

    @override
    async def ended_deliveries(self, batch: UUID, *, limit: int) -> Sequence[EndedDelivery]:
        return [EndedDelivery(**dict(row)) for row in await self._database.fetch("ended_deliveries", batch, limit)]


class PostgresBatchSession(BatchSession):
    """A transaction about batches."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    async def _rows(self, query: str, *arguments: object) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def lock_batch(self, batch: UUID) -> HeldBatch | None:
        rows = await self._rows("lock_batch", batch)
        return HeldBatch(**{**dict(rows[0]), "options": orjson.loads(rows[0]["options"])}) if rows else None

    @override
    async def move_batch(self, batch: UUID, *, before: str, after: str, by: str, allowed: int) -> None:
        await self._rows("move_batch", batch, before, after, storable(by), allowed)

    @override
    async def next_items(self, batch: UUID, limit: int) -> Sequence[ItemRow]:
        return [ItemRow(*row.values()) for row in await self._rows("next_items", batch, limit)]

    @override
    async def lock_lines(self, transmissions: Sequence[UUID]) -> None:
        await self._rows("lock_lines", transmissions)

    @override
    async def replay_facts(self, transmissions: Sequence[UUID], *, apart_from: UUID | None = None) -> Sequence[ReplayFacts]:
        return [_facts(row) for row in await self._rows("replay_facts", transmissions, apart_from)]

    @override
    async def delivery_facts(
        self, deliveries: Sequence[UUID], idempotent: Mapping[str, bool], *, apart_from: UUID | None = None
    ) -> Sequence[DeliveryFacts]:
        rows = await self._rows("delivery_facts", deliveries, apart_from)
        return [DeliveryFacts(**dict(row), idempotent=idempotent.get(row["target"])) for row in rows]

    @override
    async def begin_replays(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        await self._rows("begin_replays", batch, rows, configuration, node)

    @override
    async def settle_heard(self, heard: Mapping[UUID, str], *, configuration: str, node: str) -> None:
        await self._rows("settle_heard", list(heard), list(heard.values()), configuration, node)

    @override
    async def begin_corrections(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        await self._rows("begin_corrections", batch, rows, configuration, node)

    @override
    async def begin_redeliveries(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> Sequence[str]:
        return [row["target"] for row in await self._rows("begin_redeliveries", batch, rows, configuration, node)]

    @override
    async def kept_messages(self, subjects: Sequence[UUID]) -> Sequence[KeptMessage]:
        return [self._kept(row) for row in await self._rows("kept_messages", subjects)]

    def _kept(self, row: Row) -> KeptMessage:
        headers = None if row["headers"] is None else orjson.loads(row["headers"])
        try:
            document = self._database.bodies.open(CANONICAL, row["subject"], row["json"])
        except BodyUnreadable:
            return KeptMessage(row["subject"], headers, None)
        return KeptMessage(row["subject"], headers, row["body"] or document)

    @override
    async def begin_publications(self, batch: UUID, ordinals: Sequence[int]) -> None:
        await self._rows("begin_publications", batch, ordinals)

    @override
    async def end_items(self, rows: Sequence[EndedRow]) -> None:
        if rows:
            await self._rows("end_items", [row._replace(outcome=storable(row.outcome)[:500]) for row in rows])

    @override
    async def advance(self, batch: UUID, *, next_in: float) -> None:
        await self._rows("advance_batch", batch, timedelta(seconds=next_in))

    @override
    async def close_cases_of_line(self, transmissions: Sequence[UUID], *, by: str, reason: str) -> None:
        await self._rows("close_cases_of_line", transmissions, by, reason)

    @override
    async def close_cases(self, subjects: Sequence[UUID], *, by: str, reason: str) -> None:
        await self._rows("close_cases_of", subjects, by, reason)

    @override
    async def settle_delivery(self, word: WordOnDelivery, *, by: str, reason: str, node: str) -> str | None:
        w = word
        rows = await self._rows(
            "settle_delivery_by_hand", w.delivery, w.before, w.after, w.reference, storable(reason), storable(by), w.event, node
        )
        return str(rows[0]["state"]) if rows else None

    @override
    async def approve_delivery(self, delivery: UUID, *, by: str, reason: str, node: str) -> Approval | None:
        rows = await self._rows("approve_delivery", delivery, storable(by), storable(reason), node, APPROVAL, APPROVED_BY)
        return Approval(rows[0]["approved"], rows[0]["target"], rows[0]["state"], rows[0]["code"]) if rows else None

    @override
    async def audit(self, actor: str, action: str, subject: str, detail: Json) -> None:
        await self._rows("audit_batch_action", storable(actor), action, storable(subject), storable_json(detail))


def _pieces(run: UUID, whole: bytes) -> list[tuple[UUID, int, Piece]]:
    return [(run, ordinal, whole[start : start + _PIECE]) for ordinal, start in enumerate(range(0, len(whole), _PIECE))]


def _facts(row: Row) -> ReplayFacts:
    taken = tuple(TakenDocuments(**one) for one in orjson.loads(row["taken"]))
    made = tuple(MadeDeliveries(**one) for one in orjson.loads(row["made"]))
    return ReplayFacts(**{**dict(row), "taken": taken, "made": made})


def _counts(row: Row) -> tuple[Mapping[str, int], Mapping[str, int]]:
    return orjson.loads(row["documents"]), orjson.loads(row["deliveries"])
