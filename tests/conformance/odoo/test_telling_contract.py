"""What is told of records and of work in warehouses, against every kind of server: fields and domains by version."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.applications.odoo.changes import OdooChanges
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_changes import PUBLISHED, ChangeTerms, Publication
from tests.conformance.odoo.conftest import BACKENDS
from tests.conformance.odoo.test_changes_contract import Ears

pytestmark = pytest.mark.parametrize(
    "bench", [one for one in BACKENDS if one in ("simulated-17", "simulated-19", "real")], indirect=True
)
"""From 19 on packages are units, and moves have no description."""


class Slow:
    """A clock that stands where a test puts it; what counts seconds goes on."""

    def __init__(self, real: Any) -> None:
        self.real, self.ahead = real, timedelta()

    def now(self) -> datetime:
        moment: datetime = self.real.now() + self.ahead
        return moment

    def monotonic(self) -> float:
        return float(self.real.monotonic())


@pytest.fixture
async def listen(bench: Any) -> Any:
    """A watch with the given terms, for partner `east`, who runs the first warehouse."""
    made: list[Ears] = []

    def make(**terms: Any) -> tuple[Ears, Slow]:
        ears = Ears(bench)
        clock = Slow(ears.watch._around.clock)
        user = bench.service
        connection = OdooConnection(bench.url, bench.database, user.login, user.key, protocol=bench.protocol)
        ears.watch = OdooChanges("odoo", connection, ChangeTerms(**terms), around=replace(ears.watch._around, clock=clock))
        made.append(ears)
        return ears, clock

    yield make
    for ears in made:
        await ears.watch.close()
        assert ears.alarm.wrong == {}
        assert ears.notebook.unread() == []


async def test_all_records_are_told_and_then_what_changed(bench: Any, listen: Any) -> None:
    await bench.goods("sheet", on_hand=3, tracking="none")
    everything = tuple(Publication("east", what, timedelta(hours=1), timedelta(days=7)) for what in PUBLISHED)
    ears, clock = listen(watch=(), publications=everything)
    await ears.watch.look()
    for document, extent in (
        ("price_catalogue", "full"),
        ("item_master", "full"),
        ("unit_master", "full"),
        ("location_master", "full"),
    ):
        first = ears.notebook.documents(document)[0]
        assert (first["extent"], bool(first["lines"])) == (extent, True), document
    code = bench.code("SHEET")
    items = {
        line["item"]["identifiers"].get("seller"): line for one in ears.notebook.documents("item_master") for line in one["lines"]
    }
    assert items[code]["base_unit"] == "C62"
    offers = {
        line["item"]["identifiers"].get("seller"): line
        for one in ears.notebook.documents("price_catalogue")
        for line in one["lines"]
    }
    assert offers[code]["price"]["amount"] == "10"
    told = len(ears.notebook.documents("item_master"))
    await bench.ask("product.product", "write", [bench.products["sheet"]], {"name": "Better sheet", "active": True})
    clock.ahead += timedelta(hours=1)
    await ears.watch.look()
    (delta,) = ears.notebook.documents("item_master")[told:]
    assert delta["extent"] == "delta"
    changed = [(line["action"], line["item"]["identifiers"].get("seller")) for line in delta["lines"]]
    assert ("change", code) in changed
    assert len(changed) < 5 if bench.simulator is not None else True


async def test_work_in_a_warehouse_is_asked_for(bench: Any, listen: Any) -> None:
    (house,) = await bench.ask("stock.warehouse", "search_read", [], fields=["code", "int_type_id", "lot_stock_id"], limit=1)
    await bench.goods("pallet", on_hand=20)
    ears, clock = listen(watch=("transfers", "counts"), warehouses={house["code"]: "east"})
    await ears.watch.look()
    before = len(ears.notebook.documents("warehouse_order"))
    stock = house["lot_stock_id"][0]
    if bench.simulator is not None:
        (row,) = await bench.ask("stock.location", "read", [stock], ["company_id", "warehouse_id"])
        place = {"name": "B7", "complete_name": "WH/Stock/B7", "usage": "internal", "location_id": stock, "active": True}
        shelf = bench.simulator.odoo.database.insert(
            "stock.location", {**place, "company_id": row["company_id"][0], "warehouse_id": row["warehouse_id"][0]}
        )
    else:
        shelf = await bench.ask("stock.location", "create", {"name": f"B7 {bench.suffix}", "location_id": stock})
    described = {"name": "Pallet"} if await bench.ask("stock.move", "fields_get", ["name"]) else {}
    unit = (await bench.ask("product.product", "read", [bench.products["pallet"]], ["uom_id"]))[0]["uom_id"][0]
    ends = {"location_id": stock, "location_dest_id": shelf}
    move = {"product_id": bench.products["pallet"], "product_uom_qty": 6, "product_uom": unit, **ends, **described}
    picking = await bench.ask(
        "stock.picking", "create", {"picking_type_id": house["int_type_id"][0], **ends, "move_ids": [[0, 0, move]]}
    )
    await bench.ask("stock.picking", "action_confirm", [picking])
    await bench.ask("stock.picking", "action_assign", [picking])
    domain = [["product_id", "=", bench.products["pallet"]], ["location_id.usage", "=", "internal"]]
    (quant, *_) = await bench.ask("stock.quant", "search", domain)
    today = datetime.now(UTC).date().isoformat()
    await bench.admin.call("stock.quant", "write", [[quant], {"inventory_date": today}], context={"inventory_mode": True})
    await ears.watch.look()
    clock.ahead += timedelta(minutes=15)
    await ears.watch.look()
    orders = ears.notebook.documents("warehouse_order")[before:]
    (work,) = [one for one in orders if one["kind"] == "transfer"]
    assert (work["action"], [line["quantity"]["value"] for line in work["lines"]]) == ("move", ["6"])
    assert work["lines"][0]["to_location"]["name"].startswith("B7")
    counted = [line["item"]["identifiers"]["seller"] for one in orders if one["kind"] == "count" for line in one["lines"]]
    assert bench.code("PALLET") in counted
    done = bench.shipment("945-5", [bench.moved("1", "pallet", 6)], warehouse_order={"number": work["number"]})
    (outcome,) = await bench.application().deliver([bench.call("done5", done, action="picking", partner="east")])
    assert outcome.code == "moved", outcome
