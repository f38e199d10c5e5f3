"""Many are stored with one sync: what arrives while one commit runs goes into the next. No timers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from gateway.errors import CommitUnknown, DataRefused, GatewayError, Refused, StoreUnavailable
from gateway.ports import Clock, Observer
from gateway.ports.fence import Fence, fence, fenced
from gateway.ports.pulse import beat, resting
from gateway.stages.halving import write_in_halves

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class GroupCommit(Generic[Item, Answer]):
    """Stores items in batches and answers each after the commit. `run` must be running for `commit` to return.

    What a leased task hands in is stored under its fence, in batches of its own; each lease has its turn.

    `store` writes a batch and gives each future its answer; `refuse` answers for the one item that the database does not take.
    `size` is that of an item in bytes.
    """

    def __init__(
        self,
        *,
        store: Callable[[Sequence[tuple[Item, "asyncio.Future[Answer]"]]], Awaitable[None]],
        refuse: Callable[[tuple[Item, "asyncio.Future[Answer]"], DataRefused], Awaitable[None]],
        size: Callable[[Item], int],
        stage: str,
        observer: Observer,
        clock: Clock,
        batch: int,
        batch_bytes: int,
        max_waiting: int,
    ) -> None:
        self._store = store
        self._refuse = refuse
        self._size = size
        self._stage = stage
        self._observer = observer
        self._clock = clock
        self._batch = batch
        self._batch_bytes = batch_bytes
        self._max_waiting = max_waiting
        self._waiting: dict[Fence | None, deque[tuple[Item, asyncio.Future[Answer]]]] = {}
        self._count = 0
        self._arrived = asyncio.Event()
        self._closed = False

    async def commit(self, item: Item) -> Answer:
        """Store an item and answer after the commit. Raises Refused, StoreUnavailable or CommitUnknown."""
        beat()
        if self._closed or self._count >= self._max_waiting:
            raise Refused("The intake is full or closing.", status=503, remedy="Send it again in a few seconds.")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(fence(), deque()).append((item, answer))
        self._count += 1
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write batches until cancelled; whoever still waits then is told to send again."""
        self._closed = False
        try:
            while True:
                async with resting():
                    await self._arrived.wait()
                under, batch = self._next_batch()
                with fenced(under):
                    await self._write(batch)
                if not self._waiting:
                    self._arrived.clear()
        finally:
            self._closed = True
            for waiting in self._waiting.values():
                for _, answer in waiting:
                    fail(answer, StoreUnavailable("The gateway is stopping.", remedy="Send it again."))
            self._waiting.clear()
            self._count = 0
            self._arrived.clear()

    def _next_batch(self) -> tuple[Fence | None, list[tuple[Item, "asyncio.Future[Answer]"]]]:
        batch: list[tuple[Item, asyncio.Future[Answer]]] = []
        size = 0
        under = next(iter(self._waiting))
        waiting = self._waiting.pop(under)
        while waiting and len(batch) < self._batch:
            item, answer = waiting[0]
            size += self._size(item)
            if batch and size > self._batch_bytes:
                break
            waiting.popleft()
            self._count -= 1
            if not answer.cancelled():
                batch.append((item, answer))
        if waiting:
            self._waiting[under] = waiting  # behind the others
        return under, batch

    async def _write(self, batch: Sequence[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        started = self._clock.monotonic()
        try:
            await write_in_halves(batch, self._store, self._refuse, stage=self._stage, observer=self._observer)
        except GatewayError as error:
            log.warning("receive_failed", transmissions=len(batch), error=str(error))
            for _, answer in batch:
                fail(answer, error)  # a half that was written before keeps its answer
        except BaseException:  # stopped in the middle of a commit: nobody may be left waiting for an answer
            for _, answer in batch:
                fail(answer, CommitUnknown("The gateway stopped while it was storing this.", remedy="Send it again."))
            raise
        finally:
            self._observer.observe("edi_stage_seconds", self._clock.monotonic() - started, stage=self._stage)
            self._observer.observe("edi_stage_batch_size", len(batch), stage=self._stage)


def fail(answer: "asyncio.Future[Answer]", error: Exception) -> None:
    """Let whoever waits for this answer have the error, if it has none yet."""
    if not answer.done():
        answer.set_exception(error)
