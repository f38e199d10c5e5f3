"""Messages that are given up by a person: ignored, or rejected, which their senders are told."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Reason
from gateway.api.operation import Asked, Operation, Told
from gateway.bootstrap.giving_up import ignore_message, reject_message
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class GiveUpAsked(Asked):
    """A message, or one document or delivery of it by its id, and why. `only_show`: nothing is done, only told."""

    message: UUID
    reason: Reason
    only_show: Annotated[bool, Field(description="Tell what would be done, and do nothing.")] = False


class GivenUpDelivery(Told):
    """A delivery that is given up, with the state that it was in."""

    id: UUID
    target: str
    was: str


class NegativeAnswer(Told):
    """What tells the sender of a document that it is rejected: `name` and `type` of the answer, its own `number`, and the
    `transmission` by which it goes, under an agreement and by its channel.
    """

    document: UUID
    name: str
    type: str
    number: str
    partner: str
    agreement: str
    channel: str
    transmission: UUID


class AnsweredBefore(Told):
    """A document whose sender was told before, by this transmission; it is never told twice."""

    document: UUID
    called: str
    transmission: UUID


class GivenUp(Told):
    """What was done, or with `only_show` would be: deliveries that are given up, the number of other things whose failures end,
    and the answers that go out.
    """

    message: UUID
    done: bool
    deliveries: tuple[GivenUpDelivery, ...]
    failures: int
    answers: tuple[NegativeAnswer, ...]
    before: tuple[AnsweredBefore, ...]


async def _ignore(office: Office, caller: Caller, asked: GiveUpAsked) -> GivenUp:
    told = await ignore_message(office, asked.message, by=caller.name, reason=asked.reason, only_show=asked.only_show)
    return GivenUp.model_validate(told)


async def _reject(office: Office, caller: Caller, asked: GiveUpAsked) -> GivenUp:
    told = await reject_message(office, asked.message, by=caller.name, reason=asked.reason, only_show=asked.only_show)
    return GivenUp.model_validate(told)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="messages.ignore", method="POST", path="/messages/{message}/ignore", right=Right.REPAIR, asked=GiveUpAsked,
        run=_ignore, answers=GivenUp,
        summary="Do nothing more with a message: give up all of it that waits for somebody, and end its failures.",
    ),
    Operation(
        name="messages.reject", method="POST", path="/messages/{message}/reject", right=Right.REPAIR, asked=GiveUpAsked,
        run=_reject, answers=GivenUp,
        summary="Reject a message: give it up, and answer its sender as agreed that it is not taken. Once, however often asked.",
    ),
)  # fmt: skip
