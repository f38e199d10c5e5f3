"""UBL's requests for transport, plans that hold, and answers to them, as canonical orders to carriers and their answers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.xml.samples import DECLARATION, ubl
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.transport_order import TransportOrder
from translators.canonical.transport_response import TransportResponse
from translators.contract import Document, Family, Verdict, WrittenDocument
from translators.finding import Code


def party(tag: str, name: str, gln: str = "") -> str:
    number = f'<cac:PartyIdentification><cbc:ID schemeID="0088">{gln}</cbc:ID></cac:PartyIdentification>' if gln else ""
    return f"<cac:{tag}>{number}<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:{tag}>"


def event(tag: str, day: str, clock: str, place: str) -> str:
    return (
        f"<cac:{tag}><cbc:OccurrenceDate>{day}</cbc:OccurrenceDate><cbc:OccurrenceTime>{clock}</cbc:OccurrenceTime>"
        f'<cac:Location><cbc:ID schemeID="UNLOCODE">{place}</cbc:ID></cac:Location></cac:{tag}>'
    )


def consignment(number: str, shipper: str = "Nordic DC", *, pickup: str = "2026-11-23") -> str:
    return (
        f"<cac:Consignment><cbc:ID>{number}</cbc:ID><cbc:ConsignorAssignedID>SO-77</cbc:ConsignorAssignedID>"
        "<cbc:SummaryDescription>Bolts and nuts</cbc:SummaryDescription>"
        '<cbc:GrossWeightMeasure unitCode="KGM">412.5</cbc:GrossWeightMeasure>'
        '<cbc:GrossVolumeMeasure unitCode="MTQ">1.9</cbc:GrossVolumeMeasure>'
        "<cbc:Remarks>Call before noon</cbc:Remarks><cbc:HandlingInstructions>Keep dry</cbc:HandlingInstructions>"
        "<cbc:SpecialInstructions>Tail lift</cbc:SpecialInstructions>"
        '<cbc:TotalPackagesQuantity unitCode="PX">2</cbc:TotalPackagesQuantity>'
        + event("RequestedPickupTransportEvent", pickup, "08:00:00Z", "SEMMA")
        + event("RequestedDeliveryTransportEvent", "2026-11-24", "12:00:00Z", "DEHAM")
        + party("ConsigneeParty", "BigBox Hamburg", "5790000000012")
        + party("ConsignorParty", shipper)
        + "<cac:TransportHandlingUnit><cbc:ID>006141411234567890</cbc:ID>"
        "<cbc:TransportHandlingUnitTypeCode>PX</cbc:TransportHandlingUnitTypeCode></cac:TransportHandlingUnit>"
        "</cac:Consignment>"
    )


HEAD = "<cbc:ID>TEP-1</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:IssueTime>09:30:00Z</cbc:IssueTime>"
SIDES = party("TransportUserParty", "Nordic Trading", "5790000000029") + party("TransportServiceProviderParty", "Fast Freight")
DEADLINE = (
    "<cac:TransportServiceProviderResponseDeadlinePeriod><cbc:EndDate>2026-11-21</cbc:EndDate>"
    "</cac:TransportServiceProviderResponseDeadlinePeriod>"
)
SERVICE = (
    "<cac:MainTransportationService><cbc:TransportServiceCode>FTL</cbc:TransportServiceCode><cac:ShipmentStage>"
    "<cbc:TransportModeCode>3</cbc:TransportModeCode></cac:ShipmentStage></cac:MainTransportationService>"
)
TERMS = (
    "<cac:TransportExecutionTerms><cbc:TransportUserSpecialTerms>Two drivers</cbc:TransportUserSpecialTerms>"
    "<cac:DeliveryTerms><cbc:ID>DAP</cbc:ID></cac:DeliveryTerms></cac:TransportExecutionTerms>"
)
CONTRACT = "<cac:TransportContract><cbc:ID>K-9</cbc:ID></cac:TransportContract>"


def request(
    head: str = HEAD, sides: str = SIDES, rest: str = CONTRACT + DEADLINE + SERVICE + TERMS, goods: str = consignment("C-1")
) -> bytes:
    return (DECLARATION + ubl("TransportExecutionPlanRequest", head + sides + rest + goods)).encode()


def plan(status: str = "", sides: str = SIDES, rest: str = "", goods: str = consignment("C-1")) -> bytes:
    said = f"<cbc:DocumentStatusCode>{status}</cbc:DocumentStatusCode>" if status else ""
    return (DECLARATION + ubl("TransportExecutionPlan", HEAD + said + sides + rest + goods)).encode()


def read(data: bytes) -> Document:
    (document,) = registry.translate(data).interchanges[0].documents
    return document


def order(data: bytes) -> TransportOrder:
    document = read(data)
    assert document.findings == ()
    assert isinstance(document.canonical, TransportOrder)
    return document.canonical


def answer(data: bytes) -> TransportResponse:
    document = read(data)
    assert document.findings == ()
    assert isinstance(document.canonical, TransportResponse)
    return document.canonical


def written(document: CanonicalDocument, kind: str) -> WrittenDocument:
    return registry.write(Family.XML, document, kind, "UBL-2.1")


def again(document: CanonicalDocument, kind: str) -> CanonicalDocument:
    found = written(document, kind)
    assert found.findings == ()
    back = read(f"{DECLARATION}{found.document.body}".encode())
    assert back.findings == ()
    assert back.canonical is not None
    return back.canonical


def test_a_request_is_a_load_tender() -> None:
    found = order(request())
    assert (found.number, found.kind, found.issued) == ("TEP-1", "load_tender", datetime(2026, 11, 20, 9, 30, tzinfo=UTC))
    assert (found.respond_by, found.requested_pickup) == (date(2026, 11, 21), datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert found.requested_delivery == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert [found.ordering_party and found.ordering_party.name, found.carrier and found.carrier.name] == [
        "Nordic Trading",
        "Fast Freight",
    ]
    assert found.shipment is not None
    assert (found.shipment.service, found.transport[0].mode) == ("FTL", "road")
    assert [(one.kind, one.number) for one in found.references] == [("contract", "K-9")]
    assert [(one.purpose, one.lines) for one in found.texts] == [("customer_terms", ["Two drivers"])]
    assert found.delivery_terms is not None
    assert found.delivery_terms.incoterm == "DAP"


def test_what_its_only_consignment_says_of_parties_is_said_of_the_order() -> None:
    found = order(request())
    assert found.ship_from is not None
    assert found.ship_to is not None
    assert (found.ship_from.name, found.ship_to.identifiers) == ("Nordic DC", {"gln": "5790000000012"})


def test_a_consignment_is_a_line_of_goods() -> None:
    (line,) = order(request()).lines
    assert (line.number, line.item.description, line.handling) == ("C-1", "Bolts and nuts", ["Keep dry"])
    assert {name: (one.value, one.unit) for name, one in line.measures.items()} == {
        "gross_weight": (Decimal("412.5"), "KGM"),
        "gross_volume": (Decimal("1.9"), "MTQ"),
    }
    assert line.other_quantities["packages"].value == 2
    assert [(one.purpose, one.lines) for one in line.texts] == [
        ("general", ["Call before noon"]),
        ("special_instructions", ["Tail lift"]),
    ]
    assert line.origin is not None
    assert line.destination is not None
    assert (line.origin.identifiers, line.destination.identifiers) == ({"unlocode": "SEMMA"}, {"unlocode": "DEHAM"})
    assert [one.identifiers for one in line.packages] == [{"sscc": "006141411234567890"}]
    assert [(one.kind, one.number) for one in line.references] == [("seller_order", "SO-77")]


def test_what_consignments_do_not_share_stays_with_them() -> None:
    goods = consignment("C-1") + consignment("C-2", "Other DC", pickup="2026-11-25")
    found = order(request(goods=goods))
    assert found.ship_to is not None
    assert (found.ship_from, found.requested_pickup) == (None, None)
    assert [[(one.role, one.name) for one in line.other_parties] for line in found.lines] == [
        [("ship_from", "Nordic DC")],
        [("ship_from", "Other DC")],
    ]
    assert [line.other_dates["requested_pickup"] for line in found.lines] == [
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 25, 8, tzinfo=UTC),
    ]
    assert again(found, "TransportExecutionPlanRequest") == found


def test_a_request_comes_back() -> None:
    found = order(request())
    assert again(found, "TransportExecutionPlanRequest") == found


def test_a_plan_without_a_status_is_an_instruction() -> None:
    rest = (
        "<cac:TransportExecutionPlanRequestDocumentReference><cbc:ID>REQ-1</cbc:ID>"
        "</cac:TransportExecutionPlanRequestDocumentReference>"
    )
    for data in (plan(rest=rest), plan("NoStatus", rest=rest)):
        document = read(data)
        assert isinstance(document.canonical, TransportOrder)
        assert (document.canonical.kind, document.canonical.references[0].kind) == ("instruction", "transport_request")
    found = order(plan(rest=rest))
    assert again(found, "TransportExecutionPlan") == found


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("Confirmed", "accepted"),
        ("AP", "accepted"),
        ("Revised", "with_changes"),
        ("Conditional", "conditional"),
        ("RE", "declined"),
        ("Rejected", "declined"),
        ("Cancelled", "cancelled"),
        ("Unheard of", "other"),
    ],
)
def test_a_plan_with_a_status_is_an_answer(status: str, said: str) -> None:
    rest = (
        "<cac:TransportExecutionPlanRequestDocumentReference><cbc:ID>REQ-1</cbc:ID><cbc:IssueDate>2026-11-19</cbc:IssueDate>"
        "</cac:TransportExecutionPlanRequestDocumentReference>"
    )
    found = answer(plan(status, rest=rest))
    assert (found.status, found.number, found.order and found.order.number) == (said, "TEP-1", "REQ-1")
    assert found.business_keys[0] == ("transport_order", "REQ-1")
    assert again(found, "TransportExecutionPlan") == found
    assert f"<cbc:DocumentStatusCode>{status}<" in written(found, "TransportExecutionPlan").document.body


def test_the_sender_of_a_request_is_who_orders_and_that_of_an_answer_the_carrier() -> None:
    sides = party("TransportUserParty", "N", "5790000000029") + party("TransportServiceProviderParty", "F", "5790000000012")
    for data, sender in (
        (request(sides=sides), "5790000000029"),
        (plan(sides=sides), "5790000000029"),
        (plan("AP", sides=sides), "5790000000012"),
    ):
        (interchange,) = registry.translate(data).interchanges
        assert str(interchange.envelope.sender) == f"0088:{sender}"


TENDER: dict[str, Any] = {
    "number": "LOAD-1",
    "kind": "load_tender",
    "requested_pickup": date(2026, 11, 23),
    "ship_from": {"name": "Nordic DC"},
    "ship_to": {"name": "BigBox"},
    "freight_forwarder": {"name": "Fast Freight"},
    "lines": [{"number": "1", "item": {"description": "Bolts"}}],
}


def model(value: dict[str, Any]) -> TransportOrder:
    found = model_of("transport_order").model_validate(value)
    assert isinstance(found, TransportOrder)
    return found


def test_an_order_without_a_customer_or_carrier_names_who_sends_and_who_forwards() -> None:
    found = written(model(TENDER), "TransportExecutionPlanRequest")
    assert found.findings == ()
    back = order(f"{DECLARATION}{found.document.body}".encode())
    assert [one and one.name for one in (back.ordering_party, back.carrier, back.ship_from, back.freight_forwarder)] == [
        "Nordic DC",
        "Fast Freight",
        "Nordic DC",
        "Fast Freight",
    ]
    assert (back.lines[0].number, back.requested_pickup) == ("1", date(2026, 11, 23))


def test_one_stop_to_load_and_one_to_unload_are_the_ends_of_the_way() -> None:
    stops = [
        {
            "number": "1",
            "action": "load",
            "party": {"name": "Nordic DC"},
            "planned": {"start": date(2026, 11, 23)},
            "lines": [{"number": "1", "item": {"description": "Bolts"}, "stop": "1"}],
        },
        {"number": "2", "action": "unload", "party": {"name": "BigBox"}, "planned": {"start": date(2026, 11, 24)}},
    ]
    value = {"number": "L1", "carrier": {"name": "Fast Freight"}, "ordering_party": {"name": "Nordic"}, "stops": stops}
    found = written(model(value), "TransportExecutionPlanRequest")
    assert found.findings == ()
    back = order(f"{DECLARATION}{found.document.body}".encode())
    assert [one and one.name for one in (back.ship_from, back.ship_to)] == ["Nordic DC", "BigBox"]
    assert (back.requested_pickup, back.requested_delivery) == (date(2026, 11, 23), date(2026, 11, 24))
    assert [line.item.description for line in back.lines] == ["Bolts"]


def test_more_stops_than_these_cannot_be_said() -> None:
    stops = [{"number": str(number), "action": action} for number, action in enumerate(("load", "load", "unload"), 1)]
    found = written(model({**TENDER, "stops": stops}), "TransportExecutionPlanRequest")
    assert {one.code for one in found.findings} == {Code.NOT_WRITTEN}
    assert all((one.actual or "").startswith("stops") for one in found.findings)


def test_an_order_of_another_kind_than_the_document_says_so() -> None:
    found = written(model({**TENDER, "kind": "booking"}), "TransportExecutionPlanRequest")
    assert [(one.code, one.actual) for one in found.findings] == [(Code.NOT_WRITTEN, "kind")]


@pytest.mark.parametrize(
    ("data", "code", "tag"),
    [
        (request(sides=party("TransportUserParty", "N")), Code.SEGMENT_MISSING, "TransportExecutionPlanRequest"),
        (request(goods=""), Code.SEGMENT_MISSING, "TransportExecutionPlanRequest"),
        (request(head=HEAD + "<cbc:VersionID>2</cbc:VersionID>"), Code.SEGMENT_OUT_OF_ORDER, "VersionID"),
        (
            request(
                goods=consignment("C-1").replace('unitCode="KGM"', 'unitCode="KGM" currencyID="EUR"').replace("412.5", "heavy")
            ),
            Code.ELEMENT_NOT_NUMERIC,
            "GrossWeightMeasure",
        ),
        (plan("AP", goods=consignment("C-1").replace("08:00:00Z", "8 o'clock")), Code.ELEMENT_TIME, "OccurrenceTime"),
        (plan(rest="<cac:Shipment><cbc:ID>1</cbc:ID></cac:Shipment>"), Code.SEGMENT_NOT_IN_DEFINITION, "Shipment"),
    ],
)
def test_what_the_table_forbids_is_found(data: bytes, code: Code, tag: str) -> None:
    document = read(data)
    assert (code, tag) in {(one.code, one.position.tag) for one in document.findings}


def test_a_request_without_anything_to_carry_is_refused() -> None:
    assert read(request(goods="")).verdict is Verdict.REJECTED
