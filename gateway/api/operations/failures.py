"""Failures: what went wrong, grouped, with its owner, and what people do about it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from gateway.api.fields import Name, Names, Reason, Remark, Some
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, moment, page_of, place_of
from gateway.api.several import AllDone, all_done
from gateway.bootstrap.failures import attend_to_failures, failure, failure_choices, failures
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.domain.triage import Cause, Helped
from gateway.errors import Absent
from gateway.operations.failures import By, FailureDesk
from gateway.ports.failures import FailureFilter

State = Literal["open", "acknowledged", "muted", "resolved"]


class FailuresAsked(Listed):
    """Which groups are listed, those that happened last first."""

    state: Annotated[tuple[State, ...], Field(max_length=4)] = ("open", "acknowledged", "muted")
    owner: Names = ()
    stage: Names = ()
    partner: Names = ()
    code: Names = ()
    route: Names = ()
    fingerprint: Names = ()


class Failure(Told):
    """A group of failures of one cause. `unattended_seconds` is for how long nobody has taken it on."""

    id: UUID
    fingerprint: str
    state: State
    stage: str
    code: str
    partner: str | None
    route: str | None
    owner: str
    count: int
    open_cases: int
    regressions: int
    message: str
    remedy: str
    sample: UUID
    first_at: datetime
    last_at: datetime
    opened_at: datetime
    muted_until: datetime | None
    level: int
    attended_by: str | None
    attended_at: datetime | None
    resolved_by: str | None
    resolved_at: datetime | None
    resolved_reason: str | None
    resolved_helped: Helped | None
    unattended_seconds: float | None


class Case(Told):
    """One thing that went wrong: a document, a delivery (to its `target`), an acknowledgement. `stored`: the message is here.
    `recurred`: so often it came back after it had ended.
    """

    subject: UUID
    transmission: UUID
    keys: tuple[str, ...]
    target: str | None
    stored: bool
    message: str
    at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_reason: str | None
    recurred: int = 0


class Happened(Told):
    """What happened to a failure, or was done about it. `tell` is the owner for whom that was news."""

    at: datetime
    actor: str
    action: str
    detail: dict[str, Any]
    tell: str | None
    told_at: datetime | None


class Notified(Told):
    """A message to an owner that told of it."""

    id: UUID
    owner: str
    address: str
    state: str
    attempt: int
    code: str | None
    answer: str | None
    created_at: datetime
    settled_at: datetime | None


class Triage(Told):
    """The likely cause, by what of the failure it was found, and what likely helps. It proposes; a person decides."""

    cause: Cause
    because: str
    remedy: str


class SolvedBefore(Told):
    """How a failure like this one was resolved: the newest time of `times`. `same`: it was this very failure."""

    fingerprint: str
    stage: str
    code: str
    partner: str | None
    route: str | None
    message: str
    at: datetime
    actor: str
    reason: str
    helped: Helped | None
    times: int
    same: bool


class PassedByItself(Told):
    """Of the times that the failure was over, so many it ended without a person, usually after so many seconds."""

    times: int
    of: int
    after_seconds: float


class FailureStory(Failure):
    """A failure with its cases (open ones, then the newest), its history and who was told. Of the open ones so many are
    deliveries, and so many messages that are stored here are behind them. `effect` is what waits because of it, in a sentence.
    """

    effect: str
    triage: Triage
    solved_before: tuple[SolvedBefore, ...]
    by_itself: PassedByItself | None
    open_deliveries: int
    open_messages: int
    cases: tuple[Case, ...]
    history: tuple[Happened, ...]
    notifications: tuple[Notified, ...]


class ChoicesAsked(Asked):
    """Everything that failures can be told apart by."""


class Choices(Told):
    """How many groups there are: by state, and those that are not resolved by owner, stage, partner, code and route. `assignable`
    are the owners of routes.toml, to whom they can be given.
    """

    state: dict[State, int]
    owner: dict[str, int]
    stage: dict[str, int]
    partner: dict[str, int]
    code: dict[str, int]
    route: dict[str, int]
    assignable: tuple[str, ...]


class FailureAsked(Asked):
    """One failure: its id, its fingerprint, or the last six characters of either."""

    failure: Name


class Acknowledged(Asked):
    """Failures that are taken on."""

    failures: Some
    reason: Remark = ""


class Assigned(Acknowledged):
    """Failures that are given to another owner."""

    to: Annotated[Name, Field(description="An owner of routes.toml.")]


class Muted(Asked):
    """Failures that are silenced until a moment within 90 days."""

    failures: Some
    until: AwareDatetime
    reason: Reason


class Resolved(Asked):
    """Failures that are ended with all their cases. `helped` is proposed to whoever has a failure like them."""

    failures: Some
    reason: Reason
    helped: Helped | None = None


class Noted(FailureAsked):
    """A note to a failure."""

    text: Reason


async def _list(office: Office, _caller: Caller, asked: FailuresAsked) -> Page:
    before, before_id = place_of(asked.after, moment, UUID) or (None, None)
    wanted = FailureFilter(
        asked.state, asked.owner, asked.stage, asked.partner, asked.code, asked.route, before, asked.limit + 1, before_id,
        asked.fingerprint,
    )  # fmt: skip
    found = [Failure.model_validate(one) for one in await failures(office, wanted)]
    return page_of(found, asked.limit, lambda one: (one.last_at, one.id))


async def _show(office: Office, _caller: Caller, asked: FailureAsked) -> FailureStory:
    found = await failure(office, asked.failure)
    if found is None:
        raise Absent(f"There is no failure {asked.failure}.", remedy="Look for it among all, the resolved ones too.")
    return FailureStory.model_validate(found)


async def _choices(office: Office, _caller: Caller, _asked: ChoicesAsked) -> Choices:
    groups, owners = await failure_choices(office)
    return Choices.model_validate({**groups, "assignable": owners})


Act = Callable[[FailureDesk, UUID, By], Awaitable[object]]


async def _attend(office: Office, caller: Caller, ids: tuple[str, ...], act: Act) -> AllDone:
    return all_done(ids, await attend_to_failures(office, ids, act, actor=caller.name))


async def _acknowledge(office: Office, caller: Caller, asked: Acknowledged) -> AllDone:
    return await _attend(
        office, caller, asked.failures, lambda desk, one, by: desk.acknowledge(one, by=by, reason=asked.reason)
    )  # fmt: skip


async def _assign(office: Office, caller: Caller, asked: Assigned) -> AllDone:
    return await _attend(
        office, caller, asked.failures, lambda desk, one, by: desk.assign(one, asked.to, by=by, reason=asked.reason)
    )


async def _mute(office: Office, caller: Caller, asked: Muted) -> AllDone:
    return await _attend(
        office, caller, asked.failures, lambda desk, one, by: desk.mute(one, asked.until, by=by, reason=asked.reason)
    )


async def _resolve(office: Office, caller: Caller, asked: Resolved) -> AllDone:
    return await _attend(
        office, caller, asked.failures, lambda desk, one, by: desk.resolve(one, by=by, reason=asked.reason, helped=asked.helped)
    )


async def _note(office: Office, caller: Caller, asked: Noted) -> FailureStory:
    await _attend(office, caller, (asked.failure,), lambda desk, one, by: desk.note(one, asked.text, by=by))
    return await _show(office, caller, asked)


def _action(name: str, summary: str, asked: type[Asked], run: Callable[[Office, Caller, Any], Awaitable[Any]]) -> Operation:
    return Operation(
        name=f"failures.{name}", method="POST", path=f"/failures/{name}", right=Right.REPAIR, summary=summary, asked=asked,
        run=run, answers=AllDone,
    )  # fmt: skip


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="failures.list", method="GET", path="/failures", right=Right.SEE, asked=FailuresAsked, run=_list, answers=Failure,
        pages=True, summary="List groups of failures, those that happened last first; resolved ones only when asked for.",
    ),
    Operation(
        name="failures.choices", method="GET", path="/failures/choices", right=Right.SEE, asked=ChoicesAsked, run=_choices,
        answers=Choices, summary="Count groups of failures by what they can be told apart by, and name who they can be given to.",
    ),
    Operation(
        name="failures.show", method="GET", path="/failures/{failure}", right=Right.SEE, asked=FailureAsked, run=_show,
        answers=FailureStory, summary="Show a failure: what to do, its cases, what happened to it, and who was told.",
    ),
    _action("acknowledge", "Take failures on: nobody further is told of them.", Acknowledged, _acknowledge),
    _action("assign", "Give failures to another owner, who is told of them.", Assigned, _assign),
    _action("mute", "Silence failures until a moment, also when they come back; then they are open again.", Muted, _mute),
    _action("resolve", "End failures with all their cases. One that comes back is open again.", Resolved, _resolve),
    Operation(
        name="failures.note", method="POST", path="/failures/{failure}/notes", right=Right.REPAIR, asked=Noted, run=_note,
        answers=FailureStory, summary="Add a note to a failure.",
    ),
)  # fmt: skip
