"""Invoices are posted, paid, credited: documents whose sums add up, and milestones of the orders they are about."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.applications.odoo.changes.billing import Bill, tell_bill
from gateway.applications.odoo.changes.facts import Line, Lookup, Order, Unit
from gateway.applications.odoo.changes.saying import Said
from gateway.domain.order.milestone import Event
from gateway.ports.originals import Original
from tests.gateway.odoo.changes.conftest import Document, Ground


async def _shipped(ground: Ground, order: Document) -> int:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    (picking,) = await ground.pickings(sale)
    await ground.ship(picking["id"], backorder=False)
    await ground.look()
    return sale


async def _refund(ground: Ground, bill: int) -> int:
    """A credit note of a whole invoice, as the wizard makes it."""
    (row,) = await ground.do("account.move", "read", [bill], ["partner_id", "invoice_origin"])
    lines = await ground.do(
        "account.move.line",
        "search_read",
        [["move_id", "=", bill], ["product_id", "!=", False]],
        fields=["product_id", "quantity", "price_unit", "sale_line_ids", "tax_ids", "product_uom_id"],
    )
    commands = [
        [0, 0, {
            "product_id": line["product_id"][0], "quantity": line["quantity"], "price_unit": line["price_unit"],
            "sale_line_ids": [[6, 0, line["sale_line_ids"]]], "tax_ids": [[6, 0, line["tax_ids"]]],
            "product_uom_id": line["product_uom_id"][0],
        }]
        for line in lines
    ]  # fmt: skip
    values = {
        "move_type": "out_refund",
        "partner_id": row["partner_id"][0],
        "reversed_entry_id": bill,
        "invoice_line_ids": commands,
    }
    refund = int(await ground.do("account.move", "create", values))
    await ground.do("account.move", "action_post", [refund])
    return refund


async def test_a_posted_invoice_is_sent_and_its_lines_are_billed(ground: Ground, order: Document) -> None:
    sale = await _shipped(ground, order)
    await ground.bill(sale)
    await ground.look(2)
    (invoice,) = ground.notebook.documents("invoice")
    assert (invoice["order"]["number"], invoice["seller_order"]["number"], invoice["currency"]) == ("4711", "S00001", "USD")
    assert [(line["order"]["line"], line["quantity"]["value"], line["net"]["amount"]) for line in invoice["lines"]] == [
        ("10", "10", "990.00"),
        ("20", "3", "76.50"),
    ]
    assert invoice["lines"][0]["item"]["identifiers"]["buyer"] == "BB-1"
    totals = invoice["totals"]
    assert Decimal(totals["tax_exclusive"]["amount"]) == Decimal("1066.50")
    assert Decimal(totals["payable"]["amount"]) == Decimal(totals["tax_exclusive"]["amount"]) + Decimal(totals["tax"]["amount"])
    (billed,) = ground.notebook.milestones(Event.INVOICED)
    assert {line.line: line.quantity for line in billed.lines} == {"10": 10, "20": 3}
    assert ("odoo", "invoice", invoice["number"]) in [(one.system, one.kind, one.value) for one in billed.links]
    assert ground.notebook.unread() == []


async def test_a_draft_says_nothing(ground: Ground, order: Document) -> None:
    sale = await _shipped(ground, order)
    context = {"active_model": "sale.order", "active_ids": [sale], "active_id": sale}
    wizard = await ground.do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
    await ground.do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
    await ground.look(2)
    assert ground.notebook.documents("invoice") == []


async def test_payment_is_a_milestone_and_no_second_invoice(ground: Ground, order: Document) -> None:
    sale = await _shipped(ground, order)
    bill = await ground.bill(sale)
    await ground.look()
    context = {"active_model": "account.move", "active_ids": [bill]}
    wizard = await ground.do("account.payment.register", "create", {}, context=context)
    await ground.do("account.payment.register", "action_create_payments", [wizard], context=context)
    await ground.look(2)
    assert len(ground.notebook.documents("invoice")) == 1
    (paid,) = ground.notebook.milestones(Event.PAID)
    assert (paid.number, paid.lines) == ("4711", ())


async def test_a_credit_note_names_its_invoice(ground: Ground, order: Document) -> None:
    sale = await _shipped(ground, order)
    bill = await ground.bill(sale)
    await _refund(ground, bill)
    await ground.look(2)
    (invoice,) = ground.notebook.documents("invoice")
    (credit,) = ground.notebook.documents("credit_note")
    assert credit["preceding"][0]["number"] == invoice["number"]
    assert Decimal(credit["totals"]["payable"]["amount"]) == Decimal(invoice["totals"]["payable"]["amount"])
    (refunded,) = ground.notebook.milestones(Event.REFUNDED)
    assert {line.line: line.quantity for line in refunded.lines} == {"10": 10, "20": 3}


async def test_invoices_about_nothing_of_ours_are_counted(ground: Ground, order: Document) -> None:
    await ground.look()
    partner = (await ground.do("res.partner", "search", [["ref", "=", "5790000000029"]]))[0]
    anvil = (await ground.do("product.product", "search", [["default_code", "=", "ANVIL"]]))[0]
    line = [0, 0, {"product_id": anvil, "quantity": 1, "price_unit": 5}]
    bill = await ground.do(
        "account.move", "create", {"move_type": "out_invoice", "partner_id": partner, "invoice_line_ids": [line]}
    )
    await ground.do("account.move", "action_post", [bill])
    await ground.look(2)
    assert ground.notebook.notices == {}
    assert ground.observer.counts["edi_application_changes_total", "not-about-our-orders"] == 1


# ------------------------------------------------------------------------------------------ sums, taxes, discounts, roundings

PIECE = Unit(1, "Units", Decimal(1), ("uom.product_uom_unit",))
VAT25 = {"id": 7, "name": "25%", "amount": 25.0, "amount_type": "percent"}
ZERO = {"id": 8, "name": "0%", "amount": 0.0, "amount_type": "percent"}


def _bill(lines: list[dict[str, Any]], tax_lines: list[dict[str, Any]], **row: Any) -> Bill:
    sent = {"number": "10", "item": {"identifiers": {"buyer": "BB-1"}}}
    received = {"number": "4711", "lines": [sent]}
    lookup = Lookup(units={1: PIECE}, taxes={7: VAT25, 8: ZERO}, products={3: {"id": 3, "default_code": "ANVIL"}})
    line = Line(5, {}, {"default_code": "ANVIL"}, PIECE, Decimal(10), ordinal=1, sent=sent)
    order = Order({"id": 2, "name": "S00002"}, Original(UUID(int=1), "bigbox", False, received), [line], None, lookup)
    plain = {
        "id": 9, "name": "INV/2026/00009", "state": "posted", "move_type": "out_invoice", "currency_id": [1, "EUR"],
        "invoice_date": "2026-11-21", "write_date": "2026-11-21 10:00:00",
    }  # fmt: skip
    full = [
        {"product_id": [3, "Anvil"], "product_uom_id": [1, "Units"], "sale_line_ids": [5], "tax_ids": [7], **one} for one in lines
    ]
    return Bill({**plain, **row}, full, tax_lines, {5: (order, line)}, lookup)


def _tax_line(tax: int, amount: float) -> dict[str, Any]:
    return {"tax_line_id": [tax, ""], "amount_currency": amount}


def _told(bill: Bill, before: Said | None = None) -> Any:
    return tell_bill(bill, before, source="odoo", agreed=lambda _partner, _document: True)


def _document(notice: Any) -> Document:
    found: Document = orjson.loads(notice.documents[0].body)
    return found


def test_a_discount_is_an_allowance_of_its_line() -> None:
    line = {"quantity": 10.0, "price_unit": 19.99, "discount": 15.0, "price_subtotal": 169.92}
    bill = _bill([line], [_tax_line(7, -42.48)], amount_untaxed=169.92, amount_tax=42.48, amount_total=212.4)
    document = _document(_told(bill))
    (allowance,) = document["lines"][0]["allowances_charges"]
    assert (allowance["charge"], allowance["percent"], allowance["amount"]["amount"]) == (False, "15", "29.98")
    assert document["taxes"][0]["basis"]["amount"] == "169.92"
    assert document["taxes"][0]["amount"]["amount"] == "42.48"


@pytest.mark.parametrize(
    ("day", "happened"),
    [("2026-11-21", "2026-11-21 10:00"), ("2026-11-20", "2026-11-21 00:00"), ("2026-11-25", "2026-11-21 10:00")],
)
def test_a_bill_happened_when_it_was_written_or_by_the_end_of_an_earlier_day(day: str, happened: str) -> None:
    line = {"quantity": 10.0, "price_unit": 19.99, "discount": 15.0, "price_subtotal": 169.92}
    bill = _bill([line], [_tax_line(7, -42.48)], amount_untaxed=169.92, amount_tax=42.48, amount_total=212.4, invoice_date=day)
    (told,) = _told(bill).milestones
    assert f"{told.occurred:%Y-%m-%d %H:%M}" == happened


def test_taxes_in_the_price_leave_a_net_price() -> None:
    line = {"quantity": 3.0, "price_unit": 12.5, "discount": 0.0, "price_subtotal": 30.0}
    bill = _bill([line], [_tax_line(7, -7.5)], amount_untaxed=30.0, amount_tax=7.5, amount_total=37.5)
    document = _document(_told(bill))
    assert document["lines"][0]["price"]["amount"] == "10"
    assert document["lines"][0]["allowances_charges"] == []


def test_two_rates_are_broken_down_as_they_were_booked() -> None:
    lines: list[dict[str, Any]] = [
        {"quantity": 3.0, "price_unit": 0.1, "price_subtotal": 0.3},
        {"quantity": 1.0, "price_unit": 0.1, "price_subtotal": 0.1},
        {"quantity": 2.0, "price_unit": 5.0, "price_subtotal": 10.0, "tax_ids": [8], "sale_line_ids": []},
    ]
    bill = _bill(lines, [_tax_line(7, -0.1)], amount_untaxed=10.4, amount_tax=0.1, amount_total=10.5)
    document = _document(_told(bill))
    assert [(tax["category"], tax["basis"]["amount"], tax["amount"]["amount"]) for tax in document["taxes"]] == [
        ("S", "0.40", "0.10"),
        ("Z", "10.00", "0.00"),
    ]
    assert "order" not in document["lines"][2]


def test_sums_that_do_not_add_up_are_a_failure_and_not_sent() -> None:
    line = {"quantity": 10.0, "price_unit": 10.0, "price_subtotal": 100.0}
    bill = _bill([line], [_tax_line(7, -25.0)], amount_untaxed=101.0, amount_tax=25.0, amount_total=126.0)
    notice = _told(bill)
    assert notice.documents == ()
    assert notice.unread.code == "sums-differ"
    assert "INV/2026/00009" in notice.unread.message


def test_an_invoice_that_is_withdrawn_is_cancelled_under_its_number() -> None:
    line = {"quantity": 1.0, "price_unit": 10.0, "price_subtotal": 10.0}
    sums = {"amount_untaxed": 10.0, "amount_tax": 2.5, "amount_total": 12.5}
    first = _told(_bill([line], [_tax_line(7, -2.5)], **sums))
    said = Said.parse(first.key, "account.move:9")
    assert _told(_bill([line], [_tax_line(7, -2.5)], state="draft", **sums), said) is None
    cancelled = _told(_bill([line], [_tax_line(7, -2.5)], state="cancel", **sums), said)
    assert (_document(cancelled)["purpose"], _document(cancelled)["number"]) == ("cancel", "INV/2026/00009")
    assert cancelled.milestones == ()
    assert _told(_bill([line], [_tax_line(7, -2.5)], state="cancel", **sums)) is None


@pytest.mark.parametrize(("currency", "net"), [("JPY", "1000"), ("KWD", "10.125"), ("EUR", "10.13")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, net: str) -> None:
    value = float(net)
    line = {"quantity": 1.0, "price_unit": value, "price_subtotal": value, "tax_ids": []}
    bill = _bill([line], [], amount_untaxed=value, amount_tax=0.0, amount_total=value, currency_id=[1, currency])
    assert _document(_told(bill))["lines"][0]["net"]["amount"] == net
