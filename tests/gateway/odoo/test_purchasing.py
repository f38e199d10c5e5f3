"""What suppliers answer and bill, and what warehouses correct: read without Odoo, and judged against what stands there."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from gateway.applications.odoo.adjustment import read_adjustment
from gateway.applications.odoo.bill import book, read_bill
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.purchases import Purchase, PurchaseLine
from gateway.applications.odoo.supplier_answer import Agreed, agree, read_answer
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Unit, Units
from translators.canonical.credit_note import CreditNote
from translators.canonical.inventory_adjustment import InventoryAdjustment
from translators.canonical.invoice import Invoice
from translators.canonical.order_response import OrderResponse

UNITS = Units({10: Unit(10, "Units", "u"), 11: Unit(11, "Dozens", "u", Decimal(12))}, {"DZN": 11})
TABLES = Tables(products={"vendor/V-2": "BARREL"})


def bought(number: int, product: int, quantity: int, *, received: int = 0, price: str = "4") -> PurchaseLine:
    amounts = (Decimal(quantity), Decimal(received), Decimal(0), Decimal(price))
    return PurchaseLine(number, number, product, 10, *amounts, "2027-01-10 12:00:00", (number * 10,), (7,), f"Product {product}")


def purchase(*lines: PurchaseLine) -> Purchase:
    rows = [
        {"id": 1, "default_code": "CRATE", "barcode": False, "name": "Crate", "uom_id": [10, "Units"], "sale_ok": True},
        {"id": 2, "default_code": "BARREL", "barcode": False, "name": "Barrel", "uom_id": [10, "Units"], "sale_ok": False},
    ]
    return Purchase(5, "P00005", "purchase", "", 9, "Vendor", "", "USD", lines, products_of(rows))


def answer(*lines: dict[str, Any], options: Any = None, **more: Any) -> Any:
    parts = {"number": "OR-1", "status": "with_changes", "order": {"number": "P00005"}, "lines": list(lines)}
    document = orjson.loads(OrderResponse.model_validate(parts | more).to_json())
    return read_answer(document, key="k", partner="vendor", options=options or {}, tables=TABLES)


def line(*responses: dict[str, Any], number: str = "1", code: str = "CRATE", **more: Any) -> dict[str, Any]:
    item = {"identifiers": {"buyer": code}}
    return {"number": number, "item": item, "quantity": {"value": 10}, "responses": list(responses)} | more


def said(status: str, quantity: object = 10, **more: Any) -> dict[str, Any]:
    return {"status": status, "quantity": {"value": quantity}} | more


def test_parts_of_a_line_come_together_on_the_last_day_named() -> None:
    parts = (said("accepted", 6, delivery="2027-01-10"), said("back_ordered", 3, delivery="2027-02-01"), said("cancelled", 1))
    made = agree(answer(line(*parts), options={"quantity_tolerance": 10}), purchase(bought(1, 1, 10)), UNITS)
    assert isinstance(made, Agreed)
    assert made.values == {1: {"product_qty": 9.0, "date_planned": "2027-02-01 12:00:00"}}


def test_the_day_of_the_whole_is_that_of_lines_without_their_own() -> None:
    made = agree(answer(line(said("accepted")), delivery="2027-03-01"), purchase(bought(1, 1, 10), bought(2, 2, 5)), UNITS)
    assert isinstance(made, Agreed)
    assert made.days == {1: "2027-03-01 12:00:00", 2: "2027-03-01 12:00:00"}


def test_units_are_those_of_our_order() -> None:
    stated = {"status": "accepted", "quantity": {"value": 2, "unit": "DZN"}, "price": {"amount": 48}}
    made = agree(answer(line(stated), options={"quantity_tolerance": 200}), purchase(bought(1, 1, 10)), UNITS)
    assert isinstance(made, Agreed)
    assert made.values == {1: {"product_qty": 24.0}}


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        ([line(said("accepted", 9))], {}, "quantity-deviates"),
        ([line(said("accepted", 10, price={"amount": 5}))], {}, "price-deviates"),
        ([line(said("accepted", 10, delivery="2027-02-10"))], {"date_tolerance": 5}, "date-deviates"),
        ([line(said("rejected"))], {"quantity_tolerance": 50}, "below-received"),
        ([line(said("accepted"), code="NO")], {}, "line-unknown"),
    ],
)
def test_what_goes_too_far_is_said(lines: Any, options: Any, code: str) -> None:
    found = agree(answer(*lines, options=options), purchase(bought(1, 1, 10, received=4)), UNITS)
    assert not isinstance(found, Agreed)
    assert [one.code for one in found] == [code]


def test_lines_of_one_product_are_told_by_their_place() -> None:
    order = purchase(bought(1, 1, 10), bought(2, 1, 5))
    made = agree(answer(line(said("accepted", 6), number="2"), options={"quantity_tolerance": 20}), order, UNITS)
    assert isinstance(made, Agreed)
    assert made.values == {2: {"product_qty": 6.0}}
    found = agree(answer(line(said("accepted"), number="77")), order, UNITS)
    assert not isinstance(found, Agreed)
    assert found[0].code == "line-ambiguous"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"lines": [line({"status": "substituted", "item": {"identifiers": {"buyer": "X"}}})]}, "substituted"),
        ({"lines": [line(said("on_hold"))]}, "answer-unclear"),
        ({"order": None}, "order-missing"),
        ({"options": {"price_tolerance": "much"}}, "option-invalid"),
    ],
)
def test_an_answer_that_cannot_be_entered_says_why(parts: dict[str, Any], code: str) -> None:
    given = dict(parts)
    assert [one.code for one in answer(*given.pop("lines", []), **given)] == [code]


# -------------------------------------------------------------------------------------------------------------------- bills


def bill(*lines: dict[str, Any], model: Any = Invoice, **more: Any) -> Any:
    parts = {"number": "INV-1", "issued": "2026-11-02", "order": {"number": "P00005"}, "lines": list(lines)}
    document = orjson.loads(model.model_validate(parts | more).to_json())
    return read_bill(document, key="k", partner="vendor", tables=TABLES)


def billed(number: str, quantity: object, price: object, **identifiers: str) -> dict[str, Any]:
    return {"number": number, "item": {"identifiers": identifiers}, "quantity": {"value": quantity}, "price": {"amount": price}}


def test_a_bill_is_rows_with_an_external_id_on_each() -> None:
    read = bill(billed("1", 10, 4, buyer="CRATE"), billed("2", 5, 7, seller="V-2"), due="2026-12-02")
    booking = book(
        read,
        [purchase(bought(1, 1, 10, received=10), bought(2, 2, 5, received=5, price="7"))],
        UNITS,
        vendor=9,
        currency=2,
        company=None,
    )
    first, second = (dict(zip(booking.columns, row, strict=True)) for row in booking.rows)
    assert (first["id"], first["move_type"], first["ref"], second["id"]) == ("edi_gateway.k", "in_invoice", "INV-1", "")
    assert first["invoice_line_ids/id"] == "edi_gateway.k_l1"
    assert [one["invoice_line_ids/purchase_line_id/.id"] for one in (first, second)] == ["1", "2"]
    assert (first["invoice_line_ids/tax_ids/.id"], first["invoice_date_due"], booking.remarks) == ("7", "2026-12-02", ())


def test_a_net_amount_goes_before_a_price_and_charges_are_lines() -> None:
    line = billed("1", 10, 4, buyer="CRATE") | {"net": {"amount": "36"}}
    read = bill(line, allowances_charges=[{"charge": False, "reason": "Bonus", "amount": {"amount": 5}}])
    assert [(one.text, one.price) for one in read.lines] == [("Line 1", Decimal("3.6")), ("Bonus", Decimal(-5))]


def test_a_credit_note_is_a_refund_about_the_invoice_named() -> None:
    read = bill(billed("1", 1, 4, buyer="CRATE"), model=CreditNote, preceding=[{"number": "INV-0"}])
    assert (read.move_type, read.preceding) == ("in_refund", ("INV-0",))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"lines": []}, "lines-missing"),
        ({"lines": [billed("1", 1, 1)], "issued": None}, "date-missing"),
        ({"lines": [billed("1", 1, 1)], "purpose": "cancel"}, "purpose-unsupported"),
        ({"lines": [{"number": "1", "quantity": {"value": 1}}]}, "amount-missing"),
    ],
)
def test_a_bill_that_cannot_be_entered_says_why(parts: dict[str, Any], code: str) -> None:
    given = dict(parts)
    assert [one.code for one in bill(*given.pop("lines"), **given)] == [code]


# -------------------------------------------------------------------------------------------------------------- adjustments


def adjust(*lines: dict[str, Any], **options: Any) -> Any:
    document = orjson.loads(InventoryAdjustment.model_validate({"number": "947", "lines": list(lines)}).to_json())
    return read_adjustment(document, key="k", partner="east", options=options, tables=Tables())


def less(quantity: object, **more: Any) -> dict[str, Any]:
    return {"number": "1", "item": {"identifiers": {"seller": "CRATE"}}, "quantity": {"value": quantity}} | more


def test_lots_share_a_difference_and_keep_its_sign() -> None:
    lots = [{"number": "A", "quantity": {"value": 2}}, {"serials": ["S1"]}]
    found = adjust(less(-4, lots=lots)).differences
    assert [(one.lot, int(one.quantity)) for one in found] == [("A", -2), ("S1", -1), (None, -1)]


def test_a_change_of_status_leaves_one_place_for_another() -> None:
    found = adjust(less(3, from_status="good", to_status="damaged"), location="WH/Stock", location_damaged="WH/Damaged")
    assert [(one.place, int(one.quantity)) for one in found.differences] == [("WH/Stock", -3), ("WH/Damaged", 3)]
    assert [one.code for one in adjust(less(3, from_status="good", to_status="held"))] == ["status-unmapped"]


def test_bins_count_only_where_agreed_and_an_empty_adjustment_is_none() -> None:
    line = less(1, location={"identifiers": {"seller": "A-01"}})
    assert [adjust(line).differences[0].bin, adjust(line, bins=True).differences[0].bin] == ["", "A-01"]
    assert [one.code for one in adjust()] == ["lines-missing"]
    assert [one.code for one in adjust(less(1), limit="many")] == ["option-invalid"]
