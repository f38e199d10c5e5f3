"""The state rows as the stages see them: `gateway.ports.Work` over PostgreSQL. Each method is one named query or one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import orjson

from gateway.domain.record import (
    DocumentKeyRow,
    EventRow,
    FailureRow,
    InterchangeKeyRow,
    OutboxRow,
    ResultRow,
    TransmissionRow,
)
from gateway.ports import (
    ClaimedDelivery,
    ClaimedTransmission,
    Earlier,
    Expired,
    Message,
    Published,
    QueueLevel,
    Receipt,
    Settlement,
)
from gateway.store.database import Connection, Database, Row

_EXTENSIONS = {"x12": "x12", "edifact": "edi"}


class PostgresSettlement:
    """The transaction that ends translation."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    async def _rows(self, query: str, *arguments: object) -> Sequence[Row]:
        return await self._database.within(self._connection, query, *arguments)

    async def claim_interchange_keys(self, rows: Sequence[InterchangeKeyRow]) -> Mapping[UUID, Earlier]:
        claimed = {row["interchange"] for row in await self._rows("claim_interchange_keys", rows)}
        lost = [row for row in rows if row.interchange not in claimed]
        if not lost:
            return {}
        holders = await self._rows("earlier_interchanges", lost)
        return {row["given"]: Earlier(row["interchange"], row["digest"]) for row in holders}

    async def claim_document_keys(self, rows: Sequence[DocumentKeyRow]) -> Mapping[UUID, Earlier]:
        claimed = {row["document"] for row in await self._rows("claim_document_keys", rows)}
        lost = [row for row in rows if row.document not in claimed]
        if not lost:
            return {}
        holders = await self._rows("earlier_documents", lost)
        return {row["given"]: Earlier(row["document"], row["digest"]) for row in holders}

    async def acknowledgements_of(self, interchanges: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
        answered: dict[UUID, list[UUID]] = {}
        for row in await self._rows("acknowledgements_of", interchanges):
            answered.setdefault(row["interchange"], []).append(row["outbound"])
        return answered

    async def take_control_numbers(self, wanted: Mapping[str, int]) -> Mapping[str, int]:
        rows = await self._rows("take_control_numbers", list(wanted), list(wanted.values()))
        return {row["scope"]: row["value"] for row in rows}

    async def settle(self, claim: UUID, settlement: Settlement) -> frozenset[UUID]:
        s = settlement
        moved = await self._rows(
            "settle_translation",
            claim,
            [transmission for transmission, _ in s.transmissions],
            [state for _, state in s.transmissions],
            s.interchanges,
            s.documents,
            s.canonical,
            s.routed,
            s.findings,
            s.outbounds,
            s.acknowledgements,
            s.deliveries,
            s.events,
            s.failures,
            s.outbox,
        )
        ids = frozenset(row["id"] for row in moved)
        for waited in s.waited:
            if waited in ids:
                await self._rows("notify_acknowledged", str(waited))
        return ids


class PostgresWork:
    """State rows in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(
        self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, bytes]]
    ) -> Mapping[UUID, Receipt]:
        columns = ([p[0] for p in pieces], [p[1] for p in pieces], [p[2] for p in pieces])
        stored = {row["id"] for row in await self._database.fetch("receive", rows, *columns)}
        receipts = {row.id: Receipt(row.id) for row in rows if row.id in stored}
        missing = {row.id: row for row in rows if row.id not in stored}
        if missing:
            for row in await self._database.fetch("earlier_transmissions", list(missing.values())):
                same = row["sha256"] == missing[row["given"]].sha256
                receipts[row["given"]] = Receipt(row["id"], repeated=same, conflict=not same)
        return receipts

    async def claim_transmissions(
        self, ids: Sequence[UUID], *, claim: UUID, lasting: timedelta
    ) -> Sequence[ClaimedTransmission]:
        rows = await self._database.fetch("claim_transmissions", ids, claim, lasting)
        return [await self._claimed(row) for row in rows]

    async def _claimed(self, row: Row) -> ClaimedTransmission:
        values = dict(row)
        body = values.pop("bytes") or b""
        if len(body) < row["size"]:
            body = b"".join([piece["bytes"] for piece in await self._database.fetch("raw_pieces", row["id"])])
        return ClaimedTransmission(body=body, **values)

    async def hand_back_transmissions(self, ids: Sequence[UUID], *, claim: UUID) -> None:
        await self._database.fetch("hand_back_transmissions", ids, claim)

    async def renew_transmissions(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        await self._database.fetch("renew_transmissions", ids, claims, lasting)

    async def renew_deliveries(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        await self._database.fetch("renew_deliveries", ids, claims, lasting)

    @asynccontextmanager
    async def settlement(self) -> AsyncIterator[PostgresSettlement]:
        async with self._database.transaction() as connection:
            yield PostgresSettlement(self._database, connection)

    async def claim_deliveries(
        self, target: str, *, limit: int, claim: UUID, lasting: timedelta
    ) -> Sequence[ClaimedDelivery]:
        return [_delivery(row) for row in await self._database.fetch("claim_deliveries", target, limit, claim, lasting)]

    async def settle_deliveries(
        self,
        results: Sequence[ResultRow],
        *,
        claim: UUID,
        node: str,
        events: Sequence[EventRow],
        failures: Sequence[FailureRow],
        outbox: Sequence[OutboxRow],
    ) -> tuple[frozenset[UUID], Sequence[tuple[UUID, str]]]:
        rows = await self._database.fetch("settle_deliveries", claim, results, node, events, failures, outbox)
        moved = frozenset(row["id"] for row in rows if not row["released"])
        return moved, [(row["id"], row["target"]) for row in rows if row["released"]]

    async def next_due(self, target: str) -> float | None:
        rows = await self._database.fetch("next_due", target)
        return float(rows[0][0]) if rows else None

    async def expire_deliveries(self, *, repeatable: Sequence[str], node: str) -> Sequence[Expired]:
        rows = await self._database.fetch("expire_deliveries", repeatable, node)
        names = ("id", "transmission", "partner", "route", "target", "attempt", "state")
        return [Expired(**{name: row[name] for name in names}) for row in rows]

    async def unfinished_transmissions(self, *, older: timedelta, limit: int) -> Sequence[UUID]:
        return [row["id"] for row in await self._database.fetch("unfinished_transmissions", older, limit)]

    async def due_targets(self, *, older: timedelta) -> Sequence[str]:
        return [row["target"] for row in await self._database.fetch("due_targets", older)]

    async def relay_outbox(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "take_outbox", older, limit)
            if not rows:
                return 0
            messages = [
                Message(r["exchange"], r["routing_key"], r["body"] or b"", str(r["id"]), orjson.loads(r["headers"]))
                for r in rows
            ]
            results = await publish(messages)
            # A public exchange without listeners confirms as well; an unroutable message has nobody to wait for.
            done = [r["id"] for r, result in zip(rows, results, strict=True) if result is not Published.UNKNOWN]
            await self._database.within(connection, "delete_outbox", done)
        return len(done)

    async def delete_outbox(self, ids: Sequence[UUID]) -> None:
        await self._database.fetch("delete_outbox", ids)

    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        await self._database.fetch("record_failures", rows)

    async def take_lease(self, name: str, *, holder: str, lasting: timedelta) -> int | None:
        rows = await self._database.fetch("take_lease", name, holder, lasting)
        return int(rows[0]["token"]) if rows else None

    async def release_lease(self, name: str, *, holder: str) -> None:
        await self._database.fetch("release_lease", name, holder)

    async def queue_levels(self) -> Sequence[QueueLevel]:
        return [QueueLevel(row["stage"], row["rows"], row["oldest"]) for row in await self._database.fetch("queue_levels")]

    async def activate_configuration(self, digest: str, document: str) -> None:
        """Remember a configuration (JSON without secrets) under its digest."""
        await self._database.fetch("activate_configuration", digest, document)


def _delivery(row: Row) -> ClaimedDelivery:
    name = row["id"].hex
    if row["outbound"] is not None:
        extension = _EXTENSIONS.get(row["family"], "txt")
        name = f"{row['outbound_type']}_{row['control_number']}_{row['outbound'].hex[-12:]}.{extension}"
    return ClaimedDelivery(
        id=row["id"],
        transmission=row["transmission"],
        document=row["document"],
        outbound=row["outbound"],
        partner=row["partner"],
        route=row["route"],
        action=row["action"],
        idempotency_key=row["idempotency_key"],
        test=row["test"],
        options=orjson.loads(row["options"]),
        attempt=row["attempt"],
        age=row["now"] - row["first_attempt_at"],
        first_attempt_at=row["first_attempt_at"],
        started_at=row["now"],
        json=row["json"],
        content=row["bytes"],
        name=name,
    )
