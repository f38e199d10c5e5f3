"""The site on which scenarios are played: the gateway with all its stages, and everybody it talks to, simulated on loopback."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from gateway.applications.odoo.client import OdooClient
from gateway.bootstrap import Settings, settings
from gateway.bootstrap import running as run_service
from gateway.domain.token import hash_token
from gateway.simulators.carrier import CarrierSimulator
from gateway.simulators.odoo import Account, OdooSimulator
from gateway.simulators.partner import TradingPartner
from gateway.simulators.rest import Subscriber
from gateway.simulators.wms import WmsSimulator
from gateway.store.database import Database
from tests.gateway.applications.documented import Page, written
from tests.gateway.channels.http_partner import partner_server
from tests.servers.process import free_port, repeat
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, Family, Identity

PATIENCE = 60.0
"""Seconds for anything to happen; nearly all of it takes less than one."""
_SECRET = "shared"
WAREHOUSES = ("east", "west", "north", "south")

PRICES = {"ANVIL": "4.50", "ROCKET": "9.90", "TNT": "2.25", "MAGNET": "7.00", "SPRING": "1.10", "LAST": "99.00"}
PRICES |= {"CRANE": "900.00", "GIRDER": "30.00"}
STOCK = {"ANVIL": 1000, "ROCKET": 1000, "TNT": 1000, "MAGNET": 1000, "SPRING": 1000, "LAST": 1, "CRANE": 0, "GIRDER": 0}
_ROUTES = {"CRANE": ["drop_ship"], "GIRDER": ["make_to_order"]}
_PLENTY = {item: Decimal(1_000_000) for item in PRICES}
_HAS = {"north": {"TNT": Decimal(6), "LAST": Decimal(1)}, "south": {"TNT": Decimal(5), "LAST": Decimal(0)}}
_SEED = {
    "companies": [{"name": "Outlet Inc", "currency": "USD", "code": "OL", "external_id": "base.outlet"}],
    "pricelists": [{"name": currency, "currency": currency, "external_id": f"p.{currency}"} for currency in ("USD", "GBP")],
    "products": [
        {
            "default_code": item, "name": item.title(), "list_price": float(PRICES[item]), "on_hand": STOCK[item],
            "routes": _ROUTES.get(item, []),
        }
        for item in PRICES
    ],
    "suppliers": [{"partner": "foundry", "product": item, "price": 5.0} for item in _ROUTES],
    "partners": [
        {
            "name": "BigBox", "ref": "123456789", "is_company": True, "currency": "USD",
            "children": [{"name": "DC 12", "ref": "0012", "type": "delivery"}],
        },
        {"name": "Outlet", "ref": "444444444", "is_company": True, "currency": "USD"},
        {"name": "Kiosk", "ref": "5790000000050", "is_company": True, "currency": "USD"},
        {"name": "Depot", "ref": "333333333", "is_company": True, "currency": "USD"},
        {"name": "Foundry", "ref": "foundry", "is_company": True},
        {
            "name": "NordMart", "ref": "5790000000029", "is_company": True, "currency": "GBP",
            "children": [{"name": "DC North", "ref": "5790000000036", "type": "delivery"}],
        },
    ],
}  # fmt: skip


_UNDER_WAY = """
select (select count(*) from gateway.transmission where state = 'received')
  + (select count(*) from gateway.delivery where state in ('waiting', 'sending'))
  + (select count(*) from gateway.order_event where state = 'heard') + (select count(*) from gateway.order_news)"""


@dataclass(frozen=True, slots=True)
class Format:
    """In which words a customer or supplier writes: its format, and who it is in documents."""

    family: Family
    version: str
    types: Mapping[str, str]
    identity: Identity
    other: Identity
    head: Mapping[str, Any]


_US = {Family.X12: Identity("ZZ", "NORDICDC"), Family.EDIFACT: Identity("14", "5790000000012")}
FORMATS = {
    "bigbox": Format(
        Family.X12, "004010", {"purchase_order": "850", "purchase_order_change": "860"},
        Identity("01", "123456789"), _US[Family.X12],
        {
            "currency": "USD",
            "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
            "ship_to": {"name": "DC 12", "identifiers": {"buyer": "0012"}},
        },
    ),
    "depot": Format(
        Family.X12, "004010", {"purchase_order": "850", "purchase_order_change": "860"},
        Identity("01", "333333333"), _US[Family.X12],
        {"currency": "USD", "buyer": {"name": "DEPOT", "identifiers": {"duns": "333333333"}}},
    ),
    "outlet": Format(
        Family.X12, "004010", {"purchase_order": "850", "purchase_order_change": "860"},
        Identity("01", "444444444"), _US[Family.X12],
        {"currency": "USD", "buyer": {"name": "OUTLET", "identifiers": {"duns": "444444444"}}},
    ),
    "kiosk": Format(
        Family.EDIFACT, "D.96A", {"purchase_order": "ORDERS"}, Identity("14", "5790000000050"), _US[Family.EDIFACT],
        {"currency": "USD", "buyer": {"name": "KIOSK", "identifiers": {"gln": "5790000000050"}}},
    ),
    "club": Format(
        Family.X12, "004010", {"purchase_order": "850"}, Identity("01", "222222222"), _US[Family.X12],
        {"currency": "USD", "buyer": {"name": "CLUB", "identifiers": {"duns": "222222222"}}},
    ),
    "foundry": Format(
        Family.EDIFACT, "D.96A", {"order_response": "ORDRSP", "despatch_advice": "DESADV"},
        Identity("14", "5790000000043"), _US[Family.EDIFACT], {},
    ),
    "nordmart": Format(
        Family.EDIFACT, "D.96A", {"purchase_order": "ORDERS", "purchase_order_change": "ORDCHG"},
        Identity("14", "5798000000025"), _US[Family.EDIFACT],
        {
            "currency": "GBP",
            "buyer": {"name": "NORDMART", "identifiers": {"gln": "5790000000029"}},
            "ship_to": {"name": "DC NORTH", "identifiers": {"gln": "5790000000036"}},
        },
    ),
}  # fmt: skip


@dataclass(slots=True)
class Customer:
    """A customer or supplier: sends its documents, and acknowledges at once what it finds in its folder. `got` is all of that."""

    id: str
    format: Format
    outbox: Path
    send: Callable[[bytes], Awaitable[None]]
    side: TradingPartner
    got: list[Document] = field(default_factory=list)
    sent: dict[str, bytes] = field(default_factory=dict)

    async def write(self, document: CanonicalDocument) -> bytes:
        """Send a document of its own; answers its bytes."""
        kind = self.format.types[document.NAME]
        body = self.side.written(document, kind, self.format.version, prepared=datetime.now(UTC))
        await self.send(body)
        return body

    async def attend(self) -> None:
        """Read and acknowledge what comes, until it is cancelled."""
        seen: set[str] = set()

        async def look() -> bool:
            for path in sorted(self.outbox.glob("[!.]*")) if self.outbox.exists() else ():
                if path.name not in seen:
                    seen.add(path.name)
                    await self.take(path.read_bytes())
            return False

        await repeat(look, within=3600)

    async def take(self, body: bytes) -> None:
        """Read what came, and acknowledge it."""
        self.got += self.side.read(body)
        for answer in self.side.acknowledged(body, prepared=datetime.now(UTC)):
            await self.send(answer)


@dataclass
class Site:
    """Everything that runs, and what people do there."""

    config: Path
    url: str
    folder: Path
    odoo: OdooSimulator
    people: OdooClient
    warehouses: Mapping[str, WmsSimulator]
    carrier: CarrierSimulator
    customers: dict[str, Customer]
    database: Database
    settings: Settings
    session: aiohttp.ClientSession
    move_clock: Callable[[float], None]
    environ: Mapping[str, str]
    lines: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    """Per order its lines: by item the line's number and the quantity ordered."""
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(10))
    _names: Any = field(default_factory=lambda: count(1))

    async def do(self, model: str, method: str, *args: Any, **more: Any) -> Any:
        """What somebody does in Odoo."""
        return await self.people.call(model, method, list(args), **more)

    async def until(self, condition: Callable[[], Awaitable[Any]], what: str) -> Any:
        """Wait for something; answers what is true then. Raises AssertionError with what was waited for."""
        found: list[Any] = []

        async def there() -> bool:
            found[:] = [await condition()]
            return bool(found[0])

        try:
            await repeat(there, within=PATIENCE)
        except TimeoutError:
            raise AssertionError(f"{what}: not within {PATIENCE:g} s") from None
        return found[0]

    async def sale(self, number: str) -> int:
        """The sale order of a customer's order, once it is booked."""

        async def booked() -> int:
            return next((order.id for order in self.odoo.odoo.orders(client_order_ref=number)), 0)

        return int(await self.until(booked, f"{number} is booked in Odoo"))

    async def released(self, warehouse: str, number: str) -> str:
        """The number under which a warehouse knows an order, once it does."""

        async def there() -> str:
            orders = self.warehouses[warehouse].warehouse.orders
            return next((one.id for one in orders.values() if one.reference == number), "")

        return str(await self.until(there, f"{number} is known to {warehouse}"))

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Post something to the gateway, which must take it."""
        async with self._turns, self.session.post(f"{self.url}{path}", data=body, headers=dict(headers)) as answer:
            assert answer.status in (200, 202, 204), (path, answer.status, await answer.text())

    async def tell(self, application: str, event: Mapping[str, Any]) -> None:
        """A webhook as an application sends it, signed."""
        body, stamp = json.dumps(event).encode(), str(int(datetime.now(UTC).timestamp()))
        signed = hmac.new(_SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": f"sha256={signed}"}
        await self.post(f"/v1/applications/{application}/webhook", body, headers)

    async def command(self, *words: str) -> None:
        """A command of the gateway as people give it, which must succeed."""
        program = [sys.executable, "-m", "gateway.cli", *words, "--config", str(self.config)]
        environ = {**os.environ, **self.environ}
        pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        running = await asyncio.create_subprocess_exec(
            *program, env=environ, stdin=nothing, stdout=pipe, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await running.communicate()
        assert running.returncode == 0, output.decode()

    async def still(self) -> None:
        """Wait until nothing is on its way any more, and Odoo was looked at once more since."""

        async def quiet() -> bool:
            async with self.database.connection() as connection:
                return not await connection.fetchval(_UNDER_WAY)

        async def looked() -> bool:
            return self.odoo.odoo.calls["sale.order.search_read"] >= before + 3

        for _ in range(2):
            await self.until(quiet, "everything is done")
            before = self.odoo.odoo.calls["sale.order.search_read"]
            await self.until(looked, "Odoo is looked at")

    def drop(self, inbox: str, body: bytes) -> None:
        """A file in one of the gateway's inboxes, as a careful partner puts it there."""
        folder, name = self.folder / inbox, f"{next(self._names):06}.edi"
        folder.mkdir(exist_ok=True)
        (folder / f".{name}").write_bytes(body)
        (folder / f".{name}").rename(folder / name)


@asynccontextmanager
async def scenario_site(folder: Path, database_url: str, *, move_clock: Callable[[float], None]) -> AsyncIterator[Site]:
    """All of it, ready; gone afterwards."""
    async with AsyncExitStack() as stack:
        accounts = (Account(), Account("admin", "key", groups=("accounting", "contacts", "products", "purchase")))
        odoo = await stack.enter_async_context(OdooSimulator(seed=_SEED, accounts=accounts))
        _stock_outlet(odoo)
        warehouses = {
            name: await stack.enter_async_context(
                WmsSimulator(stock={**_PLENTY, **_HAS.get(name, {})}, first=1001 + place * 1000)
            )
            for place, name in enumerate(WAREHOUSES)
        }
        carrier = await stack.enter_async_context(CarrierSimulator())
        desk = await stack.enter_async_context(partner_server())
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environ = {
            **_environ(folder, database_url, port, odoo, warehouses, carrier),
            "DESK_URL": desk.url,
            "DESK_SECRET": _SECRET,
        }
        told_by = {**{f"wms-{name}": one.webhooks for name, one in warehouses.items()}, "parcels": carrier.webhooks}
        for name, webhooks in told_by.items():
            webhooks.subscriber = Subscriber(f"{url}/v1/applications/{name}/webhook", secret=_SECRET)
        config = configuration(folder)
        people = OdooClient(url=odoo.url, database="odoo", login="admin", api_key="key")
        stack.push_async_callback(people.close)
        made = settings(str(config), environ)
        await stack.enter_async_context(run_service(made))
        database = Database(database_url)
        await database.open()
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        site = Site(config, url, folder, odoo, people, warehouses, carrier, {}, database, made, session, move_clock, environ)
        for name, spoken in FORMATS.items():
            site.customers[name] = _customer(site, name, spoken)
        tasks = [asyncio.create_task(one.attend()) for one in site.customers.values()]
        stack.callback(lambda: [task.cancel() for task in tasks])
        yield site


def _stock_outlet(odoo: OdooSimulator) -> None:
    """The books of the second company hold plenty of everything; where it really is, its warehouses know."""
    database = odoo.odoo.database
    (warehouse,) = [one for one in database.records["stock.warehouse"].values() if one["code"] == "OL"]
    for product in [*database.records["product.product"]]:
        place = {"product_id": product, "location_id": warehouse["lot_stock_id"], "company_id": warehouse["company_id"]}
        database.insert("stock.quant", {**place, "lot_id": False, "package_id": False, "quantity": 1000.0})
    database.commit()


def _environ(
    folder: Path,
    database_url: str,
    port: int,
    odoo: OdooSimulator,
    warehouses: Mapping[str, WmsSimulator],
    carrier: CarrierSimulator,
) -> dict[str, str]:
    environ = {
        "GATEWAY_DATA": str(folder), "GATEWAY_LISTEN": f"127.0.0.1:{port}", "DATABASE_URL": database_url,
        "ODOO_URL": odoo.url, "ODOO_KEY": "key", "TOKEN_HASH": hash_token("token"),
        "PARCELS_URL": carrier.url, "PARCELS_TOKEN": "carrier-token", "PARCELS_SECRET": _SECRET,
    }  # fmt: skip
    for name, simulator in warehouses.items():
        told = {"URL": simulator.url, "TOKEN": "wms-token", "SECRET": _SECRET}
        environ |= {f"WMS_{name.upper()}_{key}": value for key, value in told.items()}
    return environ


_DESK = """
[[application]]
id = "desk"
type = "http"
url = "${DESK_URL}"
internal = true

[[application.action]]
as = "note"
path = "/notes"
idempotent = true
headers = { X-Key = "{{ key }}" }

"""
_DOCUMENT = r"(?s)\[application\.webhook\.event\.document\].*?(?=\[\[application\.webhook\.event\]\]|\Z)"


def configuration(folder: Path) -> Path:
    """`site.toml`, with the warehouses and the carrier as the how-to pages describe them."""
    warehouse, carrier = Page("connect-a-warehouse.md"), Page("connect-a-carrier.md")
    east = "".join(warehouse.block(head) for head in ("[[application]]", "[application.webhook]", "[[agreement]]"))
    east = east.replace('check = "/ping"', 'check = "/ping"\nretry = { first = "100ms" }', 1)
    east = east.replace(', tracking = "shipment.tracking" }', ', "parcels:tracking" = "shipment.tracking" }', 1)
    west = east.replace("WMS_EAST", "WMS_WEST").replace("wms-east", "wms-west").replace('"east', '"west')
    webhook = re.sub(_DOCUMENT, "", warehouse.block("[application.webhook]")).replace("WMS_EAST", "DESK")
    webhook = webhook.partition('[[application.webhook.event]]\nkind = "stock.snapshot"')[0]
    desk = _DESK + webhook.replace('partner = "east"', 'partner = "club"')
    parcels = "".join(carrier.block(head) for head in ("[[application]]", "[application.webhook]"))
    parcels = parcels.partition("[application.webhook.event.document]")[0]  # nobody here waits for its documents
    toml = (Path(__file__).parent / "site.toml").read_text(encoding="utf-8")
    change = warehouse.block('[[application.action]]\nas = "change_order"')
    gated = east.replace("[application.webhook]", f"{change}\n[application.webhook]", 1)
    gated = gated.replace("document.number", "document.order.number").replace(
        "{{ partner }}", "{{ document.buyer.name | lower }}"
    )
    for number in ("{{ line.number | default(position | string) }}", "{{ line.number }}"):
        gated = gated.replace(f'"{number}"', '"{{ line.order.line }}"')
    gated = gated.replace('warehouse_order = { number = "{{ event.order.id }}" }\n', "")
    north, south = (
        gated.replace("WMS_EAST", f"WMS_{name.upper()}").replace("wms-east", f"wms-{name}").replace('"east', f'"{name}')
        for name in ("north", "south")
    )
    return written(folder, f"{toml}\n{east}\n{west}\n{north}\n{south}\n{desk}\n{parcels}", {**warehouse.files, **carrier.files})


def _customer(site: Site, name: str, spoken: Format) -> Customer:
    async def post(body: bytes) -> None:
        await site.post(f"/v1/partners/{name}/interchanges", body, {"Authorization": "Bearer token"})

    async def drop(body: bytes) -> None:
        site.drop(f"{name}-in", body)

    side = TradingPartner(spoken.family, identity=spoken.identity, other=spoken.other)
    return Customer(name, spoken, site.folder / name, post if spoken.family is Family.X12 else drop, side)


def got_about(customers: Sequence[Customer], number: str) -> list[Document]:
    """The documents that customers got about an order, acknowledgements excepted."""
    return [
        one
        for customer in customers
        for one in customer.got
        if one.canonical is not None and ("order", number) in one.canonical.business_keys
    ]
