"""Schedules are run once, by whoever holds the lease; what fails has an owner until it works again."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.schedule import Missed, Recurrence, Schedule
from gateway.errors import StoreUnavailable
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.ports.fence import Fence, fenced
from gateway.stages.run_schedules import RunSchedules
from gateway.store.database import Database
from gateway.store.schedules import PostgresScheduleRuns
from gateway.system import SystemClock, TimeOrderedIds
from tests.integration.harness import Silent, at_work

new_id = TimeOrderedIds()
NIGHTLY = Schedule("nightly", Recurrence("* * * * *", ZoneInfo("UTC")), "reconcile", "edi", {"of": ["orders"]})


class Bench:
    """Schedules over a database, with jobs that are told what to do."""

    def __init__(self, database: Database, *schedules: Schedule, holder: int = 1) -> None:
        self.database, self.fence = database, Fence("schedules", holder)
        self.runs = PostgresScheduleRuns(database, new_id=new_id, node=f"node-{holder}")
        self.made: list[Mapping[str, Any]] = []
        self.troubles: dict[str, Sequence[ChannelTrouble]] = {}
        self.problem: BaseException | None = None
        self.stage = RunSchedules(
            store=self.runs, schedules=lambda: schedules, jobs={"reconcile": self.job}, troubles=self, observer=Silent(),
            clock=SystemClock(),
        )  # fmt: skip

    async def job(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        self.made.append(options)
        if self.problem is not None:
            raise self.problem
        return {"orders": 2}

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        assert all_of_them
        self.troubles[side.channel] = troubles
        return True

    async def lease(self) -> None:
        await self.database.fetch("take_lease", "schedules", f"holder-{self.fence.token}", timedelta(minutes=5))

    async def round(self) -> list[str]:
        with fenced(self.fence):
            begun = await self.stage.round()
            for run in begun:
                await self.stage.make(run)
        return [run.schedule for run in begun]

    async def moved_back(self, schedule: str, minutes: float) -> None:
        """As if it had been looked at last so long ago."""
        async with self.database.connection() as connection:
            back = timedelta(minutes=minutes)
            await connection.execute(
                "update gateway.schedule set looked_at = gateway.now() - $2::interval where id = $1", schedule, back
            )

    async def history(self) -> list[tuple[str, int]]:
        return [(row["state"], row["skipped"]) for row in await self.runs.history(None, limit=10)]


@pytest.fixture
async def bench(database: Database) -> Bench:
    made = Bench(database, NIGHTLY)
    await made.lease()
    return made


async def test_a_schedule_that_is_new_begins_now_and_not_in_the_past(bench: Bench) -> None:
    assert await bench.round() == []
    assert bench.made == []


async def test_what_is_due_is_made_once_with_its_options_and_its_result_is_kept(bench: Bench) -> None:
    await bench.round()
    await bench.moved_back("nightly", 1)
    assert await bench.round() == ["nightly"]
    assert await bench.round() == []
    assert bench.made == [{"of": ["orders"]}]
    (run,) = await bench.runs.history("nightly", limit=5)
    assert (run["state"], run["result"], run["attempt"], run["actor"]) == ("done", {"orders": 2}, 1, None)
    assert bench.troubles == {"nightly": ()}


async def test_times_at_which_nobody_was_there_are_one_run_and_noted(bench: Bench) -> None:
    await bench.round()
    await bench.moved_back("nightly", 30)
    assert await bench.round() == ["nightly"]
    assert sorted(await bench.history()) == [("done", 0), ("skipped", 29)]


async def test_where_missed_times_are_left_out_nothing_is_made(database: Database) -> None:
    hourly = Schedule("hourly", Recurrence("0 0 1 * *", ZoneInfo("UTC")), "reconcile", "edi", missed=Missed.SKIP)
    bench = Bench(database, hourly)
    await bench.lease()
    await bench.round()
    await bench.moved_back("hourly", 60 * 24 * 62)
    assert await bench.round() == []
    assert [state for state, _ in await bench.history()] == ["skipped"]


async def test_what_a_person_asks_for_is_made_soon(bench: Bench) -> None:
    run = new_id()
    await bench.runs.ask(run, "nightly", actor="ann")
    assert await bench.round() == ["nightly"]
    view = await bench.runs.run(run)
    assert view is not None
    assert (view["state"], view["actor"]) == ("done", "ann")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (StoreUnavailable("Odoo is away.", remedy="Start it."), "Odoo is away. Start it."),
        (ValueError("no such thing"), "A fault of the gateway: ValueError: no such thing"),
    ],
)
async def test_a_run_that_fails_is_told_to_its_owner_until_one_ends_well(bench: Bench, problem: Exception, words: str) -> None:
    bench.problem = problem
    await bench.runs.ask(new_id(), "nightly", actor="ann")
    await bench.round()
    (trouble,) = bench.troubles["nightly"]
    assert trouble.code == "schedule-failed"
    assert words in trouble.message
    bench.problem = None
    await bench.runs.ask(new_id(), "nightly", actor="ann")
    await bench.round()
    assert bench.troubles["nightly"] == ()
    assert [state for state, _ in await bench.history()] == ["done", "failed"]


async def test_what_a_holder_left_behind_is_made_by_the_next_one_until_it_is_given_up(database: Database) -> None:
    run: UUID | None = None
    bench = Bench(database, NIGHTLY)
    for token in (1, 2, 3, 4):
        bench = Bench(database, NIGHTLY, holder=token)
        async with database.connection() as connection:
            await connection.execute("update gateway.lease set until = gateway.now() - interval '1 second'")
        await bench.lease()
        if run is None:
            run = new_id()
            await bench.runs.ask(run, "nightly", actor="ann")
        with fenced(bench.fence):
            begun = await bench.stage.round()  # and then this process dies
        assert [one.attempt for one in begun] == ([token] if token < 4 else [])
    view = await bench.runs.run(run) if run else None
    assert view is not None
    assert view["state"] == "failed"
    assert [trouble.code for trouble in bench.troubles["nightly"]] == ["schedule-crashed"]


async def test_a_run_takes_no_longer_than_it_may(database: Database) -> None:
    short = Schedule("short", NIGHTLY.recurrence, "reconcile", "edi", longest=timedelta(milliseconds=20))
    bench = Bench(database, short)

    async def job(_options: Mapping[str, Any]) -> Mapping[str, Any]:
        await asyncio.Event().wait()
        return {}

    bench.stage._jobs = {"reconcile": job}
    await bench.lease()
    await bench.runs.ask(new_id(), "short", actor="ann")
    await bench.round()
    assert "took longer" in bench.troubles["short"][0].message


async def test_it_goes_on_by_itself_and_ends_what_it_began_when_it_ends(bench: Bench) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job(_options: Mapping[str, Any]) -> Mapping[str, Any]:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return {}

    bench.stage._jobs = {"reconcile": job}
    await bench.runs.ask(new_id(), "nightly", actor="ann")
    with fenced(bench.fence):
        async with at_work(bench.stage.run()):
            async with asyncio.timeout(10):
                await begun.wait()
    assert ended.is_set()


def test_times_are_aware() -> None:
    assert next(NIGHTLY.recurrence.after(datetime(2026, 1, 1, tzinfo=UTC))).tzinfo is not None
