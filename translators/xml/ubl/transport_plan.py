"""What UBL's transport execution plans, requests for them and answers to these have in common: consignments, services, terms."""

from copy import deepcopy

from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.codecs import Amount, Quantity
from translators.xml.rules import Each, Inside, One, Rule
from translators.xml.ubl import codes
from translators.xml.ubl.despatch_advice import HANDLING_UNIT
from translators.xml.ubl.despatch_advice import STAGE as LEG
from translators.xml.ubl.parts import (
    ADDRESS,
    ALLOWANCE_CHARGE,
    CONTRACT,
    ITEM_ALONE,
    PARTY,
    delivery_terms,
    named,
    other_references,
    payment_terms,
    reference,
)
from translators.xml.ubl.rules import Notes, Remarks, Stamp
from translators.xml.values import Identifiers, Leaf, Lines

_OWN_TEXTS = ("customer_remarks", "carrier_remarks", "customer_terms", "carrier_terms", "change_conditions")
_CONSIGNMENT_TEXTS = ("carrier_instructions", "special_instructions", "delivery_instructions")
_GENERAL_TEXTS = Words({codes.TEXTS.code(word) or "": word for word in codes.TEXTS.listed if word not in _CONSIGNMENT_TEXTS})
SHARED_ROLES = ("ship_from", "ship_to", "final_consignee", "freight_forwarder")
"""Roles of parties that UBL says for each consignment, and we for all where they are the same."""
SHARED_DATES = ("requested_pickup", "requested_delivery")
_LOADING = frozenset({"load", "part_load", "pick_up"})
_HANDLING = _LOADING | {"unload", "part_unload", "drop"}

LOCATION: tuple[Rule, ...] = (
    Identifiers(
        "cbc:ID",
        {"0088": "gln", "GLN": "gln", "UNLOCODE": "unlocode"},
        inner="",
        plain="unspecified",
        agencies=codes.AGENCIES,
    ),
    Leaf("cbc:Name", "name"),
    One("cac:Address", "address", *ADDRESS),
)

STAGE: tuple[Rule, ...] = (
    *LEG,
    One("cac:LoadingPortLocation", "origin", *LOCATION),
    One("cac:UnloadingPortLocation", "destination", *LOCATION),
)

EQUIPMENT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Leaf("cbc:TransportEquipmentTypeCode", "kind"),
    Leaf("cbc:Description", "description"),
    Leaf("cbc:GrossWeightMeasure", "measures.gross_weight", Quantity()),
    Leaf("cbc:TareWeightMeasure", "measures.tare_weight", Quantity()),
)

SERVICE: tuple[Rule, ...] = (
    Leaf("cbc:TransportServiceCode", "shipment.service", absent="NA"),
    Leaf("cbc:TransportationServiceDescription", "attributes.service"),
    Each("cac:TransportEquipment", "shipment.equipment", *EQUIPMENT),
    Each("cac:ShipmentStage", "transport", *STAGE),
)


def _party(tag: str, role: str) -> Each:
    return Each(tag, "other_parties", *PARTY, means={"role": role}, most=1)


def _window(tag: str, start: str, end: str) -> Inside:
    return Inside(tag, Stamp("cbc:StartDate", "cbc:StartTime", start), Stamp("cbc:EndDate", "cbc:EndTime", end))


def _event(tag: str, when: str, *rules: Rule) -> Inside:
    return Inside(tag, Stamp("cbc:OccurrenceDate", "cbc:OccurrenceTime", f"other_dates.{when}"), *rules)


CONSIGNMENT: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number", absent="NA"),
    named("cbc:CarrierAssignedID", "carrier_reference"),
    named("cbc:ConsigneeAssignedID", "customer_order"),
    named("cbc:ConsignorAssignedID", "seller_order"),
    named("cbc:FreightForwarderAssignedID", "freight_forwarder_reference"),
    Leaf("cbc:SummaryDescription", "item.description"),
    Leaf("cbc:DeclaredCustomsValueAmount", "amounts.customs_value", Amount()),
    Leaf("cbc:GrossWeightMeasure", "measures.gross_weight", Quantity()),
    Leaf("cbc:NetWeightMeasure", "measures.net_weight", Quantity()),
    Leaf("cbc:ChargeableWeightMeasure", "measures.chargeable_weight", Quantity()),
    Leaf("cbc:GrossVolumeMeasure", "measures.gross_volume", Quantity()),
    Leaf("cbc:NetVolumeMeasure", "measures.net_volume", Quantity()),
    Leaf("cbc:LoadingLengthMeasure", "measures.loading_length", Quantity()),
    Notes("cbc:Remarks", _GENERAL_TEXTS, besides=_CONSIGNMENT_TEXTS),
    Remarks("cbc:CarrierServiceInstructions", "carrier_instructions"),
    Lines("cbc:HandlingInstructions", "handling"),
    Leaf("cbc:TotalGoodsItemQuantity", "other_quantities.goods_items", Quantity()),
    Leaf("cbc:TotalTransportHandlingUnitQuantity", "other_quantities.handling_units", Quantity()),
    Leaf("cbc:InsuranceValueAmount", "amounts.insurance", Amount()),
    Leaf("cbc:DeclaredForCarriageValueAmount", "amounts.carriage_value", Amount()),
    Remarks("cbc:SpecialInstructions", "special_instructions"),
    Remarks("cbc:DeliveryInstructions", "delivery_instructions"),
    Leaf("cbc:ConsignmentQuantity", "quantity", Quantity()),
    Leaf("cbc:TotalPackagesQuantity", "other_quantities.packages", Quantity()),
    Inside(
        "cac:ConsolidatedShipment",
        Leaf("cbc:ID", "attributes.shipment", absent="NA"),
        Inside("cac:GoodsItem", One("cac:Item", "goods", *ITEM_ALONE)),
    ),
    _event(
        "cac:RequestedPickupTransportEvent",
        "requested_pickup",
        One("cac:Location", "origin", *LOCATION),
        _window("cac:Period", "other_dates.earliest_pickup", "other_dates.latest_pickup"),
    ),
    _event(
        "cac:RequestedDeliveryTransportEvent",
        "requested_delivery",
        One("cac:Location", "destination", *LOCATION),
        _window("cac:Period", "other_dates.earliest_delivery", "other_dates.latest_delivery"),
    ),
    _event("cac:PlannedPickupTransportEvent", "planned_pickup"),
    _event("cac:PlannedDeliveryTransportEvent", "planned_delivery"),
    _party("cac:ConsigneeParty", "ship_to"),
    _party("cac:ConsignorParty", "ship_from"),
    _party("cac:CarrierParty", "carrier"),
    _party("cac:FreightForwarderParty", "freight_forwarder"),
    _party("cac:NotifyParty", "notify"),
    _party("cac:OriginalDespatchParty", "original_despatch"),
    _party("cac:FinalDeliveryParty", "final_consignee"),
    Each("cac:FreightAllowanceCharge", "allowances_charges", *ALLOWANCE_CHARGE, needs=("charge",)),
    Each("cac:TransportHandlingUnit", "packages", *HANDLING_UNIT),
)
"""Goods that travel from one party to another: a line."""

OPENING: tuple[Rule, ...] = (
    Leaf("cbc:ID", "number"),
    Leaf("cbc:VersionID", "attributes.version"),
    Stamp("cbc:IssueDate", "cbc:IssueTime", "issued"),
    Leaf("cbc:DocumentStatusReasonCode", "attributes.reason"),
    Notes("cbc:Note", codes.TEXTS, besides=_OWN_TEXTS),
    Remarks("cbc:TransportUserRemarks", "customer_remarks"),
)

REST: tuple[Rule, ...] = (
    Each("cac:SenderParty", "other_parties", *PARTY, means={"role": "sender"}, most=1),
    Each("cac:ReceiverParty", "other_parties", *PARTY, means={"role": "receiver"}, most=1),
    One("cac:TransportUserParty", "ordering_party", *PARTY),
    One("cac:TransportServiceProviderParty", "carrier", *PARTY),
    reference("cac:TransportServiceDescriptionDocumentReference", "service_description"),
    Each("cac:TransportContract", "references", *CONTRACT, means={"kind": "contract"}, needs=("number",), most=1),
    other_references(),
    Inside("cac:MainTransportationService", *SERVICE),
    _window("cac:ServiceStartTimePeriod", "other_dates.earliest_pickup", "other_dates.latest_pickup"),
    _window("cac:ServiceEndTimePeriod", "other_dates.earliest_delivery", "other_dates.latest_delivery"),
    One("cac:FromLocation", "shipment.origin", *LOCATION),
    One("cac:ToLocation", "shipment.destination", *LOCATION),
    Each("cac:AtLocation", "locations", *LOCATION, means={"kind": "service"}, most=1),
    Inside(
        "cac:TransportExecutionTerms",
        Remarks("cbc:TransportUserSpecialTerms", "customer_terms"),
        Remarks("cbc:TransportServiceProviderSpecialTerms", "carrier_terms"),
        Remarks("cbc:ChangeConditions", "change_conditions"),
        payment_terms(),
        delivery_terms(),
    ),
    Each("cac:Consignment", "lines", *CONSIGNMENT, scope=True),
)

VALIDITY = _window("cac:ValidityPeriod", "other_dates.valid_from", "other_dates.valid_until")
PROVIDER_REMARKS = Remarks("cbc:TransportServiceProviderRemarks", "carrier_remarks")


def respond_by(tag: str) -> Inside:
    """When the carrier must have answered."""
    return Inside(tag, Stamp("cbc:EndDate", "cbc:EndTime", "respond_by"))


def together(value: Value, dates: tuple[str, ...]) -> None:
    """Say once what all consignments say: their parties, and `dates` that the document has members for."""
    lines = value.get("lines", ())
    for line in lines:
        _item_read(line)
    for role in SHARED_ROLES:
        found = [[one for one in line.get("other_parties", ()) if one["role"] == role] for line in lines]
        if found and role not in value and all(len(one) == 1 and one == found[0] for one in found):
            value[role] = {name: said for name, said in found[0][0].items() if name != "role"}
            for line in lines:
                _left(line, "other_parties", [one for one in line["other_parties"] if one["role"] != role])
    for name in dates:
        days = [line.get("other_dates", {}).get(name) for line in lines]
        if days and days[0] is not None and name not in value and all(day == days[0] for day in days):
            value[name] = days[0]
            for line in lines:
                _left(line, "other_dates", {other: day for other, day in line["other_dates"].items() if other != name})


def apart(value: Value, dates: tuple[str, ...]) -> None:
    """Say in each consignment what is said of all; there is at least one, somebody orders it, and somebody carries it."""
    _from_stops(value)
    lines = value.setdefault("lines", []) or [{}]
    value["lines"] = lines
    for role in SHARED_ROLES:
        party = value.pop(role, None)
        for line in lines if party else ():
            if not any(one.get("role") == role for one in line.get("other_parties") or ()):
                line["other_parties"] = [*(line.get("other_parties") or ()), {"role": role, **deepcopy(party)}]
    for name in dates:
        day = value.pop(name, None)
        for line in lines if day is not None else ():
            line.setdefault("other_dates", {}).setdefault(name, day)
    if len(lines) == 1 and value.get("packages"):
        lines[0]["packages"] = [*(lines[0].get("packages") or ()), *value.pop("packages")]
    for line in lines:
        _item_written(line)
    _sides(value, lines[0])


def _from_stops(value: Value) -> None:
    """One place to load and one to unload are where the goods go from and to; UBL has no word for more stops than these."""
    stops = value.get("stops") or []
    ends = {("from" if stop.get("action") in _LOADING else "to"): stop for stop in stops if stop.get("action") in _HANDLING}
    if len(stops) != 2 or len(ends) != 2:
        return
    for end, role, place, when in (
        ("from", "ship_from", "origin", "requested_pickup"),
        ("to", "ship_to", "destination", "requested_delivery"),
    ):
        stop, shipment = ends[end], value.setdefault("shipment", {})
        if role not in value and "party" in stop:
            value[role] = stop.pop("party")
        if place not in shipment and "location" in stop:
            shipment[place] = stop.pop("location")
        if when not in value and "start" in stop.get("planned", {}):
            value[when] = stop["planned"].pop("start")
        if not value.get("lines"):
            value["lines"] = [{name: said for name, said in line.items() if name != "stop"} for line in stop.pop("lines", ())]
        del stop["number"], stop["action"]


def _sides(value: Value, line: Value) -> None:
    """Who orders the transport is who sends the goods, and who provides it who forwards them, where nobody else is named."""
    parties = {one.get("role"): one for one in line.get("other_parties") or ()}
    for mandatory, others in (("ordering_party", ("ship_from", "ship_to")), ("carrier", ("carrier", "freight_forwarder"))):
        for role in others:
            if not value.get(mandatory) and role in parties:
                value[mandatory] = {name: deepcopy(said) for name, said in parties[role].items() if name != "role"}


def _item_read(line: Value) -> None:
    """The item of a consignment is described by the consignment where its goods are not."""
    goods = line.pop("goods", None)
    if goods:
        summary = line.pop("item", {}).get("description")
        if summary:
            line.setdefault("attributes", {})["summary"] = summary
        line["item"] = goods


def _item_written(line: Value) -> None:
    """An item of which only a description is known is the summary of the consignment."""
    item = line.get("item") or {}
    if not item or item.keys() <= {"description"}:
        return
    line["goods"] = line.pop("item")
    attributes = line.get("attributes") or {}
    summary = attributes.pop("summary", None)
    if summary:
        line["item"] = {"description": summary}
    if "attributes" in line and not attributes:
        del line["attributes"]


def _left(line: Value, member: str, rest: Value | list[Value]) -> None:
    """What is left of a member; nothing is none."""
    if rest:
        line[member] = rest
    else:
        del line[member]
