"""How large a document may be: as usual, and larger only where the agreement about its type says so."""

from dataclasses import replace

import pytest

from tests.translators.xml.samples import ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order
from tests.translators.xml.schemas import schema
from translators import registry
from translators.canonical import model_of
from translators.contract import DocumentTerms, Envelope, Interchange, Terms, Verdict, XmlTerms
from translators.finding import Code
from translators.xml.parser import parse
from translators.xml_terms import DEEPEST, USUAL_TEXT

EXTENSION = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"


def read(data: bytes, agreed: XmlTerms | None = None, terms: Terms | None = None) -> Interchange:
    def terms_for(_envelope: Envelope) -> Terms:
        judged = terms or Terms()
        return replace(judged, documents={"Order": DocumentTerms(xml=agreed)}) if agreed else judged

    (interchange,) = registry.translate(data, terms_for).interchanges
    return interchange


def deep(depth: int) -> bytes:
    """An order with an extension, so deep that so many elements stand in one another in all."""
    inside = depth - 4
    content = (
        f"<ext:UBLExtension><ext:ExtensionContent>{'<x>' * inside}1{'</x>' * inside}</ext:ExtensionContent></ext:UBLExtension>"
    )
    return order(f'<ext:UBLExtensions xmlns:ext="{EXTENSION}">{content}</ext:UBLExtensions>{ORDER_HEAD}')


def wide(lines: int) -> bytes:
    return order(lines=ORDER_LINE * lines)


def attached(size: int) -> bytes:
    """An order with an attachment inside, before its parties are named."""
    file = (
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf">{"QUJD" * (size // 4)}</cbc:EmbeddedDocumentBinaryObject>'
    )
    reference = f"<cac:AdditionalDocumentReference><cbc:ID>7</cbc:ID><cac:Attachment>{file}</cac:Attachment>"
    return order(f"{ORDER_HEAD}{reference}</cac:AdditionalDocumentReference>")


def refusals(interchange: Interchange) -> list[Code]:
    assert not interchange.documents
    assert interchange.verdict is Verdict.REJECTED
    return [finding.code for finding in interchange.findings]


def test_documents_of_usual_depth_are_read() -> None:
    (document,) = read(deep(50)).documents
    assert document.verdict is Verdict.ACCEPTED, document.findings


@pytest.mark.parametrize("depth", [51, 100, 255, 256, 257, 1000, 3000])
def test_deeper_documents_are_refused_and_their_sender_is_known(depth: int) -> None:
    interchange = read(deep(depth))
    assert refusals(interchange) == [Code.XML_LIMIT]


def test_a_document_too_deep_to_be_parsed_by_any_agreement_is_refused() -> None:
    assert refusals(read(deep(DEEPEST + 1), XmlTerms(max_depth=DEEPEST))) == [Code.XML_LIMIT]


@pytest.mark.parametrize("depth", [51, 120, DEEPEST])
def test_the_agreement_may_allow_more_depth(depth: int) -> None:
    (document,) = read(deep(depth), XmlTerms(max_depth=DEEPEST)).documents
    assert document.verdict is Verdict.ACCEPTED, document.findings
    assert document.canonical is not None
    assert model_of("purchase_order").model_validate_json(document.canonical.to_json()) == document.canonical


def test_depth_is_judged_beside_a_schema() -> None:
    agreed = XmlTerms(max_depth=DEEPEST, schema=schema())
    (document,) = read(deep(DEEPEST), agreed).documents
    assert [finding.code for finding in document.findings][:1] == [Code.XML_SCHEMA]


def test_what_has_no_mapping_is_never_deeper_than_it_can_be_read_again() -> None:
    def nested(depth: int) -> bytes:
        return b"<Foo>" + b"<a>" * (depth - 1) + b"x" + b"</a>" * (depth - 1) + b"</Foo>"

    terms = Terms(documents={"Foo": DocumentTerms(xml=XmlTerms(max_depth=DEEPEST))})
    assert refusals(read(nested(51), terms=terms)) == [Code.XML_LIMIT]
    (document,) = read(nested(50), terms=terms).documents
    assert document.canonical is not None
    assert model_of("generic_document").model_validate_json(document.canonical.to_json()) == document.canonical


def test_wide_documents_are_refused_unless_they_are_agreed() -> None:
    data = wide(200)
    usual = Terms(max_document_segments=100)
    assert refusals(read(data, terms=usual)) == [Code.DOCUMENT_TOO_LARGE]
    (document,) = read(data, XmlTerms(max_elements=5_000), usual).documents
    assert document.verdict is Verdict.ACCEPTED


def test_large_documents_are_refused_unless_they_are_agreed() -> None:
    data = wide(200)
    usual = Terms(max_document_bytes=1_000)
    assert refusals(read(data, terms=usual)) == [Code.DOCUMENT_TOO_LARGE]
    (document,) = read(data, XmlTerms(max_bytes=len(data)), usual).documents
    assert document.verdict is Verdict.ACCEPTED
    assert refusals(read(data, XmlTerms(max_bytes=len(data) - 1), usual)) == [Code.DOCUMENT_TOO_LARGE]


def test_a_long_text_is_refused_where_it_is_not_agreed_and_its_sender_is_known() -> None:
    interchange = read(attached(12_000_000), XmlTerms(max_bytes=20_000_000))
    assert refusals(interchange) == [Code.XML_LIMIT]
    assert interchange.envelope.sender.id
    assert "10000000 are agreed" in interchange.findings[0].message


def test_a_long_text_is_read_where_it_is_agreed() -> None:
    data = attached(12_000_000)
    (document,) = read(data, XmlTerms(max_bytes=20_000_000, max_text=12_000_000)).documents
    assert document.verdict is Verdict.ACCEPTED, document.findings
    assert document.canonical is not None
    assert len(document.canonical.to_json()) > 12_000_000
    assert refusals(read(data, XmlTerms(max_bytes=20_000_000, max_text=11_999_999))) == [Code.XML_LIMIT]


def test_a_long_text_is_judged_by_a_schema_too() -> None:
    agreed = XmlTerms(max_bytes=20_000_000, max_text=12_000_000, schema=schema())
    (document,) = read(attached(12_000_000), agreed).documents
    assert document.verdict is Verdict.ACCEPTED, document.findings


def test_an_agreement_may_allow_less() -> None:
    assert refusals(read(attached(2_000), XmlTerms(max_text=1_000))) == [Code.XML_LIMIT]
    assert refusals(read(order(), XmlTerms(max_depth=3))) == [Code.XML_LIMIT]


def test_the_limits_of_one_type_are_not_those_of_another() -> None:
    terms = Terms(documents={"Invoice": DocumentTerms(xml=XmlTerms(max_depth=DEEPEST))}, default=DocumentTerms())
    assert refusals(read(deep(60), terms=terms)) == [Code.XML_LIMIT]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-7"])
def test_a_document_that_could_hide_entities_is_not_taken_beyond_the_usual(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a>{"x" * (USUAL_TEXT + 1)}</a>'
    assert parse(text.encode(encoding), 0).root is None


def test_entities_do_not_come_in_by_way_of_size() -> None:
    text = f'<!DOCTYPE cXML SYSTEM "x" [<!ENTITY e "{"y" * 100}">]><cXML a="&e;">{"x" * (USUAL_TEXT + 1)}</cXML>'
    parsed = parse(text.encode(), 0)
    assert parsed.root is None
    assert [finding.code for finding in parsed.findings] == [Code.XML_FORBIDDEN]


def test_the_parties_of_a_large_document_are_those_of_a_small_one() -> None:
    assert read(attached(12_000_000)).envelope.sender == read(order(parties=ORDER_PARTIES)).envelope.sender
