"""Code values of transport sets in the words of the canonical model. What is not listed here keeps its code."""

from translators.x12.sets import codes

REFERENCES = codes.REFERENCES | {
    "97": "package",
    "AO": "appointment",
    "AW": "air_waybill",
    "BN": "booking",
    "DJ": "delivery_note",
    "DO": "delivery_order",
    "EQ": "equipment",
    "KK": "delivery",
    "MB": "master_bill_of_lading",
    "OB": "ocean_bill_of_lading",
    "OC": "container",
    "OQ": "order",
    "P8": "pick_up",
    "PK": "packing_list",
    "PUA": "pick_up_appointment",
    "QN": "stop",
    "RU": "route",
    "SCA": "carrier_code",
    "SI": "shipment",
    "SN": "seal",
    "TN": "transaction",
    "WY": "waybill",
}
"""Kinds of reference (128)."""

EVENTS = {
    "A3": "returned",
    "A7": "refused",
    "AF": "picked_up",
    "AG": "estimated_delivery",
    "AH": "delivery_attempted",
    "AI": "reconsigned",
    "AJ": "out_for_delivery",
    "AM": "loaded_on_truck",
    "AN": "diverted",
    "AP": "delivery_not_completed",
    "AR": "arrived_by_rail",
    "AV": "available",
    "B6": "estimated_arrival_at_terminal",
    "C1": "estimated_departure",
    "CA": "cancelled",
    "CD": "departed_from_delivery",
    "CL": "closed",
    "CP": "loaded",
    "D1": "delivered",
    "I1": "gate_in",
    "J1": "handed_over",
    "K1": "arrived_at_customs",
    "L1": "loading",
    "OA": "gate_out",
    "OO": "paperwork_received",
    "P1": "departed",
    "PR": "customs_hold",
    "R1": "received",
    "RL": "departed_by_rail",
    "S1": "trailer_spotted",
    "SD": "delayed",
    "X1": "arrived_at_delivery",
    "X2": "estimated_arrival",
    "X3": "arrived_at_pickup",
    "X4": "arrived",
    "X5": "arrived_at_delivery_dock",
    "X6": "in_transit",
    "X8": "arrived_at_pickup_dock",
    "XB": "acknowledged",
}
"""What happened to a shipment (1650)."""

APPOINTMENTS = {
    "AA": "pickup_appointment",
    "AB": "delivery_appointment",
    "AC": "estimated_delivery_appointment",
    "ED": "earliest_delivery",
    "EP": "earliest_pickup",
    "LD": "latest_delivery",
    "LP": "latest_pickup",
    "X9": "delivery_appointment_secured",
    "XA": "pickup_appointment_secured",
}
"""Appointments (1652)."""

EXPECTED = frozenset({"AG", "B6", "C1", "X2", *APPOINTMENTS})
"""Events and appointments that are yet to come: their time is the one expected."""

REASONS = {
    "A1": "missed_delivery",
    "A2": "incorrect_address",
    "A3": "indirect_delivery",
    "A5": "unable_to_locate",
    "AA": "mis_sorted",
    "AD": "later_delivery_requested",
    "AF": "accident",
    "AG": "consignee_related",
    "AH": "driver_related",
    "AI": "mechanical_breakdown",
    "AJ": "other_carrier_related",
    "AL": "previous_stop",
    "AM": "shipper_related",
    "AN": "holiday_closed",
    "AO": "weather",
    "AQ": "recipient_unavailable",
    "AS": "customs_documents",
    "AT": "recipient_not_reached",
    "AU": "civil_event",
    "AY": "missed_pickup",
    "B1": "consignee_closed",
    "B4": "held_for_payment",
    "B5": "held_for_consignee",
    "BB": "held_for_shipper",
    "BC": "missing_documents",
    "BD": "border_clearance",
    "BG": "other",
    "BK": "appointment",
    "BS": "refused",
    "BT": "returned",
    "C1": "awaiting_customer_pickup",
    "C2": "credit_hold",
    "D1": "dispatch_error",
    "D2": "driver_not_available",
    "P1": "processing_delay",
    "RC": "reconsigned",
}
"""Why something happened, or was late (1651)."""
NORMAL = "NS"
NORMAL_APPOINTMENT = "NA"
"""Reasons (1651) that say that all is normal."""

DATES = {
    "02": "delivery_requested_on",
    "04": "order",
    "10": "requested_pickup",
    "11": "despatch",
    "17": "estimated_delivery",
    "35": "delivered",
    "37": "earliest_pickup",
    "38": "latest_pickup",
    "53": "earliest_delivery",
    "54": "latest_delivery",
    "64": "respond_by",
    "68": "requested_delivery",
    "69": "scheduled_pickup",
    "70": "scheduled_delivery",
    "86": "picked_up",
}
"""Dates of transport (432)."""

TIMES = {
    "02": "Z",
    "10": "Y",
    "11": "8",
    "17": "E",
    "35": "9",
    "37": "I",
    "38": "K",
    "53": "G",
    "54": "L",
    "64": "1",
    "68": "Z",
    "69": "U",
    "70": "X",
    "86": "8",
}
"""What a time is (176) that stands beside a date (432)."""

WEIGHTS = {"L": "LBR", "K": "KGM", "E": "TNE", "T": "LTN", "S": "STN", "G": "GRM", "O": "ONZ"}
"""Units of weight (188)."""

VOLUMES = {"E": "FTQ", "X": "MTQ", "V": "LTR", "N": "INQ", "C": "CMQ", "M": "DMQ", "G": "GLL"}
"""Units of volume (184)."""

WEIGHT_KINDS = {"G": "gross_weight", "N": "net_weight", "B": "billed_weight", "T": "tare_weight", "A": "consolidated_weight"}
"""Kinds of weight (187)."""

EQUIPMENT = {"CN": "container", "TL": "trailer", "TF": "dry_trailer", "RT": "refrigerated_trailer", "FT": "flat_bed_trailer"}
"""Kinds of equipment (40)."""

MARKS = {"GM": "sscc", "CP": "carrier", "W": "pallet", "CA": "shipper", "UC": "upc", "SM": "shipper_mark"}
"""What a mark is (88)."""

STOPS = {
    "LD": "load",
    "UL": "unload",
    "PL": "part_load",
    "PU": "part_unload",
    "PA": "pick_up",
    "DT": "drop",
    "CL": "load",
    "CU": "unload",
    "RT": "pick_up",
}
"""What is done at a stop (163)."""

TENDERS = {"LT": "load_tender"}
"""Kinds of order to a carrier (346)."""

ANSWERS = {
    "A": "accepted",
    "B": "conditional",
    "C": "with_changes",
    "D": "declined",
    "E": "declined",
    "R": "cancelled",
}
"""What a carrier answers (558)."""

RATE_BASES = {
    "FR": "flat",
    "PH": "per_hundredweight",
    "PM": "per_mile",
    "PC": "per_car",
    "LB": "per_pound",
    "PT": "per_ton",
    "PU": "per_unit",
}
"""What a rate is reckoned by (122)."""
