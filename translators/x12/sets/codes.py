"""Code values of the dictionary in the words of the canonical model. What is not listed here keeps its code."""

PURPOSES = {
    "00": "original",
    "01": "cancel",
    "04": "change",
    "05": "replace",
    "06": "confirmation",
    "07": "duplicate",
}
"""What is to be done with the document (353)."""

GROCERY_PURPOSES = {
    "N": "original",
    "B": "original",
    "S": "original",
    "F": "cancel",
    "D": "cancel",
    "R": "change",
    "G": "change",
    "L": "replace",
    "C": "confirmation",
    "E": "confirmation",
    "T": "duplicate",
}
"""What is to be done with an order of the grocery trade (473)."""

ORDER_KINDS = {
    "SA": "stand_alone",
    "NE": "stand_alone",
    "KN": "stand_alone",
    "BE": "blanket",
    "BK": "blanket",
    "RL": "release",
    "CN": "consignment",
    "DS": "drop_ship",
    "RO": "rush",
}
"""Kinds of order (92)."""

CHANGE_KINDS = ORDER_KINDS | {"CP": "stand_alone", "CR": "release"}
"""Kinds of order (92) as they are named in changes."""

RESPONSES = {
    "AD": "accepted",
    "AC": "with_changes",
    "AE": "with_changes",
    "AK": "acknowledged",
    "AT": "accepted",
    "RD": "rejected",
    "RJ": "rejected",
    "RF": "rejected",
    "RO": "rejected",
    "ZZ": "other",
}
"""What became of an order (587)."""

LINE_RESPONSES = {
    "IA": "accepted",
    "AA": "accepted",
    "AR": "accepted",
    "IE": "accepted",
    "SP": "accepted",
    "AC": "shipped",
    "IB": "back_ordered",
    "BP": "back_ordered",
    "DR": "date_changed",
    "IC": "changed",
    "IP": "price_changed",
    "IQ": "quantity_changed",
    "IS": "substituted",
    "ID": "cancelled",
    "IH": "on_hold",
    "IF": "on_hold",
    "IW": "on_hold",
    "IR": "rejected",
    "R1": "rejected",
    "R2": "rejected",
    "R3": "rejected",
    "R4": "rejected",
    "R5": "rejected",
    "R6": "rejected",
    "R7": "rejected",
    "R8": "rejected",
}
"""What becomes of a line or of a part of it (668)."""

CHANGES = {
    "AI": "add",
    "CA": "change",
    "CC": "change",
    "CE": "change",
    "CG": "change",
    "MU": "change",
    "PQ": "change",
    "PR": "change",
    "RQ": "change",
    "RZ": "change",
    "DI": "delete",
    "CF": "delete",
    "RS": "reschedule",
    "CT": "reschedule",
    "CB": "reschedule",
    "RB": "reschedule",
    "QI": "quantity",
    "QD": "quantity",
    "PC": "price",
    "RE": "item",
    "RM": "item",
    "NC": "none",
}
"""What becomes of an ordered line (670)."""

PROMISES = {
    "079": "despatch",
    "068": "despatch",
    "069": "delivery",
    "067": "delivery",
    "017": "delivery",
}
"""Dates (374) that a seller promises."""

PARTIES = {
    "BY": "buyer",
    "SE": "seller",
    "SU": "seller",
    "VN": "seller",
    "ST": "ship_to",
    "SF": "ship_from",
    "BT": "bill_to",
    "PR": "payer",
    "PE": "payee",
    "RI": "payee",
    "OB": "ordering_party",
    "UC": "final_consignee",
    "WH": "warehouse",
    "CA": "carrier",
    "FW": "freight_forwarder",
    "MF": "manufacturer",
}
"""Roles with a field of their own (98)."""

OTHER_ROLES = {
    "Z7": "mark_for",
    "MA": "mark_for",
    "EN": "end_user",
    "DU": "reseller",
    "IA": "installed_at",
    "PO": "invoice_recipient",
    "CN": "consignee",
    "SO": "sold_to",
    "MI": "planning_schedule_issuer",
    "II": "invoice_issuer",
    "BO": "broker",
    "RE": "remittance_recipient",
    "SH": "shipper",
}
"""Words for roles that stay among other parties (98)."""

AGENCIES = {
    "1": "duns",
    "9": "duns",
    "UL": "gln",
    "91": "seller",
    "92": "buyer",
    "ZZ": "partner",
    "2": "scac",
    "15": "san",
    "FI": "tax",
    "21": "hin",
    "11": "dea",
}
"""Identifier schemes of parties (66)."""

ITEM_NUMBERS = {
    "UP": "upc",
    "UI": "upc",
    "UA": "upc_case",
    "EN": "gtin",
    "EO": "gtin",
    "UK": "gtin",
    "VN": "seller",
    "VP": "seller",
    "VC": "seller",
    "BP": "buyer",
    "IN": "buyer",
    "PI": "buyer",
    "SK": "buyer",
    "CB": "buyer_catalogue",
    "MG": "manufacturer",
    "MN": "model",
    "VA": "style",
    "ST": "style",
    "IB": "isbn",
    "ND": "ndc",
    "SN": "serial",
    "LT": "lot",
    "CG": "commodity_group",
    "PD": "part_description",
}
"""Identifier schemes of items (235)."""

ITEM_ATTRIBUTES = {"BO": "colour", "VE": "colour", "CL": "colour", "IZ": "size", "SZ": "size", "SM": "size"}
"""Item numbers (235) that say what an item is like."""

CHARACTERISTICS = {
    "73": "colour",
    "74": "size",
    "75": "colour",
    "91": "size",
    "35": "colour",
    "38": "grade",
}
"""Groups of item characteristics (750) with a word of their own."""

PLAIN_DESCRIPTIONS = frozenset({"", "08", "GEN"})
"""Groups of item characteristics (750) that are simply the item's description."""

DATES = {
    "001": "cancel_after",
    "004": "order",
    "007": "effective",
    "010": "requested_shipment",
    "011": "despatch",
    "015": "promotion_start",
    "016": "promotion_end",
    "017": "estimated_delivery",
    "018": "available",
    "036": "expiry",
    "064": "earliest_delivery",
    "067": "scheduled_delivery",
    "068": "scheduled_shipment",
    "069": "promised_delivery",
    "071": "earliest_delivery",
    "079": "promised_shipment",
    "106": "required_by",
    "118": "pick_up",
    "175": "cancel_if_not_shipped",
    "196": "start",
    "197": "end",
}
"""Dates without a field of their own (374)."""

REQUESTED_DELIVERY = frozenset({"002", "996"})
LATEST_DELIVERY = frozenset({"063", "074"})
SHIP_WINDOW = {"037": "start", "038": "end"}

REFERENCES = {
    "11": "account",
    "12": "billing_account",
    "19": "division",
    "2I": "tracking",
    "AH": "agreement",
    "BC": "buyer_contract",
    "BM": "bill_of_lading",
    "BO": "bin_location",
    "BV": "order_line",
    "CM": "credit_note",
    "CN": "carrier_reference",
    "CO": "customer_order",
    "CR": "customer",
    "CT": "contract",
    "DO": "delivery_order",
    "DP": "department",
    "IA": "seller_number",
    "IT": "customer_number",
    "IV": "invoice",
    "LI": "line",
    "LO": "load",
    "MR": "merchandise_type",
    "OP": "previous_order",
    "PD": "promotion",
    "PG": "product_group",
    "PK": "packing_list",
    "PO": "order",
    "PR": "quote",
    "Q1": "quote",
    "RE": "release",
    "RQ": "requisition",
    "ST": "store",
    "VN": "seller_order",
    "VR": "seller_number",
    "ZZ": "agreed",
}
"""Kinds of reference (128)."""

NOTES = {"L1": "general", "ZZ": "agreed"}
"""References (128) that only announce a text, and what it is for."""

TEXTS = {
    "GEN": "general",
    "DEL": "delivery",
    "INV": "invoice",
    "ORI": "order",
    "PKG": "packaging",
    "TRA": "shipping",
    "SPH": "special_handling",
    "WHI": "warehouse_instructions",
    "LIN": "line",
    "PUR": "purchasing",
    "OTH": "other",
}
"""Purposes of texts (363)."""

CONTACTS = {
    "BD": "purchasing",
    "OC": "order",
    "IC": "information",
    "RE": "receiving",
    "DC": "delivery",
    "AP": "payable",
    "AR": "receivable",
    "SR": "sales",
    "SD": "shipping",
    "SH": "shipping",
    "EA": "edi",
    "CN": "general",
}
"""Functions of contacts (366)."""

MEANS = {"TE": "telephone", "FX": "fax", "EM": "email"}
"""Means of contact (365)."""

UNITS = {
    "EA": "EA",
    "UN": "C62",
    "PC": "H87",
    "PR": "PR",
    "ST": "SET",
    "KT": "KT",
    "AS": "AS",
    "DZ": "DZN",
    "GS": "GRO",
    "TH": "MIL",
    "CA": "CS",
    "CT": "CT",
    "BX": "BX",
    "PK": "PK",
    "BG": "BG",
    "BO": "BO",
    "CN": "CA",
    "DR": "DR",
    "JR": "JR",
    "TB": "TU",
    "RL": "RO",
    "SH": "ST",
    "BD": "BE",
    "PL": "PF",
    "PF": "PF",
    "LB": "LBR",
    "OZ": "ONZ",
    "KG": "KGM",
    "GR": "GRM",
    "ME": "MGM",
    "TN": "STN",
    "MP": "TNE",
    "GA": "GLL",
    "QT": "QT",
    "PT": "PT",
    "FO": "OZA",
    "LT": "LTR",
    "ML": "MLT",
    "MR": "MTR",
    "CM": "CMT",
    "MM": "MMT",
    "IN": "INH",
    "FT": "FOT",
    "LF": "LF",
    "YD": "YRD",
    "SF": "FTK",
    "SY": "YDK",
    "SM": "MTK",
    "CF": "FTQ",
    "CI": "INQ",
    "CY": "YDQ",
    "CR": "MTQ",
    "HR": "HUR",
    "DA": "DAY",
    "WK": "WEE",
    "MO": "MON",
    "YR": "ANN",
}
"""Units (355) as UN/ECE Recommendation 20."""

PRICE_BASES = {"HP": "100", "TP": "1000"}
"""Bases of a unit price (639) that are a number of units."""

PRICE_KINDS_BY_BASIS = {
    "CA": "catalogue",
    "CT": "contract",
    "LE": "catalogue",
    "NC": "no_charge",
    "QE": "quote",
    "RE": "retail",
    "WE": "wholesale",
    "WH": "wholesale",
}
"""Kinds of price by basis (639)."""

PRICE_KINDS = {
    "CAT": "catalogue",
    "CON": "contract",
    "LPR": "list",
    "MSR": "suggested_retail",
    "NET": "net",
    "PRO": "producer",
    "QTE": "quote",
    "RES": "resale",
    "RTL": "retail",
    "UCP": "unit_cost",
    "WHL": "wholesale",
}
"""Kinds of price (236)."""

QUANTITIES = {"01": "discrete", "02": "cumulative", "17": "on_hand", "38": "original"}
"""Kinds of quantity (673)."""

AMOUNTS = {
    "1": "line",
    "TT": "total",
    "GV": "gross",
    "KK": "item_gross",
    "OJ": "goods",
    "N": "net",
    "NA": "net_adjustment",
    "TP": "payable",
    "PB": "billed",
    "BD": "balance",
}
"""Kinds of amount (522)."""

TOTALS = {"1": "lines", "TT": "payable", "TP": "payable"}
"""Amounts of a document (522) with a field of their own."""

TERMS_KINDS = {"01": "basic", "02": "end_of_month", "05": "no_discount", "08": "basic_discount", "14": "agreed"}
"""Kinds of payment terms (336)."""

TERMS_BASES = {"1": "shipment", "2": "delivery", "3": "invoice", "4": "specified", "5": "invoice_receipt", "15": "goods_receipt"}
"""Dates that payment terms run from (333)."""

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
"""Who pays for transport (146)."""

INCOTERMS = frozenset(
    {"CFR", "CIF", "CIP", "CPT", "DAF", "DAP", "DAT", "DDP", "DDU", "DEQ", "DES", "DPU", "EXW", "FAS", "FCA", "FOB"}
)
"""Delivery terms (335) that are incoterms."""

MODES = {
    "A": "air",
    "M": "road",
    "J": "road",
    "E": "road",
    "R": "rail",
    "S": "sea",
    "O": "sea",
    "U": "parcel",
    "H": "pick_up",
    "X": "intermodal",
}
"""Modes of transport (91)."""

MEASURES = {
    "U": "unit_weight",
    "G": "gross_weight",
    "N": "net_weight",
    "HT": "height",
    "LN": "length",
    "WD": "width",
    "WT": "weight",
    "VOL": "volume",
}
"""Measured properties (738) and kinds of weight (187)."""

INVOICE_KINDS = {"DI": "commercial", "DR": "debit_note", "CI": "consolidated", "PP": "prepayment"}
"""Kinds of invoice (640)."""

CREDIT_KINDS = {"CR": "credit_note", "CN": "credit_note"}
"""Kinds of invoice (640) that are credit notes."""

STOCK = {
    "33": "available",
    "17": "on_hand",
    "27": "reserved",
    "63": "on_order",
    "87": "received",
    "32": "sold",
    "39": "issued",
    "76": "returned",
    "74": "damaged",
    "20": "damaged",
    "IQ": "in_transit",
    "QH": "blocked",
    "29": "planned",
    "72": "minimum",
    "73": "maximum",
}
"""What a quantity of stock is (673)."""

INVENTORY_REPORTS = {"DD": "distributor", "SI": "seller", "MB": "manufacturer_distributor"}
"""Kinds of inventory report (755)."""

PLACES = {"WH": "warehouse", "ST": "ship_to", "SF": "ship_from", "BY": "buyer", "SN": "store"}
"""Kinds of place (98)."""

BANKS = {"01": "aba", "02": "bic", "03": "chips", "04": "canadian"}
"""Schemes of bank numbers (506)."""

ACCOUNTS = {"DA": "current", "SG": "savings"}
"""Kinds of account (569)."""

PAYMENT_METHODS = {
    "ACH": "clearing_house",
    "CHK": "cheque",
    "FWT": "wire",
    "SWT": "swift",
    "BOP": "bank_chooses",
    "NON": "none",
}
"""How money is moved (591)."""

PAYMENT_ACTIONS = {"PO": "on_account", "PP": "partial", "PI": "item", "FL": "final"}
"""What a payment does to a document (482)."""

ADJUSTMENTS = {
    "01": "price",
    "04": "damaged",
    "06": "quantity",
    "07": "wrong_item",
    "19": "duplicate",
    "24": "discount",
    "54": "freight",
    "55": "tax",
    "57": "volume_discount",
    "59": "not_received",
    "71": "advertising",
    "72": "return",
}
"""Why less or more was paid (426)."""

SHIPPED = {
    "AC": "complete",
    "BP": "partial",
    "IA": "accepted",
    "IB": "backordered",
    "IC": "changed",
    "ID": "cancelled",
    "IH": "on_hold",
    "IQ": "quantity_changed",
    "IR": "rejected",
    "IS": "substituted",
}
"""What became of a line (668)."""

MARKS = {
    "GM": "sscc",
    "AA": "sscc",
    "CP": "tracking",
    "UC": "gtin",
    "UP": "upc",
    "SM": "seller",
    "SS": "skid",
    "SR": "roll",
}
"""Identifiers on packages (88)."""

ACTIVITIES = {
    "QS": "sold",
    "Q1": "sold",
    "TS": "sold",
    "QA": "on_hand",
    "OH": "on_hand",
    "QP": "on_order",
    "QI": "in_transit",
    "QR": "received",
    "QW": "shipped",
    "AB": "shipped",
    "QU": "returned",
    "Q2": "returned",
    "QT": "adjusted",
    "QO": "out_of_stock",
}
"""What happened to an item (859)."""

GROCERY_DATES = {
    "02": "requested_delivery",
    "04": "order",
    "10": "requested_shipment",
    "11": "despatch",
    "17": "estimated_delivery",
    "35": "delivery",
    "01": "cancel_after",
    "07": "effective",
    "15": "promotion_start",
    "16": "promotion_end",
    "18": "available",
    "36": "expiry",
    "53": "earliest_delivery",
    "69": "scheduled_pick_up",
    "70": "scheduled_delivery",
}
"""Dates of grocery sets (432)."""

CATALOGUES = {"PC": "price_catalogue", "PS": "price_sheet", "RC": "resale_catalogue", "SC": "sales_catalogue"}
"""Kinds of catalogue (683)."""

MAINTENANCE = {"021": "add", "001": "change", "002": "delete", "030": "none"}
"""What becomes of an item (875)."""

SCHEDULE_BASES = {"DL": "delivery", "SH": "shipment", "PD": "planned_delivery", "PS": "planned_shipment"}
"""What the dates of a schedule are (675)."""

SCHEDULE_QUANTITIES = {"A": "discrete", "C": "cumulative", "R": "replacement"}
"""How quantities of a schedule are counted (676)."""

COMMITMENTS = {"C": "firm", "D": "planned", "A": "immediate", "B": "pilot", "Z": "agreed"}
"""How sure a quantity of a schedule is (680)."""

INTERVALS = {"D": "discrete", "C": "day", "W": "week", "M": "month", "Q": "quarter", "F": "flexible"}
"""What a quantity of a schedule covers (681)."""

AUTHORISATIONS = {"FI": "finished", "MT": "material", "LB": "labour"}
"""What a seller may do at the buyer's risk (672)."""

WAREHOUSE_DATES = {
    "01": "cancel_after",
    "02": "requested_delivery",
    "04": "order",
    "10": "requested_shipment",
    "11": "despatch",
    "17": "estimated_delivery",
    "36": "expiry",
    "37": "earliest_shipment",
    "38": "latest_shipment",
    "53": "earliest_delivery",
    "54": "latest_delivery",
    "69": "scheduled_pick_up",
    "70": "scheduled_delivery",
}
"""Dates of warehouses (432)."""

WEIGHT_UNITS = {"L": "LBR", "K": "KGM", "G": "GRM", "O": "ONZ", "E": "TNE", "S": "STN"}
"""Units of weight (188)."""

WAREHOUSE_PURPOSES = {"N": "original", "R": "change", "F": "cancel", "C": "confirmation"}
"""What is to be done with an order to a warehouse (473)."""

REPORTS = {
    "F": "full",
    "J": "original",
    "N": "no_exceptions",
    "X": "exceptions",
    "A": "adjustment",
    "B": "book_transfer",
    "C": "customer_return",
    "O": "overage",
    "P": "production",
    "R": "replacement",
    "S": "shortage",
}
"""What a report of a warehouse tells (514)."""

WAREHOUSE_STATUSES = {
    "CC": "complete",
    "CL": "complete",
    "BP": "partial",
    "PR": "partial",
    "CP": "partial_closed",
    "BO": "backordered",
    "BK": "backordered",
    "CU": "cancelled",
    "IC": "cancelled",
    "DE": "cancelled",
    "IS": "substituted",
    "CS": "substituted",
    "CM": "over",
    "DS": "out_of_stock",
}
"""What became of a line of an order to a warehouse (368)."""

STOCK_ADJUSTMENTS = {
    "AA": "count",
    "AU": "damaged",
    "AV": "damaged",
    "51": "found",
    "AX": "expired",
    "07": "destroyed",
    "05": "held",
    "55": "released",
    "AW": "recalled",
    "AC": "status_change",
    "AK": "transfer",
    "AB": "correction",
    "56": "correction",
    "AY": "correction",
    "AR": "correction",
    "AE": "correction",
}
"""Why stock is adjusted (181)."""

RECEIVED = {
    "01": "damaged",
    "02": "short",
    "03": "over",
    "05": "wrong_item",
    "08": "refused",
    "09": "on_hold",
    "12": "returned",
    "14": "not_advised",
    "13": "not_advised",
}
"""How what came differs (412)."""
