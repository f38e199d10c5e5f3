"""Every finding code that X12 reading gives: its place, its default severity, and what an agreement makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.translators.x12.orders import body_850, interchange, order_850
from translators import registry
from translators.contract import DocumentTerms, Interchange, Terms, Translation, Verdict
from translators.finding import DEFINITIONS, Code, Finding, Level, Severity
from translators.findings import Findings
from translators.position import Position

GOOD = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=7, order_number="PO1", lines=2)
TWO = interchange([body_850(order_number="A", lines=1), body_850(order_number="B", lines=1, reference="0002")])
LATE = interchange([body_850(order_number="A", lines=1)], version="005010")

OWN = "interchange"
GROUP = "group"
SET = "set"


@dataclass(frozen=True)
class Case:
    """A change of a good order, and the one finding it gives: in which list, and where."""

    code: Code
    old: bytes
    new: bytes
    where: str
    severity: Severity
    at: bytes
    tag: str | None
    segment: int | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    data: bytes = GOOD
    shift: int = 0

    @property
    def bytes(self) -> bytes:
        assert self.old in self.data
        return self.data.replace(self.old, self.new, 1)

    @property
    def offset(self) -> int:
        return self.bytes.index(self.at) + self.shift


E, W, NOTE = Severity.ERROR, Severity.WARNING, Severity.INFO
CASES = [
    # ISA: each element that is judged
    Case(Code.HEADER_MALFORMED, b"*NORDICDC       *", b"*NORDICDC*", OWN, E, b"ISA*", "ISA", element=8),
    Case(Code.SEPARATORS_CLASH, b"*P*>~", b"*P**~", OWN, E, b"ISA*", "ISA"),
    Case(Code.AUTHORISATION_INVALID, b"ISA*00*", b"ISA*99*", OWN, W, b"99*", "ISA", element=1),
    Case(Code.SECURITY_INVALID, b"*00*          *01*", b"*77*          *01*", OWN, W, b"77*", "ISA", element=3),
    Case(Code.SENDER_QUALIFIER_INVALID, b"*01*123456789 ", b"*Q1*123456789 ", OWN, E, b"Q1*", "ISA", element=5),
    Case(Code.SENDER_UNKNOWN, b"*123456789      *", b"*               *", OWN, E, b"               *ZZ", "ISA", element=6),
    Case(Code.RECEIVER_QUALIFIER_INVALID, b"*ZZ*NORDICDC", b"*Q1*NORDICDC", OWN, E, b"Q1*NORDICDC", "ISA", element=7),
    Case(Code.RECEIVER_UNKNOWN, b"*NORDICDC       *", b"*               *", OWN, E, b"               *260302", "ISA", element=8),
    Case(Code.INTERCHANGE_DATE_INVALID, b"*260302*0915*U", b"*261302*0915*U", OWN, W, b"261302", "ISA", element=9),
    Case(Code.INTERCHANGE_TIME_INVALID, b"*260302*0915*U", b"*260302*2560*U", OWN, W, b"2560", "ISA", element=10),
    Case(Code.INTERCHANGE_VERSION_UNSUPPORTED, b"*U*00401*", b"*U*0A401*", OWN, E, b"0A401", "ISA", element=12),
    Case(Code.ACKNOWLEDGEMENT_REQUEST_INVALID, b"*0*P*>", b"*2*P*>", OWN, W, b"2*P*>", "ISA", element=14),
    Case(Code.TEST_INDICATOR_INVALID, b"*0*P*>", b"*0*X*>", OWN, E, b"X*>", "ISA", element=15),
    # trailers and order of control segments
    Case(Code.INTERCHANGE_TRAILER_MISSING, b"IEA*1*000000007~", b"", OWN, E, b"GE*1*7~", "IEA", shift=7),
    Case(Code.INTERCHANGE_REFERENCE_MISMATCH, b"IEA*1*000000007", b"IEA*1*000000008", OWN, E, b"000000008~", "IEA", element=2),
    Case(Code.INTERCHANGE_COUNT_MISMATCH, b"IEA*1*", b"IEA*3*", OWN, E, b"3*000000007~", "IEA", element=1),
    Case(Code.STRAY_SEGMENT, b"GE*1*7~", b"GE*1*7~QQ*1~", OWN, E, b"QQ*1", "QQ"),
    Case(Code.TRUNCATED, b"IEA*1*000000007~", b"IEA*1", OWN, E, b"IEA*1", "IEA"),
    Case(Code.LINE_BREAKS, b"GS*PO", b"\r\nGS*PO", OWN, NOTE, b"\r\nGS", None),
    Case(Code.GROUP_HEADER_MISSING, b"GS*PO*123456789*NORDICDC*20260302*0915*7*X*004010~", b"", OWN, E, b"ST*850", "GS"),
    Case(Code.DOCUMENT_HEADER_MISSING, b"ST*850*0001~", b"", OWN, E, b"BEG*", "BEG"),
    # groups
    Case(Code.GROUP_TYPE_UNSUPPORTED, b"GS*PO*", b"GS**", GROUP, E, b"*123456789*NORDICDC*2", "GS", element=1),
    Case(Code.GROUP_VERSION_UNSUPPORTED, b"*X*004010~", b"*X*001000~", GROUP, E, b"001000", "GS", element=8),
    Case(Code.GROUP_TRAILER_MISSING, b"GE*1*7~", b"", GROUP, E, b"IEA*", "GE"),
    Case(Code.GROUP_REFERENCE_MISMATCH, b"GE*1*7", b"GE*1*8", GROUP, E, b"8~IEA", "GE", element=2),
    Case(Code.GROUP_COUNT_MISMATCH, b"GE*1*7", b"GE*4*7", GROUP, E, b"4*7~IEA", "GE", element=1),
    Case(Code.GROUP_NUMBER_INVALID, b"*0915*7*X*", b"*0915*SEVEN*X*", GROUP, E, b"SEVEN*X", "GS", element=6),
    Case(Code.ELEMENT_DATE, b"*20260302*0915*7*", b"*20261302*0915*7*", GROUP, W, b"20261302", "GS", element=4),
    Case(Code.ELEMENT_TIME, b"*20260302*0915*7*", b"*20260302*2560*7*", GROUP, W, b"2560", "GS", element=5),
    # sets
    Case(Code.DOCUMENT_TYPE_UNSUPPORTED, b"ST*850*", b"ST*8-0*", SET, E, b"8-0*", "ST", 1, 1),
    Case(Code.DEFINITION_MISSING, b"ST*850*", b"ST*864*", SET, NOTE, b"864*", "ST", 1, 1),
    Case(Code.VERSION_NEAREST, b"*X*004010~", b"*X*004030~", SET, NOTE, b"850*0001", "ST", 1, 1),
    Case(Code.DOCUMENT_VERSION_UNSUPPORTED, b"*X*004010~", b"*X*009010~", SET, E, b"850*0001", "ST", 1, 1),
    Case(Code.DOCUMENT_TRAILER_MISSING, b"SE*21*0001~", b"", SET, E, b"CTT*", "SE", 20),
    Case(Code.DOCUMENT_REFERENCE_MISMATCH, b"SE*21*0001", b"SE*21*0002", SET, E, b"21*0002~", "SE", 21, 2, shift=3),
    Case(Code.DOCUMENT_REFERENCE_DUPLICATE, b"ST*850*0002", b"ST*850*0001", SET, E, b"0001~BEG*00*SA*B", "ST", 1, 2, data=TWO),
    Case(Code.SEGMENT_COUNT_MISMATCH, b"SE*21*", b"SE*20*", SET, E, b"20*0001~", "SE", 21, 1),
    Case(Code.CHARACTER_OUTSIDE_SET, b"JOLIET", b"JOLI\xc9T", SET, W, b"\xc9T", None),
    Case(Code.CHARACTER_NUL, b"JOLIET", b"JOLI\0T", SET, E, b"JOLI\0T", "N4", 15, 1),
    # segments
    Case(Code.SEGMENT_UNKNOWN, b"REF*DP*038~", b"QQQ*1~", SET, E, b"QQQ*", "QQQ", 4),
    Case(Code.SEGMENT_NOT_IN_DEFINITION, b"REF*DP*038~", b"BIG*20260302*1~", SET, E, b"BIG*", "BIG", 4),
    Case(Code.SEGMENT_UNEXPECTED, b"CTT*2*30~", b"CTT*2*30~LQ*0*AA~", SET, E, b"LQ*0*AA~", "LQ", 21),
    Case(
        Code.SEGMENT_OUT_OF_ORDER,
        b"FOB*PP~",
        b"FOB*PP~BEG*00*SA*PO1**20260302~",
        SET,
        E,
        b"BEG*00*SA*PO1**20260302~ITD",
        "BEG",
        8,
    ),
    Case(Code.SEGMENT_MISSING, b"BEG*00*SA*PO1**20260302~", b"", SET, E, b"CUR*BY", "BEG", 2),
    Case(Code.SEGMENT_REPEATS, b"CUR*BY*USD~", b"CUR*BY*USD~CUR*BY*USD~", SET, E, b"CUR*BY*USD~REF", "CUR", 4),
    Case(Code.LOOP_REPEATS, b"CTT*2*30~", b"CTT*2*30~CTT*2*30~", SET, E, b"CTT*2*30~SE", "CTT", 21),
    Case(Code.SEGMENT_EMPTY, b"N3*1200 LOGISTICS WAY~", b"N3~", SET, W, b"N3~", "N3", 14),
    # elements
    Case(Code.ELEMENT_MISSING, b"BEG*00*SA*PO1*", b"BEG*00*SA**", SET, E, b"**20260302", "BEG", 2, 3, shift=0),
    Case(Code.ELEMENT_CONDITION, b"N1*BY*BIGBOX STORES*1*123456789", b"N1*BY*BIGBOX STORES*1", SET, E, b"N1*BY", "N1", 12, 4),
    Case(Code.ELEMENT_SURPLUS, b"CUR*BY*USD", b"CUR*BY*USD" + b"*" * 20 + b"X", SET, E, b"X~REF", "CUR", 3, 22),
    Case(Code.COMPONENT_SURPLUS, b"REF*DP*038", b"REF*DP*0>38", SET, E, b"0>38", "REF", 4, 2, 2),
    Case(Code.ELEMENT_TOO_SHORT, b"CUR*BY*USD", b"CUR*BY*US", SET, E, b"US~", "CUR", 3, 2),
    Case(Code.ELEMENT_TOO_LONG, b"CUR*BY*USD", b"CUR*BY*USDX", SET, E, b"USDX~", "CUR", 3, 2),
    Case(Code.ELEMENT_CHARACTER, b"BIGBOX STORES", b"BIGBOX\tSTORES", SET, E, b"BIGBOX\tSTORES", "N1", 12, 2),
    Case(Code.ELEMENT_NOT_NUMERIC, b"PO1*1*10*EA", b"PO1*1*1O*EA", SET, E, b"1O*EA", "PO1", 16, 2),
    Case(Code.ELEMENT_NOT_NUMERIC, b"PO1*1*10*EA", b"PO1*1*+10*EA", SET, W, b"+10*EA", "PO1", 16, 2),
    Case(Code.ELEMENT_CODE, b"REF*DP*", b"REF*!!*", SET, W, b"!!*", "REF", 4, 1),
    Case(Code.ELEMENT_DATE, b"DTM*002*20260316", b"DTM*002*20260631", SET, E, b"20260631", "DTM", 9, 2),
    Case(Code.ELEMENT_TIME, b"DTM*002*20260316", b"DTM*002*20260316*2460", SET, E, b"2460~", "DTM", 9, 3),
    Case(Code.TRAILING_SEPARATOR, b"CUR*BY*USD", b"CUR*BY*USD*", SET, W, b"~REF", "CUR", 3, 3),
    Case(Code.REPETITION_SURPLUS, b"REF*DP*038", b"REF*DP*038^039", SET, E, b"038^039", "REF", 4, 2, repetition=2, data=LATE),
    # what the mapping sees
    Case(Code.IDENTIFIER_CHECK_DIGIT, b"*012345678905*", b"*012345678904*", SET, W, b"012345678904", "PO1", 16, 7),
    Case(Code.CONTROL_TOTAL, b"CTT*2*30", b"CTT*3*30", SET, W, b"3*30~", "CTT", 20, 1),
]
IDS = [f"{case.code.value}-{number}" for number, case in enumerate(CASES)]


def listed(one: Interchange, where: str) -> list[Finding]:
    if where == OWN:
        return list(one.findings)
    if where == GROUP:
        return [f for group in one.groups for f in group.findings]
    return [f for document in one.documents for f in document.findings]


def read(case: Case, severities: Mapping[Code, Severity | None] | None = None) -> tuple[Translation, list[Finding]]:
    terms = Terms(severities=severities or {}, default=DocumentTerms(severities=severities or {}))
    translation = registry.translate(case.bytes, lambda _envelope: terms)
    return translation, [f for f in listed(translation.interchanges[0], case.where) if f.code is case.code]


def at_element(case: Case) -> bool:
    return case.code not in (Code.ELEMENT_MISSING, Code.ELEMENT_CONDITION, Code.TRAILING_SEPARATOR)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_finding_has_its_severity_and_its_position(case: Case) -> None:
    _translation, found = read(case)
    assert found, [f.code for f in listed(_translation.interchanges[0], case.where)]
    first = found[0]
    assert first.severity is case.severity
    place = first.position
    assert (place.tag, place.segment, place.element) == (case.tag, case.segment, case.element)
    assert (place.component, place.repetition) == (case.component, case.repetition)
    if at_element(case):
        assert place.offset == case.offset
    assert first.message.endswith(".")
    assert first.remedy == DEFINITIONS[case.code].remedy


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_agreement_raises_a_finding_to_an_error_which_refuses_what_it_is_about(case: Case) -> None:
    translation, found = read(case, {case.code: Severity.ERROR})
    assert [f.severity for f in found] == [Severity.ERROR] * len(found)
    assert found
    (one,) = translation.interchanges
    if case.where == OWN:
        assert one.verdict is Verdict.REJECTED
    elif case.where == GROUP:
        assert one.groups[0].verdict is Verdict.REJECTED
    else:
        assert Verdict.REJECTED in {document.verdict for document in one.documents}


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_agreement_lowers_a_finding_to_a_warning_which_refuses_nothing(case: Case) -> None:
    translation, found = read(case, {case.code: Severity.WARNING})
    assert found
    assert {f.severity for f in found} == {Severity.WARNING}
    (one,) = translation.interchanges
    others = [f for where in (OWN, GROUP, SET) for f in listed(one, where) if f.code is not case.code]
    if all(f.severity is not Severity.ERROR for f in others):
        assert one.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_an_agreement_switches_a_finding_off(case: Case) -> None:
    _translation, found = read(case, {case.code: None})
    assert found == []


WITHOUT_A_CASE = {
    Code.HIERARCHY,  # an order has no levels: a ship notice has, see test_despatch_advice
    # of the transmission: `detection` finds them, before there is a family
    Code.EMPTY,
    Code.NO_INTERCHANGE,
    Code.BYTES_OUTSIDE_INTERCHANGE,
    Code.BYTE_ORDER_MARK,
    Code.ENVELOPE_MISSING,
    # of EDIFACT alone
    Code.SERVICE_STRING_MALFORMED,
    Code.SYNTAX_UNSUPPORTED,
    Code.RELEASE_AT_END,
    Code.CHARACTER_SET_WRONG,
    Code.GROUPS_MIXED,
    # made by the gateway
    Code.DOCUMENT_TOO_LARGE,
    Code.INTERCHANGE_DUPLICATE,
    Code.INTERCHANGE_OUT_OF_SEQUENCE,
    Code.DOCUMENT_NOT_ROUTABLE,
    Code.TEST_NOT_SUPPORTED,
    # tests of their own, below, in test_malformed and in test_quirks
    Code.INTERCHANGE_NUMBER_INVALID,
    Code.TERMINATOR_MANGLED,
    Code.INTERCHANGE_EMPTY,
    Code.SEGMENT_TOO_LARGE,
    Code.INTERCHANGE_TOO_LARGE,
    Code.FINDINGS_CAPPED,
    Code.DOCUMENT_NOT_AGREED,
    Code.BINARY_LENGTH,
    Code.ELEMENT_EXCLUSION,
    Code.CANONICAL_INVALID,
    Code.NOT_MAPPED,
}


OTHERS = ("XML_", "JSON_", "FLAT_", "LAYOUT_", "GUIDE_")
"""Codes of other families and of partner guides, which have their own tests."""
WRITING = {Code.NOT_WRITTEN, Code.CHARACTER_REPLACED}


def test_every_code_of_the_catalogue_has_its_case() -> None:
    found = {code for code in Code if not code.name.startswith(OTHERS)} - WRITING
    assert {case.code for case in CASES} | WITHOUT_A_CASE == found


def test_a_control_number_that_is_none_refuses_the_interchange() -> None:
    data = GOOD.replace(b"*000000007*0*P", b"*00000000X*0*P").replace(b"IEA*1*000000007", b"IEA*1*00000000X")
    (one,) = registry.translate(data).interchanges
    assert [(f.code, f.position.element) for f in one.findings] == [(Code.INTERCHANGE_NUMBER_INVALID, 13)]
    assert one.findings[0].actual == "00000000X"


def test_an_exclusion_is_found_at_the_second_that_the_rule_names() -> None:
    data = GOOD.replace(b"PID*F****WIDGET NUMBER 1,", b"MEA*PD*WD*1*IN****03*X~PID*F****WIDGET NUMBER 1,")
    (document,) = registry.translate(data).interchanges[0].documents
    found = [f for f in document.findings if f.code is Code.ELEMENT_EXCLUSION]
    assert [(f.position.tag, f.position.element, f.expected) for f in found] == [("MEA", 3, "E0803")]


def test_findings_of_the_terms_are_taken_as_they_are() -> None:
    own = Finding(Code.INTERCHANGE_DUPLICATE, "This was seen before.", Position(0, tag="ISA", element=13), Severity.ERROR)
    (one,) = registry.translate(GOOD, lambda _envelope: Terms(findings=(own,))).interchanges
    assert one.findings == (own,)
    assert one.verdict is Verdict.REJECTED
    assert [group.verdict for group in one.groups] == [Verdict.REJECTED]
    assert one.groups[0].accepted == 0


def test_severities_of_a_set_go_before_those_of_the_interchange() -> None:
    data = GOOD.replace(b"CUR*BY*USD", b"CUR*BY*US")
    code = Code.ELEMENT_TOO_SHORT
    terms = Terms(severities={code: None}, documents={"850": DocumentTerms(severities={code: Severity.ERROR})})
    (document,) = registry.translate(data, lambda _envelope: terms).interchanges[0].documents
    assert [(f.code, f.severity) for f in document.findings] == [(code, Severity.ERROR)]


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.WARNING])
def test_a_full_list_still_knows_its_verdict(severity: Severity) -> None:
    findings = Findings({}, limit=2)
    for number in range(5):
        findings.add(Code.ELEMENT_CODE, "A warning.", Position(number))
    assert findings.full
    findings.add(Code.ELEMENT_MISSING, "The first error.", Position(9), severity=severity)
    assert findings.failed is (severity is Severity.ERROR)
    codes = [f.code for f in findings.listed()]
    assert codes[:3] == [Code.ELEMENT_CODE, Code.ELEMENT_CODE, Code.FINDINGS_CAPPED]
    assert (codes[3:] == [Code.ELEMENT_MISSING]) is (severity is Severity.ERROR)


@pytest.mark.parametrize(
    ("severity", "note_errors", "verdict"),
    [
        (Severity.INFO, True, Verdict.ACCEPTED),
        (Severity.WARNING, False, Verdict.ACCEPTED),
        (Severity.WARNING, True, Verdict.ACCEPTED_WITH_ERRORS),
        (Severity.ERROR, False, Verdict.REJECTED),
        (Severity.ERROR, True, Verdict.REJECTED),
    ],
)
def test_the_verdict_follows_the_heaviest_finding(severity: Severity, note_errors: bool, verdict: Verdict) -> None:
    findings = Findings({}, limit=5)
    findings.add(Code.ELEMENT_CODE, "Something.", Position(0), severity=severity)
    assert findings.verdict(note_errors=note_errors) is verdict


def test_a_code_has_the_wire_answers_of_its_level() -> None:
    for case in CASES:
        definition = DEFINITIONS[case.code]
        if definition.level is Level.INTERCHANGE and definition.severity is not Severity.INFO:
            assert definition.ta1
        if definition.level is Level.GROUP:
            assert definition.group
        if definition.level is Level.SEGMENT:
            assert definition.segment
        if definition.level is Level.ELEMENT:
            assert definition.element
