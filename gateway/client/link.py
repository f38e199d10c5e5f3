"""The line to RabbitMQ: one connection that is made again when it is lost, and channels on it that say when they are."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPError,
    AuthenticationError,
    ChannelClosed,
    DeliveryError,
    ProbableAuthenticationError,
)

LOST = (AMQPError, OSError, RuntimeError, TimeoutError)
"""What a lost connection raises; the library has RuntimeError for what is closed."""
REFUSED = (AuthenticationError, ProbableAuthenticationError, ChannelClosed, DeliveryError)
"""What the server says no to, a right or a queue: it would say no again. It closes the channel then, not the connection."""

_PATIENCE = 10.0
_LONGEST_PAUSE = 5.0
_QUORUM: dict[str, aio_pika.abc.FieldValue] = {"x-queue-type": "quorum"}

Result = TypeVar("Result")
Take = Callable[[AbstractIncomingMessage], Awaitable[None]]

log = logging.getLogger(__name__)


async def bounded(operation: Awaitable[Result]) -> Result:
    """Wait for an operation of the library, not for ever. Raises one of LOST.

    When a connection dies, the library ends some of what waits on it with CancelledError, which would look like the caller's own
    cancellation; hence a task of its own, and ConnectionResetError.
    """
    task = asyncio.ensure_future(operation)
    try:
        await asyncio.wait([task], timeout=_PATIENCE)
    finally:
        finished = task.done()
        task.cancel()
    if not finished:
        raise TimeoutError(f"no answer within {_PATIENCE:g} s")
    if task.cancelled():
        raise ConnectionResetError("the connection ended")
    return task.result()


class Link:
    """Connects, and connects again. `again` is the first pause in seconds, which doubles while the server is not there."""

    def __init__(self, url: str, *, name: str, again: float = 0.2) -> None:
        self._url, self._name, self._again = url, name, again
        self._connection: AbstractConnection | None = None
        self._connecting, self._lost = asyncio.Lock(), False

    async def connect(self) -> None:
        """Connect once. Raises one of LOST."""
        await self.close()
        connection = await bounded(aio_pika.connect(self._url, client_properties={"connection_name": self._name}))
        connection.close_callbacks.add(self._ended)  # the library takes a connection that was lost for one that is open
        self._connection, self._lost = connection, False

    def _ended(self, connection: AbstractConnection | None, _cause: BaseException | None = None) -> None:
        if connection is self._connection:
            self._lost = True

    async def close(self) -> None:
        """End the connection and everything on it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*LOST):
                await bounded(connection.close())

    async def channel(self) -> AbstractChannel:
        """A channel, as soon as the server is there. Raises one of REFUSED."""
        pause = self._again
        while True:
            try:
                async with self._connecting:
                    if self._connection is None or self._lost:
                        await self.connect()
                    connection = self._connection
                if connection is not None:
                    channel = connection.channel(on_return_raises=True)
                    await bounded(channel.initialize())
                    return channel
            except REFUSED:
                raise
            except LOST as error:
                log.info("no connection to RabbitMQ: %s", error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def messages(
        self, queue: str, exchange: str, keys: Sequence[str], *, prefetch: int
    ) -> AsyncGenerator[AbstractIncomingMessage, None]:
        """What comes by a durable queue that is bound by these keys, for ever. What was not acknowledged when the connection was
        lost comes again. Raises one of REFUSED.
        """
        while True:
            channel = await self.channel()
            arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
            channel.close_callbacks.add(lambda *_, put=arrived.put_nowait: put(None))
            try:
                await bounded(channel.set_qos(prefetch_count=prefetch))
                declared = await bounded(channel.declare_queue(queue, durable=True, arguments=_QUORUM))
                for key in keys:
                    await bounded(declared.bind(exchange, key))
                await bounded(declared.consume(arrived.put))
                while (message := await arrived.get()) is not None:
                    yield message
            except REFUSED:
                raise
            except LOST as error:
                log.info("the subscription of %s was lost: %s", queue, error)
            finally:
                with suppress(*LOST):
                    await bounded(channel.close())

    async def answers(self, take: Take) -> "Answers":
        """A channel to publish on, with a queue of one's own for answers. Raises one of LOST or REFUSED."""
        channel = await self.channel()
        answers = Answers(channel, f"{self._name}.replies.{uuid4().hex}")
        channel.close_callbacks.add(lambda *_: answers.lost.set())
        declared = await bounded(channel.declare_queue(answers.queue, exclusive=True, auto_delete=True))
        await bounded(declared.consume(take, no_ack=True))
        return answers


class Answers:
    """A channel with confirms, and the queue that answers come to. `lost` is set when both are gone."""

    def __init__(self, channel: AbstractChannel, queue: str) -> None:
        self.channel, self.queue = channel, queue
        self.lost = asyncio.Event()

    async def wait(self, answer: "asyncio.Future[Result]") -> Result:
        """The answer; raises ConnectionResetError when it cannot come this way any more."""
        gone: asyncio.Future[bool] = asyncio.ensure_future(self.lost.wait())
        either: Sequence[asyncio.Future[Any]] = (answer, gone)
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
        if not answer.done():
            raise ConnectionResetError("the connection ended before the answer came")
        return answer.result()
