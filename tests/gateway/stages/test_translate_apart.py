"""Large transmissions go one at a time, apart from small ones, and a fault of one does not end the others."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from gateway.errors import StoreUnavailable
from gateway.stages.translate_apart import TranslateApart
from gateway.system import TimeOrderedIds
from tests.integration.harness import at_work

new_id = TimeOrderedIds()


class Reader:
    """Stands for the translation; each takes until it is let go on."""

    def __init__(self) -> None:
        self.begun: list[UUID] = []
        self.under_way = 0
        self.let = asyncio.Event()
        self.changed = asyncio.Condition()
        self.failing: set[UUID] = set()

    async def handle(self, ids: Sequence[UUID]) -> None:
        self.under_way += 1
        assert self.under_way == 1, "two at a time"
        async with self.changed:
            self.begun += ids
            self.changed.notify_all()
        try:
            if set(ids) & self.failing:
                raise StoreUnavailable("The database is away.")
            await self.let.wait()
        finally:
            self.under_way -= 1

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: len(self.begun) >= count)


async def test_they_go_one_after_the_other_and_each_once() -> None:
    reader = Reader()
    large = TranslateApart(reader)  # type: ignore[arg-type]
    ids = [new_id() for _ in range(3)]
    large.leave(ids[:2])
    async with at_work(large.run()):
        await reader.until(1)
        large.leave(ids)  # announced again by the sweep, while the first is read
        assert reader.begun == ids[:1]
        reader.let.set()
        await reader.until(4)
        assert reader.begun == [ids[0], ids[1], ids[0], ids[2]]


async def test_a_fault_ends_none_but_its_own() -> None:
    reader = Reader()
    reader.let.set()
    ids = [new_id() for _ in range(2)]
    reader.failing = {ids[0]}
    large = TranslateApart(reader)  # type: ignore[arg-type]
    async with at_work(large.run()):
        large.leave(ids)
        await reader.until(2)
        later = new_id()
        large.leave([later])
        await reader.until(3)
    assert reader.begun == [*ids, later]
