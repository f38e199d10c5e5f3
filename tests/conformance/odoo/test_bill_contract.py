"""Suppliers' invoices and credit notes as draft bills, against every kind of server."""

import asyncio
from datetime import date
from typing import Any

import orjson

from gateway.ports import OutcomeKind
from translators.canonical.credit_note import CreditNote
from translators.canonical.invoice import Invoice


def invoice(bench: Any, number: str, *lines: dict[str, Any], model: Any = Invoice, **parts: Any) -> dict[str, Any]:
    seller = {"identifiers": {"seller": f"VEND-{bench.suffix}"}, "name": "Vendor"}
    given = {"number": f"{number}-{bench.suffix}", "issued": date(2026, 11, 2), "seller": seller, "lines": list(lines)} | parts
    made: dict[str, Any] = orjson.loads(model.model_validate(given).to_json())
    return made


def billed(bench: Any, number: str, product: str, quantity: float, price: float, **more: Any) -> dict[str, Any]:
    item = {"identifiers": {"buyer": bench.code(product.upper())}, "name": product}
    return {"number": number, "item": item, "quantity": {"value": quantity, "unit": "EA"}, "price": {"amount": price}, **more}


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="vendor_bill", partner="vendor", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application(user=bench.clerk).deliver([call(bench, key, document, **options)])
    return outcome


async def bill_of(bench: Any, outcome: Any) -> dict[str, Any]:
    fields = ["state", "move_type", "ref", "invoice_date", "partner_id", "amount_untaxed", "invoice_line_ids"]
    (row,) = await bench.ask("account.move", "read", [outcome.response["id"]], fields)
    names = ["product_id", "quantity", "price_unit", "purchase_line_id"]
    lines = await bench.ask("account.move.line", "read", sorted(row["invoice_line_ids"]), names)
    return dict(row) | {"lines": [(one["quantity"], one["price_unit"], bool(one["purchase_line_id"])) for one in lines]}


async def received(bench: Any, order: dict[str, Any]) -> None:
    for picking in order["pickings"]:
        await bench.admin.call("stock.picking", "button_validate", [[picking["id"]]], context={"skip_backorder": True})


async def test_an_invoice_is_a_draft_matched_with_what_was_received(bench: Any) -> None:
    order = await bench.bought("b1", ("crate", 10, 4), ("barrel", 5, 7))
    await received(bench, order)
    document = invoice(
        bench, "INV1", billed(bench, "1", "crate", 10, 4), billed(bench, "2", "barrel", 5, 7), order={"number": order["name"]}
    )
    first, second = await deliver(bench, "bill1", document), await deliver(bench, "bill1", document)
    assert (first.kind, first.code, second.response["id"]) == (OutcomeKind.DELIVERED, "drafted", first.response["id"]), first
    bill = await bill_of(bench, first)
    assert (bill["state"], bill["move_type"], bill["ref"]) == ("draft", "in_invoice", f"INV1-{bench.suffix}")
    assert (bill["invoice_date"], bill["amount_untaxed"], bill["lines"]) == (
        "2026-11-02",
        75.0,
        [(10.0, 4.0, True), (5.0, 7.0, True)],
    )
    now = await bench.purchase(order["id"])
    assert ([one["qty_invoiced"] for one in now["lines"]], now["invoice_ids"]) == ([10.0, 5.0], [first.response["id"]])
    assert "remarks" not in first.response


async def test_what_does_not_agree_is_said_and_entered_as_it_is(bench: Any) -> None:
    order = await bench.bought("b2", ("crate", 10, 4))
    document = invoice(
        bench, "INV2", billed(bench, "1", "crate", 10, 5), billed(bench, "2", "anvil", 1, 3), order={"number": order["name"]},
        allowances_charges=[{"charge": True, "reason": "Freight", "amount": {"amount": 12}}],
        totals={"payable": {"amount": 999}},
    )  # fmt: skip
    outcome = await deliver(bench, "bill2", document)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    said = " ".join(outcome.response["remarks"])
    assert "ordered at 4" in said
    assert "0 are received" in said
    assert "Line 2 is in no purchase order" in said
    assert "the document says 999.00" in said
    bill = await bill_of(bench, outcome)
    assert sorted(bill["lines"]) == [(1.0, 3.0, False), (1.0, 12.0, False), (10.0, 5.0, True)]


async def test_a_claim_that_is_there_or_from_somebody_else_waits_for_a_person(bench: Any) -> None:
    order = await bench.bought("b3", ("crate", 10, 4))
    document = invoice(bench, "INV3", billed(bench, "1", "crate", 1, 4), order={"number": order["name"]})
    await deliver(bench, "bill3", document)
    assert (await deliver(bench, "bill3again", document)).code == "bill-duplicate"
    await bench.partner("other", name=f"Other {bench.suffix}", ref=f"OTHER-{bench.suffix}", is_company="1")
    seller = {"identifiers": {"seller": f"OTHER-{bench.suffix}"}, "name": "Other"}
    stranger = invoice(bench, "INV4", billed(bench, "1", "crate", 1, 4), order={"number": order["name"]}, seller=seller)
    assert (await deliver(bench, "bill4", stranger)).code == "vendor-mismatch"


async def test_a_claim_without_an_order_is_entered_where_agreed(bench: Any) -> None:
    await bench.partner("vendor", name=f"Vendor {bench.suffix}", ref=f"VEND-{bench.suffix}", is_company="1")
    document = invoice(bench, "INV5", billed(bench, "1", "anvil", 2, 4))
    assert (await deliver(bench, "bill5", document)).code == "order-missing"
    outcome = await deliver(bench, "bill5", document, without_order=True)
    assert (await bill_of(bench, outcome))["lines"] == [(2.0, 4.0, False)]


async def test_a_credit_note_is_a_draft_refund(bench: Any) -> None:
    order = await bench.bought("b6", ("crate", 10, 4))
    await received(bench, order)
    document = invoice(bench, "CN6", billed(bench, "1", "crate", 2, 4), model=CreditNote, order={"number": order["name"]})
    outcome = await deliver(bench, "bill6", document)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    bill = await bill_of(bench, outcome)
    assert (bill["move_type"], bill["lines"]) == ("in_refund", [(2.0, 4.0, True)])


async def test_an_answer_lost_after_the_commit_enters_nothing_twice(bench: Any, cutter: Any) -> None:
    order = await bench.bought("b7", ("crate", 10, 4))
    document = invoice(bench, "INV7", billed(bench, "1", "crate", 1, 4), order={"number": order["name"]})
    line_to, url = cutter
    application = bench.application(url=url, user=bench.clerk)
    client = application._actions["vendor_bill"]._client
    request = client.call

    async def cut(model: str, called: str, *args: Any, **keywords: Any) -> Any:
        if called == "load":
            line_to.cut.set()
        return await request(model, called, *args, **keywords)

    client.call = cut
    (outcome,) = await application.deliver([call(bench, "bill7", document)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "bill7", document)).code == "drafted"
    assert await bench.ask("account.move", "search_count", [["ref", "=", f"INV7-{bench.suffix}"]]) == 1
