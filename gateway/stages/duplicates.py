"""Duplicates: what the database knows of interchanges and documents that were judged, decided by its unique keys.

Runs in the transaction that settles them, so that a copy which meets an undecided first waits for it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from gateway.domain.agreement import Direction, DuplicatePolicy
from gateway.domain.record import AcknowledgementRow, DocumentKeyRow, InterchangeKeyRow
from gateway.domain.storable import storable_key
from gateway.ports import DocumentKeys, Earlier, SettlementSession
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange

_KEY_PERIOD = timedelta(days=400)
"""How long a control number may not come again; partners who restart their numbers do so yearly at the earliest."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What the database knows of a judged interchange: who used its number before, and what was answered then.

    `ignored`: it is answered as the first one was.
    """

    state: str
    interchange: JudgedInterchange
    duplicate_of: UUID | None = None
    answered: tuple[UUID, ...] = ()
    ignored: bool = False


async def interchange_fates(session: SettlementSession, batch: Sequence[Judged]) -> dict[UUID, Fate]:
    """Decide duplicates of interchanges: by the batch itself first, then by what the database holds."""
    fates: dict[UUID, Fate] = {}
    keys: dict[tuple[object, ...], InterchangeKeyRow] = {}
    repeats: list[tuple[JudgedInterchange, Earlier]] = []
    known = [interchange for judged in batch for interchange in judged.interchanges]
    for interchange in known:
        fates[interchange.id] = Fate("refused" if interchange.refused else "accepted", interchange)
        if interchange.refused or interchange.policy is DuplicatePolicy.ACCEPT:
            continue
        row = _key(interchange)
        first = keys.setdefault(row[:5], row)
        if first is not row:
            repeats.append((interchange, Earlier(first.interchange, first.digest)))
    lost = await session.claim_interchange_keys(list(keys.values())) if keys else {}
    lost = await not_our_own(lost, roots_of(batch), session.interchanges_in_lines)
    by_id = {interchange.id: interchange for interchange in known}
    repeats = [(i, lost.get(e.id, e)) for i, e in repeats] + [(by_id[given], e) for given, e in lost.items()]
    again = [e.id for i, e in repeats if i.policy is DuplicatePolicy.IGNORE and i.digest == e.digest]
    answered = await session.acknowledgements_of(again) if again else {}
    for interchange, earlier in repeats:
        fates[interchange.id] = _repeated(interchange, earlier, answered)
    return fates


def roots_of(batch: Iterable[Judged]) -> dict[UUID, UUID]:
    """Of interchanges that are processed again: the first transmission of their line."""
    return {i.id: judged.transmission.replay.root for judged in batch if judged.transmission.replay for i in judged.interchanges}


async def not_our_own(
    lost: Mapping[UUID, Earlier],
    roots: Mapping[UUID, UUID],
    in_lines: Callable[[Sequence[tuple[UUID, UUID]]], Awaitable[frozenset[UUID]]],
) -> dict[UUID, Earlier]:
    """The keys that somebody else holds: those that an earlier run of the same line holds are a replay's own."""
    pairs = [(earlier.id, roots[given]) for given, earlier in lost.items() if given in roots]
    own = await in_lines(pairs) if pairs else frozenset[UUID]()
    return {given: earlier for given, earlier in lost.items() if given not in roots or earlier.id not in own}


async def document_states(
    session: DocumentKeys, interchanges: Iterable[JudgedInterchange], roots: Mapping[UUID, UUID]
) -> dict[UUID, str]:
    """Decide duplicates of business documents: their new states, by id. `roots` are those of interchanges that come again."""
    keys: dict[tuple[object, ...], DocumentKeyRow] = {}
    states: dict[UUID, str] = {}
    rows: dict[UUID, DocumentKeyRow] = {}
    lines: dict[UUID, UUID] = {}
    for interchange in interchanges:
        for document in interchange.documents:
            if not document.unique or interchange.partner is None:
                continue
            row = _document_key(document, interchange)
            rows[document.id] = row
            lines |= {document.id: roots[interchange.id]} if interchange.id in roots else {}
            first = keys.setdefault(row[:4], row)
            if first is not row:
                states[document.id] = "duplicate" if first.digest == row.digest else "conflict"
    held = await session.claim_document_keys(list(keys.values())) if keys else {}
    lost = await not_our_own(held, lines, session.documents_in_lines)
    if own := held.keys() - lost.keys():
        await session.take_over_document_keys([rows[given] for given in own], [held[given].id for given in own])
    for given, earlier in lost.items():
        states[given] = "duplicate" if earlier.digest == rows[given].digest else "conflict"
        for other, row in rows.items():
            if other != given and row[:4] == rows[given][:4]:
                states[other] = "duplicate" if earlier.digest == row.digest else "conflict"
    return states


def _repeated(interchange: JudgedInterchange, earlier: Earlier, answered: Mapping[UUID, Sequence[UUID]]) -> Fate:
    same = interchange.digest == earlier.digest
    if same and interchange.policy is DuplicatePolicy.IGNORE:
        silent = replace(interchange, documents=())
        return Fate("duplicate", silent, earlier.id, tuple(answered.get(earlier.id, ())), ignored=True)
    return Fate("duplicate" if same else "conflict", interchange.as_duplicate(), earlier.id)


def with_answers(fate: Fate, owed: Iterable[AcknowledgementRow]) -> Fate:
    """The fate with the answers to the first, where that is settled with this one and its answers are among those owed now."""
    if not fate.ignored or fate.answered:
        return fate
    return replace(fate, answered=tuple(row.outbound for row in owed if row.interchange == fate.duplicate_of))


def with_documents(fate: Fate, states: Mapping[UUID, str]) -> Fate:
    """The fate with the states of those documents that were seen before."""
    if not any(document.id in states for document in fate.interchange.documents):
        return fate
    documents = tuple(replace(d, state=states.get(d.id, d.state)) for d in fate.interchange.documents)
    return replace(fate, interchange=replace(fate.interchange, documents=documents))


def _key(interchange: JudgedInterchange) -> InterchangeKeyRow:
    """What an interchange is known by: its control number; what has none (flat files, JSON) is known by its bytes."""
    envelope = interchange.interchange.envelope
    return InterchangeKeyRow(
        family=envelope.family.value,
        sender=storable_key(str(envelope.sender)),
        receiver=storable_key(str(envelope.receiver)),
        test=envelope.test,
        control_number=storable_key(envelope.control_number) or interchange.digest.hex(),
        digest=interchange.digest,
        interchange=interchange.id,
        period=_KEY_PERIOD,
    )


def _document_key(document: JudgedDocument, interchange: JudgedInterchange) -> DocumentKeyRow:
    name = document.document.name or ""
    return DocumentKeyRow(
        partner=interchange.partner.id if interchange.partner else "",
        name=name if interchange.direction is Direction.IN else f"{Direction.OUT}/{name}",  # both number their own
        test=interchange.test,
        identity=document.identity,
        digest=hashlib.sha256(document.json or b"").digest(),
        document=document.id,
    )
