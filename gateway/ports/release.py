"""The gate before warehouses, as its stage sees it: what waits there, what is known of it, and what becomes of it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from gateway.domain.availability import Level
from gateway.domain.order.record import OrderEventRow
from gateway.domain.record import EventRow, FailureRow
from gateway.domain.release.parts import PartLine
from gateway.domain.release.record import (
    HoldRow,
    LevelRow,
    PartRow,
    PromiseRow,
    ReleasedTransmission,
    ReleaseRow,
    ReservationRow,
)
from gateway.errors import BodyUnreadable
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class AtGate:
    """An order to a warehouse that is to be looked at, held until the transaction ends. `json` is None when it cannot be had."""

    row: ReleaseRow
    arrived: int
    transmission: UUID
    partner: str
    test: bool
    created_at: datetime
    now: datetime
    json: bytes | None
    unreadable: BodyUnreadable | None = None


@dataclass(frozen=True, slots=True)
class ServedOrder:
    """The customer's order that a warehouse serves: its milestones, what was ordered, and the last answer to it."""

    id: UUID
    partner: str
    number: str
    state: str
    steps: Sequence[str]
    order: Json = field(default_factory=dict)
    answer: Json = field(default_factory=dict)
    lines: Sequence[Json] = ()
    """As they are kept of the order: ordered, rejected, shipped …"""


@dataclass(frozen=True, slots=True)
class Stocked:
    """What a warehouse has of an item, held until the transaction ends, and what we have promised of it to other orders."""

    warehouse: str
    item: str
    names: frozenset[str]
    level: Level
    ours: Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may speak against a part: a `delivery` that was refused for good, or a milestone (`said`) with its document.

    `by` is whose word it is, `lines` are those of the milestone.
    """

    part: UUID
    said: str
    by: str
    reason: str
    lines: Sequence[Json] = ()
    document: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StockNews:
    """A document about stock or items. `json` is None when it cannot be had."""

    document: UUID
    name: str
    partner: str | None
    outgoing: bool
    at: datetime
    json: bytes | None


@dataclass(frozen=True, slots=True)
class OverdueHold:
    """A hold whose time is up, with what it holds."""

    row: HoldRow
    number: str
    customer: str | None
    order_number: str | None
    transmission: UUID


@dataclass(slots=True)
class ReleaseSettlement:
    """Everything that a look at the gate writes. `kept` are all reservations of the orders named in `rows`, as they are now."""

    rows: list[ReleaseRow] = field(default_factory=list)
    holds: list[HoldRow] = field(default_factory=list)
    parts: list[PartRow] = field(default_factory=list)
    kept: list[ReservationRow] = field(default_factory=list)
    transmissions: list[ReleasedTransmission] = field(default_factory=list)
    bodies: list[tuple[UUID, bytes]] = field(default_factory=list)
    says: list[OrderEventRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    failures: list[FailureRow] = field(default_factory=list)
    closed: list[tuple[UUID, str, str]] = field(default_factory=list)
    """Subject, fingerprint, and why it is over."""
    configuration: str = ""
    node: str = ""
    promises: list[PromiseRow] = field(default_factory=list)
    given_up: list[UUID] = field(default_factory=list)
    """Parts whose deliveries are not to be made any more."""


class ReleaseSession(Protocol):
    """A transaction at the gate."""

    async def take(self) -> AtGate | None:
        """The next order to look at, held; None when there is none."""

    async def earlier(self, one: AtGate, subject: str) -> Sequence[AtGate]:
        """What came before under the same subject, the last first, held."""

    async def others_of_order(self, one: AtGate, order: UUID, subject: str) -> Sequence[AtGate]:
        """Other orders that serve the same customer's order, of which a warehouse has something, held."""

    async def claims(self, one: AtGate, order: UUID, subject: str) -> Sequence[tuple[str, Sequence[PartLine]]]:
        """What other orders to warehouses have of the same customer's order: their numbers, with their lines."""

    async def shipped_of(
        self, releases: Sequence[UUID], sources: Mapping[str, Sequence[str]]
    ) -> Mapping[UUID, Sequence[Sequence[Json]]]:
        """What the warehouse of each part has said to have shipped since: the lines of each time."""

    async def waits_for_earlier(self, one: AtGate) -> bool:
        """Whether something that may be about the same came before, and nobody has looked at it yet."""

    async def order_of(self, number: str | None, names: Sequence[str], *, test: bool) -> ServedOrder | None:
        """The one order that a number and further names mean, held as far as its milestones go; None when none or several are.

        Raises Contention while somebody judges it.
        """

    async def holds_of(self, release: UUID) -> Sequence[HoldRow]:
        """Why it is or was held."""

    async def parts_of(self, release: UUID) -> Sequence[PartRow]:
        """What was released of it."""

    async def refusals_of(self, release: UUID, sources: Mapping[str, Sequence[str]]) -> Sequence[Refusal]:
        """What may speak against what was sent of it; `sources` are the ids under which each warehouse speaks."""

    async def stocked(self, releases: Sequence[UUID], warehouses: Sequence[str], names: Sequence[str]) -> Sequence[Stocked]:
        """What warehouses have of items, and what is promised to others than `releases`."""

    async def reporting(self, warehouses: Sequence[str]) -> frozenset[str]:
        """Those of the warehouses that have ever told of their stock."""

    async def knowing(self, warehouses: Sequence[str], names: Sequence[str]) -> frozenset[tuple[str, str]]:
        """Which warehouse knows which names of items."""

    async def take_stock_news(self, limit: int) -> Sequence[StockNews]:
        """Documents about stock; they leave the queue with the commit."""

    async def set_levels(
        self, rows: Sequence[LevelRow], *, warehouse: str, whole: bool, settles: timedelta, sources: Sequence[str]
    ) -> None:
        """Write what a warehouse says of its stock, unless something later is known; orders that wait for it are looked at.

        `whole`: there is nothing of what it does not name. Reservations that it knows of are over.
        """

    async def add_items(self, warehouse: str, names: Sequence[str]) -> None:
        """A warehouse was given the master data of items."""

    async def overdue(self, limit: int) -> Sequence[OverdueHold]:
        """Holds whose time is up and whose owners were not told, held."""

    async def settle(self, settlement: ReleaseSettlement) -> None:
        """Write what was decided."""


class ReleaseStore(Protocol):
    """The gate. Raises StoreUnavailable, CommitUnknown, Contention or DataRefused."""

    def at_gate(self) -> AbstractAsyncContextManager[ReleaseSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def put_off(self, release: UUID, wait: timedelta, failures: Sequence[FailureRow] = ()) -> None:
        """Look at an order later, because now it cannot be decided about; failures are for its owner."""

    async def standing(self) -> Mapping[str, int]:
        """How many holds stand, by kind."""
