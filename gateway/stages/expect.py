"""Expect: what partners will owe us for interchanges that are sealed, and which of what came in may answer some. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from gateway.domain.agreement import Agreement, Direction
from gateway.domain.expectation import ExpectationRow, Expected, Layer, SentDocument, expectations_for, layer_of
from gateway.domain.matching import ACKNOWLEDGEMENTS
from gateway.ports import Configuration
from gateway.stages.compose import Draft
from gateway.stages.judgement import Judged, JudgedInterchange
from gateway.stages.reconcile import Arrived
from translators.contract import Family


def expected_for(
    drafts: Sequence[Draft], configuration: Configuration, *, sent: datetime, new_id: Callable[[], UUID]
) -> list[ExpectationRow]:
    """What is expected for interchanges, to be written in the transaction that seals them."""
    rows: list[ExpectationRow] = []
    answers: dict[tuple[str | None, Family], tuple[Expected, ...]] = {}
    for draft in drafts:
        of_answers = (draft.partner, draft.outbound.family)
        if not draft.documents and of_answers not in answers:
            answers[of_answers] = tuple(_for_answers(configuration, *of_answers))
        documents = [
            SentDocument(ordinal, document.agreement.id, document.agreement.expect)
            for ordinal, document in enumerate(draft.documents, 1)
        ]
        rows += expectations_for(
            draft.id,
            partner=draft.partner,
            owner=configuration.owner_of(draft.partner, stage="reconcile"),
            documents=documents,
            of_the_interchange=() if documents else answers[of_answers],
            sent=sent,
            calendars=configuration.calendars,
            new_id=new_id,
        )
    return rows


def _for_answers(configuration: Configuration, partner: str | None, family: Family) -> Iterator[Expected]:
    """What agreements about documents that come in expect for the acknowledgements of them."""
    for agreement in _agreements(configuration, partner, Direction.IN):
        if agreement.family is family:
            yield from agreement.expect


def arrivals(settled: Iterable[tuple[Judged, JudgedInterchange]]) -> list[Arrived]:
    """The acknowledgements in accepted interchanges, and the business documents that may be an answer we wait for."""
    found: list[Arrived] = []
    awaited: dict[str, frozenset[str]] = {}
    for judged, interchange in settled:
        partner, envelope = interchange.partner, interchange.interchange.envelope
        if partner is None or interchange.direction is not Direction.IN:
            continue
        if partner.id not in awaited:
            awaited[partner.id] = _awaited(judged.configuration, partner.id)
        for document in interchange.documents:
            name, canonical = document.document.name, document.document.canonical
            taken = document.state == "consumed" or (name in awaited[partner.id] and document.state in _TAKEN)
            if taken and canonical is not None:
                pair = (str(envelope.receiver), str(envelope.sender))
                kind = document.document.type
                transmission = judged.transmission.id
                found.append(Arrived(document.id, transmission, partner.id, kind, pair, interchange.test, canonical))
    return found


def acknowledges(interchange: JudgedInterchange) -> bool:
    """Whether an interchange that was read into the store holds acknowledgements."""
    return any(document.name in ACKNOWLEDGEMENTS for document in interchange.interchange.documents)


_TAKEN = frozenset({"routed", "unrouted", "stopped"})


def _awaited(configuration: Configuration, partner: str) -> frozenset[str]:
    """The business documents by which a partner answers ours."""
    agreements = _agreements(configuration, partner, Direction.OUT)
    kinds = (expected.kind for agreement in agreements for expected in agreement.expect)
    return frozenset(kind for kind in kinds if layer_of(kind) is Layer.ANSWER)


def _agreements(configuration: Configuration, partner: str | None, direction: Direction) -> Iterator[Agreement]:
    for agreement in configuration.partnerships.agreements.values():
        if agreement.partner == partner and agreement.direction is direction:
            yield agreement
