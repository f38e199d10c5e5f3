"""Release: waiting documents are routed in order, a batch in a transaction: those of a large interchange whose trailer proved it
whole, and those whose route looks something up. What they have to know is asked between two transactions.

Interchanges take turns, so that a small one does not wait for the end of a very large one.
Rows stay locked while their batch is judged, so several processes share the work and none does it twice.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog
from typing_extensions import override

from gateway.domain.lookup import Known, Question
from gateway.domain.record import BodyRow, ReleasedRow
from gateway.domain.route import Decision
from gateway.domain.rule import Failed
from gateway.errors import Contention, DataRefused
from gateway.ports import ClaimedTransmission, Clock, Configuration, Observer, PendingDocument, Settlement, Work
from gateway.stages.duplicates import document_states
from gateway.stages.expect import arrivals
from gateway.stages.judgement import Judged, JudgedDocument, JudgedInterchange, frame, release_document
from gateway.stages.ledger import Ledger
from gateway.stages.lookups import Lookups
from gateway.stages.publish import Publish
from gateway.stages.reconcile import reconcile
from gateway.stages.route import Routing
from gateway.stages.supersede import leave_out_what_was_done
from gateway.stages.woken import Woken
from translators.canonical import model_of
from translators.contract import Document, Envelope, Family, Identity, Interchange, Separators, Terms, Verdict

log = structlog.get_logger(__name__)

_BATCH = 100
_SLICE = 0.02
"""Seconds of CPU after which the loop gets a turn."""
_FIRST = UUID(int=0)


class Release(Woken):
    """Routes waiting documents."""

    FAILED = "release_failed"

    def __init__(
        self,
        *,
        work: Work,
        publish: Publish,
        configuration: Callable[[], Configuration],
        clock: Clock,
        observer: Observer,
        new_id: Callable[[], UUID],
        node: str,
        lookups: Lookups | None = None,
        poll: float = 1.0,
    ) -> None:
        super().__init__(poll=poll)
        self._lookups = lookups or Lookups({}, clock.monotonic)
        self._work = work
        self._publish = publish
        self._configuration = configuration
        self._clock = clock
        self._observer = observer
        self._new_id = new_id
        self._node = node
        self._turn = _FIRST

    async def close(self) -> None:
        """End the connections to applications that are asked."""
        await self._lookups.close()

    @override
    async def round(self) -> int:
        """Release until nothing waits; answers how many. Raises GatewayError when the database is away."""
        total = 0
        while released := await self._batch():
            total += released
        return total

    async def _batch(self) -> int:
        """One batch; when the database refuses it for reasons of data, one by one, and the one that is refused alone stops."""
        try:
            return await self._release(_BATCH)
        except Contention:
            return await self._release(_BATCH)
        except DataRefused:
            try:
                return await self._release(1)
            except DataRefused as error:
                log.exception("document_refused_by_store")
                return await self._release(1, refused=f"The database refused what routing made of it: {error}")

    async def _release(self, limit: int, *, refused: str = "") -> int:
        if self._lookups.full:
            return 0
        started, turn = self._clock.monotonic(), self._turn
        configuration = self._configuration()
        settlement = Settlement()
        ledger = Ledger(settlement, self._new_id, self._node, self._clock.now())
        async with self._work.release() as session:
            pending = await session.lock_pending_documents(limit, self._turn, without=self._lookups.waiting)
            if not pending and self._turn != _FIRST:
                pending = await session.lock_pending_documents(limit, _FIRST, without=self._lookups.waiting)
            self._turn = pending[0].interchange if pending else _FIRST
            if not pending:
                return 0
            judged, wanted = _apart(await self._judge_all(pending, configuration, refused))
            states = await document_states(session, [interchange for _, interchange in judged], _roots(judged))
            rows, settled = [], []
            for transmission, interchange in judged:
                document = interchange.documents[0]
                document = replace(document, state=states.get(document.id, document.state))
                ledger.release(transmission, interchange, document, [])
                if document.state == "conflict":
                    ledger.conflict(transmission, interchange, document)
                rows.append(_row(document))
                settled.append((transmission, replace(interchange, documents=(document,))))
                settlement.canonical.append(BodyRow(transmission.transmission.id, document.id, document.json or b""))
            await leave_out_what_was_done(session, [transmission for transmission, _ in judged], settlement, self._node)
            await session.settle_release(rows, settlement)
            woken, _ = await reconcile(session, arrivals(settled), configuration, new_id=self._new_id, node=self._node)
            settlement.woken += woken
        await self._publish.after_commit(settlement)
        self._count(rows)
        self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage="release")
        self._observer.observe("edi_stage_batch_size", len(pending), stage="release")
        if wanted:
            self._turn = turn  # the same ones again, with the answers
            await self._lookups.ask(wanted)
        else:
            self._lookups.forget()
        return len(pending)

    def _count(self, rows: Iterable[ReleasedRow]) -> None:
        for row in rows:
            if row.state in ("routed", "unrouted", "stopped"):
                self._observer.count("edi_routed_total", route=row.route or "none", outcome=row.state)

    async def _judge_all(
        self, pending: Sequence[PendingDocument], configuration: Configuration, refused: str
    ) -> list[tuple[Judged, JudgedInterchange]]:
        judged, turn = [], self._clock.monotonic()
        for document in pending:
            judged.append(_judge(document, configuration, refused, self._lookups.known))
            if self._clock.monotonic() - turn > _SLICE:
                await asyncio.sleep(0)
                turn = self._clock.monotonic()
        return judged


def _apart(
    judged: Sequence[tuple[Judged, JudgedInterchange]],
) -> tuple[list[tuple[Judged, JudgedInterchange]], dict[UUID, Sequence[Question]]]:
    """Those that are decided, and what the others want to know."""
    decided = [(judged, interchange) for judged, interchange in judged if interchange.documents[0].state != "pending"]
    undecided = [interchange.documents[0] for _, interchange in judged if interchange.documents[0].state == "pending"]
    return decided, {one.id: one.routing.decision.wanted for one in undecided if one.routing is not None}


def _judge(
    pending: PendingDocument, configuration: Configuration, refused: str, known: Known
) -> tuple[Judged, JudgedInterchange]:
    """The document in its envelope again, routed."""
    transmission = ClaimedTransmission(
        id=pending.transmission,
        channel=pending.channel,
        partner=pending.partner,
        name=pending.file,
        traceparent=pending.traceparent,
        waited=False,
        sha256=b"",
        size=0,
        starts=0,
        received_at=pending.received_at,
        body=b"",
        replay=pending.replay,
    )
    framed = frame(pending.interchange, pending.interchange_ordinal, _interchange(pending), transmission, configuration)
    interchange = replace(framed, test=pending.test)
    held = _held(pending)
    if interchange.partner is None:
        refused = f"Partner {pending.partner} is no longer configured."
    document = (
        _stopped(held, configuration, refused)
        if refused
        else release_document(held, interchange, pending.channel, configuration, known, named_route=transmission.named_route)
    )
    return Judged(transmission, configuration, (), (), held=True), replace(interchange, documents=(document,))


def _roots(judged: Sequence[tuple[Judged, JudgedInterchange]]) -> dict[UUID, UUID]:
    return {i.id: j.transmission.replay.root for j, i in judged if j.transmission.replay is not None}


def _interchange(pending: PendingDocument) -> Interchange:
    envelope = Envelope(
        family=Family(pending.family),
        sender=_identity(pending.sender),
        receiver=_identity(pending.receiver),
        control_number=pending.interchange_number,
        version="",
        test=pending.test,
        acknowledgement_requested="",
        prepared="",
        offset=0,
        header=(),
        separators=Separators("", "", ""),
    )
    return Interchange(envelope, Terms(), 0, (), (), (), Verdict.ACCEPTED)


def _held(pending: PendingDocument) -> JudgedDocument:
    canonical = model_of(pending.name).model_validate_json(pending.json)
    document = Document(
        ordinal=pending.ordinal,
        group=0,
        type=pending.type,
        version=pending.version,
        association="",
        control_number=pending.control_number,
        start=0,
        end=0,
        segments=0,
        verdict=Verdict(pending.verdict),
        name=pending.name,
        canonical=canonical,
    )
    return JudgedDocument(pending.id, document, "pending", None, pending.json, canonical.identity, pending.keys, None)


def _stopped(held: JudgedDocument, configuration: Configuration, reason: str) -> JudgedDocument:
    failed = Failed("not-releasable", configuration.owner_of(None, stage="route"), reason)
    routing = Routing("stopped", Decision(None, (), {}, failures=(failed,)), (), (failed,), None)
    return replace(held, state="stopped", routing=routing)


def _identity(text: str) -> Identity:
    qualifier, _, name = text.partition(":")
    return Identity(qualifier, name)


def _row(document: JudgedDocument) -> ReleasedRow:
    route = document.routing.route if document.routing and document.state in ("routed", "stopped", "kept") else None
    return ReleasedRow(document.id, document.state, document.agreement.id if document.agreement else None, route)
