"""The client at a line that is cut again and again: all is read, all goes out, and a repeat has its id."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from urllib.parse import urlsplit

import pytest

from gateway.broker.rabbitmq import RabbitMQ
from gateway.client import Client
from tests.integration.harness import Silent
from tests.integration.test_client import Answering, canonical, response, subscribed
from tests.servers.line import Line
from translators.canonical.purchase_order import PurchaseOrder

COUNT, CUTS = 120, 4


@pytest.fixture
async def gateway(amqp_url: str) -> AsyncIterator[RabbitMQ]:
    """The gateway's side, whose own line is whole."""
    broker = RabbitMQ([amqp_url], targets=[], observer=Silent())
    await broker.start()
    yield broker
    await broker.close()


@asynccontextmanager
async def behind_a_line(amqp_url: str) -> AsyncIterator[tuple[Client, Line]]:
    port = urlsplit(amqp_url).port or 0
    async with Line(port) as line, Client(amqp_url.replace(f":{port}", f":{line.port}"), name="confirm") as client:
        yield client, line


async def test_nothing_is_lost_while_it_reads(gateway: RabbitMQ, amqp_url: str) -> None:
    async with behind_a_line(amqp_url) as (client, line):
        await subscribed(client)
        await gateway.publish([canonical(f"PO-{n}", f"id-{n}") for n in range(COUNT)])
        seen: Counter[str] = Counter()
        async with asyncio.timeout(12), aclosing(client.documents("purchase_order.in.*", queue="orders")) as documents:
            async for received in documents:
                assert isinstance(received.body, PurchaseOrder)
                seen[received.id] += 1
                if sum(seen.values()) % (COUNT // CUTS) == 0:
                    line.cut()  # before this one is acknowledged: it comes again, and is known
                if len(seen) == COUNT:
                    break
        assert set(seen.values()) == {1}, "what came again was known by its id"


async def test_what_comes_while_it_is_away_is_read_when_it_is_back(gateway: RabbitMQ, amqp_url: str) -> None:
    async with behind_a_line(amqp_url) as (client, line):
        await subscribed(client)
        found: list[str] = []
        async with asyncio.timeout(12), aclosing(client.documents("purchase_order.in.*", queue="orders")) as documents:
            await gateway.publish([canonical("PO-1", "id-1")])
            found.append((await anext(documents)).id)
            await line.refuse()
            await gateway.publish([canonical("PO-2", "id-2")])
            following = asyncio.ensure_future(anext(documents))
            await asyncio.wait([following], timeout=0.5)
            assert not following.done()
            await line.connect()
            found.append((await following).id)
        assert found == ["id-1", "id-2"]


async def test_what_it_publishes_goes_out_and_is_answered_whatever_is_cut(gateway: RabbitMQ, amqp_url: str) -> None:
    answering = Answering(gateway)
    async with (
        gateway.subscribe("edi.outbound", "#", answering.take, queue="edi.outbound"),
        behind_a_line(amqp_url) as (client, line),
    ):

        async def publish(number: int) -> str:
            reply = await client.publish(response(str(number)), partner="bigbox", message_id=f"m-{number}", within=60)
            return reply.message

        publishing = [asyncio.ensure_future(publish(number)) for number in range(COUNT)]
        for cut in range(1, CUTS + 1):
            async with asyncio.timeout(30):
                while len(answering.taken) < cut * COUNT // (CUTS * 2):
                    await asyncio.sleep(0)
            line.cut()
        answered = await asyncio.gather(*publishing)
        assert answered == [f"m-{number}" for number in range(COUNT)]
        assert {message.message_id for message in answering.taken} == set(answered), "a repeat has the id of the first"
