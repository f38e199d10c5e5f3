"""Dead letters: what is done about one by hand, besides sending it again. Each is written with its reason and the person."""

from uuid import UUID

from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.ports.batches import BatchStore, Choices, WordOnDelivery

_UNWELL = ("failed", "dead", "in_doubt")


async def discard(store: BatchStore, choices: Choices, letter: UUID, *, by: str, reason: str, node: str) -> str:
    """Give up a dead delivery, or what could not be read; its failure ends. Answers what it was: its state before.

    Raises Absent when there is no such thing, PlanRefused without a reason, ActionRefused when it is nobody's to discard.
    """
    _require_reason(reason)
    if any(delivery == letter for delivery, _ in await choices.deliveries_of([letter])):
        return await _say(store, WordOnDelivery(letter, _UNWELL, "voided", "discarded"), by=by, reason=reason, node=node)
    async with store.batches() as session:
        facts = await session.replay_facts([letter])
        if not facts:
            raise Absent(f"Nothing is stored under {letter}.", remedy="Look for it: gateway dlq list --wide")
        if not facts[0].in_place:
            raise ActionRefused(
                f"The message is {facts[0].state}: there is nothing to discard.", remedy="Discard one of its deliveries instead."
            )
        await session.close_cases([letter], by=by, reason=reason)
        await session.audit(by, "discarded", str(letter), {"reason": reason, "was": facts[0].state})
    return facts[0].state


async def found_delivered(store: BatchStore, delivery: UUID, *, by: str, reason: str, reference: str | None, node: str) -> None:
    """The target has what is in doubt: somebody looked. Raises Absent, PlanRefused or ActionRefused."""
    _require_reason(reason)
    word = WordOnDelivery(delivery, ("in_doubt",), "delivered", "found_delivered", reference)
    await _say(store, word, by=by, reason=reason, node=node)


async def approve(store: BatchStore, delivery: UUID, *, by: str, reason: str, node: str) -> None:
    """Let be done what waits for a person's approval; to refuse it is to discard it. Raises as the others do."""
    _require_reason(reason)
    async with store.batches() as session:
        found = await session.approve_delivery(delivery, by=by, reason=reason, node=node)
    if found is None:
        raise Absent(f"There is no delivery {delivery}.", remedy="Look for it: gateway dlq list --wide")
    if not found.given:
        state = found.state.replace("_", " ")
        raise ActionRefused(
            f"The delivery is {state}{f' ({found.code})' if found.code else ''}: it does not wait for an approval.",
            remedy=f"Look at it: gateway trace {delivery}",
        )


async def _say(store: BatchStore, word: WordOnDelivery, *, by: str, reason: str, node: str) -> str:
    async with store.batches() as session:
        state = await session.settle_delivery(word, by=by, reason=reason, node=node)
    if state is None:
        raise Absent(f"There is no delivery {word.delivery}.", remedy="Look for it: gateway dlq list --wide")
    if state not in word.before:
        raise ActionRefused(
            f"The delivery is {state.replace('_', ' ')}, not {' or '.join(word.before).replace('_', ' ')}.",
            remedy=f"Look at it: gateway trace {word.delivery}",
        )
    return state


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise PlanRefused("A reason is needed.", remedy='Say why: --reason "ordered by telephone"')
