"""Receive: every byte has a record before the partner is answered.

Transmissions that arrive while one commit runs go into the next: no timers, one sync for many.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from gateway.domain.record import TransmissionRow
from gateway.domain.storable import storable, storable_key
from gateway.errors import CommitUnknown, DataRefused, GatewayError, Refused, StoreUnavailable
from gateway.ports import Clock, Handover, Observer, Piece, Receipt, Work
from gateway.stages.halving import write_in_halves

_PIECE = 1_048_576
_Waiting = tuple[Handover, "asyncio.Future[Receipt]"]

log = structlog.get_logger(__name__)


class Receive:
    """The intake of all channels. `run` must be running for `receive` to return."""

    def __init__(
        self,
        *,
        work: Work,
        announce: Callable[[Sequence[UUID]], Awaitable[None]],
        observer: Observer,
        clock: Clock,
        max_bytes: int = 64 * _PIECE,
        batch: int = 100,
        batch_bytes: int = _PIECE,
        max_waiting: int = 5_000,
    ) -> None:
        self._work = work
        self._announce = announce
        self._observer = observer
        self._clock = clock
        self._max_bytes = max_bytes
        self._batch = batch
        self._batch_bytes = batch_bytes
        self._max_waiting = max_waiting
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    async def receive(self, handover: Handover) -> Receipt:
        """Store a transmission and answer after the commit. Raises Refused, StoreUnavailable or CommitUnknown."""
        if len(handover.body) > self._max_bytes:
            remedy = f"Send at most {self._max_bytes} bytes in a transmission, or raise max_bytes."
            raise Refused("The transmission is too large.", status=413, remedy=remedy)
        if self._closed or len(self._waiting) >= self._max_waiting:
            raise Refused("The intake is full or closing.", status=503, remedy="Send it again in a few seconds.")
        answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        self._waiting.append((handover, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write batches until cancelled; whoever still waits then is told to send again."""
        try:
            while True:
                await self._arrived.wait()
                await self._write(self._next_batch())
                if not self._waiting:
                    self._arrived.clear()
        finally:
            self._closed = True
            for _, answer in self._waiting:
                _fail(answer, StoreUnavailable("The gateway is stopping.", remedy="Send it again."))

    def _next_batch(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._waiting and len(batch) < self._batch:
            handover, answer = self._waiting[0]
            size += len(handover.body)
            if batch and size > self._batch_bytes:
                break
            self._waiting.popleft()
            if not answer.cancelled():
                batch.append((handover, answer))
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        started = self._clock.monotonic()
        try:
            await write_in_halves(batch, self._store, self._refuse, stage="receive", observer=self._observer)
        except GatewayError as error:
            log.warning("receive_failed", transmissions=len(batch), error=str(error))
            for _, answer in batch:
                _fail(answer, error)  # a half that was written before keeps its answer
        except BaseException:  # stopped in the middle of a commit: nobody may be left waiting for an answer
            for _, answer in batch:
                _fail(answer, CommitUnknown("The gateway stopped while it was storing this.", remedy="Send it again."))
            raise
        finally:
            self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage="receive")
            self._observer.observe("edi_stage_batch_size", len(batch), stage="receive")

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        rows = [_row(handover) for handover, _ in batch]
        pieces = [piece for handover, _ in batch for piece in _pieces(handover)]
        receipts = await self._work.receive(rows, pieces)
        fresh: list[UUID] = []
        for handover, answer in batch:
            receipt = receipts[handover.id]
            if not receipt.conflict:  # the channel refuses that one, and counts what it refuses
                outcome = "repeated" if receipt.repeated else "stored"
                self._observer.count("edi_transmissions_received_total", channel=handover.channel, outcome=outcome)
                if not receipt.repeated:
                    fresh.append(handover.id)
            if not answer.done():
                answer.set_result(receipt)
        await self._announce(fresh)

    async def _refuse(self, item: _Waiting, error: DataRefused) -> None:
        handover, answer = item
        log.error("transmission_refused_by_store", channel=handover.channel, name=handover.name, error=str(error))
        _fail(answer, Refused("The transmission cannot be stored.", status=422, remedy="Report this: it is a fault of ours."))


def _row(handover: Handover) -> TransmissionRow:
    return TransmissionRow(
        id=handover.id,
        channel=handover.channel,
        partner=handover.partner,
        name=storable_key(handover.name),
        idempotency_key=None if handover.idempotency_key is None else storable_key(handover.idempotency_key),
        remote=None if handover.remote is None else storable(handover.remote),
        traceparent=handover.traceparent,
        waited=handover.wait,
        sha256=hashlib.sha256(handover.body).digest(),
        size=len(handover.body),
    )


def _pieces(handover: Handover) -> list[tuple[UUID, int, Piece]]:
    body = handover.body
    if len(body) <= _PIECE:
        return [(handover.id, 0, body)]
    view = memoryview(body)  # slices of it are no copies
    starts = range(0, len(body), _PIECE)
    return [(handover.id, ordinal, view[start : start + _PIECE]) for ordinal, start in enumerate(starts)]


def _fail(answer: "asyncio.Future[Receipt]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
