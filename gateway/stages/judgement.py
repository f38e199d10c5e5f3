"""Judgement: what a transmission holds and what is to become of it, as far as that can be known without the database. Pure CPU.

Duplicates are decided later, in the transaction that settles the batch.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from gateway.domain.agreement import Agreement, Direction, DuplicatePolicy, Partner, Unroutable
from gateway.domain.history import is_history
from gateway.domain.lookup import NOTHING_KNOWN, Known
from gateway.domain.matching import ACKNOWLEDGEMENTS
from gateway.domain.storable import storable_key
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.route import Routing, route_document
from translators import registry
from translators.contract import Document, Interchange, Translation, Verdict, WrittenDocument
from translators.finding import Code, Finding, Severity, found
from translators.position import Position
from translators.refusal import with_refused


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """A document, its state as far as known, and where it would go. `json` is its canonical form, dumped once."""

    id: UUID
    document: Document
    state: str
    agreement: Agreement | None
    json: bytes | None
    identity: str
    keys: tuple[str, ...]
    routing: Routing | None
    written: WrittenDocument | None = None
    """What it is for the partner, when it goes to one."""
    released: bool = False
    """Whether it comes from the gate before warehouses, where its like was known already."""

    @property
    def unique(self) -> bool:
        """Whether a second one with the same identity would be a duplicate: originals that were accepted."""
        stored = self.state in ("routed", "unrouted", "stopped", "held", "kept") and not self.released
        return stored and getattr(self.document.canonical, "purpose", "") == "original"


@dataclass(frozen=True, slots=True)
class JudgedInterchange:
    """An interchange, who sent it, and its documents. `digest` tells a repeat from a conflict."""

    id: UUID
    ordinal: int
    interchange: Interchange
    partner: Partner | None
    test: bool
    policy: DuplicatePolicy
    digest: bytes
    documents: tuple[JudgedDocument, ...]
    direction: Direction = Direction.IN

    @property
    def refused(self) -> bool:
        """Whether none of it was taken, because the envelope itself was at fault."""
        return self.interchange.verdict is Verdict.REJECTED and _refused_as_a_whole(self.interchange)

    def as_out_of_sequence(self, expected: str) -> "JudgedInterchange":
        """The same interchange, refused because another control number was due."""
        envelope = self.interchange.envelope
        message = f"Control number {envelope.control_number} of {envelope.sender} is out of sequence."
        place, number = Position(envelope.offset), envelope.control_number
        finding = found(Code.INTERCHANGE_OUT_OF_SEQUENCE, message, place, expected=expected, actual=number)
        return self._refused(finding)

    def as_duplicate(self) -> "JudgedInterchange":
        """The same interchange, refused because its control number was used before."""
        envelope = self.interchange.envelope
        number = envelope.control_number
        message = f"Control number {number} was used before by {envelope.sender}." if number else "The same file came before."
        finding = found(Code.INTERCHANGE_DUPLICATE, message, Position(envelope.offset), actual=number or None)
        return self._refused(finding)

    def _refused(self, finding: Finding) -> "JudgedInterchange":
        groups = tuple(replace(group, accepted=0, verdict=Verdict.REJECTED) for group in self.interchange.groups)
        refused = replace(
            self.interchange, findings=(*self.interchange.findings, finding), verdict=Verdict.REJECTED, groups=groups
        )
        return replace(self, interchange=refused, documents=())


@dataclass(frozen=True, slots=True)
class Judged:
    """A transmission with all that was found in it."""

    transmission: ClaimedTransmission
    configuration: Configuration
    interchanges: tuple[JudgedInterchange, ...]
    findings: tuple[Finding, ...]
    held: bool = False
    """Whether its documents were stored while it was read, to be released after the trailer."""

    @property
    def waits(self) -> bool:
        """Whether documents of it are to be released: it was held, or they wait for answers to lookups."""
        return self.held or any(document.state == "pending" for one in self.interchanges for document in one.documents)

    @property
    def state(self) -> str:
        """What the transmission becomes: `unreadable` when nothing in it could be taken for an interchange."""
        return "translated" if self.interchanges else "unreadable"


def judge(transmission: ClaimedTransmission, configuration: Configuration, new_id: Callable[[], UUID]) -> Judged:
    """Translate and route everything in a transmission. Never raises on any bytes."""
    terms_for = partial(configuration.partnerships.terms_for, channel_partner=transmission.partner)
    provenance = configuration.partnerships.provenance(transmission.channel, transmission.name, partner=transmission.partner)
    translation = registry.translate(transmission.body, terms_for, provenance=provenance)
    return judge_translation(transmission, translation, configuration, new_id)


def judge_translation(
    transmission: ClaimedTransmission, translation: Translation, configuration: Configuration, new_id: Callable[[], UUID]
) -> Judged:
    """Route what was translated."""
    interchanges = tuple(
        _judge_interchange(ordinal, interchange, transmission, configuration, new_id)
        for ordinal, interchange in enumerate(translation.interchanges, 1)
    )
    return Judged(transmission, configuration, interchanges, translation.findings)


def _judge_interchange(
    ordinal: int,
    interchange: Interchange,
    transmission: ClaimedTransmission,
    configuration: Configuration,
    new_id: Callable[[], UUID],
) -> JudgedInterchange:
    judged = frame(new_id(), ordinal, interchange, transmission, configuration)
    documents = [_judge_document(document, judged, transmission, configuration, new_id) for document in interchange.documents]
    reasons = {one.document.ordinal: reason for one in documents if (reason := not_taken(one))}
    if not reasons:
        return replace(judged, documents=tuple(documents))
    refused = with_refused(interchange, reasons)
    return replace(
        judged,
        interchange=refused,
        documents=tuple(
            replace(one, document=document, state="rejected", json=None, routing=None) if document.ordinal in reasons else one
            for one, document in zip(documents, refused.documents, strict=True)
        ),
    )


def would_not_be_taken(held: JudgedDocument, judged: JudgedInterchange, whole: Judged) -> Finding | None:
    """The same of a document that waits for the trailer: it is routed now only where the agreement asks."""
    transmission, configuration = whole.transmission, whole.configuration
    agreement = _agreement(held.document, judged, configuration)
    if held.state != "pending" or agreement is None or agreement.unroutable is Unroutable.ACCEPT:
        return None
    return not_taken(release_document(held, judged, transmission.channel, configuration, named_route=transmission.named_route))


def not_taken(judged: JudgedDocument) -> Finding | None:
    """Why a valid document is refused before it is acknowledged: no route takes it, and the agreement wants that said."""
    routed = judged.routing.state if judged.routing is not None else judged.state
    if routed != "unrouted" or judged.agreement is None or judged.agreement.unroutable is Unroutable.ACCEPT:
        return None
    place = Position(judged.document.start)
    return found(Code.DOCUMENT_NOT_ROUTABLE, "No route takes this document, and the agreement asks to refuse such.", place)


def frame(
    identifier: UUID, ordinal: int, interchange: Interchange, transmission: ClaimedTransmission, configuration: Configuration
) -> JudgedInterchange:
    """An interchange with who sent it and under which terms, still without its documents."""
    partnerships, envelope = configuration.partnerships, interchange.envelope
    partner = partnerships.partner_of(envelope)
    policy = partnerships.duplicate_policy(partner.id, envelope.family) if partner else DuplicatePolicy.REJECT
    return JudgedInterchange(
        id=identifier,
        ordinal=ordinal,
        interchange=interchange,
        partner=partner,
        test=partnerships.is_test(envelope),
        policy=policy,
        digest=hashlib.sha256(memoryview(transmission.body)[envelope.offset : interchange.end]).digest(),
        documents=(),
    )


def _judge_document(
    document: Document,
    judged: JudgedInterchange,
    transmission: ClaimedTransmission,
    configuration: Configuration,
    new_id: Callable[[], UUID],
) -> JudgedDocument:
    held = hold_document(document, judged, new_id)
    if held.state != "pending":
        return held
    return release_document(held, judged, transmission.channel, configuration, named_route=transmission.named_route)


def hold_document(document: Document, judged: JudgedInterchange, new_id: Callable[[], UUID]) -> JudgedDocument:
    """A document as far as it can be judged before the trailer: `pending`, or at its end already."""
    state, canonical = _state(document, judged), document.canonical
    if state not in ("accepted", "consumed") or canonical is None or judged.partner is None:
        return JudgedDocument(new_id(), document, state, None, None, "", (), None)
    state = "pending" if state == "accepted" else state
    keys = tuple(storable_key(f"{kind}:{value}") for kind, value in canonical.business_keys)
    identity = storable_key(canonical.identity)
    return JudgedDocument(new_id(), document, state, None, canonical.to_json(), identity, keys, None)


def release_document(
    held: JudgedDocument,
    judged: JudgedInterchange,
    channel: str,
    configuration: Configuration,
    known: Known = NOTHING_KNOWN,
    *,
    named_route: str | None = None,
) -> JudgedDocument:
    """Route a pending document, by the route that a person named where one did. It stays pending where lookups have to be
    answered that are not in `known`; history is kept without being routed, and what another gateway still does is kept with its
    route.
    """
    document, partner = held.document, judged.partner
    if partner is None or held.json is None:
        raise ValueError(f"document {held.id} has no partner or no canonical form")
    envelope, agreement = judged.interchange.envelope, _agreement(document, judged, configuration)
    if is_history(channel):
        return replace(held, state="kept", agreement=agreement)
    routing = route_document(
        document, held.json, partner=partner, agreement=agreement, test=judged.test,
        envelope=envelope, channel=channel, configuration=configuration, known=known, named_route=named_route,
    )  # fmt: skip
    shadow = routing.state != "pending" and configuration.partnerships.in_shadow(partner.id, [agreement])
    return replace(held, state="kept" if shadow else routing.state, agreement=agreement, routing=routing)


def _agreement(document: Document, judged: JudgedInterchange, configuration: Configuration) -> Agreement | None:
    if judged.partner is None:
        return None
    family = judged.interchange.envelope.family
    return configuration.partnerships.agreement(
        judged.partner.id, Direction.IN, family, type=document.type, version=document.version
    )


def _state(document: Document, judged: JudgedInterchange) -> str:
    """`accepted` when it may go on; otherwise its final state. Documents that answer ours are consumed, and never answered."""
    if document.verdict is Verdict.REJECTED:
        return "rejected"
    if judged.refused or _group_refused(document, judged.interchange):
        return "refused"
    if document.canonical is None:
        return "unmapped"
    return "consumed" if document.name in ACKNOWLEDGEMENTS else "accepted"


def _group_refused(document: Document, interchange: Interchange) -> bool:
    groups = [group for group in interchange.groups if group.ordinal == document.group]
    return any(finding.severity is Severity.ERROR for group in groups for finding in group.findings)


def _refused_as_a_whole(interchange: Interchange) -> bool:
    return any(finding.severity is Severity.ERROR for finding in interchange.findings)
