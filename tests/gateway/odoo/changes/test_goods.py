"""Goods are reserved, sent, left over, come back: despatch advices, warehouse orders, and milestones whose sums hold."""

from decimal import Decimal

import pytest

from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.order.milestone import Event
from tests.gateway.odoo.changes.conftest import Document, Ground

SSCC = "340123450000000017"


def _totals(ground: Ground, event: Event) -> list[dict[str | None, Decimal]]:
    return [{line.line: line.quantity for line in one.lines} for one in ground.notebook.milestones(event)]


async def _confirmed(ground: Ground, order: Document) -> int:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    return sale


async def test_what_is_reserved_is_allocated_and_what_is_sent_is_announced(ground: Ground, order: Document) -> None:
    sale = await _confirmed(ground, order)
    assert _totals(ground, Event.ALLOCATED) == [{"10": 10, "20": 3}]  # three rockets are all there are
    (picking,) = await ground.pickings(sale)
    await ground.do("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z999"})
    await ground.ship(picking["id"])
    await ground.look(2)
    (advice,) = ground.notebook.documents("despatch_advice")
    assert (advice["number"], advice["order"]["number"], advice["complete"]) == (picking["name"], "4711", False)
    lines = {line["order"]["line"]: line for line in advice["lines"]}
    assert lines["10"]["quantity"] == {"value": "10", "unit": "EA"}
    assert lines["10"]["item"]["identifiers"]["buyer"] == "BB-1"
    assert (lines["20"]["quantity"]["value"], lines["20"]["outstanding"]["value"], lines["20"]["status"]) == ("3", "2", "partial")
    assert advice["shipment"]["tracking"] == ["1Z999"]
    assert _totals(ground, Event.SHIPPED) == [{"10": 10, "20": 3}]
    (shipped,) = ground.notebook.milestones(Event.SHIPPED)
    assert shipped.total
    assert ("odoo", "tracking", "1Z999") in [(one.system, one.kind, one.value) for one in shipped.links]
    assert _totals(ground, Event.BACK_ORDERED) == [{"20": 2}]


async def test_the_back_order_completes_the_order_and_the_sums(ground: Ground, order: Document) -> None:
    sale = await _confirmed(ground, order)
    (picking,) = await ground.pickings(sale)
    await ground.ship(picking["id"])
    await ground.look()
    rest = next(one for one in await ground.pickings(sale) if one["backorder_id"])
    (move,) = rest["move_ids"]
    await ground.do("stock.move", "write", [move], {"quantity": 2, "picked": True})
    await ground.ship(rest["id"])
    await ground.look(2)
    first, second = ground.notebook.documents("despatch_advice")
    assert (first["complete"], second["complete"]) == (False, True)
    assert [line["quantity"]["value"] for line in second["lines"]] == ["2"]
    assert _totals(ground, Event.SHIPPED) == [{"10": 10, "20": 3}, {"20": 5}]


async def test_packages_and_lots_are_told(ground: Ground, order: Document) -> None:
    order["lines"] = [{"number": "1", "item": {"identifiers": {"seller": "GLUE"}}, "quantity": {"value": "15", "unit": "EA"}}]
    sale = await _confirmed(ground, order)
    (picking,) = await ground.pickings(sale)
    model = "stock.package" if ground.simulator.odoo.version >= 19 else "stock.quant.package"
    pallet = await ground.do(model, "create", {"name": SSCC})
    box = await ground.do(model, "create", {"name": "PACK-7"})
    details = await ground.do(
        "stock.move.line", "search_read", [["picking_id", "=", picking["id"]]], fields=["lot_id", "quantity"]
    )
    for detail, package in zip(details, (pallet, box), strict=True):
        await ground.do("stock.move.line", "write", [detail["id"]], {"result_package_id": package, "picked": True})
    await ground.ship(picking["id"])
    await ground.look()
    (advice,) = ground.notebook.documents("despatch_advice")
    assert [package["identifiers"] for package in advice["packages"]] == [{"sscc": SSCC}, {"seller": "PACK-7"}]
    (content,) = advice["packages"][0]["contents"]
    assert (content["line"], content["quantity"]["value"], content["lots"][0]["number"]) == ("1", "10", "L-1")
    assert [(lot["number"], lot["quantity"]["value"]) for lot in advice["lines"][0]["lots"]] == [("L-1", "10"), ("L-2", "5")]
    (shipped,) = ground.notebook.milestones(Event.SHIPPED)
    assert {link.value for link in shipped.links if link.kind == "package"} == {SSCC, "PACK-7"}


async def test_a_tracking_number_that_comes_later_is_no_second_despatch_advice(ground: Ground, order: Document) -> None:
    sale = await _confirmed(ground, order)
    (picking,) = await ground.pickings(sale)
    await ground.ship(picking["id"])
    await ground.look()
    await ground.do("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z777"})
    await ground.look(2)
    assert len(ground.notebook.documents("despatch_advice")) == 1
    first, second = ground.notebook.milestones(Event.SHIPPED)
    assert "1Z777" not in [link.value for link in first.links]
    assert "1Z777" in [link.value for link in second.links]
    assert first.lines == second.lines


async def test_dozens_are_told_as_the_partner_ordered_them(ground: Ground, order: Document) -> None:
    if ground.simulator.odoo.version >= 19:
        (dozen,) = await ground.do("uom.uom", "search", [["name", "=", "Dozens"], ["active", "=", False]])
        ground.simulator.odoo.database.update("uom.uom", dozen, {"active": True})
        ground.simulator.odoo.database.commit()
    order["lines"] = [
        {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "2", "unit": "DZN"}},
    ]
    sale = await _confirmed(ground, order)
    (answer,) = ground.notebook.documents("order_response")
    assert answer["lines"][0]["responses"][0]["quantity"] == {"value": "2", "unit": "DZN"}
    (picking,) = await ground.pickings(sale)
    await ground.ship(picking["id"])
    await ground.look()
    (advice,) = ground.notebook.documents("despatch_advice")
    assert advice["lines"][0]["quantity"] == {"value": "2", "unit": "DZN"}
    assert _totals(ground, Event.SHIPPED) == [{"1": 2}]


async def test_a_return_is_told_and_counted(ground: Ground, order: Document) -> None:
    sale = await _confirmed(ground, order)
    (picking,) = await ground.pickings(sale)
    await ground.ship(picking["id"], backorder=False)
    await ground.look()
    context = {"active_id": picking["id"], "active_ids": [picking["id"]], "active_model": "stock.picking"}
    wizard = await ground.do("stock.return.picking", "create", {"picking_id": picking["id"]}, context=context)
    (row,) = await ground.do("stock.return.picking", "read", [wizard], ["product_return_moves"])
    lines = await ground.do("stock.return.picking.line", "read", row["product_return_moves"], ["product_id"])
    for line in lines:
        wanted = 4 if "anvil" in line["product_id"][1].lower() else 0
        await ground.do("stock.return.picking.line", "write", [line["id"]], {"quantity": wanted, "to_refund": True})
    method = "create_returns" if ground.simulator.odoo.version == 17 else "action_create_returns"
    await ground.do("stock.return.picking", method, [wizard])
    (back,) = await ground.pickings(sale, "incoming")
    for move in back["move_ids"]:
        await ground.do("stock.move", "write", [move], {"quantity": 4, "picked": True})
    await ground.ship(back["id"])
    await ground.look(2)
    assert _totals(ground, Event.RETURNED) == [{"10": 4}]
    (notice,) = ground.notebook.documents("return_request")
    assert (notice["kind"], [line["quantity"]["value"] for line in notice["lines"]]) == ("notification", ["4"])
    assert _totals(ground, Event.SHIPPED)[-1]["10"] == 10


class TestWarehouses:
    """A partner ships what leaves a warehouse."""

    @pytest.fixture
    def terms(self) -> ChangeTerms:
        return ChangeTerms(page=3, warehouses={"WH": "wms-east"})

    async def test_reserved_goods_are_released_to_it(self, ground: Ground, order: Document) -> None:
        ground.agreed.add(("wms-east", "warehouse_order"))
        sale = await _confirmed(ground, order)
        (wanted,) = ground.notebook.documents("warehouse_order")
        (picking,) = await ground.pickings(sale)
        assert (wanted["number"], wanted["order"]["number"]) == (picking["name"], "4711")
        assert [(line["item"]["identifiers"]["seller"], line["quantity"]["value"]) for line in wanted["lines"]] == [
            ("ANVIL", "10"),
            ("ROCKET", "3"),
        ]
        (notice,) = [one for one in ground.notebook.notices.values() if one.documents and ":released:" in one.key]
        assert [one.partner for one in notice.documents] == ["wms-east"]
        assert [one.event for one in notice.milestones] == [Event.ALLOCATED, Event.RELEASED]
        await ground.ship(picking["id"])
        await ground.look()
        (advice,) = ground.notebook.documents("despatch_advice")
        assert advice["number"] == picking["name"]

    async def test_a_released_transfer_that_is_cancelled_is_withdrawn(self, ground: Ground, order: Document) -> None:
        ground.agreed.add(("wms-east", "warehouse_order"))
        sale = await _confirmed(ground, order)
        await ground.do("sale.order", "action_cancel", [sale], context={"disable_cancel_warning": True})
        await ground.look(2)
        first, second = ground.notebook.documents("warehouse_order")
        assert second["purpose"] == "cancel"
        assert second["number"] == f"{first['number']}-2"

    async def test_without_agreement_the_allocation_is_told_alone(self, ground: Ground, order: Document) -> None:
        await _confirmed(ground, order)
        assert ground.notebook.documents("warehouse_order") == []
        assert len(ground.notebook.milestones(Event.ALLOCATED)) == 1
