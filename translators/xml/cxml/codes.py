"""Code values of cXML in the words of the canonical model."""

from translators.mapping.words import Words

CREDENTIALS = {
    "DUNS": "duns",
    "NetworkID": "network",
    "GLN": "gln",
    "ILN": "gln",
    "EANID": "gln",
    "VendorID": "buyer",
    "PrivateID": "private",
    "InternalSupplierID": "internal",
    "SystemID": "system",
}
"""Schemes of identifiers of parties by the domain of credentials and references; the first of a scheme is written."""

ROLES = {
    "buyerCorporate": "buyer",
    "supplierCorporate": "seller",
    "carrierCorporate": "carrier",
    "shipFrom": "ship_from",
    "shipTo": "ship_to",
    "billTo": "bill_to",
    "remitTo": "payee",
    "payer": "payer",
    "soldTo": "ordering_party",
    "endUser": "final_consignee",
    "warehouse": "warehouse",
    "manufacturer": "manufacturer",
    "freightForwarder": "freight_forwarder",
}
"""Parties by the role of a contact; `from` and `issuerOfInvoice` are read as other parties are."""

ORDER_KINDS = Words({"regular": "stand_alone", "blanket": "blanket", "release": "release"})

ITEM_SCHEMES = {
    "EAN-13": "gtin",
    "EAN": "gtin",
    "GTIN": "gtin",
    "UPC": "upc",
    "ISBN": "isbn",
    "europeanWasteCatalogID": "waste",
}
"""Schemes of identifiers of items by the domain of a reference."""

CLASSIFICATIONS = {
    "UNSPSC": "unspsc",
    "HS": "harmonised_system",
    "SPSC": "spsc",
    "EClass": "eclass",
}
"""Classifications of items by domain."""

MEASURES = Words(
    {
        "length": "length",
        "width": "width",
        "height": "height",
        "weight": "net_weight",
        "volume": "volume",
        "stackHeight": "stack_height",
        "grossWeight": "gross_weight",
        "grossVolume": "gross_volume",
        "unitGrossWeight": "unit_gross_weight",
        "unitNetWeight": "unit_net_weight",
    }
)

MODES = Words(
    {
        "air": "air",
        "motor": "road",
        "rail": "rail",
        "ship": "sea",
        "mail": "mail",
        "multimodal": "multimodal",
        "fixedTransport": "fixed",
        "inlandWater": "inland_water",
    }
)

RESPONSES = Words(
    {
        "accept": "accepted",
        "detail": "with_changes",
        "except": "with_changes",
        "allDetail": "with_changes",
        "replace": "with_changes",
        "reject": "rejected",
        "backordered": "other",
    }
)
"""What becomes of an order (type of a confirmation)."""

LINE_RESPONSES = Words(
    {
        "accept": "accepted",
        "detail": "changed",
        "allDetail": "changed",
        "backordered": "back_ordered",
        "reject": "rejected",
        "unknown": "other",
    }
)
"""What becomes of a line (type of a status)."""

COARSER_RESPONSES = {
    "added": "changed",
    "quantity_changed": "changed",
    "date_changed": "changed",
    "price_changed": "changed",
    "substituted": "changed",
    "cancelled": "rejected",
    "shipped": "accepted",
    "on_hold": "other",
}
"""What is said for answers that have no code."""

INCOTERMS = Words({code.lower(): code for code in "CFR CIF CIP CPT DAF DDP DDU DEQ DES EXW FAS FCA FOB".split()})  # noqa: SIM905 - read as a list

INVOICES = Words({"standard": "commercial", "debitMemo": "debit_note", "lineLevelDebitMemo": "debit_note"})
"""Kinds of invoice (purpose)."""

CREDITS = Words({"creditMemo": "financial", "lineLevelCreditMemo": "credit_note"})
"""Kinds of credit note (purpose): without lines, or line by line."""

COARSER_INVOICES = {
    "corrected": "commercial",
    "consolidated": "commercial",
    "prepayment": "commercial",
    "partial": "commercial",
    "self_billed": "commercial",
    "factored": "commercial",
    "consignment": "commercial",
}

COARSER_CREDITS = {"goods": "credit_note", "self_billed": "credit_note", "factored": "credit_note"}

PURPOSES = frozenset(
    (
        "delivery",
        "delivery_instructions",
        "legal",
        "line",
        "packing",
        "payment_terms",
        "product",
        "regulatory",
        "special_instructions",
        "supplier_remarks",
        "tax",
        "transport",
    )
)
"""Purposes of text that the type of a comment says in our own words."""

DIALLING = {
    "1": "US",
    "31": "NL",
    "32": "BE",
    "33": "FR",
    "34": "ES",
    "39": "IT",
    "41": "CH",
    "43": "AT",
    "44": "GB",
    "45": "DK",
    "46": "SE",
    "47": "NO",
    "48": "PL",
    "49": "DE",
    "52": "MX",
    "55": "BR",
    "61": "AU",
    "81": "JP",
    "86": "CN",
    "91": "IN",
}
"""Countries by the number they are dialled with."""
