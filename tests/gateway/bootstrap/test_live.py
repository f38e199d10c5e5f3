"""What is new is told to all who listen, by one look for all of them, and to nobody else's partner."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Any

import pytest

from gateway.bootstrap.live import KINDS, Live
from gateway.domain.access import Caller, Role
from gateway.errors import Refused, StoreUnavailable
from gateway.store.news import Slice
from tests.gateway.api.served import caller

ALL = caller(Role.VIEWER, name="ann")
BIGBOX = caller(Role.VIEWER, name="bigbox", partner="bigbox")


class Counts:
    """What is stored, as a test says; each look is counted, and waits until it is asked for."""

    def __init__(self) -> None:
        self.rows: dict[Slice, int] = {}
        self.looks = 0
        self.broken = False
        self.looked = asyncio.Condition()

    async def __call__(self) -> Mapping[Slice, int]:
        async with self.looked:
            self.looks += 1
            self.looked.notify_all()
        if self.broken:
            raise StoreUnavailable("gone")
        return dict(self.rows)

    async def again(self, times: int = 2) -> None:
        """After as many more looks."""
        async with self.looked:
            until = self.looks + times
            await self.looked.wait_for(lambda: self.looks >= until)


@asynccontextmanager
async def listening(live: Live, who: Caller = ALL, *kinds: str, partner: str | None = None) -> AsyncIterator[Any]:
    async with aclosing(live.listen(who, kinds, partner=partner)) as news:
        assert await anext(news) == {}, "the line is there"
        yield news


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def live(counts: Counts) -> Live:
    return Live(counts, pace=0, sign_of_life=30)


async def test_what_was_there_before_is_not_new(live: Live, counts: Counts) -> None:
    counts.rows = {("messages", "bigbox", 1): 7}
    async with listening(live) as news:
        await counts.again()
        counts.rows[("messages", "bigbox", 1)] = 9
        counts.rows[("messages", None, 2)] = 1
        counts.rows[("failures", "bigbox", 2)] = 1
        told: dict[str, int] = dict.fromkeys(KINDS, 0)
        while sum(told.values()) < 4:
            for kind, what in (await anext(news)).items():
                told[kind] += what["new"]
    assert told == {"messages": 3, "failures": 1, "deliveries": 0}


async def test_a_partner_hears_of_its_own_alone(live: Live, counts: Counts) -> None:
    async with listening(live, BIGBOX) as theirs, listening(live) as ours, listening(live, ALL, partner="other") as others:
        await counts.again()
        counts.rows = {("messages", "bigbox", 1): 1, ("messages", "other", 1): 2, ("messages", None, 1): 4}
        assert await anext(theirs) == {"messages": {"new": 1}}
        assert await anext(ours) == {"messages": {"new": 7}}
        assert await anext(others) == {"messages": {"new": 2}}


async def test_only_what_was_asked_for_is_told(live: Live, counts: Counts) -> None:
    async with listening(live, ALL, "failures") as news:
        await counts.again()
        counts.rows = {("messages", None, 1): 1, ("deliveries", None, 1): 1, ("failures", None, 1): 1}
        assert await anext(news) == {"failures": {"new": 1}}


async def test_who_reads_slowly_gets_the_sum(live: Live, counts: Counts) -> None:
    async with listening(live) as news:
        for number in range(1, 6):
            await counts.again()
            counts.rows = {("messages", None, 1): number}
        await counts.again()
        assert await anext(news) == {"messages": {"new": 5}}


async def test_a_slice_that_ends_takes_nothing_back(live: Live, counts: Counts) -> None:
    counts.rows = {("messages", None, 1): 5}
    async with listening(live) as news:
        await counts.again()
        counts.rows = {("messages", None, 2): 1}
        assert await anext(news) == {"messages": {"new": 1}}


async def test_one_look_serves_all_and_nobody_is_looked_for_when_nobody_listens(live: Live, counts: Counts) -> None:
    assert counts.looks == 0
    async with AsyncExitStack() as stack:
        for _ in range(15):
            await stack.enter_async_context(listening(live))
        await counts.again(3)
    assert live._watching is None
    looks = counts.looks
    assert looks < 3 * 15
    for _ in range(20):
        await asyncio.sleep(0)
    assert counts.looks == looks
    async with listening(live):
        await counts.again(1)


async def test_nothing_new_is_a_sign_of_life(counts: Counts) -> None:
    async with listening(Live(counts, pace=0, sign_of_life=0)) as news:
        assert await anext(news) == {}


async def test_a_database_that_is_away_for_a_while_is_asked_again(live: Live, counts: Counts) -> None:
    async with listening(live) as news:
        await counts.again()
        counts.broken = True
        await counts.again()
        counts.rows, counts.broken = {("messages", None, 1): 1}, False
        assert await anext(news) == {"messages": {"new": 1}}


async def test_all_are_let_go_when_the_process_ends(live: Live, counts: Counts) -> None:
    async with listening(live) as news, listening(live) as others:
        live.close()
        assert [one async for one in news] in ([], [{}])
        assert [one async for one in others] in ([], [{}])
    with pytest.raises(Refused):
        live.listen(ALL)


async def test_nobody_takes_all_the_places(live: Live) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(listening(live))
        with pytest.raises(Refused) as refused:
            live.listen(ALL)
        assert refused.value.status == 503
        await stack.enter_async_context(listening(live, BIGBOX))
