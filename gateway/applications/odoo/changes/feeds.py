"""Which records are read again and again, and which subject a record is about. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.applications.odoo.transfers import DROP_SHIP


@dataclass(frozen=True, slots=True)
class Feed:
    """Records of a model that are watched: `watch` is what they belong to, `fields` those whose change matters.

    `about` is the field that leads to the record that is spoken of; None when it is this one. `name` tells feeds of one model
    apart.
    """

    watch: str
    model: str
    fields: tuple[str, ...]
    domain: tuple[tuple[object, ...], ...] = ()
    about: str | None = None
    name: str = ""

    @property
    def key(self) -> str:
        """Under which name it is remembered how far it was read."""
        return self.name or self.model


_DECIDED = ("sale", "done", "cancel")
ORDER = (
    "name", "state", "client_order_ref", "commitment_date", "date_order", "partner_id", "currency_id", "warehouse_id",
    "company_id", "origin", "write_date",
)  # fmt: skip
ORDER_LINE = (
    "order_id", "product_id", "product_uom_qty", "product_uom", "product_uom_id", "price_unit", "discount", "display_type",
    "is_delivery", "sequence", "write_date",
)  # fmt: skip
PICKING = (
    "name", "state", "picking_type_id", "picking_type_code", "sale_id", "backorder_id", "return_id", "carrier_id",
    "carrier_tracking_ref", "scheduled_date", "date_done", "write_date",
)  # fmt: skip
MOVE = (
    "picking_id", "sale_line_id", "product_id", "product_uom_qty", "quantity", "product_uom", "state", "write_date",
)  # fmt: skip
MOVE_LINE = ("move_id", "picking_id", "quantity", "product_uom_id", "lot_id", "lot_name", "result_package_id")
WORK = ("name", "state", "picking_type_id", "scheduled_date", "location_id", "location_dest_id", "write_date")
BILL = (
    "name", "state", "move_type", "partner_id", "invoice_date", "invoice_date_due", "currency_id", "amount_untaxed", "amount_tax",
    "amount_total", "payment_state", "ref", "invoice_payment_term_id", "reversed_entry_id", "company_id", "write_date",
)  # fmt: skip
BILL_LINE = (
    "move_id", "display_type", "product_id", "name", "quantity", "product_uom_id", "price_unit", "discount", "price_subtotal",
    "tax_ids", "tax_line_id", "amount_currency", "sale_line_ids", "sequence",
)  # fmt: skip
PURCHASE = (
    "name", "state", "partner_id", "partner_ref", "date_approve", "date_planned", "currency_id", "amount_untaxed",
    "dest_address_id", "picking_type_id", "company_id", "write_date",
)  # fmt: skip
PURCHASE_LINE = (
    "order_id", "product_id", "product_qty", "product_uom", "product_uom_id", "price_unit", "date_planned", "display_type",
    "write_date",
)  # fmt: skip

FEEDS: tuple[Feed, ...] = (
    Feed("orders", "sale.order", ORDER, (("state", "in", _DECIDED),)),
    Feed("orders", "sale.order.line", ORDER_LINE, (("order_id.state", "in", _DECIDED),), about="order_id"),
    Feed("deliveries", "stock.picking", PICKING, (("picking_type_code", "in", ("outgoing", "incoming", DROP_SHIP)),)),
    Feed("deliveries", "stock.move", MOVE, (("sale_line_id", "!=", False),), about="picking_id"),
    Feed(
        "transfers",
        "stock.move",
        (*MOVE, "date"),
        (("sale_line_id", "=", False), ("picking_id", "!=", False), ("state", "in", ("assigned", "cancel"))),
        about="picking_id",
        name="transfers",
    ),
    Feed("invoices", "account.move", BILL, (("move_type", "in", ("out_invoice", "out_refund")), ("state", "!=", "draft"))),
    Feed("purchases", "purchase.order", PURCHASE, (("state", "in", ("purchase", "done", "cancel")),)),
    Feed(
        "purchases",
        "purchase.order.line",
        PURCHASE_LINE,
        (("order_id.state", "in", ("purchase", "done", "cancel")),),
        about="order_id",
    ),
)
"""In the order in which they are read: what an order says comes before what its goods and invoices say."""

READ_BY_WATCH: Mapping[str, tuple[str, ...]] = {
    "orders": ("sale.order", "sale.order.line", "product.product", "uom.uom"),
    "deliveries": ("stock.picking", "stock.move", "stock.move.line", "stock.lot", "stock.picking.type", "stock.warehouse"),
    "invoices": ("account.move", "account.move.line", "account.tax", "res.partner", "res.company"),
    "purchases": ("purchase.order", "purchase.order.line", "product.supplierinfo", "res.partner"),
    "stock": ("stock.quant", "stock.location", "product.product"),
    "transfers": ("stock.picking", "stock.move", "stock.move.line", "stock.location", "stock.picking.type", "stock.warehouse"),
    "counts": ("stock.quant", "stock.location", "stock.warehouse", "product.product"),
}
"""What the service user must be allowed to read for each."""
