"""Transfers: AS2 messages in and out with all that proves them, as channels and stages hand them over and read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from gateway.domain.record import DeliveryRow, EventRow, FailureRow, TransmissionRow
from gateway.domain.transfer import TransferReceiptRow, TransferRow
from gateway.ports.intake import Handover
from gateway.ports.json import Json
from gateway.ports.store import Piece


@dataclass(frozen=True, slots=True)
class Wire:
    """A message as it goes over the wire: headers in order, and the body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedTransfer:
    """A message of a partner with all that is committed before it is answered.

    `handovers` are what it held, one for each attachment, or the message itself when it could not be read. `receipt` is the
    answer (MDN); when that is owed by a request of its own, `deliveries` holds it.
    """

    row: TransferRow
    wire: Wire
    receipt: Wire | None
    handovers: Sequence[Handover]
    deliveries: Sequence[DeliveryRow] = ()
    failures: Sequence[FailureRow] = ()
    events: Sequence[EventRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTransfer:
    """Who came before under the same id. `same` when it held the same; `receipt` is what was answered."""

    id: UUID
    same: bool
    mic: str | None
    receipt: Wire | None
    transmissions: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class TransferStored:
    """The transfer is stored; or, with `earlier`, nothing was, because it had come before."""

    transfer: UUID
    earlier: EarlierTransfer | None = None


class TransferIntake(Protocol):
    """Where a channel hands messages of partners over; returns after the commit."""

    async def receive(self, transfer: ArrivedTransfer) -> TransferStored:
        """Store a message. Raises Refused (nothing stored), StoreUnavailable, or CommitUnknown (ask again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentTransfer:
    """A message of ours, as it stands in the store."""

    id: UUID
    channel: str
    partner: str | None
    as2_from: str
    as2_to: str
    message_id: str
    mic: str | None
    mic_algorithm: str | None
    receipt_state: str
    disposition: str
    outbound: UUID | None
    delivery: UUID | None
    transmissions: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptNews:
    """What a partner's receipt did: the state it moved the transfer to; `repeated` when these bytes were known already."""

    transfer: SentTransfer
    state: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What senders that proved nothing left with us lately, by channel."""

    channel: str
    messages: int
    size: int


@dataclass(frozen=True, slots=True)
class CertificateNotice:
    """An expiry to tell an owner of, once for each mark it passes."""

    fingerprint: str
    notice: int
    failure: FailureRow


class Transfers(Protocol):
    """The evidence of transfers. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    async def arrive(
        self,
        transfers: Sequence[ArrivedTransfer],
        transmissions: Sequence[TransmissionRow],
        pieces: Sequence[tuple[UUID, int, Piece]],
    ) -> dict[UUID, TransferStored]:
        """Store messages of partners with what they held, in one transaction."""

    async def owe_receipt(self, transfer: UUID, receipt: TransferReceiptRow | None, delivery: DeliveryRow | None) -> None:
        """Keep a receipt that was made for a copy, and send it (again) unless it is on its way already."""

    async def stored_receipt(self, transfer: UUID) -> Wire | None:
        """The receipt of ours for a message, as it was made."""

    async def receipt_delivered(self, transfer: UUID) -> None:
        """A receipt that was owed has reached the partner."""

    async def prepare(self, row: TransferRow, wire: Wire) -> SentTransfer:
        """Commit a message of ours before its first byte leaves; one that is known gets what is new. Answers how it stands."""

    async def sent(self, transfer: UUID, *, state: str, receipt_state: str | None = None) -> None:
        """Write what became of sending; `receipt_state` moves the receipt by its table unless it has moved on by itself."""

    async def find_sent(self, message_id: str, *, as2_from: str, as2_to: str) -> SentTransfer | None:
        """The message of ours that a receipt is about."""

    async def record_receipt(
        self, transfer: UUID, receipt: TransferReceiptRow, *, state: str, signed_by: str | None, failure: FailureRow | None
    ) -> ReceiptNews:
        """Write a partner's receipt, once; the failure only when it moved the state."""

    async def quarantined(self, *, lately: timedelta) -> Sequence[Quarantined]:
        """How much of senders that proved nothing was stored lately."""

    async def tell_expiries(self, notices: Sequence[CertificateNotice]) -> int:
        """Record the failures of expiries that were not told yet; answers how many."""

    async def find(self, message_id: str) -> Sequence[Json]:
        """Transfers by Message-ID or id, for people; newest first."""

    async def wire(self, transfer: UUID) -> Wire | None:
        """A message as it went over the wire."""

    async def receipts(self, transfer: UUID) -> Sequence[tuple[Wire, str, datetime]]:
        """The receipts of a message: bytes, disposition, when."""
