"""A warehouse's shipments and receipts as transfers, against every kind of server."""

import asyncio
from typing import Any

from gateway.domain.order.milestone import Event, Link
from gateway.ports import OutcomeKind

Picking = dict[str, Any]


def line(bench: Any, number: str, product: str, quantity: float) -> Picking:
    made: Picking = bench.line(number, product, quantity, None)
    return made


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="picking", partner="east", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application().deliver([call(bench, key, document, **options)])
    return outcome


async def test_a_whole_shipment_is_a_delivery_done(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    order = await bench.sold("w1", line(bench, "1", "crate", 5))
    said = bench.shipment("945-1", [bench.moved("1", "crate", 5, order={"number": "x", "line": "1"})],
                          warehouse_order={"number": order["pickings"][0]["name"]}, shipment={"tracking": ["1Z999"]})  # fmt: skip
    outcome = await deliver(bench, "ship1", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "moved"), outcome
    (picking,) = (await bench.order("w1"))["pickings"]
    assert (picking["state"], picking["carrier_tracking_ref"]) == ("done", "1Z999")
    assert [(move["quantity"], move["state"]) for move in picking["moves"]] == [(5.0, "done")]
    (milestone,) = outcome.milestones
    assert (milestone.event, milestone.total, milestone.source) == (Event.SHIPPED, True, "odoo")
    assert [(one.line, int(one.quantity), one.item) for one in milestone.lines] == [("1", 5, f"seller:{bench.code('CRATE')}")]
    assert Link("odoo", "order", order["name"]) in milestone.links
    assert Link("east", "tracking", "1Z999") in milestone.links


async def test_a_repeat_finds_what_was_done_and_says_the_same(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    order = await bench.sold("w2", line(bench, "1", "crate", 5))
    said = bench.shipment("945-2", [bench.moved("1", "crate", 3)], warehouse_order={"number": order["pickings"][0]["name"]})
    first, second = await deliver(bench, "ship2", said), await deliver(bench, "ship2", said)
    assert (first.code, first.reference, first.milestones) == (second.code, second.reference, second.milestones)
    done, back = (await bench.order("w2"))["pickings"]
    assert (done["state"], [move["quantity"] for move in done["moves"]]) == ("done", [3.0])
    assert [move["product_uom_qty"] for move in back["moves"]] == [2.0]
    assert first.response["back_orders"] == [back["name"]]


async def test_the_rest_of_a_short_shipment_is_dropped_where_agreed(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w3", line(bench, "1", "crate", 5))
    said = bench.shipment("945-3", [bench.moved("1", "crate", 3)], order={"number": f"w3-{bench.suffix}"})
    outcome = await deliver(bench, "ship3", said, remainder="cancel")
    assert outcome.response["back_orders"] == []
    (picking,) = (await bench.order("w3"))["pickings"]
    assert picking["state"] == "done"


async def test_the_document_may_say_that_nothing_more_comes(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w4", line(bench, "1", "crate", 5))
    said = bench.shipment("945-4", [bench.moved("1", "crate", 3)], order={"number": f"w4-{bench.suffix}"}, complete=True)
    outcome = await deliver(bench, "ship4", said, remainder="document")
    assert (outcome.kind, outcome.response["back_orders"]) == (OutcomeKind.DELIVERED, [])


async def test_the_rest_comes_with_the_next_shipment(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w5", line(bench, "1", "crate", 5))
    order = {"number": f"w5-{bench.suffix}"}
    await deliver(bench, "ship5a", bench.shipment("945-5a", [bench.moved("1", "crate", 3)], order=order))
    second = await deliver(bench, "ship5b", bench.shipment("945-5b", [bench.moved("1", "crate", 2)], order=order))
    assert second.kind is OutcomeKind.DELIVERED, second
    assert [int(one.quantity) for one in second.milestones[0].lines] == [5]
    now = await bench.order("w5")
    assert ([one["state"] for one in now["pickings"]], now["delivery_status"]) == (["done", "done"], "full")
    again = await deliver(bench, "ship5a", bench.shipment("945-5a", [bench.moved("1", "crate", 3)], order=order))
    assert again.reference == now["pickings"][0]["name"]


async def test_a_line_that_is_not_shipped_stays_behind_whole(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel", on_hand=30)
    await bench.sold("w6", line(bench, "1", "crate", 5), line(bench, "2", "barrel", 4))
    said = bench.shipment(
        "945-6", [bench.moved("1", "crate", 5), bench.moved("2", "barrel", 0)], order={"number": f"w6-{bench.suffix}"}
    )
    outcome = await deliver(bench, "ship6", said)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    done, back = (await bench.order("w6"))["pickings"]
    assert [move["product_id"][0] for move in done["moves"]] == [bench.products["crate"]]
    assert [(move["product_id"][0], move["product_uom_qty"]) for move in back["moves"]] == [(bench.products["barrel"], 4.0)]


async def test_more_than_is_open_is_refused_unless_agreed(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w7", line(bench, "1", "crate", 5))
    said = bench.shipment("945-7", [bench.moved("1", "crate", 7)], order={"number": f"w7-{bench.suffix}"})
    outcome = await deliver(bench, "ship7", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "quantity-over")
    assert (await deliver(bench, "ship7", said, over="accept")).kind is OutcomeKind.DELIVERED
    (picking,) = (await bench.order("w7"))["pickings"]
    assert [move["quantity"] for move in picking["moves"]] == [7.0]


async def test_lots_and_packages_are_those_of_the_document(bench: Any) -> None:
    await bench.goods("serum", tracking="lot", lots={f"L1-{bench.suffix}": 10, f"L2-{bench.suffix}": 10})
    await bench.sold("w8", line(bench, "1", "serum", 6))
    sscc = [f"00{int(bench.suffix, 16):016d}"[:17] + digit for digit in "12"]
    packages = [
        {"identifiers": {"sscc": sscc[0]}, "contents": [{"line": "1", "quantity": {"value": 2}}]},
        {"identifiers": {"sscc": sscc[1]}, "contents": [{"line": "1", "quantity": {"value": 4}}]},
    ]
    lots = [
        {"number": f"L2-{bench.suffix}", "quantity": {"value": 3}},
        {"number": f"L1-{bench.suffix}", "quantity": {"value": 3}},
    ]
    said = bench.shipment(
        "945-8", [bench.moved("1", "serum", 6, lots=lots)], order={"number": f"w8-{bench.suffix}"}, packages=packages
    )
    outcome = await deliver(bench, "ship8", said)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    (picking,) = (await bench.order("w8"))["pickings"]
    found = sorted((row["lot_id"][1][:2], row["quantity"], row["result_package_id"][1][-1]) for row in picking["lines"])
    assert found == [("L1", 3.0, "2"), ("L2", 1.0, "2"), ("L2", 2.0, "1")]


async def test_tracked_goods_without_a_lot_in_the_document_are_those_reserved(bench: Any) -> None:
    await bench.goods("serum", tracking="lot", lots={f"L1-{bench.suffix}": 10})
    await bench.sold("w9", line(bench, "1", "serum", 6))
    outcome = await deliver(
        bench, "ship9", bench.shipment("945-9", [bench.moved("1", "serum", 4)], order={"number": f"w9-{bench.suffix}"})
    )
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    done, _back = (await bench.order("w9"))["pickings"]
    assert [(row["lot_id"][1], row["quantity"]) for row in done["lines"]] == [(f"L1-{bench.suffix}", 4.0)]


async def test_a_lot_that_odoo_does_not_know_is_named(bench: Any) -> None:
    await bench.goods("serum", tracking="lot", lots={f"L1-{bench.suffix}": 10})
    await bench.sold("w10", line(bench, "1", "serum", 6))
    lots = [{"number": f"LX-{bench.suffix}", "quantity": {"value": 6}}]
    said = bench.shipment("945-10", [bench.moved("1", "serum", 6, lots=lots)], order={"number": f"w10-{bench.suffix}"})
    outcome = await deliver(bench, "ship10", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "lot-unknown")
    outcome = await deliver(bench, "ship10", said, create_lots=True)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome


async def test_what_somebody_else_shipped_is_not_taken_for_ours(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    order = await bench.sold("w11", line(bench, "1", "crate", 5))
    await bench.ask("stock.picking", "button_validate", order["picking_ids"])
    said = bench.shipment("945-11", [bench.moved("1", "crate", 5)], order={"number": f"w11-{bench.suffix}"})
    outcome = await deliver(bench, "ship11", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "transfer-closed")


async def test_an_answer_lost_after_the_commit_ships_nothing_twice(bench: Any, cutter: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w12", line(bench, "1", "crate", 5))
    said = bench.shipment("945-12", [bench.moved("1", "crate", 2)], order={"number": f"w12-{bench.suffix}"})
    line_to, url = cutter
    application = bench.application(url=url)
    validate = application._actions["picking"]._desk.validate

    async def cut(*args: Any, **keywords: Any) -> Any:
        line_to.cut.set()
        return await validate(*args, **keywords)

    application._actions["picking"]._desk.validate = cut
    (outcome,) = await application.deliver([call(bench, "ship12", said)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "ship12", said)).kind is OutcomeKind.DELIVERED
    done, back = (await bench.order("w12"))["pickings"]
    assert ([move["quantity"] for move in done["moves"]], back["moves"][0]["product_uom_qty"]) == ([2.0], 3.0)


async def test_a_quotation_is_not_shipped(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.application().deliver([bench.call("w13", bench.document("w13", [line(bench, "1", "crate", 5)]))])
    outcome = await deliver(
        bench, "ship13", bench.shipment("945-13", [bench.moved("1", "crate", 5)], order={"number": f"w13-{bench.suffix}"})
    )
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "order-not-confirmed")


async def test_goods_that_are_not_on_the_transfer_are_named(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("w14", line(bench, "1", "crate", 5))
    said = bench.shipment("945-14", [bench.moved("1", "anvil", 5)], order={"number": f"w14-{bench.suffix}"})
    outcome = await deliver(bench, "ship14", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "line-unknown")


async def test_an_order_that_odoo_does_not_know_is_named(bench: Any) -> None:
    said = bench.shipment("945-15", [bench.moved("1", "anvil", 5)], order={"number": "nobody's"})
    outcome = await deliver(bench, "ship15", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "transfer-unknown")
