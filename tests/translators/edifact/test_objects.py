"""Packages, UNO … UNP: objects of any octets beside messages, found by their length (ISO 9735-8)."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest

from tests.translators.edifact.orders import order_message
from tests.translators.edifact.reading import one, read
from translators.canonical.generic_document import GenericDocument, GenericSegment
from translators.contract import AcknowledgementTerms, Document, DocumentTerms, Interchange, Terms, TermsFor, Verdict, anything
from translators.edifact.message import Syntax
from translators.edifact.package import located
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.translator import acknowledge, parse, seal
from translators.finding import Code, Finding, Severity

HEADER = b"UNB+UNOC:4+5790000000029:14+5790000000012:14+20261120:0930+7'"
HEADER_3 = b"UNB+UNOC:3+5790000000029:14+5790000000012:14+261120:0930+7'"
OBJECT = b"it's'UNT+2+1'\r\nUNZ+1+7'\0\xff?'UNH+9+ORDERS:D:96A:UN'UNP+1+X'"
ORDER = order_message(reference="1", order_number="PO-1", lines=1).encode()
SECOND = order_message(reference="2", order_number="PO-2", lines=1).encode()


def package(octets: bytes = OBJECT, reference: str = "P1", *, announced: str | None = None, trailer: str | None = None) -> bytes:
    """A package; `announced` stands in UNO for the true length, `trailer` for the true UNP."""
    header = f"UNO+{reference}+ABC:4711+1:DRAWING+{len(octets) if announced is None else announced}'"
    closing = f"UNP+{len(octets)}+{reference}'" if trailer is None else trailer
    return header.encode() + octets + closing.encode()


def interchange(*parts: bytes, count: int | None = None, header: bytes = HEADER) -> bytes:
    """An interchange of messages and packages."""
    return header + b"".join(parts) + f"UNZ+{len(parts) if count is None else count}+7'".encode()


def single(data: bytes, terms_for: TermsFor = anything) -> Document:
    """The only document of an interchange."""
    (document,) = one(data, terms_for).documents
    return document


def canonical(document: Document) -> GenericDocument:
    """What became of a package."""
    assert isinstance(document.canonical, GenericDocument)
    return document.canonical


def octets(document: Document) -> bytes:
    """The object of a package as it was passed on."""
    (inside,) = [s for s in canonical(document).segments if isinstance(s, GenericSegment) and s.tag == "OBJECT"]
    return b64decode(inside.elements[0][0][0], validate=True)


def finding(document: Document, code: Code) -> Finding:
    """The only finding of a code about a package."""
    (only,) = [f for f in document.findings if f.code is code]
    return only


def types(result: Interchange) -> list[tuple[str, str, Verdict]]:
    """Type, reference and verdict of all documents."""
    return [(d.type, d.control_number, d.verdict) for d in result.documents]


A, R = Verdict.ACCEPTED, Verdict.REJECTED


@pytest.mark.parametrize("header", [HEADER, HEADER_3])
def test_an_object_is_skipped_by_its_length_whatever_stands_in_it(header: bytes) -> None:
    data = interchange(package(), header=header)
    result = one(data)
    assert (result.verdict, result.findings, result.end) == (A, (), len(data))
    (document,) = result.documents
    assert (document.type, document.control_number, document.association) == ("UNO", "P1", "ABC:4711")
    assert (document.verdict, document.findings, document.name, document.segments) == (A, (), "generic_document", 3)
    assert data[document.start : document.end + 1] == package()
    assert octets(document) == OBJECT


def test_literal_bytes_become_a_generic_document() -> None:
    document = single(HEADER + b"UNO+P1+ABC:4711+1:A?+B+6'a'\0UNTUNP+6+P1'UNZ+1+7'")
    assert canonical(document).model_dump(by_alias=True, mode="json") == {
        "schema": "generic_document/1",
        "family": "edifact",
        "type": "UNO",
        "version": "4",
        "association": None,
        "control_number": "P1",
        "segments": [
            {"tag": "UNO", "elements": [[["P1"]], [["ABC", "4711"]], [["1", "A+B"]], [["6"]]]},
            {"tag": "OBJECT", "elements": [[["YScAVU5U"]]]},
            {"tag": "UNP", "elements": [[["6"]], [["P1"]]]},
        ],
    }


@pytest.mark.parametrize("inside", [b"", b"'", b"?", b"UNP+1+P1'", b"\r\n", bytes(range(256)), b"UNB+UNOC:3+A'"])
def test_every_octet_is_kept(inside: bytes) -> None:
    assert octets(single(interchange(package(inside)))) == inside


def test_references_and_types_repeat_in_version_4() -> None:
    data = interchange(b"UNO+P1+ABC:1*ABD:2+1:X*2:Y+3'a'bUNP+3+P1'")
    header = canonical(single(data)).segments[0]
    assert isinstance(header, GenericSegment)
    assert header.elements[1:3] == [[["ABC", "1"], ["ABD", "2"]], [["1", "X"], ["2", "Y"]]]
    (surplus,) = {f.code for f in single(data.replace(b"UNOC:4", b"UNOC:3")).findings}
    assert surplus is Code.COMPONENT_SURPLUS


def test_other_service_characters_hold_for_header_and_trailer_only() -> None:
    data = b"UNA>*.! ~UNB*UNOC>3*A>14*B>14*261120>0930*7~UNO*P1*ABC>1*1*5~a~'*!UNP*5*P1~UNZ*1*7~"
    assert octets(single(data)) == b"a~'*!"


def test_security_segments_stand_round_the_object() -> None:
    data = interchange(b"UNO+P1+ABC:1+1+3:2'USH+1+2'USA+1'a'bUST+1+4'USR+1:X'UNP+3+P1'")
    document = single(data)
    assert (document.verdict, document.segments, octets(document)) == (A, 7, b"a'b")
    assert [s.tag for s in canonical(document).segments if isinstance(s, GenericSegment)] == [
        "UNO", "USH", "USA", "OBJECT", "UST", "USR", "UNP"
    ]  # fmt: skip


def test_segments_that_are_no_security_segments_are_not_taken_for_such() -> None:
    result = one(interchange(package(b"abcde", announced="5:3"), ORDER))
    assert types(result) == [("UNO", "P1", A), ("ORDERS", "1", A)]


def test_packages_stand_beside_messages_and_are_counted_with_them() -> None:
    result = one(interchange(ORDER, package(), b"\r\n", package(b"x", "P2"), SECOND, count=4))
    assert types(result) == [("ORDERS", "1", A), ("UNO", "P1", A), ("UNO", "P2", A), ("ORDERS", "2", A)]
    assert (result.verdict, result.findings) == (A, ())
    assert [d.ordinal for d in result.documents] == [1, 2, 3, 4]


def test_a_trailer_that_does_not_count_packages_is_wrong() -> None:
    result = one(interchange(ORDER, package(), count=1))
    (wrong,) = result.findings
    assert (wrong.code, wrong.expected, wrong.actual) == (Code.INTERCHANGE_COUNT_MISMATCH, "2", "1")


@pytest.mark.parametrize(("count", "verdict"), [(2, A), (1, R)])
def test_a_group_counts_its_packages(count: int, verdict: Verdict) -> None:
    group = b"UNG+ORDERS+A:14+B:14+20261120:0930+1+UN+D:96A'" + ORDER + package() + f"UNE+{count}+1'".encode()
    result = one(interchange(group))
    (found,) = result.groups
    assert (found.received, found.verdict) == (2, verdict)
    assert [d.group for d in result.documents] == [1, 1]
    assert result.findings == ()


def test_a_message_without_trailer_ends_where_a_package_begins() -> None:
    result = one(interchange(ORDER[: ORDER.index(b"UNT")], package()))
    assert types(result) == [("ORDERS", "1", R), ("UNO", "P1", A)]


@pytest.mark.parametrize("announced", ["2", "9", "99999"])
def test_a_wrong_length_is_found_by_the_trailer_that_is_there(announced: str) -> None:
    data = interchange(package(b"abcde", announced=announced), ORDER)
    result = one(data)
    assert types(result) == [("UNO", "P1", R), ("ORDERS", "1", A)]
    wrong = finding(result.documents[0], Code.SEGMENT_COUNT_MISMATCH)
    assert (wrong.expected, wrong.actual, wrong.position.offset) == ("5", announced, data.index(announced.encode() + b"'abc"))
    assert (wrong.position.tag, wrong.position.segment, wrong.position.element) == ("UNO", 1, 4)
    assert (result.verdict, result.findings) == (Verdict.PARTLY_ACCEPTED, ())


def test_where_a_wrong_length_leaves_the_end_open_the_interchange_is_refused() -> None:
    inside = b"a'UNT+1'UNH+9+ORDERS:D:96A:UN'b"
    data = interchange(package(inside, announced="4"), ORDER)
    result = one(data)
    assert result.verdict is R
    assert (result.findings[0].code, result.findings[0].position.offset) == (Code.STRAY_SEGMENT, len(HEADER))
    wrong = finding(result.documents[0], Code.DOCUMENT_TRAILER_MISSING)
    assert (wrong.expected, wrong.position.tag, wrong.position.offset) == ("UNP", "UNP", data.index(inside) + 4)
    assert wrong.actual is not None
    assert wrong.actual.startswith("T+1'UNH")
    assert result.documents[-1].control_number == "1"


def test_a_package_without_trailer_ends_where_its_length_leads() -> None:
    data = interchange(package(OBJECT, trailer=""), ORDER)
    result = one(data)
    assert types(result) == [("UNO", "P1", R), ("ORDERS", "1", A)]
    wrong = finding(result.documents[0], Code.DOCUMENT_TRAILER_MISSING)
    assert (wrong.position.offset, wrong.position.segment) == (data.index(ORDER), 3)
    assert result.findings == ()


@pytest.mark.parametrize("announced", ["", "X", "-5", "1.5"])
def test_a_length_that_is_none_is_told_and_reading_goes_on(announced: str) -> None:
    result = one(interchange(package(b"abcde", announced=announced), ORDER))
    assert types(result) == [("UNO", "P1", R), ("ORDERS", "1", A)]
    assert result.documents[0].canonical is None


@pytest.mark.parametrize(
    ("trailer", "code", "element", "expected", "actual"),
    [
        ("UNP+4+P1'", Code.SEGMENT_COUNT_MISMATCH, 1, "5", "4"),
        ("UNP+5+P2'", Code.DOCUMENT_REFERENCE_MISMATCH, 2, "P1", "P2"),
        ("UNP+5'", Code.ELEMENT_MISSING, 2, "0800", None),
        ("UNP++P1'", Code.ELEMENT_MISSING, 1, "0810", None),
        ("UNP+5+P1+X'", Code.ELEMENT_SURPLUS, 3, "2", "X"),
    ],
)
def test_errors_of_a_package_trailer(trailer: str, code: Code, element: int, expected: str, actual: str | None) -> None:
    document = single(interchange(package(b"abcde", trailer=trailer)))
    wrong = finding(document, code)
    assert (wrong.position.tag, wrong.position.segment, wrong.position.element) == ("UNP", 3, element)
    assert (wrong.expected, wrong.actual, document.verdict, document.canonical) == (expected, actual, R, None)


def test_errors_of_a_package_header() -> None:
    document = single(interchange(package().replace(b"ABC:4711", b"ABCD")))
    assert {(f.code, f.position.element, f.position.component) for f in document.findings} == {
        (Code.ELEMENT_TOO_LONG, 2, 1),
        (Code.ELEMENT_MISSING, 2, 2),
    }


def test_a_reference_that_is_used_twice_refuses_the_second_package_only() -> None:
    result = one(interchange(package(), package(b"other"), package(b"x", "1"), ORDER))
    assert [d.verdict for d in result.documents] == [A, R, A, A]
    assert finding(result.documents[1], Code.DOCUMENT_REFERENCE_DUPLICATE).actual == "P1"


@pytest.mark.parametrize("terms", [Terms(max_segment_bytes=99), Terms(max_document_bytes=99)])
def test_an_object_that_is_too_large_is_refused_unread_and_what_follows_is_read(terms: Terms) -> None:
    large = b"'UNZ+1+7'" * 12
    document, order = one(interchange(package(large), SECOND), lambda _e: terms).documents
    wrong = finding(document, Code.DOCUMENT_TOO_LARGE)
    assert (wrong.expected, wrong.actual, wrong.position.element) == ("99", str(len(large)), 4)
    assert (document.canonical, document.name, document.control_number) == (None, None, "P1")
    assert order.control_number == "2"
    assert octets(single(interchange(package(large[:99])), lambda _e: terms)) == large[:99]


def test_a_package_that_is_not_agreed_is_refused() -> None:
    refused = single(interchange(package()), lambda _e: Terms({"ORDERS": DocumentTerms()}))
    assert finding(refused, Code.DOCUMENT_TYPE_UNSUPPORTED).actual == "UNO"
    agreed = Terms({"UNO": DocumentTerms()})
    assert single(interchange(package()), lambda _e: agreed).verdict is A


def test_an_agreement_weighs_findings_about_packages_otherwise() -> None:
    own = DocumentTerms(severities={Code.DOCUMENT_REFERENCE_MISMATCH: Severity.WARNING})
    document = single(interchange(package(b"abcde", trailer="UNP+5+P2'")), lambda _e: Terms({"UNO": own}))
    assert (document.verdict, octets(document)) == (Verdict.ACCEPTED_WITH_ERRORS, b"abcde")


def test_more_packages_than_allowed_end_the_reading() -> None:
    result = one(interchange(package(), package(b"x", "P2")), lambda _e: Terms(max_documents=1))
    assert (len(result.documents), result.findings[0].code) == (1, Code.INTERCHANGE_TOO_LARGE)


def test_a_trailer_without_package_stands_outside_of_any_message() -> None:
    assert Code.STRAY_SEGMENT in read(interchange(ORDER, b"UNP+5+P1'", count=1)).codes


@pytest.mark.parametrize("length", range(len(HEADER) + 1, len(HEADER + package(b"a'b")) + 7))
def test_a_cut_package_never_passes(length: int) -> None:
    data = interchange(package(b"a'b"))[:length]
    assert one(data).verdict is R
    assert next(iter(parse(data, 0))).tag == "UNB"


def test_a_header_without_terminator_ends_the_reading() -> None:
    data = HEADER + b"UNO+P1+" + b"A" * 200
    assert Code.TRUNCATED in read(data).codes
    assert Code.SEGMENT_TOO_LARGE in read(data, lambda _e: Terms(max_segment_bytes=50)).codes


def test_people_see_the_object_as_one_segment_with_its_size() -> None:
    data = interchange(ORDER, package())
    found = list(parse(data, 0))[-4:]
    assert [(s.tag, s.depth) for s in found] == [("UNO", 1), ("OBJECT", 2), ("UNP", 1), ("UNZ", 0)]
    assert (found[1].raw, found[1].offset) == (f"({len(OBJECT)} octets)", data.index(OBJECT))
    assert found[1].elements[0].repetitions == ((str(len(OBJECT)),),)
    assert found[0].name == "Package header"
    assert [e.id for e in found[0].elements] == ["0800", "S020", "S021", "S022"]


def test_people_see_what_follows_a_package_without_trailer() -> None:
    found = list(parse(interchange(package(OBJECT, trailer=""), ORDER), 0))
    assert [s.tag for s in found[:5]] == ["UNB", "UNO", "OBJECT", "UNH", "BGM"]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        (HEADER, ["UCM+1+ORDERS:D:96A:UN:EAN008+7'", "UCM+++7++++P1+ABC:4711'", "UCM+++4+29+UNP+2+P2+ABC:4711'"]),
        (HEADER_3, ["UCM+1+ORDERS:D:96A:UN:EAN008+7'"]),
    ],
)
def test_contrl_names_packages_where_it_can(header: bytes, lines: list[str]) -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="CONTRL", list_accepted=True))
    data = interchange(ORDER, package(), package(b"abc", "P2", trailer="UNP+1+P2'"), header=header)
    (owed,) = acknowledge(one(data, lambda _e: terms))
    sealed = seal(owed.outbound, control_number=1, group_numbers=(), prepared=datetime(2026, 11, 20, tzinfo=UTC))
    assert [line for line in sealed.decode().replace("'", "'\n").split() if line.startswith("UCM")] == lines
    assert one(sealed).documents[0].findings == ()


def test_a_place_says_where_everything_stands() -> None:
    data = package(b"a'b")
    place = located(data, 0, Syntax("UNOC", 4, ServiceCharacters()), 1000)
    assert place is not None
    assert (data[place.object : place.close], data[place.close : place.end], place.next) == (b"a'b", b"UNP+3+P1", len(data))
    assert (place.announced, place.trailed, place.sure, place.terminated) == (3, True, True, True)
    assert located(data, 0, Syntax("UNOC", 4, ServiceCharacters()), 10) is None
