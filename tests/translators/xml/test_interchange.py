"""An XML document as an interchange: who sends it, under what number, judged how, found among others."""

from dataclasses import replace
from pathlib import Path

from tests.translators.xml.samples import DECLARATION, ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order, ubl
from translators import registry
from translators.contract import DocumentTerms, Envelope, Family, Interchange, Terms, Verdict
from translators.finding import Code, Severity
from translators.parsed import ParsedSegment

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
X12 = (
    b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260101*1200*U*00401*000000001*0*P*>~"
    b"GS*FA*SENDER*RECEIVER*20260101*1200*1*X*004010~GE*0*1~IEA*1*000000001~"
)


ACTIVITY = (
    DECLARATION
    + ubl(
        "ProductActivity",
        "<cbc:ID>1</cbc:ID><cac:SupplyChainActivityDataLine><cbc:ID>1</cbc:ID></cac:SupplyChainActivityDataLine>",
    )
).encode()


def only(data: bytes, terms: Terms | None = None) -> Interchange:
    def terms_for(_envelope: Envelope) -> Terms:
        return terms or Terms()

    (interchange,) = registry.translate(data, terms_for).interchanges
    return interchange


def parsed(data: bytes) -> list[ParsedSegment]:
    found = [item for item in registry.parse(data) if isinstance(item, ParsedSegment)]
    assert len(found) == len(list(registry.parse(data)))
    return found


def codes(interchange: Interchange) -> list[Code]:
    return [finding.code for document in interchange.documents for finding in document.findings]


def test_a_document_names_its_sender_its_receiver_and_its_number() -> None:
    envelope = only(order()).envelope
    assert envelope.family is Family.XML
    assert (str(envelope.sender), str(envelope.receiver)) == ("0088:5790000000012", "0088:5790000000029")
    assert (envelope.control_number, envelope.version, envelope.test) == ("Order/34", "UBL-2.1", False)
    assert envelope.prepared == "2026-11-20"


def test_a_uuid_is_the_number_where_there_is_one() -> None:
    head = ORDER_HEAD.replace("<cbc:IssueDate>", "<cbc:UUID>6e09886b</cbc:UUID><cbc:IssueDate>")
    assert only(order(head)).envelope.control_number == "6e09886b"


def test_identifiers_stand_in_for_a_missing_address() -> None:
    parties = ORDER_PARTIES.replace("<cbc:EndpointID", "<cac:PartyIdentification><cbc:ID").replace(
        "</cbc:EndpointID>", "</cbc:ID></cac:PartyIdentification>"
    )
    assert str(only(order(parties=parties)).envelope.sender) == "0088:5790000000012"


def test_the_document_has_number_version_bytes_and_elements() -> None:
    data = order()
    (document,) = only(data).documents
    assert (document.type, document.version, document.control_number, document.name) == (
        "Order",
        "UBL-2.1",
        "34",
        "purchase_order",
    )
    assert (document.start, document.end) == (0, len(data))
    assert document.segments == data.count(b"<c") + 1
    assert document.canonical is not None
    assert document.canonical.business_keys[0] == ("order", "34")


def test_a_standard_business_document_header_says_who_and_may_hold_several() -> None:
    first = ubl("Order", ORDER_HEAD + ORDER_PARTIES + ORDER_LINE)
    namespace = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    header = (
        "<h:StandardBusinessDocumentHeader><h:HeaderVersion>1.0</h:HeaderVersion>"
        '<h:Sender><h:Identifier Authority="iso6523-actorid-upis">0088:1</h:Identifier></h:Sender>'
        '<h:Receiver><h:Identifier Authority="iso6523-actorid-upis">0088:2</h:Identifier></h:Receiver>'
        "<h:DocumentIdentification><h:Standard>x</h:Standard><h:TypeVersion>2.1</h:TypeVersion>"
        "<h:InstanceIdentifier>77</h:InstanceIdentifier><h:Type>Order</h:Type>"
        "<h:CreationDateAndTime>2026-11-20T10:00:00Z</h:CreationDateAndTime></h:DocumentIdentification>"
        "<h:BusinessScope><h:Scope><h:Type>TESTINDICATOR</h:Type><h:InstanceIdentifier>true</h:InstanceIdentifier></h:Scope>"
        "</h:BusinessScope></h:StandardBusinessDocumentHeader>"
    )
    data = f'<h:StandardBusinessDocument xmlns:h="{namespace}">{header}{first}{first}</h:StandardBusinessDocument>'.encode()
    interchange = only(data)
    envelope = interchange.envelope
    assert (str(envelope.sender), envelope.control_number, envelope.test) == ("iso6523-actorid-upis:0088:1", "77", True)
    assert [document.verdict for document in interchange.documents] == [Verdict.ACCEPTED] * 2
    one, two = interchange.documents
    assert data[one.start : one.end] == data[two.start : two.end] == first.encode()


def test_the_header_of_cxml_says_who_and_whether_it_is_a_test() -> None:
    interchange = only((FIXTURES / "OrderRequest__officeluv-cxml__purchase_order_request_200.xml").read_bytes())
    envelope = interchange.envelope
    assert envelope.sender.qualifier
    assert envelope.sender.id
    assert envelope.receiver.id
    assert envelope.control_number
    (document,) = interchange.documents
    assert document.type == "OrderRequest"
    assert document.name == "purchase_order"
    assert document.version.startswith("cXML")


def test_a_document_without_mapping_is_passed_on_as_it_is() -> None:
    interchange = only(ACTIVITY)
    (document,) = interchange.documents
    assert document.verdict is Verdict.ACCEPTED
    assert document.name == "generic_document"
    assert codes(interchange) == [Code.DEFINITION_MISSING]
    assert document.canonical is not None
    assert b"cac:SupplyChainActivityDataLine" in document.canonical.to_json()


def test_terms_that_name_other_types_refuse_it() -> None:
    interchange = only(ACTIVITY, Terms(documents={"Order": DocumentTerms()}))
    assert interchange.verdict is Verdict.REJECTED
    assert codes(interchange) == [Code.DOCUMENT_TYPE_UNSUPPORTED]


def test_what_is_not_agreed_is_refused() -> None:
    assert codes(only(order(), Terms(default=DocumentTerms(agreed=False)))) == [Code.DOCUMENT_NOT_AGREED]
    versions = DocumentTerms(versions=frozenset({"UBL-3.0"}))
    assert codes(only(order(), Terms(default=versions))) == [Code.DOCUMENT_VERSION_UNSUPPORTED]


def test_version_2_0_is_read_where_2_1_is_agreed() -> None:
    data = order("<cbc:UBLVersionID>2.0</cbc:UBLVersionID>" + ORDER_HEAD)
    interchange = only(data, Terms(default=DocumentTerms(versions=frozenset({"UBL-2.1"}))))
    assert interchange.verdict is Verdict.ACCEPTED
    assert interchange.documents[0].version == "UBL-2.0"


def test_a_later_version_is_read_by_the_nearest_table() -> None:
    data = order("<cbc:UBLVersionID>2.3</cbc:UBLVersionID><cbc:NewID>1</cbc:NewID>" + ORDER_HEAD)
    interchange = only(data)
    assert interchange.verdict is Verdict.ACCEPTED
    assert codes(interchange) == [Code.VERSION_NEAREST, Code.SEGMENT_NOT_IN_DEFINITION]


def test_an_order_of_no_namespace_is_no_ubl_order() -> None:
    assert codes(only(b"<?xml version='1.0'?><Order><ID>1</ID></Order>")) == [Code.DEFINITION_MISSING]


def test_documents_of_all_families_stand_in_one_file() -> None:
    translation = registry.translate(order() + b"\n" + X12 + order())
    families = [interchange.envelope.family for interchange in translation.interchanges]
    assert families == [Family.XML, Family.X12, Family.XML]
    assert not translation.findings


def test_a_header_inside_of_text_is_no_interchange() -> None:
    head = ORDER_HEAD.replace("<cbc:DocumentCurrencyCode>", "<cbc:Note>ISA*00* UNB+UNOA</cbc:Note><cbc:DocumentCurrencyCode>")
    assert len(registry.translate(order(head)).interchanges) == 1


def test_a_document_beyond_the_agreed_size_is_refused() -> None:
    small = only(order(), Terms(max_document_bytes=100))
    assert [finding.code for finding in small.findings] == [Code.DOCUMENT_TOO_LARGE]
    assert small.verdict is Verdict.REJECTED
    few = only(order(), Terms(max_document_segments=2))
    assert [finding.code for finding in few.findings] == [Code.DOCUMENT_TOO_LARGE]


def test_findings_of_the_caller_refuse_the_interchange() -> None:
    strict = Terms(severities={Code.CHARACTER_SET_WRONG: Severity.ERROR})
    wrong = order(ORDER_HEAD.replace("34", "é")).decode().encode("cp1252")
    assert only(wrong, strict).verdict is Verdict.REJECTED
    assert only(wrong).verdict is Verdict.ACCEPTED


def test_nothing_is_owed_for_a_ubl_document() -> None:
    assert registry.acknowledge(only(order())) == ()


def test_parsing_names_every_element_and_ends_with_the_document() -> None:
    data = order()
    segments = parsed(data)
    first = segments[0]
    assert (first.tag, first.depth) == ("Order", 0)
    quantity = next(item for item in segments if item.tag == "cbc:Quantity")
    assert data[quantity.offset :].startswith(b"<cbc:Quantity")
    assert [element.repetitions for element in quantity.elements] == [(("12",),), (("H87",),)]


def test_members_know_the_element_they_came_from() -> None:
    terms = Terms(default=replace(DocumentTerms(), lineage=True))
    (document,) = only(order(), terms).documents
    origins = {origin.path: origin for origin in document.lineage}
    tags = [item.tag for item in parsed(order())]
    assert tags[origins["number"].segment - 1] == "cbc:ID"
    assert tags[origins["lines[0].quantity"].segment - 1] == "cbc:Quantity"
    assert tags[origins["lines[0].item.name"].segment - 1] == "cbc:Name"
    assert not only(order()).documents[0].lineage


def test_a_declaration_alone_is_a_finding() -> None:
    (interchange,) = registry.translate(DECLARATION.encode()).interchanges
    assert interchange.verdict is Verdict.REJECTED
    assert interchange.findings
