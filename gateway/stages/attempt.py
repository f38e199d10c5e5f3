"""An attempt: claimed deliveries are made at their target, within its patience, and whatever happens each has an outcome.

A delivery under which processes ended again and again is made alone in a child process, so that it takes nobody along.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gateway.domain.breaker import BreakerPolicy
from gateway.domain.maintenance import ALWAYS_THERE, Maintenance
from gateway.domain.retry import RetryPolicy
from gateway.domain.service import Services
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.stages.child import WorkerDied
from gateway.stages.delivery_result import CRASHED

log = structlog.get_logger(__name__)

_SUSPICIOUS = 2
"""So many processes in a row that ended under a delivery make it a suspect, which is claimed alone."""

Make = Callable[[Sequence[ClaimedDelivery]], Awaitable[Sequence[Outcome]]]
"""Performs attempts and answers one outcome each."""

Alone = Callable[[ClaimedDelivery], Awaitable[Sequence[Outcome]]]
"""Makes a delivery in a child process. Raises WorkerDied when the child dies of it, NoChild when there can be none."""


class NoChild(Exception):
    """The child process could not be made ready, which says nothing of the delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where deliveries go: an application or a partner's channel, with the terms it is used under.

    `make` has to answer within `patience`; `alone` does the same for a suspect; without it suspects are made here. `concurrency`
    are the workers of this process; what limits all processes together is in the database. `policy` holds where the agreement
    of a delivery says nothing else. During `maintenance` nothing goes out. `owner` gets the failures.
    """

    id: str
    make: Make
    idempotent: bool
    max_batch: int = 20
    concurrency: int = 2
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    breaker: BreakerPolicy = field(default_factory=BreakerPolicy)
    maintenance: Maintenance = ALWAYS_THERE
    services: Services = field(default_factory=Services)
    patience: timedelta = timedelta(minutes=15)
    alone: Alone | None = None
    owner: str

    @property
    def unknown(self) -> OutcomeKind:
        """What a call has come to of which nobody knows whether it was carried out."""
        return OutcomeKind.RETRY if self.idempotent else OutcomeKind.IN_DOUBT


def is_suspect(delivery: ClaimedDelivery) -> bool:
    """Whether it is made alone. What has no body goes nowhere, and harms nobody."""
    return delivery.lost >= _SUSPICIOUS and delivery.unreadable is None


async def attempt(target: Target, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    """Make deliveries that were claimed together; a suspect, which is claimed alone, in a child process."""
    first = deliveries[0]
    try:
        if target.alone is None or not is_suspect(first):
            return await within_patience(target, deliveries)
        log.warning("delivery_made_alone", target=target.id, delivery=str(first.id), processes_lost=first.lost)
        return await target.alone(first)
    except WorkerDied as error:
        log.error("worker_died", target=target.id, delivery=str(first.id), reason=str(error))  # noqa: TRY400 - it is not ours
        return [Outcome(first.id, target.unknown, CRASHED, str(error))]
    except NoChild as error:
        log.error("no_child_process", target=target.id, delivery=str(first.id), reason=str(error))  # noqa: TRY400 - nor this
        return [Outcome(first.id, OutcomeKind.RETRY, "no-child-process", str(error), untouched=True)]
    except Exception as error:  # noqa: BLE001 - a connector's bug must not stop the target, and is told
        return crashed(target, deliveries, error)


async def within_patience(target: Target, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    """Make deliveries here; a call that does not end is cut off. Raises what the connector raises."""
    patience = target.patience.total_seconds()
    limit = asyncio.timeout(patience)
    try:
        async with limit:
            return await target.make(deliveries)
    except TimeoutError:
        if not limit.expired():
            raise
    log.warning("call_hung", target=target.id, seconds=patience)
    text = f"The call did not end within {patience:g} s and was cut off."
    return [Outcome(d.id, target.unknown, "call-hung", text, unavailable=True) for d in deliveries]


def crashed(target: Target, deliveries: Sequence[ClaimedDelivery], error: Exception) -> Sequence[Outcome]:
    """What comes of an exception that no connector should raise."""
    log.error("connector_crashed", target=target.id, exc_info=error)
    text = f"The connector failed unexpectedly: {type(error).__name__}: {error}"
    return [Outcome(d.id, OutcomeKind.RETRY, "connector-crashed", text) for d in deliveries]
