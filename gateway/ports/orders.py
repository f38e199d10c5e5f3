"""What is said of orders, as the stages see it: heard, judged, settled; and orders as people see them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from gateway.domain.order.record import (
    ClockRow,
    FollowUpRow,
    NoticeRow,
    OrderDeadlineRow,
    OrderEventRow,
    OrderLinkRow,
    OrderMessageRow,
    TradeOrderRow,
)
from gateway.domain.record import FailureRow
from gateway.errors import BodyUnreadable

Name = tuple[str, str]
"""Kind and value of a name that a system has for an order or something of it."""
OrderKey = tuple[str, str, bool]
"""Partner, number, and whether it is a test."""


@dataclass(frozen=True, slots=True)
class News:
    """A document that has not been read for what it says of orders. `json` is None when it cannot be had (`unreadable`)."""

    document: UUID
    transmission: UUID
    name: str
    partner: str | None
    outgoing: bool
    state: str
    test: bool
    at: datetime
    json: bytes | None
    unreadable: BodyUnreadable | None = None


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """An order, held until the transaction ends."""

    id: UUID
    partner: str
    number: str
    test: bool
    state: str
    version: int
    now: datetime

    @property
    def key(self) -> OrderKey:
        """What it is known by."""
        return self.partner, self.number, self.test


@dataclass(frozen=True, slots=True)
class Found:
    """An order that a name may mean. `place` is that of who asked, `kind` the kind of the name, `system` whose name it is."""

    place: int
    kind: str
    system: str
    order: UUID
    partner: str


@dataclass(frozen=True, slots=True)
class DueDeadline:
    """A deadline that nothing met, with its order."""

    row: OrderDeadlineRow
    partner: str
    number: str
    order_state: str


@dataclass(slots=True)
class OrderSettlement:
    """Everything that judging writes, row by row. `closed` are cases of failures by subject and fingerprint."""

    orders: list[TradeOrderRow] = field(default_factory=list)
    events: list[OrderEventRow] = field(default_factory=list)
    links: list[OrderLinkRow] = field(default_factory=list)
    deadlines: list[OrderDeadlineRow] = field(default_factory=list)
    clocks: list[ClockRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    closed: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Subject, fingerprint, and why it is over."""
    messages: list[OrderMessageRow] = field(default_factory=list)
    notices: list[NoticeRow] = field(default_factory=list)
    """Which of the messages are delivered to which subscriber."""
    follow_ups: list[FollowUpRow] = field(default_factory=list)


class OrderSession(Protocol):
    """A transaction in which statements about orders are judged."""

    async def take_news(self, limit: int) -> Sequence[News]:
        """Documents to read; they leave the queue with the commit."""

    async def take_heard(self, limit: int) -> Sequence[OrderEventRow]:
        """Milestones that have not been judged, held."""

    async def take_waiting(self, limit: int) -> Sequence[OrderEventRow]:
        """Milestones that wait and are to be looked at again now, held."""

    async def take_unrelated(self, names: Sequence[Name]) -> Sequence[OrderEventRow]:
        """Milestones without an order that one of these names may lead to, held."""

    async def known(self, keys: Sequence[tuple[str, str]]) -> frozenset[int]:
        """Places of those milestones, by source and key, that were heard before."""

    async def find(self, wanted: Sequence[tuple[int, str, str, bool]]) -> Sequence[Found]:
        """The orders that names may mean: place of who asks, kind, value, test."""

    async def hold(self, keys: Sequence[OrderKey], orders: Sequence[UUID]) -> Sequence[HeldOrder]:
        """Orders by their keys and by id, as far as they are there, held until the transaction ends."""

    async def events_of(self, orders: Sequence[UUID]) -> Sequence[OrderEventRow]:
        """All that was judged of orders."""

    async def links_of(self, orders: Sequence[UUID]) -> frozenset[OrderLinkRow]:
        """The names that are known of orders."""

    async def deadlines_of(self, orders: Sequence[UUID]) -> Mapping[tuple[UUID, str], OrderDeadlineRow]:
        """Their deadlines by order and deadline."""

    async def follow_ups_of(self, orders: Sequence[UUID]) -> Sequence[FollowUpRow]:
        """What was to be done because of milestones of orders, held."""

    async def due_deadlines(self, limit: int) -> Sequence[DueDeadline]:
        """Deadlines whose time is up, held."""

    async def now(self) -> datetime:
        """The database's clock."""

    async def settle(self, settlement: OrderSettlement) -> None:
        """Write what was judged, under what this transaction holds.

        Raises Contention when somebody else has made an order of the same key meanwhile.
        """


class OrderStore(Protocol):
    """Orders and what is said of them. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    def judging(self) -> AbstractAsyncContextManager[OrderSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def hear(self, rows: Sequence[OrderEventRow], *, source: str, position: str | None) -> None:
        """Store milestones and how far their source has been read, in one transaction. What is known is left as it is."""

    async def position(self, source: str) -> str | None:
        """How far a source has been read."""

    async def clocks(self) -> Mapping[str, float]:
        """By how many seconds clocks of sources are ahead, at least."""
