"""Redeliver: hand the same bytes to the target again, under the same idempotency key. Here it is planned."""

from collections.abc import Callable, Mapping
from uuid import UUID

from gateway.domain.replay import DeliveryFacts, RedeliverOptions, effects_of_redelivery, judge_redelivery, plan_of
from gateway.errors import PlanRefused
from gateway.operations.replay import Asked, frozen, planned
from gateway.operations.selecting import MOST, Selection, chosen_deliveries
from gateway.ports.batches import BatchStore, Choices, NewBatch

_AT_ONCE = 500


async def plan_redelivery(
    store: BatchStore,
    choices: Choices,
    selection: Selection,
    options: RedeliverOptions,
    asked: Asked,
    *,
    idempotent: Mapping[str, bool],
    new_id: Callable[[], UUID],
) -> NewBatch:
    """The plan of a redelivery, not yet stored. `idempotent` says of each target whether it recognises a repeat.

    Raises PlanRefused.
    """
    asked.require()
    chosen = await chosen_deliveries(choices, selection)
    if len(chosen) > MOST:
        raise PlanRefused(f"{len(chosen)} match, a batch has {MOST} at most.", remedy="Narrow the filter.")
    facts: list[DeliveryFacts] = []
    for start in range(0, len(chosen), _AT_ONCE):
        async with store.batches() as session:
            some = [delivery for delivery, _ in chosen[start : start + _AT_ONCE]]
            facts += await session.delivery_facts(some, idempotent)
    judged = [(one, judge_redelivery(one, options)) for one in facts]
    plan = plan_of([(verdict, effects_of_redelivery(one)) for one, verdict in judged])
    kept = {"in_doubt": options.in_doubt, "delivered": options.delivered}
    items = frozen([(one.id, one.transmission, verdict) for one, verdict in judged])
    return planned("redeliver", selection.words, kept, (plan, items), asked, new_id())
