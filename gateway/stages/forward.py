"""Forward: a site hands on what it took in, in order, and keeps each until the centre says that it has it.

The row is the work here as everywhere: it is claimed, handed over under its own id, and settled by the centre's answer. A process
that dies in between leaves a claim that lapses; the centre recognises what comes again by id and content.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

import structlog

from gateway.domain.centre import Fate, pause_after
from gateway.domain.failure import fingerprint
from gateway.domain.record import EventRow, FailureRow
from gateway.errors import BodyUnreadable, GatewayError
from gateway.ports import Clock, Configuration, Observer, Settlement, Work
from gateway.ports.centre import Centre, Forwarding, Told, WaitingForCentre
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import beat, rest, resting
from gateway.stages.claims import HeldClaims

log = structlog.get_logger(__name__)

STAGE = "deliver"
SIDE = ChannelSide("centre", None, "forward")
_BATCH = 50
_LOOK = 1.0
"""Seconds between two looks for what nobody announced."""
_BLIP = 60.0
"""Seconds for which a bad line is nobody's business: that is what a site is for."""


class Forward:
    """The only one that hands on, under a lease: order is kept by nobody doing it beside."""

    def __init__(
        self,
        *,
        waiting: WaitingForCentre,
        work: Work,
        centre: Centre,
        body: Callable[[UUID], AsyncIterator[bytes]],
        claims: HeldClaims,
        troubles: ChannelTroubles,
        configuration: Callable[[], Configuration],
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
        node: str,
    ) -> None:
        self._waiting, self._work, self._centre, self._body, self._claims = waiting, work, centre, body, claims
        self._troubles, self._configuration, self._observer = troubles, configuration, observer
        self._clock, self._new_id, self._node = clock, new_id, node
        self._news = asyncio.Event()
        self._failures = 0
        self._failing_since: float | None = None
        self._after: float | None = None
        self._told = False

    async def announced(self, _lane: str, _ids: Sequence[UUID]) -> None:
        """Something was stored."""
        self._news.set()

    async def run(self) -> None:
        """Hand on until cancelled."""
        while True:
            self._news.clear()
            try:
                while await self.round():
                    beat()
            except GatewayError as error:
                log.warning("not_forwarded", problem=str(error))
                self._failures += 1
            await self._rest()

    async def round(self) -> int:
        """Hand on a few, in order; answers how many: none when there is nothing, or the centre takes nothing now."""
        done = 0
        for item in await self._waiting.oldest(_BATCH):
            if not await self._one(item):
                break
            done += 1
        return done

    async def _rest(self) -> None:
        """Until there is news; or, while the centre takes nothing, until it is time to ask again."""
        if self._failures:
            await rest(pause_after(self._failures, self._after))
            return
        try:
            async with resting(), asyncio.timeout(_LOOK):
                await self._news.wait()
        except TimeoutError:
            return

    async def _one(self, item: Forwarding) -> bool:
        """Whether the next one may go."""
        claim = self._new_id()
        with self._claims.holding(claim, [item.id]):
            if not await self._work.claim_transmissions([item.id], claim=claim, lasting=self._claims.lasting):
                return False  # another process still has it: its claim lapses, or it is settled
            told = await self._handed_over(item)
            if told.fate is Fate.TAKEN:
                await self._settle(item, claim, "forwarded", told)
            elif told.fate is Fate.REFUSED:
                await self._settle(item, claim, "failed", told)
            else:
                await self._work.hand_back_transmissions([item.id], claim=claim)
                await self._wait_for(told)
                return False
        await self._well()
        return True

    async def _handed_over(self, item: Forwarding) -> Told:
        if item.partner is None:
            remedy = "Name the partner of its channel in the configuration, and replay it."
            return Told(Fate.REFUSED, f"Nobody is named whose transmission it is that came by {item.channel}.", remedy)
        try:
            body = b"".join([piece async for piece in self._body(item.id)])
        except BodyUnreadable as error:
            return Told(Fate.REFUSED, str(error), error.remedy)
        return await self._centre.take(item, body)

    async def _settle(self, item: Forwarding, claim: UUID, state: str, told: Told) -> None:
        settlement = Settlement()
        settlement.transmissions.append((item.id, state))
        detail = {"known_as": told.known_as} if told.known_as else {"message": told.message}
        steps = json.dumps([{"what": "forwarded" if told.fate is Fate.TAKEN else "refused", "detail": detail}])
        digest = self._configuration().digest
        settlement.events.append(EventRow(item.id, "forward", item.id, steps, digest, self._node))
        if told.fate is Fate.REFUSED:
            settlement.failures.append(self._failure(item, told))
        async with self._work.settlement() as session:
            await session.settle(claim, settlement)
        self._observer.count("edi_transmissions_forwarded_total", outcome=told.fate.value)

    def _failure(self, item: Forwarding, told: Told) -> FailureRow:
        code = "centre-refused"
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=code, partner=item.partner, route=None),
            stage=STAGE,
            code=code,
            partner=item.partner,
            route=None,
            owner=self._configuration().owner_of(item.partner, stage=STAGE),
            message=told.message,
            remedy=told.remedy,
            sample=item.id,
            transmission=item.id,
        )

    async def _wait_for(self, told: Told) -> None:
        """The centre takes nothing now. Its owner is told at once of what a person must do, of a line only after a while."""
        now = self._clock.monotonic()
        self._failures += 1
        self._after = told.after
        self._failing_since = now if self._failing_since is None else self._failing_since
        log.info("centre_takes_nothing", problem=told.message, attempts=self._failures)
        self._observer.count("edi_transmissions_forwarded_total", outcome=told.fate.value)
        if not self._told and (told.fate is Fate.CLOSED or now - self._failing_since >= _BLIP):
            trouble = ChannelTrouble(f"centre-{told.fate.value}", f"What came in waits here. {told.message}", told.remedy)
            self._told = await self._troubles.keep(SIDE, [trouble], all_of_them=True)

    async def _well(self) -> None:
        self._failures, self._failing_since, self._after = 0, None, None
        if self._told:
            self._told = not await self._troubles.keep(SIDE, (), all_of_them=True)
