"""Interchanges without what sealing gives them: the same document sealed twice is the same bytes."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.set_aside import without_numbers
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850
from translators import registry
from translators.contract import AcknowledgementTerms, Terms

X12: dict[str, Any] = {"sender": "01:123456789", "receiver": "ZZ:NORDICDC"}
EDIFACT: dict[str, Any] = {"sender": "5798000000025", "receiver": "5790000000012"}


def sealed(body: bytes, functional: str, number: int, at: datetime) -> bytes:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional=functional))
    (interchange,) = registry.translate(body, lambda _envelope: terms).interchanges
    (owed,) = registry.acknowledge(interchange)
    return registry.seal(owed.outbound, control_number=number, group_numbers=[number] * len(owed.outbound.groups), prepared=at)


@pytest.mark.parametrize(
    ("body", "functional", "family"),
    [
        (order_850(control_number=1, order_number="1", **X12), "997", "x12"),
        (order_850(control_number=1, order_number="1", **X12), "999", "x12"),
        (order_edifact(control_number="1", order_number="1", **EDIFACT), "CONTRL", "edifact"),
    ],
)
def test_an_acknowledgement_sealed_twice_is_the_same(body: bytes, functional: str, family: str) -> None:
    one = sealed(body, functional, 1, datetime(2026, 1, 1, tzinfo=UTC))
    other = sealed(body, functional, 98765, datetime(2027, 11, 30, 12, 34, tzinfo=UTC))
    assert one != other
    assert without_numbers(family, one, acknowledgement=True) == without_numbers(family, other, acknowledgement=True)


def test_what_is_said_stays() -> None:
    one, other = (order_850(control_number=7, order_number=number, **X12) for number in ("4711", "4712"))
    assert without_numbers("x12", one) != without_numbers("x12", other)
    assert b"BEG*00*SA*4711**20260302~" in without_numbers("x12", one)


def test_numbers_of_the_envelope_do_not() -> None:
    one, other = (order_850(control_number=number, order_number="4711", **X12) for number in (7, 123456))
    assert without_numbers("x12", one) == without_numbers("x12", other)


def test_separators_are_those_of_the_interchange() -> None:
    usual = order_edifact(control_number="7", order_number="A?'B", **EDIFACT)
    other = b"UNA:*.! ~" + usual.replace(b"?'", b"@").replace(b"'", b"~").replace(b"+", b"*").replace(b"@", b"!~")
    changed = other.replace(b"*7~", b"*99~").replace(b"261120:0930*7", b"270101:1200*99")
    assert other != changed
    assert without_numbers("edifact", other) == without_numbers("edifact", changed)
    assert b"A!~B" in without_numbers("edifact", other)


def test_the_number_of_an_xml_document_is_its_own_and_that_of_an_answer_is_ours() -> None:
    one = b"<Invoice><cbc:ID>1</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate><x><cbc:ID>7</cbc:ID></x></Invoice>"
    other = one.replace(b">1<", b">2<").replace(b"2026", b"2027")
    assert without_numbers("xml", one) != without_numbers("xml", other)
    assert without_numbers("xml", one, acknowledgement=True) == without_numbers("xml", other, acknowledgement=True)
    assert b"<cbc:ID>7</cbc:ID>" in without_numbers("xml", one, acknowledgement=True), "what is answered is named still"


def test_the_envelope_of_cxml() -> None:
    one = b'<cXML payloadID="1@us" timestamp="2026-01-01T00:00:00Z"><Response/></cXML>'
    other = one.replace(b"1@us", b"222@us").replace(b"2026", b"2027")
    assert without_numbers("xml", one) == without_numbers("xml", other)


@given(st.binary(max_size=200), st.sampled_from(["x12", "edifact", "xml", "json", "flat"]))
def test_any_bytes_are_taken(content: bytes, family: str) -> None:
    assert isinstance(without_numbers(family, content), bytes)


def test_what_has_no_envelope_stays_as_it_is() -> None:
    assert without_numbers("json", b'{"number":"1"}') == b'{"number":"1"}'


@given(st.binary(max_size=200), st.sampled_from(["x12", "edifact", "xml", "json"]), st.booleans())
def test_doing_it_again_changes_nothing(content: bytes, family: str, acknowledgement: bool) -> None:
    once = without_numbers(family, content, acknowledgement=acknowledgement)
    assert without_numbers(family, once, acknowledgement=acknowledgement) == once


@given(st.text("0123456789", min_size=1, max_size=14), st.text("AB12 ", min_size=1, max_size=14))
def test_only_the_envelope_of_edifact_is_touched(number: str, said: str) -> None:
    body = f"UNH+1+ORDERS:D:96A:UN'BGM+220+{said}+9'UNT+3+1'"
    whole = f"UNB+UNOC:3+A:14+B:14+261120:0930+{number}'{body}UNZ+1+{number}'".encode()
    assert without_numbers("edifact", whole) == f"UNB+UNOC:3+A:14+B:14+0+0'{body}UNZ+1+0'".encode()


@pytest.mark.parametrize("line_end", [b"", b"\n", b"\r\n"])
def test_line_ends_stay_where_they_are(line_end: bytes) -> None:
    usual = order_850(control_number=7, order_number="4711", **X12).replace(b"\n", b"").replace(b"\r", b"")
    content = usual.replace(b"~", b"~" + line_end)
    found = without_numbers("x12", content)
    assert found.count(b"~" + line_end) == content.count(b"~" + line_end)
    assert b"~" + line_end + b"IEA*1*0~" in found
    assert found.replace(line_end, b"") == without_numbers("x12", usual) or not line_end


def test_a_quoted_terminator_ends_nothing_and_a_quoted_quote_quotes_nothing() -> None:
    head = b"UNB+UNOC:3+A+B+261120:0930+7'"
    released, double = b"FTX+AAA+++it?'s UNZ+1+7'UNZ+1+7'", b"FTX+AAA+++why??'UNZ+1+7'"
    assert without_numbers("edifact", head + released) == b"UNB+UNOC:3+A+B+0+0'FTX+AAA+++it?'s UNZ+1+7'UNZ+1+0'"
    assert without_numbers("edifact", head + double) == b"UNB+UNOC:3+A+B+0+0'FTX+AAA+++why??'UNZ+1+0'"


def test_the_header_of_a_standard_business_document() -> None:
    one = (
        b"<sh:InstanceIdentifier>77</sh:InstanceIdentifier>"
        b"<sh:CreationDateAndTime>2026-01-01T00:00:00Z</sh:CreationDateAndTime><order>77</order>"
    )
    found = without_numbers("xml", one)
    assert found.startswith(b"<sh:InstanceIdentifier>0<")
    assert b"<sh:CreationDateAndTime>0<" in found
    assert found.endswith(b"<order>77</order>")
