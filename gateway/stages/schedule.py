"""Rounds that one process makes for all: whoever holds the lease does the work, and loses it by not renewing."""

import asyncio
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
        try:
            async with asyncio.timeout(2):
                await work.release_lease(name, holder=holder)
        except (GatewayError, TimeoutError):
            log.info("lease_left_to_expire", lease=name)
