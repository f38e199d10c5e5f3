"""Files for partners appear whole, once, under names that are safe everywhere."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.folder.outbound import FolderOutbound
from gateway.domain.file_name import name_fault
from gateway.ports import OutcomeKind, Parcel


class Noon:
    """A clock that stands still in the future, when what was just written is long abandoned."""

    def __init__(self) -> None:
        self.uptime = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=2)

    def monotonic(self) -> float:
        return self.uptime


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def channel(out: Path) -> FolderOutbound:
    return FolderOutbound("bigbox-out", path=out, clock=Noon(), new_id=uuid4)


def files(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in out.iterdir()}


def parcel(name: str = "997.edi", content: bytes = b"ISA*") -> Parcel:
    return Parcel(uuid4(), name, content)


async def test_a_parcel_becomes_a_file_and_nothing_else_is_left(channel: FolderOutbound, out: Path) -> None:
    sent = parcel()
    (outcome,) = await channel.send([sent])
    assert (outcome.kind, outcome.delivery, outcome.reference) == (OutcomeKind.DELIVERED, sent.delivery, "997.edi")
    assert files(out) == {"997.edi": b"ISA*"}


async def test_many_parcels_are_written_in_one_call_with_one_outcome_each(channel: FolderOutbound, out: Path) -> None:
    parcels = [parcel(f"{number}.edi", str(number).encode()) for number in range(200)]
    outcomes = await channel.send(parcels)
    assert [outcome.delivery for outcome in outcomes] == [sent.delivery for sent in parcels]
    assert len(files(out)) == 200


async def test_no_file_appears_before_all_are_written(
    channel: FolderOutbound, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a partner takes before the result is stored he gets again after a crash: that time is kept short."""
    seen: list[set[str]] = []
    sync = os.fsync

    def looked_at(descriptor: int) -> None:
        seen.append({file.name for file in out.iterdir() if not file.name.startswith(".")})
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", looked_at)
    await channel.send([parcel("a"), parcel("b"), parcel("c")])
    assert seen == [set(), set(), set(), {"a", "b", "c"}]


async def test_a_file_that_was_taken_away_is_written_again_with_the_same_bytes(channel: FolderOutbound, out: Path) -> None:
    await channel.send([parcel()])
    (out / "997.edi").unlink()
    (outcome,) = await channel.send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED
    assert files(out) == {"997.edi": b"ISA*"}


async def test_a_repeat_changes_nothing(channel: FolderOutbound, out: Path) -> None:
    await channel.send([parcel()])
    before = (out / "997.edi").stat()
    (outcome,) = await channel.send([parcel()])
    after = (out / "997.edi").stat()
    assert outcome.kind is OutcomeKind.DELIVERED
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize("content", [b"UNB+", b"longer than before"])
async def test_a_file_with_other_content_is_never_replaced(channel: FolderOutbound, out: Path, content: bytes) -> None:
    await channel.send([parcel()])
    (outcome,) = await channel.send([parcel(content=content)])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-taken")
    assert "other content" in outcome.message
    assert (out / "997.edi").read_bytes() == b"ISA*"


async def test_two_parcels_of_one_name_in_one_call_do_not_replace_each_other(channel: FolderOutbound, out: Path) -> None:
    first, second = await channel.send([parcel(content=b"one"), parcel(content=b"two")])
    assert (first.kind, second.kind) == (OutcomeKind.DELIVERED, OutcomeKind.FAILED)
    assert files(out) == {"997.edi": b"one"}


async def test_a_rename_that_fails_is_worth_a_repeat_and_takes_no_other_along(
    channel: FolderOutbound, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refused)
        outcomes = await channel.send([parcel("a"), parcel("b"), parcel("c")])
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.DELIVERED, OutcomeKind.RETRY, OutcomeKind.DELIVERED]
    assert files(out).keys() == {"a", "c"}


async def test_links_and_folders_of_that_name_are_never_written_through(
    channel: FolderOutbound, out: Path, tmp_path: Path
) -> None:
    await channel.send([parcel()])
    (out / "link.edi").symlink_to(tmp_path / "elsewhere")
    (out / "folder.edi").mkdir()
    outcomes = await channel.send([parcel("link.edi"), parcel("folder.edi")])
    assert [outcome.code for outcome in outcomes] == ["name-taken", "name-taken"]
    assert not (tmp_path / "elsewhere").exists()


async def test_a_bad_name_fails_alone(channel: FolderOutbound, out: Path) -> None:
    bad, good = await channel.send([parcel("../escape.edi"), parcel()])
    assert (bad.kind, bad.code, good.kind) == (OutcomeKind.FAILED, "name-unsafe", OutcomeKind.DELIVERED)
    assert files(out) == {"997.edi": b"ISA*"}
    assert not (out.parent / "escape.edi").exists()


async def test_a_folder_that_cannot_be_used_is_worth_a_repeat(tmp_path: Path) -> None:
    blocked = tmp_path / "folder"
    (tmp_path / "folder").write_bytes(b"a file where the folder should be")
    channel = FolderOutbound("bigbox-out", path=blocked / "out", clock=Noon(), new_id=uuid4)
    outcomes = await channel.send([parcel("a"), parcel("b")])
    assert {(outcome.kind, outcome.code) for outcome in outcomes} == {(OutcomeKind.RETRY, "folder-unusable")}
    (tmp_path / "folder").unlink()
    (outcome,) = await channel.send([parcel("a")])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_no_room_leaves_no_half_file(out: Path, channel: FolderOutbound, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        (outcome,) = await channel.send([parcel()])
    assert outcome.kind is OutcomeKind.RETRY
    assert "No space left" in outcome.message
    assert files(out) == {}


async def test_what_is_not_synced_is_not_delivered(out: Path, channel: FolderOutbound, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(channel, "_sync_folder", lost)
        (outcome,) = await channel.send([parcel()])
    assert outcome.kind is OutcomeKind.RETRY
    (outcome,) = await channel.send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_what_a_crash_left_is_removed_by_a_process_that_runs_on(out: Path) -> None:
    clock = Noon()
    channel = FolderOutbound("bigbox-out", path=out, clock=clock, new_id=uuid4)
    await channel.send([])
    (out / ".997.edi.0123.part").write_bytes(b"IS")
    clock.uptime = 3_599
    await channel.send([])
    assert files(out).keys() == {".997.edi.0123.part"}
    clock.uptime = 3_600
    await channel.send([])
    assert files(out) == {}


async def test_what_a_crash_left_under_a_temporary_name_is_removed_later(out: Path, channel: FolderOutbound) -> None:
    await FolderOutbound("another", path=out, clock=Noon(), new_id=uuid4).send([])
    (out / ".997.edi.0123.part").write_bytes(b"IS")
    await channel.send([parcel()])
    assert files(out) == {"997.edi": b"ISA*"}


@given(st.text(max_size=300))
def test_a_name_without_fault_is_one_plain_entry_of_a_folder(name: str) -> None:
    if not name_fault(name):
        assert Path("/folder", name).parent == Path("/folder")
        assert Path(name).name == name
        assert not name.startswith(".")
        assert len(os.fsencode(f".{name}.{uuid4().hex}.part")) <= 255


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0b", "a\nb", ".hidden", "a.", "a ", "C:a", "a" * 201])
def test_names_with_a_fault_are_told(name: str) -> None:
    assert name_fault(name)
