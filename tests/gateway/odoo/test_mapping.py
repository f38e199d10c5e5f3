"""Canonical purchase order → sale order."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.mapping import decimal_text, odoo_datetime
from gateway.applications.odoo.order import KeyKind, PartnerKey, SaleOrder
from gateway.applications.odoo.tables import Tables


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def test_references_come_from_number_release_and_partner(document: Any, read: Any) -> None:
    order = read(document(release="7", references=[{"kind": "quote", "number": "Q1"}, {"kind": "other", "number": "X"}]))
    assert (order.reference, order.origin) == ("4711/7", "EDI bigbox, quote Q1")


def test_a_test_document_is_marked_in_the_origin(document: Any, read: Any) -> None:
    assert read(document(), test=True).origin == "EDI TEST bigbox"


def test_very_long_numbers_are_cut(document: Any, read: Any) -> None:
    assert len(read(document(number="9" * 500)).reference) == 200


def test_control_characters_never_reach_odoo(document: Any, read: Any) -> None:
    order = read(document(number="47\x0011\x1f", texts=[{"lines": ["a\x00b\x07"]}]))
    assert (order.reference, order.note) == ("4711", "ab")


@pytest.mark.parametrize("purpose", ["cancel", "replace", "change", "duplicate", "other"])
def test_what_is_no_original_makes_no_order(document: Any, read: Any, purpose: str) -> None:
    problems = read(document(purpose=purpose))
    assert codes(problems) == ["purpose-unsupported"]
    assert purpose in problems[0].message


def test_an_agreement_may_accept_another_purpose(document: Any, read: Any) -> None:
    assert isinstance(read(document(purpose="duplicate"), options={"purposes": ["duplicate"]}), SaleOrder)


def test_a_confirmation_of_a_spoken_order_makes_one(document: Any, read: Any) -> None:
    assert isinstance(read(document(purpose="confirmation")), SaleOrder)


def test_a_blanket_order_is_a_contract_and_its_release_an_order(document: Any, read: Any) -> None:
    assert codes(read(document(kind="blanket"))) == ["purpose-unsupported"]
    assert isinstance(read(document(kind="release")), SaleOrder)


def test_another_document_is_refused(document: Any, read: Any) -> None:
    assert codes(read(document() | {"schema": "invoice/1"})) == ["document-unsupported"]


def test_an_order_without_lines_is_refused(document: Any, read: Any) -> None:
    assert codes(read(document(lines=[]))) == ["lines-missing"]


# ------------------------------------------------------------------------------------------------------------------ lines


def test_a_line_carries_label_quantity_unit_and_price(document: Any, line: Any, read: Any) -> None:
    (one,) = read(document(lines=[line("0010", quantity={"value": "2.50", "unit": "KGM"})])).lines
    assert (one.label, one.quantity, one.unit, one.price) == ("0010", Decimal("2.50"), "KGM", Decimal("9.95"))


def test_a_line_without_number_is_called_by_its_place(document: Any, line: Any, read: Any) -> None:
    order = read(document(lines=[line("5"), line(None)]))
    assert [one.label for one in order.lines] == ["5", "2"]


def test_a_unit_only_the_partner_knows_is_kept_for_the_tables(document: Any, line: Any, read: Any) -> None:
    (one,) = read(document(lines=[line(quantity={"value": "1", "original": "ZZ"})])).lines
    assert one.unit == "ZZ"


@pytest.mark.parametrize("quantity", [None, {"value": "0"}, {"value": "-2"}])
def test_a_line_without_a_quantity_above_zero_is_refused(document: Any, line: Any, read: Any, quantity: Any) -> None:
    assert codes(read(document(lines=[line(quantity=quantity)]))) == ["quantity-invalid"]


def test_a_line_that_deletes_is_refused(document: Any, line: Any, read: Any) -> None:
    assert codes(read(document(lines=[line(action="delete")]))) == ["purpose-unsupported"]


def test_all_bad_lines_are_named_at_once(document: Any, line: Any, read: Any) -> None:
    problems = read(document(lines=[line("1", quantity=None), line("2"), line("3", quantity=None)]))
    assert [problem.message.split(" has")[0] for problem in problems] == ["Line 1", "Line 3"]


def test_a_price_is_taken_per_unit_of_its_basis(document: Any, line: Any, read: Any) -> None:
    price = {"amount": "250", "basis": {"value": "1000", "unit": "EA"}}
    assert read(document(lines=[line(price=price)])).lines[0].price == Decimal("0.25")


@pytest.mark.parametrize(
    "price",
    [
        {"amount": "1", "basis": {"value": "1", "unit": "KGM"}},
        {"amount": "-1"},
        {"amount": "1", "basis": {"value": "-5"}},
    ],
    ids=["another unit", "negative", "negative basis"],
)
def test_a_price_that_cannot_be_booked_is_refused(document: Any, line: Any, read: Any, price: Any) -> None:
    assert codes(read(document(lines=[line(price=price)]))) == ["price-invalid"]


def test_a_price_of_zero_is_a_price(document: Any, line: Any, read: Any) -> None:
    order = read(document(lines=[line(price={"amount": "0"})]))
    assert order.lines[0].price == 0
    assert order.priced


def test_lines_with_and_without_price_are_never_booked_for_nothing(document: Any, line: Any, read: Any) -> None:
    problems = read(document(lines=[line("1"), line("2", price=None)]))
    assert codes(problems) == ["price-missing"]
    assert "Lines 2 have no price" in problems[0].message


def test_odoo_prices_the_order_where_the_agreement_says_so(document: Any, line: Any, read: Any) -> None:
    order = read(document(lines=[line("1"), line("2", price=None)]), options={"prices": "odoo"})
    assert not order.priced
    assert [one.price for one in order.lines] == [None, None]


def test_percentages_off_a_gross_price_become_one_discount(document: Any, line: Any, read: Any) -> None:
    off = [{"charge": False, "percent": "10"}, {"charge": False, "percent": "50"}, {"charge": True, "percent": "3"}]
    (one,) = read(document(lines=[line(price={"amount": "10", "kind": "gross"}, allowances_charges=off)])).lines
    assert one.discount == Decimal(55)


def test_a_net_price_is_not_discounted_again(document: Any, line: Any, read: Any) -> None:
    off = [{"charge": False, "percent": "10"}]
    order = read(document(lines=[line(price={"amount": "10", "kind": "net"}, allowances_charges=off)]))
    assert order.lines[0].discount == 0
    assert order.remarks == ("Line 1 has an allowance (without reason) of 10 %, which is not booked.",)


# ------------------------------------------------------------------------------------------------------------------ dates


def test_a_date_is_noon_so_that_it_stays_the_same_day(document: Any, read: Any) -> None:
    assert read(document(requested_delivery=date(2026, 2, 28))).commitment_date == "2026-02-28 12:00:00"


def test_an_instant_is_written_in_utc(document: Any, read: Any) -> None:
    moment = datetime.fromisoformat("2026-02-28T23:30:00-06:00")
    assert read(document(requested_delivery=moment)).commitment_date == "2026-03-01 05:30:00"


def test_a_ship_window_stands_in_for_a_requested_date(document: Any, read: Any) -> None:
    window = {"start": date(2026, 3, 1), "end": date(2026, 3, 5)}
    order = read(document(ship_window=window))
    assert order.commitment_date == "2026-03-01 12:00:00"
    assert "Ship between 2026-03-01 and 2026-03-05." in order.remarks


def test_the_earliest_line_stands_in_for_a_missing_header_date(document: Any, line: Any, read: Any) -> None:
    lines = [line("1", requested_delivery=date(2026, 3, 9)), line("2", schedule=[{"requested": date(2026, 3, 2)}])]
    assert read(document(lines=lines)).commitment_date == "2026-03-02 12:00:00"


def test_without_any_date_odoo_plans(document: Any, read: Any) -> None:
    assert read(document()).commitment_date == ""


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_survives_to_the_second(moment: datetime) -> None:
    text = odoo_datetime(moment.isoformat())
    assert datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) == moment.replace(microsecond=0)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=0, max_value=10**9))
def test_every_decimal_is_plain_text_of_the_same_value_and_never_empty(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert text
    assert "E" not in text


def test_a_periodic_decimal_is_cut_at_ten_places() -> None:
    assert decimal_text(Decimal(10) / 3) == "3.3333333333"


# ---------------------------------------------------------------------------------------------------------------- parties


def test_the_buyer_is_the_customer_by_its_identifiers_in_order_of_trust(document: Any, read: Any) -> None:
    buyer = {"identifiers": {"buyer": "B", "vat": "DK1", "duns": "D", "seller": "S", "gln": "579"}, "name": "BigBox"}
    kinds = [(key.kind, key.value) for key in read(document(buyer=buyer)).customer.keys]
    assert kinds == [
        (KeyKind.GLN, "579"),
        (KeyKind.REF, "D"),
        (KeyKind.REF, "S"),
        (KeyKind.VAT, "DK1"),
        (KeyKind.FAMILY_REF, "B"),
    ]


def test_an_ordering_party_stands_in_for_a_buyer_without_identifier(document: Any, read: Any) -> None:
    order = read(document(buyer={"name": "X"}, ordering_party={"identifiers": {"gln": "579"}}))
    assert order.customer.keys == (PartnerKey(KeyKind.GLN, "579"),)


def test_the_agreements_customer_beats_the_document(document: Any, read: Any) -> None:
    order = read(document(), options={"customer": "sales.bigbox"})
    assert order.customer.keys == (PartnerKey(KeyKind.EXTERNAL, "sales.bigbox"),)


def test_a_buyer_with_only_its_own_code_is_found_by_table_or_by_our_partner_id(document: Any, read: Any) -> None:
    unnamed = document(buyer={"identifiers": {"buyer": "0001"}, "name": "BigBox"})
    assert read(unnamed).customer.keys == (PartnerKey(KeyKind.REF, "bigbox"),)
    by_partner = Tables(customers={"bigbox": "id:17"})
    assert read(unnamed, tables=by_partner).customer.keys == (PartnerKey(KeyKind.DATABASE, "17"),)
    by_code = Tables(customers={"bigbox/buyer:0001": "ref:BB"})
    assert read(unnamed, tables=by_code).customer.keys[0] == PartnerKey(KeyKind.REF, "BB")


def test_the_partners_table_entry_does_not_overrule_a_buyer_who_is_named(document: Any, read: Any) -> None:
    order = read(document(), tables=Tables(customers={"bigbox": "id:17"}))
    assert order.customer.keys == (PartnerKey(KeyKind.GLN, "5790000000012"),)


def test_a_destination_that_is_only_a_name_stays_a_remark(document: Any, read: Any) -> None:
    order = read(document(ship_to={"name": "The usual place"}))
    assert order.delivery is None
    assert "Ship to: The usual place." in order.remarks


def test_bill_to_becomes_the_invoice_address(document: Any, read: Any) -> None:
    order = read(document(bill_to={"identifiers": {"gln": "111"}}))
    assert (order.invoice.role, order.invoice.keys) == ("invoice address", (PartnerKey(KeyKind.GLN, "111"),))


def test_lines_that_go_to_one_place_make_it_the_orders(document: Any, line: Any, read: Any) -> None:
    place = {"identifiers": {"gln": "222"}}
    order = read(document(lines=[line("1", ship_to=place), line("2", schedule=[{"ship_to": place}])]))
    assert order.delivery.keys == (PartnerKey(KeyKind.GLN, "222"),)


def test_lines_that_go_to_several_places_are_refused(document: Any, line: Any, read: Any) -> None:
    lines = [line("1", ship_to={"identifiers": {"gln": "222"}}), line("2", ship_to={"identifiers": {"gln": "333"}})]
    assert codes(read(document(lines=lines))) == ["several-destinations"]


def test_the_currency_of_the_lines_counts_when_the_order_names_none(document: Any, line: Any, read: Any) -> None:
    assert read(document(lines=[line(price={"amount": "1", "currency": "eur"})])).currency == "EUR"
    mixed = [line(price={"amount": "1", "currency": "EUR"}), line(price={"amount": "1", "currency": "USD"})]
    assert read(document(lines=[line()])).currency is None
    assert codes(read(document(lines=mixed))) == ["currency-mixed"]
    assert codes(read(document(lines=[mixed[0]], currency="USD"))) == ["currency-mixed"]


# ------------------------------------------------------------------------------------------------------ texts and remarks


def test_texts_of_order_and_lines_become_an_escaped_note(document: Any, line: Any, read: Any) -> None:
    lines = [line("7", texts=[{"lines": ["<script>"]}])]
    order = read(document(texts=[{"lines": ["one", "two & three"]}], lines=lines))
    assert order.note == "one<br>two &amp; three<br>Line 7: &lt;script&gt;"


def test_notes_can_be_left_out(document: Any, read: Any) -> None:
    assert read(document(texts=[{"lines": ["x"]}]), options={"notes": False}).note == ""


def test_a_very_long_text_ends_with_a_hint(document: Any, read: Any) -> None:
    order = read(document(texts=[{"lines": ["x" * 1000] * 20}]))
    assert order.note.endswith("(The rest is in the EDI gateway.)")
    assert len(order.note) < 9000


def test_charges_schedules_and_components_are_told_never_dropped(document: Any, line: Any, read: Any) -> None:
    sub = {"item": {"identifiers": {"gtin": "1", "buyer": ["A", "B"]}}, "quantity": {"value": "2"}}
    part = {"quantity": {"value": "5"}, "requested": date(2026, 4, 1)}
    one = line(
        latest_delivery=date(2026, 5, 1), schedule=[part], sub_lines=[sub], allowances_charges=[{"charge": True, "rate": "0.1"}]
    )
    freight = {"charge": True, "reason": "freight", "amount": {"amount": "12.50", "currency": "USD"}}
    terms = {"incoterm": "DAP", "place": "Austin"}
    order = read(document(lines=[one], allowances_charges=[freight], delivery_terms=terms, latest_delivery=date(2026, 6, 1)))
    assert order.remarks == (
        "The order has a charge (freight) of 12.50 USD, which is not booked.",
        "Deliver no later than 2026-06-01.",
        "Delivery terms: DAP Austin.",
        "Line 1 has a charge (without reason) of 0.1 per unit, which is not booked.",
        "Line 1: deliver no later than 2026-05-01.",
        "Line 1: schedule 5 on 2026-04-01.",
        "Line 1 is made up of 2 x 1 / A, B.",
    )
    assert "freight" in order.note
