"""A batch may fail; what is well in it is written, once, and what is not is given up, alone."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import CommitUnknown, Contention, DataRefused, StoreUnavailable
from gateway.stages.halving import write_in_halves
from tests.conformance.broker.place import Counts
from tests.integration.harness import Silent

Write = Callable[[Sequence[int]], Awaitable[None]]
GiveUp = Callable[[int, DataRefused], Awaitable[None]]


async def halved(items: Sequence[int], write: Write, give_up: GiveUp) -> Counts:
    counts = Counts()
    await write_in_halves(items, write, give_up, stage="translate", observer=counts)
    return counts


async def halves(
    items: Sequence[int],
    write: Callable[[Sequence[int]], Awaitable[None]],
    give_up: Callable[[int, DataRefused], Awaitable[None]],
) -> None:
    await write_in_halves(items, write, give_up, stage="translate", observer=Silent())


class Table:
    """Takes batches without a poisoned item; remembers what it took and every attempt."""

    def __init__(self, poisoned: set[int]) -> None:
        self.poisoned = poisoned
        self.rows: list[int] = []
        self.attempts = 0
        self.given_up: list[int] = []

    async def write(self, items: Sequence[int]) -> None:
        self.attempts += 1
        if self.poisoned & set(items):
            raise DataRefused("a row is bad")
        self.rows += items

    async def give_up(self, item: int, error: DataRefused) -> None:
        assert str(error) == "a row is bad"
        self.given_up.append(item)


@pytest.mark.parametrize("bad", range(100))
async def test_a_bad_row_in_any_position_of_a_hundred_costs_the_others_nothing(bad: int) -> None:
    table = Table({bad})
    counts = await halved(range(100), table.write, table.give_up)
    assert table.given_up == [bad]
    assert 6 <= counts.counted["edi_stage_halvings_total", "translate"] <= 7
    assert table.rows == [n for n in range(100) if n != bad]
    assert table.attempts <= 1 + 2 * 7  # 2 ** 7 > 100


@given(st.integers(0, 40).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, 40)))))
async def test_each_is_written_once_in_order_or_given_up_once(case: tuple[int, set[int]]) -> None:
    size, poisoned = case
    table = Table(poisoned)
    await halved(range(size), table.write, table.give_up)
    assert table.rows == [n for n in range(size) if n not in poisoned]
    assert table.given_up == [n for n in range(size) if n in poisoned]


async def test_an_empty_batch_is_not_written() -> None:
    table = Table(set())
    await halved([], table.write, table.give_up)
    assert table.attempts == 0


async def test_contention_repeats_the_same_batch() -> None:
    table = Table(set())
    lost = iter([True, True, True, False])

    async def write(items: Sequence[int]) -> None:
        if next(lost):
            raise Contention("serialization failure")
        await table.write(items)

    counts = await halved([1, 2, 3], write, table.give_up)
    assert table.rows == [1, 2, 3]
    assert counts.counted["edi_stage_retries_total", "translate"] == 3


async def test_contention_without_end_is_the_callers_and_gives_nobody_up() -> None:
    table = Table(set())
    tries = 0

    async def write(_: Sequence[int]) -> None:
        nonlocal tries
        tries += 1
        raise Contention("deadlock")

    with pytest.raises(Contention):
        await halved([1, 2], write, table.give_up)
    assert tries == 8
    assert table.given_up == []


@pytest.mark.parametrize("error", [StoreUnavailable("away"), CommitUnknown("who knows")])
async def test_a_database_that_is_away_is_no_reason_to_halve(error: Exception) -> None:
    sizes: list[int] = []

    async def write(items: Sequence[int]) -> None:
        sizes.append(len(items))
        raise error

    with pytest.raises(type(error)):
        await halved([1, 2, 3, 4], write, Table(set()).give_up)
    assert sizes == [4]


async def test_when_the_database_goes_away_half_way_the_first_half_stays_written() -> None:
    table = Table({0, 9})

    async def write(items: Sequence[int]) -> None:
        if 5 in items and len(items) <= 5:
            raise StoreUnavailable("away")
        await table.write(items)

    with pytest.raises(StoreUnavailable):
        await halved(range(10), write, table.give_up)
    assert table.rows == [1, 2, 3, 4]
    assert table.given_up == [0]
