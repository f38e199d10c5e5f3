"""Goods that were moved → moves of one transfer: which move takes how much, of which lots, in which packages. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gateway.applications.odoo.catalogue import Product, Products
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.shipment import Goods, Piece
from gateway.applications.odoo.units import Units

ZERO = Decimal(0)

TooMuch = Callable[[Goods, Product, Sequence["OpenMove"], str], Problem]
"""Words for goods that no move has room for: a line, its product, the moves of that product, the transfer's name."""


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that is still to be done; quantities are in `unit`, as a rule the product's own."""

    id: int
    product: int
    unit: int
    demand: Decimal
    tracking: str = "none"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one move takes, and of which lines of the document."""

    move: OpenMove
    pieces: tuple[Piece, ...]
    labels: tuple[str, ...]

    @property
    def quantity(self) -> Decimal:
        """All of it."""
        return sum((piece.quantity for piece in self.pieces), ZERO)


def allocate(
    goods: Sequence[Goods],
    moves: Sequence[OpenMove],
    *,
    products: Products,
    units: Units,
    transfer: str,
    over: bool,
    too_much: TooMuch | None = None,
) -> tuple[Taken, ...] | tuple[Problem, ...]:
    """The moves that take something. Moves of one product fill up one after the other; the last one takes what is too much, if
    `over` allows that; else `too_much` says why not.
    """
    problems: list[Problem] = []
    taken: dict[int, list[tuple[Piece, str]]] = {}
    room = {move.id: move.demand for move in moves}
    for one in goods:
        if not one.quantity:
            continue
        product = products.choose(one.product, for_sale=False)
        if isinstance(product, Problem):
            problems.append(_not_there(one, product, transfer))
            continue
        mine = [move for move in moves if move.product == product.id]
        pieces = _converted(one, product, mine[0].unit, units) if mine else ()
        if isinstance(pieces, Problem):
            problems.append(pieces)
            continue
        left = _fill(pieces, one.label, mine, room, taken)
        if left and mine and over:
            taken.setdefault(mine[-1].id, []).extend((piece, one.label) for piece in left)
        elif left or not mine:
            problems.append((too_much or _too_much)(one, product, mine, transfer))
    if problems:
        return tuple(problems)
    return tuple(
        Taken(move, tuple(piece for piece, _ in taken[move.id]), tuple(dict.fromkeys(label for _, label in taken[move.id])))
        for move in moves
        if move.id in taken
    )


def _converted(one: Goods, product: Product, unit: int, units: Units) -> tuple[Piece, ...] | Problem:
    """The pieces in the move's unit."""
    pieces: list[Piece] = []
    for piece in one.pieces:
        own = units.convert(piece.quantity, one.unit, product.unit, product=product.id)
        if isinstance(own, Problem):
            return Problem(own.code, f"Line {one.label}: {one.product.label}: {own.message}.")
        pieces.append(replace(piece, quantity=units.between(own, product.unit, unit)))
    return tuple(pieces)


def _fill(
    pieces: Sequence[Piece],
    label: str,
    moves: Sequence[OpenMove],
    room: dict[int, Decimal],
    taken: dict[int, list[tuple[Piece, str]]],
) -> list[Piece]:
    """Give the moves what fits; what is left comes back."""
    waiting = list(pieces)
    for move in moves:
        while waiting and room[move.id] > 0:
            piece = waiting.pop(0)
            size = min(piece.quantity, room[move.id])
            room[move.id] -= size
            taken.setdefault(move.id, []).append((replace(piece, quantity=size), label))
            if size < piece.quantity:
                waiting.insert(0, replace(piece, quantity=piece.quantity - size))
    return waiting


def _not_there(one: Goods, problem: Problem, transfer: str) -> Problem:
    if problem.code == "product-unknown":
        return Problem("line-unknown", f"Line {one.label}: {one.product.label} is not on transfer {transfer}.")
    return Problem(problem.code, f"Line {one.label}: {problem.message}.")


def _too_much(one: Goods, product: Product, moves: Sequence[OpenMove], transfer: str) -> Problem:
    if not moves:
        return Problem("line-unknown", f"Line {one.label}: {one.product.label} is not open any more on transfer {transfer}.")
    demand = sum((move.demand for move in moves), ZERO)
    return Problem(
        "quantity-over",
        f"Line {one.label}: {one.quantity} of {product.name} were moved, and transfer {transfer} has {demand} open. "
        'Odoo would take it without a word: raise the order, or allow it by the option over = "accept".',
    )


def by_lot(taken: Taken, reserved: Sequence[Mapping[str, object]]) -> tuple[Piece, ...]:
    """The pieces, each with the lot it was reserved from where the document names none: tracked goods do not move without."""
    if taken.move.tracking == "none" or all(piece.lot for piece in taken.pieces):
        return taken.pieces
    pool = [(str(line["lot"]), Decimal(str(line["quantity"]))) for line in reserved if line.get("lot")]
    pieces: list[Piece] = []
    for piece in taken.pieces:
        left = piece.quantity
        while left > 0 and pool and not piece.lot:
            lot, there = pool.pop(0)
            size = min(left, there)
            pieces.append(Piece(size, lot, piece.package))
            left -= size
            if size < there:
                pool.insert(0, (lot, there - size))
        if left > 0:
            pieces.append(replace(piece, quantity=left))
    return tuple(pieces)
