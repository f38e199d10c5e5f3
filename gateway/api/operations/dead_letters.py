"""Dead letters: what somebody must look after before it goes on: given up, found or approved. Sending it again is a batch."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Name, Names, Reason
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.api.paging import Listed, moment, page_of, place_of
from gateway.api.several import AllDone, all_done
from gateway.bootstrap.office import Office
from gateway.bootstrap.replay import approve_delivery, dead_letter_needs, dead_letters, discard_dead_letter, found_delivered
from gateway.domain.access import Caller, Right
from gateway.errors import GatewayError, StoreUnavailable

Need = Literal["approval", "in_doubt", "refused", "dead", "unreadable"]


class DeadLettersAsked(Listed):
    """Which dead letters are listed, the newest first."""

    partner: Names = ()
    target: Names = ()
    state: Annotated[tuple[Literal["failed", "dead", "in_doubt", "unreadable"], ...], Field(max_length=4)] = ()
    code: Names = ()
    need: Annotated[tuple[Need, ...], Field(max_length=5)] = ()
    letter: Annotated[tuple[UUID, ...], Field(max_length=200, description="Only these, by their ids.")] = ()


class DeadLetter(Told):
    """A delivery that failed, died or is in doubt, or a transmission that could not be read. `fingerprint` names its cause,
    `need` what it waits for: somebody's approval, a look at the target, a correction, or to be read.
    """

    id: UUID
    kind: Literal["delivery", "transmission"]
    need: Need
    transmission: UUID
    state: str
    target: str
    partner: str | None
    code: str
    message: str
    attempt: int
    since: datetime
    keys: tuple[str, ...]
    type: str
    fingerprint: str
    owner: str
    failure: UUID | None


class NeedsAsked(Asked):
    """All dead letters."""


class Needs(Told):
    """How many dead letters there are, by what they need."""

    approval: int = 0
    in_doubt: int = 0
    refused: int = 0
    dead: int = 0
    unreadable: int = 0


class Letters(Asked):
    """Dead letters, and why something is done about them."""

    letters: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]
    reason: Reason


class Found(Asked):
    """A delivery in doubt that has arrived. `reference` is what the target calls it."""

    letter: UUID
    reason: Reason
    reference: Name | None = None


async def _list(office: Office, _caller: Caller, asked: DeadLettersAsked) -> Page:
    found = await dead_letters(
        office, partners=asked.partner, targets=asked.target, states=asked.state, codes=asked.code,
        needs=asked.need, ids=asked.letter, before=place_of(asked.after, moment, UUID), limit=asked.limit + 1,
    )  # fmt: skip
    return page_of([DeadLetter.model_validate(one) for one in found], asked.limit, lambda one: (one.since, one.id))


async def _needs(office: Office, _caller: Caller, _asked: NeedsAsked) -> Needs:
    return Needs.model_validate(await dead_letter_needs(office))


async def _each(letters: tuple[UUID, ...], act: Callable[[UUID], Awaitable[object]]) -> AllDone:
    results: list[GatewayError | None] = []
    for letter in letters:
        try:
            await act(letter)
        except StoreUnavailable:
            raise
        except GatewayError as error:
            results.append(error)
        else:
            results.append(None)
    return all_done(letters, results)


async def _discard(office: Office, caller: Caller, asked: Letters) -> AllDone:
    return await _each(asked.letters, lambda one: discard_dead_letter(office, one, by=caller.name, reason=asked.reason))


async def _approve(office: Office, caller: Caller, asked: Letters) -> AllDone:
    return await _each(asked.letters, lambda one: approve_delivery(office, one, by=caller.name, reason=asked.reason))


async def _found(office: Office, caller: Caller, asked: Found) -> None:
    await found_delivered(office, asked.letter, by=caller.name, reason=asked.reason, reference=asked.reference)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="dead_letters.list", method="GET", path="/dead-letters", right=Right.SEE, asked=DeadLettersAsked, run=_list,
        answers=DeadLetter, pages=True, summary="List what somebody must look after before it goes on, the newest first.",
    ),
    Operation(
        name="dead_letters.needs", method="GET", path="/dead-letters/needs", right=Right.SEE, asked=NeedsAsked, run=_needs,
        answers=Needs, summary="Count what somebody must look after, by what it needs.",
    ),
    Operation(
        name="dead_letters.discard", method="POST", path="/dead-letters/discard", right=Right.REPAIR, asked=Letters, run=_discard,
        answers=AllDone,
        summary="Give up what is dead, refused, in doubt or unreadable, and what was to come after it.",
    ),
    Operation(
        name="dead_letters.found", method="POST", path="/dead-letters/{letter}/found", right=Right.REPAIR, asked=Found,
        run=_found, summary="Say that what is in doubt has arrived: somebody looked. What comes after it goes on.",
    ),
    Operation(
        name="dead_letters.approve", method="POST", path="/dead-letters/approve", right=Right.REPAIR, asked=Letters, run=_approve,
        answers=AllDone,
        summary="Let be done what waits for a person's approval. It is done once, under the name of who approved it.",
    ),
)  # fmt: skip
