"""Replay events: publish again what one listener is to have again, to its queue alone. Here it is planned.

What was published is kept as it was, with its id and attributes; it is marked as a replay, so that the listener takes what it may
know already. `stages.run_batches` publishes it.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from uuid import UUID

from gateway.domain.replay import Plan, Verdict
from gateway.errors import PlanRefused
from gateway.operations.replay import Asked, frozen, planned
from gateway.operations.selecting import MOST
from gateway.ports.batches import MessageFilter, NewBatch, PublishedMessages

EVENTS, DOCUMENTS = "order.", "document."


async def plan_event_replay(
    history: PublishedMessages,
    has_queue: Callable[[str], Awaitable[bool]],
    queue: str,
    wanted: MessageFilter,
    asked: Asked,
    *,
    new_id: Callable[[], UUID],
) -> NewBatch:
    """The plan of publishing again to a queue, not yet stored. Raises PlanRefused."""
    asked.require()
    _require_chosen(wanted)
    await _require_queue(queue, has_queue)
    found = await history.published(wanted, MOST + 1)
    if len(found) > MOST:
        raise PlanRefused(
            f"More than {MOST} match, a batch has {MOST} at most.", remedy="Narrow it: --since, --until, --partner."
        )
    possible = [one for one in found if not one.reason]
    plan = Plan(
        matched=len(found),
        count=len(possible),
        effects=dict(Counter(one.type for one in possible).most_common()),
        refused=dict(Counter(one.reason for one in found if one.reason).most_common()),
    )
    items = frozen([(one.subject, one.transmission, Verdict(one.reason)) for one in found])
    return planned("events", _words(queue, wanted), {"queue": queue}, (plan, items), asked, new_id())


def _require_chosen(wanted: MessageFilter) -> None:
    if wanted.since is None and not wanted.orders:
        raise PlanRefused(
            "Nothing was chosen: an empty filter never means everything.", remedy="Say since when, or which order: --since 2h"
        )
    if wanted.since is not None and wanted.until is not None and wanted.until <= wanted.since:
        raise PlanRefused("It ends before it begins.", remedy="Give an --until that is later than --since.")
    wrong = [one for one in wanted.types if not one.startswith((EVENTS, DOCUMENTS)) and one != "*"]
    if wrong or not wanted.types:
        raise PlanRefused(
            f"{', '.join(wrong) or 'nothing'} is no type of what is published.",
            remedy="For example: order.shipped, order.*, document.invoice.received, document.*",
        )


async def _require_queue(queue: str, has_queue: Callable[[str], Awaitable[bool]]) -> None:
    if not queue or queue.startswith("edi."):
        raise PlanRefused(
            f"{queue!r} is no queue of a listener.", remedy="Name the queue that the listener reads: --to billing.events"
        )
    if not await has_queue(queue):
        raise PlanRefused(
            f"There is no queue {queue}.",
            remedy="Start the listener, which declares it, or correct the name: rabbitmqctl list_queues",
        )


def _words(queue: str, wanted: MessageFilter) -> str:
    """The filter as the batch keeps it."""
    since = [f"since:{wanted.since:%Y-%m-%dT%H:%M:%SZ}"] if wanted.since else []
    until = [f"until:{wanted.until:%Y-%m-%dT%H:%M:%SZ}"] if wanted.until else []
    partners, orders = [f"partner:{one}" for one in wanted.partners], [f"order:{one}" for one in wanted.orders]
    return " ".join([f"to:{queue}", *since, *until, *(f"type:{one}" for one in wanted.types), *partners, *orders])
