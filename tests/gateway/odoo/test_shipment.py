"""What a warehouse says it moved, in pieces by lot and package; and which move of a transfer takes which."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.allocation import OpenMove, Taken, allocate, by_lot
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.shipment import DESPATCH, Piece, Shipment, read_shipment
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Unit, Units
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.receiving_advice import ReceivingAdvice
from translators.canonical.warehouse_shipment import WarehouseShipment

PRODUCTS = products_of(
    [
        {"id": 1, "default_code": "CRATE", "barcode": "5790000000012", "name": "Crate", "uom_id": [10, "Units"], "sale_ok": True},
        {"id": 2, "default_code": "SERUM", "barcode": False, "name": "Serum", "uom_id": [10, "Units"], "sale_ok": False},
    ]
)
UNITS = Units(
    {10: Unit(10, "Units", "u"), 11: Unit(11, "Dozens", "u", Decimal(12)), 12: Unit(12, "kg", "w")}, {"DZN": 11, "KGM": 12}
)


def read(lines: list[dict[str, Any]], *, model: Any = WarehouseShipment, schemas: Any = None, **more: Any) -> Any:
    parts = {"number": "945-1", "order": {"number": "4711"}, "lines": lines}
    document = orjson.loads(model.model_validate(parts | more).to_json())
    chosen = {"schemas": schemas} if schemas else {}
    return read_shipment(document, key="k", partner="east", tables=Tables(), **chosen)


def line(number: str = "1", quantity: object = 5, code: str = "CRATE", **more: Any) -> dict[str, Any]:
    return {"number": number, "item": {"identifiers": {"seller": code}}, "quantity": {"value": str(quantity)}, **more}


def pieces(shipment: Shipment) -> list[tuple[str, str | None, str | None]]:
    return [(f"{p.quantity:f}", p.lot, p.package) for one in shipment.goods for p in one.pieces]


def test_a_line_without_lots_and_packages_is_one_piece() -> None:
    shipment = read([line(order={"number": "4711", "line": "10"})])
    assert pieces(shipment) == [("5", None, None)]
    assert (shipment.orders, shipment.goods[0].order_line, shipment.incoming) == (("4711",), "10", False)


def test_lots_and_packages_cut_a_line_where_either_ends() -> None:
    lots = [{"number": "A", "quantity": {"value": 3}}, {"number": "B"}]
    packages = [
        {"identifiers": {"sscc": "P1"}, "contents": [{"line": "1", "quantity": {"value": 2}}]},
        {"identifiers": {"sscc": "P2"}, "contents": [{"line": "1", "quantity": {"value": 2}}]},
    ]
    shipment = read([line(lots=lots)], packages=packages)
    assert pieces(shipment) == [("2", "A", "P1"), ("1", "A", "P2"), ("1", "B", "P2"), ("1", "B", None)]
    assert shipment.packages == ("P1", "P2")


def test_goods_are_in_the_innermost_package_with_a_code_of_its_own() -> None:
    carton = {"contents": [{"line": "1", "quantity": {"value": 2}}]}
    coded = {"identifiers": {"sscc": "C"}, "contents": [{"line": "1", "quantity": {"value": 3}}]}
    shipment = read([line()], packages=[{"identifiers": {"sscc": "PALLET"}, "packages": [carton, coded]}])
    assert pieces(shipment) == [("2", None, "PALLET"), ("3", None, "C")]


def test_serial_numbers_are_one_of_each_and_lots_of_packages_go_first() -> None:
    assert pieces(read([line(quantity=2, lots=[{"serials": ["S1", "S2"]}])])) == [("1", "S1", None), ("1", "S2", None)]
    content = {"line": "1", "quantity": {"value": 5}, "lots": [{"number": "X", "quantity": {"value": 5}}]}
    assert pieces(read([line(lots=[{"number": "Y"}])], packages=[{"contents": [content]}])) == [("5", "X", None)]


def test_a_receipt_counts_what_was_accepted() -> None:
    shipment = read([line(accepted={"value": "4"})], model=ReceivingAdvice)
    assert (pieces(shipment), shipment.incoming) == ([("4", None, None)], True)


def test_a_suppliers_advice_is_read_by_our_codes_as_the_buyers() -> None:
    item = {"identifiers": {"buyer": "CRATE", "seller": "V-1"}}
    shipment = read([{**line(), "item": item}], model=DespatchAdvice, schemas=(DESPATCH,))
    assert (shipment.goods[0].product.codes, shipment.goods[0].product.buyer_codes) == (("CRATE",), ("V-1",))


def test_the_warehouse_orders_number_is_the_transfers_name_even_when_counted() -> None:
    assert read([line()], warehouse_order={"number": "WH/OUT/00012-2"}).transfers == ("WH/OUT/00012-2", "WH/OUT/00012")


@pytest.mark.parametrize(
    ("lines", "more", "code"),
    [
        ([], {}, "lines-missing"),
        ([line()], {"order": None}, "order-missing"),
        ([line(order={"number": "other"})], {}, "several-orders"),
        ([line(quantity=-1)], {}, "quantity-invalid"),
        ([line(lots=[{"number": "A", "quantity": {"value": 9}}])], {}, "quantity-invalid"),
        ([line()], {"purpose": "cancel"}, "purpose-unsupported"),
        ([line()], {"model": DespatchAdvice}, "document-unsupported"),
    ],
)
def test_what_cannot_be_booked_says_why(lines: Any, more: dict[str, Any], code: str) -> None:
    assert [one.code for one in read(lines, **more)] == [code]


@given(
    quantity=st.integers(1, 50),
    lots=st.lists(st.integers(1, 9), max_size=5),
    packed=st.lists(st.integers(1, 9), max_size=5),
)
def test_pieces_come_to_what_was_moved_and_no_lot_or_package_holds_more_than_it_says(
    quantity: int, lots: list[int], packed: list[int]
) -> None:
    named = [{"number": f"L{n}", "quantity": {"value": size}} for n, size in enumerate(lots)]
    contents = [
        {"identifiers": {"sscc": f"P{n}"}, "contents": [{"line": "1", "quantity": {"value": size}}]}
        for n, size in enumerate(packed)
    ]
    shipment = read([line(quantity=quantity, lots=named)], packages=contents)
    if max(sum(lots), sum(packed)) > quantity:
        assert [one.code for one in shipment] == ["quantity-invalid"]
        return
    made = [piece for one in shipment.goods for piece in one.pieces]
    assert sum(piece.quantity for piece in made) == quantity
    for n, size in enumerate(lots):
        assert sum(piece.quantity for piece in made if piece.lot == f"L{n}") == size
    for n, size in enumerate(packed):
        assert sum(piece.quantity for piece in made if piece.package == f"P{n}") == size


# --------------------------------------------------------------------------------------------------------------- allocation


def move(number: int, demand: int, *, product: int = 1, tracking: str = "none") -> OpenMove:
    return OpenMove(number, product, 10, Decimal(demand), tracking)


def allot(lines: list[dict[str, Any]], moves: list[OpenMove], *, over: bool = False) -> Any:
    return allocate(read(lines).goods, moves, products=PRODUCTS, units=UNITS, transfer="WH/OUT/1", over=over)


def test_moves_of_one_product_fill_up_one_after_the_other() -> None:
    taken = allot([line(quantity=4), line("2", 3)], [move(1, 5), move(2, 5)])
    assert [(one.move.id, int(one.quantity), one.labels) for one in taken] == [(1, 5, ("1", "2")), (2, 2, ("2",))]


def test_quantities_are_those_of_the_products_unit() -> None:
    (taken,) = allot([{**line(), "quantity": {"value": "2", "unit": "DZN"}}], [move(1, 24)])
    assert taken.quantity == 24
    assert [one.code for one in allot([{**line(), "quantity": {"value": "2", "unit": "KGM"}}], [move(1, 24)])] == [
        "unit-mismatch"
    ]


def test_what_is_too_much_is_the_last_moves_where_agreed() -> None:
    moves = [move(1, 2), move(2, 2)]
    assert [one.code for one in allot([line(quantity=9)], moves)] == ["quantity-over"]
    assert [int(one.quantity) for one in allot([line(quantity=9)], moves, over=True)] == [2, 7]


def test_everything_that_is_not_on_the_transfer_is_named_at_once() -> None:
    found = allot([line(), line("2", code="NO"), line("3", code="SERUM")], [move(1, 5)])
    assert [(one.code, one.message[:6]) for one in found] == [("line-unknown", "Line 2"), ("line-unknown", "Line 3")]
    assert all(isinstance(one, Problem) for one in found)


def test_nothing_moved_takes_nothing() -> None:
    assert allot([line(quantity=0)], [move(1, 5)]) == ()


def test_tracked_goods_take_the_lots_that_are_reserved() -> None:
    taken = Taken(move(1, 5, tracking="lot"), (Piece(Decimal(4), None, "P"), Piece(Decimal(1), "X")), ("1",))
    reserved = [{"lot": "A", "quantity": 3.0}, {"lot": "B", "quantity": 9.0}]
    assert [(int(p.quantity), p.lot, p.package) for p in by_lot(taken, reserved)] == [
        (3, "A", "P"),
        (1, "B", "P"),
        (1, "X", None),
    ]
    plain = Taken(move(1, 5), (Piece(Decimal(4)),), ("1",))
    assert by_lot(plain, reserved) == plain.pieces


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_no_move_takes_more_than_it_has_open_and_nothing_is_lost(moved: list[int], open_: list[int]) -> None:
    lines = [line(str(n), quantity) for n, quantity in enumerate(moved, 1)]
    taken = allot(lines, [move(n, demand) for n, demand in enumerate(open_, 1)])
    if sum(moved) > sum(open_):
        assert {one.code for one in taken} == {"quantity-over"}
        return
    assert sum(one.quantity for one in taken) == sum(moved)
    assert all(one.quantity <= one.move.demand for one in taken)
