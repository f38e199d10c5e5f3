"""Publish: after a commit the writer wakes the targets and publishes its messages. Relay and sweep make good what is lost."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import orjson
import structlog

from gateway.domain.time_ordered_id import age_of
from gateway.errors import GatewayError
from gateway.ports import Broker, Clock, Message, Observer, Published, Settlement, Work
from gateway.ports.tracing import Attributes, SpanKind, step
from gateway.stages.answer import message_of

log = structlog.get_logger(__name__)


class Publish:
    """Tells the world what a settlement wrote."""

    def __init__(
        self, *, work: Work, broker: Broker, wake: Callable[[str], Awaitable[None]], observer: Observer, clock: Clock
    ) -> None:
        self._work = work
        self._broker = broker
        self._wake = wake
        self._observer = observer
        self._clock = clock

    async def after_commit(self, settlement: Settlement) -> None:
        """Wake, count, publish; never raises for a broker or database that is away."""
        for target in {delivery.target for delivery in settlement.deliveries if delivery.state == "waiting"} | {
            *settlement.woken
        }:
            await self._wake(target)
        await self.resume(settlement.resumed)
        self._count(settlement)
        await self.answer(settlement)
        if not settlement.outbox:
            return
        bodies = {row.document: row.json for row in settlement.canonical}
        messages = [
            Message(row.exchange, row.routing_key, bodies[row.document], str(row.id), orjson.loads(row.headers))
            for row in settlement.outbox
            if row.document is not None
        ]
        told: Attributes = {
            "messaging.system": "edi",
            "messaging.operation.type": "send",
            "messaging.batch.message_count": len(messages),
        }
        with step(f"send {settlement.outbox[0].exchange}", SpanKind.PRODUCER, told):
            results = await self._broker.publish(messages)
        confirmed = [row.id for row, result in zip(settlement.outbox, results, strict=True) if result is not Published.UNKNOWN]
        try:
            await self._work.delete_outbox(confirmed)
        except GatewayError as error:
            log.warning("outbox_not_cleared", messages=len(confirmed), error=str(error))

    async def answer(self, settlement: Settlement) -> None:
        """Answer the services that wait for it; what is not confirmed is published by the relay."""
        if not settlement.asked:
            return
        rows = {row.transmission: row for row in settlement.replies}
        messages = [message_of(rows[asked.transmission], asked) for asked in settlement.asked]
        results = await self._broker.publish(messages)
        confirmed = [UUID(m.message_id) for m, result in zip(messages, results, strict=True) if result is not Published.UNKNOWN]
        try:
            await self._work.delete_replies(confirmed)
        except GatewayError as error:
            log.warning("replies_not_cleared", messages=len(confirmed), error=str(error))

    async def resume(self, transmissions: Sequence[UUID]) -> None:
        """Announce transmissions that waited for something; without a broker the sweep finds them."""
        if transmissions:
            await self._broker.announce("translate", transmissions)

    def _count(self, settlement: Settlement) -> None:
        now = self._clock.now()
        for interchange in settlement.interchanges:
            self._observer.count("edi_interchanges_total", family=interchange.family, verdict=interchange.verdict)
            if interchange.state in ("duplicate", "conflict"):
                self._observer.count("edi_duplicates_total", kind="interchange")
        for document in settlement.documents:
            name = document.name or "unmapped"
            self._observer.count("edi_documents_total", document=name, direction="in", verdict=document.verdict)
            if document.state in ("duplicate", "conflict"):
                self._observer.count("edi_duplicates_total", kind="document")
            elif document.state in ("routed", "unrouted", "stopped"):
                self._observer.count("edi_routed_total", route=document.route or "none", outcome=document.state)
        for finding in settlement.findings:
            self._observer.count("edi_findings_total", code=finding.code)
        for row in settlement.acknowledgements:
            self._observer.count("edi_acknowledgements_total", type=row.type, verdict=row.verdict)
            self._observer.observe("edi_acknowledgement_seconds", age_of(row.transmission, now).total_seconds(), type=row.type)
        for failure in settlement.failures:
            self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)
