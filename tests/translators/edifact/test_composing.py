# ruff: noqa: E501 - segments are read as they stand on the wire
"""Canonical documents as messages: what is written, what is said about what could not be, and a partner's own ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydifact.segmentcollection import Interchange as Pydifact

from tests.translators.edifact.reading import read
from tests.translators.edifact.test_round_trip import sealed
from translators import registry
from translators.annotation import AnnotatedSegment, annotate
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Document, DocumentTerms, Family, Guide, Separators, Terms, Verdict, WritingTerms
from translators.errors import DefinitionMissing, LocationInvalid, NotWritable
from translators.finding import Code

ORDER: dict[str, Any] = {
    "number": "4500017",
    "issued": date(2026, 11, 20),
    "purpose": "original",
    "currency": "EUR",
    "requested_delivery": date(2026, 11, 30),
    "buyer": {"identifiers": {"gln": "5790000000029"}, "name": "BIGBOX RETAIL"},
    "seller": {"identifiers": {"gln": "5790000000012"}},
    "ship_to": {"identifiers": {"gln": "5412345000013"}, "address": {"lines": ["DOCK 7"], "city": "GENT", "postal_code": "9000", "country": "BE"}},
    "payment_terms": [{"kind": "basic", "basis": "invoice", "days": 30}],
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"gtin": "5701234500018", "seller": "W-100"}, "name": "Blue widget"},
            "quantity": {"value": Decimal(24), "unit": "H87"},
            "price": {"amount": Decimal("12.50"), "currency": "EUR", "kind": "net"},
        },
        {
            "number": "2",
            "item": {"identifiers": {"gtin": "5701234500025"}, "name": "Red widget"},
            "quantity": {"value": Decimal(6), "unit": "H87"},
            "price": {"amount": Decimal("9.95"), "currency": "EUR", "kind": "net"},
        },
    ],
    "totals": {"line_count": 2},
}  # fmt: skip
CHANGE = {**ORDER, "purpose": "change", "change_number": "1", "ordered": date(2026, 11, 1), "lines": [{**ORDER["lines"][0], "action": "change"}], "totals": {"line_count": 1}}  # fmt: skip
RESPONSE = {
    **{name: value for name, value in ORDER.items() if name != "purpose"},
    "status": "with_changes",
    "order": {"number": "4500017", "issued": date(2026, 11, 20)},
    "lines": [
        {**ORDER["lines"][0], "responses": [{"status": "accepted"}]},
        {**ORDER["lines"][1], "responses": [{"status": "rejected"}]},
    ],
}
DOCUMENTS = {
    "ORDERS": ("purchase_order", ORDER),
    "ORDCHG": ("purchase_order_change", CHANGE),
    "ORDRSP": ("order_response", RESPONSE),
}
BOTH = pytest.mark.parametrize("version", ["D.96A", "D.01B"])


def document(kind: str) -> CanonicalDocument:
    name, value = DOCUMENTS[kind]
    return model_of(name).model_validate(value)


def order(**members: Any) -> PurchaseOrder:
    return PurchaseOrder.model_validate({**ORDER, **members})


def body(value: CanonicalDocument, kind: str = "ORDERS", version: str = "D.96A", **terms: Any) -> list[str]:
    written = registry.write(Family.EDIFACT, value, kind, version, WritingTerms(**terms))
    return written.document.body.removesuffix("'").split("'")


@BOTH
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_what_a_program_makes_is_valid_and_comes_back(kind: str, version: str) -> None:
    written = registry.write(Family.EDIFACT, document(kind), kind, version)
    assert written.findings == ()
    (found,) = read(sealed(written, "UNOC:3")).documents
    assert (found.verdict, found.findings) == (Verdict.ACCEPTED, ())
    assert found.canonical == document(kind).model_copy(update={"code_family": "edifact"})
    assert (found.type, found.version, found.association) == (kind, version, "")


@BOTH
@pytest.mark.filterwarnings("ignore::pydifact.exceptions.MissingImplementationWarning")
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_pydifact_reads_the_same_segments(kind: str, version: str) -> None:
    written = registry.write(Family.EDIFACT, document(kind), kind, version)
    theirs = Pydifact.from_str(sealed(written, "UNOC:3").decode("latin-1"))
    tags = [segment.tag for segment in theirs.segments]
    assert tags == ["UNH", *(row[:3] for row in written.document.body.split("'") if row), "UNT"]


def test_an_order_reads_as_a_partner_would_write_it() -> None:
    assert body(order()) == [
        "BGM+220+4500017+9", "DTM+137:20261120:102", "DTM+2:20261130:102", "NAD+BY+5790000000029::9++BIGBOX RETAIL", "NAD+SU+5790000000012::9",
        "NAD+DP+5412345000013::9+++DOCK 7+GENT++9000+BE", "CUX+2:EUR:9", "PAT+1++5:3:D:30", "LIN+1++5701234500018:EN", "PIA+1+W-100:SA", "IMD+F++:::Blue widget",
        "QTY+21:24:PCE", "PRI+AAA:12.50", "LIN+2++5701234500025:EN", "IMD+F++:::Red widget", "QTY+21:6:PCE", "PRI+AAA:9.95", "UNS+S", "CNT+2:2",
    ]  # fmt: skip


def test_the_association_stands_in_the_header() -> None:
    written = registry.write(Family.EDIFACT, order(), "ORDERS", "D.01B:EAN010")
    (found,) = read(sealed(written)).documents
    assert (written.version, found.version, found.association) == ("D.01B", "D.01B", "EAN010")


def test_a_directory_without_tables_is_written_by_the_nearest() -> None:
    written = registry.write(Family.EDIFACT, order(), "ORDERS", "D.07A")
    (found,) = read(sealed(written)).documents
    assert (found.version, found.verdict is Verdict.REJECTED) == ("D.07A", False)


@pytest.mark.parametrize(("kind", "version"), [("INVOIC", "D.96A"), ("ORDERS", "004010"), ("NONSUCH", "D.96A")])
def test_what_there_is_no_way_to_write_is_said_by_name(kind: str, version: str) -> None:
    with pytest.raises(DefinitionMissing, match=f"no way to write purchase_order as EDIFACT {version} {kind}"):
        registry.write(Family.EDIFACT, order(), kind, version)


def test_what_cannot_be_said_is_a_finding() -> None:
    (finding,) = registry.write(Family.EDIFACT, order(attributes={"colour": "red"}), "ORDERS", "D.96A").findings
    assert (finding.code, finding.actual) == (Code.NOT_WRITTEN, "attributes.colour")
    assert finding.message == "attributes.colour cannot be said in ORDERS D.96A."


def test_what_the_message_cannot_be_without_is_a_finding() -> None:
    value = PurchaseOrder.model_validate({"number": "1", "references": [{"kind": "contract", "number": "C-17"}], "lines": []})
    (finding,) = registry.write(Family.EDIFACT, value, "ORDERS", "D.96A").findings
    assert (finding.code, finding.position.tag, finding.message) == (
        Code.SEGMENT_MISSING,
        "DTM",
        "The mandatory segment DTM is missing.",
    )


def test_a_reference_of_a_kind_that_has_no_code_is_written_as_agreed_between_the_partners() -> None:
    written = registry.write(Family.EDIFACT, order(references=[{"kind": "department", "number": "D-3"}]), "ORDERS", "D.96A")
    assert "RFF+ZZZ:D-3'" in written.document.body
    assert [finding.actual for finding in written.findings] == ["references[].kind"]


def test_a_text_that_is_for_nothing_in_particular_is_a_general_one() -> None:
    assert "FTX+AAI+++CALL FIRST" in body(order(texts=[{"lines": ["CALL FIRST"]}]))


def test_a_code_of_another_standard_that_has_no_room_is_named_and_not_written() -> None:
    charge = {"charge": True, "code": "D240", "amount": {"amount": 5, "currency": "EUR"}}
    written = registry.write(Family.EDIFACT, order(allowances_charges=[charge]), "ORDERS", "D.96A")
    assert "ALC+C'MOA+8:5'" in written.document.body
    assert [finding.actual for finding in written.findings] == ["allowances_charges[].code"]


def test_characters_that_the_set_does_not_have_are_findings() -> None:
    value = order(buyer={"name": "Größe Ł"})
    written = registry.write(Family.EDIFACT, value, "ORDERS", "D.96A", WritingTerms(syntax="UNOA:3"))
    assert [(f.code, f.actual) for f in written.findings] == [(Code.CHARACTER_REPLACED, "Ö"), (Code.CHARACTER_REPLACED, "Ł")]
    assert "NAD+BY+++GROSSE  '" in written.document.body


def test_what_has_no_room_is_refused_with_its_place() -> None:
    with pytest.raises(NotWritable, match="BGM 2"):
        registry.write(Family.EDIFACT, order(number="N" * 36), "ORDERS", "D.96A")


def test_a_partner_s_separators_and_decimal_mark_are_used() -> None:
    separators = Separators(element="|", component=">", segment="~", release="!", decimal=",")
    written = registry.write(Family.EDIFACT, order(number="A|B"), "ORDERS", "D.96A", WritingTerms(separators=separators))
    assert written.document.body.startswith("BGM|220|A!|B|9~DTM|137>20261120>102~")
    assert "PRI|AAA>12,50~" in written.document.body


def test_the_separator_of_repetitions_is_released_from_syntax_4_on() -> None:
    assert "BGM+220+A*1+9" in body(order(number="A*1"))
    assert "BGM+220+A?*1+9" in body(order(number="A*1"), version="D.01B", syntax="UNOC:4")


def test_a_name_and_a_description_have_forms_of_their_own_and_a_title_its_characteristic() -> None:
    lines = [{"item": {"name": "Widget", "description": "Blue"}}, {"item": {"name": "Emma", "original_codes": {"name": "BTI"}}}]
    assert [row for row in body(order(lines=lines)) if row.startswith("IMD")] == [
        "IMD+F++:::Widget",
        "IMD+A++:::Blue",
        "IMD+F+BTI+:::Emma",
    ]


# --- a partner's guide -------------------------------------------------------------------------------------------------

MESSAGE = ["BGM+220+PO-1+9", "DTM+137:20261120:102", "DTM+64:20261125:102", "RFF+CT:C-17", "LIN+1++5701234500018:EN", "PIA+5+A:SA+B7:IN", "LIN+2", "UNS+S"]  # fmt: skip


def message(guide: Guide, *rows: str, lineage: bool = False) -> Document:
    text = "".join(f"{row}'" for row in (*(rows or MESSAGE), f"UNT+{len(rows or MESSAGE) + 2}+1"))
    terms = Terms(default=DocumentTerms(guide=guide, lineage=lineage))
    (found,) = read(
        f"UNB+UNOC:3+A:14+B:14+261120:0930+1'UNH+1+ORDERS:D:96A:UN'{text}UNZ+1+1'".encode(), lambda _e: terms
    ).documents
    return found


def guided(*mapping: tuple[str, str]) -> Any:
    found = message(Guide("BigBox", mapping=mapping))
    assert found.canonical is not None, found.findings
    return found.canonical


@pytest.mark.parametrize("path", ["RFF+CT.C506.1154", "RFF+CT.01.2", "RFF+CT.1154", "RFF[C506.1153='CT'].C506.1154"])
def test_a_member_of_the_header_stands_elsewhere(path: str) -> None:
    assert guided(("release", path)).release == "C-17"


def test_a_date_stands_elsewhere() -> None:
    assert guided(("requested_delivery", "DTM+64.C507.2380 as date")).requested_delivery == date(2026, 11, 25)


def test_a_composite_that_repeats_is_looked_through() -> None:
    found = guided(("lines[].item.identifiers.customer", "PIA+5[C212.7143='IN'].C212.7140"))
    assert [line.item.identifiers.get("customer") for line in found.lines] == ["B7", None]


def test_deviations_are_written_where_they_are_read() -> None:
    guide = Guide(
        "BigBox", mapping=(("release", "RFF+CT.1154"), ("lines[].item.identifiers.buyer", "PIA+5[C212.7143='IN'].C212.7140"))
    )
    value = order(release="R-9", lines=[{"number": "1", "item": {"identifiers": {"buyer": "B7"}}}])
    rows = body(value, guide=guide)
    assert {"RFF+CT:R-9", "PIA+5+B7:IN"} <= set(rows)


def test_what_the_guide_asks_for_is_missed() -> None:
    found = message(
        Guide("BigBox ORDERS", mandatory=("RFF+ON.1154", "LIN.C212.7140"), codes=(("PIA.C212.7143", frozenset({"SA", "BP"})),))
    )
    missed = [(f.code, f.position.segment, f.position.element, f.actual) for f in found.findings]
    assert missed == [(Code.GUIDE_MISSING, 1, None, None), (Code.GUIDE_MISSING, 8, 3, None)]
    assert found.canonical is None


@pytest.mark.parametrize("path", ["RFF+CT.C507.2380", "XYZ.01", "BGM.9", "RFF+CT.C506.9999"])
def test_a_place_that_the_directory_does_not_have_is_refused(path: str) -> None:
    with pytest.raises(LocationInvalid, match="has no element"):
        message(Guide("BigBox", mapping=(("release", path),)))


# --- lineage -----------------------------------------------------------------------------------------------------------


def members(data: bytes) -> dict[str, list[str]]:
    """The members that each segment became, by the segment as sent."""
    items = [item for item in annotate(data) if isinstance(item, AnnotatedSegment)]
    return {item.segment.raw: [member.path for place in item.elements for member in place.members] for item in items}


def test_each_segment_leads_to_the_members_it_became() -> None:
    rows = [*MESSAGE[:4], "NAD+BY+5790000000029::9", "NAD+XX+1::92", "CUX+2:EUR:9", "LIN+1++5701234500018:EN", "PIA+1+A:SA", "QTY+1:3:PCE", "PRI+AAA:5", "UNS+S", "MOA+86:15"]  # fmt: skip
    text = "".join(f"{row}'" for row in (*rows, f"UNT+{len(rows) + 2}+1"))
    found = members(f"UNB+UNOC:3+A:14+B:14+261120:0930+1'UNH+1+ORDERS:D:96A:UN'{text}UNZ+1+1'".encode())
    assert found["BGM+220+PO-1+9"] == ["kind", "number", "purpose"]
    assert set(found["DTM+64:20261125:102"]) == {"other_dates.earliest_delivery"}
    assert set(found["NAD+BY+5790000000029::9"]) == {"buyer", "buyer.identifiers"}
    assert set(found["NAD+XX+1::92"]) == {"other_parties[0].role", "other_parties[0].identifiers"}
    assert set(found["PIA+1+A:SA"]) == {"lines[0].item.identifiers"}
    assert set(found["QTY+1:3:PCE"]) == {"lines[0].quantity"}, "a quantity that stands in for another is found where it went"
    assert set(found["PRI+AAA:5"]) == {"lines[0].price.amount", "lines[0].price.kind", "lines[0].price.currency"}
    assert set(found["MOA+86:15"]) == {"totals.payable"}
    assert found["UNH+1+ORDERS:D:96A:UN"] == []


def test_findings_and_lineage_count_segments_alike() -> None:
    rows = [*MESSAGE[:4], "LIN+1++5701234500019:EN", "UNS+S"]
    found = message(Guide("none"), *rows, lineage=True)
    (finding,) = [f for f in found.findings if f.code is Code.IDENTIFIER_CHECK_DIGIT]
    (origin, *_rest) = [one for one in found.lineage if one.path == "lines[0].item"]
    assert (finding.position.segment, origin.segment) == (6, 6)


def test_lineage_is_told_only_when_it_is_asked_for() -> None:
    assert message(Guide("none")).lineage == ()


def test_what_was_kept_leads_to_its_extra() -> None:
    found = message(Guide("none"), *MESSAGE[:4], "LIN+1++5701234500018:EN", "QVR+3", "UNS+S", lineage=True)
    assert [one.path for one in found.lineage if one.segment == 7] == ["lines[0].extras[0].value"]
