"""Answers that are kept for a while."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.cache import TimedCache


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_value_is_kept_for_its_time_and_no_longer() -> None:
    clock = Clock()
    cache: TimedCache[str, int] = TimedCache(ttl=10, clock=clock)
    cache.put("a", 1)
    clock.now = 9.9
    assert cache.get("a") == 1
    clock.now = 10
    assert cache.get("a") is None
    assert len(cache) == 0


def test_putting_again_starts_the_time_again() -> None:
    clock = Clock()
    cache: TimedCache[str, int] = TimedCache(ttl=10, clock=clock)
    cache.put("a", 1)
    clock.now = 8
    cache.put("a", 2)
    clock.now = 15
    assert cache.get("a") == 2


def test_clearing_forgets_everything() -> None:
    cache: TimedCache[str, int] = TimedCache(ttl=10, clock=Clock())
    cache.put("a", 1)
    cache.clear()
    assert cache.get("a") is None


@given(st.lists(st.integers(0, 50)), st.integers(1, 10))
def test_it_never_grows_beyond_its_limit_and_drops_the_oldest(keys: list[int], limit: int) -> None:
    cache: TimedCache[int, int] = TimedCache(ttl=10, clock=Clock(), limit=limit)
    for key in keys:
        cache.put(key, key)
    newest = list(dict.fromkeys(reversed(keys)))[:limit]
    assert len(cache) == len(newest)
    assert all(cache.get(key) == key for key in newest)
