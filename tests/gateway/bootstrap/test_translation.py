"""The lanes of translation in one process: what is urgent stands behind nothing, and a stuck broker holds up nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID

from gateway.bootstrap.translation import TranslationSide
from gateway.broker.embedded import EmbeddedBroker
from gateway.domain.service import Service
from gateway.stages.lanes import Lanes
from gateway.stages.watchdog import Watchdog
from gateway.system import SystemClock
from tests.integration.harness import Silent, at_work

SERVICES = {"orders": Service.REALTIME, "hourly": Service.FREQUENT, "nightly": Service.BATCH}
URGENT = 10**9
"""Ids from here on are urgent ones."""


class Reader:
    """Stands for translation. What is not urgent takes until it is let go on."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.patient = self.most_patient = 0
        self.let, self.changed = asyncio.Event(), asyncio.Condition()

    def prepare(self) -> None: ...

    async def handle(self, ids: Sequence[UUID]) -> None:
        async with self.changed:
            self.read += [each.int for each in ids]
            self.changed.notify_all()
        if ids[0].int < URGENT:
            self.patient += 1
            self.most_patient = max(self.patient, self.most_patient)
            await self.let.wait()
            self.patient -= 1

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(holds)


class Bench:
    """The translating side of a process over a broker."""

    def __init__(self) -> None:
        self.reader, self.broker = Reader(), EmbeddedBroker(targets=(), observer=Silent())
        self.lanes = Lanes(self.broker.announce, services=lambda: SERVICES)
        watchdog = Watchdog(observer=Silent(), clock=SystemClock(), hopeless=lambda *_: None)
        self.side = TranslationSide(lambda _: self.reader, lanes=self.lanes, memory=self._there, watchdog=watchdog)  # type: ignore[arg-type,return-value]

    async def _there(self) -> None: ...

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        await self.broker.start()
        async with AsyncExitStack() as stack:
            for consumer in self.side.consumers(self.broker):
                await stack.enter_async_context(consumer)
            await stack.enter_async_context(at_work(*(run() for _, run in self.side.tasks())))
            try:
                yield
            finally:
                self.reader.let.set()
        await self.broker.close()


async def test_an_urgent_one_is_read_while_thousands_of_the_others_wait() -> None:
    bench = Bench()
    for channel, first in (("nightly", 1), ("hourly", 500_000)):
        await bench.broker.start()
        await bench.lanes.arrived([(channel, UUID(int=first + n)) for n in range(5_000)])
    async with bench.at_work():
        await bench.reader.until(lambda: bench.reader.patient == 2)
        await bench.lanes.arrived([("orders", UUID(int=URGENT))])
        await bench.reader.until(lambda: URGENT in bench.reader.read)
        assert len(bench.reader.read) <= 201, "two batches, and the urgent one"
        assert not bench.reader.let.is_set()
        bench.reader.let.set()
        await bench.reader.until(lambda: len(bench.reader.read) == 10_001)
    assert bench.reader.most_patient == 2


async def test_what_the_sweep_finds_is_read_although_the_broker_is_away() -> None:
    bench = Bench()
    async with bench.at_work():
        await bench.broker.close()
        await bench.lanes.arrived([("orders", UUID(int=URGENT))])
        await bench.side.found([("orders", UUID(int=URGENT)), ("orders", UUID(int=URGENT + 1))])
        await bench.reader.until(lambda: len(bench.reader.read) == 2)
    assert bench.reader.read == [URGENT, URGENT + 1]


async def test_large_ones_go_one_at_a_time_and_what_was_found_a_hundred() -> None:
    bench = Bench()
    async with bench.at_work():
        await bench.broker.close()
        await bench.side.found([("orders", UUID(int=URGENT + n)) for n in range(250)])
        await bench.reader.until(lambda: len(bench.reader.read) == 250)
