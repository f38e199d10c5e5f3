"""Translate, route and acknowledge: announced transmissions are claimed, judged, and settled in one transaction.

Accepted means: syntax valid, stored, and from then on owned by us.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import orjson
import structlog

from gateway.domain.agreement import DuplicatePolicy
from gateway.domain.failure import fingerprint
from gateway.domain.record import DocumentKeyRow, EventRow, FailureRow, InterchangeKeyRow
from gateway.domain.storable import storable, storable_json, storable_key
from gateway.errors import DataRefused, GatewayError
from gateway.ports import (
    Broker,
    ClaimedTransmission,
    Clock,
    Configuration,
    Earlier,
    Message,
    Observer,
    Published,
    Settlement,
    SettlementSession,
    Work,
)
from gateway.stages.acknowledge import Arrival, Owed, owed_for, transmit
from gateway.stages.claims import HeldClaims
from gateway.stages.compose import compose
from gateway.stages.halving import write_in_halves
from gateway.stages.isolation import WorkerDied, judge_alone
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange, judge
from gateway.stages.ledger import Ledger

log = structlog.get_logger(__name__)

_SLICE = 0.02
"""Seconds of CPU after which the loop gets a turn."""
_SUSPICIOUS = 3
"""The start that runs alone in a child process: two before it never ended."""
_KEY_PERIOD = timedelta(days=400)
"""How long a control number may not come again; partners who restart their numbers do so yearly at the earliest."""


class ClaimLost(Exception):
    """Some of the batch were no longer ours; the transaction is rolled back and the rest written again."""

    def __init__(self, kept: frozenset[UUID]) -> None:
        super().__init__()
        self.kept = kept


@dataclass(frozen=True, slots=True)
class _Fate:
    """What the database knows of a judged interchange: who used its number before, and what was answered then."""

    state: str
    interchange: JudgedInterchange
    duplicate_of: UUID | None = None
    answered: tuple[UUID, ...] = ()


class Translate:
    """Handles announced transmissions."""

    def __init__(
        self,
        *,
        work: Work,
        broker: Broker,
        configuration: Callable[[], Configuration],
        wake: Callable[[str], Awaitable[None]],
        clock: Clock,
        observer: Observer,
        new_id: Callable[[], UUID],
        node: str,
        claims: HeldClaims,
    ) -> None:
        self._work = work
        self._broker = broker
        self._configuration = configuration
        self._wake = wake
        self._clock = clock
        self._observer = observer
        self._new_id = new_id
        self._node = node
        self._claims = claims

    async def handle(self, ids: Sequence[UUID]) -> None:
        """Translate those of the announced transmissions that still wait. Raises when the database is away: sweep brings them back."""
        started = self._clock.monotonic()
        claim = self._new_id()
        claimed = await self._work.claim_transmissions(ids, claim=claim, lasting=self._claims.lasting)
        if not claimed:
            return
        try:
            with self._claims.holding(claim, [transmission.id for transmission in claimed]):
                await self._translate(claimed, claim)
        except (GatewayError, asyncio.CancelledError):
            await self._hand_back(claimed, claim)
            raise
        self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage="translate")
        self._observer.observe("edi_stage_batch_size", len(claimed), stage="translate")

    async def _translate(self, claimed: Sequence[ClaimedTransmission], claim: UUID) -> None:
        judged = await self._judge_all(claimed, claim)

        async def write(batch: Sequence[Judged]) -> None:
            await self._settle(claim, batch)

        async def give_up(one: Judged, error: DataRefused) -> None:
            text = f"The database refused what was read: {error}"
            await self._fail(one.transmission, claim, code="not-storable", message=text)

        await write_in_halves(judged, write, give_up)

    async def _judge_all(self, claimed: Sequence[ClaimedTransmission], claim: UUID) -> list[Judged]:
        configuration = self._configuration()
        judged = []
        turn = self._clock.monotonic()
        for transmission in claimed:
            try:
                if transmission.starts >= _SUSPICIOUS:
                    judged.append(await judge_alone(transmission, configuration, self._new_id))
                else:
                    judged.append(judge(transmission, configuration, self._new_id))
            except WorkerDied as error:
                await self._fail(transmission, claim, code="translation-crashed", message=str(error))
            except Exception as error:  # noqa: BLE001 - a bug met by one document must not take its neighbours along
                log.exception("translation_failed_unexpectedly", transmission=str(transmission.id))
                text = f"The translator failed unexpectedly: {type(error).__name__}: {error}"
                await self._fail(transmission, claim, code="translator-fault", message=text)
            if self._clock.monotonic() - turn > _SLICE:
                await asyncio.sleep(0)
                turn = self._clock.monotonic()
        return judged

    async def _settle(self, claim: UUID, batch: Sequence[Judged]) -> None:
        """Write a batch; when some of it is no longer ours, write the rest."""
        while batch:
            try:
                settlement = await self._write(claim, batch)
            except ClaimLost as lost:
                log.warning("claims_lost", transmissions=len(batch) - len(lost.kept))
                batch = [judged for judged in batch if judged.transmission.id in lost.kept]
            else:
                return await self._after_commit(settlement)

    async def _write(self, claim: UUID, batch: Sequence[Judged]) -> Settlement:
        settlement = Settlement()
        ledger = Ledger(settlement, self._new_id, self._node, self._clock.now())
        async with self._work.settlement() as session:
            fates = await self._fates(session, batch)
            documents = await self._document_fates(session, fates)
            drafts = []
            for judged in batch:
                ledger.transmission(judged)
                for interchange in judged.interchanges:
                    fate = _with_documents(fates[interchange.id], documents)
                    owed = self._owed(judged, fate, settlement)
                    drafts += [o.draft for o in owed]
                    settlement.acknowledgements += [o.row for o in owed]
                    settlement.deliveries += [o.delivery for o in owed if o.delivery]
                    answers = [f"{o.row.type} {o.row.verdict}" for o in owed]
                    answers += ["the earlier answer again"] * len(fate.answered)
                    ledger.interchange(
                        judged, fate.interchange, state=fate.state, duplicate_of=fate.duplicate_of, answers=answers
                    )
            settlement.outbounds = await compose(session, drafts, prepared=self._clock.now())
            moved = await session.settle(claim, settlement)
            if len(moved) < len(batch):
                raise ClaimLost(moved)
        return settlement

    def _owed(self, judged: Judged, fate: _Fate, settlement: Settlement) -> list[Owed]:
        where = Arrival(judged.transmission.id, judged.transmission.channel, judged.configuration)
        if not fate.answered:
            return owed_for(fate.interchange, where, self._new_id)
        again = [transmit(outbound, fate.interchange, where, self._new_id) for outbound in fate.answered]
        settlement.deliveries += [delivery for delivery in again if delivery]
        return []

    async def _fates(self, session: SettlementSession, batch: Sequence[Judged]) -> dict[UUID, _Fate]:
        """Decide duplicates of interchanges: by the batch itself first, then by what the database holds."""
        fates: dict[UUID, _Fate] = {}
        keys: dict[tuple[object, ...], InterchangeKeyRow] = {}
        repeats: list[tuple[JudgedInterchange, Earlier]] = []
        known = [interchange for judged in batch for interchange in judged.interchanges]
        for interchange in known:
            fates[interchange.id] = _Fate("refused" if interchange.refused else "accepted", interchange)
            if interchange.refused or interchange.policy is DuplicatePolicy.ACCEPT:
                continue
            row = _key(interchange)
            first = keys.setdefault(row[:5], row)
            if first is not row:
                repeats.append((interchange, Earlier(first.interchange, first.digest)))
        lost = await session.claim_interchange_keys(list(keys.values())) if keys else {}
        by_id = {interchange.id: interchange for interchange in known}
        repeats = [(i, lost.get(e.id, e)) for i, e in repeats] + [(by_id[given], e) for given, e in lost.items()]
        again = [e.id for i, e in repeats if i.policy is DuplicatePolicy.IGNORE and i.digest == e.digest]
        answered = await session.acknowledgements_of(again) if again else {}
        for interchange, earlier in repeats:
            fates[interchange.id] = _repeated(interchange, earlier, answered)
        return fates

    async def _document_fates(self, session: SettlementSession, fates: Mapping[UUID, _Fate]) -> dict[UUID, str]:
        """Decide duplicates of business documents: their new states, by id."""
        keys: dict[tuple[object, ...], DocumentKeyRow] = {}
        states: dict[UUID, str] = {}
        rows: dict[UUID, DocumentKeyRow] = {}
        for fate in fates.values():
            for document in fate.interchange.documents if fate.state == "accepted" else ():
                if not document.unique or fate.interchange.partner is None:
                    continue
                row = _document_key(document, fate.interchange)
                rows[document.id] = row
                first = keys.setdefault(row[:4], row)
                if first is not row:
                    states[document.id] = "duplicate" if first.digest == row.digest else "conflict"
        lost = await session.claim_document_keys(list(keys.values())) if keys else {}
        for given, earlier in lost.items():
            states[given] = "duplicate" if earlier.digest == rows[given].digest else "conflict"
            for other, row in rows.items():
                if other != given and row[:4] == rows[given][:4]:
                    states[other] = "duplicate" if earlier.digest == row.digest else "conflict"
        return states

    async def _after_commit(self, settlement: Settlement) -> None:
        """The transaction is through: tell the world. What is lost here, relay and sweep make good."""
        targets = {delivery.target for delivery in settlement.deliveries if delivery.state == "waiting"}
        for target in targets:
            await self._wake(target)
        self._count(settlement)
        if not settlement.outbox:
            return
        bodies = {row.document: row.json for row in settlement.canonical}
        messages = [
            Message(row.exchange, row.routing_key, bodies[row.document], str(row.id), orjson.loads(row.headers))
            for row in settlement.outbox
            if row.document is not None
        ]
        results = await self._broker.publish(messages)
        confirmed = [row.id for row, result in zip(settlement.outbox, results, strict=True) if result is not Published.UNKNOWN]
        try:
            await self._work.delete_outbox(confirmed)
        except GatewayError as error:
            log.warning("outbox_not_cleared", messages=len(confirmed), error=str(error))

    def _count(self, settlement: Settlement) -> None:
        for interchange in settlement.interchanges:
            self._observer.count("edi_interchanges_total", family=interchange.family, verdict=interchange.verdict)
            if interchange.state in ("duplicate", "conflict"):
                self._observer.count("edi_duplicates_total", kind="interchange")
        for document in settlement.documents:
            name = document.name or "unmapped"
            self._observer.count("edi_documents_total", document=name, direction="in", verdict=document.verdict)
            if document.state in ("duplicate", "conflict"):
                self._observer.count("edi_duplicates_total", kind="document")
        for finding in settlement.findings:
            self._observer.count("edi_findings_total", code=finding.code)
        for row in settlement.acknowledgements:
            self._observer.count("edi_acknowledgements_total", type=row.type, verdict=row.verdict)
        for failure in settlement.failures:
            self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)

    async def _fail(self, transmission: ClaimedTransmission, claim: UUID, *, code: str, message: str) -> None:
        """End one transmission that cannot be translated or stored: alone, visibly, with its bytes kept."""
        log.error("transmission_failed", transmission=str(transmission.id), code=code, reason=message)
        configuration = self._configuration()
        owner = configuration.owner_of(transmission.partner)
        message = storable(message)[:500]
        steps = storable_json([{"what": "failed", "detail": {"code": code, "message": message}}])
        failure = FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage="translate", code=code, partner=transmission.partner, route=None, owner=owner),
            stage="translate",
            code=code,
            partner=transmission.partner,
            route=None,
            owner=owner,
            message=message,
            remedy="Report this with the transmission's id: it is a fault of the gateway. The bytes are kept.",
            sample=transmission.id,
            transmission=transmission.id,
        )
        event = EventRow(transmission.id, "translate", transmission.id, steps, configuration.digest, self._node)
        waited = [transmission.id] if transmission.waited else []
        settlement = Settlement(
            transmissions=[(transmission.id, "failed")], events=[event], failures=[failure], waited=waited
        )
        async with self._work.settlement() as session:
            await session.settle(claim, settlement)
        self._observer.count("edi_failures_total", stage="translate", code=code)

    async def _hand_back(self, claimed: Sequence[ClaimedTransmission], claim: UUID) -> None:
        try:
            async with asyncio.timeout(5):
                await self._work.hand_back_transmissions([t.id for t in claimed], claim=claim)
        except (GatewayError, TimeoutError):
            log.warning("claims_left_to_expire", transmissions=len(claimed))


def _repeated(interchange: JudgedInterchange, earlier: Earlier, answered: Mapping[UUID, Sequence[UUID]]) -> _Fate:
    same = interchange.digest == earlier.digest
    if same and interchange.policy is DuplicatePolicy.IGNORE:
        silent = replace(interchange, documents=())
        return _Fate("duplicate", silent, earlier.id, tuple(answered.get(earlier.id, ())))
    return _Fate("duplicate" if same else "conflict", interchange.as_duplicate(), earlier.id)


def _with_documents(fate: _Fate, states: Mapping[UUID, str]) -> _Fate:
    if not any(document.id in states for document in fate.interchange.documents):
        return fate
    documents = tuple(replace(d, state=states.get(d.id, d.state)) for d in fate.interchange.documents)
    return replace(fate, interchange=replace(fate.interchange, documents=documents))


def _key(interchange: JudgedInterchange) -> InterchangeKeyRow:
    envelope = interchange.interchange.envelope
    return InterchangeKeyRow(
        family=envelope.family.value,
        sender=storable_key(str(envelope.sender)),
        receiver=storable_key(str(envelope.receiver)),
        test=envelope.test,
        control_number=storable_key(envelope.control_number),
        digest=interchange.digest,
        interchange=interchange.id,
        period=_KEY_PERIOD,
    )


def _document_key(document: JudgedDocument, interchange: JudgedInterchange) -> DocumentKeyRow:
    return DocumentKeyRow(
        partner=interchange.partner.id if interchange.partner else "",
        name=document.document.name or "",
        test=interchange.test,
        identity=document.identity,
        digest=hashlib.sha256(document.json or b"").digest(),
        document=document.id,
    )
