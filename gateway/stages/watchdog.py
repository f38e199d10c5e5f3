"""Watchdog: what runs for ever is seen to get on. What makes no progress, or ends by an error, is told and started anew.

How a task shows that it gets on is in `gateway.ports.pulse`. A process that was frozen as a whole lost time, but is not stuck.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from gateway.errors import LeaseLost
from gateway.ports import Clock, Observer
from gateway.ports.pulse import Pulse, beat, rest, watched

Item = TypeVar("Item")

log = structlog.get_logger(__name__)

_GRACE = 5.0
"""Seconds that a task which is ended may take to end."""
_CALM = 10.0
"""Seconds without trouble after which a task counts as well again."""


class Watchdog:
    """Runs tasks for ever. `within` is how many seconds may pass without progress while there is something to do."""

    def __init__(
        self,
        *,
        observer: Observer,
        clock: Clock,
        within: float = 120.0,
        every: float = 1.0,
        longest_pause: float = 30.0,
        hopeless: Callable[[str, str], None] = lambda _task, _problem: None,
    ) -> None:
        self._observer, self._clock, self._hopeless = observer, clock, hopeless
        self._within, self._every, self._longest = within, every, longest_pause
        self._troubles: dict[str, str] = {}

    @property
    def problem(self) -> str:
        """Which tasks are in trouble; empty when all get on."""
        return "; ".join(f"{name} {trouble}" for name, trouble in sorted(self._troubles.items()))

    async def keep(self, name: str, run: Callable[[], Coroutine[Any, Any, None]], *, within: float | None = None) -> None:
        """Run it until cancelled: again after each end, with a pause that doubles while it ends soon. Raises LeaseLost alone."""
        pause = self._every
        while True:
            began = self._clock.monotonic()
            pulse = Pulse(self._clock.monotonic, began)
            with watched(pulse):
                task = asyncio.create_task(run(), name=name)
            try:
                stuck = await self._watch(name, task, pulse, within or self._within)
                reason = "stuck" if stuck else self._ended(name, task)
            finally:
                await self._end(name, task)
            self._observer.count("edi_task_restarts_total", task=name, reason=reason)
            if self._clock.monotonic() - began > self._longest:
                pause = self._every
            await rest(pause)
            pause = min(2 * pause, self._longest)

    def bounded(self, name: str, handle: Callable[[Item], Coroutine[Any, Any, None]]) -> Callable[[Item], Awaitable[None]]:
        """The same handler, ended with a TimeoutError when it makes no progress: its consumer goes on with what comes next."""

        async def handled(item: Item) -> None:
            pulse = Pulse(self._clock.monotonic, self._clock.monotonic())
            with watched(pulse):
                task = asyncio.create_task(handle(item), name=name)
            try:
                if await self._watch(name, task, pulse, self._within):
                    self._observer.count("edi_task_restarts_total", task=name, reason="stuck")
                    asyncio.get_running_loop().call_later(_CALM, self._troubles.pop, name, None)
                    raise TimeoutError(self._troubles[name])
                task.result()
            finally:
                await self._end(name, task)

        return handled

    async def _watch(self, name: str, task: "asyncio.Task[None]", pulse: Pulse, within: float) -> bool:
        """Until it has ended, or makes no progress: whether it is stuck."""
        well = self._clock.monotonic() + _CALM
        while True:
            beat()  # whoever watches us sees that we watch
            before = self._clock.monotonic()
            await asyncio.wait([task], timeout=self._every)
            now = self._clock.monotonic()
            if task.done():
                return False
            late = now - before - self._every
            if late > self._every and pulse.at is not None:
                pulse.at += late  # this process itself stood still
            if pulse.at is not None and now - pulse.at > within:
                self._troubles[name] = f"made no progress for {within:g} s"
                log.error("task_stuck", task=name, seconds=round(now - pulse.at, 1), at=_place(task))
                return True
            if now > well:
                self._troubles.pop(name, None)

    def _ended(self, name: str, task: "asyncio.Task[None]") -> str:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, LeaseLost):
            raise error
        self._troubles[name] = f"ended: {type(error).__name__ if error else 'without a reason'}"
        log.error("task_failed", task=name, exc_info=error)
        return "failed"

    async def _end(self, name: str, task: "asyncio.Task[None]") -> None:
        if task.done():
            return
        task.cancel()
        await asyncio.wait([task], timeout=_GRACE)
        if not task.done():
            self._hopeless(name, "does not end; restart the process")
            log.error("task_does_not_end", task=name, at=_place(task))
            await asyncio.wait([task])


def _place(task: "asyncio.Task[None]") -> str:
    """Where a task stands: file, line and function of its innermost frame."""
    frames = task.get_stack(limit=1)
    return f"{frames[0].f_code.co_filename}:{frames[0].f_lineno} {frames[0].f_code.co_name}" if frames else ""
