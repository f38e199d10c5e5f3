"""Purchase orders: the models and fields of `purchase`."""

from gateway.simulators.odoo.fields import (
    Field,
    Fields,
    char,
    flag,
    many2many,
    many2one,
    moment,
    money,
    number,
    one2many,
    selection,
)

ORDER: Fields = {
    "name": char("Order Reference", indexed=True),
    "state": selection("Status", readonly=True),
    "partner_id": many2one("Vendor", "res.partner", required=True, indexed=True),
    "partner_ref": char("Vendor Reference", indexed=True),
    "origin": char("Source Document"),
    "date_order": moment("Order Deadline"),
    "date_approve": moment("Confirmation Date"),
    "date_planned": moment("Expected Arrival"),
    "company_id": many2one("Company", "res.company"),
    "currency_id": many2one("Currency", "res.currency"),
    "picking_type_id": many2one("Deliver To", "stock.picking.type"),
    "dest_address_id": many2one("Dropship Address", "res.partner"),
    "payment_term_id": many2one("Payment Terms", "account.payment.term"),
    "order_line": one2many("Order Lines", "purchase.order.line", "order_id"),
    "picking_ids": one2many("Receptions", "stock.picking", "purchase_id"),
    "invoice_ids": many2many("Bills", "account.move"),
    "amount_untaxed": money("Untaxed Amount"),
    "amount_total": money("Total"),
    "invoice_status": selection("Billing Status", readonly=True),
    "receipt_status": selection("Receipt Status", readonly=True),
}

LINE: Fields = {
    "order_id": many2one("Order Reference", "purchase.order", required=True, indexed=True),
    "sequence": Field("integer", "Sequence"),
    "name": Field("text", "Description"),
    "display_type": selection("Display Type"),
    "product_id": many2one("Product", "product.product"),
    "product_qty": number("Quantity"),
    "price_unit": number("Unit Price"),
    "discount": number("Discount (%)"),
    "price_subtotal": money("Subtotal"),
    "date_planned": moment("Expected Arrival"),
    "qty_received": number("Received Qty"),
    "qty_invoiced": number("Billed Qty"),
    "move_ids": one2many("Reservation", "stock.move", "purchase_line_id"),
    "move_dest_ids": many2many("Downstream Moves", "stock.move"),
    "sale_line_id": many2one("Origin Sale Item", "sale.order.line", indexed=True),
    "state": selection("Status", readonly=True),
}


def purchase_models(major: int) -> dict[str, Fields]:
    """The models of a version: notes, units and taxes were renamed in 19, and locking became a field."""
    new = major >= 19
    order = {**ORDER, "note" if new else "notes": Field("html", "Terms and Conditions")}
    if new:
        order["locked"] = flag("Locked")
    else:
        order["group_id"] = many2one("Procurement Group", "procurement.group")
    return {
        "purchase.order": order,
        "purchase.order.line": {
            **LINE,
            "product_uom_id" if new else "product_uom": many2one("Unit", "uom.uom"),
            "tax_ids" if new else "taxes_id": many2many("Taxes", "account.tax"),
        },
    }
