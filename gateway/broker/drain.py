"""Works off a queue that an older release declared under another name, and deletes it when nobody uses it any more.

The arguments of a queue cannot be changed. A release that wants others gives the queue a new name and puts the old one into its
`formerly`: whoever consumes the new one drains the old one as well, for as long as processes of the older release fill it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Generic

import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed
from aiormq.abc import AbstractChannel as Wire

from gateway.broker.consumer import Settle
from gateway.broker.feed import Decode, Feed, Item, open_feed
from gateway.broker.session import LOST, Session, bounded
from gateway.broker.topology import Queue

log = structlog.get_logger(__name__)


class Drain(Generic[Item]):
    """Drains one former name of a queue. `decode` and `settle` are those of the queue itself."""

    def __init__(self, former: str, queue: Queue, *, session: Session, decode: Decode[Item], settle: Settle[Item]) -> None:
        self._former, self._queue, self._session = former, queue, session
        self._decode, self._settle = decode, settle

    async def run(self) -> None:
        """Until the queue is gone: by us, or because it never was."""
        while True:
            connection = await self._session.connection()
            try:
                if not await self._unbind(connection):
                    return
                await self._work_off(connection)
                if await self._delete(connection):
                    log.info("former_queue_deleted", queue=self._former)
                    return
            except LOST as error:
                log.info("former_queue_waits", queue=self._former, error=str(error))
            await asyncio.sleep(self._session.patience.silence)

    async def _unbind(self, connection: AbstractConnection) -> bool:
        """Let nothing more come of what the queue itself gets too; False when there is no such queue."""
        within = self._session.patience.connect
        async with self._channel(connection) as wire:
            try:
                await bounded(wire.queue_declare(self._former, passive=True), within=within)
                await bounded(wire.queue_unbind(self._former, self._queue.exchange, self._queue.key), within=within)
            except ChannelNotFoundEntity:
                return False
        return True

    async def _work_off(self, connection: AbstractConnection) -> None:
        """Settle what waits, until nothing came for a while."""
        patience = self._session.patience
        feed: Feed[Item] = await open_feed(connection, self._former, self._decode, prefetch=50, patience=patience)
        try:
            while True:
                try:
                    async with asyncio.timeout(patience.silence / 2):
                        batch = await feed.take(100)
                except TimeoutError:
                    return
                if batch is None:
                    return
                if batch.readable:
                    await self._settle(batch.items)
                await feed.acknowledge(batch)
        finally:
            await feed.close()

    async def _delete(self, connection: AbstractConnection) -> bool:
        """Delete it, unless an older release still consumes from it or something came."""
        within = self._session.patience.connect
        async with self._channel(connection) as wire:
            try:
                state = await bounded(wire.queue_declare(self._former, passive=True), within=within)
                if state.consumer_count or state.message_count:
                    return False
                await bounded(wire.queue_delete(self._former, if_unused=True), within=within)
            except ChannelNotFoundEntity:
                return True
            except ChannelPreconditionFailed:
                return False
        return True

    @asynccontextmanager
    async def _channel(self, connection: AbstractConnection) -> AsyncIterator[Wire]:
        channel = connection.channel(publisher_confirms=False)
        await bounded(channel.initialize(), within=self._session.patience.connect)
        try:
            yield await channel.get_underlay_channel()
        finally:
            with suppress(*LOST):
                await bounded(channel.close(), within=self._session.patience.close)
