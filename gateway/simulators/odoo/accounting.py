"""Invoices, credit notes, bills and payments, as far as orders and partners see them."""

from collections.abc import Sequence

from gateway.simulators.odoo import orm, payments
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError, ValidationError
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.schema import unit_field

PREFIXES = {"out_invoice": "INV", "out_refund": "RINV", "in_invoice": "BILL", "in_refund": "RBILL", "entry": "MISC"}


class AccountMove(Model):
    """`account.move`."""

    def create_one(self, values: Values) -> int:
        """A draft. It has no name yet: False from 18 on, "/" before."""
        self.env.require(self.name, "create")
        company = values.get("company_id") or self.env.company
        base = {
            "name": False if self.env.major >= 18 else "/",
            "state": "draft",
            "move_type": "entry",
            "company_id": company,
            "currency_id": self.env.rows("res.company")[company]["currency_id"],
            "payment_state": "not_paid",
            "date": self.env.database.timestamp()[:10],
        }
        lines = values.pop("invoice_line_ids", [])
        record = orm.create(self.env, self.name, {**base, **values})
        orm.apply(self.env, self.name, record, {"invoice_line_ids": lines})
        self.settle([record])
        return record

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change entries; a posted one keeps its lines."""
        posted = [one for one in ids if orm.existing(self.env, self.name, one)["state"] == "posted"]
        if posted and "invoice_line_ids" in values:
            raise UserError("You cannot modify a posted entry of this journal because it is in strict mode.")
        done = orm.write(self.env, self.name, ids, values)
        self.settle(ids)
        return done

    def settle(self, ids: Sequence[int]) -> None:
        """Sums, and what orders know of it."""
        for record in ids:
            _settled(self.env.sudo(), record)

    def action_post(self, ids: Sequence[int]) -> bool:
        """Draft → posted, with a number. Answers False, and has worked."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        for record in ids:
            move = orm.existing(env, self.name, record)
            if move["state"] != "draft":
                raise UserError(f"The entry {move['name']} (id {record}) must be in draft.")
            if not env.below("account.move.line", "move_id", record):
                raise UserError("You need to add a line before posting.")
            if move["move_type"].startswith("in_"):
                _acceptable(env, move)
            today = env.database.timestamp()[:10]
            dated = {"invoice_date": move.get("invoice_date") or today, "date": move.get("invoice_date") or today}
            env.database.update(self.name, record, {"state": "posted", "name": _number(env, move, dated["date"]), **dated})
            due = move.get("invoice_date_due") or dated["invoice_date"]
            env.database.update(self.name, record, {"invoice_date_due": due, "payment_reference": move.get("payment_reference")})
            self.settle([record])
        return False

    def button_cancel(self, ids: Sequence[int]) -> None:
        """Draft → cancelled."""
        self.env.require(self.name, "write")
        for record in ids:
            if orm.existing(self.env, self.name, record)["state"] != "draft":
                raise UserError("Only draft journal entries can be cancelled.")
            self.env.database.update(self.name, record, {"state": "cancel"})
            self.settle([record])

    def button_draft(self, ids: Sequence[int]) -> None:
        """Back to draft."""
        self.env.require(self.name, "write")
        for record in ids:
            orm.existing(self.env, self.name, record)
            self.env.database.update(self.name, record, {"state": "draft"})

    def js_assign_outstanding_line(self, ids: Sequence[int], line_id: int) -> None:
        """Set an entry of a payment off against the invoice, as far as both go. Returns nothing, after the commit."""
        self.env.require(self.name, "write")
        payments.set_off(self.env.sudo(), ids[0], line_id)


class AccountMoveLine(Model):
    """`account.move.line`."""

    def create_one(self, values: Values) -> int:
        """A line; what is left out comes from the product."""
        product = self.env.rows("product.product").get(values.get("product_id") or 0, {})
        base: Values = {
            "quantity": 1.0,
            "price_unit": product.get("list_price") or 0.0,
            "discount": 0.0,
            "display_type": "product",
        }
        if product:
            base |= {"name": orm.display_name(self.env, "product.product", product["id"]), "product_uom_id": product["uom_id"]}
        record = orm.create(self.env, self.name, {**base, **values})
        self.env["account.move"].settle([self.env.rows(self.name)[record]["move_id"]])
        return record


class AdvancePayment(Model):
    """`sale.advance.payment.inv`: the wizard that invoices sale orders, which the context names."""

    def create_invoices(self, ids: Sequence[int]) -> None:
        """Draft invoices for what is to be invoiced. Returns nothing, after the commit."""
        del ids
        env = self.env
        env.require("account.move", "create")
        for order in env.context.get("active_ids") or []:
            stored = orm.existing(env, "sale.order", order)
            lines = [line for line in env.below("sale.order.line", "order_id", order) if line.get("qty_to_invoice")]
            if not lines:
                raise UserError("Cannot create an invoice. No items are available to invoice.")
            values = {
                "move_type": "out_invoice",
                "partner_id": stored["partner_invoice_id"],
                "partner_shipping_id": stored["partner_shipping_id"],
                "ref": stored.get("client_order_ref") or False,
                "invoice_origin": stored["name"],
                "currency_id": stored["currency_id"],
                "company_id": stored["company_id"],
                "invoice_line_ids": [[0, 0, _invoiced(env, line)] for line in lines],
            }
            env["account.move"].create_one(values)


def _invoiced(env: Environment, line: Values) -> Values:
    base = {name: line.get(name) for name in ("product_id", "name", "price_unit", "discount")}
    unit = {"product_uom_id": line.get(unit_field(env.major))}
    return {**base, **unit, "quantity": line["qty_to_invoice"], "sale_line_ids": [[6, 0, [line["id"]]]]}


def _acceptable(env: Environment, bill: Values) -> None:
    if not bill.get("invoice_date"):
        raise UserError("The Bill/Refund date is required to validate this document.")
    same = [
        other
        for other in env.below("account.move", "partner_id", bill["partner_id"])
        if other["id"] != bill["id"] and other["state"] == "posted" and other["move_type"] == bill["move_type"]
    ]
    if bill.get("ref") and any(
        other.get("ref") == bill["ref"] and other["invoice_date"] == bill["invoice_date"] for other in same
    ):
        raise ValidationError(
            "Duplicated vendor reference detected. You probably encoded twice the same vendor bill/credit note."
        )


def _number(env: Environment, move: Values, day: str) -> str:
    kind = move["move_type"]
    prefix = f"{PREFIXES[kind]}/{day[:4]}/" + (f"{day[5:7]}/" if kind.startswith("in_") else "")
    taken = sum(str(one["name"] or "").startswith(prefix) for one in env.rows("account.move").values())
    return f"{prefix}{taken + 1:0{4 if kind.startswith('in_') else 5}d}"


def _settled(env: Environment, record: int) -> None:
    move = env.rows("account.move")[record]
    untaxed = taxed = 0.0
    for line in env.below("account.move.line", "move_id", record):
        net = round(line["quantity"] * line["price_unit"] * (1 - (line.get("discount") or 0.0) / 100), 2)
        rates = [env.rows("account.tax")[tax].get("amount") or 0.0 for tax in line.get("tax_ids") or ()]
        tax = round(sum(net * rate / 100 for rate in rates), 2)
        untaxed, taxed = untaxed + net, taxed + tax
        env.database.update("account.move.line", line["id"], {"price_subtotal": net, "price_total": round(net + tax, 2)})
    total = round(untaxed + taxed, 2)
    changed: Values = {"amount_untaxed": round(untaxed, 2), "amount_tax": round(taxed, 2), "amount_total": total}
    if move.get("payment_state") == "not_paid":
        changed["amount_residual"] = total
    env.database.update("account.move", record, changed)
    _count(env, move)


def _count(env: Environment, move: Values) -> None:
    """What orders know of it: the quantities invoiced, drafts included, refunds taken off."""
    orders: set[tuple[str, int]] = set()
    for line in env.below("account.move.line", "move_id", move["id"]):
        for sold in line.get("sale_line_ids") or ():
            orders.add(("sale.order", env.rows("sale.order.line")[sold]["order_id"]))
            _recount(
                env,
                "sale.order.line",
                sold,
                [one for one in env.rows("account.move.line").values() if sold in (one.get("sale_line_ids") or ())],
            )
        bought = line.get("purchase_line_id")
        if bought:
            orders.add(("purchase.order", env.rows("purchase.order.line")[bought]["order_id"]))
            _recount(env, "purchase.order.line", bought, env.below("account.move.line", "purchase_line_id", bought))
    for model, order in orders:
        known = env.rows(model)[order].get("invoice_ids") or []
        if move["id"] not in known:
            env.database.update(model, order, {"invoice_ids": [*known, move["id"]]})
        env[model].settle([order])


def _recount(env: Environment, model: str, line: int, billed: Sequence[Values]) -> None:
    total = 0.0
    for one in billed:
        move = env.rows("account.move")[one["move_id"]]
        if move["state"] != "cancel":
            total += -one["quantity"] if move["move_type"].endswith("refund") else one["quantity"]
    env.database.update(model, line, {"qty_invoiced": round(total, 6)})
