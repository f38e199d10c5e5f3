"""UNG … UNE: what a group and its messages make of each other, and of the interchange."""

import pytest

from tests.translators.edifact.orders import order_message
from tests.translators.edifact.reading import one
from translators.contract import Interchange, Terms, Verdict
from translators.edifact.groups import OpenGroup, overall
from translators.edifact.judgement import Judgement
from translators.finding import Code, Severity
from translators.position import Position

HEADER = "UNB+UNOC:3+5790000000029:14+5790000000012:14+261120:0930+7'"
A, E, P, R = Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS, Verdict.PARTLY_ACCEPTED, Verdict.REJECTED


@pytest.mark.parametrize(
    ("received", "refused", "noted", "verdict"),
    [(0, 0, 0, A), (1, 0, 0, A), (1, 0, 1, E), (2, 1, 0, P), (2, 1, 1, P), (2, 2, 0, R), (2, 2, 2, R), (1, 1, 0, R)],
)
def test_what_messages_make_of_the_whole(received: int, refused: int, noted: int, verdict: Verdict) -> None:
    assert overall(received, refused, noted) is verdict


def opened(**counts: int) -> OpenGroup:
    """A group with these counts."""
    group = OpenGroup(1, "ORDERS", "A", "B", "1", "D.96A", Judgement({}, 10))
    for name, count in counts.items():
        setattr(group, name, count)
    return group


@pytest.mark.parametrize(
    ("counts", "code", "refused", "verdict", "accepted"),
    [
        ({"received": 2}, None, False, A, 2),
        ({"received": 2, "noted": 1}, None, False, E, 2),
        ({"received": 3, "refused": 1}, None, False, P, 2),
        ({"received": 3, "refused": 3}, None, False, R, 0),
        ({"received": 2}, Code.GROUP_COUNT_MISMATCH, False, R, 0),
        ({"received": 2}, Code.TRAILING_SEPARATOR, False, E, 2),
        ({"received": 2}, None, True, R, 0),
        ({"received": 2, "refused": 1}, None, True, R, 0),
    ],
)
def test_verdict_and_count_of_a_group(
    counts: dict[str, int], code: Code | None, refused: bool, verdict: Verdict, accepted: int
) -> None:
    group = opened(**counts)
    if code is not None:
        group.judgement.add(code, "text", Position(0))
    result = group.result(interchange_refused=refused)
    assert (result.verdict, result.accepted, result.received) == (verdict, accepted, counts["received"])


def message(reference: str, *, good: bool = True) -> str:
    """An order, or one with a number that is too long."""
    text = order_message(reference=reference, order_number="P", lines=1)
    return text if good else text.replace("BGM+220", "BGM+22000")


def interchange(*groups: str, trailer: str | None = None, terms: Terms | None = None) -> Interchange:
    """An interchange of these groups."""
    text = HEADER + "".join(groups) + (trailer or f"UNZ+{len(groups)}+7'")
    return one(text.encode(), lambda _e: terms or Terms())


def ung(reference: str, *messages: str, une: str | None = None) -> str:
    """A group."""
    closing = f"UNE+{len(messages)}+{reference}'" if une is None else une
    return f"UNG+ORDERS+A:14+B:ZZ+261120:0930+{reference}+UN+D:96A:EAN008'{''.join(messages)}{closing}"


def test_a_group_says_what_its_header_said() -> None:
    (group,) = interchange(ung("4711", message("1"))).groups
    assert (group.ordinal, group.functional_id, group.sender, group.receiver) == (1, "ORDERS", "A:14", "B:ZZ")
    assert (group.control_number, group.version, group.claimed) == ("4711", "D.96A", 1)


@pytest.mark.parametrize(
    ("une", "code", "element", "expected", "actual"),
    [
        ("UNE+3+1'", Code.GROUP_COUNT_MISMATCH, 1, "1", "3"),
        ("UNE+X+1'", Code.GROUP_COUNT_MISMATCH, 1, "1", "X"),
        ("UNE+1+2'", Code.GROUP_REFERENCE_MISMATCH, 2, "1", "2"),
        ("UNE+1'", Code.ELEMENT_MISSING, 2, "0048", None),
        ("UNE++1'", Code.ELEMENT_MISSING, 1, "0060", None),
        ("UNE+1+1+1'", Code.ELEMENT_SURPLUS, 3, "2", "1"),
        ("", Code.GROUP_TRAILER_MISSING, None, None, None),
    ],
)
def test_errors_of_a_group_trailer(une: str, code: Code, element: int | None, expected: str | None, actual: str | None) -> None:
    (group,) = interchange(ung("1", message("1"), une=une)).groups
    (finding,) = [f for f in group.findings if f.code is code]
    assert (finding.position.tag, finding.position.element) == ("UNE", element)
    assert (finding.expected, finding.actual) == (expected, actual)
    assert (group.verdict, group.accepted) == (R, 0)


@pytest.mark.parametrize(
    ("header", "code", "element", "component"),
    [
        ("UNG++A+B+261120:0930+1+UN+D:96A'", Code.ELEMENT_MISSING, 1, None),
        ("UNG+ORDERS++B+261120:0930+1+UN+D:96A'", Code.ELEMENT_MISSING, 2, None),
        ("UNG+ORDERS+A+B+261120:0930++UN+D:96A'", Code.ELEMENT_MISSING, 5, None),
        ("UNG+ORDERSX+A+B+261120:0930+1+UN+D:96A'", Code.ELEMENT_TOO_LONG, 1, None),
        ("UNG+ORDERS+A+B+261120:0930+1+UN+D'", Code.ELEMENT_MISSING, 7, 2),
    ],
)
def test_errors_of_a_group_header_refuse_the_interchange(header: str, code: Code, element: int, component: int | None) -> None:
    result = interchange(f"{header}{message('1')}UNE+1+1'")
    found = [(f.code, f.position.tag, f.position.element, f.position.component) for f in result.findings]
    assert (code, "UNG", element, component) in found
    assert (result.verdict, result.groups[0].verdict) == (R, R)


def test_group_and_interchange_errors_reach_documents_that_were_read_as_accepted() -> None:
    """A document is accepted when it is read; what comes after it in UNE or UNZ must let the caller refuse it."""
    refused_group = interchange(ung("1", message("1"), une="UNE+2+1'"), ung("2", message("2")))
    assert [d.verdict for d in refused_group.documents] == [A, A]
    by_ordinal = {g.ordinal: g for g in refused_group.groups}
    assert [by_ordinal[d.group].verdict for d in refused_group.documents] == [R, A]
    assert any(f.severity is Severity.ERROR for f in by_ordinal[1].findings)
    assert refused_group.verdict is P
    refused_whole = interchange(ung("1", message("1")), trailer="UNZ+1+8'")
    assert [d.verdict for d in refused_whole.documents] == [A]
    assert (refused_whole.verdict, refused_whole.groups[0].verdict) == (R, R)
    assert any(f.severity is Severity.ERROR for f in refused_whole.findings)


@pytest.mark.parametrize("warnings", [1, 5, 30])
def test_the_error_that_refuses_is_listed_behind_any_number_of_warnings(warnings: int) -> None:
    terms = Terms(max_findings=3, severities={Code.GROUP_NUMBER_INVALID: Severity.WARNING, Code.STRAY_SEGMENT: Severity.WARNING})
    groups = tuple(ung(str(n), message(str(n))) + "HELLO'" for n in range(warnings))
    result = interchange(*groups, trailer="UNZ+99+7'", terms=terms)
    assert result.verdict is R
    assert [f.code for f in result.findings if f.severity is Severity.ERROR] == [Code.INTERCHANGE_COUNT_MISMATCH]


def test_unz_counts_groups_where_there_are_groups() -> None:
    two = (ung("1", message("1"), message("2")), ung("2", message("3")))
    assert interchange(*two).verdict is A
    counted = interchange(*two, trailer="UNZ+3+7'")
    assert [f.code for f in counted.findings] == [Code.INTERCHANGE_COUNT_MISMATCH]
    assert counted.findings[0].expected == "2"


def test_a_group_without_trailer_ends_at_the_next_header() -> None:
    result = interchange(ung("1", message("1"), une=""), ung("2", message("2")))
    assert [g.verdict for g in result.groups] == [R, A]
    assert [d.group for d in result.documents] == [1, 2]


def test_an_empty_group_stands() -> None:
    result = interchange(ung("1"), ung("2", message("1")))
    assert [(g.claimed, g.received, g.verdict) for g in result.groups] == [(0, 0, A), (1, 1, A)]


def test_a_bad_message_makes_its_group_partly_accepted_and_leaves_the_other() -> None:
    result = interchange(ung("1", message("1"), message("2", good=False)), ung("2", message("3")))
    assert [(g.verdict, g.accepted) for g in result.groups] == [(P, 1), (A, 1)]
    assert result.verdict is P


def test_message_references_are_unique_across_groups() -> None:
    result = interchange(ung("1", message("1")), ung("2", message("1")))
    assert [f.code for f in result.documents[1].findings] == [Code.DOCUMENT_REFERENCE_DUPLICATE]


def test_more_groups_than_can_be_held_end_the_reading() -> None:
    text = HEADER + "UNG+X'UNE+0+1'" * 10_001 + "UNZ+10001+7'" + HEADER + message("1") + "UNZ+1+7'"
    result = one(text[: text.rindex("UNB")].encode(), lambda _e: Terms(max_findings=1))
    assert (len(result.groups), result.verdict) == (10_000, R)
    terms = Terms(severities=dict.fromkeys((Code.ELEMENT_MISSING, Code.GROUP_REFERENCE_MISMATCH)))
    found = one(text[: text.rindex("UNB")].encode(), lambda _e: terms).findings
    assert [f.code for f in found] == [Code.INTERCHANGE_TOO_LARGE]
