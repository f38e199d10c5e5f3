"""Give up: a person ignores a message, or rejects it, which its sender is told. Both are written with who did it and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.domain.giving_up import DeliveryFact, DocumentFact, GivenUp, MessageFacts, ignored, rejected
from gateway.domain.storable import storable
from gateway.errors import Absent, ActionRefused, PlanRefused
from gateway.ports.batches import WordOnDelivery
from gateway.ports.giving_up import GivingUpSession, GivingUpStore, PreparedAnswer
from gateway.ports.json import Json

_OPEN = ("blocked", "waiting", "failed", "dead", "in_doubt")
_MOST_TOLD = 20
"""So many answers are named in the journal."""


class Answering(Protocol):
    """Who writes negative answers."""

    def __call__(self, document: DocumentFact, canonical: bytes, reason: str) -> PreparedAnswer:
        """The negative answer to a document as agreed with its partner. Raises ActionRefused when none can be written."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was given up, or with `done` false would be, and the answers that go out; `before` are documents answered earlier."""

    message: UUID
    done: bool
    deliveries: Sequence[DeliveryFact]
    failures: int
    answers: Sequence[PreparedAnswer] = ()
    before: Sequence[DocumentFact] = ()


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Both acts. `answer` writes what senders are told; `configuration` and `node` are for the journal."""

    store: GivingUpStore
    answer: Answering
    configuration: str
    node: str

    async def ignore(self, named: UUID, *, by: str, reason: str, only_show: bool = False) -> Outcome:
        """Do nothing more with a message, or one document of it: what waits for somebody is given up, its failures end.

        Raises Absent, PlanRefused without a reason, ActionRefused when nothing waits for anybody.
        """
        _require_reason(reason)
        async with self.store.giving_up() as session:
            facts = await _facts(session, named)
            given_up = ignored(facts)
            if not only_show:
                await self._give_up(session, facts, given_up, "ignored", by=by, reason=reason)
        return Outcome(facts.id, not only_show, given_up.deliveries, len(given_up.cases))

    async def reject(self, named: UUID, *, by: str, reason: str, only_show: bool = False) -> Outcome:
        """The same, and the sender is told, by one negative answer for each document; once, however often it is asked for.

        Raises Absent, PlanRefused without a reason, ActionRefused when somebody has it already or no answer can be written.
        """
        _require_reason(reason)
        async with self.store.giving_up() as session:
            facts = await _facts(session, named)
            given_up = rejected(facts)
            answers = [await self._prepared(session, one, reason) for one in given_up.answer]
            if not only_show:
                for answer in answers:
                    await session.hand_over(answer)
                await self._give_up(session, facts, given_up, "rejected", by=by, reason=reason, answers=answers)
        return Outcome(facts.id, not only_show, given_up.deliveries, len(given_up.cases), answers, given_up.answered)

    async def _prepared(self, session: GivingUpSession, document: DocumentFact, reason: str) -> PreparedAnswer:
        canonical = await session.canonical(document.id)
        if canonical is None:
            raise ActionRefused(
                f"What the {document.called} said is no longer kept: no answer can be made of it.",
                remedy="Tell the sender by other means, and ignore the message.",
            )
        return self.answer(document, canonical, storable(reason))

    async def _give_up(
        self, session: GivingUpSession, facts: MessageFacts, given_up: GivenUp, act: str, *, by: str, reason: str,
        answers: Sequence[PreparedAnswer] = (),
    ) -> None:  # fmt: skip
        """Write it. What comes after a delivery is given up with it, so that its own turn finds it done."""
        for delivery in given_up.deliveries:
            word = WordOnDelivery(delivery.id, _OPEN, "voided", act)
            await session.settle_delivery(word, by=by, reason=reason, node=self.node)
        if given_up.cases:
            await session.close_cases(given_up.cases, by=by, reason=reason)
        if given_up.deliveries or given_up.cases or answers:
            detail = _detail(given_up, answers, reason)
            await session.note(facts, act, detail, by=by, configuration=self.configuration, node=self.node)


async def _facts(session: GivingUpSession, named: UUID) -> MessageFacts:
    facts = await session.facts(named)
    if facts is None:
        raise Absent(f"No message is stored under {named}.", remedy="Look for it: gateway messages --wide")
    return facts


def _detail(given_up: GivenUp, answers: Sequence[PreparedAnswer], reason: str) -> Json:
    told: dict[str, object] = {"reason": reason, "deliveries": len(given_up.deliveries)}
    if answers:
        told["answers"] = [f"{one.type} {one.number}" for one in answers[:_MOST_TOLD]]
        told["answered_by"] = [str(one.row.id) for one in answers[:_MOST_TOLD]]
    return told


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise PlanRefused("A reason is needed.", remedy='Say why: --reason "the item is no longer made"')
