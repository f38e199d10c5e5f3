"""What a sale order has no field for, in words: remarks, the note, and what the currency and the dialect choose."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.dialect import dialect_of
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.pricelists import Pricelists
from gateway.applications.odoo.remarks import NOTE_LIMIT, clean, header_remarks, line_remarks, note_html


@pytest.mark.parametrize(
    ("document", "remarks"),
    [
        ({}, []),
        ({"latest_delivery": "2026-12-01"}, ["Deliver no later than 2026-12-01."]),
        ({"ship_window": {"start": "2026-11-01", "end": "2026-11-30"}}, ["Ship between 2026-11-01 and 2026-11-30."]),
        ({"ship_window": {"end": "2026-11-30"}}, ["Ship between now and 2026-11-30."]),
        ({"ship_window": {"start": "2026-11-30"}}, []),
        ({"ship_to": {"name": "Dock 7"}}, ["Ship to: Dock 7."]),
        ({"ship_to": {"name": "Dock 7", "identifiers": {"gln": "1"}}}, []),
        ({"delivery_terms": {"incoterm": "DAP", "place": "Malmö"}}, ["Delivery terms: DAP Malmö."]),
        (
            {"allowances_charges": [{"charge": True, "reason": "freight", "amount": {"amount": "12.50", "currency": "EUR"}}]},
            ["The order has a charge (freight) of 12.50 EUR, which is not booked."],
        ),
        (
            {"allowances_charges": [{"charge": False, "percent": "2"}, {"code": "DI", "rate": "0.1"}]},
            [
                "The order has an allowance (without reason) of 2 %, which is not booked.",
                "The order has an allowance (DI) of 0.1 per unit, which is not booked.",
            ],
        ),
        (
            {"allowances_charges": [{"charge": True}]},
            ["The order has a charge (without reason) of no amount, which is not booked."],
        ),
    ],
)
def test_what_the_order_says_beyond_its_fields(document: dict[str, Any], remarks: list[str]) -> None:
    assert list(header_remarks(document)) == remarks


@pytest.mark.parametrize(
    ("line", "remarks"),
    [
        ({}, []),
        ({"requested_delivery": "2026-12-01"}, ["Line 10: requested 2026-12-01."]),
        ({"latest_delivery": "2026-12-01"}, ["Line 10: deliver no later than 2026-12-01."]),
        (
            {"schedule": [{"quantity": {"value": "5"}, "requested": "2026-12-01"}, {"requested": "2026-12-08"}, {}]},
            ["Line 10: schedule 5 on 2026-12-01; on 2026-12-08."],
        ),
        (
            {"sub_lines": [{"quantity": {"value": "2"}, "item": {"identifiers": {"seller": "A", "gtin": ["1", "2"]}}}, {}]},
            ["Line 10 is made up of 2 x A / 1, 2; ? x item without code."],
        ),
        ({"price": {"kind": "list"}, "allowances_charges": [{"percent": "5"}]}, []),
        (
            {"price": {"kind": "net"}, "allowances_charges": [{"percent": "5"}]},
            ["Line 10 has an allowance (without reason) of 5 %, which is not booked."],
        ),
        (
            {"price": {"kind": "gross"}, "allowances_charges": [{"percent": "5", "charge": True}]},
            ["Line 10 has a charge (without reason) of 5 %, which is not booked."],
        ),
    ],
)
def test_what_a_line_says_beyond_its_fields(line: dict[str, Any], remarks: list[str]) -> None:
    assert list(line_remarks(line, "10")) == remarks


def test_the_note_has_texts_then_lines_then_remarks() -> None:
    document = {
        "texts": [{"lines": ["Handle with care"]}],
        "lines": [{"number": "7", "texts": [{"lines": ["red"]}]}, {"texts": [{"lines": ["blue"]}]}],
    }
    assert note_html(document, ["A remark."]) == "Handle with care<br>Line 7: red<br>Line 2: blue<br>A remark."


def test_a_long_note_ends_with_a_hint_where_the_rest_is() -> None:
    note = note_html({"texts": [{"lines": ["x" * 100] * 100}]}, ["last"])
    assert note.endswith("<br>(The rest is in the EDI gateway.)")
    assert len(note) < NOTE_LIMIT + 1_000
    assert note_html({"texts": [{"lines": ["x" * (NOTE_LIMIT + 1)]}]}, []) == "(The rest is in the EDI gateway.)"
    assert note_html({"texts": [{"lines": ["x" * NOTE_LIMIT]}]}, []) == "x" * NOTE_LIMIT


@given(st.lists(st.text(), max_size=10))
def test_no_text_becomes_markup_and_no_control_character_passes(words: list[str]) -> None:
    note = note_html({"texts": [{"lines": words}]}, words)
    assert "<" not in note.replace("<br>", "")
    assert all(c >= " " or c in "\n\t" for c in note)


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


LISTS = Pricelists("USD", {1: "USD", 2: "EUR", 3: "GBP", 4: "GBP"}, {"CHF": 9})


@pytest.mark.parametrize(
    ("currency", "own", "chosen"),
    [
        (None, None, None),
        (None, 2, None),
        ("USD", None, None),
        ("USD", 1, None),
        ("EUR", 2, None),
        ("EUR", None, 2),
        ("EUR", 1, 2),
        ("USD", 2, 1),
        ("CHF", None, 9),
        ("CHF", 2, 9),
        ("USD", 77, None),
        ("GBP", 3, None),
    ],
)
def test_the_pricelist_of_the_orders_currency(currency: str | None, own: int | None, chosen: int | None) -> None:
    assert LISTS.choose(currency, own) == chosen


@pytest.mark.parametrize(("currency", "words"), [("GBP", "several pricelists have GBP"), ("JPY", "no pricelist has JPY")])
def test_a_currency_that_cannot_be_chosen_is_never_guessed(currency: str, words: str) -> None:
    problem = LISTS.choose(currency, None)
    assert isinstance(problem, Problem)
    assert problem.code == "currency-mismatch"
    assert words in problem.message


@pytest.mark.parametrize(
    ("version", "major", "unit", "access"),
    [
        ([17, 0, 0, "final", 0, ""], 17, "product_uom", "check_access_rights"),
        ([18, 0], 18, "product_uom", "has_access"),
        ([19, 0], 19, "product_uom_id", "has_access"),
        (["saas~18", 2], 18, "product_uom", "has_access"),
        (["saas~19", 1], 19, "product_uom_id", "has_access"),
        ([], 0, "product_uom", "check_access_rights"),
        (["future"], 0, "product_uom", "check_access_rights"),
        ([20, 0], 20, "product_uom_id", "has_access"),
    ],
)
def test_a_dialect_is_that_of_its_version(version: list[object], major: int, unit: str, access: str) -> None:
    dialect = dialect_of(version, gln=None)
    assert (dialect.major, dialect.line_unit, dialect.access_method) == (major, unit, access)
    assert dialect.supported is (major in (17, 18, 19))
