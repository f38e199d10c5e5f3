"""Two companies in one Odoo, with the same references and codes: what is done for one never reaches the other."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from gateway.applications.odoo import OdooApplication
from gateway.applications.odoo.changes import OdooChanges, Surroundings
from gateway.applications.odoo.client import OdooClient
from gateway.domain.application import OdooConnection, Protocol
from gateway.domain.odoo_changes import ChangeTerms
from gateway.ports import ApplicationCall, Outcome, OutcomeKind
from gateway.ports.originals import Original
from gateway.simulators.odoo import Account, OdooSimulator
from gateway.stages.alarm import Alarm
from gateway.system import SystemClock
from tests.gateway.odoo.changes.conftest import Books, Counting, Loudspeaker, Notebook
from translators.canonical.inventory_adjustment import InventoryAdjustment
from translators.canonical.invoice import Invoice
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.warehouse_shipment import WarehouseShipment

COMPANIES = {"east": 1, "west": 2}
EXTERNAL = {"east": "base.main_company", "west": "base.west"}


def of_each(**common: Any) -> list[dict[str, Any]]:
    return [{**common, "name": f"{common['name']} {name}", "company_id": number} for name, number in COMPANIES.items()]


SEED = {
    "companies": [{"name": "West", "code": "WE", "external_id": "base.west"}],
    "products": of_each(name="Anvil", default_code="ANVIL", storable=True, invoice_policy="delivery"),
    "partners": [
        *of_each(name="BigBox", ref="CUST", is_company=True),
        *of_each(name="Foundry", ref="VEND", is_company=True),
    ],
}


@dataclass
class Site:
    """A gateway with one connection to both companies, and their people."""

    simulator: OdooSimulator
    application: OdooApplication
    people: OdooClient
    connection: OdooConnection

    async def deliver(self, company: str, action: str, document: Any, **options: Any) -> Outcome:
        body = orjson.loads(document.to_json())
        named = {"company": EXTERNAL[company]} if company else {}
        key = f"{action}_{document.number}_{company}"
        call = ApplicationCall(uuid4(), action, "bigbox", body, key, 1, False, {**named, **options})
        (outcome,) = await self.application.deliver([call])
        return outcome

    async def ask(self, model: str, method: str, *args: Any, company: str = "", **keywords: Any) -> Any:
        context = {"allowed_company_ids": [COMPANIES[company]]} if company else {}
        return await self.people.call(model, method, list(args), context=context, **keywords)

    async def order(self, company: str) -> dict[str, Any]:
        domain = [["client_order_ref", "=", "4711"], ["company_id", "=", COMPANIES[company]]]
        (row,) = await self.ask("sale.order", "search_read", domain)
        return dict(row)


@pytest.fixture(params=["json-rpc", "json-2"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    protocol: Protocol = request.param
    async with OdooSimulator(seed=SEED) as simulator:
        office = ("contacts", "products", "purchase", "accounting")
        for login in ("edi", "admin"):
            simulator.odoo.add_account(Account(login, login, groups=office))
        connection = OdooConnection(simulator.url, "odoo", "edi", "edi", protocol=protocol)
        application = OdooApplication("odoo", connection)
        people = OdooClient(url=simulator.url, database="odoo", login="admin", api_key="admin")
        yield Site(simulator, application, people, connection)
        await application.close()
        await people.close()


def order() -> PurchaseOrder:
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "3", "unit": "EA"}}
    return PurchaseOrder.model_validate(
        {
            "number": "4711",
            "buyer": {"identifiers": {"seller": "CUST"}, "name": "BigBox"},
            "lines": [line | {"price": {"amount": "9"}}],
        }
    )


async def sold(site: Site) -> None:
    for company in COMPANIES:
        outcome = await site.deliver(company, "sale_order", order(), confirm=True)
        assert outcome.kind is OutcomeKind.DELIVERED, outcome


def belongs(row: Any, company: str) -> bool:
    return bool(row["company_id"][0] == COMPANIES[company])


async def test_orders_of_one_number_are_each_companys_own(site: Site) -> None:
    await sold(site)
    for company in COMPANIES:
        made = await site.order(company)
        assert made["partner_id"][1] == f"BigBox {company}"
        (line,) = await site.ask("sale.order.line", "read", made["order_line"])
        assert line["product_id"][1].endswith(f"Anvil {company}")
        (house,) = await site.ask("stock.warehouse", "read", [made["warehouse_id"][0]])
        assert belongs(house, company)


async def test_without_a_company_it_is_the_users_own_and_no_guess(site: Site) -> None:
    outcome = await site.deliver("", "sale_order", order())
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    assert (await site.order("east"))["partner_id"][1] == "BigBox east"
    assert await site.ask("sale.order", "search", [["company_id", "=", 2]]) == []


async def test_a_shipment_moves_the_transfer_of_its_company(site: Site) -> None:
    await sold(site)
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "3", "unit": "EA"}}
    shipment = WarehouseShipment.model_validate(
        {"number": "S1", "warehouse": {"identifiers": {"gln": "5790000000029"}}, "order": {"number": "4711"}, "lines": [line]}
    )
    outcome = await site.deliver("west", "picking", shipment)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    rows = await site.ask("stock.picking", "search_read", [["picking_type_code", "=", "outgoing"]])
    assert {row["company_id"][0]: row["state"] for row in rows if row["state"] == "done"} == {2: "done"}
    assert len(rows) == 2


async def test_stock_is_counted_in_its_company(site: Site) -> None:
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "5", "unit": "EA"}}
    document = InventoryAdjustment.model_validate(
        {"number": "A1", "warehouse": {"identifiers": {"gln": "5790000000029"}}, "lines": [line]}
    )
    outcome = await site.deliver("west", "inventory_adjustment", document)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    quants = await site.ask("stock.quant", "search_read", [["quantity", ">", 0]])
    assert [(row["quantity"], row["company_id"][0], row["product_id"][1][-4:]) for row in quants] == [(5.0, 2, "west")]


async def test_bills_of_one_number_are_each_companys_own(site: Site) -> None:
    line = {"number": "1", "item": {"name": "Iron"}, "quantity": {"value": "1", "unit": "EA"}, "price": {"amount": "10"}}
    invoice = Invoice.model_validate(
        {"number": "INV-1", "issued": "2026-11-01", "seller": {"identifiers": {"seller": "VEND"}}, "lines": [line]}
    )
    for company in COMPANIES:
        outcome = await site.deliver(company, "vendor_bill", invoice, without_order=True)
        assert outcome.kind is OutcomeKind.DELIVERED, outcome
    rows = await site.ask("account.move", "search_read", [["ref", "=", "INV-1"]])
    assert sorted((row["company_id"][0], row["partner_id"][1]) for row in rows) == [(1, "Foundry east"), (2, "Foundry west")]


@pytest.mark.parametrize("company", list(COMPANIES))
async def test_changes_of_one_company_are_told_alone(site: Site, company: str) -> None:
    notebook, books = Notebook(), Books()
    body = orjson.loads(order().to_json())
    for name in COMPANIES:
        books.known[f"sale_order_4711_{name}"] = Original(UUID(int=1), "bigbox", False, body, body, {"confirm": True})
    around = Surroundings(
        hearing=notebook, statements=notebook, originals=books, agreed=lambda _partner, _document: True, suppliers=list,
        alarm=Alarm("odoo", None, Loudspeaker(), side="changes"), observer=Counting(), clock=SystemClock(),
    )  # fmt: skip
    watch = OdooChanges("odoo", site.connection, ChangeTerms(company=EXTERNAL[company]), around=around)
    await watch.look()
    await sold(site)
    await watch.look()
    await watch.look()
    (answer,) = notebook.documents("order_response")
    made = await site.order(company)
    assert made["name"] in orjson.dumps(answer).decode()
    await watch.close()
