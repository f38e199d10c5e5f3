"""Allowances: never more than was allowed, always again after a while, bounded in number."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.allowance import Allowances, Allowed, Taken


def test_what_is_allowed_at_once_is_used_up_and_comes_back_one_by_one() -> None:
    allowances = Allowances(Allowed(rate=2, burst=3))
    assert [allowances.take("ann", now=0) for _ in range(4)] == [
        Taken(within=True, left=2, more_in=0),
        Taken(within=True, left=1, more_in=0),
        Taken(within=True, left=0, more_in=0.5),
        Taken(within=False, left=0, more_in=0.5),
    ]
    assert allowances.empty("ann", now=0.4)
    assert allowances.take("ann", now=0.5).within
    assert not allowances.take("ann", now=0.5).within


def test_each_has_an_allowance_of_its_own() -> None:
    allowances = Allowances(Allowed(rate=1, burst=1))
    assert allowances.take("ann", now=0).within
    assert allowances.take("ben", now=0).within
    assert not allowances.take("ann", now=0).within


def test_asking_whether_it_is_empty_uses_nothing() -> None:
    allowances = Allowances(Allowed(rate=1, burst=1))
    assert [allowances.empty("ann", now=0) for _ in range(3)] == [False] * 3
    assert allowances.take("ann", now=0).within


def test_a_window_is_how_long_a_used_up_allowance_takes_to_fill() -> None:
    assert Allowed(rate=20, burst=100).window == 5
    assert Allowed(rate=3, burst=10).window == 4


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 10), st.integers(1, 10))
def test_nobody_ever_gets_more_than_burst_and_what_time_gives(waits: list[float], rate: float, burst: int) -> None:
    allowances, now, got = Allowances(Allowed(rate, burst)), 0.0, 0
    for wait in waits:
        now += wait
        taken = allowances.take("ann", now=now)
        got += taken.within
        assert got <= burst + rate * now + 1e-6
        if not taken.within:
            assert allowances.take("ann", now=now + taken.more_in + 1e-6).within
            got, now = got + 1, now + taken.more_in + 1e-6


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1)), max_size=100))
def test_no_more_are_remembered_than_there_may_be(asks: list[tuple[int, float]]) -> None:
    allowances, now = Allowances(Allowed(rate=5, burst=2), most=5), 0.0
    for who, wait in asks:
        now += wait
        allowances.take(str(who), now=now)
        assert len(allowances._used) <= 5
