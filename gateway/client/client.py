"""The connection of a service: subscriptions as iterators, publications as calls that answer."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from pydantic import TypeAdapter

from gateway.client.link import LOST, REFUSED, Answers, Link, bounded
from gateway.client.received import Known, Received, read_document, read_event
from gateway.domain.order.announcement import OrderEvent
from gateway.domain.reply import Reply
from translators.canonical.base import CanonicalDocument

Body = TypeVar("Body")
Read = Callable[[bytes, Mapping[str, str]], Body]

log = logging.getLogger(__name__)

_REPLY = TypeAdapter(Reply)
_PAUSE = 0.1


class Client:
    """A service at the gateway's RabbitMQ; a context manager. `name` is the service's user: its queues begin with it.

    It connects again when it loses the server, and goes on: subscriptions where they were, publications under their message ids.
    What was not dealt with by then comes again. What the server refuses (a right, a queue) is raised.
    """

    def __init__(self, url: str, *, name: str, prefetch: int = 50) -> None:
        self._link, self._name, self._prefetch = Link(url, name=name), name, prefetch
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._answers: Answers | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self._link.connect()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._link.close()
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
        correlation, identifier = uuid4().hex, message_id or uuid4().hex
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[correlation] = answer
        key = f"{document.NAME}.{partner}"
        try:
            async with asyncio.timeout(within):
                while True:
                    try:
                        answers = await self._publishing()
                        await self._send(answers, key, document.to_json(), identifier, correlation)
                        return await answers.wait(answer)
                    except REFUSED:
                        raise
                    except LOST as error:
                        log.info("%s is published again: %s", identifier, error)
                        await asyncio.sleep(_PAUSE)
        finally:
            self._waiting.pop(correlation, None)

    async def _send(self, answers: Answers, key: str, body: bytes, identifier: str, correlation: str) -> None:
        message = aio_pika.Message(
            body,
            content_type="application/json",
            message_id=identifier,
            correlation_id=correlation,
            reply_to=answers.queue,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        outbound = await bounded(answers.channel.get_exchange("edi.outbound", ensure=False))
        await bounded(outbound.publish(message, key, mandatory=True))

    async def _subscription(
        self, exchange: str, keys: tuple[str, ...], name: str, read: Read[Body]
    ) -> AsyncGenerator[Received[Body], None]:
        known = Known()
        async with aclosing(self._link.messages(f"{self._name}.{name}", exchange, keys, prefetch=self._prefetch)) as messages:
            async for message in messages:
                attributes = {key: _text(value) for key, value in message.headers.items()}
                if "id" not in attributes or not known.is_news(attributes):
                    await _acknowledge(message)
                    continue
                received = await _read(message, attributes, read)
                if received is not None:
                    yield received
                    known.remember(attributes)
                    await _acknowledge(message)

    async def _publishing(self) -> Answers:
        """Where to publish and to be answered; made with the first publication, and again when it was lost."""
        async with self._opening:
            if self._answers is None or self._answers.lost.is_set():
                self._answers = await self._link.answers(self._answered)
            return self._answers

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
        with suppress(*LOST):
            await bounded(message.reject(requeue=False))
        return None


async def _acknowledge(message: AbstractIncomingMessage) -> None:
    """It was dealt with. Where the connection is gone it comes again, and is known by its id."""
    with suppress(*LOST):
        await bounded(message.ack())


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
