"""Adding up numbers of which some may not be known: then the sum is not known either."""

from collections.abc import Iterable
from decimal import Decimal

NOTHING = Decimal(0)


def sum_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None when one of the numbers is not known."""
    found = NOTHING
    for value in values:
        if value is None:
            return None
        found += value
    return found


def balance(each: Iterable[tuple[bool, Decimal | None]]) -> Decimal | None:
    """Charges (told by True) less allowances; None when one of them is not known."""
    return sum_of(value if charge or value is None else -value for charge, value in each)


def line_amount(quantity: Decimal | None, price: Decimal, basis: Decimal | None = None) -> Decimal | None:
    """Quantity times the price of so many units; None for a quantity that is not known."""
    return None if quantity is None else quantity * price / (basis or 1)
