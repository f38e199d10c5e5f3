"""Invoices, bills and payments: the models and fields of `account`."""

from collections.abc import Mapping

from gateway.simulators.odoo.fields import (
    NAMED,
    Field,
    Fields,
    char,
    day,
    flag,
    many2many,
    many2one,
    money,
    number,
    one2many,
    selection,
)

MOVE: Fields = {
    "name": char("Number", indexed=True),
    "state": selection("Status", readonly=True),
    "move_type": selection("Type"),
    "partner_id": many2one("Partner", "res.partner", indexed=True),
    "partner_shipping_id": many2one("Delivery Address", "res.partner"),
    "ref": char("Reference", indexed=True),
    "invoice_origin": char("Origin"),
    "invoice_date": day("Invoice/Bill Date"),
    "invoice_date_due": day("Due Date"),
    "date": day("Date"),
    "currency_id": many2one("Currency", "res.currency"),
    "journal_id": many2one("Journal", "account.journal"),
    "company_id": many2one("Company", "res.company"),
    "invoice_payment_term_id": many2one("Payment Terms", "account.payment.term"),
    "payment_reference": char("Payment Reference"),
    "narration": Field("html", "Terms and Conditions"),
    "invoice_line_ids": one2many("Invoice lines", "account.move.line", "move_id"),
    "reversed_entry_id": many2one("Reversal of", "account.move", indexed=True),
    "amount_untaxed": money("Untaxed Amount"),
    "amount_tax": money("Tax"),
    "amount_total": money("Total"),
    "amount_residual": money("Amount Due"),
    "payment_state": selection("Payment Status", readonly=True),
    "commercial_partner_id": many2one("Commercial Entity", "res.partner", readonly=True),
}

LINE: Fields = {
    "move_id": many2one("Journal Entry", "account.move", indexed=True),
    "sequence": Field("integer", "Sequence"),
    "name": char("Label"),
    "display_type": selection("Display Type"),
    "product_id": many2one("Product", "product.product"),
    "quantity": number("Quantity"),
    "product_uom_id": many2one("Unit", "uom.uom"),
    "price_unit": number("Unit Price"),
    "discount": number("Discount (%)"),
    "price_subtotal": money("Subtotal"),
    "price_total": money("Total"),
    "tax_ids": many2many("Taxes", "account.tax"),
    "tax_line_id": many2one("Originator Tax", "account.tax"),
    "amount_currency": money("Amount in Currency"),
    "sale_line_ids": many2many("Sales Order Lines", "sale.order.line"),
    "purchase_line_id": many2one("Purchase Order Line", "purchase.order.line", indexed=True),
    "account_type": selection("Internal Type", readonly=True),
    "amount_residual": money("Residual Amount"),
    "reconciled": flag("Reconciled"),
}

OTHERS: Mapping[str, Fields] = {
    "account.journal": {
        **NAMED,
        "type": selection("Type"),
        "code": char("Short Code"),
        "company_id": many2one("Company", "res.company"),
    },
    "account.tax": {
        **NAMED,
        "amount": number("Amount"),
        "amount_type": selection("Tax Computation"),
        "type_tax_use": selection("Tax Type"),
        "ubl_cii_tax_category_code": selection("Tax Category Code"),
        "price_include": flag("Included in Price"),
        "company_id": many2one("Company", "res.company"),
    },
    "account.payment.term": {**NAMED},
    "sale.advance.payment.inv": {"advance_payment_method": selection("Create Invoice")},
    "account.payment": {
        "name": char("Number"),
        "state": selection("State", readonly=True),
        "payment_type": selection("Payment Type"),
        "partner_type": selection("Partner Type"),
        "move_id": many2one("Journal Entry", "account.move"),
        "is_reconciled": flag("Is Reconciled"),
        "partner_id": many2one("Customer/Vendor", "res.partner"),
        "amount": Field("monetary", "Amount"),
        "currency_id": many2one("Currency", "res.currency"),
        "date": day("Date"),
        "journal_id": many2one("Journal", "account.journal"),
        "company_id": many2one("Company", "res.company"),
    },
    "account.payment.register": {
        "amount": Field("monetary", "Amount"),
        "payment_date": day("Payment Date"),
        "communication": char("Memo"),
        "journal_id": many2one("Journal", "account.journal"),
        "group_payment": flag("Group Payments"),
        "payment_difference_handling": selection("Payment Difference Handling"),
    },
}


def accounting_models(major: int) -> dict[str, Fields]:
    """The models of a version: the payment's own reference was renamed in 18."""
    memo = {"memo" if major >= 18 else "ref": char("Memo", indexed=True)}
    linked = {"invoice_ids": many2many("Invoices", "account.move")} if major >= 18 else {}
    matched = {"matched_payment_ids": many2many("Matched Payments", "account.payment")} if major >= 18 else {}
    payment = {**OTHERS["account.payment"], **memo, **linked}
    return {**OTHERS, "account.move": {**MOVE, **matched}, "account.move.line": LINE, "account.payment": payment}
