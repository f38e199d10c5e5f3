"""Every broker: documents reach listeners whole, are not lost by a failing listener, and what nobody takes is said."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway.errors import StoreUnavailable
from gateway.ports import Broker, Message, Published
from tests.conformance.broker.place import Documents, Place


def order(number: int, *, key: str = "purchase_order.in.bigbox", exchange: str = "edi.canonical") -> Message:
    return Message(
        exchange, key, b'{"number": %d}' % number, f"order-{number}", {"ce-id": str(number), "traceparent": "00-ab-cd-01"}
    )


async def test_a_document_arrives_whole(broker: Broker) -> None:
    listener = Documents()
    async with broker.subscribe("edi.canonical", "purchase_order.#", listener.take, queue="erp"):
        assert await broker.publish([order(1)]) == [Published.CONFIRMED]
        await listener.has(["order-1"])
    assert listener.messages == [order(1)]


async def test_a_listener_gets_what_its_pattern_takes(broker: Broker) -> None:
    listener = Documents()
    async with broker.subscribe("edi.canonical", "*.in.bigbox", listener.take, queue="bigbox"):
        keys = ["purchase_order.in.other", "purchase_order.out.bigbox", "purchase_order.in.bigbox", "invoice.in.bigbox"]
        await broker.publish([order(number, key=key) for number, key in enumerate(keys)])
        await listener.has(["order-2", "order-3"])
    assert sorted(listener.all) == ["order-2", "order-3"]


async def test_several_queues_each_get_every_document(broker: Broker) -> None:
    erp, archive = Documents(), Documents()
    async with (
        broker.subscribe("edi.events", "#", erp.take, queue="erp"),
        broker.subscribe("edi.events", "#", archive.take, queue="archive"),
    ):
        await broker.publish([order(1, exchange="edi.events", key="order_accepted.bigbox")])
        await erp.has(["order-1"])
        await archive.has(["order-1"])


async def test_a_thousand_documents_are_confirmed_in_order_of_asking(broker: Broker) -> None:
    listener = Documents()
    async with broker.subscribe("edi.canonical", "#", listener.take, queue="all"):
        assert await broker.publish([order(number) for number in range(1_000)]) == [Published.CONFIRMED] * 1_000
        await listener.has([f"order-{number}" for number in range(1_000)])
    assert len(listener.batches) < 1_000


async def test_the_same_message_may_be_published_again_under_its_id(broker: Broker) -> None:
    listener = Documents()
    async with broker.subscribe("edi.canonical", "#", listener.take, queue="all"):
        assert await broker.publish([order(1)]) == [Published.CONFIRMED]
        assert await broker.publish([order(1)]) == [Published.CONFIRMED]
        await listener.until(lambda gathered: gathered.all == ["order-1", "order-1"])


async def test_what_nobody_takes_is_reported_for_our_queues_and_confirmed_for_the_public(broker: Broker) -> None:
    messages = [Message("edi.work", "deliver.nobody", b"[]", "1"), order(2), Message("edi.work", "translate", b"[]", "3")]
    assert await broker.publish(messages) == [Published.UNROUTABLE, Published.CONFIRMED, Published.CONFIRMED]


async def test_an_exchange_that_is_not_in_the_topology_is_a_mistake_of_the_caller(broker: Broker) -> None:
    with pytest.raises(ValueError, match=r"edi\.nowhere"):
        await broker.publish([Message("edi.nowhere", "x", b"", "1")])


async def test_what_is_given_up_is_always_taken(broker: Broker) -> None:
    assert await broker.publish([Message("edi.dead", "translate.crash", b"{}", "1")]) == [Published.CONFIRMED]


async def test_publishing_without_a_connection_leaves_the_outcome_unknown(place: Place) -> None:
    assert await place.make().publish([order(1), order(2)]) == [Published.UNKNOWN, Published.UNKNOWN]


async def test_a_document_comes_again_while_a_server_is_away(broker: Broker) -> None:
    listener, away = Documents(), [StoreUnavailable("no database"), StoreUnavailable("no database")]

    async def handler(messages: Sequence[Message]) -> None:
        if away:
            raise away.pop()
        await listener.take(messages)

    async with broker.subscribe("edi.canonical", "#", handler, queue="all"):
        await broker.publish([order(1)])
        await listener.has(["order-1"])
    assert listener.all == ["order-1"]


async def test_a_document_that_nobody_can_handle_is_given_up_with_its_cause_and_without_its_neighbours(broker: Broker) -> None:
    listener, dead, tries = Documents(), Documents(), 0

    async def handler(messages: Sequence[Message]) -> None:
        nonlocal tries
        if any(message.message_id == "order-2" for message in messages):
            tries += len(messages) == 1
            raise ZeroDivisionError("lines / 0")
        await listener.take(messages)

    async with (
        broker.subscribe("edi.dead", "#", dead.take, queue="edi.dead"),
        broker.subscribe("edi.canonical", "#", handler, queue="all"),
    ):
        await broker.publish([order(number) for number in range(5)])
        await listener.has(["order-0", "order-1", "order-3", "order-4"])
        await dead.has(["order-2"])
    assert tries == 3
    [given_up] = dead.messages
    assert given_up.body == order(2).body
    assert given_up.headers["edi-reason"] == "ZeroDivisionError: lines / 0"
    assert given_up.headers["edi-routing-key"] == "purchase_order.in.bigbox"
    assert given_up.headers["ce-id"] == "2"


async def test_a_slow_listener_bounds_what_is_in_flight(broker: Broker) -> None:
    listener = Documents()
    listener.open.clear()
    async with broker.subscribe("edi.canonical", "#", listener.take, queue="slow", batch=2):
        publishing = asyncio.ensure_future(broker.publish([order(number) for number in range(6)]))
        await listener.calls(1)
        assert listener.most_running == 1
        listener.open.set()
        assert await publishing == [Published.CONFIRMED] * 6
        await listener.has([f"order-{number}" for number in range(6)])
    assert listener.most_running == 1
    assert max(len(batch) for batch in listener.batches) <= 2


async def test_a_document_waits_for_a_listener_that_was_there_once_if_the_broker_promises_so(place: Place) -> None:
    listener, broker = Documents(), place.broker
    async with broker.subscribe("edi.canonical", "#", listener.take, queue="erp"):
        pass
    await broker.publish([order(1)])
    async with broker.subscribe("edi.canonical", "#", listener.take, queue="erp"):
        await broker.publish([order(2)])
        await listener.has(["order-1", "order-2"] if place.features.declares_listeners else ["order-2"])
    assert ("order-1" in listener.all) is place.features.declares_listeners


async def test_an_answer_finds_the_queue_that_waits_for_it(broker: Broker) -> None:
    waiting = Documents()
    answer = Message("", "orders.replies", b"{}", "answer-1", {"type": "publication.accepted"}, correlation_id="c-7")
    async with broker.subscribe("edi.events", "never", waiting.take, queue="orders.replies"):
        assert await broker.publish([answer]) == [Published.CONFIRMED]
        await waiting.has(["answer-1"])
    assert waiting.messages == [answer]


async def test_an_answer_whose_queue_is_gone_is_told_and_counted(place: Place) -> None:
    answer = Message("", "nobody.there", b"{}", "answer-1")
    assert await place.broker.publish([answer]) == [Published.UNROUTABLE]
    assert place.counts.counted["edi_published_total", "reply", "unroutable"] == 1


async def test_where_a_publisher_waits_is_told_to_who_takes_its_message(place: Place) -> None:
    taker = Documents()
    asked = replace(order(1), reply_to="orders.replies", correlation_id="c-7")
    async with place.broker.subscribe("edi.canonical", "#", taker.take, queue="taker"):
        await place.broker.publish([asked])
        await taker.has(["order-1"])
    (taken,) = taker.messages
    assert (taken.reply_to, taken.correlation_id) == ("orders.replies", "c-7")
