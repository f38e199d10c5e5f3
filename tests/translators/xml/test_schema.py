"""Documents are judged by the schema of an operator, beside our own tables: exactly, boundedly, and without any other file."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.translators.xml.samples import DECLARATION, ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order, ubl
from tests.translators.xml.schemas import BASIC, FILES, MAIN, XS, schema, xsd
from translators import registry
from translators.canonical import model_of
from translators.contract import (
    Document,
    DocumentTerms,
    Envelope,
    Family,
    Interchange,
    Schema,
    Terms,
    Verdict,
    WritingTerms,
    XmlTerms,
)
from translators.errors import SchemaInvalid
from translators.finding import Code, Finding, Severity
from translators.xml.schema import violations

AGREED = DocumentTerms(xml=XmlTerms(schema=schema()))
WRONG_NUMBER = ORDER_HEAD.replace("<cbc:ID>34<", "<cbc:ID>A-34<")


def read(data: bytes, agreed: DocumentTerms = AGREED) -> Interchange:
    def terms_for(_envelope: Envelope) -> Terms:
        return Terms(documents={"Order": agreed})

    (interchange,) = registry.translate(data, terms_for).interchanges
    return interchange


def only(data: bytes, agreed: DocumentTerms = AGREED) -> Document:
    (document,) = read(data, agreed).documents
    return document


def found(document: Document) -> list[Finding]:
    return [finding for finding in document.findings if finding.code is Code.XML_SCHEMA]


def test_a_document_that_fits_is_accepted() -> None:
    document = only(order())
    assert document.verdict is Verdict.ACCEPTED
    assert not found(document)


def test_what_the_schema_does_not_allow_is_found_at_its_place() -> None:
    data = order(WRONG_NUMBER)
    document = only(data)
    (finding,) = found(document)
    assert document.verdict is Verdict.REJECTED
    assert document.canonical is None
    assert data[finding.position.offset :].startswith(b"<cbc:ID>A-34<")
    assert (finding.position.segment, finding.position.tag, finding.actual) == (2, "ID", "A-34")
    assert finding.message == "Order/cbc:ID: The value 'A-34' is not accepted by the pattern '[0-9]{1,8}'. (schema order)"
    assert finding.remedy


def test_the_same_document_is_fine_without_the_schema() -> None:
    assert only(order(WRONG_NUMBER), DocumentTerms()).verdict is Verdict.ACCEPTED


def test_siblings_are_told_apart() -> None:
    wrong = ORDER_LINE.replace("</cac:LineItem>", "</cac:LineItem><cac:LineItem><cbc:ID>2</cbc:ID></cac:LineItem>")
    data = order(lines=ORDER_LINE + wrong)
    finding, *_ = found(only(data))
    assert finding.message.startswith("Order/cac:OrderLine[2]/cac:LineItem[2]: ")
    assert data[finding.position.offset :].startswith(b"<cac:LineItem><cbc:ID>2<")


def test_what_is_missing_is_found_at_the_element_that_lacks_it() -> None:
    short = "<cbc:ID>34</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>"
    (finding,) = found(only((DECLARATION + ubl("Order", short)).encode()))
    assert finding.position.segment == 1
    assert finding.expected == "DocumentCurrencyCode"


@pytest.mark.parametrize(
    ("severity", "listed", "verdict"),
    [
        (Severity.ERROR, 1, Verdict.REJECTED),
        (Severity.WARNING, 1, Verdict.ACCEPTED),
        (Severity.INFO, 1, Verdict.ACCEPTED),
        (None, 0, Verdict.ACCEPTED),
    ],
)
def test_the_agreement_says_what_it_weighs(severity: Severity | None, listed: int, verdict: Verdict) -> None:
    document = only(order(WRONG_NUMBER), replace(AGREED, severities={Code.XML_SCHEMA: severity}))
    assert [finding.severity for finding in found(document)] == [severity] * listed
    assert document.verdict is verdict


def test_a_document_of_another_kind_does_not_fit() -> None:
    text = (DECLARATION + ubl("OrderChange", ORDER_HEAD)).encode()
    (wrong,) = violations(text, 1, schema(), huge=False, most=10)
    assert "No matching global declaration" in wrong.message


def test_a_document_in_a_header_is_judged_alone() -> None:
    namespace = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    bodies = [ubl("Order", head + ORDER_PARTIES + ORDER_LINE) for head in (ORDER_HEAD, WRONG_NUMBER)]
    header = "<h:StandardBusinessDocumentHeader><h:HeaderVersion>1.0</h:HeaderVersion></h:StandardBusinessDocumentHeader>"
    data = f'<h:StandardBusinessDocument xmlns:h="{namespace}">{header}{"".join(bodies)}</h:StandardBusinessDocument>'.encode()
    first, second = read(data).documents
    assert not found(first)
    (finding,) = found(second)
    assert data[finding.position.offset :].startswith(b"<cbc:ID>A-34<")


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8"])
def test_the_encoding_does_not_matter(encoding: str) -> None:
    text = order(WRONG_NUMBER).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"').replace("Nordic", "Nördic")
    (finding,) = found(only(text.encode(encoding)))
    assert finding.position.segment == 2


def test_bytes_in_a_wrong_encoding_are_judged_as_they_were_read() -> None:
    data = order(WRONG_NUMBER).replace(b"Nordic", "Nördic".encode("cp1252"))
    assert [finding.position.segment for finding in found(only(data))] == [2]


def test_findings_are_bounded_and_so_is_the_time_they_take() -> None:
    lines = "".join(ORDER_LINE.replace("cac:LineItem>", "cac:Item>") for _ in range(20_000))
    started = time.process_time()
    document = only(order(lines=lines), replace(AGREED, max_findings=20))
    assert len(document.findings) == 21
    assert document.findings[-1].code is Code.FINDINGS_CAPPED
    assert time.process_time() - started < 20  # ten times what it takes; a place counted for each of them took minutes


def test_violations_end_with_the_last_one_that_is_wanted() -> None:
    text = b"<t>" + b"<a>x</a>" * 1000 + b"</t>"
    body = '<xs:element name="t"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int" maxOccurs="unbounded"/>'
    own = Schema("t", "t.xsd", (("t.xsd", xsd(f"{body}</xs:sequence></xs:complexType></xs:element>")),))
    assert [wrong.ordinal for wrong in violations(text, 1, own, huge=False, most=3)] == [2, 3, 4]
    assert len(violations(text, 1, own, huge=False, most=10_000)) == 1000


def test_a_card_number_is_in_no_message() -> None:
    body = '<xs:element name="PCard"><xs:complexType><xs:attribute name="number" type="xs:date"/></xs:complexType></xs:element>'
    own = Schema("card", "card.xsd", (("card.xsd", xsd(body)),))
    (interchange,) = registry.translate(
        b'<?xml version="1.0"?><PCard number="4111111111111111"/>',
        lambda _envelope: Terms(default=DocumentTerms(xml=XmlTerms(schema=own))),
    ).interchanges
    (document,) = interchange.documents
    assert found(document)
    assert "41111111" not in repr(document.findings)


def test_what_we_write_is_judged_as_well() -> None:
    (good,) = read(order()).documents
    assert good.canonical is not None
    value = good.canonical.model_dump(by_alias=True, exclude_unset=True) | {"number": "A-34"}
    document = model_of("purchase_order").model_validate(value)
    terms = WritingTerms(schema=schema())
    written = registry.write(Family.XML, document, "Order", "UBL-2.1", terms)
    assert any(f.code is Code.XML_SCHEMA and f.message.startswith("Order/cbc:ID: ") for f in written.findings)


# --- schemas that cannot be used -----------------------------------------------------------------------------------------


def mistakes(broken: Schema) -> list[tuple[str, int]]:
    with pytest.raises(SchemaInvalid) as invalid:
        registry.check_schema(broken)
    assert all(message for _, _, message in invalid.value.mistakes)
    return [(file, line) for file, line, _ in invalid.value.mistakes]


def test_a_mistake_is_told_with_its_file_and_line() -> None:
    assert mistakes(schema(common__basic=BASIC.replace(b"xs:date", b"xs:dat"))) == [("common/basic.xsd", 3)]


def test_a_main_file_that_is_not_there_is_a_mistake() -> None:
    assert mistakes(Schema("order", "other.xsd", tuple(FILES.items()))) == [("other.xsd", 1)]


def test_a_file_that_is_not_among_them_is_never_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xsd"
    outside.write_bytes(BASIC)
    for place in (outside.as_uri(), str(outside), "../../outside.xsd", "http://127.0.0.1:1/basic.xsd"):
        broken = schema(maindoc__order=MAIN.replace(b"../common/basic.xsd", place.encode()))
        assert mistakes(broken)


def test_the_files_a_file_takes_in_are_known_by_their_lines() -> None:
    assert registry.schema_references("maindoc/order.xsd", MAIN) == (("../common/basic.xsd", 2), ("../common/aggregate.xsd", 3))
    assert registry.schema_references("common/basic.xsd", BASIC) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<xs:schema",
        b"<html/>",
        f'<!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/passwd">]><s:schema xmlns:s="{XS}"/>'.encode(),
        f'<!DOCTYPE s [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><s:schema xmlns:s="{XS}"/>'.encode(),
    ],
)
def test_what_is_no_schema_or_names_other_files_is_refused(content: bytes) -> None:
    with pytest.raises(SchemaInvalid):
        registry.schema_references("x.xsd", content)


def test_entities_of_its_own_are_allowed_in_a_schema() -> None:
    text = f'<!DOCTYPE xs:schema [<!ENTITY number "[0-9]">]>\n{BASIC.decode().replace("[0-9]", "&number;")}'
    registry.check_schema(schema(common__basic=text.encode()))


def test_entities_that_grow_without_bound_are_refused() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE xs:schema [<!ENTITY l0 "lol">{entities}]>\n{BASIC.decode().replace("[0-9]", "&l9;")}'
    with pytest.raises(SchemaInvalid):
        registry.schema_references("common/basic.xsd", text.encode())


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "([a-z]{1,500}){1,500}b"])
def test_a_pattern_takes_time_in_proportion_to_the_text(pattern: str) -> None:
    kind = f'<xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction></xs:simpleType>'
    own = Schema("t", "t.xsd", (("t.xsd", xsd(f'<xs:element name="t">{kind}</xs:element>')),))
    started = time.process_time()
    assert violations(b"<t>" + b"a" * 5_000 + b"</t>", 1, own, huge=False, most=10)
    assert time.process_time() - started < 5


def test_where_a_document_says_its_schema_is_does_not_matter() -> None:
    said = 'xsi:schemaLocation="urn:x file:///nowhere/x.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cac='
    assert only(order().replace(b"xmlns:cac=", said.encode(), 1)).verdict is Verdict.ACCEPTED
