"""Workers under one parent. They are small Python programs that report on a socket, so that nothing here waits by the clock."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from types import SimpleNamespace

import pytest

from gateway.processes import on_hangup, supervise

HEAD = """
import os, signal, socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def say(word): line.sendall((word + " " + str(os.getpid()) + chr(10)).encode())
"""
OBEDIENT = (
    HEAD
    + """
signal.signal(signal.SIGTERM, lambda *_: (say("stopping"), sys.exit(0)))
say("ready")
while True: signal.pause()
"""
)
STUBBORN = (
    HEAD
    + """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
say("ready")
while True: signal.pause()
"""
)
UNPREPARED = (
    HEAD
    + """
say("ready")
while True: signal.pause()
"""
)
LOOKING = (
    HEAD
    + """
signal.signal(signal.SIGTERM, lambda *_: (say("stopping"), sys.exit(0)))
signal.signal(signal.SIGHUP, lambda *_: say("looking"))
say("ready")
while True: signal.pause()
"""
)
FAILING = (
    HEAD
    + """
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
say("ready")
while True: signal.pause()
"""
)


class Reports:
    """What workers say, a line each."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
        self.port = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                word, pid = line.decode().split()
                self.lines.put_nowait((word, int(pid)))
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def next(self, word: str) -> int:
        async with asyncio.timeout(30):
            said, pid = await self.lines.get()
        assert said == word
        return pid


@pytest.fixture
async def reports() -> AsyncIterator[Reports]:
    made = Reports()
    server = await asyncio.start_server(made.take, "127.0.0.1", 0, family=socket.AF_INET)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def start(program: str, reports: Reports, *, count: int = 1, patience: float = 30.0) -> "asyncio.Task[int]":
    return asyncio.create_task(supervise(["-c", program, str(reports.port)], count=count, patience=patience))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_workers_start_together_and_stop_together_by_one_signal(reports: Reports) -> None:
    parent = start(OBEDIENT, reports, count=3)
    pids = {await reports.next("ready") for _ in range(3)}
    assert len(pids) == 3
    os.kill(os.getpid(), signal.SIGTERM)
    assert {await reports.next("stopping") for _ in range(3)} == pids
    assert await parent == 0
    assert not any(map(alive, pids))


async def test_a_worker_that_dies_is_started_again_and_the_other_goes_on(reports: Reports) -> None:
    parent = start(OBEDIENT, reports, count=2)
    first, second = await reports.next("ready"), await reports.next("ready")
    os.kill(first, signal.SIGKILL)
    third = await reports.next("ready")
    assert third not in (first, second)
    assert alive(second)
    os.kill(os.getpid(), signal.SIGINT)
    assert {await reports.next("stopping"), await reports.next("stopping")} == {second, third}
    assert await parent == 0


async def test_who_asked_is_told_which_worker_died_before_the_next_one_starts(reports: Reports) -> None:
    told: asyncio.Queue[int] = asyncio.Queue()
    parent = asyncio.create_task(supervise(["-c", OBEDIENT, str(reports.port)], count=1, ended=told.put_nowait))
    first = await reports.next("ready")
    os.kill(first, signal.SIGKILL)
    second = await reports.next("ready")
    assert told.get_nowait() == first
    os.kill(os.getpid(), signal.SIGTERM)
    assert await reports.next("stopping") == second
    assert await parent == 0
    assert told.empty()


async def test_a_worker_that_does_not_stop_is_killed_and_told(reports: Reports) -> None:
    parent = start(STUBBORN, reports, patience=0.2)
    pid = await reports.next("ready")
    os.kill(os.getpid(), signal.SIGTERM)
    assert await parent == 1
    assert not alive(pid)


async def test_a_second_signal_kills_workers_that_have_not_ended_yet(reports: Reports) -> None:
    parent = start(STUBBORN, reports, count=2)
    pids = {await reports.next("ready") for _ in range(2)}
    os.kill(os.getpid(), signal.SIGTERM)
    done, _ = await asyncio.wait({parent}, timeout=0.2)
    assert not done
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        assert await parent == 1
    assert not any(map(alive, pids))


async def test_a_worker_stopped_before_it_listens_for_signals_ended_in_time(reports: Reports) -> None:
    parent = start(UNPREPARED, reports)
    pid = await reports.next("ready")
    os.kill(os.getpid(), signal.SIGTERM)
    assert await parent == 0
    assert not alive(pid)


async def test_the_status_of_a_worker_that_ends_badly_is_the_parents(reports: Reports) -> None:
    parent = start(FAILING, reports)
    await reports.next("ready")
    os.kill(os.getpid(), signal.SIGTERM)
    assert await parent == 3


async def test_a_signal_while_a_dead_worker_waits_for_its_restart_ends_at_once(reports: Reports) -> None:
    parent = start(HEAD + 'say("ready")\nsys.exit(1)', reports)
    await reports.next("ready")
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        assert await parent in (0, 1)  # 1 when the signal was faster than the death


async def test_a_cancelled_parent_takes_its_workers_along(reports: Reports) -> None:
    parent = start(OBEDIENT, reports, count=2)
    pids = {await reports.next("ready") for _ in range(2)}
    parent.cancel()
    with pytest.raises(asyncio.CancelledError):
        await parent
    assert {await reports.next("stopping") for _ in range(2)} == pids


async def test_the_handlers_are_given_back(reports: Reports) -> None:
    before = signal.getsignal(signal.SIGTERM)
    parent = start(OBEDIENT, reports)
    await reports.next("ready")
    os.kill(os.getpid(), signal.SIGTERM)
    await parent
    assert signal.getsignal(signal.SIGTERM) == before


async def test_workers_are_told_to_look_at_their_configuration(reports: Reports) -> None:
    parent = start(LOOKING, reports, count=2)
    pids = {await reports.next("ready"), await reports.next("ready")}
    os.kill(os.getpid(), signal.SIGHUP)
    assert {await reports.next("looking"), await reports.next("looking")} == pids
    os.kill(os.getpid(), signal.SIGTERM)
    assert {await reports.next("stopping"), await reports.next("stopping")} == pids
    assert await parent == 0


async def test_at_a_terminal_a_hangup_ends_a_process_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    before = signal.getsignal(signal.SIGHUP)
    on_hangup(lambda: None)
    assert signal.getsignal(signal.SIGHUP) == before
