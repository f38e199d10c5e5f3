"""The embedded broker alone: what it says of itself, and what happens when a listener is slow or gone."""

import asyncio

import pytest

from gateway.broker import embedded
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.ports import Message, Published
from tests.conformance.broker.place import Counts, Documents


@pytest.fixture
async def broker(counts: Counts) -> EmbeddedBroker:
    broker = EmbeddedBroker(targets=["odoo"], observer=counts)
    await broker.start()
    return broker


def outbound(number: int) -> Message:
    return Message("edi.outbound", "invoice.bigbox", b"{}", f"invoice-{number}")


def test_it_says_that_it_serves_one_process_and_what_to_do_for_more() -> None:
    assert not EmbeddedBroker.features.several_processes
    assert "AMQP_URL" in EmbeddedBroker.features.limitation
    assert RabbitMQ.features.several_processes
    assert not RabbitMQ.features.limitation


async def test_a_document_for_our_own_stage_is_unroutable_while_the_stage_is_not_there(broker: EmbeddedBroker) -> None:
    assert await broker.publish([outbound(1)]) == [Published.UNROUTABLE]
    stage = Documents()
    async with broker.subscribe("edi.outbound", "#", stage.take, queue="edi.outbound"):
        assert await broker.publish([outbound(1)]) == [Published.CONFIRMED]
        await stage.has(["invoice-1"])
    assert await broker.publish([outbound(1)]) == [Published.UNROUTABLE]


async def test_a_listener_that_takes_nothing_leaves_the_outcome_unknown_and_not_the_publisher_waiting(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_FULL_FOR", 0.05)
    stage = Documents()
    stage.open.clear()
    async with broker.subscribe("edi.outbound", "#", stage.take, queue="edi.outbound", batch=1):
        assert await broker.publish([outbound(0)]) == [Published.CONFIRMED]
        await stage.calls(1)
        results = await broker.publish([outbound(number) for number in (1, 2, 3)])
        stage.open.set()
    assert results == [Published.CONFIRMED, Published.CONFIRMED, Published.UNKNOWN]


async def test_several_subscriptions_of_one_queue_share_its_documents(broker: EmbeddedBroker) -> None:
    first, second = Documents(), Documents()
    first.open.clear()
    async with (
        broker.subscribe("edi.outbound", "#", first.take, queue="edi.outbound", batch=1),
        broker.subscribe("edi.outbound", "#", second.take, queue="edi.outbound", batch=1),
    ):
        await broker.publish([outbound(number) for number in range(4)])
        await first.calls(1)
        await second.calls(3)
        first.open.set()
    assert sorted(first.all + second.all) == [f"invoice-{number}" for number in range(4)]


async def test_a_handler_that_never_ends_is_cancelled_after_the_grace(
    broker: EmbeddedBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_GRACE", 0.05)
    stage = Documents()
    stage.open.clear()
    async with asyncio.timeout(5), broker.subscribe("edi.outbound", "#", stage.take, queue="edi.outbound"):
        await broker.publish([outbound(1)])
        await stage.calls(1)
    assert stage.running == 0
