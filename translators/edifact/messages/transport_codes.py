"""Code values of transport messages in the words of the canonical model. What is not listed here keeps its code."""

from translators.edifact.messages import codes

REFERENCES = codes.REFERENCES | {
    "AAM": "waybill",
    "AAQ": "container",
    "AAS": "transport_document",
    "AWB": "air_waybill",
    "BM": "bill_of_lading",
    "BN": "booking",
    "CN": "carrier_reference",
    "CU": "shipper_reference",
    "FF": "forwarder_reference",
    "HWB": "house_waybill",
    "MB": "master_bill_of_lading",
    "SI": "shipment",
}
"""Kinds of reference (1153)."""

EVENTS = {
    "1": "arrived",
    "6": "booked",
    "7": "cancelled",
    "12": "cleared_by_customs",
    "13": "picked_up",
    "17": "customs_refusal",
    "18": "damaged",
    "20": "delayed",
    "21": "delivered",
    "23": "delivery_not_completed",
    "24": "departed",
    "25": "departure_delayed",
    "27": "despatched",
    "29": "discharged",
    "31": "in_transit",
    "41": "handed_over",
    "48": "loaded",
    "49": "lost",
    "53": "not_picked_up",
    "56": "not_delivered",
    "57": "not_loaded",
    "59": "unloaded",
    "71": "ready",
    "74": "received",
    "75": "reconsigned",
    "77": "refused",
    "78": "released",
    "82": "returned",
    "90": "stopped",
    "91": "stored",
    "100": "transhipped",
    "101": "transit_delayed",
}
"""What happened to goods (9011, later 4405 of UN Recommendation 24)."""

REASONS = {
    "13": "customs_refusal",
    "14": "damaged",
    "16": "incorrect_destination",
    "17": "departure_delayed",
    "19": "discrepancy",
    "21": "consignee_related",
    "30": "incorrect_address",
    "31": "industrial_dispute",
    "32": "instructions_awaited",
    "33": "lost",
    "35": "mechanical_breakdown",
}
"""Why something happened, or was late (9013)."""

PLACES = {
    "1": "place_of_terms",
    "5": "place_of_departure",
    "7": "place_of_delivery",
    "8": "place_of_destination",
    "9": "port_of_loading",
    "11": "port_of_discharge",
    "13": "place_of_transhipment",
    "14": "location_of_goods",
    "18": "warehouse",
    "20": "place_of_ultimate_destination",
    "88": "place_of_receipt",
    "125": "last_place",
    "162": "point_of_sale",
    "175": "place_of_activity",
}
"""What a place is (3227)."""

ORIGINS, DESTINATIONS = ("5", "9", "88"), ("8", "11", "7")
"""Places (3227) where a leg begins, and where it ends; the first is written."""

EQUIPMENT = {"CN": "container", "TE": "trailer", "RR": "rail_car", "PA": "pallet", "SW": "swap_body", "BX": "box"}
"""Kinds of equipment (8053)."""

ORDERS = {"610": "instruction", "340": "instruction", "335": "booking", "781": "arrival_notice"}
"""Kinds of transport orders by document name (1001)."""

PAYMENTS = {"P": "prepaid", "C": "collect", "A": "elsewhere", "B": "third_party"}
"""Who pays the charges (4237)."""
