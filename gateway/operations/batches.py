"""Batches: a person confirms what was planned, by its count, or cancels it. What has begun ends by itself."""

from uuid import UUID

from gateway.domain.lifecycle import BATCH, IllegalTransition, move
from gateway.domain.replay import FRESH
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.ports.batches import BatchSession, BatchStore, HeldBatch


async def confirm(store: BatchStore, batch: UUID, *, expect: int, by: str) -> int:
    """Let a batch run: its first few if it is to be tried, else all that is left. Answers how many may begin by this.

    `expect` is the number of items that the person believes are left. Raises Absent, PlanRefused or ActionRefused.
    """
    async with store.batches() as session:
        held = await _held(session, batch)
        after = _moved(held, "confirmed")
        left = held.count - held.begun
        if expect != left:
            raise PlanRefused(
                f"Batch {batch} has {left} items to do, not {expect}.", remedy=f"Look at it: gateway batches show {batch}"
            )
        if held.state == "planned" and held.age > FRESH:
            raise ActionRefused("It was planned more than a day ago.", remedy="Plan it again: much may have changed.")
        if held.second_person and by == held.planned_by:
            raise ActionRefused(
                f"{by} planned it, so somebody else must confirm it.",
                remedy=f"Ask a colleague: gateway batches confirm {batch} --expect {left}",
            )
        tries = held.state == "planned" and held.try_first is not None
        allowed = min(held.try_first or 0, held.count) if tries else held.count
        await session.move_batch(batch, before=held.state, after=after, by=by, allowed=allowed)
    return allowed - held.begun


async def cancel(store: BatchStore, batch: UUID, *, by: str) -> int:
    """Do nothing more of a batch; answers how many items will not be done. Raises Absent, or ActionRefused when it has ended."""
    async with store.batches() as session:
        held = await _held(session, batch)
        after = _moved(held, "cancelled")
        await session.move_batch(batch, before=held.state, after=after, by=by, allowed=held.begun)
    return held.count - held.begun


async def _held(session: BatchSession, batch: UUID) -> HeldBatch:
    held = await session.lock_batch(batch)
    if held is None:
        raise Absent(f"There is no batch {batch}.", remedy="Look for it: gateway batches list")
    return held


def _moved(held: HeldBatch, event: str) -> str:
    try:
        return move(BATCH, held.state, event)
    except IllegalTransition:
        raise ActionRefused(
            f"Batch {held.id} is {held.state}: it cannot be {event}.", remedy=f"Look at it: gateway batches show {held.id}"
        ) from None
