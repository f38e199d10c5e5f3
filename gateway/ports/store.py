"""The state rows, as the stages see them: the truth about all work."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from gateway.domain.order.record import OrderEventRow
from gateway.domain.record import (
    AcknowledgementRow,
    BodyRow,
    DeliveryRow,
    DocumentKeyRow,
    DocumentRow,
    EventRow,
    FailureRow,
    FindingRow,
    InterchangeKeyRow,
    InterchangeRow,
    MissingNumberRow,
    OutboundDocumentRow,
    OutboundRow,
    OutboxRow,
    ReceivedNumberRow,
    ReleasedRow,
    ReplyRow,
    ResultRow,
    TransmissionRow,
)
from gateway.errors import BodyUnreadable
from gateway.ports.broker import Message, Published
from gateway.ports.claimed import BreakerMove, BreakerState, ClaimedDelivery, Due, Expired, Probe, Settled
from gateway.ports.expectation import ExpectationSession
from gateway.ports.intake import Receipt
from gateway.ports.lines import Lines, ReplayTerms

Piece = bytes | memoryview
"""A part of a body, or all of it."""


@dataclass(frozen=True, slots=True)
class ClaimedTransmission:
    """A transmission taken for translation. `starts` counts this start and those before it that never ended."""

    id: UUID
    channel: str
    partner: str | None
    name: str
    traceparent: str | None
    waited: bool
    sha256: bytes
    size: int
    starts: int
    received_at: datetime
    body: bytes
    held: bool = False
    """Whether it waited for earlier control numbers."""
    waited_out: bool = False
    """Whether it waited for as long as was agreed."""
    replay: ReplayTerms | None = None
    release: UUID | None = None
    """The order at the gate before warehouses that it was released from: it does not pass the gate again."""
    unreadable: BodyUnreadable | None = None
    """Why its bytes cannot be had; `body` is not what was received then."""

    @property
    def named_route(self) -> str | None:
        """The route that a person named for its documents; None: they take the first that fits."""
        return self.replay.route if self.replay is not None else None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Who came before: the holder of a key, and whether its content was the same."""

    id: UUID
    digest: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody waits in `queue` for the answer to a transmission, under `correlation`."""

    transmission: UUID
    queue: str
    correlation: str | None


@dataclass(slots=True)
class Settlement:
    """Everything that the end of translation writes, row by row; grows while a batch is judged."""

    transmissions: list[tuple[UUID, str]] = field(default_factory=list)
    interchanges: list[InterchangeRow] = field(default_factory=list)
    documents: list[DocumentRow] = field(default_factory=list)
    canonical: list[BodyRow] = field(default_factory=list)
    routed: list[BodyRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)
    outbounds: list[OutboundRow] = field(default_factory=list)
    outbound_documents: list[OutboundDocumentRow] = field(default_factory=list)
    acknowledgements: list[AcknowledgementRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    replies: list[ReplyRow] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    """Who wants one of the replies, as it is known when they are stored."""
    waited: list[UUID] = field(default_factory=list)
    resumed: list[UUID] = field(default_factory=list)
    """Transmissions that waited for what came now."""
    woken: list[str] = field(default_factory=list)
    """Targets of earlier deliveries that may go on now."""


@dataclass(frozen=True, slots=True)
class QueueLevel:
    """How much waits in a stage, and for how many seconds the oldest."""

    stage: str
    rows: int
    oldest: float


class DocumentKeys(Lines, Protocol):
    """A transaction in which duplicates of business documents are decided."""

    async def claim_document_keys(self, rows: Sequence[DocumentKeyRow]) -> Mapping[UUID, Earlier]:
        """Claim business keys; answers, by document, who holds those that could not be claimed."""


class SettlementSession(DocumentKeys, ExpectationSession, Protocol):
    """The one transaction that ends translation."""

    async def claim_interchange_keys(self, rows: Sequence[InterchangeKeyRow]) -> Mapping[UUID, Earlier]:
        """Claim keys; answers, by interchange, who holds those that could not be claimed."""

    async def lock_received_numbers(self, pairs: Sequence[ReceivedNumberRow]) -> Mapping[tuple[str, str, str, bool], int | None]:
        """The last control number that came from each pair of partners (None: none yet), locked until the commit."""

    async def advance_received_numbers(
        self,
        last: Sequence[ReceivedNumberRow],
        missing: Sequence[MissingNumberRow],
        late: Sequence[ReceivedNumberRow],
        *,
        waited_for: Sequence[str],
    ) -> Sequence[UUID]:
        """Remember numbers, close cases of gaps that are filled; answers the transmissions that may go on."""

    async def release_interchange_keys(self, interchanges: Sequence[UUID]) -> None:
        """Forget keys that these interchanges have claimed."""

    async def close_held_cases(self, transmissions: Sequence[UUID]) -> None:
        """End the cases of transmissions that wait no more."""

    async def acknowledgements_of(self, interchanges: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
        """The outbound interchanges that acknowledge these."""

    async def refuse_documents(self, interchange: UUID, ordinals: Sequence[int] | None) -> None:
        """End waiting documents of a large interchange: all of them, or those with these ordinals."""

    async def take_control_numbers(self, wanted: Mapping[str, int]) -> Mapping[str, int]:
        """Advance counters by the wanted amounts; answers the last number taken of each. Held until the commit."""

    async def settle(self, claim: UUID, settlement: Settlement) -> frozenset[UUID]:
        """Move the transmissions still held under `claim`, write all that belongs to them, answer which moved.

        Who waits for one of the replies is added to the settlement.
        """


@dataclass(frozen=True, slots=True)
class PendingDocument:
    """A document of a large interchange that waits to be routed, with what routing wants to know of its envelope."""

    id: UUID
    transmission: UUID
    interchange: UUID
    ordinal: int
    type: str
    version: str
    control_number: str
    name: str
    verdict: str
    keys: tuple[str, ...]
    family: str
    sender: str
    receiver: str
    interchange_number: str
    partner: str
    test: bool
    channel: str
    file: str
    traceparent: str | None
    received_at: datetime
    json: bytes
    interchange_ordinal: int = 1
    replay: ReplayTerms | None = None


class ReleaseSession(DocumentKeys, ExpectationSession, Protocol):
    """A transaction that releases documents of large interchanges."""

    async def lock_pending_documents(self, limit: int, after: UUID, *, without: Sequence[UUID] = ()) -> Sequence[PendingDocument]:
        """The next documents of accepted interchanges after the one named, in order, held until the transaction ends."""

    async def settle_release(self, rows: Sequence[ReleasedRow], settlement: Settlement) -> frozenset[UUID]:
        """End the waiting of documents and write what follows; answers which moved."""


class Work(Protocol):
    """The state rows, as the stages see them. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    async def receive(self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, Piece]]) -> Mapping[UUID, Receipt]:
        """Store transmissions with their bodies in one transaction; one receipt per given id."""

    async def claim_transmissions(
        self, ids: Sequence[UUID], *, claim: UUID, lasting: timedelta, most_bytes: int = 8_388_608, largest: int | None = None
    ) -> Sequence[ClaimedTransmission]:
        """Take those of the announced transmissions that still wait and that nobody holds: the first, and as many more as fit.

        Those above `largest` bytes are left where they are.
        """

    async def hand_back_transmissions(self, ids: Sequence[UUID], *, claim: UUID) -> None:
        """Give claims back without counting the start."""

    async def hold_transmission(
        self,
        transmission: UUID,
        *,
        claim: UUID,
        wait: timedelta,
        waits_for: str,
        until: ReceivedNumberRow,
        failure: FailureRow,
    ) -> bool:
        """Let a transmission wait for earlier control numbers, and tell its owner; True when they have come by now."""

    async def renew_transmissions(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        """Let claims on transmissions hold for that long from now: those of the ids that are held under one of the claims."""

    async def renew_deliveries(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        """The same for deliveries."""

    async def store_documents(self, transmission: UUID, *, claim: UUID, settlement: Settlement) -> bool:
        """Store a slice of a large interchange's documents; False when the transmission is no longer held."""

    def release(self) -> AbstractAsyncContextManager[ReleaseSession]:
        """Open a transaction that releases documents; it commits when the block ends without an exception."""

    def settlement(self) -> AbstractAsyncContextManager[SettlementSession]:
        """Open the transaction that ends translation; it commits when the block ends without an exception."""

    async def claim_deliveries(
        self, target: str, *, limit: int, claim: UUID, lasting: timedelta, lowest: int = 2
    ) -> Sequence[ClaimedDelivery]:
        """Take deliveries of a target that are due, of one class of service: the highest there is, down to `lowest`.

        None while its breaker is not closed, while staff hold it, and when it has all the calls that it may have.
        """

    async def claim_probe(self, target: str, *, claim: UUID, lasting: timedelta, lowest: int = 2) -> Probe | None:
        """Take the delivery that finds out whether a target works again; None when it is not time for one, or nothing is due."""

    async def count_followers(self, deliveries: Sequence[UUID]) -> Mapping[UUID, int]:
        """How many deliveries of the same sequence key each of these holds up."""

    async def settle_deliveries(
        self,
        results: Sequence[ResultRow],
        *,
        claim: UUID,
        node: str,
        events: Sequence[EventRow],
        failures: Sequence[FailureRow],
        outbox: Sequence[OutboxRow],
        target: str,
        strain: float,
        milestones: Mapping[UUID, Sequence[OrderEventRow]] | None = None,
    ) -> Settled:
        """Write results made under `claim` by a call to `target`, which fills (or, negative, drains) its breaker's bucket.

        `milestones` are what answers say of orders, by delivery: they are heard in the same transaction.
        """

    async def move_breaker(self, move: BreakerMove) -> bool:
        """Open, keep open or close a breaker; False when it is no longer as expected."""

    async def breakers(self) -> Sequence[BreakerState]:
        """The breakers of targets that were unavailable at some time; those of all others are closed."""

    async def next_due(self, target: str, *, lowest: int = 2) -> Due:
        """When there is something to do for a target, of the classes of service down to `lowest`."""

    async def expire_deliveries(
        self,
        *,
        repeatable: Sequence[str],
        node: str,
        failure: Callable[[Expired], FailureRow],
        dead_letter: Callable[[Expired], OutboxRow] | None = None,
        most_lost: int = 3,
    ) -> Sequence[Expired]:
        """Move deliveries whose claim ran out, in one transaction with the failure of each that is in doubt or dead.

        Dead is one under which `most_lost` processes in a row ended; with its dead letter, where there are listeners for them.
        """

    async def unfinished_transmissions(
        self, *, older: timedelta, limit: int, patient: Sequence[str] = ()
    ) -> Sequence[tuple[str, UUID]]:
        """Transmissions that wait unannounced, with the channel of each; those of `patient` channels last."""

    async def due_targets(self, *, older: timedelta) -> Sequence[str]:
        """Targets with deliveries that have been due for longer than that."""

    async def relay_outbox(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        """Publish messages their writer left behind and delete the confirmed ones; answers how many were confirmed."""

    async def relay_replies(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        """The same for answers to services; one whose queue is gone has nobody to wait for."""

    async def answer_again(self, transmission: UUID, *, queue: str, correlation: str | None) -> bool:
        """A transmission was published again, by somebody who waits in `queue`: what it is answered goes there.

        Answers whether there is an answer already: then it is published by the relay, else when there is one.
        """

    async def delete_replies(self, transmissions: Sequence[UUID]) -> None:
        """Forget answers that were confirmed."""

    async def delete_outbox(self, ids: Sequence[UUID]) -> None:
        """Forget messages that were confirmed."""

    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        """Write failures that belong to no stage's statement."""

    async def take_lease(self, name: str, *, holder: str, lasting: timedelta) -> int | None:
        """Take or renew a lease; its fencing token, or None while another holds it."""

    async def release_lease(self, name: str, *, holder: str) -> None:
        """Give a lease back."""

    async def count_untranslated(self, *, limit: int) -> int:
        """How many transmissions wait for translation, counted no further than `limit`."""

    async def queue_levels(self) -> Sequence[QueueLevel]:
        """How much waits where."""
