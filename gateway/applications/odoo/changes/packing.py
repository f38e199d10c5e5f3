"""How the goods of a transfer are packed: packages with their SSCC, lots with their serial numbers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.applications.odoo.changes.goods import Moved, Transfer
from gateway.applications.odoo.changes.values import Row, moment, quantity, related, related_name, text
from translators.canonical.logistics import Content, Package
from translators.canonical.parts import Lot

_SSCC_DIGITS = 18


def sscc_of(transfer: Transfer) -> list[str]:
    """The names of all packages."""
    names = (_name(transfer, row) for one in transfer.moved for row in one.details)
    return list(dict.fromkeys(name for name in names if name))


def packages_of(transfer: Transfer, numbers: Mapping[int, str]) -> list[Package]:
    """Each package with what is in it; `numbers` are those of the document's lines by database id of the order's."""
    packed: dict[str, list[tuple[Moved, Row]]] = {}
    for one in transfer.moved:
        for row in one.details:
            name = _name(transfer, row)
            if name and quantity(row, "quantity"):
                packed.setdefault(name, []).append((one, row))
    return [
        Package(
            number=str(place),
            identifiers={"sscc" if _is_sscc(name) else "seller": name.removeprefix("00") if _is_sscc(name) else name},
            contents=_contents(transfer, rows, numbers),
        )
        for place, (name, rows) in enumerate(packed.items(), 1)
    ]


def contents_of(transfer: Transfer, moved: Moved) -> list[Lot]:
    """The lots that goods of a line are from."""
    return _lots(transfer, ((moved, row) for row in moved.details))


def _contents(transfer: Transfer, rows: list[tuple[Moved, Row]], numbers: Mapping[int, str]) -> list[Content]:
    by_line: dict[int, list[tuple[Moved, Row]]] = {}
    for moved, row in rows:
        by_line.setdefault(moved.line.id, []).append((moved, row))
    return [
        Content(
            line=numbers.get(line),
            quantity=own[0][0].line.stated(sum((_quantity(transfer, moved, row) for moved, row in own), Decimal(0))),
            lots=_lots(transfer, own),
        )
        for line, own in by_line.items()
    ]


@dataclass(slots=True)
class _OfLot:
    row: Row
    quantity: Decimal = Decimal(0)
    serials: list[str] = field(default_factory=list)


def _lots(transfer: Transfer, rows: Iterable[tuple[Moved, Row]]) -> list[Lot]:
    """Lots with their quantities. A product that is tracked by serial number has a record a piece: these are its serials."""
    found: dict[str, _OfLot] = {}
    stated = None
    for moved, row in rows:
        stated = moved.line.stated
        lot = transfer.lookup.lots.get(related(row, "lot_id") or 0, {})
        name = text(lot, "name") or related_name(row, "lot_id") or text(row, "lot_name")
        if not name:
            continue
        by_piece = moved.line.product.get("tracking") == "serial"
        one = found.setdefault("" if by_piece else name, _OfLot(lot))
        one.quantity += _quantity(transfer, moved, row)
        if by_piece:
            one.serials.append(name)
    if stated is None:
        return []
    return [
        Lot(number=name or None, quantity=stated(one.quantity), serials=one.serials, expiry=moment(one.row, "expiration_date"))
        for name, one in found.items()
    ]


def _quantity(transfer: Transfer, moved: Moved, row: Row) -> Decimal:
    return transfer.lookup.unit(row, "product_uom_id").convert(quantity(row, "quantity"), moved.unit)


def _name(transfer: Transfer, row: Row) -> str | None:
    package = transfer.lookup.packages.get(related(row, "result_package_id") or 0, {})
    return text(package, "name") or related_name(row, "result_package_id") or None


def _is_sscc(name: str) -> bool:
    """Eighteen digits, with or without the application identifier (00) before them."""
    digits = name.removeprefix("00") if len(name) == _SSCC_DIGITS + 2 else name
    return digits.isdigit() and len(digits) == _SSCC_DIGITS
