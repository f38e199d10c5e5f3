"""Where the suite runs: an adapter, what it promises, and handlers that can be waited for."""

import asyncio
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.broker.features import Features
from gateway.ports import Broker, Message

Thing = TypeVar("Thing", bound=Hashable)


class Counts:
    """An observer that remembers what was counted, by name and by the values of the labels."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[str, ...]] = Counter()

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counted[name, *labels.values()] += int(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        pass

    def gauge(self, name: str, value: float, **labels: str) -> None:
        pass


@dataclass(frozen=True)
class Place:
    """`make` builds further brokers on the same place, not started."""

    broker: Broker
    features: Features
    counts: Counts
    make: Callable[[], Broker]


class Gathered(Generic[Thing]):
    """A handler that notes what it was given. While `open` is clear, it holds the batch in flight."""

    def __init__(self) -> None:
        self.batches: list[list[Thing]] = []
        self.running = self.most_running = 0
        self.open = asyncio.Event()
        self.open.set()
        self._changed = asyncio.Condition()

    async def __call__(self, things: Sequence[Thing]) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.batches.append(list(things))
        await self._tell()
        try:
            await self.open.wait()
        finally:
            self.running -= 1

    @property
    def all(self) -> list[Thing]:
        return [thing for batch in self.batches for thing in batch]

    async def until(self, condition: Callable[["Gathered[Thing]"], bool], *, within: float = 30) -> None:
        """Wait until it holds; it is asked after each call of the handler."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: condition(self))

    async def has(self, things: Sequence[Thing], *, within: float = 30) -> None:
        """Wait until each of these was given at least once."""
        await self.until(lambda gathered: set(things) <= set(gathered.all), within=within)

    async def calls(self, number: int, *, within: float = 30) -> None:
        """Wait until the handler was called that often."""
        await self.until(lambda gathered: len(gathered.batches) >= number, within=within)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


class Documents(Gathered[str]):
    """A handler of documents that notes their ids, and keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    async def take(self, messages: Sequence[Message]) -> None:
        self.messages += messages
        await self([message.message_id for message in messages])
