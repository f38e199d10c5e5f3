"""A change wanted, and the order as it stands → commands for its lines, and new lines; or why it cannot be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.catalogue import Product, Products
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.order_change import ChangedLine, Fate, OrderChange
from gateway.applications.odoo.units import Units
from gateway.applications.odoo.values import plain

ZERO = Decimal(0)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """A line as it stands in Odoo; quantities in its own unit."""

    id: int
    product: int
    unit: int
    quantity: Decimal
    delivered: Decimal
    invoiced: Decimal
    price: Decimal
    name: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be added."""

    line: ChangedLine
    product: int
    unit: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Commands for the lines that stand, in one write, and the lines to be added."""

    commands: tuple[list[Any], ...]
    added: tuple[NewLine, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The order's lines and their products, everything else that can be sold, and the units.

    `confirmed`: lines stay, at least with 0.
    """

    lines: Sequence[Standing]
    own: Products
    catalogue: Products
    units: Units
    confirmed: bool


def plan(change: OrderChange, known: Knowledge) -> Plan | tuple[Problem, ...]:
    """What to do, or every reason against it. Nothing is taken below what was delivered, no price changed that was invoiced."""
    problems: list[Problem] = []
    values: dict[int, dict[str, Any]] = {}
    added: list[NewLine] = []
    named: set[int] = set()
    for line in change.lines:
        standing = _standing(line, known, named)
        if isinstance(standing, Standing):
            named.add(standing.id)
            made = _changed(line, standing, known)
            problems += [made] if isinstance(made, Problem) else []
            values |= {standing.id: made} if isinstance(made, dict) else {}
        elif isinstance(standing, Problem):
            problems.append(standing)
        elif line.fate is not Fate.DROP:
            new = _added(line, known, may_be_new=change.whole)
            (problems if isinstance(new, Problem) else added).append(new)  # type: ignore[arg-type]
    for standing in known.lines if change.whole else ():
        if standing.id not in named:
            gone = _dropped(standing.name, standing)
            problems += [gone] if isinstance(gone, Problem) else []
            values[standing.id] = {"product_uom_qty": 0.0}
    return tuple(problems) or Plan(tuple(_commands(values, known)), tuple(added))


def standing(row: Row, unit_field: str) -> Standing:
    """A row of `sale.order.line`."""
    return Standing(
        id=row["id"],
        product=row["product_id"][0] if row["product_id"] else 0,
        unit=row[unit_field][0] if row[unit_field] else 0,
        quantity=Decimal(str(row["product_uom_qty"])),
        delivered=Decimal(str(row["qty_delivered"])),
        invoiced=Decimal(str(row["qty_invoiced"])),
        price=Decimal(str(row["price_unit"])),
        name=row["product_id"][1] if row["product_id"] else "",
    )


def _standing(line: ChangedLine, known: Knowledge, named: set[int]) -> Standing | Problem | None:
    """The line meant: that of its product, the one with the quantity it had where there are several."""
    if line.fate is Fate.ADD:
        return None
    product = known.own.choose(line.product, for_sale=False)
    if isinstance(product, Problem):
        return None if product.code == "product-unknown" else Problem(product.code, f"Line {line.label}: {product.message}.")
    mine = [one for one in known.lines if one.product == product.id and one.id not in named]
    if len(mine) > 1 and line.before is not None:
        mine = [one for one in mine if one.quantity == line.before] or mine
    if len(mine) > 1:
        alive = [one for one in mine if one.quantity]
        mine = alive if len(alive) == 1 else mine
    if len(mine) > 1:
        return Problem(
            "line-ambiguous", f"Line {line.label}: the order has several lines of {line.product.label}. Decide by hand."
        )
    return mine[0] if mine else None


def _changed(line: ChangedLine, standing: Standing, known: Knowledge) -> dict[str, Any] | Problem:
    if line.fate is Fate.DROP:
        return _dropped(f"Line {line.label}", standing) or {"product_uom_qty": 0.0}
    target = _target(line, standing, known)
    if isinstance(target, Problem):
        return target
    quantity, factor = target
    if quantity < standing.delivered:
        return _below(f"Line {line.label}", standing, quantity)
    values: dict[str, Any] = {"product_uom_qty": plain(quantity)} if quantity != standing.quantity else {}
    if line.sale is not None and line.sale.price is not None:
        price = line.sale.price / factor
        if abs(price - standing.price) >= Decimal("0.000001"):
            if standing.invoiced:
                return Problem(
                    "already-invoiced",
                    f"Line {line.label}: {standing.invoiced} are invoiced, so its price stays. Decide by hand.",
                )
            values |= {"price_unit": plain(price), "discount": plain(line.sale.discount)}
    return values


def _target(line: ChangedLine, standing: Standing, known: Knowledge) -> tuple[Decimal, Decimal] | Problem:
    """The new quantity in the line's own unit, and how many of that unit are one of the document's."""
    stated = line.sale.quantity if line.sale is not None else line.difference or ZERO
    converted = known.units.convert(
        stated, line.unit, standing.unit, product=standing.product, own=known.own.unit_of(standing.product)
    )
    if isinstance(converted, Problem):
        return Problem(converted.code, f"Line {line.label}: {converted.message}.")
    if line.sale is not None:
        return converted, converted / stated
    quantity = standing.quantity + converted
    if quantity < 0:
        return Problem(
            "quantity-invalid",
            f"Line {line.label}: {standing.quantity} are ordered, from which {line.difference} leaves less than none.",
        )
    return quantity, Decimal(1)


def _added(line: ChangedLine, known: Knowledge, *, may_be_new: bool) -> NewLine | Problem:
    if line.fate is Fate.SET and not may_be_new:
        return Problem("line-unknown", f"Line {line.label}: {line.product.label} is not in the order, and is not said to be new.")
    product = known.catalogue.choose(line.product)
    if isinstance(product, Problem):
        return Problem(product.code, f"Line {line.label}: {product.message}.")
    return _new(line, product, known)


def _new(line: ChangedLine, product: Product, known: Knowledge) -> NewLine | Problem:
    booked = known.units.booked(line.unit, product.unit, product=product.id)
    if isinstance(booked, Problem):
        return Problem(booked.code, f"Line {line.label}: {booked.message}.")
    if booked.factor == 1 or line.sale is None:
        return NewLine(line, product.id, booked.unit)
    quantity = known.units.rounded(line.sale.quantity * booked.factor, line.unit, booked.unit)
    if isinstance(quantity, Problem):
        return Problem(quantity.code, f"Line {line.label}: {quantity.message}.")
    price = line.sale.price / booked.factor if line.sale.price is not None else None
    return NewLine(replace(line, sale=replace(line.sale, quantity=quantity, price=price)), product.id, booked.unit)


def _dropped(label: str, standing: Standing) -> Problem | None:
    return _below(label, standing, ZERO) if standing.delivered > 0 else None


def _below(label: str, standing: Standing, quantity: Decimal) -> Problem:
    return Problem(
        "below-delivered",
        f"{label}: {standing.delivered:f} of {standing.name} are delivered already, so it cannot become {quantity:f}. "
        "Answer the buyer, or make a return in Odoo.",
    )


def _commands(values: Mapping[int, Mapping[str, Any]], known: Knowledge) -> list[list[Any]]:
    """A line of a confirmed order cannot be deleted: 0 is left of it."""
    commands: list[list[Any]] = []
    for line, changed in values.items():
        if changed.get("product_uom_qty") == 0.0 and not known.confirmed:
            commands.append([2, line, 0])
        elif changed:
            commands.append([1, line, dict(changed)])
    return commands
