"""What a machine has left, as the operating system says."""

import os
from pathlib import Path

import pytest

from gateway.bootstrap import room
from gateway.domain.room import Room
from gateway.system import free_space, memory_used

NOTHING_NEEDED = Room(disk=0, memory=1 << 50)


def test_a_machine_with_room_lacks_nothing(tmp_path: Path) -> None:
    assert room.lacks(NOTHING_NEEDED, tmp_path) == []


def test_a_disk_with_less_than_asked_for_is_named_with_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_space", lambda folder: 3 << 20 if folder == tmp_path else 1 << 40)
    (lack,) = room.lacks(Room(disk=512 << 20, memory=1 << 50), tmp_path)
    assert (lack.code, lack.about) == ("disk-full", str(tmp_path))
    assert lack.message == f"Only 3 MiB are free at {tmp_path}, and 512 MiB must be."
    assert lack.remedy


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    (lack,) = room.lacks(NOTHING_NEEDED, tmp_path / "gone")
    assert lack.code == "disk-unusable"


def test_a_process_with_more_memory_than_it_may_have_is_told(tmp_path: Path) -> None:
    (lack,) = room.lacks(Room(disk=0, memory=1 << 20), tmp_path)
    assert lack.code == "memory-full"
    assert "more than the 1 MiB it may" in lack.message


@pytest.mark.parametrize(
    ("configured", "container", "limit"), [(None, None, None), (None, 1000, 800), (500, 1000, 500), (500, None, 500)]
)
def test_the_container_limits_memory_where_nothing_is_configured(
    monkeypatch: pytest.MonkeyPatch, configured: int | None, container: int | None, limit: int | None
) -> None:
    monkeypatch.setattr(room, "memory_allowed", lambda: container)
    assert room.memory_limit(Room(memory=configured)) == limit


def test_the_system_is_asked(tmp_path: Path) -> None:
    assert 0 < free_space(tmp_path) <= os.statvfs(tmp_path).f_blocks * os.statvfs(tmp_path).f_frsize
    assert 1 << 20 < memory_used() < 1 << 40
