"""Schedules: what is done at times of the clock, how that went, and having it done now."""

from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, id_after, page_of
from gateway.bootstrap.office import Office
from gateway.bootstrap.reconciliation import ask_for_run, listed_schedules, schedule_history
from gateway.domain.access import Caller, Right


class SchedulesAsked(Asked):
    """All schedules: there are as many as routes.toml names."""


class Schedule(Told):
    """A schedule: when it is due (cron, in its time zone), what it does, when it is due next, how its last run ended."""

    id: str
    cron: str
    timezone: str
    run: str
    owner: str
    next: datetime | None
    last: datetime | None
    state: str | None


class RunsAsked(Listed):
    """Which runs are listed, the newest first: of a schedule, or of all."""

    schedule: Name | None = None


class ScheduleRun(Told):
    """A run of a schedule: for which time, for whom (None: by the clock), and what came of it. `skipped` times were left out."""

    id: UUID
    schedule: str
    due: datetime
    state: str
    actor: str | None
    skipped: int
    attempt: int
    node: str | None
    started_at: datetime | None
    ended_at: datetime | None
    message: str
    result: dict[str, Any] | None


class RunNow(Asked):
    """A schedule that is to run now."""

    schedule: Name


async def _list(office: Office, _caller: Caller, _asked: SchedulesAsked) -> Page:
    return Page([Schedule.model_validate(one) for one in await listed_schedules(office)])


async def _runs(office: Office, _caller: Caller, asked: RunsAsked) -> Page:
    found = await schedule_history(office, asked.schedule, limit=asked.limit + 1, before=id_after(asked.after))
    return page_of([ScheduleRun.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _run(office: Office, caller: Caller, asked: RunNow) -> ScheduleRun:
    return ScheduleRun.model_validate(await ask_for_run(office, asked.schedule, actor=caller.name, within=0))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="schedules.list", method="GET", path="/schedules", right=Right.SEE, asked=SchedulesAsked, run=_list,
        answers=Schedule, pages=True, summary="List the schedules: when they are due next, and how their last runs ended.",
    ),
    Operation(
        name="schedules.runs", method="GET", path="/schedules/runs", right=Right.SEE, asked=RunsAsked, run=_runs,
        answers=ScheduleRun, pages=True, summary="List runs, the newest first: for which time, for whom, what came of them.",
    ),
    Operation(
        name="schedules.run", method="POST", path="/schedules/{schedule}/run", right=Right.CONTROL, asked=RunNow, run=_run,
        answers=ScheduleRun, summary="Have a schedule run now, by a gateway that is running. Its end is told by its runs.",
    ),
)  # fmt: skip
