"""How consumed batches end, whatever the broker: what happens when a handler fails. Nothing is nacked in order to wait.

*Wake-ups* are acknowledged even then: their rows keep their state, and the sweep announces them again. The consumer pauses
(0.1 s, doubling to 5 s, until a batch succeeds), so that a lost database neither drains the queue into nothing nor makes a
hot loop, and one bad batch never blocks what waits behind it.

*Documents* exist nowhere else until the handler has stored them, so they are kept, unacknowledged, and tried again after the
same pauses: for ever while a server we depend on is away, three times alone for anything else; then the document goes to
`edi.dead` with the cause, and the others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from gateway.broker.topology import DEAD
from gateway.errors import DependencyUnavailable
from gateway.ports import Message, Observer, Published

log = structlog.get_logger(__name__)

HintHandler = Callable[[Sequence[UUID]], Awaitable[None]]
DocumentHandler = Callable[[Sequence[Message]], Awaitable[None]]
Publish = Callable[[Sequence[Message]], Awaitable[Sequence[Published]]]

_TRIES = 3
_REASON_LENGTH = 500


class Pause:
    """A growing wait between failures: 0.1 s, doubling to 5 s; success sets it back."""

    def __init__(self, *, first: float = 0.1, longest: float = 5.0) -> None:
        self._first = self._next = first
        self._longest = longest

    async def wait(self) -> None:
        """Wait for as long as it is due now."""
        due, self._next = self._next, min(self._next * 2, self._longest)
        await asyncio.sleep(due)

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self._next = self._first


class HintSettlement:
    """Runs the handler of a hint queue; returns when the batch may be acknowledged, which is always."""

    def __init__(self, queue: str, handler: HintHandler, *, batch: int, pause: Pause, observer: Observer) -> None:
        self._queue, self._handler, self._batch = queue, handler, batch
        self._pause, self._observer = pause, observer

    async def settle(self, ids: Sequence[UUID]) -> None:
        """Call the handler with each id once, at most `batch` at a time; with no ids, once with none."""
        distinct = list(dict.fromkeys(ids))
        for start in range(0, max(len(distinct), 1), self._batch):
            try:
                await self._handler(distinct[start : start + self._batch])
            except Exception as error:  # noqa: BLE001  the consumer outlives every handler; the rows keep their state
                log.warning("wake_ups_not_handled", queue=self._queue, error=str(error), kind=type(error).__name__)
                self._observer.count("edi_consumer_failures_total", queue=self._queue)
                await self._pause.wait()
            else:
                self._pause.reset()


class DocumentSettlement:
    """Runs the handler of documents; returns when each of the batch is stored by the handler or confirmed in `edi.dead`."""

    def __init__(self, queue: str, handler: DocumentHandler, *, publish: Publish, pause: Pause, observer: Observer) -> None:
        self._queue, self._handler, self._publish = queue, handler, publish
        self._pause, self._observer = pause, observer

    async def settle(self, messages: Sequence[Message]) -> None:
        """All at once; if that fails for another reason than a lost server, one by one."""
        error = await self._attempt(messages)
        if error is None:
            return
        if len(messages) > 1:
            for message in messages:
                await self.settle([message])
            return
        for _ in range(_TRIES - 1):
            await self._pause.wait()
            error = await self._attempt(messages)
            if error is None:
                return
        await self._give_up(messages[0], error)

    async def _attempt(self, messages: Sequence[Message]) -> Exception | None:
        """Call the handler, again and again while a server it needs is away; answers what else went wrong."""
        while True:
            try:
                await self._handler(messages)
            except DependencyUnavailable as error:
                log.warning("documents_wait", queue=self._queue, messages=len(messages), error=str(error))
                await self._pause.wait()
            except Exception as error:  # noqa: BLE001  a document is given up with its cause, never the consumer
                self._observer.count("edi_consumer_failures_total", queue=self._queue)
                return error
            else:
                self._pause.reset()
                return None

    async def _give_up(self, message: Message, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:_REASON_LENGTH]
        log.error("document_given_up", queue=self._queue, message=message.message_id, error=reason)
        origin = {"edi-exchange": message.exchange, "edi-routing-key": message.routing_key, "edi-reason": reason}
        key = f"{self._queue}.{type(error).__name__}"
        dead = Message(DEAD, key, message.body, message.message_id, {**message.headers, **origin}, message.content_type)
        while (await self._publish([dead]))[0] is not Published.CONFIRMED:
            await self._pause.wait()
