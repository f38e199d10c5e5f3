"""Hold: a large transmission is read one document at a time, and its documents are stored in slices while it is read.

Nothing of it goes further before the trailer has proved it whole; then `release` routes what waits. A restart reads again and
stores only what is missing: interchange ids follow from the transmission's, ordinals from the bytes.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from gateway.ports import ClaimedTransmission, Clock, Configuration, Settlement, Work
from gateway.ports.pulse import beat
from gateway.stages.judgement import Judged, JudgedInterchange, frame, hold_document, would_not_be_taken
from gateway.stages.ledger import Ledger
from translators import registry
from translators.contract import Document, DocumentRead, Interchange, InterchangeClosed, InterchangeOpened, Stray, Verdict
from translators.finding import Finding
from translators.refusal import with_refused

LARGE = 1_048_576
"""Transmissions above this size in bytes are held."""
_SLICE_DOCUMENTS = 100
_SLICE_BYTES = 1_048_576
_SLICE_SECONDS = 0.02
_FULL_FINDINGS = 1_000
"""So many refused documents keep all their findings for the acknowledgement; further ones keep the first."""


class HoldLost(Exception):
    """The transmission is no longer ours: another process reads it."""


@dataclass(slots=True)
class _Reading:
    """What was read so far."""

    interchanges: list[JudgedInterchange] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    open: JudgedInterchange | None = None
    documents: list[Document] = field(default_factory=list)
    refused: int = 0
    not_taken: dict[int, Finding] = field(default_factory=dict)


class Hold:
    """Reads large transmissions into the store."""

    def __init__(self, *, work: Work, clock: Clock, new_id: Callable[[], UUID], node: str) -> None:
        self._work = work
        self._clock = clock
        self._new_id = new_id
        self._node = node

    async def read(self, transmission: ClaimedTransmission, claim: UUID, configuration: Configuration) -> Judged:
        """Store all documents and answer what the acknowledgement needs. Raises HoldLost, or GatewayError: start again."""
        reading = _Reading()
        terms_for = partial(configuration.partnerships.terms_for, channel_partner=transmission.partner)
        judged = Judged(transmission, configuration, (), (), held=True)
        ledger = self._ledger()
        size, turn = 0, self._clock.monotonic()
        known, by = configuration.partnerships, transmission.partner
        provenance = known.provenance(transmission.channel, transmission.name, partner=by)
        for event in registry.read(transmission.body, terms_for, provenance=provenance):
            match event:
                case InterchangeOpened():
                    self._begin(reading, event, transmission, configuration)
                case DocumentRead():
                    size += self._store(ledger, judged, reading, event.document)
                case InterchangeClosed():
                    _finish(reading, event, transmission.body)
                case Stray():
                    reading.findings.append(event.finding)
            if len(ledger.settlement.documents) >= _SLICE_DOCUMENTS or size >= _SLICE_BYTES:
                await self._write(ledger.settlement, transmission.id, claim)
                ledger, size = self._ledger(), 0
            if self._clock.monotonic() - turn > _SLICE_SECONDS:
                await asyncio.sleep(0)
                beat()
                turn = self._clock.monotonic()
        await self._write(ledger.settlement, transmission.id, claim)
        return replace(judged, interchanges=tuple(reading.interchanges), findings=tuple(reading.findings))

    def _ledger(self) -> Ledger:
        return Ledger(Settlement(), self._new_id, self._node, self._clock.now())

    def _begin(
        self, reading: _Reading, event: InterchangeOpened, transmission: ClaimedTransmission, configuration: Configuration
    ) -> None:
        ordinal = len(reading.interchanges) + 1
        opened = Interchange(event.envelope, event.terms, event.envelope.offset, (), (), (), Verdict.ACCEPTED)
        reading.open = frame(derived_id(transmission.id, ordinal), ordinal, opened, transmission, configuration)
        reading.documents, reading.not_taken = [], {}

    def _store(self, ledger: Ledger, judged: Judged, reading: _Reading, document: Document) -> int:
        """Into the slice; answers its size. Only what the acknowledgement needs stays in memory."""
        if reading.open is None:
            return 0
        held = hold_document(document, reading.open, self._new_id)
        reason = would_not_be_taken(held, reading.open, judged)
        if reason is not None:
            reading.not_taken[document.ordinal] = reason
            refused = replace(document, verdict=Verdict.REJECTED, findings=(*document.findings, reason))
            held = replace(held, document=refused, state="rejected", json=None)
        ledger.store(judged, reading.open, held)
        findings: tuple[Finding, ...] = ()
        if document.verdict is not Verdict.ACCEPTED:
            reading.refused += 1
            findings = document.findings if reading.refused <= _FULL_FINDINGS else document.findings[:1]
        reading.documents.append(replace(document, canonical=None, findings=findings))
        return len(held.json or b"")

    async def _write(self, settlement: Settlement, transmission: UUID, claim: UUID) -> None:
        if settlement.documents and not await self._work.store_documents(transmission, claim=claim, settlement=settlement):
            raise HoldLost


def _finish(reading: _Reading, event: InterchangeClosed, body: bytes) -> None:
    opened = reading.open
    if opened is None:
        return
    envelope = opened.interchange.envelope
    whole = replace(
        opened.interchange,
        end=event.end,
        groups=event.groups,
        documents=tuple(reading.documents),
        findings=event.findings,
        verdict=event.verdict,
    )
    digest = hashlib.sha256(memoryview(body)[envelope.offset : event.end]).digest()
    whole = with_refused(whole, reading.not_taken) if reading.not_taken else whole
    reading.interchanges.append(replace(opened, interchange=whole, digest=digest))
    reading.open = None


def derived_id(transmission: UUID, ordinal: int) -> UUID:
    """The id of the n-th interchange of a held transmission: the same at every reading, and as old as the transmission."""
    seed = hashlib.sha256(transmission.bytes + ordinal.to_bytes(4)).digest()
    low = int.from_bytes(seed[:8]) & ((1 << 62) - 1)
    return UUID(int=(transmission.int >> 64 << 64) | 2 << 62 | low)
