"""Corrections of stock, against every kind of server."""

import asyncio
from typing import Any

import orjson
import pytest

from gateway.ports import OutcomeKind
from translators.canonical.inventory_adjustment import InventoryAdjustment


def adjustment(bench: Any, number: str, *lines: dict[str, Any]) -> dict[str, Any]:
    parts = {"number": f"{number}-{bench.suffix}", "warehouse": {"identifiers": {"gln": "5790000000029"}}, "lines": list(lines)}
    made: dict[str, Any] = orjson.loads(InventoryAdjustment.model_validate(parts).to_json())
    return made


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="inventory_adjustment", partner="east", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application().deliver([call(bench, key, document, **options)])
    return outcome


async def on_hand(bench: Any, product: str) -> float:
    (row,) = await bench.ask("product.product", "read", [bench.products[product]], ["qty_available"])
    return float(row["qty_available"])


async def test_more_and_less_are_booked_once(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel")
    document = adjustment(
        bench, "947-1", bench.moved("1", "crate", -4), bench.moved("2", "barrel", 3), bench.moved("3", "crate", 1)
    )
    first, second = await deliver(bench, "adj1", document), await deliver(bench, "adj1", document)
    assert (first.kind, first.code) == (OutcomeKind.DELIVERED, "adjusted"), first
    assert sorted(first.response["moves"]) == sorted(second.response["moves"])
    assert (await on_hand(bench, "crate"), await on_hand(bench, "barrel")) == (27.0, 3.0)


async def test_a_lot_is_adjusted_by_itself(bench: Any) -> None:
    await bench.goods("serum", tracking="lot", lots={f"L1-{bench.suffix}": 10, f"L2-{bench.suffix}": 10})
    lots = [{"number": f"L2-{bench.suffix}"}]
    outcome = await deliver(bench, "adj2", adjustment(bench, "947-2", bench.moved("1", "serum", -3, lots=lots)))
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    domain = [["product_id", "=", bench.products["serum"]], ["location_id.usage", "=", "internal"]]
    rows = await bench.ask("stock.quant", "search_read", domain, fields=["lot_id", "quantity"])
    assert sorted((row["lot_id"][1][:2], row["quantity"]) for row in rows) == [("L1", 10.0), ("L2", 7.0)]
    unknown = adjustment(bench, "947-3", bench.moved("1", "serum", -3, lots=[{"number": "nobody's"}]))
    assert (await deliver(bench, "adj3", unknown)).code == "lot-unknown"


async def test_what_is_above_the_limit_waits_for_a_person(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    document = adjustment(bench, "947-4", bench.moved("1", "crate", -4))
    waiting = await deliver(bench, "adj4", document, limit=3)
    assert (waiting.kind, waiting.code) == (OutcomeKind.FAILED, "approval-needed")
    assert "-4 of Crate exceeds 3" in waiting.message
    assert await on_hand(bench, "crate") == 30.0
    for _ in range(2):
        assert (await deliver(bench, "adj4", document, limit=3, approved_by="ann")).kind is OutcomeKind.DELIVERED
    assert await on_hand(bench, "crate") == 26.0
    assert (await deliver(bench, "adj4b", document, limit="many")).code == "option-invalid"


async def test_what_is_worth_too_much_waits_for_a_person(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel", on_hand=30)
    await bench.ask("product.product", "write", [bench.products["crate"]], {"standard_price": 5})
    await bench.ask("product.product", "write", [bench.products["barrel"]], {"standard_price": 7})
    document = adjustment(bench, "947-7", bench.moved("1", "crate", -4), bench.moved("2", "barrel", 2))
    waiting = await deliver(bench, "adj7", document, limit=10, limit_value=33)
    assert (waiting.code, "worth 34.00" in waiting.message) == ("approval-needed", True)
    assert (await deliver(bench, "adj7", document, limit=10, limit_value=34)).kind is OutcomeKind.DELIVERED
    assert (await on_hand(bench, "crate"), await on_hand(bench, "barrel")) == (26.0, 32.0)


async def test_a_count_that_finds_nothing_wrong_is_done_all_the_same(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    domain = [["product_id", "=", bench.products["crate"]], ["location_id.usage", "=", "internal"]]
    (quant,) = await bench.ask("stock.quant", "search", domain)
    await bench.admin.call("stock.quant", "write", [[quant], {"inventory_date": "2026-01-01"}], context={"inventory_mode": True})
    document = adjustment(bench, "947-8", bench.moved("1", "crate", 0, reason="count"))
    for _ in range(2):
        assert (await deliver(bench, "adj8", document)).kind is OutcomeKind.DELIVERED
    (row,) = await bench.ask("stock.quant", "read", [quant], ["inventory_date", "quantity"])
    assert (row["inventory_date"] == "2026-01-01", row["quantity"]) == (False, 30.0)


async def test_goods_that_change_their_status_change_their_place(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    stock = (await bench.ask("stock.warehouse", "search_read", [], fields=["lot_stock_id"], limit=1))[0]["lot_stock_id"][0]
    place = {"name": f"Damaged {bench.suffix}", "usage": "internal", "location_id": stock}
    if bench.simulator is not None:
        place["complete_name"] = f"WH/Stock/Damaged {bench.suffix}"
        number = bench.simulator.odoo.database.insert("stock.location", place)
    else:
        number = await bench.ask("stock.location", "create", place)
    (row,) = await bench.ask("stock.location", "read", [number], ["complete_name"])
    line = bench.moved("1", "crate", 2, from_status="good", to_status="damaged")
    document = adjustment(bench, "947-5", line)
    assert (await deliver(bench, "adj5", document)).code == "status-unmapped"
    outcome = await deliver(bench, "adj5", document, location_damaged=row["complete_name"])
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    domain = [["product_id", "=", bench.products["crate"]], ["location_id", "in", [stock, number]]]
    rows = await bench.ask("stock.quant", "search_read", domain, fields=["location_id", "quantity"])
    assert sorted((one["location_id"][0] == number, one["quantity"]) for one in rows) == [(False, 28.0), (True, 2.0)]


@pytest.mark.parametrize("method", ["action_apply_inventory", "write"])
async def test_an_answer_lost_after_the_commit_books_nothing_twice(bench: Any, cutter: Any, method: str) -> None:
    await bench.goods("crate", on_hand=30)
    document = adjustment(bench, "947-6", bench.moved("1", "crate", -4))
    line_to, url = cutter
    application = bench.application(url=url)
    client = application._actions["inventory_adjustment"]._client
    request = client.call

    async def cut(model: str, called: str, *args: Any, **keywords: Any) -> Any:
        if called == method:
            line_to.cut.set()
        return await request(model, called, *args, **keywords)

    client.call = cut
    (outcome,) = await application.deliver([call(bench, "adj6", document)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "adj6", document)).kind is OutcomeKind.DELIVERED
    assert await on_hand(bench, "crate") == 26.0
