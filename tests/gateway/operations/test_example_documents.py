"""Examples in guides for partners: what our own reader takes, and broken ones that it answers as the guide says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.agreement import Agreement, Direction
from gateway.operations.example_documents import DOCUMENTS, broken_examples, example
from translators import registry
from translators.contract import AcknowledgementTerms, Family, Identity, Interchange, Terms, Verdict, WritingTerms
from translators.finding import Code

PARTNER, US = Identity("ZZ", "BIGBOX"), Identity("ZZ", "NORDICDC")
TERMS = WritingTerms()
FORMATS = {
    "purchase_order": ("850", "ORDERS", "Order"),
    "order_response": ("855", "ORDRSP", "OrderResponse"),
    "despatch_advice": ("856", "DESADV", "DespatchAdvice"),
    "invoice": ("810", "INVOIC", "Invoice"),
}


def agreed(document: str, family: Family) -> Agreement:
    x12, edifact, xml = FORMATS[document]
    wanted = {Family.X12: (x12, "004010"), Family.EDIFACT: (edifact, "D.96A"), Family.XML: (xml, "UBL-2.1")}
    return Agreement("a", "bigbox", Direction.IN, document, family, *wanted[family])


def read(content: bytes) -> Interchange:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997" if content.startswith(b"ISA") else "CONTRL"))
    (interchange,) = registry.translate(content, lambda _envelope: terms).interchanges
    return interchange


def broken(agreement: Agreement, sender: Identity = PARTNER, receiver: Identity = US) -> dict[str, bytes]:
    return {one.fault: one.content for one in broken_examples(agreement, sender, receiver, TERMS, test=False)}


def codes(interchange: Interchange) -> set[Code]:
    return {finding.code for document in interchange.documents for finding in document.findings}


@pytest.mark.parametrize("family", [Family.X12, Family.EDIFACT])
@pytest.mark.parametrize("document", DOCUMENTS)
class TestExamples:
    def test_our_reader_accepts_each_and_finds_its_number_in_it(self, document: str, family: Family) -> None:
        interchange = read(example(agreed(document, family), PARTNER, US, TERMS, test=False))
        (one,) = interchange.documents
        assert (interchange.verdict, one.verdict, one.name) == (Verdict.ACCEPTED, Verdict.ACCEPTED, document), one.findings
        said = one.canonical.model_dump() if one.canonical is not None else {}
        assert DOCUMENTS[document]["number"] == said["number"] or said["order"]["number"] == "PO-1001"

    def test_it_goes_from_one_to_the_other_and_says_whether_it_is_a_test(self, document: str, family: Family) -> None:
        for test in (True, False):
            envelope = read(example(agreed(document, family), PARTNER, US, TERMS, test=test)).envelope
            assert (envelope.sender.id, envelope.receiver.id, envelope.test) == ("BIGBOX", "NORDICDC", test)

    def test_it_is_the_same_whenever_it_is_made(self, document: str, family: Family) -> None:
        made = {example(agreed(document, family), PARTNER, US, TERMS, test=False) for _ in range(2)}
        assert len(made) == 1

    def test_each_fault_is_in_the_document_that_is_named_by_it(self, document: str, family: Family) -> None:
        found = broken(agreed(document, family))
        assert list(found) == ["receiver", "segment", "count"]
        assert read(found["receiver"]).envelope.receiver.id == "SOMEBODYELSE"
        assert read(found["segment"]).documents[0].verdict is Verdict.REJECTED
        assert Code.SEGMENT_COUNT_MISMATCH in codes(read(found["count"])), codes(read(found["count"]))


def identifiers(value: Any) -> Iterator[tuple[str, str]]:
    """Every identifier by its kind, wherever it stands."""
    if isinstance(value, dict):
        yield from ((kind, text) for kind, text in value.get("identifiers", {}).items())
        for member in value.values():
            yield from identifiers(member)
    elif isinstance(value, list):
        for member in value:
            yield from identifiers(member)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_numbers_of_gs1_in_an_example_have_right_check_digits(document: str) -> None:
    """Whoever copies an example must not be told of a fault in it."""
    for kind, text in identifiers(DOCUMENTS[document]):
        if kind in ("gln", "gtin"):
            total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text)))
            assert total % 10 == 0, text


@pytest.mark.parametrize(("family", "name"), [(Family.X12, "HOUSE12"), (Family.X12, "SE 42"), (Family.EDIFACT, "COUNT15")])
def test_a_count_that_is_wrong_changes_nothing_but_the_count(family: Family, name: str) -> None:
    """A name of a partner may look like the segment that counts."""
    sender = Identity("ZZ", name)
    right = example(agreed("purchase_order", family), sender, US, TERMS, test=False)
    wrong = broken(agreed("purchase_order", family), sender)["count"]
    assert read(wrong).envelope.sender.id == name
    counted = rb"(~\s*SE\*)\d+" if family is Family.X12 else rb"('\s*UNT\+)\d+"
    assert re.sub(counted, rb"\1?", wrong) == re.sub(counted, rb"\1?", right)
    assert wrong != right


@pytest.mark.parametrize(
    "agreement",
    [
        replace(agreed("purchase_order", Family.X12), document="inventory_report", type="846"),  # no example of it
        replace(agreed("purchase_order", Family.X12), family=Family.FLAT),
        replace(agreed("purchase_order", Family.X12), version="unheard-of"),
    ],
)
def test_of_what_there_is_no_example_there_is_nothing_broken(agreement: Agreement) -> None:
    assert example(agreement, PARTNER, US, TERMS, test=False) == b""
    assert broken(agreement) == {}


def test_xml_has_an_example_but_nothing_to_count() -> None:
    agreement = agreed("purchase_order", Family.XML)
    assert b"PO-1001" in example(agreement, PARTNER, US, TERMS, test=False)
    assert broken(agreement) == {}
