"""A transfer of goods (`stock.picking`) as it is told: what is reserved, sent, left over, or came back. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.applications.odoo.changes.facts import Line, Lookup, Order, Unit
from gateway.applications.odoo.changes.values import Row, quantity, related
from gateway.applications.odoo.transfers import to_customer
from gateway.domain.order.milestone import LineQuantity

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """So much of an order's line in a transfer; `unit` is the line's, `details` where it is from and what it is packed in."""

    line: Line
    quantity: Decimal
    demand: Decimal
    unit: Unit
    details: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """What has come together of a line over all its transfers, in the unit of the line."""

    allocated: Decimal = NOTHING
    shipped: Decimal = NOTHING
    returned: Decimal = NOTHING
    waiting: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Transfer:
    """A picking of an order. `progress` is by database id of the order's line; `warehouse` is that of its operation type."""

    row: Row
    order: Order
    moved: Sequence[Moved]
    progress: Mapping[int, Progress]
    lookup: Lookup
    warehouse: str = ""
    backorders: int = 0

    @property
    def id(self) -> int:
        """Its database id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """Its number: `WH/OUT/00015`."""
        return str(self.row.get("name") or self.id)

    @property
    def outgoing(self) -> bool:
        """Whether it goes to a customer."""
        return to_customer(self.row)

    def totals(self, kind: str) -> tuple[LineQuantity, ...]:
        """What has come together of each line that this transfer moves."""
        moved = {one.line.id: one.line for one in self.moved if one.line.ordinal is not None}
        return tuple(_total(line, getattr(self.progress.get(number, Progress()), kind)) for number, line in moved.items())

    def outstanding(self, line: Line) -> Decimal:
        """What of a line is still to be sent."""
        return max(line.quantity - self.progress.get(line.id, Progress()).shipped, NOTHING)


def _total(line: Line, value: Decimal) -> LineQuantity:
    stated = line.stated(value)
    return LineQuantity(line=line.number, quantity=stated.value, unit=stated.unit)


@dataclass(slots=True)
class _Sum:
    allocated: Decimal = NOTHING
    shipped: Decimal = NOTHING
    returned: Decimal = NOTHING
    waiting: Decimal = NOTHING

    def add(self, row: Row, value: Decimal, demand: Decimal, *, back: bool) -> None:
        if back:
            self.returned += value if row.get("state") == "done" else NOTHING
        elif row.get("state") == "done":
            self.shipped += value
            self.allocated += value
        elif row.get("state") != "cancel":
            self.allocated += value
            self.waiting += max(demand - value, NOTHING)


def progress_of(order: Order, moves: Iterable[Row], *, outgoing: frozenset[int], returns: frozenset[int]) -> dict[int, Progress]:
    """Progress by line, from all moves of an order. `outgoing` and `returns` are the ids of its pickings of these kinds."""
    sums: dict[int, _Sum] = {}
    for move in moves:
        line = order.line(related(move, "sale_line_id"))
        picking = related(move, "picking_id")
        if line is None or picking not in outgoing | returns:
            continue
        value, demand = moved_quantity(order, line, move)
        sums.setdefault(line.id, _Sum()).add(move, value, demand, back=picking in returns)
    return {number: Progress(one.allocated, one.shipped, one.returned, one.waiting) for number, one in sums.items()}


def moved_quantity(order: Order, line: Line, move: Row) -> tuple[Decimal, Decimal]:
    """What a move has moved or reserved, and what was asked of it, in the unit of the order's line."""
    unit = order.lookup.unit(move, "product_uom")
    return unit.convert(quantity(move, "quantity"), line.unit), unit.convert(quantity(move, "product_uom_qty"), line.unit)


def moved_of(order: Order, moves: Iterable[Row], details: Mapping[int, Sequence[Row]]) -> list[Moved]:
    """What a transfer moves, line by line. `details` are by move."""
    merged: dict[int, Moved] = {}
    for move in moves:
        line = order.line(related(move, "sale_line_id"))
        if line is None or move.get("state") == "cancel":
            continue
        value, demand = moved_quantity(order, line, move)
        before = merged.get(line.id, Moved(line, NOTHING, NOTHING, line.unit))
        more = tuple(details.get(int(move["id"]), ()))
        merged[line.id] = Moved(line, before.quantity + value, before.demand + demand, line.unit, (*before.details, *more))
    return list(merged.values())


@dataclass(frozen=True, slots=True)
class Warehouses:
    """Which partner of ours runs a warehouse, by its code or name in Odoo; to those that are `gated` others release orders."""

    partners: Mapping[str, str] = field(default_factory=dict)
    gated: Callable[[str], bool] = lambda _: False

    def partner(self, transfer: Transfer) -> str | None:
        """Who is to be told to ship this; None where people of ours do it."""
        return self.partners.get(transfer.warehouse)
