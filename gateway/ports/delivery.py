"""The systems and partners that deliveries go to, and the ways partners come by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.domain.order.milestone import Milestone
from gateway.ports.json import Json

APPROVAL = "approval-needed"
"""The code of an outcome by which a person has to approve what is asked: the delivery waits for `gateway dlq approve`."""

APPROVED_BY = "approved_by"
"""The option of a call that names who has approved it."""


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
    """How a delivery attempt ended: done, worth repeating, refused for good, or nobody knows.

    `IN_DOUBT` is for targets that are not idempotent: it may have been done, so it is not repeated before somebody has looked.
    """

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. `message` is for support staff; `code` is a machine word such as `product-unknown`.

    `reference` is the target's own name for what it made. `retry_after` is in seconds, when the target named a time.
    `unavailable`: the target gave no answer of its own (refused connection, time-out, busy, down), so that this says nothing of
    the delivery. It is what opens the target's circuit breaker. `untouched`: it is known that nothing was done there, as when no
    connection came about; without it an attempt that was not answered may have been carried out, and is never made elsewhere.
    `milestones` are what the answer says of the order: they are stored with the result.
    """

    delivery: UUID
    kind: OutcomeKind
    code: str = ""
    message: str = ""
    reference: str | None = None
    retry_after: float | None = None
    response: Json = field(default_factory=dict)
    unavailable: bool = False
    untouched: bool = False
    milestones: Sequence[Milestone] = ()


class Application(Protocol):
    """A system behind the gateway. `idempotent` when a repeat under the same key changes nothing there."""

    id: str
    idempotent: bool
    max_batch: int

    async def deliver(self, calls: Sequence[ApplicationCall]) -> Sequence[Outcome]:
        """Make up to `max_batch` calls; one outcome per call, in any order. Raises only for bugs."""

    async def check(self) -> Sequence[tuple[str, bool, str, str]]:
        """What works: (name, ok, what was found, remedy) for `doctor`."""

    async def close(self) -> None:
        """End connections."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An interchange to hand to a partner. `name` is stable over repeats, so that a repeat replaces and never doubles.

    `outbound` is the interchange's id; `type` what it holds (`997`, `ORDRSP`); `created` when it was sealed under its control
    number; `action` is "transmit", or "receipt" for a receipt of ours; `options` are those of the delivery.
    """

    delivery: UUID
    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    outbound: UUID | None = None
    family: str = ""
    type: str = ""
    control_number: str = ""
    created: datetime | None = None
    action: str = "transmit"
    options: Json = field(default_factory=dict)
    attempt: int = 1
    test: bool = False


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
