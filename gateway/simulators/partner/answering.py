"""What a partner answers to an interchange, as it behaves or misbehaves: acknowledgements, then what its people say."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from gateway.simulators.partner.manners import Answering
from gateway.simulators.partner.samples import order_response_to, verdict_on
from gateway.simulators.partner.sending import STRANGER, truncated
from gateway.simulators.partner.side import TECHNICAL, TradingPartner
from translators.canonical.base import CanonicalDocument
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document, Family, Group, Interchange, Verdict
from translators.finding import Code, Finding, found
from translators.position import Position

_NEVER_SENT = 500_000
"""How far the control number lies from the one that is meant, where it is about nothing that was sent."""
_VERDICT_OF = {Family.X12: ("824", "004010"), Family.EDIFACT: ("APERAK", "D.96A"), Family.XML: ("ApplicationResponse", "UBL-2.1")}
APPLICATION = frozenset(kind for kind, _ in _VERDICT_OF.values() if kind != "ApplicationResponse")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was agreed about answers: by canonical name of what is sent to it, what it owes (`997`, `TA1`, `APERAK`,
    `order_response`), and in which type and version it writes its own documents.
    """

    owed: Mapping[str, Sequence[str]]
    formats: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: what it is, and its bytes."""

    kind: str
    contents: bytes


def answers_to(
    side: TradingPartner, interchange: Interchange, agreed: Agreed, answering: Collection[Answering], *, prepared: datetime
) -> list[Reply]:
    """Everything that it answers to an interchange, in its order; nothing where it answers nothing, and to acknowledgements."""
    if Answering.MISSING in answering:
        return []
    replies = list(_acknowledgements(side, interchange, answering, prepared))
    refused = bool({Answering.REJECTED, Answering.PARTIAL} & {*answering})
    for document in interchange.documents:
        replies += _of_business(side, document, agreed, refused=refused, prepared=prepared)
    if Answering.TRUNCATED in answering:
        replies = [replace(one, contents=truncated(one.contents)) for one in replies]
    if Answering.DUPLICATE in answering:
        replies = [each for one in replies for each in (one, one)]
    return replies


def _acknowledgements(
    side: TradingPartner, interchange: Interchange, answering: Collection[Answering], prepared: datetime
) -> Iterator[Reply]:
    judged = [interchange]
    if Answering.REJECTED in answering:
        judged = [_refused(interchange, from_ordinal=1)]
    elif Answering.PARTIAL in answering:
        judged = [_refused(interchange, from_ordinal=2 if len(interchange.documents) > 1 else 1)]
    elif Answering.CONTRADICTORY in answering:
        judged = [interchange, _refused(interchange, from_ordinal=1)]
    for one in judged:
        for kind, contents in side.acknowledging(_misaddressed(one, answering), prepared=prepared):
            yield Reply(kind, contents)


def _misaddressed(interchange: Interchange, answering: Collection[Answering]) -> Interchange:
    """What is answered, under numbers that nobody used, or as if somebody else had sent it."""
    if Answering.WRONG_NUMBER in answering:
        interchange = _renumbered(interchange)
    if Answering.WRONG_RECEIVER in answering:
        stranger = replace(interchange.envelope.sender, id=STRANGER)
        interchange = replace(interchange, envelope=replace(interchange.envelope, sender=stranger))
    return interchange


def _refused(interchange: Interchange, *, from_ordinal: int) -> Interchange:
    """The interchange with its documents refused from one on, and the verdicts on groups and whole that follow."""
    documents = tuple(
        _refused_document(document) if document.ordinal >= from_ordinal else document for document in interchange.documents
    )
    groups = tuple(_judged_anew(group, [one for one in documents if one.group == group.ordinal]) for group in interchange.groups)
    refused, verdict = replace(interchange, documents=documents, groups=groups), _verdict(documents)
    if verdict is Verdict.REJECTED and interchange.envelope.family is Family.EDIFACT:  # CONTRL says that of the whole in UCI
        refused = replace(refused, findings=(*refused.findings, _refusal(interchange.envelope.offset)))
    return replace(refused, verdict=verdict)


def _refused_document(document: Document) -> Document:
    return replace(document, verdict=Verdict.REJECTED, findings=(*document.findings, _refusal(document.start)))


def _refusal(offset: int) -> Finding:
    return found(Code.DOCUMENT_NOT_AGREED, "A simulated partner refuses this.", Position(offset, segment=1))


def _judged_anew(group: Group, documents: Sequence[Document]) -> Group:
    accepted = sum(document.verdict is not Verdict.REJECTED for document in documents)
    return replace(group, accepted=accepted, verdict=_verdict(documents))


def _verdict(documents: Sequence[Document]) -> Verdict:
    refused = [document.verdict is Verdict.REJECTED for document in documents]
    if not any(refused):
        return Verdict.ACCEPTED
    return Verdict.REJECTED if all(refused) else Verdict.PARTLY_ACCEPTED


def _renumbered(interchange: Interchange) -> Interchange:
    """The interchange under numbers that nobody used."""
    envelope = replace(interchange.envelope, control_number=_other(interchange.envelope.control_number))
    groups = tuple(replace(group, control_number=_other(group.control_number)) for group in interchange.groups)
    documents = tuple(replace(one, control_number=_other(one.control_number)) for one in interchange.documents)
    return replace(interchange, envelope=envelope, groups=groups, documents=documents)


def _other(number: str) -> str:
    """Another number, no longer than an envelope can hold: nine digits in X12, fourteen characters in EDIFACT."""
    text = number.strip()
    if not text.isdecimal():
        return f"{text[:7]}-{_NEVER_SENT}"
    return str(int(text) + (_NEVER_SENT if int(text) < _NEVER_SENT else -_NEVER_SENT))


def _of_business(
    side: TradingPartner, document: Document, agreed: Agreed, *, refused: bool, prepared: datetime
) -> Iterator[Reply]:
    """What its people and its application say of a document, where that is owed."""
    if document.canonical is None or document.name is None:
        return
    for kind in agreed.owed.get(document.name, ()):
        said = _said(document.canonical, kind, side, refused=refused, issued=prepared.date())
        if said is None:
            continue
        as_type, version = agreed.formats.get(said.NAME) or _VERDICT_OF[side.family]
        yield Reply(kind, side.written(said, as_type, version, prepared=prepared))


def _said(
    document: CanonicalDocument, kind: str, side: TradingPartner, *, refused: bool, issued: date
) -> CanonicalDocument | None:
    """The answer of a kind to a document; None for acknowledgements, which are written apart, and for what it cannot answer."""
    number = str(side.coming)  # its own number is that of its envelope, so that none is left out
    if kind in APPLICATION or kind == "application_response":
        return verdict_on(document, number=number, issued=issued, refused=refused)
    if kind == "order_response" and isinstance(document, PurchaseOrder):
        return order_response_to(document, number=number, issued=issued, refused=refused, family=side.family)
    return None


def technical(owed: Mapping[str, Sequence[str]]) -> list[str]:
    """The acknowledgements among what is owed, TA1 first, each once."""
    kinds = {kind for some in owed.values() for kind in some}
    known = (TECHNICAL, "997", "999", "CONTRL", "cXML", "ApplicationResponse")
    return [kind for kind in known if kind in kinds]
