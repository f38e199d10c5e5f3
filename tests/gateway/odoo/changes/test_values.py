"""Odoo's values in our terms: what is empty, what is a float with noise, units, and parties and items made of records."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.changes.facts import Line, Lookup, Order, Unit, order_of
from gateway.applications.odoo.changes.goods import Transfer, moved_of, progress_of
from gateway.applications.odoo.changes.packing import packages_of
from gateway.applications.odoo.changes.parts import is_as_ordered, merged, ordered_item, party_of, product_item
from gateway.applications.odoo.changes.values import (
    day,
    listed,
    moment,
    money,
    plain,
    quantity,
    related,
    related_name,
    rounded,
    text,
)
from gateway.applications.odoo.order import SaleLine, WantedProduct
from gateway.applications.odoo.tables import Tables
from gateway.ports.originals import Original
from translators.canonical.parts import Address, Party

PIECE = Unit(1, "Units", Decimal(1), ("uom.product_uom_unit",))
DOZEN = Unit(2, "Dozens", Decimal(12), ("uom.product_uom_dozen",))
CRATE = Unit(3, "Crate of 20", Decimal(20), ())
UNITS = {1: PIECE, 2: DOZEN, 3: CRATE}


class TestEmpty:
    """Odoo says False for everything that is empty."""

    @pytest.mark.parametrize("read", [related, text, moment, day])
    def test_nothing_is_none(self, read: Any) -> None:
        assert read({"x": False}, "x") is None
        assert read({}, "x") is None

    def test_numbers_and_lists_of_nothing(self) -> None:
        assert quantity({"x": False}, "x") == 0
        assert money({}, "x", "EUR") == 0
        assert listed({"x": False}, "x") == ()
        assert related_name({"x": False}, "x") == ""

    def test_a_document_without_a_number_is_called_a_slash(self) -> None:
        assert text({"name": "/"}, "name") is None
        assert text({"name": " INV/1\n 2 "}, "name") == "INV/1 2"


class TestFull:
    def test_relations(self) -> None:
        assert related({"x": [7, "Seven"]}, "x") == 7
        assert related({"x": 7}, "x") == 7
        assert related_name({"x": [7, "Seven"]}, "x") == "Seven"
        assert listed({"x": [3, 4]}, "x") == (3, 4)

    def test_dates_are_utc(self) -> None:
        row = {"at": "2026-11-21 20:00:01", "on": "2026-11-21"}
        assert moment(row, "at") == datetime(2026, 11, 21, 20, 0, 1, tzinfo=UTC)
        assert moment(row, "on") == datetime(2026, 11, 21, tzinfo=UTC)
        assert day(row, "at") == day(row, "on") == date(2026, 11, 21)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [(0.1 + 0.2, "0.3"), (10.0, "10"), (1e21, "1000000000000000000000"), (2.5, "2.5"), (1 / 3, "0.333333")],
    )
    def test_floats_lose_their_noise(self, value: float, expected: str) -> None:
        assert str(quantity({"x": value}, "x")) == expected

    @pytest.mark.parametrize(
        ("value", "currency", "expected"),
        [(19.995, "EUR", "20.00"), (19.994999, None, "19.99"), (100.4, "JPY", "100"), (1.0005, "KWD", "1.001")],
    )
    def test_money_has_the_decimals_of_its_currency(self, value: float, currency: str | None, expected: str) -> None:
        assert str(money({"x": value}, "x", currency)) == expected

    @given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
    def test_plain_numbers_are_the_same_and_never_in_powers_of_ten(self, value: Decimal) -> None:
        assert plain(value) == value
        assert "E" not in str(plain(value))

    @given(st.integers(-(10**6), 10**6))
    def test_cents_stay_as_they_are(self, cents: int) -> None:
        assert rounded(Decimal(cents) / 100, "EUR") * 100 == cents


class TestUnits:
    def test_a_unit_is_known_by_its_external_id(self) -> None:
        assert PIECE.code == "C62"
        assert DOZEN.code == "DZN"
        assert CRATE.code is None

    def test_the_partners_own_code_is_given_back(self) -> None:
        assert PIECE.quantity(Decimal(3), _booked("EA")).unit == "EA"
        assert PIECE.quantity(Decimal(3), _booked(None)).unit == "C62"

    def test_another_unit_than_the_partners_is_said(self) -> None:
        stated = DOZEN.quantity(Decimal(3), _booked("EA"))
        assert (stated.value, stated.unit) == (3, "DZN")
        nameless = CRATE.quantity(Decimal(3), _booked("EA"))
        assert (nameless.unit, nameless.original) == (None, "Crate of 20")

    def test_a_configured_unit_goes_before(self) -> None:
        tables = Tables(units={"CRT": "site.crate", "EA": "site.each"})
        crate = Unit(3, "Crate", Decimal(20), ("site.crate",), tables)
        assert crate.code == "CRT"
        assert not Unit(1, "Units", Decimal(1), ("uom.product_uom_unit",), tables).is_meant_by("EA")

    @given(st.integers(1, 10**6), st.sampled_from([PIECE, DOZEN, CRATE]))
    def test_there_and_back_is_the_same(self, number: int, unit: Unit) -> None:
        value = Decimal(number)
        assert PIECE.convert(unit.convert(value, PIECE), unit) == value


RECORD = {
    "name": "BigBox", "ref": "C-12", "vat": "DK123", "street": "Vej 1", "street2": False, "zip": "2100", "city": "Kbh",
    "state_code": None, "country_code": "DK", "gln": "5790000000029",
}  # fmt: skip


class TestParties:
    def test_a_record_is_a_party(self) -> None:
        party = party_of(RECORD, gln="gln")
        assert party is not None
        assert party.identifiers == {"gln": "5790000000029", "seller": "C-12"}
        assert party.address == Address(lines=["Vej 1"], city="Kbh", postal_code="2100", country="DK")
        assert party.tax_registration == "DK123"

    def test_no_record_is_none_and_no_address_is_none(self) -> None:
        assert party_of({}) is None
        nameless = party_of({"name": "X"})
        assert nameless is not None
        assert nameless.address is None

    def test_what_the_partner_said_goes_before_what_odoo_knows(self) -> None:
        own = Party(identifiers={"duns": "1"}, name="BIGBOX")
        both = merged(own, party_of(RECORD))
        assert both is not None
        assert (both.name, both.identifiers, both.tax_registration) == ("BIGBOX", {"duns": "1"}, "DK123")
        assert merged(own, None) is own
        assert merged(None, own) is own


class TestItems:
    @pytest.mark.parametrize(
        ("barcode", "expected"),
        [("5790000000012", {"seller": "A", "gtin": "5790000000012"}), ("INTERNAL-7", {"seller": "A"}), (False, {"seller": "A"})],
    )
    def test_a_barcode_is_a_gtin_when_it_looks_like_one(self, barcode: object, expected: dict[str, str]) -> None:
        assert product_item({"default_code": "A", "barcode": barcode, "name": "Thing"}).identifiers == expected

    @pytest.mark.parametrize(
        ("wanted", "same"),
        [
            (WantedProduct(("5790000000012",), (), (), ""), True),
            (WantedProduct(("1",), ("A",), (), ""), True),
            (WantedProduct(("1",), ("B",), ("A",), ""), False),
            (WantedProduct((), (), ("A",), ""), True),
            (WantedProduct((), (), ("BB-1",), ""), False),
            (WantedProduct((), (), (), ""), True),
        ],
    )
    def test_another_product_is_a_substitute(self, wanted: WantedProduct, same: bool) -> None:
        line = _line(booked=SaleLine("1", wanted, Decimal(1), "EA", None, Decimal(0)))
        assert is_as_ordered(line) is same

    def test_our_code_is_not_put_on_a_substituted_line(self) -> None:
        wanted = WantedProduct((), ("B",), (), "")
        line = _line(
            booked=SaleLine("1", wanted, Decimal(1), "EA", None, Decimal(0)), sent={"item": {"identifiers": {"buyer": "BB"}}}
        )
        assert ordered_item(line).identifiers == {"buyer": "BB"}


class TestProgress:
    """Sums over all transfers of an order, in the unit of its line."""

    def test_moves_of_all_kinds_add_up(self) -> None:
        order = _order(_line(unit=DOZEN, quantity_=Decimal(10)))
        moves = [
            _move(1, 24.0, 24.0, "done"),
            _move(2, 36.0, 60.0, "partially_available"),
            _move(3, 12.0, 12.0, "done"),  # came back
            _move(4, 0.0, 24.0, "cancel"),
            _move(9, 5.0, 5.0, "done"),  # an internal transfer
        ]
        progress = progress_of(order, moves, outgoing=frozenset({1, 2, 4}), returns=frozenset({3}))[5]
        assert (progress.shipped, progress.allocated, progress.waiting, progress.returned) == (2, 5, 2, 1)

    def test_moves_of_one_line_are_told_together(self) -> None:
        order = _order(_line(quantity_=Decimal(10)))
        moved = moved_of(
            order, [_move(1, 4.0, 4.0, "done", 11), _move(1, 3.0, 6.0, "done", 12)], {11: [{"id": 1}], 12: [{"id": 2}]}
        )
        (one,) = moved
        assert (one.quantity, one.demand, len(one.details)) == (7, 10, 2)

    def test_packages_tell_what_of_which_line_is_in_them(self) -> None:
        order = _order(_line(quantity_=Decimal(10)))
        details = [
            {
                "id": 1,
                "quantity": 4.0,
                "product_uom_id": [1, ""],
                "result_package_id": [8, "00340123450000000017"],
                "lot_id": False,
            },
            {
                "id": 2,
                "quantity": 3.0,
                "product_uom_id": [1, ""],
                "result_package_id": [9, "340123450000000024"],
                "lot_id": False,
            },
            {"id": 3, "quantity": 3.0, "product_uom_id": [1, ""], "result_package_id": False, "lot_id": False},
        ]
        transfer = Transfer(
            {"id": 1, "name": "OUT/1"},
            order,
            moved_of(order, [_move(1, 10.0, 10.0, "done", 11)], {11: details}),
            {},
            order.lookup,
        )
        packages = packages_of(transfer, {5: "1"})
        assert [package.identifiers for package in packages] == [{"sscc": "340123450000000017"}, {"sscc": "340123450000000024"}]
        assert [content.quantity.value for package in packages for content in package.contents if content.quantity] == [4, 3]

    def test_serial_numbers_are_told_as_such(self) -> None:
        order = _order(_line(quantity_=Decimal(2), product={"id": 3, "tracking": "serial"}))
        details = [
            {"id": n, "quantity": 1.0, "product_uom_id": [1, ""], "result_package_id": [8, "P"], "lot_id": [n, f"SN-{n}"]}
            for n in (1, 2)
        ]
        transfer = Transfer(
            {"id": 1, "name": "OUT/1"}, order, moved_of(order, [_move(1, 2.0, 2.0, "done", 11)], {11: details}), {}, order.lookup
        )
        (package,) = packages_of(transfer, {5: "1"})
        (lot,) = package.contents[0].lots
        assert (lot.number, lot.serials, lot.quantity.value if lot.quantity else None) == (None, ["SN-1", "SN-2"], 2)


def test_lines_are_matched_by_what_they_were_booked_as_not_by_their_place() -> None:
    received = {
        "schema": "purchase_order/1",
        "number": "4711",
        "lines": [
            {"number": n, "item": {"identifiers": {"seller": n}}, "quantity": {"value": "1", "unit": "EA"}} for n in ("A", "B")
        ],
    }
    rows = [
        {"id": 50, "product_uom_qty": 1.0, "product_id": [3, "x"], "product_uom": [1, "Units"]},
        {"id": 51, "product_uom_qty": 1.0, "product_id": [3, "x"], "product_uom": [1, "Units"]},
        {"id": 52, "product_uom_qty": 1.0, "product_id": [3, "x"], "product_uom": [1, "Units"]},
    ]
    order = order_of(
        {"id": 2, "name": "S2"},
        rows,
        Original(UUID(int=1), "bigbox", False, received, received),
        places={50: 2, 52: 1},
        unit="product_uom",
        lookup=Lookup(units=UNITS),
        key="k",
        tables=Tables(),
    )
    assert [line.number for line in order.lines] == ["B", None, "A"]
    assert order.number == "4711"


def _booked(unit: str | None) -> SaleLine:
    return SaleLine("1", WantedProduct((), ("A",), (), ""), Decimal(1), unit, None, Decimal(0))


def _line(
    *,
    unit: Unit = PIECE,
    quantity_: Decimal = Decimal(1),
    booked: SaleLine | None = None,
    sent: dict[str, Any] | None = None,
    product: dict[str, Any] | None = None,
) -> Line:
    own = product or {"id": 3, "default_code": "A", "barcode": "5790000000012"}
    return Line(5, {}, own, unit, quantity_, ordinal=1, booked=booked, sent=sent or {})


def _order(line: Line) -> Order:
    return Order({"id": 2, "name": "S2"}, Original(UUID(int=1), "bigbox", False), [line], None, Lookup(units=UNITS))


def _move(picking: int, done: float, demand: float, state: str, number: int = 1) -> dict[str, Any]:
    return {
        "id": number, "picking_id": [picking, ""], "sale_line_id": [5, ""], "quantity": done, "product_uom_qty": demand,
        "product_uom": [1, "Units"], "state": state,
    }  # fmt: skip
