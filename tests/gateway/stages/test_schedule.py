"""Rounds under a lease: whoever holds it works, whoever loses it stops, and no failure ends the schedule."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from structlog.testing import capture_logs

from gateway.errors import LeaseLost, StoreUnavailable
from gateway.ports.fence import fence
from gateway.stages.schedule import repeat_leased, run_leased


class Leases:
    """One lease for several holders, held until it is given back or taken away."""

    def __init__(self) -> None:
        self.holder: str | None = None
        self.token = 0
        self.away = 0
        self.asked = asyncio.Event()
        self.released: list[str] = []

    async def take_lease(self, name: str, *, holder: str, lasting: timedelta) -> int | None:
        self.asked.set()
        if self.away:
            self.away -= 1
            raise StoreUnavailable("PostgreSQL does not answer")
        if self.holder is None:
            self.holder, self.token = holder, self.token + 1
        return self.token if self.holder == holder else None

    async def looks(self, count: int) -> None:
        """Wait until the lease was asked for so many times more."""
        for _ in range(count):
            self.asked.clear()
            await asyncio.wait_for(self.asked.wait(), 10)

    async def release_lease(self, name: str, *, holder: str) -> None:
        if self.away:
            raise StoreUnavailable("PostgreSQL does not answer")
        self.released.append(holder)
        if self.holder == holder:
            self.holder = None


class Rounds:
    """Counts rounds, and lets a test wait for some."""

    def __init__(self, act: Callable[[int], None] | None = None) -> None:
        self.made = 0
        self.act = act
        self._changed = asyncio.Condition()

    async def __call__(self) -> int:
        async with self._changed:
            self.made += 1
            self._changed.notify_all()
        if self.act is not None:
            self.act(self.made)
        return 0

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: self.made >= count)


def scheduled(
    leases: Leases, rounds: Callable[[], Awaitable[int]], holder: str = "node-1", **more: float
) -> "asyncio.Task[None]":
    terms = {"work": leases, "holder": holder, "every": 0.001, "lasting": timedelta(seconds=0.09), **more}
    return asyncio.create_task(repeat_leased("sweep", rounds, **terms))  # type: ignore[arg-type]


async def end(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_holder_makes_rounds_until_cancelled_and_gives_the_lease_back() -> None:
    leases, rounds = Leases(), Rounds()
    task = scheduled(leases, rounds)
    await rounds.until(3)
    await end(task)
    assert task.cancelled()
    assert leases.released == ["node-1"]
    assert leases.holder is None


async def test_the_second_node_waits_and_takes_over_when_the_first_ends() -> None:
    leases, first, second = Leases(), Rounds(), Rounds()
    one = scheduled(leases, first, "node-1")
    await first.until(2)
    two = scheduled(leases, second, "node-2")
    await first.until(first.made + 5)
    assert second.made == 0
    await end(one)
    await second.until(2)
    assert leases.token == 2
    await end(two)


async def test_a_lease_taken_away_stops_the_rounds_but_not_the_schedule() -> None:
    leases, rounds = Leases(), Rounds()
    task = scheduled(leases, rounds)
    await rounds.until(1)
    leases.holder = "somebody"
    await leases.looks(2)
    made = rounds.made
    await leases.looks(3)
    assert rounds.made == made
    leases.holder = None
    await rounds.until(made + 1)
    await end(task)


async def test_a_lease_that_lapsed_and_came_back_runs_under_its_new_token_only() -> None:
    leases, tokens = Leases(), list[int]()
    begun = asyncio.Event()

    async def run() -> None:
        held = fence()
        assert held is not None
        tokens.append(held.token)
        begun.set()
        await asyncio.Event().wait()

    terms = {"work": leases, "holder": "node-1", "lasting": timedelta(seconds=0.09)}
    task = asyncio.create_task(run_leased("poll:bank", run, **terms))  # type: ignore[arg-type]
    await asyncio.wait_for(begun.wait(), 10)
    begun.clear()
    leases.token += 1  # nobody else took it, but it was not ours for a while
    await asyncio.wait_for(begun.wait(), 10)
    assert tokens == [1, 2]
    assert fence() is None, "it goes with the task, not with who started it"
    await end(task)


async def test_a_write_that_is_refused_ends_the_rounds_quietly_until_the_lease_comes_back() -> None:
    def refuse(number: int) -> None:
        if number == 1:
            raise LeaseLost("the lease sweep is no longer held under token 1")

    leases, rounds = Leases(), Rounds(refuse)
    with capture_logs() as logs:
        task = scheduled(leases, rounds)
        await rounds.until(2)
        await end(task)
    assert [(line["event"], line["log_level"]) for line in logs if line["event"] == "lease_lost"] == [("lease_lost", "info")]
    assert not [line for line in logs if line["log_level"] in ("warning", "error")]


async def test_a_round_that_fails_for_a_dependency_is_made_again() -> None:
    def fail_twice(number: int) -> None:
        if number <= 2:
            raise StoreUnavailable("away")

    leases, rounds = Leases(), Rounds(fail_twice)
    task = scheduled(leases, rounds)
    await rounds.until(4)
    await end(task)


async def test_a_database_that_is_away_when_the_lease_is_asked_for_is_waited_out() -> None:
    leases, rounds = Leases(), Rounds()
    leases.away = 3
    task = scheduled(leases, rounds)
    await rounds.until(1)
    await end(task)


async def test_a_round_that_takes_too_long_is_broken_off_and_made_again() -> None:
    leases, started = Leases(), 0
    again = asyncio.Event()

    async def endless() -> int:
        nonlocal started
        started += 1
        if started > 1:
            again.set()
        await asyncio.Event().wait()
        return 0

    task = scheduled(leases, endless, longest=0.02)
    await asyncio.wait_for(again.wait(), 10)
    await end(task)


async def test_a_lease_is_renewed_while_a_round_takes_longer_than_it_lasts() -> None:
    leases, ended = Leases(), asyncio.Event()

    async def long_round() -> int:
        await leases.looks(8)
        ended.set()
        return 0

    task = scheduled(leases, long_round)
    await asyncio.wait_for(ended.wait(), 10)
    assert leases.token == 1
    await end(task)


async def test_a_lease_that_cannot_be_given_back_is_left_to_expire() -> None:
    leases, rounds = Leases(), Rounds()
    task = scheduled(leases, rounds)
    await rounds.until(1)
    leases.away = 1_000
    await end(task)
    assert task.cancelled()
    assert leases.released == []


async def test_a_bug_in_one_round_is_told_and_the_next_round_is_made() -> None:
    def stumble(number: int) -> None:
        if number == 1:
            raise ZeroDivisionError

    leases, rounds = Leases(), Rounds(stumble)
    task = scheduled(leases, rounds)
    await rounds.until(3)
    await end(task)
    assert leases.holder is None


class Poller:
    """Runs until cancelled, and tells that it began and ended."""

    def __init__(self, *, failing: int = 0) -> None:
        self.began, self.ended, self.failing = asyncio.Event(), asyncio.Event(), failing

    async def run(self) -> None:
        self.began.set()
        if self.failing:
            self.failing -= 1
            self.began.clear()
            raise RuntimeError("a bug")
        try:
            await asyncio.Event().wait()
        finally:
            self.ended.set()

    async def until_it_runs(self) -> None:
        await asyncio.wait_for(self.began.wait(), 10)

    async def until_it_ends(self) -> None:
        await asyncio.wait_for(self.ended.wait(), 10)
        assert self.began.is_set()
        self.began.clear()
        self.ended.clear()


def leased(leases: Leases, poller: Poller, holder: str = "node-1", lasting: float = 0.09) -> "asyncio.Task[None]":
    lease = {"work": leases, "holder": holder, "lasting": timedelta(seconds=lasting)}
    return asyncio.create_task(run_leased("poll:bank", poller.run, **lease))  # type: ignore[arg-type]


async def test_what_runs_under_a_lease_ends_with_it_and_gives_it_back() -> None:
    leases, poller = Leases(), Poller()
    task = leased(leases, poller)
    await poller.until_it_runs()
    await end(task)
    await poller.until_it_ends()
    assert leases.released == ["node-1"]


async def test_what_runs_under_a_lease_is_cancelled_when_another_takes_it_and_runs_again_later() -> None:
    leases, poller = Leases(), Poller()
    task = leased(leases, poller)
    await poller.until_it_runs()
    leases.holder = "somebody"
    await poller.until_it_ends()
    leases.holder = None
    await poller.until_it_runs()
    await end(task)


async def test_what_runs_under_a_lease_is_cancelled_before_the_lease_ends_when_the_database_is_away() -> None:
    leases, poller = Leases(), Poller()
    task = leased(leases, poller)
    await poller.until_it_runs()
    leases.away = 1_000
    await poller.until_it_ends()
    leases.away = 0
    await poller.until_it_runs()
    await end(task)


async def test_one_lost_answer_does_not_end_what_runs_under_a_lease() -> None:
    leases, poller = Leases(), Poller()
    task = leased(leases, poller, lasting=3.0)
    await poller.until_it_runs()
    leases.away = 1
    leases.asked.clear()
    await asyncio.wait_for(leases.asked.wait(), 10)
    assert not poller.ended.is_set()
    await end(task)


async def test_what_fails_under_a_lease_is_run_anew() -> None:
    leases, poller = Leases(), Poller(failing=2)
    task = leased(leases, poller)
    await poller.until_it_runs()
    await end(task)


async def test_only_one_node_runs_it() -> None:
    leases, first, second = Leases(), Poller(), Poller()
    one = leased(leases, first, "node-1")
    await first.until_it_runs()
    two = leased(leases, second, "node-2")
    for _ in range(4):
        leases.asked.clear()
        await asyncio.wait_for(leases.asked.wait(), 10)
    assert not second.began.is_set()
    await end(one)
    await second.until_it_runs()
    await end(two)
