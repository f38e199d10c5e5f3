"""Elements that only a newer version has: they are read into members, and written only where the version has them."""

from typing import Any

import pytest

from tests.translators.x12.sets import read_set
from translators import registry
from translators.canonical import model_of
from translators.contract import Family
from translators.finding import Code

STATUS: dict[str, Any] = {
    "number": "PRO1",
    "shipment": {"number": "S1"},
    "carrier": {"identifiers": {"scac": "ABCD"}},
    "lines": [
        {
            "number": "1",
            "milestones": [
                {"event": "delivered", "location": {"address": {"city": "GENT", "postal_code": "9000", "country": "BE"}}}
            ],
            "references": [{"kind": "order", "number": "PO1", "issued": "2026-03-01"}],
        }
    ],
}
REPORT: dict[str, Any] = {
    "number": "R1",
    "period": {"start": "2026-03-01", "end": "2026-03-07"},
    "purpose": "replace",
    "kind": "H",
    "lines": [],
}
ORDER: dict[str, Any] = {
    "number": "1",
    "issued": "2026-03-02",
    "buyer": {"name": "B", "address": {"city": "LEEDS", "region": "ENG", "country": "GB"}},
    "lines": [{"number": "1", "item": {}, "texts": [{"purpose": "line", "language": "fr", "lines": ["BLEU"]}]}],
}
DEGREES: dict[str, Any] = {
    "minimum_temperature": {"value": "2", "unit": "CEL"},
    "maximum_temperature": {"value": "8", "unit": "CEL"},
}
LOAD: dict[str, Any] = {
    "number": "LOAD-1",
    "kind": "load_tender",
    "shipment": {"handling": ["FRA"], "measures": DEGREES},
    "stops": [{"number": "1", "action": "load", "party": {"role": "ship_from", "name": "M"}, "measures": DEGREES}],
}
EXPLOSIVES: dict[str, Any] = {
    "number": "LOAD-1",
    "kind": "load_tender",
    "stops": [
        {
            "number": "1",
            "action": "load",
            "party": {"role": "ship_from", "name": "M"},
            "lines": [
                {
                    "number": "1",
                    "item": {
                        "hazard": {"un_number": "UN0081", "hazard_class": "1.1"},
                        "measures": {
                            "hazardous": {"value": "10", "unit": "CT"},
                            "net_explosive": {"value": "120", "unit": "KGM"},
                            **DEGREES,
                        },
                    },
                    "contacts": [{"function": "general", "name": "R STONE"}],
                }
            ],
        }
    ],
}
SHIP: dict[str, Any] = {
    "number": "W1",
    "order": {"number": "PO1"},
    "purpose": "original",
    "attributes": {"order_kind": "SA"},
    "lines": [{"number": "1", "quantity": {"value": "1", "unit": "EA"}, "item": {"identifiers": {"seller": "A"}}}],
}
CASES = [
    ("204", "SM", "transport_order", LOAD, {"AT5*FRA***CE*2*8", "AT5****CE*2*8"}, {"shipment.measures", "stops[].measures"}),
    ("204", "SM", "transport_order", EXPLOSIVES, {"LH2*1.1***********K*120", "AT5****CE*2*8"}, {"net_explosive", "temperature"}),
    ("940", "OW", "warehouse_order", SHIP, {"W05*N*W1*PO1*****SA"}, {"attributes.order_kind"}),
    ("214", "QM", "transport_status", STATUS, {"MS1*GENT**BE*****9000", "L11*PO1*PO**20260301"}, {"milestones", "references"}),
    ("852", "PD", "sales_report", REPORT, {"XQ*H*20260301*20260307*R1*05"}, {"number", "purpose"}),
    ("850", "PO", "purchase_order", ORDER, {"N4*LEEDS***GB***ENG", "MTX*LIN*BLEU****FR"}, {"texts"}),
]


@pytest.mark.parametrize(("kind", "group", "name", "value", "segments", "unsaid"), CASES)
def test_what_only_the_newer_version_can_say(
    kind: str, group: str, name: str, value: dict[str, Any], segments: set[str], unsaid: set[str]
) -> None:
    document = model_of(name).model_validate(value)
    newer = registry.write(Family.X12, document, kind, "005010")
    assert [f.message for f in newer.findings if f.code is Code.NOT_WRITTEN] == []
    body = newer.document.body.rstrip("~").split("~")
    assert segments <= set(body)
    found = read_set(*body, kind=kind, group=group, version="005010").canonical
    assert found is not None
    assert not found.model_dump()["extras"]
    assert found == document.model_copy(update={"code_family": "x12"})


@pytest.mark.parametrize(("kind", "group", "name", "value", "segments", "unsaid"), CASES)
def test_an_older_version_says_what_it_cannot(
    kind: str, group: str, name: str, value: dict[str, Any], segments: set[str], unsaid: set[str]
) -> None:
    older = registry.write(Family.X12, model_of(name).model_validate(value), kind, "004010")
    paths = [f.actual or "" for f in older.findings if f.code is Code.NOT_WRITTEN]
    assert all(any(member in path for path in paths) for member in unsaid)
    assert not segments & set(older.document.body.split("~"))
    assert not [f for f in older.findings if f.code is Code.ELEMENT_SURPLUS]


def test_a_region_of_three_letters_has_no_room_in_the_older_version() -> None:
    older = registry.write(Family.X12, model_of("purchase_order").model_validate(ORDER), "850", "004010")
    assert [(f.code, f.position.tag, f.position.element) for f in older.findings if f.position.tag == "N4"] == [
        (Code.ELEMENT_TOO_LONG, "N4", 2)
    ]


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_temperatures_of_dangerous_goods(version: str) -> None:
    segments = ["B2**RDWY**LOAD-1**PP", "B2A*00*LT", "S5*1*LD", "N1*SF*M", "L5*1*PAINT", "G61*HM*R STONE", "LH1*CT*10*UN1263"]
    segments += ["LH2*3*****CE*23*CE*40*CE*50", "L3*****100"]
    found = read_set(*segments, kind="204", group="SM", version=version).canonical
    assert found is not None
    item = found.model_dump()["stops"][0]["lines"][0]["item"]
    assert {name: (str(one["value"]), one["unit"]) for name, one in item["measures"].items() if "temperature" in name} == {
        "control_temperature": ("40", "CEL"),
        "emergency_temperature": ("50", "CEL"),
    }
    assert (str(item["hazard"]["flash_point"]["value"]), item["hazard"]["flash_point"]["unit"]) == ("23", "CEL")
    body = registry.write(Family.X12, found, "204", version).document.body
    assert "LH2*3*****CE*23*CE*40*CE*50" in body.split("~")


KEPT = [
    ("810", "IN", ("BIG*20260302*I1*********A", "IT1*1*1*EA*1**VN*A", "TDS*100"), "BIG", "BIG*20260302*I1*********A"),
    ("990", "GF", ("B1*RDWY*L1*20260302*A*Y",), "B1", "B1*RDWY*L1*20260302*A*Y"),
    ("214", "QM", ("B10*PRO1*S1*RDWY", "L11*1*PO***Y"), "L11", "L11*1*PO***Y"),
    ("850", "PO", ("BEG*00*SA*P**20260302", "MTX*GEN*HELLO***2"), "MTX", "MTX*GEN*HELLO***2"),
    ("850", "PO", ("BEG*00*SA*P**20260302", "MEA**WT*1*KG*******1*X"), "MEA", "MEA**WT*1*KG*******1*X"),
]


@pytest.mark.parametrize(("kind", "group", "segments", "tag", "again"), KEPT)
def test_what_has_no_meaning_for_business_is_kept_and_written_again(
    kind: str, group: str, segments: tuple[str, ...], tag: str, again: str
) -> None:
    """Named extras: levels of an invoice, yes or no without a question, feed of a printer, code lists of industries."""
    found = read_set(*segments, kind=kind, group=group, version="005010").canonical
    assert found is not None
    said = found.model_dump_json()
    assert any(end in said for end in (f'"{tag}"', f'"{tag}/', f"/{tag}/", f'/{tag}"'))
    assert again in registry.write(Family.X12, found, kind, "005010").document.body.split("~")
