"""Several worker processes under one parent: started together, started again when one dies, stopped together."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence

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

    `arguments` are those of this Python interpreter. Workers get the signal too, then `patience` seconds. `ended` is told the
    process id of a worker that died and is started again.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            keepers = [group.create_task(_keep(arguments, n, stop, patience, ended), name=f"worker-{n}") for n in range(count)]
        return max(keeper.result() for keeper in keepers)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def stop_with_parent(stop: asyncio.Event) -> None:
    """Set `stop` when the parent of this worker is gone: its end of our standard input closes, however it ended."""
    loop = asyncio.get_running_loop()

    def heard() -> None:
        if not os.read(sys.stdin.fileno(), 1):
            loop.remove_reader(sys.stdin.fileno())
            stop.set()

    loop.add_reader(sys.stdin.fileno(), heard)


async def _keep(arguments: Sequence[str], number: int, stop: asyncio.Event, patience: float, ended: Callable[[int], None]) -> int:
    """Keep one worker alive until told to stop; answers its last exit status."""
    while True:
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=asyncio.subprocess.PIPE)
        log.info("worker_started", worker=number, pid=process.pid)
        stopping = asyncio.create_task(stop.wait())
        ending = asyncio.create_task(process.wait())
        try:
            await asyncio.wait({stopping, ending}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                return await _end(process, patience)
        finally:
            stopping.cancel()
            if process.returncode is None:  # cancelled: who started us takes down what the workers stand on
                await _end(process, patience)
            await ending
        ended(process.pid)
        log.error("worker_died", worker=number, status=process.returncode)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CALM):
                await stop.wait()
            return 0


async def _end(process: asyncio.subprocess.Process, patience: float) -> int:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(patience):
            status = await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        return 1
    # A worker told to stop before it listened for signals ends by the signal itself: it did what it was told.
    return 0 if status == -signal.SIGTERM else status
