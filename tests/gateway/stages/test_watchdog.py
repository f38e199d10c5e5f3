"""The watchdog: what gets on is left alone, what is stuck or fails is told and started anew, what rests may rest."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.errors import LeaseLost
from gateway.ports.pulse import beat, rest, resting
from gateway.stages.watchdog import Watchdog
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.stages.virtual_time import LoopClock, jump, run


class Site:
    """A watchdog, and what it was told of hopeless tasks."""

    def __init__(self, clock: LoopClock | None = None) -> None:
        self.hopeless: list[str] = []
        self.observer = PrometheusObserver(strict=True)
        self.watchdog = Watchdog(
            observer=self.observer,
            clock=clock or LoopClock(),
            within=10.0,
            hopeless=lambda task, _problem: self.hopeless.append(task),
        )

    def keep(self, run: Callable[[], Coroutine[Any, Any, None]], **more: float) -> "asyncio.Task[None]":
        return asyncio.create_task(self.watchdog.keep("job", run, **more))

    def restarts(self, reason: str) -> bool:
        return f'edi_task_restarts_total{{reason="{reason}",task="job"}}' in self.observer.render()[1].decode()


async def ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_what_makes_no_progress_is_told_ended_and_started_anew() -> None:
    async def scene() -> None:
        site, starts, stopped = Site(), 0, 0

        async def stuck_once() -> None:
            nonlocal starts, stopped
            starts += 1
            while starts > 1:
                await rest(1)
            try:
                await asyncio.Event().wait()
            finally:
                stopped += 1

        with capture_logs() as logs:
            task = site.keep(stuck_once)
            await jump(9)
            assert (starts, site.watchdog.problem) == (1, "")
            await jump(3)
            assert "job made no progress for 10 s" in site.watchdog.problem
            assert stopped == 1
            await jump(3)
            assert starts == 2
            await jump(20)
        assert (starts, site.watchdog.problem) == (2, ""), "it is well again after a while"
        (told,) = [line for line in logs if line["event"] == "task_stuck"]
        assert "stuck_once" in told["at"]
        assert site.restarts("stuck")
        await ended(task)

    run(scene())


def test_what_beats_or_rests_is_left_alone() -> None:
    async def scene() -> None:
        site, starts = Site(), 0

        async def well() -> None:
            nonlocal starts
            starts += 1
            for _ in range(20):
                await jump(8)
                beat()
            async with resting():
                await jump(1_000)
            await rest(1_000)
            async with asyncio.TaskGroup() as group:
                group.create_task(_beat_for(300))

        task = site.keep(well)
        await jump(2_400)
        assert (starts, site.watchdog.problem) == (1, "")
        await ended(task)

    run(scene())


async def _beat_for(seconds: int) -> None:
    for _ in range(seconds):
        await jump(1)
        beat()


def test_what_fails_is_started_anew_after_a_pause_that_grows_and_is_short_again_after_a_good_while() -> None:
    async def scene() -> None:
        site, starts = Site(), list[float]()

        async def fail() -> None:
            starts.append(asyncio.get_running_loop().time())
            if len(starts) == 7:
                await rest(100)
            raise ZeroDivisionError

        task = site.keep(fail)
        await jump(210)
        pauses = [round(after - before) for before, after in pairwise(starts)]
        assert pauses[:9] == [1, 2, 4, 8, 16, 30, 101, 2, 4]
        assert "job ended: ZeroDivisionError" in site.watchdog.problem
        assert site.restarts("failed")
        await ended(task)

    run(scene())


def test_a_process_that_stood_still_as_a_whole_is_not_stuck() -> None:
    class Standing(LoopClock):
        ahead = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead

    async def scene() -> None:
        clock, starts = Standing(), 0
        site = Site(clock)

        async def slow() -> None:
            nonlocal starts
            starts += 1
            while True:
                await jump(6)
                beat()

        task = site.keep(slow)
        await jump(20)
        clock.ahead += 1_000  # frozen, and thawed
        await jump(20)
        assert (starts, site.watchdog.problem) == (1, "")
        await ended(task)

    run(scene())


def test_one_that_does_not_even_end_is_hopeless() -> None:
    async def scene() -> None:
        site, freed = Site(), asyncio.Event()

        async def stubborn() -> None:
            while not freed.is_set():
                try:
                    await freed.wait()
                except asyncio.CancelledError:
                    continue

        task = site.keep(stubborn)
        await jump(30)
        assert site.hopeless == ["job"]
        freed.set()
        await ended(task)

    run(scene())


def test_a_handler_that_hangs_is_ended_and_its_consumer_goes_on() -> None:
    async def scene() -> None:
        site, handled, ended = Site(), list[str](), list[str]()

        async def handle(item: str) -> None:
            try:
                if item == "bad":
                    await asyncio.Event().wait()
                for _ in range(5):
                    await jump(8)
                    beat()
                handled.append(item)
            finally:
                ended.append(item)

        bounded = site.watchdog.bounded("job", handle)
        await bounded("slow")
        with pytest.raises(TimeoutError, match="made no progress for 10 s"):
            await bounded("bad")
        assert "job made no progress" in site.watchdog.problem
        await bounded("next")
        await jump(10)
        assert (handled, ended, site.watchdog.problem) == (["slow", "next"], ["slow", "bad", "next"], "")
        assert site.restarts("stuck")

    run(scene())


def test_what_a_handler_raises_is_its_consumers_and_who_ends_the_consumer_ends_the_handler() -> None:
    async def scene() -> None:
        site, over = Site(), asyncio.Event()

        async def handle(item: str) -> None:
            if item == "fails":
                raise ZeroDivisionError
            try:
                await jump(9)
            finally:
                over.set()

        bounded = site.watchdog.bounded("job", handle)
        with pytest.raises(ZeroDivisionError):
            await bounded("fails")
        running = asyncio.ensure_future(bounded("long"))
        await jump(2)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert over.is_set()

    run(scene())


def test_a_lost_lease_is_the_keepers_business() -> None:
    async def scene() -> None:
        async def lose() -> None:
            raise LeaseLost("gone")

        with pytest.raises(LeaseLost):
            await Site().watchdog.keep("job", lose)

    run(scene())


def test_a_watchdog_that_is_watched_itself_is_alive_while_what_it_keeps_rests() -> None:
    async def scene() -> None:
        site, starts = Site(), 0

        async def inner() -> None:
            nonlocal starts
            starts += 1
            await rest(10_000)

        task = site.keep(lambda: site.watchdog.keep("inner", inner, within=20))
        await jump(200)
        assert (starts, site.watchdog.problem) == (1, "")
        await ended(task)

    run(scene())


def test_what_is_kept_ends_with_the_one_who_keeps_it() -> None:
    async def scene() -> None:
        site, over = Site(), asyncio.Event()

        async def long() -> None:
            try:
                await rest(1_000)
            finally:
                over.set()

        task = site.keep(long)
        await jump(5)
        await ended(task)
        assert over.is_set()

    run(scene())
