"""One suite for the simulated Odoo 17, 18 and 19 and, when ODOO_URL is set, for a real one.

A real one needs: ODOO_URL, ODOO_DB, a service user with Sales and Inventory rights (ODOO_LOGIN, ODOO_API_KEY), the same with
the right to create contacts (ODOO_CONTACT_LOGIN, ODOO_CONTACT_KEY), and an administrator who makes the master data
(ODOO_ADMIN_LOGIN, ODOO_ADMIN_KEY). Its database is only added to.
"""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson
import pytest

from gateway.applications.odoo import OdooApplication, Tables
from gateway.applications.odoo.client import OdooClient
from gateway.ports import ApplicationCall
from gateway.simulators.odoo import Account, OdooSimulator
from translators.canonical.purchase_order import PurchaseOrder

CONTEXT = {"lang": "en_US", "tz": "UTC"}
BACKENDS = ["simulated-17", "simulated-18", "simulated-19", *(["real"] if os.environ.get("ODOO_URL") else [])]

PRODUCTS = [
    {"key": "anvil", "default_code": "ANVIL", "barcode": "{n}0012", "name": "Anvil", "list_price": "100"},
    {"key": "rocket", "default_code": "ROCKET", "barcode": "{n}0029", "name": "Rocket", "list_price": "25.5"},
    {"key": "twin1", "default_code": "TWIN", "barcode": "{n}0036", "name": "Twin one", "list_price": "1"},
    {"key": "twin2", "default_code": "TWIN", "barcode": "{n}0043", "name": "Twin two", "list_price": "1"},
]


@dataclass(frozen=True)
class Credentials:
    login: str
    key: str


@dataclass
class Cutter:
    """A line to the server that can be cut: after a request went through, before its answer comes back."""

    host: str
    port: int
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    server: asyncio.Server | None = None
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(self.host, self.port)
        try:
            await asyncio.gather(self._pump(reader, up_writer), self._answers(up_reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            for one in (writer, up_writer):
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self.cut.is_set():  # the answer has come, so the work is committed; nobody hears of it
                self.answered.set()
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()


@dataclass
class Bench:
    """A server with its users, and master data whose codes carry a suffix of this test's own."""

    url: str
    database: str
    service: Credentials
    contact: Credentials
    admin: OdooClient
    suffix: str
    version: int
    simulator: OdooSimulator | None
    products: dict[str, int] = field(default_factory=dict)
    customer: int = 0
    applications: list[OdooApplication] = field(default_factory=list)

    def application(self, **changes: Any) -> OdooApplication:
        user: Credentials = changes.pop("user", self.service)
        settings: dict[str, Any] = {
            "id": "odoo",
            "url": self.url,
            "database": self.database,
            "login": user.login,
            "api_key": user.key,
            "timeout": 30.0,
            "tables": Tables(),
            "jitter": lambda: 0.0,
        }
        application = OdooApplication(**(settings | changes))
        self.applications.append(application)
        return application

    def code(self, key: str) -> str:
        return f"{key}-{self.suffix}"

    def gtin(self, key: str) -> str:
        number = next(i for i, one in enumerate(PRODUCTS) if one["key"] == key)
        body = f"{int(self.suffix, 16) % 10**9:09d}{number:03d}"
        check = -sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(body)) % 10
        return f"{body}{check}"

    def call(self, key: str, document: Mapping[str, Any], **changes: Any) -> ApplicationCall:
        settings: dict[str, Any] = {
            "delivery": uuid.uuid4(),
            "action": "sale_order",
            "partner": "bigbox",
            "document": document,
            "idempotency_key": f"{key}_{self.suffix}",
            "attempt": 1,
            "test": False,
            "options": {},
        }
        return ApplicationCall(**(settings | changes))

    def document(self, number: str = "4711", lines: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
        """A purchase order in its JSON form, checked by the canonical model."""
        parts: dict[str, Any] = {
            "number": f"{number}-{self.suffix}",
            "buyer": {"identifiers": {"seller": f"CUST-{self.suffix}"}, "name": "BigBox"},
            "lines": lines if lines is not None else [self.line("1", "anvil", 3, 99), self.line("2", "rocket", 10, 25)],
        }
        model = PurchaseOrder.model_validate(parts | changes)
        document: dict[str, Any] = orjson.loads(model.to_json())
        return document

    def line(self, number: str, product: str, ordered: float, at: float | None, **changes: Any) -> dict[str, Any]:
        return {
            "number": number,
            "item": {"identifiers": {"seller": self.code(product.upper())}},
            "quantity": {"value": Decimal(str(ordered)), "unit": "EA"},
            **({"price": {"amount": Decimal(str(at))}} if at is not None else {}),
            **changes,
        }

    async def ask(self, model: str, method: str, *args: Any, **keywords: Any) -> Any:
        return await self.admin.call(model, method, list(args), context=CONTEXT, **keywords)

    async def orders(self, number: str = "4711") -> list[dict[str, Any]]:
        """All orders with this number, lines included, as the server shows them."""
        fields = ["name", "state", "client_order_ref", "partner_id", "partner_shipping_id", "partner_invoice_id"]
        fields += ["commitment_date", "note", "origin", "currency_id", "order_line"]
        domain = [["client_order_ref", "ilike", f"{number}-{self.suffix}"]]
        rows: list[dict[str, Any]] = await self.ask("sale.order", "search_read", domain, fields=fields)
        unit = "product_uom_id" if self.version >= 19 else "product_uom"
        line_fields = ["product_id", "product_uom_qty", "price_unit", "discount", unit]
        for row in rows:
            lines = await self.ask("sale.order.line", "read", row["order_line"], line_fields)
            row["lines"] = [line | {"unit": line[unit]} for line in sorted(lines, key=lambda one: one["id"])]
        return rows

    async def partner(self, key: str, **values: Any) -> int:
        """A partner with its own external id, made by the administrator."""
        columns = ["id", *values]
        row = [f"edi_test.{key}_{self.suffix}", *values.values()]
        answer = await self.ask("res.partner", "load", columns, [row])
        assert answer["ids"], answer
        return int(answer["ids"][0])

    async def prepare(self) -> None:
        columns = ["id", "default_code", "barcode", "name", "list_price"]
        rows = [
            [
                f"edi_test.{one['key']}_{self.suffix}",
                self.code(one["default_code"]),
                self.gtin(one["key"]),
                one["name"],
                one["list_price"],
            ]
            for one in PRODUCTS
        ]
        if self.simulator is not None:
            columns, rows = [*columns, "uom_id/id", "sale_ok"], [[*row, "uom.product_uom_unit", "1"] for row in rows]
        answer = await self.ask("product.product", "load", columns, rows)
        assert answer["ids"], answer
        self.products = {one["key"]: number for one, number in zip(PRODUCTS, answer["ids"], strict=True)}
        self.customer = await self.partner("customer", name=f"BigBox {self.suffix}", ref=f"CUST-{self.suffix}", is_company="1")


@pytest.fixture(params=BACKENDS)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    suffix = uuid.uuid4().hex[:8]
    if request.param == "real":
        one = await _real(suffix)
        await one.prepare()
        yield one
        await _close(one)
        return
    version = int(request.param.rpartition("-")[2])
    async with OdooSimulator(version=version, seed={}) as simulator:
        one = _simulated(simulator, suffix, version)
        await one.prepare()
        simulator.odoo.calls.clear()
        yield one
        await _close(one)


def _simulated(simulator: OdooSimulator, suffix: str, version: int) -> Bench:
    for login, key, groups in (("contact", "contact-key", ("contacts",)), ("admin", "admin-key", ("contacts", "products"))):
        simulator.odoo.add_account(Account(login=login, password=key, groups=groups))
    admin = OdooClient(url=simulator.url, database="odoo", login="admin", api_key="admin-key")
    return Bench(
        url=simulator.url,
        database="odoo",
        service=Credentials("edi", "key"),
        contact=Credentials("contact", "contact-key"),
        admin=admin,
        suffix=suffix,
        version=version,
        simulator=simulator,
    )


async def _real(suffix: str) -> Bench:
    env = os.environ
    url, database = env["ODOO_URL"], env["ODOO_DB"]
    admin = OdooClient(url=url, database=database, login=env["ODOO_ADMIN_LOGIN"], api_key=env["ODOO_ADMIN_KEY"])
    version = (await admin.version())[0]
    assert isinstance(version, int)
    return Bench(
        url=url,
        database=database,
        service=Credentials(env["ODOO_LOGIN"], env["ODOO_API_KEY"]),
        contact=Credentials(env["ODOO_CONTACT_LOGIN"], env["ODOO_CONTACT_KEY"]),
        admin=admin,
        suffix=suffix,
        version=version,
        simulator=None,
    )


async def _close(bench: Bench) -> None:
    await bench.admin.close()
    for application in bench.applications:
        await application.close()


@pytest.fixture
async def cutter(bench: Bench) -> AsyncIterator[tuple[Cutter, str]]:
    host, _, port = bench.url.rpartition("//")[2].partition(":")
    one = Cutter(host, int(port))
    yield one, await one.start()
    assert one.server is not None
    one.server.close()
