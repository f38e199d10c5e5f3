"""Receive: every byte has a record before the partner is answered.

Transmissions that arrive while one commit runs go into the next: no timers, one sync for many.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from uuid import UUID

import structlog

from gateway.domain.record import TransmissionRow
from gateway.domain.storable import storable, storable_key
from gateway.errors import DataRefused, Refused
from gateway.ports import Clock, Handover, Observer, Piece, Receipt, Work
from gateway.ports.tracing import Attributes, SpanKind, span
from gateway.stages.group_commit import GroupCommit, fail
from gateway.stages.lanes import Arrived

PIECE = 1_048_576
"""Bytes of a body that are written as one row."""
_Waiting = tuple[Handover, "asyncio.Future[Receipt]"]

log = structlog.get_logger(__name__)


class Receive:
    """The intake of all channels. `run` must be running for `receive` to return."""

    def __init__(
        self,
        *,
        work: Work,
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        observer: Observer,
        clock: Clock,
        max_bytes: int = 64 * PIECE,
        batch: int = 100,
        batch_bytes: int = PIECE,
        max_waiting: int = 5_000,
    ) -> None:
        self._work = work
        self._announce = announce
        self._observer = observer
        self._max_bytes = max_bytes
        self._group = GroupCommit[Handover, Receipt](
            store=self._store,
            refuse=self._refuse,
            size=lambda handover: len(handover.body),
            stage="receive",
            observer=observer,
            clock=clock,
            batch=batch,
            batch_bytes=batch_bytes,
            max_waiting=max_waiting,
        )

    async def receive(self, handover: Handover) -> Receipt:
        """Store a transmission and answer after the commit. Raises Refused, StoreUnavailable or CommitUnknown."""
        if handover.size > self._max_bytes:
            remedy = f"Send at most {self._max_bytes} bytes in a transmission, or raise max_bytes."
            raise Refused("The transmission is too large.", status=413, remedy=remedy)
        told: Attributes = {
            "messaging.system": "edi",
            "messaging.operation.type": "receive",
            "messaging.destination.name": handover.channel,
            "messaging.message.id": str(handover.id),
            "messaging.message.body.size": handover.size,
        }
        name = f"receive {handover.channel}"
        with span(name, SpanKind.CONSUMER, within=handover.traceparent, attributes=told) as received:
            return await self._group.commit(replace(handover, traceparent=received.traceparent))

    async def run(self) -> None:
        """Write batches until cancelled; whoever still waits then is told to send again."""
        await self._group.run()

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        rows = [transmission_row(handover) for handover, _ in batch]
        parts = [piece for handover, _ in batch if handover.staged is None for piece in pieces(handover.id, handover.body)]
        receipts = await self._work.receive(rows, parts)
        fresh: list[Arrived] = []
        for handover, answer in batch:
            receipt = receipts[handover.id]
            if not receipt.conflict:  # the channel refuses that one, and counts what it refuses
                outcome = "repeated" if receipt.repeated else "stored"
                self._observer.count("edi_transmissions_received_total", channel=handover.channel, outcome=outcome)
                if not receipt.repeated:
                    fresh.append((handover.channel, handover.id))
            if not answer.done():
                answer.set_result(receipt)
        await self._announce(fresh)

    async def _refuse(self, item: _Waiting, error: DataRefused) -> None:
        handover, answer = item
        log.error("transmission_refused_by_store", channel=handover.channel, name=handover.name, error=str(error))
        fail(answer, Refused("The transmission cannot be stored.", status=422, remedy="Report this: it is a fault of ours."))


def transmission_row(handover: Handover) -> TransmissionRow:
    """What is stored of a hand-over beside its bytes."""
    return TransmissionRow(
        id=handover.id,
        channel=handover.channel,
        partner=handover.partner,
        name=storable_key(handover.name),
        idempotency_key=None if handover.idempotency_key is None else storable_key(handover.idempotency_key),
        remote=None if handover.remote is None else storable(handover.remote),
        traceparent=handover.traceparent,
        waited=handover.wait,
        sha256=hashlib.sha256(handover.body).digest() if handover.staged is None else handover.staged.sha256,
        size=handover.size,
        reply_to=handover.reply_to,
        correlation=handover.correlation,
    )


def pieces(of: UUID, body: bytes) -> list[tuple[UUID, int, Piece]]:
    """A body in rows: (whose, ordinal, bytes)."""
    if len(body) <= PIECE:
        return [(of, 0, body)]
    view = memoryview(body)  # slices of it are no copies
    starts = range(0, len(body), PIECE)
    return [(of, ordinal, view[start : start + PIECE]) for ordinal, start in enumerate(starts)]
