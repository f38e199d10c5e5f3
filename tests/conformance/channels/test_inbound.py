"""What every way in promises: whole bytes, once, stored before the partner is released; trouble loses nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import aiohttp
import pytest

from gateway.channels.folder import FolderInbound, Pace
from gateway.channels.http import HttpChannel, Limits, plain_access
from gateway.channels.remote_folder import RemoteInbound, Sessions
from gateway.channels.sftp import Connector
from gateway.domain.remote_folder_terms import RemoteInbox
from gateway.errors import CommitUnknown, Refused, StoreUnavailable
from gateway.ports import InboundChannel
from tests.gateway.channels.conftest import server
from tests.gateway.channels.fakes import Counts, FakeIntake, FakeRecords, Tally, Told, ToldFolder, Turns
from tests.gateway.channels.ftps.conftest import Site as FtpsSite
from tests.gateway.channels.http_mailbox import Files, Poller, polling
from tests.gateway.channels.http_partner import partner_server
from tests.gateway.channels.mail.conftest import Reading, written
from tests.integration.sftp_sites import login as sftp_login
from tests.integration.sftp_sites import options
from tests.servers.dovecot import DovecotServer
from tests.servers.fixtures import provide
from tests.servers.ftps import FtpsServer
from tests.servers.sshd import SshServer

PACE = Pace(settle=0)


class Sender(Protocol):
    """A partner on one kind of channel. `send` does what a partner does until the gateway has taken it."""

    intake: FakeIntake

    async def send(self, *contents: bytes) -> None: ...


class FolderSender:
    """Writes under a temporary name and renames; released when the file is gone."""

    def __init__(self, path: Path) -> None:
        self.intake, self._turns, self._path = FakeIntake(), Turns(), path
        self._folder, self._sent = ToldFolder(path), 0
        self._folder.prepare()
        self.channel: InboundChannel = FolderInbound(
            "folder",
            folder=self._folder,
            partner="bigbox",
            most_bytes=10_000_000,
            intake=self.intake,
            troubles=Told(),
            observer=Counts(),
            clock=self._turns,
            new_id=uuid4,
            pace=replace(PACE, retry_longest=1),
            notices=None,
            wait=self._turns.wait,
        )

    async def send(self, *contents: bytes) -> None:
        for content in contents:
            self._sent += 1
            file = self._path / f"{self._sent}.tmp"
            file.write_bytes(content)
            file.rename(file.with_suffix(".edi"))
        while self._folder.removed.value < self._sent:
            await self._turns.pass_(10)


class HttpSender:
    """Posts, and posts again as the answer tells; released by 202."""

    def __init__(self) -> None:
        self.intake = FakeIntake()
        access = plain_access({"bigbox": "t"})
        self._channel = HttpChannel(
            Limits(),
            intake=self.intake,
            records=FakeRecords(),
            access=access,
            observer=Counts(),
            clock=Turns(),
            new_id=uuid4,
        )
        self.server = server(self._channel.routes())
        self.client: aiohttp.ClientSession

    async def send(self, *contents: bytes) -> None:
        await asyncio.gather(*(self._send(content) for content in contents))

    async def _send(self, content: bytes) -> None:
        headers = {"Authorization": "Bearer t", "Idempotency-Key": str(uuid4())}
        while True:
            async with self.client.post("/v1/partners/bigbox/interchanges", data=content, headers=headers) as answer:
                if answer.status == 202:
                    return
                assert answer.status in {429, 503}


class PolledSender:
    """Keeps files ready on its own server; released when they are deleted there."""

    def __init__(self, intake: FakeIntake, files: Files, poller: Poller) -> None:
        self.intake, self._files, self._poller, self._sent = intake, files, poller, 0

    async def send(self, *contents: bytes) -> None:
        for content in contents:
            self._sent += 1
            self._files.content[str(self._sent)] = content
        while self._files.content:
            await self._poller.rounds(self._poller.ended.value + 1)


class MailSender:
    """Sends each content in a mail of its own; released when it is put away."""

    def __init__(self, server: DovecotServer) -> None:
        self._reading = Reading(server)
        self._reading.rest = at_once  # type: ignore[assignment, method-assign]
        self.intake, self.running, self._sent = self._reading.intake, self._reading.running(poll=0.01), 0

    async def send(self, *contents: bytes) -> None:
        for content in contents:
            self._reading.post.deliver(written(files=(("order.edi", content),)))
        self._sent += len(contents)
        await self._reading.away.reach(self._sent)

    def close(self) -> None:
        self._reading.post.close()


class FtpsSender:
    """Leaves files on its own server; released when they are removed."""

    def __init__(self, server: FtpsServer) -> None:
        self._site = FtpsSite(server)
        self._site.rest = self._rest  # type: ignore[method-assign]
        self.intake, self.running, self._sent = self._site.intake, self._site.running(complete="renamed"), 0

    async def _rest(self, seconds: float) -> None:
        self._site.turns.skip(seconds)
        await at_once(seconds)

    async def send(self, *contents: bytes) -> None:
        for content in contents:
            self._sent += 1
            self._site.put(f"{self._sent}.part", content).rename(self._site.inbox / f"{self._sent}.edi")
        await self._site.removed.reach(self._sent)


class SftpSender:
    """Leaves files on its own server; released when they are removed."""

    def __init__(self, server: SshServer, path: Path) -> None:
        self.intake, self._path, self._sent = FakeIntake(), path, 0
        self._gone = Tally()
        self.sessions = Sessions(Connector(options(sftp_login(server))), most=2)
        self.channel = RemoteInbound(
            "sftp",
            RemoteInbox(folder=str(path), complete="renamed"),
            sessions=self.sessions,
            partner="bigbox",
            most_bytes=10_000_000,
            intake=self.intake,
            troubles=Told(),
            observer=Counts(),
            clock=self,
            new_id=uuid4,
            wait=self._rest,
        )

    _seconds = 0.0

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def _rest(self, seconds: float) -> None:
        self._seconds += seconds
        self._gone.raise_by_one()
        await asyncio.sleep(0)

    async def send(self, *contents: bytes) -> None:
        for content in contents:
            self._sent += 1
            (self._path / f"{self._sent}.part").write_bytes(content)
            (self._path / f"{self._sent}.part").rename(self._path / f"{self._sent}.edi")
        while any(self._path.iterdir()):
            await self._gone.reach(self._gone.value + 1)


async def at_once(_seconds: float) -> None:
    """Let others run, and that is all the waiting."""
    await asyncio.sleep(0)


@asynccontextmanager
async def folder_sender(path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    sender = FolderSender(path / "in")
    running = asyncio.create_task(sender.channel.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def http_sender(_path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    sender = HttpSender()
    await sender.server.start()
    async with aiohttp.ClientSession(sender.server.url) as sender.client:
        try:
            yield sender
        finally:
            await sender.server.stop()


@asynccontextmanager
async def polled_sender(_path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    files, intake = Files(), FakeIntake()
    async with partner_server(files) as partner, polling(partner.url, intake, most_bytes=10_000_000) as poller:
        yield PolledSender(intake, files, poller)


@asynccontextmanager
async def mail_sender(_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    sender = MailSender(request.getfixturevalue("dovecot"))
    async with sender.running:
        yield sender
    sender.close()


@asynccontextmanager
async def ftps_sender(_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    sender = FtpsSender(request.getfixturevalue("ftps"))
    async with sender.running:
        yield sender


@asynccontextmanager
async def sftp_sender(path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    sender = SftpSender(request.getfixturevalue("sshd"), path)
    running = asyncio.create_task(sender.channel.run())
    try:
        yield sender
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await sender.sessions.close()


@pytest.fixture(scope="module")
def sshd() -> Iterator[SshServer]:
    yield from provide(SshServer)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[DovecotServer]:
    yield from provide(DovecotServer)


@pytest.fixture(scope="module")
def ftps() -> Iterator[FtpsServer]:
    yield from provide(FtpsServer)


SENDERS = {
    "folder": folder_sender,
    "http": http_sender,
    "http-poll": polled_sender,
    "mail": mail_sender,
    "ftps": ftps_sender,
    "sftp": sftp_sender,
}


@pytest.fixture(params=list(SENDERS.values()), ids=list(SENDERS))
async def sender(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Sender]:
    async with request.param(tmp_path, request) as opened:
        yield opened


@pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n", b"ISA*" * 250_000], ids=["empty", "binary", "1 MB"])
async def test_the_bytes_arrive_as_they_were_sent(sender: Sender, content: bytes) -> None:
    await sender.send(content)
    assert sender.intake.bodies == [content]


async def test_many_at_once_arrive_once_each(sender: Sender) -> None:
    contents = [str(number).encode() for number in range(200)]
    await sender.send(*contents)
    assert sorted(sender.intake.bodies) == sorted(contents)


async def test_the_same_content_twice_is_two_transmissions(sender: Sender) -> None:
    await sender.send(b"same")
    await sender.send(b"same")
    assert sender.intake.bodies == [b"same", b"same"]


@pytest.mark.parametrize(
    "trouble",
    [StoreUnavailable("down"), CommitUnknown("broke"), Refused("over quota", status=429)],
    ids=lambda t: type(t).__name__,
)
async def test_trouble_with_the_intake_loses_and_doubles_nothing(sender: Sender, trouble: Exception) -> None:
    sender.intake.troubles = [trouble] * 3
    contents = [str(number).encode() for number in range(20)]
    await sender.send(*contents)
    assert sorted(sender.intake.bodies) == sorted(contents)


async def test_a_commit_whose_answer_is_lost_is_not_doubled(sender: Sender) -> None:
    sender.intake.commits_then_fails = CommitUnknown("broke")
    sending = asyncio.create_task(sender.send(b"ISA*"))
    await sender.intake.commits.reach(1)
    sender.intake.commits_then_fails = None
    await sending
    assert sender.intake.bodies == [b"ISA*"]
