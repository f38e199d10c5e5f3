"""What a person does about answers that partners owe us, or gave: waive one, dismiss one that answers nothing of ours.

Each is written with its reason and the person who gave it.
"""

from uuid import UUID

from gateway.domain.expectation import ExpectationMove, ExpectationRow
from gateway.domain.lifecycle import EXPECTATION, IllegalTransition, move
from gateway.errors import ActionRefused
from gateway.ports.expectation import ExpectationStore, Reconciled


async def waive(store: ExpectationStore, expectation: UUID, *, reason: str, person: str) -> ExpectationRow | None:
    """No longer wait for an answer, or hold a bad one against nobody; its failure ends. Answers what it was, None if unknown.

    Raises ActionRefused when there is nothing to waive: it went well, or was waived.
    """
    async with store.reconciling() as session:
        held = await session.hold_expectation(expectation)
        if held is None:
            return None
        row = held.row
        try:
            after = move(EXPECTATION, row.state, "waived")
        except IllegalTransition:
            state = row.state.replace("_", " ")
            raise ActionRefused(
                f"the {row.kind} is {state}: there is nothing to waive", remedy="Look at it: gateway acks"
            ) from None
        step = ExpectationMove(row.id, row.state, after, reason=reason, person=person)
        closed = [(row.id, held.failure)] if held.failure is not None else []
        await session.reconcile(Reconciled(moves=[step], closed=closed))
        await session.audit(person, "expectation_waived", str(row.id), {"reason": reason, "kind": row.kind, "was": row.state})
    return row


async def dismiss(store: ExpectationStore, acknowledgement: UUID, *, reason: str, person: str) -> bool:
    """Take an acknowledgement that answers nothing of ours out of the queue; False when it does not wait there."""
    async with store.reconciling() as session:
        if not await session.dismiss(acknowledgement, reason=reason, person=person):
            return False
        await session.audit(person, "acknowledgement_dismissed", str(acknowledgement), {"reason": reason})
    return True
