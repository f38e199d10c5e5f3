"""Ids that sort by the time they were made, and a clock that is the machine's."""

import gc
import threading
import time
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import RFC_4122, UUID

import pytest

from gateway.system import SystemClock, TimeOrderedIds, calm_collector, uncollected


def milliseconds(made: UUID) -> int:
    """The first 48 bits (RFC 9562, 5.7): Unix time in milliseconds."""
    return made.int >> 80


def test_an_id_is_of_version_7_and_of_the_variant_of_the_rfc() -> None:
    new_id = TimeOrderedIds()
    made = [new_id() for _ in range(1_000)]
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}


def test_ids_rise_strictly_however_fast_they_are_asked_for() -> None:
    new_id = TimeOrderedIds()
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert [str(one) for one in made] == sorted(str(one) for one in made)


def test_an_id_carries_the_time_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    made = TimeOrderedIds()()
    assert before <= milliseconds(made) <= time.time_ns() // 1_000_000 + 1


def test_ids_rise_also_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([2_000_000_000_000_000_000, 1_999_999_000_000_000_000, 1_000_000_000_000_000_000, 2_000_000_001_000_000_000])
    monkeypatch.setattr("gateway.system.time.time_ns", lambda: next(times))
    new_id = TimeOrderedIds()
    made = [new_id() for _ in range(4)]
    assert made == sorted(made)
    assert milliseconds(made[0]) == milliseconds(made[2]) == 2_000_000_000_000
    assert milliseconds(made[3]) == 2_000_000_001_000


def test_the_fraction_of_a_millisecond_overflows_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.system.time.time_ns", lambda: 1_700_000_000_000_000_000)
    new_id = TimeOrderedIds()
    made = [new_id() for _ in range(5_000)]
    assert made == sorted(made)
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {RFC_4122}
    assert milliseconds(made[-1]) == 1_700_000_000_001


def test_two_makers_at_the_same_instant_do_not_make_the_same_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.system.time.time_ns", lambda: 1_700_000_000_000_000_000)
    first, second = TimeOrderedIds(), TimeOrderedIds()
    assert not {first() for _ in range(500)} & {second() for _ in range(500)}


def test_the_clock_is_aware_and_never_goes_back() -> None:
    clock = SystemClock()
    now = clock.now()
    assert now.tzinfo is UTC
    assert abs((datetime.now(UTC) - now).total_seconds()) < 5
    moments = [clock.monotonic() for _ in range(1_000)]
    assert moments == sorted(moments)


def test_threads_that_share_a_maker_get_different_ids() -> None:
    new_id = TimeOrderedIds()
    made: list[UUID] = []

    def take() -> None:
        made.extend(new_id() for _ in range(500))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2_000


@pytest.fixture
def collector() -> Iterator[None]:
    """The collector of cycles, left as it was found."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.enable()
    gc.set_threshold(*thresholds)


class Knot:
    """What only the collector of cycles finds."""

    def __init__(self) -> None:
        self.itself = self


def looked_at(wanted: object) -> bool:
    return any(one is wanted for one in gc.get_objects())


@pytest.mark.usefixtures("collector")
class TestCollector:
    def test_what_is_there_after_the_start_is_not_looked_at_again_and_cycles_are_still_collected(self) -> None:
        stays, gone = Knot(), list[int]()
        assert looked_at(stays)
        calm_collector()
        assert not looked_at(stays)
        assert gc.isenabled()
        weakref.finalize(Knot(), gone.append, 1)
        tied = [Knot() for _ in range(gc.get_threshold()[0] + 1)]
        assert gone == [1]
        del tied

    def test_what_stayed_and_has_ended_is_found_where_it_is_said(self) -> None:
        ended, gone = Knot(), list[int]()
        weakref.finalize(ended, gone.append, 1)
        calm_collector()
        del ended
        calm_collector()
        assert not gone
        calm_collector(ended=True)
        assert gone == [1]

    def test_what_a_start_makes_is_never_looked_at(self) -> None:
        with uncollected():
            made = Knot()
            assert not gc.isenabled()
        assert gc.isenabled()
        assert not looked_at(made)

    def test_a_start_that_fails_leaves_the_collector_at_work(self) -> None:
        with pytest.raises(KeyError), uncollected():
            raise KeyError
        assert gc.isenabled()
