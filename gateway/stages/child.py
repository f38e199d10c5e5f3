"""A child process for what ended its process twice: bounded in memory, ended when it shows no sign of life, and when we end."""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TypeVar, TypeVarTuple

LIMIT = 60.0
"""Seconds without a sign of life after which a child counts as hanging."""
_MEMORY = 4 << 30
"""Bytes of address space the child may take, so that it runs out of memory before the machine does."""
_PARENT_DEATH_SIGNAL = 1
"""What prctl(2) of Linux calls PR_SET_PDEATHSIG."""

Given = TypeVarTuple("Given")
Answer = TypeVar("Answer")


class WorkerDied(Exception):
    """The child crashed, hung or ran out of memory: what it was given is the cause."""


class Child:
    """A child process that survives for the next suspect when the one before did it no harm. Close it at the end.

    `what` it does is how its end is told of. It does not see the variables of the environment that it is to be `without`.
    """

    def __init__(self, what: str, *, without: Sequence[str] = ()) -> None:
        self._what = what
        self._without = tuple(without)
        self._signs = ctypes.c_ulonglong(0)
        self._pool: ProcessPoolExecutor | None = None

    async def call(self, function: Callable[[*Given], Answer], *given: *Given, limit: float = LIMIT) -> Answer:
        """What a function of a module answers in the child.

        Raises WorkerDied, saying how the child ended, when it dies of it or shows no sign of life for `limit` seconds; what the
        function raises; OSError when there can be no child. Who is cancelled takes the child along.
        """
        self._pool = self._pool or self._started()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, function, *given)
            await self._watch(future, limit)
            return future.result()
        except BrokenProcessPool:
            self.close()
            raise WorkerDied(f"{self._what} crashed its process for the third time.") from None
        except MemoryError:
            self.close()
            raise WorkerDied(f"{self._what} ran out of memory for the third time.") from None
        except asyncio.CancelledError:
            self.close()
            raise

    async def _watch(self, future: asyncio.Future[Answer], limit: float) -> None:
        while not future.done():
            before = self._signs.value
            try:
                await asyncio.wait({future}, timeout=limit)
            except asyncio.CancelledError:
                future.cancel()
                raise
            if not future.done() and self._signs.value == before:
                future.cancel()
                self.close()
                raise WorkerDied(f"{self._what} hung for {limit:g} s, for the third time.")

    def _started(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        self._signs = context.RawValue(ctypes.c_ulonglong, 0)  # in memory that both share
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=context,
            initializer=_begin,
            initargs=(_MEMORY, os.getpid(), self._signs, self._without),
        )

    def close(self) -> None:
        """End the child, whatever it does: one that hangs would outlive us, and the interpreter waits for it at its end."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 - there is no other way to end a hanging child
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


_SIGNS: list[ctypes.c_ulonglong] = []
"""Where the child shows that it lives; empty in every other process."""


def show_life() -> None:
    """Called in the child: what it does goes on."""
    for signs in _SIGNS:
        signs.value += 1


def _begin(memory: int, parent: int, signs: ctypes.c_ulonglong, without: Sequence[str]) -> None:
    """What the child does first. Signals that ask a whole group of processes to stop are for its parent, who ends it."""
    end_with(parent)
    with contextlib.suppress(OSError):  # when the machine itself runs out, it ends the child before others
        Path("/proc/self/oom_score_adj").write_text("1000")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))
    for name in without:
        os.environ.pop(name, None)
    _SIGNS.append(signs)


def end_with(parent: int) -> None:
    """In a child process: it ends when its parent does, whoever the signals at a terminal reach."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with contextlib.suppress(AttributeError, OSError):  # where there is no such call, one that hangs may outlive us
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
