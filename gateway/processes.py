"""Several worker processes under one parent: started together, started again when one dies, stopped together."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

log = structlog.get_logger(__name__)

_CALM = 1.0
"""Seconds before a worker that died is started again, so that one that cannot start does not spin."""


def _forget(_pid: int) -> None:
    """Nobody wants to know."""


async def supervise(
    arguments: Sequence[str], *, count: int, patience: float = 30.0, ended: Callable[[int], None] = _forget
) -> int:
    """Run `count` workers until a signal asks to stop or the task is cancelled; answers 0 when all ended in time.

    `arguments` are those of this Python interpreter. Workers get the signal too, then `patience` seconds, or until a second
    signal. `ended` is told the process id of a worker that died and is started again.
    """
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _heard, stop, hurry)
    try:
        async with asyncio.TaskGroup() as group:
            end = _End(patience, hurry)
            alive: set[asyncio.subprocess.Process] = set()
            on_hangup(partial(_hand_on, alive))
            keepers = [group.create_task(_keep(arguments, n, stop, end, ended, alive), name=f"worker-{n}") for n in range(count)]
        return max(keeper.result() for keeper in keepers)
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _heard(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    (hurry if stop.is_set() else stop).set()


def on_hangup(do: Callable[[], None]) -> None:
    """Call `do` at each SIGHUP. A process at a terminal is ended by it, as ever: its terminal has gone."""
    if not sys.stdin.isatty():
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, do)


def _hand_on(workers: "Collection[asyncio.subprocess.Process]") -> None:
    """Workers get the signal to look at their configuration, too."""
    for process in workers:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGHUP)


def stop_with_parent(stop: asyncio.Event) -> None:
    """Set `stop` when the parent of this worker is gone: its end of our standard input closes, however it ended."""
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), heard)


@dataclass(frozen=True, slots=True)
class _End:
    """How long a worker that was told to stop may take: so many seconds, or until somebody is in a hurry."""

    patience: float
    hurry: asyncio.Event


async def _keep(
    arguments: Sequence[str],
    number: int,
    stop: asyncio.Event,
    end: _End,
    ended: Callable[[int], None],
    alive: "set[asyncio.subprocess.Process]",
) -> int:
    """Keep one worker alive until told to stop; answers its last exit status. It is among those that are `alive` meanwhile."""
    while True:
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.PIPE)
        log.info("worker_started", worker=number, pid=process.pid)
        alive.add(process)
        stopping = asyncio.create_task(stop.wait())
        ending = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({stopping, ending}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                return await _end(process, end)
        finally:
            stopping.cancel()
            if process.returncode is None:  # cancelled: who started us takes down what the workers stand on
                await _end(process, end)
            await ending
            alive.discard(process)
        ended(process.pid)
        log.error("worker_died", worker=number, status=process.returncode)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CALM):
                await stop.wait()
            return 0


async def _end(process: asyncio.subprocess.Process, end: _End) -> int:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    ending, hurried = asyncio.create_task(process.wait()), asyncio.create_task(end.hurry.wait())
    await asyncio.wait({ending, hurried}, timeout=end.patience, return_when=asyncio.FIRST_COMPLETED)
    hurried.cancel()
    if not ending.done():
        process.kill()
        await ending
        return 1
    status = ending.result()
    # A worker told to stop before it listened for signals ends by the signal itself: it did what it was told.
    return 0 if status == -signal.SIGTERM else status
