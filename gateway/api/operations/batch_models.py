"""What is asked for when things are done again in bulk, and how a batch is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.api.fields import Content, Name, Names, Reason
from gateway.api.operation import Asked, Told
from gateway.api.paging import Listed
from gateway.domain.query import parse

State = Literal["planned", "running", "tried", "done", "cancelled"]
ItemState = Literal["planned", "running", "done", "failed", "skipped", "cancelled"]


class Planned(Asked):
    """What every plan says: why, how fast (items a second), how many are tried first before it asks again.

    `only_show`: nothing is kept, so that nothing can be confirmed.
    """

    reason: Reason
    rate: Annotated[float, Field(gt=0, le=10_000)] = 20.0
    try_first: Annotated[int | None, Field(ge=1)] = None
    only_show: bool = False


class Chosen(Planned):
    """What is done again, chosen in one of three ways: by ids, by a failure (all that it is open about), or by a query.

    An empty choice is refused: it never means everything.
    """

    ids: Annotated[tuple[UUID, ...], Field(max_length=10_000)] = ()
    failure: Annotated[str, Field(max_length=200)] = ""
    query: Annotated[str, Field(max_length=2000, description="As the list of messages takes it: partner:bigbox state:dead.")] = ""

    def selection(self) -> Mapping[str, Any]:
        """The choice as operations take it, with its words. Raises QueryInvalid."""
        words = [*map(str, self.ids), *([f"failure {self.failure.strip()}"] if self.failure.strip() else []), self.query.strip()]
        return {
            "words": " ".join(word for word in words if word)[:10_000],
            "ids": self.ids,
            "failure": self.failure,
            "query": parse(self.query),
        }


class Replay(Chosen):
    """Messages that are processed again. `acknowledge`: senders get their acknowledgements again. `configuration` is the digest
    of an earlier one, or its first 12 digits; the present one where none is given. `route` is the one that the documents are to
    take, whatever its condition, partner and agreement are; where none is given, the first that fits.
    """

    acknowledge: bool = False
    configuration: Annotated[str, Field(max_length=64)] = ""
    route: Annotated[str, Field(max_length=200)] = ""


class Redelivery(Chosen):
    """Deliveries that are made again: what failed or died, and what is in doubt or was delivered where that is said."""

    in_doubt: bool = False
    delivered: bool = False


class Correction(Asked):
    """A message that is processed again with corrected bytes, as a copy with an id of its own."""

    original: UUID
    content: Annotated[Content, Field(description="The corrected bytes, in Base64.")]
    reason: Reason
    acknowledge: bool = False
    only_show: bool = False


class EventReplay(Planned):
    """What is published again to the queue of one listener: by time, type, partner and order. Either since when, or orders."""

    queue: Name
    types: Annotated[tuple[Name, ...], Field(min_length=1, max_length=100)] = ("order.*",)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    partners: Names = ()
    orders: Names = ()
    rate: Annotated[float, Field(gt=0, le=10_000)] = 100.0


class Resend(Asked):
    """What a subscriber was given and is to get again. An empty choice is refused."""

    subscriber: Name
    reason: Reason
    states: Names = ()
    orders: Names = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    delivered: bool = False
    rate: Annotated[float, Field(gt=0, le=10_000)] = 20.0
    only_show: bool = False


class Move(Told):
    """So many documents took one route (None: none took them) and would take another."""

    took: str | None
    takes: str
    documents: int


class Plan(Told):
    """What would happen: how many match, how many will be done, what that comes to, why the rest cannot be done.

    Where a route was named, `moves` say which one the documents took before, `deliveries` how many would follow at each target.
    """

    matched: int
    count: int
    effects: dict[str, int]
    refused: dict[str, int]
    moves: tuple[Move, ...] = ()
    deliveries: Annotated[dict[str, int], Field(default_factory=dict)]


class PlannedBatch(Told):
    """A batch as it was planned. `kept`: it is stored and can be confirmed by its count."""

    id: UUID
    kept: bool
    action: str
    filter: str
    options: dict[str, Any]
    plan: Plan
    count: int
    try_first: Annotated[int | None, Field(validation_alias="try")]
    rate: float
    second_person: bool
    planned_by: str
    reason: str
    state: str


class Batch(Told):
    """A batch with how far it is: `items` are counted by state, `allowed` of them may have begun."""

    id: UUID
    action: str
    filter: str
    options: dict[str, Any]
    plan: Plan
    count: int
    try_first: Annotated[int | None, Field(validation_alias="try")]
    rate: float
    second_person: bool
    state: State
    allowed: int
    items: dict[str, int]
    planned_by: str
    reason: str
    planned_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    settled_by: str | None
    settled_at: datetime | None

    @property
    def left(self) -> int:
        """How many items have not begun: what a confirmation has to name."""
        return self.items.get("planned", 0)


class Item(Told):
    """One item: what is done again, the run that it became, and what became of it. `keys` name its first few documents; `took`
    are the routes that they took, where the batch names another one, empty for none.
    """

    ordinal: int
    state: ItemState
    subject: UUID
    transmission: UUID
    run: UUID | None
    partner: str | None
    name: str | None
    target: str | None
    keys: tuple[str, ...]
    took: tuple[str, ...] = ()
    outcome: str
    started_at: datetime | None
    settled_at: datetime | None


class BatchesAsked(Listed):
    """Which batches are listed, the newest first."""

    state: Annotated[tuple[State, ...], Field(max_length=5)] = ()


class BatchAsked(Asked):
    """One batch: its id, or the last six characters of it."""

    batch: Name


class ItemsAsked(Listed):
    """Which items of a batch are listed, in their order."""

    batch: Name
    state: Annotated[tuple[ItemState, ...], Field(max_length=6)] = ()


class Confirmed(BatchAsked):
    """A batch that may run. `expect` is how many items whoever confirms believes are left; another number is refused."""

    expect: Annotated[int, Field(ge=1)]
