"""When a file counts as whole, and how much goes on at once: the decisions behind the folder channel, without a disk."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.folder.place import Fingerprint
from gateway.channels.folder.settling import Settling
from gateway.channels.folder.window import Window

A, B = Fingerprint(1, 10, 5), Fingerprint(1, 11, 5)


def test_a_file_settles_when_it_stays_as_it_is() -> None:
    settling = Settling()
    assert settling.remaining("x", A, now=0, settle=2) == 2
    assert settling.remaining("x", A, now=1, settle=2) == 1
    assert settling.remaining("x", A, now=2, settle=2) == 0


def test_a_change_starts_the_time_again() -> None:
    settling = Settling()
    settling.remaining("x", A, now=0, settle=2)
    assert settling.remaining("x", B, now=1.5, settle=2) == 2


def test_a_file_that_went_away_is_new_when_it_comes_again() -> None:
    settling = Settling()
    settling.remaining("x", A, now=0, settle=2)
    settling.keep_only(set())
    assert settling.remaining("x", A, now=5, settle=2) == 2


@given(st.lists(st.tuples(st.floats(0.01, 3), st.sampled_from([A, B])), min_size=1))
def test_nothing_settles_that_changed_within_the_time(looks: list[tuple[float, Fingerprint]]) -> None:
    settling, now, changed, last = Settling(), 0.0, 0.0, None
    for step, fingerprint in looks:
        now += step
        if fingerprint != last:
            changed, last = now, fingerprint
        settled = settling.remaining("x", fingerprint, now=now, settle=2) <= 0
        assert settled == (changed + 2 - now <= 0)


async def test_the_window_lets_as_many_in_as_it_has_places() -> None:
    window = Window(files=2, size=100)
    await window.enter(1)
    await window.enter(1)
    third = asyncio.create_task(window.enter(1))
    await asyncio.sleep(0)
    assert not third.done()
    window.leave(1)
    await third


async def test_the_window_bounds_the_bytes_but_never_blocks_a_single_file() -> None:
    window = Window(files=10, size=100)
    await window.enter(500)
    small = asyncio.create_task(window.enter(1))
    await asyncio.sleep(0)
    assert not small.done()
    window.leave(500)
    await small
