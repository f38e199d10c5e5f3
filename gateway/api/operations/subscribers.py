"""Subscribers: who milestones are posted to, what each was given, and whether it answers. Posting again is a batch."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.api.fields import Name, Names
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, id_after, page_of
from gateway.bootstrap.listeners import probe_subscriber, subscriber_log, subscribers
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class SubscribersAsked(Asked):
    """All subscribers: there are as many as routes.toml names."""


class Subscriber(Told):
    """A subscriber and how it stands with it; `delivered` counts a day. None of events, partners or fields: all."""

    subscriber: str
    configured: bool
    url: str | None
    events: tuple[str, ...] | None
    partners: tuple[str, ...] | None
    fields: tuple[str, ...] | None
    waiting: int
    delivered: int
    failed: int
    oldest: datetime | None
    last_delivered: datetime | None
    breaker: str | None
    held_by: str | None


class LogAsked(Listed):
    """What of a subscriber's log is listed, the newest first."""

    subscriber: Name
    state: Names = ()
    order: Names = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class Attempt(Told):
    """An attempt to post, and the answer to it."""

    attempt: int
    outcome: str
    code: str
    message: str
    status: int | None
    started_at: datetime
    ended_at: datetime | None
    node: str


class Notice(Told):
    """What a subscriber was given. `type` is None where the milestone was purged."""

    id: UUID
    milestone: UUID
    type: str | None
    order: str | None
    partner: str | None
    version: int | None
    state: str
    attempts: int
    code: str | None
    message: str | None
    at: datetime
    settled_at: datetime | None
    next_at: datetime | None
    test: bool
    tries: tuple[Attempt, ...]


class SubscriberAsked(Asked):
    """One subscriber."""

    subscriber: Name


class Probed(Told):
    """What came of a test event: whether it arrived, and what was answered."""

    subscriber: str
    url: str
    id: UUID
    arrived: bool
    seconds: float
    code: str
    message: str
    status: Annotated[int | None, Field(description="The HTTP status of the answer.")] = None


async def _list(office: Office, _caller: Caller, _asked: SubscribersAsked) -> Page:
    return Page([Subscriber.model_validate(one) for one in await subscribers(office)])


async def _log(office: Office, _caller: Caller, asked: LogAsked) -> Page:
    wanted = {"states": asked.state, "orders": asked.order, "since": asked.since, "until": asked.until}
    found = await subscriber_log(
        office, asked.subscriber, {**wanted, "before": id_after(asked.after)}, limit=asked.limit + 1
    )  # fmt: skip
    return page_of([Notice.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _test(office: Office, _caller: Caller, asked: SubscriberAsked) -> Probed:
    return Probed.model_validate(await probe_subscriber(office, asked.subscriber))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="subscribers.list", method="GET", path="/subscribers", right=Right.SEE, asked=SubscribersAsked, run=_list,
        answers=Subscriber, pages=True, summary="List subscribers: what waits for each, what arrived in a day, what failed.",
    ),
    Operation(
        name="subscribers.log", method="GET", path="/subscribers/{subscriber}/log", right=Right.SEE, asked=LogAsked, run=_log,
        answers=Notice, pages=True, summary="List what a subscriber was given, the newest first, with each attempt.",
    ),
    Operation(
        name="subscribers.test", method="POST", path="/subscribers/{subscriber}/test", right=Right.CONTROL, asked=SubscriberAsked,
        run=_test, answers=Probed,
        summary="Post an event of the type gateway.test now, and say what was answered. It is in no log.",
    ),
)  # fmt: skip
