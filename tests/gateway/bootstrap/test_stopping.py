"""The order in which a process ends, and that it takes no longer than it may."""

import asyncio
import os
import signal
from collections.abc import Callable

from gateway.bootstrap.stopping import stop, stop_on_signals


class Service:
    """Notes what it is asked for; one part may hang."""

    def __init__(self, *, hangs: str = "") -> None:
        self.said: list[str] = []
        self.hangs = hangs

    async def _do(self, what: str) -> None:
        self.said.append(what)
        if what == self.hangs:
            await asyncio.Event().wait()

    async def stop_intake(self) -> None:
        await self._do("intake")

    async def end_consumption(self) -> None:
        await self._do("consumption")

    async def flush(self) -> None:
        await self._do("flush")

    def task(self, name: str) -> "asyncio.Task[None]":
        async def run() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                self.said.append(name)

        return asyncio.create_task(run())


NAMES = ("lease:poll:bank", "start:poll:folder", "deliver:odoo", "receive", "relay")


async def begun(service: Service) -> dict[str, "asyncio.Task[None]"]:
    tasks = {name: service.task(name) for name in NAMES}
    await asyncio.sleep(0)
    return tasks


async def end(tasks: dict[str, "asyncio.Task[None]"]) -> None:
    for task in tasks.values():
        task.cancel()
    await asyncio.gather(*tasks.values(), return_exceptions=True)


async def test_who_fetches_ends_first_then_who_delivers_and_who_stores_lives_on() -> None:
    service = Service()
    tasks = await begun(service)
    assert await stop(service, tasks, within=20)
    assert set(service.said[:3]) == {"intake", "lease:poll:bank", "start:poll:folder"}
    assert set(service.said[3:5]) == {"consumption", "deliver:odoo"}
    assert service.said[5:] == ["flush"]
    assert not tasks["receive"].done(), "answers of partners' servers are stored to the last"
    assert not tasks["relay"].done()
    await end(tasks)


async def test_what_does_not_end_is_left_and_told() -> None:
    for hangs in ("intake", "consumption", "flush"):
        service = Service(hangs=hangs)
        tasks = await begun(service)
        assert not await stop(service, tasks, within=0.05)
        await end(tasks)


async def heard(act: Callable[[], None], event: asyncio.Event) -> None:
    act()
    await asyncio.wait_for(event.wait(), 10)


async def test_the_first_signal_asks_and_the_second_would_end_the_process() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for number in before:
            asked = asyncio.Event()
            stop_on_signals(asked, worker=False)
            await heard(lambda number=number: os.kill(os.getpid(), number), asked)  # type: ignore[misc]
            assert {signal.getsignal(one) for one in before} == {signal.SIG_DFL}
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def test_a_worker_leaves_what_the_terminal_sends_to_its_parent() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        asked = asyncio.Event()
        stop_on_signals(asked, worker=True)
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0)
        assert not asked.is_set()
        await heard(lambda: os.kill(os.getpid(), signal.SIGTERM), asked)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
