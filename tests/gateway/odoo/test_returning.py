"""What comes back, as documents say it: whose it is, how much, and what no return is made of."""

from decimal import Decimal
from typing import Any

import pytest

from gateway.applications.odoo.allocation import OpenMove, Taken
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.returning import Delivered, Delivery, Return, lots_missing, read_return, return_rows
from gateway.applications.odoo.shipment import Goods, Piece
from gateway.applications.odoo.tables import Tables

LINE = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": "4", "unit": "EA"}}
REQUEST: dict[str, Any] = {
    "schema": "return_request/1",
    "number": "RMA1",
    "kind": "request",
    "order": {"number": "4711"},
    "lines": [LINE],
}


def read(**changes: Any) -> Return | tuple[Problem, ...]:
    return read_return({**REQUEST, **changes}, key="k1", partner="bigbox", tables=Tables())


def wanted(**changes: Any) -> Return:
    found = read(**changes)
    assert isinstance(found, Return), found
    return found


def codes(**changes: Any) -> list[str]:
    found = read(**changes)
    return [one.code for one in found] if isinstance(found, tuple) else []


@pytest.mark.parametrize("kind", ["request", "authorisation", "instruction", "notification", None])
def test_whatever_announces_goods_makes_a_return(kind: str | None) -> None:
    one = wanted(kind=kind)
    assert (one.goods.orders, one.goods.incoming, one.goods.goods[0].quantity) == (("4711",), True, Decimal(4))
    assert one.external_id(31) == "edi_gateway.k1_r31"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"schema": "invoice/1"}, "document-unsupported"),
        ({"kind": "rejection"}, "kind-unsupported"),
        ({"kind": "disposal"}, "kind-unsupported"),
        ({"lines": []}, "lines-missing"),
        ({"order": None}, "order-missing"),
        ({"lines": [{**LINE, "quantity": {"value": "-1"}}]}, "quantity-invalid"),
        ({"purpose": "cancel"}, "purpose-unsupported"),
    ],
)
def test_what_no_return_is_made_of(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == [code]


def test_our_despatches_say_which_delivery_is_meant() -> None:
    by_line = wanted(order=None, lines=[{**LINE, "despatch": {"number": "WH/OUT/00007-2"}}])
    assert by_line.goods.transfers == ("WH/OUT/00007-2", "WH/OUT/00007")
    by_reference = wanted(order=None, references=[{"kind": "despatch", "number": "WH/OUT/00009"}])
    assert by_reference.goods.transfers == ("WH/OUT/00009",)


def test_the_reasons_are_said_once_each() -> None:
    lines = [{**LINE, "reason": "damaged"}, {**LINE, "number": "2", "reason_text": "box was wet"}, {**LINE, "reason": "damaged"}]
    assert (
        wanted(authorisation="A7", reason="over_shipped", lines=lines).reason
        == "authorisation A7; over shipped; damaged; box was wet"
    )


def move(number: int, quantity: float, *, returned: str = "0", **lots: str) -> Delivered:
    row = {"id": number, "product_id": [5, "Anvil"], "product_uom": [1, "Units"], "quantity": quantity, "sale_line_id": [9, "S"]}
    amounts = {name: Decimal(value) for name, value in lots.items()}
    return Delivered(row, Decimal(returned), amounts, "lot" if lots else "none")


@pytest.mark.parametrize(("returned", "left"), [("0", "10"), ("3", "7"), ("12", "0")])
def test_what_is_on_its_way_back_does_not_come_back_again(returned: str, left: str) -> None:
    assert move(1, 10.0, returned=returned).left == Decimal(left)


def taken(quantity: str, lot: str | None, tracking: str = "lot") -> Taken:
    return Taken(OpenMove(1, 5, 1, Decimal(10), tracking), (Piece(Decimal(quantity), lot),), ("1",))


@pytest.mark.parametrize(
    ("one", "missing"),
    [
        (taken("2", "L1"), []),
        (taken("3", "L1"), ["Line 1: 3 of lot 'L1' come back, of which 2 were delivered."]),
        (taken("1", "L9"), ["Line 1: 1 of lot 'L9' come back, of which 0 were delivered."]),
        (taken("9", None), []),
        (taken("9", "L9", "none"), []),
    ],
)
def test_lots_come_back_as_far_as_they_were_delivered(one: Taken, missing: list[str]) -> None:
    goods = Goods("1", wanted().goods.goods[0].product, "EA", one.pieces, None)
    assert [problem.message for problem in lots_missing([goods], [one], {1: move(1, 10.0, L1="2")})] == missing


def test_each_delivery_has_a_transfer_of_its_own_and_each_line_a_name() -> None:
    row = {"partner_id": [3, "BigBox"], "location_dest_id": [8, "Customers"], "company_id": [1, "Us"]}
    first, second = Delivery(31, "OUT/1", row, 2, 5), Delivery(32, "OUT/2", {**row, "partner_id": False}, 2, 5)
    moves = {1: move(1, 10.0), 2: move(2, 4.0)}
    shares = [(first, [taken("3", None)]), (second, [Taken(moves[2].returnable, (Piece(Decimal(1)),), ("1",))])]
    columns, rows = return_rows(wanted(), shares, moves, note="<p>x</p>", refund=False)
    cells = [dict(zip(columns, one, strict=True)) for one in rows]
    assert [one["id"] for one in cells] == ["edi_gateway.k1_r31", "edi_gateway.k1_r32"]
    assert [one["move_ids/id"] for one in cells] == ["edi_gateway.k1_r31_m1", "edi_gateway.k1_r32_m2"]
    assert [(one["move_ids/product_uom_qty"], one["move_ids/to_refund"], one["partner_id/.id"]) for one in cells] == [
        ("3", "0", "3"),
        ("1", "0", ""),
    ]
    assert "move_ids/group_id/.id" not in columns
    older = {1: Delivered({**moves[1].row, "name": "Anvil", "group_id": [4, "S1"]}, Decimal(0), {}, "none")}
    columns, rows = return_rows(wanted(), shares[:1], older, note="", refund=True)
    assert (rows[0][columns.index("move_ids/group_id/.id")], rows[0][columns.index("move_ids/name")]) == ("4", "Anvil")
