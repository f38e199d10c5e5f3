"""Payments, notes and returns of the simulated Odoo, as a real one has them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooFault
from gateway.simulators.odoo import Account, OdooSimulator


@pytest.fixture(params=[17, 19])
async def odoo(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    accounts = (Account(), Account("clerk", "key", groups=("accounting",)))
    async with OdooSimulator(version=request.param, accounts=accounts) as simulator:
        client = OdooClient(url=simulator.url, database="odoo", login="clerk", api_key="key")

        async def ask(model: str, method: str, *args: Any, **keywords: Any) -> Any:
            return await client.call(model, method, list(args), **keywords)

        ask.version = request.param  # type: ignore[attr-defined]
        yield ask
        await client.close()


async def invoice(odoo: Any, amount: float) -> int:
    (customer,) = await odoo("res.partner", "search", [["ref", "=", "bigbox"]])
    line = [0, 0, {"name": "Goods", "quantity": 1, "price_unit": amount}]
    move = await odoo("account.move", "create", {"move_type": "out_invoice", "partner_id": customer, "invoice_line_ids": [line]})
    await odoo("account.move", "action_post", [move])
    return int(move)


async def payment(odoo: Any, amount: float, of: int) -> int:
    (customer,) = await odoo("res.partner", "search", [["ref", "=", "bigbox"]])
    (journal,) = await odoo("account.journal", "search", [["type", "=", "bank"]])
    linked = {"invoice_ids": [[6, 0, [of]]]} if odoo.version >= 18 else {}
    made = await odoo("account.payment", "create", {"partner_id": customer, "amount": amount, "journal_id": journal, **linked})
    await odoo("account.payment", "action_post", [made])
    return int(made)


async def entry(odoo: Any, made: int) -> dict[str, Any]:
    """The entry of a payment on the customer's account."""
    (row,) = await odoo("account.payment", "read", [made], ["move_id"])
    fields = ["amount_residual", "reconciled", "account_type"]
    (line,) = await odoo("account.move.line", "search_read", [["move_id", "=", row["move_id"][0]]], fields=fields)
    return dict(line)


async def test_a_payment_is_set_off_as_far_as_both_go(odoo: Any) -> None:
    bill = await invoice(odoo, 100)
    made = await payment(odoo, 60, bill)
    line = await entry(odoo, made)
    assert (line["amount_residual"], line["reconciled"], line["account_type"]) == (-60.0, False, "asset_receivable")
    assert await odoo("account.move", "js_assign_outstanding_line", [bill], line_id=line["id"]) is None
    (row,) = await odoo("account.move", "read", [bill], ["amount_residual", "payment_state"])
    assert (row["amount_residual"], row["payment_state"]) == (40.0, "partial")
    assert (await entry(odoo, made))["reconciled"] is True
    with pytest.raises(OdooFault, match="already reconciled"):
        await odoo("account.move", "js_assign_outstanding_line", [bill], line_id=line["id"])


async def test_what_is_paid_too_much_stays_with_the_customer(odoo: Any) -> None:
    bill = await invoice(odoo, 100)
    made = await payment(odoo, 130, bill)
    line = await entry(odoo, made)
    await odoo("account.move", "js_assign_outstanding_line", [bill], line_id=line["id"])
    await odoo("account.move", "js_assign_outstanding_line", [bill], line_id=line["id"])
    (row,) = await odoo("account.move", "read", [bill], ["amount_residual", "payment_state"])
    assert (row["amount_residual"], row["payment_state"]) == (0.0, "paid")
    assert (await entry(odoo, made))["amount_residual"] == -30.0


async def test_posting_twice_is_a_fault_up_to_17_only(odoo: Any) -> None:
    made = await payment(odoo, 10, await invoice(odoo, 100))
    (row,) = await odoo("account.payment", "read", [made], ["state", "name"])
    assert (row["state"], row["name"][:5]) == ("in_process" if odoo.version >= 18 else "posted", "PBNK1")
    if odoo.version >= 18:
        assert await odoo("account.payment", "action_post", [made]) is None
    else:
        with pytest.raises(OdooFault, match="must be in draft"):
            await odoo("account.payment", "action_post", [made])


async def test_an_invoice_knows_its_payments_from_18_on(odoo: Any) -> None:
    bill = await invoice(odoo, 100)
    made = await payment(odoo, 10, bill)
    known = await odoo("account.move", "fields_get", ["matched_payment_ids"])
    if odoo.version >= 18:
        (row,) = await odoo("account.move", "read", [bill], ["matched_payment_ids"])
        assert row["matched_payment_ids"] == [made]
    else:
        assert known == {}
