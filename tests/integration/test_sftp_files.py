"""Files on a real OpenSSH server: fetched once and whole, left whole, whatever the server forbids and however often it dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.channels.remote_folder import RemoteOutbound, Sessions
from gateway.channels.sftp import Connector
from gateway.domain.remote_folder_terms import RemoteOutbox
from gateway.ports import OutcomeKind, Parcel
from tests.gateway.channels.fakes import Told
from tests.integration.sftp_sites import Poll, login, options
from tests.servers.sshd import SshServer


def lying(folder: Path) -> list[str]:
    """The names in a folder."""
    return sorted(file.name for file in folder.iterdir())


@contextmanager
def server(*terms: str) -> Iterator[SshServer]:
    started = SshServer(*terms)
    try:
        started.start()
        yield started
    finally:
        started.remove()


async def test_files_are_fetched_whole_and_are_gone_then(sshd: SshServer, tmp_path: Path) -> None:
    contents = {f"order-{n:03}.edi": os.urandom(n * 37) for n in range(300)} | {"large.edi": os.urandom(3_000_000), "empty": b""}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    async with Poll(options(login(sshd)), tmp_path) as poll:
        pass
    assert {handover.name: handover.body for handover in poll.intake.stored.values()} == contents
    assert lying(tmp_path) == []


async def test_names_of_all_alphabets_come_as_they_are(sshd: SshServer, tmp_path: Path) -> None:
    latin = os.fsdecode(b"Bestellung_\xe4.edi")
    for name in (latin, "Bestellung ä.edi", "発注.edi", "-rf", "a'b\"c.edi", "100%.edi"):
        (tmp_path / name).write_bytes(b"x")
    async with Poll(options(login(sshd)), tmp_path) as poll:
        pass
    assert poll.names == sorted(["Bestellung_\ufffd.edi", "Bestellung ä.edi", "発注.edi", "-rf", "a'b\"c.edi", "100%.edi"])
    assert lying(tmp_path) == []


async def test_links_and_pipes_are_not_followed(sshd: SshServer, tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (tmp_path / "secret").write_text("secret")
    (inbox / "link.edi").symlink_to(tmp_path / "secret")
    (inbox / "dangling.edi").symlink_to("nowhere")
    os.mkfifo(inbox / "pipe.edi")
    (inbox / "folder.edi").mkdir()
    (inbox / "bell\a.edi").write_text("x")
    async with Poll(options(login(sshd)), inbox) as poll:
        await poll.look()
    assert poll.names == []
    assert poll.counts.outcomes.count("refused") == 4
    assert (tmp_path / "secret").read_text() == "secret"


async def test_where_renaming_is_forbidden_files_are_taken_all_the_same(tmp_path: Path) -> None:
    with server("ForceCommand internal-sftp -P rename,posix-rename") as strict:
        (tmp_path / "order.edi").write_bytes(b"x")
        async with Poll(options(login(strict)), tmp_path) as poll:
            await poll.look()
    assert poll.names == ["order.edi"]
    assert lying(tmp_path) == []


async def test_where_nothing_may_be_changed_files_are_stored_once(tmp_path: Path) -> None:
    with server("ForceCommand internal-sftp -R") as strict:
        (tmp_path / "order.edi").write_bytes(b"x")
        async with Poll(options(login(strict)), tmp_path) as poll:
            for _ in range(3):
                await poll.look()
    assert len(poll.intake.begun) == 1
    assert lying(tmp_path) == ["order.edi"]


async def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with server() as mortal:
        async with Poll(options(login(mortal)), tmp_path) as poll:
            for round_ in range(3):
                for n in range(40):
                    (tmp_path / f"{round_}-{n}.edi").write_bytes(f"{round_}-{n}".encode())
                mortal.kill()
                await poll.look()
                assert poll.counts.outcomes[-1] == "failed"
                mortal.start()
                await poll.look()
    assert sorted(poll.intake.bodies) == sorted(f"{r}-{n}".encode() for r in range(3) for n in range(40))
    assert lying(tmp_path) == []


async def test_a_folder_that_is_missing_is_told(sshd: SshServer, tmp_path: Path) -> None:
    async with Poll(options(login(sshd)), tmp_path / "nowhere") as poll:
        for _ in range(5):
            await poll.look()
    assert poll.troubles.codes == ["no-such-folder"]
    assert "nowhere" in poll.troubles.open[""].message


async def test_several_connections_share_the_work_and_no_more_are_open_than_agreed(sshd: SshServer, tmp_path: Path) -> None:
    for n in range(400):
        (tmp_path / f"{n}.edi").write_bytes(str(n).encode())
    before = sshd.output.read_text().count("Accepted")
    async with Poll(options(login(sshd), connections=3), tmp_path) as poll:
        pass
    assert len(poll.intake.stored) == 400
    assert sshd.output.read_text().count("Accepted") - before <= 3


async def send(sshd: SshServer, outbox: RemoteOutbox, *parcels: Parcel) -> list[OutcomeKind]:
    sessions = Sessions(Connector(options(login(sshd))), most=2)
    channel = RemoteOutbound("bigbox-sftp", outbox, sessions=sessions, troubles=Told(), partner="bigbox")
    try:
        return [outcome.kind for outcome in await channel.send(parcels)]
    finally:
        await sessions.close()


async def test_files_are_left_whole_under_their_names(sshd: SshServer, tmp_path: Path) -> None:
    contents = {f"{n}.edi": os.urandom(n * 1000) for n in range(40)} | {"large.edi": os.urandom(5_000_000)}
    parcels = [Parcel(uuid4(), name, content) for name, content in contents.items()]
    outbox = RemoteOutbox(folder=str(tmp_path), marker="{name}.ok")
    assert set(await send(sshd, outbox, *parcels)) == {OutcomeKind.DELIVERED}
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents
    assert set(lying(tmp_path)) == set(contents) | {f"{name}.ok" for name in contents}
    assert set(await send(sshd, outbox, *parcels)) == {OutcomeKind.DELIVERED}


async def test_a_file_that_lies_there_is_never_replaced(sshd: SshServer, tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_bytes(b"old")
    assert await send(sshd, RemoteOutbox(folder=str(tmp_path)), Parcel(uuid4(), "a.edi", b"new")) == [OutcomeKind.FAILED]
    assert (tmp_path / "a.edi").read_bytes() == b"old"


async def test_where_renaming_is_forbidden_files_can_be_left_as_agreed(tmp_path: Path) -> None:
    with server("ForceCommand internal-sftp -P rename,posix-rename") as strict:
        sent = Parcel(uuid4(), "a.edi", b"new")
        assert await send(strict, RemoteOutbox(folder=str(tmp_path)), sent) == [OutcomeKind.RETRY]
        assert await send(strict, RemoteOutbox(folder=str(tmp_path), temporary=None), sent) == [OutcomeKind.DELIVERED]
    assert (tmp_path / "a.edi").read_bytes() == b"new"


async def test_where_nothing_may_be_written_it_is_told(tmp_path: Path) -> None:
    with server("ForceCommand internal-sftp -R") as strict:
        assert await send(strict, RemoteOutbox(folder=str(tmp_path)), Parcel(uuid4(), "a", b"x")) == [OutcomeKind.RETRY]


@pytest.mark.slow
async def test_a_folder_of_a_hundred_thousand_files_is_listed_and_begun(sshd: SshServer, tmp_path: Path) -> None:
    for n in range(100_000):
        (tmp_path / f"{n:06}.waiting").touch()
    (tmp_path / "order.edi").write_bytes(b"x")
    async with Poll(options(login(sshd)), tmp_path, pattern="*.edi") as poll:
        pass
    assert poll.names == ["order.edi"]
