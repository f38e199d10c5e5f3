"""Orders that wait before a warehouse: why, who answers for that, until when; and what people decide."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Names, Reason, Some
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, moment, page_of, place_of
from gateway.api.several import AllDone, all_done
from gateway.bootstrap.holds import decide_holds, list_holds
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right

Decision = Literal["release", "approve", "refuse"]


class HoldsAsked(Listed):
    """Which holds are listed, those due first: standing ones, or `all` that ever were. `order`: the customer's number or ours;
    `hold`: these.
    """

    all: bool = False
    kind: Names = ()
    owner: Names = ()
    customer: Names = ()
    order: Names = ()
    hold: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()


class Hold(Told):
    """What holds an order to a warehouse."""

    id: UUID
    release: UUID
    transmission: UUID
    hold: str
    kind: str
    reason: str
    owner: str
    state: str
    since: datetime
    due_at: datetime
    ended_at: datetime | None
    actor: str | None
    note: str | None
    number: str
    order_number: str | None
    customer: str | None
    warehouse: str
    release_state: str
    go_at: datetime | None
    test: bool


class Decided(Asked):
    """Holds by their ids or the last six characters of them, and why."""

    holds: Some
    reason: Reason


async def _list(office: Office, _caller: Caller, asked: HoldsAsked) -> Page:
    found = await list_holds(
        office, standing=not asked.all, kinds=asked.kind, owners=asked.owner, customers=asked.customer, numbers=asked.order,
        limit=asked.limit + 1, after=place_of(asked.after, moment, UUID), only=asked.hold,
    )  # fmt: skip
    return page_of([Hold.model_validate(one) for one in found], asked.limit, lambda one: (one.due_at, one.id))


async def _decide(office: Office, caller: Caller, asked: Decided, decision: Decision) -> AllDone:
    return all_done(asked.holds, await decide_holds(office, asked.holds, decision, actor=caller.name, reason=asked.reason))


def _decision(decision: Decision, summary: str) -> Operation:
    async def run(office: Office, caller: Caller, asked: Any) -> AllDone:
        return await _decide(office, caller, asked, decision)

    return Operation(
        name=f"holds.{decision}", method="POST", path=f"/holds/{decision}", right=Right.CONTROL, summary=summary, asked=Decided,
        run=run, answers=AllDone,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="holds.list", method="GET", path="/holds", right=Right.SEE, asked=HoldsAsked, run=_list, answers=Hold, pages=True,
        summary="List what holds orders to warehouses, those due first: the order, why, who answers, until when.",
    ),
    _decision("release", "Let orders go, whatever holds them now: when their goods are there and it is time."),
    _decision("approve", "Let orders pass one hold; what else holds them goes on."),
    _decision("refuse", "End orders: they go to no warehouse, and the customer's order is rejected as far as it is about them."),
)  # fmt: skip
