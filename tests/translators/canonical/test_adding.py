"""Sums of numbers of which some are not known."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.canonical.adding import balance, line_amount, sum_of

NUMBERS = st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-1000, max_value=1000))


@given(NUMBERS)
def test_numbers_that_are_all_known_are_added(numbers: list[Decimal]) -> None:
    assert sum_of(numbers) == sum(numbers, Decimal(0))


@given(NUMBERS, st.integers(0, 50))
def test_one_that_is_not_known_makes_the_sum_unknown(numbers: list[Decimal], place: int) -> None:
    several: list[Decimal | None] = [*numbers]
    several.insert(place, None)
    assert sum_of(several) is None
    assert balance((True, number) for number in several) is None


@given(NUMBERS, NUMBERS)
def test_a_balance_is_charges_less_allowances(charges: list[Decimal], allowances: list[Decimal]) -> None:
    found = balance([*((True, one) for one in charges), *((False, one) for one in allowances)])
    assert found == sum(charges, Decimal(0)) - sum(allowances, Decimal(0))


@pytest.mark.parametrize(
    ("quantity", "price", "basis", "amount"),
    [("3", "2.5", None, "7.5"), ("200", "5", "100", "10"), (None, "5", None, None)],
)
def test_a_line_is_quantity_times_the_price_of_so_many(
    quantity: str | None, price: str, basis: str | None, amount: str | None
) -> None:
    found = line_amount(number(quantity), Decimal(price), number(basis))
    assert found == number(amount)


def number(text: str | None) -> Decimal | None:
    """A number, None for none."""
    return None if text is None else Decimal(text)
