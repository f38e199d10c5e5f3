"""TLS of the one server follows its files: renewed ones count for new connections, and unusable ones change nothing."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from aiohttp import web

from gateway.bootstrap.http import tls_news
from gateway.domain.http_terms import ServerTls
from gateway.errors import ConfigurationInvalid
from gateway.web import WebServer
from tests.gateway.channels.conftest import server
from tests.gateway.channels.fakes import Tally, Told
from tests.gateway.channels.http_partner import Issued, issue


class Renewals:
    """A server whose files are replaced, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.looks, self.problems = Tally(), list[ConfigurationInvalid | None]()
        self.gate = asyncio.Event()

    def issue(self, name: str, *, by: Issued | None = None, authority: bool = False) -> Issued:
        return issue(self.folder, name, by=by, authority=authority)

    def install(self, issued: Issued, *, key: Issued | None = None) -> None:
        """Put it where the server reads it, each file as a whole, as tools for certificates do."""
        for file, target in ((issued.certificate, "server.pem"), ((key or issued).key, "server.key")):
            copyfile(file, self.folder / "new")
            (self.folder / "new").rename(self.folder / target)

    async def news(self, problem: ConfigurationInvalid | None) -> None:
        self.problems.append(problem)
        self.looks.raise_by_one()

    @asynccontextmanager
    async def running(self, *, authorities: tuple[str, ...] = ()) -> AsyncIterator[WebServer]:
        async def slow(_request: web.Request) -> web.Response:
            await self.gate.wait()
            return web.Response(text="done")

        tls = ServerTls(str(self.folder / "server.pem"), str(self.folder / "server.key"), authorities=authorities)
        running = server([web.get("/slow", slow)], tls=tls, tls_looks=0.01, tls_news=self.news)
        await running.start()
        try:
            await self.looks.reach(1)
            yield running
        finally:
            await running.stop()


@pytest.fixture
async def renewals(tmp_path: Path) -> Renewals:
    return Renewals(tmp_path)


async def shown(at: WebServer, *, own: Issued | None = None) -> bytes:
    """The certificate that a server shows to a new connection; `own` is what we show it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    reader, writer = await asyncio.open_connection("127.0.0.1", at.port, ssl=context)
    writer.write(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    try:
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
        certificate: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return certificate
    finally:
        writer.close()


def der(issued: Issued) -> bytes:
    return ssl.PEM_cert_to_DER_cert(issued.certificate.read_text())


async def test_a_renewed_certificate_is_shown_to_new_connections_on_the_same_port(renewals: Renewals) -> None:
    old, new = renewals.issue("old"), renewals.issue("new")
    renewals.install(old)
    async with renewals.running() as running:
        port = running.port
        assert await shown(running) == der(old)
        renewals.install(new)
        while await shown(running) != der(new):
            await asyncio.sleep(0)
        assert running.port == port
        assert renewals.problems[-1] is None


async def test_a_request_that_is_under_way_goes_on_over_the_connection_it_came_by(renewals: Renewals) -> None:
    old, new = renewals.issue("old"), renewals.issue("new")
    renewals.install(old)
    async with renewals.running() as running:
        context = ssl.create_default_context(cafile=old.certificate)
        reader, writer = await asyncio.open_connection("localhost", running.port, ssl=context)
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await writer.drain()
        renewals.install(new)
        while await shown(running) != der(new):
            await asyncio.sleep(0)
        renewals.gate.set()
        assert (await reader.read()).endswith(b"done")
        writer.close()


async def test_files_that_cannot_be_used_change_nothing_and_are_told_until_they_can(renewals: Renewals) -> None:
    old, new = renewals.issue("old"), renewals.issue("new")
    renewals.install(old)
    async with renewals.running() as running:
        renewals.install(new, key=old)
        await renewals.looks.reach(3)
        assert all(isinstance(problem, ConfigurationInvalid) for problem in renewals.problems[1:])
        assert "server.pem" in str(renewals.problems[-1])
        assert await shown(running) == der(old)
        (renewals.folder / "server.key").unlink()
        await renewals.looks.reach(renewals.looks.value + 2)
        assert await shown(running) == der(old)
        renewals.install(new)
        while renewals.problems[-1] is not None:
            await renewals.looks.reach(renewals.looks.value + 1)
        assert await shown(running) == der(new)


async def test_an_authority_that_was_taken_away_vouches_for_nobody_any_more(renewals: Renewals) -> None:
    first, second = (renewals.issue(name, authority=True) for name in ("first", "second"))
    client = renewals.issue("client", by=first)
    renewals.install(renewals.issue("own"))
    authority = renewals.folder / "clients.pem"
    copyfile(first.certificate, authority)
    async with renewals.running(authorities=(str(authority),)) as running:
        await shown(running, own=client)
        copyfile(second.certificate, authority)
        while renewals.problems[1:] != [None]:
            await renewals.looks.reach(renewals.looks.value + 1)
        with pytest.raises((OSError, AssertionError)):
            await shown(running, own=client)


async def test_its_owner_is_told_when_it_stays_so_and_when_it_is_over() -> None:
    told = Told()
    tell = tls_news(told)
    unusable = ConfigurationInvalid("TLS cannot be set up with server.pem", remedy="give PEM files that fit together")
    await tell(unusable)
    assert told.begun == []
    await tell(unusable)
    await tell(unusable)
    ((side, trouble),) = told.begun
    assert (side.channel, side.partner, trouble.code) == ("web-server", None, "tls-files-unusable")
    assert trouble.remedy == "give PEM files that fit together"
    await tell(None)
    assert told.open == {}


async def test_files_that_are_as_they_were_are_not_read_again(renewals: Renewals, monkeypatch: pytest.MonkeyPatch) -> None:
    renewals.install(renewals.issue("own"))
    async with renewals.running() as running:
        monkeypatch.setattr("gateway.web.server_context", lambda _tls: pytest.fail("they are read"))
        for _ in range(20):
            await shown(running)
    assert renewals.problems == [None]


async def test_nothing_older_than_tls_1_2_is_spoken(renewals: Renewals) -> None:
    renewals.install(renewals.issue("ours"))
    async with renewals.running() as running:
        for version, spoken in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
                context.set_ciphers("ALL:@SECLEVEL=0")  # or our own side would refuse what the server is to refuse
                context.minimum_version = context.maximum_version = version
            if spoken:
                _, writer = await asyncio.open_connection("127.0.0.1", running.port, ssl=context)
                writer.close()
                continue
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection("127.0.0.1", running.port, ssl=context)
