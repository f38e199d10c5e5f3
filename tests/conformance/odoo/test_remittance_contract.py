"""What customers have paid, against every kind of server."""

import asyncio
from datetime import date
from typing import Any

import orjson
import pytest

from gateway.ports import OutcomeKind
from tests.conformance.odoo.conftest import BACKENDS
from translators.canonical.remittance_advice import RemittanceAdvice

pytestmark = pytest.mark.parametrize(
    "bench", [one for one in BACKENDS if one in ("simulated-17", "simulated-19-json-2", "real")], indirect=True
)
"""From 18 on payments name their invoices."""


async def claim(bench: Any, amount: float, *, kind: str = "out_invoice", partner: int | None = None, post: bool = True) -> str:
    """A posted invoice, or credit note, of so much, without tax. Its number."""
    line = {"name": "Goods", "quantity": 1, "price_unit": amount, "tax_ids": [[6, 0, []]]}
    values = {"move_type": kind, "partner_id": partner or bench.customer, "invoice_line_ids": [[0, 0, line]]}
    move = await bench.ask("account.move", "create", values)
    if post:
        await bench.ask("account.move", "action_post", [move])
    (row,) = await bench.ask("account.move", "read", [move], ["name"])
    return str(row["name"] or "")


def paid(number: str, amount: float, **more: Any) -> dict[str, Any]:
    return {"document": {"number": number, "kind": "invoice"}, "paid": {"amount": amount, "currency": "USD"}, **more}


def advice(bench: Any, number: str, *lines: dict[str, Any], **parts: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"number": f"{number}-{bench.suffix}", "paid": date(2026, 11, 20), "payment": f"TRACE-{number}"}
    given["payer"] = {"identifiers": {"seller": f"CUST-{bench.suffix}"}}
    made: dict[str, Any] = orjson.loads(RemittanceAdvice.model_validate(given | {"lines": list(lines)} | parts).to_json())
    return made


def call(bench: Any, key: str, document: Any, **options: Any) -> Any:
    return bench.call(key, document, action="remittance", options=options)


async def deliver(bench: Any, key: str, document: Any, **options: Any) -> Any:
    (outcome,) = await bench.application(user=bench.clerk).deliver([call(bench, key, document, **options)])
    return outcome


async def state(bench: Any, *numbers: str) -> list[tuple[str, float]]:
    rows = await bench.ask(
        "account.move", "search_read", [["name", "in", list(numbers)]], fields=["name", "payment_state", "amount_residual"]
    )
    found = {
        row["name"]: ("paid" if row["payment_state"] == "in_payment" else row["payment_state"], row["amount_residual"])
        for row in rows
    }
    return [found[number] for number in numbers]


async def payments(bench: Any, key: str) -> list[tuple[float, str]]:
    memo = "memo" if bench.version >= 18 else "ref"
    rows = await bench.ask(
        "account.payment",
        "search_read",
        [[memo, "ilike", f"{key}-{bench.suffix}"]],
        fields=["amount", "payment_type"],
        order="id",
    )
    return [(row["amount"], row["payment_type"]) for row in rows]


async def test_each_invoice_is_paid_once_by_what_the_advice_says(bench: Any) -> None:
    one, two, credit = await claim(bench, 100), await claim(bench, 50), await claim(bench, 20, kind="out_refund")
    document = advice(bench, "820A", paid(one, 100), paid(two, 50), paid(credit, -20), amount={"amount": 130, "currency": "USD"})
    first, second = await deliver(bench, "pay1", document), await deliver(bench, "pay1", document)
    assert (first.kind, first.code, second.response) == (OutcomeKind.DELIVERED, "paid", first.response), first
    assert await state(bench, one, two, credit) == [("paid", 0.0), ("paid", 0.0), ("paid", 0.0)]
    assert await payments(bench, "820A") == [(100.0, "inbound"), (50.0, "inbound"), (20.0, "outbound")]
    assert "remarks" not in first.response


async def test_what_is_taken_off_stays_open_and_is_said(bench: Any) -> None:
    one = await claim(bench, 100)
    short = paid(one, 93, discount={"amount": 2}, adjustments=[{"reason": "shortage", "amount": {"amount": -5}}])
    document = advice(bench, "820B", short, amount={"amount": 95})
    outcome = await deliver(bench, "pay2", document)
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    assert outcome.response["remarks"] == [
        f"{one}: 93.00 are paid, 7.00 stay open (discount 2.00; shortage -5.00).",
        "95.00 are transferred, and what it is for comes to 93.00.",
    ]
    assert await state(bench, one) == [("partial", 7.0)]


async def test_a_difference_may_be_a_failure_until_nothing_is_open(bench: Any) -> None:
    one = await claim(bench, 100)
    document = advice(bench, "820C", paid(one, 90))
    first = await deliver(bench, "pay3", document, differences="fail")
    assert (first.kind, first.code) == (OutcomeKind.FAILED, "difference-open")
    assert await payments(bench, "820C") == [(90.0, "inbound")]
    assert (await deliver(bench, "pay3", document, differences="fail")).code == "difference-open"
    rest = await deliver(bench, "pay3b", advice(bench, "820D", paid(one, 10)))
    assert rest.kind is OutcomeKind.DELIVERED, rest
    assert (await deliver(bench, "pay3", document, differences="fail")).code == "paid"
    assert await payments(bench, "820C") == [(90.0, "inbound")]
    two = await claim(bench, 100)
    partial = await deliver(bench, "pay3c", advice(bench, "820E", paid(two, 40, action="partial")), differences="fail")
    assert (partial.kind, partial.code) == (OutcomeKind.DELIVERED, "paid")


async def test_nothing_is_overpaid_and_nothing_is_paid_for_others(bench: Any) -> None:
    one, draft = await claim(bench, 100), await claim(bench, 10, post=False)
    del draft
    assert (await deliver(bench, "pay4", advice(bench, "820F", paid(one, 60)))).code == "paid"
    over = await deliver(bench, "pay5", advice(bench, "820G", paid(one, 60)))
    assert (over.kind, over.code, "40.00 are open" in over.message) == (OutcomeKind.FAILED, "overpaid", True)
    other = await bench.partner("stranger", name=f"Stranger {bench.suffix}", ref=f"STRANGER-{bench.suffix}", is_company="1")
    theirs = await claim(bench, 30, partner=other)
    assert (await deliver(bench, "pay6", advice(bench, "820H", paid(theirs, 30)))).code == "payer-mismatch"
    assert (await deliver(bench, "pay7", advice(bench, "820I", paid(one, -5)))).code == "wrong-direction"
    euro = paid(one, 5) | {"paid": {"amount": 5, "currency": "EUR"}}
    assert (await deliver(bench, "pay8", advice(bench, "820J", euro))).code == "currency-mismatch"
    assert await state(bench, one, theirs) == [("partial", 40.0), ("not_paid", 30.0)]
    assert (await deliver(bench, "pay6", advice(bench, "820H", paid(theirs, 30)), any_payer=True)).code == "paid"


async def test_one_unknown_invoice_holds_all_of_it_unless_it_may_be_left_out(bench: Any) -> None:
    one = await claim(bench, 100)
    document = advice(bench, "820K", paid(one, 100), paid("INV/0000/404", 7))
    assert (await deliver(bench, "pay9", document)).code == "invoice-unknown"
    assert await state(bench, one) == [("not_paid", 100.0)]
    outcome = await deliver(bench, "pay9", document, unknown="leave")
    assert outcome.kind is OutcomeKind.DELIVERED, outcome
    assert outcome.response["remarks"] == ["INV/0000/404 is no invoice or credit note in Odoo."]
    assert await state(bench, one) == [("paid", 0.0)]


async def test_the_user_needs_the_right_to_enter_payments(bench: Any) -> None:
    one = await claim(bench, 100)
    (outcome,) = await bench.application().deliver([call(bench, "pay10", advice(bench, "820L", paid(one, 100)))])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "access-denied")


@pytest.mark.parametrize("method", ["load", "action_post", "js_assign_outstanding_line"])
async def test_an_answer_lost_after_the_commit_pays_nothing_twice(bench: Any, cutter: Any, method: str) -> None:
    one = await claim(bench, 100)
    document = advice(bench, "820M", paid(one, 60))
    line_to, url = cutter
    application = bench.application(url=url, user=bench.clerk)
    client = application._actions["remittance"]._client
    request = client.call

    async def cut(model: str, called: str, *args: Any, **keywords: Any) -> Any:
        if called == method:
            line_to.cut.set()
        return await request(model, called, *args, **keywords)

    client.call = cut
    (outcome,) = await application.deliver([call(bench, "pay11", document)])
    assert outcome.kind is OutcomeKind.RETRY
    await asyncio.wait_for(line_to.answered.wait(), 10)
    assert (await deliver(bench, "pay11", document)).code == "paid"
    assert await payments(bench, "820M") == [(60.0, "inbound")]
    assert await state(bench, one) == [("partial", 40.0)]
