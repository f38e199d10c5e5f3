"""Wake-ups on their way out: ids announced while a publish is under way go out together in the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from gateway.broker import wake_up
from gateway.ports import Observer, Published

Send = Callable[[str, Sequence[Sequence[UUID]]], Awaitable[Sequence[Published]]]

_MOST_WAITING = 10_000
"""Ids that wait per queue while the broker is slow; what is beyond is left to the sweep."""


class Announcements:
    """`add` returns at once. At most one publish per queue is under way; no timers."""

    def __init__(self, send: Send, *, observer: Observer) -> None:
        self._send, self._observer = send, observer
        self._waiting: dict[str, dict[UUID, None]] = {}
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def add(self, queue: str, ids: Sequence[UUID]) -> None:
        """Announce ids on a queue; no ids are a bare wake-up."""
        waiting = self._waiting.setdefault(queue, {})
        room = _MOST_WAITING - len(waiting)
        waiting.update(dict.fromkeys(ids[: max(room, 0)]))
        if len(ids) > room:
            self._observer.count("edi_hints_announced_total", len(ids) - room, queue=queue, outcome="dropped")
        if queue not in self._under_way:
            self._under_way[queue] = asyncio.create_task(self._drain(queue), name=f"announce-{queue}")

    async def close(self, *, within: float) -> None:
        """Let what waits go out, for at most `within` seconds."""
        tasks = list(self._under_way.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=within)
            for task in late:
                task.cancel()

    async def _drain(self, queue: str) -> None:
        try:
            while (waiting := self._waiting.pop(queue, None)) is not None:
                portions = list(wake_up.portions(list(waiting)))
                for portion, result in zip(portions, await self._send(queue, portions), strict=True):
                    self._observer.count("edi_hints_announced_total", len(portion), queue=queue, outcome=result.value)
        finally:
            del self._under_way[queue]
