"""Chase: what partners owe us and do not send becomes a failure; what matched nothing is matched when it can be.

One round of it is made every few seconds by the process that holds the lease.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from gateway.domain.calendar import due_after
from gateway.domain.expectation import Said
from gateway.domain.maintenance import Maintenance
from gateway.errors import Contention, DataRefused
from gateway.ports import Configuration, Observer
from gateway.ports.expectation import (
    DueExpectation,
    ExpectationSession,
    ExpectationStore,
    ReceiptLedger,
    SentContent,
    SentOutbound,
    TransferReceipt,
    WaitingAcknowledgement,
)
from gateway.stages.acknowledgement_failure import Subject
from gateway.stages.quoting import Told
from gateway.stages.reconcile import Arrived, Reconciliation
from gateway.stages.settling import Settling
from translators.canonical import model_of

log = structlog.get_logger(__name__)

_BATCH = 200
_PATIENCE = timedelta(minutes=1)
"""How soon to look again at what has not been delivered, at the earliest."""


class Chase(ReceiptLedger):
    """Looks after expectations that nobody settles, acknowledgements that match nothing, and receipts."""

    def __init__(
        self,
        *,
        store: ExpectationStore,
        configuration: Callable[[], Configuration],
        observer: Observer,
        wake: Callable[[str], Awaitable[None]],
        new_id: Callable[[], UUID],
        node: str,
        batch: int = _BATCH,
    ) -> None:
        self._store = store
        self._configuration = configuration
        self._observer = observer
        self._wake = wake
        self._new_id = new_id
        self._node = node
        self._batch = batch
        self._measured: set[tuple[str, str]] = set()

    async def round(self) -> int:
        """Chase what is due and match what waits; answers how many rows were looked at."""
        looked = await self._overdue()
        looked += len(await self.match_again())
        await self._measure()
        return looked

    async def _overdue(self) -> int:
        total = 0
        while True:
            settling = Settling(self._configuration(), self._new_id)
            async with self._store.reconciling() as session:
                due = await session.due_expectations(limit=self._batch)
                outbounds = sorted({one.held.row.outbound for one in due})
                sent = await session.sent_outbounds(outbounds) if due else {}
                contents = await session.sent_contents(outbounds) if due else {}
                late = [one for one in due if self._new_due(one) is None]
                for one in late:
                    settling.overdue(one.held, _subject(one, sent, contents), one.now)
                await session.postpone([(one.held.row.id, *times) for one in due if (times := self._new_due(one))])
                await session.reconcile(settling.reconciled)
            for one in late:
                self._observer.count("edi_expectations_overdue_total", kind=one.held.row.kind)
                log.warning("acknowledgement_overdue", expectation=str(one.held.row.id), kind=one.held.row.kind)
            total += len(due)
            if len(due) < self._batch:
                return total

    def _new_due(self, due: DueExpectation) -> tuple[datetime, datetime] | None:
        """From when and until when the time runs, if it is not up yet: it runs from the delivery, not from the sealing.

        It stands still during the maintenance of the partner's channels: who is not there by agreement is not late.
        """
        row = due.held.row
        calendar = self._configuration().calendars.get(row.calendar or "")
        if due.delivered_at is None and due.unfinished:
            return due.now, due_after(due.now, max(row.within, _PATIENCE), calendar)
        start, until = row.sent_at, row.due_at or due.now
        if due.delivered_at is not None and due.delivered_at > row.sent_at:
            start, until = due.delivered_at, due_after(due.delivered_at, row.within, calendar)
        until = self._maintenance(row.partner).due_after(start, until)
        return (start, until) if until > due.now else None

    def _maintenance(self, partner: str | None) -> Maintenance:
        ways = [channel for channel in self._configuration().channels.values() if channel.partner == partner]
        return Maintenance(tuple(window for way in ways for window in way.delivery.maintenance.windows))

    async def match_again(self, only: Sequence[UUID] | None = None) -> list[UUID]:
        """Match acknowledgements that wait: those whose time has come, or these; answers those that were matched.

        One that the database refuses waits for its next turn, and its neighbours go on without it.
        """
        try:
            return await self._match(only, self._batch)
        except (Contention, DataRefused):
            log.warning("acknowledgements_tried_one_by_one", exc_info=True)
        matched: list[UUID] = []
        async with self._store.reconciling() as session:
            waiting = [one.id for one in await session.take_unmatched(limit=self._batch, only=only)]
        for one in waiting:
            try:
                matched += await self._match([one], 1)
            except DataRefused:
                log.exception("acknowledgement_not_matched", acknowledgement=str(one))
        return matched

    async def _match(self, only: Sequence[UUID] | None, limit: int) -> list[UUID]:
        async with self._store.reconciling() as session:
            waiting = await session.take_unmatched(limit=limit, only=only)
            if not waiting:
                return []
            reconciliation = Reconciliation(session, self._configuration(), new_id=self._new_id, node=self._node)
            await reconciliation.match([_arrived(one) for one in waiting])
            released = await session.reconcile(reconciliation.reconciled)
        for target in released:
            await self._wake(target)
        return reconciliation.reconciled.matched

    async def record_receipt(self, receipt: TransferReceipt) -> bool:
        """Settle the expectation of a receipt for what a delivery sent; False when the delivery sent no interchange."""
        async with self._store.reconciling() as session:
            outbound = await session.outbound_of(receipt.delivery)
            if outbound is None:
                return False
            released = await self._receipt(session, outbound, receipt)
        for target in released:
            await self._wake(target)
        return True

    async def _receipt(self, session: ExpectationSession, outbound: UUID, receipt: TransferReceipt) -> Sequence[str]:
        settling = Settling(self._configuration(), self._new_id)
        sent = (await session.sent_outbounds([outbound])).get(outbound)
        own = [one for one in await session.hold_expectations([outbound]) if one.row.kind == "MDN"]
        before = await session.matched_before([one.row.id for one in own])
        for one in own:
            if sent is not None and (receipt.id, one.row.id) not in before:
                subject = Subject(sent, None, "MDN", Told(errors=receipt.explanation))
                settling.say(one, subject, receipt.said, acknowledgement=receipt.id, transmission=None, told=True)
        if receipt.said is not Said.REJECTED:
            settling.reconciled.arrived.append(outbound)
        return await session.reconcile(settling.reconciled)

    async def _measure(self) -> None:
        levels = await self._store.expectation_levels()
        for kind, state in self._measured | levels.keys():
            self._observer.gauge("edi_expectations", levels.get((kind, state), 0), kind=kind, state=state)
        self._measured |= levels.keys()


def _arrived(waiting: WaitingAcknowledgement) -> Arrived:
    return Arrived(
        waiting.id,
        waiting.transmission,
        waiting.partner,
        waiting.type,
        (waiting.receiver, waiting.sender),
        waiting.test,
        model_of(waiting.name).model_validate_json(waiting.json),
        queued=True,
        told=waiting.failure is not None,
    )


def _subject(due: DueExpectation, sent: Mapping[UUID, SentOutbound], contents: Mapping[UUID, Sequence[SentContent]]) -> Subject:
    row = due.held.row
    content = next((c for c in contents.get(row.outbound, ()) if c.ordinal == row.document), None)
    return Subject(sent[row.outbound], content)
