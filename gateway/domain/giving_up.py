"""Giving a message up: what it comes to when a person ignores it, or rejects it towards its sender. Pure.

Ignored, nothing more is done with it. Rejected, nothing more is done either, and its sender gets a negative answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from gateway.errors import ActionRefused

MOST_ANSWERS = 50
"""So many documents of one message are rejected at once; more are rejected one by one."""

_FOR_SOMEBODY = frozenset({"failed", "dead", "in_doubt"})
_BY_ITSELF = frozenset({"waiting", "blocked"})
_GIVEN_UP = _FOR_SOMEBODY | _BY_ITSELF
_ANSWERABLE = frozenset({"routed", "stopped", "unrouted"})
"""States of documents that were read without an error and are in our hands."""
_BEING_READ = frozenset({"received", "replaying"})


@dataclass(frozen=True, slots=True)
class DeliveryFact:
    """A delivery of the message. `document` is None for what is sent back to its sender."""

    id: UUID
    document: UUID | None
    target: str
    state: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentFact:
    """A document of the message. `key` names its negative answer, `answered` is that answer's transmission, once there is one.

    `control_number` is that of its set or message, `number` what people call it by. `failing`: somebody
    has to look after it. `replied` is an order response that went out for it.
    """

    id: UUID
    name: str | None
    type: str
    version: str
    family: str
    state: str
    partner: str | None
    number: str
    control_number: str
    key: str
    failing: bool = False
    answered: UUID | None = None
    replied: str | None = None

    @property
    def called(self) -> str:
        """What people call it."""
        return f"{(self.name or self.type).replace('_', ' ')} {self.number or self.control_number}".strip()

    @property
    def answer_number(self) -> str:
        """The number of its negative answer: always the same, and that of no other document, also of one with its number."""
        mark = blake2b(self.key.encode(), digest_size=2).hexdigest().upper()
        return f"{self.number or self.control_number}-R{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """A message, or with `only` one document of it, with what is open about it.

    `newest` is the last run of its line, `batch` one that has it now. `ours`: a service of ours published it, nobody sent it.
    `cases` are what failures are open about, apart from deliveries. `releasing`: its documents are still being routed.
    """

    id: UUID
    state: str
    newest: UUID
    ours: bool = False
    only: UUID | None = None
    batch: UUID | None = None
    releasing: bool = False
    cases: Sequence[UUID] = ()
    documents: Sequence[DocumentFact] = ()
    deliveries: Sequence[DeliveryFact] = ()

    def of(self, document: DocumentFact) -> Iterator[DeliveryFact]:
        """The deliveries of a document."""
        return (one for one in self.deliveries if one.document == document.id)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What is given up: deliveries, and what failures are open about besides. `answer` are documents whose sender is told,
    `answered` those of which it was told before.
    """

    deliveries: Sequence[DeliveryFact]
    cases: Sequence[UUID]
    answer: Sequence[DocumentFact] = ()
    answered: Sequence[DocumentFact] = ()


def ignored(facts: MessageFacts) -> GivenUp:
    """What is given up when a message is ignored: all that waits for somebody, and what else is to be done with those documents.

    Documents that nothing stands in the way of go on. Raises ActionRefused when nothing waits for anybody.
    """
    _require_settled(facts)
    unwell = [one for one in facts.deliveries if one.state in _FOR_SOMEBODY]
    concerned = {one.document for one in unwell if one.document is not None} | {one.id for one in facts.documents if one.failing}
    over = [one for one in facts.deliveries if one in unwell or (one.document in concerned and one.state in _BY_ITSELF)]
    if not over and not facts.cases:
        raise _nothing_waits(facts)
    _require_quiet(one for one in facts.deliveries if one.document in concerned)
    return GivenUp(over, facts.cases)


def rejected(facts: MessageFacts) -> GivenUp:
    """What is given up when a message is rejected, and the documents that are answered.

    Raises ActionRefused when there is nobody to tell, when it has arrived somewhere, or when it is done with.
    """
    _require_settled(facts)
    if facts.ours:
        raise ActionRefused("The message is one of ours: nobody sent it who could be told.", remedy=_ignore(facts))
    before = [one for one in facts.documents if one.answered is not None]
    answer = [one for one in facts.documents if one.answered is None and one.state in _ANSWERABLE]
    if not answer and not before:
        raise _nothing_to_answer(facts)
    for document in answer:
        _require_in_our_hands(document, list(facts.of(document)))
    if len(answer) > MOST_ANSWERS:
        remedy = "Reject them one by one, by the ids of the documents."
        raise ActionRefused(f"The message holds {len(answer)} documents; {MOST_ANSWERS} are rejected at once.", remedy=remedy)
    told = {one.id for one in (*answer, *before)}
    over = [one for one in facts.deliveries if one.document in told and one.state in _GIVEN_UP]
    silent = {one.id for one in facts.documents} - told
    return GivenUp(over, [one for one in facts.cases if one not in silent], answer, before)


def _require_settled(facts: MessageFacts) -> None:
    """Raise ActionRefused while somebody else is at it."""
    if facts.state in _BEING_READ or facts.releasing:
        raise ActionRefused("The message is still being processed.", remedy="Try again in a moment.")
    if facts.batch is not None:
        raise ActionRefused(f"Batch {facts.batch} has the message.", remedy=f"Look at it: gateway batches show {facts.batch}")
    if facts.newest != facts.id:
        raise ActionRefused("The message was processed again.", remedy=f"Its newest run is {facts.newest}: choose that.")


def _require_quiet(deliveries: Iterator[DeliveryFact]) -> None:
    sending = next((one.target for one in deliveries if one.state == "sending"), None)
    if sending is not None:
        raise ActionRefused(f"It is being handed to {sending} right now.", remedy="Try again in a moment.")


def _require_in_our_hands(document: DocumentFact, deliveries: Sequence[DeliveryFact]) -> None:
    """Raise ActionRefused for a document that somebody else has, may have, or is given."""
    _require_quiet(iter(deliveries))
    if document.replied is not None:
        raise ActionRefused(
            f"Its sender has an answer to the {document.called} already: {document.replied}.",
            remedy="Publish an order response that replaces it (gateway publish), and ignore the message.",
        )
    by_state = {one.state: one for one in deliveries}
    if (one := by_state.get("delivered")) is not None:
        known = f", as {one.reference}" if one.reference else ""
        raise ActionRefused(
            f"{one.target} has the {document.called} already{known}: it can no longer be rejected.",
            remedy=f"Cancel it in {one.target}; what becomes of it there is what the sender is told.",
        )
    if (one := by_state.get("in_doubt")) is not None:
        raise ActionRefused(
            f"{one.target} may have the {document.called}: its delivery is in doubt.",
            remedy=f"Look there first: gateway dlq found {one.id} if it is there, gateway dlq discard {one.id} if not.",
        )
    if "withheld" in by_state:
        raise ActionRefused(
            f"The {document.called} is another gateway's: this one is in its shadow.", remedy="Reject it in the other gateway."
        )
    if not deliveries and not document.failing:
        raise ActionRefused(
            f"The {document.called} was published to your services, and waits for nobody.",
            remedy="Let the service that has it publish its own answer: gateway publish.",
        )


def _nothing_waits(facts: MessageFacts) -> ActionRefused:
    onward = [one for one in facts.deliveries if facts.ours or one.document is not None]  # and no acknowledgements of it
    going = sorted({one.target for one in onward if one.state in _BY_ITSELF | {"sending"}})
    there = sorted({one.target for one in onward if one.state == "delivered"})
    if going:
        what = f"it is on its way to {', '.join(going)} by itself"
        return ActionRefused(
            f"Nothing of the message waits for anybody: {what}.",
            remedy=f"To stop it, hold it (gateway targets hold {going[0]}), or reject it: gateway message reject {facts.id}",
        )
    if there:
        return ActionRefused(
            f"Nothing of the message waits for anybody: it was delivered to {', '.join(there)}.",
            remedy=f"To undo that, cancel it in {there[0]}.",
        )
    return ActionRefused(
        "Nothing of the message waits for anybody: it is done with.", remedy=f"Look at it: gateway message {facts.id}"
    )


def _nothing_to_answer(facts: MessageFacts) -> ActionRefused:
    states = {one.state for one in facts.documents}
    if states & {"rejected", "refused"}:
        what = "Its acknowledgement has refused it already: its sender knows."
    elif states & {"duplicate", "conflict"}:
        what = "It repeats what came before: reject the first one."
    elif states:
        what = "Nothing in it can be answered in business."
    else:
        what = "Nothing could be read of the message: there is no document to reject."
    return ActionRefused(what, remedy=_ignore(facts))


def _ignore(facts: MessageFacts) -> str:
    return f"To do nothing with it: gateway message ignore {facts.only or facts.id} --reason WHY"
