"""Control numbers: what counters there are, seeding them, moving on after a restore, giving up what was never sent."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Name, Reason
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.numbers import control_numbers, counter_of, seed_control_number, skip_control_numbers, void_outbound
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.errors import Absent, ActionRefused
from translators.contract import Family


class CountersAsked(Asked):
    """All counters, or those of a partner."""

    partner: Name | None = None


class Counter(Told):
    """A counter. `counts` what: interchanges or groups; `of`: the functional id (GS01) of groups, T for test interchanges."""

    counts: str
    family: str
    sender: str
    receiver: str
    of: str
    last: int


class Seeded(Asked):
    """The last number that was used of what we send to a partner: the next is one more. `back` allows numbers to come again."""

    partner: Name
    family: Family
    last: Annotated[int, Field(ge=0, le=999_999_999_999_999)]
    group: Annotated[str, Field(max_length=6)] = ""
    test: bool = False
    back: bool = False
    reason: Reason


class SeededCounter(Told):
    """A counter that was seeded: its number before (None: it is new) and now."""

    scope: str
    before: int | None
    last: int


class Skipped(Asked):
    """All counters, moved on by so many numbers: after a restore, so that no number comes twice."""

    count: Annotated[int, Field(ge=1, le=1_000_000)]
    confirm: Annotated[Literal["all counters"], Field(description="Says that every counter is meant.")]


class SkippedCounters(Told):
    """How many counters were moved on."""

    counters: int


class Voided(Asked):
    """A sealed interchange that was never sent."""

    outbound: UUID
    reason: Reason


class VoidedNumber(Told):
    """A number that is accounted for. `before`: it was given up earlier."""

    control_number: str
    before: bool


async def _list(office: Office, _caller: Caller, asked: CountersAsked) -> Page:
    names = ("counts", "family", "sender", "receiver", "of")
    found = await control_numbers(office, asked.partner or "")
    return Page([Counter(**dict(zip(names, scope.split("|"), strict=True)), last=last) for scope, last in found])


async def _seed(office: Office, caller: Caller, asked: Seeded) -> SeededCounter:
    scope = counter_of(office, asked.partner, asked.family, group=asked.group, test=asked.test)
    done = await seed_control_number(office, scope, asked.last, actor=caller.name, reason=asked.reason, back=asked.back)
    if done.after is None:
        what = f"The last number is {done.before}: numbers would come again."
        raise ActionRefused(what, remedy="Say `back` if the partner knows that, and takes them.")
    return SeededCounter(scope=scope, before=done.before, last=done.after)


async def _skip(office: Office, caller: Caller, asked: Skipped) -> SkippedCounters:
    return SkippedCounters(counters=await skip_control_numbers(office, asked.count, actor=caller.name))


async def _void(office: Office, caller: Caller, asked: Voided) -> VoidedNumber:
    done = await void_outbound(office, asked.outbound, actor=caller.name, reason=asked.reason)
    if done is None:
        raise Absent(f"There is no interchange {asked.outbound}.", remedy="Look for it by its control number.")
    if done.hindered:
        what = f"Its delivery is {done.hindered}: what has left cannot be given up."
        raise ActionRefused(what, remedy="Tell the partner to ignore it, or send a correction.")
    return VoidedNumber(control_number=done.control_number, before=done.before and not done.voided)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="numbers.list", method="GET", path="/numbers", right=Right.SEE, asked=CountersAsked, run=_list, answers=Counter,
        pages=True, summary="List the counters: what they count, between whom, the last number that was taken.",
    ),
    Operation(
        name="numbers.seed", method="POST", path="/numbers/seed", right=Right.PARTNERS, asked=Seeded, run=_seed,
        answers=SeededCounter, summary="Say which number was used last: the next one is one more.",
    ),
    Operation(
        name="numbers.skip", method="POST", path="/numbers/skip", right=Right.PARTNERS, asked=Skipped, run=_skip,
        answers=SkippedCounters, summary="Move all counters on, after a restore, so that no number comes twice.",
    ),
    Operation(
        name="numbers.void", method="POST", path="/numbers/void/{outbound}", right=Right.PARTNERS, asked=Voided, run=_void,
        answers=VoidedNumber, summary="Give up a sealed interchange that was never sent; its number is accounted for.",
    ),
)  # fmt: skip
