# ruff: noqa: E501 - segments are read as they stand on the wire
"""Every finding the EDIFACT family makes: its place, its severity, an agreement's other severity, and its off-switch."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.edifact.reading import Read, read
from translators.contract import DocumentTerms, Terms
from translators.finding import DEFINITIONS, Code, Finding, Level, Severity

ORDER = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=1)
HEADER, TRAILER = ORDER[: ORDER.index(b"UNH")], b"UNZ+1+7'"
BODY = ORDER[len(HEADER) : -len(TRAILER)]
GROUP = b"UNG+ORDERS+A+B+261120:0930+1+UN+D:96A'"
SECOND = order_message(reference="1", order_number="PO-2", lines=1).encode()


def changed(old: bytes, new: bytes, data: bytes = ORDER) -> bytes:
    """The good order with one thing changed."""
    assert old in data
    return data.replace(old, new, 1)


def grouped(trailer: bytes, unz: bytes = b"UNZ+1+7'", header: bytes = GROUP) -> bytes:
    """The good order in a group."""
    return HEADER + header + BODY + trailer + unz


@dataclass(frozen=True)
class Case:
    """Bytes, and where the finding stands: the bytes that begin there, tag, segment, element, component."""

    data: bytes
    at: bytes
    tag: str | None = None
    segment: int | None = None
    element: int | None = None
    component: int | None = None


LINES = b"LIN+1++5701234500018:EN'"
CASES = {
    Code.HEADER_MALFORMED: Case(changed(b"5790000000029:14", b""), b"+5790000000012:14+261120", "UNB", None, 2),
    Code.SERVICE_STRING_MALFORMED: Case(b"UNA:+.?'" + ORDER, b"UNA", "UNA"),
    Code.SEPARATORS_CLASH: Case(b"UNA++.? '" + ORDER.replace(b":", b"+"), b"UNA", "UNA"),
    Code.SYNTAX_UNSUPPORTED: Case(changed(b"UNOC:3", b"XXXA:3"), b"XXXA", "UNB", None, 1),
    Code.INTERCHANGE_DATE_INVALID: Case(changed(b"261120:0930", b"263020:0930"), b"263020", "UNB", None, 4, 1),
    Code.INTERCHANGE_TIME_INVALID: Case(changed(b"261120:0930", b"261120:9930"), b"9930", "UNB", None, 4, 2),
    Code.INTERCHANGE_NUMBER_INVALID: Case(changed(b"0930+7'", b"0930'"), b"'UNH", "UNB", None, 5),
    Code.ACKNOWLEDGEMENT_REQUEST_INVALID: Case(changed(b"0930+7'", b"0930+7++++5'"), b"5'UNH", "UNB", None, 9),
    Code.TEST_INDICATOR_INVALID: Case(changed(b"0930+7'", b"0930+7++++++5'"), b"5'UNH", "UNB", None, 11),
    Code.INTERCHANGE_TRAILER_MISSING: Case(ORDER[: -len(TRAILER)], b"", "UNZ"),
    Code.INTERCHANGE_REFERENCE_MISMATCH: Case(changed(b"UNZ+1+7", b"UNZ+1+8"), b"UNZ", "UNZ", None, 2),
    Code.INTERCHANGE_COUNT_MISMATCH: Case(changed(b"UNZ+1+7", b"UNZ+2+7"), b"UNZ", "UNZ", None, 1),
    Code.INTERCHANGE_EMPTY: Case(HEADER + b"UNZ+0+7'", b"UNZ", "UNZ"),
    Code.STRAY_SEGMENT: Case(changed(b"UNZ", b"HELLO'UNZ"), b"HELLO", "HEL"),
    Code.GROUPS_MIXED: Case(HEADER + BODY + GROUP + b"UNE+0+1'" + b"UNZ+1+7'", b"UNG", "UNG"),
    Code.TRUNCATED: Case(ORDER[: ORDER.index(b"UNT") + 4], b"", "UNH"),
    Code.RELEASE_AT_END: Case(ORDER[: ORDER.index(b"UNT") + 4] + b"?", b"?", "UNH"),
    Code.SEGMENT_TOO_LARGE: Case(changed(b"PO-1", b"P" * 1_048_580), b"BGM", "BGM"),
    Code.CHARACTER_SET_WRONG: Case(changed(b"UNOC", b"UNOA", changed(b"PRODUCT 1", b"PROD\xdcKT")), b"\xdcKT", "UNB", None, 1),
    Code.LINE_BREAKS: Case(b"\n".join(ORDER[i : i + 80] for i in range(0, len(ORDER), 80)) + b"\n", b"UNB", "UNB"),
    Code.GROUP_TRAILER_MISSING: Case(grouped(b""), b"UNZ", "UNE"),
    Code.GROUP_REFERENCE_MISMATCH: Case(grouped(b"UNE+1+2'"), b"UNE", "UNE", None, 2),
    Code.GROUP_COUNT_MISMATCH: Case(grouped(b"UNE+2+1'"), b"UNE", "UNE", None, 1),
    Code.GROUP_NUMBER_INVALID: Case(grouped(b"UNE+1+1'" + GROUP + b"UNE+0+1'", b"UNZ+2+7'"), GROUP + b"UNE+0", "UNG", None, 5),
    Code.DOCUMENT_HEADER_MISSING: Case(HEADER + BODY[BODY.index(b"BGM") :] + TRAILER, b"BGM", "BGM"),
    Code.DOCUMENT_TYPE_UNSUPPORTED: Case(changed(b"ORDERS:D", b"1RDERS:D"), b"1RDERS", "UNH", 1, 2),
    Code.DEFINITION_MISSING: Case(changed(b"ORDERS:D", b"BALETO:D"), b"BALETO", "UNH", 1, 2),
    Code.VERSION_NEAREST: Case(changed(b"D:96A", b"D:97A"), b"ORDERS:D:97A", "UNH", 1, 2),
    Code.DOCUMENT_VERSION_UNSUPPORTED: Case(changed(b"D:96A", b"X:XX"), b"ORDERS:X", "UNH", 1, 2),
    Code.DOCUMENT_TRAILER_MISSING: Case(changed(b"UNT+19+1'", b""), b"CNT", "UNT", 18),
    Code.DOCUMENT_REFERENCE_MISMATCH: Case(changed(b"UNT+19+1", b"UNT+19+2"), b"2'UNZ", "UNT", 19, 2),
    Code.DOCUMENT_REFERENCE_DUPLICATE: Case(HEADER + BODY + SECOND + b"UNZ+2+7'", b"1+ORDERS:D:96A:UN:EAN008'BGM+220+PO-2", "UNH", 1, 1),
    Code.SEGMENT_COUNT_MISMATCH: Case(changed(b"UNT+19", b"UNT+18"), b"18+1'UNZ", "UNT", 19, 1),
    Code.DOCUMENT_TOO_LARGE: Case(changed(LINES, LINES * 100_000), b"ORDERS:D", "UNH", 1, 2),
    Code.FINDINGS_CAPPED: Case(changed(b"UNS+S", b"LIN+Z++X'" * 101 + b"UNS+S"), b"UNH"),
    Code.SEGMENT_UNKNOWN: Case(changed(b"UNS+S", b"XYZ+1'UNS+S"), b"XYZ", "XYZ", 17),
    Code.SEGMENT_MISSING: Case(changed(b"BGM+220+PO-1+9'", b""), b"UNH", "BGM", 1),
    Code.LOOP_REPEATS: Case(changed(b"RFF+CT:C-2026-17'", b"RFF+CT:C'" * 11), b"RFF+CT:C'NAD", "RFF", 15),
    Code.SEGMENT_REPEATS: Case(changed(b"BGM+220+PO-1+9'", b"BGM+220+PO-1+9'" * 2), b"BGM+220+PO-1+9'DTM", "BGM", 3),
    Code.SEGMENT_NOT_IN_DEFINITION: Case(changed(b"UNS+S", b"BUS+1'UNS+S"), b"BUS", "BUS", 17),
    Code.SEGMENT_OUT_OF_ORDER: Case(changed(b"UNS+S", b"BGM+220+1'UNS+S"), b"BGM+220+1'", "BGM", 17),
    Code.SEGMENT_EMPTY: Case(changed(b"IMD+F++:::PRODUCT 1", b"IMD"), b"IMD'", "IMD", 14),
    Code.ELEMENT_MISSING: Case(changed(b"NAD+SU", b"NAD+"), b"+5790000000012::9'NAD+DP", "NAD", 7, 1),
    Code.ELEMENT_SURPLUS: Case(changed(b"UNS+S", b"UNS+S+X"), b"X'CNT", "UNS", 17, 2),
    Code.COMPONENT_SURPLUS: Case(changed(b"QTY+21:12:PCE", b"QTY+21:12:PCE:X"), b"X'PRI", "QTY", 15, 1, 4),
    Code.ELEMENT_TOO_LONG: Case(changed(b"PO-1", b"P" * 36), b"P" * 36, "BGM", 2, 2),
    Code.ELEMENT_CHARACTER: Case(changed(b"UNS+S", b"UNS+1"), b"1'CNT", "UNS", 17, 1),
    Code.ELEMENT_NOT_NUMERIC: Case(changed(b"QTY+21:12", b"QTY+21:XII"), b"XII", "QTY", 15, 1, 2),
    Code.ELEMENT_CODE: Case(changed(b"BGM+220", b"BGM+50E"), b"50E", "BGM", 2, 1, 1),
    Code.ELEMENT_DATE: Case(changed(b"137:20261120", b"137:20261320"), b"20261320", "DTM", 3, 1, 2),
    Code.TRAILING_SEPARATOR: Case(changed(b"QTY+21:12:PCE", b"QTY+21:12:PCE++"), b"+'PRI", "QTY", 15, 2),
    Code.CHARACTER_NUL: Case(changed(b"PRODUCT 1", b"PRO\0DUCT"), b"\0", "IMD", 14),
    Code.CHARACTER_OUTSIDE_SET: Case(changed(b"UNOC", b"UNOA", changed(b"PRODUCT 1", b"PRO_DUCT")), b"_DUCT", "IMD", 14),
    Code.IDENTIFIER_CHECK_DIGIT: Case(changed(b"NAD+BY+5790000000029", b"NAD+BY+5790000000028"), b"5790000000028::9", "NAD", 6, 2, 1),
    Code.CONTROL_TOTAL: Case(changed(b"CNT+2:1", b"CNT+2:5"), b"5'UNT", "CNT", 18, 1, 2),
    Code.CANONICAL_INVALID: Case(changed(b"BGM+220+PO-1+9", b"BGM+220"), b"BGM", "BGM", 2),
}  # fmt: skip
OUTSIDE_OF_TERMS = {
    Code.EMPTY: b"",
    Code.NO_INTERCHANGE: b"hello world",
    Code.BYTES_OUTSIDE_INTERCHANGE: b"hello\n" + ORDER,
    Code.BYTE_ORDER_MARK: b"\xef\xbb\xbf" + ORDER,
    Code.ENVELOPE_MISSING: BODY,
}
VERSION_4 = {
    Code.REPETITION_SURPLUS: changed(
        b"COM+ORDERS AT BIGBOX:XF", b"COM+1:TE*2:TE*3:TE*4:TE", ORDER.replace(b"UNOC:3", b"UNOC:4").replace(b"D:96A", b"D:01B")
    ),
}
FIXED = {Code.FINDINGS_CAPPED}
"""Codes that no agreement changes."""


def found(result: Read, code: Code) -> list[Finding]:
    """All findings of a code."""
    return [f for f in result.findings if f.code is code]


def under(code: Code, severity: Severity | None) -> Callable[[object], Terms]:
    """Terms in which one code weighs otherwise, in the envelope and in documents."""
    severities = {code: severity}
    return lambda _envelope: Terms(severities=severities, default=DocumentTerms(severities=severities))


@pytest.mark.parametrize("code", CASES, ids=str)
def test_a_finding_stands_at_its_place(code: Code) -> None:
    case = CASES[code]
    first = found(read(case.data), code)[0]
    position = first.position
    assert (position.tag, position.segment, position.element, position.component) == (
        case.tag,
        case.segment,
        case.element,
        case.component,
    )
    assert case.data[position.offset :].startswith(case.at)
    assert position.offset == (case.data.rindex(case.at) if case.at else len(case.data))
    assert first.message.endswith(".")


@pytest.mark.parametrize("code", CASES, ids=str)
def test_a_finding_has_the_severity_of_its_code(code: Code) -> None:
    assert {f.severity for f in found(read(CASES[code].data), code)} == {DEFINITIONS[code].severity}


@pytest.mark.parametrize("code", sorted(set(CASES) - FIXED), ids=str)
@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARNING, Severity.ERROR], ids=str)
def test_an_agreement_weighs_it_otherwise(code: Code, severity: Severity) -> None:
    findings = found(read(CASES[code].data, under(code, severity)), code)
    assert {f.severity for f in findings} == {severity}


@pytest.mark.parametrize("code", sorted(set(CASES) - FIXED), ids=str)
def test_an_agreement_switches_it_off(code: Code) -> None:
    assert found(read(CASES[code].data, under(code, None)), code) == []


@pytest.mark.parametrize("code", [c for c in CASES if DEFINITIONS[c].severity is Severity.ERROR], ids=str)
def test_an_error_keeps_its_document_or_interchange_from_being_accepted(code: Code) -> None:
    result = read(CASES[code].data)
    (interchange,) = result.interchanges
    if DEFINITIONS[code].level is Level.INTERCHANGE:
        assert interchange.verdict == "rejected"
    elif DEFINITIONS[code].level is Level.GROUP:
        assert "rejected" in [g.verdict for g in interchange.groups]
    else:
        assert "rejected" in [interchange.verdict, *(d.verdict for d in interchange.documents)]


@pytest.mark.parametrize("code", OUTSIDE_OF_TERMS, ids=str)
def test_findings_outside_of_interchanges(code: Code) -> None:
    (finding,) = found(read(OUTSIDE_OF_TERMS[code]), code)
    assert (finding.severity, finding.position.offset) == (DEFINITIONS[code].severity, 0)


@pytest.mark.parametrize("code", VERSION_4, ids=str)
def test_findings_of_syntax_version_4(code: Code) -> None:
    (finding,) = found(read(VERSION_4[code]), code)
    assert (finding.position.tag, finding.position.element, finding.position.repetition) == ("COM", 1, 4)
    assert found(read(VERSION_4[code], under(code, None)), code) == []


def test_a_document_that_is_not_agreed_is_found_at_its_type() -> None:
    (finding,) = found(read(ORDER, lambda _e: Terms(default=DocumentTerms(agreed=False))), Code.DOCUMENT_NOT_AGREED)
    assert ORDER[finding.position.offset :].startswith(b"ORDERS:D")


@pytest.mark.parametrize("code", sorted({*CASES, *VERSION_4} - {Code.FINDINGS_CAPPED, Code.LINE_BREAKS}), ids=str)
def test_what_can_be_an_error_has_an_answer_in_contrl(code: Code) -> None:
    answer = DEFINITIONS[code].contrl
    assert answer is not None
    assert answer.isdigit()
    assert 2 <= int(answer) <= 46


def test_a_password_qualifier_that_is_too_short_is_noted_at_its_place() -> None:
    data = changed(b"0930+7'", b"0930+7+PW:A'")
    (finding,) = found(read(data), Code.ELEMENT_TOO_SHORT)
    assert (finding.severity, finding.position.element, finding.position.component) == (Severity.WARNING, 6, 2)
    assert data[finding.position.offset :].startswith(b"A'UNH")
    assert found(read(data, under(Code.ELEMENT_TOO_SHORT, None)), Code.ELEMENT_TOO_SHORT) == []
