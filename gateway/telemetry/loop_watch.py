"""A watch on the event loop: how late it runs its timers, because one long computation delays every partner.

And a guard outside of it, for a loop that does not turn at all: nobody in it could tell, and no watchdog in it bark.
"""

import asyncio
import os
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable
from typing import Self

import structlog

from gateway.ports import Clock, Observer

_log = structlog.get_logger(__name__)


async def watch_loop(
    observer: Observer,
    clock: Clock,
    *,
    interval: float = 0.25,
    report_every: int = 20,
    warn_above: float = 0.25,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    seen: Callable[[], None] = lambda: None,
) -> None:
    """Measure until cancelled: sleep for `interval` s, see how much later it is, report the worst of `report_every` looks.

    A delay above `warn_above` s is logged at once, with its length. `seen` is told at each look that the loop turns.
    """
    looks, worst = 0, 0.0
    while True:
        before = clock.monotonic()
        seen()
        await sleep(interval)
        lag = max(0.0, clock.monotonic() - before - interval)
        if lag > warn_above:
            _log.warning("event_loop_blocked", seconds=round(lag, 3))
        looks, worst = looks + 1, max(worst, lag)
        if looks >= report_every:
            observer.gauge("edi_loop_lag_seconds", worst)
            looks, worst = 0, 0.0


class LoopGuard:
    """A thread that sees a loop stand still: it tells where, and ends a process whose loop does not come back.

    `beat` is called by the loop. It counts its own ticks and not the time, so that a process that is frozen as a whole is not
    mistaken for one that hangs. After `tell` ticks it tells, after `end` it ends the process, for whoever starts it anew.
    """

    def __init__(
        self, *, tell: int = 10, end: int = 120, tick: float = 1.0, leave: Callable[[int], object] = os._exit
    ) -> None:  # fmt: skip
        self._tell, self._end, self._tick, self._leave = tell, end, tick, leave
        self._guarded = threading.get_ident()
        self._stopped = threading.Event()
        self._missed = 0

    def beat(self) -> None:
        """The loop turns."""
        self._missed = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._run, name="loop-guard", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._tick):
            self._missed += 1
            if self._missed == self._tell:
                _log.error("event_loop_hangs", seconds=self._missed * self._tick, at=self._place())
            if self._missed >= self._end:
                _log.critical("event_loop_given_up", at=self._place(), consequence="the process ends, and is to be started anew")
                sys.stderr.flush()
                self._leave(1)
                return

    def _place(self) -> str:
        frame = sys._current_frames().get(self._guarded)  # noqa: SLF001 - the documented way to another thread's stack
        return "" if frame is None else "".join(traceback.format_stack(frame)[-5:])
