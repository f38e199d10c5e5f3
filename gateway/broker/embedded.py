"""The broker of one process: the same port over asyncio, for the first hour and for tests.

Nothing of it outlives the process: the state rows are the work, and the sweep announces them again after a start.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import islice
from typing import TypeVar
from uuid import UUID

import structlog

from gateway.broker import wake_up
from gateway.broker.features import Features
from gateway.broker.settlement import DocumentHandler, DocumentSettlement, HintHandler, HintSettlement, Pause
from gateway.broker.topology import DEAD, DEFAULT, WORK, matches, topology
from gateway.ports import Message, Observer, Published

log = structlog.get_logger(__name__)

_MOST_WAITING = 100_000
"""Ids that wait in one hint queue; what is beyond is left to the sweep."""
_FULL_FOR = 5.0
"""Seconds that a publisher waits for a slow listener before the outcome is unknown."""
_GRACE = 10.0
"""Seconds that a batch in flight has to end when its consumer is stopped."""

Item = TypeVar("Item")


class _Hints:
    """One hint queue: distinct ids in order, and whether a bare wake-up waits."""

    def __init__(self) -> None:
        self._ids: dict[UUID, None] = {}
        self._filled = asyncio.Event()

    def put(self, ids: Sequence[UUID]) -> int:
        """Add ids; answers how many were dropped."""
        room = max(_MOST_WAITING - len(self._ids), 0)
        self._ids.update(dict.fromkeys(ids[:room]))
        self._filled.set()
        return max(len(ids) - room, 0)

    async def take(self, limit: int) -> list[UUID]:
        """Wait for a wake-up, then take up to `limit` ids."""
        await self._filled.wait()
        taken = list(islice(self._ids, limit))
        for each in taken:
            del self._ids[each]
        if not self._ids:
            self._filled.clear()
        return taken


class _Listeners:
    """Those who subscribed under one queue name: they share its messages."""

    def __init__(self, exchange: str, pattern: str, room: int) -> None:
        self.exchange, self.pattern, self.present = exchange, pattern, 0
        self.messages: asyncio.Queue[Message] = asyncio.Queue(maxsize=room)

    async def take(self, limit: int) -> list[Message]:
        """Wait for a message, then take what has arrived."""
        taken = [await self.messages.get()]
        while len(taken) < limit and not self.messages.empty():
            taken.append(self.messages.get_nowait())
        return taken


class EmbeddedBroker:
    """An adapter of `gateway.ports.Broker` inside one process."""

    features = Features(
        several_processes=False,
        durable=False,
        redelivers=False,
        declares_listeners=False,
        limitation="The embedded broker serves one process; name a RabbitMQ in AMQP_URL to run several.",
    )

    def __init__(self, *, targets: Iterable[str], observer: Observer) -> None:
        self._topology = topology(targets)
        self._observer = observer
        self._hints = {queue.key: _Hints() for queue in self._topology.queues if queue.exchange == WORK}
        self._listeners: dict[str, _Listeners] = {}
        self._running = False

    @property
    def connected(self) -> bool:
        """Whether it runs."""
        return self._running

    async def problem(self, *, within: float = 2.0) -> str:  # noqa: ARG002 - there is nothing to wait for
        """Nothing, while it runs."""
        return "" if self._running else "The embedded broker does not run."

    async def has_queue(self, name: str) -> bool:
        """Whether somebody of this process listens under this name."""
        return name in self._listeners

    async def start(self) -> None:
        """Nothing to connect to."""
        self._running = True

    async def close(self) -> None:
        """What waits is forgotten; its rows are not."""
        self._running = False

    async def announce(self, queue: str, ids: Sequence[UUID]) -> None:
        """Wake a stage of this process; returns at once."""
        dropped = self._hints.setdefault(queue, _Hints()).put(ids) if self._running else len(ids)
        for outcome, number in (("confirmed", len(ids) - dropped), ("dropped", dropped)):
            if number:
                self._observer.count("edi_hints_announced_total", number, queue=queue, outcome=outcome)

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        """Confirmed when every present listener of this process has room for it, or when nobody needs to be there."""
        results = []
        for message in messages:
            result = await self._publish(message) if self._running else Published.UNKNOWN
            self._observer.count("edi_published_total", exchange=message.exchange or "reply", outcome=result.value)
            results.append(result)
        return results

    async def _publish(self, message: Message) -> Published:
        if message.exchange != DEFAULT and all(exchange.name != message.exchange for exchange in self._topology.exchanges):
            raise ValueError(f"no exchange {message.exchange!r} in the topology")
        if message.exchange == WORK:
            return self._wake(message)
        takers = [each for name, each in self._listeners.items() if self._takes(name, each, message)]
        if not takers and self._topology.owns(message.exchange) and message.exchange != DEAD:
            return Published.UNROUTABLE
        try:
            async with asyncio.timeout(_FULL_FOR):
                for taker in takers:
                    await taker.messages.put(message)
        except TimeoutError:
            return Published.UNKNOWN
        return Published.CONFIRMED

    @staticmethod
    def _takes(name: str, listeners: _Listeners, message: Message) -> bool:
        if message.exchange == DEFAULT:
            return name == message.routing_key
        return listeners.exchange == message.exchange and matches(listeners.pattern, message.routing_key)

    def _wake(self, message: Message) -> Published:
        if message.routing_key not in self._hints:
            return Published.UNROUTABLE
        try:
            self._hints[message.routing_key].put(wake_up.decode(message.body))
        except ValueError as error:
            log.warning("wake_up_not_readable", routing_key=message.routing_key, error=str(error))
            self._observer.count("edi_messages_unreadable_total", exchange=WORK)
        return Published.CONFIRMED

    def consume(self, queue: str, handler: HintHandler, *, batch: int) -> AbstractAsyncContextManager[None]:
        """Batches of announced ids, one at a time."""
        hints = self._hints.setdefault(queue, _Hints())
        settlement = HintSettlement(queue, handler, batch=batch, pause=Pause(), observer=self._observer)
        return _serving(lambda: hints.take(batch), settlement.settle)

    @asynccontextmanager
    async def subscribe(
        self, exchange: str, pattern: str, handler: DocumentHandler, *, queue: str, batch: int = 100
    ) -> AsyncIterator[None]:
        """Batches of documents for a listener of this process; those published before it came are gone."""
        listeners = self._listeners.setdefault(queue, _Listeners(exchange, pattern, 2 * batch))
        settlement = DocumentSettlement(queue, handler, publish=self.publish, pause=Pause(), observer=self._observer)
        listeners.present += 1
        try:
            async with _serving(lambda: listeners.take(batch), settlement.settle):
                yield
        finally:
            listeners.present -= 1
            if not listeners.present:
                self._listeners.pop(queue, None)


@asynccontextmanager
async def _serving(
    take: Callable[[], Awaitable[list[Item]]], settle: Callable[[Sequence[Item]], Awaitable[None]]
) -> AsyncIterator[None]:
    """Take and settle one batch after the other meanwhile; at the end, let the batch in flight finish."""
    idle = asyncio.Event()
    idle.set()

    async def serve() -> None:
        while True:
            items = await take()
            idle.clear()
            await settle(items)
            idle.set()

    task = asyncio.create_task(serve())
    try:
        yield
    finally:
        finished = asyncio.ensure_future(idle.wait())
        await asyncio.wait([finished, task], timeout=_GRACE, return_when=asyncio.FIRST_COMPLETED)
        finished.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
