"""A partner's guide: members elsewhere, mandatory places and restricted codes, both ways."""

from typing import Any

import pytest

from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document, DocumentTerms, Family, Guide, Terms, WritingTerms
from translators.errors import LocationInvalid
from translators.finding import Code

HEADER = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "REF*DP*038", "N1*ST*STORE*92*12"]
BODY = [*HEADER, "PO1*1*2*EA*3.5**VN*A*ZZ*77", "PO1*2*1*EA***VN*B", "SE*7*0001"]


def read(guide: Guide, body: list[str] = BODY) -> Document:
    terms = Terms(default=DocumentTerms(guide=guide))
    return registry.translate(interchange([body]), lambda _envelope: terms).interchanges[0].documents[0]


def order(guide: Guide) -> dict[str, Any]:
    document = read(guide)
    assert isinstance(document.canonical, PurchaseOrder), document.findings
    return document.canonical.model_dump(exclude_unset=True)


def test_a_member_of_the_header_stands_elsewhere() -> None:
    assert order(Guide("BigBox", mapping=(("release", "REF+DP.02"),)))["release"] == "038"


def test_a_member_of_lines_stands_elsewhere_where_a_condition_holds() -> None:
    guide = Guide("BigBox", mapping=(("lines[].item.identifiers.buyer", "PO1[08='ZZ'].09"),))
    assert [line["item"]["identifiers"].get("buyer") for line in order(guide)["lines"]] == ["77", None]


def test_elements_are_named_by_their_identifiers_too() -> None:
    assert order(Guide("BigBox", mapping=(("release", "REF+DP.127"),)))["release"] == "038"


def test_dates_and_numbers_are_read_as_such() -> None:
    guide = Guide("BigBox", mapping=(("requested_delivery", "BEG.05 as date"), ("totals.quantity", "PO1.02 as number")))
    found = order(guide)
    assert str(found["requested_delivery"]) == "2026-03-02"


def test_deviations_are_written_where_they_are_read() -> None:
    guide = Guide("BigBox", mapping=(("release", "REF+DP.02"), ("lines[].item.identifiers.buyer", "LIN[02='BP'].03")))
    document = PurchaseOrder.model_validate(
        {"number": "1", "release": "R1", "lines": [{"number": "1", "item": {"identifiers": {"buyer": "B7"}}}]}
    )
    written = registry.write(Family.X12, document, "850", "004010", WritingTerms(guide=guide))
    assert "REF*DP*R1~" in written.document.body
    assert "LIN**BP*B7~" in written.document.body


def test_what_the_guide_asks_for_is_missed() -> None:
    found = read(Guide("BigBox 850", mandatory=("REF+IA.02", "N1+ST.04", "PO1.04")))
    missed = [(f.code, f.position.segment, f.message) for f in found.findings if f.code is Code.GUIDE_MISSING]
    assert missed == [
        (Code.GUIDE_MISSING, 1, "BigBox 850 asks for REF+IA.02; there is no such segment."),
        (Code.GUIDE_MISSING, 6, "BigBox 850 asks for PO1.04; it is empty."),
    ]
    assert found.canonical is None


def test_codes_are_restricted() -> None:
    found = read(Guide("BigBox 850", codes=(("PO1.06", frozenset({"UP", "EN"})),)))
    assert [f.actual for f in found.findings if f.code is Code.GUIDE_CODE] == ["VN", "VN"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("REF", "is no place"),
        ("REF.09", "has no element 09"),
        ("REF[x].02", "is no condition"),
        ("REF.02 as money", "is not one of"),
    ],
)
def test_a_path_that_means_nothing_is_refused_with_the_reason(path: str, said: str) -> None:
    with pytest.raises(LocationInvalid, match=said):
        read(Guide("BigBox", mapping=(("release", path),)))
