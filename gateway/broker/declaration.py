"""Declares a topology on a connection. What exists already with the same properties stays as it is, messages included."""

from collections.abc import Iterable

from aio_pika.abc import AbstractConnection
from aiormq.abc import AbstractChannel as Wire

from gateway.broker.session import bounded
from gateway.broker.topology import Exchange, Queue, Topology


async def declare(connection: AbstractConnection, topology: Topology, *, within: float) -> None:
    """Exchanges, then queues with their bindings. Raises one of session.LOST; ChannelPreconditionFailed for a conflict."""
    channel = connection.channel(publisher_confirms=False)
    await bounded(channel.initialize(), within=within)
    try:
        await bounded(_declare(await channel.get_underlay_channel(), topology.exchanges, topology.queues), within=within)
    finally:
        if not channel.is_closed:
            await bounded(channel.close(), within=within)


async def _declare(wire: Wire, exchanges: Iterable[Exchange], queues: Iterable[Queue]) -> None:
    for exchange in exchanges:
        await wire.exchange_declare(exchange.name, exchange_type=exchange.kind.value, durable=True)
    for queue in queues:
        await wire.queue_declare(queue.name, durable=True, arguments=dict(queue.arguments))
        await wire.queue_bind(queue.name, queue.exchange, queue.key)
