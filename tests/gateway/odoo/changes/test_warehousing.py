"""Work in warehouses that no customer asks for: transfers within the company, counts; and what is done comes back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest

from gateway.domain.odoo_changes import ChangeTerms
from gateway.errors import StoreUnavailable
from gateway.ports import ApplicationCall, OutcomeKind
from tests.gateway.odoo.changes.conftest import Ground
from tests.gateway.odoo.changes.test_publishing import Moving
from translators.canonical.inventory_adjustment import InventoryAdjustment
from translators.canonical.warehouse_shipment import WarehouseShipment


@pytest.fixture
def terms() -> ChangeTerms:
    return ChangeTerms(watch=("transfers", "counts"), warehouses={"WH": "wms-east"})


@pytest.fixture(autouse=True)
def agreed(ground: Ground) -> None:
    ground.agreed.add(("wms-east", "warehouse_order"))


async def one(ground: Ground, model: str, *domain: Any) -> int:
    (found,) = await ground.do(model, "search", [list(term) for term in domain])
    return int(found)


async def shelf(ground: Ground, name: str, barcode: str) -> int:
    """A bin in the first warehouse."""
    stock = await one(ground, "stock.location", ("complete_name", "=", "WH/Stock"))
    warehouse = await one(ground, "stock.warehouse", ("code", "=", "WH"))
    place = {"name": name, "complete_name": f"WH/Stock/{name}", "barcode": barcode, "usage": "internal", "location_id": stock}
    return ground.simulator.odoo.database.insert(
        "stock.location", {**place, "warehouse_id": warehouse, "active": True, "company_id": 1}
    )


async def moving(ground: Ground, product: str, quantity: float, **more: Any) -> int:
    """A transfer into a bin, reserved."""
    kind = await one(ground, "stock.picking.type", ("code", "=", "internal"))
    item = await one(ground, "product.product", ("default_code", "=", product))
    unit = (await ground.do("product.product", "read", [item], ["uom_id"]))[0]["uom_id"][0]
    target = await shelf(ground, "A1", "BIN-A1")
    move = {"product_id": item, "product_uom": unit, "product_uom_qty": quantity, "name": product, **more}
    known = await ground.do("stock.move", "fields_get", ["name"])
    commands = [[0, 0, {name: value for name, value in move.items() if name != "name" or "name" in known}]]
    picking = await ground.do(
        "stock.picking", "create", {"picking_type_id": kind, "location_dest_id": target, "move_ids": commands}
    )
    await ground.do("stock.picking", "action_assign", [picking])
    return int(picking)


def asked(ground: Ground) -> list[tuple[str, str, str, str]]:
    orders = ground.notebook.documents("warehouse_order")
    return [(order["number"], order["purpose"], order["action"], order["kind"]) for order in orders]


async def deliver(ground: Ground, action: str, model: Any, parts: dict[str, Any], **options: Any) -> Any:
    document = orjson.loads(model.model_validate(parts).to_json())
    call = ApplicationCall(uuid4(), action, "wms-east", document, f"{action}_{parts['number']}", 1, False, options)
    (outcome,) = await ground.application.deliver([call])
    return outcome


@pytest.mark.parametrize("version", [19])
class TestTransfers:
    async def test_a_transfer_is_asked_for_once_and_its_result_comes_back(self, ground: Ground) -> None:
        await ground.look()
        picking = await moving(ground, "GLUE", 12)
        await ground.look(2)
        (row,) = await ground.do("stock.picking", "read", [picking], ["name"])
        name = row["name"]
        assert asked(ground) == [(name, "original", "move", "transfer")]
        (order,) = ground.notebook.documents("warehouse_order")
        (line,) = order["lines"]
        assert (line["quantity"]["value"], line["from_location"]["name"]) == ("12", "Stock")
        assert line["to_location"]["identifiers"] == {"seller": "WH/Stock/A1", "bin": "BIN-A1"}
        assert [(lot["number"], lot["quantity"]["value"]) for lot in line["lots"]] == [("L-1", "10"), ("L-2", "2")]
        line = {"number": "1", "item": {"identifiers": {"seller": "GLUE"}}, "quantity": {"value": "12"}}
        done = {"number": "945-9", "warehouse_order": {"number": name}, "lines": [line]}
        for _ in range(2):
            outcome = await deliver(ground, "picking", WarehouseShipment, done)
            assert (outcome.kind, outcome.code, outcome.milestones) == (OutcomeKind.DELIVERED, "moved", ()), outcome
        await ground.look(2)
        assert len(asked(ground)) == 1, "it is done, and nothing is asked any more"
        (row,) = await ground.do("stock.picking", "read", [picking], ["state"])
        assert row["state"] == "done"

    async def test_more_is_asked_anew_and_what_is_cancelled_is_taken_back(self, ground: Ground) -> None:
        await ground.look()
        picking = await moving(ground, "ANVIL", 4)
        await ground.look()
        (move,) = await ground.do("stock.move", "search", [["picking_id", "=", picking]])
        await ground.do("stock.move", "write", [move], {"product_uom_qty": 6})
        await ground.do("stock.picking", "action_assign", [picking])
        await ground.do("stock.picking", "write", [picking], {"note": "more"})
        await ground.look()
        await ground.do("stock.picking", "action_cancel", [picking])
        await ground.look(2)
        numbers = [(number.rpartition("/")[2], purpose) for number, purpose, *_ in asked(ground)]
        assert numbers == [("00001", "original"), ("00001-2", "replace"), ("00001-3", "cancel")]

    async def test_what_a_reordering_rule_asks_for_is_a_replenishment(self, ground: Ground) -> None:
        await ground.look()
        await moving(ground, "ANVIL", 4, orderpoint_id=1)
        await ground.look()
        assert [kind for *_, kind in asked(ground)] == ["replenishment"]

    async def test_goods_for_another_warehouse_are_shipped_and_taken_in(self, ground: Ground) -> None:
        transit = ground.simulator.odoo.database.insert(
            "stock.location", {"name": "Transit", "complete_name": "Transit", "usage": "transit", "active": True, "company_id": 1}
        )
        await ground.look()
        item = await one(ground, "product.product", ("default_code", "=", "ANVIL"))
        unit = (await ground.do("product.product", "read", [item], ["uom_id"]))[0]["uom_id"][0]
        named = {"name": "ANVIL"} if await ground.do("stock.move", "fields_get", ["name"]) else {}
        for code, end in (("outgoing", "location_dest_id"), ("incoming", "location_id")):
            kind = await one(ground, "stock.picking.type", ("code", "=", code))
            move = [0, 0, {"product_id": item, "product_uom": unit, "product_uom_qty": 3, **named}]
            picking = await ground.do("stock.picking", "create", {"picking_type_id": kind, end: transit, "move_ids": [move]})
            await ground.do("stock.picking", "action_assign", [picking])
        await ground.look()
        assert sorted(action for _, _, action, _ in asked(ground)) == ["receive", "ship"]

    async def test_without_an_agreement_nobody_is_asked(self, ground: Ground) -> None:
        ground.agreed.clear()
        await ground.look()
        await moving(ground, "ANVIL", 4)
        await ground.look()
        assert asked(ground) == []


@pytest.mark.parametrize("version", [17])
class TestCounts:
    @pytest.fixture
    def clock(self, ground: Ground) -> Moving:
        clock = Moving()
        clock.at = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
        ground.changes._around = replace(ground.changes._around, clock=clock)
        return clock

    async def due(self, ground: Ground, code: str, day: str) -> int:
        quant = await one(ground, "stock.quant", ("product_id.default_code", "=", code))
        await ground.do("stock.quant", "write", [quant], {"inventory_date": day}, context={"inventory_mode": True})
        return quant

    async def test_stock_whose_day_has_come_is_to_be_counted_and_the_result_ends_it(self, ground: Ground, clock: Moving) -> None:
        anvil = await self.due(ground, "ANVIL", "2026-11-16")
        await self.due(ground, "ROCKET", "2026-11-17")
        await ground.look(2)
        assert asked(ground) == [("COUNT-WH-202611160830", "original", "inspect", "count")]
        (order,) = ground.notebook.documents("warehouse_order")
        (line,) = order["lines"]
        assert (line["item"]["identifiers"]["seller"], line["from_location"]["name"], "quantity" in line) == (
            "ANVIL",
            "Stock",
            False,
        )
        clock.at += timedelta(hours=1)
        await ground.look()
        assert len(asked(ground)) == 1, "it was asked for"
        item = {"identifiers": {"seller": "ANVIL"}}
        counted = {"number": "947-9", "lines": [{"number": "1", "reason": "count", "item": item, "quantity": {"value": "-2"}}]}
        outcome = await deliver(ground, "inventory_adjustment", InventoryAdjustment, counted)
        assert outcome.kind is OutcomeKind.DELIVERED, outcome
        (row,) = await ground.do("stock.quant", "read", [anvil], ["quantity", "inventory_date"])
        assert (row["quantity"], row["inventory_date"] > "2026-11-16") == (48.0, True)
        clock.at += timedelta(days=1)
        await ground.look()
        assert [number for number, *_ in asked(ground)][1:] == ["COUNT-WH-202611170930"]
        await self.due(ground, "ANVIL", "2026-11-17")
        clock.at += timedelta(minutes=15)
        await ground.look()
        assert len(asked(ground)) == 3, "another day is another count"

    async def test_a_request_that_could_not_be_remembered_is_made_again(self, ground: Ground, clock: Moving) -> None:
        await self.due(ground, "ANVIL", "2026-11-16")
        ground.notebook.fail_keeping = StoreUnavailable("the database is away")
        await ground.look(2)
        assert len(asked(ground)) == 1
        clock.at += timedelta(minutes=15)
        await ground.look(2)
        assert len(asked(ground)) == 2
