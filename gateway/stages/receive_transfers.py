"""Receive, for messages that are answered with a receipt: they commit with what they held and with the receipt's bytes.

As with single transmissions, what arrives while one commit runs goes into the next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from gateway.errors import DataRefused, Refused
from gateway.ports import Clock, Observer
from gateway.ports.transfers import ArrivedTransfer, Transfers, TransferStored
from gateway.stages.group_commit import GroupCommit, fail
from gateway.stages.lanes import Arrived
from gateway.stages.receive import PIECE, pieces, transmission_row

_Waiting = tuple[ArrivedTransfer, "asyncio.Future[TransferStored]"]

log = structlog.get_logger(__name__)


class ReceiveTransfers:
    """The intake of messages with receipts. `run` must be running for `receive` to return."""

    def __init__(
        self,
        *,
        transfers: Transfers,
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        wake: Callable[[str], Awaitable[None]],
        observer: Observer,
        clock: Clock,
        batch: int = 50,
        batch_bytes: int = PIECE,
        max_waiting: int = 1_000,
    ) -> None:
        self._transfers = transfers
        self._announce = announce
        self._wake = wake
        self._observer = observer
        self._group = GroupCommit[ArrivedTransfer, TransferStored](
            store=self._store,
            refuse=self._refuse,
            size=lambda transfer: len(transfer.wire.body),
            stage="receive",
            observer=observer,
            clock=clock,
            batch=batch,
            batch_bytes=batch_bytes,
            max_waiting=max_waiting,
        )

    async def receive(self, transfer: ArrivedTransfer) -> TransferStored:
        """Store a message and answer after the commit. Raises Refused, StoreUnavailable or CommitUnknown."""
        return await self._group.commit(transfer)

    async def run(self) -> None:
        """Write batches until cancelled; whoever still waits then is told to send again."""
        await self._group.run()

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        transfers = [transfer for transfer, _ in batch]
        handovers = [handover for transfer in transfers for handover in transfer.handovers]
        rows = [transmission_row(handover) for handover in handovers]
        parts = [piece for handover in handovers for piece in pieces(handover.id, handover.body)]
        stored = await self._transfers.arrive(transfers, rows, parts)
        fresh: list[Arrived] = []
        for transfer, answer in batch:
            told = stored[transfer.row.id]
            self._count(transfer, told)
            if told.earlier is None and transfer.row.state == "processed":
                fresh += [(transfer.row.channel, transmission) for transmission in transfer.row.transmissions]
            if not answer.done():
                answer.set_result(told)
        if fresh:
            await self._announce(fresh)
        for target in {delivery.target for transfer in transfers for delivery in transfer.deliveries}:
            await self._wake(target)

    def _count(self, transfer: ArrivedTransfer, told: TransferStored) -> None:
        outcome = "stored" if transfer.row.state == "processed" else transfer.row.state
        if told.earlier is not None:
            outcome = "repeated" if told.earlier.same else "conflict"
        channel = transfer.row.channel
        count = 1 if told.earlier else len(transfer.row.transmissions)
        self._observer.count("edi_transmissions_received_total", count, channel=channel, outcome=outcome)

    async def _refuse(self, item: _Waiting, error: DataRefused) -> None:
        transfer, answer = item
        log.error("transfer_refused_by_store", channel=transfer.row.channel, name=transfer.row.message_id, error=str(error))
        fail(answer, Refused("The message cannot be stored.", status=422, remedy="Report this: it is a fault of ours."))
