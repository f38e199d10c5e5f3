"""The few small protocols through which stages and operations reach the world. Adapters live in the folders above.

Each has one conformance suite under `tests/conformance`, run against every implementation.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from gateway.domain.agreement import Channel, Partnerships
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
    OutboundRow,
    OutboxRow,
    ResultRow,
    TransmissionRow,
)
from gateway.domain.route import Context, Route

Json = Mapping[str, Any]
"""A JSON object as Python values; decimals and dates are strings, as in the canonical documents' wire form."""


# --------------------------------------------------------------------------------------------------- configuration


class Configuration(Protocol):
    """The configuration in force, as the stages see it: immutable, swapped whole when a new one is activated."""

    @property
    def digest(self) -> str:
        """What names it on every message it handled."""

    @property
    def gateway_id(self) -> str:
        """This gateway's name, the `source` of its messages."""

    @property
    def partnerships(self) -> Partnerships:
        """Partners and agreements."""

    @property
    def routes(self) -> Sequence[Route]:
        """Routes in the order they are tried."""

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Channels by id."""

    def owner_of(self, partner: str | None) -> str:
        """Who owns the failures of a partner's documents, or of nobody's."""

    def context(
        self, *, document: str, partner: str | None, agreement: str | None, test: bool, message: Json
    ) -> Context:
        """The context in which a received document is routed."""


# ---------------------------------------------------------------------------------------------------------- intake


@dataclass(frozen=True, slots=True)
class Handover:
    """What a channel hands over: the bytes of a transmission and how they came.

    `id` is chosen by the channel before anything is stored, so that handing over again after a crash is recognised.
    `name` is the remote file name or message id. `idempotency_key`, unique per channel, is the sender's own protection
    against sending twice. `wait` says that somebody waits for the acknowledgement of this transmission.
    """

    id: UUID
    channel: str
    partner: str | None
    name: str
    body: bytes
    idempotency_key: str | None = None
    wait: bool = False
    traceparent: str | None = None
    remote: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The transmission is stored: from now on the gateway owns it. `repeated` when it already was.

    `conflict` when the idempotency key was used before for other content: nothing was stored then.
    """

    transmission: UUID
    repeated: bool = False
    conflict: bool = False


class Intake(Protocol):
    """Where channels hand transmissions over; returns after the commit."""

    async def receive(self, handover: Handover) -> Receipt:
        """Store a transmission. Raises Refused (nothing stored), StoreUnavailable, or CommitUnknown (ask again)."""


class Records(Protocol):
    """What is stored, for people and partners to read. Views are JSON objects; None when there is no such thing."""

    async def transmission(self, transmission: UUID) -> Json | None:
        """A transmission with its interchanges, documents, findings, acknowledgements and deliveries, nested."""

    def raw(self, transmission: UUID) -> AsyncIterator[bytes]:
        """The bytes as received, in chunks."""

    async def acknowledgement(self, acknowledgement: UUID) -> tuple[Json, bytes] | None:
        """An acknowledgement's description and its bytes as sent."""

    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        """The transmission's view once its acknowledgements are decided; None when that took longer than `within` s."""


# ------------------------------------------------------------------------------------------------------------ broker


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish. `message_id` is stable over repeats; headers carry CloudEvents attributes and traceparent."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


class Published(StrEnum):
    """What is known of a publish: confirmed, returned as unroutable, or nothing (publish again under the same id)."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    UNKNOWN = "unknown"


class Broker(Protocol):
    """Wake-ups between stages, documents to other services. State rows are the work; losing a wake-up loses time only."""

    async def start(self) -> None:
        """Connect and declare the topology. Raises BrokerUnavailable."""

    async def close(self) -> None:
        """End consumption and connections."""

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        """Publish with all confirms in flight; one result per message, in order, never an exception for a lost broker.

        Raises ValueError for an exchange that is not in the topology.
        """

    async def announce(self, queue: str, ids: Sequence[UUID]) -> None:
        """Wake who consumes `queue` (`translate`, `deliver.<target>`) for these rows; no ids mean: look for what is due.

        Returns at once and never raises for a lost broker: what is not announced is swept.
        """

    def consume(
        self, queue: str, handler: Callable[[Sequence[UUID]], Awaitable[None]], *, batch: int
    ) -> AbstractAsyncContextManager[None]:
        """Call `handler` with announced ids, distinct, at most `batch`, one batch at a time; settled when it returns.

        When it raises, the batch is settled too, after a pause that grows: the rows keep their state and are swept.
        Leaving the context lets the batch in flight end.
        """

    def subscribe(
        self,
        exchange: str,
        pattern: str,
        handler: Callable[[Sequence[Message]], Awaitable[None]],
        *,
        queue: str,
        batch: int = 100,
    ) -> AbstractAsyncContextManager[None]:
        """Call `handler` with documents of a topic exchange, one batch at a time; acknowledged when it returns.

        When it raises DependencyUnavailable, the same batch comes again after a pause; for anything else each document is
        tried alone, three times, and then given to `edi.dead` with the cause.
        """

    @property
    def connected(self) -> bool:
        """Whether the broker takes messages now: the truth for readiness."""


# ------------------------------------------------------------------------------------------------------------- store


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


@dataclass(frozen=True, slots=True)
class Earlier:
    """Who came before: the holder of a key, and whether its content was the same."""

    id: UUID
    digest: bytes


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
    acknowledgements: list[AcknowledgementRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    outbox: list[OutboxRow] = field(default_factory=list)
    waited: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery taken for an attempt. `document` is canonical JSON, `content` the bytes of an outbound interchange."""

    id: UUID
    transmission: UUID
    document: UUID | None
    outbound: UUID | None
    partner: str | None
    route: str | None
    action: str
    idempotency_key: str
    test: bool
    options: Json
    attempt: int
    age: timedelta
    first_attempt_at: datetime
    started_at: datetime
    json: bytes | None
    content: bytes | None
    name: str


@dataclass(frozen=True, slots=True)
class Expired:
    """A delivery whose claim ran out, and the state it was moved to."""

    id: UUID
    transmission: UUID
    partner: str | None
    route: str | None
    target: str
    attempt: int
    state: str


@dataclass(frozen=True, slots=True)
class QueueLevel:
    """How much waits in a stage, and for how many seconds the oldest."""

    stage: str
    rows: int
    oldest: float


class SettlementSession(Protocol):
    """The one transaction that ends translation."""

    async def claim_interchange_keys(self, rows: Sequence[InterchangeKeyRow]) -> Mapping[UUID, Earlier]:
        """Claim keys; answers, by interchange, who holds those that could not be claimed."""

    async def claim_document_keys(self, rows: Sequence[DocumentKeyRow]) -> Mapping[UUID, Earlier]:
        """Claim business keys; answers, by document, who holds those that could not be claimed."""

    async def acknowledgements_of(self, interchanges: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
        """The outbound interchanges that acknowledge these."""

    async def take_control_numbers(self, wanted: Mapping[str, int]) -> Mapping[str, int]:
        """Advance counters by the wanted amounts; answers the last number taken of each. Held until the commit."""

    async def settle(self, claim: UUID, settlement: Settlement) -> frozenset[UUID]:
        """Move the transmissions still held under `claim`, write all that belongs to them, answer which moved."""


class Work(Protocol):
    """The state rows, as the stages see them. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    async def receive(
        self, rows: Sequence[TransmissionRow], pieces: Sequence[tuple[UUID, int, bytes]]
    ) -> Mapping[UUID, Receipt]:
        """Store transmissions with their bodies in one transaction; one receipt per given id."""

    async def claim_transmissions(
        self, ids: Sequence[UUID], *, claim: UUID, lasting: timedelta
    ) -> Sequence[ClaimedTransmission]:
        """Take those of the announced transmissions that still wait and that nobody holds."""

    async def hand_back_transmissions(self, ids: Sequence[UUID], *, claim: UUID) -> None:
        """Give claims back without counting the start."""

    async def renew_transmissions(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        """Let claims on transmissions hold for that long from now: those of the ids that are held under one of the claims."""

    async def renew_deliveries(self, ids: Sequence[UUID], claims: Sequence[UUID], lasting: timedelta) -> None:
        """The same for deliveries."""

    def settlement(self) -> AbstractAsyncContextManager[SettlementSession]:
        """Open the transaction that ends translation; it commits when the block ends without an exception."""

    async def claim_deliveries(
        self, target: str, *, limit: int, claim: UUID, lasting: timedelta
    ) -> Sequence[ClaimedDelivery]:
        """Take deliveries of a target that are due."""

    async def settle_deliveries(
        self,
        results: Sequence[ResultRow],
        *,
        claim: UUID,
        node: str,
        events: Sequence[EventRow],
        failures: Sequence[FailureRow],
        outbox: Sequence[OutboxRow],
    ) -> tuple[frozenset[UUID], Sequence[tuple[UUID, str]]]:
        """Write results made under `claim`; answers which moved, and (delivery, target) of those released by them."""

    async def next_due(self, target: str) -> float | None:
        """Seconds until the target's next delivery is due; None when none waits."""

    async def expire_deliveries(self, *, repeatable: Sequence[str], node: str) -> Sequence[Expired]:
        """Move deliveries whose claim ran out."""

    async def unfinished_transmissions(self, *, older: timedelta, limit: int) -> Sequence[UUID]:
        """Transmissions that wait unannounced."""

    async def due_targets(self, *, older: timedelta) -> Sequence[str]:
        """Targets with deliveries that have been due for longer than that."""

    async def relay_outbox(
        self, publish: Callable[[Sequence[Message]], Awaitable[Sequence[Published]]], *, older: timedelta, limit: int
    ) -> int:
        """Publish messages their writer left behind and delete the confirmed ones; answers how many were confirmed."""

    async def delete_outbox(self, ids: Sequence[UUID]) -> None:
        """Forget messages that were confirmed."""

    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        """Write failures that belong to no stage's statement."""

    async def take_lease(self, name: str, *, holder: str, lasting: timedelta) -> int | None:
        """Take or renew a lease; its fencing token, or None while another holds it."""

    async def release_lease(self, name: str, *, holder: str) -> None:
        """Give a lease back."""

    async def queue_levels(self) -> Sequence[QueueLevel]:
        """How much waits where."""


# ------------------------------------------------------------------------------------------------------ applications


@dataclass(frozen=True, slots=True)
class ApplicationCall:
    """One delivery to an application, ready to be made.

    `document` is the canonical document after the route's rules, in its JSON form. `idempotency_key` is stable over repeats
    and safe as an external id (`[A-Za-z0-9_]+`). `options` come from the agreement and the route.
    """

    delivery: UUID
    action: str
    partner: str
    document: Json
    idempotency_key: str
    attempt: int
    test: bool
    options: Json


class OutcomeKind(StrEnum):
    """How a delivery attempt ended: done, worth repeating, or refused for good."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `message` is for support staff; `code` is a machine word such as `product-unknown`.

    `reference` is the target's own name for what it made. `retry_after` is in seconds, when the target named a time.
    """

    delivery: UUID
    kind: OutcomeKind
    code: str = ""
    message: str = ""
    reference: str | None = None
    retry_after: float | None = None
    response: Json = field(default_factory=dict)


class Application(Protocol):
    """A system behind the gateway. `idempotent` when a repeat under the same key changes nothing there."""

    id: str
    idempotent: bool
    max_batch: int

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Make up to `max_batch` calls; one outcome per call, in any order. Raises only for bugs."""

    async def check(self) -> Sequence[tuple[str, bool, str]]:
        """What works: (name, ok, remedy) for `doctor` and readiness."""

    async def close(self) -> None:
        """End connections."""


# ---------------------------------------------------------------------------------------------------------- channels


@dataclass(frozen=True, slots=True)
class Parcel:
    """An interchange to hand to a partner. `name` is stable over repeats, so that a repeat replaces and never doubles."""

    delivery: UUID
    name: str
    content: bytes
    media_type: str = "application/octet-stream"


class OutboundChannel(Protocol):
    """A way to a partner. `idempotent` when sending the same parcel again has no effect there."""

    id: str
    idempotent: bool

    async def send(self, parcels: Sequence[Parcel]) -> Sequence[Outcome]:
        """Hand parcels over; one outcome per parcel. Raises only for bugs."""


class InboundChannel(Protocol):
    """A way from partners that has a life of its own (a poller, a listener)."""

    id: str

    async def run(self) -> None:
        """Bring transmissions to the intake until cancelled."""


# ------------------------------------------------------------------------------------------------ clock and observer


class Clock(Protocol):
    """Time for pure decisions. Leases, claims and due times use the database's clock instead."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds for measuring durations."""


class Observer(Protocol):
    """Where stages report what they did; names and labels are those of the table in `gateway/telemetry`."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Record a duration in seconds or a size."""

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a level."""
