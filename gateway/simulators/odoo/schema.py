"""The models and fields of Odoo 17, 18 and 19 that the simulator knows: an excerpt, named as the real ones."""

from collections.abc import Mapping

from gateway.simulators.odoo.fields import (
    COMMON,
    NAMED,
    VERSIONS,
    Field,
    Fields,
    char,
    day,
    flag,
    many2many,
    many2one,
    moment,
    money,
    number,
    one2many,
    selection,
)
from gateway.simulators.odoo.schema_accounting import accounting_models
from gateway.simulators.odoo.schema_automation import automation_models
from gateway.simulators.odoo.schema_mail import MAIL
from gateway.simulators.odoo.schema_purchase import purchase_models
from gateway.simulators.odoo.schema_stock import stock_models

__all__ = ["GLN", "MODELS", "VERSIONS", "schema", "unit_field"]

GLN = "global_location_number"

MODELS: Mapping[str, str] = {
    "account.journal": "Journal",
    "account.move": "Journal Entry",
    "account.move.line": "Journal Item",
    "account.payment": "Payments",
    "ir.model.data": "Model Data",
    "product.pricelist": "Pricelist",
    "product.product": "Product Variant",
    "purchase.order": "Purchase Order",
    "purchase.order.line": "Purchase Order Line",
    "res.company": "Companies",
    "res.country": "Country",
    "res.country.state": "Country state",
    "res.currency": "Currency",
    "res.partner": "Contact",
    "res.users": "User",
    "sale.order": "Sales Order",
    "sale.order.line": "Sales Order Line",
    "stock.lot": "Lot/Serial",
    "stock.move": "Stock Move",
    "stock.move.line": "Product Moves (Stock Move Line)",
    "stock.picking": "Transfer",
    "stock.quant": "Quants",
    "uom.uom": "Unit of Measure",
}

PARTNER: Fields = {
    **NAMED,
    "ref": char("Reference", indexed=True),
    "vat": char("Tax ID", indexed=True),
    "parent_id": many2one("Related Company", "res.partner", indexed=True),
    "commercial_partner_id": many2one("Commercial Entity", "res.partner", readonly=True),
    "type": selection("Address Type"),
    "is_company": flag("Is a Company"),
    "street": char("Street"),
    "street2": char("Street2"),
    "zip": char("Zip", indexed=True),
    "city": char("City"),
    "state_id": many2one("State", "res.country.state"),
    "country_id": many2one("Country", "res.country"),
    "email": char("Email"),
    "phone": char("Phone"),
    "company_id": many2one("Company", "res.company"),
    "property_product_pricelist": many2one("Pricelist", "product.pricelist"),
    "customer_rank": Field("integer", "Customer Rank"),
    "supplier_rank": Field("integer", "Supplier Rank"),
}

PRODUCT: Fields = {
    **NAMED,
    "default_code": char("Internal Reference", indexed=True),
    "barcode": char("Barcode", indexed=True),
    "uom_id": many2one("Unit of Measure", "uom.uom", required=True),
    "sale_ok": flag("Sales"),
    "purchase_ok": flag("Purchase"),
    "list_price": number("Sales Price"),
    "standard_price": number("Cost"),
    "type": selection("Product Type"),
    "tracking": selection("Tracking"),
    "invoice_policy": selection("Invoicing Policy"),
    "weight": number("Weight"),
    "qty_available": number("Quantity On Hand", readonly=True),
    "free_qty": number("Free To Use Quantity", readonly=True),
    "incoming_qty": number("Incoming", readonly=True),
    "outgoing_qty": number("Outgoing", readonly=True),
    "virtual_available": number("Forecasted Quantity", readonly=True),
    "company_id": many2one("Company", "res.company"),
    "categ_id": many2one("Product Category", "product.category"),
    "product_tmpl_id": many2one("Product Template", "product.template", indexed=True),
    "seller_ids": one2many("Vendors", "product.supplierinfo", "product_id"),
    "route_ids": many2many("Routes", "stock.route"),
}

ORDER: Fields = {
    "name": char("Order Reference", indexed=True),
    "state": selection("Status", readonly=True),
    "locked": flag("Locked"),
    "partner_id": many2one("Customer", "res.partner", required=True),
    "partner_shipping_id": many2one("Delivery Address", "res.partner", required=True),
    "partner_invoice_id": many2one("Invoice Address", "res.partner", required=True),
    "client_order_ref": char("Customer Reference", indexed=True),
    "origin": char("Source Document"),
    "commitment_date": moment("Delivery Date"),
    "date_order": moment("Order Date", required=True),
    "note": Field("html", "Terms and conditions"),
    "pricelist_id": many2one("Pricelist", "product.pricelist"),
    "currency_id": many2one("Currency", "res.currency", readonly=True),
    "company_id": many2one("Company", "res.company", required=True),
    "warehouse_id": many2one("Warehouse", "stock.warehouse"),
    "carrier_id": many2one("Delivery Method", "delivery.carrier"),
    "payment_term_id": many2one("Payment Terms", "account.payment.term"),
    "order_line": one2many("Order Lines", "sale.order.line", "order_id"),
    "picking_ids": one2many("Transfers", "stock.picking", "sale_id"),
    "invoice_ids": many2many("Invoices", "account.move"),
    "amount_untaxed": money("Untaxed Amount"),
    "amount_total": money("Total"),
    "invoice_status": selection("Invoice Status", readonly=True),
    "delivery_status": selection("Delivery Status", readonly=True),
}

ORDER_LINE: Fields = {
    "order_id": many2one("Order Reference", "sale.order", required=True, indexed=True),
    "sequence": Field("integer", "Sequence"),
    "name": Field("text", "Description", required=True),
    "display_type": selection("Display Type"),
    "is_delivery": flag("Is a Delivery"),
    "product_id": many2one("Product", "product.product"),
    "product_uom_qty": number("Quantity"),
    "price_unit": number("Unit Price"),
    "discount": number("Discount (%)"),
    "price_subtotal": money("Subtotal"),
    "qty_delivered": number("Delivered Quantity"),
    "qty_invoiced": number("Invoiced Quantity", readonly=True),
    "qty_to_invoice": number("Quantity To Invoice", readonly=True),
    "move_ids": one2many("Stock Moves", "stock.move", "sale_line_id"),
    "state": selection("Order Status", readonly=True),
}

REFERENCE: Mapping[str, Fields] = {
    "product.pricelist": {**NAMED, "currency_id": many2one("Currency", "res.currency", required=True)},
    "product.pricelist.item": {
        "pricelist_id": many2one("Pricelist", "product.pricelist", required=True, indexed=True),
        "applied_on": selection("Apply On"),
        "product_id": many2one("Variant", "product.product"),
        "product_tmpl_id": many2one("Product", "product.template"),
        "categ_id": many2one("Category", "product.category"),
        "min_quantity": number("Min. Quantity"),
        "date_start": moment("Start Date"),
        "date_end": moment("End Date"),
        "compute_price": selection("Computation"),
        "fixed_price": number("Fixed Price"),
        "percent_price": number("Percentage Price"),
        "base": selection("Based on"),
        "base_pricelist_id": many2one("Other Pricelist", "product.pricelist"),
        "price_discount": number("Price Discount"),
        "price_round": number("Price Rounding"),
        "price_surcharge": number("Extra Fee"),
        "price_min_margin": number("Min. Price Margin"),
        "price_max_margin": number("Max. Price Margin"),
    },
    "product.category": {
        **NAMED,
        "complete_name": char("Complete Name"),
        "parent_id": many2one("Parent Category", "product.category", indexed=True),
        "parent_path": char("Parent Path"),
    },
    "product.template": NAMED,
    "res.company": {
        **NAMED,
        "currency_id": many2one("Currency", "res.currency", required=True),
        "partner_id": many2one("Partner", "res.partner"),
    },
    "res.country": {**NAMED, "code": char("Country Code", indexed=True)},
    "res.country.state": {
        **NAMED,
        "code": char("State Code", indexed=True),
        "country_id": many2one("Country", "res.country"),
    },
    "res.currency": NAMED,
    "res.users": {
        **NAMED,
        "login": char("Login"),
        "company_id": many2one("Company", "res.company"),
        "company_ids": many2many("Companies", "res.company"),
    },
    "delivery.carrier": {**NAMED, "delivery_type": selection("Provider")},
    "product.supplierinfo": {
        "partner_id": many2one("Vendor", "res.partner", required=True),
        "product_id": many2one("Product Variant", "product.product", indexed=True),
        "product_tmpl_id": many2one("Product Template", "product.template", indexed=True),
        "product_code": char("Vendor Product Code", indexed=True),
        "product_name": char("Vendor Product Name"),
        "min_qty": number("Quantity"),
        "price": number("Price"),
        "delay": Field("integer", "Delivery Lead Time"),
        "date_start": day("Start Date"),
        "date_end": day("End Date"),
    },
    "ir.model.data": {
        "module": char("Module", required=True),
        "name": char("External Identifier", required=True),
        "model": char("Model Name", required=True),
        "res_id": Field("integer", "Record ID"),
    },
}


def unit_field(major: int) -> str:
    """The order line's unit of measure: renamed in 19."""
    return "product_uom_id" if major >= 19 else "product_uom"


def _packagings(major: int) -> dict[str, Fields]:
    """How products are packed: records of their own up to 18, units with a barcode from 19 on."""
    product = many2one("Product", "product.product", indexed=True)
    if major < 19:
        return {
            "product.packaging": {**NAMED, "product_id": product, "qty": number("Contained Quantity"), "barcode": char("Barcode")}
        }
    return {"product.uom": {"product_id": product, "uom_id": many2one("Unit", "uom.uom"), "barcode": char("Barcode")}}


def schema(major: int, *, gln_module: bool | None = None) -> dict[str, dict[str, Field]]:
    """Fields by model for a version. `gln_module` says whether partners have a GLN field; by default only from 19 on."""
    new = major >= 19
    partner = {**PARTNER} if new else {**PARTNER, "mobile": char("Mobile")}
    if new if gln_module is None else gln_module:
        partner[GLN] = char("GLN", indexed=True)
    product = {**PRODUCT, **({"is_storable": flag("Track Inventory")} if major >= 18 else {})}
    if major == 17:
        product["detailed_type"] = selection("Product Type")
    if new:
        product["uom_ids"] = many2many("Packagings", "uom.uom")
    order = {**ORDER} if major >= 18 else {**ORDER, "analytic_account_id": many2one("Analytic Account", "")}
    line = {
        **ORDER_LINE,
        unit_field(major): many2one("Unit", "uom.uom"),
        "tax_ids" if new else "tax_id": many2many("Taxes", "account.tax"),
    }
    family = (
        {"relative_uom_id": many2one("Reference Unit", "uom.uom"), "parent_path": char("Parent Path")}
        if new
        else {"category_id": many2one("Category", "uom.category")}
    )
    models: dict[str, Fields] = {
        **REFERENCE,
        **_packagings(major),
        "uom.uom": {**NAMED, "factor": number("Ratio"), "rounding": number("Rounding Precision"), **family},
        "res.partner": partner,
        "product.product": product,
        "sale.order": order,
        "sale.order.line": line,
        **stock_models(major),
        **purchase_models(major),
        **accounting_models(major),
        **automation_models(),
        **MAIL,
    }
    return {model: {**COMMON, **fields} for model, fields in models.items()}
