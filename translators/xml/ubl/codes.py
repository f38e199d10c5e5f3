"""Code values of UBL documents in the words of the canonical model."""

from translators.mapping.words import Words

PARTY_SCHEMES = {
    "0088": "gln",
    "GLN": "gln",
    "EAN": "gln",
    "ILN": "gln",
    "0060": "duns",
    "DUNS": "duns",
    "SA": "seller",
    "ZZZ": "partner",
}
"""Identifier schemes of parties by `schemeID`: ISO 6523 numbers (ICD) and names in use."""

AGENCIES = {"9": "gln", "16": "duns"}
"""Identifier schemes of parties by the agency alone (`schemeAgencyID`, UNTDID 3055)."""

STANDARD_ITEM_SCHEMES = {
    "0160": "gtin",
    "GTIN": "gtin",
    "EAN": "gtin",
    "EAN-13": "gtin",
    "UPC": "upc",
    "ISBN": "isbn",
    "ISSN": "issn",
}
"""Identifier schemes of items that StandardItemIdentification holds."""

ITEM_AGENCIES = {"9": "gtin", "6": "gtin"}

ADDITIONAL_ITEM_SCHEMES = {
    "SKU": "sku",
    "MODEL": "model",
    "DRAWING": "drawing",
}
"""Names for schemes that AdditionalItemIdentification holds; any other stands as it is."""

COMMODITIES = {
    "HS": "harmonised_system",
    "TST": "unspsc",
    "UNSPSC": "unspsc",
    "STI": "cpv",
    "CPV": "cpv",
    "CG": "commodity_group",
    "GB": "buyer_group",
    "GPC": "gpc",
}
"""Classifications of items by list (`listID`, UNTDID 7143)."""

PURPOSES = Words(
    {
        "9": "original",
        "1": "cancel",
        "4": "change",
        "5": "replace",
        "6": "confirmation",
        "7": "duplicate",
        "31": "duplicate",
    }
)
"""What is to be done with a document (UNTDID 1225), where a document says so."""

ORDER_KINDS = Words(
    {
        "220": "stand_alone",
        "105": "stand_alone",
        "221": "blanket",
        "258": "blanket",
        "226": "release",
        "227": "consignment",
        "224": "rush",
    }
)
"""Kinds of order (OrderTypeCode, UNTDID 1001)."""

TEXTS = Words(
    {
        "AAI": "general",
        "AAB": "payment_terms",
        "ABL": "government",
        "DEL": "delivery",
        "DIN": "delivery_instructions",
        "INS": "insurance",
        "INV": "invoice",
        "LIN": "line",
        "ORI": "order",
        "PUR": "purchasing",
        "PAC": "packing",
        "PKG": "packaging",
        "PRD": "product",
        "PRI": "priority",
        "QIN": "quarantine",
        "REG": "regulatory",
        "SIN": "special_instructions",
        "SUR": "supplier_remarks",
        "TRA": "transport",
        "TXD": "tax",
    }
)
"""Purposes of text (UNTDID 4451)."""

ACTIONS = Words({"1": "add", "2": "delete", "3": "change", "4": "none", "5": "accept", "7": "reject"})
"""Actions on lines (LineStatusCode, UNTDID 1229)."""

PRICES = Words(
    {
        "NTP": "net",
        "GRP": "gross",
        "AAA": "reference",
        "AAB": "with_tax",
        "CAT": "list",
        "INV": "invoice",
        "SRP": "suggested_retail",
        "RTP": "retail",
        "CAL": "calculation",
    }
)
"""Kinds of price (PriceTypeCode, UNTDID 5387)."""

MODES = Words(
    {"1": "sea", "2": "rail", "3": "road", "4": "air", "5": "mail", "6": "multimodal", "7": "fixed", "8": "inland_water"}
)
"""Modes of transport (UN Recommendation 19)."""

REFERENCES = Words(
    {
        "Account": "account",
        "Blanket order": "blanket_order",
        "Customer number": "customer_number",
        "Delivery note": "delivery_note",
        "Delivery schedule": "delivery_schedule",
        "Despatch advice": "despatch",
        "Export licence": "export_licence",
        "Import licence": "import_licence",
        "Invoice": "invoice",
        "Order": "order",
        "Packing list": "packing_list",
        "Price list": "price_list",
        "Proforma": "proforma",
        "Promotion": "promotion",
        "Receiving advice": "receipt",
        "Seller number": "seller_number",
        "Tracking": "tracking",
    }
)
"""Kinds of references that have no element of their own, by the words that DocumentType says."""

INCOTERMS = Words(
    {
        code: code
        for code in "EXW FCA FAS FOB CFR CIF CPT CIP DAF DES DEQ DDU DDP DAT DAP DPU".split()  # noqa: SIM905 - read as a list
    }
)
"""Incoterms of all editions since 1990."""

RESPONSES = Words({"AP": "accepted", "CA": "with_changes", "RE": "rejected", "AB": "acknowledged"})
"""What becomes of an order (OrderResponseCode, UNTDID 4343)."""

LINE_RESPONSES = Words(
    {
        "5": "accepted",
        "1": "added",
        "3": "changed",
        "6": "changed",
        "7": "rejected",
        "2": "cancelled",
        "42": "shipped",
        "Added": "added",
        "Cancelled": "cancelled",
        "Revised": "changed",
    }
)
"""What becomes of a line (LineStatusCode, UNTDID 1229, or UBL's own words)."""

COARSER_RESPONSES = {
    "quantity_changed": "changed",
    "date_changed": "changed",
    "price_changed": "changed",
    "substituted": "changed",
    "back_ordered": "changed",
}
"""What is said for answers that have no code."""

LINE_ACTIONS = Words(
    {
        "1": "add",
        "3": "change",
        "2": "delete",
        "4": "none",
        "Added": "add",
        "Revised": "change",
        "Cancelled": "delete",
        "NoStatus": "none",
    }
)
"""What is to become of an ordered line (LineStatusCode)."""

COARSER_ACTIONS = {"reschedule": "change", "quantity": "change", "price": "change", "item": "change"}

INVOICES = Words(
    {
        "380": "commercial",
        "383": "debit_note",
        "384": "corrected",
        "385": "consolidated",
        "386": "prepayment",
        "326": "partial",
        "389": "self_billed",
        "393": "factored",
        "395": "consignment",
        "325": "pro_forma",
    }
)
"""Kinds of invoice (InvoiceTypeCode, UNTDID 1001)."""

CREDITS = Words({"381": "credit_note", "81": "goods", "83": "financial", "261": "self_billed", "396": "factored"})
"""Kinds of credit note (CreditNoteTypeCode, UNTDID 1001)."""

MEASURES = Words(
    {
        "AAB": "gross_weight",
        "AAA": "net_weight",
        "ABJ": "volume",
        "AAW": "gross_volume",
        "AAX": "net_volume",
        "HT": "height",
        "LN": "length",
        "WD": "width",
        "DI": "diameter",
    }
)
"""Measures by attribute (AttributeID of a dimension, UNTDID 6313)."""

PACKAGE_SCHEMES = {"SSCC": "sscc", "0154": "sscc", "SEQ": "seller", "TRACKING": "tracking"}
"""Schemes of the identifiers of packages."""

DESPATCH_STATUSES = Words({"Completed": "complete", "Partial": "partial", "Substituted": "substituted", "Cancelled": "cancelled"})
"""What became of a line that was to be sent."""

ANSWERS = Words({"AP": "accepted", "RE": "rejected", "AB": "received", "CA": "with_changes"})
"""Verdicts on documents (ResponseCode, UNTDID 4343)."""

ANSWERED = Words(
    {
        "380": "invoice",
        "381": "credit_note",
        "220": "order",
        "230": "order_change",
        "231": "order_response",
        "351": "despatch",
        "632": "receipt",
        "481": "remittance",
        "9": "price_catalogue",
        "310": "quote",
    }
)
"""Kinds of documents that are answered (DocumentTypeCode, UNTDID 1001)."""

PAYMENT_METHODS = Words({"20": "cheque", "2": "clearing_house", "30": "wire"}, longest=3)
"""How money is moved (PaymentMeansCode, UNTDID 4461); a code without a word stands for itself."""
