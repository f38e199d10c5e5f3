"""Every XML document of the corpus, and what must come of it: read in full and written again, or refused for a stated reason.

Those under other licences than ours are read where the variable EDI_CORPUS names their folder.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.translators.corpus.stating import codes as stated
from translators import registry
from translators.contract import Family, OutboundGroup, OutboundInterchange
from translators.xml.envelope import NO_SEPARATORS
from translators.xml.node import Node
from translators.xml.parser import parse
from translators.xml.sealing import DECLARATION

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
ELSEWHERE = Path(os.environ["EDI_CORPUS"]) / "xml" if os.environ.get("EDI_CORPUS") else None

MAPPED: dict[str, tuple[str, str, str]] = {
    # file: number, canonical document, codes of its findings
    "Catalogue__phax-ph-ubl__Mobile_Catalogue_UBL.xml": ("2010-Mobile-1234", "price_catalogue", "not-mapped segment-empty"),
    "InstructionForReturns__oasis-tcs-ubl__UBL-InstructionForReturns-2.1-Example.xml": ("AB011", "return_request", ""),
    "InventoryReport__oasis-tcs-ubl__UBL-InventoryReport-2.1-Example.xml": ("CC2679", "inventory_report", ""),
    "RemittanceAdvice__oasis-tcs-ubl__UBL-RemittanceAdvice-2.0-Example.xml": ("6577884", "remittance_advice", "not-mapped"),
    "StockAvailabilityReport__oasis-tcs-ubl__UBL-StockAvailabilityReport-2.1-Example.xml": ("SA2009", "inventory_report", ""),
    "TransportationStatus__oasis-tcs-ubl__UBL-TransportationStatus-2.1-Example.xml": ("TS_1", "transport_status", "not-mapped"),
    "CreditNote__invopop-gobl.ubl__custom-namespace-prefixes.xml": ("CN758494", "credit_note", "control-total"),
    "CreditNote__oasis-tcs-ubl__UBL-CreditNote-2.1-Example.xml": (
        "TOSL108",
        "credit_note",
        "control-total*2 identifier-check-digit*5",
    ),
    "CrossIndustryInvoice__connectingeurope-einvoicing-en1693__CII_example7.xml": ("INVOICE_test_7", "invoice", ""),
    "CrossIndustryInvoice__itplr-kosit-xrechnung-testsuite__01.21a-INVOICE_uncefact.xml": ("18383", "invoice", ""),
    "CrossIndustryInvoice__itplr-kosit-xrechnung-testsuite__04.05a-INVOICE_uncefact.xml": ("2020-1", "invoice", ""),
    "CrossIndustryInvoice__zugferd-mustangproject__roundingDifferenceIsInTolerance.xml": ("57136", "invoice", ""),
    "DespatchAdvice__oasis-tcs-ubl__UBL-DespatchAdvice-2.0-Example.xml": ("565899", "despatch_advice", "not-mapped"),
    "Invoice__connectingeurope-einvoicing-en1693__BIS3_Invoice_negativ.XML": ("12345", "invoice", ""),
    "Invoice__connectingeurope-einvoicing-en1693__BIS_Billing_30-Rabatter_och_avgifter.xml": (
        "2018210",
        "invoice",
        "identifier-check-digit",
    ),
    "Invoice__oasis-tcs-ubl__UBL-Invoice-2.1-Example.xml": ("TOSL108", "invoice", "control-total*3 identifier-check-digit*6"),
    "OrderCancellation__oasis-tcs-ubl__UBL-OrderCancellation-2.1-Example.xml": ("7", "purchase_order_change", ""),
    "OrderChange__oasis-tcs-ubl__UBL-OrderChange-2.1-Example.xml": ("7", "purchase_order_change", "identifier-check-digit"),
    "OrderResponseSimple__oasis-tcs-ubl__UBL-OrderResponseSimple-2.1-Example.xml": ("7", "order_response", ""),
    "OrderResponseSimple__phax-ph-ubl__CENBII-AcceptOrder-maximal.xml": ("66890-9-09", "order_response", ""),
    "OrderResponse__oasis-tcs-ubl__UBL-OrderResponse-2.1-Example.xml": ("7", "order_response", ""),
    "Order__oasis-tcs-ubl__UBL-Order-2.0-Example-International.xml": ("AEG012345", "purchase_order", ""),
    "Order__oasis-tcs-ubl__UBL-Order-2.1-Example.xml": ("34", "purchase_order", "identifier-check-digit*4"),
    "ReceiptAdvice__oasis-tcs-ubl__UBL-ReceiptAdvice-2.0-Example.xml": ("658398", "receiving_advice", "not-mapped"),
}
REQUESTS: dict[str, tuple[str, str, str]] = {
    "InvoiceDetailRequest__officeluv-cxml__invoice_taxes_at_line.xml": ("3495", "invoice", "segment-empty"),
    "OrderRequest__friendsofcxml-cxml-php__OrderRequest.xml": ("DO1234", "purchase_order", ""),
    "OrderRequest__officeluv-cxml__purchase_order_request_200.xml": ("6112", "purchase_order", ""),
    "ShipNoticeRequest__friendsofcxml-cxml-php__ShipNoticeRequest.xml": ("S2-123", "despatch_advice", ""),
}
REFUSED = {
    "CrossIndustryInvoice__zugferd-mustangproject__Extended_fremdwaehrung.xml": "segment-repeats",
    "Order__phax-ph-ubl__CENBII-Order-minimal.xml": "element-missing",
}


def path_of(name: str) -> Path:
    path = FIXTURES / name
    if not path.exists() and ELSEWHERE is not None:
        path = ELSEWHERE / name
    if not path.exists():
        pytest.skip("EDI_CORPUS does not name the folder of the corpus")
    return path


def everything() -> list[Path]:
    folders = [FIXTURES, *([ELSEWHERE] if ELSEWHERE is not None else [])]
    return sorted(path for folder in folders for path in folder.iterdir() if path.suffix.lower() == ".xml")


def texts(root: Node) -> set[str]:
    return {text for node in root.walk() if not node.children and (text := (node.text or "").strip())}


@pytest.mark.parametrize("name", MAPPED)
def test_a_document_is_read_and_comes_back(name: str) -> None:
    number, canonical, codes = MAPPED[name]
    (document,) = registry.translate(path_of(name).read_bytes()).interchanges[0].documents
    assert (document.control_number, document.name) == (number, canonical)
    assert stated(document.findings) == codes
    assert document.canonical is not None
    written = registry.write(Family.XML, document.canonical, document.type, document.version)
    assert not written.findings
    (again,) = registry.translate(f"{DECLARATION}{written.document.body}".encode()).interchanges[0].documents
    assert again.canonical == document.canonical


@pytest.mark.parametrize("name", MAPPED)
def test_nothing_that_was_sent_is_dropped(name: str) -> None:
    data = path_of(name).read_bytes()
    (document,) = registry.translate(data).interchanges[0].documents
    assert document.canonical is not None
    body = registry.write(Family.XML, document.canonical, document.type, document.version).document.body.encode()
    before, after = parse(data, 0).root, parse(body, 0).root
    assert before is not None
    assert after is not None
    said = " ".join(texts(after))
    lost = {text for text in texts(before) - texts(after) if " ".join(text.split()) not in " ".join(said.split())}
    assert lost <= {"false", "GLN", *lost_but_equal(lost)}


def lost_but_equal(lost: set[str]) -> set[str]:
    """Times are written in UTC with their fraction, numbers of houses behind their streets."""
    return {text for text in lost if text[:2].isdigit() and text[2:3] == ":"}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_read_and_comes_back(name: str) -> None:
    number, canonical, codes = REQUESTS[name]
    data = path_of(name).read_bytes()
    (interchange,) = registry.translate(data).interchanges
    (document,) = interchange.documents
    assert (document.control_number, document.name) == (number, canonical)
    assert stated(document.findings) == codes
    assert document.canonical is not None
    written = registry.write(Family.XML, document.canonical, document.type, document.version)
    sides = interchange.envelope.sender, interchange.envelope.receiver
    group = OutboundGroup("", "", "", "", (written.document,))
    outbound = OutboundInterchange(Family.XML, *sides, "cXML", test=False, separators=NO_SEPARATORS, groups=(group,))
    prepared = datetime(2026, 11, 20, 10, tzinfo=UTC)
    sent = registry.seal(outbound, control_number=1, group_numbers=[1], prepared=prepared)
    (again,) = registry.translate(sent).interchanges[0].documents
    assert again.canonical is not None
    before, after = json.loads(document.canonical.to_json()), json.loads(again.canonical.to_json())
    if name.startswith("Invoice"):  # what it leaves empty must be said: the sum with tax is that of the lines
        del after["totals"]["tax_inclusive"]
        before["extras"] = [extra for extra in before["extras"] if not extra["path"].endswith("NetAmount/Money/@currency")]
    assert sorted_extras(after) == sorted_extras(before)


def sorted_extras(value: Any) -> Any:
    """The document with its extras in one order."""
    if isinstance(value, dict):
        inner = {key: sorted_extras(said) for key, said in value.items()}
        if "extras" in inner:
            inner["extras"] = sorted(inner["extras"], key=lambda extra: str(extra["path"]))
        return inner
    return [sorted_extras(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_is_refused_for_its_reason(name: str) -> None:
    (document,) = registry.translate(path_of(name).read_bytes()).interchanges[0].documents
    assert document.verdict == "rejected"
    assert [finding.code for finding in document.findings] == [REFUSED[name]]


@pytest.mark.parametrize("path", everything(), ids=lambda path: path.name)
def test_every_other_document_is_passed_on_as_it_is(path: Path) -> None:
    if path.name in MAPPED or path.name in REQUESTS or path.name in REFUSED:
        return
    (interchange,) = registry.translate(path.read_bytes()).interchanges
    (document,) = interchange.documents
    assert document.name == "generic_document"
    assert interchange.verdict == "accepted"
    assert [finding.code for finding in document.findings] == ["definition-missing"]
