"""A gateway that trades with simulated partners: what is agreed with each stands in trading/partners, and nowhere else."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.applications.odoo.client import OdooClient
from gateway.bootstrap import Settings, running, settings
from gateway.cli.simulate.key_files import make_keys
from gateway.cli.simulate.lines import line_of
from gateway.cli.simulate.speaking import Spoken, Wanted, channel_of, simulated, spoken
from gateway.domain.token import hash_token
from gateway.simulators.odoo import Account, OdooSimulator
from gateway.simulators.partner import Manners, SimulatedPartner, consignments, order_of
from gateway.simulators.partner.as2_line import As2Line
from gateway.store.database import Database
from tests.servers.process import free_port, repeat

TRADING = Path(__file__).parent / "trading"
PARTNERS = ("lakeside", "nordmart", "havn")
PATIENCE = 30.0
_NOW = "update gateway.delivery set next_attempt_at = gateway.now() where state = 'waiting' and partner = $1"
SEED: Mapping[str, Any] = {
    "pricelists": [{"name": "USD", "currency": "USD", "external_id": "p.USD"}],
    "products": [
        {"default_code": item, "name": item.title(), "list_price": 4.5, "on_hand": 1000} for item in ("ANVIL", "ROCKET")
    ],
    "partners": [
        {"name": "Lakeside", "ref": "777777777", "is_company": True, "currency": "USD"},
        {"name": "NordMart", "ref": "5798000000025", "is_company": True, "currency": "USD"},
        {"name": "Havn", "ref": "5798000000032", "is_company": True, "currency": "USD"},
    ],
}


class Standing:
    """A partner's server that stays up while partners come and go: the gateway looks ever more rarely for one that is away."""

    def __init__(self) -> None:
        self.now: SimulatedPartner | None = None

    async def take(self, body: bytes, name: str) -> None:
        if self.now is not None:
            await self.now.take(body, name)


@dataclass
class Trading:
    """The running gateway, and whoever trades with it."""

    folder: Path
    environ: Mapping[str, str]
    settings: Settings
    database: Database
    odoo: OdooSimulator
    people: OdooClient
    standing: Mapping[str, tuple[Standing, Any]]
    spoken: dict[str, Spoken] = field(default_factory=dict)

    @asynccontextmanager
    async def partner(self, name: str, manners: Manners = Manners(), *, first: int = 1) -> AsyncIterator[SimulatedPartner]:  # noqa: B008 - frozen
        """A partner as routes.toml has it, on its line."""
        wanted = Wanted(name, "", "", self.folder / "simulated", manners, first)
        said = self.spoken[name] = spoken(self.settings.snapshot, wanted)
        one = simulated(said, wanted, tell=lambda _act: None)
        server, line = self.standing[name]
        server.now = one
        one.by(line)
        if isinstance(line, As2Line):
            line.system.manners = manners
        try:
            yield one
            if isinstance(line, As2Line):
                line.system.manners = Manners()
            await self.rests(name)
        finally:
            server.now = None
            await one.leave()

    async def order(self, partner: SimulatedPartner, name: str, *numbers: str) -> None:
        """Send orders, each in an interchange of its own, as the partner's manners are."""
        said, now = self.spoken[name], datetime.now(UTC)
        assert said.orders is not None
        orders = [
            order_of(
                number, family=said.family, buyer=said.identity, seller=said.other, issued=now.date(), more={"currency": "USD"}
            )
            for number in numbers
        ]
        written = [partner.side.rendered(order, said.orders.type, said.orders.version) for order in orders]
        await partner.send(consignments(partner.side, written, partner.manners.sending, prepared=now))

    async def rests(self, name: str) -> None:
        """Wait until nothing is on its way to a partner any more: the next one under its name would get it."""

        async def nothing() -> bool:
            await self.rows(_NOW, name)
            sql = "select 1 from gateway.delivery where partner = $1 and state in ('waiting', 'blocked', 'sending') limit 1"
            return not await self.rows(sql, name)

        await repeat(nothing, within=PATIENCE)

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """What the database holds."""
        async with self.database.connection() as connection:
            return [dict(row) for row in await connection.fetch(sql, *values)]


@asynccontextmanager
async def trading_site(folder: Path, database_url: str, *, shadow: str = "") -> AsyncIterator[Trading]:
    """The gateway with its Odoo, ready; the partner `shadow` in shadow, as if another gateway served it."""
    shutil.copytree(TRADING, folder, dirs_exist_ok=True)
    if shadow:
        file = folder / "partners" / f"{shadow}.toml"
        file.write_text(file.read_text().replace('owner = "edi"', 'owner = "edi"\nshadow = true', 1))
    made = {name: make_keys(folder / "simulated", name) for name in ("nordic", *PARTNERS)}
    async with AsyncExitStack() as stack:
        accounts = (Account("gateway", "demo"), Account("clerk", "key", groups=("accounting", "contacts")))
        odoo = await stack.enter_async_context(OdooSimulator(seed=SEED, accounts=accounts))
        environ = {
            "GATEWAY_LISTEN": f"127.0.0.1:{free_port()}", "DATABASE_URL": database_url,
            "ODOO_URL": odoo.url, "ODOO_API_KEY": "demo",
            "LAKESIDE_PORT": str(free_port()), "NORDMART_PORT": str(free_port()), "HAVN_PORT": str(free_port()),
            "NORDMART_PASSWORD": "secret", "NORDMART_HOST_KEY": made["nordmart"].fingerprint,
            "HAVN_TOKEN_HASH": hash_token("havn-token"), "GATEWAY_TOKEN": "havn-token",
        }  # fmt: skip
        told = settings(str(folder / "routes.toml"), environ)
        standing = {}
        for name in PARTNERS:
            server, wanted = Standing(), Wanted(name, "", "", folder / "simulated", Manners(), 1)
            line = line_of(told.snapshot, channel_of(told.snapshot, wanted), wanted, take=server.take, environ=environ)
            standing[name] = (server, await stack.enter_async_context(line))
        await stack.enter_async_context(running(told))
        database = Database(database_url)
        await database.open()
        stack.push_async_callback(database.close)
        people = OdooClient(url=odoo.url, database="odoo", login="clerk", api_key="key")
        stack.push_async_callback(people.close)
        yield Trading(folder, environ, told, database, odoo, people, standing)
