"""What one process does for all: whoever holds the lease does the work, and loses it by not renewing.

The work runs behind a fence (`gateway.ports.fence`): once its lease is lost, the database takes none of its writes.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from gateway.errors import GatewayError, LeaseLost
from gateway.ports import Work
from gateway.ports.fence import Fence, fenced
from gateway.ports.pulse import beat

log = structlog.get_logger(__name__)

LASTING = timedelta(seconds=8)
"""How long a lease holds without being renewed, which bounds how long the work of a killed process waits."""


async def repeat_leased(
    name: str,
    make_round: Callable[[], Awaitable[int]],
    *,
    work: Work,
    holder: str,
    every: float,
    lasting: timedelta = LASTING,
    longest: float = 60.0,
) -> None:
    """Make a round every so many seconds while the lease is ours, until cancelled; then give it back.

    A round that fails for a dependency, or takes longer than `longest` seconds, is told and made again; the work it would have
    done is still in its rows.
    """

    async def rounds() -> None:
        while True:
            try:
                async with asyncio.timeout(longest):
                    await make_round()
            except LeaseLost:
                raise
            except (GatewayError, TimeoutError) as error:
                log.warning("round_failed", round=name, error=str(error) or f"it took longer than {longest:g} s")
            except Exception:  # a bug in one round must not end the gateway, nor the rounds after it
                log.exception("round_failed_unexpectedly", round=name)
            await asyncio.sleep(every)

    await run_leased(name, rounds, work=work, holder=holder, lasting=lasting, look=1.0)


async def run_leased(
    name: str,
    run: Callable[[], Awaitable[None]],
    *,
    work: Work,
    holder: str,
    lasting: timedelta = LASTING,
    look: float = math.inf,
) -> None:
    """Run something for ever while the lease is ours, until cancelled; it is cancelled as soon as the lease may be lost.

    The lease is renewed at a third of its time, or every `look` seconds. `run` may be cancelled anywhere, and starts anew when
    the lease comes back, and when it ends by an error.
    """
    keeper = _Keeper(name, run, work, holder, lasting)
    try:
        while True:
            beat()
            await keeper.look()
            await asyncio.sleep(min(lasting.total_seconds() / 3, look))
    finally:
        await keeper.end()
        await _give_back(name, work, holder)


class _Keeper:
    """Runs something under the token of a lease."""

    def __init__(
        self, name: str, run: Callable[[], Awaitable[None]], work: Work, holder: str, lasting: timedelta
    ) -> None:  # fmt: skip
        self._name, self._run, self._work, self._holder, self._lasting = name, run, work, holder, lasting
        self._running: asyncio.Task[None] | None = None
        self._token: int | None = None
        self._renewed = -math.inf

    async def look(self) -> None:
        """Renew the lease, or try to take it; start what runs under it, or end it."""
        asked = asyncio.get_running_loop().time()
        known, token = await self._try()
        if known and token is not None:
            self._renewed = asked
        unsure_since = asyncio.get_running_loop().time() - self._renewed
        if (known and token != self._token) or unsure_since > self._lasting.total_seconds() * 5 / 6:
            if self._running is not None and not self._running.done():
                log.info("leased_task_ended", task=self._name)
            await self.end()
        if known and token is not None and (self._running is None or self._running.done()):
            await self.end()
            self._token = token
            with fenced(Fence(self._name, token)):
                self._running = asyncio.create_task(self._logged(), name=self._name)

    async def _try(self) -> tuple[bool, int | None]:
        """Whether it could be found out, and the token if the lease is ours."""
        try:
            async with asyncio.timeout(self._lasting.total_seconds() / 3):
                return True, await self._work.take_lease(self._name, holder=self._holder, lasting=self._lasting)
        except (GatewayError, TimeoutError) as error:
            log.warning("lease_not_renewed", lease=self._name, error=str(error) or "no answer in time")
            return False, None

    async def _logged(self) -> None:
        try:
            await self._run()
        except LeaseLost:
            log.info("lease_lost", lease=self._name, consequence="another process goes on, nothing was written")
        except GatewayError as error:
            log.warning("leased_task_failed", task=self._name, error=str(error))
        except Exception:  # a bug in one poller must not end the gateway; it is run anew with the next renewal
            log.exception("leased_task_failed", task=self._name)

    async def end(self) -> None:
        """End what runs, if something does."""
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.wait([self._running])
        self._running = self._token = None


async def _give_back(name: str, work: Work, holder: str) -> None:
    try:
        async with asyncio.timeout(2):
            await work.release_lease(name, holder=holder)
    except (GatewayError, TimeoutError):
        log.info("lease_left_to_expire", lease=name)
