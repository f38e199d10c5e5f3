"""What other services publish: stored before it is acknowledged, recognised when it comes again, kept until it can be stored."""

import asyncio
from collections.abc import Sequence

import pytest

from gateway.errors import DataRefused, DependencyUnavailable, Refused, StoreUnavailable
from gateway.ports import Handover, Message, Receipt
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive_published import ReceivePublished
from gateway.system import TimeOrderedIds

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Intake:
    """Keeps handovers; answers with the receipts or raises the errors it was given, one each."""

    def __init__(self, *answers: Receipt | Exception) -> None:
        self.answers = list(answers)
        self.taken: list[Handover] = []

    async def receive(self, handover: Handover) -> Receipt:
        self.taken.append(handover)
        answer = self.answers.pop(0) if self.answers else Receipt(handover.id)
        if isinstance(answer, Exception):
            raise answer
        return answer


def handler(intake: Intake) -> ReceivePublished:
    return ReceivePublished(intake=intake, new_id=TimeOrderedIds())


def message(key: str = "invoice.bigbox", **changes: object) -> Message:
    return Message(OUTBOUND, key, b"{}", "m-1", **changes)  # type: ignore[arg-type]


async def test_a_message_becomes_a_transmission_of_its_exchange() -> None:
    intake = Intake()
    await handler(intake).handle([message(headers={"traceparent": TRACE})])
    (taken,) = intake.taken
    assert (taken.channel, taken.partner, taken.name, taken.body) == (OUTBOUND, "bigbox", "m-1", b"{}")
    assert (taken.idempotency_key, taken.traceparent) == ("m-1", TRACE)


@pytest.mark.parametrize(("key", "partner"), [("invoice.bigbox", "bigbox"), ("invoice", None), ("", None), ("a.b.c", "b.c")])
async def test_the_routing_key_names_the_partner(key: str, partner: str | None) -> None:
    intake = Intake()
    await handler(intake).handle([message(key)])
    assert intake.taken[0].partner == partner


async def test_a_trace_that_is_none_is_left_out() -> None:
    intake = Intake()
    await handler(intake).handle([message(headers={"traceparent": "rubbish"})])
    assert intake.taken[0].traceparent is None


@pytest.mark.parametrize("problem", [StoreUnavailable("away"), Refused("The intake is full.", status=503)])
async def test_what_cannot_be_stored_now_is_kept_by_the_broker(problem: Exception) -> None:
    with pytest.raises(DependencyUnavailable):
        await handler(Intake(problem)).handle([message()])


async def test_what_is_too_large_is_given_up_with_its_reason() -> None:
    with pytest.raises(Refused, match="too large"):
        await handler(Intake(Refused("It is too large.", status=413))).handle([message()])


async def test_a_message_id_for_other_content_is_given_up_with_its_reason() -> None:
    intake = Intake(Receipt(TimeOrderedIds()(), conflict=True))
    with pytest.raises(DataRefused, match="publish it under a new one"):
        await handler(intake).handle([message()])


async def test_all_of_a_batch_are_handed_over_at_once() -> None:
    arrived = asyncio.Semaphore(0)

    class Slow(Intake):
        async def receive(self, handover: Handover) -> Receipt:
            self.taken.append(handover)
            arrived.release()
            if len(self.taken) == 3:
                everyone.set()
            await asyncio.wait_for(everyone.wait(), 10)
            return Receipt(handover.id)

    everyone, intake = asyncio.Event(), Slow()
    await handler(intake).handle([message(), message(), message()])
    assert len(intake.taken) == 3


async def test_a_bug_is_not_hidden_by_a_store_that_is_away() -> None:
    messages: Sequence[Message] = [message(), message()]
    with pytest.raises(ZeroDivisionError):
        await handler(Intake(StoreUnavailable("away"), ZeroDivisionError())).handle(messages)
