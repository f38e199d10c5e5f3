"""Wires translation: a lane of work for each class of service, and what is translated apart from all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any
from uuid import UUID

from gateway.config.snapshot import Snapshot
from gateway.domain.history import CHANNEL as HISTORY
from gateway.domain.route import most_urgent
from gateway.domain.service import Service
from gateway.ports import Broker
from gateway.ports.pulse import resting
from gateway.stages.lanes import Arrived, Lanes
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.translate import Translate
from gateway.stages.translate_apart import TranslateApart
from gateway.stages.watchdog import Watchdog

Handle = Callable[[Sequence[UUID]], Coroutine[Any, Any, None]]

_AT_ONCE = 2
"""Batches under way: the second judges while the first commits."""
_FOUND_AT_ONCE = 100


def services_by_channel(snapshot: Snapshot) -> Mapping[str, Service]:
    """The class of what each channel brings: that of its partner's most urgent route. Documents that go out are `frequent`, and
    history is in no hurry.
    """
    classes = {channel.id: most_urgent(snapshot.routes, channel.partner) for channel in snapshot.channels.values()}
    return classes | {OUTBOUND: Service.FREQUENT, HISTORY: Service.BATCH}


class TranslationSide:
    """The translators of one process.

    Realtime has two of its own; all other classes share two, so that they slow it down by half at most, however much of them
    waits. `make` makes one translator, told where it may leave large transmissions.
    """

    def __init__(
        self,
        make: Callable[[Callable[[Sequence[UUID]], None] | None], Translate],
        *,
        lanes: Lanes,
        memory: Callable[[], Awaitable[None]],
        watchdog: Watchdog,
    ) -> None:
        self._lanes, self._watchdog = lanes, watchdog
        self._large = TranslateApart(make(None), memory=memory)
        self._make = partial(make, self._large.leave)
        self._found = TranslateApart(self._make(), at_once=_FOUND_AT_ONCE)

    def consumers(self, broker: Broker) -> Iterator[AbstractAsyncContextManager[None]]:
        """What is to be entered in order to consume the lanes."""
        self._found.prepare()
        shared = asyncio.Semaphore(_AT_ONCE)
        for service in Service:
            for _ in range(_AT_ONCE):
                handle: Handle = self._make().handle
                if service is not Service.REALTIME:
                    handle = partial(_in_turn, shared, handle)
                yield broker.consume(service.lane, self._watchdog.bounded("translate", handle), batch=100)

    def tasks(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What runs beside them."""
        return [("translate-large", self._large.run), ("translate-found", self._found.run)]

    async def found(self, transmissions: Sequence[Arrived]) -> None:
        """The sweep found these: they are translated here, whatever becomes of their announcement to others."""
        self._found.leave([transmission for _, transmission in transmissions])
        await self._lanes.arrived(transmissions)


async def _in_turn(turns: asyncio.Semaphore, handle: Handle, ids: Sequence[UUID]) -> None:
    async with resting():  # it waits for its turn, and is not stuck
        await turns.acquire()
    try:
        await handle(ids)
    finally:
        turns.release()
