"""What is paid, as advices say it; what may be entered of it."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remittance import (
    Claim,
    PaidInvoice,
    Remittance,
    difference,
    payment_rows,
    read_remittance,
    troubles,
)
from gateway.applications.odoo.tables import Tables

LINE = {"document": {"number": "INV/1"}, "paid": {"amount": "95", "currency": "USD"}}
ADVICE: dict[str, Any] = {
    "schema": "remittance_advice/1",
    "number": "820-1",
    "payment": "T9",
    "paid": "2026-11-20",
    "lines": [LINE],
}


def read(**changes: Any) -> Remittance | tuple[Problem, ...]:
    return read_remittance({**ADVICE, **changes}, key="k1", partner="bigbox", tables=Tables())


def entered(**changes: Any) -> Remittance:
    found = read(**changes)
    assert isinstance(found, Remittance), found
    return found


def test_an_advice_is_read() -> None:
    one = entered(payer={"identifiers": {"gln": "5790000000029"}})
    assert (one.day, one.memo, one.external_id(0)) == ("2026-11-20", "EDI T9 820-1", "edi_gateway.k1_p1")
    assert one.invoices == (PaidInvoice("1", "INV/1", Decimal(95), "USD", (), partial=False),)
    assert one.payer is not None
    assert entered(payment="820-1").memo == "EDI 820-1"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": "invoice/1"}, "document-unsupported"),
        ({"purpose": "cancel"}, "purpose-unsupported"),
        ({"lines": []}, "lines-missing"),
        ({"lines": [{"document": {"number": ""}, "paid": {"amount": "1"}}]}, "invoice-missing"),
        ({"lines": [{"document": {"number": "INV/1"}}]}, "amount-missing"),
        ({"paid": None}, "date-missing"),
    ],
)
def test_what_cannot_be_entered(changes: dict[str, Any], code: str) -> None:
    found = read(**changes)
    assert isinstance(found, tuple)
    assert [one.code for one in found] == [code]


def test_an_invoice_that_is_named_twice_is_paid_by_both() -> None:
    second = {**LINE, "paid": {"amount": "5"}, "discount": {"amount": "1.5"}, "action": "partial"}
    (one,) = entered(lines=[LINE, second]).invoices
    assert (one.paid, one.deductions, one.partial) == (Decimal(100), ("discount 1.50",), True)


def test_deductions_are_words_wherever_they_stand() -> None:
    adjustments = [{"reason": "price_difference", "amount": {"amount": "-2"}}, {"reason": None}]
    line = {**LINE, "adjustments": adjustments, "items": [{"adjustments": [{"reason": "damaged", "amount": {"amount": "-3"}}]}]}
    (one,) = entered(lines=[line]).invoices
    assert one.deductions == ("price difference -2.00", "without reason", "damaged -3.00")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"amount": {"amount": "95"}}, None),
        ({"amount": {"amount": "90"}}, "90.00 are transferred, and what it is for comes to 95.00."),
        ({"amount": {"amount": "90"}, "adjustments": [{"amount": {"amount": "-5"}}]}, None),
    ],
)
def test_a_transfer_that_is_not_the_sum_is_said(changes: dict[str, Any], said: str | None) -> None:
    assert entered(**changes).mismatch == said


def claim(**changes: Any) -> Claim:
    known: dict[str, Any] = {"id": 63, "number": "INV/1", "kind": "out_invoice", "state": "posted", "partner": 3, "commercial": 3}
    return Claim(**{**known, "currency": (1, "USD"), "open": Decimal(100), **changes})


def paid(amount: str = "95", **changes: Any) -> PaidInvoice:
    given: dict[str, Any] = {"label": "1", "number": "INV/1", "paid": Decimal(amount), "currency": "USD", "deductions": ()}
    return PaidInvoice(**{**given, "partial": False, **changes})


@pytest.mark.parametrize(
    ("one", "claims", "payer", "codes"),
    [
        (paid(), [claim()], 3, []),
        (paid("100"), [claim()], 3, []),
        (paid("100.01"), [claim()], 3, ["overpaid"]),
        (paid(), [], 3, ["invoice-unknown"]),
        (paid(), [claim(), claim(id=64)], 3, ["invoice-ambiguous"]),
        (paid(), [claim(state="draft")], 3, ["invoice-not-posted"]),
        (paid(), [claim(commercial=9)], 3, ["payer-mismatch"]),
        (paid(), [claim(commercial=9)], None, []),
        (paid(currency="EUR"), [claim()], 3, ["currency-mismatch"]),
        (paid(currency=None), [claim()], 3, []),
        (paid("-5"), [claim()], 3, ["wrong-direction"]),
        (paid("5"), [claim(kind="out_refund")], 3, ["wrong-direction"]),
        (paid("-5"), [claim(kind="out_refund")], 3, []),
        (paid("0"), [], 3, []),
    ],
)
def test_what_may_be_paid(one: PaidInvoice, claims: list[Claim], payer: int | None, codes: list[str]) -> None:
    assert [problem.code for problem in troubles(one, claims, payer)] == codes


amounts = st.decimals(min_value=-200, max_value=200, places=2)


@given(amount=amounts, left=st.decimals(min_value=0, max_value=200, places=2), refund=st.booleans())
def test_whatever_is_said_nothing_is_overpaid(amount: Decimal, left: Decimal, refund: bool) -> None:
    one = claim(open=left, kind="out_refund" if refund else "out_invoice")
    if amount and not list(troubles(paid(str(amount)), [one], 3)):
        columns, rows = payment_rows(
            entered(lines=[{**LINE, "paid": {"amount": str(amount)}}]), {0: one}, journal=6, linked=True, memo="memo"
        )
        cells = dict(zip(columns, rows[0], strict=True))
        assert Decimal(0) < Decimal(cells["amount"]) <= left
        assert cells["payment_type"] == ("outbound" if refund else "inbound")


def test_payments_name_their_invoice_from_18_on() -> None:
    columns, rows = payment_rows(entered(), {0: claim()}, journal=6, linked=False, memo="ref")
    assert "invoice_ids/.id" not in columns
    assert dict(zip(columns, rows[0], strict=True))["ref"] == "EDI T9 820-1"


@pytest.mark.parametrize(
    ("one", "left", "said"),
    [
        (paid(), "0", None),
        (paid(), "5", "INV/1: 95.00 are paid, 5.00 stay open (no reason is given)."),
        (
            paid(deductions=("discount 2.00", "shortage -3.00")),
            "5",
            "INV/1: 95.00 are paid, 5.00 stay open (discount 2.00; shortage -3.00).",
        ),
    ],
)
def test_what_stays_open_is_said_with_its_reasons(one: PaidInvoice, left: str, said: str | None) -> None:
    assert difference(one, Decimal(left)) == said
