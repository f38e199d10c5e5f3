"""Everything that is known of a document beside its bytes: names, members, findings, element by element."""

from hypothesis import given
from hypothesis import strategies as st

from tests.translators.x12.orders import interchange
from translators.annotation import AnnotatedSegment, annotate
from translators.finding import Code, Finding

HEADER = ["ST*850*0001", "BEG*00*SA*PO1**20260302", "REF*DP*038", "DTM*002*20260310"]
BODY = [*HEADER, "PO1*1*2*EA*3.5**VN*A", "PID*F****WIDGET", "CTT*1*2", "SE*8*0001"]


def annotated(*documents: list[str]) -> list[AnnotatedSegment]:
    items = list(annotate(interchange(list(documents))))
    assert not [item for item in items if isinstance(item, Finding)]
    return [item for item in items if isinstance(item, AnnotatedSegment)]


def members(items: list[AnnotatedSegment], tag: str, element: int) -> list[tuple[str, str]]:
    return [
        (member.path, member.value)
        for item in items
        if item.segment.tag == tag
        for place in item.elements
        if place.element == element
        for member in place.members
    ]


def test_each_element_says_which_member_it_became() -> None:
    items = annotated(BODY)
    assert members(items, "BEG", 3) == [("number", "PO1")]
    assert members(items, "REF", 1) == [("references[0].kind", "department")]
    assert members(items, "DTM", 2) == [("requested_delivery", "2026-03-10")]
    assert members(items, "PO1", 2) == [("lines[0].quantity", "2, EA")]
    assert members(items, "PID", 5) == [("lines[0].item.name", "WIDGET")]


def test_the_envelope_has_names_and_no_members() -> None:
    items = annotated(BODY)
    assert [item.segment.tag for item in items][:2] == ["ISA", "GS"]
    assert all(item.document is None for item in items if item.segment.tag in ("ISA", "GS", "GE", "IEA"))


def test_several_documents_keep_their_members_apart() -> None:
    second = [row.replace("PO1**", "PO2**").replace("0001", "0002") for row in BODY]
    items = annotated(BODY, second)
    assert members(items, "BEG", 3) == [("number", "PO1"), ("number", "PO2")]


def test_findings_stand_at_the_element_they_are_about() -> None:
    bad = [row.replace("PO1*1*2*EA*3.5", "PO1*1*x*EA*3.5") for row in BODY]
    items = annotated(bad)
    found = [
        (item.segment.tag, place.element, finding.code) for item in items for place in item.elements for finding in place.findings
    ]
    assert ("PO1", 2, Code.ELEMENT_NOT_NUMERIC) in found


def test_what_a_refused_document_became_is_not_told() -> None:
    bad = [row.replace("PO1*1*2*EA*3.5", "PO1*1*x*EA*3.5") for row in BODY]
    assert members(annotated(bad), "BEG", 3) == []


def test_values_that_had_no_place_lead_to_extras() -> None:
    odd = [row.replace("REF*DP*038", "REF*DP*038**8X>1") for row in BODY]
    assert members(annotated(odd), "REF", 4)[0][0].startswith("extras[0]")


@given(st.binary(max_size=200))
def test_no_bytes_end_in_an_exception(data: bytes) -> None:
    list(annotate(data))
