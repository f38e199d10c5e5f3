"""Retention: how long things are kept, what would go now, and what must not go."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, Field, model_validator

from gateway.api.fields import Name, Reason
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.keeping import legal_holds, place_hold, release_hold, retention_plan, retention_status
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.domain.query import parse
from gateway.errors import Absent, PlanRefused


class KeepingAsked(Asked):
    """All classes of what is kept."""


class KeptClass(Told):
    """A class of what is kept: what is in it, for how long, for which partners otherwise, since when, how much went lately."""

    kind: Annotated[str, Field(validation_alias="class")]
    holds: str
    kept: str
    partners: dict[str, str]
    since: datetime | None
    purged_in_30_days: int


class WouldGo(Told):
    """What would go now of a class: how many are old enough, how many of them go, why others stay. `more`: at least so many."""

    kind: Annotated[str, Field(validation_alias="class")]
    what: str
    old: int
    goes: int
    stays: dict[str, int]
    more: bool


class LegalHoldsAsked(Asked):
    """The holds in force; with `released` also those that are over."""

    released: bool = False


class LegalHold(Told):
    """What is kept however old it gets: what is a partner's, what a query found, or chosen transmissions."""

    id: UUID
    partner: str | None
    after: datetime | None
    before: datetime | None
    query: str | None
    transmissions: int
    reason: str
    actor: str
    at: datetime
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None


class NewLegalHold(Asked):
    """What is to be kept: a partner's, also what comes later (received between two moments); or what a query finds now, and these
    transmissions.
    """

    reason: Reason
    partner: Name | None = None
    received_after: AwareDatetime | None = None
    received_before: AwareDatetime | None = None
    query: Annotated[str, Field(max_length=2000)] = ""
    transmissions: Annotated[tuple[UUID, ...], Field(max_length=10_000)] = ()

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if self.partner and (self.query.strip() or self.transmissions):
            raise ValueError("a partner is held as a whole: make two holds of it")
        if (self.received_after or self.received_before) and not self.partner:
            raise ValueError("received_after and received_before go with a partner: write them into the query")
        return self


class PlacedHold(Told):
    """A hold, and how many transmissions it has chosen; none where it is of a partner."""

    id: UUID
    transmissions: int


class ReleasedHold(Asked):
    """A hold that is over."""

    hold: UUID
    reason: Reason


async def _status(office: Office, _caller: Caller, _asked: KeepingAsked) -> Page:
    return Page([KeptClass.model_validate(one) for one in await retention_status(office)])


async def _plan(office: Office, _caller: Caller, _asked: KeepingAsked) -> Page:
    return Page([WouldGo.model_validate(one) for one in await retention_plan(office)])


async def _holds(office: Office, _caller: Caller, asked: LegalHoldsAsked) -> Page:
    return Page([LegalHold.model_validate(one) for one in await legal_holds(office, released=asked.released)])


async def _place(office: Office, caller: Caller, asked: NewLegalHold) -> PlacedHold:
    query = parse(asked.query) if asked.query.strip() else {}
    if not (asked.partner or query or asked.transmissions):
        raise PlanRefused("Nothing was said to be held.", remedy="Name a partner, a query or transmissions.")
    if asked.partner is not None and asked.partner not in office.snapshot.partners:
        raise Absent(f'There is no partner "{asked.partner}".', remedy="Look for it in the list of partners.")
    hold, chosen = await place_hold(
        office, partner=asked.partner, after=asked.received_after, before=asked.received_before, query=query,
        written=asked.query.strip(), ids=asked.transmissions, actor=caller.name, reason=asked.reason,
    )  # fmt: skip
    return PlacedHold(id=hold, transmissions=chosen)


async def _release(office: Office, caller: Caller, asked: ReleasedHold) -> None:
    if not await release_hold(office, asked.hold, actor=caller.name, reason=asked.reason):
        raise Absent(f"No hold {asked.hold} is in force.", remedy="Look for it in the list.")


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="retention.status", method="GET", path="/retention", right=Right.SEE, asked=KeepingAsked, run=_status,
        answers=KeptClass, pages=True, slow=True,
        summary="Show how long each class is kept, since when there is something of it, how much went in 30 days.",
    ),
    Operation(
        name="retention.plan", method="GET", path="/retention/plan", right=Right.ADMINISTER, asked=KeepingAsked, run=_plan,
        answers=WouldGo, pages=True, slow=True, summary="Say what would go now, and what stays though it is old enough, and why.",
    ),
    Operation(
        name="retention.holds", method="GET", path="/retention/holds", right=Right.SEE, asked=LegalHoldsAsked, run=_holds,
        answers=LegalHold, pages=True, summary="List the legal holds: what is held, why, by whom.",
    ),
    Operation(
        name="retention.hold", method="POST", path="/retention/holds", right=Right.ADMINISTER, asked=NewLegalHold, run=_place,
        answers=PlacedHold, summary="Keep something, however old it gets, until the hold is released.",
    ),
    Operation(
        name="retention.release", method="POST", path="/retention/holds/{hold}/release", right=Right.ADMINISTER,
        asked=ReleasedHold, run=_release, summary="End a legal hold. What is old enough goes with the next purge.",
    ),
)  # fmt: skip
