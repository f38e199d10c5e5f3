"""What a warehouse shipped or received → what is to be moved in Odoo: pieces by lot and package. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.identification import bought_product, identifiers, wanted_product
from gateway.applications.odoo.order import Kind, Problem, Reference, WantedProduct
from gateway.applications.odoo.references import carrier_words, reference
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json, decimal, label_of, unit_of

OUTGOING = ("warehouse_shipment/1",)
INCOMING = ("receiving_advice/1", "warehouse_receipt/1")
DESPATCH = "despatch_advice/1"
ZERO = Decimal(0)

Identify = Callable[..., WantedProduct]
"""By which codes an item is looked up: whose they are depends on who sells."""


@dataclass(frozen=True, slots=True)
class Piece:
    """So much of a line, of one lot, in one package; quantities are in the line's unit until the product is known."""

    quantity: Decimal
    lot: str | None = None
    package: str | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """One line: what it is, in which unit, in which pieces. `order_line` is the line of the order it answers."""

    label: str
    product: WantedProduct
    unit: str | None
    pieces: tuple[Piece, ...]
    order_line: str | None

    @property
    def quantity(self) -> Decimal:
        """All of it."""
        return sum((piece.quantity for piece in self.pieces), ZERO)


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods that were moved. `transfers` are names the transfer may have in Odoo, `orders` numbers of the order it is of."""

    key: str
    number: str
    incoming: bool
    transfers: tuple[str, ...]
    orders: tuple[str, ...]
    goods: tuple[Goods, ...]
    packages: tuple[str, ...]
    tracking: tuple[str, ...]
    complete: bool | None
    happened: str | None
    expected: str | None = None
    carrier: Reference | None = None

    @property
    def subject(self) -> str:
        """What it is about, for two that must not be carried out side by side."""
        return next(iter((*self.orders, *self.transfers)), self.key)


def read_shipment(
    document: Json, *, key: str, partner: str, tables: Tables, schemas: Sequence[str] = OUTGOING + INCOMING
) -> Shipment | tuple[Problem, ...]:
    """The shipment of a warehouse shipment, a receipt or a despatch advice, or every reason why it cannot be booked."""
    schema = document.get("schema")
    if schema not in schemas:
        return (Problem("document-unsupported", f"A transfer is booked from {', '.join(schemas)}, not from {schema}."),)
    if document.get("purpose") not in (None, "original", "confirmation"):
        return (Problem("purpose-unsupported", f"The purpose is {document['purpose']!r}; what was booked is not taken back."),)
    orders = _orders(document)
    transfers = _transfers(document)
    problems = [*_unclear(document, orders, transfers)]
    packed = _packed(document.get("packages") or [])
    identify = bought_product if schema == DESPATCH else wanted_product
    goods: list[Goods] = []
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        mine = packed.get(str(line.get("number") or "")) or []
        read = _goods(line, ordinal, mine, identify, partner=partner, tables=tables)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            goods.append(read)
    carrier = reference(Kind.CARRIER, carrier_words(document), tables)
    if isinstance(carrier, Problem):
        problems.append(carrier)
    if problems:
        return tuple(problems)
    return Shipment(
        key=key,
        number=clean(str(document.get("number") or "")),
        incoming=schema != OUTGOING[0],
        transfers=transfers,
        orders=orders,
        goods=tuple(goods),
        packages=tuple(dict.fromkeys(piece.package for one in goods for piece in one.pieces if piece.package)),
        tracking=_tracking(document),
        complete=document.get("complete"),
        happened=document.get("despatched") or document.get("received"),
        expected=document.get("expected_delivery"),
        carrier=carrier if isinstance(carrier, Reference) else None,
    )


def _unclear(document: Json, orders: Sequence[str], transfers: Sequence[str]) -> Iterator[Problem]:
    if not document.get("lines"):
        yield Problem("lines-missing", "The document has no lines: nothing is said to have been moved.")
    if not orders and not transfers:
        yield Problem("order-missing", "The document names no order and no transfer, so nobody knows what it is of.")
    if len(orders) > 1 and not transfers:
        yield Problem("several-orders", f"The document is of several orders ({', '.join(orders)}); it has to be split by order.")


def _orders(document: Json) -> tuple[str, ...]:
    named = [document.get("order"), *((one or {}).get("order") for one in document.get("orders") or [])]
    named += [line.get("order") for line in document.get("lines") or []]
    return tuple(dict.fromkeys(str(one["number"]) for one in named if one and one.get("number")))


def _transfers(document: Json) -> tuple[str, ...]:
    """Names of the transfer: the warehouse order it answers, which bears it, and references to it."""
    named = [(document.get("warehouse_order") or {}).get("number")]
    named += [one.get("number") for one in document.get("references") or [] if one.get("kind") in ("transfer", "warehouse_order")]
    given = [str(name) for name in named if name]
    counted = [name.rpartition("-")[0] for name in given if name.rpartition("-")[2].isdecimal()]
    return tuple(dict.fromkeys([*given, *filter(None, counted)]))


def _goods(
    line: Json, ordinal: int, packed: Sequence[Piece], identify: Identify, *, partner: str, tables: Tables
) -> Goods | Problem:
    label = label_of(line, ordinal)
    stated = line.get("accepted") or line.get("quantity") or {}
    quantity = ZERO if not stated else decimal(stated.get("value"))
    if quantity is None or quantity < 0:
        return Problem("quantity-invalid", f"Line {label} has the quantity {stated.get('value')}.")
    lots = _lots(line.get("lots") or [])
    if any(piece.lot for piece in packed):
        lots = [(piece.lot, piece.quantity) for piece in packed]
    pieces = _split(quantity, lots, [(piece.package, piece.quantity) for piece in packed])
    if isinstance(pieces, str):
        return Problem("quantity-invalid", f"Line {label} says {quantity} and {pieces}.")
    return Goods(
        label=label,
        product=identify(line.get("item") or {}, partner=partner, tables=tables),
        unit=unit_of(stated),
        pieces=tuple(pieces),
        order_line=(line.get("order") or {}).get("line"),
    )


def _lots(lots: Iterable[Json]) -> list[tuple[str | None, Decimal]]:
    """Lot numbers with quantities; serial numbers stand for themselves, one of each."""
    found: list[tuple[str | None, Decimal]] = []
    for lot in lots:
        serials = [str(serial).strip() for serial in lot.get("serials") or [] if str(serial).strip()]
        quantity = decimal((lot.get("quantity") or {}).get("value"))
        if serials:
            found += [(serial, Decimal(1)) for serial in serials]
        elif lot.get("number"):
            found.append((clean(str(lot["number"])), quantity if quantity is not None else Decimal("Infinity")))
    return found


def _split(
    quantity: Decimal, lots: Sequence[tuple[str | None, Decimal]], packages: Sequence[tuple[str | None, Decimal]]
) -> list[Piece] | str:
    """Pieces of one lot and one package each; what is said of neither is a piece of its own. Text when the sums cannot hold."""
    for name, parts in (("in lots", lots), ("in packages", packages)):
        total = sum((part for _, part in parts if part.is_finite()), ZERO)
        if total > quantity:
            return f"{total} {name}"
    pieces: list[Piece] = []
    left = quantity
    by_lot, by_package = [*lots, (None, quantity)], [*packages, (None, quantity)]
    while left > 0:
        (lot, of_lot), (package, of_package) = by_lot[0], by_package[0]
        size = min(left, of_lot, of_package)
        if size > 0:
            pieces.append(Piece(size, lot, package))
        left -= size
        by_lot[0], by_package[0] = (lot, of_lot - size), (package, of_package - size)
        if by_lot[0][1] <= 0:
            del by_lot[0]
        if by_package[0][1] <= 0:
            del by_package[0]
    return pieces


def _packed(packages: Iterable[Json], inside: str | None = None) -> dict[str, list[Piece]]:
    """What packages hold, by the line's number: each piece in the innermost package that has a serial shipping container code."""
    found: dict[str, list[Piece]] = {}
    for package in packages:
        own = next(iter(identifiers(package, "sscc")), None) or inside
        for content in package.get("contents") or []:
            quantity = decimal((content.get("quantity") or {}).get("value"))
            if not content.get("line") or quantity is None or quantity <= 0:
                continue
            lots = _lots(content.get("lots") or package.get("lots") or [])
            split = _split(quantity, lots, ())
            pieces = split if isinstance(split, list) else [Piece(quantity)]
            found.setdefault(str(content["line"]), []).extend(Piece(piece.quantity, piece.lot, own) for piece in pieces)
        for line, pieces in _packed(package.get("packages") or [], own).items():
            found.setdefault(line, []).extend(pieces)
    return found


def _tracking(document: Json) -> tuple[str, ...]:
    shipment: Mapping[str, Any] = document.get("shipment") or {}
    numbers = [*(shipment.get("tracking") or []), *(leg.get("tracking") for leg in document.get("transport") or [])]
    numbers += [number for package in document.get("packages") or [] for number in identifiers(package, "tracking")]
    return tuple(dict.fromkeys(clean(str(number)) for number in numbers if number))
