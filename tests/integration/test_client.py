"""The client at a real RabbitMQ, with a gateway's exchanges: subscriptions, publications with answers, the example service."""

import asyncio
import importlib.util
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.broker.rabbitmq import RabbitMQ
from gateway.client import Client, Received
from gateway.domain.reply import AnsweredDocument, Reply
from gateway.ports import Message
from tests.integration.harness import Silent
from tests.integration.test_outgoing import order
from translators import registry
from translators.canonical.base import CanonicalDocument
from translators.canonical.order_response import OrderResponse
from translators.canonical.purchase_order import PurchaseOrder

EXAMPLE = Path(__file__).parents[2] / "docs/examples/confirm_orders.py"


def canonical(number: str, identifier: str, **headers: str) -> Message:
    """An order as the gateway publishes it."""
    told = {
        "id": identifier, "dataschema": "urn:edi-gateway:purchase_order:1", "partner": "bigbox", "subject": number,
        "test": "false", **headers,
    }  # fmt: skip
    return Message("edi.canonical", "purchase_order.in.bigbox", json.dumps(order(number)).encode(), identifier, told)


@pytest.fixture
async def gateway(amqp_url: str) -> AsyncIterator[RabbitMQ]:
    """The gateway's side of the exchanges."""
    broker = RabbitMQ([amqp_url], targets=[], observer=Silent())
    await broker.start()
    yield broker
    await broker.close()


@pytest.fixture
async def client(gateway: RabbitMQ, amqp_url: str) -> AsyncIterator[Client]:
    async with Client(amqp_url, name="confirm") as one:
        yield one


async def subscribed(client: Client) -> None:
    """Make the queue, so that what is published from now on is in it."""
    reading = asyncio.ensure_future(anext(client.documents("purchase_order.in.*", queue="orders")))
    await asyncio.sleep(0)
    await asyncio.wait([reading], timeout=1.5)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)


async def numbers(client: Client, count: int) -> list[str]:
    """The numbers of the next orders."""
    found: list[str] = []
    async with asyncio.timeout(20), aclosing(client.documents("purchase_order.in.*", queue="orders")) as documents:
        async for received in documents:
            assert isinstance(received.body, PurchaseOrder)
            found.append(received.body.number)
            if len(found) == count:
                break
    return found


async def test_documents_are_read_each_once(gateway: RabbitMQ, client: Client) -> None:
    await subscribed(client)
    await gateway.publish([canonical("PO-1", "a"), canonical("PO-1", "a"), canonical("PO-2", "b"), canonical("PO-3", "c")])
    assert await numbers(client, 3) == ["PO-1", "PO-2", "PO-3"]


async def test_what_was_not_dealt_with_comes_again(gateway: RabbitMQ, client: Client) -> None:
    await subscribed(client)
    await gateway.publish([canonical("PO-1", "a")])
    assert await numbers(client, 1) == ["PO-1"]
    assert await numbers(client, 1) == ["PO-1"]


async def test_what_cannot_be_read_does_not_stop_the_rest(gateway: RabbitMQ, client: Client) -> None:
    await subscribed(client)
    await gateway.publish([canonical("PO-1", "a", dataschema="urn:edi-gateway:poem:1"), canonical("PO-2", "b")])
    assert await numbers(client, 1) == ["PO-2"]


class Answering:
    """Takes publications as the gateway does, and answers each as told."""

    def __init__(self, broker: RabbitMQ, *, outcome: Any = "accepted", silent: bool = False) -> None:
        self.broker, self.outcome, self.silent = broker, outcome, silent
        self.taken: list[Message] = []

    async def take(self, messages: Any) -> None:
        for message in messages:
            self.taken.append(message)
            if self.silent:
                continue
            assert message.reply_to is not None
            answered = AnsweredDocument(uuid4(), "order_response", "C-1", "accepted")
            reply = Reply(self.outcome, message.message_id, uuid4(), (answered,))
            await self.broker.publish(
                [Message("", message.reply_to, reply.to_json(), "r", correlation_id=message.correlation_id)]
            )


def response(number: str) -> OrderResponse:
    return OrderResponse.model_validate({"number": f"C-{number}", "status": "accepted"})


async def test_a_publication_is_answered(gateway: RabbitMQ, client: Client) -> None:
    answering = Answering(gateway)
    async with gateway.subscribe("edi.outbound", "#", answering.take, queue="edi.outbound"):
        replies = await asyncio.gather(
            *(client.publish(response(str(n)), partner="bigbox", message_id=f"m-{n}") for n in range(5))
        )
    assert [reply.message for reply in replies] == [f"m-{n}" for n in range(5)]
    assert {message.routing_key for message in answering.taken} == {"order_response.bigbox"}
    assert {reply.outcome for reply in replies} == {"accepted"}


async def test_nobody_answering_is_a_timeout(gateway: RabbitMQ, client: Client) -> None:
    answering = Answering(gateway, silent=True)
    async with gateway.subscribe("edi.outbound", "#", answering.take, queue="edi.outbound"):
        with pytest.raises(TimeoutError):
            await client.publish(response("1"), partner="bigbox", within=0.5)


async def test_the_example_confirms_an_order(gateway: RabbitMQ, client: Client) -> None:
    specification = importlib.util.spec_from_file_location("confirm_orders", EXAMPLE)
    assert specification is not None
    assert specification.loader is not None
    example = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(example)
    body = PurchaseOrder.model_validate(order("PO-1"))
    received: Received[CanonicalDocument] = Received(body, {"id": "a", "partner": "bigbox", "subject": "PO-1", "test": "false"})
    answering = Answering(gateway)
    async with gateway.subscribe("edi.outbound", "#", answering.take, queue="edi.outbound"):
        reply = await example.confirm(client, received)
    assert reply.outcome == "accepted"
    (message,) = answering.taken
    assert message.message_id == "confirm-a"
    (interchange,) = registry.translate(message.body).interchanges
    assert [document.name for document in interchange.documents] == ["order_response"]
    assert interchange.documents[0].verdict == "accepted"
    assert await example.confirm(client, Received(body, {"id": "b", "test": "true"})) is None
