"""RabbitMQ only: lines that break, servers that restart or hang, queues that vanish. Nothing wedges, nothing is lost."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import cycle
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psutil
import pytest

from gateway.broker.rabbitmq import RabbitMQ
from gateway.broker.session import Patience
from gateway.domain.service import Service
from gateway.errors import BrokerUnavailable
from gateway.ports import Message, Published
from tests.conformance.broker.place import Counts, Documents, Gathered
from tests.servers.line import Line
from tests.servers.process import free_port, repeat
from tests.servers.rabbitmq import RabbitServer

HASTY = Patience(connect=3, publish=0.5, close=0.5, silence=0.3, first_pause=0.02, longest_pause=0.2)

Connect = Callable[..., AbstractAsyncContextManager[RabbitMQ]]


@pytest.fixture
def connect(counts: Counts) -> Connect:
    """A started broker over these ports of the shared node or of lines to it."""

    @asynccontextmanager
    async def over(host: str, *ports: int) -> AsyncIterator[RabbitMQ]:
        urls = [f"amqp://guest:guest@127.0.0.1:{port}/{host}" for port in ports]
        broker = RabbitMQ(urls, targets=["odoo"], observer=counts, patience=HASTY)
        await broker.start()
        try:
            yield broker
        finally:
            await broker.close()

    return over


def order(number: int) -> Message:
    return Message("edi.canonical", "purchase_order.in.bigbox", b"{}", f"order-{number}")


async def confirmed(broker: RabbitMQ, message: Message) -> None:
    """Publish under the same id until the outcome is known, as the outbox relay does."""

    async def once() -> bool:
        return list(await broker.publish([message])) == [Published.CONFIRMED]

    await repeat(once)


async def test_what_a_lost_consumer_had_not_acknowledged_comes_again(
    rabbitmq: RabbitServer, amqp_host: str, connect: Connect
) -> None:
    gathered, row = Gathered[UUID](), uuid4()
    gathered.open.clear()
    async with (
        Line(rabbitmq.port) as line,
        connect(amqp_host, line.port) as broker,
        broker.consume("translate", gathered, batch=10),
    ):
        await broker.announce("translate", [row])
        await gathered.calls(1)
        line.cut()
        gathered.open.set()
        await gathered.calls(2)
        last = uuid4()
        await confirmed(broker, Message("edi.work", "translate", b'["%s"]' % str(last).encode(), "last"))
        await gathered.has([last])
    assert gathered.all.count(row) == 2
    assert gathered.most_running == 1


async def test_an_acknowledged_batch_does_not_come_again(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    first, second, rows, last = Gathered[UUID](), Gathered[UUID](), [uuid4() for _ in range(30)], uuid4()
    async with connect(amqp_host, rabbitmq.port) as broker:
        async with broker.consume("translate", first, batch=7):
            for row in rows:
                await broker.announce("translate", [row])
                await asyncio.sleep(0)
            await first.has(rows)
        await broker.announce("translate", [last])
        async with broker.consume("translate", second, batch=7):
            await second.has([last])
    assert second.all == [last]


async def test_unacknowledged_messages_are_bounded(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    gathered = Gathered[UUID]()
    gathered.open.clear()
    rest = Gathered[UUID]()
    async with (
        connect(amqp_host, rabbitmq.port) as broker,
        connect(amqp_host, rabbitmq.port) as other,
        broker.consume("translate", gathered, batch=4),
    ):
        messages = [Message("edi.work", "translate", b'["%s"]' % str(uuid4()).encode(), str(n)) for n in range(100)]
        assert set(await broker.publish(messages)) == {Published.CONFIRMED}
        await gathered.calls(1)
        async with other.consume("translate", rest, batch=100):
            await rest.until(lambda seen: len(seen.all) >= 92)
        gathered.open.set()
        await gathered.until(lambda seen: len(seen.all) >= 100 - len(rest.all))
    assert len(rest.all) == 92, "the slow one held its prefetch of two batches and no more"


async def test_the_next_address_is_taken_when_one_is_lost(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    gathered, row = Gathered[UUID](), uuid4()
    async with (
        Line(rabbitmq.port) as first,
        Line(rabbitmq.port) as second,
        connect(amqp_host, first.port, second.port) as broker,
        broker.consume("translate", gathered, batch=10),
    ):
        assert second.accepted == 0
        await first.refuse()
        await confirmed(broker, Message("edi.work", "translate", b'["%s"]' % str(row).encode(), "1"))
        await gathered.has([row])
        assert second.accepted >= 2


async def test_a_start_takes_the_first_address_that_answers(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with connect(amqp_host, free_port(), rabbitmq.port) as broker:
        assert broker.connected


async def test_a_restarted_server_finds_everybody_again_and_has_kept_what_it_confirmed(
    own_rabbitmq: RabbitServer, connect: Connect
) -> None:
    host, gathered, listener = own_rabbitmq.create_host(), Gathered[UUID](), Documents()
    rows = [uuid4() for _ in range(20)]
    async with connect(host, own_rabbitmq.port) as broker:
        async with broker.subscribe("edi.canonical", "#", listener.take, queue="erp"):
            pass
        await confirmed(broker, order(1))
        await broker.publish([Message("edi.work", "translate", b'["%s"]' % str(row).encode(), str(row)) for row in rows])
        async with broker.subscribe("edi.canonical", "order.none", listener.take, queue="none"):
            own_rabbitmq.kill()
            assert await broker.publish([order(2)]) == [Published.UNKNOWN]
            await asyncio.to_thread(own_rabbitmq.start)
            async with (
                broker.consume("translate", gathered, batch=100),
                broker.subscribe("edi.canonical", "#", listener.take, queue="erp"),
            ):
                await gathered.has(rows)
                await confirmed(broker, order(2))
                await listener.has(["order-1", "order-2"])


async def test_a_clean_restart_under_load_loses_no_confirmed_document(own_rabbitmq: RabbitServer, connect: Connect) -> None:
    host, listener = own_rabbitmq.create_host(), Documents()
    async with (
        connect(host, own_rabbitmq.port) as broker,
        broker.subscribe("edi.canonical", "#", listener.take, queue="erp"),
    ):
        load = asyncio.gather(*(confirmed(broker, order(number)) for number in range(200)))
        await listener.calls(1)
        await asyncio.to_thread(own_rabbitmq.restart)
        await load
        await listener.has([f"order-{number}" for number in range(200)])


async def test_a_hung_server_is_left_for_the_next_address(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    listener = Documents()
    async with (
        Line(rabbitmq.port) as first,
        Line(rabbitmq.port) as second,
        connect(amqp_host, first.port, second.port) as broker,
        connect(amqp_host, rabbitmq.port) as other,
        other.subscribe("edi.canonical", "#", listener.take, queue="erp"),
    ):
        await confirmed(broker, order(1))
        first.freeze()
        assert await broker.publish([order(2)]) == [Published.UNKNOWN]
        await confirmed(broker, order(2))
        await listener.has(["order-1", "order-2"])
        assert second.accepted >= 1


async def test_a_publish_whose_confirm_is_lost_is_repeated_under_its_id(
    rabbitmq: RabbitServer, amqp_host: str, connect: Connect
) -> None:
    listener = Documents()
    async with (
        Line(rabbitmq.port) as line,
        connect(amqp_host, rabbitmq.port) as other,
        other.subscribe("edi.canonical", "#", listener.take, queue="erp"),
        connect(amqp_host, line.port) as broker,
    ):
        await confirmed(broker, order(1))
        line.swallow_answers()
        publishing = asyncio.ensure_future(broker.publish([order(2)]))
        await listener.has(["order-2"])
        assert await publishing == [Published.UNKNOWN], "it arrived, but we cannot know"
        line.thaw()
        await confirmed(broker, order(2))
        await listener.until(lambda gathered: gathered.all.count("order-2") >= 2)


async def test_announcing_without_a_connection_neither_raises_nor_waits(
    rabbitmq: RabbitServer, amqp_host: str, connect: Connect, counts: Counts
) -> None:
    async with Line(rabbitmq.port) as line, connect(amqp_host, line.port) as broker:
        await line.refuse()
        await repeat(lambda: _false_when(broker))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await broker.announce("translate", [uuid4() for _ in range(1_000)])
        assert loop.time() - began < 0.1
        assert counts.counted["edi_hints_announced_total", "translate", "dropped"] == 1_000
        assert await broker.publish([order(1)]) == [Published.UNKNOWN]


async def _false_when(broker: RabbitMQ) -> bool:
    return not broker.connected


async def test_a_consumer_can_be_left_while_the_server_is_away(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with (
        Line(rabbitmq.port) as line,
        connect(amqp_host, line.port) as broker,
        asyncio.timeout(10),
        broker.consume("translate", Gathered[UUID](), batch=10),
    ):
        await line.refuse()


@pytest.mark.timeout(300)
async def test_deleted_queues_are_declared_again_under_load_and_everything_arrives(
    rabbitmq: RabbitServer, amqp_host: str, connect: Connect
) -> None:
    gathered, rows, enough = Gathered[UUID](), [uuid4() for _ in range(300)], asyncio.Event()

    async def announce_one_by_one(broker: RabbitMQ) -> None:
        for number, row in enumerate(cycle(rows)):
            await broker.announce("translate", [row])
            await broker.publish([order(number)])  # its confirm sets the pace
            await asyncio.sleep(0)  # not connected, it answers at once: the loop must get its turn to connect
            if enough.is_set() and number >= len(rows):
                return

    async with connect(amqp_host, rabbitmq.port) as broker, broker.consume("translate", gathered, batch=5):
        load = asyncio.ensure_future(announce_one_by_one(broker))
        for round_number in range(1, 4):
            await gathered.calls(5 * round_number, within=90)
            for name in await asyncio.to_thread(rabbitmq.queues, amqp_host):
                await asyncio.to_thread(rabbitmq.delete_queue, amqp_host, name)
        enough.set()
        await load

        async def sweep() -> bool:
            """As the gateway's: announce what is unfinished."""
            unfinished = [row for row in rows if row not in set(gathered.all)]
            await broker.announce("translate", unfinished)
            return not unfinished

        await repeat(sweep, within=90)
        last = uuid4()
        await broker.announce("translate", [last])
        await gathered.has([last])


async def test_a_publisher_alone_declares_a_deleted_queue_again(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with connect(amqp_host, rabbitmq.port) as broker:
        await asyncio.to_thread(rabbitmq.delete_queue, amqp_host, "edi.work.deliver.odoo")
        row = uuid4()
        assert await broker.publish([Message("edi.work", "deliver.odoo", b'["%s"]' % str(row).encode(), "1")]) == [
            Published.CONFIRMED
        ]
        gathered = Gathered[UUID]()
        async with broker.consume("deliver.odoo", gathered, batch=10):
            await gathered.has([row])


async def test_a_deleted_exchange_is_declared_again(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with connect(amqp_host, rabbitmq.port) as broker:
        await confirmed(broker, order(1))
        await asyncio.to_thread(rabbitmq.manage, "DELETE", f"exchanges/{amqp_host}/edi.canonical")
        assert await broker.publish([order(2)]) == [Published.UNKNOWN]
        assert await broker.publish([order(2)]) == [Published.CONFIRMED]


async def test_the_server_has_what_the_table_says(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with connect(amqp_host, rabbitmq.port):
        queues = await asyncio.to_thread(rabbitmq.queues, amqp_host)
        exchanges = await asyncio.to_thread(rabbitmq.manage, "GET", f"exchanges/{amqp_host}")
    lanes = {f"edi.work.{service.lane}" for service in Service}
    assert set(queues) == {*lanes, "edi.work.deliver.odoo", "edi.outbound", "edi.dead"}
    assert {queue["arguments"]["x-queue-type"] for queue in queues.values()} == {"quorum"}
    declared = {exchange["name"]: exchange["type"] for exchange in exchanges if exchange["name"].startswith("edi.")}
    assert declared == {
        "edi.work": "direct",
        "edi.canonical": "topic",
        "edi.events": "topic",
        "edi.outbound": "topic",
        "edi.dead": "topic",
    }


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("amqp://guest:guest@127.0.0.1:{closed}/{host}", "start RabbitMQ"),
        ("amqp://guest:wrong@127.0.0.1:{port}/{host}", "correct user and password"),
        ("amqp://guest:guest@127.0.0.1:{port}/nowhere", "add_vhost"),
    ],
)
async def test_a_start_that_cannot_be_says_what_to_do_and_never_the_password(
    rabbitmq: RabbitServer, amqp_host: str, counts: Counts, url: str, remedy: str
) -> None:
    address = url.format(port=rabbitmq.port, closed=free_port(), host=amqp_host)
    broker = RabbitMQ([address], targets=[], observer=counts, patience=HASTY)
    with pytest.raises(BrokerUnavailable, match=f"127.0.0.1:{urlsplit(address).port}") as refused:
        await broker.start()
    assert remedy in refused.value.remedy
    assert "wrong@" not in str(refused.value)
    assert not broker.connected


async def test_a_queue_that_exists_with_other_properties_stops_the_start(
    rabbitmq: RabbitServer, amqp_host: str, counts: Counts
) -> None:
    classic = {"durable": True, "arguments": {"x-queue-type": "classic"}}
    await asyncio.to_thread(rabbitmq.manage, "PUT", f"queues/{amqp_host}/edi.work.translate", classic)
    broker = RabbitMQ([rabbitmq.url(amqp_host)], targets=[], observer=counts, patience=HASTY)
    with pytest.raises(BrokerUnavailable, match=r"edi\.work\.translate") as refused:
        await broker.start()
    assert "delete the named queue" in refused.value.remedy


def test_a_heartbeat_too_slow_to_notice_a_hung_node_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 10 seconds"):
        Patience(heartbeat=60)


async def test_a_line_that_swallows_everything_is_found_by_asking_and_left(
    rabbitmq: RabbitServer, amqp_host: str, connect: Connect
) -> None:
    gathered, row = Gathered[UUID](), uuid4()
    async with (
        Line(rabbitmq.port) as line,
        connect(amqp_host, line.port, rabbitmq.port) as broker,
        broker.consume("translate", gathered, batch=10),
    ):
        assert await broker.problem(within=5) == ""
        line.drop()
        assert "does not answer" in await broker.problem(within=0.5)

        async def works_again() -> bool:
            return await broker.problem(within=2) == ""

        await repeat(works_again, within=20)
        await confirmed(broker, Message("edi.work", "translate", b'["%s"]' % str(row).encode(), "1"))
        await gathered.has([row])


async def test_the_kernel_watches_the_lines(rabbitmq: RabbitServer, amqp_host: str, connect: Connect) -> None:
    async with connect(amqp_host, rabbitmq.port):
        assert _patience_with(rabbitmq.port) == [10_000, 10_000]


def _patience_with(port: int) -> list[int]:
    """How many milliseconds the kernel lets unacknowledged bytes wait on the connections of this process to a port."""
    found = []
    for connection in psutil.Process().net_connections(kind="tcp4"):
        if connection.fd >= 0 and getattr(connection.raddr, "port", 0) == port:
            with socket.socket(fileno=os.dup(connection.fd)) as end:
                found.append(end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
    return found


async def test_a_server_that_is_full_is_told_as_such_and_kept(own_rabbitmq: RabbitServer, connect: Connect) -> None:
    host = own_rabbitmq.create_host()
    async with connect(host, own_rabbitmq.port) as broker:
        own_rabbitmq.control("set_vm_memory_high_watermark", "absolute", "1")
        try:

            async def is_full() -> bool:
                await broker.publish([order(1)])
                return "memory or disk is full" in await broker.problem(within=0.3)

            await repeat(is_full, within=20)
        finally:
            own_rabbitmq.control("set_vm_memory_high_watermark", "0.4")

        async def takes_again() -> bool:
            return await broker.problem(within=2) == ""

        await repeat(takes_again, within=20)
        await confirmed(broker, order(2))
