"""A partner's FTPS server in a process of its own, with a channel that fetches from it and one that leaves files there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.channels.ftps import FtpsConnector
from gateway.channels.ftps.session import FtpsSession
from gateway.channels.remote_folder import Pace, RemoteInbound, RemoteOutbound, Sessions
from gateway.domain import ftps_terms
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from tests.gateway.channels.fakes import Counts, FakeIntake, Tally, Told, Turns
from tests.servers.fixtures import provide
from tests.servers.ftps import PASSWORD, USER, FtpsServer
from tests.servers.vsftpd import VsftpdServer


@pytest.fixture(scope="session")
def ftps() -> Iterator[FtpsServer]:
    """The server that all tests of a session share; leave it running."""
    yield from provide(FtpsServer)


@pytest.fixture(scope="module")
def vsftpd() -> Iterator[VsftpdServer]:
    """A strict server without MLSD."""
    yield from provide(VsftpdServer)


def login(server: FtpsServer | VsftpdServer, **changes: Any) -> ftps_terms.FtpsServer:
    """How a channel gets into a server."""
    user, password = (USER, PASSWORD) if isinstance(server, FtpsServer) else ("anonymous", "edi@nordic.example")
    told = {"host": "127.0.0.1", "user": user, "password": password, "port": server.port, "timeout": 10.0}
    return ftps_terms.FtpsServer(**{**told, "authorities": str(server.certificate.certificate), **changes})


class ToldSession(FtpsSession):
    """The real session, and tells when a file was taken away. `meanwhile` happens before files are read."""

    def __init__(self, site: "Site") -> None:
        super().__init__(site.login)
        self._site = site

    def read(self, path: str, **how: Any) -> Any:
        if self._site.meanwhile:
            self._site.meanwhile.pop(0)()
        return super().read(path, **how)

    def remove(self, path: str) -> None:
        super().remove(path)
        self._site.removed.raise_by_one()


class ToldConnector(FtpsConnector):
    """Opens such sessions, with the login that the site has at that moment."""

    def __init__(self, site: "Site") -> None:
        super().__init__(site.login)
        self._site = site

    def session(self) -> FtpsSession:
        return ToldSession(self._site)


class Site:
    """A partner's folders on a server, and our channels to them."""

    def __init__(self, server: FtpsServer | VsftpdServer) -> None:
        self.server, self.login = server, login(server)
        name = uuid4().hex
        self.inbox, self.outbox, self.done = (server.files / f"{kind}-{name}" for kind in ("in", "out", "done"))
        for folder in (self.inbox, self.outbox, self.done):
            folder.mkdir(mode=0o777)
            folder.chmod(0o777)
        self.intake, self.counts, self.turns, self.told = FakeIntake(), Counts(), Turns(), Told()
        self.removed = Tally()
        self.meanwhile: list[Callable[[], None]] = []
        self.terms = RemoteInbox(folder=self.inbox.name, settle=2.0, poll=30.0, done=self.done.name)
        self.new_id: Callable[[], UUID] = uuid4
        self.most_bytes = 1_000_000
        self._pools: list[Sessions] = []

    def put(self, name: str, content: bytes = b"ISA*") -> Path:
        file = self.inbox / name
        file.write_bytes(content)
        file.chmod(0o666)
        return file

    def sessions(self, most: int) -> Sessions:
        self._pools.append(Sessions(ToldConnector(self), most=most, idle=60.0))
        return self._pools[-1]

    async def close(self) -> None:
        for pool in self._pools:
            await pool.close()

    @property
    def waiting(self) -> list[str]:
        return sorted(file.name for file in self.inbox.iterdir())

    async def rest(self, seconds: float) -> None:
        await self.turns.wait(asyncio.Event(), seconds)

    @asynccontextmanager
    async def running(self, *, pace: Pace = Pace(), connections: int = 1, **terms: Any) -> AsyncIterator[None]:  # noqa: B008 - frozen
        sessions = self.sessions(connections)
        channel = RemoteInbound(
            "farm-ftps",
            replace(self.terms, **terms),
            sessions=sessions,
            partner="farm",
            most_bytes=self.most_bytes,
            intake=self.intake,
            troubles=self.told,
            observer=self.counts,
            clock=self.turns,
            new_id=self.new_id,
            pace=pace,
            batches=connections,
            wait=self.rest,
        )
        run = asyncio.create_task(channel.run())
        try:
            yield
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
            await sessions.close()

    def outbound(self, **terms: Any) -> RemoteOutbound:
        outbox = RemoteOutbox(folder=self.outbox.name, **terms)
        return RemoteOutbound("farm-ftps", outbox, sessions=self.sessions(2), troubles=self.told, partner="farm")

    @property
    def left(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in self.outbox.iterdir()}


@pytest.fixture
async def site(ftps: FtpsServer) -> AsyncIterator[Site]:
    site = Site(ftps)
    yield site
    await site.close()


Opening = Callable[..., Any]


@pytest.fixture
def open_site() -> Opening:
    """Opens a site on a server of its own, with settings."""

    @asynccontextmanager
    async def opened(**settings: bool) -> AsyncIterator[Site]:
        serving = provide(lambda: FtpsServer(**settings))
        server = next(serving)
        try:
            site = Site(server)
            if settings.get("implicit"):
                site.login = replace(site.login, tls="implicit")
            yield site
            await site.close()
        finally:
            server.remove()

    return opened
