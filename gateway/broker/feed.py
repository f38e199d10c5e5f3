"""One life of a consumer: a channel, what has arrived on it, and the acknowledgement of a batch at once.

A feed ends when its channel is lost or the server cancels the consumer (its queue was deleted). Its delivery tags die with it:
what it held and did not acknowledge is delivered again, to this consumer's next feed or to another process.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.abc import AbstractChannel as Wire
from aiormq.abc import DeliveredMessage

from gateway.broker.session import LOST, Patience, bounded

log = structlog.get_logger(__name__)

Item = TypeVar("Item")
Decode = Callable[[DeliveredMessage], Sequence[Item] | None]


@dataclass(frozen=True, slots=True)
class Batch(Generic[Item]):
    """What has arrived, in order: the items of all messages, how many messages were readable, the tag of the last one."""

    items: list[Item]
    readable: int
    last_tag: int


class Feed(Generic[Item]):
    """Open with `open_feed`. `decode` answers the items of a message, or None for one that cannot be read."""

    def __init__(self, queue: str, channel: AbstractChannel, wire: Wire, decode: Decode[Item], *, patience: Patience) -> None:
        self._queue, self._patience = queue, patience
        self._channel, self._wire, self._decode = channel, wire, decode
        self._arrived: deque[tuple[int, Sequence[Item] | None]] = deque()
        self._news = asyncio.Event()
        self._finished = self._ended = False

    async def arrive(self, delivered: DeliveredMessage) -> None:
        """Take a delivery of the library."""
        if self._finished:
            return
        self._arrived.append((delivered.delivery_tag or 0, self._decode(delivered)))
        self._news.set()

    def finish(self) -> None:
        """Hand out nothing more; the batch in flight may still be acknowledged."""
        self._finished = True
        self._arrived.clear()
        self._news.set()

    def end(self, *_: object) -> None:
        """The channel or the consumer is gone: what has arrived comes again elsewhere."""
        self._ended = True
        self.finish()

    async def take(self, limit: int) -> Batch[Item] | None:
        """Wait for a message, then take what has arrived, up to `limit` items (one message may hold more); None at the end."""
        while not self._arrived:
            if self._finished:
                return None
            self._news.clear()
            try:
                async with asyncio.timeout(self._patience.silence):
                    await self._news.wait()
            except TimeoutError:
                await self._end_unless_served()
        items: list[Item] = []
        readable = tag = 0
        while self._arrived:
            tag_of_next, more = self._arrived[0]
            if items and more and len(items) + len(more) > limit:
                break
            self._arrived.popleft()
            tag, readable = tag_of_next, readable + (more is not None)
            items.extend(more or ())
        return Batch(items, readable, tag)

    async def _end_unless_served(self) -> None:
        """After a silence, ask the server: a queue where messages wait, or that knows no consumer, has forgotten us.

        RabbitMQ tells a consumer that its queue was deleted, but not when the queue is declared again at the same moment:
        then the old consumer waits for ever on a queue that has never heard of it (seen with quorum queues of 3.10).
        """
        try:
            state = await bounded(self._wire.queue_declare(self._queue, passive=True), within=self._patience.connect)
        except LOST as error:
            log.info("consumer_lost_its_queue", queue=self._queue, error=str(error))
            self.end()
            return
        if not self._arrived and (state.message_count or not state.consumer_count):
            log.warning("consumer_forgotten", queue=self._queue, waiting=state.message_count)
            self.end()

    async def acknowledge(self, batch: Batch[Item]) -> None:
        """Settle all messages up to the last of the batch. Nothing happens when the feed has ended: they come again."""
        if not self._ended:
            with suppress(*LOST):
                await bounded(self._wire.basic_ack(batch.last_tag, multiple=True, wait=False), within=self._patience.publish)

    async def close(self) -> None:
        """Give the channel back; the server delivers again what was not acknowledged."""
        self.end()
        with suppress(*LOST):
            await bounded(self._channel.close(), within=self._patience.close)


async def open_feed(
    connection: AbstractConnection, queue: str, decode: Decode[Item], *, prefetch: int, patience: Patience
) -> Feed[Item]:
    """Consume `queue` on a channel of its own with at most `prefetch` messages unacknowledged. Raises one of LOST."""
    channel = connection.channel(publisher_confirms=False)
    await bounded(channel.initialize(), within=patience.connect)
    wire = await channel.get_underlay_channel()
    feed = Feed(queue, channel, wire, decode, patience=patience)
    channel.close_callbacks.add(feed.end)
    wire.on_consumer_cancel_callbacks.add(feed.end)
    try:
        await bounded(channel.set_qos(prefetch_count=prefetch), within=patience.connect)
        await bounded(wire.basic_consume(queue, feed.arrive), within=patience.connect)
    except BaseException:
        await feed.close()
        raise
    return feed
