"""Changes and cancellations of orders, against every kind of server."""

import asyncio
from datetime import date
from typing import Any

import orjson

from gateway.domain.order.milestone import Event
from gateway.ports import OutcomeKind
from translators.canonical.purchase_order_change import PurchaseOrderChange


def change(bench: Any, number: str, *lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    said = {"number": f"{number}-{bench.suffix}", "change_number": "1", "lines": list(lines)} | parts
    made: dict[str, Any] = orjson.loads(PurchaseOrderChange.model_validate(said).to_json())
    return made


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="sale_order_change", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application().deliver([call(bench, key, document, **options)])
    return outcome


def line(bench: Any, number: str, product: str, quantity: float, price: float | None = 10, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = bench.line(number, product, quantity, price, **more)
    return made


async def ship(bench: Any, order: dict[str, Any], quantity: float) -> None:
    (picking,) = order["pickings"]
    await bench.ask("stock.move", "write", [picking["moves"][0]["id"]], {"quantity": quantity, "picked": True})
    await bench.admin.call("stock.picking", "button_validate", [[picking["id"]]], context={"skip_backorder": True})


async def test_quantities_are_raised_and_lowered_and_the_delivery_follows(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel", on_hand=30)
    await bench.sold("c1", line(bench, "1", "crate", 5), line(bench, "2", "barrel", 4))
    said = change(bench, "c1", line(bench, "1", "crate", 8, action="quantity"), line(bench, "2", "barrel", 1, action="change"))
    outcome = await deliver(bench, "chg1", said)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "changed"), outcome
    now = await bench.order("c1")
    assert [one["product_uom_qty"] for one in now["lines"]] == [8.0, 1.0]
    assert [move["product_uom_qty"] for move in now["pickings"][0]["moves"]] == [8.0, 1.0]
    (milestone,) = outcome.milestones
    assert (milestone.event, [(one.line, int(one.quantity)) for one in milestone.lines]) == (Event.CHANGED, [("1", 8), ("2", 1)])


async def test_a_repeat_changes_nothing_even_what_people_changed_since(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("c2", line(bench, "1", "crate", 5))
    difference = {"number": "1", "item": {"identifiers": {"seller": bench.code("CRATE")}}, "action": "change",
                  "difference": {"value": "2", "unit": "EA"}}  # fmt: skip
    said = change(bench, "c2", difference)
    assert (await deliver(bench, "chg2", said)).kind is OutcomeKind.DELIVERED
    now = await bench.order("c2")
    assert now["lines"][0]["product_uom_qty"] == 7.0
    await bench.ask("sale.order.line", "write", [now["lines"][0]["id"]], {"product_uom_qty": 6})
    assert (await deliver(bench, "chg2", said)).kind is OutcomeKind.DELIVERED
    assert (await bench.order("c2"))["lines"][0]["product_uom_qty"] == 6.0


async def test_lines_are_added_and_dropped(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel", on_hand=30)
    await bench.sold("c3", line(bench, "1", "crate", 5))
    said = change(bench, "c3", line(bench, "1", "crate", 5, action="delete"), line(bench, "2", "barrel", 4, 12, action="add"))
    for _ in range(2):
        assert (await deliver(bench, "chg3", said)).kind is OutcomeKind.DELIVERED
    now = await bench.order("c3")
    found = [(one["product_id"][0], one["product_uom_qty"], one["price_unit"]) for one in now["lines"]]
    assert found == [(bench.products["crate"], 0.0, 10.0), (bench.products["barrel"], 4.0, 12.0)]
    moves = [move for picking in now["pickings"] for move in picking["moves"] if move["state"] != "cancel"]
    assert [(move["product_id"][0], move["product_uom_qty"]) for move in moves] == [(bench.products["barrel"], 4.0)]


async def test_the_day_and_the_price_change(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("c4", line(bench, "1", "crate", 5), requested_delivery=date(2026, 12, 1))
    said = change(bench, "c4", line(bench, "1", "crate", 5, 9.5, action="price"), requested_delivery=date(2026, 12, 24))
    assert (await deliver(bench, "chg4", said)).kind is OutcomeKind.DELIVERED
    now = await bench.order("c4")
    assert (now["commitment_date"], now["lines"][0]["price_unit"]) == ("2026-12-24 12:00:00", 9.5)
    assert now["pickings"][0]["date_deadline"] == "2026-12-24 12:00:00"
    assert (await deliver(bench, "chg4b", change(bench, "c4", line(bench, "1", "crate", 5, 1)), prices="odoo")).code == "changed"
    assert (await bench.order("c4"))["lines"][0]["price_unit"] == 9.5


async def test_nothing_is_taken_below_what_is_delivered(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    order = await bench.sold("c5", line(bench, "1", "crate", 5))
    await ship(bench, order, 3)
    outcome = await deliver(bench, "chg5", change(bench, "c5", line(bench, "1", "crate", 2)))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "below-delivered")
    assert (await deliver(bench, "chg5", change(bench, "c5", line(bench, "1", "crate", 3)))).kind is OutcomeKind.DELIVERED
    now = await bench.order("c5")
    assert [picking["state"] for picking in now["pickings"]] == ["done", "cancel"]


async def test_a_replacement_has_all_lines_that_remain(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.goods("barrel", on_hand=30)
    await bench.sold("c6", line(bench, "1", "crate", 5))
    document = bench.document("c6", [line(bench, "1", "barrel", 2)], purpose="replace")
    assert (await deliver(bench, "chg6", document)).kind is OutcomeKind.DELIVERED
    now = await bench.order("c6")
    assert [(one["product_id"][0], one["product_uom_qty"]) for one in now["lines"]] == [
        (bench.products["crate"], 0.0), (bench.products["barrel"], 2.0),
    ]  # fmt: skip


async def test_a_quotation_loses_its_line_for_good(bench: Any) -> None:
    document = bench.document("c7", [line(bench, "1", "anvil", 5), line(bench, "2", "rocket", 1)])
    await bench.application().deliver([bench.call("c7", document)])
    assert (await deliver(bench, "chg7", change(bench, "c7", line(bench, "1", "anvil", 5, action="delete")))).milestones == ()
    assert [one["product_id"][0] for one in (await bench.order("c7"))["lines"]] == [bench.products["rocket"]]


async def test_an_order_is_cancelled_with_its_delivery_once(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("c8", line(bench, "1", "crate", 5))
    said = change(bench, "c8", purpose="cancel")
    first, second = await deliver(bench, "chg8", said), await deliver(bench, "chg8", said)
    assert (first.kind, first.code, second.code) == (OutcomeKind.DELIVERED, "cancelled", "cancelled"), first
    assert first.milestones == second.milestones
    assert first.milestones[0].event is Event.CANCELLED
    now = await bench.order("c8")
    assert (now["state"], [picking["state"] for picking in now["pickings"]]) == ("cancel", ["cancel"])


async def test_what_is_shipped_is_not_cancelled_though_odoo_would(bench: Any) -> None:
    await bench.goods("crate", on_hand=30)
    order = await bench.sold("c9", line(bench, "1", "crate", 5))
    await ship(bench, order, 5)
    outcome = await deliver(bench, "chg9", change(bench, "c9", purpose="cancel"))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "already-shipped")
    assert (await bench.order("c9"))["state"] == "sale"
    await bench.admin.call("sale.order", "action_cancel", [[order["id"]]], context={"disable_cancel_warning": True})
    assert (await bench.order("c9"))["state"] == "cancel"


async def test_a_locked_order_waits_for_a_person(bench: Any) -> None:
    order = await bench.sold("c10", line(bench, "1", "anvil", 5))
    await bench.ask("sale.order", "action_lock", [order["id"]])
    outcome = await deliver(bench, "chg10", change(bench, "c10", line(bench, "1", "anvil", 6)))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "order-locked")


async def test_an_order_nobody_knows_and_one_of_two_are_named(bench: Any) -> None:
    assert (await deliver(bench, "chg11", change(bench, "c11", purpose="cancel"))).code == "order-unknown"
    for key in ("c12a", "c12b"):
        await bench.application().deliver([bench.call(key, bench.document("c12", [line(bench, "1", "anvil", 5)]))])
    assert (await deliver(bench, "chg12", change(bench, "c12", purpose="cancel"))).code == "order-ambiguous"


async def test_another_address_is_a_persons_decision(bench: Any) -> None:
    await bench.partner("store9", name="Store 9", ref=f"STORE9-{bench.suffix}")
    await bench.sold("c13", line(bench, "1", "anvil", 5))
    elsewhere = {"name": "Store 9", "identifiers": {"seller": f"STORE9-{bench.suffix}"}}
    outcome = await deliver(bench, "chg13", change(bench, "c13", line(bench, "1", "anvil", 6), ship_to=elsewhere))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "address-changed")


async def test_an_answer_lost_after_the_commit_changes_nothing_twice(bench: Any, cutter: Any) -> None:
    await bench.goods("crate", on_hand=30)
    await bench.sold("c14", line(bench, "1", "crate", 5))
    said = change(bench, "c14", line(bench, "2", "crate", 4, action="add"))
    line_to, url = cutter
    application = bench.application(url=url)
    action = application._actions["sale_order_change"]
    request = action._client.call

    async def cut(model: str, method: str, *args: Any, **keywords: Any) -> Any:
        if method == "load":
            line_to.cut.set()
        return await request(model, method, *args, **keywords)

    action._client.call = cut
    (outcome,) = await application.deliver([call(bench, "chg14", said)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "chg14", said)).kind is OutcomeKind.DELIVERED
    assert [one["product_uom_qty"] for one in (await bench.order("c14"))["lines"]] == [5.0, 4.0]
