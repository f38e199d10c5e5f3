"""What a sale order computes by itself, and its way from quotation to order."""

from collections.abc import Sequence
from typing import Any

from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import MissingError, UserError, ValidationError
from gateway.simulators.odoo.orm import commercial, display_name, required
from gateway.simulators.odoo.schema import unit_field

OPEN = ("draft", "sent")


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


def create_line(env: Environment, order: int, values: Values) -> int:
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
    merged = {**computed, **values, "order_id": order}
    merged[unit] = merged.get(unit) or computed.get(unit, False)
    for number in ("product_uom_qty", "price_unit", "discount"):
        merged[number] = merged[number] or 0.0
    merged["price_subtotal"] = round(merged["product_uom_qty"] * merged["price_unit"] * (1 - merged["discount"] / 100), 2)
    return env.database.insert("sale.order.line", merged)


def total(env: Environment, order: int) -> None:
    """Sum the lines up."""
    lines = env.database.equal("sale.order.line", "order_id", [order])
    amount = round(sum(env.database.records["sale.order.line"][line]["price_subtotal"] for line in lines), 2)
    env.database.update("sale.order", order, {"amount_untaxed": amount})


def confirm(env: Environment, ids: Sequence[int]) -> bool:
    """Make orders of quotations. A second time is a fault from 17 on."""
    env.require("sale.order", "write")
    orders = [_existing(env, record) for record in ids]
    if any(order["state"] not in OPEN for order in orders):
        raise UserError("Some orders are not in a state requiring confirmation.")
    for order in orders:
        env.database.update("sale.order", order["id"], {"state": "sale", "date_order": env.database.timestamp()})
    return True


def cancel(env: Environment, ids: Sequence[int]) -> Any:
    """Cancel orders. Up to 18 a confirmed one answers with a wizard and stays, unless the context says otherwise."""
    env.require("sale.order", "write")
    orders = [_existing(env, record) for record in ids]
    if any(order.get("locked") for order in orders):
        raise UserError("You cannot cancel a locked order. Please unlock it first.")
    warned = env.context.get("disable_cancel_warning") or env.major >= 19
    if not warned and any(order["state"] == "sale" for order in orders):
        return {"name": "Cancel Sales Order", "type": "ir.actions.act_window", "res_model": "sale.order.cancel", "target": "new"}
    for order in orders:
        env.database.update("sale.order", order["id"], {"state": "cancel"})
    return True


def lock(env: Environment, ids: Sequence[int], *, locked: bool) -> None:
    """Lock or unlock orders; the method returns nothing, so the answer has no result."""
    env.require("sale.order", "write")
    for record in ids:
        _existing(env, record)
        env.database.update("sale.order", record, {"locked": locked})


def _existing(env: Environment, record: int) -> Values:
    stored = env.database.get("sale.order", record)
    if stored is None:
        raise MissingError("sale.order", record, env.uid)
    return stored


def _address(env: Environment, partner: int, kind: str) -> int:
    """The customer's address of that kind, else the customer."""
    children = env.database.equal("res.partner", "parent_id", [commercial(env, partner)])
    fitting = [child for child in sorted(children) if env.database.records["res.partner"][child].get("type") == kind]
    return fitting[0] if fitting else partner
