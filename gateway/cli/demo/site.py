"""Everything the demo runs, in one process: the gateway with its embedded servers, a simulated Odoo, the partners' addresses."""

import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli.demo.readdressing import Address
from gateway.cli.demo.trade import trade_of_demo
from gateway.cli.failure import CommandFailed

if TYPE_CHECKING:
    from gateway.bootstrap import Settings
    from gateway.cli.demo.trade import Trade
    from gateway.simulators.odoo import OdooSimulator
    from gateway.store.records import PostgresRecords

_LOGIN, _KEY = "gateway", "demo"
_BOOKS = "accountant"
CONSOLE_ACCOUNT = "demo"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the demo keeps its things, and the configuration it runs on. `environ` is all that the configuration may see."""

    data: Path
    config: Path
    environ: Mapping[str, str]

    @property
    def log(self) -> Path:
        """The gateway's log."""
        return self.data / "gateway.log"

    @property
    def certificates(self) -> Path:
        """Of those who speak AS2."""
        return self.config.parent / "certificates"

    @property
    def documents(self) -> Path:
        """What the partners sent, as files."""
        return self.data / "documents"


@dataclass(frozen=True, slots=True)
class Site:
    """The running demo."""

    place: Place
    settings: "Settings"
    url: str
    records: "PostgresRecords"
    odoo: "OdooSimulator"
    trade: "Trade"
    environ: Mapping[str, str]

    async def orders_of(self, number: str) -> Sequence[Mapping[str, Any]]:
        """What is known of an order, as `gateway order` shows it."""
        from gateway.bootstrap import orders_of

        return await orders_of(str(self.place.config), number, environ=self.environ)

    async def expectations(self, number: str) -> Sequence[Mapping[str, Any]]:
        """The acknowledgements that partners owe for what we sent them about an order."""
        trace = await self.records.trace(number) or {"transmissions": []}
        return [one for sent in trace["transmissions"] for one in sent["expectations"] if one["layer"] == "functional"]

    async def invitation(self) -> str:
        """Where whoever watches chooses a password for the console: for an account that may see and do everything."""
        from gateway.bootstrap.accounts import add_person
        from gateway.bootstrap.office import opened
        from gateway.domain.access import Role, at_the_machine
        from gateway.operations.accounts import Terms

        everything = Terms(roles=frozenset(Role), payloads=True)
        async with opened(str(self.place.config), self.environ) as office:
            made = await add_person(office, CONSOLE_ACCOUNT, everything, by=at_the_machine(CONSOLE_ACCOUNT))
        return self.url + made.path

    def address(self, partner: str, family: str, number: int) -> Address:
        """The envelope in which a partner writes to this gateway, by what the configuration says of both."""
        from translators.contract import Family

        partnerships = self.settings.snapshot.partnerships
        ours = next(iter(partnerships.identities[Family(family)]))
        return Address(str(partnerships.partners[partner].identities[Family(family)][0]), str(ours), number)

    def folders(self, partner: str) -> tuple[Path, Path]:
        """A partner's inbox and outbox."""
        from gateway.domain.channel import FolderOptions

        options = (channel.options for channel in self.settings.snapshot.channels.values() if channel.partner == partner)
        folder = next(one for one in options if isinstance(one, FolderOptions))
        return Path(str(folder.inbox)), Path(str(folder.outbox))


def prepared(data: str | None, environ: Mapping[str, str]) -> Place:
    """Make the data folder: the one asked for, which must hold no other gateway's data, or a temporary one.

    It gets a copy of the configuration, with what the second part of the demo adds: a customer, a warehouse, a carrier. Of the
    environment only GATEWAY_LISTEN is heeded: a demo must never meet the servers of a real gateway.
    """
    folder = Path(data).absolute() if data is not None else Path(tempfile.mkdtemp(prefix="edi-gateway-demo-"))
    if data is not None:
        _require_empty(folder)
    elif os.getuid() == 0:
        folder.chmod(0o755)  # PostgreSQL does not run as root, and the user it runs as must get through
    place = Place(
        folder,
        folder / "configuration" / "routes.toml",
        {"GATEWAY_DATA": str(folder), "GATEWAY_LISTEN": environ.get("GATEWAY_LISTEN") or "127.0.0.1:0"},
    )
    place.documents.mkdir(parents=True)
    _copy_configuration(place.config.parent)
    place.certificates.mkdir()
    return place


def _copy_configuration(to: Path) -> None:
    original = configuration().parent
    to.mkdir()
    shutil.copy(original / "routes.toml", to)
    for name in ("partners", "tables", "environments"):
        shutil.copytree(original / name, to / name)
    with as_file(files("gateway.cli.demo").joinpath("order_to_cash")) as more:
        shutil.copytree(more, to, dirs_exist_ok=True)


def configuration() -> Path:
    """The routes.toml of the checkout this package lies in; an installed package has brought its own copy."""
    package = Path(str(files("gateway")))
    checkout = package.parent / "routes.toml"
    return checkout if checkout.is_file() else configuration_within(package)


def configuration_within(package: Path) -> Path:
    """Where the build puts the copy that an installed package brings (`force-include` in pyproject.toml)."""
    return package / "cli" / "demo" / "configuration" / "routes.toml"


@asynccontextmanager
async def odoo_of_demo() -> "AsyncIterator[OdooSimulator]":
    """A simulated Odoo that sells what the sample documents order."""
    from gateway.simulators.odoo import Account, OdooSimulator

    seed = json.loads(files("gateway.cli.demo").joinpath("samples", "odoo.json").read_text(encoding="utf-8"))
    accounts = (
        Account(login=_LOGIN, password=_KEY, groups=("accounting", "purchase")),
        Account(login=_BOOKS, password=_KEY, groups=("accounting",)),
    )
    async with OdooSimulator(seed=seed, accounts=accounts) as odoo:
        yield odoo


@asynccontextmanager
async def gateway_of_demo(place: Place, odoo: "OdooSimulator") -> AsyncIterator[Site]:
    """The gateway, ready, with what is stored open to read. Raises GatewayError."""
    from gateway.bootstrap import open_records, running, settings
    from gateway.cli.fronts import fronts
    from gateway.simulators.as2 import new_pair
    from gateway.store.embedded import FolderLock

    pair = new_pair("NORDICDC")
    (place.certificates / "ours.pem").write_bytes(pair.certificate)
    (place.certificates / "ours.key").write_bytes(pair.key)
    lock = FolderLock(place.data)
    lock.acquire()
    async with AsyncExitStack() as stack:
        stack.callback(lock.release)
        trade = await stack.enter_async_context(trade_of_demo(pair.certificate, odoo, login=_BOOKS, key=_KEY))
        (place.certificates / "lakeside.pem").write_bytes(trade.as2.certificate)
        environ = {**place.environ, "ODOO_URL": odoo.url, "ODOO_LOGIN": _LOGIN, "ODOO_API_KEY": _KEY}
        environ |= {"DEMO_LAKESIDE_URL": trade.as2.url, "DEMO_WMS_URL": trade.wms.url, "DEMO_PARCELS_URL": trade.carrier.url}
        made = settings(str(place.config), environ)
        server = await stack.enter_async_context(running(made, fronts=fronts()))
        records = await stack.enter_async_context(open_records(str(place.config), environ))
        if server is None:
            raise RuntimeError("all roles run, so there is a web server")
        yield Site(place, made, server.url, records, odoo, trade, environ)


def _require_empty(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        raise CommandFailed(
            "this folder is not empty, and the demo wants to begin with nothing",
            where=str(folder),
            remedy="Name a new folder. What an earlier demo left is read with: "
            f"GATEWAY_DATA={folder} gateway messages --config {configuration()}",
        )
