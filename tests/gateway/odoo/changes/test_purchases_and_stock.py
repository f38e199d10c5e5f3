"""Our orders to suppliers, and reports of what we have."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
import pytest

from gateway.applications.odoo.changes.facts import Lookup, Unit
from gateway.applications.odoo.changes.stock import due_slot, slot_key, stock_notice
from gateway.domain.odoo_changes import ChangeTerms, StockReport
from tests.gateway.odoo.changes.conftest import Ground

NOW = datetime(2026, 11, 21, 20, 44, 12, tzinfo=UTC)


async def _purchase(ground: Ground, *, ref: str = "foundry") -> int:
    (vendor,) = await ground.do("res.partner", "search", [["ref", "=", ref]])
    (anvil,) = await ground.do("product.product", "search", [["default_code", "=", "ANVIL"]])
    line = [0, 0, {"product_id": anvil, "product_qty": 12, "price_unit": 55.5, "date_planned": "2026-12-05 09:00:00"}]
    order = int(await ground.do("purchase.order", "create", {"partner_id": vendor, "order_line": [line]}))
    await ground.do("purchase.order", "button_confirm", [order])
    return order


class TestPurchases:
    async def test_a_confirmed_purchase_goes_to_the_supplier_once(self, ground: Ground) -> None:
        ground.agreed.add(("foundry", "purchase_order"))
        await ground.look()
        await _purchase(ground)
        await ground.look(3)
        (order,) = ground.notebook.documents("purchase_order")
        (line,) = order["lines"]
        assert line["item"]["identifiers"] == {"buyer": "ANVIL", "gtin": "5790000000012", "seller": "FO-77"}
        assert (line["quantity"], line["price"]["amount"]) == ({"value": "12", "unit": "C62"}, "55.5")
        assert line["requested_delivery"] == "2026-12-05T09:00:00Z"
        assert order["seller"]["name"] == "Foundry"
        (notice,) = ground.notebook.notices.values()
        assert notice.documents[0].partner == "foundry"

    async def test_a_configured_record_is_the_partner(self, ground: Ground) -> None:
        (vendor,) = await ground.do("res.partner", "search", [["ref", "=", "foundry"]])
        ground.terms = ChangeTerms(partners={"smith": f"id:{vendor}"})
        ground.agreed.add(("smith", "purchase_order"))
        ground.suppliers = ["smith"]
        ground.restart()
        await ground.look()
        await _purchase(ground)
        await ground.look()
        assert [one.documents[0].partner for one in ground.notebook.notices.values()] == ["smith"]

    async def test_other_suppliers_are_counted(self, ground: Ground) -> None:
        await ground.look()
        await _purchase(ground, ref="5790000000029")
        await ground.look()
        assert ground.notebook.notices == {}
        assert ground.observer.counts["edi_application_changes_total", "supplier-is-no-partner"] >= 1

    async def test_a_change_and_a_cancellation_are_documents_of_their_own(self, ground: Ground) -> None:
        ground.agreed.add(("foundry", "purchase_order"))
        await ground.look()
        order = await _purchase(ground)
        await ground.look()
        (line,) = await ground.do("purchase.order.line", "search", [["order_id", "=", order]])
        await ground.do("purchase.order.line", "write", [line], {"product_qty": 15})
        await ground.look()
        await ground.do("purchase.order", "button_cancel", [order])
        await ground.look(2)
        told = ground.notebook.documents("purchase_order")
        assert [(one.get("purpose", "original"), one.get("release")) for one in told] == [
            ("original", None),
            ("replace", "2"),
            ("cancel", "3"),
        ]
        assert len({one["number"] for one in told}) == 1


class TestStock:
    @pytest.fixture
    def terms(self) -> ChangeTerms:
        return ChangeTerms(watch=(), stock=(StockReport("bigbox", timedelta(hours=24), buffer=Decimal(2)),))

    async def test_what_is_available_is_reported_once_a_slot(self, ground: Ground) -> None:
        ground.agreed.add(("bigbox", "inventory_report"))
        await ground.look(3)
        (report,) = ground.notebook.documents("inventory_report")
        stated = {
            line["item"]["identifiers"]["seller"]: (line["stock"][0]["status"], line["stock"][0]["quantity"]["value"])
            for line in report["lines"]
        }
        assert stated == {"ANVIL": ("available", "48"), "ROCKET": ("available", "1"), "GLUE": ("available", "18")}
        ground.restart()
        await ground.look()
        assert len(ground.notebook.notices) == 1

    async def test_without_agreement_there_is_no_report(self, ground: Ground) -> None:
        await ground.look()
        assert ground.notebook.notices == {}


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (timedelta(hours=4), "20:00"),
        (timedelta(hours=24), "00:00"),
        (timedelta(minutes=30), "20:30"),
        (timedelta(hours=7), "14:00"),
    ],
)
def test_slots_are_counted_from_midnight(every: timedelta, expected: str) -> None:
    slot = due_slot(StockReport("bigbox", every), NOW)
    assert f"{slot:%H:%M}" == expected
    assert slot_key(StockReport("bigbox", every), slot).startswith("inventory_report:bigbox:2026-11-21T")


def test_reports_by_location_say_everything_where_that_is_wanted() -> None:
    unit = Unit(1, "Units", Decimal(1), ("uom.product_uom_unit",))
    lookup = Lookup(products={3: {"id": 3, "default_code": "A", "uom_id": [1, "Units"]}, 4: {"id": 4}}, units={1: unit})
    quants = [
        {"product_id": [3, "A"], "location_id": [8, "WH/Stock/1"], "quantity": 5.0, "reserved_quantity": 2.0},
        {"product_id": [3, "A"], "location_id": [9, "WH/Stock/2"], "quantity": 1.0, "reserved_quantity": 4.0},
        {"product_id": [4, "nameless"], "location_id": [9, "WH/Stock/2"], "quantity": 1.0, "reserved_quantity": 0.0},
    ]
    report = StockReport("bigbox", timedelta(hours=4), by_location=True, show="all")
    notice = stock_notice(report, due_slot(report, NOW), NOW, quants, lookup)
    lines = orjson.loads(notice.documents[0].body)["lines"]
    assert [(line["location"]["name"], [one["quantity"]["value"] for one in line["stock"]]) for line in lines] == [
        ("WH/Stock/1", ["5", "2", "3"]),
        ("WH/Stock/2", ["1", "4", "0"]),
    ]
