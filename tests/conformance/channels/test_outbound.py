"""What every way to a partner promises: one outcome per parcel, whole content, and repeats as `idempotent` says."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.channels.folder import FolderOutbound
from gateway.channels.remote_folder import RemoteOutbound, Sessions
from gateway.channels.sftp import Connector
from gateway.domain.remote_folder_terms import RemoteOutbox
from gateway.ports import OutboundChannel, OutcomeKind, Parcel
from tests.gateway.channels.fakes import Told
from tests.gateway.channels.ftps.conftest import Site as FtpsSite
from tests.gateway.channels.http_partner import partner_server
from tests.gateway.channels.mail.conftest import mail_server
from tests.gateway.channels.test_http_outbound import channel as http_channel
from tests.integration.sftp_sites import login, options
from tests.servers.certificate import make_certificate
from tests.servers.fixtures import provide
from tests.servers.ftps import FtpsServer
from tests.servers.sshd import SshServer


class Wall:
    """The present."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True)
class Way:
    """A channel, and what has arrived at its end: each file or mail, by name and content."""

    channel: OutboundChannel
    arrived: Callable[[], Sequence[tuple[str, bytes]]]


@asynccontextmanager
async def folder_way(path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    out = path / "out"
    channel = FolderOutbound("folder", path=out, clock=Wall(), new_id=uuid4)
    yield Way(channel, lambda: [(file.name, file.read_bytes()) for file in out.iterdir()] if out.exists() else [])


@asynccontextmanager
async def mail_way(path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    async with mail_server(make_certificate(path)) as sending:

        def arrived() -> list[tuple[str, bytes]]:
            attached = [part for mail in sending.mails.mails for part in mail.iter_attachments()]
            return [(str(part.get_filename()), part.get_payload(decode=True)) for part in attached]  # type: ignore[misc]

        yield Way(sending.channel(), arrived)


@asynccontextmanager
async def ftps_way(_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    site = FtpsSite(request.getfixturevalue("ftps_server"))
    yield Way(site.outbound(), lambda: list(site.left.items()))
    await site.close()


@asynccontextmanager
async def sftp_way(path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    sessions = Sessions(Connector(options(login(request.getfixturevalue("sshd")))), most=2)
    channel = RemoteOutbound("sftp", RemoteOutbox(folder=str(path)), sessions=sessions, troubles=Told(), partner="bigbox")
    yield Way(channel, lambda: [(file.name, file.read_bytes()) for file in path.iterdir()])
    await sessions.close()


@asynccontextmanager
async def http_put_way(_path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    """A server that keeps files by name: the same name again replaces."""
    async with partner_server() as partner, http_channel(f"{partner.url}/in/{{name}}", method="PUT", idempotent=True) as channel:
        yield Way(channel, lambda: list({asked.path.removeprefix("/in/"): asked.body for asked in partner.requests}.items()))


@asynccontextmanager
async def http_post_way(_path: Path, _request: pytest.FixtureRequest) -> AsyncIterator[Way]:
    """A server that takes whatever is posted as something new."""
    async with partner_server() as partner, http_channel(f"{partner.url}/in") as channel:

        def arrived() -> list[tuple[str, bytes]]:
            names = [asked.headers["Content-Disposition"].split('"')[1] for asked in partner.requests]
            return [(name, asked.body) for name, asked in zip(names, partner.requests, strict=True)]

        yield Way(channel, arrived)


@pytest.fixture(scope="module")
def sshd() -> Iterator[SshServer]:
    yield from provide(SshServer)


@pytest.fixture(scope="module")
def ftps_server() -> Iterator[FtpsServer]:
    yield from provide(FtpsServer)


WAYS = {
    "folder": folder_way,
    "mail": mail_way,
    "ftps": ftps_way,
    "sftp": sftp_way,
    "http-put": http_put_way,
    "http-post": http_post_way,
}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    async with request.param(tmp_path, request) as opened:
        yield opened


async def test_every_parcel_has_its_own_outcome(way: Way) -> None:
    parcels = [Parcel(uuid4(), f"{number}.edi", b"x" * number) for number in range(50)]
    outcomes = await way.channel.send(parcels)
    assert {outcome.delivery for outcome in outcomes} == {parcel.delivery for parcel in parcels}
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert sorted(way.arrived()) == sorted((parcel.name, parcel.content) for parcel in parcels)


async def test_no_parcels_are_no_outcomes(way: Way) -> None:
    assert list(await way.channel.send([])) == []


async def test_a_parcel_sent_again_arrives_once_where_the_channel_is_idempotent_and_else_unchanged(way: Way) -> None:
    parcel = Parcel(uuid4(), "997.edi", b"ISA*\x00\xff")
    for _ in range(3):
        (outcome,) = await way.channel.send([parcel])
        assert outcome.kind is OutcomeKind.DELIVERED
    assert way.arrived() == [("997.edi", b"ISA*\x00\xff")] * (1 if way.channel.idempotent else 3)


async def test_a_name_that_leads_elsewhere_is_refused_for_good(way: Way) -> None:
    (outcome,) = await way.channel.send([Parcel(uuid4(), "../997.edi", b"ISA*")])
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.message
    assert list(way.arrived()) == []


async def test_a_channel_has_a_name(way: Way) -> None:
    assert way.channel.id
