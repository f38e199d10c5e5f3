"""What is fetched from partners by HTTP, by mail and by FTPS, while the gateway is killed with -9 between storing and releasing:
each file, mail and item becomes one transmission, byte for byte, and is released in the end.

The moments come from a seed that is printed; `KILL_SEED=<n>` draws them again.
"""

import asyncio
import hashlib
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg
import pytest

from tests.acceptance.partners import SEED, x12_orders
from tests.acceptance.site import Site, new_site
from tests.gateway.channels.http_mailbox import Files
from tests.gateway.channels.http_partner import partner_server
from tests.gateway.channels.mail.conftest import FARM, Post, written
from tests.servers.dovecot import PASSWORD as MAIL_PASSWORD
from tests.servers.dovecot import DovecotServer
from tests.servers.fixtures import provide
from tests.servers.ftps import PASSWORD, USER, FtpsServer
from tests.servers.process import repeat, wait_until

ITEMS = 40

CONFIGURATION = """
[gateway]
id = "nordic-dc"
owner = "edi"
data = "${GATEWAY_DATA}"
listen = "${GATEWAY_LISTEN}"
database_url = "${DATABASE_URL}"
identities = { x12 = "ZZ:NORDICDC" }

[[owner]]
id = "edi"

[[application]]
id = "odoo"
type = "odoo"
url = "${ODOO_URL}"
api_key = "${ODOO_API_KEY}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
strictness = { code_lists = "warn" }
duplicates = "reject"

[[route]]
id = "orders"
document = "purchase_order"
deliver = [{ to = "odoo", as = "sale_order" }]
"""
HTTP = """
[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"

[channel.poll]
url = "{url}/list"
every = "100ms"
internal = true
listing = {{ items = "files[]", id = "id", url = "href", name = "name" }}
"""
MAIL = """
[[channel]]
id = "bigbox-mail"
partner = "bigbox"
type = "mail"

[channel.imap]
host = "127.0.0.1"
port = {server.tls_port}
login = "{user}"
password = "${{MAIL_PASSWORD}}"
authorities = "{server.certificate.certificate}"
senders = ["{sender}"]
poll = "1s"
"""
FTPS = """
[[channel]]
id = "bigbox-ftps"
partner = "bigbox"
type = "ftps"
host = "127.0.0.1"
port = {server.port}
authorities = "{server.certificate.certificate}"
user = "{user}"
password = "${{FTPS_PASSWORD}}"
inbox = {{ folder = "out", complete = "renamed", poll = "1s" }}
"""


class Partner(Protocol):
    """A partner's server: where it lies as a channel, what is put there, and how much of that we have not released yet."""

    channel: str

    @property
    def configuration(self) -> str: ...

    def put(self, contents: Mapping[str, bytes]) -> None: ...

    def left(self) -> int: ...

    async def between(self, stored: Callable[[int], Awaitable[None]], number: int) -> None:
        """Wait for a moment when so many are stored, and not all of them released."""


@dataclass
class HttpPartner:
    url: str
    files: Files
    channel: str = "bigbox-http"

    @property
    def configuration(self) -> str:
        return HTTP.format(url=self.url)

    def put(self, contents: Mapping[str, bytes]) -> None:
        self.files.content |= contents

    def left(self) -> int:
        return len(self.files.content)

    async def between(self, stored: Callable[[int], Awaitable[None]], number: int) -> None:
        """A confirmation has come, and has its effect or not; we do not hear of it."""
        await stored(number)
        self.files.reached.clear()
        self.files.stop_at = "before confirm" if number % 2 else "after confirm"
        over = partial(
            wait_until, lambda: self.files.reached.is_set() or not self.files.content, within=60, what="a confirmation"
        )
        await asyncio.to_thread(over)


@dataclass
class MailPartner:
    server: DovecotServer
    user: str = field(default_factory=lambda: f"kill{uuid4().hex[:8]}")
    channel: str = "bigbox-mail"

    @property
    def configuration(self) -> str:
        return MAIL.format(server=self.server, user=self.user, sender=FARM)

    def put(self, contents: Mapping[str, bytes]) -> None:
        post = Post(self.server, self.user)
        post.deliver(*(written(files=((f"{name}.edi", content),)) for name, content in contents.items()))
        post.close()

    def left(self) -> int:
        post = Post(self.server, self.user)
        try:
            return len(post.mails("INBOX"))
        finally:
            post.close()

    async def between(self, stored: Callable[[int], Awaitable[None]], number: int) -> None:
        await stored(number)


@dataclass
class FtpsPartner:
    server: FtpsServer
    channel: str = "bigbox-ftps"

    @property
    def configuration(self) -> str:
        return FTPS.format(server=self.server, user=USER)

    def put(self, contents: Mapping[str, bytes]) -> None:
        for name, content in contents.items():
            (self.server.files / f"{name}.tmp").write_bytes(content)
            (self.server.files / f"{name}.tmp").rename(self.server.files / "out" / f"{name}.edi")

    def left(self) -> int:
        return len(list((self.server.files / "out").iterdir()))

    async def between(self, stored: Callable[[int], Awaitable[None]], number: int) -> None:
        await stored(number)


@pytest.fixture
def dovecot() -> Iterator[DovecotServer]:
    yield from provide(DovecotServer)


@pytest.fixture
def ftps() -> Iterator[FtpsServer]:
    yield from provide(FtpsServer)


@asynccontextmanager
async def http(_request: pytest.FixtureRequest) -> AsyncIterator[Partner]:
    files = Files()
    async with partner_server(files) as server:
        yield HttpPartner(server.url, files)
        files.gate.set()


@asynccontextmanager
async def mail(request: pytest.FixtureRequest) -> AsyncIterator[Partner]:
    yield MailPartner(request.getfixturevalue("dovecot"))


@asynccontextmanager
async def by_ftps(request: pytest.FixtureRequest) -> AsyncIterator[Partner]:
    yield FtpsPartner(request.getfixturevalue("ftps"))


class Watch:
    """What the database knows, and the passing of time in it."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]", channel: str) -> None:
        self._connection, self._channel = connection, channel

    async def stored(self, number: int) -> None:
        """Wait until so many transmissions are stored."""
        count = "select count(*) from gateway.transmission where channel = $1"
        while await self._connection.fetchval(count, self._channel) < number:
            await asyncio.sleep(0)

    async def expire_leases(self) -> None:
        """Those of a killed process run out after some seconds, which no test needs to wait for."""
        await self._connection.execute("update gateway.lease set until = '-infinity'")

    async def bodies(self) -> list[tuple[str, bytes]]:
        query = "select name, sha256 from gateway.transmission where channel = $1 order by name"
        return [(row["name"], row["sha256"]) for row in await self._connection.fetch(query, self._channel)]

    async def orders(self) -> int:
        found: int = await self._connection.fetchval("select count(*) from gateway.document where type = '850'")
        return found


@pytest.mark.timeout(180)
@pytest.mark.parametrize("transport", [http, mail, by_ftps], ids=["http", "mail", "ftps"])
async def test_each_is_fetched_once_while_the_gateway_is_killed(
    transport: Callable[[pytest.FixtureRequest], "AsyncIterator[Partner]"],
    request: pytest.FixtureRequest,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")
    moments = sorted(random.Random(seed).sample(range(1, ITEMS), 2))
    contents = x12_orders(range(1, ITEMS + 1))
    environment = {"DATABASE_URL": postgres_url, "MAIL_PASSWORD": MAIL_PASSWORD, "FTPS_PASSWORD": PASSWORD}
    async with transport(request) as partner:  # type: ignore[attr-defined]
        await asyncio.to_thread(partner.put, contents)
        (tmp_path / "routes.toml").write_text(CONFIGURATION + partner.configuration)
        with new_site(environment=environment, seed=SEED, config=tmp_path / "routes.toml") as site:
            await asyncio.to_thread(site.start_gateway)
            connection = await asyncpg.connect(postgres_url)
            watch = Watch(connection, partner.channel)
            for moment in moments:
                await partner.between(watch.stored, moment)
                await killed(site, watch)
            await watch.stored(ITEMS)
            await asyncio.to_thread(wait_until, lambda: not partner.left(), within=60, what="the release of everything")
            await audit(watch, contents)
            await connection.close()
            assert site.gateway is not None
            assert await asyncio.to_thread(site.gateway.stop, 15) == 0


async def killed(site: Site, watch: Watch) -> None:
    """Kill the gateway, and start it again."""
    assert site.gateway is not None
    site.gateway.kill()
    await watch.expire_leases()
    await asyncio.to_thread(site.start_gateway)


async def audit(watch: Watch, contents: Mapping[str, bytes]) -> None:
    """Every content one transmission, and one order."""
    expected = sorted((f"{name}.edi", hashlib.sha256(body).digest()) for name, body in contents.items())
    assert await watch.bodies() == expected

    async def booked() -> bool:
        return await watch.orders() >= len(contents)

    await repeat(booked, within=60)
    assert await watch.orders() == len(contents)
