"""What was shipped is invoiced by the books themselves, once, against every kind of server."""

from decimal import Decimal
from typing import Any

import orjson

from gateway.ports import OutcomeKind
from translators.canonical.despatch_advice import DespatchAdvice


def shipped(bench: Any, order: str, quantity: float) -> dict[str, Any]:
    item = {"identifiers": {"seller": bench.code("CRATE")}}
    stated = {"value": Decimal(str(quantity)), "unit": "EA"}
    parts = {
        "number": f"ASN-{order}-{bench.suffix}",
        "order": {"number": f"{order}-{bench.suffix}"},
        "lines": [{"number": "1", "item": item, "quantity": stated}],
    }
    made: dict[str, Any] = orjson.loads(DespatchAdvice.model_validate(parts).to_json())
    return made


async def request(bench: Any, key: str, order: str, quantity: float, **options: Any) -> Any:
    call = bench.call(key, shipped(bench, order, quantity), action="invoice_request", options=options)
    (outcome,) = await bench.application(user=bench.clerk).deliver([call])
    return outcome


async def sold(bench: Any, number: str) -> dict[str, Any]:
    product = await bench.goods("crate", on_hand=10)
    await bench.ask("product.product", "write", [product], {"invoice_policy": "delivery"})
    order: dict[str, Any] = await bench.sold(number, bench.line("1", "crate", 4, 10))
    return order


async def invoices(bench: Any, order: dict[str, Any]) -> list[dict[str, Any]]:
    (row,) = await bench.ask("sale.order", "read", [order["id"]], ["invoice_ids"])
    found: list[dict[str, Any]] = await bench.ask("account.move", "read", row["invoice_ids"], ["state", "amount_untaxed"])
    return found


async def test_what_is_delivered_is_invoiced_once_and_posted_where_agreed(bench: Any) -> None:
    order = await sold(bench, "I1")
    await bench.ask("stock.picking", "button_validate", [order["pickings"][0]["id"]])
    for _ in range(2):
        outcome = await request(bench, "inv1", "I1", 4, post=True)
        assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "invoiced"), outcome
    assert [(one["state"], one["amount_untaxed"]) for one in await invoices(bench, order)] == [("posted", 40.0)]


async def test_without_the_option_a_person_posts_it(bench: Any) -> None:
    order = await sold(bench, "I2")
    await bench.ask("stock.picking", "button_validate", [order["pickings"][0]["id"]])
    outcome = await request(bench, "inv2", "I2", 4)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    assert [one["state"] for one in await invoices(bench, order)] == ["draft"]


async def test_what_odoo_does_not_know_as_delivered_is_asked_again_later(bench: Any) -> None:
    order = await sold(bench, "I3")
    outcome = await request(bench, "inv3", "I3", 4)
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "not-delivered-yet"), outcome
    assert await invoices(bench, order) == []


async def test_an_order_that_odoo_does_not_have_is_its_owners(bench: Any) -> None:
    outcome = await request(bench, "inv4", "NONE", 1)
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "order-unknown"), outcome
    call = bench.call("inv5", bench.document("I5"), action="invoice_request")
    (unknown,) = await bench.application(user=bench.clerk).deliver([call])
    assert unknown.code == "order-unknown"
