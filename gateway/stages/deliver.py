"""Deliver: due deliveries are claimed from the table, made, and their results written under the claim they were made with.

One dispatcher a target. What accumulates while calls are under way is claimed together, so batches grow with the load. While the
target's breaker is not closed, only one delivery at a time is claimed, by whichever process asks first: the probe.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from gateway.domain.breaker import BreakerPolicy
from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import DELIVERY, move
from gateway.domain.record import EventRow, FailureRow, OutboxRow, ResultRow
from gateway.domain.retry import RetryPolicy, next_delay
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.domain.time_ordered_id import age_of
from gateway.errors import CommitUnknown, Contention, DataRefused, GatewayError
from gateway.ports import ClaimedDelivery, Clock, Observer, Outcome, OutcomeKind, Probe, Work
from gateway.stages.breaker import Breaker
from gateway.stages.claims import HeldClaims
from gateway.stages.halving import write_in_halves

log = structlog.get_logger(__name__)

_MESSAGE_LIMIT = 2_000
_GRACE = 10.0
"""Seconds that attempts under way have to end when the process stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where deliveries go: an application or a partner's channel, with the terms it is used under.

    `make` performs attempts and answers one outcome each. `rate` limits calls a second in this process; `owner` gets the
    failures.
    """

    id: str
    make: Callable[[Sequence[ClaimedDelivery]], Awaitable[Sequence[Outcome]]]
    idempotent: bool
    max_batch: int = 20
    concurrency: int = 2
    rate: float | None = None
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    owner: str = "operations"


@dataclass(frozen=True, slots=True)
class _Call:
    """What goes to the target at once, under one claim."""

    claim: UUID
    deliveries: Sequence[ClaimedDelivery]
    probe: Probe | None = None


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
        poll: float = 1.0,
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
        self._poll = poll
        self._breaker = Breaker(
            target=target.id, policy=target.breaker, owner=target.owner,
            work=work, observer=observer, new_id=new_id, node=node, configuration=configuration,
        )  # fmt: skip
        self._held = False
        self._due = asyncio.Event()
        self._slots = asyncio.Semaphore(target.concurrency)
        self._attempts: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something may be due."""
        self._due.set()

    async def run(self) -> None:
        """Claim and deliver until cancelled; attempts under way get a moment to end, then their claims lapse."""
        try:
            while True:
                await self._slots.acquire()
                self._due.clear()
                claimed = await self._claim()
                if claimed is None:
                    self._slots.release()
                    await self._wait()
                    continue
                self._start(claimed)  # the attempt gives the slot back
                if self.target.rate:
                    await asyncio.sleep(1 / self.target.rate)
        finally:
            await self._end_attempts()

    async def _end_attempts(self) -> None:
        if not self._attempts:
            return
        _, late = await asyncio.wait(self._attempts, timeout=_GRACE)
        for attempt in late:
            log.warning("attempt_abandoned", target=self.target.id, attempt=attempt.get_name())
            attempt.cancel()
        if late:
            await asyncio.wait(late)

    async def _claim(self) -> _Call | None:
        claim, lasting = self._new_id(), self._claims.lasting
        try:
            if self._held:
                probe = await self._work.claim_probe(self.target.id, claim=claim, lasting=lasting)
                return _Call(claim, [probe.delivery], probe) if probe else None
            claimed = await self._work.claim_deliveries(self.target.id, limit=self.target.max_batch, claim=claim, lasting=lasting)
        except GatewayError as error:
            log.warning("claim_failed", target=self.target.id, error=str(error))
            return None
        return _Call(claim, claimed) if claimed else None

    async def _wait(self) -> None:
        seconds = self._poll
        try:
            due = await self._work.next_due(self.target.id)
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
        task = asyncio.create_task(self._attempt(call), name=f"deliver:{self.target.id}")
        self._attempts.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._attempts.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            log.error("attempt_crashed", target=self.target.id, exc_info=error)

    async def _attempt(self, call: _Call) -> None:
        ids = {"target": self.target.id}
        if len(call.deliveries) == 1:  # lines about one of several name it themselves
            ids |= {"delivery": str(call.deliveries[0].id), "transmission": str(call.deliveries[0].transmission)}
        with self._claims.holding(call.claim, [delivery.id for delivery in call.deliveries]), bound_contextvars(**ids):
            await self._make_and_settle(call)
        self._due.set()

    async def _make_and_settle(self, call: _Call) -> None:
        started = self._clock.monotonic()
        outcomes = {outcome.delivery: outcome for outcome in await self._make(call.deliveries)}
        self._observer.observe("edi_delivery_seconds", self._clock.monotonic() - started, target=self.target.id)
        pairs = [(delivery, outcomes.get(delivery.id) or _unanswered(delivery)) for delivery in call.deliveries]

        async def write(some: Sequence[tuple[ClaimedDelivery, Outcome]]) -> None:
            await self._settle(call, some)

        for attempt in range(30):
            try:
                await write_in_halves(pairs, write, self._give_up, stage="deliver", observer=self._observer)
                break
            except (CommitUnknown, Contention, GatewayError) as error:
                # Under the same claim the result is written once; when it lapses, the sweep decides.
                log.warning("result_not_written", target=self.target.id, error=str(error), attempt=attempt)
                await asyncio.sleep(min(0.1 * 2**attempt, 5))
        for _, outcome in pairs:
            self._observer.count("edi_deliveries_total", target=self.target.id, outcome=outcome.kind.value)

    async def _make(self, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        try:
            return await self.target.make(deliveries)
        except Exception as error:  # a connector's bug must not stop the target
            log.exception("connector_crashed", target=self.target.id)
            text = f"The connector failed unexpectedly: {type(error).__name__}: {error}"
            return [Outcome(d.id, OutcomeKind.RETRY, "connector-crashed", text) for d in deliveries]

    async def _settle(self, call: _Call, pairs: Sequence[tuple[ClaimedDelivery, Outcome]]) -> None:
        results, events, failures, outbox = [], [], [], []
        for delivery, outcome in pairs:
            result = self._result(delivery, outcome, call.probe)
            results.append(result)
            events.append(self._event(delivery, result))
            if result.state in ("failed", "dead", "in_doubt"):
                failures.append(self._failure(delivery, result))
            if result.state == "dead":
                outbox.append(self._dead_letter(delivery, result))
        settled = await self._work.settle_deliveries(
            results,
            claim=call.claim,
            node=self._node,
            events=events,
            failures=failures,
            outbox=outbox,
            target=self.target.id,
            strain=self._breaker.strain(pairs),
        )
        woken = {target for _, target in settled.released}
        if await self._breaker.judge(pairs, settled, probe=call.probe):
            self._held = False
            woken.add(self.target.id)
        for target in woken:
            await self._wake_target(target)
        self._count(settled.moved, pairs, failures)
        if len(settled.moved) < len(results):
            log.warning("late_results_dropped", target=self.target.id, rows=len(results) - len(settled.moved))

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

    def _result(self, delivery: ClaimedDelivery, outcome: Outcome, probe: Probe | None) -> ResultRow:
        delay, event, code = timedelta(), "delivered", outcome.code
        if outcome.kind is OutcomeKind.FAILED:
            event = "refused"
        elif outcome.kind is OutcomeKind.IN_DOUBT:
            event = "outcome_unknown"
        elif outcome.kind is OutcomeKind.RETRY:
            wait = self._breaker.delay(outcome, probe) or next_delay(
                self.target.policy,
                attempt=max(delivery.attempt - delivery.probes, 1),
                age=delivery.age,
                chance=self._chance.random(),
                asked=outcome.retry_after,
            )
            event, delay = ("try_again", wait) if wait is not None else ("exhausted", timedelta())
        return ResultRow(
            delivery=delivery.id,
            attempt=delivery.attempt,
            state=move(DELIVERY, "sending", event),
            delay=delay,
            outcome=outcome.kind.value,
            code=storable_key(code),
            message=storable(outcome.message)[:_MESSAGE_LIMIT],
            reference=None if outcome.reference is None else storable_key(outcome.reference),
            response=storable_json(outcome.response),
            started_at=delivery.started_at,
        )

    def _event(self, delivery: ClaimedDelivery, result: ResultRow) -> EventRow:
        detail = {"target": self.target.id, "action": delivery.action, "attempt": delivery.attempt}
        said = {"code": result.code, "message": result.message, "reference": result.reference}
        detail |= {name: value for name, value in said.items() if value}
        if result.state == "waiting":
            detail["retry_in_seconds"] = round(result.delay.total_seconds(), 1)
        steps = storable_json([{"what": result.state, "detail": detail}])
        return EventRow(delivery.transmission, "deliver", delivery.id, steps, self._configuration(), self._node)

    def _failure(self, delivery: ClaimedDelivery, result: ResultRow) -> FailureRow:
        owner = self._owner_of(delivery) or self.target.owner
        code = "in-doubt" if result.state == "in_doubt" else result.code or result.state
        mark = fingerprint(stage="deliver", code=code, partner=delivery.partner, route=delivery.route, owner=owner)
        remedy = "Correct the cause, then redeliver."
        if result.state == "in_doubt":
            remedy = f"Look in {self.target.id} whether it arrived, then redeliver or mark as delivered."
        elif result.state == "dead":
            remedy = f"All {delivery.attempt} attempts failed. See that {self.target.id} works, then redeliver."
        return FailureRow(
            id=self._new_id(),
            fingerprint=mark,
            stage="deliver",
            code=code,
            partner=delivery.partner,
            route=delivery.route,
            owner=owner,
            message=result.message or code,
            remedy=remedy,
            sample=delivery.id,
            transmission=delivery.transmission,
        )

    def _dead_letter(self, delivery: ClaimedDelivery, result: ResultRow) -> OutboxRow:
        headers = {
            "type": "delivery.dead",
            "source": "edi-gateway",
            "subject": str(delivery.id),
            "correlationid": str(delivery.transmission),
            "reason": result.code,
            "target": self.target.id,
            "partner": delivery.partner or "",
        }
        encoded = storable_json(headers)
        key = f"deliver.{result.code or 'exhausted'}"
        return OutboxRow(self._new_id(), delivery.transmission, "edi.dead", key, encoded, delivery.document)

    async def _give_up(self, pair: tuple[ClaimedDelivery, Outcome], error: DataRefused) -> None:
        # Its claim lapses and the sweep brings it back; the refusal is ours to mend, so it is told loudly.
        log.error("result_refused_by_store", target=self.target.id, delivery=str(pair[0].id), error=str(error))


def _unanswered(delivery: ClaimedDelivery) -> Outcome:
    return Outcome(delivery.id, OutcomeKind.RETRY, "no-outcome", "The connector gave no outcome for this delivery.")
