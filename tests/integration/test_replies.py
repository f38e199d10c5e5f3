"""Answers to services that publish documents for partners: one for each message, with what became of it, over a real database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from gateway.contract.schemas import bodies, headers
from gateway.ports import Message, Published
from gateway.stages.outgoing import OUTBOUND
from tests.integration.harness import Running
from tests.integration.test_outgoing import Publisher, order, published, taker

QUEUE = "orders.replies"


class Service(Publisher):
    """A service that publishes and waits for answers in its queue."""

    def __init__(self, gateway: Running) -> None:
        super().__init__(gateway)
        self.heard: asyncio.Queue[Message] = asyncio.Queue()

    async def hear(self, messages: Any) -> None:
        for message in messages:
            await self.heard.put(message)

    async def answer(self) -> tuple[Message, Any]:
        """The next answer, which keeps to the contract."""
        message = await asyncio.wait_for(self.heard.get(), 20)
        body = orjson.loads(message.body)
        assert list(Draft202012Validator(bodies()["reply/1"]).iter_errors(body)) == []
        assert list(Draft202012Validator(headers()["reply"]).iter_errors(dict(message.headers))) == []
        assert message.headers["type"] == f"publication.{body['outcome']}"
        return message, body

    async def left(self) -> int:
        """Answers that are still to be published."""
        return int((await self.rows("select count(*) from gateway.reply_due"))[0][0])


def asking(message: Message, *, queue: str = QUEUE, correlation: str | None = None) -> Message:
    return replace(message, reply_to=queue, correlation_id=correlation)


@pytest.fixture
async def service(gateway: Running) -> AsyncIterator[Service]:
    one = Service(gateway)
    async with (
        gateway.broker.subscribe(OUTBOUND, "#", taker(gateway).handle, queue=OUTBOUND),
        gateway.broker.subscribe("edi.events", "none", one.hear, queue=QUEUE),
    ):
        yield one


async def test_an_accepted_document_is_answered_with_where_it_goes(service: Service) -> None:
    (view,) = await service.publish(asking(published(order("PO-1")), correlation="c-7"))
    message, body = await service.answer()
    assert (message.routing_key, message.correlation_id, message.message_id) == (QUEUE, "c-7", view["id"])
    assert (body["outcome"], body["message"], body["transmission"], body["reasons"]) == ("accepted", "m-1", view["id"], [])
    (document,) = body["documents"]
    assert (document["document"], document["number"], document["state"]) == ("purchase_order", "PO-1", "accepted")
    (row,) = await service.rows("select id, family, control_number from gateway.outbound")
    interchange = {"id": str(row["id"]), "format": "x12", "control_number": row["control_number"]}
    assert document["interchange"] == interchange
    assert (message.headers["partner"], message.headers["causationid"]) == ("bigbox", "m-1")
    assert await service.left() == 0


@pytest.mark.parametrize(
    ("body", "partner", "code"),
    [
        (order("PO-1"), "nobody", "receiver-unknown"),
        (order("PO-1", schema="invoice/1"), "bigbox", "document-rejected"),
        (b"this is no JSON", "bigbox", "no-interchange"),
        (order("PO-1", lines=[]), "bigbox", "not-writable"),
        ({"schema": "order_response/1", "number": "R1", "status": "accepted"}, "bigbox", "agreement-missing"),
    ],
)
async def test_a_refused_one_is_answered_with_the_reasons(service: Service, body: Any, partner: str, code: str) -> None:
    await service.publish(asking(published(body, partner=partner)))
    _, answer = await service.answer()
    assert answer["outcome"] == "refused"
    reasons = [*answer["reasons"], *(reason for document in answer["documents"] for reason in document["reasons"])]
    known = {reason["code"] for reason in reasons}
    assert code in known or code == "document-rejected", known
    assert reasons
    assert all(reason["message"] and reason["remedy"] for reason in reasons if reason["severity"] == "error")


async def test_of_several_documents_each_is_answered_for(service: Service) -> None:
    await service.publish(asking(published([order("PO-1"), order("PO-2", number="P" * 90), order("PO-3")], partner="nordmart")))
    _, answer = await service.answer()
    assert [(one["number"], one["state"]) for one in answer["documents"]] == [
        ("PO-1", "accepted"), ("P" * 90, "refused"), ("PO-3", "accepted"),
    ]  # fmt: skip
    assert answer["outcome"] == "partly_accepted"


async def test_the_same_message_is_answered_the_same_again_and_where_it_waits_now(service: Service) -> None:
    await service.publish(asking(published(order("PO-1"))))
    first, body = await service.answer()
    await service.take.handle([asking(published(order("PO-1")), correlation="second")])
    assert await service.left() == 1
    await service.gateway.work.relay_replies(service.gateway.broker.publish, older=timedelta(), limit=10)
    second, again = await service.answer()
    assert (again, second.message_id, dict(second.headers)) == (body, first.message_id, dict(first.headers))
    assert (first.correlation_id, second.correlation_id) == ("m-1", "second")
    assert await service.left() == 0
    assert len(service.gateway.targets["bigbox-folder"].made) == 1


async def test_who_published_without_asking_may_ask_later(service: Service) -> None:
    await service.publish(published(order("PO-1")))
    assert service.heard.empty()
    await service.take.handle([asking(published(order("PO-1")))])
    await service.gateway.work.relay_replies(service.gateway.broker.publish, older=timedelta(), limit=10)
    assert (await service.answer())[1]["outcome"] == "accepted"


async def test_a_document_that_was_sent_before_is_answered_as_such(service: Service) -> None:
    await service.publish(published(order("PO-1")))
    await service.publish(asking(published(order("PO-1"), message_id="m-2")))
    _, answer = await service.answer()
    assert (answer["outcome"], [one["state"] for one in answer["documents"]]) == ("accepted", ["duplicate"])


async def test_another_document_under_a_used_number_is_refused(service: Service) -> None:
    await service.publish(published(order("PO-1")))
    await service.publish(asking(published(order("PO-1", currency="SEK"), message_id="m-2")))
    _, answer = await service.answer()
    assert answer["outcome"] == "refused"
    assert [one["code"] for one in answer["documents"][0]["reasons"]] == ["document-conflict"]


async def test_a_used_message_id_is_answered_with_what_it_contradicts(service: Service) -> None:
    (view,) = await service.publish(published(order("PO-1")))
    await service.take.handle([asking(published(order("PO-2")))])
    message, answer = await service.answer()
    assert (answer["outcome"], answer["transmission"]) == ("refused", view["id"])
    assert message.message_id != view["id"]
    assert [reason["code"] for reason in answer["reasons"]] == ["message-id-reused"]


async def test_a_reply_queue_that_is_gone_is_counted_and_nothing_else(service: Service) -> None:
    (view,) = await service.publish(asking(published(order("PO-1")), queue="nobody.there"))
    assert view["failures"] == []
    async with asyncio.timeout(10):
        while await service.left():
            await service.rows("select 1")
    counted = service.gateway.observer.counts
    assert counted["edi_published_total"] >= 1
    assert service.heard.empty()


async def test_an_answer_that_was_not_published_is_relayed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = service.gateway.broker

    async def lost(messages: Sequence[Message]) -> Sequence[Published]:
        return [Published.UNKNOWN] * len(messages)

    with monkeypatch.context() as away:
        away.setattr(broker, "publish", lost)
        await service.publish(asking(published(order("PO-1"))))
    assert await service.left() == 1
    await service.gateway.work.relay_replies(broker.publish, older=timedelta(), limit=10)
    assert (await service.answer())[1]["outcome"] == "accepted"
    assert await service.left() == 0
