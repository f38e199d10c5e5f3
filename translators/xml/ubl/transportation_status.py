"""UBL TransportationStatus to the canonical status of a transport, and back."""

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.codecs import Quantity
from translators.xml.rules import Aggregate, DocumentMapping, Each, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.parts import ADDRESS, PARTY, document_reference, named, other_references
from translators.xml.ubl.rules import Notes, Stamp
from translators.xml.values import Fixed, Leaf

EVENTS = Words(
    {
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
        "delivered": "delivered",
        "arrived": "arrived",
        "departed": "departed",
        "picked_up": "picked_up",
        "out_for_delivery": "out_for_delivery",
        "exception": "exception",
    }
)
"""What happened (the status codes of UN Recommendation 24, in EDIFACT element 9011; or our own words)."""

EVENT: tuple[Rule, ...] = (
    Leaf("cbc:IdentificationID", "stop"),
    Stamp("cbc:OccurrenceDate", "cbc:OccurrenceTime", "occurred"),
    Leaf("cbc:TransportEventTypeCode", "code"),
    Notes("cbc:Description", codes.TEXTS),
    One(
        "cac:Location",
        "location",
        Leaf("cbc:ID", "identifiers.unspecified"),
        Leaf("cbc:Name", "name"),
        One("cac:Address", "address", *ADDRESS),
    ),
)

CONSIGNMENT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    named("cbc:CarrierAssignedID", "carrier_reference"),
    named("cbc:ConsigneeAssignedID", "customer_order"),
    named("cbc:ConsignorAssignedID", "seller_order"),
    Leaf("cbc:GrossWeightMeasure", "measures.gross_weight", Quantity()),
    Leaf("cbc:NetWeightMeasure", "measures.net_weight", Quantity()),
    Leaf("cbc:GrossVolumeMeasure", "measures.gross_volume", Quantity()),
    Each("cac:TransportEvent", "milestones", *EVENT),
)


def _after_reading(value: Value) -> None:
    """What is told of the whole is a line of its own; events have words."""
    milestones = value.pop("milestones", None)
    if milestones:
        value.setdefault("lines", []).insert(0, {"milestones": milestones})
    for line in value.get("lines", ()):
        for each in line.get("milestones", ()):
            each["event"] = EVENTS.known(each.get("code", "")) or "other"


def _before_writing(value: Value) -> None:
    """Events have codes: those that were sent, or that of the word."""
    for line in value.get("lines") or ():
        for each in line.get("milestones") or ():
            event = each.pop("event", "other")
            if event != (EVENTS.known(each.get("code", "")) or "other") or (not each.get("code") and event in EVENTS.listed):
                each["code"] = EVENTS.code(event) or event
    for line in value.get("lines") or ():
        if set(line) == {"milestones"} and "milestones" not in value:
            value["milestones"] = line.pop("milestones")
    value["lines"] = [line for line in value.get("lines") or () if line]


MAPPING = DocumentMapping(
    Aggregate(
        Fixed("cbc:UBLVersionID", "2.1"),
        Leaf("cbc:ID", "number"),
        named("cbc:CarrierAssignedID", "carrier_reference"),
        Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
        Notes("cbc:Note", codes.TEXTS),
        named("cbc:ShippingOrderID", "shipping_order"),
        Leaf("cbc:TransportationStatusTypeCode", "attributes.status_type"),
        Leaf("cbc:TransportExecutionStatusCode", "attributes.execution_status"),
        Each("cac:Consignment", "lines", *CONSIGNMENT, scope=True),
        Each("cac:TransportEvent", "milestones", *EVENT),
        other_references("cac:DocumentReference"),
        Each("cac:SenderParty", "other_parties", *PARTY, means={"role": "sender"}, most=1),
        Each("cac:ReceiverParty", "other_parties", *PARTY, means={"role": "receiver"}, most=1),
        document_reference("cac:TransportExecutionPlanDocumentReference", "order"),
    ),
    _after_reading,
    _before_writing,
)
