"""Which of the things we sent an acknowledgement speaks of, and what it says of each.

An acknowledgement makes claims: a TA1 one about an interchange, a 997 or 999 one about each group (AK101, AK102) and its sets
(AK201, AK202), a CONTRL one about an interchange (UCI 0020, S002, S003) and its messages (UCM 0062), an APERAK, 824 or
ApplicationResponse one about each document by its number (RFF, OTI), a business document one about what it answers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gateway.domain.expectation import Layer, Said
from translators.canonical import application_response as application
from translators.canonical import functional_acknowledgement as functional
from translators.canonical.application_response import Answer, ApplicationResponse
from translators.canonical.functional_acknowledgement import (
    AnsweredGroup,
    EnvelopeIdentity,
    FunctionalAcknowledgement,
    Verdict,
)

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

Pair = tuple[str, str]
"""Sender and receiver of an interchange of ours, as `qualifier:id`."""

_VERDICTS: Final = {
    Verdict.ACCEPTED: Said.ACCEPTED,
    Verdict.ACCEPTED_WITH_ERRORS: Said.ACCEPTED_WITH_ERRORS,
    Verdict.PARTLY_ACCEPTED: Said.PARTIALLY_ACCEPTED,
    Verdict.REJECTED: Said.REJECTED,
    Verdict.RECEIVED: Said.RECEIVED,
}
_ANSWERS: Final = {
    Answer.ACCEPTED: Said.ACCEPTED,
    Answer.WITH_CHANGES: Said.ACCEPTED_WITH_ERRORS,
    Answer.WITH_ERRORS: Said.ACCEPTED_WITH_ERRORS,
    Answer.PARTLY_ACCEPTED: Said.PARTIALLY_ACCEPTED,
    Answer.REJECTED: Said.REJECTED,
    Answer.RECEIVED: Said.RECEIVED,
    Answer.OTHER: Said.RECEIVED,
}
_STATUSES: Final = {
    "accepted": Said.ACCEPTED,
    "with_changes": Said.ACCEPTED_WITH_ERRORS,
    "partly_accepted": Said.PARTIALLY_ACCEPTED,
    "rejected": Said.REJECTED,
}
"""What the status of a business answer comes to; every other answer says that the document was received."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing of ours that an acknowledgement speaks of, by the numbers it goes by. Numbers are without leading zeros.

    `pairs` are the parties of ours it may mean, the likeliest first. `interchange` is a control number, `group` one with the
    functional id of its group, `document` that of a set or message within it. `keys` are business keys (`kind:number`), `number`
    the one it quotes, `prepared` date and time of the header as it quotes them. `index` says which part of the acknowledgement.
    """

    layer: Layer
    kind: str
    index: int = 0
    pairs: tuple[Pair, ...] = ()
    interchange: str = ""
    functional_id: str = ""
    group: str = ""
    document: str = ""
    number: str = ""
    keys: tuple[str, ...] = ()
    prepared: str = ""

    @property
    def text(self) -> str:
        """What it names, for people: `interchange 42`, `group PO 77`, `invoice INV-1`."""
        if self.interchange:
            return f"interchange {self.interchange}"
        if self.layer is Layer.FUNCTIONAL:
            return f"group {self.functional_id} {self.group}".replace("  ", " ")
        if self.number:
            return f"document {self.number}"
        return f"document {self.document or '(no number)'} of group {self.group or '(no number)'}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of one document (by its ordinal) or, with None, of the whole interchange. `said` is None without a verdict."""

    document: int | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A document of ours as the statements of an acknowledgement name it: ordinal in the interchange, and its control numbers."""

    ordinal: int
    group: str
    control_number: str
    type: str


def claims_of(document: "CanonicalDocument", kind: str, envelope: Pair) -> tuple[Claim, ...]:
    """What an acknowledgement speaks of. `kind` is its type on the wire, `envelope` the pair of what we sent: its own, exchanged.

    Empty when it names nothing by which it could be found: it is malformed.
    """
    if isinstance(document, FunctionalAcknowledgement):
        return tuple(_of_syntax(document, envelope))
    if isinstance(document, ApplicationResponse):
        return tuple(_of_content(document, kind, envelope))
    keys = tuple(f"{key}:{value}" for key, value in document.business_keys)
    return (Claim(Layer.ANSWER, kind, keys=keys),) if keys else ()


def _of_syntax(document: FunctionalAcknowledgement, envelope: Pair) -> Iterator[Claim]:
    answered = document.interchange
    pairs = _pairs(answered.sender, answered.receiver, envelope)
    layer = Layer.TECHNICAL if document.type == "TA1" else Layer.FUNCTIONAL
    number = plain(answered.control_number)
    if number:
        yield Claim(layer, document.type, pairs=pairs, interchange=number, prepared=answered.prepared or "")
    elif layer is Layer.FUNCTIONAL:
        for index, group in enumerate(document.groups):
            if group_number := plain(group.control_number):
                kind = (group.functional_id or "").strip()
                yield Claim(layer, document.type, index, pairs, functional_id=kind, group=group_number)


def _of_content(document: ApplicationResponse, kind: str, envelope: Pair) -> Iterator[Claim]:
    for index, answered in enumerate(document.documents):
        reference = answered.document
        number = reference.number.strip() if reference else ""
        control_number = plain(answered.control_number)
        if not number and not control_number:
            continue
        named = reference.kind if reference else None
        yield Claim(
            Layer.APPLICATION,
            kind,
            index,
            (envelope,),
            group=plain(answered.group),
            document=control_number,
            number=number,
            keys=(f"{named}:{number}",) if named and number else (),
        )


def _pairs(sender: EnvelopeIdentity | None, receiver: EnvelopeIdentity | None, envelope: Pair) -> tuple[Pair, ...]:
    """The parties that are meant. Some partners exchange them though they are to be copied, some leave out the qualifier."""
    named = [(_identity(sender), _identity(receiver))] if sender and receiver else []
    exchanged = [(receiver, sender) for sender, receiver in named]
    return tuple(dict.fromkeys([*named, *exchanged, envelope]))


def _identity(identity: EnvelopeIdentity) -> str:
    return f"{identity.qualifier or ''}:{identity.id}"


def plain(number: str | None) -> str:
    """A control number without blanks and leading zeros: they are lost and added on the way."""
    return (number or "").strip().lstrip("0")


def statements(document: "CanonicalDocument", claim: Claim, sent: Sequence[Sent]) -> list[Statement]:
    """What an acknowledgement says of the documents that a claim was found to mean, or of the interchange as a whole.

    A group that was accepted in part is taken apart: each set gets its own verdict.
    """
    if isinstance(document, FunctionalAcknowledgement):
        if claim.layer is Layer.TECHNICAL or not sent:
            return [Statement(None, _VERDICTS.get(_overall(document)))]
        return [Statement(one.ordinal, _VERDICTS.get(_verdict_on(document, one))) for one in sent]
    if isinstance(document, ApplicationResponse):
        said = _ANSWERS.get(document.documents[claim.index].status, Said.RECEIVED)
    else:
        said = _STATUSES.get(str(getattr(document, "status", "")), Said.RECEIVED)
    return [Statement(one.ordinal, said) for one in sent]


def _overall(document: FunctionalAcknowledgement) -> Verdict:
    return document.interchange.verdict or document.verdict


def _verdict_on(document: FunctionalAcknowledgement, sent: Sent) -> Verdict:
    """What it says of one of our documents. Of a part that was accepted it may not say which: each was accepted in part then."""
    around = next((group.verdict for group in document.groups if plain(group.control_number) == sent.group), None)
    verdict = document.verdict_on(sent.control_number, group=sent.group if around is not None else None)
    if verdict is Verdict.UNKNOWN and (around or document.interchange.verdict) is Verdict.PARTLY_ACCEPTED:
        return Verdict.PARTLY_ACCEPTED
    return verdict


def unnamed(document: "CanonicalDocument", claim: Claim, sent: Sequence[Sent]) -> list[str]:
    """Control numbers that an acknowledgement names under a claim and that we never sent."""
    if not isinstance(document, FunctionalAcknowledgement):
        return []
    known = {one.control_number for one in sent}
    listed = [d for d in document.documents if not claim.group or d.group is None or plain(d.group) == claim.group]
    return [d.control_number for d in listed if plain(d.control_number) not in known]


def miscounted(document: "CanonicalDocument", claim: Claim, sent: Sequence[Sent]) -> list[str]:
    """In words, what is wrong with the counts of AK902 to AK904, against what was sent and against the verdicts given."""
    if not isinstance(document, FunctionalAcknowledgement) or not claim.group:
        return []
    group = document.groups[claim.index]
    wrong = []
    if group.claimed is not None and group.claimed != len(sent):
        wrong.append(f"it says that we claimed {group.claimed} sets (AK902), we sent {len(sent)}")
    if group.received is not None and group.received != len(sent):
        wrong.append(f"it counts {group.received} sets received (AK903), we sent {len(sent)}")
    if group.accepted is not None and (taken := _accepted(document, group, sent)) is not None and group.accepted != taken:
        wrong.append(f"it counts {group.accepted} sets accepted (AK904), its verdicts accept {taken}")
    return wrong


def _accepted(document: FunctionalAcknowledgement, group: AnsweredGroup, sent: Sequence[Sent]) -> int | None:
    """How many of the sent sets are accepted by the verdicts; None where some have none."""
    verdicts = [_verdict_on(document, one) for one in sent]
    if any(verdict not in _VERDICTS or verdict is Verdict.PARTLY_ACCEPTED for verdict in verdicts):
        return None
    if group.verdict is Verdict.REJECTED:
        return None  # AK904 is 0 by the standard; some write how many sets would have been accepted
    return sum(verdict is not Verdict.REJECTED for verdict in verdicts)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An interchange of ours, or with `document` one in it, that a claim may mean. `own` is the document's own business key."""

    pair: Pair
    test: bool
    prepared: str = ""
    own: str = ""
    keys: tuple[str, ...] = ()


def meant(claim: Claim, candidates: Sequence[Candidate], *, test: bool) -> list[int]:
    """Which of the candidates (the newest first) a claim means, by their indexes: one, or none.

    Control numbers mean something only between the same parties; a number that was used again means its last use, unless the
    claim quotes the time of an earlier one. An answer may mean several documents, each by its own number: those it pays for.
    """
    if claim.layer is Layer.ANSWER:
        return _answered(claim, candidates)
    ranked = []
    for index, candidate in enumerate(candidates):
        if candidate.own or candidate.keys:
            rank: tuple[object, ...] = (1, candidate.own not in claim.keys, candidate.test != test, index)
        elif candidate.pair in claim.pairs:
            other_time = bool(claim.prepared and candidate.prepared) and digits(claim.prepared) != digits(candidate.prepared)
            rank = (0, other_time, candidate.test != test, claim.pairs.index(candidate.pair), index)
        else:
            continue
        ranked.append((rank, index))
    return [min(ranked)[1]] if ranked else []


def _answered(claim: Claim, candidates: Sequence[Candidate]) -> list[int]:
    """The newest document of each own number that the answer quotes; else the one document that shares another number with it."""
    own: dict[str, int] = {}
    for index, candidate in enumerate(candidates):
        if candidate.own in claim.keys:
            own.setdefault(candidate.own, index)
    if own:
        return list(own.values())
    return [0] if len({candidate.own for candidate in candidates}) == 1 else []


def digits(text: str) -> str:
    """Its digits: times are written with and without separators."""
    return "".join(filter(str.isdigit, text))


def about(document: FunctionalAcknowledgement, sent: Sent) -> FunctionalAcknowledgement:
    """The part of an acknowledgement that is about one document of ours, and what is said of group and interchange around it."""
    groups = tuple(group for group in document.groups if not sent.group or plain(group.control_number) == sent.group)
    documents = tuple(
        one
        for one in document.documents
        if plain(one.control_number) == sent.control_number
        and (not groups or one.group is None or plain(one.group) == sent.group)
    )
    return document.model_copy(update={"groups": groups, "documents": documents})


ACKNOWLEDGEMENTS: Final = frozenset({functional.FunctionalAcknowledgement.NAME, application.ApplicationResponse.NAME})
"""Canonical documents that answer ours and are answered by nobody."""
