"""Two sides of every reconciliation, for tests: simulated systems, and what the gateway knows, written as rows."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp import web

from gateway.applications.odoo.client import OdooClient
from gateway.bootstrap.reconciliation import Reconciler, run_schedules
from gateway.config.snapshot import Snapshot
from gateway.domain.schedule import Recurrence, Schedule
from gateway.operations.reconcile import Found
from gateway.simulators.carrier import CarrierSimulator
from gateway.simulators.odoo import Account, OdooSimulator
from gateway.simulators.rest import Misbehaviour, Place, Webhooks
from gateway.simulators.rest.place import json_answer
from gateway.simulators.wms import WmsSimulator
from gateway.store.database import Database
from gateway.store.schedules import PostgresScheduleRuns
from gateway.system import SystemClock, TimeOrderedIds
from tests.gateway.applications.documented import FRAME, Page, snapshot_of
from tests.integration.harness import Silent

NOW = datetime.now(UTC)
AGO = NOW - timedelta(hours=5)
BILLED = {"invoice_policy": "delivery"}
SEED: Mapping[str, Any] = {
    "products": [
        {"default_code": "ANVIL", "barcode": "5790000000012", "name": "Acme anvil", "list_price": 100.0, "on_hand": 40, **BILLED},
        {"default_code": "ROCKET", "name": "Acme rocket", "list_price": 25.5, "on_hand": 100, **BILLED},
        {"default_code": "GLUE", "name": "Glue", "tracking": "lot", "list_price": 4.0, "lots": {"L-1": 10, "L-2": 5}},
    ],
    "partners": [{"name": "BigBox", "ref": "bigbox", "is_company": True}],
}
ANVIL, ROCKET, GLUE = 1, 2, 3
PEOPLE = Account("admin", "key", groups=("contacts", "products", "purchase", "accounting"))
MORE = """
[[owner]]
id = "sales"

[[application]]
id = "odoo"
type = "odoo"
url = "${ODOO_URL}"
database = "odoo"
login = "edi"
api_key = "${ODOO_KEY}"

"""
PARTNERS = "".join(
    f'[[partner]]\nid = "{name}"\nowner = "edi"\nidentities = {{}}\n\n' for name in ("webshop", "parcels-edi", "ledger")
)

_DOCUMENT = """insert into gateway.document
    (id, transmission, interchange, ordinal, type, version, control_number, name, partner, test, verdict, state, keys, created_at)
  values ($1, $2, $2, 1, '', '', '1', $3, $4, false, 'accepted', 'routed', $5, $6)"""
_ORDER = """insert into gateway.trade_order (id, partner, number, test, state, lines, steps, changed_at)
  values ($1, 'bigbox', $2, false, $3, $4, $5, $6)"""
_EVENT = """insert into gateway.order_event
    (id, trade_order, source, key, event, test, lines, total, links, document, names, heard_at, state)
  values ($1, $2, $3, $4, $5, false, '[]', false, $6, $7, '{}', $8, 'applied')"""
_LINK = "insert into gateway.order_link values ($1, $2, $3, $4, $5) on conflict do nothing"
_DELIVERY = """insert into gateway.delivery
    (id, transmission, document, partner, target, action, idempotency_key, test, options, priority, state, reference, settled_at)
  values ($1, $1, $2, 'bigbox', 'odoo', 'sale_order', $3, false, '{}', 0, 'delivered', $4, $5)"""


class OtherSystems:
    """A shop and a finance system: what they hold stands in lists that tests change."""

    def __init__(self) -> None:
        self.orders: list[dict[str, Any]] = []
        self.stock: list[dict[str, Any]] = []
        self.postings: list[dict[str, Any]] = []
        self.misbehaviour = Misbehaviour()
        webhooks = Webhooks(self.misbehaviour, lambda: datetime.now(UTC))
        self.place = Place(self._routes, token="token", misbehaviour=self.misbehaviour, webhooks=webhooks)

    def _routes(self) -> Iterable[web.RouteDef]:
        async def orders(request: web.Request) -> web.Response:
            page = int(request.query.get("page") or 1)
            shown, rest = self.orders[page - 1 : page], self.orders[page:]
            return json_answer({"orders": shown, "next": str(request.url.update_query(page=page + 1)) if rest else None})

        async def stock(_request: web.Request) -> web.Response:
            return json_answer(self.stock)

        async def postings(_request: web.Request) -> web.Response:
            return json_answer(self.postings)

        return [web.get("/orders", orders), web.get("/stock", stock), web.get("/postings", postings)]


class Site:
    """The systems, the gateway's database, and what is compared."""

    snapshot: Snapshot
    environ: Mapping[str, str]

    def __init__(self, database: Database, odoo: OdooSimulator) -> None:
        self.database = database
        self.wms, self.carrier, self.other = WmsSimulator(), CarrierSimulator(), OtherSystems()
        self.people = OdooClient(url=odoo.url, database="odoo", login="admin", api_key="key")
        self.odoo, self._new_id = odoo, TimeOrderedIds()

    async def make(self, name: str, *, settling: timedelta = timedelta(0)) -> Sequence[Found]:
        """Reconcile, with everything settled unless told."""
        agreed = [replace(one, terms=replace(one.terms, settling=settling)) for one in self.snapshot.reconciliations]
        snapshot = replace(self.snapshot, reconciliations=tuple(agreed))
        reconciler = Reconciler(snapshot, self.database, observer=Silent(), clock=SystemClock(), new_id=self._new_id)
        return await reconciler.make(name)

    async def told(self, stage: str = "reconcile") -> list[tuple[str, str]]:
        """Open cases: code and owner of each."""
        sql = """select f.code, f.owner from gateway.failure_case c join gateway.failure f using (fingerprint)
          where f.stage = $1 and c.closed_at is null order by f.code, c.subject"""
        async with self.database.connection() as connection:
            return [(row["code"], row["owner"]) for row in await connection.fetch(sql, stage)]

    async def run(self, *of: str) -> Mapping[str, Any]:
        """A run of a schedule of these reconciliations, or of all; what came of it."""
        options = {"of": list(of)} if of else {}
        nightly = Schedule("nightly", Recurrence("30 2 * * *", ZoneInfo("UTC")), "reconcile", "sales", options)
        agreed = [replace(one, terms=replace(one.terms, settling=timedelta(0))) for one in self.snapshot.reconciliations]
        snapshot = replace(self.snapshot, schedules=(nightly,), reconciliations=tuple(agreed))
        runs = PostgresScheduleRuns(self.database, new_id=self._new_id, node="n1")
        schedules = run_schedules(snapshot, self.database, observer=Silent(), clock=SystemClock(), new_id=self._new_id, node="n1")
        await runs.ask(run := self._new_id(), "nightly", actor="ann")
        for begun in await schedules.round():
            await schedules.make(begun)
        return await runs.run(run) or {}

    # --------------------------------------------------------------------------------------------------- what people do in Odoo

    async def do(self, model: str, method: str, *args: Any, context: Mapping[str, Any] | None = None, **more: Any) -> Any:
        return await self.people.call(model, method, list(args), context=context, **more)

    async def sell(self, reference: str, *lines: tuple[int, float]) -> tuple[int, int]:
        """A confirmed order in Odoo and its transfer."""
        asked = [[0, 0, {"product_id": product, "product_uom_qty": quantity}] for product, quantity in lines]
        order = await self.do("sale.order", "create", {"partner_id": 1, "client_order_ref": reference, "order_line": asked})
        await self.do("sale.order", "action_confirm", [order])
        ((picking,),) = [row["picking_ids"] for row in await self.do("sale.order", "read", [order], ["picking_ids"])]
        return order, picking

    async def name(self, model: str, record: int) -> str:
        return str((await self.do(model, "read", [record], ["name"]))[0]["name"])

    async def ship(self, picking: int, *, quantity: float | None = None) -> None:
        """Validate a transfer, or a part of it."""
        if quantity is not None:
            (row,) = await self.do("stock.picking", "read", [picking], ["move_ids"])
            await self.do("stock.move", "write", row["move_ids"], {"picked": True})
            await self.do("stock.move", "write", row["move_ids"][:1], {"quantity": quantity})
        assert await self.do("stock.picking", "button_validate", [picking], context={"skip_backorder": True}) is True

    async def bill(self, order: int) -> str:
        """A posted invoice of what is due; its number."""
        context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
        wizard = await self.do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
        await self.do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        rows = await self.do("account.move", "search_read", [["state", "=", "draft"]], fields=["name"])
        bill = max(int(row["id"]) for row in rows)
        await self.do("account.move", "action_post", [bill])
        return await self.name("account.move", bill)

    # ------------------------------------------------------------------------------------------------- what the gateway knows

    async def document(
        self, name: str, document: Mapping[str, Any], *, partner: str = "bigbox", keys: Sequence[str] = ()
    ) -> UUID:
        """A document that came or went."""
        identifier, within = self._new_id(), self._new_id()
        async with self.database.connection() as connection:
            await connection.execute(_DOCUMENT, identifier, within, name, partner, list(keys), AGO)
            body = json.dumps({"schema": f"{name}/1", **document}).encode()
            await connection.execute("insert into gateway.canonical_body values ($1, $2)", identifier, body)
        return identifier

    async def order(self, number: str, *lines: Mapping[str, Any], document: UUID | None = None) -> UUID:
        """An order as the process knows it."""
        identifier = self._new_id()
        async with self.database.connection() as connection:
            await connection.execute(_ORDER, identifier, number, "shipped", json.dumps(lines), "{}", AGO)
        await self.event(identifier, "received", source="bigbox", document=document)
        return identifier

    async def event(
        self, order: UUID, event: str, *, source: str = "odoo", document: UUID | None = None, links: Sequence[Sequence[str]] = ()
    ) -> None:
        """Something that was said of an order."""
        identifier = self._new_id()
        async with self.database.connection() as connection:
            said = (identifier, order, source, str(identifier), event, json.dumps(links), document, AGO)
            await connection.execute(_EVENT, *said)
            for system, kind, value in links:
                await connection.execute(_LINK, order, system, kind, value, AGO)

    async def booked(self, order: UUID, document: UUID, reference: str) -> None:
        """Odoo has taken it, under this name."""
        async with self.database.connection() as connection:
            await connection.execute(_DELIVERY, self._new_id(), document, str(order), reference, AGO)


@asynccontextmanager
async def open_site(folder: Path, database: Database) -> AsyncIterator[Site]:
    """The systems of the how-to page, as it configures them."""
    page = Page("reconciliation.md")
    async with AsyncExitStack() as stack:
        accounts = [Account("edi", "key", groups=("purchase", "accounting")), PEOPLE]
        odoo = await stack.enter_async_context(OdooSimulator(version=18, seed=SEED, accounts=accounts))
        site = Site(database, odoo)
        stack.push_async_callback(site.people.close)
        for system in (site.wms, site.carrier, site.other.place):
            await system.start()
            stack.push_async_callback(system.stop)
        site.environ = {
            "ODOO_URL": odoo.url, "ODOO_KEY": "key", "WMS_EAST_URL": site.wms.url, "WMS_EAST_TOKEN": "wms-token",
            "PARCELS_URL": site.carrier.url, "PARCELS_TOKEN": "carrier-token", "SHOP_URL": site.other.place.url,
            "SHOP_TOKEN": "token", "FINANCE_URL": site.other.place.url, "FINANCE_TOKEN": "token",
        }  # fmt: skip
        route = '\n[[route]]\nid = "all"\ndocument = "purchase_order"\ndeliver = [{ to = "odoo", as = "sale_order" }]\n'
        frame = FRAME.replace("[[owner]]", 'database_url = "${DATABASE_URL:-}"\n\n[[owner]]', 1) + MORE + PARTNERS
        site.snapshot = snapshot_of(folder, frame + "\n".join(page.blocks) + route, {}, site.environ)
        yield site
