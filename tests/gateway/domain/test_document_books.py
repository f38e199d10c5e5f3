"""What documents say is held: invoices and credits by order line, shipments of a warehouse, stock by lot."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.document_books import billed, invoice, order_named, prices_of, stock, warehouse_shipment
from gateway.domain.reconciliation import Entry, Scope

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
Billed = dict[str, tuple[Decimal | str | None, Decimal | str | None]]


def line(number: str | None, quantity: str, price: str = "1", sku: str = "ANVIL", **more: Any) -> dict[str, Any]:
    order = {"order": {"number": "4711", **({"line": number} if number else {})}}
    item = {"item": {"identifiers": {"seller": sku}}}
    return {**order, **item, "quantity": {"value": quantity}, "price": {"amount": price}, **more}


def document(*lines: dict[str, Any], number: str = "R-1", **more: Any) -> dict[str, Any]:
    return {"number": number, "lines": list(lines), **more}


def of_order(*documents: tuple[str, dict[str, Any]], order: str = "4711") -> Entry | None:
    return billed(order, "bigbox", [(name, AT, one) for name, one in documents])


def said(entry: Entry | None) -> list[tuple[str, object, object]]:
    assert entry is not None
    return [(one.key, one.values["quantity"], one.values.get("price")) for one in entry.lines or ()]


def test_an_order_that_was_not_invoiced_has_no_entry() -> None:
    assert of_order() is None


def test_invoices_and_credits_are_told_line_by_line() -> None:
    first = document(line("01", "5", "4.5"), line(None, "1", sku="GLUE"))
    credit = document(line("1", "2", "4.5"), number="C-1")
    found = of_order(("invoice", first), ("credit_note", credit))
    assert said(found) == [
        ("line 1", Decimal(5), Decimal("4.5")),
        ("seller:GLUE", Decimal(1), Decimal(1)),
        ("line 1", Decimal(-2), None),
    ]
    assert found is not None
    assert (found.name, found.since) == ("R-1, C-1", AT)


def test_lines_of_other_orders_and_components_do_not_count() -> None:
    other = line("1", "9", order={"number": "4712", "line": "1"})
    part = line("2", "9", part_of="1")
    usual = {"number": "4711"}
    assert said(of_order(("invoice", document(line("1", "5"), other, part)))) == [("line 1", Decimal(5), Decimal(1))]
    headed = {**line(None, "5"), "order": None}
    assert said(of_order(("invoice", document(headed, order=usual)))) == [("seller:ANVIL", Decimal(5), Decimal(1))]


@pytest.mark.parametrize(
    ("purpose", "quantities"), [("replace", ["3"]), ("change", ["3"]), ("cancel", []), ("duplicate", ["5"]), (None, ["3"])]
)
def test_what_takes_an_invoice_back_or_stands_in_its_place(purpose: str | None, quantities: list[str]) -> None:
    again = document(line("1", "3"), **({"purpose": purpose} if purpose else {}))
    found = of_order(("invoice", document(line("1", "5"))), ("invoice", again))
    assert [str(one[1]) for one in said(found)] == quantities if quantities else found is None


def test_releases_of_a_blanket_order_are_orders_of_their_own() -> None:
    released = line("1", "5", order={"number": "4711", "release": "2", "line": "1"})
    assert said(of_order(("invoice", document(released)), order="4711/2")) == [("line 1", Decimal(5), Decimal(1))]
    assert said(of_order(("invoice", document(released)))) == []
    assert order_named({}) == ""


def test_prices_are_those_of_one_unit() -> None:
    lines = [line("010", "1", "12"), {"price": {"amount": "12", "basis": {"value": "100"}}}, {"number": "7"}]
    lines[0]["number"] = "010"
    assert prices_of({"lines": lines}) == {"10": Decimal(12), "2": Decimal("0.12"), "7": None}


def test_an_invoice_has_its_sums() -> None:
    sums = {"tax_exclusive": {"amount": "10", "currency": "DKK"}, "tax": {"amount": "2.5"}, "payable": {"amount": "12.5"}}
    found = invoice({"number": "R-1", "totals": sums, "lines": [{"number": "3", "net": {"amount": "10"}}]}, since=AT)
    assert found.values == {
        "net": Decimal(10), "tax": Decimal("2.5"), "total": Decimal("12.5"), "currency": "DKK", "kind": "invoice",
    }  # fmt: skip
    assert [(one.key, one.values) for one in found.lines or ()] == [("line 3", {"net": Decimal(10)})]
    assert invoice({"number": "C-1"}, since=AT, name="credit_note").lines is None


def test_a_shipment_of_a_warehouse_stands_under_its_warehouse_order() -> None:
    told = document(line("1", "2", sku="A"), {"quantity": None}, number="D-1", warehouse_order={"number": "WH/OUT/1"})
    found = warehouse_shipment(told, Scope(), since=AT)
    assert (found.key, found.name) == ("WH/OUT/1", "D-1")
    assert [(one.key, one.values["shipped"]) for one in found.lines or ()] == [("A", Decimal(2))]


def held(sku: str, *stated: tuple[str, str, list[tuple[str, str | None]]]) -> dict[str, Any]:
    stock_of = [
        {"status": status, "quantity": {"value": much},
         "lots": [{"number": lot, **({"quantity": {"value": of}} if of else {})} for lot, of in lots]}
        for status, much, lots in stated
    ]  # fmt: skip
    return {"item": {"identifiers": {"buyer": "B-1", "seller": sku}}, "stock": stock_of}


def stocked(*lines: dict[str, Any], scope: Scope = Scope(), **more: Any) -> dict[str, object]:  # noqa: B008 (it is frozen)
    return {one.key: one.values[scope.measure] for one in stock(document(*lines, **more), scope, told=AT)}


def test_stock_is_told_by_lot_as_far_as_the_report_says() -> None:
    report = [
        held("A", ("on_hand", "5", []), ("available", "4", [])),
        held("B", ("on_hand", "5", [("L1", "3"), ("L2", "2")])),
        held("C", ("on_hand", "5", [("L1", None)]), ("on_hand", "2", [("L1", None)])),
        held("D", ("on_hand", "5", [("L1", None), ("L2", "1")])),
    ]
    assert stocked(*report) == {"A": 5, "B lot L1": 3, "B lot L2": 2, "C lot L1": 7, "D": 5}
    assert stocked(*report, scope=Scope(lots=False)) == {"A": 5, "B": 5, "C": 7, "D": 5}
    assert stocked(*report, scope=Scope(measure="available", item="gtin")) == {"B-1": 4}


@pytest.mark.parametrize(
    ("as_of", "spoken"),
    [
        ("2026-11-21T02:00:00+01:00", datetime(2026, 11, 21, 1, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, 23, 59, 59, 999999, UTC)),
        ("2026-11-21", AT),
        ("soon", AT),
        (None, AT),
    ],
)
def test_stock_is_as_of_when_it_was_counted_and_no_later_than_it_was_told(as_of: str | None, spoken: datetime) -> None:
    (found,) = stock(document(held("A", ("on_hand", "5", [])), as_of=as_of), Scope(), told=AT)
    assert found.as_of == spoken
