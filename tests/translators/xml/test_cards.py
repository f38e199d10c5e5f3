"""Numbers of payment cards are in nothing that is made of a document."""

from pathlib import Path

import pytest

from tests.translators.xml.samples import invoice
from translators import registry
from translators.contract import Document
from translators.finding import Code, Finding, Severity
from translators.parsed import ParsedSegment

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
NUMBER = b"4111111111111234"
MASKED = b"XXXXXXXXXXXX1234"


def order(number: bytes = NUMBER) -> bytes:
    data = (FIXTURES / "OrderRequest__friendsofcxml-cxml-php__OrderRequest.xml").read_bytes()
    card = b'<Payment><PCard number="' + number + b'" expiration="2030-01-31" name="J. Doe"/></Payment>'
    place = data.index(b"</BillTo>") + len(b"</BillTo>")
    return data[:place] + card + data[place:]


def billed(means: str) -> bytes:
    place = b"<cac:TaxTotal>"
    return invoice().replace(place, f"<cac:PaymentMeans>{means}</cac:PaymentMeans>".encode() + place, 1)


def paid_by_card(number: str) -> bytes:
    account = f"<cbc:PrimaryAccountNumberID>{number}</cbc:PrimaryAccountNumberID><cbc:NetworkID>VISA</cbc:NetworkID>"
    return billed(f"<cbc:PaymentMeansCode>48</cbc:PaymentMeansCode><cac:CardAccount>{account}</cac:CardAccount>")


def only(data: bytes) -> Document:
    (interchange,) = registry.translate(data).interchanges
    assert not interchange.findings
    (document,) = interchange.documents
    assert document.canonical is not None, document.findings
    return document


def found(document: Document) -> list[Finding]:
    return [finding for finding in document.findings if finding.code is Code.XML_CARD_NUMBER]


def test_a_purchasing_card_is_kept_without_its_number() -> None:
    document = only(order())
    assert document.canonical is not None
    said = document.canonical.to_json()
    assert NUMBER not in said
    assert MASKED in said
    assert b"J. Doe" in said


def test_masking_is_told_at_its_place() -> None:
    (finding,) = found(only(order()))
    assert finding.severity is Severity.INFO
    assert order()[finding.position.offset :].startswith(b"<PCard ")
    assert finding.position.tag == "PCard"
    assert NUMBER.decode() not in f"{finding.message}{finding.actual}{finding.expected}"


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (b"4111 1111 1111 1234", b"XXXX XXXX XXXX 1234"),
        (b"4111-1111-1111-1234", b"XXXX-XXXX-XXXX-1234"),
        (b"12345", b"X2345"),
        (b"TOKEN-99887766", b"TOKEN-XXXX7766"),
    ],
)
def test_blanks_and_letters_stay(number: bytes, kept: bytes) -> None:
    document = only(order(number))
    assert document.canonical is not None
    assert kept in document.canonical.to_json()


@pytest.mark.parametrize("number", [b"1234", b"XXXXXXXXXXXX1234", b"", b"TOKEN"])
def test_what_is_masked_already_is_left(number: bytes) -> None:
    assert not found(only(order(number)))


def test_people_are_not_shown_the_number_either() -> None:
    shown = [item for item in registry.parse(order()) if isinstance(item, ParsedSegment)]
    assert not [item for item in shown if NUMBER.decode() in item.raw]
    assert [item.raw for item in shown if MASKED.decode() in item.raw]


def test_requests_that_have_no_mapping_are_masked_as_well() -> None:
    data = b'<cXML payloadID="1"><Request><CardRequest><PCard number="' + NUMBER + b'"/></CardRequest></Request></cXML>'
    document = only(data)
    assert document.name == "generic_document"
    assert document.canonical is not None
    assert NUMBER not in document.canonical.to_json()
    assert found(document)


def test_the_card_of_a_ubl_invoice_is_masked() -> None:
    document = only(paid_by_card(NUMBER.decode()))
    assert document.canonical is not None
    assert MASKED in document.canonical.to_json()
    assert found(document)


def test_a_ubl_invoice_with_the_last_digits_only_is_as_en_16931_wants_it() -> None:
    document = only(paid_by_card("411111XXXXXX1234"))
    assert document.canonical is not None
    assert b"411111XXXXXX1234" in document.canonical.to_json()
    assert not found(document)


def test_the_card_of_a_cross_industry_invoice_is_masked() -> None:
    data = (FIXTURES / "CrossIndustryInvoice__itplr-kosit-xrechnung-testsuite__01.21a-INVOICE_uncefact.xml").read_bytes()
    means = data.index(b"</ram:Information>") + len(b"</ram:Information>")
    name = b"ApplicableTradeSettlementFinancialCard"
    card = b"<ram:" + name + b"><ram:ID>" + NUMBER + b"</ram:ID></ram:" + name + b">"
    document = only(data[:means] + card + data[means:])
    assert document.canonical is not None
    assert MASKED in document.canonical.to_json()
    assert NUMBER not in document.canonical.to_json()
