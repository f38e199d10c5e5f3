"""What suppliers answer and send, against every kind of server."""

from datetime import date
from typing import Any

import orjson

from gateway.ports import OutcomeKind
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.order_response import OrderResponse
from translators.canonical.receiving_advice import ReceivingAdvice


def answer(bench: Any, order: str, *lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    said = {"number": f"OR-{bench.suffix}", "status": "with_changes", "order": {"number": order}, "lines": list(lines)} | parts
    made: dict[str, Any] = orjson.loads(OrderResponse.model_validate(said).to_json())
    return made


def line(bench: Any, number: str, product: str, quantity: float, *responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {"identifiers": {"buyer": bench.code(product.upper())}}
    return {"number": number, "item": item, "quantity": {"value": quantity, "unit": "EA"}, "responses": list(responses), **more}


def said(status: str, quantity: float, **more: Any) -> dict[str, Any]:
    return {"status": status, "quantity": {"value": quantity, "unit": "EA"}, **more}


async def deliver(bench: Any, key: str, action: str, document: Any, **options: Any) -> Any:
    application = bench.application(user=bench.clerk)
    (outcome,) = await application.deliver([bench.call(key, document, action=action, partner="vendor", options=options)])
    return outcome


async def test_what_a_supplier_confirms_is_entered_and_its_receipt_expected_then(bench: Any) -> None:
    order = await bench.bought("p1", ("crate", 10, 4), ("barrel", 5, 7))
    document = answer(
        bench, order["name"], line(bench, "1", "crate", 10, said("accepted", 10, delivery=date(2027, 1, 15))),
        line(bench, "2", "barrel", 5, said("quantity_changed", 4, delivery=date(2027, 2, 1))), seller_order="V-77",
    )  # fmt: skip
    outcome = await deliver(bench, "or1", "purchase_confirmation", document, quantity_tolerance=20)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "confirmed"), outcome
    now = await bench.purchase(order["id"])
    assert now["partner_ref"] == "V-77"
    assert [(one["product_qty"], one["date_planned"]) for one in now["lines"]] == [
        (10.0, "2027-01-15 12:00:00"), (4.0, "2027-02-01 12:00:00"),
    ]  # fmt: skip
    (receipt,) = now["pickings"]
    assert [move["product_uom_qty"] for move in receipt["moves"]] == [10.0, 4.0]
    assert receipt["scheduled_date"] == "2027-01-15 12:00:00"


async def test_a_repeat_leaves_alone_what_was_changed_since(bench: Any) -> None:
    order = await bench.bought("p2", ("crate", 10, 4))
    document = answer(bench, order["name"], line(bench, "1", "crate", 10, said("date_changed", 10, delivery=date(2027, 1, 15))))
    await deliver(bench, "or2", "purchase_confirmation", document)
    await bench.ask("purchase.order.line", "write", order["order_line"], {"date_planned": "2027-03-03 12:00:00"})
    assert (await deliver(bench, "or2", "purchase_confirmation", document)).kind is OutcomeKind.DELIVERED
    assert (await bench.purchase(order["id"]))["lines"][0]["date_planned"] == "2027-03-03 12:00:00"


async def test_what_goes_beyond_the_tolerance_waits_for_a_person_and_nothing_is_entered(bench: Any) -> None:
    order = await bench.bought("p3", ("crate", 10, 4), ("barrel", 5, 7))
    document = answer(
        bench, order["name"], line(bench, "1", "crate", 10, said("price_changed", 10, price={"amount": 4.5})),
        line(bench, "2", "barrel", 5, said("quantity_changed", 2)),
    )  # fmt: skip
    outcome = await deliver(bench, "or3", "purchase_confirmation", document)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "price-deviates")
    assert "Line 2" in outcome.message
    now = await bench.purchase(order["id"])
    assert [(one["product_qty"], one["price_unit"]) for one in now["lines"]] == [(10.0, 4.0), (5.0, 7.0)]
    outcome = await deliver(bench, "or3", "purchase_confirmation", document, price_tolerance=15, quantity_tolerance=60)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    now = await bench.purchase(order["id"])
    assert [(one["product_qty"], one["price_unit"]) for one in now["lines"]] == [(10.0, 4.5), (2.0, 7.0)]


async def test_a_refusal_and_a_late_day_wait_for_a_person(bench: Any) -> None:
    order = await bench.bought("p4", ("crate", 10, 4))
    outcome = await deliver(bench, "or4", "purchase_confirmation", answer(bench, order["name"], status="rejected"))
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "order-rejected")
    late = answer(bench, order["name"], line(bench, "1", "crate", 10, said("date_changed", 10, delivery=date(2037, 1, 15))))
    assert (await deliver(bench, "or4b", "purchase_confirmation", late, date_tolerance=30)).code == "date-deviates"


async def test_a_request_becomes_an_order_where_agreed(bench: Any) -> None:
    order = await bench.bought("p5", ("crate", 10, 4), confirm=False)
    document = answer(bench, order["name"], line(bench, "1", "crate", 10, said("accepted", 10, delivery=date(2027, 1, 15))))
    assert (await deliver(bench, "or5", "purchase_confirmation", document)).code == "order-not-confirmed"
    assert (await deliver(bench, "or5", "purchase_confirmation", document, confirm=True)).kind is OutcomeKind.DELIVERED
    now = await bench.purchase(order["id"])
    assert (now["state"], now["pickings"][0]["scheduled_date"]) == ("purchase", "2027-01-15 12:00:00")


def advice(bench: Any, order: str, number: str, *lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    vendor = {"identifiers": {"gln": "5790000000036"}}
    given = {"number": f"{number}-{bench.suffix}", "ship_from": vendor, "order": {"number": order}, "lines": list(lines)} | parts
    made: dict[str, Any] = orjson.loads(DespatchAdvice.model_validate(given).to_json())
    return made


def sent(bench: Any, number: str, product: str, quantity: float, **more: Any) -> dict[str, Any]:
    item = {"identifiers": {"buyer": bench.code(product.upper())}}
    return {"number": number, "item": item, "quantity": {"value": quantity, "unit": "EA"}, **more}


async def test_an_advice_fills_in_the_receipt_and_receives_nothing(bench: Any) -> None:
    order = await bench.bought("p6", ("serum", 10, 4), ("barrel", 5, 7), tracking="lot")
    sscc = f"3{int(bench.suffix, 16):017d}"
    packages = [{"identifiers": {"sscc": sscc}, "contents": [{"line": "1", "quantity": {"value": 6}}]}]
    lots = [{"number": f"VL-{bench.suffix}", "quantity": {"value": 6}}]
    document = advice(
        bench,
        order["name"],
        "ASN1",
        sent(bench, "1", "serum", 6, lots=lots),
        packages=packages,
        expected_delivery=date(2027, 1, 20),
    )
    for _ in range(2):
        outcome = await deliver(bench, "asn1", "expected_receipt", document)
        assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "expected"), outcome
    (receipt,) = (await bench.purchase(order["id"]))["pickings"]
    assert (receipt["state"], receipt["scheduled_date"]) == ("assigned", "2027-01-20 12:00:00")
    assert [(row["quantity"], row["result_package_id"][1].rpartition(" ")[2]) for row in receipt["lines"]] == [(6.0, sscc)]
    assert [move["picked"] for move in receipt["moves"]] == [False, False]


async def test_a_second_advice_comes_on_top_of_the_first(bench: Any) -> None:
    order = await bench.bought("p7", ("crate", 10, 4))
    await deliver(bench, "asn2", "expected_receipt", advice(bench, order["name"], "ASN2", sent(bench, "1", "crate", 3)))
    await deliver(bench, "asn3", "expected_receipt", advice(bench, order["name"], "ASN3", sent(bench, "1", "crate", 4)))
    (receipt,) = (await bench.purchase(order["id"]))["pickings"]
    assert [move["quantity"] for move in receipt["moves"]] == [7.0]


async def test_what_a_warehouse_received_is_a_receipt_done(bench: Any) -> None:
    order = await bench.bought("p8", ("serum", 10, 4), tracking="lot")
    lots = [{"number": f"NEW-{bench.suffix}", "quantity": {"value": 8}}]
    document = bench.shipment(f"861-{bench.suffix}", [bench.moved("1", "serum", 8, lots=lots)], document=ReceivingAdvice,
                              order={"number": order["name"]})  # fmt: skip
    for _ in range(2):
        (outcome,) = await bench.application().deliver([bench.call("rec1", document, action="picking", partner="east")])
        assert (outcome.kind, outcome.code, outcome.milestones) == (OutcomeKind.DELIVERED, "moved", ()), outcome
    now = await bench.purchase(order["id"])
    assert ([one["qty_received"] for one in now["lines"]], [one["state"] for one in now["pickings"]]) == (
        [8.0],
        ["done", "assigned"],
    )
    assert [row["lot_id"][1] for row in now["pickings"][0]["lines"]] == [f"NEW-{bench.suffix}"]
