"""What is told of messages: the names of members are those that `gateway messages`, `message` and `trace` write as JSON.

Accounts of partners get the members that are about them; what lies behind the gateway is left empty.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.api.operation import Told


class RowDelivery(Told):
    """Where a message goes, and how far that is. `held_by` is who keeps it from going."""

    target: str
    state: str
    attempt: int = 0
    reference: str | None = None
    code: str | None = None
    message: str | None = None
    next_attempt_at: datetime | None = None
    blocked_by: str | None = None
    after: UUID | None = None
    held_by: str | None = None
    held_because: str | None = None


class RowAcknowledgement(Told):
    """What we answered, and whether the partner has it."""

    type: str
    verdict: str
    state: str


class RowExpectation(Told):
    """What a partner owes us for what we sent, or said of it."""

    kind: str
    layer: str
    state: str
    due_at: datetime | None = None
    person: str | None = None
    reason: str | None = None


class RowFailure(Told):
    """A failure that it has a part in."""

    code: str
    message: str
    owner: str
    state: str


class Row(Told):
    """A row of the list: a document, or an interchange or a transmission that holds none. `transmission` is what it came in.

    `direction`: `in` from a partner, `out` to one, `internal` between our own systems. `control_number` is
    that of the interchange (of ours, for what goes out), `document_number` that of the set or message.
    """

    id: UUID
    transmission: UUID
    at: datetime
    direction: str
    partner: str | None
    channel: str | None = None
    type: str | None
    name: str | None
    file: str | None
    keys: dict[str, str]
    control_number: str
    document_number: str | None
    state: str
    sender: str | None
    size: int
    verdict: str | None
    route: str | None = None
    document: UUID | None
    outbound: UUID | None
    deliveries: tuple[RowDelivery, ...] = ()
    acknowledgements: tuple[RowAcknowledgement, ...] = ()
    expectations: tuple[RowExpectation, ...] = ()
    failures: tuple[RowFailure, ...] = ()


class Finding(Told):
    """What is wrong, or worth knowing, and where. Places count as acknowledgements do: ST and UNH are segment 1."""

    code: str
    severity: str
    message: str
    remedy: str = ""
    offset: int | None = None
    segment: int | None = None
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    expected: str | None = None
    actual: str | None = None


class Document(Told):
    """A set or message, with its business keys. `name` is that of the canonical document it became."""

    id: UUID
    type: str
    version: str
    control_number: str
    name: str | None
    verdict: str
    state: str
    route: str | None
    agreement: str | None
    keys: dict[str, str]
    findings: tuple[Finding, ...]


class Given(Told):
    """An acknowledgement that we gave. `state` is that of its way to the partner; `stored`: the partner fetches it."""

    id: UUID
    type: str
    verdict: str
    control_number: str
    created_at: datetime
    explanation: tuple[str, ...]
    state: str
    reference: str | None


class Interchange(Told):
    """An interchange with what stands in it and what was answered."""

    id: UUID
    family: str
    sender: str
    receiver: str
    control_number: str
    test: bool
    partner: str | None
    verdict: str
    state: str
    duplicate_of: UUID | None
    documents: tuple[Document, ...]
    findings: tuple[Finding, ...]
    acknowledgements: tuple[Given, ...]


class Attempt(Told):
    """One attempt of a delivery, with how it ended."""

    attempt: int
    started_at: datetime
    ended_at: datetime
    outcome: str
    code: str
    message: str
    reference: str | None
    node: str


class Delivery(Told):
    """A delivery of a document to an application, or of an interchange of ours to a partner."""

    id: UUID
    document: UUID | None
    outbound: UUID | None
    route: str | None
    target: str
    action: str
    state: str
    attempt: int
    code: str | None
    message: str | None
    reference: str | None
    next_attempt_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    sequence_key: str | None
    after: UUID | None
    blocked_by: str | None
    fallback_of: UUID | None
    held_by: str | None
    held_because: str | None
    attempts: tuple[Attempt, ...] = ()


class Failure(Told):
    """A failure that it has a case in."""

    id: UUID
    stage: str
    code: str
    message: str
    owner: str
    state: str
    count: int
    remedy: str
    subject: UUID
    at: datetime


class AboutDocument(Told):
    """The document of ours that something is expected for."""

    ordinal: int
    id: UUID | None
    type: str | None
    name: str | None
    control_number: str | None


class Expected(Told):
    """What a partner owes us for something sent, or what came for it. `answered_here`: this message is the answer."""

    id: UUID
    kind: str
    layer: str
    state: str
    said: str | None
    sent_at: datetime
    due_at: datetime | None
    changed_at: datetime | None
    partner: str | None
    owner: str | None
    agreement: str | None
    reason: str | None
    person: str | None
    outbound: UUID
    control_number: str
    transmission: UUID | None
    acknowledgement: UUID | None
    type: str
    document: AboutDocument | None
    keys: dict[str, str]
    explanation: tuple[str, ...]
    answered_here: bool = False


class Run(Told):
    """How a transmission is linked with one that repeats it, or that it repeats."""

    transmission: UUID
    original: UUID
    corrected: bool
    acknowledge: bool
    configuration: str | None
    route: str | None = None
    batch: UUID
    actor: str
    reason: str
    created_at: datetime
    state: str


class Purged(Told):
    """What retention has removed of it."""

    at: datetime
    period: str
    text: str


class Event(Told):
    """What a stage did with something (`subject`), step by step, under which configuration and on which node."""

    at: datetime
    stage: str
    subject: UUID
    configuration: str
    node: str
    steps: tuple[dict[str, Any], ...]


class Trace(Told):
    """The trace of what was done for it (W3C Trace Context), and where people look at it, where that is configured."""

    id: str
    url: str | None


class Transmission(Told):
    """What came in one go, with all that is in it and all that became of it."""

    id: UUID
    partner: str | None
    channel: str | None = None
    name: str
    state: str
    received_at: datetime
    settled_at: datetime | None = None
    size: int
    sha256: str
    remote: str | None = None
    trace: Trace | None = None
    interchanges: tuple[Interchange, ...]
    findings: tuple[Finding, ...]
    expectations: tuple[Expected, ...]
    deliveries: tuple[Delivery, ...] = ()
    failures: tuple[Failure, ...] = ()
    replay_of: Run | None = None
    replays: tuple[Run, ...] = ()
    purged: tuple[Purged, ...] = ()


class Message(Transmission):
    """The same with its journal."""

    events: tuple[Event, ...] = ()


class Story(Told):
    """All that carries a number, the newest transmission first; the journal and the deliveries of all of them."""

    number: str
    correlation: UUID
    transmissions: tuple[Transmission, ...]
    events: tuple[Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    failures: tuple[Failure, ...] = ()
