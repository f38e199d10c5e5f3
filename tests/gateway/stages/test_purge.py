"""The purge walks from the oldest to what is too young, in batches that shrink when they take too long, and rests at the end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from gateway.domain.retention import WALKS, Class, Period, Retention, Walk
from gateway.errors import StoreUnavailable
from gateway.operations.plan_purge import plan_purge
from gateway.ports import Json
from gateway.ports.retention import Purged, RetentionStore, Seen
from gateway.stages.purge import Purge

DAY = timedelta(days=1)
EVERYTHING = Retention({kind: Period(30 * DAY) for kind in Class})


def uid(number: int) -> UUID:
    return UUID(int=number)


class Shelves(RetentionStore):
    """What is kept, in memory: numbers by walk; odd ones are still needed."""

    def __init__(self, **kept: Sequence[int]) -> None:
        self.kept = {walk: sorted(kept.get(walk.value, ())) for walk in Walk}
        self.batches: list[int] = []
        self.done: list[str] = []
        self.audit: list[Json] = []
        self.keys = 0
        self.refuses = 0

    @override
    async def look(self, walk: Walk, period: Period, *, after: UUID, limit: int) -> Sequence[Seen]:
        self.batches.append(limit)
        return [Seen(uid(n), uid(n), period.usual) for n in self.kept[walk] if n > after.int][:limit]

    @override
    async def needed(self, walk: Walk, ids: Sequence[UUID]) -> Mapping[UUID, str]:
        return {one: "legal hold" for one in ids if one.int % 2}

    @override
    async def purge(self, walk: Walk, old: Sequence[Seen]) -> Purged:
        if self.refuses:
            self.refuses -= 1
            raise StoreUnavailable("too slow")
        needed = await self.needed(walk, [one.id for one in old])
        gone = {one.id.int for one in old} - {one.int for one in needed}
        self.kept[walk] = [n for n in self.kept[walk] if n not in gone]
        return Purged(len(gone), needed)

    @override
    async def purge_keys(self, envelope: Period, *, limit: int) -> int:
        gone = min(self.keys, limit)
        self.keys -= gone
        return gone

    @override
    async def purge_audit(self, period: timedelta, *, limit: int) -> int:
        self.done.append("audit")
        return 0

    @override
    async def drop_months(self, kind: Class, longest: timedelta) -> Sequence[str]:
        self.done.append(f"months of {kind}")
        return []

    @override
    async def add_months(self, *, ahead: int) -> Sequence[str]:
        self.done.append("months to come")
        return []

    @override
    async def record_purge(self, actor: str, subject: str, detail: Json) -> None:
        self.audit.append(detail)

    @override
    async def holds(self) -> int:
        return 2


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> Any:
        raise AssertionError("nobody asks for the time of day")

    def monotonic(self) -> float:
        return self.seconds


class Noted:
    """An observer that keeps what it was told."""

    def __init__(self) -> None:
        self.counts: dict[str, float] = {}
        self.gauges: dict[str, float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        key = ",".join((name, *labels.values()))
        self.counts[key] = self.counts.get(key, 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[name] = value


def purge_of(store: Shelves, clock: Hand, terms: Retention = EVERYTHING, *, batch: int = 100, seen: Noted | None = None) -> Purge:
    return Purge(store=store, retention=lambda: terms, observer=seen or Noted(), clock=clock, node="n", batch=batch)


async def test_what_is_old_goes_and_what_is_needed_stays() -> None:
    store, seen = Shelves(received=range(1, 11), journal=[2, 4]), Noted()
    assert await purge_of(store, Hand(), seen=seen).round() == 7
    assert store.kept[Walk.RECEIVED] == [1, 3, 5, 7, 9]
    assert store.kept[Walk.JOURNAL] == []
    assert seen.counts == {"edi_purged_total,payload": 5, "edi_purged_total,journal": 2}
    assert seen.gauges == {"edi_legal_holds": 2}
    assert store.audit == [{"payload": 5, "journal": 2, "audit": 0, "months": [], "still_needed": {"legal hold": 5}}]


async def test_a_walk_ends_with_months_and_what_goes_by_its_age() -> None:
    store = Shelves()
    await purge_of(store, Hand()).round()
    assert store.done == ["audit", "months of payload", "months of canonical", "months of journal", "months to come"]
    assert store.audit == [], "nothing went: nothing to tell"


async def test_where_nothing_is_said_nothing_is_looked_at_but_months_are_made() -> None:
    store = Shelves(received=[2])
    assert await purge_of(store, Hand(), Retention()).round() == 0
    assert (store.batches, store.done) == ([], ["months to come"])


async def test_no_month_goes_whole_where_something_is_kept_for_ever() -> None:
    store = Shelves()
    await purge_of(store, Hand(), Retention({Class.PAYLOAD: Period(None, {"hasty": DAY})})).round()
    assert store.done == ["months to come"]


async def test_it_rests_for_an_hour_between_two_walks() -> None:
    store, clock = Shelves(), Hand()
    purge = purge_of(store, clock)
    await purge.round()
    store.kept[Walk.RECEIVED] = [2]
    clock.seconds = 3599
    assert await purge.round() == 0
    clock.seconds = 3601
    assert await purge.round() == 1


async def test_it_goes_on_at_once_while_there_are_more_keys_than_a_round_takes() -> None:
    store, clock = Shelves(), Hand()
    store.keys = 12_000
    purge = purge_of(store, clock)
    for left in (7_000, 2_000, 0, 0):
        await purge.round()
        assert store.keys == left


async def test_a_batch_that_takes_too_long_is_halved_and_grows_again_slowly() -> None:
    store, clock = Shelves(received=range(2, 2000, 2)), Hand()
    store.refuses = 2
    purge = purge_of(store, clock)
    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await purge.round()
    await purge.round()
    assert store.batches[:5] == [100, 50, 25, 35, 45]
    assert store.kept[Walk.RECEIVED] == []


@given(st.lists(st.integers(1, 400), unique=True, max_size=60), st.integers(1, 20))
async def test_every_walk_meets_everything_once(numbers: Sequence[int], batch: int) -> None:
    store = Shelves(received=numbers, sent=numbers, envelopes=numbers)
    even = sum(n % 2 == 0 for n in numbers)
    assert await purge_of(store, Hand(), batch=batch).round() == 3 * even
    assert store.kept[Walk.SENT] == sorted(n for n in numbers if n % 2)


@given(st.lists(st.integers(1, 400), unique=True, max_size=60))
async def test_a_plan_says_what_the_purge_then_does(numbers: Sequence[int]) -> None:
    store = Shelves(received=numbers)
    plan = {entry["what"]: entry for entry in await plan_purge(store, EVERYTHING)}
    before = len(store.kept[Walk.RECEIVED])
    await purge_of(store, Hand()).round()
    assert plan["received"]["old"] == before
    assert plan["received"]["goes"] == before - len(store.kept[Walk.RECEIVED])
    assert plan["received"]["stays"] == ({"legal hold": len(store.kept[Walk.RECEIVED])} if store.kept[Walk.RECEIVED] else {})
    assert list(plan) == [walk.value for walk in WALKS]
