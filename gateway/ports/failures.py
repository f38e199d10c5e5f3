"""Failures as people and the gateway attend to them: what is asked and done about groups, and the messages to their owners."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from gateway.domain.effect import Waiting
from gateway.domain.failure import Escalation, OpenFailure
from gateway.domain.notification import News
from gateway.domain.owner import Address
from gateway.domain.record import FailureRow
from gateway.domain.solved import Solved
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class HeldFailure:
    """A failure that is held until the transaction ends. `now` is the database's."""

    id: UUID
    fingerprint: str
    stage: str
    code: str
    partner: str | None
    route: str | None
    owner: str
    state: str
    muted_until: datetime | None
    attended_by: str | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMove:
    """What a person did about a failure. `action` is the event in its lifecycle; `tell` is an owner for whom that is news."""

    failure: UUID
    before: str
    after: str
    owner: str
    action: str
    actor: str
    reason: str
    muted_until: datetime | None = None
    attended_by: str | None = None
    tell: str | None = None
    helped: str | None = None
    detail: Json = field(default_factory=dict)


class FailureSession(Protocol):
    """A transaction in which one failure is attended to."""

    async def hold(self, failure: UUID) -> HeldFailure | None:
        """The failure, held; None when there is none with this id."""

    async def move(self, move: FailureMove, *, configuration: str, node: str) -> bool:
        """Write a move with its history, audit and journal; False when somebody was quicker. What is resolved loses its cases."""

    async def note(self, failure: UUID, text: str, *, actor: str, configuration: str, node: str) -> None:
        """Add to its history, audit and journal."""


@dataclass(frozen=True, slots=True)
class FailureFilter:
    """Which groups are listed: nothing given means any. `before` and `before_id` are the last of the list that goes on."""

    states: Sequence[str] = ()
    owners: Sequence[str] = ()
    stages: Sequence[str] = ()
    partners: Sequence[str] = ()
    codes: Sequence[str] = ()
    routes: Sequence[str] = ()
    before: datetime | None = None
    limit: int = 50
    before_id: UUID | None = None
    fingerprints: Sequence[str] = ()


class Failures(Protocol):
    """Groups of failures, for the command line, the API and the console. Raises StoreUnavailable and its kin."""

    def attending(self) -> AbstractAsyncContextManager[FailureSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def find(self, text: str) -> Sequence[UUID]:
        """The failures that people mean by an id, a fingerprint, or the last six or more characters of one; two at most."""

    async def effects(self, failures: Sequence[UUID]) -> Sequence[Waiting]:
        """What waits because of failures."""

    async def list(self, wanted: FailureFilter) -> Sequence[Json]:
        """Groups, those that happened last first."""

    async def show(self, failure: UUID) -> Json | None:
        """One group with its history, its cases (open and newest first) and the messages that told of it."""

    async def solutions(self, *, limit: int) -> Sequence[Solved]:
        """How people resolved failures, the newest first."""

    async def choices(self) -> Mapping[str, Mapping[str, int]]:
        """By what groups can be listed: `state`, and owner, stage, partner, code, route of those that are not resolved."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long deliveries are tried in all: by their target, unless their agreement has terms of its own."""

    targets: Mapping[str, timedelta]
    agreements: Mapping[str, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StillFailing:
    """A delivery that was tried for half of its time."""

    id: UUID
    transmission: UUID
    partner: str | None
    route: str | None
    target: str
    attempt: int
    code: str
    message: str
    first_attempt_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class FailureLevel:
    """How many failures of a stage an owner has, and the seconds since the oldest of them opened that nobody attends to."""

    owner: str
    stage: str
    rows: int
    oldest: float


class FailureWatch(Protocol):
    """What a round over all failures needs. Raises StoreUnavailable and its kin."""

    async def still_failing(self, patience: Patience, *, limit: int) -> Sequence[StillFailing]:
        """Deliveries that were tried for half of their time and whose owner was not told."""

    async def record_failures(self, rows: Sequence[FailureRow]) -> None:
        """Write failures."""

    async def unattended(self, *, limit: int) -> Sequence[OpenFailure]:
        """Failures that nobody resolved or silenced, the longest open first."""

    async def escalate(self, steps: Sequence[Escalation]) -> Sequence[UUID]:
        """Let further owners be told; answers the failures of which that was so, where nobody was quicker."""

    async def unmute(self) -> Sequence[UUID]:
        """Open what was muted until now."""

    async def levels(self) -> Sequence[FailureLevel]:
        """What owners have to do, for metrics."""


@dataclass(frozen=True, slots=True)
class OwnerNews:
    """That an owner has to be told of something: since when, of which codes, and when it was told of something last."""

    owner: str
    oldest: datetime
    codes: Sequence[str]
    now: datetime
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to an owner by one of its addresses, which `mark` names. `message` is what `message_of` made."""

    id: UUID
    owner: str
    address: str
    mark: str
    message: Json
    attempt: int = 0
    age: timedelta = timedelta()


class TellingSession(Protocol):
    """A transaction in which news become messages."""

    async def news(self, owners: Sequence[str]) -> Sequence[News]:
        """What is to be told to owners, held."""

    async def effects(self, failures: Sequence[UUID]) -> Sequence[Waiting]:
        """What waits because of failures."""

    async def told(self, events: Sequence[int], notifications: Sequence[Notification]) -> None:
        """Write messages, and that the news went into them or became pointless."""


class Notifications(Protocol):
    """News of failures, and messages that wait to be sent. Raises StoreUnavailable and its kin."""

    async def owners_with_news(self) -> Sequence[OwnerNews]:
        """Who has to be told of something."""

    def telling(self) -> AbstractAsyncContextManager[TellingSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def claim(self, claim: UUID, *, lasting: timedelta, limit: int) -> Sequence[Notification]:
        """Take messages that are due, urgent ones first; also those whose sender died."""

    async def settle(
        self, notification: Notification, claim: UUID, *, state: str, delay: timedelta, code: str, answer: str
    ) -> bool:
        """Write the result of an attempt; False when the claim was lost. What was sent ends the failure that it was not."""

    async def waiting(self) -> int:
        """How many messages wait."""


@dataclass(frozen=True, slots=True)
class SendingResult:
    """What came of an attempt: `code` is empty when it was taken. `again`: another attempt may succeed."""

    code: str = ""
    answer: str = ""
    again: bool = True


class Notifier(Protocol):
    """Sends messages by one means (mail, webhook, exec). Raises nothing: what goes wrong is in the result."""

    async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
        """Make one attempt. `secret` is the owner's, for signatures."""
