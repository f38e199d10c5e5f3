"""What is bought because a customer ordered it: to be shipped by the supplier, or to come in for this one delivery."""

from datetime import UTC, datetime, timedelta

from gateway.simulators.odoo import pickings
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.schema import unit_field
from gateway.simulators.odoo.seed import ROUTES

_MOMENT = "%Y-%m-%d %H:%M:%S"


def drop_ships(env: Environment, product: Values) -> bool:
    """Whether the supplier ships it to the customer."""
    return _goes(env, product, "drop_ship")


def made_to_order(env: Environment, product: Values) -> bool:
    """Whether it is bought for each delivery."""
    return _goes(env, product, "make_to_order")


def buy_to_ship(env: Environment, line: Values, product: Values, ordered: float) -> None:
    """Let a request for quotation bring what a sale order's line still wants, straight to the customer. Less is for a person."""
    asked = [
        one["product_qty"]
        for one in env.below("purchase.order.line", "sale_line_id", line["id"])
        if env.rows("purchase.order")[one["order_id"]]["state"] != "cancel"
    ]
    missing = round(ordered - sum(asked), 6)
    if missing <= 0:
        return
    order = env.rows("sale.order")[line["order_id"]]
    (kind,) = [
        number
        for number in env.database.equal("stock.picking.type", "code", ["dropship"])
        if env.rows("stock.picking.type")[number]["company_id"] == order["company_id"]
    ]
    head = {"picking_type_id": kind, "dest_address_id": order["partner_shipping_id"]}
    _ask(env, order, product, missing, head, {"sale_line_id": line["id"]})


def buy_for_move(env: Environment, move: int) -> None:
    """Let a request for quotation bring what a delivery needs."""
    stored = env.rows("stock.move")[move]
    order = env.rows("sale.order")[env.rows("sale.order.line")[stored["sale_line_id"]]["order_id"]]
    kind = env.rows("stock.warehouse")[order["warehouse_id"]]["in_type_id"]
    product = env.rows("product.product")[stored["product_id"]]
    wanted = stored["product_uom_qty"]
    _ask(env, order, product, wanted, {"picking_type_id": kind}, {"move_dest_ids": [[6, 0, [move]]]})


def ship_for(env: Environment, line: Values, order: Values) -> tuple[Values, Values]:
    """What a confirmed purchase order's line adds to its move, and to the transfer: for whom the goods are."""
    if line.get("move_dest_ids"):
        return {"move_dest_ids": line["move_dest_ids"], "procure_method": "make_to_stock"}, {}
    if not line.get("sale_line_id") or not order.get("dest_address_id"):
        return {}, {}
    sold = env.rows("sale.order.line")[line["sale_line_id"]]
    group = pickings.group(env, env.rows("sale.order")[sold["order_id"]])
    return {"sale_line_id": sold["id"], **group}, {"sale_id": sold["order_id"], **group}


def _goes(env: Environment, product: Values, route: str) -> bool:
    return env.database.external[ROUTES[route][0]][1] in (product.get("route_ids") or [])


def _ask(env: Environment, order: Values, product: Values, quantity: float, head: Values, more: Values) -> None:
    """Into the open request to the product's first vendor for this order, or a new one."""
    vendors = env.below("product.supplierinfo", "product_id", product["id"])
    if not vendors:
        raise UserError(f"There is no matching vendor price to generate the purchase order for product {product['name']}.")
    vendor, origin = vendors[0], order["name"]
    planned = (datetime.now(UTC) + timedelta(days=vendor.get("delay") or 1)).strftime(_MOMENT)
    line = {
        "product_id": product["id"],
        "product_qty": quantity,
        "price_unit": vendor.get("price") or 0.0,
        "date_planned": planned,
    }
    line |= {unit_field(env.major): product["uom_id"], **more}
    for number, known in env.rows("purchase.order").items():
        same = known["partner_id"] == vendor["partner_id"] and known.get("origin") == origin
        if same and known["state"] == "draft" and known["picking_type_id"] == head["picking_type_id"]:
            env["purchase.order.line"].create_one({"order_id": number, **line})
            return
    values = {"partner_id": vendor["partner_id"], "origin": origin, "company_id": order["company_id"], **head}
    env["purchase.order"].create_one({**values, "order_line": [[0, 0, line]]})
