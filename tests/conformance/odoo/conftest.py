"""One suite for the simulated Odoo 17, 18 and 19 and, when ODOO_URL is set, for a real one.

A real one needs: ODOO_URL, ODOO_DB, a service user with Sales and Inventory rights (ODOO_LOGIN, ODOO_API_KEY), the same with
the right to create contacts (ODOO_CONTACT_LOGIN, ODOO_CONTACT_KEY), one with Purchase and Invoicing rights as well
(ODOO_CLERK_LOGIN, ODOO_CLERK_KEY), and an administrator who makes the master data (ODOO_ADMIN_LOGIN, ODOO_ADMIN_KEY).
Its database is only added to. ODOO_PROTOCOL=json-2 lets the connector speak JSON-2; the keys have to be API keys then.
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

from gateway.applications.odoo import OdooApplication
from gateway.applications.odoo.client import OdooClient
from gateway.domain.application import OdooConnection, Protocol
from gateway.ports import ApplicationCall, OutcomeKind
from gateway.simulators.odoo import Account, OdooSimulator
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.warehouse_shipment import WarehouseShipment

CONTEXT = {"lang": "en_US", "tz": "UTC"}
SIMULATED = ["simulated-17", "simulated-18", "simulated-19", "simulated-19-json-2"]
BACKENDS = [*SIMULATED, *(["real"] if os.environ.get("ODOO_URL") else [])]

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
    serving: set[asyncio.Task[Any]] = field(default_factory=set)

    async def start(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self.server is not None:
            self.server.close()
        for task in self.serving:
            task.cancel()
        await asyncio.gather(*self.serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
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
    clerk: Credentials
    admin: OdooClient
    suffix: str
    version: int
    simulator: OdooSimulator | None
    protocol: Protocol = "json-rpc"
    products: dict[str, int] = field(default_factory=dict)
    customer: int = 0
    applications: list[OdooApplication] = field(default_factory=list)

    def application(self, **changes: Any) -> OdooApplication:
        user: Credentials = changes.pop("user", self.service)
        settings: dict[str, Any] = {
            "url": self.url,
            "database": self.database,
            "login": user.login,
            "api_key": user.key,
            "protocol": self.protocol,
        }
        own: dict[str, Any] = {name: changes.pop(name) for name in ("used", "jitter") if name in changes}
        application = OdooApplication("odoo", OdooConnection(**(settings | changes)), **{"jitter": lambda: 0.0, **own})
        self.applications.append(application)
        return application

    def client(self, **changes: Any) -> OdooClient:
        """The service user's own line to the server."""
        settings: dict[str, Any] = {"login": self.service.login, "api_key": self.service.key, "protocol": self.protocol}
        return OdooClient(url=self.url, database=self.database, **(settings | changes))

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

    async def goods(
        self, key: str, *, on_hand: float = 0, tracking: str = "none", lots: Mapping[str, float] | None = None
    ) -> int:
        """A product that stock is kept of, with some of it in the first warehouse."""
        kept: dict[str, Any] = {"is_storable": True} if self.version >= 18 else {"detailed_type": "product"}
        if self.simulator is not None and self.version < 18:
            kept["type"] = "product"
        unit = await self.ask("ir.model.data", "check_object_reference", "uom", "product_uom_unit")
        values = {
            "name": key.title(),
            "default_code": self.code(key.upper()),
            "tracking": tracking,
            "uom_id": unit[1],
            "list_price": 10.0,
        }
        product = int(await self.ask("product.product", "create", {**values, "sale_ok": True, **kept}))
        self.products[key] = product
        stock = (await self.ask("stock.warehouse", "search_read", [], fields=["lot_stock_id"], limit=1))[0]["lot_stock_id"][0]
        counted = {"": on_hand} if on_hand else dict(lots or {})
        for name, quantity in counted.items():
            quant = {"product_id": product, "location_id": stock, "inventory_quantity": quantity}
            if name:
                quant["lot_id"] = await self.ask("stock.lot", "create", {"name": name, "product_id": product})
            made = await self.admin.call("stock.quant", "create", [quant], context={**CONTEXT, "inventory_mode": True})
            await self.ask("stock.quant", "action_apply_inventory", [made])
        return product

    async def sold(self, key: str, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """A confirmed order of the customer, as the connector makes it; its deliveries stand beside it."""
        call = self.call(key, self.document(key, [*lines], **changes), options={"confirm": True})
        (outcome,) = await self.application().deliver([call])
        assert outcome.kind is OutcomeKind.DELIVERED, outcome
        return await self.order(key)

    async def order(self, key: str) -> dict[str, Any]:
        """The only order of that number, with its deliveries and their moves."""
        (order,) = await self.orders(key)
        (more,) = await self.ask("sale.order", "read", [order["id"]], ["picking_ids", "delivery_status"])
        return {**order, **more, "pickings": await self.pickings(more["picking_ids"])}

    async def pickings(self, ids: list[int]) -> list[dict[str, Any]]:
        """Transfers with their moves and detailed operations, the oldest first."""
        names = ["name", "state", "note", "backorder_id", "carrier_tracking_ref", "move_ids", "scheduled_date", "date_deadline"]
        rows: list[dict[str, Any]] = await self.ask("stock.picking", "read", sorted(ids), names)
        for row in rows:
            fields = ["product_id", "product_uom_qty", "quantity", "picked", "state", "move_line_ids"]
            row["moves"] = await self.ask("stock.move", "read", sorted(row["move_ids"]), fields)
            lines = [line for move in row["moves"] for line in move["move_line_ids"]]
            names = ["product_id", "quantity", "lot_id", "result_package_id"]
            row["lines"] = await self.ask("stock.move.line", "read", sorted(lines), names) if lines else []
        return rows

    async def bought(self, key: str, *lines: tuple[str, float, float], confirm: bool = True, **more: Any) -> dict[str, Any]:
        """A purchase order for products (with quantity and price), whose receipt is expected."""
        vendor = await self.partner("vendor", name=f"Vendor {self.suffix}", ref=f"VEND-{self.suffix}", is_company="1")
        for product in {one for one, _, _ in lines} - self.products.keys():
            await self.goods(product, **more)
        asked = [
            [0, 0, {"product_id": self.products[one], "product_qty": quantity, "price_unit": price}]
            for one, quantity, price in lines
        ]
        order = await self.ask("purchase.order", "create", {"partner_id": vendor, "order_line": asked})
        if confirm:
            await self.ask("purchase.order", "button_confirm", [order])
        return await self.purchase(order)

    async def purchase(self, order: int) -> dict[str, Any]:
        """A purchase order with its lines and receipts."""
        names = ["name", "state", "partner_ref", "origin", "order_line", "picking_ids", "invoice_ids"]
        (row,) = await self.ask("purchase.order", "read", [order], names)
        fields = ["product_id", "product_qty", "price_unit", "date_planned", "qty_received", "qty_invoiced"]
        lines = await self.ask("purchase.order.line", "read", sorted(row["order_line"]), fields)
        return dict(row) | {"lines": lines, "pickings": await self.pickings(row["picking_ids"])}

    def shipment(
        self, number: str, lines: list[dict[str, Any]], *, document: Any = WarehouseShipment, **changes: Any
    ) -> dict[str, Any]:
        """What a warehouse says it has shipped, in its JSON form."""
        parts = {"number": number, "warehouse": {"identifiers": {"gln": "5790000000029"}}, "lines": lines}
        made: dict[str, Any] = orjson.loads(document.model_validate(parts | changes).to_json())
        return made

    def moved(self, number: str, product: str, quantity: float, **changes: Any) -> dict[str, Any]:
        """A line of goods moved."""
        item = {"identifiers": {"seller": self.code(product.upper())}}
        return {"number": number, "item": item, "quantity": {"value": Decimal(str(quantity)), "unit": "EA"}, **changes}

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
    version = int(request.param.split("-")[1])
    async with OdooSimulator(version=version, seed={}) as simulator:
        one = _simulated(simulator, suffix, version)
        one.protocol = "json-2" if request.param.endswith("json-2") else "json-rpc"
        await one.prepare()
        simulator.odoo.calls.clear()
        yield one
        await _close(one)


def _simulated(simulator: OdooSimulator, suffix: str, version: int) -> Bench:
    office = ("purchase", "accounting")
    for login, key, groups in (
        ("contact", "contact-key", ("contacts",)),
        ("clerk", "clerk-key", office),
        ("admin", "admin-key", ("contacts", "products", "automation", *office)),
    ):
        simulator.odoo.add_account(Account(login=login, password=key, groups=groups))
    admin = OdooClient(url=simulator.url, database="odoo", login="admin", api_key="admin-key")
    return Bench(
        url=simulator.url,
        database="odoo",
        service=Credentials("edi", "key"),
        contact=Credentials("contact", "contact-key"),
        clerk=Credentials("clerk", "clerk-key"),
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
        clerk=Credentials(env["ODOO_CLERK_LOGIN"], env["ODOO_CLERK_KEY"]),
        admin=admin,
        suffix=suffix,
        version=version,
        simulator=None,
        protocol="json-2" if env.get("ODOO_PROTOCOL") == "json-2" else "json-rpc",
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
    await one.stop()
