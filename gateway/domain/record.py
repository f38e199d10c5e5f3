"""The rows that stages hand to the store, in the order of the row types in the migrations. They hold facts, no behaviour."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID


class TransmissionRow(NamedTuple):
    """What a channel handed over, without its bytes."""

    id: UUID
    channel: str
    partner: str | None
    name: str
    idempotency_key: str | None
    remote: str | None
    traceparent: str | None
    waited: bool
    sha256: bytes
    size: int
    reply_to: str | None = None
    correlation: str | None = None


class ReplyRow(NamedTuple):
    """The answer to the service that published a transmission: headers as JSON, body as bytes of JSON."""

    transmission: UUID
    headers: str
    body: bytes


class InterchangeRow(NamedTuple):
    """An interchange that was read, with its verdict and what became of it."""

    id: UUID
    transmission: UUID
    ordinal: int
    family: str
    sender: str
    receiver: str
    control_number: str
    test: bool
    partner: str | None
    verdict: str
    state: str
    documents: int
    start_offset: int
    end_offset: int
    duplicate_of: UUID | None


class DocumentRow(NamedTuple):
    """A set or message, with its business keys (`order:4711`) for search."""

    id: UUID
    transmission: UUID
    interchange: UUID
    ordinal: int
    type: str
    version: str
    control_number: str
    name: str | None
    partner: str | None
    agreement: str | None
    route: str | None
    test: bool
    verdict: str
    state: str
    keys: tuple[str, ...]


class ReleasedRow(NamedTuple):
    """What became of a document that waited."""

    document: UUID
    state: str
    agreement: str | None
    route: str | None


class BodyRow(NamedTuple):
    """A canonical document as JSON bytes."""

    transmission: UUID
    document: UUID
    json: bytes


class FindingRow(NamedTuple):
    """A finding about a transmission, an interchange or a document (`subject`)."""

    subject: UUID
    ordinal: int
    transmission: UUID
    code: str
    severity: str
    message: str
    offset: int
    segment: int | None
    tag: str | None
    element: int | None
    component: int | None
    repetition: int | None
    expected: str | None
    actual: str | None


class InterchangeKeyRow(NamedTuple):
    """What makes an interchange the same as another, for an agreed period; the digest tells repeat from conflict."""

    family: str
    sender: str
    receiver: str
    test: bool
    control_number: str
    digest: bytes
    interchange: UUID
    period: timedelta


class ReceivedNumberRow(NamedTuple):
    """A control number that came from a partner."""

    family: str
    sender: str
    receiver: str
    test: bool
    last: int
    interchange: UUID


class MissingNumberRow(NamedTuple):
    """A control number that has not come, though a later one has (`interchange`), and the failure that says so."""

    family: str
    sender: str
    receiver: str
    test: bool
    number: int
    interchange: UUID
    fingerprint: str


class DocumentKeyRow(NamedTuple):
    """What makes a business document the same as another, whatever it came in."""

    partner: str
    name: str
    test: bool
    identity: str
    digest: bytes
    document: UUID


class OutboundRow(NamedTuple):
    """An interchange for a partner, sealed under its control number."""

    id: UUID
    transmission: UUID
    partner: str | None
    family: str
    type: str
    sender: str
    receiver: str
    control_number: str
    test: bool
    bytes: bytes


class OutboundDocumentRow(NamedTuple):
    """A set or message in an outbound interchange, by the numbers that a partner's acknowledgement names it with."""

    outbound: UUID
    ordinal: int
    document: UUID
    group_id: str
    group_number: str
    control_number: str
    type: str
    version: str
    name: str
    partner: str | None
    agreement: str | None
    keys: tuple[str, ...]


class AcknowledgementRow(NamedTuple):
    """What an outbound interchange acknowledges."""

    outbound: UUID
    transmission: UUID
    interchange: UUID
    type: str
    verdict: str
    explanation: tuple[str, ...]


class DeliveryRow(NamedTuple):
    """Something to deliver: a document to an application, or an outbound interchange to a partner's channel.

    `place` tells where its document stands in its transmission: deliveries of one sequence key go in that order, and wait for up
    to `sequence_wait` for earlier transmissions of the partner. `fallback` is the target that takes its place, when this one has
    been out of reach for `fallback_after`. It is due after `wait`.
    """

    id: UUID
    transmission: UUID
    document: UUID | None
    outbound: UUID | None
    partner: str | None
    route: str | None
    target: str
    action: str
    idempotency_key: str
    test: bool
    options: str
    priority: int
    sequence_key: str | None
    after: UUID | None
    state: str
    agreement: str | None = None
    place: int = 0
    sequence_wait: timedelta | None = None
    fallback: str | None = None
    fallback_after: timedelta | None = None
    wait: timedelta = timedelta()


class EventRow(NamedTuple):
    """One stage's journal entry; `steps` is a JSON list of what it did and why."""

    transmission: UUID
    stage: str
    subject: UUID
    steps: str
    configuration: str
    node: str


class FailureRow(NamedTuple):
    """One case of a failure; cases with the same fingerprint are one failure to its owner."""

    id: UUID
    fingerprint: str
    stage: str
    code: str
    partner: str | None
    route: str | None
    owner: str
    message: str
    remedy: str
    sample: UUID
    transmission: UUID


class OutboxRow(NamedTuple):
    """A public message to publish after the commit; its body is the document's canonical JSON."""

    id: UUID
    transmission: UUID
    exchange: str
    routing_key: str
    headers: str
    document: UUID | None


class ResultRow(NamedTuple):
    """The result of a delivery attempt. `delay` counts when the state is waiting again.

    `doubtful`: it may have been carried out although nothing says so. `spared`: it is not taken from the time of trying;
    `uncounted`: nor from the attempts.
    """

    delivery: UUID
    attempt: int
    state: str
    delay: timedelta
    outcome: str
    code: str
    message: str
    reference: str | None
    response: str
    started_at: datetime
    doubtful: bool = False
    spared: bool = False
    uncounted: bool = False


class DiversionRow(NamedTuple):
    """A delivery that is not made at its target any more, and the one at its fallback that stands in for it."""

    delivery: UUID
    substitute: UUID
    transmission: UUID
    reason: str
