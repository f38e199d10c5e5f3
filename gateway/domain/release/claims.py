"""What of a customer's order is spoken for already, so that nothing of it is released a second time. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.domain.document_path import Json
from gateway.domain.order.line import line_key
from gateway.domain.release.facts import Demand
from gateway.domain.release.parts import PartLine
from gateway.domain.release.reading import number_in

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Due:
    """A line of the customer's order, and how much of it may be shipped in all."""

    key: str
    names: frozenset[str]
    unit: str | None
    quantity: Decimal


def due_lines(lines: Iterable[Mapping[str, Json]]) -> tuple[Due, ...]:
    """The lines of an order as they are kept: what was ordered and is not off; what came back may be shipped again."""
    return tuple(_due(line) for line in lines)


def unclaimed(
    demands: Iterable[Demand], own: Iterable[PartLine], others: Iterable[PartLine], due: Sequence[Due]
) -> tuple[Demand, ...]:  # fmt: skip
    """What of demands is neither with a warehouse nor wanted by another order to one.

    A line that the customer's order does not have, or has in another unit, is left as it is: nobody can say.
    """
    left = {one.key: one.quantity for one in due}
    for line in (*own, *others):
        one = _meant(line.order_line, line.names, due)
        if one is not None:
            left[one.key] -= line.stands
    found = []
    for demand in demands:
        one = _meant(demand.order_line, demand.names, due)
        if one is None or (one.unit is not None and demand.unit is not None and one.unit != demand.unit):
            found.append(demand)
            continue
        much = min(demand.quantity, max(left[one.key], ZERO))
        left[one.key] -= much
        if much > ZERO:
            found.append(replace(demand, quantity=much))
    return tuple(found)


def _due(line: Mapping[str, Json]) -> Due:
    ordered, rejected, cancelled, returned = (
        number_in(line.get(name)) or ZERO for name in ("ordered", "rejected", "cancelled", "returned")
    )
    items = line.get("items")
    names = frozenset(str(name) for name in items) if isinstance(items, list) else frozenset()
    unit = line.get("unit")
    return Due(
        line_key(str(line.get("line") or "")), names, str(unit) if unit else None, ordered - rejected - cancelled + returned
    )


def _meant(number: str | None, names: Iterable[str], due: Iterable[Due]) -> Due | None:
    """The line that is meant: by its number, else the only one of the item."""
    if number is not None:
        return next((one for one in due if one.key == line_key(number)), None)
    wanted = set(names)
    found = [one for one in due if one.names & wanted]
    return found[0] if len(found) == 1 else None
