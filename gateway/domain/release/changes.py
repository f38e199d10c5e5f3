"""What a change of an order, or a cancellation, means for the parts of it that warehouses have already. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.domain.document_path import Json
from gateway.domain.order.line import line_key
from gateway.domain.release.facts import Demand
from gateway.domain.release.parts import PartLine
from gateway.domain.release.reading import list_in, map_in, number_in

ZERO = Decimal(0)
_ABOUT_ITSELF = frozenset({"number", "purpose", "issued", "references", "attributes"})
"""What a document says of itself, and not of what is to be shipped."""


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part that a warehouse has; what has `left` cannot be changed any more."""

    lines: tuple[PartLine, ...]
    left: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of a part as it was (`before`), and what of it is still wanted: None where nothing is."""

    before: PartLine
    after: PartLine | None


def shared_again(parts: Sequence[HeldPart], demands: Iterable[Demand]) -> list[tuple[Moved, ...]]:
    """Each part with what an order wants by now: what has left first, then as they were made. What no part has is not in it."""
    left = {demand.place: demand.quantity for demand in demands}
    wanted = tuple(demands)
    found: dict[int, tuple[Moved, ...]] = {}
    for index in sorted(range(len(parts)), key=lambda index: not parts[index].left):
        found[index] = tuple(_moved(line, wanted, left, gone=parts[index].left) for line in parts[index].lines)
    return [found[index] for index in range(len(parts))]


def taken_away(parts: Sequence[HeldPart], demands: Iterable[Demand]) -> list[tuple[Moved, ...]]:
    """Each part when so much is not to be shipped, as far as it has not left: off the last part first."""
    less = [(demand, demand.quantity) for demand in demands]
    found: dict[int, tuple[Moved, ...]] = {}
    for index in reversed(range(len(parts))):
        moved = []
        for line in parts[index].lines:
            place = next((n for n, (demand, much) in enumerate(less) if much > ZERO and _same(line, demand)), None)
            much = ZERO if place is None or parts[index].left else min(less[place][1], line.stands)
            if place is not None and much:
                less[place] = (less[place][0], less[place][1] - much)
            after = replace(line, quantity=line.quantity - much)
            moved.append(Moved(line, after if after.stands > ZERO else None))
        found[index] = tuple(moved)
    return [found[index] for index in range(len(parts))]


def have_left(parts: Sequence[Sequence[PartLine]], said: Iterable[Sequence[Mapping[str, Json]]]) -> list[bool]:
    """Which parts of one warehouse have left by what it has `said` to have shipped: so many lines each time, or none for all."""
    shipped: list[list[object]] = []
    for lines in said:
        if not lines:
            return [True] * len(parts)
        for line in lines:
            names = {str(line.get("item")), *(str(one) for one in _texts(line.get("also")))}
            shipped.append([line.get("line"), names, number_in(line.get("quantity")) or ZERO])
    return [all(_covered(line, shipped) for line in part) and bool(part) for part in parts]


def says_the_same(before: Mapping[str, Json], after: Mapping[str, Json]) -> bool:
    """Whether two orders to a warehouse ask for the same, whatever they are called."""
    return _asked(before) == _asked(after)


def _moved(line: PartLine, wanted: Iterable[Demand], left: dict[int, Decimal], *, gone: bool) -> Moved:
    demand = next((one for one in wanted if _same(line, one) and left[one.place] > ZERO), None)
    if demand is None:
        demand = next((one for one in wanted if _same(line, one)), None) if gone else None
    if demand is None:
        return Moved(line, None)
    keeps = line.stands if gone else min(line.stands, left[demand.place])
    left[demand.place] -= keeps
    after = replace(line, place=demand.place, line=demand.line, order_line=demand.order_line, names=demand.names)
    return Moved(line, replace(after, quantity=keeps, refused=ZERO) if keeps > ZERO else None)


def _same(line: PartLine, demand: Demand) -> bool:
    """Whether both are about the same goods: of the same line, if both say whose, and of the same item."""
    if line.order_line is not None and demand.order_line is not None and line_key(line.order_line) != line_key(demand.order_line):
        return False
    return bool(set(line.names) & set(demand.names)) or (not line.names and line_key(line.line) == line_key(demand.line))


def _covered(line: PartLine, shipped: Iterable[list[object]]) -> bool:
    """Whether all of a line has been shipped; takes it off what was."""
    left = line.stands
    for one in shipped:
        number, names, much = one
        about = line_key(str(number)) == line_key(line.line) if number is not None else bool(set(line.names) & set(_texts(names)))
        if about and isinstance(much, Decimal):
            taken = min(left, much)
            one[2], left = much - taken, left - taken
    return left <= ZERO


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list | tuple | set):
        yield from (str(one) for one in value)


def _asked(document: Mapping[str, Json]) -> tuple[object, ...]:
    head = {name: value for name, value in document.items() if name not in _ABOUT_ITSELF | {"lines"}}
    lines = [{name: value for name, value in _line(line).items() if name != "number"} for line in list_in(document.get("lines"))]
    return head, sorted(lines, key=repr)


def _line(line: Mapping[str, Json]) -> dict[str, Json]:
    """A line whose quantity is a number, not the way in which it was written."""
    quantity = map_in(line.get("quantity"))
    return {**line, "quantity": {**quantity, "value": str((number_in(quantity.get("value")) or ZERO).normalize())}}
