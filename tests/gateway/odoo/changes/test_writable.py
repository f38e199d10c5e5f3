"""What is made of Odoo's records can be written as partners want it: X12 and EDIFACT, with nothing missing that is mandatory."""

from datetime import timedelta
from typing import Any

import orjson
import pytest

from gateway.domain.odoo_changes import PUBLISHED, ChangeTerms, Publication, StockReport
from tests.gateway.odoo.changes.conftest import Document, Ground
from translators import registry
from translators.contract import Family, WritingTerms
from translators.finding import Severity


@pytest.fixture
def version() -> int:
    return 19


@pytest.fixture
def terms() -> ChangeTerms:
    published = tuple(Publication("bigbox", what, timedelta(hours=24), timedelta(days=7)) for what in PUBLISHED)
    return ChangeTerms(warehouses={"WH": "wms"}, stock=(StockReport("bigbox", timedelta(hours=24)),), publications=published)


@pytest.fixture
async def told(ground: Ground, order: Document) -> dict[str, Any]:
    """One document of each kind, by name."""
    ground.agreed |= {("wms", "warehouse_order"), ("bigbox", "inventory_report"), ("foundry", "purchase_order")}
    ground.agreed |= {("bigbox", document) for document in PUBLISHED.values()}
    order["issued"] = "2026-11-20"
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (picking,) = await ground.pickings(sale)
    await ground.do("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z999"})
    await ground.ship(picking["id"])
    await ground.bill(sale)
    (vendor,) = await ground.do("res.partner", "search", [["ref", "=", "foundry"]])
    (anvil,) = await ground.do("product.product", "search", [["default_code", "=", "ANVIL"]])
    line = [0, 0, {"product_id": anvil, "product_qty": 12, "price_unit": 55.5, "date_planned": "2026-12-05 09:00:00"}]
    purchase = await ground.do("purchase.order", "create", {"partner_id": vendor, "order_line": [line]})
    await ground.do("purchase.order", "button_confirm", [purchase])
    await ground.look(2)
    bodies = [one.body for notice in ground.notebook.notices.values() for one in notice.documents]
    return {orjson.loads(body)["schema"].partition("/")[0]: body for body in bodies}


FORMATS = [
    ("order_response", Family.X12, "855", "004010"),
    ("order_response", Family.EDIFACT, "ORDRSP", "D.96A"),
    ("despatch_advice", Family.X12, "856", "004010"),
    ("despatch_advice", Family.EDIFACT, "DESADV", "D.96A"),
    ("invoice", Family.X12, "810", "004010"),
    ("invoice", Family.EDIFACT, "INVOIC", "D.96A"),
    ("warehouse_order", Family.X12, "940", "004010"),
    ("purchase_order", Family.X12, "850", "004010"),
    ("purchase_order", Family.EDIFACT, "ORDERS", "D.96A"),
    ("inventory_report", Family.X12, "846", "004010"),
    ("inventory_report", Family.EDIFACT, "INVRPT", "D.96A"),
    ("price_catalogue", Family.X12, "832", "004010"),
    ("price_catalogue", Family.EDIFACT, "PRICAT", "D.96A"),
]


async def test_each_document_can_be_written(told: dict[str, Any]) -> None:
    problems = {}
    for name, family, type_, version in FORMATS:
        translation = registry.translate(told[name])
        (document,) = translation.interchanges[0].documents
        assert document.canonical is not None, document.findings
        written = registry.write(family, document.canonical, type_, version, WritingTerms())
        errors = [finding.message for finding in written.findings if finding.severity is Severity.ERROR]
        if errors:
            problems[type_] = errors
    assert problems == {}
