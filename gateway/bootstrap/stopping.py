"""The end of a process: nothing new is taken, what is under way is finished or given back, within a stated time.

What does not end in time is left as a killed process would leave it: its claims and leases lapse, and others go on.
"""

import asyncio
import signal
from collections.abc import Mapping
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

SHARE = 0.4
"""Of the time to stop: for the requests in flight, and after them for batches and attempts."""
_FETCHING = ("lease:poll:", "start:poll:")
_DELIVERING = "deliver:"


class Stoppable(Protocol):
    """What ends in this order."""

    async def stop_intake(self) -> None:
        """Take no more requests, answer those in flight."""

    async def end_consumption(self) -> None:
        """Take no more from the broker, let batches in flight commit."""

    async def flush(self) -> None:
        """Publish what this process wrote and did not publish."""


async def stop(service: Stoppable, tasks: Mapping[str, "asyncio.Task[None]"], *, within: float) -> bool:
    """End the work of a process; its remaining tasks may be cancelled afterwards. False when the time was too short."""
    log.info("stopping", within=within)
    try:
        async with asyncio.timeout(within):
            fetching = _cancel(tasks, *_FETCHING)
            await asyncio.gather(service.stop_intake(), *fetching, return_exceptions=True)
            delivering = _cancel(tasks, _DELIVERING)
            await asyncio.gather(service.end_consumption(), *delivering, return_exceptions=True)
            await service.flush()
    except TimeoutError:
        log.warning("not_everything_ended", within=within, consequence="claims and leases that are left lapse in seconds")
        return False
    return True


def _cancel(tasks: Mapping[str, "asyncio.Task[None]"], *kinds: str) -> list["asyncio.Task[None]"]:
    ending = [task for name, task in tasks.items() if name.startswith(kinds)]
    for task in ending:
        task.cancel()
    return ending


def stop_on_signals(stop: asyncio.Event, *, worker: bool) -> None:
    """Set `stop` at the first SIGTERM or SIGINT; the second ends the process at once, as a crash would.

    A worker leaves SIGINT, which the terminal sends to everybody, to its parent.
    """
    loop = asyncio.get_running_loop()

    def heard() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_IGN if worker and number == signal.SIGINT else signal.SIG_DFL)

    loop.add_signal_handler(signal.SIGTERM, heard)
    if worker:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    else:
        loop.add_signal_handler(signal.SIGINT, heard)
