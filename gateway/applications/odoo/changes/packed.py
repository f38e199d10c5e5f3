"""Lines that were ordered by the case or pallet and are kept by the piece, told in the partner's unit again. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from gateway.applications.odoo.changes.facts import Line, Order
from gateway.applications.odoo.changes.values import plain, quantity, related
from gateway.applications.odoo.units import Pack

Packs = Mapping[tuple[int, str], Pack]
"""By product and code, what one of the code holds."""

_FINE = Decimal("1e-6")


def codes_of(order: Order) -> set[str]:
    """The codes in which lines were ordered that are not those of the units they are booked in."""
    return {line.booked.unit for line in order.lines if line.booked and line.booked.unit and not _same(line)}


def in_packs(order: Order, packs: Packs) -> Order:
    """The order with its lines as the partner counts them."""
    return replace(order, lines=[_line(line, packs) for line in order.lines])


def _line(line: Line, packs: Packs) -> Line:
    code = line.booked.unit if line.booked else None
    pack = packs.get((related(line.row, "product_id") or 0, code or ""))
    if code is None or pack is None or _same(line):
        return line
    if pack.unit is not None:
        return replace(line, unit=replace(line.unit, means=code)) if pack.unit == line.unit.id else line
    unit = replace(line.unit, id=-line.unit.id, name=code, worth=line.unit.worth * pack.factor, means=code)
    number = plain((line.quantity / pack.factor).quantize(_FINE, ROUND_HALF_UP))
    price = plain((quantity(line.row, "price_unit") * pack.factor).quantize(_FINE, ROUND_HALF_UP))
    return replace(line, unit=unit, quantity=number, row={**line.row, "product_uom_qty": number, "price_unit": price})


def _same(line: Line) -> bool:
    return line.booked is not None and line.unit.is_meant_by(line.booked.unit)
