"""What Odoo can be asked to do, by the names that routes use. The connector makes each of them."""

ACTIONS = (
    "sale_order",
    "sale_order_change",
    "picking",
    "purchase_confirmation",
    "expected_receipt",
    "inventory_adjustment",
    "vendor_bill",
    "return",
    "remittance",
    "transport_status",
    "invoice_request",
)
