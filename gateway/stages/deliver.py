"""Deliver: due deliveries are claimed from the table, made, and their results written under the claim they were made with.

One dispatcher a target. What accumulates while calls are under way is claimed together, so batches grow with the load. While the
target's breaker is not closed, only one delivery at a time is claimed, by whichever process asks first: the probe. During its
maintenance nothing is. A call holds deliveries of one class of service, and lower classes never take the last worker.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from gateway.domain.order.record import OrderEventRow, event_row
from gateway.domain.record import FailureRow, ResultRow
from gateway.domain.retry import RetryPolicy
from gateway.domain.time_ordered_id import age_of
from gateway.errors import CommitUnknown, Contention, DataRefused, GatewayError
from gateway.ports import ClaimedDelivery, Clock, Observer, Outcome, OutcomeKind, Probe, Work
from gateway.ports.pulse import resting
from gateway.ports.tracing import Batch, SpanKind, batch
from gateway.stages.attempt import Target, attempt
from gateway.stages.breaker import Breaker
from gateway.stages.claims import HeldClaims
from gateway.stages.delivery_result import dead_letter, event_of, failure_of, result_of
from gateway.stages.halving import write_in_halves

log = structlog.get_logger(__name__)

_GRACE = 8.0
"""Seconds that attempts under way have to end when the process stops."""
_STOPPED = "gateway-stopped"
_HAND_BACK = 3.0
"""Seconds to write of those that did not end what can be known of them."""


@dataclass(frozen=True, slots=True)
class _Call:
    """What goes to the target at once, under one claim."""

    claim: UUID
    deliveries: Sequence[ClaimedDelivery]
    probe: Probe | None = None

    @property
    def rank(self) -> int:
        """The class of service that its worker works for."""
        return self.deliveries[0].priority


class Deliver:
    """The dispatcher of one target."""

    def __init__(
        self,
        *,
        target: Target,
        work: Work,
        clock: Clock,
        observer: Observer,
        new_id: Callable[[], UUID],
        chance: random.Random,
        node: str,
        configuration: Callable[[], str],
        claims: HeldClaims,
        wake: Callable[[str], Awaitable[None]],
        owner_of: Callable[[ClaimedDelivery], str | None] = lambda _: None,
        policy_of: Callable[[ClaimedDelivery], RetryPolicy | None] = lambda _: None,
        poll: float = 1.0,
        grace: float = _GRACE,
    ) -> None:
        self.target = target
        self._work = work
        self._clock = clock
        self._observer = observer
        self._new_id = new_id
        self._chance = chance
        self._node = node
        self._configuration = configuration
        self._claims = claims
        self._wake_target = wake
        self._owner_of = owner_of
        self._policy_of = policy_of
        self._poll, self._grace = poll, grace
        self._breaker = Breaker(
            target=target.id, policy=target.breaker, owner=target.owner,
            work=work, observer=observer, new_id=new_id, node=node, configuration=configuration,
        )  # fmt: skip
        self._held, self._lowest = False, 0
        self._due = asyncio.Event()
        self._slots = asyncio.Semaphore(target.concurrency)
        self._busy: Counter[int] = Counter()
        self._attempts: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something may be due."""
        self._due.set()

    async def run(self) -> None:
        """Claim and deliver until cancelled; attempts under way get a moment to end, then their claims lapse."""
        self._slots = asyncio.Semaphore(self.target.concurrency)  # whoever was ended before may have held one
        try:
            while True:
                async with resting():
                    await self._slots.acquire()
                self._due.clear()
                if not await self._claim_and_start():
                    self._slots.release()
                    await self._wait()
        finally:
            await self._end_attempts()

    async def _claim_and_start(self) -> bool:
        """Start an attempt of what is due; it gives the slot back.

        A claim that is being made is made, also at the end: nobody else may have what it took before it lapses.
        """
        claiming = asyncio.create_task(self._claim(), name=f"claim:{self.target.id}")
        try:
            claimed = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            if (late := await claiming) is not None:
                self._start(late)
            raise
        if claimed is not None:
            self._start(claimed)
        return claimed is not None

    async def _end_attempts(self) -> None:
        if not self._attempts:
            return
        _, late = await asyncio.wait(self._attempts, timeout=self._grace)
        for task in late:
            log.warning("attempt_abandoned", target=self.target.id, attempt=task.get_name())
            task.cancel()
        if late:
            await asyncio.wait(late)

    async def _claim(self) -> _Call | None:
        now, target = self._clock.now(), self.target
        if target.maintenance.until(now) is not None:
            return None
        self._lowest = target.services.lowest(now, slots=target.concurrency, busy=self._busy)
        claim, lasting, lowest = self._new_id(), self._claims.lasting, self._lowest
        try:
            if self._held:
                probe = await self._work.claim_probe(target.id, claim=claim, lasting=lasting, lowest=lowest)
                return _Call(claim, [probe.delivery], probe) if probe else None
            limit = target.max_batch
            claimed = await self._work.claim_deliveries(target.id, limit=limit, claim=claim, lasting=lasting, lowest=lowest)
        except GatewayError as error:
            log.warning("claim_failed", target=target.id, error=str(error))
            return None
        return _Call(claim, claimed) if claimed else None

    async def _wait(self) -> None:
        seconds, now = self._poll, self._clock.now()
        over = self.target.maintenance.until(now)
        try:
            if over is not None:
                seconds = min((over - now).total_seconds(), self._poll)
            else:
                due = await self._work.next_due(self.target.id, lowest=self._lowest)
                self._held = due.held
                if due.seconds is not None:
                    seconds = min(max(due.seconds, 0.01), self._poll)
        except GatewayError:
            pass  # the claim said so already; poll until the database is back
        try:
            async with asyncio.timeout(seconds):
                await self._due.wait()
        except TimeoutError:
            pass

    def _start(self, call: _Call) -> None:
        self._busy[call.rank] += 1
        task = asyncio.create_task(self._attempt(call), name=f"deliver:{self.target.id}")
        self._attempts.add(task)
        task.add_done_callback(lambda done: self._ended(done, call.rank))

    def _ended(self, task: "asyncio.Task[None]", rank: int) -> None:
        self._busy[rank] -= 1
        self._attempts.discard(task)
        self._slots.release()
        self._due.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("attempt_crashed", target=self.target.id, exc_info=error)

    async def _attempt(self, call: _Call) -> None:
        ids = {"target": self.target.id}
        if len(call.deliveries) == 1:  # lines about one of several name it themselves
            ids |= {"delivery": str(call.deliveries[0].id), "transmission": str(call.deliveries[0].transmission)}
        holding = self._claims.holding(call.claim, [delivery.id for delivery in call.deliveries])
        with holding, bound_contextvars(**ids), _spans(self.target.id, call.deliveries) as spans:
            known: list[tuple[ClaimedDelivery, Outcome]] = []
            try:
                await self._make_and_settle(call, known, spans)
            except asyncio.CancelledError:
                await self._hand_back(call, known)
                raise

    async def _hand_back(self, call: _Call, known: Sequence[tuple[ClaimedDelivery, Outcome]]) -> None:
        """Write of calls that were broken off what is known of them: nobody has to wait until their claims lapse."""
        text = "The gateway stopped while this was on its way."
        unknown = self.target.unknown
        pairs = known or [(delivery, Outcome(delivery.id, unknown, _STOPPED, text)) for delivery in call.deliveries]
        try:
            async with asyncio.timeout(_HAND_BACK):
                await self._settle(call, pairs)
        except (GatewayError, TimeoutError) as error:
            log.warning("claims_left_to_expire", target=self.target.id, deliveries=len(pairs), error=str(error))

    async def _make_and_settle(self, call: _Call, known: list[tuple[ClaimedDelivery, Outcome]], spans: Batch) -> None:
        """Fills `known` as soon as the call has ended."""
        started = self._clock.monotonic()
        outcomes = {outcome.delivery: outcome for outcome in await attempt(self.target, call.deliveries)}
        self._observer.observe("edi_delivery_seconds", self._clock.monotonic() - started, target=self.target.id)
        known += [(delivery, outcomes.get(delivery.id) or _unanswered(delivery)) for delivery in call.deliveries]
        for delivery, outcome in known:
            if outcome.kind is not OutcomeKind.DELIVERED:
                spans.fail(delivery.id, outcome.code)

        async def write(some: Sequence[tuple[ClaimedDelivery, Outcome]]) -> None:
            await self._settle(call, some)

        for tries in range(30):
            try:
                await write_in_halves(known, write, self._give_up, stage="deliver", observer=self._observer)
                break
            except (CommitUnknown, Contention, GatewayError) as error:
                # Under the same claim the result is written once; when it lapses, the sweep decides.
                log.warning("result_not_written", target=self.target.id, error=str(error), attempt=tries)
                await asyncio.sleep(min(0.1 * 2**tries, 5))
        for _, outcome in known:
            self._observer.count("edi_deliveries_total", target=self.target.id, outcome=outcome.kind.value)

    async def _settle(self, call: _Call, pairs: Sequence[tuple[ClaimedDelivery, Outcome]]) -> None:
        now = self._clock.now()
        over = self.target.maintenance.until(now)
        ended = [(delivery, self._result(delivery, outcome, call.probe, now, over)) for delivery, outcome in pairs]
        events, failures, outbox = [], [], []
        followers = await self._followers(ended)
        for delivery, result in ended:
            told = {"target": self.target.id, "configuration": self._configuration(), "node": self._node}
            events.append(event_of(delivery, result, **told))
            if result.state in ("failed", "dead", "in_doubt"):
                about = {"target": self.target.id, "owner": self._owner_of(delivery) or self.target.owner}
                behind = followers.get(delivery.id, 0)
                failures.append(failure_of(delivery, result, **about, followers=behind, new_id=self._new_id))
            if result.state == "dead":
                outbox.append(dead_letter(
                    delivery.id, delivery.transmission, delivery.document, partner=delivery.partner, target=self.target.id,
                    code=result.code, now=now, new_id=self._new_id, test=delivery.test,
                ))  # fmt: skip
        expected = over is not None and call.probe is None  # what fails during maintenance is no news to the breaker
        settled = await self._work.settle_deliveries(
            [result for _, result in ended],
            claim=call.claim,
            node=self._node,
            events=events,
            failures=failures,
            outbox=outbox,
            target=self.target.id,
            strain=0.0 if expected else self._breaker.strain(pairs),
            milestones=self._milestones(pairs),
        )
        woken = {target for _, target in settled.released}
        if not expected and await self._breaker.judge(pairs, settled, probe=call.probe):
            self._held = False
            woken.add(self.target.id)
        for target in woken:
            await self._wake_target(target)
        self._count(settled.moved, pairs, failures)
        if len(settled.moved) < len(ended):
            log.warning("late_results_dropped", target=self.target.id, rows=len(ended) - len(settled.moved))

    def _milestones(self, pairs: Sequence[tuple[ClaimedDelivery, Outcome]]) -> Mapping[UUID, Sequence[OrderEventRow]]:
        """What answers say of orders, where they say anything."""
        return {
            delivery.id: [event_row(said, self._new_id(), transmission=delivery.transmission) for said in outcome.milestones]
            for delivery, outcome in pairs
            if outcome.milestones
        }

    async def _followers(self, ended: Sequence[tuple[ClaimedDelivery, ResultRow]]) -> Mapping[UUID, int]:
        """How many deliveries are held up by those that end without success and whose order matters."""
        stopped = [d.id for d, result in ended if d.sequence_key and result.state in ("failed", "dead", "in_doubt")]
        return await self._work.count_followers(stopped) if stopped else {}

    def _count(
        self, moved: Collection[UUID], pairs: Sequence[tuple[ClaimedDelivery, Outcome]], failures: Sequence[FailureRow]
    ) -> None:
        now = self._clock.now()
        for failure in failures:
            if failure.sample in moved:
                self._observer.count("edi_failures_total", stage="deliver", code=failure.code)
        for delivery, outcome in pairs:
            if delivery.id in moved and outcome.kind is OutcomeKind.DELIVERED:
                age = age_of(delivery.transmission, now)
                self._observer.observe("edi_delivery_age_seconds", age.total_seconds(), target=self.target.id)

    def _result(
        self, delivery: ClaimedDelivery, outcome: Outcome, probe: Probe | None, now: datetime, over: datetime | None
    ) -> ResultRow:
        """The end of an attempt. What found the target away as a probe or in its maintenance, or was broken off by our own end,
        costs the delivery nothing.
        """
        stopped = outcome.code == _STOPPED and outcome.kind is OutcomeKind.RETRY
        put_off = timedelta() if stopped else self._breaker.delay(outcome, probe)
        in_window = over is not None and outcome.unavailable and outcome.kind is OutcomeKind.RETRY
        if in_window and over is not None:
            put_off = max(over - now, put_off or timedelta())
        return result_of(
            delivery,
            outcome,
            policy=self._policy_of(delivery) or self.target.policy,
            services=self.target.services,
            now=now,
            chance=self._chance.random(),
            put_off=put_off,
            uncounted=(in_window or stopped) and probe is None,
        )

    async def _give_up(self, pair: tuple[ClaimedDelivery, Outcome], error: DataRefused) -> None:
        # Its claim lapses and the sweep brings it back; the refusal is ours to mend, so it is told loudly.
        log.error("result_refused_by_store", target=self.target.id, delivery=str(pair[0].id), error=str(error))


def _unanswered(delivery: ClaimedDelivery) -> Outcome:
    return Outcome(delivery.id, OutcomeKind.RETRY, "no-outcome", "The connector gave no outcome for this delivery.")


def _spans(target: str, deliveries: Sequence[ClaimedDelivery]) -> Batch:
    """What is told of the attempt of each."""
    told = {"messaging.system": "edi", "messaging.operation.type": "send", "messaging.destination.name": target}
    places = {delivery.id: delivery.traceparent for delivery in deliveries}
    return batch(f"send {target}", SpanKind.PRODUCER, places, told, called="messaging.message.id")
