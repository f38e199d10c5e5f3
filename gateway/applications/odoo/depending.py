"""When the goods of open deliveries to customers are there, by what is in stock and what comes of their products. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Arriving:
    """So much of a product comes on a day, as Odoo writes it."""

    product: int
    day: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Delivering:
    """An open move to a customer: so much of a product, of which so much is reserved, on a day, for a line of a sale order."""

    id: int
    product: int
    day: str
    quantity: Decimal
    reserved: Decimal
    line: int


def pegged(free: Mapping[int, Decimal], arriving: Iterable[Arriving], delivering: Sequence[Delivering]) -> dict[int, str]:
    """By move, the day on which the last of its goods arrives; moves that stock suffices for are left out.

    What is due first gets what comes first. Moves that nothing will suffice for are left out as well: somebody has to buy.
    """
    left = dict(free)
    coming: dict[int, list[Arriving]] = {}
    for supply in sorted(arriving, key=lambda supply: supply.day):
        coming.setdefault(supply.product, []).append(supply)
    days: dict[int, str] = {}
    for one in sorted(delivering, key=lambda one: (one.day, one.id)):
        missing = one.quantity - one.reserved
        taken = min(left.get(one.product, Decimal(0)), max(missing, Decimal(0)))
        left[one.product] = left.get(one.product, Decimal(0)) - taken
        missing -= taken
        day = ""
        supplies = coming.get(one.product, [])
        while missing > 0 and supplies:
            first = supplies.pop(0)
            part = min(first.quantity, missing)
            missing, day = missing - part, first.day
            if first.quantity > part:
                supplies.insert(0, Arriving(first.product, first.day, first.quantity - part))
        if missing <= 0 and day:
            days[one.id] = day
    return days


def latest(days: Iterable[tuple[int, str]]) -> dict[int, str]:
    """The last day of each."""
    found: dict[int, str] = {}
    for number, day in days:
        found[number] = max(day, found.get(number, ""))
    return found
