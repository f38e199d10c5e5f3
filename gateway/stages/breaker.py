"""Breaker: what the end of each call means to the circuit breaker of its target, and what is told when that opens or closes."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from gateway.domain.breaker import BreakerPolicy, event_of, probe_delay, strain
from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import BREAKER, move
from gateway.domain.record import EventRow, FailureRow
from gateway.domain.storable import storable, storable_json
from gateway.errors import GatewayError
from gateway.ports import BreakerMove, ClaimedDelivery, Observer, Outcome, Probe, Settled, Work

log = structlog.get_logger(__name__)

_MESSAGE_LIMIT = 1_000

Pairs = Sequence[tuple[ClaimedDelivery, Outcome]]


class Breaker:
    """The breaker of one target. Its state is a row that all processes share; the claiming of deliveries obeys it."""

    def __init__(
        self,
        *,
        target: str,
        policy: BreakerPolicy,
        owner: str,
        work: Work,
        observer: Observer,
        new_id: Callable[[], UUID],
        node: str,
        configuration: Callable[[], str],
    ) -> None:
        self._target = target
        self._policy = policy
        self._owner = owner
        self._work = work
        self._observer = observer
        self._new_id = new_id
        self._node = node
        self._configuration = configuration

    def strain(self, pairs: Pairs) -> float:
        """By how much a call with these outcomes fills the bucket: one that found the target unavailable in part counts whole."""
        return strain(self._policy, unavailable=any(outcome.unavailable for _, outcome in pairs))

    def delay(self, outcome: Outcome, probe: Probe | None) -> timedelta | None:
        """When a delivery is due again whose probe found the target unavailable; None for every other attempt."""
        if probe is None or not outcome.unavailable:
            return None
        return probe_delay(self._policy, failed=probe.failed + 1, asked=outcome.retry_after)

    async def judge(self, pairs: Pairs, settled: Settled, *, probe: Probe | None) -> bool:
        """Open or close after a call whose results were written; answers whether it closed by this."""
        if not settled.moved:
            return False  # somebody else has decided since
        bad = [pair for pair in pairs if pair[1].unavailable]
        before = "closed" if probe is None else "half_open"
        event = event_of(self._policy, unavailable=bool(bad), level=settled.level or 0.0, probe=probe is not None)
        after = move(BREAKER, before, event)
        if after == before:
            return False
        step = self._step(before, after, (bad or pairs)[0], probe)
        try:
            moved = await self._work.move_breaker(step)
        except GatewayError as error:  # the next failure opens it, and the next probe closes it
            log.warning("breaker_not_moved", target=self._target, state=after, error=str(error))
            return False
        if moved:
            self._tell(step)
        return moved and after == "closed"

    def _step(self, before: str, after: str, pair: tuple[ClaimedDelivery, Outcome], probe: Probe | None) -> BreakerMove:
        delivery, outcome = pair
        failed = 0 if probe is None else probe.failed + 1
        wait = probe_delay(self._policy, failed=failed, asked=outcome.retry_after) if after == "open" else timedelta()
        return BreakerMove(
            target=self._target,
            before=before,
            after=after,
            probe=None if probe is None else delivery.id,
            wait=wait,
            events=[] if (before, after) == ("half_open", "open") else [self._event(after, delivery, outcome, wait)],
            failure=self._failure(delivery, outcome),
        )

    def _event(self, after: str, delivery: ClaimedDelivery, outcome: Outcome, wait: timedelta) -> EventRow:
        detail: dict[str, object] = {"target": self._target, "delivery": str(delivery.id)}
        if after == "open":
            detail |= {"code": outcome.code, "message": outcome.message, "probe_in_seconds": round(wait.total_seconds(), 1)}
        what = "breaker_opened" if after == "open" else "breaker_closed"
        steps = storable_json([{"what": what, "detail": detail}])
        return EventRow(delivery.transmission, "deliver", delivery.transmission, steps, self._configuration(), self._node)

    def _failure(self, delivery: ClaimedDelivery, outcome: Outcome) -> FailureRow:
        code = "target-unavailable"
        reason = storable(outcome.message or outcome.code)[:_MESSAGE_LIMIT]
        return FailureRow(
            id=self._new_id(),
            # One of its own for each target, whatever the partner and the route of the delivery that showed it.
            fingerprint=fingerprint(stage="deliver", code=code, partner=None, route=self._target),
            stage="deliver",
            code=code,
            partner=None,
            route=None,
            owner=self._owner,
            message=f"{self._target} is unavailable, its deliveries wait: {reason}",
            remedy=f"See that {self._target} works. It is probed with one delivery at a time; all go on when one is answered.",
            sample=delivery.id,
            transmission=delivery.transmission,
        )

    def _tell(self, step: BreakerMove) -> None:
        if step.after == "closed":
            log.info("breaker_closed", target=self._target)
        elif step.before == "closed":
            self._observer.count("edi_failures_total", stage="deliver", code=step.failure.code)
            log.error("breaker_opened", target=self._target, reason=step.failure.message, probe_in=step.wait.total_seconds())
        else:
            log.warning("breaker_probe_failed", target=self._target, probe_in=step.wait.total_seconds())
