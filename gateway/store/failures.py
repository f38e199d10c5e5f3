"""Failures and what people do about them, over PostgreSQL: each method is one named query or one transaction."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.effect import Waiting
from gateway.domain.failure import Escalation, OpenFailure
from gateway.domain.record import FailureRow
from gateway.domain.solved import Solved
from gateway.domain.storable import storable, storable_json
from gateway.ports.failures import (
    FailureFilter,
    FailureLevel,
    FailureMove,
    Failures,
    FailureSession,
    FailureWatch,
    HeldFailure,
    Patience,
    StillFailing,
)
from gateway.ports.json import Json
from gateway.store.database import Connection, Database, Row

_GROUP = (
    "id", "fingerprint", "state", "stage", "code", "partner", "route", "owner", "count", "open_cases", "regressions", "message",
    "remedy", "sample", "first_at", "last_at", "opened_at", "muted_until", "level", "attended_by", "attended_at", "resolved_by",
    "resolved_at", "resolved_reason", "resolved_helped",
)  # fmt: skip
_CASE = (
    "subject",
    "transmission",
    "message",
    "at",
    "closed_at",
    "closed_by",
    "closed_reason",
    "keys",
    "target",
    "stored",
    "recurred",
)
_OPEN = ("open_deliveries", "open_messages")
_NOTIFICATION = ("id", "owner", "address", "state", "attempt", "code", "answer", "created_at", "settled_at")
_MOST_CASES = 50
_MOST_HISTORY = 200


class PostgresFailureSession(FailureSession):
    """A transaction on a connection, as far as it is about one failure."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self._database = database
        self._connection = connection

    @override
    async def hold(self, failure: UUID) -> HeldFailure | None:
        rows = await self._database.within(self._connection, "lock_failure", failure)
        return HeldFailure(**dict(rows[0])) if rows else None

    @override
    async def move(self, move: FailureMove, *, configuration: str, node: str) -> bool:
        m = move
        detail = storable_json({**m.detail, "reason": m.reason} if m.reason else m.detail)
        moved = await self._database.within(
            self._connection, "move_failure", m.failure, m.before, m.after, m.owner, m.muted_until, storable(m.actor),
            storable(m.reason), m.action, detail, m.tell, configuration, node, m.attended_by, m.helped,
        )  # fmt: skip
        return bool(moved)

    @override
    async def note(self, failure: UUID, text: str, *, actor: str, configuration: str, node: str) -> None:
        detail = storable_json({"note": text})
        await self._database.within(self._connection, "note_failure", failure, storable(actor), detail, configuration, node)


class PostgresFailures(Failures, FailureWatch):
    """Failures for people, and for the round that escalates them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    @asynccontextmanager
    async def attending(self) -> AsyncIterator[PostgresFailureSession]:
        async with self._database.transaction() as connection:
            yield PostgresFailureSession(self._database, connection)

    @override
    async def find(self, text: str) -> Sequence[UUID]:
        return [row["id"] for row in await self._database.fetch("find_failures", storable(text))]

    @override
    async def effects(self, failures: Sequence[UUID]) -> Sequence[Waiting]:
        return [Waiting(**dict(row)) for row in await self._database.fetch("failure_effects", list(failures))]

    @override
    async def list(self, wanted: FailureFilter) -> Sequence[Json]:
        w = wanted
        lists = [list(values) or None for values in (w.states, w.owners, w.stages, w.partners, w.codes, w.routes)]
        place = (w.before, w.before_id, w.limit)
        return [_group(row) for row in await self._database.fetch("list_failures", *lists, *place, [*w.fingerprints] or None)]

    @override
    async def show(self, failure: UUID) -> Json | None:
        rows = await self._database.fetch("show_failure", failure)
        if not rows:
            return None
        history = await self._database.fetch("failure_history", failure, _MOST_HISTORY)
        cases = await self._database.fetch("failure_cases", failure, _MOST_CASES)
        told = await self._database.fetch("failure_notifications", failure)
        return _group(rows[0]) | {
            **_pick(rows[0], _OPEN),
            "history": [_event(row) for row in history],
            "cases": [_pick(row, _CASE) for row in cases],
            "notifications": [_pick(row, _NOTIFICATION) for row in told],
        }

    @override
    async def solutions(self, *, limit: int) -> Sequence[Solved]:
        return [Solved(**dict(row)) for row in await self._database.fetch("failure_solutions", limit)]

    @override
    async def choices(self) -> Mapping[str, Mapping[str, int]]:
        found: dict[str, dict[str, int]] = {kind: {} for kind in ("state", "owner", "stage", "partner", "code", "route")}
        for row in await self._database.fetch("failure_choices"):
            found[row["kind"]][row["value"]] = row["groups"]
        return found

    @override
    async def still_failing(self, patience: Patience, *, limit: int) -> Sequence[StillFailing]:
        targets, agreements = _halves(patience.targets), _halves(patience.agreements)
        soonest = min([*targets[1], *agreements[1]], default=timedelta())
        rows = await self._database.fetch("still_failing", *targets, *agreements, soonest, limit)
        return [StillFailing(**{**dict(row), "code": row["code"] or "", "message": row["message"] or ""}) for row in rows]

    @override
    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        await self._database.fetch("record_failures", rows)

    @override
    async def unattended(self, *, limit: int) -> Sequence[OpenFailure]:
        return [OpenFailure(**dict(row)) for row in await self._database.fetch("unattended_failures", limit)]

    @override
    async def escalate(self, steps: Sequence[Escalation]) -> Sequence[UUID]:
        columns = [s.failure for s in steps], [s.level for s in steps], [s.owner for s in steps], [s.reason for s in steps]
        return [row["id"] for row in await self._database.fetch("escalate_failures", *columns)]

    @override
    async def unmute(self) -> Sequence[UUID]:
        return [row["id"] for row in await self._database.fetch("unmute_failures")]

    @override
    async def levels(self) -> Sequence[FailureLevel]:
        return [FailureLevel(**dict(row)) for row in await self._database.fetch("failure_levels")]


def _halves(totals: Mapping[str, timedelta]) -> tuple[Sequence[str], Sequence[timedelta]]:
    return list(totals), [total / 2 for total in totals.values()]


def _group(row: Row) -> dict[str, Any]:
    unattended = (row["now"] - row["opened_at"]).total_seconds() if row["state"] == "open" else None
    return _pick(row, _GROUP) | {"unattended_seconds": unattended}


def _event(row: Row) -> dict[str, Any]:
    return _pick(row, ("at", "actor", "action", "tell", "told_at")) | {"detail": orjson.loads(row["detail"])}


def _pick(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(row[name]) for name in names}


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value
