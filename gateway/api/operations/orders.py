"""Orders: what has become of them across partner, gateway, applications, warehouse and carrier."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Names
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, id_after, page_of
from gateway.bootstrap.lateness import likely_late, outlook_of
from gateway.bootstrap.office import Office
from gateway.bootstrap.orders import list_orders, order_by_id
from gateway.domain.access import Caller, Right
from gateway.domain.order.lifecycle import NEXT_STEPS, ORDER_STATES
from gateway.errors import Absent, Denied

OrderState = Literal[ORDER_STATES]  # type: ignore[valid-type]  # the states are listed where they are decided
NextStep = Literal[NEXT_STEPS]  # type: ignore[valid-type]


class OrdersAsked(Listed):
    """Which orders are listed, the newest first. `number` is an order's, or any name that a system has for something of it;
    `next` the first step that is missing; `held` those that wait before a warehouse.
    """

    state: Annotated[tuple[OrderState, ...], Field(max_length=40)] = ()
    partner: Names = ()
    late: bool = False
    held: bool = False
    next: NextStep | None = None
    number: Annotated[str, Field(max_length=200)] = ""


class Order(Told):
    """An order: how many milestones of it wait or were refused, how much holds it before a warehouse, which of its deadlines are
    missed, and the usual steps that are still to come.
    """

    id: UUID
    partner: str
    number: str
    test: bool
    state: str
    version: int
    created_at: datetime
    changed_at: datetime
    waiting: int = 0
    refused: int = 0
    held: int = 0
    late: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class OrderLine(Told):
    """A line of an order as far as it is known; amounts are decimals as texts, what is none is left out."""

    line: str | None
    state: str | None
    unit: str | None = None
    items: tuple[str, ...] = ()
    ordered: str | None = None
    accepted: str | None = None
    rejected: str | None = None
    cancelled: str | None = None
    allocated: str | None = None
    back_ordered: str | None = None
    shipped: str | None = None
    delivered: str | None = None
    invoiced: str | None = None
    returned: str | None = None


class OrderTimeline(Told):
    """What has happened to an order and what is still to come, without what is ours alone."""

    id: UUID
    partner: str
    number: str
    test: bool
    state: str
    created_at: datetime
    changed_at: datetime
    lines: tuple[OrderLine, ...]
    steps: dict[str, datetime]
    missing: tuple[str, ...]


class Link(Told):
    """A name that a system has for an order or something of it."""

    system: str
    kind: str
    value: str


class Milestone(Told):
    """What somebody said of an order, and what became of that."""

    id: UUID
    source: str
    key: str
    event: str
    occurred: datetime | None
    version: int | None
    total: bool
    reason: str | None
    heard_at: datetime
    state: str
    code: str
    message: str
    needs: str | None
    due_at: datetime | None
    flags: tuple[str, ...]
    document: UUID | None
    transmission: UUID | None
    lines: tuple[dict[str, Any], ...]
    links: tuple[Link, ...]


class Deadline(Told):
    """What has to happen by when. `milestone` is None where it is no longer configured."""

    deadline: str
    milestone: str | None
    due_at: datetime
    state: str
    met_at: datetime | None


class FollowUp(Told):
    """What was or is to be done because of a milestone."""

    rule: str
    kind: str
    source: str
    event: str
    ordinal: int
    state: str
    due_at: datetime | None
    attempts: int
    code: str | None
    message: str | None
    reference: str | None
    made_at: datetime
    changed_at: datetime | None


class ReleaseHold(Told):
    """Why an order is or was held before its warehouse."""

    id: UUID
    hold: str
    kind: str
    reason: str
    owner: str
    state: str
    since: datetime
    due_at: datetime | None
    ended_at: datetime | None
    actor: str | None
    note: str | None


class ReleasePart(Told):
    """What a warehouse was told of it."""

    warehouse: str
    number: str
    state: str
    at: datetime
    note: str | None
    transmission: UUID | None


class Release(Told):
    """What a warehouse is to be told of an order, or was."""

    id: UUID
    number: str
    state: str
    warehouse: str
    created_at: datetime
    go_at: datetime | None
    note: str | None
    holds: tuple[ReleaseHold, ...]
    parts: tuple[ReleasePart, ...]


class LikelyLate(Told):
    """An order that will likely be late for what is due (`goal` at `due_at`, wanted by the customer or a deadline), and why: how
    long it usually takes from the step `since`, by 90 of a hundred, and what is left. `chance` is the share of the orders before
    that took longer, of those that took as long already; `learned_from` so many.
    """

    id: UUID
    partner: str
    number: str
    state: str
    place: str | None
    goal: str
    due_at: datetime
    wanted_by: str
    since: str
    begun_at: datetime
    usual_seconds: float
    most_seconds: float
    left_seconds: float
    chance: float
    learned_from: int
    because: str


class Delays(Told):
    """What customer service can tell a customer, as a text."""

    partner: str
    name: str
    orders: int
    text: str


class AllLikelyLate(Told):
    """Orders that will likely be late, by partner and by what is due first, of so many that are underway."""

    orders: tuple[LikelyLate, ...]
    summaries: tuple[Delays, ...]
    looked_at: int


class OrderStory(OrderTimeline):
    """An order with all that was said of it, what it is held by, what followed, and the names that systems have for it.
    `likely_late` where it will likely be late, and why.
    """

    likely_late: LikelyLate | None = None
    version: int
    events: tuple[Milestone, ...]
    deadlines: tuple[Deadline, ...]
    follow_ups: tuple[FollowUp, ...]
    links: tuple[Link, ...]
    releases: tuple[Release, ...]


class LikelyLateAsked(Asked):
    """Whose orders that will likely be late."""

    partner: Names = ()


class OrderAsked(Asked):
    """One order."""

    order: UUID


async def _list(office: Office, caller: Caller, asked: OrdersAsked) -> Page:
    if caller.partner is None:
        return await _page(office, asked, asked.partner)
    if asked.late or asked.held:
        raise Denied("What is late or held is not shown to partners.", remedy="List the orders without `late` and `held`.")
    if any(not caller.sees(one) for one in asked.partner):
        raise Absent("There are no orders of other partners.", remedy=f"Leave the partner out, or name {caller.partner}.")
    page = await _page(office, asked, (caller.partner,))
    ours: Mapping[str, Any] = {"waiting": 0, "refused": 0, "held": 0, "late": ()}
    return Page([one.model_copy(update=ours) for one in page.items], page.after)


async def _page(office: Office, asked: OrdersAsked, partners: tuple[str, ...]) -> Page:
    found = await list_orders(
        office, states=asked.state, partners=partners, late=asked.late, limit=asked.limit + 1, before=id_after(asked.after),
        number=asked.number, held=asked.held, next_step=asked.next,
    )  # fmt: skip
    return page_of([Order.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _story(office: Office, caller: Caller, asked: OrderAsked) -> OrderStory:
    found = await order_by_id(office, asked.order)
    if found is None or not caller.sees(found["partner"]):
        raise Absent(f"There is no order {asked.order}.", remedy="Look for it in the list, by its number.")
    told = await outlook_of(office, asked.order) if caller.partner is None else None
    return OrderStory.model_validate({**found, "likely_late": told})


async def _likely_late(office: Office, _caller: Caller, asked: LikelyLateAsked) -> AllLikelyLate:
    return AllLikelyLate.model_validate(await likely_late(office, partners=asked.partner))


async def _timeline(office: Office, caller: Caller, asked: OrderAsked) -> OrderTimeline:
    story = await _story(office, caller, asked)
    return OrderTimeline.model_validate({name: getattr(story, name) for name in OrderTimeline.model_fields})


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="orders.list", method="GET", path="/orders", right=Right.SEE, asked=OrdersAsked, run=_list, answers=Order,
        pages=True, partners=True, summary="List orders, the newest first: their state, what waits or was refused, what is late.",
    ),
    Operation(
        name="orders.likely_late", method="GET", path="/orders/likely-late", right=Right.SEE, asked=LikelyLateAsked,
        run=_likely_late, answers=AllLikelyLate,
        summary="List orders that will likely be late, with the reason, and a text for each customer.",
    ),
    Operation(
        name="orders.show", method="GET", path="/orders/{order}", right=Right.SEE, asked=OrderAsked, run=_story,
        answers=OrderStory,
        summary="Show an order: steps done, missing and late, its lines, who said what and what became of it.",
    ),
    Operation(
        name="orders.timeline", method="GET", path="/orders/{order}/timeline", right=Right.SEE, asked=OrderAsked, run=_timeline,
        answers=OrderTimeline, partners=True, summary="Show what has happened to an order and what is still to come.",
    ),
)  # fmt: skip
