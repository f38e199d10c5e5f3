"""The broker over RabbitMQ: quorum queues, confirms, `mandatory` where the queues are ours.

Two connections, each kept alive over all addresses, so that a blocked publisher never blocks an acknowledgement.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import structlog
from aio_pika.abc import AbstractConnection
from aiormq.abc import DeliveredMessage

from gateway.broker import wake_up
from gateway.broker.announcements import Announcements
from gateway.broker.consumer import Consumer, Settle
from gateway.broker.declaration import declare
from gateway.broker.drain import Drain
from gateway.broker.features import Features
from gateway.broker.feed import Decode, Item
from gateway.broker.publisher import Publisher
from gateway.broker.session import Patience, Session
from gateway.broker.settlement import DocumentHandler, DocumentSettlement, HintHandler, HintSettlement, Pause
from gateway.broker.topology import DEFAULT, WORK, Queue, Topology, hint_queue, topology
from gateway.ports import Message, Observer, Published

log = structlog.get_logger(__name__)


class RabbitMQ:
    """An adapter of `gateway.ports.Broker`.

    `urls` are AMQP addresses of the nodes of one cluster; each connection moves to the next when one is lost.
    `targets` are the delivery targets known now; queues of others are declared when they are first named.
    `prefetch` is in messages of 1 to 100 ids: enough for full batches, few enough that one process cannot hoard a backlog.
    """

    features = Features(several_processes=True, durable=True, redelivers=True, declares_listeners=True)

    def __init__(
        self,
        urls: Sequence[str],
        *,
        targets: Iterable[str],
        observer: Observer,
        patience: Patience | None = None,
        prefetch: int = 50,
    ) -> None:
        self._topology = topology(targets)
        self._observer, self._prefetch = observer, prefetch
        self._patience = patience or Patience()
        self._publishing = self._session(urls, "publish")
        self._consuming = self._session(urls, "consume")
        self._publisher = Publisher(self._publishing, topology=lambda: self._topology, declare=self._declare, observer=observer)
        self._announcements = Announcements(self._send_wake_ups, observer=observer)

    def _session(self, urls: Sequence[str], purpose: str) -> Session:
        return Session(urls, purpose=purpose, prepare=self._declare, patience=self._patience, observer=self._observer)

    @property
    def connected(self) -> bool:
        """Whether messages can be published and consumed now."""
        return self._publishing.connected and self._consuming.connected

    async def problem(self, *, within: float = 2.0) -> str:
        """What is wrong with either connection, asked of the server now; empty when both work."""
        problems = await asyncio.gather(self._publishing.problem(within=within), self._consuming.problem(within=within))
        return next((problem for problem in problems if problem), "")

    async def has_queue(self, name: str) -> bool:
        """Whether the server has a queue of this name; nothing is declared. Raises BrokerUnavailable."""
        return await self._publishing.has_queue(name)

    async def start(self) -> None:
        """Connect and declare. Raises BrokerUnavailable, naming each address and why it refused."""
        await self._publishing.start()
        try:
            await self._consuming.start()
        except BaseException:
            await self._publishing.close()
            raise

    async def close(self) -> None:
        """Let wake-ups go out, then end both connections. Consumers end with their own contexts, before this."""
        await self._announcements.close(within=self._patience.close)
        await self._consuming.close()
        await self._publishing.close()

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        """One result per message, in order. Raises ValueError for an exchange that is not in the topology."""
        known = {DEFAULT, *(exchange.name for exchange in self._topology.exchanges)}
        for message in messages:
            if message.exchange not in known:
                raise ValueError(f"no exchange {message.exchange!r} in the topology")
        return await self._publisher.publish(messages)

    async def announce(self, queue: str, ids: Sequence[UUID]) -> None:
        """Wake a stage; returns at once. Without a connection the ids are dropped and counted: the sweep brings them."""
        self._know(hint_queue(queue))
        if self._publishing.connected:
            self._announcements.add(queue, ids)
        else:
            self._observer.count("edi_hints_announced_total", len(ids), queue=queue, outcome="dropped")

    async def _send_wake_ups(self, queue: str, portions: Sequence[Sequence[UUID]]) -> Sequence[Published]:
        return await self._publisher.publish([Message(WORK, queue, wake_up.encode(ids), str(uuid4())) for ids in portions])

    def consume(self, queue: str, handler: HintHandler, *, batch: int) -> AbstractAsyncContextManager[None]:
        """Batches of announced ids, one at a time, acknowledged when the handler returns or fails (see settlement)."""
        settlement = HintSettlement(queue, handler, batch=batch, pause=Pause(), observer=self._observer)
        return self._consumer(hint_queue(queue), self._decode_hints, settlement.settle, batch)

    def subscribe(
        self, exchange: str, pattern: str, handler: DocumentHandler, *, queue: str, batch: int = 100
    ) -> AbstractAsyncContextManager[None]:
        """Batches of documents through a durable queue, which keeps them while nobody listens."""
        entry = next((e for e in self._topology.queues if e.name == queue), None)
        entry = entry or Queue(queue, exchange, pattern, f"Documents for the subscriber {queue}.")
        settlement = DocumentSettlement(queue, handler, publish=self._publisher.publish, pause=Pause(), observer=self._observer)
        return self._consumer(entry, _decode_document, settlement.settle, batch)

    @asynccontextmanager
    async def _consumer(self, queue: Queue, decode: Decode[Item], settle: Settle[Item], batch: int) -> AsyncIterator[None]:
        self._know(queue)
        queue = next(entry for entry in self._topology.queues if entry.name == queue.name)
        consumer = Consumer(
            queue.name,
            session=self._consuming,
            declare=lambda connection: declare(
                connection, Topology(self._topology.exchanges, (queue,)), within=self._patience.connect
            ),
            decode=decode,
            settle=settle,
            batch=batch,
            prefetch=min(2 * batch, self._prefetch),
        )
        drains = [Drain(former, queue, session=self._consuming, decode=decode, settle=settle) for former in queue.formerly]
        draining = [asyncio.create_task(drain.run(), name=f"drain-{queue.name}") for drain in drains]
        try:
            await consumer.start()
            yield
        finally:
            for task in draining:
                task.cancel()
            await asyncio.gather(*draining, return_exceptions=True)
            await consumer.stop()

    async def _declare(self, connection: AbstractConnection) -> None:
        await declare(connection, self._topology, within=self._patience.connect)

    def _know(self, queue: Queue) -> None:
        """Add a queue to the table; it is declared by its consumer, or when a message finds it missing."""
        if all(entry.name != queue.name for entry in self._topology.queues):
            self._topology = replace(self._topology, queues=(*self._topology.queues, queue))

    def _decode_hints(self, message: DeliveredMessage) -> Sequence[UUID] | None:
        try:
            return wake_up.decode(message.body)
        except ValueError as error:
            log.warning("wake_up_not_readable", routing_key=message.routing_key, error=str(error))
            self._observer.count("edi_messages_unreadable_total", exchange=WORK)
            return None


def _decode_document(message: DeliveredMessage) -> Sequence[Message]:
    """A document as the port has it. A publisher without message ids gets the hash of the body: stable over repeats."""
    properties = message.header.properties
    return (
        Message(
            exchange=message.exchange or "",
            routing_key=message.routing_key or "",
            body=message.body,
            message_id=properties.message_id or f"sha256:{hashlib.sha256(message.body).hexdigest()}",
            headers={name: _text(value) for name, value in (properties.headers or {}).items()},
            content_type=properties.content_type or "application/octet-stream",
            reply_to=properties.reply_to,
            correlation_id=properties.correlation_id,
        ),
    )


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
