"""Batches of replays and redeliveries, as operations plan them and the stage that does them sees them."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from gateway.domain.replay import DeliveryFacts, Plan, ReplayFacts, RunEnd
from gateway.ports.json import Json


class ItemRow(NamedTuple):
    """A frozen item of a batch: what is replayed (a transmission) or redelivered (a delivery), and why not if it is skipped.

    `took` are the routes that its documents took, where the batch names another one; an empty one for documents that none took.
    """

    ordinal: int
    subject: UUID
    transmission: UUID
    state: str
    outcome: str
    took: Sequence[str] = ()


class BegunRow(NamedTuple):
    """An item that begins. `run` is the transmission that it becomes: the subject itself when that goes on in its place."""

    ordinal: int
    subject: UUID
    run: UUID
    in_place: bool


class EndedRow(NamedTuple):
    """An item that has ended: `done`, `failed` or `skipped`, and what is to be said of it."""

    batch: UUID
    ordinal: int
    state: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch as it is planned. `options` are those of its action, `try_first` how many are done before it asks again."""

    id: UUID
    action: str
    filter: str
    options: Json
    plan: Plan
    items: Sequence[ItemRow]
    rate: float
    by: str
    reason: str
    try_first: int | None = None
    second_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatch:
    """A batch that is locked. `begun` of its items have begun or were passed by, `allowed` may; `waited` is for how many
    seconds the next one has been due (negative: it is not).
    """

    id: UUID
    action: str
    options: Json
    state: str
    count: int
    try_first: int | None
    rate: float
    second_person: bool
    allowed: int
    begun: int
    unfinished: int
    waited: float
    age: float
    planned_by: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class EndedRun:
    """An item whose run has ended."""

    batch: UUID
    ordinal: int
    subject: UUID
    transmission: UUID
    end: RunEnd


@dataclass(frozen=True, slots=True)
class EndedDelivery:
    """An item whose delivery has ended."""

    batch: UUID
    ordinal: int
    subject: UUID
    state: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class WordOnDelivery:
    """What a person says of a delivery in one of the states `before`: that it is `after`; `event` is what that is called."""

    delivery: UUID
    before: Sequence[str]
    after: str
    event: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """What became of a person's approval of a delivery: whether it goes on now, and where it stood: its state and code."""

    given: bool
    target: str
    state: str
    code: str


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message that was published, as far as it is kept: its headers and body. None: it is gone, or was never kept."""

    subject: UUID
    headers: Mapping[str, str] | None
    body: bytes | None


class BatchSession(Protocol):
    """A transaction about batches."""

    async def lock_batch(self, batch: UUID) -> HeldBatch | None:
        """The batch, held until the transaction ends; None if there is none."""

    async def move_batch(self, batch: UUID, *, before: str, after: str, by: str, allowed: int) -> None:
        """Another state. `allowed` of its items may have begun from now on; those that never may are cancelled."""

    async def next_items(self, batch: UUID, limit: int) -> Sequence[ItemRow]:
        """The next items that have not begun, held until the transaction ends."""

    async def lock_lines(self, transmissions: Sequence[UUID]) -> None:
        """Hold the lines of transmissions, so that nobody else begins a run of them."""

    async def replay_facts(self, transmissions: Sequence[UUID], *, apart_from: UUID | None = None) -> Sequence[ReplayFacts]:
        """What there is to know of transmissions; `apart_from`: a batch that does not stand in its own way."""

    async def delivery_facts(
        self, deliveries: Sequence[UUID], idempotent: Mapping[str, bool], *, apart_from: UUID | None = None
    ) -> Sequence[DeliveryFacts]:
        """The same of deliveries, which are locked; `idempotent` of each configured target."""

    async def begin_replays(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        """Make the runs of items, or put what was never read to be read again."""

    async def settle_heard(self, heard: Mapping[UUID, str], *, configuration: str, node: str) -> None:
        """End runs of what nobody understood before and what was heard again: what came of each, in words."""

    async def begin_corrections(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        """Make the runs of items whose corrected bytes are stored under the run's id."""

    async def begin_redeliveries(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> Sequence[str]:
        """Put deliveries to be made again at once; answers their targets."""

    async def kept_messages(self, subjects: Sequence[UUID]) -> Sequence[KeptMessage]:
        """What was published of milestones and documents, by their ids."""

    async def begin_publications(self, batch: UUID, ordinals: Sequence[int]) -> None:
        """These items were published again: they run from now on, until `end_items`."""

    async def end_items(self, rows: Sequence[EndedRow]) -> None:
        """Write what became of items."""

    async def advance(self, batch: UUID, *, next_in: float) -> None:
        """When the next item is due, in seconds from now."""

    async def close_cases_of_line(self, transmissions: Sequence[UUID], *, by: str, reason: str) -> None:
        """End the failures of all runs of the lines of these transmissions."""

    async def close_cases(self, subjects: Sequence[UUID], *, by: str, reason: str) -> None:
        """End the failures of these things."""

    async def settle_delivery(self, word: WordOnDelivery, *, by: str, reason: str, node: str) -> str | None:
        """Write a person's word on a delivery, with journal and audit, and end its cases; answers the state it was in, None if
        there is no such delivery. In another state than it is meant for nothing is written.
        """

    async def approve_delivery(self, delivery: UUID, *, by: str, reason: str, node: str) -> Approval | None:
        """Let a delivery that waits for a person's approval be made, with journal and audit, and end its cases; None if there is
        no such delivery.
        """

    async def audit(self, actor: str, action: str, subject: str, detail: Json) -> None:
        """What a person did."""


class BatchStore(Protocol):
    """Where batches are."""

    def batches(self) -> AbstractAsyncContextManager[BatchSession]:
        """Open a transaction; it commits when the block ends without an exception."""

    async def store_batch(self, batch: NewBatch, body: tuple[UUID, bytes] | None = None) -> None:
        """Store a plan with its items; `body` are corrected bytes, under the id of the run that will read them."""

    async def unfinished_batches(self) -> Sequence[UUID]:
        """Batches that something is to be done for, the oldest first; plans that are no longer good among them."""

    async def unread_runs(self, *, limit: int) -> Sequence[UUID]:
        """Transmissions that are to be read again and that nobody holds."""

    async def ended_runs(self, batch: UUID, *, limit: int) -> Sequence[EndedRun]:
        """Begun replays of a batch that have ended."""

    async def ended_deliveries(self, batch: UUID, *, limit: int) -> Sequence[EndedDelivery]:
        """Begun redeliveries of a batch that have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """What was published, chosen by `types` (`order.shipped`, `document.*`), time, partners and numbers of orders; empty: any."""

    types: Sequence[str]
    since: datetime | None = None
    until: datetime | None = None
    partners: Sequence[str] = ()
    orders: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PublishedMessage:
    """A message that was published: its milestone or document, its transmission (of a milestone: itself), its type, and whether
    it is kept so that it can be published again: why not, in words, else empty.
    """

    subject: UUID
    transmission: UUID
    type: str
    reason: str


class Choices(Protocol):
    """What people choose from: messages by a query, things by their ids, the cases of a failure."""

    async def messages(self, query: Json, limit: int, before: str | None) -> Sequence[Json]:
        """Messages that match a query, the newest first; `before` continues after an id."""

    async def group(self, failure: str) -> Sequence[Json]:
        """What a failure (its id, the end of one, or its fingerprint) is open about: `failure`, `subject`, `transmission`, and
        whether it `is_delivery`.
        """

    async def deliveries_of(self, ids: Sequence[UUID], targets: Sequence[str] = ()) -> Sequence[tuple[UUID, UUID]]:
        """(delivery, transmission) by the ids of deliveries or of what they deliver."""

    async def transmissions_of(self, ids: Sequence[UUID]) -> Sequence[UUID]:
        """Transmissions by their ids or those of something in them."""


class PublishedMessages(Protocol):
    """What listeners may have again."""

    async def published(self, wanted: MessageFilter, limit: int) -> Sequence[PublishedMessage]:
        """Messages that were published on `edi.events` and `edi.canonical`, in the order in which they were."""
