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
CASES = [
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
