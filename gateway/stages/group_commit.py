"""Many are stored with one sync: what arrives while one commit runs goes into the next. No timers."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

from gateway.errors import CommitUnknown, DataRefused, GatewayError, Refused, StoreUnavailable
from gateway.ports import Clock, Observer
from gateway.stages.halving import write_in_halves

Item = TypeVar("Item")
Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)


class GroupCommit(Generic[Item, Answer]):
    """Stores items in batches and answers each after the commit. `run` must be running for `commit` to return.

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
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    async def commit(self, item: Item) -> Answer:
        """Store an item and answer after the commit. Raises Refused, StoreUnavailable or CommitUnknown."""
        if self._closed or len(self._waiting) >= self._max_waiting:
            raise Refused("The intake is full or closing.", status=503, remedy="Send it again in a few seconds.")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        self._arrived.set()
        return await answer

    async def run(self) -> None:
        """Write batches until cancelled; whoever still waits then is told to send again."""
        try:
            while True:
                await self._arrived.wait()
                await self._write(self._next_batch())
                if not self._waiting:
                    self._arrived.clear()
        finally:
            self._closed = True
            for _, answer in self._waiting:
                fail(answer, StoreUnavailable("The gateway is stopping.", remedy="Send it again."))

    def _next_batch(self) -> list[tuple[Item, "asyncio.Future[Answer]"]]:
        batch: list[tuple[Item, asyncio.Future[Answer]]] = []
        size = 0
        while self._waiting and len(batch) < self._batch:
            item, answer = self._waiting[0]
            size += self._size(item)
            if batch and size > self._batch_bytes:
                break
            self._waiting.popleft()
            if not answer.cancelled():
                batch.append((item, answer))
        return batch

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
