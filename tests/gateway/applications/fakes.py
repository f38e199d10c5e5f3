"""A hearing in memory: it recognises what it was told before, and fails when a test says so."""

import asyncio
from collections.abc import Callable, Sequence

from gateway.domain.order.milestone import Milestone
from gateway.ports.hearing import HeardDocument, Notice, Unread


class RecordingHearing:
    """`told` is what was new, in its order; `takes` how often something was handed over."""

    def __init__(self) -> None:
        self.told: dict[str, Notice] = {}
        self.positions: dict[str, str] = {}
        self.troubles: list[Exception] = []
        self.takes: list[tuple[str, Sequence[str], str | None]] = []
        self._news = asyncio.Condition()

    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        self.takes.append((source, [notice.key for notice in notices], position))
        if self.troubles:
            raise self.troubles.pop(0)
        async with self._news:
            for notice in notices:
                self.told.setdefault(notice.key, notice)
            if position is not None:
                self.positions[source] = position
            self._news.notify_all()

    async def position(self, source: str) -> str | None:
        return self.positions.get(source)

    async def until(self, there: Callable[["RecordingHearing"], bool]) -> None:
        """Wait for something to be told."""
        async with self._news:
            await self._news.wait_for(lambda: there(self))

    @property
    def milestones(self) -> list[Milestone]:
        return [one for notice in self.told.values() for one in notice.milestones]

    @property
    def documents(self) -> list[HeardDocument]:
        return [one for notice in self.told.values() for one in notice.documents]

    @property
    def unread(self) -> list[Unread]:
        return [notice.unread for notice in self.told.values() if notice.unread is not None]
