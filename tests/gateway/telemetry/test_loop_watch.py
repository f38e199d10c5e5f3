"""The watch on the event loop, with a clock and a sleep that the test moves."""

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from gateway.telemetry.loop_watch import LoopGuard, watch_loop
from gateway.telemetry.metrics import PrometheusObserver


class ManualClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, tz=UTC)

    def monotonic(self) -> float:
        return self.seconds


class Levels(PrometheusObserver):
    """A strict observer that remembers the levels it was given."""

    def __init__(self) -> None:
        super().__init__(strict=True)
        self.levels: list[float] = []

    def gauge(self, name: str, value: float, **labels: str) -> None:
        super().gauge(name, value, **labels)
        self.levels.append(round(value, 6))


async def watched(lags: list[float], *, report_every: int) -> list[float]:
    """What the watch reports when each sleep takes that much longer than asked."""
    clock, observer, remaining = ManualClock(), Levels(), iter(lags)

    async def late(seconds: float) -> None:
        lag = next(remaining, None)
        if lag is None:
            raise asyncio.CancelledError
        clock.seconds += seconds + lag

    with pytest.raises(asyncio.CancelledError):
        await watch_loop(observer, clock, interval=0.25, report_every=report_every, sleep=late)
    return observer.levels


async def test_the_worst_lag_of_each_period_is_reported_and_then_forgotten() -> None:
    assert await watched([0.0, 0.2, 0.1, 0.0, 0.01, 0.0], report_every=3) == [0.2, 0.01]


async def test_a_period_that_is_not_over_reports_nothing() -> None:
    assert await watched([0.2, 0.2], report_every=3) == []


async def test_a_long_block_is_logged_at_once_with_its_length() -> None:
    with capture_logs() as logs:
        await watched([0.0, 1.5], report_every=100)
    assert logs == [{"event": "event_loop_blocked", "seconds": 1.5, "log_level": "warning"}]


async def test_a_timer_that_fires_early_is_no_negative_lag() -> None:
    assert await watched([-0.01], report_every=1) == [0.0]


async def test_it_runs_on_the_real_loop_until_cancelled() -> None:
    reported = asyncio.Event()

    class Signal(Levels):
        def gauge(self, name: str, value: float, **labels: str) -> None:
            super().gauge(name, value, **labels)
            reported.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch_loop(Signal(), ManualClock(), interval=0.0, report_every=1))
        await reported.wait()
        task.cancel()


def test_a_loop_that_stands_still_is_told_with_its_place_and_given_up() -> None:
    left: list[int] = []
    over = threading.Event()

    def leave(status: int) -> None:
        left.append(status)
        over.set()

    with capture_logs() as logs, LoopGuard(tell=2, end=4, tick=0.01, leave=leave):
        assert over.wait(20)
    told = {line["event"]: line for line in logs}
    assert set(told) == {"event_loop_hangs", "event_loop_given_up"}
    assert "assert over.wait(20)" in str(told["event_loop_hangs"]["at"])
    assert left == [1]


def test_a_loop_that_turns_is_left_alone() -> None:
    left: list[int] = []
    until = time.monotonic() + 0.3
    with LoopGuard(tell=20, end=40, tick=0.005, leave=left.append) as guard:
        while time.monotonic() < until:
            guard.beat()
    assert left == []
