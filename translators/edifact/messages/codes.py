"""Code values of the directories in the words of the canonical model. What is not listed here keeps its code."""

AGENCIES = {
    "2": "cec",
    "5": "iso",
    "6": "un",
    "9": "gln",
    "10": "odette",
    "113": "ucc",
    "16": "duns",
    "20": "bic",
    "86": "own",
    "91": "seller",
    "92": "buyer",
    "31B": "san",
    "ZZZ": "partner",
}
"""Identifier schemes of parties and places by responsible agency (3055)."""

ITEM_NUMBERS = {
    "EN": "gtin",
    "SRV": "gtin",
    "EAN": "gtin",
    "UP": "upc",
    "UA": "customer",
    "SA": "seller",
    "VN": "seller",
    "VP": "seller",
    "BP": "buyer",
    "IN": "buyer",
    "MF": "manufacturer",
    "MP": "product",
    "IB": "isbn",
    "IS": "issn",
    "HS": "harmonised_system",
    "NB": "batch",
    "SN": "serial",
    "PV": "promotion_variant",
    "GN": "national_group",
    "AB": "assembly",
    "BH": "part",
    "CG": "commodity_group",
    "DR": "drawing",
    "DW": "drawing",
    "MN": "model",
    "SG": "standard_group",
    "SK": "sku",
}
"""Identifier schemes of items by type of number (7143)."""

PARTIES = {
    "BY": "buyer",
    "SU": "seller",
    "SE": "seller",
    "DP": "ship_to",
    "ST": "ship_to",
    "CN": "ship_to",
    "UC": "final_consignee",
    "UD": "final_consignee",
    "IV": "bill_to",
    "BT": "bill_to",
    "PR": "payer",
    "PE": "payee",
    "OB": "ordering_party",
    "CA": "carrier",
    "FW": "freight_forwarder",
    "MF": "manufacturer",
    "SF": "ship_from",
    "CZ": "ship_from",
    "WH": "warehouse",
}
"""Canonical roles by party function (3035)."""

HEADER_DATES = {
    "4": "order",
    "10": "requested_shipment",
    "11": "despatch",
    "61": "cancel_after",
    "64": "earliest_delivery",
    "69": "promised_delivery",
    "76": "scheduled_delivery",
    "79": "promised_shipment",
    "94": "production",
    "171": "reference",
    "200": "pick_up",
    "235": "latest_pick_up",
    "358": "scheduled_delivery",
    "361": "best_before",
    "364": "minimum_best_before",
}
"""Dates without a field of their own by function (2005)."""

DELIVERY_DATES = {"2": "requested_delivery", "63": "latest_delivery", "37": "ship_not_before", "38": "ship_not_after"}
"""Dates of delivery where they have no field of their own."""

LOT_DATES = {"361": "best_before", "36": "expiry", "94": "made"}
"""Dates of lots by function (2005)."""

IDENTITIES = {"BJ": "sscc", "BX": "batch", "BN": "serial", "ML": "label"}
"""Numbers of goods and packages (7405)."""

PLACES = {
    "7": "delivery",
    "11": "arrival",
    "9": "departure",
    "14": "goods",
    "18": "warehouse",
    "19": "factory",
    "159": "internal",
}
"""Kinds of places (3227)."""

DISCREPANCIES = {
    "CC": "complete",
    "CM": "complete",
    "BP": "partial",
    "CP": "partial_complete",
    "AC": "over",
    "CS": "substituted",
    "IS": "substituted",
    "BK": "back_ordered",
    "OW": "out_of_stock",
    "OS": "out_of_stock",
    "AD": "out_of_stock",
    "IC": "cancelled",
    "CK": "cancelled",
}
"""What is said of a quantity that differs (4221)."""

APPLICATION_ANSWERS = {
    "AP": "accepted",
    "RE": "rejected",
    "AC": "with_changes",
    "CA": "partly_accepted",
    "AB": "received",
    "AI": "with_changes",
}
"""What became of a message, by the type of response (4343)."""

ANSWERED_REFERENCES = {
    "ACW": "message",
    "ON": "order",
    "IV": "invoice",
    "AAK": "despatch",
    "AAN": "delivery_schedule",
    "ALO": "receipt",
}
"""Documents that are answered, by the kind of reference to them (1153)."""

ANSWERED_NAMES = {
    "220": "order",
    "231": "order_response",
    "230": "order_change",
    "380": "invoice",
    "381": "credit_note",
    "351": "despatch",
    "632": "receipt",
    "35": "inventory_report",
    "9": "price_catalogue",
    "241": "delivery_schedule",
    "481": "remittance_advice",
}
"""Documents that are answered, by their name (1001)."""

STOCK = {
    "145": "on_hand",
    "17": "on_hand",
    "257": "on_hand",
    "60": "available",
    "24": "available",
    "248": "reserved",
    "216": "reserved",
    "243": "reserved",
    "244": "reserved",
    "57": "in_transit",
    "198": "in_transit",
    "21": "on_order",
    "83": "back_ordered",
    "124": "damaged",
    "253": "blocked",
    "255": "blocked",
    "8": "in_inspection",
    "152": "consignment",
    "61": "returned",
    "210": "returned",
    "48": "received",
    "194": "received",
    "199": "issued",
    "212": "sold",
    "146": "planned",
    "97": "minimum",
    "98": "maximum",
    "217": "out_of_stock",
}
"""What a quantity of stock is, by qualifier (6063)."""

INVENTORY_KINDS = {"2": "damaged", "4": "reserved"}
"""What inventory is, by its kind (7491)."""

CONDITIONS = {
    "119": "short",
    "121": "over",
    "124": "damaged",
    "195": "refused",
    "196": "refused",
    "185": "refused",
    "61": "returned",
}
"""Quantities received that are not as they should be (6063)."""

VARIANCES = {"AF": "damaged", "AC": "over", "AE": "not_advised", "CP": "short", "BP": "short"}
"""Why a quantity received differs (4221)."""

ADJUSTMENTS = {
    "1": "agreed",
    "2": "below_specification",
    "3": "damaged",
    "4": "short",
    "5": "price",
    "6": "proof_of_delivery",
    "7": "on_account",
    "9": "invoice_error",
    "11": "bank_charges",
    "14": "wrong_delivery",
    "19": "trade_discount",
    "20": "late_delivery",
    "32": "not_delivered",
    "35": "returned",
    "39": "discount",
    "40": "freight",
    "41": "other_invoices",
}
"""Why more or less is paid (4465)."""

REFERENCES = {
    "ON": "order",
    "CO": "order",
    "CR": "customer",
    "CT": "contract",
    "BO": "blanket_order",
    "OP": "previous_order",
    "POR": "order_response",
    "AAG": "quote",
    "AAB": "proforma",
    "AAK": "despatch",
    "DQ": "delivery_note",
    "AAN": "delivery_schedule",
    "ADE": "account",
    "API": "inventory_report",
    "IA": "seller_number",
    "IT": "customer_number",
    "IV": "invoice",
    "LI": "line",
    "PD": "promotion",
    "PL": "price_list",
    "PK": "packing_list",
    "VN": "seller_order",
    "SS": "seller_order",
    "IP": "import_licence",
    "EX": "export_licence",
    "ACE": "related_document",
    "UC": "final_consignee",
    "BC": "buyer_contract",
    "GN": "government",
    "VA": "vat",
    "XA": "company_registration",
}
"""Kinds of reference by qualifier (1153)."""

PRICES = {
    "AAA": "net",
    "AAB": "gross",
    "AAC": "with_tax",
    "AAD": "average",
    "AAE": "information",
    "AAF": "information_without_tax",
    "CAL": "calculation",
    "INV": "invoice",
    "NTP": "net",
    "GRP": "gross",
    "SRP": "suggested_retail",
    "RTP": "retail",
    "LIU": "list",
}
"""Kinds of price by qualifier (5125) or type (5387)."""

QUANTITIES = {
    "1": "discrete",
    "3": "cumulative",
    "11": "split",
    "12": "despatched",
    "17": "on_hand",
    "33": "maximum_delivery",
    "46": "delivered",
    "48": "received",
    "47": "invoiced",
    "52": "per_pack",
    "53": "minimum",
    "54": "maximum",
    "57": "in_transit",
    "59": "per_trade_unit",
    "61": "returned",
    "83": "back_ordered",
    "99": "estimated",
    "113": "to_be_delivered",
    "192": "free_goods",
}
"""Other quantities by qualifier (6063)."""

AMOUNTS = {
    "5": "adjusted",
    "8": "allowance_or_charge",
    "9": "payable",
    "23": "charge",
    "25": "basis",
    "38": "invoice_item",
    "66": "goods_item",
    "77": "invoice",
    "79": "lines",
    "86": "document",
    "98": "original",
    "116": "purchase",
    "124": "tax",
    "125": "taxable",
    "128": "total",
    "129": "subject_to_discount",
    "131": "allowances_and_charges",
    "146": "unit_price",
    "150": "tax_value",
    "165": "adjustment",
    "176": "tax_total",
    "203": "line",
    "204": "allowance",
    "236": "subject_to_adjustment",
    "259": "charges",
    "260": "allowances",
}
"""Amounts by qualifier (5025)."""

INVOICE_KINDS = {
    "380": "commercial",
    "383": "debit_note",
    "80": "debit_note",
    "84": "debit_note",
    "384": "corrected",
    "385": "consolidated",
    "386": "prepayment",
    "326": "partial",
    "389": "self_billed",
    "393": "factored",
    "395": "consignment",
    "325": "pro_forma",
    "82": "commercial",
    "388": "commercial",
}
"""Kinds of invoice by document name (1001)."""

CREDIT_KINDS = {
    "381": "credit_note",
    "81": "goods",
    "83": "financial",
    "261": "credit_self_billed",
    "396": "credit_factored",
    "308": "credit_note",
    "532": "credit_note",
}
"""Kinds of credit note by document name (1001); those that invoices have as well with a word in front."""

INVOICE_TOTALS = {
    "79": "lines",
    "9": "payable",
    "86": "payable",
    "77": "tax_inclusive",
    "388": "tax_inclusive",
    "39": "tax_inclusive",
    "125": "tax_exclusive",
    "389": "tax_exclusive",
    "176": "tax",
    "124": "tax",
    "259": "charges",
    "260": "allowances",
    "113": "prepaid",
    "129": "discountable",
    "366": "rounding",
}
"""Totals of an invoice with a field of their own (5025)."""

TOTALS = {"79": "lines", "86": "payable", "9": "payable", "124": "tax", "176": "tax", "259": "charges", "260": "allowances"}
"""Totals with a field of their own."""

MEASURES = {
    "AAB": "gross_weight",
    "G": "gross_weight",
    "AAD": "gross_weight",
    "AAC": "net_weight",
    "AAA": "net_weight",
    "AAL": "net_weight",
    "N": "net_weight",
    "T": "tare_weight",
    "HT": "height",
    "LN": "length",
    "WD": "width",
    "DI": "diameter",
    "TH": "thickness",
    "AAW": "gross_volume",
    "AAX": "net_volume",
    "ABJ": "volume",
    "VOL": "volume",
    "WT": "weight",
    "LAY": "layers",
    "ULY": "units_per_layer",
}
"""Measures by dimension (6313)."""

MEANS = {"TE": "telephone", "FX": "fax", "EM": "email"}
"""Means of communication (3155)."""

CONTACTS = {
    "OC": "order",
    "PD": "purchasing",
    "SD": "shipping",
    "IC": "information",
    "AD": "accounting",
    "AP": "payable",
    "AR": "receivable",
    "DL": "delivery",
    "GR": "goods_receiving",
    "SR": "sales",
    "TR": "transport",
    "PE": "payee",
    "SA": "sales_administration",
}
"""Functions of contacts (3139)."""

TEXTS = {
    "AAI": "general",
    "AAO": "error",
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
    "ZZZ": "agreed",
}
"""Purposes of free text (4451)."""

CHARACTERISTICS = {
    "35": "colour",
    "98": "size",
    "SGR": "size_grid",
    "CU": "consumer_unit",
    "DU": "despatch_unit",
    "TU": "traded_unit",
    "BAU": "author",
    "BTI": "title",
    "BPU": "publisher",
    "BPD": "publication_date",
    "BST": "series",
    "BED": "edition",
    "BIN": "binding",
    "BMN": "brand",
    "13": "quality",
    "8": "product",
    "2": "product_form",
    "009": "author",
    "010": "author_surname",
    "011": "author_forename",
    "060": "subtitle",
    "110": "place_of_publication",
    "120": "publisher",
    "170": "publication_date",
    "180": "pagination",
    "220": "binding",
}
"""Characteristics of items (7081); those of three digits are the book trade's, whose title (050) is the description."""

NAME = "BTI"
"""The characteristic (7081) that is the name of an item: the title of a book."""

ACTIONS = {"1": "add", "2": "delete", "3": "change", "4": "none", "5": "accept", "7": "reject"}
"""Actions on lines (1229)."""

CHANGES = {"3": "change", "1": "add", "2": "delete", "4": "none", "8": "reschedule"}
"""What becomes of a line of an order that is changed (1229)."""

ANSWERS = {"5": "accepted", "6": "changed", "7": "rejected", "1": "added", "2": "cancelled", "3": "changed"}
"""What becomes of a line that is answered (1229)."""

RESPONSE_FUNCTIONS = {"29": "accepted", "27": "rejected", "4": "with_changes", "30": "with_changes", "34": "with_changes"}
"""What became of an order, by the function of the answer (1225)."""

RESPONSES = {
    "AP": "accepted",
    "AD": "accepted",
    "AC": "with_changes",
    "AI": "with_changes",
    "CA": "with_changes",
    "RE": "rejected",
    "AB": "acknowledged",
}
"""What became of an order, by the type of response (4343)."""

PURPOSES = {
    "1": "cancel",
    "4": "change",
    "5": "replace",
    "6": "confirmation",
    "7": "duplicate",
    "9": "original",
    "31": "duplicate",
}
"""Purposes by message function (1225)."""

KINDS = {
    "220": "stand_alone",
    "105": "stand_alone",
    "221": "blanket",
    "258": "blanket",
    "226": "release",
    "227": "consignment",
    "224": "rush",
    "50E": "stand_alone",
}
"""Kinds of order by document name (1001)."""

STAGES = {
    "10": "pre_carriage",
    "11": "at_border",
    "13": "at_destination",
    "20": "main_carriage",
    "30": "on_carriage",
    "1": "inland",
    "12": "at_departure",
}
"""Transport stages (8051)."""

MODES = {
    "10": "sea",
    "1": "sea",
    "20": "rail",
    "2": "rail",
    "30": "road",
    "3": "road",
    "40": "air",
    "4": "air",
    "50": "mail",
    "5": "mail",
    "60": "multimodal",
    "6": "multimodal",
    "7": "fixed",
    "80": "inland_water",
    "8": "inland_water",
}
"""Modes of transport (8067, UN Recommendation 19)."""

PAYMENTS = {
    "1": "basic",
    "3": "fixed_date",
    "4": "deferred",
    "5": "discount_not_applicable",
    "6": "mixed",
    "7": "extended",
    "8": "basic_discount",
    "10": "instant",
    "20": "penalty",
    "22": "discount",
    "23": "sight",
}
"""Kinds of payment terms (4279)."""

AGREED = "ZZZ"
"""The code for what is agreed between the partners, where there must be one."""

DISCOUNT, INVOICE_DATE, AFTER = "22", "5", "3"
"""Terms with a discount (4279), the date they run from where none is said (2475), and that they run after it (2009)."""

PERIOD_DAYS = {"D": 1, "CD": 1, "W": 7, "WD": None, "M": None, "Y": None}
"""Days in a period type (2151), where there is a fixed number."""

OWN_UNITS = ("KGM", "LTR", "MTR", "DZN")
"""Units that are written as Recommendation 20 has them, though senders use other codes for them too."""

UNITS = {
    "PCE": "H87",
    "PC": "H87",
    "ST": "H87",
    "CT": "XCT",
    "CS": "XCS",
    "BX": "XBX",
    "PK": "XPK",
    "PF": "XPX",
    "PX": "XPX",
    "PL": "XPL",
    "RL": "XRO",
    "RO": "XRO",
    "BG": "XBG",
    "BO": "XBO",
    "KG": "KGM",
    "LT": "LTR",
    "MT": "MTR",
    "DZ": "DZN",
}
"""Units as sent that Recommendation 20 writes otherwise."""

TRANSPORT_PAYMENTS = {
    "CC": "collect",
    "PP": "prepaid",
    "PC": "prepaid_charged",
    "PO": "prepaid",
    "DF": "agreed",
    "TP": "third_party",
    "PU": "pick_up",
    "CF": "collect_credited",
}
"""Who pays for transport (4215)."""

PAYMENT_BASES = {
    "1": "order",
    "5": "invoice",
    "6": "credit_note",
    "9": "invoice_receipt",
    "21": "goods_receipt",
    "29": "delivery",
    "66": "specified",
    "81": "shipment",
}
"""Dates that payment terms run from (2475)."""

INCOTERMS = frozenset(
    ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAF", "DES", "DEQ", "DDU", "DDP", "DAT", "DAP", "DPU")
)
"""Incoterms of all editions since 1990."""

PAYMENT_METHODS = {"20": "cheque", "2": "clearing_house", "30": "wire"}
"""How money is moved (4461); a code without a word stands for itself."""
