"""Entries put in order on disk: the same ones in the same order as in memory, however many runs there are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.reconciliation import Entry, place_of
from gateway.store.shelf import DiskShelf

times = st.none() | st.datetimes(timezones=st.just(UTC))
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=3)
values = st.dictionaries(st.sampled_from(["ordered", "status", "price"]), st.none() | st.text(max_size=4) | numbers)
names = st.lists(st.text(max_size=3), max_size=2)
line = st.builds(Entry, st.text(max_size=3), values=values, lines=st.just([]), aliases=names)
lines = st.none() | st.lists(line, max_size=2)
entries = st.builds(
    Entry,
    st.text(alphabet="abcé🚚\n", max_size=4),
    st.none() | st.sampled_from(["bigbox", "nordmart"]),
    values,
    st.text(max_size=3),
    times,
    lines,
    names,
    times,
    times,
)


@settings(max_examples=30)
@given(st.lists(entries, max_size=12), st.integers(1, 5))
async def test_what_was_put_on_it_comes_back_in_order(given_: list[Entry], run: int) -> None:
    shelf = DiskShelf(run=run)
    for start in range(0, len(given_), 3):
        await shelf.add(given_[start : start + 3])
    found = list(shelf.ordered())
    shelf.close()
    assert found == sorted(given_, key=place_of), "what has one key stays in the order in which it came"


async def test_it_holds_one_run_in_memory() -> None:
    shelf = DiskShelf(run=10)
    for number in range(95):
        await shelf.add([Entry(f"{number * 37 % 95:03}", values={"on_hand": Decimal(number)})])
        assert len(shelf._waiting) < 10
    keys: Sequence[str] = [entry.key for entry in shelf.ordered()]
    assert keys == [f"{number:03}" for number in range(95)]
    shelf.close()


async def test_a_shelf_that_is_closed_has_no_files() -> None:
    shelf = DiskShelf(run=1)
    await shelf.add([Entry("a", since=datetime(2026, 11, 21, tzinfo=UTC))])
    (run,) = shelf._runs
    shelf.close()
    assert run.closed
