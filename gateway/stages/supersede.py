"""Supersede: what a replay does to the earlier runs of its line, in the transaction that settles it.

Deliveries keep their idempotency keys, so what was done is left out and what was not is given up; documents for partners that
stand in an interchange already are not sent again.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from gateway.domain.agreement import Direction
from gateway.domain.record import DeliveryRow, EventRow
from gateway.domain.storable import storable_json
from gateway.domain.superseding import Superseding, supersede
from gateway.ports import Lines, SealedDocument, Settlement, SettlementSession
from gateway.stages.duplicates import Fate
from gateway.stages.judgement import Judged, JudgedDocument


async def without_what_was_sent(session: Lines, judged: Judged, fate: Fate) -> Fate:
    """Of a replay of documents for a partner: those that stand in an interchange of ours already are duplicates."""
    terms, interchange = judged.transmission.replay, fate.interchange
    if terms is None or interchange.direction is not Direction.OUT or not interchange.documents:
        return fate
    sealed = await session.sealed_in_line(terms.root)
    if not sealed:
        return fate
    documents = tuple(replace(d, state="duplicate") if _stands_in(d, sealed) else d for d in interchange.documents)
    return replace(fate, interchange=replace(interchange, documents=documents))


def _stands_in(document: JudgedDocument, sealed: Sequence[SealedDocument]) -> bool:
    return any(one.name == (document.document.name or "") and one.keys == document.keys for one in sealed)


async def supersede_earlier(
    session: SettlementSession, batch: Sequence[Judged], fates: dict[UUID, Fate], settlement: Settlement, node: str
) -> None:
    """Decide about the deliveries of replays in a batch that is about to be settled.

    A replay of which no interchange was accepted leaves everything as it was.
    """
    for judged in batch:
        terms = judged.transmission.replay
        if terms is None or not any(fates[interchange.id].state == "accepted" for interchange in judged.interchanges):
            continue
        earlier = await session.lock_line_deliveries(terms.root, None)
        own = judged.transmission.id
        result = supersede(_of_documents(settlement, own), [one for one in earlier if one.transmission != own])
        if result.given_up:
            ids = [one.id for one in result.given_up]
            await session.void_superseded(ids, by=own, configuration=judged.configuration.digest, node=node)
        _apply(settlement, judged, result, node)


async def leave_out_what_was_done(session: Lines, batch: Sequence[Judged], settlement: Settlement, node: str) -> None:
    """The same for documents of large transmissions that are released: what stood before was given up with their trailer."""
    for judged in {judged.transmission.id: judged for judged in batch}.values():
        terms, own = judged.transmission.replay, judged.transmission.id
        new = _of_documents(settlement, own)
        if terms is None or not new:
            continue
        earlier = await session.lock_line_deliveries(terms.root, [row.idempotency_key for row in new])
        result = supersede(new, [one for one in earlier if one.transmission != own])
        _apply(settlement, judged, result, node)


def _of_documents(settlement: Settlement, transmission: UUID) -> list[DeliveryRow]:
    return [row for row in settlement.deliveries if row.transmission == transmission and row.document is not None]


def _apply(settlement: Settlement, judged: Judged, result: Superseding, node: str) -> None:
    """Put what is made in the place of what was wanted, and write into the journal what is not made and why."""
    own = judged.transmission.id
    others = [row for row in settlement.deliveries if row.transmission != own or row.document is None]
    settlement.deliveries[:] = [*others, *result.made]
    for row, stands in result.left_out:
        detail = {"target": row.target, "state": stands.state, "reference": stands.reference, "delivery": str(stands.id)}
        _event(settlement, judged, row.document or own, "left_to_earlier_delivery", detail, node)


def _event(settlement: Settlement, judged: Judged, subject: UUID, what: str, detail: dict[str, str | None], node: str) -> None:
    said = {name: value for name, value in detail.items() if value}
    steps = storable_json([{"what": what, "detail": said}])
    settlement.events.append(EventRow(judged.transmission.id, "replay", subject, steps, judged.configuration.digest, node))
