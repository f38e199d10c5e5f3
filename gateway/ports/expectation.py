"""The ledger of what partners owe us for what we sent, as channels, stages and people see it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gateway.domain.expectation import (
    ClaimRow,
    ExpectationMove,
    ExpectationRow,
    ReceivedRow,
    Said,
    UnmatchedRow,
)
from gateway.domain.record import EventRow, FailureRow
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class TransferReceipt:
    """A receipt (MDN) for a transfer of ours: stored, verified and matched by the channel it came by, before it comes here.

    `id` is the stored receipt's, or the transfer's: handing the same over again changes nothing. `delivery` is the delivery
    whose transfer it is about. `said` is what it comes to: accepted (processed), accepted with errors (processed with a warning),
    rejected (an error, a failure, or a MIC that is not ours). `explanation` says in plain sentences what the partner said or what
    is wrong with the receipt.
    """

    id: UUID
    delivery: UUID
    said: Said
    explanation: tuple[str, ...] = ()


class ReceiptLedger(Protocol):
    """Where channels hand receipts over."""

    async def record_receipt(self, receipt: TransferReceipt) -> bool:
        """Settle the expectation of a receipt for what a delivery sent; False when the delivery sent no interchange.

        A late one closes the failure of the overdue one. One that does not reject moves a delivery in doubt to delivered. What is
        wrong with a receipt itself is the channel's to tell: a rejection makes no second failure here, a contradiction does.
        Raises StoreUnavailable, CommitUnknown or Contention: hand it over again.
        """


@dataclass(frozen=True, slots=True)
class SentInterchange:
    """An interchange of ours that a claim may mean. `document` is the ordinal of the one document that its keys mean.

    `prepared` is date and time of its header as X12 writes them, `name` and `keys` are those of the document.
    """

    id: UUID
    sender: str
    receiver: str
    test: bool
    created_at: datetime
    prepared: str | None = None
    document: int | None = None
    name: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentOutbound:
    """What is known of an interchange of ours without its bytes. `transmission` is the one it was made for."""

    id: UUID
    transmission: UUID | None
    partner: str | None
    control_number: str
    type: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SentContent:
    """A document in an interchange of ours, with its numbers there, its own id, and its business keys."""

    outbound: UUID
    ordinal: int
    group_number: str
    control_number: str
    type: str
    document: UUID
    name: str
    agreement: str | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldExpectation:
    """An expectation that is held until the transaction ends. `due`: its time is up. `failure` is the one open because of it."""

    row: ExpectationRow
    due: bool
    failure: str | None


@dataclass(frozen=True, slots=True)
class DueExpectation:
    """One whose time is up. `delivered_at` is when the partner got the interchange, `unfinished`: it has not been delivered."""

    held: HeldExpectation
    now: datetime
    delivered_at: datetime | None
    unfinished: bool


@dataclass(frozen=True, slots=True)
class WaitingAcknowledgement:
    """An acknowledgement in the queue of the unmatched, with what it says in its canonical form, and the parties it names."""

    id: UUID
    transmission: UUID
    partner: str | None
    type: str
    name: str
    sender: str
    receiver: str
    test: bool
    failure: str | None
    tries: int
    json: bytes


@dataclass(slots=True)
class Reconciled:
    """Everything that acknowledgements do, row by row. `arrived` are interchanges of ours that partners have got.

    `rejected` are documents of ours by interchange and ordinal, None for all of an interchange. `closed` and `reopened` are
    cases by subject and fingerprint; `matched` acknowledgements leave the queue.
    """

    moves: list[ExpectationMove] = field(default_factory=list)
    added: list[ExpectationRow] = field(default_factory=list)
    received: list[ReceivedRow] = field(default_factory=list)
    unmatched: list[UnmatchedRow] = field(default_factory=list)
    matched: list[UUID] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    arrived: list[UUID] = field(default_factory=list)
    rejected: list[tuple[UUID, int | None]] = field(default_factory=list)
    closed: list[tuple[UUID, str]] = field(default_factory=list)


class ExpectationSession(Protocol):
    """A transaction in which interchanges are sealed, or acknowledgements matched."""

    async def expect(self, rows: Sequence[ExpectationRow]) -> None:
        """Write expectations; rows whose outbound, document, layer and kind are there already change nothing."""

    async def sent_for(self, claims: Sequence[ClaimRow]) -> Mapping[int, Sequence[SentInterchange]]:
        """The interchanges that claims may mean, by the claims' ordinals, the newest first."""

    async def sent_outbounds(self, outbounds: Sequence[UUID]) -> Mapping[UUID, SentOutbound]:
        """Interchanges of ours."""

    async def sent_contents(self, outbounds: Sequence[UUID]) -> Mapping[UUID, Sequence[SentContent]]:
        """The documents in interchanges of ours, in order."""

    async def hold_expectations(self, outbounds: Sequence[UUID]) -> Sequence[HeldExpectation]:
        """What is expected for interchanges, held until the transaction ends."""

    async def hold_expectation(self, expectation: UUID) -> HeldExpectation | None:
        """One expectation, held until the transaction ends."""

    async def matched_before(self, expectations: Sequence[UUID]) -> frozenset[tuple[UUID, UUID]]:
        """Pairs of acknowledgement and expectation that were matched before."""

    async def outbound_of(self, delivery: UUID) -> UUID | None:
        """The interchange that a delivery sends."""

    async def bytes_of(self, outbound: UUID) -> bytes:
        """An interchange as it was sealed."""

    async def queue_held(self, interchange: UUID) -> None:
        """Queue the acknowledgements of a large interchange, which are in the store and not in memory, to be matched soon."""

    async def take_unmatched(self, *, limit: int, only: Sequence[UUID] | None = None) -> Sequence[WaitingAcknowledgement]:
        """Acknowledgements in the queue whose time has come, or those asked for; held until the transaction ends."""

    async def due_expectations(self, *, limit: int) -> Sequence[DueExpectation]:
        """What is still expected though its time is up; held until the transaction ends."""

    async def postpone(self, rows: Sequence[tuple[UUID, datetime, datetime]]) -> None:
        """Let the time of expectations run from a later moment: id, sent, due."""

    async def dismiss(self, acknowledgement: UUID, *, reason: str, person: str) -> bool:
        """Take an acknowledgement out of the queue for a reason; its failure ends. False when it does not wait there."""

    async def audit(self, actor: str, action: str, subject: str, detail: Json) -> None:
        """Write who did what to what."""

    async def reconcile(self, reconciled: Reconciled) -> Sequence[str]:
        """Write what acknowledgements did; answers the targets of deliveries that may go on now."""


class ExpectationStore(Protocol):
    """The ledger as the stages see it. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    def reconciling(self) -> AbstractAsyncContextManager[ExpectationSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def expectation_levels(self) -> Mapping[tuple[str, str], int]:
        """How many are open or overdue, by kind and state, and how many acknowledgements match nothing."""
