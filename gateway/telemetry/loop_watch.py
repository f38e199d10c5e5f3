"""A watch on the event loop: how late it runs its timers, because one long computation delays every partner."""

import asyncio
from collections.abc import Awaitable, Callable

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
) -> None:
    """Measure until cancelled: sleep for `interval` s, see how much later it is, report the worst of `report_every` looks.

    A delay above `warn_above` s is logged at once, with its length.
    """
    looks, worst = 0, 0.0
    while True:
        before = clock.monotonic()
        await sleep(interval)
        lag = max(0.0, clock.monotonic() - before - interval)
        if lag > warn_above:
            _log.warning("event_loop_blocked", seconds=round(lag, 3))
        looks, worst = looks + 1, max(worst, lag)
        if looks >= report_every:
            observer.gauge("edi_loop_lag_seconds", worst)
            looks, worst = 0, 0.0
