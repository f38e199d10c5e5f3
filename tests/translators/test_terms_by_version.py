"""Terms that were agreed for one version of a document hold for that version, and for no other."""

import json
from dataclasses import replace

import pytest

from tests.translators.edifact.test_purchase_order import BGM, ISSUED, LIN
from tests.translators.edifact.test_purchase_order import document as edifact
from tests.translators.x12.sets import read_set
from tests.translators.xml import samples as xml
from translators import registry
from translators.contract import Document, DocumentTerms, Terms
from translators.finding import Code, Severity
from translators.xml_terms import XmlTerms

OFF = DocumentTerms(severities={Code.IDENTIFIER_CHECK_DIGIT: None})
STRICT = DocumentTerms(severities={Code.IDENTIFIER_CHECK_DIGIT: Severity.ERROR})


def terms(kind: str, first: str, second: str) -> Terms:
    """Terms that switch a check off in one version, and refuse by it in another."""
    both = frozenset({first, second})
    apart = {first: replace(OFF, versions=both), second: replace(STRICT, versions=both)}
    return Terms(documents={kind: DocumentTerms(versions=both, by_version=apart)})


def severities(document: Document) -> list[Severity]:
    return [one.severity for one in document.findings if one.code is Code.IDENTIFIER_CHECK_DIGIT]


@pytest.mark.parametrize(("version", "found"), [("004010", []), ("004010VICS", []), ("005010", [Severity.ERROR])])
def test_x12(version: str, found: list[Severity]) -> None:
    segments = ("BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**EN*4012345000008")
    document = read_set(*segments, kind="850", group="PO", version=version, terms=terms("850", "004010", "005010"))
    assert severities(document) == found


@pytest.mark.parametrize(("version", "found"), [("D:96A", []), ("D:01B", [Severity.ERROR])])
def test_edifact(version: str, found: list[Severity]) -> None:
    wrong = LIN.replace("5701234500018", "5701234500019")
    document = edifact(BGM, ISSUED, wrong, "UNS+S", version=version, terms=terms("ORDERS", "D.96A", "D.01B"))
    assert severities(document) == found


def test_json() -> None:
    order = {
        "schema": "purchase_order/1",
        "number": "1",
        "issued": "2026-03-02",
        "buyer": {"identifiers": {"gln": "1"}},
        "lines": [{"number": "1", "item": {"name": "A"}, "quantity": {"value": "1"}}],
    }
    (one,) = registry.translate(json.dumps(order).encode(), lambda _: terms("purchase_order", "0", "1")).interchanges
    assert severities(one.documents[0]) == [Severity.ERROR]


@pytest.mark.parametrize(("stated", "refused"), [("2.0", False), ("2.1", True), ("2.3", True)])
def test_xml_limits(stated: str, refused: bool) -> None:
    head = f"<cbc:UBLVersionID>{stated}</cbc:UBLVersionID>{xml.ORDER_HEAD}"
    both = frozenset({"UBL-2.0", "UBL-2.1"})
    apart = {"UBL-2.0": DocumentTerms(versions=both), "UBL-2.1": DocumentTerms(versions=both, xml=XmlTerms(max_elements=10))}
    agreed = Terms(documents={"Order": DocumentTerms(versions=both, by_version=apart)})
    (one,) = registry.translate(xml.order(head=head), lambda _: agreed).interchanges
    found = [*one.findings, *(finding for document in one.documents for finding in document.findings)]
    assert (Code.DOCUMENT_TOO_LARGE in {finding.code for finding in found}) is refused


def test_a_version_without_terms_of_its_own_has_those_of_its_type() -> None:
    whole = terms("850", "004010", "005010")
    assert whole.for_document("850", "003060") is whole.documents["850"]
    assert whole.for_document("850") is whole.documents["850"]
    assert whole.for_document("860", "004010") is whole.default
