"""Correct and replay: a copy with corrected bytes and an id of its own, linked both ways; the original stays as it is.

Where the configuration asks for it, somebody else than the one who corrected confirms it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from gateway.domain.replay import ReplayOptions, effects_of_replay, judge_correction, plan_of
from gateway.errors import PlanRefused
from gateway.operations.replay import Asked, facts_of, frozen, planned
from gateway.ports import Records
from gateway.ports.batches import BatchStore, NewBatch


async def bytes_of(records: Records, transmission: UUID) -> bytes:
    """The bytes of a transmission as received, to be corrected."""
    return b"".join([piece async for piece in records.raw(transmission)])


async def plan_correction(
    store: BatchStore,
    records: Records,
    original: UUID,
    body: bytes,
    asked: Asked,
    *,
    acknowledge: bool,
    second_person: bool,
    most_bytes: int,
    new_id: Callable[[], UUID],
) -> tuple[NewBatch, tuple[UUID, bytes]]:
    """The plan of a correction, and the body to store with it, under the id of the run that reads it. Raises PlanRefused."""
    asked.require()
    facts = await facts_of(store, [original])
    if not facts:
        raise PlanRefused(f"No message is stored under {original}.", remedy="Look for it: gateway messages --wide")
    if not body or len(body) > most_bytes:
        raise PlanRefused(f"The corrected bytes are {len(body)}: 1 to {most_bytes} are taken.", remedy="Check the file.")
    view = await records.transmission(original)
    digest = hashlib.sha256(body)
    if view is not None and view["sha256"] == digest.hexdigest():
        raise PlanRefused("Nothing was changed.", remedy=f"To process it again as it is: gateway replay {original}")
    options = ReplayOptions(acknowledge=acknowledge)
    verdict = judge_correction(facts[0], options)
    plan = plan_of([(verdict, effects_of_replay(replace(facts[0], state="translated"), options))])
    run = new_id()
    kept = {"acknowledge": acknowledge, "run": str(run), "sha256": digest.hexdigest(), "size": len(body)}
    items = frozen([(original, original, verdict)])
    batch = planned("correct", f"correct {original}", kept, (plan, items), asked, new_id())
    return replace(batch, second_person=second_person), (run, body)
