"""Payments: registered, posted with an entry of their own, set off against invoices."""

from collections.abc import Sequence
from typing import Any

from gateway.simulators.odoo import orm
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.model import Model

ALREADY = "You are trying to reconcile some entries that are already reconciled."


class Payment(Model):
    """`account.payment`: a draft has neither name nor entry."""

    def create_one(self, values: Values) -> int:
        """A draft."""
        self.env.require(self.name, "create")
        today = self.env.database.timestamp()[:10]
        base = {
            "state": "draft",
            "date": today,
            "company_id": self.env.company,
            "currency_id": self.env.rows("res.company")[self.env.company]["currency_id"],
            "payment_type": "inbound",
            "partner_type": "customer",
        }
        return orm.create(self.env, self.name, {**base, **values})

    def action_post(self, ids: Sequence[int]) -> None:
        """Draft → in process (posted, in 17), with an entry on the customer's account. Posted ones stay, from 18 on."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        for record in ids:
            payment = orm.existing(env, self.name, record)
            if payment["state"] == "draft":
                _post(env, payment)
            elif env.major < 18:
                raise UserError(f"The entry {payment['name']} (id {record}) must be in draft.")


def _post(env: Environment, payment: Values) -> None:
    year = str(payment["date"])[:4]
    journal = env.rows("account.journal")[payment["journal_id"]]
    name = f"P{journal['code']}/{year}/{env.database.next_id('payment'):05d}"
    owed = payment["amount"] * (-1 if payment["payment_type"] == "inbound" else 1)
    head = {"name": name, "state": "posted", "move_type": "entry", "partner_id": payment["partner_id"], "date": payment["date"]}
    head |= {"currency_id": payment["currency_id"], "company_id": payment["company_id"], "payment_state": "not_paid"}
    entry = env.database.insert("account.move", head)
    line = {"move_id": entry, "name": name, "quantity": 0.0, "price_unit": 0.0, "account_type": "asset_receivable"}
    env.database.insert("account.move.line", {**line, "amount_residual": owed, "reconciled": False})
    state = "in_process" if env.major >= 18 else "posted"
    env.database.update("account.payment", payment["id"], {"name": name, "state": state, "move_id": entry})


def set_off(env: Environment, invoice: int, line_id: int) -> None:
    """What is left of a payment's entry is taken off what is open of an invoice, as far as both go."""
    line = orm.existing(env, "account.move.line", line_id)
    move = orm.existing(env, "account.move", invoice)
    if line.get("reconciled"):
        raise UserError(ALREADY)
    left, due = abs(line["amount_residual"]), move["amount_residual"]
    some = min(left, due)
    if some <= 0:
        return
    sign = 1 if line["amount_residual"] > 0 else -1
    rest = round(left - some, 2) * sign
    env.database.update("account.move.line", line_id, {"amount_residual": rest, "reconciled": not rest})
    open_now = round(due - some, 2)
    env.database.update(
        "account.move", invoice, {"amount_residual": open_now, "payment_state": "partial" if open_now else "paid"}
    )
    (payment,) = (one for one in env.rows("account.payment").values() if one.get("move_id") == line["move_id"])
    state = "paid" if env.major >= 18 and not open_now and not rest else payment["state"]
    env.database.update("account.payment", payment["id"], {"is_reconciled": not rest, "state": state})


class PaymentRegister(Model):
    """`account.payment.register`: the wizard that pays invoices, which the context names."""

    def action_create_payments(self, ids: Sequence[int]) -> dict[str, Any]:
        """A payment, shared out over the invoices, the oldest first."""
        env = self.env
        env.require("account.payment", "create")
        wizard = orm.existing(env, self.name, ids[0])
        bills = [orm.existing(env, "account.move", one) for one in env.context.get("active_ids") or []]
        if not bills or any(bill["state"] != "posted" for bill in bills):
            raise UserError("You can only register payment for posted journal entries.")
        if not any(bill["amount_residual"] for bill in bills):
            raise UserError("You can't register a payment because there is nothing left to pay on the selected journal items.")
        amount = wizard.get("amount") or sum(bill["amount_residual"] for bill in bills)
        left = amount
        for bill in bills:
            paid = min(left, bill["amount_residual"])
            left -= paid
            rest = round(bill["amount_residual"] - paid, 2)
            env.database.update(
                "account.move", bill["id"], {"amount_residual": rest, "payment_state": "partial" if rest else "paid"}
            )
        memo = {"memo" if env.major >= 18 else "ref": wizard.get("communication") or False}
        shared = {name: wizard.get(name) for name in ("journal_id",)} | {"partner_id": bills[0]["partner_id"], "amount": amount}
        kind = "inbound" if bills[0]["move_type"] == "out_invoice" else "outbound"
        dated = {"date": wizard.get("payment_date") or env.database.timestamp()[:10], "payment_type": kind}
        state = "in_process" if env.major >= 18 else "posted"
        number = env.database.insert(
            "account.payment", {**shared, **memo, **dated, "state": state, "company_id": bills[0]["company_id"]}
        )
        return {"type": "ir.actions.act_window", "res_model": "account.payment", "res_id": number}


def register(registry: dict[str, type[Model]]) -> None:
    """Name the models of this page."""
    registry |= {"account.payment": Payment, "account.payment.register": PaymentRegister}


orm.COMPUTED |= {
    ("account.move", "commercial_partner_id"): lambda env, stored: orm.commercial(env, stored["partner_id"]),
    ("account.move", "matched_payment_ids"): lambda env, stored: [
        number for number, one in env.rows("account.payment").items() if stored["id"] in (one.get("invoice_ids") or ())
    ],
}
