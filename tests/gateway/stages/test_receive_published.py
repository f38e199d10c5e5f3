"""What other services publish: stored before it is acknowledged, recognised when it comes again, kept until it can be stored."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest
from jsonschema import Draft202012Validator

from gateway.contract.schemas import bodies, headers
from gateway.errors import DataRefused, DependencyUnavailable, Refused, StoreUnavailable
from gateway.ports import Handover, Message, Published, Receipt
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive_published import ReceivePublished
from gateway.system import SystemClock, TimeOrderedIds

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


class Answers:
    """Where answers go: to the queues of `outcome`, and what the database was told about repeated messages."""

    def __init__(self, outcome: Published = Published.CONFIRMED) -> None:
        self.outcome = outcome
        self.published: list[Message] = []
        self.again: list[tuple[UUID, str, str | None]] = []

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        self.published += messages
        return [self.outcome] * len(messages)

    async def answer_again(self, transmission: UUID, *, queue: str, correlation: str | None) -> bool:
        self.again.append((transmission, queue, correlation))
        return True


def handler(intake: Intake, answers: Answers | None = None) -> ReceivePublished:
    there = answers or Answers()
    work: Any = there
    return ReceivePublished(
        intake=intake,
        work=work,
        publish=there.publish,
        source=lambda: "nordic-dc",
        clock=SystemClock(),
        new_id=TimeOrderedIds(),
    )


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


class TestAnswers:
    """Who says where it waits is told what became of its message, also where nothing is stored of it."""

    async def test_where_it_waits_is_stored_with_the_message(self) -> None:
        intake = Intake()
        await handler(intake).handle([message(reply_to="orders.replies", correlation_id="c-7")])
        (taken,) = intake.taken
        assert (taken.reply_to, taken.correlation) == ("orders.replies", "c-7")

    async def test_without_a_correlation_id_it_is_the_message_id(self) -> None:
        intake = Intake()
        await handler(intake).handle([message(reply_to="orders.replies")])
        assert intake.taken[0].correlation == "m-1"

    async def test_who_waits_nowhere_is_not_answered(self) -> None:
        intake, answers = Intake(Receipt(TimeOrderedIds()(), repeated=True)), Answers()
        await handler(intake, answers).handle([message()])
        assert (intake.taken[0].reply_to, intake.taken[0].correlation) == (None, None)
        assert not answers.again
        assert not answers.published

    async def test_who_asks_again_is_answered_where_it_waits_now(self) -> None:
        known, answers = TimeOrderedIds()(), Answers()
        await handler(Intake(Receipt(known, repeated=True)), answers).handle([message(reply_to="new", correlation_id="c-8")])
        assert answers.again == [(known, "new", "c-8")]
        assert not answers.published

    @pytest.mark.parametrize(
        ("problem", "code", "words"),
        [
            (Receipt(TimeOrderedIds()(), conflict=True), "message-id-reused", "m-1 was used before for another document"),
            (Refused("It is too large.", status=413, remedy="Send less."), "not-taken", "It is too large."),
        ],
    )
    async def test_what_is_not_stored_is_answered_here(self, problem: Any, code: str, words: str) -> None:
        answers = Answers()
        await handler(Intake(problem), answers).handle([message(reply_to="orders.replies", correlation_id="c-7")])
        (answer,) = answers.published
        assert (answer.exchange, answer.routing_key, answer.correlation_id) == ("", "orders.replies", "c-7")
        body = orjson.loads(answer.body)
        assert (body["outcome"], body["message"], body["documents"]) == ("refused", "m-1", [])
        (reason,) = body["reasons"]
        assert reason["code"] == code
        assert words in reason["message"]
        assert reason["remedy"]
        assert (answer.headers["type"], answer.headers["source"]) == ("publication.refused", "nordic-dc")
        assert list(Draft202012Validator(bodies()["reply/1"]).iter_errors(body)) == []
        assert list(Draft202012Validator(headers()["reply"]).iter_errors(dict(answer.headers))) == []

    async def test_an_answer_that_nobody_waits_for_leaves_the_message_to_the_dead_letters(self) -> None:
        answers = Answers(Published.UNROUTABLE)
        with pytest.raises(Refused, match="too large"):
            await handler(Intake(Refused("It is too large.", status=413)), answers).handle([message(reply_to="gone")])

    async def test_an_answer_that_is_not_confirmed_is_tried_again(self) -> None:
        answers = Answers(Published.UNKNOWN)
        with pytest.raises(DependencyUnavailable):
            await handler(Intake(Refused("It is too large.", status=413)), answers).handle([message(reply_to="orders")])
