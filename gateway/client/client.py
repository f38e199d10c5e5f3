"""The connection of a service: subscriptions as iterators, publications as calls that answer."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection, AbstractRobustQueue
from pydantic import TypeAdapter

from gateway.client.received import Known, Received, read_document, read_event
from gateway.domain.order.announcement import OrderEvent
from gateway.domain.reply import Reply
from translators.canonical.base import CanonicalDocument

Body = TypeVar("Body")
Read = Callable[[bytes, Mapping[str, str]], Body]

log = logging.getLogger(__name__)

_REPLY = TypeAdapter(Reply)
_QUORUM: dict[str, aio_pika.abc.FieldValue] = {"x-queue-type": "quorum"}


class Client:
    """A service at the gateway's RabbitMQ; a context manager. `name` is the service's user: its queues begin with it.

    It connects again when it loses the server. What was not dealt with by then comes again.
    """

    def __init__(self, url: str, *, name: str, prefetch: int = 50) -> None:
        self._url, self._name, self._prefetch = url, name, prefetch
        self._stack = AsyncExitStack()
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._connection: AbstractRobustConnection | None = None
        self._channel: AbstractRobustChannel | None = None
        self._replies: AbstractRobustQueue | None = None

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect_robust(self._url, client_properties={"connection_name": self._name})
        self._stack.push_async_callback(self._connection.close)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._stack.aclose()
        for waiting in self._waiting.values():
            waiting.cancel()

    async def documents(self, *keys: str, queue: str = "documents") -> AsyncGenerator[Received[CanonicalDocument], None]:
        """Canonical documents with these keys (`purchase_order.in.*`), each once, through a queue that keeps them meanwhile.

        One is acknowledged when the next is asked for: who fails in between gets it again.
        """
        async for received in self._subscription("edi.canonical", keys, queue, read_document):
            yield received

    async def events(self, *keys: str, queue: str = "events") -> AsyncGenerator[Received[OrderEvent], None]:
        """What happens to orders (`shipped.*`), each once, never one that is older than what was read of its order."""
        async for received in self._subscription("edi.events", keys, queue, read_event):
            yield received

    async def publish(
        self, document: CanonicalDocument, *, partner: str, message_id: str | None = None, within: float = 30.0
    ) -> Reply:
        """Have a document sent to a partner, and answer what became of it.

        Raises TimeoutError when nobody answered in time: publish it again under the same message id; it is sent once, and the
        answer is the same.
        """
        channel, replies = await self._publishing()
        correlation, identifier = uuid4().hex, message_id or uuid4().hex
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[correlation] = answer
        message = aio_pika.Message(
            document.to_json(),
            content_type="application/json",
            message_id=identifier,
            correlation_id=correlation,
            reply_to=replies.name,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        try:
            async with asyncio.timeout(within):
                outbound = await channel.get_exchange("edi.outbound", ensure=False)
                await outbound.publish(message, f"{document.NAME}.{partner}", mandatory=True)
                return await answer
        finally:
            self._waiting.pop(correlation, None)

    async def _subscription(
        self, exchange: str, keys: tuple[str, ...], name: str, read: Read[Body]
    ) -> AsyncGenerator[Received[Body], None]:
        known = Known()
        channel = await self._opened()
        try:
            await channel.set_qos(prefetch_count=self._prefetch)
            queue = await channel.declare_queue(f"{self._name}.{name}", durable=True, arguments=_QUORUM)
            for key in keys:
                await queue.bind(exchange, key)
            async with queue.iterator() as messages:
                async for message in messages:
                    attributes = {key: _text(value) for key, value in message.headers.items()}
                    if "id" not in attributes or not known.is_news(attributes):
                        await message.ack()
                        continue
                    received = await _read(message, attributes, read)
                    if received is not None:
                        yield received
                        known.remember(attributes)
                        await message.ack()
        finally:
            with suppress(aio_pika.exceptions.AMQPError):
                await channel.close()

    async def _publishing(self) -> tuple[AbstractRobustChannel, AbstractRobustQueue]:
        """The channel with confirms, and the queue in which answers come; both made with the first publication."""
        if self._channel is None or self._replies is None:
            self._channel = await self._opened()
            name = f"{self._name}.replies.{uuid4().hex}"
            self._replies = await self._channel.declare_queue(name, exclusive=True, auto_delete=True)
            await self._replies.consume(self._answered, no_ack=True)
        return self._channel, self._replies

    async def _opened(self) -> AbstractRobustChannel:
        if self._connection is None:
            raise RuntimeError("use the client as a context manager: async with Client(…) as client")
        channel = await self._connection.channel(on_return_raises=True)
        if not isinstance(channel, AbstractRobustChannel):
            raise TypeError("a robust connection has robust channels")
        return channel

    async def _answered(self, message: AbstractIncomingMessage) -> None:
        answer = self._waiting.get(message.correlation_id or "")
        if answer is not None and not answer.done():
            try:
                answer.set_result(_REPLY.validate_json(message.body))
            except ValueError as error:
                answer.set_exception(error)


async def _read(message: AbstractIncomingMessage, attributes: Mapping[str, str], read: Read[Body]) -> Received[Body] | None:
    """The message; None for one that cannot be read: the queue's dead-letter exchange gets it, where it has one."""
    try:
        return Received(read(message.body, attributes), attributes)
    except ValueError as error:
        log.warning("message %s cannot be read: %s", attributes["id"], error)
        await message.reject(requeue=False)
        return None


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
