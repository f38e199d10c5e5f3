"""Files come in exactly once, whole, whatever happens between the folder and the store."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.channels.folder import FolderInbound, Pace
from gateway.channels.folder.noticing import notices
from gateway.channels.folder.place import Claim
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from tests.gateway.channels.fakes import Counts, FakeIntake, Told, ToldFolder, Turns

PACE = Pace(settle=2.0, poll=10.0)
DOWN = StoreUnavailable("the database does not answer")


class Stage:
    """One folder with everything around it; processes are started on it with `running`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.intake, self.turns, self.counts, self.told = FakeIntake(), Turns(), Counts(), Told()
        self.folder = ToldFolder(path)
        self.folder.prepare()

    def put(self, name: str, content: bytes = b"ISA*", *, modified: float | None = None) -> Path:
        file = self.path / name
        file.write_bytes(content)
        if modified is not None:
            os.utime(file, (modified, modified))
        return file

    def channel(self, **changed: Any) -> FolderInbound:
        wiring: dict[str, Any] = {
            "folder": self.folder,
            "partner": "bigbox",
            "most_bytes": 1_000,
            "intake": self.intake,
            "troubles": self.told,
            "observer": self.counts,
            "clock": self.turns,
            "new_id": uuid4,
            "pace": PACE,
            "notices": None,
            "wait": self.turns.wait,
        }
        return FolderInbound("bigbox-folder", **{**wiring, **changed})

    @asynccontextmanager
    async def running(self, **changed: Any) -> AsyncIterator[FolderInbound]:
        channel = self.channel(**changed)
        task = asyncio.create_task(channel.run())
        try:
            yield channel
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def claimed(self) -> list[str]:
        return sorted(file.name for file in (self.path / ".claimed").iterdir())

    def waiting(self) -> list[str]:
        return sorted(file.name for file in self.path.iterdir() if file.is_file())


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "in")


async def test_a_file_is_stored_under_its_name_and_removed_only_then(stage: Stage) -> None:
    stage.put("order.edi", b"ISA*00*")
    stage.intake.gate.clear()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(1)
        (claimed,) = stage.claimed()
        assert claimed.startswith("order.edi.")
        assert stage.waiting() == []
        stage.intake.gate.set()
        await stage.folder.removed.reach(1)
    (handover,) = stage.intake.stored.values()
    assert (handover.name, handover.body, handover.partner, handover.channel) == (
        "order.edi",
        b"ISA*00*",
        "bigbox",
        "bigbox-folder",
    )
    assert claimed == f"order.edi.{handover.id}"
    assert stage.claimed() == []
    assert stage.counts.observed == ["edi_receive_seconds"]


async def test_a_half_written_file_is_left_until_it_stops_changing(stage: Stage) -> None:
    file = stage.put("order.edi", b"ISA*")
    async with stage.running():
        await stage.turns.pass_(1.9)
        with file.open("ab") as writing:
            writing.write(b"00*")
        await stage.turns.pass_(1.9)
        assert stage.waiting() == ["order.edi"]
        await stage.turns.pass_(1.9)
        assert stage.waiting() == ["order.edi"]
        await stage.turns.pass_(0.2)
        await stage.folder.removed.reach(1)
    assert stage.intake.bodies == [b"ISA*00*"]


async def test_a_file_rewritten_with_the_same_size_is_still_seen_to_change(stage: Stage) -> None:
    stage.put("order.edi", b"one", modified=1_000)
    async with stage.running():
        await stage.turns.pass_(1.9)
        stage.put("order.edi", b"two", modified=1_001)
        await stage.turns.pass_(1.9)
        assert stage.waiting() == ["order.edi"]
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
    assert stage.intake.bodies == [b"two"]


async def test_a_file_whose_writer_goes_on_after_the_claim_is_not_read_before_it_ends(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (stage.path / "order.edi").open("wb") as writing:
        writing.write(b"ISA*")
        writing.flush()

        def claim_late(*args: Any) -> Any:
            writing.write(b"00*")
            writing.flush()
            return claim(*args)

        claim = stage.folder.claim
        monkeypatch.setattr(stage.folder, "claim", claim_late)
        async with stage.running():
            await stage.turns.pass_(2)
            await stage.turns.pass_(1)
            assert stage.claimed()
            writing.write(b"ZZ")
            writing.flush()
            await stage.turns.pass_(1.5)
            assert stage.intake.asked.value == 0
            await stage.turns.pass_(2)
            await stage.folder.removed.reach(1)
    assert stage.intake.bodies == [b"ISA*00*ZZ"]


@pytest.mark.parametrize("name", [".hidden", "order.tmp", "order.EDI.PART", "order.filepart", "~order", "order~"])
async def test_temporary_names_are_left_alone_and_taken_once_renamed(stage: Stage, name: str) -> None:
    stage.put(name)
    async with stage.running(pace=replace(PACE, settle=0)):
        await stage.turns.pass_(100)
        assert stage.waiting() == [name]
        (stage.path / name).rename(stage.path / "order.edi")
        await stage.turns.pass_(10)
        await stage.folder.removed.reach(1)
    assert [handover.name for handover in stage.intake.stored.values()] == ["order.edi"]


async def test_only_names_that_match_the_pattern_are_read(stage: Stage, tmp_path: Path) -> None:
    folder = ToldFolder(tmp_path / "in", pattern="ORD*.edi", temporary=("*.part",))
    folder.prepare()
    for name in ("order-1.edi", "ORDER-2.EDI", "invoice.edi", "order-3.txt", "order-4.edi.part"):
        (folder.path / name).write_bytes(b"ISA*")
    async with stage.running(folder=folder, pace=replace(PACE, settle=0)):
        await folder.removed.reach(2)
        await stage.turns.pass_(100)
    assert {handover.name for handover in stage.intake.stored.values()} == {"order-1.edi", "ORDER-2.EDI"}
    left = sorted(file.name for file in folder.path.iterdir() if file.is_file())
    assert left == ["invoice.edi", "order-3.txt", "order-4.edi.part"]


async def test_where_temporary_names_are_agreed_a_whole_file_is_taken_at_sight(stage: Stage) -> None:
    stage.put("order.edi")
    async with stage.running(pace=replace(PACE, settle=0)):
        await stage.folder.removed.reach(1)
    assert stage.turns.monotonic() == 0


async def test_folders_and_links_are_left_alone(stage: Stage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for partners")
    (stage.path / "link.edi").symlink_to(secret)
    (stage.path / "sub").mkdir()
    (stage.path / "sub" / "order.edi").write_bytes(b"ISA*")
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.turns.pass_(10)
    assert stage.intake.asked.value == 0
    assert stage.claimed() == []


async def test_a_link_among_the_claimed_files_is_never_followed(stage: Stage, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for partners")
    claim_id = uuid4()
    (stage.path / ".claimed" / f"x.edi.{claim_id}").symlink_to(secret)
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.turns.pass_(10)
    assert stage.intake.stored == {}


async def test_the_same_name_twice_quickly_is_two_files(stage: Stage) -> None:
    stage.put("order.edi", b"first")
    stage.intake.gate.clear()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(1)
        stage.put("order.edi", b"second")
        await stage.turns.pass_(10)
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(2)
        stage.intake.gate.set()
        await stage.folder.removed.reach(2)
    assert sorted(stage.intake.bodies) == [b"first", b"second"]
    assert [handover.name for handover in stage.intake.stored.values()] == ["order.edi", "order.edi"]


async def test_the_same_file_every_day_is_a_new_transmission(stage: Stage) -> None:
    async with stage.running():
        for day in (1, 2, 3):
            stage.put("stock.edi", b"the same", modified=day)
            await stage.turns.pass_(10)
            await stage.turns.pass_(2)
            await stage.folder.removed.reach(day)
    assert stage.intake.bodies == [b"the same"] * 3


async def test_a_crash_between_claim_and_store_loses_nothing(stage: Stage) -> None:
    stage.put("order.edi", b"ISA*00*")
    stage.intake.gate.clear()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(1)
    (claimed,) = stage.claimed()
    stage.intake.gate.set()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
    assert [f"order.edi.{handover.id}" for handover in stage.intake.stored.values()] == [claimed]
    assert stage.claimed() == []


async def test_a_crash_between_store_and_removal_doubles_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.put("order.edi", b"ISA*00*")

    def crash(_claim: object) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(stage.folder, "remove", crash)
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.commits.reach(1)
    assert stage.claimed()
    monkeypatch.undo()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
    assert stage.intake.asked.value == 2
    assert stage.intake.bodies == [b"ISA*00*"]
    assert stage.claimed() == []


@pytest.mark.parametrize("down", [DOWN, CommitUnknown("the connection broke while committing")])
async def test_while_the_store_is_down_files_wait_and_the_pauses_grow(stage: Stage, down: StoreUnavailable) -> None:
    stage.put("order.edi")
    stage.intake.down = down
    async with stage.running():
        await stage.turns.pass_(2)
        for tries in (1, 2, 3, 4):
            await stage.intake.asked.reach(tries)
            await stage.turns.rest()
            await stage.turns.pass_(60)
            await stage.turns.pass_(2)
        assert stage.turns.pauses[-1] <= PACE.retry_longest
        assert len(stage.claimed()) == 1
        stage.put("later.edi", b"UNB+")
        stage.intake.down = None
        for _ in range(4):
            await stage.turns.pass_(30)
        await stage.folder.removed.reach(2)
    assert sorted(stage.intake.bodies) == [b"ISA*", b"UNB+"]
    assert len({handover.id for handover in stage.intake.stored.values()}) == 2


async def test_while_the_store_is_down_no_more_files_are_claimed(stage: Stage) -> None:
    for number in range(10):
        stage.put(f"{number}.edi")
    stage.intake.down = DOWN
    async with stage.running(pace=replace(PACE, at_once=2)):
        await stage.turns.pass_(2)
        await stage.turns.rest()
    assert len(stage.claimed()) < 10
    assert len(stage.claimed()) + len(stage.waiting()) == 10


async def test_an_unknown_commit_that_had_happened_is_recognised(stage: Stage) -> None:
    stage.put("order.edi")
    stage.intake.commits_then_fails = CommitUnknown("the connection broke while committing")
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.commits.reach(1)
        stage.intake.commits_then_fails = None
        await stage.turns.pass_(2)
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
    assert len(stage.intake.stored) == 1
    assert "commit-unknown" in stage.counts.outcomes


async def test_a_refused_file_is_tried_again_and_holds_up_no_other(stage: Stage) -> None:
    stage.put("a.edi", b"first", modified=1)
    stage.put("b.edi", b"second", modified=2)
    stage.intake.troubles = [Refused("over quota", status=429)]
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
        await stage.turns.rest()
        assert len(stage.claimed()) == 1
        await stage.turns.pass_(2)
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(2)
    assert sorted(stage.intake.bodies) == [b"first", b"second"]
    assert stage.counts.outcomes == ["refused"]


async def test_a_bug_with_one_file_does_not_end_the_channel(stage: Stage) -> None:
    stage.put("a.edi", b"first", modified=1)
    stage.put("b.edi", b"second", modified=2)
    stage.intake.troubles = [ZeroDivisionError("a bug")]
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
        await stage.turns.pass_(2)
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(2)


@pytest.mark.parametrize("found_by", ["channel", "intake"])
async def test_a_file_too_large_is_set_aside_visibly_with_the_reason(stage: Stage, found_by: str) -> None:
    content = b"x" * (1_001 if found_by == "channel" else 999)
    stage.put("huge.edi", content)
    if found_by == "intake":
        stage.intake.troubles = [Refused("larger than 900 bytes", status=413)]
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.aside.reach(1)
        await stage.counts.reach(1)
        await stage.turns.pass_(10)
    aside, reason = sorted((stage.path / "refused").iterdir())
    assert aside.name.startswith("huge.edi.")
    assert aside.read_bytes() == content
    assert reason.name == aside.name + ".txt"
    assert "larger than" in reason.read_text()
    assert stage.counts.outcomes == ["too-large"]
    assert stage.intake.stored == {}
    assert stage.claimed() == []


async def test_what_was_set_aside_has_an_owner_until_somebody_took_it_away(stage: Stage) -> None:
    for name in ("huge.edi", "vast.edi"):
        stage.put(name, b"x" * 1_001)
    for _ in range(2):  # the second process finds what the first one left
        async with stage.running():
            await stage.turns.pass_(2)
            await stage.folder.aside.reach(2)
            await stage.told.begins.reach(2)
            await stage.turns.rest()
    assert stage.told.codes == ["file-set-aside"] * 2
    assert {side.side for side, _ in stage.told.begun} == {"refused"}
    messages = sorted(trouble.message for trouble in stage.told.open.values())
    assert messages[0].startswith("huge.edi.")
    assert "larger than 1000 bytes" in messages[0]
    async with stage.running():
        await stage.turns.rest()
        for number, file in enumerate(sorted((stage.path / "refused").glob("*.edi.*[!t]")), 1):
            file.unlink()
            await stage.turns.pass_(10)
            await stage.told.ends.reach(number)
    assert stage.told.open == {}


async def test_a_claimed_file_that_cannot_be_read_has_an_owner_in_the_end(stage: Stage) -> None:
    stage.put("order.edi")
    stage.intake.troubles = [Refused("over quota", status=429, remedy="raise the quota")] * 3
    async with stage.running():
        while not stage.told.begun or stage.told.open:
            await stage.turns.pass_(5)
    ((side, trouble),) = stage.told.begun
    assert (side.side, trouble.code, trouble.remedy) == ("in", "file-not-taken", "raise the quota")
    assert stage.told.open == {}


async def test_a_folder_that_cannot_be_used_has_an_owner_until_it_can(stage: Stage) -> None:
    aside = stage.path.with_name("aside")
    stage.path.rename(aside)
    stage.path.write_text("no folder")
    async with stage.running():
        for seconds in (1, 2):
            assert stage.told.open == {}
            await stage.turns.pass_(seconds)
        await stage.told.begins.reach(1)
        assert stage.told.open[""].code == "folder-unusable"
        stage.path.unlink()
        aside.rename(stage.path)
        await stage.turns.pass_(10)
        await stage.told.ends.reach(1)
    assert stage.told.open == {}


async def test_two_thousand_files_come_in_order_with_bounded_concurrency(stage: Stage) -> None:
    age = {number: number * 7_919 % 1_000 for number in range(2_000)}  # two of each age, and names that tell nothing of it
    for number, seconds in age.items():
        stage.put(f"{number:04}.edi", str(number).encode(), modified=1_000 + seconds)
    stage.intake.gate.clear()
    async with stage.running(pace=replace(PACE, settle=0)):
        await stage.intake.asked.reach(50)
        stage.intake.gate.set()
        await stage.folder.removed.reach(2_000)
    begun = [int(handover.body) for handover in stage.intake.begun]
    assert begun == sorted(age, key=lambda number: (age[number], f"{number:04}"))
    assert stage.intake.most_at_once == 50
    assert stage.claimed() == stage.waiting() == []


async def test_files_left_claimed_come_in_the_same_order(stage: Stage) -> None:
    expected = [("b", 1), ("a", 2), ("a.b", 2), ("c", 2), ("a", 3)]
    for name, modified in reversed(expected):
        stage.put(name, f"{name} {modified}".encode(), modified=modified)
        stage.folder.claim(stage.folder.arrivals(10), uuid4)
    async with stage.running(pace=replace(PACE, settle=0)):
        await stage.folder.removed.reach(5)
    assert [handover.body.decode() for handover in stage.intake.begun] == [f"{name} {modified}" for name, modified in expected]


async def test_more_files_than_one_listing_holds_are_all_taken(stage: Stage) -> None:
    for number in range(25):
        stage.put(f"{number}.edi", str(number).encode())
    async with stage.running(pace=replace(PACE, settle=0, listed=10, at_once=4)):
        await stage.folder.removed.reach(25)
    assert len(stage.intake.stored) == 25


async def test_the_bytes_in_memory_are_bounded_and_a_large_file_goes_alone(stage: Stage) -> None:
    for number in range(6):
        stage.put(f"{number}.edi", b"x" * (900 if number == 3 else 300), modified=number)
    stage.intake.gate.clear()
    async with stage.running(pace=replace(PACE, settle=0, bytes_at_once=700)):
        await stage.intake.asked.reach(2)
        stage.intake.gate.set()
        await stage.folder.removed.reach(6)
    assert stage.intake.most_at_once == 2


async def test_two_processes_on_one_folder_hand_each_file_over_once(stage: Stage) -> None:
    for number in range(300):
        stage.put(f"{number}.edi", str(number).encode())
    second = Turns()
    async with stage.running(pace=replace(PACE, settle=0)), stage.running(pace=replace(PACE, settle=0), wait=second.wait):
        await stage.folder.removed.reach(300)
        await stage.turns.rest()
        await second.rest()
        assert stage.claimed() == stage.waiting() == []
    assert sorted(int(handover.body) for handover in stage.intake.begun) == list(range(300))


@pytest.mark.parametrize("modified", [None, 1.0], ids=["new", "half a century old"])
async def test_a_process_that_starts_leaves_alone_what_a_living_one_has_claimed(stage: Stage, modified: float | None) -> None:
    stage.put("order.edi", modified=modified)
    stage.intake.gate.clear()
    second = Turns()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(1)
        async with stage.running(clock=second, wait=second.wait):
            await second.pass_(2)
            await second.pass_(57.9)
            assert len(stage.intake.begun) == 1
            stage.intake.gate.set()
            await stage.folder.removed.reach(1)
            await second.pass_(60)
    assert len(stage.intake.begun) == 1


async def test_what_another_process_claims_while_this_one_starts_is_not_taken_for_left_behind(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, other_claimed = threading.Event(), threading.Event()
    claims = stage.folder.claims

    def look_late(most: int) -> list[Claim]:
        if begun.is_set():
            other_claimed.wait()
        begun.set()
        return claims(most)

    monkeypatch.setattr(stage.folder, "claims", look_late)
    stage.put("order.edi")
    stage.intake.gate.clear()
    pace, other = replace(PACE, settle=0), Turns()
    async with stage.running(pace=pace):
        await asyncio.to_thread(begun.wait)
        async with stage.running(folder=ToldFolder(stage.path), wait=other.wait, pace=pace):
            await stage.intake.asked.reach(1)
            other_claimed.set()
            await stage.turns.rest()
            assert len(stage.claimed()) == 1
    assert len(stage.intake.begun) == 1


async def test_after_the_folder_was_away_what_is_claimed_there_is_handed_over_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_most: int) -> list[Claim]:
        raise OSError("stale file handle")

    stage.put("order.edi")
    stage.intake.gate.clear()
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.intake.asked.reach(1)
        monkeypatch.setattr(stage.folder, "claims", gone)
        await stage.turns.pass_(10)
        monkeypatch.undo()
        await stage.turns.pass_(10)
        await stage.turns.pass_(60)
        stage.intake.gate.set()
        await stage.folder.removed.reach(1)
    assert len(stage.intake.begun) == 1


async def test_what_another_process_claimed_and_left_is_taken_over_after_a_time(stage: Stage) -> None:
    claim_id = uuid4()
    async with stage.running():
        await stage.turns.pass_(1)
        (stage.path / ".claimed" / f"order.edi.{claim_id}").write_bytes(b"ISA*")
        await stage.turns.pass_(1)
        await stage.turns.pass_(59)
        assert stage.intake.asked.value == 0
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)
    assert list(stage.intake.stored) == [claim_id]


async def test_a_folder_that_goes_away_is_looked_for_until_it_is_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("stale file handle")

    monkeypatch.setattr(stage.folder, "prepare", gone)
    async with stage.running():
        await stage.turns.pass_(1)
        await stage.turns.pass_(2)
        assert stage.turns.pauses == [1.0, 2.0, 4.0]
        monkeypatch.undo()
        stage.put("order.edi")
        await stage.turns.pass_(4)
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)


async def test_a_notice_wakes_the_channel_before_the_next_poll(stage: Stage) -> None:
    arrived = asyncio.Event()

    async def told(_path: Path) -> AsyncIterator[object]:
        await arrived.wait()
        yield None

    async with stage.running(pace=replace(PACE, settle=0), notices=told):
        await stage.turns.rest()
        stage.put("order.edi")
        arrived.set()
        await stage.folder.removed.reach(1)
    assert stage.turns.monotonic() == 0


async def test_without_notices_polling_finds_files(stage: Stage) -> None:
    async def broken(path: Path) -> AsyncIterator[object]:
        if path == stage.path:
            raise OSError("no space left on device")
        yield None

    async with stage.running(notices=broken):
        await stage.turns.rest()
        stage.put("order.edi")
        await stage.turns.pass_(10)
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(1)


async def test_the_operating_system_tells_of_a_new_file(stage: Stage) -> None:
    watching = notices(stage.path)
    noticed = asyncio.ensure_future(anext(watching))
    number = 0
    while not noticed.done():  # the watch begins in a thread of its own, and says not when: files are put until it tells
        stage.put(f"{number}.edi")
        number += 1
        await asyncio.wait({noticed}, timeout=0.2)
    assert await noticed
    await watching.aclose()  # type: ignore[attr-defined]


async def test_a_name_that_is_no_text_and_one_that_is_too_long_come_in(stage: Stage) -> None:
    (stage.path / os.fsdecode(b"caf\xe9.edi")).write_bytes(b"one")
    stage.put("x" * 255, b"two")
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.folder.removed.reach(2)
    names = {handover.body: handover.name for handover in stage.intake.stored.values()}
    assert names[b"one"] == "caf\ufffd.edi"
    assert names[b"two"] == "x" * 214


async def test_a_file_among_the_claimed_that_is_none_is_left_alone(stage: Stage) -> None:
    (stage.path / ".claimed" / "README").write_text("somebody's note")
    async with stage.running():
        await stage.turns.pass_(2)
        await stage.turns.pass_(100)
    assert stage.claimed() == ["README"]
    assert stage.intake.asked.value == 0


async def test_a_claimed_file_is_never_replaced_because_its_id_is_new(stage: Stage) -> None:
    ids = [UUID(int=number) for number in range(2)]
    new_id: Callable[[], UUID] = iter(ids).__next__
    stage.put("order.edi", b"one")
    (first,) = stage.folder.claim(stage.folder.arrivals(10), new_id)
    stage.put("order.edi", b"two")
    (second,) = stage.folder.claim(stage.folder.arrivals(10), new_id)
    assert [stage.folder.read(first), stage.folder.read(second)] == [b"one", b"two"]
