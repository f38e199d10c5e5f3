"""What a delivery that is done says of the customer's order: shipped, how much of which line until now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, Task
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.shipment import Shipment
from gateway.applications.odoo.transfers import Transfer
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone

LINE_FIELDS = ("product_id", "qty_delivered", "order_id")


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
        [sorted({row["product_id"][0] for row in sold}), ["default_code", "barcode"]],
        context=scope.context,
    )
    (head,) = await client.call("sale.order", "read", [[order], ["name"]], context=scope.context)
    identified = {row["id"]: _identifiers(row) for row in products}
    return (_milestone(facilities.id, task, done, str(head["name"]), [(row, identified[row["product_id"][0]]) for row in sold]),)


def _milestone(
    application: str, task: Task[Shipment], done: Transfer, order: str, sold: list[tuple[Mapping[str, Any], tuple[str, ...]]]
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
        lines=tuple(
            LineQuantity(
                line=_order_line(shipment, also),
                quantity=Decimal(str(row["qty_delivered"])),
                item=next(iter(also), None),
                also=also[1:],
            )
            for row, also in sold
        ),
        total=True,
        links=tuple(links),
        test=task.call.test,
    )


def _order_line(shipment: Shipment, identifiers: tuple[str, ...]) -> str | None:
    """The number of the order's line, where the document names it and no other line is of the same product."""
    values = {one.partition(":")[2] for one in identifiers}
    named = {
        one.order_line for one in shipment.goods if values & {*one.product.codes, *one.product.barcodes, *one.product.buyer_codes}
    }
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
