"""A consumer that outlives connections: one feed after the other, one batch in flight, acknowledged after its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic

import structlog
from aio_pika.abc import AbstractConnection

from gateway.broker.feed import Decode, Feed, Item, open_feed
from gateway.broker.session import LOST, Session
from gateway.broker.settlement import Pause

log = structlog.get_logger(__name__)

Settle = Callable[[Sequence[Item]], Awaitable[None]]


class Consumer(Generic[Item]):
    """Runs between `start` and `stop`. `declare` makes the queue exist before each feed: it may have been deleted."""

    def __init__(
        self,
        queue: str,
        *,
        session: Session,
        declare: Callable[[AbstractConnection], Awaitable[None]],
        decode: Decode[Item],
        settle: Settle[Item],
        batch: int,
        prefetch: int,
    ) -> None:
        self._queue, self._session, self._declare = queue, session, declare
        self._decode, self._settle, self._batch, self._prefetch = decode, settle, batch, prefetch
        self._feed: Feed[Item] | None = None
        self._stopping = False
        self._consuming = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns when the server has taken the consumer, or goes on trying when that takes too long."""
        self._task = asyncio.create_task(self._run(), name=f"consume-{self._queue}")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._consuming.wait(), self._session.patience.connect)

    async def stop(self) -> None:
        """Take no more, let the batch in flight commit and be acknowledged (for a while), give the rest back."""
        self._stopping = True
        if self._task is None:
            return
        if self._feed is not None:
            self._feed.finish()
            await asyncio.wait([self._task], timeout=self._session.patience.finish)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        patience = self._session.patience
        pause = Pause(first=patience.first_pause, longest=patience.longest_pause)
        while not self._stopping:
            connection = await self._session.connection()
            try:
                await self._declare(connection)
                self._feed = await open_feed(connection, self._queue, self._decode, prefetch=self._prefetch, patience=patience)
                pause.reset()
                await self._drain(self._feed)
            except LOST as error:
                if isinstance(error, TimeoutError):
                    self._session.suspect(connection)
                log.info("consumer_not_opened", queue=self._queue, error=str(error))
                await pause.wait()
            except Exception:  # whatever it was: a queue that nobody consumes would fill in silence
                log.exception("consumer_failed_unexpectedly", queue=self._queue)
                await pause.wait()

    async def _drain(self, feed: Feed[Item]) -> None:
        self._consuming.set()
        try:
            while (batch := await feed.take(self._batch)) is not None:
                if batch.readable:
                    await self._settle(batch.items)
                await feed.acknowledge(batch)
        finally:
            self._feed = None
            await feed.close()
