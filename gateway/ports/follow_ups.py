"""What is done because milestones of orders hold: what is due, what is known of its order, and who carries it out."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.record import FollowUpRow, OrderEventRow, OrderLinkRow
from gateway.domain.record import FailureRow
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class DueFollowUp:
    """A follow-up that is due, held until the transaction ends, with its order. `lines` are those of the order as it is now."""

    row: FollowUpRow
    partner: str
    number: str
    test: bool
    order_state: str
    lines: Sequence[Json]
    steps: Mapping[str, str]
    made_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class ToldDocument:
    """A document that said something of an order. `json` is None when it is gone."""

    source: str
    key: str
    event: str
    id: UUID
    name: str
    json: bytes | None


@dataclass(frozen=True, slots=True)
class Performed:
    """What became of a follow-up, as an event of `FOLLOW_UP`. `reference` is what came of it: a transmission, a delivery.

    `not_wanted`: its condition does not hold, say; `later`: not yet, to be tried again after `wait`; `not_possible` is a failure
    of its owner with `remedy`, and is tried again by itself. `says` are statements about orders that are to be judged now.
    """

    event: Literal["done", "not_wanted", "later", "not_possible"]
    message: str = ""
    code: str = ""
    remedy: str = ""
    reference: str | None = None
    wait: timedelta = timedelta(minutes=1)
    says: Sequence[OrderEventRow] = field(default=())


class FollowUpSession(Protocol):
    """A transaction in which follow-ups are carried out."""

    async def due(self, limit: int) -> Sequence[DueFollowUp]:
        """What is to be done now and nobody else does, held."""

    async def events_of(self, order: UUID) -> Sequence[OrderEventRow]:
        """All that was said of an order, with what became of it."""

    async def links_of(self, order: UUID) -> Sequence[OrderLinkRow]:
        """The names of an order, its shipments, packages and invoices."""

    async def documents_of(self, order: UUID, events: Sequence[str]) -> Sequence[ToldDocument]:
        """The documents that told these milestones of an order, as they were heard: the order itself told `received`.

        Raises BodyUnreadable.
        """

    async def settle(
        self,
        rows: Sequence[FollowUpRow],
        says: Sequence[OrderEventRow],
        failures: Sequence[FailureRow],
        closed: Sequence[tuple[UUID, str, str]],
    ) -> None:
        """Write what became of what this transaction holds. `closed`: cases of failures by subject and fingerprint, and why."""


class FollowUpStore(Protocol):
    """Follow-ups. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    def following(self) -> AbstractAsyncContextManager[FollowUpSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def waiting(self) -> Mapping[tuple[str, str], int]:
        """How many are not done, by rule and state."""


class Performer(Protocol):
    """Carries out follow-ups of one kind.

    It may be asked again for one that it has carried out, when the commit was lost: what it writes elsewhere must be the same
    then, or be recognised by the id of the follow-up.
    """

    async def perform(self, due: DueFollowUp, rule: FollowUpRule, session: FollowUpSession) -> Performed:
        """Do it, or say why not. Raises GatewayError when the world is away: it is tried again soon."""
