"""When a file counts as whole, how much goes on at once, and who before whom: what a folder channel decides, without a disk."""

import asyncio
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.folder.place import Fingerprint
from gateway.channels.folder.window import Line, Window
from gateway.domain.settling import Settling

A, B = Fingerprint(1, 10, 5), Fingerprint(1, 11, 5)


def test_a_file_settles_when_it_stays_as_it_is() -> None:
    settling = Settling[Fingerprint]()
    assert settling.remaining("x", A, now=0, settle=2) == 2
    assert settling.remaining("x", A, now=1, settle=2) == 1
    assert settling.remaining("x", A, now=2, settle=2) == 0


def test_a_change_starts_the_time_again() -> None:
    settling = Settling[Fingerprint]()
    settling.remaining("x", A, now=0, settle=2)
    assert settling.remaining("x", B, now=1.5, settle=2) == 2


def test_a_file_that_went_away_is_new_when_it_comes_again() -> None:
    settling = Settling[Fingerprint]()
    settling.remaining("x", A, now=0, settle=2)
    settling.keep_only(set())
    assert settling.remaining("x", A, now=5, settle=2) == 2


@given(st.lists(st.tuples(st.floats(0.01, 3), st.sampled_from([A, B])), min_size=1))
def test_nothing_settles_that_changed_within_the_time(looks: list[tuple[float, Fingerprint]]) -> None:
    settling, now, changed, last = Settling[Fingerprint](), 0.0, 0.0, None
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


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
async def test_those_in_line_go_on_in_the_order_of_joining_whoever_is_ready_first(
    ready_in: list[int], failing: set[int], cancelled: set[int]
) -> None:
    line, went_on = Line(), list[int]()
    ready = [asyncio.Event() for _ in ready_in]

    async def go(number: int) -> None:
        with line.joined() as first:
            await ready[number].wait()
            if number in failing:
                raise OSError
            await first.wait()
        went_on.append(number)

    tasks = [asyncio.create_task(go(number)) for number in range(6)]
    for number in ready_in:
        await asyncio.sleep(0)
        ready[number].set()
        if number in cancelled:
            tasks[number].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert went_on == sorted(went_on)
    assert set(went_on) >= set(range(6)) - failing - cancelled


async def test_one_who_leaves_early_lets_nobody_overtake() -> None:
    line = Line()
    with ExitStack() as front, ExitStack() as back:
        ahead = front.enter_context(line.joined())
        with line.joined() as leaving:
            behind = back.enter_context(line.joined())
        assert [ahead.is_set(), leaving.is_set(), behind.is_set()] == [True, False, False]
        front.close()
        assert behind.is_set()
