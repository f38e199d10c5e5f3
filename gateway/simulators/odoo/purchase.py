"""Purchase orders: their way from request to order, the receipts they expect, and what is received and billed of them."""

from collections.abc import Sequence
from typing import Any

from gateway.simulators.odoo import buying, orm, pickings
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.quants import convert
from gateway.simulators.odoo.schema import unit_field

CLOSED = ("done", "cancel")


class PurchaseOrder(Model):
    """`purchase.order`."""

    def create_one(self, values: Values) -> int:
        """A request for quotation."""
        self.env.require(self.name, "create")
        company = values.get("company_id") or self.env.company
        kind = self.env.rows("stock.warehouse")[min(self.env.database.equal("stock.warehouse", "company_id", [company]))][
            "in_type_id"
        ]
        number = self.env.database.counters["purchase.order"] + 1
        base = {
            "name": f"P{number:05d}",
            "state": "draft",
            "company_id": company,
            "currency_id": self.env.rows("res.company")[company]["currency_id"],
            "picking_type_id": kind,
            "date_order": self.env.database.timestamp(),
            "invoice_status": "no",
        }
        lines = values.pop("order_line", [])
        record = orm.create(self.env, self.name, {**base, **values})
        orm.apply(self.env, self.name, record, {"order_line": lines})
        self.settle([record])
        return record

    def settle(self, ids: Sequence[int]) -> None:
        """Sums, and how far the order is received and billed."""
        for record in ids:
            _settled(self.env, record)

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change orders. A date of the whole does not reach the lines: only the form does that."""
        done = orm.write(self.env, self.name, ids, values)
        self.settle(ids)
        return done

    def button_confirm(self, ids: Sequence[int]) -> bool:
        """Request → order, with a receipt to come."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        for record in ids:
            order = orm.existing(env, self.name, record)
            if order["state"] not in ("draft", "sent"):
                continue
            env.database.update(self.name, record, {"state": "purchase", "date_approve": env.database.timestamp()})
            for line in env.below("purchase.order.line", "order_id", record):
                expect(env, line)
            self.settle([record])
        return True

    def button_cancel(self, ids: Sequence[int]) -> None:
        """→ cancelled, unless goods have come (up to 18) or a bill is posted. Returns nothing."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        for record in ids:
            order = orm.existing(env, self.name, record)
            receipts = env.below("stock.picking", "purchase_id", record)
            if env.major < 19 and any(one["state"] == "done" for one in receipts):
                raise UserError(f"Unable to cancel purchase order {order['name']} as some receptions have already been done.")
            bills = [env.rows("account.move")[one] for one in order.get("invoice_ids") or ()]
            if any(bill["state"] == "posted" for bill in bills):
                raise UserError(
                    f"Unable to cancel purchase order(s): {order['name']}. You must first cancel their related vendor bills."
                )
            for receipt in receipts:
                if receipt["state"] not in CLOSED:
                    env["stock.picking"].action_cancel([receipt["id"]])
            env.database.update(self.name, record, {"state": "cancel"})

    def action_create_invoice(self, ids: Sequence[int]) -> dict[str, Any]:
        """A draft bill for what is received and not billed. Its reference is the vendor's up to 18, and empty from 19 on."""
        env = self.env
        env.require("account.move", "create")
        made = []
        for record in ids:
            order = orm.existing(env, self.name, record)
            lines = [line for line in env.below("purchase.order.line", "order_id", record) if _due(line) > 0]
            if not lines:
                raise UserError("There is no invoiceable line. If a product has a control policy based on received quantity, ")
            values = {
                "move_type": "in_invoice",
                "partner_id": order["partner_id"],
                "ref": (order.get("partner_ref") or False) if env.major < 19 else False,
                "invoice_origin": order["name"],
                "currency_id": order["currency_id"],
                "company_id": order["company_id"],
                "invoice_line_ids": [[0, 0, _billed(line)] for line in lines],
            }
            made.append(env["account.move"].create_one(values))
        return {"type": "ir.actions.act_window", "res_model": "account.move", "res_id": made[0]}


class PurchaseOrderLine(Model):
    """`purchase.order.line`."""

    def create_one(self, values: Values) -> int:
        """A line; of a confirmed order it is expected at once."""
        self.env.require(self.name, "create")
        order = orm.existing(self.env, "purchase.order", values["order_id"])
        product = self.env.rows("product.product").get(values.get("product_id") or 0, {})
        base: Values = {
            "product_qty": 1.0,
            "price_unit": product.get("standard_price") or 0.0,
            "discount": 0.0,
            "qty_received": 0.0,
        }
        base |= {"name": orm.display_name(self.env, "product.product", product["id"]) if product else "", "sequence": 10}
        base |= {
            unit_field(self.env.major): product.get("uom_id"),
            "date_planned": order.get("date_planned") or order["date_order"],
        }
        record = orm.create(self.env, self.name, {**base, "qty_invoiced": 0.0, **values})
        _line_settled(self.env, record)
        if order["state"] == "purchase":
            expect(self.env.sudo(), self.env.rows(self.name)[record])
        self.env["purchase.order"].settle([order["id"]])
        return record

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change lines; of a confirmed order the receipt follows, its deadline with the planned date."""
        done = orm.write(self.env, self.name, ids, values)
        env = self.env.sudo()
        for record in ids:
            line = env.rows(self.name)[record]
            _line_settled(env, record)
            if "product_qty" in values and env.rows("purchase.order")[line["order_id"]]["state"] == "purchase":
                if env.major < 19 and line["product_qty"] < line["qty_received"]:
                    raise UserError(
                        "You cannot decrease the ordered quantity below the received quantity.\nCreate a return first."
                    )
                expect(env, line)
            if "date_planned" in values:
                for move in env.below("stock.move", "purchase_line_id", record):
                    if move["state"] not in CLOSED:
                        env.database.update("stock.move", move["id"], {"date_deadline": values["date_planned"]})
            env["purchase.order"].settle([line["order_id"]])
        return done

    def unlink(self, ids: Sequence[int]) -> bool:
        """Delete lines of requests."""
        orders = [self.env.rows("purchase.order")[orm.existing(self.env, self.name, one)["order_id"]] for one in ids]
        if any(order["state"] == "purchase" for order in orders):
            raise UserError("Cannot delete a purchase order line which is in state “Purchase Order”.")
        return orm.unlink(self.env, self.name, ids)


def expect(env: Environment, line: Values) -> None:
    """Let open receipts bring what a line still wants."""
    product = env.rows("product.product").get(line.get("product_id") or 0)
    if product is None or product.get("type") == "service":
        return
    ordered = convert(env, line["product_qty"], line[unit_field(env.major)], product["uom_id"])
    alive = [move for move in env.below("stock.move", "purchase_line_id", line["id"]) if move["state"] != "cancel"]
    planned = sum(-move["product_uom_qty"] if move.get("origin_returned_move_id") else move["product_uom_qty"] for move in alive)
    difference = round(ordered - planned, 6)
    undone = [move for move in alive if move["state"] != "done"]
    if undone and difference:
        pickings.adjust(env, undone, difference)
    elif difference > 0:
        wanted = {"product_id": product["id"], "product_uom": product["uom_id"], "product_uom_qty": difference}
        _receive(env, line, {**wanted, "purchase_line_id": line["id"], "date_deadline": line.get("date_planned") or False})


def _receive(env: Environment, line: Values, wanted: Values) -> None:
    order = env.rows("purchase.order")[line["order_id"]]
    of_move, of_transfer = buying.ship_for(env, line, order)
    wanted |= of_move
    for picking in env.below("stock.picking", "purchase_id", order["id"]):
        if picking["state"] not in CLOSED:
            pickings.demand(env, picking["id"], wanted)
            return
    planned = line.get("date_planned") or env.database.timestamp()
    values = {"partner_id": order["partner_id"], "origin": order["name"], "purchase_id": order["id"], "scheduled_date": planned}
    pickings.transfer(env, order["picking_type_id"], {**values, **of_transfer, "date_deadline": planned}, [wanted])


def _due(line: Values) -> float:
    return float(line["qty_received"] - line["qty_invoiced"])


def _billed(line: Values) -> Values:
    base = {name: line.get(name) for name in ("product_id", "name", "price_unit")}
    return {**base, "quantity": _due(line), "purchase_line_id": line["id"]}


def _line_settled(env: Environment, record: int) -> None:
    line = env.rows("purchase.order.line")[record]
    amount = line["product_qty"] * line["price_unit"] * (1 - (line.get("discount") or 0.0) / 100)
    env.database.update("purchase.order.line", record, {"price_subtotal": round(amount, 2)})


def _settled(env: Environment, order: int) -> None:
    stored = env.rows("purchase.order")[order]
    lines = env.below("purchase.order.line", "order_id", order)
    amount = round(sum(line["price_subtotal"] for line in lines), 2)
    planned = min(
        (line["date_planned"] for line in lines if line.get("date_planned")), default=stored.get("date_planned") or False
    )
    changed: Values = {"amount_untaxed": amount, "amount_total": amount, "date_planned": planned}
    receipts = [one["state"] for one in env.below("stock.picking", "purchase_id", order)]
    alive = [state for state in receipts if state != "cancel"]
    changed["receipt_status"] = (
        False if not alive else "full" if set(alive) == {"done"} else "partial" if "done" in alive else "pending"
    )
    due = stored["state"] == "purchase" and any(_due(line) for line in lines)
    billed = stored["state"] == "purchase" and bool(stored.get("invoice_ids")) and not due
    changed["invoice_status"] = "to invoice" if due else "invoiced" if billed else "no"
    for line in lines:
        if line.get("state") != stored["state"]:
            env.database.update("purchase.order.line", line["id"], {"state": stored["state"]})
    if any(stored.get(name) != value for name, value in changed.items()):
        env.database.update("purchase.order", order, changed)
