"""What a delivery that is done says of the customer's order: shipped, how much of which line until now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, Task
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.shipment import Goods, Shipment
from gateway.applications.odoo.transfers import Transfer
from gateway.applications.odoo.units import Pack
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone

LINE_FIELDS = ("product_id", "qty_delivered", "order_id")
_FINE = Decimal("1e-6")


async def shipped(facilities: Facilities, task: Task[Shipment], done: Transfer, scope: Scope) -> tuple[Milestone, ...]:
    """The milestone of a delivery, with what is delivered of each of its lines in all; none where it is of no sale order."""
    if done.sale is None:
        return ()
    client, order = facilities.client, done.sale[0]
    moves = await client.call(
        "stock.move", "read", [list(done.moves), ["sale_line_id", "product_id", "quantity", "state"]], context=scope.context
    )
    lines = sorted({move["sale_line_id"][0] for move in moves if move["sale_line_id"] and move["state"] == "done"})
    if not lines:
        return ()
    sold = await client.call("sale.order.line", "read", [lines, list(LINE_FIELDS)], context=scope.context)
    products = await client.call(
        "product.product",
        "read",
        [sorted({row["product_id"][0] for row in sold}), ["default_code", "barcode", "name", "uom_id", "sale_ok"]],
        context=scope.context,
    )
    (head,) = await client.call("sale.order", "read", [[order], ["name"]], context=scope.context)
    identified = {row["id"]: _identifiers(row) for row in products}
    codes = [one.unit for one in task.wanted.goods if one.unit]
    units = await facilities.resolver.units.fetch(codes, scope, of=products_of(products).all)
    said = [(row, identified[row["product_id"][0]]) for row in sold]
    return (_milestone(facilities.id, task, done, str(head["name"]), said, units.packs),)


def _milestone(
    application: str,
    task: Task[Shipment],
    done: Transfer,
    order: str,
    sold: list[tuple[Mapping[str, Any], tuple[str, ...]]],
    packs: Mapping[tuple[int, str], Pack],
) -> Milestone:
    shipment = task.wanted
    links = [Link(application, "order", order), Link(application, "shipment", done.name)]
    if shipment.number:
        links.append(Link(task.call.partner, "shipment", shipment.number))
    links += [Link(task.call.partner, "package", name) for name in shipment.packages]
    links += [Link(task.call.partner, "tracking", number) for number in shipment.tracking]
    return Milestone(
        source=application,
        key=f"stock.picking:{done.name}:shipped:{shipment.key}",
        event=Event.SHIPPED,
        occurred=_instant(shipment.happened),
        lines=tuple(_line(shipment, row, also, packs) for row, also in sold),
        total=True,
        links=tuple(links),
        test=task.call.test,
    )


def _line(
    shipment: Shipment, row: Mapping[str, Any], also: tuple[str, ...], packs: Mapping[tuple[int, str], Pack]
) -> LineQuantity:
    """What was delivered of a line until now; by the case or pallet where the document counts so and the line does not."""
    quantity, unit = Decimal(str(row["qty_delivered"])), None
    for one in _named(shipment, also):
        pack = packs.get((row["product_id"][0], one.unit or ""))
        if pack is not None and pack.unit is None:
            quantity, unit = (quantity / pack.factor).quantize(_FINE).normalize() + 0, one.unit
            break
    return LineQuantity(
        line=_order_line(shipment, also), quantity=quantity, unit=unit, item=next(iter(also), None), also=also[1:]
    )


def _named(shipment: Shipment, identifiers: tuple[str, ...]) -> list[Goods]:
    """The lines of the document that are about a product."""
    values = {one.partition(":")[2] for one in identifiers}
    return [one for one in shipment.goods if values & {*one.product.codes, *one.product.barcodes, *one.product.buyer_codes}]


def _order_line(shipment: Shipment, identifiers: tuple[str, ...]) -> str | None:
    """The number of the order's line, where the document names it and no other line is of the same product."""
    named = {one.order_line for one in _named(shipment, identifiers)}
    return next(iter(named)) if len(named) == 1 else None


def _identifiers(row: Mapping[str, Any]) -> tuple[str, ...]:
    known = (("seller", row["default_code"]), ("gtin", row["barcode"]))
    return tuple(f"{scheme}:{value}" for scheme, value in known if value)


def _instant(value: str | None) -> datetime | None:
    """When it happened, if the document names an instant with its zone."""
    if not value or len(value) <= 10:
        return None
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
