"""An invoice that is taken back, or said anew, says so in every format, and is no second invoice in any."""

from pathlib import Path
from typing import Any

import pytest

from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.billing import Billing
from translators.canonical.header import Purpose
from translators.contract import Document, Family
from translators.finding import Code, Severity

FIXTURES = Path(__file__).parents[2] / "fixtures" / "xml"
INVOICE = FIXTURES / "InvoiceDetailRequest__officeluv-cxml__invoice_taxes_at_line.xml"
CANCELLED: dict[str, Any] = {
    "number": "I1",
    "purpose": "cancel",
    "issued": "2026-11-20",
    "currency": "USD",
    "buyer": {"name": "BigBox"},
    "seller": {"identifiers": {"duns": "123456789"}, "name": "Nordic"},
    "totals": {"payable": {"amount": "10.00", "currency": "USD"}},
    "lines": [],
}


def requested(operation: str) -> Document:
    data = INVOICE.read_bytes()
    assert data.count(b'operation="new"') == 1
    (interchange,) = registry.translate(data.replace(b'operation="new"', operation.encode())).interchanges
    (document,) = interchange.documents
    return document


def billing(document: Document) -> Billing:
    assert isinstance(document.canonical, Billing)
    return document.canonical


def cancelled() -> CanonicalDocument:
    return model_of("invoice").model_validate(CANCELLED)


@pytest.mark.parametrize(
    ("operation", "purpose"),
    [
        ("", Purpose.ORIGINAL),
        ('operation="new"', Purpose.ORIGINAL),
        ('operation="delete"', Purpose.CANCEL),
        ('operation="update"', Purpose.REPLACE),
        ('operation="whatever"', Purpose.OTHER),
    ],
)
def test_the_operation_of_cxml_is_the_purpose(operation: str, purpose: Purpose) -> None:
    document = requested(operation)
    assert document.name == "invoice"
    assert billing(document).purpose is purpose
    body = registry.write(Family.XML, billing(document), "InvoiceDetailRequest", "cXML-1.2").document.body
    assert (operation or 'operation="new"') in body


def test_an_operation_that_the_definition_does_not_have_is_found() -> None:
    assert Code.ELEMENT_CODE in {finding.code for finding in requested('operation="update"').findings}
    assert Code.ELEMENT_CODE not in {finding.code for finding in requested('operation="delete"').findings}


def test_a_cancellation_is_no_second_copy_of_what_it_cancels() -> None:
    first, second, third = (billing(requested(f'operation="{said}"')) for said in ("new", "delete", "update"))
    assert len({first.identity, second.identity, third.identity}) == 3
    assert first.number == second.number == third.number


def test_an_original_is_told_apart_by_its_number_alone() -> None:
    assert not billing(requested('operation="new"')).distinguishing()


@pytest.mark.parametrize(
    ("family", "kind", "version", "said"),
    [
        (Family.XML, "InvoiceDetailRequest", "cXML-1.2", 'operation="delete"'),
        (Family.XML, "CrossIndustryInvoice", "CII-D16B", "<ram:PurposeCode>1</ram:PurposeCode>"),
        (Family.X12, "810", "004010", "BIG*20261120*I1******01"),
        (Family.X12, "810", "005010", "BIG*20261120*I1******01"),
        (Family.EDIFACT, "INVOIC", "D.96A", "BGM+380+I1+1'"),
        (Family.EDIFACT, "INVOIC", "D.01B", "BGM+380+I1+1'"),
    ],
)
def test_a_cancellation_is_said(family: Family, kind: str, version: str, said: str) -> None:
    written = registry.write(family, cancelled(), kind, version)
    assert said in written.document.body
    assert "purpose" not in {finding.actual for finding in written.findings}


@pytest.mark.parametrize(
    ("family", "kind", "version"),
    [(Family.XML, "Invoice", "UBL-2.1"), (Family.X12, "880", "004010"), (Family.X12, "880", "005010")],
)
def test_a_cancellation_that_cannot_be_said_is_an_error(family: Family, kind: str, version: str) -> None:
    findings = registry.write(family, cancelled(), kind, version).findings
    assert [(f.code, f.actual) for f in findings if f.severity is Severity.ERROR and f.code is Code.NOT_WRITTEN] == [
        (Code.NOT_WRITTEN, "purpose")
    ]


@pytest.mark.parametrize(("purpose", "severity"), [("duplicate", Severity.ERROR), ("confirmation", Severity.WARNING)])
def test_what_is_taken_for_an_original_without_harm_is_told_as_a_warning(purpose: str, severity: Severity) -> None:
    document = model_of("invoice").model_validate({**CANCELLED, "purpose": purpose})
    findings = registry.write(Family.X12, document, "880", "004010").findings
    assert [f.severity for f in findings if f.actual == "purpose"] == [severity]


def test_an_original_that_says_so_lacks_nothing() -> None:
    document = model_of("invoice").model_validate({**CANCELLED, "purpose": "original"})
    assert "purpose" not in {f.actual for f in registry.write(Family.X12, document, "880", "004010").findings}


def test_the_purpose_of_an_ordinary_invoice_is_not_said_to_en_16931() -> None:
    document = model_of("invoice").model_validate({**CANCELLED, "purpose": "original"})
    written = registry.write(Family.XML, document, "CrossIndustryInvoice", "CII-D16B")
    assert "PurposeCode" not in written.document.body


@pytest.mark.parametrize(("code", "purpose"), [("1", "cancel"), ("5", "replace"), ("7", "duplicate"), ("9", "original")])
def test_the_purpose_code_of_a_cross_industry_invoice_is_read(code: str, purpose: str) -> None:
    data = (FIXTURES / "CrossIndustryInvoice__itplr-kosit-xrechnung-testsuite__01.21a-INVOICE_uncefact.xml").read_bytes()
    place = data.index(b"</ram:IssueDateTime>") + len(b"</ram:IssueDateTime>")
    said = data[:place] + f"<ram:PurposeCode>{code}</ram:PurposeCode>".encode() + data[place:]
    (interchange,) = registry.translate(said).interchanges
    assert billing(interchange.documents[0]).purpose == purpose
