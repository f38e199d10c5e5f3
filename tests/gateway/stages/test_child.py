"""A child process: what it answers, how its end is told of, and that it never outlives what it was started for."""

import asyncio
import os
import resource
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NoReturn

import pytest

from gateway.stages.child import Child, WorkerDied, show_life

_ROOT = Path(__file__).parents[3]


def told(place: str) -> None:
    """Tell the process id in this file."""
    new = Path(place).with_suffix(".new")
    new.write_text(str(os.getpid()))
    new.rename(place)


def hang(place: str) -> NoReturn:
    told(place)
    while True:
        pass


def live_for_long(signs: int) -> int:
    for _ in range(signs):
        show_life()
        threading.Event().wait(0.2)
    return signs


def ask_to_stop() -> str:
    """Get the signals that a whole group of processes gets."""
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    return "still here"


def circumstances() -> tuple[int, str | None, str | None, str]:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    return limits[0], os.environ.get("TEST_SEEN"), os.environ.get("TEST_HIDDEN"), Path("/proc/self/oom_score_adj").read_text()


def exhaust() -> None:
    hoard = []
    while True:
        hoard.append(bytes(1 << 30))


def leave() -> None:
    os._exit(11)


async def hang_alone(place: str) -> None:
    """What a process does that is killed while its child hangs."""
    await Child("The test").call(hang, place)


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie nobody has reaped yet has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def ended(pid: int) -> None:
    async with asyncio.timeout(20):
        while not gone(pid):
            await asyncio.sleep(0)


async def pid_in(place: Path) -> int:
    async with asyncio.timeout(30):
        while (pid := _read(place)) is None:
            await asyncio.sleep(0)
    return pid


def _read(place: Path) -> int | None:
    return int(place.read_text()) if place.exists() else None


@pytest.fixture
async def child() -> AsyncIterator[Child]:
    child = Child("The test", without=("TEST_HIDDEN",))
    yield child
    child.close()


async def test_one_process_serves_for_several_calls_and_is_not_ours(child: Child) -> None:
    pids = {await child.call(os.getpid) for _ in range(3)}
    assert len(pids) == 1
    assert os.getpid() not in pids


async def test_it_is_bounded_and_the_first_that_a_machine_without_memory_ends(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SEEN", "yes")
    monkeypatch.setenv("TEST_HIDDEN", "no")
    memory, seen, hidden, score = await child.call(circumstances)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    assert memory == (4 << 30 if hard == resource.RLIM_INFINITY else min(4 << 30, hard))
    assert (seen, hidden, score.strip()) == ("yes", None, "1000")


@pytest.mark.parametrize(("deed", "said"), [(leave, "crashed its process"), (exhaust, "ran out of memory")])
async def test_how_it_ended_is_told_and_the_next_call_has_a_new_one(child: Child, deed: Callable[[], None], said: str) -> None:
    before = await child.call(os.getpid)
    with pytest.raises(WorkerDied, match=f"The test {said} for the third time"):
        await child.call(deed)
    assert await child.call(os.getpid) != before


async def test_one_that_shows_signs_of_life_may_take_its_time_and_is_killed_when_it_shows_no_more(
    child: Child, tmp_path: Path
) -> None:
    assert await child.call(live_for_long, 1) == 1  # it is there now
    assert await child.call(live_for_long, 16, limit=3.0) == 16
    place = tmp_path / "pid"
    with pytest.raises(WorkerDied, match="The test hung for 3 s, for the third time"):
        await child.call(hang, str(place), limit=3.0)
    await ended(await pid_in(place))


async def test_what_asks_a_whole_group_of_processes_to_stop_does_not_end_it(child: Child) -> None:
    assert await child.call(ask_to_stop) == "still here"


async def test_who_is_cancelled_takes_it_along(child: Child, tmp_path: Path) -> None:
    place = tmp_path / "pid"
    task = asyncio.create_task(child.call(hang, str(place)))
    pid = await pid_in(place)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ended(pid)
    assert await child.call(os.getpid) != pid


async def test_it_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    words = f"import asyncio; from {__name__} import hang_alone; asyncio.run(hang_alone({str(place)!r}))"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", words, cwd=_ROOT)
    try:
        pid = await pid_in(place)
        assert not gone(pid)
    finally:
        parent.kill()
        await parent.wait()
    await ended(pid)


async def test_what_the_function_raises_is_raised_and_harms_nobody(child: Child) -> None:
    before = await child.call(os.getpid)
    with pytest.raises(ValueError, match="invalid literal"):
        await child.call(int, "seven")
    assert await child.call(os.getpid) == before


def test_signs_of_life_of_other_processes_are_nothing() -> None:
    show_life()


def test_closing_without_a_process_and_closing_twice_are_nothing() -> None:
    child = Child("The test")
    child.close()
    child.close()
