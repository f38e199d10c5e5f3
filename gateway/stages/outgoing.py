"""Outgoing: canonical documents of other services for partners are judged and written as agreed. Pure CPU.

They come as transmissions like all others, by the exchange `edi.outbound`; what they become is sealed in the transaction that
ends their translation.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from gateway.domain.agreement import Agreement, Direction, DuplicatePolicy, Partner
from gateway.domain.provenance import by_way, this_gateway
from gateway.domain.record import DeliveryRow
from gateway.domain.route import Decision
from gateway.domain.rule import Failed
from gateway.domain.storable import storable_key
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.compose import Draft, DraftDocument, transmit, why_not_sealed
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange, frame
from gateway.stages.route import Routing, route_outgoing
from gateway.stages.to_warehouse import at_gate, for_application, reached_by_application
from translators import registry
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, Envelope, Family, Interchange, OutboundInterchange, Terms, Verdict, WrittenDocument
from translators.errors import DefinitionMissing, NotWritable
from translators.finding import Code, Severity, found
from translators.packing import packed
from translators.position import Position
from translators.provenance import Provenance

OUTBOUND = "edi.outbound"
"""The channel of these transmissions: the exchange they were published to."""

_TERMS = Terms()


def judge_outgoing(transmission: ClaimedTransmission, configuration: Configuration, new_id: Callable[[], UUID]) -> Judged:
    """Read canonical documents and write each as the agreement with its partner says. Never raises on any bytes."""
    partner = configuration.partnerships.partners.get(transmission.partner or "")
    if partner is None:
        message = f"No partner {transmission.partner!r} is configured: the routing key is <document>.<partner>."
        finding = found(Code.RECEIVER_UNKNOWN, message, Position(0), actual=transmission.partner)
        return Judged(transmission, configuration, (), (finding,))
    parties = {Family.JSON: (this_gateway(configuration.gateway_id), by_way(partner.id))}
    translation = registry.translate(transmission.body, _terms, provenance=Provenance(None, parties))
    interchanges = tuple(
        _judge_interchange(ordinal, _canonical_only(interchange), transmission, partner, configuration, new_id)
        for ordinal, interchange in enumerate(translation.interchanges, 1)
    )
    return Judged(transmission, configuration, interchanges, translation.findings)


def _terms(_envelope: Envelope) -> Terms:
    return _TERMS


def _canonical_only(interchange: Interchange) -> Interchange:
    """The interchange; refused when it is none of canonical documents."""
    if interchange.envelope.family is Family.JSON:
        return interchange
    message = f"Canonical documents are taken here, not {interchange.envelope.family.value}."
    finding = found(Code.DOCUMENT_TYPE_UNSUPPORTED, message, Position(interchange.envelope.offset), severity=Severity.ERROR)
    return replace(interchange, findings=(*interchange.findings, finding), verdict=Verdict.REJECTED)


def _judge_interchange(
    ordinal: int,
    interchange: Interchange,
    transmission: ClaimedTransmission,
    partner: Partner,
    configuration: Configuration,
    new_id: Callable[[], UUID],
) -> JudgedInterchange:
    judged = replace(
        frame(new_id(), ordinal, interchange, transmission, configuration),
        partner=partner,
        test=partner.test,
        policy=DuplicatePolicy.ACCEPT,  # the publisher's message id tells repeats, the document's number duplicates
        direction=Direction.OUT,
    )
    documents = (
        _judge_document(document, judged, partner, configuration, new_id(), transmission.named_route)
        for document in interchange.documents
    )
    released = transmission.release is not None
    return replace(judged, documents=tuple(at_gate(one, partner, configuration, released=released) for one in documents))


def _judge_document(
    document: Document,
    judged: JudgedInterchange,
    partner: Partner,
    configuration: Configuration,
    identifier: UUID,
    named_route: str | None,
) -> JudgedDocument:
    canonical = document.canonical
    if document.verdict is Verdict.REJECTED or judged.refused or canonical is None:
        state = "rejected" if document.verdict is Verdict.REJECTED else "refused" if judged.refused else "unmapped"
        return JudgedDocument(identifier, document, state, None, None, "", (), None)
    keys = tuple(storable_key(f"{kind}:{value}") for kind, value in canonical.business_keys)
    identity, json = storable_key(canonical.identity), canonical.to_json()
    if (warehouse := reached_by_application(canonical, partner, configuration)) is not None:
        return for_application(document, canonical, warehouse, identifier)
    agreements = configuration.partnerships.outgoing(partner.id, document.name or "")
    if len(agreements) != 1:
        stopped = _without_agreement(document, partner, agreements)
        return JudgedDocument(identifier, document, "stopped", None, json, identity, keys, stopped)
    (agreement,) = agreements
    routing = route_outgoing(
        document, json, partner=partner, agreement=agreement, test=judged.test, channel=OUTBOUND, configuration=configuration,
        named_route=named_route,
    )  # fmt: skip
    if routing.state != "routed":
        return JudgedDocument(identifier, document, routing.state, agreement, json, identity, keys, routing)
    written = _written(_as_routed(canonical, routing), agreement, partner, configuration)
    if isinstance(written, Failed):
        return JudgedDocument(identifier, document, "stopped", agreement, json, identity, keys, _stopped(written))
    document = replace(document, findings=(*document.findings, *written.findings))
    state = "kept" if configuration.partnerships.in_shadow(partner.id, [agreement]) else "routed"
    return JudgedDocument(identifier, document, state, agreement, json, identity, keys, routing, written)


def _as_routed(canonical: CanonicalDocument, routing: Routing) -> CanonicalDocument:
    """The document as the rules of its route left it."""
    return canonical if routing.json is None else type(canonical).model_validate_json(routing.json)


def _without_agreement(document: Document, partner: Partner, agreements: Sequence[Agreement]) -> Routing:
    if agreements:
        named = ", ".join(agreement.id for agreement in agreements)
        message = f"{partner.id} has several agreements about a {document.name} that goes out: {named}."
        return _stopped(Failed("agreement-ambiguous", partner.owner, message))
    message = f"{partner.id} has no agreement about a {document.name} that goes out."
    return _stopped(Failed("agreement-missing", partner.owner, message))


def _stopped(failed: Failed) -> Routing:
    return Routing("stopped", Decision(None, (), {}, failures=(failed,)), (), (failed,), None)


def _written(
    canonical: CanonicalDocument, agreement: Agreement, partner: Partner, configuration: Configuration
) -> WrittenDocument | Failed:
    """The document as agreed, tried in an envelope; or why it cannot be written."""
    partnerships = configuration.partnerships
    if partnerships.addresses(partner, agreement.family) is None:
        message = f"{partner.id} or this gateway has no identity for {agreement.family.value}."
        return Failed("identity-missing", partner.owner, message)
    try:
        written = registry.write(agreement.family, canonical, agreement.type, agreement.version, partnerships.writing(agreement))
    except (DefinitionMissing, NotWritable) as error:
        return Failed("not-writable", partner.owner, f"Agreement {agreement.id}: {error}")
    worst = next((finding.message for finding in written.findings if finding.severity is Severity.ERROR), "")
    tried = _packed([written], agreement, partner, configuration)
    problem = worst or next((problem for one in tried if (problem := why_not_sealed(one))), "")
    return Failed("not-writable", partner.owner, f"Agreement {agreement.id}: {problem}") if problem else written


def drafts(judged: Judged, interchange: JudgedInterchange, new_id: Callable[[], UUID]) -> Iterator[tuple[Draft, DeliveryRow]]:
    """What was written, put into interchanges as agreed, with the delivery of each. Documents that stopped are not in them."""
    partner, configuration = interchange.partner, judged.configuration
    if partner is None:
        return
    ready = [one for one in interchange.documents if one.state in ("routed", "kept") and one.written is not None]
    agreements = {document.agreement.id: document.agreement for document in ready if document.agreement is not None}
    for agreement in agreements.values():
        mine = [document for document in ready if document.agreement is agreement]
        by_body = {id(document.written.document): document for document in mine if document.written is not None}
        written = [document.written for document in mine if document.written is not None]
        for outbound in _packed(written, agreement, partner, configuration):
            held = tuple(
                _in_draft(by_body[id(one)], group.version, agreement) for group in outbound.groups for one in group.documents
            )
            draft = Draft(new_id(), judged.transmission.id, partner.id, agreement.type, outbound, held)
            way = transmit(
                draft.id,
                transmission=judged.transmission.id,
                partner=partner.id,
                channel=agreement.channel or "",
                test=interchange.test,
                new_id=new_id,
                agreement=agreement.id,
            )
            yield draft, way


def _in_draft(document: JudgedDocument, version: str, agreement: Agreement) -> DraftDocument:
    return DraftDocument(document.id, document.document.name or "", version, agreement, document.keys)


def _packed(
    written: Sequence[WrittenDocument], agreement: Agreement, partner: Partner, configuration: Configuration
) -> Iterator[OutboundInterchange]:
    parties = configuration.partnerships.addresses(partner, agreement.family)
    if parties is None:
        return iter(())
    sender, receiver = parties
    terms = configuration.partnerships.writing(agreement)
    return packed(agreement.family, written, sender=sender, receiver=receiver, test=partner.test, terms=terms)
