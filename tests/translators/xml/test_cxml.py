"""cXML: what is particular to it. Requests in an envelope, answers to them, packages with the lines, secrets."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from translators import registry
from translators.canonical import model_of
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.contract import (
    AcknowledgementTerms,
    DocumentTerms,
    Envelope,
    Family,
    Identity,
    Interchange,
    OutboundGroup,
    OutboundInterchange,
    Terms,
)
from translators.errors import NotWritable
from translators.finding import Code
from translators.xml.cxml.invoicing import _modified
from translators.xml.envelope import NO_SEPARATORS

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
ORDER = FIXTURES / "OrderRequest__friendsofcxml-cxml-php__OrderRequest.xml"
PREPARED = datetime(2026, 11, 20, 10, tzinfo=UTC)
ANSWERED = Terms(acknowledgement=AcknowledgementTerms(functional="cXML"))


def read(data: bytes, terms: Terms | None = None) -> Interchange:
    def terms_for(_envelope: Envelope) -> Terms:
        return terms or Terms()

    (interchange,) = registry.translate(data, terms_for).interchanges
    return interchange


def sent(name: str, value: dict[str, Any], kind: str) -> bytes:
    document = model_of(name).model_validate(value)
    written = registry.write(Family.XML, document, kind, "cXML-1.2")
    assert not written.findings, written.findings
    group = OutboundGroup("", "", "", "", (written.document,))
    sides = Identity("NetworkID", "SELLER"), Identity("NetworkID", "BUYER")
    outbound = OutboundInterchange(Family.XML, *sides, "cXML-1.2.050", test=False, separators=NO_SEPARATORS, groups=(group,))
    return registry.seal(outbound, control_number=42, group_numbers=[1], prepared=PREPARED)


def answer(data: bytes, terms: Terms = ANSWERED) -> tuple[bytes, tuple[str, ...]]:
    (owed,) = registry.acknowledge(read(data, terms))
    return registry.seal(owed.outbound, control_number=9, group_numbers=[1], prepared=PREPARED), owed.explanation


def test_a_secret_is_in_no_document() -> None:
    assert b"coyote" in ORDER.read_bytes()
    (document,) = read(ORDER.read_bytes()).documents
    assert document.canonical is not None
    assert b"coyote" not in document.canonical.to_json()


def test_the_credentials_of_the_header_are_the_parties() -> None:
    (document,) = read(ORDER.read_bytes()).documents
    assert document.canonical is not None
    assert document.canonical.identity.startswith("|DO1234") or "DO1234" in document.canonical.identity
    assert b'"seller":{"identifiers":{"network":"supplier@supplier.com"}}' in document.canonical.to_json()


@pytest.mark.parametrize(("kind", "purpose"), [("update", "change"), ("delete", "cancel")])
def test_an_update_is_a_change_and_a_deletion_withdraws(kind: str, purpose: str) -> None:
    data = ORDER.read_bytes().replace(b'type="new"', f'type="{kind}"'.encode())
    (document,) = read(data).documents
    assert document.name == "purchase_order_change"
    assert document.canonical is not None
    assert f'"purpose":"{purpose}"'.encode() in document.canonical.to_json()


@pytest.mark.parametrize(
    ("old", "new", "code", "tag"),
    [
        (b'orderID="DO1234"', b"", Code.SEGMENT_MISSING, "OrderRequestHeader"),
        (b'quantity="10"', b'quantity="ten"', Code.ELEMENT_NOT_NUMERIC, "@quantity"),
        (b'orderDate="2000-10-12T18:41:29-08:00"', b'orderDate="12.10.2000"', Code.ELEMENT_DATE, "@orderDate"),
        (b'<Money currency="EUR">85.00', b"<Money>85.00", Code.ELEMENT_MISSING, "Money"),
        (b"<BillTo>", b"<BillsTo/><BillTo>", Code.SEGMENT_NOT_IN_DEFINITION, "BillsTo"),
        (b"<Total>", b"<Followup><URL>x</URL></Followup><Total>", Code.SEGMENT_OUT_OF_ORDER, "Total"),
    ],
)
def test_requests_are_judged_by_the_table(old: bytes, new: bytes, code: Code, tag: str) -> None:
    data = ORDER.read_bytes()
    assert old in data
    (document,) = read(data.replace(old, new, 1)).documents
    assert (code, tag) in {(finding.code, finding.position.tag) for finding in document.findings}


def test_a_good_request_is_answered_with_ok() -> None:
    data, lines = answer(ORDER.read_bytes())
    assert b'<Status code="200" text="OK" xml:lang="en"/>' in data
    assert b"<Header>" not in data
    assert lines[0].endswith("200 OK.")


def test_a_bad_request_is_told_why() -> None:
    data, lines = answer(ORDER.read_bytes().replace(b'quantity="10"', b'quantity="ten"'))
    assert b'code="400"' in data
    assert b"quantity ten is no number" in data
    assert len(lines) == 2


def test_what_is_not_agreed_is_not_implemented() -> None:
    terms = replace(ANSWERED, default=DocumentTerms(agreed=False))
    assert b'code="450"' in answer(ORDER.read_bytes(), terms)[0]


def test_what_cannot_be_parsed_is_not_acceptable() -> None:
    assert b'code="406"' in answer(ORDER.read_bytes().replace(b"</Request>", b""))[0]


def test_nothing_is_answered_unless_it_is_agreed_and_never_a_response() -> None:
    assert registry.acknowledge(read(ORDER.read_bytes())) == ()
    assert registry.acknowledge(read(answer(ORDER.read_bytes())[0], ANSWERED)) == ()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ('code="200" text="OK"', "accepted"),
        ('code="201" text="Accepted"', "received"),
        ('code="500" text="Internal Server Error"', "rejected"),
    ],
)
def test_a_response_is_an_acknowledgement(status: str, verdict: str) -> None:
    data = f'<?xml version="1.0"?><cXML payloadID="7@x" timestamp="2026-11-20T10:00:00Z"><Response><Status {status}>Why</Status>'
    (document,) = read(f"{data}</Response></cXML>".encode()).documents
    assert document.name == "functional_acknowledgement"
    assert isinstance(document.canonical, FunctionalAcknowledgement)
    assert (document.canonical.verdict, document.canonical.control_number) == (verdict, "7@x")
    assert document.canonical.notes == ("Why",)
    body = registry.write(Family.XML, document.canonical, "Response", "cXML-1.2").document.body
    assert f"<Status {status}" in body


PACKED: dict[str, Any] = {
    "number": "ASN1",
    "issued": "2026-11-20T10:00:00Z",
    "language": "en",
    "buyer": {"identifiers": {"network": "BUYER"}},
    "seller": {"identifiers": {"network": "SELLER"}},
    "order": {"number": "PO1"},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"seller": "A"}},
            "quantity": {"value": "24", "unit": "EA"},
            "order": {"number": "PO1", "line": "10"},
        }
    ],
    "packages": [
        {
            "identifiers": {"sscc": "376104250021234569"},
            "packages": [
                {
                    "identifiers": {"sscc": f"37610425002123457{end}"},
                    "measures": {"gross_weight": {"value": "5", "unit": "KGM"}},
                    "contents": [{"line": "1", "quantity": {"value": "12", "unit": "EA"}}],
                }
                for end in (6, 7)
            ],
        }
    ],
}


def test_packages_within_packages_come_back() -> None:
    data = sent("despatch_advice", PACKED, "ShipNoticeRequest")
    (document,) = read(data).documents
    assert document.canonical == model_of("despatch_advice").model_validate({**PACKED, "code_family": "xml"})


def test_the_envelope_names_the_definition_the_number_and_the_time() -> None:
    data = sent("despatch_advice", PACKED, "ShipNoticeRequest")
    assert b'<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.050/Fulfill.dtd">' in data
    envelope = read(data).envelope
    assert envelope.control_number == "42.20261120100000@SELLER"
    assert envelope.prepared == "2026-11-20T10:00:00+00:00"


def test_a_file_holds_one_request() -> None:
    outbound = OutboundInterchange(
        Family.XML, Identity("a", "b"), Identity("c", "d"), "cXML-1.2", test=False, separators=NO_SEPARATORS
    )
    with pytest.raises(NotWritable):
        registry.seal(outbound, control_number=1, group_numbers=[], prepared=PREPARED)


def test_members_know_the_attribute_they_came_from() -> None:
    (document,) = read(ORDER.read_bytes(), Terms(default=DocumentTerms(lineage=True))).documents
    origins = {origin.path: origin for origin in document.lineage}
    assert origins["number"].element == 1
    assert origins["issued"].element == 2
    assert origins["issued"].segment == origins["number"].segment


def test_a_charge_of_no_percent_stays_a_charge() -> None:
    holder: dict[str, Any] = {"allowances_charges": [{"code": "Fee", "more_percent": Decimal(0)}, {"less": {"value": "5"}}]}
    _modified(holder)
    assert holder["allowances_charges"] == [
        {"code": "Fee", "charge": True, "percent": Decimal(0)},
        {"charge": False, "amount": {"value": "5"}},
    ]
