"""A gateway whose configurations are activated while orders of a partner come in, and the system that the orders go to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from gateway.bootstrap import settings
from gateway.bootstrap.activations import propose_configuration
from gateway.bootstrap.in_force import in_force
from gateway.bootstrap.office import Office
from gateway.bootstrap.running import running
from gateway.bootstrap.service import ProcessOwned
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.succession import Succession
from gateway.domain.access import Caller, at_the_machine
from gateway.domain.activation import Proposal
from gateway.domain.token import hash_token
from gateway.store.database import Database
from tests.gateway.channels.http_partner import Partner, partner_server
from tests.servers.process import free_port, repeat
from tests.translators.x12.orders import order_850

TOKEN = "a-token"
ADA = at_the_machine("ada")
ROUTES = """
[gateway]
id = "gw"
owner = "edi"
identities = {{ x12 = "ZZ:NORDICDC" }}
listen = "127.0.0.1:{port}"
database_url = "${{DATABASE_URL}}"
activation = {{ managed = {managed}, approval = "{approval}" }}

[[owner]]
id = "edi"

[[application]]
id = "wms"
type = "http"
url = "{wms}"
internal = true
retry = {{ attempts = 2, first = "1s" }}

[[application.action]]
as = "order"
path = "/orders"
body = {{ number = "{{{{ document.number }}}}", by = "{mark}" }}

[[partner]]
id = "bigbox"
owner = "edi"
identities = {{ x12 = "01:123456789" }}

[[channel]]
id = "bigbox-http"
partner = "bigbox"
type = "http"
token_hashes = ["${{TOKEN_HASH}}"]

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
acknowledge = ["997"]

[[route]]
id = "{mark}"
document = "purchase_order"
deliver = [{{ to = "wms", as = "order" }}]
"""
"""Which configuration was in force says the route's name, which the system is told as well."""


def order(number: int) -> bytes:
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=number, order_number=f"PO-{number}")


@dataclass
class Site:
    """One folder of files, one database, one process that runs what is in force."""

    folder: Path
    wms: Partner
    environ: dict[str, str]
    database: Database
    port: int = field(default_factory=free_port)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    reload: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def file(self) -> Path:
        return self.folder / "routes.toml"

    def write(self, mark: str, *, managed: bool = True, approval: str = "nobody", change: str = "") -> None:
        """Files whose route has this name."""
        terms = {"managed": str(managed).lower(), "approval": approval, "port": self.port, "wms": self.wms.url}
        self.file.write_text(ROUTES.format(mark=mark, **terms) + change)

    def settings(self) -> Settings:
        return settings(str(self.file), self.environ)

    async def propose(self, mark: str, *, by: Caller = ADA, override: str = "", **terms: Any) -> dict[str, Any]:
        """Write the files and have them activated."""
        self.write(mark, **terms)
        return await self.activate(by=by, override=override)

    async def activate(self, *, by: Caller = ADA, override: str = "") -> dict[str, Any]:
        async with self.office() as office:
            proposal = Proposal(reason="a test", override=override)
            return dict(await propose_configuration(office, self.file, proposal, by=by))

    @asynccontextmanager
    async def office(self) -> AsyncIterator[Any]:
        """What a command opens."""
        yield Office(await in_force(self.settings(), self.database), self.database, self.environ["DATABASE_URL"], "test")

    @asynccontextmanager
    async def process(self, *, pace: float = 0.05) -> AsyncIterator["asyncio.Task[None]"]:
        """A gateway that works, and ends with the block."""

        def work(made: Settings, own: ProcessOwned) -> Any:
            return running(made, own=own)

        self.stop.clear()
        succession = Succession(self.settings(), self.database, work, stop=self.stop, reload=self.reload, pace=pace)
        task = asyncio.create_task(succession.run())
        try:
            await repeat(lambda: self.answers(task), within=20)
            yield task
        finally:
            self.stop.set()
            await task

    async def answers(self, task: "asyncio.Task[None]") -> bool:
        """Whether it works, and has put its start on record."""
        if task.done():
            await task
        if not await self.rows("select from gateway.activation where state = 'in_force'"):
            return False
        try:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/health/ready") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def post(self, number: int) -> tuple[int, str]:
        """An order, as a partner sends it; answers what was accepted, and the transmission's id."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{self.url}/v1/partners/bigbox/interchanges", data=order(number)) as answer,
        ):
            body = await answer.read()
            return answer.status, str(orjson.loads(body)["transmission"]) if answer.status == 202 else body.decode()

    async def runs(self, digest: str) -> None:
        """Wait until the process runs a configuration."""

        async def does() -> bool:
            async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as answer:
                text = await answer.text()
            lines = [line for line in text.splitlines() if line.startswith("edi_build_info") and line.endswith(" 1.0")]
            return len(lines) == 1 and f'config="{digest[:12]}"' in lines[0]

        await repeat(does, within=20)

    async def delivered(self, orders: int) -> dict[str, list[str]]:
        """Wait until the system has so many orders; answers by which configuration each was sent, once or oftener."""

        async def there() -> bool:
            return len({orjson.loads(one.body)["number"] for one in self.wms.requests}) >= orders

        await repeat(there, within=30)
        found: dict[str, list[str]] = {}
        for one in self.wms.requests:
            told = orjson.loads(one.body)
            found.setdefault(told["number"], []).append(told["by"])
        return found

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        async with self.database.connection() as connection:
            return [*await connection.fetch(sql, *arguments)]


async def _taken(_request: web.Request) -> web.StreamResponse:
    return web.json_response({}, status=201)


@asynccontextmanager
async def new_site(folder: Path, database: Database, postgres_url: str) -> AsyncIterator[Site]:
    """A site without files."""
    async with partner_server(_taken) as wms:
        environ = {"DATABASE_URL": postgres_url, "TOKEN_HASH": hash_token(TOKEN), "GATEWAY_DATA": str(folder / "var")}
        yield Site(folder, wms, environ, database)
