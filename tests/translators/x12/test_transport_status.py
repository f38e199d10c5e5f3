"""214 as canonical transport status, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.transport_status import TransportStatus

EVENTS: list[dict[str, Any]] = [
    {
        "event": "picked_up",
        "occurred": datetime(2026, 3, 2, 14, 30, tzinfo=UTC),
        "location": {"address": {"city": "JOLIET", "region": "IL", "country": "US"}},
        "equipment": [{"owner": {"identifiers": {"scac": "RDWY"}}, "number": "53120", "kind": "trailer"}],
    },
    {"event": "delayed", "reason": "weather", "occurred": datetime(2026, 3, 3, 6, 0, tzinfo=UTC)},
    {"event": "delivery_appointment", "expected": datetime(2026, 3, 4, 13, 0, tzinfo=UTC)},
]
STATUS: dict[str, Any] = {
    "number": "PRO-778899",
    "shipment": {"number": "BOL-4711"},
    "carrier": {"identifiers": {"scac": "RDWY"}},
    "transport": [{"carrier": {"identifiers": {"scac": "RDWY"}}, "mode": "road"}],
    "references": [{"kind": "order", "number": "PO-4711"}, {"kind": "bill_of_lading", "number": "BOL-4711"}],
    "ship_to": {
        "name": "BIGBOX DC 12",
        "identifiers": {"buyer": "0012"},
        "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
    "lines": [
        {
            "number": "1",
            "references": [{"kind": "stop", "number": "2"}],
            "packages": [{"identifiers": {"sscc": "00340123456789012340"}}],
            "packaging": [{"packages": "12", "measures": {"gross_weight": {"value": "840.5", "unit": "LBR"}}}],
            "milestones": EVENTS,
        }
    ],
}
WITHOUT_HEADER = {name: value for name, value in STATUS.items() if name not in ("references", "ship_to")}
"""005010 has its references and parties in the lines."""


def status(*segments: str, version: str = "004010") -> Any:
    found = read_set("B10*P1*S1*RDWY", *segments, kind="214", group="QM", version=version).canonical
    assert isinstance(found, TransportStatus)
    return found


def test_events_with_their_places_and_trailers_are_read() -> None:
    data = corpus("214__ballerina-platform-module-ballerin__edi-214-message.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportStatus)
    assert [finding for finding in document.findings if finding.severity != "info"] == []
    assert (found.number, found.shipment and found.shipment.number) == ("187676", "857395857")
    assert found.carrier is not None
    assert found.carrier.identifiers == {"scac": "ALNK"}
    assert [[event.event for event in line.milestones] for line in found.lines] == [
        ["arrived_at_pickup", "picked_up"],
        ["status_k2", "departed_from_delivery"],
    ]
    first = found.lines[0].milestones[0]
    assert first.occurred == datetime(2023, 4, 20, 13, 45, tzinfo=UTC)
    assert first.original_codes == {"zone": "LT"}
    assert first.location is not None
    assert first.location.address is not None
    assert (first.location.address.city, first.location.address.region) == ("NEWYORK_01", "NY")
    assert (first.equipment[0].number, first.equipment[0].owner and first.equipment[0].owner.identifiers) == (
        "7843",
        {"scac": "ALNK"},
    )
    assert [(r.kind, r.number) for r in found.lines[1].references] == [("stop", "99")]
    assert found.lines[0].packaging[0].measures["gross_weight"].value == 20383
    assert missing(segments(data), written(found, "214")) == []


def test_nineteen_parcels_of_a_post_are_read() -> None:
    documents = read(corpus("214__jf-tech-omniparser__1_canadapost_edi_214.input.txt"))
    found = [document.canonical for document in documents]
    assert all(isinstance(one, TransportStatus) for one in found)
    assert len({one.identity for one in found if one is not None}) == 19
    second = found[1]
    assert isinstance(second, TransportStatus)
    assert second.number == "4343638098050296"
    event = second.lines[0].milestones[0]
    assert (event.event, event.reason) == ("delivery_attempted", "consignee_related")
    assert event.occurred == datetime(2019, 11, 2, 23, 25, tzinfo=UTC)
    assert second.ship_to is not None
    assert second.ship_to.name == "The Terminator"
    kept = [(extra.path, extra.value) for one in found for line in one.lines for extra in line.extras]  # type: ignore[union-attr]
    assert kept == [("LX/L11", "*CI")]


def test_a_file_with_an_ellipsis_between_segments_is_read() -> None:
    data = corpus("214__xlate-staedi__ts214_ellipses_segterm.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportStatus)
    assert [party.role for party in found.other_parties] == ["shipper", "consignee"]
    assert found.bill_to is not None
    assert found.bill_to.name == "TRANSAVER FREIGHT SE"
    estimated, picked_up = (line.milestones[0] for line in found.lines)
    assert (estimated.event, estimated.expected) == ("estimated_delivery", datetime(2020, 9, 11, 15, 59, tzinfo=UTC))
    assert (picked_up.event, picked_up.occurred) == ("picked_up", datetime(2020, 9, 10, 15, 35, tzinfo=UTC))
    assert ("order", "900169") in found.business_keys
    assert missing(segments(data, terminator="…"), written(found, "214")) == []


@pytest.mark.parametrize(
    ("name", "element", "terminator"),
    [
        ("214__yurii1exe-edi-x12-toolkit__214-broken.edi", "*", "~"),
        ("214__yurii1exe-edi-x12-toolkit__214-pipe-delimited.edi", "|", "\n"),
    ],
)
def test_a_status_of_release_005010_is_read(name: str, element: str, terminator: str) -> None:
    data = corpus(name)
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportStatus)
    assert (found.number, found.lines[0].milestones[0].event) == ("4938", "picked_up")
    assert missing(segments(data, element=element, terminator=terminator), written(found, "214", "005010")) == []


@pytest.mark.parametrize(("version", "content"), [("004010", STATUS), ("005010", WITHOUT_HEADER)])
def test_what_is_written_is_valid_and_says_the_same(version: str, content: dict[str, Any]) -> None:
    assert judged(TransportStatus.model_validate(content), "214", version) == ()


def test_the_segments_of_events() -> None:
    found = written(TransportStatus.model_validate(STATUS), "214")
    assert found[0] == "B10*PRO-778899*BOL-4711*RDWY"
    assert "AT7*AF*NS***20260302*1430" in found
    assert found[found.index("AT7*AF*NS***20260302*1430") + 1 :][:2] == ["MS1*JOLIET*IL*US", "MS2*RDWY*53120*TL"]
    assert "AT7*SD*AO***20260303*0600" in found
    assert "AT7***AB*NA*20260304*1300" in found
    assert "AT8*G*L*840.5*12" in found


@pytest.mark.parametrize(
    ("sent", "event", "reason"),
    [
        ("AT7*D1*NS***20260304*1200*ES", "delivered", None),
        ("AT7*A7*BS***20260304*1200*ES", "refused", "refused"),
        ("AT7*BA*T9***20260304*1200*ES", "status_ba", "T9"),
        ("AT7***X9*NA*20260304*1200*ES", "delivery_appointment_secured", None),
    ],
)
def test_an_event_comes_back_as_it_was_sent(sent: str, event: str, reason: str | None) -> None:
    found = status("LX*1", sent)
    assert (found.lines[0].milestones[0].event, found.lines[0].milestones[0].reason) == (event, reason)
    assert (found.lines[0].milestones[0].occurred or found.lines[0].milestones[0].expected) == datetime(
        2026, 3, 4, 17, tzinfo=UTC
    )
    assert written(found, "214")[-1] == sent


def test_a_date_without_time_and_one_that_is_none() -> None:
    found = status("LX*1", "AT7*D1*NS***20260304", "AT7*X1*NS***20261304*1200")
    assert found.lines[0].milestones[0].occurred == date(2026, 3, 4)
    assert found.lines[0].milestones[1].occurred is None
    assert [extra.value for extra in found.lines[0].milestones[1].extras] == ["20261304", "1200"]


def test_a_position_is_in_decimal_degrees() -> None:
    found = status("LX*1", "AT7*X6*NS***20260304*1200*UT", "MS1****0875430*0414952*W*N")
    place = found.lines[0].milestones[0].location
    assert (place.longitude, place.latitude) == (Decimal("-87.908333"), Decimal("41.831111"))
    assert written(found, "214")[-1] == "MS1****0875430*0414952*W*N"


def test_a_carrier_with_a_name_is_one_party() -> None:
    found = status("N1*CA*ROADWAY", "LX*1", "AT7*X6*NS***20260304*1200")
    assert (found.carrier.name, found.carrier.identifiers, found.other_parties) == ("ROADWAY", {"scac": "RDWY"}, [])
    assert written(found, "214")[:2] == ["B10*P1*S1*RDWY", "N1*CA*ROADWAY"]


def test_parties_and_orders_of_a_line_in_release_005010() -> None:
    found = status(
        "LX*1", "AT7*D1*NS***20260304*1200", "N1*ST*STORE 9*92*0009", "N4*TROY*MI*48083", "OID*SO9*PO-4711", version="005010"
    )
    line = found.lines[0]
    assert [(party.role, party.name) for party in line.other_parties] == [("ship_to", "STORE 9")]
    assert line.order.number == "PO-4711"
    assert ("order", "PO-4711") in found.business_keys
    assert ("seller_order", "SO9") in found.business_keys


def test_a_carrier_who_says_his_code_twice_is_one_party_and_another_is_another() -> None:
    found = status("N1*CA*ROADWAY*2*RDWY", "N1*CA*OTHER*2*UPSN", "LX*1", "AT7*X6*NS***20260304*1200")
    assert (found.carrier.name, found.carrier.identifiers) == ("ROADWAY", {"scac": "RDWY"})
    assert [(party.name, party.identifiers) for party in found.other_parties] == [("OTHER", {"scac": "UPSN"})]
    assert written(found, "214")[:3] == ["B10*P1*S1*RDWY", "N1*CA*ROADWAY", "N1*CA*OTHER*2*UPSN"]
