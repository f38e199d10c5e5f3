"""The state rows as the stages see them: `Work` over PostgreSQL. Each method is one named query or one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog
from typing_extensions import override

from gateway.domain.order.record import OrderEventRow
from gateway.domain.record import (
    EventRow,
    FailureRow,
    OutboxRow,
    ReceivedNumberRow,
    ResultRow,
    TransmissionRow,
)
from gateway.errors import KeyMissing
from gateway.ports import (
    BreakerMove,
    BreakerState,
    ClaimedDelivery,
    ClaimedTransmission,
    Due,
    Expired,
    Message,
    Piece,
    Probe,
    Published,
    QueueLevel,
    Receipt,
    Settled,
    Settlement,
    Work,
)
from gateway.store.bodies import CANONICAL
from gateway.store.claimed import claimed_deliveries, claimed_transmission
from gateway.store.database import Database, Row
from gateway.store.settlement import PostgresSettlement

log = structlog.get_logger(__name__)

_GIVEN_UP = "edi.dead"


class PostgresWork(Work):
    """State rows in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def receive(self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, Piece]]) -> Mapping[UUID, Receipt]:
        pieces = self._database.bodies.pieces(pieces)
        if len(pieces) > len(rows):
            stored = await self._receive_large(rows, pieces)
        else:
            stored = _ids(await self._database.fetch("receive", rows, *_columns(pieces)))
        receipts = {row.id: Receipt(row.id) for row in rows if row.id in stored}
        missing = {row.id: row for row in rows if row.id not in stored}
        if missing:
            for row in await self._database.fetch("earlier_transmissions", list(missing.values())):
                same = row["sha256"] == missing[row["given"]].sha256
                receipts[row["given"]] = Receipt(row["id"], repeated=same, conflict=not same)
        return receipts

    async def _receive_large(self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, Piece]]) -> frozenset[UUID]:
        """One transaction with a statement a piece, so that no more than a piece is encoded at once."""
        async with self._database.transaction() as connection:
            stored = _ids(await self._database.within(connection, "receive", rows, [], [], []))
            for piece in pieces:
                if piece[0] in stored:
                    await self._database.within(connection, "store_piece", *piece)
        return stored

    @override
    async def claim_transmissions(
        self, ids: Sequence[UUID], *, claim: UUID, lasting: timedelta, most_bytes: int = 8_388_608, largest: int | None = None
    ) -> Sequence[ClaimedTransmission]:
        rows = await self._database.fetch("claim_transmissions", ids, claim, lasting, most_bytes, largest)
        claimed, locked = [], []
        for row in rows:
            try:
                claimed.append(await claimed_transmission(self._database, row))
            except KeyMissing as error:
                log.warning("body_locked", transmission=str(row["id"]), key=error.key, remedy=error.remedy)
                locked.append(row["id"])
        if locked:  # others may have the key
            await self.hand_back_transmissions(locked, claim=claim)
        return claimed

    @override
    async def hand_back_transmissions(self, ids: Sequence[UUID], *, claim: UUID) -> None:
        await self._database.fetch("hand_back_transmissions", ids, claim)

    @override
    async def hold_transmission(
        self,
        transmission: UUID,
        *,
        claim: UUID,
        wait: timedelta,
        waits_for: str,
        until: ReceivedNumberRow,
        failure: FailureRow,
    ) -> bool:
        async with self._database.transaction() as connection:
            held = await self._database.within(
                connection, "hold_transmission", transmission, claim, wait, waits_for, [until], until.last
            )
            ready = any(row["ready"] for row in held)
            if held and not ready:
                await self._database.within(connection, "record_failures", [failure])
        return ready

    @override
    async def renew_transmissions(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        await self._database.fetch("renew_transmissions", ids, claims, lasting)

    @override
    async def renew_deliveries(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        await self._database.fetch("renew_deliveries", ids, claims, lasting)

    @override
    async def store_documents(self, transmission: UUID, *, claim: UUID, settlement: Settlement) -> bool:
        """Store a slice of a large interchange's documents."""
        s = settlement
        held = await self._database.fetch(
            "store_documents",
            transmission,
            claim,
            s.documents,
            self._database.bodies.documents(CANONICAL, s.canonical),
            s.findings,
            s.failures,
        )
        return bool(held)

    @override
    @asynccontextmanager
    async def release(self) -> AsyncIterator[PostgresSettlement]:
        """A transaction that releases documents."""
        async with self._database.transaction() as connection:
            yield PostgresSettlement(self._database, connection)

    @override
    @asynccontextmanager
    async def settlement(self) -> AsyncIterator[PostgresSettlement]:
        async with self._database.transaction() as connection:
            yield PostgresSettlement(self._database, connection)

    @override
    async def claim_deliveries(
        self, target: str, *, limit: int, claim: UUID, lasting: timedelta, lowest: int = 2
    ) -> Sequence[ClaimedDelivery]:
        rows = await self._database.fetch("claim_deliveries", target, limit, claim, lasting, lowest)
        return await claimed_deliveries(self._database, rows)

    @override
    async def claim_probe(self, target: str, *, claim: UUID, lasting: timedelta, lowest: int = 2) -> Probe | None:
        rows = await self._database.fetch("claim_probe", target, claim, lasting, lowest)
        claimed = await claimed_deliveries(self._database, rows)
        return Probe(claimed[0], rows[0]["failed_probes"]) if claimed else None

    @override
    async def count_followers(self, deliveries: Sequence[UUID]) -> Mapping[UUID, int]:
        return {row["id"]: row["followers"] for row in await self._database.fetch("count_followers", deliveries)}

    @override
    async def settle_deliveries(
        self,
        results: Sequence[ResultRow],
        *,
        claim: UUID,
        node: str,
        events: Sequence[EventRow],
        failures: Sequence[FailureRow],
        outbox: Sequence[OutboxRow],
        target: str,
        strain: float,
        milestones: Mapping[UUID, Sequence[OrderEventRow]] | None = None,
    ) -> Settled:
        written = (claim, results, node, events, failures, outbox, target, strain)
        if milestones:
            rows = await self._settle_with_milestones(written, milestones)
        else:
            rows = await self._database.fetch("settle_deliveries", *written)
        return Settled(
            frozenset(row["id"] for row in rows if row["kind"] == "moved"),
            [(row["id"], row["target"]) for row in rows if row["kind"] == "released"],
            next((row["level"] for row in rows if row["kind"] == "strained"), None),
        )

    async def _settle_with_milestones(
        self, written: Sequence[Any], milestones: Mapping[UUID, Sequence[OrderEventRow]]
    ) -> Sequence[Row]:
        """The results, and what the answers of those that moved say of orders."""
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "settle_deliveries", *written)
            moved = {row["id"] for row in rows if row["kind"] == "moved"}
            heard = {(row.source, row.key): row for delivery in moved & milestones.keys() for row in milestones[delivery]}
            if heard:
                await self._database.within(connection, "hear_order_events", list(heard.values()))
        return rows

    @override
    async def move_breaker(self, move: BreakerMove) -> bool:
        m = move
        moved = await self._database.fetch("move_breaker", m.target, m.before, m.after, m.probe, m.wait, m.events, m.failure)
        return bool(moved)

    @override
    async def breakers(self) -> Sequence[BreakerState]:
        rows = await self._database.fetch("breakers")
        return [BreakerState(row["target"], row["state"], row["since"], row["probe_in"]) for row in rows]

    @override
    async def next_due(self, target: str, *, lowest: int = 2) -> Due:
        row = (await self._database.fetch("next_due", target, lowest))[0]
        return Due(row["seconds"], row["held"], row["stopped"])

    @override
    async def expire_deliveries(
        self,
        *,
        repeatable: Sequence[str],
        node: str,
        failure: Callable[[Expired], FailureRow],
        dead_letter: Callable[[Expired], OutboxRow] | None = None,
        most_lost: int = 3,
    ) -> Sequence[Expired]:
        names = ("id", "transmission", "partner", "route", "target", "attempt", "state", "document")
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "expire_deliveries", repeatable, node, most_lost)
            expired = [Expired(**{name: row[name] for name in names}) for row in rows]
            failed = [failure(e) for e in expired if e.state in ("in_doubt", "dead")]
            if failed:
                await self._database.within(connection, "record_failures", failed)
            letters = [dead_letter(e) for e in expired if e.state == "dead"] if dead_letter is not None else []
            if letters:
                await self._database.within(connection, "insert_dead_letters", letters)
        return expired

    @override
    async def unfinished_transmissions(
        self, *, older: timedelta, limit: int, patient: Sequence[str] = ()
    ) -> Sequence[tuple[str, UUID]]:
        rows = await self._database.fetch("unfinished_transmissions", older, limit, list(patient))
        return [(row["channel"], row["id"]) for row in rows]

    @override
    async def due_targets(self, *, older: timedelta) -> Sequence[str]:
        return [row["target"] for row in await self._database.fetch("due_targets", older)]

    @override
    async def relay_outbox(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "take_outbox", older, limit)
            if not rows:
                return 0
            results = await publish([self._message(row) for row in rows])
            # A public exchange without listeners confirms as well; an unroutable message has nobody to wait for.
            done = [r["id"] for r, result in zip(rows, results, strict=True) if result is not Published.UNKNOWN]
            await self._database.within(connection, "delete_outbox", done)
        return len(done)

    @override
    async def relay_replies(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "take_replies", older, limit)
            if not rows:
                return 0
            results = await publish([reply_message(row) for row in rows])
            done = [r["transmission"] for r, result in zip(rows, results, strict=True) if result is not Published.UNKNOWN]
            await self._database.within(connection, "delete_replies", done)
        return len(done)

    @override
    async def answer_again(self, transmission: UUID, *, queue: str, correlation: str | None) -> bool:
        rows = await self._database.fetch("answer_again", transmission, queue, correlation)
        return any(row["answered"] for row in rows)

    @override
    async def delete_replies(self, transmissions: Sequence[UUID]) -> None:
        await self._database.fetch("delete_replies", transmissions)

    def _message(self, row: Row) -> Message:
        """What is published. A dead letter lies on the broker's disk: what is sealed here is not in it."""
        exchange, headers = row["exchange"], orjson.loads(row["headers"])
        if exchange == _GIVEN_UP and self._database.bodies.sealing:
            headers |= {"document": str(row["document"] or ""), "sealed": "true"}
            return Message(exchange, row["routing_key"], b"", str(row["id"]), headers)
        body = self._database.bodies.open(CANONICAL, row["document"], row["body"]) or b""
        return Message(exchange, row["routing_key"], body, str(row["id"]), headers)

    @override
    async def delete_outbox(self, ids: Sequence[UUID]) -> None:
        await self._database.fetch("delete_outbox", ids)

    @override
    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        await self._database.fetch("record_failures", rows)

    @override
    async def take_lease(self, name: str, *, holder: str, lasting: timedelta) -> int | None:
        rows = await self._database.fetch("take_lease", name, holder, lasting)
        token = rows[0]["token"]
        return None if token is None else int(token)

    @override
    async def release_lease(self, name: str, *, holder: str) -> None:
        await self._database.fetch("release_lease", name, holder)

    @override
    async def count_untranslated(self, *, limit: int) -> int:
        return int((await self._database.fetch("count_untranslated", limit))[0]["waiting"])

    @override
    async def queue_levels(self) -> Sequence[QueueLevel]:
        return [QueueLevel(row["stage"], row["rows"], row["oldest"]) for row in await self._database.fetch("queue_levels")]

    async def activate_configuration(self, digest: str, document: str) -> None:
        """Remember a configuration (JSON without secrets) under its digest."""
        await self._database.fetch("activate_configuration", digest, document)


def _ids(rows: Sequence[Row]) -> frozenset[UUID]:
    return frozenset(row["id"] for row in rows)


def reply_message(row: Row) -> Message:
    """An answer as it is published: to the queue itself, under the id of the transmission, the same however often."""
    return Message(
        "",
        row["queue"],
        row["body"],
        str(row["transmission"]),
        orjson.loads(row["headers"]),
        correlation_id=row["correlation"],
    )


def _columns(pieces: Sequence[tuple[UUID, int, Piece]]) -> tuple[list[UUID], list[int], list[Piece]]:
    return [p[0] for p in pieces], [p[1] for p in pieces], [p[2] for p in pieces]
