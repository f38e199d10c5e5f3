"""Acknowledgements both ways: what partners owe us and what they said, what we answered to them, and what matches nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from gateway.api.fields import Names, Reason
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, id_after, page_of
from gateway.bootstrap.expectations import (
    dismiss_acknowledgement,
    expectations,
    given_acknowledgements,
    match_acknowledgements,
    unmatched_acknowledgements,
    waive_expectation,
)
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.domain.quote import without_quotes
from gateway.errors import Absent

State = Literal[
    "expected", "received", "accepted", "accepted_with_errors", "partially_accepted", "rejected", "overdue", "late",
    "contradicted", "waived",
]  # fmt: skip
Standing = Literal["awaited", "overdue", "rejected", "matched"]

_STATES: Final[Mapping[Standing, tuple[State, ...]]] = {
    "awaited": ("expected", "received"),
    "overdue": ("overdue",),
    "rejected": ("rejected", "partially_accepted", "contradicted"),
    "matched": ("accepted", "accepted_with_errors", "late"),
}
"""What the ledger is looked at for: what is waited for, what did not come, what was refused, what went well."""


class LedgerAsked(Listed):
    """Which part of the ledger is listed, the newest first. `about` is an order, invoice or control number, or an id."""

    standing: Annotated[tuple[Standing, ...], Field(max_length=4)] = ()
    state: Annotated[tuple[State, ...], Field(max_length=10)] = ()
    partner: Names = ()
    kind: Names = ()
    about: Annotated[str, Field(max_length=200)] = ""


class SentDocument(Told):
    """The document of ours that something is expected for, and its place in the interchange."""

    ordinal: int
    id: UUID | None
    type: str | None
    name: str | None
    control_number: str | None


class Expectation(Told):
    """What a partner owes us for something we sent, until when, and what it said. `document` None: the whole interchange."""

    id: UUID
    partner: str | None
    kind: str
    layer: str
    state: State
    said: str | None
    sent_at: datetime
    due_at: datetime | None
    changed_at: datetime | None
    owner: str
    agreement: str | None
    calendar: str | None
    reason: str | None
    person: str | None
    outbound: UUID
    control_number: str
    transmission: UUID | None
    acknowledgement: UUID | None
    type: str
    document: SentDocument | None
    keys: dict[str, str]
    explanation: tuple[str, ...]


class ExpectationAsked(Asked):
    """One expectation."""

    expectation: UUID


class Waived(ExpectationAsked):
    """An answer that is no longer waited for, or a bad one that is held against nobody."""

    reason: Reason


class GivenAsked(Listed):
    """Which of our answers are listed, the newest first."""

    partner: Names = ()
    type: Names = ()
    verdict: Names = ()


class GivenAcknowledgement(Told):
    """What we answered to a partner's interchange. `state` is that of its delivery; `stored`: the partner fetches it."""

    id: UUID
    partner: str | None
    type: str
    verdict: str
    explanation: tuple[str, ...]
    transmission: UUID
    interchange: UUID
    control_number: str
    answers: str | None
    family: str | None
    created_at: datetime
    state: str
    settled_at: datetime | None


class UnmatchedAsked(Listed):
    """Which acknowledgements that match nothing are listed, the newest first."""

    partner: Names = ()


class UnmatchedAcknowledgement(Told):
    """An acknowledgement that speaks of something we do not know. `names` is what it speaks of, as far as it says."""

    id: UUID
    partner: str | None
    type: str
    names: tuple[str, ...]
    transmission: UUID
    control_number: str
    sender: str
    state: str
    tries: int
    next_try_at: datetime
    created_at: datetime


class Dismissed(Asked):
    """An acknowledgement that answers nothing of ours."""

    acknowledgement: UUID
    reason: Reason


class Matched(Asked):
    """Which acknowledgements are matched now: these, or all that wait."""

    acknowledgements: Annotated[tuple[UUID, ...], Field(max_length=200)] = ()
    all_that_wait: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.acknowledgements) == self.all_that_wait:
            raise ValueError("name acknowledgements, or say all_that_wait")
        return self


class MatchedAcknowledgements(Told):
    """Those that found what they answer."""

    matched: tuple[UUID, ...]


async def _list(office: Office, caller: Caller, asked: LedgerAsked) -> Page:
    partners = _whose(caller, asked.partner)
    states = [*asked.state, *(state for one in asked.standing for state in _STATES[one])]
    found = await expectations(
        office, states=states, partners=partners, kinds=asked.kind, about=asked.about, before=id_after(asked.after),
        limit=asked.limit + 1,
    )  # fmt: skip
    return page_of([_told(caller, one) for one in found], asked.limit, lambda one: (one.id,))


def _whose(caller: Caller, asked: tuple[str, ...]) -> tuple[str, ...]:
    """The partners that are listed: an account of one sees its own, and nothing is there of those it names beside."""
    if caller.partner is None:
        return asked
    if any(not caller.sees(one) for one in asked):
        raise Absent("There is nothing of other partners.", remedy=f"Leave the partner out, or name {caller.partner}.")
    return (caller.partner,)


def _told(caller: Caller, view: Mapping[str, object]) -> Expectation:
    """An expectation; who of us answers for it and what was said among us is not for partners. What its sentences quote of a
    document is shown by `acknowledgements.read_beside`.
    """
    told = Expectation.model_validate(without_quotes(view))
    hidden = {"owner": "", "reason": None, "person": None, "calendar": None}
    return told if caller.partner is None else told.model_copy(update=hidden)


async def _one(office: Office, caller: Caller, asked: ExpectationAsked) -> Expectation:
    found = await expectations(office, about=str(asked.expectation), limit=1000)
    one = next((one for one in found if one["id"] == str(asked.expectation)), None)
    if one is None or not caller.sees(one["partner"]):
        raise Absent(f"Nothing with the id {asked.expectation} is expected.", remedy="Look for it in the list.")
    return _told(caller, one)


async def _waive(office: Office, caller: Caller, asked: Waived) -> Expectation:
    if await waive_expectation(office, asked.expectation, actor=caller.name, reason=asked.reason) is None:
        raise Absent(f"Nothing with the id {asked.expectation} is expected.", remedy="Look for it in the list.")
    return await _one(office, caller, asked)


async def _given(office: Office, caller: Caller, asked: GivenAsked) -> Page:
    found = await given_acknowledgements(
        office, partners=_whose(caller, asked.partner), types=asked.type, verdicts=asked.verdict, before=id_after(asked.after),
        limit=asked.limit + 1,
    )  # fmt: skip
    return page_of([GivenAcknowledgement.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _unmatched(office: Office, _caller: Caller, asked: UnmatchedAsked) -> Page:
    found = await unmatched_acknowledgements(
        office, partners=asked.partner, before=id_after(asked.after), limit=asked.limit + 1
    )  # fmt: skip
    return page_of([UnmatchedAcknowledgement.model_validate(one) for one in found], asked.limit, lambda one: (one.id,))


async def _dismiss(office: Office, caller: Caller, asked: Dismissed) -> None:
    if not await dismiss_acknowledgement(office, asked.acknowledgement, actor=caller.name, reason=asked.reason):
        raise Absent(
            f"No acknowledgement {asked.acknowledgement} waits to be matched.", remedy="Look for it among the unmatched."
        )


async def _match(office: Office, _caller: Caller, asked: Matched) -> MatchedAcknowledgements:
    return MatchedAcknowledgements(matched=tuple(await match_acknowledgements(office, asked.acknowledgements)))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="acknowledgements.list", method="GET", path="/acknowledgements", right=Right.SEE, asked=LedgerAsked, run=_list,
        answers=Expectation, pages=True, partners=True,
        summary="List what partners owe us for what we sent, or answered, the newest first.",
    ),
    Operation(
        name="acknowledgements.given", method="GET", path="/acknowledgements/given", right=Right.SEE, asked=GivenAsked,
        run=_given, answers=GivenAcknowledgement, pages=True, partners=True,
        summary="List what we answered to partners, the newest first, and how far it has gone to them.",
    ),
    Operation(
        name="acknowledgements.unmatched", method="GET", path="/acknowledgements/unmatched", right=Right.SEE,
        asked=UnmatchedAsked, run=_unmatched, answers=UnmatchedAcknowledgement, pages=True,
        summary="List acknowledgements that answer nothing we know.",
    ),
    Operation(
        name="acknowledgements.show", method="GET", path="/acknowledgements/{expectation}", right=Right.SEE,
        asked=ExpectationAsked, run=_one, answers=Expectation, partners=True,
        summary="Show one line of the ledger: what is expected, of what, until when, and what came.",
    ),
    Operation(
        name="acknowledgements.waive", method="POST", path="/acknowledgements/{expectation}/waive", right=Right.PARTNERS,
        asked=Waived, run=_waive, answers=Expectation,
        summary="No longer wait for an answer, or hold a bad one against nobody. Its failure ends.",
    ),
    Operation(
        name="acknowledgements.dismiss", method="POST", path="/acknowledgements/unmatched/{acknowledgement}/dismiss",
        right=Right.PARTNERS, asked=Dismissed, run=_dismiss,
        summary="Take an acknowledgement that answers nothing of ours out of the queue. It stays stored.",
    ),
    Operation(
        name="acknowledgements.match", method="POST", path="/acknowledgements/unmatched/match", right=Right.PARTNERS,
        asked=Matched, run=_match, answers=MatchedAcknowledgements,
        summary="Match acknowledgements that wait now, not at their next turn: these, or all.",
    ),
)  # fmt: skip
