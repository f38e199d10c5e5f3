"""Quantities between units: by family, by factor of each item, rounded as agreed."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.units import Booked, Pack, Unit, Units
from gateway.domain.odoo_tables import NOISE, Rounding

PIECE, DOZEN, KILO, CASE = (
    Unit(1, "Units", "u"),
    Unit(2, "Dozens", "u", Decimal(12)),
    Unit(3, "kg", "w"),
    Unit(4, "Case", "u", Decimal(6)),
)
ANVIL, ROCKET = 7, 8

quantities = st.decimals(min_value="0.000001", max_value="1000000", allow_nan=False, places=6)
factors = st.decimals(min_value="0.001", max_value="10000", allow_nan=False, places=3)
roundings = st.builds(Rounding, st.sampled_from(["half_up", "up", "down"]), st.integers(0, 6))


def units(factor: Decimal = Decimal(12), rounding: Rounding | None = None, unit: int | None = None) -> Units:
    return Units(
        {one.id: one for one in (PIECE, DOZEN, KILO, CASE)},
        {"EA": 1, "DZN": 2, "KGM": 3},
        {(ANVIL, "CS"): Pack(factor, unit)},
        {"CS": "Case"},
        rounding or Rounding(),
    )


def number(converted: Decimal | Problem) -> Decimal:
    assert isinstance(converted, Decimal), converted
    return converted


def test_a_case_is_of_one_product() -> None:
    assert number(units().convert(Decimal(2), "CS", 1, product=ANVIL)) == 24
    assert units().booked("CS", 1, product=ANVIL) == Booked(1, Decimal(12))
    for missing in (units().convert(Decimal(2), "CS", 1, product=ROCKET), units().booked("CS", 1, product=ROCKET)):
        assert isinstance(missing, Problem)
        assert missing.code == "factor-missing"
        assert "'Case'" in missing.message
        assert "<our code>/CS" in missing.message


def test_lines_are_booked_in_a_packaging_that_is_a_unit() -> None:
    assert units(unit=4).booked("CS", 1, product=ANVIL) == Booked(4)


def test_into_the_unit_of_a_line_that_is_not_the_products_own() -> None:
    assert number(units().convert(Decimal(2), "CS", 2, product=ANVIL, own=1)) == 2
    assert number(units().convert(Decimal(3), "DZN", 1)) == 36


def test_families_do_not_mix() -> None:
    mixed = units().convert(Decimal(1), "KGM", 1)
    assert isinstance(mixed, Problem)
    assert mixed.code == "unit-mismatch"


@pytest.mark.parametrize(
    ("mode", "value", "result"),
    [("half_up", "2.5", "3"), ("up", "2.1", "3"), ("down", "2.9", "2"), ("up", "-2.9", "-2"), ("half_up", "-2.5", "-3")],
)
def test_rounding_is_as_it_says(mode: str, value: str, result: str) -> None:
    assert Rounding(mode, 0).rounded(Decimal(value)) == Decimal(result)  # type: ignore[arg-type]


def test_what_must_not_be_rounded_is_refused_unless_it_comes_out_even() -> None:
    strict = Rounding("refuse", 0)
    assert strict.rounded(Decimal("3.0000000001")) == 3
    assert strict.rounded(Decimal("3.01")) is None
    refused = units(Decimal("0.5"), strict).convert(Decimal(3), "CS", 1, product=ANVIL)
    assert isinstance(refused, Problem)
    assert refused.code == "quantity-fraction"
    assert "1.5" in refused.message


@given(quantities, factors, roundings)
def test_a_converted_quantity_is_off_by_less_than_its_last_decimal(
    quantity: Decimal, factor: Decimal, rounding: Rounding
) -> None:
    exact = quantity * factor
    result = number(units(factor, rounding).convert(quantity, "CS", 1, product=ANVIL))
    step = Decimal(1).scaleb(-rounding.decimals)
    assert abs(result - exact) < step
    assert -int(result.as_tuple().exponent) <= rounding.decimals
    assert {"up": result >= exact, "down": result <= exact, "half_up": abs(result - exact) * 2 <= step}[rounding.mode]


@given(quantities, factors)
def test_there_and_back_is_where_it_began(quantity: Decimal, factor: Decimal) -> None:
    there = number(units(factor, Rounding("half_up", 6)).convert(quantity, "CS", 1, product=ANVIL))
    back = (there / factor).quantize(Decimal("1e-3"), ROUND_HALF_UP)
    assert abs(back - quantity) <= Decimal("0.001") + Decimal("0.000001") / factor


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_whole_cases_of_whole_pieces_are_never_rounded(cases: int, pieces: int) -> None:
    strict = units(Decimal(pieces), Rounding("refuse", 0))
    assert number(strict.convert(Decimal(cases), "CS", 1, product=ANVIL)) == cases * pieces


@given(quantities, roundings)
def test_rounding_twice_changes_nothing_more(quantity: Decimal, rounding: Rounding) -> None:
    once = rounding.rounded(quantity)
    assert once is not None
    assert rounding.rounded(once) == once
    assert abs(once - quantity) < Decimal(1).scaleb(-rounding.decimals) + NOISE


@given(quantities, factors, st.decimals(min_value="0.01", max_value="10000", allow_nan=False, places=2))
def test_what_a_line_costs_stays_what_it_costs(quantity: Decimal, factor: Decimal, price: Decimal) -> None:
    booked = units(factor).booked("CS", 1, product=ANVIL)
    assert isinstance(booked, Booked)
    assert abs((quantity * booked.factor) * (price / booked.factor) - quantity * price) < Decimal("1e-9")
