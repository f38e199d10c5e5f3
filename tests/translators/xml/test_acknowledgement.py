"""The ApplicationResponse that answers UBL and CII: a verdict for each document, valid by our own table, complete when sealed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.translators.xml.samples import ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order, ubl
from translators import registry
from translators.canonical.application_response import Answer, ApplicationResponse
from translators.contract import Acknowledgement, AcknowledgementTerms, Envelope, Interchange, Terms, Verdict

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
HEADER = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
PREPARED = datetime(2026, 11, 20, 10, 5, 6, tzinfo=UTC)
BAD = ORDER_LINE.replace(">12<", ">twelve<")


def read(data: bytes, functional: str = "ApplicationResponse") -> Interchange:
    def terms_for(_envelope: Envelope) -> Terms:
        return Terms(acknowledgement=AcknowledgementTerms(functional=functional))

    (interchange,) = registry.translate(data, terms_for).interchanges
    return interchange


def answered(data: bytes) -> tuple[Acknowledgement, bytes, ApplicationResponse]:
    """What is owed, its bytes, and what they say when they are read again."""
    (owed,) = registry.acknowledge(read(data))
    sealed = registry.seal(owed.outbound, control_number=42, group_numbers=[1], prepared=PREPARED)
    back = read(sealed)
    (document,) = back.documents
    assert not document.findings
    assert not back.findings
    assert registry.acknowledge(back) == ()
    assert isinstance(document.canonical, ApplicationResponse)
    return owed, sealed, document.canonical


def header(*bodies: str) -> bytes:
    sides = "".join(f'<h:{side}><h:Identifier Authority="x">{side}</h:Identifier></h:{side}>' for side in ("Sender", "Receiver"))
    named = "<h:InstanceIdentifier>77</h:InstanceIdentifier><h:Type>Order</h:Type>"
    head = f"<h:HeaderVersion>1.0</h:HeaderVersion>{sides}<h:DocumentIdentification>{named}</h:DocumentIdentification>"
    inner = f"<h:StandardBusinessDocumentHeader>{head}</h:StandardBusinessDocumentHeader>{''.join(bodies)}"
    return f'<h:StandardBusinessDocument xmlns:h="{HEADER}">{inner}</h:StandardBusinessDocument>'.encode()


def test_a_good_document_is_accepted() -> None:
    owed, _, said = answered(order())
    assert (owed.type, owed.verdict) == ("ApplicationResponse", Verdict.ACCEPTED)
    assert said.status is Answer.ACCEPTED
    (one,) = said.documents
    assert one.document is not None
    assert (one.document.number, one.document.kind) == ("34", "order")
    assert owed.explanation == ("Interchange Order/34: accepted.", "  Order 34: accepted.")


def test_number_and_time_come_from_outside() -> None:
    _, sealed, said = answered(order())
    assert (said.number, said.issued) == ("42", PREPARED)
    assert sealed.index(b"<cbc:UBLVersionID>") < sealed.index(b"<cbc:ID>42<") < sealed.index(b"<cac:SenderParty>")


def test_it_goes_back_the_way_it_came() -> None:
    owed, _, said = answered(order())
    assert (str(owed.outbound.sender), str(owed.outbound.receiver)) == ("0088:5790000000029", "0088:5790000000012")
    assert [(party.role, party.identifiers) for party in said.other_parties] == [
        ("sender", {"endpoint": "0088:5790000000029"}),
        ("receiver", {"endpoint": "0088:5790000000012"}),
    ]


def test_a_refused_document_is_told_why() -> None:
    owed, _, said = answered(order(lines=BAD))
    assert owed.verdict is Verdict.REJECTED
    (one,) = said.documents
    assert one.status is Answer.REJECTED
    assert [(error.code, error.text) for error in one.errors] == [("element-not-numeric", "Quantity twelve is no number.")]
    assert owed.explanation[-1] == "  Quantity twelve is no number."


def test_errors_are_bounded() -> None:
    _, _, said = answered(order(lines=BAD * 60))
    assert len(said.documents[0].errors) == 20


def test_what_cannot_be_read_is_answered_as_a_whole() -> None:
    _, _, said = answered(order()[:-9])
    (one,) = said.documents
    assert (one.status, one.errors[0].code) == (Answer.REJECTED, "xml-malformed")


def test_documents_under_a_header_are_answered_one_by_one_under_a_header() -> None:
    good, bad = (ubl("Order", ORDER_HEAD + ORDER_PARTIES + lines) for lines in (ORDER_LINE, BAD))
    owed, sealed, said = answered(header(good, bad))
    assert owed.verdict is Verdict.PARTLY_ACCEPTED
    assert said.status is Answer.PARTLY_ACCEPTED
    assert [one.status for one in said.documents] == [Answer.ACCEPTED, Answer.REJECTED]
    assert b"StandardBusinessDocumentHeader" in sealed
    assert (str(owed.outbound.sender), str(owed.outbound.receiver)) == ("x:Receiver", "x:Sender")


def test_a_cross_industry_invoice_is_answered_too() -> None:
    data = (FIXTURES / "CrossIndustryInvoice__itplr-kosit-xrechnung-testsuite__01.21a-INVOICE_uncefact.xml").read_bytes()
    _, _, said = answered(data)
    assert said.documents[0].document is not None
    assert said.documents[0].document.kind == "invoice"


@pytest.mark.parametrize("functional", ["", "cXML", "997"])
def test_nothing_is_owed_where_another_answer_or_none_is_agreed(functional: str) -> None:
    assert registry.acknowledge(read(order(), functional)) == ()


def test_nobody_is_answered_whose_address_is_not_known() -> None:
    assert registry.acknowledge(read(order(parties=""))) == ()


def test_a_response_that_is_broken_is_not_answered() -> None:
    broken = ubl("ApplicationResponse", f"<cbc:ID>1</cbc:ID>{ORDER_PARTIES}").replace("</ApplicationResponse>", "").encode()
    assert registry.acknowledge(read(broken)) == ()
