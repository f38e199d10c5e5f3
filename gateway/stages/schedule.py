"""What one process does for all: whoever holds the lease does the work, and loses it by not renewing."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from gateway.errors import GatewayError
from gateway.ports import Work

log = structlog.get_logger(__name__)


async def repeat_leased(
    name: str,
    make_round: Callable[[], Awaitable[int]],
    *,
    work: Work,
    holder: str,
    every: float,
    lasting: timedelta = timedelta(seconds=8),
) -> None:
    """Make a round every so many seconds while the lease is ours, until cancelled; then give it back.

    A round that fails for a dependency is told and tried again; the work it would have done is still in its rows.
    """
    try:
        while True:
            try:
                if await work.take_lease(name, holder=holder, lasting=lasting) is not None:
                    async with asyncio.timeout(lasting.total_seconds()):
                        await make_round()
            except (GatewayError, TimeoutError) as error:
                log.warning("round_failed", round=name, error=str(error) or "it took longer than its lease")
            except Exception:  # a bug in one round must not end the gateway, nor the rounds after it
                log.exception("round_failed_unexpectedly", round=name)
            await asyncio.sleep(every)
    finally:
        await _give_back(name, work, holder)


async def run_leased(
    name: str,
    run: Callable[[], Awaitable[None]],
    *,
    work: Work,
    holder: str,
    lasting: timedelta = timedelta(seconds=9),
) -> None:
    """Run something for ever while the lease is ours, until cancelled; it is cancelled as soon as the lease may be lost.

    The lease is renewed at a third of its time. `run` may be cancelled anywhere; it is run anew when the lease comes back, and
    when it ends by an error.
    """
    every = lasting.total_seconds() / 3
    running: asyncio.Task[None] | None = None
    renewed = -math.inf
    loop = asyncio.get_running_loop()
    try:
        while True:
            asked = loop.time()
            ours = await _try_lease(name, work, holder, lasting)
            if ours:
                renewed = asked
            if ours is False or loop.time() - renewed > lasting.total_seconds() - every / 2:
                await _ended(running)
                running = None
            elif ours and (running is None or running.done()):
                await _ended(running)
                running = asyncio.create_task(_logged(name, run), name=name)
            await asyncio.sleep(every)
    finally:
        await _ended(running)
        await _give_back(name, work, holder)


async def _try_lease(name: str, work: Work, holder: str, lasting: timedelta) -> bool | None:
    """Whether the lease is ours; None when that cannot be found out now."""
    try:
        async with asyncio.timeout(lasting.total_seconds() / 3):
            return await work.take_lease(name, holder=holder, lasting=lasting) is not None
    except (GatewayError, TimeoutError) as error:
        log.warning("lease_not_renewed", lease=name, error=str(error) or "no answer in time")
        return None


async def _logged(name: str, run: Callable[[], Awaitable[None]]) -> None:
    try:
        await run()
    except Exception:  # a bug in one poller must not end the gateway; it is run anew with the next renewal
        log.exception("leased_task_failed", task=name)


async def _ended(running: asyncio.Task[None] | None) -> None:
    if running is not None:
        running.cancel()
        await asyncio.wait([running])


async def _give_back(name: str, work: Work, holder: str) -> None:
    try:
        async with asyncio.timeout(2):
            await work.release_lease(name, holder=holder)
    except (GatewayError, TimeoutError):
        log.info("lease_left_to_expire", lease=name)
