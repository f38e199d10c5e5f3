"""Who is at work on a folder, and who begins alone."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from gateway.channels.folder.presence import Presence

OTHER_PROCESS = """
import sys
from pathlib import Path
from gateway.channels.folder.presence import Presence
with Presence(Path(sys.argv[1]) / "work", door=Path(sys.argv[1])).begin() as alone:
    print(alone, flush=True)
sys.stdin.read()
"""


class Place:
    """A folder that several are at work on. All leave it at the end."""

    def __init__(self, path: Path) -> None:
        self.path, self.work = path, path / "work"
        self.work.mkdir()
        self._made: list[Presence] = []

    def another(self) -> Presence:
        self._made.append(Presence(self.work, door=self.path))
        return self._made[-1]

    def empty(self) -> None:
        for presence in self._made:
            presence.leave()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.empty()


def begins_alone(presence: Presence) -> bool:
    with presence.begin() as alone:
        return alone


def test_the_first_is_alone_and_those_after_it_are_not(place: Place) -> None:
    first, second, third = (place.another() for _ in range(3))
    assert [begins_alone(presence) for presence in (first, second, third)] == [True, False, False]
    first.leave()
    assert not begins_alone(place.another())


def test_when_all_have_left_the_next_is_alone(place: Place) -> None:
    first, second = place.another(), place.another()
    begins_alone(first)
    begins_alone(second)
    first.leave()
    second.leave()
    second.leave()
    assert begins_alone(place.another())


def test_one_that_begins_again_is_not_in_its_own_way(place: Place) -> None:
    presence = place.another()
    assert begins_alone(presence)
    assert begins_alone(presence)


def test_nobody_begins_while_another_one_does(place: Place) -> None:
    first, second = place.another(), place.another()
    with ThreadPoolExecutor(1) as threads:
        with first.begin() as alone:
            later = threads.submit(begins_alone, second)
            assert not wait([later], timeout=0.1).done
            assert alone
        assert later.result() is False


def test_of_many_that_begin_together_one_is_alone(place: Place) -> None:
    with ThreadPoolExecutor(8) as threads:
        for _ in range(50):
            several = [place.another() for _ in range(8)]
            assert sum(threads.map(begins_alone, several)) == 1
            place.empty()


def test_a_killed_process_is_no_longer_there(place: Place) -> None:
    other = subprocess.Popen([sys.executable, "-c", OTHER_PROCESS, place.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    late = place.another()
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"True\n"
        assert not begins_alone(late)
        other.kill()
        other.wait()
        assert begins_alone(late)


def test_where_nothing_can_be_locked_nobody_is_known_to_be_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert not begins_alone(place.another())


def test_a_folder_that_is_not_there_is_an_error_of_the_world(place: Place) -> None:
    place.work.rmdir()
    with pytest.raises(FileNotFoundError):
        begins_alone(place.another())
    place.work.mkdir()
    assert begins_alone(place.another())
