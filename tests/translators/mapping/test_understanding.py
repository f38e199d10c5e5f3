"""A document of which little was understood says so: lenient reading must not pass for reading."""

from dataclasses import replace
from typing import Any

import pytest

from tests.translators.edifact.test_purchase_order import BGM, ISSUED, LIN
from tests.translators.edifact.test_purchase_order import document as edifact
from tests.translators.x12.orders import interchange
from tests.translators.x12.sets import TOLERANT, read_set
from tests.translators.xml import samples as xml
from translators import registry
from translators.contract import AcknowledgementTerms, Document, DocumentTerms, Terms, Verdict
from translators.finding import Code, Finding, Severity
from translators.mapping.understanding import doubt

X12 = ("BEG*00*SA*PO1**20260302", "PO1*1*2*EA*3.5**VN*A")
STRANGE = ("ZZ1*A", "ZZ2*B", "ZZ3*C")


@pytest.mark.parametrize(
    ("unread", "of", "severity"),
    [(0, 1, None), (1, 5, None), (2, 9, None), (1, 4, Severity.INFO), (4, 9, Severity.INFO), (1, 2, Severity.WARNING)],
)
def test_a_quarter_is_told_and_half_is_a_warning(unread: int, of: int, severity: Severity | None) -> None:
    said = doubt(["DTM"] * unread, of, "purchase_order")
    assert (said.severity if said else None) is severity


def test_the_segments_are_named_each_once_and_not_all_of_many() -> None:
    said = doubt(["DTM", "DTM", *(f"A{n}" for n in range(9))], 11, "purchase_order")
    assert said is not None
    assert said.text.startswith("11 of 11 segments have no place in a purchase order")
    assert said.text.endswith("DTM, A0, A1, A2, A3, A4, A5, A6 ….")


def told(document: Document) -> list[Finding]:
    return [one for one in document.findings if one.code is Code.NOT_MAPPED]


@pytest.mark.parametrize(("strange", "severity"), [(0, None), (1, Severity.INFO), (3, Severity.WARNING)])
def test_x12(strange: int, severity: Severity | None) -> None:
    found = told(read_set(*X12, *STRANGE[:strange], kind="850", group="PO", terms=_tolerating()))
    assert [one.severity for one in found] == ([severity] if severity else [])


@pytest.mark.parametrize(("strange", "severity"), [(0, None), (2, Severity.INFO), (6, Severity.WARNING)])
def test_edifact(strange: int, severity: Severity | None) -> None:
    segments = [f"ZZZ+{number}" for number in range(strange)]
    found = told(edifact(BGM, ISSUED, LIN, "UNS+S", *segments, terms=_tolerating()))
    assert [one.severity for one in found] == ([severity] if severity else [])


def _tolerating() -> Terms:
    mild: dict[Code, Severity | None] = {code: weight for code, weight in TOLERANT.severities.items() if code != Code.NOT_MAPPED}
    return Terms(default=DocumentTerms(severities=mild))


@pytest.mark.parametrize(("strange", "severity"), [(0, None), (1, None), (4, Severity.INFO), (16, Severity.WARNING)])
def test_xml(strange: int, severity: Severity | None) -> None:
    line = xml.ORDER_LINE.replace(
        "</cac:LineItem>", "<cac:Delivery>" + "<cbc:ID>7</cbc:ID>" * strange + "</cac:Delivery></cac:LineItem>"
    )
    document = registry.translate(xml.order(lines=line), lambda _: _tolerating()).interchanges[0].documents[0]
    assert [one.severity for one in told(document)] == ([severity] if severity else [])


def test_an_agreement_switches_it_off_or_makes_it_an_error() -> None:
    def read(severity: Severity | None) -> Document:
        terms = _tolerating()
        return read_set(
            *X12,
            *STRANGE,
            kind="850",
            group="PO",
            terms=replace(
                terms, severities=terms.default.severities, default=DocumentTerms(severities={Code.NOT_MAPPED: severity})
            ),
        )

    assert told(read(None)) == []
    strict = read(Severity.ERROR)
    assert (strict.verdict, strict.canonical) == (Verdict.REJECTED, None)


@pytest.mark.parametrize(("severities", "answer"), [({}, "AK9*A*1*1*1"), ({Code.NOT_MAPPED: Severity.ERROR}, "AK5*R*1")])
def test_the_partner_is_not_told_unless_it_refuses(severities: dict[Code, Any], answer: str) -> None:
    off = dict.fromkeys({*Code} - {Code.NOT_MAPPED, Code.CANONICAL_INVALID})
    terms = Terms(severities={**off, **severities}, acknowledgement=AcknowledgementTerms(functional="997", note_errors=True))
    body = ["ST*850*0001", *X12, *STRANGE, "SE*7*0001"]
    (one,) = registry.translate(interchange([body]), lambda _: terms).interchanges
    assert [finding.severity for finding in told(one.documents[0])] == [severities.get(Code.NOT_MAPPED, Severity.WARNING)]
    (acknowledgement,) = registry.acknowledge(one)
    bodies = "~".join(document.body for group in acknowledgement.outbound.groups for document in group.documents)
    assert answer in bodies.split("~")


def test_a_warning_of_ours_changes_no_verdict_in_edifact() -> None:
    off = dict.fromkeys({*Code} - {Code.NOT_MAPPED, Code.CANONICAL_INVALID})
    found = edifact(
        BGM, ISSUED, LIN, "UNS+S", *(f"ZZZ+{number}" for number in range(6)), terms=Terms(default=DocumentTerms(severities=off))
    )
    assert (found.verdict, [one.severity for one in found.findings]) == (Verdict.ACCEPTED, [Severity.WARNING])
