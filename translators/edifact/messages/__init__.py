"""What messages mean: each module maps one message to its canonical document, imported when such a message comes."""

MAPPINGS = {
    "DESADV": ("despatch_advice", "translators.edifact.messages.despatch_advice"),
    "INVOIC": ("invoice", "translators.edifact.messages.invoice"),
    "ORDCHG": ("purchase_order_change", "translators.edifact.messages.purchase_order_change"),
    "ORDERS": ("purchase_order", "translators.edifact.messages.purchase_order"),
    "ORDRSP": ("order_response", "translators.edifact.messages.order_response"),
}
"""Messages with a mapping: the name of the canonical document, and the module whose `MAPPING` reads and writes it."""
