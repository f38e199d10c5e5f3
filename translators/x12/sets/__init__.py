"""Transaction sets as canonical documents, both ways: one module for each, written with the words of `translators.mapping`."""

MAPPINGS = {
    "945": ("warehouse_shipment", "translators.x12.sets.warehouse_shipment"),
    "940": ("warehouse_order", "translators.x12.sets.warehouse_order"),
    "810": ("invoice", "translators.x12.sets.invoice"),
    "820": ("remittance_advice", "translators.x12.sets.remittance_advice"),
    "824": ("application_response", "translators.x12.sets.application_response"),
    "830": ("delivery_schedule", "translators.x12.sets.planning_schedule"),
    "832": ("price_catalogue", "translators.x12.sets.price_catalogue"),
    "840": ("request_for_quote", "translators.x12.sets.request_for_quote"),
    "843": ("quote", "translators.x12.sets.quote"),
    "846": ("inventory_report", "translators.x12.sets.inventory_report"),
    "204": ("transport_order", "translators.x12.sets.transport_order"),
    "210": ("freight_invoice", "translators.x12.sets.freight_invoice"),
    "214": ("transport_status", "translators.x12.sets.transport_status"),
    "850": ("purchase_order", "translators.x12.sets.purchase_order"),
    "852": ("sales_report", "translators.x12.sets.sales_report"),
    "855": ("order_response", "translators.x12.sets.order_response"),
    "856": ("despatch_advice", "translators.x12.sets.despatch_advice"),
    "860": ("purchase_order_change", "translators.x12.sets.purchase_order_change"),
    "862": ("delivery_schedule", "translators.x12.sets.shipping_schedule"),
    "875": ("purchase_order", "translators.x12.sets.grocery_order"),
    "865": ("order_response", "translators.x12.sets.order_change_response"),
    "880": ("invoice", "translators.x12.sets.grocery_invoice"),
    "990": ("transport_response", "translators.x12.sets.transport_response"),
}
"""Sets with a canonical form: its (usual) name, and the module whose `MAPPING` reads and writes it."""
