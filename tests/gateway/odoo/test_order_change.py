"""Changes of orders: what a document asks for, which order it means, and what may become of the lines."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.change_plan import Knowledge, Plan, Standing, plan
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.order_change import Fate, OrderChange, chosen, read_change
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Unit, Units
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange

ROWS = [
    {"id": 1, "default_code": "CRATE", "barcode": False, "name": "Crate", "uom_id": [10, "Units"], "sale_ok": True},
    {"id": 2, "default_code": "BARREL", "barcode": False, "name": "Barrel", "uom_id": [10, "Units"], "sale_ok": True},
]
UNITS = Units({10: Unit(10, "Units", "u"), 11: Unit(11, "Dozens", "u", Decimal(12))}, {"DZN": 11})


def read(*lines: dict[str, Any], model: Any = PurchaseOrderChange, options: Any = None, **more: Any) -> Any:
    document = orjson.loads(model.model_validate({"number": "4711", "lines": list(lines)} | more).to_json())
    return read_change(document, key="k1", partner="bigbox", test=False, options=options or {}, tables=Tables())


def line(number: str = "1", quantity: object = 5, code: str = "CRATE", price: object = 10, **more: Any) -> dict[str, Any]:
    parts = {"number": number, "item": {"identifiers": {"seller": code}}}
    parts |= {"quantity": {"value": quantity}} if quantity is not None else {}
    parts |= {"price": {"amount": price}} if price is not None else {}
    return parts | more


@pytest.mark.parametrize(
    ("said", "fate", "quantity"),
    [
        (line(action="quantity"), Fate.SET, 5),
        (line(), Fate.SET, 5),
        (line(action="add"), Fate.ADD, 5),
        (line(action="delete"), Fate.DROP, None),
        (line(quantity=0), Fate.DROP, None),
    ],
)
def test_what_becomes_of_a_line(said: Any, fate: Fate, quantity: int | None) -> None:
    (one,) = read(said).lines
    assert (one.fate, one.sale.quantity if one.sale else None) == (fate, quantity)


def test_another_item_drops_the_line_of_the_one_before() -> None:
    before = {"item": {"identifiers": {"seller": "CRATE"}}}
    dropped, added = read(line(code="BARREL", action="item", before=before)).lines
    assert (dropped.fate, dropped.product.codes, added.fate, added.product.codes) == (
        Fate.DROP,
        ("CRATE",),
        Fate.ADD,
        ("BARREL",),
    )
    assert [one.code for one in read(line(action="item"))] == ["change-unclear"]


def test_a_change_is_marked_by_its_number_and_its_key() -> None:
    first, second = read(line(), change_number="7"), read(line())
    assert first.mark.startswith("change 7 ~")
    assert second.mark == f"change ~{first.mark.rpartition('~')[2]}"


def test_days_of_single_lines_are_said_and_not_lost() -> None:
    change = read(line(requested_delivery="2026-12-24"), requested_delivery="2026-12-20", reason="storm")
    assert change.delivered == "2026-12-20 12:00:00"
    assert change.remarks == (
        "Line 1: requested 2026-12-24, for which a sale order's line has no field.", "Reason: storm.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"lines": []}, "change-empty"),
        ({"lines": [line(quantity=None)]}, "change-unclear"),
        ({"lines": [line(quantity=None, action="add")]}, "quantity-invalid"),
        ({"lines": [line()], "purpose": "duplicate"}, "purpose-unsupported"),
        ({"lines": [line()], "model": PurchaseOrder}, "purpose-unsupported"),
        ({"lines": [], "model": PurchaseOrder, "purpose": "replace"}, "lines-missing"),
    ],
)
def test_what_cannot_be_changed_says_why(said: dict[str, Any], code: str) -> None:
    parts = dict(said)
    assert [one.code for one in read(*parts.pop("lines"), **parts)] == [code]


# ------------------------------------------------------------------------------------------------------------ which order


def row(number: int, origin: str, state: str = "sale") -> dict[str, Any]:
    return {"id": number, "name": f"S{number:05d}", "origin": origin, "state": state}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([row(1, "EDI bigbox")], 1),
        ([row(1, "EDI bigbox"), row(2, "EDI other")], 1),
        ([row(1, "EDI TEST bigbox"), row(2, "EDI bigbox, contract C")], 2),
        ([row(1, "EDI bigbox", "cancel"), row(2, "EDI bigbox")], 2),
        ([row(1, "EDI bigbox", "cancel")], 1),
        ([row(1, "")], 1),
        ([], "order-unknown"),
        ([row(1, "EDI other")], "order-unknown"),
        ([row(1, "EDI bigbox"), row(2, "EDI bigbox")], "order-ambiguous"),
    ],
)
def test_the_order_is_this_partners_alive_one(rows: Any, found: object) -> None:
    order = chosen(rows, read(line()))
    assert (order.code if isinstance(order, Problem) else order["id"]) == found


# ---------------------------------------------------------------------------------------------------------------- the plan


def standing(number: int, product: int = 1, quantity: int = 5, delivered: int = 0, invoiced: int = 0, unit: int = 10) -> Standing:
    amounts = (Decimal(quantity), Decimal(delivered), Decimal(invoiced), Decimal(10))
    return Standing(number, product, unit, *amounts, name="Crate")


def planned(change: OrderChange, *lines: Standing, confirmed: bool = True) -> Any:
    products = products_of([one for one in ROWS if one["id"] in {line.product for line in lines}])
    return plan(change, Knowledge(lines, products, products_of(ROWS), UNITS, confirmed))


def test_only_what_differs_is_written() -> None:
    assert planned(read(line()), standing(1)) == Plan((), ())
    assert planned(read(line(quantity=7)), standing(1)).commands == ([1, 1, {"product_uom_qty": 7.0}],)
    values = {"price_unit": 9.0, "discount": 0.0}
    assert planned(read(line(price=9)), standing(1)).commands == ([1, 1, values],)


def test_quantity_and_price_are_per_the_units_of_the_line_that_stands() -> None:
    said = line(price=120, quantity=None) | {"quantity": {"value": 2, "unit": "DZN"}}
    assert planned(read(said), standing(1)).commands == ([1, 1, {"product_uom_qty": 24.0}],)


def test_a_line_is_left_with_nothing_once_confirmed_and_deleted_before() -> None:
    gone = read(line(action="delete"))
    assert planned(gone, standing(1)).commands == ([1, 1, {"product_uom_qty": 0.0}],)
    assert planned(gone, standing(1), confirmed=False).commands == ([2, 1, 0],)


def test_one_of_two_lines_of_a_product_is_told_by_the_quantity_it_had() -> None:
    lines = (standing(1, quantity=5), standing(2, quantity=8))
    assert [one.code for one in planned(read(line(quantity=9)), *lines)] == ["line-ambiguous"]
    told = read(line(quantity=9, before={"quantity": {"value": 8}}))
    assert planned(told, *lines).commands == ([1, 2, {"product_uom_qty": 9.0}],)


def test_a_replacement_drops_what_it_does_not_name_and_adds_what_is_new() -> None:
    made = planned(read(line(code="BARREL"), purpose="replace"), standing(1))
    assert (made.commands, [(one.product, one.unit) for one in made.added]) == (([1, 1, {"product_uom_qty": 0.0}],), [(2, 10)])


@pytest.mark.parametrize(
    ("change", "lines", "code"),
    [
        (read(line(quantity=2)), [standing(1, delivered=3)], "below-delivered"),
        (read(line(action="delete")), [standing(1, delivered=3)], "below-delivered"),
        (read(line(price=9)), [standing(1, invoiced=1)], "already-invoiced"),
        (read(line(code="BARREL")), [standing(1)], "line-unknown"),
        (read(line(code="NO", action="add")), [standing(1)], "product-unknown"),
        (read(line(quantity=None, difference={"value": -9})), [standing(1)], "quantity-invalid"),
        (read(line() | {"quantity": {"value": 1, "unit": "XX"}}), [standing(1)], "unit-unknown"),
    ],
)
def test_what_stands_against_it_is_said(change: Any, lines: Any, code: str) -> None:
    assert [one.code for one in planned(change, *lines)] == [code]


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_no_line_ever_goes_below_what_is_delivered(ordered: int, delivered: int, wanted: int) -> None:
    made = planned(read(line(quantity=wanted)), standing(1, quantity=ordered, delivered=delivered))
    if wanted < delivered:
        assert {one.code for one in made} == {"below-delivered"}
        return
    values = {command[1]: command[2].get("product_uom_qty", ordered) for command in made.commands}
    assert values.get(1, ordered) == wanted
