"""204 as canonical transport order, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.transport_order import StopAction, TransportOrder

MILL = {
    "role": "ship_from",
    "name": "MILL 3",
    "identifiers": {"seller": "M3"},
    "contacts": [{"function": "shipping", "name": "R STONE", "telephone": "2075550100"}],
}
STORE = {
    "role": "ship_to",
    "name": "BIGBOX DC 12",
    "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
}
GOODS: dict[str, Any] = {
    "number": "1",
    "item": {"name": "PAPER, COATED", "classifications": {"nmfc": "150670"}},
    "references": [{"kind": "seller_order", "number": "SO-9"}, {"kind": "delivery_note", "number": "DN-7"}],
    "contacts": [{"function": "general", "name": "R STONE"}],
    "order": {"number": "PO-4711"},
    "quantity": {"value": "10", "unit": "CT"},
    "measures": {"weight": {"value": "5472", "unit": "LBR"}},
    "packaging": [{"packages": "10", "measures": {"gross_weight": {"value": "5472", "unit": "LBR"}}}],
}
TENDER: dict[str, Any] = {
    "number": "LOAD-1",
    "purpose": "original",
    "kind": "load_tender",
    "charges_payment": "prepaid",
    "respond_by": datetime(2026, 3, 2, 17, 0, tzinfo=UTC),
    "carrier": {"identifiers": {"scac": "RDWY"}},
    "transport": [{"carrier": {"identifiers": {"scac": "RDWY"}}, "mode": "road"}],
    "references": [{"kind": "bill_of_lading", "number": "BOL-1"}],
    "texts": [{"purpose": "general", "lines": ["CALL BEFORE DELIVERY"]}],
    "bill_to": {"name": "NORDIC DC", "identifiers": {"partner": "NDC"}},
    "shipment": {"equipment": [{"number": "UTLX666955", "kind": "trailer"}]},
    "stops": [
        {
            "number": "1",
            "action": "load",
            "planned": {"start": datetime(2026, 3, 3, 8, 0, tzinfo=UTC), "end": datetime(2026, 3, 3, 12, 0, tzinfo=UTC)},
            "measures": {"weight": {"value": "5472", "unit": "LBR"}},
            "quantity": {"value": "10", "unit": "CT"},
            "packaging": [{"packages": "2", "kind": "pallet"}],
            "party": MILL,
            "lines": [GOODS],
        },
        {
            "number": "2",
            "action": "unload",
            "planned": {"start": datetime(2026, 3, 5, 8, 0, tzinfo=UTC), "end": date(2026, 3, 6)},
            "references": [{"kind": "appointment", "number": "A77"}],
            "party": STORE,
        },
    ],
    "totals": {"measures": {"gross_weight": {"value": "5472", "unit": "LBR"}}, "payable": {"amount": "557.21"}, "packages": "10"},
}


def tender(*segments: str, version: str = "004010") -> Any:
    found = read_set("B2**RDWY**L1**PP", "B2A*00*LT", *segments, kind="204", group="SM", version=version).canonical
    assert isinstance(found, TransportOrder)
    return found


def test_a_tender_from_a_mill_to_a_printer_is_read() -> None:
    data = corpus("204__indice-co-edi.net__204-MGCTLYST-SAMPLE.EDI")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportOrder)
    assert (found.number, found.charges_payment, found.kind) == ("75027674", "prepaid", "load_tender")
    assert found.bill_to is not None
    load, unload = found.stops
    assert (load.action, unload.action) == (StopAction.LOAD, StopAction.UNLOAD)
    assert load.planned is not None
    assert load.planned.start == datetime(2016, 7, 26, 10, 9, tzinfo=UTC)
    assert unload.planned is not None
    assert unload.planned.end == datetime(2016, 7, 29, 23, 59, tzinfo=UTC)
    assert unload.party is not None
    assert (unload.party.role, unload.party.name) == ("consignee", "QUAD-GRAPHICS INC")
    assert ("bill_of_lading", "75027674") in [(r.kind, r.number) for r in load.references]
    (line,) = load.lines
    assert line.item.name == "40,CONGLTX,R,WHT,64,50,1571"
    assert line.packages[0].identifiers == {"si": "88756818"}
    assert line.packaging[0].measures["gross_weight"].value == Decimal("5472.0")
    assert found.totals is not None
    assert found.totals.payable is not None
    assert found.totals.payable.amount == Decimal("557.21")
    assert [(extra.path, extra.value) for extra in found.extras] == [("L3/03", "557.21"), ("L3/04", "FR")]
    assert missing(segments(data, terminator="\n"), written(found, "204")) == []


def test_a_tender_with_orders_at_its_stops_is_read() -> None:
    data = corpus("204__kputnam-stupidedi__case-1.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportOrder)
    assert found.respond_by == datetime(2022, 8, 22, 15, 20, tzinfo=UTC)
    load = found.stops[0]
    assert load.other_dates == {"scheduled_pickup": datetime(2022, 8, 23, 21, 30, tzinfo=UTC)}
    assert [(p.packages, p.kind) for p in load.packaging] == [(Decimal(37), "pallet")]
    assert [line.order and line.order.number for line in load.lines] == ["9999999-01", "27281628-01"]
    assert [line.measures["weight"].value for line in load.lines] == [Decimal("8888.88"), Decimal("12341.24")]
    assert [(r.kind, r.number) for r in load.lines[0].references] == [
        ("seller_order", "4728162872"),
        ("department", "RBU"),
        ("delivery_note", "237291298-01"),
        ("shipment", "22982719"),
    ]
    assert load.lines[0].contacts == []
    assert ("order", "9999999-01") in found.business_keys
    assert [extra.path for extra in found.extras] == ["B2/05", "B2/07", "L3/14", "L3/15"]
    assert missing(segments(data), written(found, "204")) == []


def test_a_tender_with_equipment_and_windows_is_read() -> None:
    data = corpus("204__gt-logistics-edi-x12__204.edi")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportOrder)
    assert found.ordering_party is not None
    assert found.ordering_party.contacts[0].telephone == "(939) 555-0113"
    assert found.shipment is not None
    assert (found.shipment.equipment[0].number, found.shipment.equipment[0].kind) == ("000000", "TV")
    assert found.stops[1].other_dates == {"delivery_requested_on": datetime(2024, 2, 5, 11, 0, tzinfo=UTC)}
    assert found.stops[0].quantity is not None
    assert (found.stops[0].quantity.value, found.stops[0].quantity.unit) == (Decimal(100), "H87")
    assert missing(segments(data), written(found, "204")) == []


@pytest.mark.parametrize("name", ["no-matching-segment-count.edi", "no-se-trailer.edi"])
def test_a_tender_without_content_is_none(name: str) -> None:
    (document,) = read(corpus(f"204__gt-logistics-edi-x12__{name}"))
    assert document.canonical is None


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_is_written_is_valid_and_says_the_same(version: str) -> None:
    assert judged(TransportOrder.model_validate(TENDER), "204", version) == ()


def test_the_segments_of_a_tender() -> None:
    found = written(TransportOrder.model_validate(TENDER), "204")
    assert found[:5] == ["B2**RDWY**LOAD-1**PP", "B2A*00*LT", "L11*BOL-1*BM", "G62*64*20260302*1*1700", "MS3*RDWY*B**M"]
    assert "N7*UTLX*666955*********TL" in found
    assert found[found.index("S5*1*LD*5472*L*10*CT") :][:4] == [
        "S5*1*LD*5472*L*10*CT",
        "G62*37*20260303*I*0800",
        "G62*38*20260303*K*1200",
        "PLD*2",
    ]
    start = found.index("OID*SO-9*PO-4711**CT*10*L*5472")
    assert found[start + 1 : start + 5] == ["L5*1*PAPER, COATED*150670*N", "AT8*G*L*5472*10", "G61*CN*R STONE", "L11*DN-7*DJ"]
    assert found[found.index("S5*2*UL") :][:4] == ["S5*2*UL", "L11*A77*AO", "G62*53*20260305*G*0800", "G62*54*20260306"]
    assert found[-1] == "L3*5472*G***55721******10*L"


def test_windows_that_are_not_those_of_the_action_are_kept() -> None:
    sent = ["S5*1*UL", "G62*37*20260303*I*0800", "G62*54*20260304"]
    found = tender(*sent)
    assert found.stops[0].original_codes == {"planned.start": "37"}
    assert written(found, "204")[2:] == sent


def test_times_keep_their_qualifier_and_their_zone() -> None:
    sent = ["S5*1*LD", "G62*69*20260303*8*0800*CS", "G62*86*20260303*8*0900*LT"]
    found = tender(*sent)
    assert found.stops[0].other_dates == {
        "scheduled_pickup": datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
        "picked_up": datetime(2026, 3, 3, 9, 0, tzinfo=UTC),
    }
    assert written(found, "204")[2:] == sent


def test_goods_without_order_and_goods_of_an_order_stay_apart() -> None:
    sent = [
        "S5*1*LD", "L5*1*LOOSE", "OID*R1*PO1", "L5*2*FIRST", "L5*3*SECOND", "AT8*G*L*10*1", "OID**PO2",
    ]  # fmt: skip
    found = tender(*sent)
    assert [(line.item.name, line.order and line.order.number) for line in found.stops[0].lines] == [
        ("LOOSE", None),
        ("FIRST", "PO1"),
        ("SECOND", None),
        (None, "PO2"),
    ]
    assert written(found, "204")[2:] == sent


def test_dangerous_goods_say_why() -> None:
    sent = ["S5*1*LD", "L5*1*PAINT", "G61*HM*J DOE*TE*5550100", "LH1*PC*4*UN1263*******2", "LH2*3", "LH3*PAINT*D"]
    item = tender(*sent).stops[0].lines[0].item
    assert (item.hazard.un_number, item.hazard.packing_group, item.hazard.hazard_class, item.hazard.name) == (
        "UN1263",
        "2",
        "3",
        "PAINT",
    )
    assert written(tender(*sent), "204")[2:] == sent


def test_special_handling_and_goods_in_release_005010() -> None:
    sent = ["C3*USD", "AT5*FRA", "S5*1*LD", "AT5*HAZ", "L5*1*GLASS", "AT5*FRA", "L11*77*DJ", "L3*****10000"]
    found = tender(*sent, version="005010")
    assert found.shipment.handling == ["FRA"]
    assert (found.stops[0].handling, found.stops[0].lines[0].handling) == (["HAZ"], ["FRA"])
    assert found.totals.payable.currency == "USD"
    assert missing(sent, written(found, "204", "005010")) == []
