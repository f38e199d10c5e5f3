"""Two regions with a gateway each, on two databases, from one routes.toml."""

import os
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from gateway.config import REGION
from gateway.domain.token import hash_token
from tests.gateway.channels.as2.certificates import pair
from tests.servers.postgres import binaries
from tests.servers.process import free_port, repeat

ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = { x12 = "ZZ:NORDICDC", as2 = "NORDIC-DC" }
listen = "127.0.0.1:OWN_PORT"
data = "data"
database_url = "${OWN_URL:-}"

[gateway.as2]
keys = [{ certificate = "ours.pem", key = "${file:ours.key}" }]

[[owner]]
id = "edi"

[[region]]
id = "eu"
database_url = "${EU_URL:-}"
listen = "127.0.0.1:EU_PORT"
url = "https://eu.edi.nordic.example"
backup = "backups"

[[application]]
id = "odoo"
type = "odoo"
url = "http://127.0.0.1:1"
api_key = "${ODOO_KEY}"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[partner]]
id = "nordmart"
owner = "edi"
region = "eu"
identities = { x12 = "ZZ:NORDMART", as2 = "NORDMART" }

[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${TOKEN_HASH}"]

[[channel]]
id = "nordmart-http"
partner = "nordmart"
type = "http"
token_hashes = ["${TOKEN_HASH}"]

[[channel]]
id = "nordmart-as2"
partner = "nordmart"
type = "as2"
url = "http://127.0.0.1:1"
certificates = ["theirs.pem"]

[[channel]]
id = "anybody"
type = "folder"
inbox = "anybody"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[agreement]]
id = "nordmart-850"
partner = "nordmart"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[route]]
id = "orders"
deliver = [{ to = "odoo", as = "sale_order" }]
"""


@dataclass(frozen=True)
class Region:
    """A gateway of a region, and its database. `name` is empty for the one of partners without a region."""

    name: str
    url: str
    port: int

    async def post(self, partner: str, body: bytes, *, token: str = "token") -> tuple[int, Mapping[str, Any]]:
        """What it answers to an interchange of a partner."""
        return await self._post(f"/v1/partners/{partner}/interchanges", body, {"Authorization": f"Bearer {token}"})

    async def post_as2(self, sender: str, body: bytes) -> tuple[int, Mapping[str, Any]]:
        """What it answers to a message under AS2 names."""
        headers = {"AS2-From": sender, "AS2-To": "NORDIC-DC", "Message-ID": "<1@theirs>", "AS2-Version": "1.2"}
        return await self._post("/as2", body, headers)

    async def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def metrics(self) -> str:
        """What it counts."""
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}/metrics") as answer:
            return await answer.text()

    async def rows(self, sql: str) -> Sequence[Any]:
        """Rows of its database."""
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetch(sql)
        finally:
            await connection.close()

    async def until(self, sql: str) -> Sequence[Any]:
        """The rows of a query, once there are some."""
        found: list[Any] = []

        async def there() -> bool:
            found[:] = await self.rows(sql)
            return bool(found)

        await repeat(there)
        return found

    def dump(self, to: Path, form: str = "plain") -> Path:
        """All of its database, as pg_dump writes it."""
        words = [str(binaries() / "pg_dump"), f"--format={form}", "-f", str(to), "-d", self.url]
        subprocess.run(words, check=True, capture_output=True)
        return to


@dataclass
class Regions:
    """Both, and how commands are run in them."""

    config: Path
    own: Region
    eu: Region
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where routes.toml lies."""
        return self.config.parent

    def environ_of(self, region: Region) -> dict[str, str]:
        """The environment of a command that works with a region: it knows no other region's database."""
        other = "EU_URL" if region is self.own else "OWN_URL"
        return {name: value for name, value in self.environ.items() if name != other} | {REGION: region.name}


def written(folder: Path, own_url: str, eu_url: str) -> Regions:
    """One routes.toml for both, with its keys."""
    own, eu = Region("", own_url, free_port()), Region("eu", eu_url, free_port())
    for name in ("ours", "theirs"):
        (folder / f"{name}.pem").write_bytes(pair(name).certificate)
        (folder / f"{name}.key").write_bytes(pair(name).key)
    config = folder / "routes.toml"
    config.write_text(ROUTES.replace("OWN_PORT", str(own.port)).replace("EU_PORT", str(eu.port)))
    known = {"OWN_URL": own_url, "EU_URL": eu_url, "ODOO_KEY": "key", "TOKEN_HASH": hash_token("token")}
    return Regions(config, own, eu, {**os.environ, **known})


@asynccontextmanager
async def at_work(regions: Regions) -> AsyncIterator[None]:
    """Both gateways work as long as the block lasts."""
    async with AsyncExitStack() as stack:
        for region in (regions.own, regions.eu):
            made = settings(str(regions.config), regions.environ_of(region))
            await stack.enter_async_context(run_service(made))
        yield
