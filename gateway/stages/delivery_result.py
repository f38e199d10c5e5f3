"""What an attempt comes to: the delivery's next state, its journal, its failure, its dead letter. Rows, nothing is written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.cloud_event import cloud_event
from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import DELIVERY, move
from gateway.domain.record import EventRow, FailureRow, OutboxRow, ResultRow
from gateway.domain.retry import RetryPolicy, is_worth_repeating, next_delay
from gateway.domain.service import Services
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.ports.delivery import APPROVAL

CRASHED = "worker-crashed"
"""The code of what ended its processes, the last of them with nothing else in it."""
_MESSAGE_LIMIT = 2_000

_EVENTS = {OutcomeKind.DELIVERED: "delivered", OutcomeKind.FAILED: "refused", OutcomeKind.IN_DOUBT: "outcome_unknown"}


def result_of(
    delivery: ClaimedDelivery,
    outcome: Outcome,
    *,
    policy: RetryPolicy,
    services: Services,
    now: datetime,
    chance: float,
    put_off: timedelta | None = None,
    uncounted: bool = False,
) -> ResultRow:
    """The end of an attempt. `put_off`: it says nothing of the delivery, which is tried again after that time, at no cost.

    `uncounted`: the attempt, which was claimed as any other, is not one of those it has.
    """
    delay, event = put_off or timedelta(), "try_again"
    if put_off is None:
        delay, event = _next_step(delivery, outcome, policy, chance)
    if event == "try_again":
        delay = services.next_turn(delivery.priority, now + delay) - now
    return ResultRow(
        delivery=delivery.id,
        attempt=delivery.attempt,
        state=move(DELIVERY, "sending", event),
        delay=delay,
        outcome=outcome.kind.value,
        code=storable_key(outcome.code),
        message=storable(outcome.message)[:_MESSAGE_LIMIT],
        reference=None if outcome.reference is None else storable_key(outcome.reference),
        response=storable_json(outcome.response),
        started_at=delivery.started_at,
        doubtful=outcome.kind in (OutcomeKind.RETRY, OutcomeKind.IN_DOUBT) and not outcome.untouched,
        spared=put_off is not None,
        uncounted=uncounted,
    )


def _next_step(delivery: ClaimedDelivery, outcome: Outcome, policy: RetryPolicy, chance: float) -> tuple[timedelta, str]:
    """The delay before the next attempt and the event of the lifecycle."""
    if outcome.kind in (OutcomeKind.DELIVERED, OutcomeKind.IN_DOUBT):
        return timedelta(), _EVENTS[outcome.kind]
    if outcome.code == CRASHED:
        return timedelta(), "exhausted"
    refused = outcome.kind is OutcomeKind.FAILED
    if not is_worth_repeating(policy, outcome.code, refused=refused):
        return timedelta(), "refused" if refused else "exhausted"
    attempt = max(delivery.attempt - delivery.probes, 1)
    delay = next_delay(policy, attempt=attempt, age=delivery.age, chance=chance, asked=outcome.retry_after)
    return (delay, "try_again") if delay is not None else (timedelta(), "exhausted")


def event_of(delivery: ClaimedDelivery, result: ResultRow, *, target: str, configuration: str, node: str) -> EventRow:
    """The journal of an attempt."""
    detail: dict[str, object] = {"target": target, "action": delivery.action, "attempt": delivery.attempt}
    said = {"code": result.code, "message": result.message, "reference": result.reference}
    detail |= {name: value for name, value in said.items() if value}
    if result.state == "waiting":
        detail["retry_in_seconds"] = round(result.delay.total_seconds(), 1)
    steps = storable_json([{"what": result.state, "detail": detail}])
    return EventRow(delivery.transmission, "deliver", delivery.id, steps, configuration, node)


def failure_of(
    delivery: ClaimedDelivery, result: ResultRow, *, target: str, owner: str, followers: int, new_id: Callable[[], UUID]
) -> FailureRow:
    """The failure of a delivery that ended without success; `followers` are those of its sequence key that wait behind it."""
    code = "in-doubt" if result.state == "in_doubt" else result.code or result.state
    remedy = "Correct the cause, then redeliver."
    if result.state == "in_doubt":
        remedy = f"Look in {target} whether it arrived, then redeliver or mark as delivered."
    elif result.code == APPROVAL:
        remedy = f"gateway dlq approve {delivery.id} --reason WHY; to refuse it: gateway dlq discard {delivery.id} --reason WHY"
    elif result.code == CRASHED:
        remedy = crash_remedy(target)
    elif result.state == "dead":
        remedy = f"All {delivery.attempt} attempts failed. See that {target} works, then redeliver."
    message = result.message or code
    if followers:
        message += f" {followers} {'delivery waits' if followers == 1 else 'deliveries wait'} behind it, to keep their order."
    return FailureRow(
        id=new_id(),
        fingerprint=fingerprint(stage="deliver", code=code, partner=delivery.partner, route=delivery.route),
        stage="deliver",
        code=code,
        partner=delivery.partner,
        route=delivery.route,
        owner=owner,
        message=message,
        remedy=remedy,
        sample=delivery.id,
        transmission=delivery.transmission,
    )


def crash_remedy(target: str) -> str:
    """What to do about a delivery that ends its processes."""
    return f"Report it with the delivery's id: it is a fault of the gateway. Look in {target} whether it arrived."


def dead_letter(
    delivery: UUID,
    transmission: UUID,
    document: UUID | None,
    *,
    partner: str | None,
    target: str,
    code: str,
    now: datetime,
    new_id: Callable[[], UUID],
    test: bool | None = None,
) -> OutboxRow:
    """What is published about a delivery that is given up."""
    message = new_id()
    headers = cloud_event(
        message,
        source="edi-gateway",
        kind="delivery.dead",
        subject=str(delivery),
        time=now,
        correlation=transmission,
        cause=delivery,
        more={"reason": code, "target": target, "partner": partner or "", "test": None if test is None else str(test).lower()},
    )
    key = f"deliver.{code or 'exhausted'}"
    return OutboxRow(message, transmission, "edi.dead", key, storable_json(headers), document)
