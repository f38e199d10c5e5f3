"""880 as canonical invoice, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import judged, read_set, written
from translators.canonical.credit_note import CreditNote
from translators.canonical.invoice import Invoice
from translators.contract import Document
from translators.finding import Code

INVOICE: dict[str, Any] = {
    "number": "INV-1",
    "issued": date(2026, 3, 2),
    "order": {"number": "PO-1", "issued": date(2026, 2, 20)},
    "seller_order": {"number": "SO-1"},
    "despatched": date(2026, 3, 1),
    "references": [{"kind": "bill_of_lading", "number": "BOL-1"}],
    "contacts": [{"function": "receivable", "name": "N MARIE", "telephone": "4029487632"}],
    "payment_terms": [{"kind": "basic", "basis": "invoice", "discount_percent": Decimal(2), "discount_days": 10, "days": 30}],
    "delivery_terms": {"payment": "prepaid", "original_codes": {"place": "01"}},
    "bill_to": {"name": "GROCER", "identifiers": {"duns": "123456789"}},
    "allowances_charges": [
        {"charge": False, "code": "1", "settlement": "02", "amount": {"amount": Decimal("5.00")}, "reason": "PROMOTION"},
        {"charge": True, "code": "33", "settlement": "06", "amount": {"amount": Decimal("2.00")}},
    ],
    "lines": [
        {
            "quantity": {"value": Decimal(10), "unit": "CS"},
            "price": {"amount": Decimal("13.00")},
            "item": {"identifiers": {"upc_case": "012345678905", "seller": "80094"}, "name": "COLA FRIDGE PACK"},
            "packaging": [{"per_package": {"value": Decimal(12)}, "measures": {"size": {"value": Decimal(12), "unit": "OZA"}}}],
        }
    ],
    "totals": {"payable": {"amount": Decimal("127.00")}, "measures": {"shipped": {"value": Decimal(10), "unit": "CS"}}},
}


def invoice(*segments: str, total: str) -> Document:
    return read_set(
        "G01*20260302*INV1", "N1*BT*GROCER", *segments, "G31*10*CA", f"G33*{total}", kind="880", group="GP", version="004010"
    )


def sums(document: Document) -> list[tuple[str | None, str | None]]:
    return [(found.expected, found.actual) for found in document.findings if found.code is Code.CONTROL_TOTAL]


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    found = judged(Invoice.model_validate(INVOICE), "880", version)
    assert [one.code for one in found] == ([] if version == "004010" else [Code.VERSION_NEAREST])


def test_an_invoice_is_written_in_the_order_of_the_standard() -> None:
    rows = written(Invoice.model_validate(INVOICE), "880")
    assert rows[0] == "G01*20260302*INV-1*20260220*PO-1*SO-1"
    assert "G72*1*02******500" in rows
    assert "G73*PROMOTION" in rows
    assert "G72*33*06******200" in rows
    assert rows[-5:] == [
        "G17*10*CA*13.00*012345678905*VN*80094",
        "G69*COLA FRIDGE PACK",
        "G20*12*12*FO",
        "G31*10*CA",
        "G33*12700",
    ]


@pytest.mark.parametrize(
    ("segment", "charge", "amount"),
    [
        ("G72*1*02******500", False, 5),
        ("G72*1*02******-500", False, 5),
        ("G72*1*06******500", True, 5),
        ("G72*1*06******-500", False, 5),
    ],
)
def test_an_allowance_is_known_by_its_method_or_its_sign(segment: str, charge: bool, amount: int) -> None:
    found = invoice(segment, "G17*10*CA*13*012345678905", total="12500").canonical
    assert isinstance(found, Invoice)
    (one,) = found.allowances_charges
    assert one.amount is not None
    assert (one.charge, one.amount.amount) == (charge, amount)
    assert segment in written(found, "880")


def test_without_a_method_of_handling_the_usual_one_is_written() -> None:
    sums_of = [{"charge": charge, "code": "1", "amount": {"amount": Decimal("5.00")}} for charge in (False, True)]
    found = Invoice.model_validate({"number": "INV1", "allowances_charges": sums_of})
    assert written(found, "880")[1:3] == ["G72*1*02******500", "G72*1*06******500"]


def test_totals_are_judged() -> None:
    assert sums(invoice("G17*10*CA*13*012345678905", total="13000")) == []
    assert sums(invoice("G72*1*02******500", "G17*10*CA*13*012345678905", total="12500")) == []
    assert sums(invoice("G17*10*CA*13*012345678905", total="13100")) == [("130.00", "131.00")]


def test_a_type_code_makes_it_a_credit_note() -> None:
    found = read_set("G01*20260302*CR1******CR", "N1*BT*GROCER", "G31*1*CA", "G33*100", kind="880", group="GP")
    assert isinstance(found.canonical, CreditNote)
    assert written(found.canonical, "880")[0] == "G01*20260302*CR1******CR"
