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
