"""What messages mean: each module maps one message to its canonical document, imported when such a message comes."""

MAPPINGS = {
    "APERAK": ("application_response", "translators.edifact.messages.application_response"),
    "DESADV": ("despatch_advice", "translators.edifact.messages.despatch_advice"),
    "IFTMAN": ("transport_order", "translators.edifact.messages.arrival_notice"),
    "IFTMIN": ("transport_order", "translators.edifact.messages.transport_order"),
    "IFTSTA": ("transport_status", "translators.edifact.messages.transport_status"),
    "INVOIC": ("invoice", "translators.edifact.messages.invoice"),
    "ORDCHG": ("purchase_order_change", "translators.edifact.messages.purchase_order_change"),
    "ORDERS": ("purchase_order", "translators.edifact.messages.purchase_order"),
    "ORDRSP": ("order_response", "translators.edifact.messages.order_response"),
}
"""Messages with a mapping: the name of the canonical document, and the module whose `MAPPING` reads and writes it."""
