"""Finding interchanges in whatever surrounds them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators import detection
from translators.contract import Family
from translators.finding import Code

ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261120*0930*U*00401*000000001*0*P*>~"
UNB = b"UNB+UNOC:3+A+B+261120:0930+1'"
UNA = b"UNA:+.? '"


@pytest.mark.parametrize(("data", "family"), [(ISA, Family.X12), (UNB, Family.EDIFACT), (UNA + UNB, Family.EDIFACT)])
def test_a_header_at_the_start_is_found_without_a_finding(data: bytes, family: Family) -> None:
    place = detection.find(data, 0)
    assert (place.family, place.start, place.findings) == (family, 0, ())


@pytest.mark.parametrize("blanks", [b" ", b"\r\n", b"\t\n \n", b"\0\0", b"\x1a"])
def test_blanks_around_headers_are_nothing(blanks: bytes) -> None:
    assert detection.find(blanks + UNB, 0).start == len(blanks)
    assert detection.find(blanks + UNB, 0).findings == ()
    after = detection.find(UNB + blanks, len(UNB))
    assert (after.family, after.findings) == (None, ())


def test_a_header_after_others_is_found_from_any_position() -> None:
    data = UNB + b"\n" + ISA + UNA + UNB
    assert detection.find(data, 1).start == len(UNB) + 1
    third = detection.find(data, len(UNB) + 2)
    assert (third.family, third.start) == (Family.EDIFACT, len(UNB) + 1 + len(ISA))


@pytest.mark.parametrize(
    "text",
    [
        b"NAD+BY+++LAGUNA+STREET'",
        b"ISAAC NEWTON",
        b"REF*PO*UNA1234~",
        b"UNBELIEVABLE",
        b"CHISA*00*",
        b"VISA*00*X",
        b"SUNB+UNOC",
        b"UNB UNOC",
        b"LUNA:+.? 'UNB",
    ],
)
def test_words_that_only_spell_like_a_header_are_debris(text: bytes) -> None:
    place = detection.find(text + b"\n" + UNB, 0)
    assert place.start == len(text) + 1
    assert [f.code for f in place.findings] == [Code.BYTES_OUTSIDE_INTERCHANGE]


def test_debris_is_reported_at_its_first_byte_with_its_beginning() -> None:
    place = detection.find(b"\r\n  From: x@y\r\n\r\n" + UNB, 0)
    (finding,) = place.findings
    assert finding.position.offset == 4
    assert finding.actual is not None
    assert finding.actual.startswith("From: x@y")


def test_debris_behind_many_blanks_is_not_overlooked() -> None:
    place = detection.find(UNB + b" " * 10_000 + b"rubbish", len(UNB))
    assert [f.code for f in place.findings] == [Code.BYTES_OUTSIDE_INTERCHANGE]
    assert place.findings[0].position.offset == len(UNB) + 10_000


@pytest.mark.parametrize("data", [b"", b" ", b"\r\n\r\n", b"\0\0\0"])
def test_nothing_is_empty(data: bytes) -> None:
    place = detection.find(data, 0)
    assert place.family is None
    assert [f.code for f in place.findings] == [Code.EMPTY]


def test_a_byte_order_mark_is_noted_and_passed() -> None:
    place = detection.find(b"\xef\xbb\xbf" + UNB, 0)
    assert (place.family, place.start) == (Family.EDIFACT, 3)
    assert [f.code for f in place.findings] == [Code.BYTE_ORDER_MARK]


def test_a_byte_order_mark_before_a_later_interchange_is_noted_too() -> None:
    place = detection.find(UNB + b"\n\xef\xbb\xbf" + UNB, len(UNB))
    assert [f.code for f in place.findings] == [Code.BYTE_ORDER_MARK]
    assert place.start == len(UNB) + 4


@pytest.mark.parametrize("data", [b"UNH+1+ORDERS:D:96A:UN'", b"\nUNG+ORDERS", b"ST*850*0001~", b"\xef\xbb\xbfGS*PO*A*B"])
def test_messages_without_envelope_are_called_so(data: bytes) -> None:
    assert detection.find(data, 0).findings[-1].code is Code.ENVELOPE_MISSING


@pytest.mark.parametrize("data", [b"hello", b"STOP", b"GSM", "UNB+UNOC".encode("utf-16")])
def test_other_data_holds_no_interchange(data: bytes) -> None:
    place = detection.find(data, 0)
    assert place.family is None
    assert [f.code for f in place.findings] == [Code.NO_INTERCHANGE]


@pytest.mark.parametrize(
    "una",
    [b"UNA:+.? '\r\n", b"UNA:+.? ' ", b"UNA:+.? \n", b"UNA:+.?'", b"UNA:+,?*~", b"UNA\x1f\x1d.  \x1c"],
)
def test_una_is_found_with_line_ends_odd_characters_and_cut(una: bytes) -> None:
    place = detection.find(una + UNB, 0)
    assert (place.family, place.start, place.findings) == (Family.EDIFACT, 0, ())


@pytest.mark.parametrize("separator", [b"*", b"|", b"^", b"~", b"\x1d", b"+"])
def test_isa_is_found_with_any_separator(separator: bytes) -> None:
    assert detection.find(ISA.replace(b"*", separator), 0).family is Family.X12


def test_the_next_header_lies_behind_the_present_one() -> None:
    assert detection.next_header(UNB + UNB, 0) == len(UNB)
    assert detection.next_header(UNB, 0) == len(UNB)


@pytest.mark.parametrize("pattern", [b"UNA", b"UNA ", b"UNA\n", b"ISA*", b"UNB+", b"\n", b"UNA:+.? '", b"U"])
def test_detection_is_linear(pattern: bytes) -> None:
    data = b"x" + pattern * (3_000_000 // len(pattern)) + b"x"
    began = time.process_time()
    detection.find(data, 0)
    detection.next_header(data, 0)
    assert time.process_time() - began < 5


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_are_either_an_interchange_ahead_or_the_end(data: bytes, position: int) -> None:
    place = detection.find(data, min(position, len(data)))
    if place.family is None:
        assert place.start == len(data)
    else:
        assert min(position, len(data)) <= place.start < len(data)
    assert all(0 <= f.position.offset <= len(data) for f in place.findings)


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><a/>",
        b"  \r\n<?xml version='1.0'?><a/>",
        b"<Order xmlns='urn:x'/>",
        b"<!-- first --><a/>",
        b"<!DOCTYPE cXML SYSTEM 'x.dtd'><cXML/>",
        "<?xml version='1.0'?><a/>".encode("utf-16"),
    ],
)
def test_an_xml_document_is_found(data: bytes) -> None:
    place = detection.find(data, 0)
    assert place.family is Family.XML
    assert not place.findings


def test_an_xml_document_behind_junk_is_known_by_its_declaration() -> None:
    place = detection.find(b"junk <?xml version='1.0'?><a/>", 0)
    assert (place.family, place.start) == (Family.XML, 5)
    assert [finding.code for finding in place.findings] == [Code.BYTES_OUTSIDE_INTERCHANGE]
