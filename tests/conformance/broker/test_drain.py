"""A queue whose arguments changed has a new name: what waits under the old one is worked off, and the old one is deleted."""

from dataclasses import replace
from uuid import UUID, uuid4

import aio_pika

from gateway.broker.rabbitmq import RabbitMQ
from gateway.broker.session import Patience
from gateway.broker.topology import WORK
from gateway.domain.service import Service
from tests.conformance.broker.place import Counts, Gathered
from tests.servers.process import repeat
from tests.servers.rabbitmq import RabbitServer

FORMER = "edi.work.translate.classic"


def changed(broker: RabbitMQ) -> None:
    """As a release does whose queue has other arguments than that of the release before."""
    queues = [
        replace(queue, formerly=(FORMER,)) if queue.key == Service.REALTIME.lane else queue for queue in broker._topology.queues
    ]
    broker._topology = replace(broker._topology, queues=tuple(queues))


async def unheard(_message: object) -> None:
    """An older release that hears nothing any more."""


async def test_what_waits_under_a_former_name_is_worked_off_and_the_queue_deleted_when_nobody_uses_it(
    rabbitmq: RabbitServer, amqp_host: str, amqp_url: str, counts: Counts
) -> None:
    rows, late, gathered = [uuid4() for _ in range(50)], uuid4(), Gathered[UUID]()
    broker = RabbitMQ([amqp_url], targets=[], observer=counts, patience=Patience(silence=0.4))
    await broker.start()
    changed(broker)
    connection = await aio_pika.connect(amqp_url)
    try:
        channel = await connection.channel()
        former = await channel.declare_queue(FORMER, durable=True)
        await former.bind(WORK, Service.REALTIME.lane)
        for row in rows:
            await channel.default_exchange.publish(aio_pika.Message(b'["%s"]' % str(row).encode()), FORMER)
        async with broker.consume(Service.REALTIME.lane, gathered, batch=10):
            await gathered.has(rows)
            old_consumer = await former.consume(unheard)
            await broker.announce(Service.REALTIME.lane, [late])
            await gathered.has([late])
            assert gathered.all.count(late) == 1, "the former one is bound no more"
            assert FORMER in rabbitmq.queues(amqp_host), "an older release still uses it"
            await former.cancel(old_consumer)

            async def gone() -> bool:
                return FORMER not in rabbitmq.queues(amqp_host)

            await repeat(gone, within=20)
        assert gathered.most_running <= 2
    finally:
        await connection.close()
        await broker.close()


async def test_nothing_happens_where_there_is_no_former_queue(amqp_url: str, counts: Counts) -> None:
    row, gathered = uuid4(), Gathered[UUID]()
    broker = RabbitMQ([amqp_url], targets=[], observer=counts, patience=Patience(silence=0.2))
    await broker.start()
    changed(broker)
    try:
        async with broker.consume(Service.REALTIME.lane, gathered, batch=10):
            await broker.announce(Service.REALTIME.lane, [row])
            await gathered.has([row])
    finally:
        await broker.close()
