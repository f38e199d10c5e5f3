"""The models and fields of Odoo 17, 18 and 19 that the simulator knows: an excerpt, named as the real ones."""

from collections.abc import Mapping
from dataclasses import dataclass

VERSIONS = (17, 18, 19)
GLN = "global_location_number"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: type as in `fields_get`, the model a relation leads to, the label that messages use."""

    type: str
    label: str
    comodel: str = ""
    required: bool = False
    readonly: bool = False
    indexed: bool = False


Fields = Mapping[str, Field]

MODELS: Mapping[str, str] = {
    "ir.model.data": "Model Data",
    "product.pricelist": "Pricelist",
    "product.product": "Product Variant",
    "res.company": "Companies",
    "res.country": "Country",
    "res.country.state": "Country state",
    "res.currency": "Currency",
    "res.partner": "Contact",
    "res.users": "User",
    "sale.order": "Sales Order",
    "sale.order.line": "Sales Order Line",
    "uom.uom": "Unit of Measure",
}

COMMON: Fields = {
    "id": Field("integer", "ID", readonly=True),
    "display_name": Field("char", "Display Name", readonly=True),
    "create_date": Field("datetime", "Created on", readonly=True),
    "write_date": Field("datetime", "Last Updated on", readonly=True),
}

NAMED: Fields = {"name": Field("char", "Name", required=True), "active": Field("boolean", "Active")}

PARTNER: Fields = {
    **NAMED,
    "ref": Field("char", "Reference", indexed=True),
    "vat": Field("char", "Tax ID", indexed=True),
    "parent_id": Field("many2one", "Related Company", "res.partner", indexed=True),
    "commercial_partner_id": Field("many2one", "Commercial Entity", "res.partner", readonly=True),
    "type": Field("selection", "Address Type"),
    "is_company": Field("boolean", "Is a Company"),
    "street": Field("char", "Street"),
    "street2": Field("char", "Street2"),
    "zip": Field("char", "Zip", indexed=True),
    "city": Field("char", "City"),
    "state_id": Field("many2one", "State", "res.country.state"),
    "country_id": Field("many2one", "Country", "res.country"),
    "email": Field("char", "Email"),
    "phone": Field("char", "Phone"),
    "company_id": Field("many2one", "Company", "res.company"),
    "property_product_pricelist": Field("many2one", "Pricelist", "product.pricelist"),
}

PRODUCT: Fields = {
    **NAMED,
    "default_code": Field("char", "Internal Reference", indexed=True),
    "barcode": Field("char", "Barcode", indexed=True),
    "uom_id": Field("many2one", "Unit of Measure", "uom.uom", required=True),
    "sale_ok": Field("boolean", "Sales"),
    "list_price": Field("float", "Sales Price"),
    "type": Field("selection", "Product Type"),
    "company_id": Field("many2one", "Company", "res.company"),
}

ORDER: Fields = {
    "name": Field("char", "Order Reference"),
    "state": Field("selection", "Status", readonly=True),
    "locked": Field("boolean", "Locked"),
    "partner_id": Field("many2one", "Customer", "res.partner", required=True),
    "partner_shipping_id": Field("many2one", "Delivery Address", "res.partner", required=True),
    "partner_invoice_id": Field("many2one", "Invoice Address", "res.partner", required=True),
    "client_order_ref": Field("char", "Customer Reference", indexed=True),
    "origin": Field("char", "Source Document"),
    "commitment_date": Field("datetime", "Delivery Date"),
    "date_order": Field("datetime", "Order Date", required=True),
    "note": Field("html", "Terms and conditions"),
    "pricelist_id": Field("many2one", "Pricelist", "product.pricelist"),
    "currency_id": Field("many2one", "Currency", "res.currency", readonly=True),
    "company_id": Field("many2one", "Company", "res.company", required=True),
    "order_line": Field("one2many", "Order Lines", "sale.order.line"),
    "amount_untaxed": Field("monetary", "Untaxed Amount", readonly=True),
    "invoice_status": Field("selection", "Invoice Status", readonly=True),
    "delivery_status": Field("selection", "Delivery Status", readonly=True),
}

ORDER_LINE: Fields = {
    "order_id": Field("many2one", "Order Reference", "sale.order", required=True, indexed=True),
    "sequence": Field("integer", "Sequence"),
    "name": Field("text", "Description", required=True),
    "display_type": Field("selection", "Display Type"),
    "product_id": Field("many2one", "Product", "product.product"),
    "product_uom_qty": Field("float", "Quantity"),
    "price_unit": Field("float", "Unit Price"),
    "discount": Field("float", "Discount (%)"),
    "price_subtotal": Field("monetary", "Subtotal", readonly=True),
    "qty_delivered": Field("float", "Delivered Quantity"),
}

REFERENCE: Mapping[str, Fields] = {
    "product.pricelist": {**NAMED, "currency_id": Field("many2one", "Currency", "res.currency", required=True)},
    "res.company": {**NAMED, "currency_id": Field("many2one", "Currency", "res.currency", required=True)},
    "res.country": {**NAMED, "code": Field("char", "Country Code", indexed=True)},
    "res.country.state": {
        **NAMED,
        "code": Field("char", "State Code", indexed=True),
        "country_id": Field("many2one", "Country", "res.country"),
    },
    "res.currency": NAMED,
    "res.users": {**NAMED, "login": Field("char", "Login"), "company_id": Field("many2one", "Company", "res.company")},
    "ir.model.data": {
        "module": Field("char", "Module", required=True),
        "name": Field("char", "External Identifier", required=True),
        "model": Field("char", "Model Name", required=True),
        "res_id": Field("integer", "Record ID"),
    },
}


def unit_field(major: int) -> str:
    """The order line's unit of measure: renamed in 19."""
    return "product_uom_id" if major >= 19 else "product_uom"


def schema(major: int, *, gln_module: bool | None = None) -> dict[str, dict[str, Field]]:
    """Fields by model for a version. `gln_module` says whether partners have a GLN field; by default only from 19 on."""
    new = major >= 19
    partner = {**PARTNER} if new else {**PARTNER, "mobile": Field("char", "Mobile")}
    if new if gln_module is None else gln_module:
        partner[GLN] = Field("char", "GLN", indexed=True)
    product = {**PRODUCT, **({"is_storable": Field("boolean", "Track Inventory")} if major >= 18 else {})}
    if major == 17:
        product["detailed_type"] = Field("selection", "Product Type")
    order = {**ORDER} if major >= 18 else {**ORDER, "analytic_account_id": Field("many2one", "Analytic Account")}
    taxes = {"tax_ids" if new else "tax_id": Field("many2many", "Taxes", "account.tax")}
    line = {**ORDER_LINE, unit_field(major): Field("many2one", "Unit", "uom.uom"), **taxes}
    family = (
        {"relative_uom_id": Field("many2one", "Reference Unit", "uom.uom"), "parent_path": Field("char", "Parent Path")}
        if new
        else {"category_id": Field("many2one", "Category", "uom.category")}
    )
    models = {
        **REFERENCE,
        "uom.uom": {**NAMED, "factor": Field("float", "Ratio"), **family},
        "res.partner": partner,
        "product.product": product,
        "sale.order": order,
        "sale.order.line": line,
    }
    return {model: {**COMMON, **fields} for model, fields in models.items()}
