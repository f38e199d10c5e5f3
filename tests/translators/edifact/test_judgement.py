"""Severities, verdicts and the cap."""

import pytest

from translators.contract import Verdict
from translators.edifact.judgement import Judgement
from translators.finding import Code, Severity, found
from translators.position import Position

HERE = Position(0)


def test_nothing_found_is_accepted() -> None:
    assert Judgement({}, 10).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("code", "severities", "verdict"),
    [
        (Code.ELEMENT_MISSING, {}, Verdict.REJECTED),
        (Code.ELEMENT_CODE, {}, Verdict.ACCEPTED_WITH_ERRORS),
        (Code.LINE_BREAKS, {}, Verdict.ACCEPTED),
        (Code.ELEMENT_MISSING, {Code.ELEMENT_MISSING: Severity.WARNING}, Verdict.ACCEPTED_WITH_ERRORS),
        (Code.ELEMENT_MISSING, {Code.ELEMENT_MISSING: None}, Verdict.ACCEPTED),
        (Code.ELEMENT_CODE, {Code.ELEMENT_CODE: Severity.ERROR}, Verdict.REJECTED),
    ],
)
def test_the_agreement_s_severity_decides(code: Code, severities: dict[Code, Severity | None], verdict: Verdict) -> None:
    judgement = Judgement(severities, 10)
    judgement.add(code, "text", HERE)
    assert judgement.verdict is verdict
    assert len(judgement.findings) == (0 if severities.get(code, "") is None else 1)


def test_a_severity_of_the_moment_yields_to_the_agreed_one() -> None:
    judgement = Judgement({Code.DOCUMENT_VERSION_UNSUPPORTED: Severity.ERROR}, 10)
    judgement.add(Code.DOCUMENT_VERSION_UNSUPPORTED, "text", HERE, severity=Severity.WARNING)
    assert judgement.verdict is Verdict.REJECTED


def test_findings_are_capped_and_still_weigh() -> None:
    judgement = Judgement({}, 3)
    for _ in range(5):
        judgement.add(Code.ELEMENT_CODE, "text", HERE)
    judgement.add(Code.ELEMENT_MISSING, "text", HERE)
    judgement.add(Code.ELEMENT_MISSING, "text", HERE)
    assert [f.code for f in judgement.findings] == [Code.ELEMENT_CODE] * 3 + [Code.FINDINGS_CAPPED, Code.ELEMENT_MISSING]
    assert (judgement.verdict, judgement.errors, judgement.warnings) == (Verdict.REJECTED, 2, 5)


def test_the_first_error_is_listed_however_many_warnings_came_before() -> None:
    judgement = Judgement({}, 2)
    judgement.add(Code.ELEMENT_CODE, "text", HERE)
    judgement.add(Code.ELEMENT_MISSING, "text", HERE)
    assert not judgement.lists(Code.ELEMENT_MISSING)
    judgement.add(Code.ELEMENT_MISSING, "text", HERE)
    assert [f.code for f in judgement.findings] == [Code.ELEMENT_CODE, Code.ELEMENT_MISSING, Code.FINDINGS_CAPPED]


def test_a_lenient_judgement_never_rejects() -> None:
    judgement = Judgement({}, 10, lenient=True)
    judgement.add(Code.ELEMENT_MISSING, "text", HERE)
    assert judgement.verdict is Verdict.ACCEPTED_WITH_ERRORS


def test_findings_of_the_caller_are_taken_as_they_are() -> None:
    judgement = Judgement({Code.SENDER_UNKNOWN: None}, 10)
    judgement.adopt([found(Code.SENDER_UNKNOWN, "text", HERE)])
    assert judgement.verdict is Verdict.REJECTED
