"""What messages mean: each module maps one message to its canonical document, imported when such a message comes."""

MAPPINGS = {
    "APERAK": ("application_response", "translators.edifact.messages.application_response"),
    "DELFOR": ("delivery_schedule", "translators.edifact.messages.delivery_schedule"),
    "DELJIT": ("delivery_schedule", "translators.edifact.messages.just_in_time"),
    "DESADV": ("despatch_advice", "translators.edifact.messages.despatch_advice"),
    "HANMOV": ("warehouse_order", "translators.edifact.messages.handling_order"),
    "IFTMAN": ("transport_order", "translators.edifact.messages.arrival_notice"),
    "IFTMIN": ("transport_order", "translators.edifact.messages.transport_order"),
    "IFTSTA": ("transport_status", "translators.edifact.messages.transport_status"),
    "INSDES": ("warehouse_order", "translators.edifact.messages.warehouse_order"),
    "INVOIC": ("invoice", "translators.edifact.messages.invoice"),
    "INVRPT": ("inventory_report", "translators.edifact.messages.inventory_report"),
    "ORDCHG": ("purchase_order_change", "translators.edifact.messages.purchase_order_change"),
    "ORDERS": ("purchase_order", "translators.edifact.messages.purchase_order"),
    "ORDRSP": ("order_response", "translators.edifact.messages.order_response"),
    "PRICAT": ("price_catalogue", "translators.edifact.messages.price_catalogue"),
    "QUOTES": ("quote", "translators.edifact.messages.quote"),
    "RECADV": ("receiving_advice", "translators.edifact.messages.receiving_advice"),
    "REMADV": ("remittance_advice", "translators.edifact.messages.remittance_advice"),
    "REQOTE": ("request_for_quote", "translators.edifact.messages.request_for_quote"),
    "SLSRPT": ("sales_report", "translators.edifact.messages.sales_report"),
}
"""Messages with a mapping: the name of the canonical document, and the module whose `MAPPING` reads and writes it."""
