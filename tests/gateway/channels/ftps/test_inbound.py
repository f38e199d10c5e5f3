"""Files come in whole, once, stored before they are taken away; whatever breaks meanwhile, they are still there."""

import os
import threading
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from gateway.channels.remote_folder import Pace
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from tests.gateway.channels.ftps.conftest import Opening, Site
from tests.servers.line import Line
from tests.servers.vsftpd import VsftpdServer

EDI = b"ISA*00*\x1d\x00\xff\r\n\n"


async def test_a_file_that_stays_as_it_is_comes_in_and_is_removed(site: Site) -> None:
    site.put("order.edi", EDI)
    async with site.running():
        await site.turns.pass_(1)
        assert site.intake.begun == []
        await site.turns.pass_(1)
        await site.removed.reach(1)
    (handover,) = site.intake.stored.values()
    assert (handover.name, handover.body, handover.channel, handover.partner) == ("order.edi", EDI, "farm-ftps", "farm")
    assert site.waiting == []


async def test_a_file_that_still_grows_is_waited_for(site: Site) -> None:
    file = site.put("order.edi", b"ISA")
    async with site.running():
        await site.turns.pass_(1)
        file.write_bytes(EDI)
        await site.turns.pass_(1)
        assert site.intake.begun == []
        await site.turns.pass_(2)
        await site.removed.reach(1)
    assert site.intake.bodies == [EDI]


async def test_a_file_that_grows_while_it_is_read_is_read_again(site: Site) -> None:
    file = site.put("order.edi", b"ISA")

    def grow() -> None:
        (claimed,) = site.inbox.iterdir()
        claimed.write_bytes(EDI)

    site.meanwhile = [grow]
    async with site.running():
        for _ in range(3):
            await site.turns.pass_(2)
        await site.removed.reach(1)
    assert site.intake.bodies == [EDI]
    assert not file.exists()


async def test_while_it_is_taken_a_file_has_a_name_that_is_ours(site: Site) -> None:
    claim = uuid4()
    site.new_id = lambda: claim
    site.put("order.edi", EDI)
    site.intake.gate.clear()
    async with site.running(complete="renamed"):
        await site.intake.asked.reach(1)
        assert site.waiting == [f"order.edi.{claim}.taken"]
    assert site.intake.stored == {}


async def test_what_a_crash_left_is_recognised_by_the_id_in_its_name(site: Site) -> None:
    claim = UUID(int=7)
    site.put(f"order.edi.{claim}.taken", EDI)
    for _ in range(2):
        async with site.running(complete="renamed"):
            await site.removed.reach(1)
    assert list(site.intake.stored) == [claim]
    site.put(f"order.edi.{claim}.taken", EDI)
    async with site.running(complete="renamed"):
        await site.removed.reach(2)
    assert list(site.intake.stored) == [claim]


async def test_the_same_name_tomorrow_is_a_new_file(site: Site) -> None:
    for day in (1, 2):
        os.utime(site.put("orders.edi", EDI), (day * 86400, day * 86400))
        async with site.running(complete="renamed"):
            await site.removed.reach(day)
    assert site.intake.bodies == [EDI, EDI]


async def test_files_come_oldest_first_over_one_connection(site: Site) -> None:
    for number in range(30):
        os.utime(site.put(f"{number}.edi", str(number).encode()), (1000 - number, 1000 - number))
    async with Line(site.server.port) as line:
        site.login = replace(site.login, port=line.port)
        async with site.running(complete="renamed"):
            await site.removed.reach(30)
        assert line.accepted == 1
    assert [int(body) for body in site.intake.bodies] == list(range(29, -1, -1))


async def test_only_agreed_names_are_taken_and_nothing_else_is_touched(site: Site) -> None:
    for name in ("a.EDI", "b.txt", "c.edi.part", ".hidden.edi"):
        site.put(name)
    (site.inbox / "folder.edi").mkdir()
    (site.inbox / "link.edi").symlink_to("/etc/hostname")
    async with site.running(complete="renamed", pattern="*.edi"):
        await site.removed.reach(1)
        await site.turns.rest()
    assert [handover.name for handover in site.intake.stored.values()] == ["a.EDI"]
    assert len(site.waiting) == 5


async def test_a_marker_says_that_a_file_is_whole_and_goes_with_it(site: Site) -> None:
    site.put("a.edi")
    site.put("b.edi")
    site.put("b.edi.ready", b"")
    async with site.running(complete="marker"):
        await site.removed.reach(2)
        await site.turns.rest()
    assert [handover.name for handover in site.intake.stored.values()] == ["b.edi"]
    assert site.waiting == ["a.edi"]


@pytest.mark.parametrize(
    ("after", "left"),
    [("rename", ["order.edi.done"]), ("move", [])],
)
async def test_a_stored_file_is_renamed_or_moved_as_agreed(site: Site, after: str, left: list[str]) -> None:
    site.put("order.edi", EDI)
    async with site.running(complete="renamed", after=after):
        await site.intake.commits.reach(1)
        await site.turns.rest()
    assert site.waiting == left
    assert [file.name for file in site.done.iterdir()] == ([] if left else ["order.edi"])


async def test_where_renaming_is_refused_files_are_compared_before_and_after(open_site: Opening) -> None:
    async with open_site(no_rename=True) as site:
        site.put("order.edi", EDI)
        async with site.running(complete="renamed"):
            await site.turns.pass_(0)
            await site.removed.reach(1)
        site.put("order.edi", b"first")
        site.meanwhile = [lambda: None]
        async with site.running(complete="renamed", claim=False):
            await site.intake.asked.reach(2)
            await site.removed.reach(2)
        assert site.intake.bodies == [EDI, b"first"]
        assert site.waiting == []


@pytest.mark.parametrize("trouble", [StoreUnavailable("down"), CommitUnknown("broke")])
async def test_while_the_store_is_down_a_file_waits_under_our_name(site: Site, trouble: StoreUnavailable) -> None:
    site.put("order.edi", EDI)
    site.intake.down = trouble
    async with site.running(complete="renamed"):
        await site.intake.asked.reach(1)
        await site.turns.pass_(60)
        assert site.waiting[0].endswith(".taken")
        site.intake.down = None
        await site.turns.pass_(60)
        await site.removed.reach(1)
    assert site.intake.bodies == [EDI]


async def test_a_commit_whose_answer_is_lost_is_not_doubled(site: Site) -> None:
    site.put("order.edi", EDI)
    site.intake.commits_then_fails = CommitUnknown("broke")
    async with site.running(complete="renamed"):
        await site.intake.commits.reach(1)
        await site.turns.rest()
        site.intake.commits_then_fails = None
        await site.turns.pass_(60)
        await site.removed.reach(1)
    assert site.intake.bodies == [EDI]


async def test_a_file_that_is_refused_holds_up_no_other(site: Site) -> None:
    os.utime(site.put("a.edi", b"first"), (1, 1))
    os.utime(site.put("b.edi", b"second"), (2, 2))
    site.intake.troubles = [Refused("over quota", status=429)]
    async with site.running(complete="renamed"):
        await site.removed.reach(1)
        await site.turns.pass_(60)
        await site.removed.reach(2)
    assert site.intake.bodies == [b"second", b"first"]


async def test_a_file_too_large_is_never_fetched_and_stays(site: Site) -> None:
    site.put("huge.edi", b"x" * 2000)
    site.most_bytes = 1000
    async with site.running(complete="renamed"):
        await site.turns.rest()
    assert site.intake.begun == []
    assert "refused" in site.counts.outcomes
    assert len(site.waiting) == 1


async def test_a_file_that_cannot_be_taken_is_told_to_its_owner_and_is_over_when_it_is_gone(site: Site) -> None:
    site.put("huge.edi", b"x" * 2000)
    site.most_bytes = 1000
    async with site.running(complete="renamed", pace=Pace(patient=2)):
        for seconds in (1, 2, 4):
            await site.turns.pass_(seconds)
        await site.told.begins.reach(1)
        (told,) = site.told.open.values()
        assert told.code == "file-not-taken"
        assert "huge.edi" in told.message
        assert told.remedy
        for name in site.waiting:
            (site.inbox / name).unlink()
        await site.turns.pass_(60)
        assert site.told.open == {}


async def test_names_that_are_no_utf_8_come_in(site: Site) -> None:
    (site.inbox / "Müller.edi").write_bytes(b"1")
    async with site.running(complete="renamed"):
        await site.removed.reach(1)
    assert [handover.name for handover in site.intake.stored.values()] == ["Müller.edi"]


async def test_a_lost_connection_is_made_anew(site: Site) -> None:
    async with Line(site.server.port) as line:
        site.login = replace(site.login, port=line.port)
        async with site.running(complete="renamed"):
            await site.turns.rest()
            line.cut()
            site.put("order.edi", EDI)
            await site.turns.pass_(30)
            await site.turns.pass_(1) if not site.removed.value else None
            await site.removed.reach(1)
    assert site.told.open == {}


async def test_a_server_that_stays_away_is_told_and_when_it_is_back(site: Site) -> None:
    line = Line(site.server.port)
    site.login = replace(site.login, port=line.port)
    async with site.running(pace=Pace(patient=2)):
        await site.turns.pass_(1)
        await site.told.begins.reach(1)
        assert site.told.open[""].code == "unreachable"
        async with line:
            await site.turns.pass_(60)
            await site.told.ends.reach(1)
    assert site.told.open == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": "wrong"}, "login-refused"),
        ({"authorities": None}, "certificate-refused"),
        ({"fingerprints": ("00" * 32,)}, "certificate-refused"),
        ({"tls": "implicit"}, "tls-refused"),
    ],
    ids=["password", "authority", "pin", "implicit"],
)
async def test_what_needs_a_person_is_told_at_once_and_tried_seldom(site: Site, changes: dict[str, object], code: str) -> None:
    site.login = replace(site.login, **changes)  # type: ignore[arg-type]
    async with site.running():
        await site.told.begins.reach(1)
        await site.turns.rest()
    assert site.told.open[""].code == code
    assert site.turns.pauses == [60.0]


async def test_a_folder_that_is_not_there_is_told(site: Site) -> None:
    async with site.running(pace=Pace(patient=1), folder="nowhere"):
        await site.told.begins.reach(1)
    assert "nowhere" in site.told.open[""].message


async def test_a_pinned_certificate_is_enough(site: Site) -> None:
    site.login = replace(site.login, authorities=None, fingerprints=(site.server.certificate.fingerprint,))
    site.put("order.edi")
    async with site.running(complete="renamed"):
        await site.removed.reach(1)


async def test_tls_from_the_first_byte(open_site: Opening) -> None:
    async with open_site(implicit=True) as site:
        site.put("order.edi")
        async with site.running(complete="renamed"):
            await site.removed.reach(1)


async def test_a_strict_server_without_mlsd_that_wants_the_session_of_the_login_resumed(vsftpd: VsftpdServer) -> None:
    site = Site(vsftpd)
    for number in range(5):
        site.put(f"{number}.edi", EDI)
    site.put("note.txt")
    async with site.running(pattern="*.edi"):
        await site.turns.pass_(2)
        await site.removed.reach(5)
        await site.turns.pass_(30)
    assert site.intake.bodies == [EDI] * 5
    assert site.waiting == ["note.txt"]


async def test_a_server_killed_meanwhile_loses_and_doubles_nothing(open_site: Opening) -> None:
    async with open_site() as site:
        for number in range(40):
            site.put(f"{number}.edi", str(number).encode())
        site.meanwhile = [lambda: None] * 10 + [site.server.kill]
        async with site.running(complete="renamed"):
            await site.intake.commits.reach(10)
            await site.turns.rest()
            site.server.start()
            while len(site.intake.stored) < 40:
                await site.turns.pass_(60)
            await site.turns.rest()
        assert sorted(int(body) for body in site.intake.bodies) == list(range(40))
        assert site.waiting == []


async def test_names_that_are_refused_have_an_owner_until_they_are_gone(site: Site) -> None:
    for name in ("bell\a.edi", "back\\slash.edi"):
        site.put(name)
    async with site.running(complete="renamed"):
        await site.turns.rest()
        assert set(site.told.open) == {"bell\a.edi", "back\\slash.edi"}
        (site.inbox / "bell\a.edi").unlink()
        await site.turns.pass_(30)
        assert set(site.told.open) == {"back\\slash.edi"}
    assert site.told.codes == ["file-refused"] * 2
    assert site.intake.begun == []


async def test_as_many_connections_are_used_as_agreed_and_no_more(site: Site) -> None:
    for number in range(60):
        site.put(f"{number}.edi", str(number).encode())
    together = threading.Barrier(3, timeout=10)

    def meet() -> None:
        together.wait()

    site.meanwhile = [meet] * 3
    async with Line(site.server.port) as line:
        site.login = replace(site.login, port=line.port)
        async with site.running(complete="renamed", pace=Pace(at_once=10), connections=3):
            await site.removed.reach(60)
        assert line.accepted == 3
    assert sorted(int(body) for body in site.intake.bodies) == list(range(60))


async def test_a_connection_that_the_server_ended_while_it_rested_is_not_used_again(site: Site) -> None:
    async with Line(site.server.port) as line:
        site.login = replace(site.login, port=line.port)
        async with site.running(complete="renamed"):
            await site.turns.rest()
            line.cut()
            site.put("order.edi", EDI)
            while not site.removed.value:
                await site.turns.pass_(30)
        assert line.accepted == 2
    assert "failed" not in site.counts.outcomes
