"""Targets: what deliveries go to, what waits there and why; holding and releasing them, and attempts at once."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from gateway.api.fields import Name, Reason, Remark
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.office import Office
from gateway.bootstrap.targets import delivery_targets, hold_deliveries, release_deliveries, retry_now
from gateway.domain.access import Caller, Right
from gateway.errors import Absent, ActionRefused


class TargetsAsked(Asked):
    """All targets: there are as many as routes.toml names."""


class TargetAsked(Asked):
    """One target: an application, a channel or a subscriber of routes.toml."""

    target: Name


class Target(Told):
    """What waits at a target, and what keeps it.

    `waiting` wait for their turn or their next attempt (`due` of them now), `in_sequence` for earlier ones of their key,
    `after_others` for another target of their route, `put_aside` because their partner is held. `rate` (calls a second) and
    `concurrency` are its limits, of all processes together. `kind` is None for one that is not configured any more; `places` are
    servers or folders, without anything that lets somebody in.
    """

    target: str
    configured: bool
    kind: Literal["application", "channel", "subscriber"] | None
    type: str | None
    partner: str | None
    places: tuple[str, ...]
    waiting: int
    due: int
    sending: int
    in_sequence: int
    put_aside: int
    after_others: int
    dead: int
    oldest: datetime | None
    next_at: datetime | None
    breaker: str | None
    breaker_since: datetime | None
    probe_at: datetime | None
    held_by: str | None
    held_because: str | None
    held_since: datetime | None
    maintenance_until: datetime | None
    rate: float | None
    concurrency: int | None


class HeldTarget(TargetAsked):
    """A target to which nothing more is delivered."""

    reason: Reason


class ReleasedTarget(TargetAsked):
    """A target whose deliveries go on."""

    reason: Remark = ""


class RetriedNow(Asked):
    """What is tried now: what waits at a target, what is a partner's, or single deliveries, which go before all others."""

    target: Name | None = None
    partner: Name | None = None
    deliveries: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.target or self.partner or self.deliveries):
            raise ValueError("everything at once is not tried: name a target, a partner or deliveries")
        return self


class BroughtForward(Told):
    """How many deliveries are tried now, by target."""

    targets: dict[str, int]


async def _list(office: Office, _caller: Caller, _asked: TargetsAsked) -> Page:
    return Page([Target.model_validate(one) for one in await delivery_targets(office)])


async def _show(office: Office, _caller: Caller, asked: TargetAsked) -> Target:
    found = next((one for one in await delivery_targets(office) if one["target"] == asked.target), None)
    if found is None:
        raise Absent(f"There is no target {asked.target}.", remedy="Look for it in the list.")
    return Target.model_validate(found)


async def _hold(office: Office, caller: Caller, asked: HeldTarget) -> Target:
    if not await hold_deliveries(office, "target", asked.target, actor=caller.name, reason=asked.reason):
        raise ActionRefused(f"{asked.target} is held already.", remedy="Look who holds it, and why.")
    return await _show(office, caller, asked)


async def _release(office: Office, caller: Caller, asked: ReleasedTarget) -> Target:
    view = await _show(office, caller, asked)
    if await release_deliveries(office, "target", asked.target, actor=caller.name, reason=asked.reason) is None:
        raise ActionRefused(
            f"{asked.target} is not held.", remedy="Look what keeps it: its breaker, its maintenance, its limits."
        )
    return view.model_copy(update={"held_by": None, "held_because": None, "held_since": None})


async def _retry(office: Office, caller: Caller, asked: RetriedNow) -> BroughtForward:
    moved = await retry_now(
        office, actor=caller.name, target=asked.target, partner=asked.partner, deliveries=asked.deliveries or None
    )
    return BroughtForward(targets=dict(moved))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="targets.list", method="GET", path="/targets", right=Right.SEE, asked=TargetsAsked, run=_list, answers=Target,
        pages=True, summary="List what deliveries go to: how many wait, are under way or dead, and what keeps them.",
    ),
    Operation(
        name="targets.show", method="GET", path="/targets/{target}", right=Right.SEE, asked=TargetAsked, run=_show,
        answers=Target, summary="Show one target: what waits there, for what, and its limits.",
    ),
    Operation(
        name="targets.hold", method="POST", path="/targets/{target}/hold", right=Right.CONTROL, asked=HeldTarget, run=_hold,
        answers=Target, summary="Deliver nothing more to a target until it is released. No attempt is used up meanwhile.",
    ),
    Operation(
        name="targets.release", method="POST", path="/targets/{target}/release", right=Right.CONTROL, asked=ReleasedTarget,
        run=_release, answers=Target, summary="Let the deliveries of a held target go on.",
    ),
    Operation(
        name="targets.retry", method="POST", path="/targets/retry", right=Right.CONTROL, asked=RetriedNow, run=_retry,
        answers=BroughtForward, summary="Try now what waits for its next attempt. A breaker that is open is probed at once.",
    ),
)  # fmt: skip
