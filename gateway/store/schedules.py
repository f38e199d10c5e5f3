"""Runs of schedules over PostgreSQL."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.schedule import Turn
from gateway.domain.storable import storable, storable_json
from gateway.ports.fence import fence
from gateway.ports.schedules import BegunRun, EndedRun, ScheduleRuns
from gateway.store.database import Database, Row


class PostgresScheduleRuns(ScheduleRuns):
    """Each method is one named query. What begins and ends runs is called under a lease, whose token goes with the run."""

    def __init__(self, database: Database, *, new_id: Callable[[], UUID], node: str = "") -> None:
        self._database, self._new_id, self._node = database, new_id, node

    @override
    async def looked_at(self, schedules: Sequence[str]) -> Mapping[str, tuple[datetime, datetime]]:
        rows = await self._database.fetch("looked_at", list(schedules))
        return {row["id"]: (row["looked_at"], row["now"]) for row in rows}

    @override
    async def begin(self, schedule: str, turn: Turn, *, until: datetime) -> BegunRun | None:
        run = self._new_id() if turn.run is not None else None
        rows = await self._database.fetch(
            "begin_turn", schedule, run, turn.run, self._new_id(), turn.skipped, turn.last, until, _token(), self._node
        )
        return BegunRun(rows[0]["id"], schedule, turn.run) if rows and turn.run is not None else None

    @override
    async def begin_asked(self, *, most: int) -> Sequence[BegunRun]:
        return [_begun(row) for row in await self._database.fetch("begin_asked", _token(), self._node, most)]

    @override
    async def give_up(self, *, most: int, message: str) -> Sequence[BegunRun]:
        return [_begun(row) for row in await self._database.fetch("give_up_runs", _token(), most, message)]

    @override
    async def end(self, run: EndedRun) -> bool:
        result = storable_json(dict(run.result)) if run.result is not None else None
        return bool(await self._database.fetch("end_run", run.id, _token(), run.state, result, storable(run.message)))

    @override
    async def ask(self, run: UUID, schedule: str, *, actor: str) -> None:
        await self._database.fetch("ask_for_run", run, schedule, storable(actor))

    @override
    async def run(self, run: UUID) -> Mapping[str, Any] | None:
        rows = await self._database.fetch("schedule_run", run)
        return _view(rows[0]) if rows else None

    @override
    async def history(self, schedule: str | None, *, limit: int, before: UUID | None = None) -> Sequence[Mapping[str, Any]]:
        return [_view(row) for row in await self._database.fetch("schedule_history", schedule, before, limit)]

    @override
    async def forget(self, *, older: timedelta) -> None:
        await self._database.fetch("forget_runs", older)


def _token() -> int:
    held = fence()
    return held.token if held is not None else 0


def _begun(row: Row) -> BegunRun:
    return BegunRun(row["id"], row["schedule"], row["due"], row["attempt"])


def _view(row: Row) -> Mapping[str, Any]:
    names = ("id", "schedule", "due", "state", "actor", "skipped", "attempt", "node", "started_at", "ended_at", "message")
    view = {name: row[name] for name in names}
    return view | {"result": orjson.loads(row["result"]) if row["result"] is not None else None}
