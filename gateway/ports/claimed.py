"""Deliveries as they are claimed and settled, and the breaker that decides whether they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.domain.record import EventRow, FailureRow
from gateway.errors import BodyUnreadable
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class ClaimedDelivery:
    """A delivery taken for an attempt. `json` is the canonical document, `content` the bytes of an outbound interchange.

    `family`, `type`, `control_number` and `sealed_at` are of the outbound interchange.

    `probes` of its attempts, this one included, were probes of its target's breaker; they are not taken from those it has.
    `age` is the time of trying since the first attempt: what was spent waiting for the target, or held, is not in it.
    """

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
    probes: int = 0
    family: str = ""
    type: str = ""
    control_number: str = ""
    sealed_at: datetime | None = None
    agreement: str | None = None
    priority: int = 0
    sequence_key: str | None = None
    traceparent: str | None = None
    """The trace of the transmission."""
    lost: int = 0
    """So many processes in a row ended under it without a result."""
    unreadable: BodyUnreadable | None = None
    """Why its document or bytes cannot be had."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The one delivery that is tried while a breaker is not closed; `failed` probes went before it without a success."""

    delivery: ClaimedDelivery
    failed: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What results did: which deliveries moved, and (delivery, target) of those released by them.

    `level` is how full the breaker's bucket is now; None when it was not touched (no call fails, or the breaker is not closed).
    """

    moved: frozenset[UUID]
    released: Sequence[tuple[UUID, str]] = ()
    level: float | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When there is something to do for a target: in so many seconds, or None.

    `held`: its breaker lets only probes through. `stopped`: staff hold it, and nothing goes out.
    """

    seconds: float | None = None
    held: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerMove:
    """A breaker's step from `before` to `after`, by `probe` if one ended; the next goes out after `wait`.

    `failure` is written when it opens and resolved when it closes.
    """

    target: str
    before: str
    after: str
    probe: UUID | None
    wait: timedelta
    events: Sequence[EventRow]
    failure: FailureRow


@dataclass(frozen=True, slots=True)
class BreakerState:
    """A target's breaker: `since` when it is closed or has not been; the next probe in so many seconds, if it is open."""

    target: str
    state: str
    since: datetime
    probe_in: float


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
    document: UUID | None = None
