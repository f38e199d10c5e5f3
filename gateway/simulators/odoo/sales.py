"""What a sale order computes by itself, and its way from quotation to order."""

from collections.abc import Sequence
from typing import Any

from gateway.simulators.odoo import buying, orm, pickings
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError, ValidationError
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.orm import commercial, display_name, required
from gateway.simulators.odoo.quants import convert
from gateway.simulators.odoo.schema import unit_field

OPEN = ("draft", "sent")
CLOSED = ("done", "cancel")


def create_order(env: Environment, values: Values) -> int:
    """A quotation with what Odoo fills in. A value given as False overrules it, and is missing where it is mandatory."""
    env.require("sale.order", "create")
    database = env.database
    partner = database.get("res.partner", values.get("partner_id") or 0)
    fields = database.models["sale.order"]
    if partner is None:
        raise required("sale.order", "partner_id", fields["partner_id"])
    company = values.get("company_id") or env.company
    pricelist = values.get("pricelist_id") or partner.get("property_product_pricelist") or False
    priced_by = database.get("product.pricelist", pricelist) if pricelist else database.get("res.company", company)
    number = database.next_id("sale.order")
    computed = {
        "name": f"S{number:05d}",
        "state": "draft",
        "locked": False,
        "company_id": company,
        "warehouse_id": min(database.equal("stock.warehouse", "company_id", [company])),
        "partner_shipping_id": _address(env, partner["id"], "delivery"),
        "partner_invoice_id": _address(env, partner["id"], "invoice"),
        "date_order": database.timestamp(),
        "pricelist_id": pricelist,
        "amount_untaxed": 0.0,
        "invoice_status": "no",
    }
    merged = {**computed, **values, "currency_id": (priced_by or {}).get("currency_id", False)}
    for name in ("partner_shipping_id", "partner_invoice_id", "company_id", "date_order"):
        if not merged[name]:
            raise required("sale.order", name, fields[name])
    if merged.get("note"):
        merged["note"] = f"<p>{merged['note']}</p>"
    return database.insert("sale.order", merged, record=number)


def create_line(env: Environment, values: Values) -> int:
    """A line with what Odoo fills in from its product."""
    env.require("sale.order.line", "create")
    product = env.database.get("product.product", values.get("product_id") or 0)
    if product is None and not values.get("display_type"):
        raise ValidationError("The operation cannot be completed: Missing required fields on accountable sale order line.")
    unit = unit_field(env.major)
    computed: Values = {"sequence": 10, "product_uom_qty": 1.0, "discount": 0.0, "price_unit": 0.0, "qty_delivered": 0.0}
    if product is not None:
        name = display_name(env, "product.product", product["id"])
        computed |= {unit: product["uom_id"], "price_unit": product.get("list_price") or 0.0, "name": name}
    merged = {**computed, **values}
    merged[unit] = merged.get(unit) or computed.get(unit, False)
    for number in ("product_uom_qty", "price_unit", "discount"):
        merged[number] = merged[number] or 0.0
    merged["price_subtotal"] = _subtotal(merged)
    return env.database.insert("sale.order.line", merged)


class SaleOrder(Model):
    """`sale.order`."""

    def create_one(self, values: Values) -> int:
        """A quotation, its lines given as commands `[0, 0, values]`."""
        lines = values.pop("order_line", [])
        orm.known_fields(self.env, self.name, list(values))
        order = create_order(self.env, values)
        orm.apply(self.env, self.name, order, {"order_line": lines})
        self.settle([order])
        return order

    def settle(self, ids: Sequence[int]) -> None:
        """Sums, and how far the order is delivered and invoiced."""
        for record in ids:
            settled(self.env, record)

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change orders; a new delivery date reaches what is not delivered yet."""
        done = orm.write(self.env, self.name, ids, values)
        for record in ids:
            if "commitment_date" in values:
                for picking in self.env.below("stock.picking", "sale_id", record):
                    if picking["state"] not in CLOSED:
                        self.env.database.update("stock.picking", picking["id"], {"date_deadline": values["commitment_date"]})
                        for move in self.env.below("stock.move", "picking_id", picking["id"]):
                            self.env.database.update("stock.move", move["id"], {"date_deadline": values["commitment_date"]})
            if "order_line" in values:
                self.settle([record])
        return done

    def action_confirm(self, ids: Sequence[int]) -> bool:
        """Make orders of quotations. A second time is a fault from 17 on."""
        self.env.require(self.name, "write")
        orders = [orm.existing(self.env, self.name, record) for record in ids]
        if any(order["state"] not in OPEN for order in orders):
            raise UserError("Some orders are not in a state requiring confirmation.")
        env = self.env.sudo()
        for order in orders:
            env.database.update(self.name, order["id"], {"state": "sale", "date_order": env.database.timestamp()})
            for line in env.below("sale.order.line", "order_id", order["id"]):
                procure(env, line)
            self.settle([order["id"]])
        return True

    def action_cancel(self, ids: Sequence[int]) -> Any:
        """Cancel orders, even delivered ones. Up to 18 a confirmed one answers with a wizard and stays, unless the context says
        otherwise.
        """
        self.env.require(self.name, "write")
        orders = [orm.existing(self.env, self.name, record) for record in ids]
        if any(order.get("locked") for order in orders):
            raise UserError("You cannot cancel a locked order. Please unlock it first.")
        warned = self.env.context.get("disable_cancel_warning") or self.env.major >= 19
        if not warned and any(order["state"] == "sale" for order in orders):
            return {
                "name": "Cancel Sales Order",
                "type": "ir.actions.act_window",
                "res_model": "sale.order.cancel",
                "target": "new",
            }
        env = self.env.sudo()
        for order in orders:
            undone = [one["id"] for one in env.below("stock.picking", "sale_id", order["id"]) if one["state"] not in CLOSED]
            for picking in undone:
                env["stock.picking"].action_cancel([picking])
            env.database.update(self.name, order["id"], {"state": "cancel"})
            self.settle([order["id"]])
        return True

    def action_lock(self, ids: Sequence[int]) -> None:
        """Lock orders. Returns nothing, so the answer has no result."""
        self._locked(ids, locked=True)

    def action_unlock(self, ids: Sequence[int]) -> None:
        """Unlock orders."""
        self._locked(ids, locked=False)

    def _locked(self, ids: Sequence[int], *, locked: bool) -> None:
        self.env.require(self.name, "write")
        for record in ids:
            orm.existing(self.env, self.name, record)
            self.env.database.update(self.name, record, {"locked": locked})


class SaleOrderLine(Model):
    """`sale.order.line`."""

    def create_one(self, values: Values) -> int:
        """A line; of a confirmed order it is procured at once."""
        orm.known_fields(self.env, self.name, list(values))
        order = orm.existing(self.env, "sale.order", values["order_id"])
        line = create_line(self.env, values)
        if order["state"] == "sale":
            procure(self.env.sudo(), self.env.rows(self.name)[line])
            self.env["sale.order"].settle([order["id"]])
        return line

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change lines. Of a confirmed order the delivery follows, and the quantity cannot be less than what is delivered."""
        for record in ids:
            line = orm.existing(self.env, self.name, record)
            orm.refuse_locked(self.env, self.name, self.env.rows("sale.order")[line["order_id"]], values)
            if values.get("product_uom_qty", line["product_uom_qty"]) < line["qty_delivered"]:
                raise UserError(
                    "The ordered quantity of a sale order line cannot be decreased below the amount already delivered. "
                    "Instead, create a return in your inventory."
                )
        done = orm.write(self.env, self.name, ids, values)
        for record in ids:
            line = self.env.rows(self.name)[record]
            self.env.database.update(self.name, record, {"price_subtotal": _subtotal(line)})
            if "product_uom_qty" in values and self.env.rows("sale.order")[line["order_id"]]["state"] == "sale":
                procure(self.env.sudo(), line)
            self.env["sale.order"].settle([line["order_id"]])
        return done

    def unlink(self, ids: Sequence[int]) -> bool:
        """Delete lines of quotations."""
        lines = [orm.existing(self.env, self.name, record) for record in ids]
        if any(self.env.rows("sale.order")[line["order_id"]]["state"] == "sale" for line in lines):
            raise UserError(
                "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets invoiced "
                "or delivered).\nSet the quantity to 0 instead."
            )
        done = orm.unlink(self.env, self.name, ids)
        self.env["sale.order"].settle([*{line["order_id"] for line in lines}])
        return done


def procure(env: Environment, line: Values) -> None:
    """Let open transfers bring what a confirmed line still wants: more, less, or nothing at all."""
    product = env.rows("product.product").get(line.get("product_id") or 0)
    if product is None or product.get("type") == "service":
        return
    unit = product["uom_id"]
    ordered = convert(env, line["product_uom_qty"], line[unit_field(env.major)], unit)
    if buying.drop_ships(env, product):
        buying.buy_to_ship(env, line, product, ordered)
        return
    alive = [move for move in env.below("stock.move", "sale_line_id", line["id"]) if move["state"] != "cancel"]
    planned = sum(-move["product_uom_qty"] if move.get("origin_returned_move_id") else move["product_uom_qty"] for move in alive)
    difference = round(ordered - planned, 6)
    if not difference:
        return
    undone = [move for move in alive if move["state"] != "done"]
    if undone:
        pickings.adjust(env, undone, difference)
    elif difference > 0:
        _deliver(
            env,
            line,
            {"product_id": product["id"], "product_uom": unit, "product_uom_qty": difference, "sale_line_id": line["id"]},
        )


def _deliver(env: Environment, line: Values, wanted: Values) -> None:
    """Into the order's open delivery, or a new one."""
    order = env.rows("sale.order")[line["order_id"]]
    kind = env.rows("stock.warehouse")[order["warehouse_id"]]["out_type_id"]
    group = pickings.group(env, order)
    wanted = {**wanted, **group}
    if bought := buying.made_to_order(env, env.rows("product.product")[wanted["product_id"]]):
        wanted["procure_method"] = "make_to_order"
    move = _into_delivery(env, order, kind, wanted, group)
    if bought:
        buying.buy_for_move(env, move)


def _into_delivery(env: Environment, order: Values, kind: int, wanted: Values, group: Values) -> int:
    for picking in env.below("stock.picking", "sale_id", order["id"]):
        if picking["state"] not in CLOSED and picking["picking_type_id"] == kind:
            return pickings.demand(env, picking["id"], wanted)
    reference = order.get("client_order_ref")
    values = {
        "partner_id": order["partner_shipping_id"],
        "origin": f"{order['name']} - {reference}" if env.major == 18 and reference else order["name"],
        "sale_id": order["id"],
        "carrier_id": order.get("carrier_id") or False,
        "date_deadline": order.get("commitment_date") or False,
        "scheduled_date": order.get("commitment_date") or env.database.timestamp(),
        **group,
    }
    made = pickings.transfer(env, kind, values, [wanted])
    return int(env.below("stock.move", "picking_id", made)[-1]["id"])


def settled(env: Environment, order: int) -> None:
    """Sum the lines up, and say how far they are delivered and invoiced."""
    stored = env.rows("sale.order")[order]
    lines = env.below("sale.order.line", "order_id", order)
    amount = round(sum(line["price_subtotal"] for line in lines), 2)
    changed: Values = {"amount_untaxed": amount, "amount_total": amount}
    changed["delivery_status"] = _delivery_status(env, order, lines)
    for line in lines:
        _settle_line(env, stored, line)
    changed["invoice_status"] = _invoice_status(env, stored)
    if any(stored.get(name) != value for name, value in changed.items()):
        env.database.update("sale.order", order, changed)


def _settle_line(env: Environment, order: Values, line: Values) -> None:
    product = env.rows("product.product").get(line.get("product_id") or 0, {})
    basis = line["qty_delivered"] if product.get("invoice_policy") == "delivery" else line["product_uom_qty"]
    due = round(basis - (line.get("qty_invoiced") or 0.0), 6) if order["state"] == "sale" else 0.0
    changed = {"qty_to_invoice": due, "state": order["state"]}
    if any(line.get(name) != value for name, value in changed.items()):
        env.database.update("sale.order.line", line["id"], changed)


def _invoice_status(env: Environment, order: Values) -> str:
    lines = env.below("sale.order.line", "order_id", order["id"])
    if order["state"] != "sale" or not lines:
        return "no"
    if any(line["qty_to_invoice"] for line in lines):
        return "to invoice"
    billed = all((line.get("qty_invoiced") or 0.0) >= line["product_uom_qty"] for line in lines)
    return "invoiced" if billed else "no"


def _delivery_status(env: Environment, order: int, lines: Sequence[Values]) -> str | bool:
    states = [picking["state"] for picking in env.below("stock.picking", "sale_id", order)]
    if all(state == "cancel" for state in states):
        return False
    if all(state in CLOSED for state in states):
        return "full"
    if "done" not in states:
        return "pending"
    return "partial" if env.major < 18 or any(line["qty_delivered"] for line in lines) else "started"


def _subtotal(line: Values) -> float:
    return round(float(line["product_uom_qty"] * line["price_unit"] * (1 - line["discount"] / 100)), 2)


def _address(env: Environment, partner: int, kind: str) -> int:
    """The customer's address of that kind, else the customer."""
    children = env.database.equal("res.partner", "parent_id", [commercial(env, partner)])
    fitting = [child for child in sorted(children) if env.database.records["res.partner"][child].get("type") == kind]
    return fitting[0] if fitting else partner
