"""Translate, route and acknowledge: announced transmissions are claimed, judged, and settled in one transaction.

Accepted means: syntax valid, stored, and from then on owned by us.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from gateway.domain.agreement import Direction
from gateway.domain.failure import fingerprint
from gateway.domain.history import is_history
from gateway.domain.record import DeliveryRow, EventRow, FailureRow
from gateway.domain.storable import storable, storable_json
from gateway.errors import BodyUnreadable, ConfigurationInvalid, DataRefused, GatewayError
from gateway.ports import ClaimedTransmission, Clock, Configuration, Observer, Settlement, SettlementSession, Work
from gateway.ports.pulse import beat
from gateway.ports.tracing import Batch, SpanKind, batch
from gateway.stages import outgoing
from gateway.stages.acknowledge import Arrival, Owed, answer_by, owed_for
from gateway.stages.answer import answers
from gateway.stages.child import WorkerDied
from gateway.stages.claims import HeldClaims
from gateway.stages.compose import Draft, compose
from gateway.stages.duplicates import Fate, document_states, interchange_fates, roots_of, with_answers, with_documents
from gateway.stages.expect import acknowledges, arrivals, expected_for
from gateway.stages.halving import write_in_halves
from gateway.stages.hold import LARGE, Hold, HoldLost
from gateway.stages.isolation import Isolation
from gateway.stages.judgement import Judged, JudgedInterchange, judge
from gateway.stages.ledger import Ledger
from gateway.stages.publish import Publish
from gateway.stages.reconcile import reconcile
from gateway.stages.sequence import Held, TooEarly, held_for, hold_failure, in_sequence, remember
from gateway.stages.supersede import supersede_earlier, without_what_was_sent
from gateway.stages.triggered import is_triggered, judge_triggered
from gateway.stages.withhold import handed_over, in_shadow, is_quiet, withheld
from translators import registry
from translators.contract import Verdict

log = structlog.get_logger(__name__)

_SLICE = 0.02
"""Seconds of CPU after which the loop gets a turn."""
_MOST_BYTES = 8 * 1_048_576
"""Bytes of transmissions that one batch holds in memory; a single larger one comes alone."""
_REMEDY = "Report this with the transmission's id: it is a fault of the gateway. The bytes are kept."
_SUSPICIOUS = 3
"""The start that runs alone in a child process: two before it never ended."""


class ClaimLost(Exception):
    """Some of the batch were no longer ours; the transaction is rolled back and the rest written again."""

    def __init__(self, kept: frozenset[UUID]) -> None:
        super().__init__()
        self.kept = kept


async def _none_is_kept(digest: str) -> Configuration:
    raise ConfigurationInvalid(f"Configuration {digest[:12]} is not kept.", remedy="Replay it with the present configuration.")


class Translate:
    """Handles announced transmissions."""

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
        claims: HeldClaims,
        released: Callable[[], None] = lambda: None,
        earlier_configuration: Callable[[str], Awaitable[Configuration]] = _none_is_kept,
        leave: Callable[[Sequence[UUID]], None] | None = None,
    ) -> None:
        self._work = work
        self._publish = publish
        self._configuration = configuration
        self._clock = clock
        self._observer = observer
        self._new_id = new_id
        self._node = node
        self._claims = claims
        self._released = released
        self._earlier_configuration = earlier_configuration
        self._leave = leave
        self._hold = Hold(work=work, clock=clock, new_id=new_id, node=node)

    def prepare(self) -> None:
        """Load what reading the agreed documents takes: at the start, and not while a partner's first one waits."""
        for agreement in self._configuration().partnerships.agreements.values():
            registry.prepare(agreement.family, agreement.type)

    async def handle(self, ids: Sequence[UUID]) -> None:
        """Translate those of the announced transmissions that still wait. Raises when the database is away: they are swept.

        Where there is somebody to leave large ones to, they are left to them: nothing small waits for the end of a large one.
        """
        largest, left = (LARGE if self._leave else None), set(ids)
        while True:
            started = self._clock.monotonic()
            claim, lasting = self._new_id(), self._claims.lasting
            claimed = await self._work.claim_transmissions(
                ids, claim=claim, lasting=lasting, most_bytes=_MOST_BYTES, largest=largest
            )
            left -= {transmission.id for transmission in claimed}
            if left and self._leave and sum(transmission.size for transmission in claimed) < _MOST_BYTES:
                self._leave(sorted(left))
            if not claimed:
                return
            try:
                with self._claims.holding(claim, [transmission.id for transmission in claimed]), _spans(claimed) as spans:
                    await self._translate(claimed, claim, spans)
            except (GatewayError, asyncio.CancelledError):
                await self._hand_back(claimed, claim)
                raise
            self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage="translate")
            self._observer.observe("edi_stage_batch_size", len(claimed), stage="translate")
            if sum(transmission.size for transmission in claimed) < _MOST_BYTES:
                return

    async def _translate(self, claimed: Sequence[ClaimedTransmission], claim: UUID, spans: Batch) -> None:
        isolation = Isolation()
        try:
            judged = await self._judge_all(claimed, claim, isolation, spans)
        finally:
            isolation.close()

        async def write(batch: Sequence[Judged]) -> None:
            try:
                await self._settle(claim, batch)
            except GatewayError:
                raise
            except Exception as error:  # a bug met by one document: halving finds it, and its neighbours go on
                log.exception("settlement_failed_unexpectedly", transmissions=len(batch))
                raise DataRefused(f"{type(error).__name__}: {error}") from error

        async def give_up(one: Judged, error: DataRefused) -> None:
            text = f"What was read could not be stored: {error}"
            await self._fail(one.transmission, claim, code="not-storable", message=text)
            spans.fail(one.transmission.id, "not-storable")

        await write_in_halves(judged, write, give_up, stage="translate", observer=self._observer)

    async def _judge_all(
        self, claimed: Sequence[ClaimedTransmission], claim: UUID, isolation: Isolation, spans: Batch
    ) -> list[Judged]:
        judged = []
        turn = self._clock.monotonic()
        for transmission in claimed:
            with bound_contextvars(transmission=str(transmission.id)), spans.on(transmission.id):
                one = await self._judge_or_fail(transmission, claim, isolation)
            if one is not None:
                judged.append(one)
            else:
                spans.fail(transmission.id, "not-translated")
            if self._clock.monotonic() - turn > _SLICE:
                await asyncio.sleep(0)
                beat()
                turn = self._clock.monotonic()
        return judged

    async def _judge_or_fail(self, transmission: ClaimedTransmission, claim: UUID, isolation: Isolation) -> Judged | None:
        """What was judged; None when it could not be, which its owner is told."""
        try:
            return await self._judge(transmission, claim, isolation)
        except HoldLost:
            log.warning("claims_lost", transmissions=1)
        except WorkerDied as error:
            await self._fail(transmission, claim, code="translation-crashed", message=str(error))
        except BodyUnreadable as error:
            await self._fail(transmission, claim, code="body-unreadable", message=str(error), remedy=error.remedy)
        except ConfigurationInvalid as error:
            await self._fail(transmission, claim, code="configuration-lost", message=str(error), remedy=error.remedy)
        except GatewayError:
            raise
        except Exception as error:  # a bug met by one document must not take its neighbours along
            log.exception("translation_failed_unexpectedly", transmission=str(transmission.id))
            text = f"The translator failed unexpectedly: {type(error).__name__}: {error}"
            await self._fail(transmission, claim, code="translator-fault", message=text)
        return None

    async def _judge(self, transmission: ClaimedTransmission, claim: UUID, isolation: Isolation) -> Judged:
        if transmission.unreadable is not None:
            raise transmission.unreadable
        configuration = await self._configuration_for(transmission)
        if transmission.starts >= _SUSPICIOUS:
            await isolation.try_alone(transmission, configuration)
        if transmission.channel == outgoing.OUTBOUND:
            return outgoing.judge_outgoing(transmission, configuration, self._new_id)
        if is_triggered(transmission.channel):
            return judge_triggered(transmission, configuration, self._new_id)
        if transmission.size > LARGE:
            return await self._hold.read(transmission, claim, configuration)
        return judge(transmission, configuration, self._new_id)

    async def _configuration_for(self, transmission: ClaimedTransmission) -> Configuration:
        """The one in force, or the earlier one that a replay names. Raises ConfigurationInvalid when that cannot be built."""
        named = transmission.replay.configuration if transmission.replay is not None else None
        return self._configuration() if named is None else await self._earlier_configuration(named)

    async def _settle(self, claim: UUID, batch: Sequence[Judged]) -> None:
        """Write a batch; when some of it is no longer ours, write the rest."""
        while batch:
            try:
                settlement = await self._write(claim, batch)
            except TooEarly as early:
                await self._hold_back(claim, early.held)
                waiting = {held.judged.transmission.id for held in early.held}
                batch = [judged for judged in batch if judged.transmission.id not in waiting]
            except ClaimLost as lost:
                log.warning("claims_lost", transmissions=len(batch) - len(lost.kept))
                batch = [judged for judged in batch if judged.transmission.id in lost.kept]
            else:
                await self._publish.after_commit(settlement)
                if any(judged.waits or _at_gate(judged) for judged in batch):
                    self._released()
                return

    async def _write(self, claim: UUID, batch: Sequence[Judged]) -> Settlement:
        settlement = Settlement()
        ledger = Ledger(settlement, self._new_id, self._node, self._clock.now())
        async with self._work.settlement() as session:
            fates = await interchange_fates(session, batch)
            numbers = await in_sequence(session, batch, fates, self._new_id)
            settlement.failures += numbers.failures
            accepted = [fate.interchange for fate in fates.values() if fate.state == "accepted"]
            documents = await document_states(session, accepted, roots_of(batch))
            drafts: list[Draft] = []
            settled: list[tuple[Judged, JudgedInterchange]] = []
            for judged in batch:
                ledger.transmission(judged)
                for interchange in judged.interchanges:
                    fate = with_answers(with_documents(fates[interchange.id], documents), settlement.acknowledgements)
                    fate = await without_what_was_sent(session, judged, fate)
                    matched = fate.state == "accepted" and not is_quiet(judged, fate.interchange)
                    settled += [(judged, fate.interchange)] if matched else []
                    drafts += self._interchange(judged, fate, settlement, ledger)
            await supersede_earlier(session, batch, fates, settlement, self._node)
            await _refuse_held(session, fates.values(), batch)
            composed = await compose(session, drafts, prepared=self._clock.now())
            settlement.outbounds, settlement.outbound_documents = composed.outbounds, composed.documents
            published = [(one.transmission, one.configuration) for one in batch if one.transmission.channel == outgoing.OUTBOUND]
            if published:
                settlement.replies = answers(settlement, published, now=self._clock.now())
            moved = await session.settle(claim, settlement)
            if len(moved) < len(batch):
                raise ClaimLost(moved)
            settlement.resumed += await remember(session, numbers)
            out = handed_over(drafts, settlement)
            await session.expect(expected_for(out, self._configuration(), sent=self._clock.now(), new_id=self._new_id))
            settlement.woken += await self._reconcile(session, settled)
        return settlement

    def _interchange(self, judged: Judged, fate: Fate, settlement: Settlement, ledger: Ledger) -> list[Draft]:
        """Write an interchange with its answers into the settlement; answers what is to be sealed because of it."""
        drafts: list[Draft] = []
        deliveries: list[DeliveryRow] = []
        if fate.state == "accepted" and fate.interchange.direction is Direction.OUT:
            for draft, delivery in outgoing.drafts(judged, fate.interchange, self._new_id):
                drafts.append(draft)
                deliveries.append(delivery)
        owed, again = self._owed(judged, fate, ledger)
        settlement.acknowledgements += [o.row for o in owed]
        deliveries += [*again, *(o.delivery for o in owed if o.delivery)]
        settlement.deliveries += map(withheld, deliveries) if in_shadow(judged, fate.interchange) else deliveries
        answers = [f"{o.row.type} {o.row.verdict}" for o in owed]
        answers += ["the earlier answer again"] * len(fate.answered)
        ledger.interchange(judged, fate.interchange, state=fate.state, duplicate_of=fate.duplicate_of, answers=answers)
        return [*drafts, *(o.draft for o in owed)]

    async def _hold_back(self, claim: UUID, held: Sequence[Held]) -> None:
        """Let transmissions wait for earlier control numbers. What they wait for may have come in the meantime."""
        for one in held:
            log.info("transmission_held", transmission=str(one.judged.transmission.id), missing=len(one.missing))
            ready = await self._work.hold_transmission(
                one.judged.transmission.id,
                claim=claim,
                wait=one.wait,
                waits_for=held_for(one.pair),
                until=one.pair,
                failure=hold_failure(one, self._new_id),
            )
            if ready:
                await self._publish.resume([one.judged.transmission.id])

    async def _reconcile(
        self, session: SettlementSession, settled: Sequence[tuple[Judged, JudgedInterchange]]
    ) -> Sequence[str]:  # fmt: skip
        """Match what answers ours, in the transaction that stores it; answers the targets that have something to do by it."""
        for judged, interchange in settled:
            if judged.held and acknowledges(interchange):
                await session.queue_held(interchange.id)
        woken, failures = await reconcile(session, arrivals(settled), self._configuration(), new_id=self._new_id, node=self._node)
        for failure in failures:
            self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)
        return woken

    def _owed(self, judged: Judged, fate: Fate, ledger: Ledger) -> tuple[list[Owed], list[DeliveryRow]]:
        """What is owed for an interchange, and the deliveries of what was answered to the same one before."""
        given = judged.transmission
        if is_history(given.channel) or (given.replay is not None and not given.replay.acknowledge):
            return [], []
        where = Arrival(given.id, given.channel, judged.configuration, given.waited)
        if not fate.answered:
            owed = owed_for(fate.interchange, where, self._new_id)
            for unwritable in (one for one in owed if one.problem):
                ledger.unanswerable(judged, fate.interchange, unwritable.row.type, unwritable.problem)
            return [one for one in owed if not one.problem], []
        again = [answer_by(outbound, fate.interchange, where, self._new_id) for outbound in fate.answered]
        return [], [delivery for delivery in again if delivery]

    async def _fail(
        self, transmission: ClaimedTransmission, claim: UUID, *, code: str, message: str, remedy: str = _REMEDY
    ) -> None:
        """End one transmission that cannot be translated or stored: alone, visibly, with its bytes kept."""
        log.error("transmission_failed", transmission=str(transmission.id), code=code, reason=message)
        configuration = self._configuration()
        owner = configuration.owner_of(transmission.partner, stage="translate")
        message = storable(message)[:500]
        steps = storable_json([{"what": "failed", "detail": {"code": code, "message": message}}])
        failure = FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage="translate", code=code, partner=transmission.partner, route=None),
            stage="translate",
            code=code,
            partner=transmission.partner,
            route=None,
            owner=owner,
            message=message,
            remedy=remedy,
            sample=transmission.id,
            transmission=transmission.id,
        )
        event = EventRow(transmission.id, "translate", transmission.id, steps, configuration.digest, self._node)
        waited = [transmission.id] if transmission.waited else []
        settlement = Settlement(transmissions=[(transmission.id, "failed")], events=[event], failures=[failure], waited=waited)
        if transmission.channel == outgoing.OUTBOUND:
            settlement.replies = answers(settlement, [(transmission, configuration)], now=self._clock.now())
        async with self._work.settlement() as session:
            await session.settle(claim, settlement)
        await self._publish.answer(settlement)
        self._observer.count("edi_failures_total", stage="translate", code=code)

    async def _hand_back(self, claimed: Sequence[ClaimedTransmission], claim: UUID) -> None:
        try:
            async with asyncio.timeout(5):
                await self._work.hand_back_transmissions([t.id for t in claimed], claim=claim)
        except (GatewayError, TimeoutError):
            log.warning("claims_left_to_expire", transmissions=len(claimed))


def _spans(claimed: Sequence[ClaimedTransmission]) -> Batch:
    """What is told of the translation of each."""
    places = {transmission.id: transmission.traceparent for transmission in claimed}
    told = {"messaging.system": "edi", "messaging.operation.type": "process", "messaging.destination.name": "translate"}
    return batch("process translate", SpanKind.CONSUMER, places, told, called="messaging.message.id")


def _at_gate(judged: Judged) -> bool:
    """Whether an order to a warehouse is among it that waits at the gate."""
    if judged.transmission.channel != outgoing.OUTBOUND:
        return False
    return any(document.state == "held" for interchange in judged.interchanges for document in interchange.documents)


async def _refuse_held(session: SettlementSession, fates: Iterable[Fate], batch: Sequence[Judged]) -> None:
    """Of transmissions that were read into the store: end the documents that their trailers or duplicates refuse."""
    held = {interchange.id for judged in batch if judged.held for interchange in judged.interchanges}
    for fate in fates:
        if fate.interchange.id not in held:
            continue
        read = fate.interchange.interchange
        if fate.state != "accepted":
            await session.refuse_documents(fate.interchange.id, None)
            continue
        refused = {group.ordinal for group in read.groups if group.verdict is Verdict.REJECTED}
        if refused:
            ordinals = [document.ordinal for document in read.documents if document.group in refused]
            await session.refuse_documents(fate.interchange.id, ordinals)
