"""A functional group while it is read: header, trailer, and the verdict its sets give it."""

import pytest

from translators.contract import Document, Group, Verdict
from translators.finding import Code, Finding, Severity
from translators.findings import Findings, Severities
from translators.references import References
from translators.x12.group import OpenGroup, overall

GS = ("GS", "PO", "A", "B", "20260302", "0915", "7", "X", "004010")


def opened(severities: Severities | None = None, /, **changes: str) -> OpenGroup:
    row = list(GS)
    for name, value in changes.items():
        row[int(name.removeprefix("gs"))] = value
    return OpenGroup(row, 1, 100, Findings(severities or {}, limit=50))


def judged(group: OpenGroup, numbers: References | None = None) -> tuple[Finding, ...]:
    group.check_header(numbers or References())
    return group.findings.listed()


def read(verdict: Verdict) -> Document:
    return Document(1, 1, "850", "004010", "", "0001", 0, 9, 3, verdict)


A, E, R = Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS, Verdict.REJECTED


def test_a_good_header_gives_no_finding_and_leaves_its_number() -> None:
    numbers = References()
    assert judged(opened(), numbers) == ()
    assert numbers.used("7")


@pytest.mark.parametrize(
    ("element", "value", "code", "severity"),
    [
        (1, "", Code.GROUP_TYPE_UNSUPPORTED, Severity.ERROR),
        (4, "20260230", Code.ELEMENT_DATE, Severity.WARNING),
        (5, "2460", Code.ELEMENT_TIME, Severity.WARNING),
        (6, "", Code.GROUP_NUMBER_INVALID, Severity.ERROR),
        (6, "7A", Code.GROUP_NUMBER_INVALID, Severity.ERROR),
        (6, "\u0667", Code.GROUP_NUMBER_INVALID, Severity.ERROR),
        (8, "", Code.GROUP_VERSION_UNSUPPORTED, Severity.ERROR),
        (8, "009999", Code.GROUP_VERSION_UNSUPPORTED, Severity.ERROR),
    ],
)
def test_each_fault_of_the_header_is_found_at_its_element(element: int, value: str, code: Code, severity: Severity) -> None:
    (finding,) = judged(opened(None, **{f"gs{element}": value}))
    assert (finding.code, finding.severity, finding.position.element) == (code, severity, element)
    assert finding.position.offset == 100 + len("*".join(GS[:element])) + 1


@pytest.mark.parametrize("number", ["7", "07", "000000007"])
def test_a_number_used_before_is_found_whatever_its_zeros(number: str) -> None:
    numbers = References()
    numbers.used("7")
    assert [f.code for f in judged(opened(gs6=number), numbers)] == [Code.GROUP_NUMBER_INVALID]


def test_groups_of_acknowledgements_may_have_a_version_without_tables() -> None:
    assert judged(opened(gs1="FA", gs8="009999")) == ()


def test_a_short_header_is_filled_up() -> None:
    group = OpenGroup(("GS", "PO"), 1, 0, Findings({}, limit=50))
    assert {f.position.element for f in judged(group)} == {4, 5, 6, 8}


def test_the_agreement_decides_how_grave_a_fault_is() -> None:
    assert judged(opened({Code.ELEMENT_DATE: None}, gs4="x")) == ()
    (finding,) = judged(opened({Code.GROUP_NUMBER_INVALID: Severity.WARNING}, gs6="x"))
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("GE", "1", "7"), []),
        (("GE", "001", "0007"), []),
        (("GE", "2", "7"), [(Code.GROUP_COUNT_MISMATCH, 503)]),
        (("GE", "12", "8"), [(Code.GROUP_COUNT_MISMATCH, 503), (Code.GROUP_REFERENCE_MISMATCH, 506)]),
        (("GE", "1"), [(Code.GROUP_REFERENCE_MISMATCH, 505)]),
        (("GE",), [(Code.GROUP_COUNT_MISMATCH, 503), (Code.GROUP_REFERENCE_MISMATCH, 504)]),
        (("GE", "one", "7"), [(Code.GROUP_COUNT_MISMATCH, 503)]),
    ],
)
def test_the_trailer_is_compared_with_what_came(row: tuple[str, ...], expected: list[tuple[Code, int]]) -> None:
    group = opened()
    group.add(read(A))
    group.check_trailer(row, 500)
    assert [(f.code, f.position.offset) for f in group.findings.listed()] == expected


@pytest.mark.parametrize(
    ("sets", "verdict", "accepted"),
    [
        ([], A, 0),
        ([A, A], A, 2),
        ([A, E], E, 2),
        ([A, R], Verdict.PARTLY_ACCEPTED, 1),
        ([E, R], Verdict.PARTLY_ACCEPTED, 1),
        ([R, R], R, 0),
    ],
)
def test_the_verdict_follows_from_the_sets(sets: list[Verdict], verdict: Verdict, accepted: int) -> None:
    group = opened()
    for one in sets:
        group.add(read(one))
    closed = group.close(refused=False, note_errors=False)
    assert (closed.verdict, closed.received, closed.accepted) == (verdict, len(sets), accepted)
    refused = group.close(refused=True, note_errors=False)
    assert (refused.verdict, refused.received, refused.accepted) == (R, len(sets), 0)


def test_an_error_of_its_own_refuses_a_group_with_all_its_sets() -> None:
    group = opened()
    group.add(read(A))
    group.check_trailer(("GE", "9", "7"), 0)
    closed = group.close(refused=False, note_errors=False)
    assert (closed.verdict, closed.accepted, closed.claimed) == (R, 0, 9)


@pytest.mark.parametrize(("note_errors", "verdict"), [(False, A), (True, E)])
def test_a_warning_shows_in_the_verdict_only_where_it_is_wanted(note_errors: bool, verdict: Verdict) -> None:
    group = opened(gs4="x")
    group.check_header(References())
    assert group.close(refused=False, note_errors=note_errors).verdict is verdict


def closed(verdict: Verdict) -> Group:
    return Group(1, "PO", "A", "B", "1", "004010", 1, 1, 1, verdict)


P = Verdict.PARTLY_ACCEPTED


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [([], A), ([A], A), ([A, E], E), ([R], R), ([R, R], R), ([A, R], P), ([P], P), ([P, R], P), ([E, R], P)],
)
def test_the_verdict_on_an_interchange_follows_from_its_groups(verdicts: list[Verdict], expected: Verdict) -> None:
    assert overall([closed(verdict) for verdict in verdicts], refused=False) is expected
    assert overall([closed(verdict) for verdict in verdicts], refused=True) is R
