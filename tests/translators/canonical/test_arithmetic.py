"""The sums of EN 16931: each rule finds its own mistake, and honest rounding is let through."""

from decimal import Decimal
from typing import Any

import pytest

from translators.canonical.arithmetic import check, rounded
from translators.canonical.invoice import Invoice

Value = dict[str, Any]


def amount(value: str, currency: str = "EUR") -> Value:
    return {"amount": value, "currency": currency}


def invoice(**changes: Any) -> Invoice:
    value: Value = {
        "number": "1",
        "currency": "EUR",
        "allowances_charges": [{"charge": False, "amount": amount("10.00")}, {"charge": True, "amount": amount("5.00")}],
        "taxes": [{"kind": "VAT", "rate": "25", "basis": amount("95.00"), "amount": amount("23.75")}],
        "totals": {
            "lines": amount("100.00"),
            "allowances": amount("10.00"),
            "charges": amount("5.00"),
            "tax_exclusive": amount("95.00"),
            "tax": amount("23.75"),
            "tax_inclusive": amount("118.75"),
            "prepaid": amount("18.00"),
            "rounding": amount("0.25"),
            "payable": amount("101.00"),
        },
        "lines": [
            {"item": {}, "quantity": {"value": "6", "unit": "H87"}, "price": {"amount": "10.00"}, "net": amount("60.00")},
            {"item": {}, "quantity": {"value": "4", "unit": "H87"}, "price": {"amount": "10.00"}, "net": amount("40.00")},
        ],
    }
    for path, new in changes.items():
        *steps, key = path.split("__")
        inner = value
        for step in steps:
            inner = inner[int(step)] if step.isdigit() else inner[step]  # type: ignore[index]
        inner[key] = new
    return Invoice.model_validate(value)


def rules(document: Invoice) -> list[str]:
    return [found.rule for found in check(document)]


def test_a_sound_invoice_adds_up() -> None:
    assert rules(invoice()) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"lines__0__net": amount("61.00"), "lines__0__price": {"amount": "10.1666"}}, "BR-CO-10"),
        ({"allowances_charges": [{"charge": True, "amount": amount("5.00")}]}, "BR-CO-11"),
        ({"allowances_charges": [{"charge": False, "amount": amount("10.00")}]}, "BR-CO-12"),
        ({"taxes": [{"kind": "VAT", "rate": "25", "basis": amount("95.00"), "amount": amount("24.00")}]}, "BR-CO-14"),
        ({"totals__payable": amount("119.00")}, "BR-CO-16"),
        (
            {"taxes": [{"kind": "VAT", "rate": "24", "basis": amount("95.00"), "amount": amount("23.75")}], "totals__other": {}},
            "",
        ),
        ({"lines__0__price": {"amount": "9.00"}}, "LINE-NET"),
    ],
)
def test_each_rule_finds_its_mistake(change: Value, rule: str) -> None:
    assert rules(invoice(**change)) == ([rule] if rule else [])


def test_a_wrong_total_without_tax_shows_wherever_it_is_used() -> None:
    assert rules(invoice(totals__tax_exclusive=amount("96.00"))) == ["BR-CO-13", "BR-CO-15", "BR-S-08"]


def test_a_tax_that_is_far_off_is_found() -> None:
    taxes = [{"kind": "VAT", "rate": "12", "basis": amount("95.00"), "amount": amount("23.75")}]
    (found,) = check(invoice(taxes=taxes))
    assert (found.rule, found.path, found.expected, found.actual) == (
        "BR-CO-17",
        "taxes[0].amount",
        Decimal("11.40"),
        Decimal("23.75"),
    )


def test_what_is_not_stated_is_not_missed() -> None:
    assert check(Invoice.model_validate({"number": "1"})) == []
    assert rules(invoice(totals={"payable": amount("1.00")})) == []


def test_negative_lines_add_up_too() -> None:
    assert rules(invoice(lines__1__quantity={"value": "-4"}, lines__1__net=amount("-40.00"), totals__lines=amount("20.00"))) == [
        "BR-CO-13"
    ]


def test_a_price_per_hundred_is_one() -> None:
    price = {"amount": "1000.00", "basis": {"value": "100", "unit": "H87"}}
    assert rules(invoice(lines__0__price=price)) == []


def test_units_that_differ_are_not_compared() -> None:
    assert rules(invoice(lines__0__price={"amount": "7", "basis": {"value": "1", "unit": "KGM"}})) == []


def test_allowances_of_a_line_are_taken_off() -> None:
    allowances = [{"charge": False, "amount": amount("5.00")}]
    assert rules(invoice(lines__0__allowances_charges=allowances)) == ["LINE-NET"]
    assert rules(invoice(lines__0__allowances_charges=allowances, lines__0__price={"amount": "10.8333333"})) == []


def test_components_of_a_line_do_not_count_twice() -> None:
    part = {"item": {}, "part_of": "1", "net": amount("60.00")}
    document = invoice()
    assert (
        rules(Invoice.model_validate({**document.model_dump(by_alias=True), "lines": [*document.model_dump()["lines"], part]}))
        == []
    )


def test_a_sum_in_another_currency_is_left_out() -> None:
    assert rules(invoice(totals__tax=amount("250.00", "SEK"))) == []


def test_a_tolerance_lets_small_differences_through() -> None:
    document = invoice(totals__payable=amount("101.02"))
    assert [found.rule for found in check(document)] == ["BR-CO-16"]
    assert check(document, tolerance=Decimal("0.02")) == []


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [("1.005", "EUR", "1.01"), ("-1.005", "EUR", "-1.01"), ("1.5", "JPY", "2"), ("1.0005", "KWD", "1.001")],
)
def test_rounding_is_half_away_from_zero_in_units_of_the_currency(value: str, currency: str, expected: str) -> None:
    assert rounded(Decimal(value), currency) == Decimal(expected)
