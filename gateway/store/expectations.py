"""The ledger of expectations over PostgreSQL: each method is one named query."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.expectation import ClaimRow, ExpectationRow
from gateway.ports.expectation import (
    DueExpectation,
    ExpectationSession,
    ExpectationStore,
    HeldExpectation,
    Reconciled,
    SentContent,
    SentInterchange,
    SentOutbound,
    WaitingAcknowledgement,
)
from gateway.ports.json import Json
from gateway.store.bodies import CANONICAL, OUTBOUND
from gateway.store.database import Connection, Database, Row

_GATEWAY = "gateway"
"""Who ends cases that no person ends."""


class PostgresExpectationSession(ExpectationSession):
    """A transaction on a connection, as far as it is about expectations."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    async def _rows(self, query: str, *arguments: object) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    @override
    async def expect(self, rows: Sequence[ExpectationRow]) -> None:
        if rows:
            await self._rows("expect", rows)

    @override
    async def sent_for(self, claims: Sequence[ClaimRow]) -> Mapping[int, Sequence[SentInterchange]]:
        found: defaultdict[int, list[SentInterchange]] = defaultdict(list)
        by = {
            "sent_by_interchange": [c for c in claims if c.interchange],
            "sent_by_group": [c for c in claims if not c.interchange and c.group],
            "sent_by_keys": [c for c in claims if not c.interchange and c.keys],
        }
        for query, rows in by.items():
            for row in await self._rows(query, rows) if rows else ():
                found[row["ordinal"]].append(_sent(row, self._prepared(row)))
        return found

    def _prepared(self, row: Row) -> str | None:
        """Date and time of an X12 header (ISA09, ISA10); None when nothing is known of them."""
        head = self._database.bodies.open(OUTBOUND, row["id"], row["head"]) if "head" in row else None
        return head[70:81].decode("ascii", "replace") if head else None

    @override
    async def sent_outbounds(self, outbounds: Sequence[UUID]) -> Mapping[UUID, SentOutbound]:
        return {row["id"]: SentOutbound(**dict(row)) for row in await self._rows("sent_interchanges", outbounds)}

    @override
    async def sent_contents(self, outbounds: Sequence[UUID]) -> Mapping[UUID, Sequence[SentContent]]:
        found: defaultdict[UUID, list[SentContent]] = defaultdict(list)
        for row in await self._rows("sent_documents", outbounds):
            found[row["outbound"]].append(SentContent(**{**dict(row), "keys": tuple(row["keys"])}))
        return found

    @override
    async def hold_expectations(self, outbounds: Sequence[UUID]) -> Sequence[HeldExpectation]:
        return [_held(row) for row in await self._rows("lock_expectations", outbounds)]

    @override
    async def hold_expectation(self, expectation: UUID) -> HeldExpectation | None:
        rows = await self._rows("lock_expectation", expectation)
        return _held(rows[0]) if rows else None

    @override
    async def matched_before(self, expectations: Sequence[UUID]) -> frozenset[tuple[UUID, UUID]]:
        rows = await self._rows("matched_before", expectations)
        return frozenset((row["acknowledgement"], row["expectation"]) for row in rows)

    @override
    async def outbound_of(self, delivery: UUID) -> UUID | None:
        rows = await self._rows("outbound_of_delivery", delivery)
        return rows[0]["outbound"] if rows else None

    @override
    async def bytes_of(self, outbound: UUID) -> bytes:
        rows = await self._rows("outbound_bytes", outbound)
        return self._database.bodies.open(OUTBOUND, outbound, rows[0]["bytes"]) if rows else b""

    @override
    async def queue_held(self, interchange: UUID) -> None:
        await self._rows("queue_held", interchange)

    @override
    async def take_unmatched(self, *, limit: int, only: Sequence[UUID] | None = None) -> Sequence[WaitingAcknowledgement]:
        rows = await self._rows("take_unmatched", only, limit)
        return [
            WaitingAcknowledgement(
                id=row["acknowledgement"],
                json=self._database.bodies.open(CANONICAL, row["acknowledgement"], row["json"]),
                **{k: v for k, v in row.items() if k not in ("acknowledgement", "json")},
            )
            for row in rows
        ]

    @override
    async def due_expectations(self, *, limit: int) -> Sequence[DueExpectation]:
        rows = await self._rows("due_expectations", limit)
        return [DueExpectation(_held(row), row["now"], row["delivered_at"], row["unfinished"]) for row in rows]

    @override
    async def postpone(self, rows: Sequence[tuple[UUID, datetime, datetime]]) -> None:
        if rows:
            await self._rows("postpone_expectations", *(list(column) for column in zip(*rows, strict=True)))

    @override
    async def dismiss(self, acknowledgement: UUID, *, reason: str, person: str) -> bool:
        rows = await self._rows("settle_unmatched", [acknowledgement], "dismissed", reason, person)
        await self._close([row["acknowledgement"] for row in rows], by=person, reason=reason)
        return bool(rows)

    @override
    async def audit(self, actor: str, action: str, subject: str, detail: Json) -> None:
        await self._rows("write_audit", actor, action, subject, orjson.dumps(detail).decode())

    async def _close(self, subjects: Sequence[UUID], *, by: str, reason: str) -> None:
        """End all cases of subjects."""
        if subjects:
            await self._rows("close_cases", subjects, by, reason)

    async def _close_moved(self, reconciled: Reconciled) -> None:
        """End cases, each by its subject and the fingerprint of its failure, in the name of who moved the expectation."""
        movers = {move.id: (move.person, move.reason) for move in reconciled.moves if move.person and move.reason}
        grouped: defaultdict[tuple[str, str], list[tuple[UUID, str]]] = defaultdict(list)
        for subject, mark in reconciled.closed:
            grouped[movers.get(subject, (_GATEWAY, "the partner answered"))].append((subject, mark))
        for (by, reason), cases in grouped.items():
            await self._close_each(cases, by=by, reason=reason)

    async def _close_each(self, cases: Sequence[tuple[UUID, str]], *, by: str, reason: str) -> None:
        """End cases, each by its subject and the fingerprint of its failure."""
        if cases:
            await self._rows("close_each_case", [subject for subject, _ in cases], [mark for _, mark in cases], by, reason)

    @override
    async def reconcile(self, reconciled: Reconciled) -> Sequence[str]:
        r = reconciled
        rejected = [outbound for outbound, _ in r.rejected], [ordinal for _, ordinal in r.rejected]
        rows = await self._rows("settle_expectations", r.moves, r.added, r.received, r.failures, r.events, r.arrived, *rejected)
        if r.unmatched:
            await self._rows("keep_unmatched", r.unmatched)
        await self._close_moved(r)
        if r.matched:
            over = await self._rows("settle_unmatched", r.matched, "matched", None, None)
            told = [(row["acknowledgement"], row["failure"]) for row in over if row["failure"]]
            await self._close_each(told, by=_GATEWAY, reason="it was matched")
        delivered = [row["id"] for row in rows if row["kind"] == "delivered"]
        await self._close(delivered, by=_GATEWAY, reason="the partner acknowledged it")
        return sorted({row["target"] for row in rows if row["kind"] == "released"})


class PostgresExpectations(ExpectationStore):
    """The ledger, in transactions of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def reconciling(self) -> AsyncIterator[PostgresExpectationSession]:
        async with self._database.transaction() as connection:
            yield PostgresExpectationSession(self._database, connection)

    @override
    async def expectation_levels(self) -> Mapping[tuple[str, str], int]:
        return {(row["kind"], row["state"]): row["rows"] for row in await self._database.fetch("expectation_levels")}


def _sent(row: Row, prepared: str | None) -> SentInterchange:
    means = {"document": row["document"], "name": row["name"], "keys": tuple(row["keys"])} if "document" in row else {}
    return SentInterchange(row["id"], row["sender"], row["receiver"], row["test"], row["created_at"], prepared, **means)


def _held(row: Row) -> HeldExpectation:
    return HeldExpectation(ExpectationRow(*(row[name] for name in ExpectationRow._fields)), row["due"], row["failure"])
