"""What every file server is to the procedures on it, whatever its protocol and manners: the same requests mean the same."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.channels.ftps import FtpsConnector
from gateway.channels.remote_folder.server import (
    Attempt,
    Entry,
    Print,
    Server,
    ServerTrouble,
    Session,
    StillWritten,
    TooLarge,
    run,
)
from gateway.channels.sftp import Connector
from gateway.errors import ServerRefused
from tests.gateway.channels.ftps.conftest import login as ftps_login
from tests.integration.sftp_sites import login as sftp_login
from tests.integration.sftp_sites import options
from tests.servers.fixtures import provide
from tests.servers.ftps import FtpsServer
from tests.servers.process import ServerProcess
from tests.servers.sshd import SshServer
from tests.servers.vsftpd import VsftpdServer


@dataclass
class Place:
    """A folder on a server: as its owner sees it, and by name as we do; with a way in."""

    process: ServerProcess
    folder: Path
    name: str
    server: Server
    session: Session

    def put(self, name: str, content: bytes = b"ISA*") -> Path:
        file = self.folder / name
        file.write_bytes(content)
        file.chmod(0o666)
        return file

    def path(self, name: str) -> str:
        return f"{self.name}/{name}"

    def seen(self, name: str) -> Print:
        found = run(self.session, self.session.files.look_at(self.path(name)))
        assert found is not None
        return found

    def listed(self, wanted: str = "") -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        files = self.session.files
        run(self.session, files.list(self.name, lambda entry: entries.update({entry.name: entry}), lambda name: wanted in name))
        return {name: entry for name, entry in entries.items() if name not in {".", ".."}}

    def names(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir())


KINDS = {"sshd": SshServer, "pyftpdlib": FtpsServer, "vsftpd": VsftpdServer}


@pytest.fixture(scope="module", params=list(KINDS))
def process(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    yield from provide(KINDS[request.param])


@pytest.fixture
def place(process: ServerProcess, tmp_path: Path) -> Iterator[Place]:
    server: Server
    if isinstance(process, SshServer):
        folder, name = tmp_path, str(tmp_path)
        server = Connector(options(sftp_login(process)))
    else:
        assert isinstance(process, FtpsServer | VsftpdServer)
        folder = process.files / tmp_path.name
        folder.mkdir()
        folder.chmod(0o777)
        name, server = folder.name, FtpsConnector(ftps_login(process))
    attempt = Attempt()
    yield Place(process, folder, name, server, server.open(attempt))
    attempt.end()


def test_a_listing_tells_of_each_file_what_changes_with_it(place: Place) -> None:
    for number in range(120):
        os.utime(place.put(f"{number}.edi", b"x" * number), (1_000_000 + number, 1_000_000 + number))
    (place.folder / "folder.edi").mkdir()
    entries = place.listed(".edi")
    files = {name: entry.seen for name, entry in entries.items() if entry.kind == "file"}
    assert files == {f"{number}.edi": Print(number, 1_000_000 + number) for number in range(120)}
    assert entries.get("folder.edi", Entry("folder.edi", "folder")).kind == "folder"


def test_an_empty_folder_is_no_trouble_and_a_missing_one_is_refused(place: Place) -> None:
    assert place.listed() == {}
    place.name = f"{place.name}/nowhere"
    with pytest.raises(ServerRefused) as refusal:
        place.listed()
    told = place.server.in_words(refusal.value, "list the folder")
    assert (told.lasting, told.connecting) == (False, False)
    assert "list the folder" in str(told)
    assert told.remedy


@pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n", b"ISA*" * 300_000], ids=["empty", "binary", "1.2 MB"])
def test_what_is_written_is_there_and_read_as_it_was(place: Place, content: bytes) -> None:
    files, path = place.session.files, place.path("a.edi")
    run(place.session, files.write(path, content))
    assert (place.folder / "a.edi").read_bytes() == content
    seen = place.seen("a.edi")
    assert seen.size == len(content)
    assert run(place.session, files.read(path, seen=seen, most=len(content))) == (content, seen)


def test_names_go_and_come_as_the_bytes_they_are(place: Place) -> None:
    for name in ("Bestellung ä.edi", "発注.edi", "100%.edi", "a'b.edi"):
        run(place.session, place.session.files.write(place.path(name), b"x"))
        assert name in place.names()
        assert place.listed(name)[name].seen.size == 1


def test_a_file_that_is_not_as_it_was_seen_is_not_read(place: Place) -> None:
    place.put("a.edi", b"12345")
    for seen in (Print(4, None), Print(5, 1)):
        with pytest.raises(StillWritten):
            run(place.session, place.session.files.read(place.path("a.edi"), seen=seen, most=100))


def test_a_file_that_is_too_large_is_not_read_and_the_session_goes_on(place: Place) -> None:
    place.put("a.edi", b"12345")
    with pytest.raises(TooLarge):
        run(place.session, place.session.files.read(place.path("a.edi"), seen=Print(), most=4))
    assert run(place.session, place.session.files.read(place.path("a.edi"), seen=Print(), most=5)) is not None


def test_what_is_gone_is_no_error(place: Place) -> None:
    files, gone = place.session.files, place.path("gone.edi")
    assert run(place.session, files.look_at(gone)) is None
    assert run(place.session, files.read(gone, seen=Print(), most=5)) is None
    assert run(place.session, files.rename(gone, place.path("b.edi"), unique=True)) is False
    assert run(place.session, files.rename(gone, place.path("b.edi"), unique=False)) is False
    run(place.session, files.remove(gone))


@pytest.mark.parametrize("unique", [True, False])
def test_a_file_gets_another_name(place: Place, unique: bool) -> None:
    place.put("a.edi")
    assert run(place.session, place.session.files.rename(place.path("a.edi"), place.path("b.edi"), unique=unique))
    assert place.names() == ["b.edi"]


def test_no_file_is_replaced(place: Place) -> None:
    place.put("a.edi", b"new")
    place.put("b.edi", b"old")
    with pytest.raises(ServerRefused):
        run(place.session, place.session.files.rename(place.path("a.edi"), place.path("b.edi"), unique=False))
    assert (place.folder / "b.edi").read_bytes() == b"old"
    assert place.names() == ["a.edi", "b.edi"]


def test_a_file_is_removed(place: Place) -> None:
    place.put("a.edi")
    run(place.session, place.session.files.remove(place.path("a.edi")))
    assert place.names() == []


def test_what_one_request_raises_does_not_end_the_others(place: Place) -> None:
    place.put("a.edi", b"1")
    files = place.session.files
    asked = [
        files.read(place.path("a.edi"), seen=Print(), most=9),
        files.read(place.path("a.edi"), seen=Print(7, None), most=9),
        files.read(place.path("gone.edi"), seen=Print(), most=9),
        files.read(place.path("a.edi"), seen=Print(), most=9),
    ]
    first, changed, gone, last = place.session.run_all(asked)
    assert isinstance(first, tuple)
    assert isinstance(changed, StillWritten)
    assert gone is None
    assert last == first


def test_a_session_that_is_ended_fails_and_is_not_alive(place: Place) -> None:
    attempt = Attempt()
    session = place.server.open(attempt)
    before = session.alive
    attempt.end()
    assert (before, session.alive) == (True, False)
    with pytest.raises(ServerTrouble) as trouble:
        run(session, session.files.look_at(place.path("a.edi")))
    assert trouble.value.connecting


def test_an_attempt_that_was_ended_before_opens_nothing(place: Place) -> None:
    attempt = Attempt()
    attempt.end()
    with pytest.raises(ServerTrouble) as trouble:
        place.server.open(attempt)
    assert trouble.value.code == "connection-lost"


def test_when_the_server_is_gone_all_that_follows_knows_of_it(place: Place) -> None:
    files = place.session.files
    place.put("a.edi")
    try:
        place.process.kill()
        results = place.session.run_all(files.look_at(place.path("a.edi")) for _ in range(3))
        assert [type(result).__mro__[1] for result in results] == [ServerTrouble] * 3
        assert not place.session.alive
        with pytest.raises(ServerTrouble) as trouble:
            place.server.open(Attempt())
        assert (trouble.value.code, trouble.value.connecting) == ("unreachable", True)
    finally:
        place.process.start()
