"""The evidence of transfers over PostgreSQL: each method is one named query or one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from typing_extensions import override

from gateway.domain.lifecycle import RECEIPT, move
from gateway.domain.record import DeliveryRow, FailureRow, TransmissionRow
from gateway.domain.transfer import TransferBodyRow, TransferReceiptRow, TransferRow, header_block, read_header_block, receipt_row
from gateway.ports import Piece
from gateway.ports.json import Json
from gateway.ports.transfers import (
    ArrivedTransfer,
    CertificateNotice,
    EarlierTransfer,
    Quarantined,
    ReceiptNews,
    SentTransfer,
    Transfers,
    TransferStored,
    Wire,
)
from gateway.store.bodies import TRANSFER
from gateway.store.database import Connection, Database, Row

_PIECE = 1_048_576
_SENT = tuple(field.name for field in fields(SentTransfer))


class PostgresTransfers(Transfers):
    """AS2 messages, their bytes and their receipts in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @override
    async def arrive(
        self,
        transfers: Sequence[ArrivedTransfer],
        transmissions: Sequence[TransmissionRow],
        pieces: Sequence[tuple[UUID, int, Piece]],
    ) -> dict[UUID, TransferStored]:
        sealed = self._database.bodies
        pieces = sealed.pieces(pieces)
        bodies = [sealed.transfer(body) for transfer in transfers for body in _bodies(transfer.row.id, transfer.wire)]
        if len(bodies) > len(transfers) or any(ordinal for _, ordinal, _ in pieces):
            stored = await self._arrive_large(transfers, transmissions, bodies, pieces)
        else:
            rows = await self._database.fetch("arrive", *_arrival(transfers, transmissions, bodies, pieces))
            stored = frozenset(row["id"] for row in rows)
        answers = {transfer.row.id: TransferStored(transfer.row.id) for transfer in transfers}
        lost = [transfer.row for transfer in transfers if transfer.row.id not in stored]
        if lost:
            for row in await self._database.fetch("earlier_transfers", lost):
                answers[row["given"]] = TransferStored(row["given"], _earlier(row))
        return answers

    async def _arrive_large(
        self,
        transfers: Sequence[ArrivedTransfer],
        transmissions: Sequence[TransmissionRow],
        bodies: Sequence[TransferBodyRow],
        pieces: Sequence[tuple[UUID, int, Piece]],
    ) -> frozenset[UUID]:
        """One transaction with a statement a piece, so that no more than a piece is encoded at once."""
        carried = {handed: transfer.row.id for transfer in transfers for handed in transfer.row.transmissions}
        async with self._database.transaction() as connection:
            rows = await self._database.within(connection, "arrive", *_arrival(transfers, transmissions, [], []))
            stored = frozenset(row["id"] for row in rows)
            for body in bodies:
                if body.transfer in stored:
                    await self._database.within(connection, "store_transfer_piece", *body)
            for piece in pieces:
                if carried[piece[0]] in stored:
                    await self._database.within(connection, "store_piece", *piece)
        return stored

    @override
    async def owe_receipt(self, transfer: UUID, receipt: TransferReceiptRow | None, delivery: DeliveryRow | None) -> None:
        async with self._database.transaction() as connection:
            if receipt is not None:
                await self._database.within(connection, "add_receipt", receipt)
            if delivery is not None:
                await self._database.within(connection, "owe_receipt", transfer, delivery)

    @override
    async def stored_receipt(self, transfer: UUID) -> Wire | None:
        rows = await self._database.fetch("first_receipt", transfer)
        return _wire(rows[0]) if rows else None

    @override
    async def receipt_delivered(self, transfer: UUID) -> None:
        await self._database.fetch("receipt_delivered", transfer)

    @override
    async def prepare(self, row: TransferRow, wire: Wire) -> SentTransfer:
        async with self._database.transaction() as connection:
            (prepared,) = await self._database.within(connection, "prepare_transfer", row)
            if prepared["receipt_state"] not in ("verified", "warned"):
                await self._database.within(connection, "forget_transfer_pieces", prepared["id"])
                for body in _bodies(prepared["id"], wire):
                    await self._database.within(connection, "store_transfer_piece", *self._database.bodies.transfer(body))
        return _sent(prepared)

    @override
    async def sent(self, transfer: UUID, *, state: str, receipt_state: str | None = None) -> None:
        async with self._database.transaction() as connection:
            held = await self._held(connection, transfer)
            moved = receipt_state if (held["receipt_state"], receipt_state) in RECEIPT else None
            await self._database.within(connection, "move_transfer", transfer, state, moved, None, None)

    async def _held(self, connection: Connection, transfer: UUID) -> Row:
        (row,) = await self._database.within(connection, "lock_transfer", transfer)
        return row

    @override
    async def find_sent(self, message_id: str, *, as2_from: str, as2_to: str) -> SentTransfer | None:
        rows = await self._database.fetch("find_sent", message_id, as2_from, as2_to)
        return _sent(rows[0]) if rows else None

    @override
    async def record_receipt(
        self, transfer: UUID, receipt: TransferReceiptRow, *, state: str, signed_by: str | None, failure: FailureRow | None
    ) -> ReceiptNews:
        async with self._database.transaction() as connection:
            held = await self._held(connection, transfer)
            added = await self._database.within(connection, "add_receipt", receipt)
            before = held["receipt_state"]
            if not added or (before, state) not in RECEIPT:
                return ReceiptNews(transfer=_sent(held), state=before, repeated=True)
            after = move(RECEIPT, before, state)
            (moved,) = await self._database.within(
                connection, "move_transfer", transfer, "sent", after, receipt.disposition, signed_by
            )
            if failure is not None:
                await self._database.within(connection, "record_failures", [failure])
            elif after in ("verified", "warned"):
                await self._database.within(connection, "close_cases", [transfer], "gateway", "a good receipt came")
        return ReceiptNews(transfer=_sent(moved), state=after, repeated=False)

    @override
    async def quarantined(self, *, lately: timedelta) -> Sequence[Quarantined]:
        rows = await self._database.fetch("quarantined", lately)
        return [Quarantined(row["channel"], row["messages"], row["size"]) for row in rows]

    @override
    async def tell_expiries(self, notices: Sequence[CertificateNotice]) -> int:
        columns = [n.fingerprint for n in notices], [n.notice for n in notices], [n.failure for n in notices]
        return len(await self._database.fetch("tell_expiries", *columns)) if notices else 0

    @override
    async def find(self, message_id: str) -> Sequence[Json]:
        return [_view(row) for row in await self._database.fetch("find_transfers", message_id, _uuid(message_id))]

    @override
    async def wire(self, transfer: UUID) -> Wire | None:
        rows = await self._database.fetch("transfer_pieces", transfer)
        if not rows:
            return None
        opened = [self._database.bodies.open(TRANSFER, transfer, row["bytes"], row["ordinal"]) for row in rows]
        return Wire(tuple(read_header_block(rows[0]["headers"] or b"")), b"".join(opened))

    @override
    async def receipts(self, transfer: UUID) -> Sequence[tuple[Wire, str, datetime]]:
        rows = await self._database.fetch("transfer_receipts", transfer)
        return [(_wire(row), row["disposition"], row["at"]) for row in rows]


def _arrival(
    transfers: Sequence[ArrivedTransfer],
    transmissions: Sequence[TransmissionRow],
    bodies: Sequence[TransferBodyRow],
    pieces: Sequence[tuple[UUID, int, Piece]],
) -> tuple[object, ...]:
    return (
        [transfer.row for transfer in transfers],
        bodies,
        [
            receipt_row(transfer.row.id, transfer.receipt.headers, transfer.receipt.body, transfer.row.disposition)
            for transfer in transfers
            if transfer.receipt is not None
        ],
        transmissions,
        [piece[0] for piece in pieces],
        [piece[1] for piece in pieces],
        [piece[2] for piece in pieces],
        [delivery for transfer in transfers for delivery in transfer.deliveries],
        [failure for transfer in transfers for failure in transfer.failures],
        [event for transfer in transfers for event in transfer.events],
    )


def _bodies(transfer: UUID, wire: Wire) -> Iterator[TransferBodyRow]:
    view = memoryview(wire.body)  # slices of it are no copies
    yield TransferBodyRow(transfer, 0, header_block(wire.headers), view[:_PIECE])
    for ordinal, start in enumerate(range(_PIECE, len(view), _PIECE), 1):
        yield TransferBodyRow(transfer, ordinal, None, view[start : start + _PIECE])


def _earlier(row: Row) -> EarlierTransfer:
    receipt = _wire(row) if row["bytes"] is not None else None
    return EarlierTransfer(
        id=row["id"], same=bool(row["same"]), mic=row["mic"], receipt=receipt, transmissions=tuple(row["transmissions"])
    )


def _wire(row: Row) -> Wire:
    return Wire(tuple(read_header_block(row["headers"])), row["bytes"])


def _sent(row: Row) -> SentTransfer:
    values: Mapping[str, Any] = {name: row[name] for name in _SENT}
    return SentTransfer(**{**values, "transmissions": tuple(row["transmissions"])})


def _view(row: Row) -> dict[str, Any]:
    return {**dict(row), "algorithms": orjson.loads(row["algorithms"]), "sha256": row["sha256"].hex()}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
