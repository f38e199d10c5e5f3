"""Goods that come back, against every kind of server."""

import asyncio
from typing import Any

import orjson
import pytest

from gateway.ports import OutcomeKind
from tests.conformance.odoo.conftest import BACKENDS
from translators.canonical.return_request import ReturnRequest
from translators.canonical.warehouse_receipt import WarehouseReceipt

pytestmark = pytest.mark.parametrize(
    "bench", [one for one in BACKENDS if one in ("simulated-17", "simulated-19-json-2", "real")], indirect=True
)
"""Up to 18 orders keep their transfers together by groups, from 19 on by their lines."""


def announced(bench: Any, number: str, *lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    given = {"number": f"{number}-{bench.suffix}", "kind": "notification", "lines": list(lines)} | parts
    made: dict[str, Any] = orjson.loads(ReturnRequest.model_validate(given).to_json())
    return made


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="return", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application().deliver([call(bench, key, document, **options)])
    return outcome


async def delivered(bench: Any, key: str, quantity: float, **goods: Any) -> dict[str, Any]:
    """An order of so many crates that have all gone out."""
    await bench.goods("crate", **(goods or {"on_hand": 50}))
    order = await bench.sold(key, bench.line("1", "crate", quantity, 10))
    (picking,) = order["pickings"]
    assert await bench.ask("stock.picking", "button_validate", [picking["id"]]) is True
    return dict(await bench.order(key))


async def returns(bench: Any, key: str) -> list[dict[str, Any]]:
    """The transfers of an order that bring something back."""
    order = await bench.order(key)
    rows = await bench.ask("stock.picking", "read", [one["id"] for one in order["pickings"]], ["picking_type_code"])
    back = {row["id"] for row in rows if row["picking_type_code"] == "incoming"}
    return [one for one in order["pickings"] if one["id"] in back]


async def test_announced_goods_are_expected_once_and_belong_to_the_order(bench: Any) -> None:
    order = await delivered(bench, "r1", 10)
    document = announced(
        bench, "RMA1", bench.moved("1", "crate", 4, reason="damaged"), order={"number": f"r1-{bench.suffix}"}, authorisation="A77"
    )
    first, second = await deliver(bench, "ret1", document), await deliver(bench, "ret1", document)
    assert (first.kind, first.code, second.reference) == (OutcomeKind.DELIVERED, "expected", first.reference), first
    (back,) = await returns(bench, "r1")
    assert (back["name"], back["state"]) == (first.reference, "assigned")
    assert [(move["product_uom_qty"], move["state"]) for move in back["moves"]] == [(4.0, "assigned")]
    assert "authorisation A77; damaged" in back["note"]
    (row,) = await bench.ask("stock.picking", "read", [back["id"]], ["sale_id", "return_id", "origin"])
    assert (row["sale_id"][0], row["return_id"][1]) == (order["id"], order["pickings"][0]["name"])
    assert await bench.ask("stock.picking", "button_validate", [back["id"]]) is True
    (line,) = await bench.ask("sale.order.line", "read", order["order_line"], ["qty_delivered"])
    assert line["qty_delivered"] == 6.0


async def test_no_more_comes_back_than_was_delivered_and_is_not_on_its_way(bench: Any) -> None:
    await delivered(bench, "r2", 10)
    order = {"number": f"r2-{bench.suffix}"}
    over = await deliver(bench, "ret2", announced(bench, "RMA2", bench.moved("1", "crate", 11), order=order))
    assert (over.kind, over.code) == (OutcomeKind.FAILED, "return-over")
    seven = await deliver(bench, "ret3", announced(bench, "RMA3", bench.moved("1", "crate", 7), order=order))
    assert seven.kind is OutcomeKind.DELIVERED, seven
    again = await deliver(bench, "ret4", announced(bench, "RMA4", bench.moved("1", "crate", 4), order=order))
    assert (again.code, "3 are left" in again.message) == ("return-over", True)
    stranger = await deliver(bench, "ret5", announced(bench, "RMA5", bench.moved("1", "anvil", 1), order=order))
    assert stranger.code == "line-unknown"
    assert len(await returns(bench, "r2")) == 1


async def test_goods_that_are_here_are_received_with_their_lots(bench: Any) -> None:
    lots = {f"L1-{bench.suffix}": 6, f"L2-{bench.suffix}": 6}
    order = await delivered(bench, "r6", 8, tracking="lot", lots=lots)
    went_out = {line["lot_id"][1]: line["quantity"] for line in order["pickings"][0]["lines"]}
    assert went_out == {f"L1-{bench.suffix}": 6.0, f"L2-{bench.suffix}": 2.0}
    came = [
        {"number": f"L2-{bench.suffix}", "quantity": {"value": 2}},
        {"number": f"L1-{bench.suffix}", "quantity": {"value": 1}},
    ]
    document = announced(bench, "RMA6", bench.moved("1", "crate", 3, lots=came), order={"number": f"r6-{bench.suffix}"})
    first = await deliver(bench, "ret6", document, receive=True)
    second = await deliver(bench, "ret6", document, receive=True)
    assert (first.kind, first.code, second.reference) == (OutcomeKind.DELIVERED, "received", first.reference), first
    (back,) = await returns(bench, "r6")
    assert sorted((line["lot_id"][1], line["quantity"]) for line in back["lines"]) == [
        (f"L1-{bench.suffix}", 1.0),
        (f"L2-{bench.suffix}", 2.0),
    ]
    strange = [{"number": f"L2-{bench.suffix}", "quantity": {"value": 3}}]
    more = announced(bench, "RMA7", bench.moved("1", "crate", 3, lots=strange), order={"number": f"r6-{bench.suffix}"})
    assert (await deliver(bench, "ret7", more)).code == "lot-not-delivered"


async def test_a_return_of_two_deliveries_comes_back_as_two_transfers(bench: Any) -> None:
    await bench.goods("crate", on_hand=50)
    order = await bench.sold("r8", bench.line("1", "crate", 10, 10))
    (picking,) = order["pickings"]
    await bench.ask("stock.move", "write", [picking["moves"][0]["id"]], {"quantity": 4, "picked": True})
    context = {"lang": "en_US", "tz": "UTC", "skip_backorder": True}
    await bench.admin.call("stock.picking", "button_validate", [[picking["id"]]], context=context)
    later = next(one for one in (await bench.order("r8"))["pickings"] if one["state"] != "done")
    assert await bench.ask("stock.picking", "button_validate", [later["id"]]) is True
    document = announced(bench, "RMA8", bench.moved("1", "crate", 7), order={"number": f"r8-{bench.suffix}"})
    outcome = await deliver(bench, "ret8", document, receive=True)
    assert (outcome.code, len(outcome.response["returns"])) == ("received", 2), outcome
    assert sorted(one["moves"][0]["quantity"] for one in await returns(bench, "r8")) == [3.0, 4.0]
    by_name = announced(bench, "RMA9", bench.moved("1", "crate", 3, despatch={"number": later["name"]}))
    assert (await deliver(bench, "ret9", by_name)).code == "expected"


async def test_what_the_warehouse_receives_of_a_return_is_booked_by_its_receipt(bench: Any) -> None:
    order = await delivered(bench, "r10", 10)
    document = announced(bench, "RMA10", bench.moved("1", "crate", 4), order={"number": f"r10-{bench.suffix}"})
    assert (await deliver(bench, "ret10", document)).code == "expected"
    receipt = bench.shipment(
        "944-1", [bench.moved("1", "crate", 3)], document=WarehouseReceipt, order={"number": f"r10-{bench.suffix}"}
    )
    received = bench.call("rec10", receipt, action="picking", partner="east", options={"remainder": "cancel"})
    (outcome,) = await bench.application().deliver([received])
    assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "moved"), outcome
    (line,) = await bench.ask("sale.order.line", "read", order["order_line"], ["qty_delivered"])
    assert line["qty_delivered"] == 7.0


async def test_what_cannot_come_back_is_said(bench: Any) -> None:
    await bench.goods("crate", on_hand=5)
    await bench.sold("r11", bench.line("1", "crate", 2, 10))
    order = {"number": f"r11-{bench.suffix}"}
    line = bench.moved("1", "crate", 1)
    assert (await deliver(bench, "ret11", announced(bench, "RMA11", line, order=order))).code == "delivery-unknown"
    assert (
        await deliver(bench, "ret12", announced(bench, "RMA12", line, order=order, kind="rejection"))
    ).code == "kind-unsupported"
    assert (await deliver(bench, "ret13", announced(bench, "RMA13", line))).code == "order-missing"


@pytest.mark.parametrize("method", ["load", "action_confirm", "button_validate"])
async def test_an_answer_lost_after_the_commit_takes_nothing_back_twice(bench: Any, cutter: Any, method: str) -> None:
    await delivered(bench, "r14", 10)
    document = announced(bench, "RMA14", bench.moved("1", "crate", 4), order={"number": f"r14-{bench.suffix}"})
    line_to, url = cutter
    application = bench.application(url=url)
    client = application._actions["return"]._client
    request = client.call

    async def cut(model: str, called: str, *args: Any, **keywords: Any) -> Any:
        if called == method:
            line_to.cut.set()
        return await request(model, called, *args, **keywords)

    client.call = cut
    (outcome,) = await application.deliver([call(bench, "ret14", document, receive=True)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "ret14", document, receive=True)).code == "received"
    (back,) = await returns(bench, "r14")
    assert [move["quantity"] for move in back["moves"]] == [4.0]
