"""Files come in exactly once, whole, whatever happens between the partner's server and the store."""

import asyncio
import stat
from uuid import UUID, uuid4

import pytest

from gateway.channels.remote_folder import Pace
from gateway.channels.sftp.trouble import SftpTrouble
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.protocols.sftp import Kind
from tests.gateway.channels.sftp.conftest import Stage
from tests.gateway.channels.sftp.memory_server import File

DOWN = StoreUnavailable("the database does not answer")


async def test_a_file_is_taken_when_it_has_stopped_changing_and_removed_when_stored(stage: Stage) -> None:
    stage.server.put("/in/order.edi", b"ISA*00*")
    async with stage.running():
        assert stage.intake.stored == {}
        await stage.turns.pass_(5)
    (handover,) = stage.intake.stored.values()
    assert (handover.name, handover.body, handover.channel, handover.partner) == (
        "order.edi",
        b"ISA*00*",
        "bigbox-sftp",
        "bigbox",
    )
    assert handover.remote == "partner.example:22"
    assert stage.server.names() == []


async def test_a_file_that_grows_waits_until_it_stays_as_it_is(stage: Stage) -> None:
    stage.server.put("/in/order.edi", b"ISA")
    async with stage.running():
        for modified, content in ((1_001, b"ISA*"), (1_002, b"ISA*00*")):
            stage.server.put("/in/order.edi", content, modified=modified)
            await stage.turns.pass_(5)
        assert stage.intake.stored == {}
        await stage.turns.pass_(5)
    assert stage.intake.bodies == [b"ISA*00*"]


async def test_a_file_under_a_temporary_name_waits_for_its_name(stage: Stage) -> None:
    stage.server.put("/in/order.edi.tmp")
    async with stage.running(complete="renamed"):
        assert stage.intake.stored == {}
        stage.server.files["/in/order.edi"] = stage.server.files.pop("/in/order.edi.tmp")
        await stage.turns.pass_(60)
        assert [handover.name for handover in stage.intake.stored.values()] == ["order.edi"]


async def test_a_file_with_a_marker_is_taken_with_it_and_the_marker_goes_first(stage: Stage) -> None:
    stage.server.put("/in/order.edi")
    async with stage.running(complete="marker"):
        await stage.turns.pass_(60)
        assert stage.intake.stored == {}
        stage.server.put("/in/order.edi.ready", b"", modified=1_001)
        await stage.turns.pass_(60)
    assert len(stage.intake.stored) == 1
    assert stage.server.names() == []
    kinds = [kind for kind, path in stage.server.requests if kind is Kind.OPEN or path.endswith(".ready")]
    assert kinds.index(Kind.REMOVE) < kinds.index(Kind.OPEN)


async def test_an_outdated_marker_is_told_once(stage: Stage) -> None:
    stage.server.put("/in/order.edi.ready", b"", modified=900)
    stage.server.put("/in/order.edi")
    async with stage.running(complete="marker"):
        await stage.turns.pass_(60)
    assert stage.intake.stored == {}


async def test_it_is_claimed_before_it_is_read_and_its_name_holds_the_id(stage: Stage) -> None:
    names: list[str] = []
    stage.server.during = lambda kind, path: names.append(path) if kind is Kind.OPEN else None
    stage.server.put("/in/order.edi")
    async with stage.running(settle=0.0):
        pass
    (handover,) = stage.intake.stored.values()
    assert names == [f"/in/order.edi.{handover.id}.taken"]


async def test_what_a_crash_left_claimed_is_handed_over_under_its_id(stage: Stage) -> None:
    claim = uuid4()
    stage.server.put(f"/in/order.edi.{claim}.taken", b"ISA*")
    async with stage.running():
        await stage.turns.pass_(5)
    assert list(stage.intake.stored) == [claim]
    assert stage.server.names() == []


async def test_a_crash_between_storing_and_removing_leads_to_recognition(stage: Stage) -> None:
    stage.server.put("/in/order.edi")
    stage.intake.commits_then_fails = CommitUnknown("the connection broke")
    async with stage.running(settle=0.0):
        assert len(stage.intake.stored) == 1
    stage.intake.commits_then_fails = None
    async with stage.running(settle=0.0):
        pass
    assert len(stage.intake.stored) == 1
    assert stage.server.names() == []
    assert len({handover.id for handover in stage.intake.begun}) == 1


async def test_the_same_name_tomorrow_is_a_new_file(stage: Stage) -> None:
    async with stage.running(settle=0.0, poll=1.0):
        for day in range(3):
            stage.server.put("/in/orders.edi", b"ISA*", modified=1_000 + 86_400 * day)
            await stage.turns.pass_(1)
    assert len(stage.intake.stored) == 3


async def test_the_same_name_in_the_same_second_with_other_content_is_a_new_file(stage: Stage) -> None:
    async with stage.running(settle=0.0, poll=1.0):
        for content in (b"one", b"two"):
            stage.server.put("/in/orders.edi", content)
            await stage.turns.pass_(1)
    assert stage.intake.bodies == [b"one", b"two"]


@pytest.mark.parametrize(
    ("terms", "name"), [({"after": "rename"}, "/in/order.edi.done"), ({"after": "move", "done": "/done"}, "/done/order.edi")]
)
async def test_stored_files_are_kept_as_agreed_and_never_taken_again(stage: Stage, terms: dict[str, str], name: str) -> None:
    async with stage.running(settle=0.0, poll=1.0, **terms):
        for content in (b"one", b"two"):
            stage.server.put("/in/order.edi", content)
            await stage.turns.pass_(1)
        await stage.turns.pass_(1)
    assert stage.intake.bodies == [b"one", b"two"]
    assert stage.server.files[name].content == b"one"
    assert len(stage.server.files) == 2


# ------------------------------------------------------------------------------------------- servers without renaming


async def test_where_renaming_is_refused_the_file_is_read_as_it_lies(stage: Stage) -> None:
    stage.server.manners.rename = False
    stage.server.put("/in/order.edi")
    async with stage.running(settle=0.0):
        await stage.turns.pass_(0)
    assert len(stage.intake.stored) == 1
    assert stage.server.names() == []


async def test_a_file_that_alone_refuses_renaming_is_tried_again_and_claims_go_on(stage: Stage) -> None:
    async with stage.running(settle=0.0, poll=1.0):
        stage.server.put("/in/a.edi")
        await stage.turns.pass_(1)
        stage.server.manners.rename = False  # its writer has it open
        stage.server.put("/in/b.edi", b"b")
        await stage.turns.pass_(1)
        assert len(stage.intake.stored) == 1
        stage.server.manners.rename = True
        await stage.turns.pass_(1)
    assert stage.intake.bodies == [b"ISA*", b"b"]
    assert len([name for name in stage.server.asked(Kind.OPEN) if name.endswith(".taken")]) == 2


async def test_without_a_claim_a_crash_between_storing_and_removing_is_recognised_by_the_key(stage: Stage) -> None:
    stage.server.put("/in/order.edi")
    stage.intake.commits_then_fails = CommitUnknown("the connection broke")
    async with stage.running(settle=0.0, claim=False):
        assert len(stage.intake.stored) == 1
    stage.intake.commits_then_fails = None
    async with stage.running(settle=0.0, claim=False):
        pass
    assert len(stage.intake.stored) == 1
    assert len(stage.intake.begun) == 2
    assert stage.server.names() == []


async def test_without_a_claim_a_file_replaced_before_it_is_removed_is_read_again(stage: Stage) -> None:
    stage.server.put("/in/order.edi", b"one")

    def replaced(kind: Kind, path: str) -> None:
        if kind is Kind.LSTAT and stage.server.files[path].content == b"one":
            stage.server.put(path, b"two", modified=1_001)

    stage.server.during = replaced
    async with stage.running(settle=0.0, claim=False, poll=1.0):
        await stage.turns.pass_(1)
    assert stage.intake.bodies == [b"one", b"two"]
    assert stage.server.names() == []


@pytest.mark.parametrize("claim", [True, False])
async def test_a_file_that_cannot_be_removed_is_stored_once_and_not_read_again(stage: Stage, claim: bool) -> None:
    stage.server.manners.remove = False
    stage.server.put("/in/order.edi")
    async with stage.running(settle=0.0, claim=claim, poll=100.0):
        for _ in range(3):
            await stage.turns.pass_(100)
        assert len(stage.intake.begun) == 1
        assert len(stage.server.asked(Kind.OPEN)) == 1
        stage.server.manners.remove = True
        await stage.turns.pass_(100)
    assert stage.server.names() == []


async def test_a_claimed_file_that_is_written_to_after_it_was_stored_is_another_transmission(stage: Stage) -> None:
    claim = uuid4()
    stage.server.put(f"/in/order.edi.{claim}.taken", b"one")
    async with stage.running(settle=0.0):
        pass
    stage.server.put(f"/in/order.edi.{claim}.taken", b"one and more", modified=1_001)
    async with stage.running(settle=0.0):
        pass
    assert stage.intake.bodies == [b"one", b"one and more"]


# ------------------------------------------------------------------------------------------------------------ refusals


async def test_links_and_odd_names_are_refused_visibly_and_each_once(stage: Stage) -> None:
    stage.server.files["/in/passwd"] = File(b"/etc/passwd", mode=stat.S_IFLNK | 0o777)
    stage.server.put("/in/../../etc/shadow")
    stage.server.put("/in/order.edi")
    async with stage.running(settle=0.0, poll=1.0):
        await stage.turns.pass_(1)
    assert [handover.name for handover in stage.intake.stored.values()] == ["order.edi"]
    refusals = [labels for name, labels in stage.counts.counted if name == "edi_transmissions_received_total"]
    assert refusals == [{"channel": "bigbox-sftp", "outcome": "refused"}] * 2
    assert len(stage.server.files) == 2


async def test_a_file_that_is_too_large_stays_and_holds_up_no_other(stage: Stage) -> None:
    stage.server.put("/in/a.edi", b"x" * 2_000)
    stage.server.put("/in/b.edi")
    async with stage.running(settle=0.0):
        pass
    assert [handover.name for handover in stage.intake.stored.values()] == ["b.edi"]
    assert len(stage.server.names()) == 1


async def test_a_file_that_the_intake_refuses_is_tried_again_later_and_holds_up_no_other(stage: Stage) -> None:
    stage.intake.troubles = [Refused("not now", status=429, remedy="wait")]
    stage.server.put("/in/a.edi", modified=1)
    stage.server.put("/in/b.edi", modified=2)
    async with stage.running(settle=0.0):
        assert len(stage.intake.stored) == 1
        await stage.turns.pass_(1)
    assert len(stage.intake.stored) == 2


async def test_a_bug_with_one_file_holds_up_no_other(stage: Stage) -> None:
    stage.intake.troubles = [ValueError("a bug")]
    stage.server.put("/in/a.edi", modified=1)
    stage.server.put("/in/b.edi", modified=2)
    async with stage.running(settle=0.0):
        await stage.turns.pass_(1)
    assert len(stage.intake.stored) == 2


async def test_when_the_store_is_down_everything_pauses_longer_each_time(stage: Stage) -> None:
    stage.intake.down = DOWN
    stage.server.put("/in/order.edi")
    async with stage.running(settle=0.0):
        for seconds in (1, 2, 4):
            assert stage.turns.pauses[-1] == seconds
            await stage.turns.pass_(seconds)
        stage.intake.down = None
        await stage.turns.pass_(8)
        assert len(stage.intake.stored) == 1
    assert stage.server.names() == []


# ------------------------------------------------------------------------------------------------- order and amount


async def test_hand_overs_begin_with_the_oldest_and_what_is_ours_goes_first(stage: Stage) -> None:
    for number in range(30):
        stage.server.put(f"/in/{number:02}.edi", str(number).encode(), modified=1_000 - number)
    stage.server.put(f"/in/ours.{uuid4()}.taken", b"ours", modified=5_000)
    async with stage.running(settle=0.0, pace=Pace(at_once=100)):
        pass
    assert [handover.body for handover in stage.intake.begun] == [b"ours", *(str(n).encode() for n in reversed(range(30)))]


async def test_no_more_is_in_memory_than_agreed(stage: Stage) -> None:
    for number in range(40):
        stage.server.put(f"/in/{number}.edi", b"x" * 100)
    async with stage.running(settle=0.0, pace=Pace(at_once=50, bytes_at_once=500)):
        pass
    assert len(stage.intake.stored) == 40
    assert stage.intake.most_at_once <= 10


async def test_more_files_than_one_look_remembers_are_all_taken(stage: Stage) -> None:
    for number in range(95):
        stage.server.put(f"/in/{number}.edi", str(number).encode())
    async with stage.running(settle=0.0, pace=Pace(listed=20)):
        while stage.turns.pauses[-1] == 0:
            await stage.turns.pass_(0)
    assert len(stage.intake.stored) == 95


# --------------------------------------------------------------------------------------------------------- the server


async def test_a_connection_that_breaks_is_opened_again_and_nothing_is_lost_or_doubled(stage: Stage) -> None:
    for number in range(50):
        stage.server.put(f"/in/{number}.edi", str(number).encode())
    async with stage.running(settle=0.0, pace=Pace(at_once=10)):
        for cut in (7, 33, 60, 111):
            stage.server.manners.breaks_after = cut
            await stage.turns.pass_(60)
        stage.server.manners.breaks_after = None
        for _ in range(3):
            await stage.turns.pass_(60)
    assert sorted(stage.intake.bodies) == sorted(str(number).encode() for number in range(50))
    assert stage.server.names() == []


async def test_what_needs_a_person_is_told_at_once_and_left_alone_for_long(stage: Stage) -> None:
    stage.server.down = SftpTrouble("host-key-changed", "another key")
    async with stage.running():
        for seconds in (60, 120, 240):
            assert stage.turns.pauses[-1] == seconds
            await stage.turns.pass_(seconds)
        assert stage.troubles.codes == ["host-key-changed"]
        assert stage.troubles.begun[0][1].remedy
        stage.server.down = None
        await stage.turns.pass_(480)
        await stage.turns.pass_(60)
    assert stage.troubles.open == {}
    assert stage.turns.pauses[-1] == 60


async def test_what_may_pass_by_itself_is_told_when_it_does_not(stage: Stage) -> None:
    stage.server.down = SftpTrouble("unreachable", "no route")
    async with stage.running(pace=Pace(patient=3)):
        assert stage.troubles.codes == []
        await stage.turns.pass_(1)
        await stage.turns.pass_(2)
        assert stage.troubles.codes == ["unreachable"]


async def test_a_trouble_that_could_not_be_stored_is_told_again(stage: Stage) -> None:
    stage.server.down = SftpTrouble("login-refused", "no")
    stage.troubles.stores = False
    async with stage.running():
        await stage.turns.pass_(60)
        assert stage.troubles.asked == 2


async def test_a_folder_that_cannot_be_listed_is_told_with_its_name(stage: Stage) -> None:
    def vanish(kind: Kind, _path: str) -> None:
        if kind is Kind.OPENDIR:
            raise OSError("the wire breaks")

    stage.server.during = vanish
    async with stage.running():
        assert [labels["outcome"] for _, labels in stage.counts.counted] == ["failed"]


async def test_sessions_are_kept_and_used_again(stage: Stage) -> None:
    async with stage.running(settle=0.0, poll=1.0):
        for number in range(5):
            stage.server.put(f"/in/{number}.edi", str(number).encode())
            await stage.turns.pass_(1)
    assert len(stage.intake.stored) == 5
    assert stage.server.sessions == 1


async def test_it_can_be_cancelled_while_files_are_under_way(stage: Stage) -> None:
    stage.intake.gate.clear()
    for number in range(30):
        stage.server.put(f"/in/{number}.edi", str(number).encode())
    channel = stage.inbound(settle=0.0)
    task = asyncio.create_task(channel.run())
    await stage.intake.asked.reach(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert stage.intake.stored == {}
    stage.intake.gate.set()
    async with stage.running(settle=0.0):
        pass
    assert len(stage.intake.stored) == 30
    assert len({UUID(str(handover.id)) for handover in stage.intake.begun}) == 30


async def test_a_file_that_cannot_be_taken_is_told_to_its_owner_once_and_is_over_when_it_is_gone(stage: Stage) -> None:
    stage.server.put("/in/large.edi", b"x" * 2_000)
    async with stage.running(settle=0.0, pace=Pace(patient=3)):
        for seconds in (1, 2, 4, 8):
            await stage.turns.pass_(seconds)
        ((side, told),) = stage.troubles.begun
        assert (side.channel, side.partner, told.code) == ("bigbox-sftp", "bigbox", "file-not-taken")
        assert "large.edi" in told.message
        assert "larger than" in told.message
        assert told.remedy
        assert stage.server.names() == ["large.edi"]
        for name in stage.server.names():
            stage.server.files.pop(f"/in/{name}")
        await stage.turns.pass_(60)
        assert stage.troubles.open == {}


async def test_a_file_that_is_taken_at_last_is_told_to_nobody(stage: Stage) -> None:
    stage.intake.troubles = [Refused("not now", status=429, remedy="wait")]
    stage.server.put("/in/a.edi")
    async with stage.running(settle=0.0, pace=Pace(patient=3)):
        for seconds in (1, 60):
            await stage.turns.pass_(seconds)
    assert stage.troubles.codes == []
    assert len(stage.intake.stored) == 1


async def test_names_that_are_refused_have_an_owner_until_they_are_gone(stage: Stage) -> None:
    stage.server.put("/in/bell\a.edi")
    stage.server.files["/in/link.edi"] = File(mode=stat.S_IFLNK | 0o777)
    stage.server.put("/in/a.edi")
    async with stage.running(settle=0.0):
        assert stage.troubles.codes == ["file-refused"] * 2
        messages = sorted(trouble.message for trouble in stage.troubles.open.values())
        assert "control character" in messages[0]
        assert "link" in messages[1]
        await stage.turns.pass_(60)
        assert len(stage.troubles.begun) == 2
        del stage.server.files["/in/link.edi"]
        await stage.turns.pass_(60)
        assert set(stage.troubles.open) == {"bell\a.edi"}
    assert len(stage.intake.stored) == 1


async def test_each_file_that_cannot_be_taken_is_told_and_over_by_itself(stage: Stage) -> None:
    def broken(_kind: Kind, _path: str) -> None:
        raise OSError("the wire breaks")

    usual = stage.server.during
    for name in ("large.edi", "larger.edi"):
        stage.server.put(f"/in/{name}", b"x" * 2_000)
    async with stage.running(settle=0.0, pace=Pace(patient=1)):
        assert set(stage.troubles.open) == {"large.edi", "larger.edi"}
        del stage.server.files["/in/large.edi"]
        await stage.turns.pass_(60)
        assert set(stage.troubles.open) == {"larger.edi"}
        stage.server.during = broken
        await stage.turns.pass_(60)
        assert set(stage.troubles.open) == {"larger.edi", ""}
        stage.server.during = usual
        stage.server.put("/in/larger.edi", b"x", modified=2_000)
        await stage.turns.pass_(60)
        await stage.turns.pass_(60)
    assert stage.troubles.open == {}
    assert stage.intake.bodies == [b"x"]
    assert len(stage.troubles.begun) == 3


async def test_a_standard_renaming_that_a_server_never_does_is_done_in_its_own_way(stage: Stage) -> None:
    """Some servers have no hard links to rename with, and know posix-rename."""
    stage.server.put("/in/a.edi")
    stage.server.manners.standard_rename = False
    async with stage.running(settle=0.0, after="rename"):
        pass
    assert stage.server.names() == ["a.edi.done"]
