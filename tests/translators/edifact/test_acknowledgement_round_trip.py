"""What we tell a partner in a CONTRL is what our reader reads back, for good and bad messages alike."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_message
from tests.translators.edifact.reading import read
from translators.canonical.functional_acknowledgement import AnsweredDocument, FunctionalAcknowledgement
from translators.contract import AcknowledgementTerms, Document, Interchange, Terms, Verdict, When
from translators.edifact.translator import acknowledge, seal
from translators.errors import NotWritable
from translators.explanation import explain
from translators.finding import Finding, Level, Severity

MESSAGES = order_message(reference="1", order_number="P", lines=1) + order_message(reference="2", order_number="Q", lines=2)
HEAD, FOUR = (
    "UNB+UNOC:3+5790000000029:14+5790000000012:14+261120:0930+7'",
    "UNB+UNOC:4+5790000000029:14+5790000000012:14+20261120:0930+7'",
)
GROUP = f"UNG+ORDERS+APP1:14+APP2:ZZ+261120:0930+3+UN+D:96A'{MESSAGES}UNE+2+3'"
SUBJECTS = {
    "3": f"{HEAD}{MESSAGES}UNZ+2+7'",
    "4": f"{FOUR}{MESSAGES}UNZ+2+7'",
    "groups": f"{HEAD}{GROUP}UNZ+1+7'",
}
VALUES = ["", "X", "1" * 40, "A" * 100, "\xe9", "A:B", "Z\0", "-1.5", "0", "20260231", "A*B", "++++", "?'"]

changes = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(0, 12), st.sampled_from(VALUES), st.sampled_from(["element", "drop", "twice", "tag"])
    ),
    max_size=4,
)


def changed(text: str, steps: list[tuple[int, int, str, str]]) -> bytes:
    """The subject with elements replaced, and segments left out, repeated or renamed; UNB stays whole."""
    segments = text.split("'")
    for where, element, value, what in steps:
        at = 1 + where % (len(segments) - 2)
        if what == "drop" and len(segments) > 4:
            segments.pop(at)
        elif what == "twice":
            segments.insert(at, segments[at])
        elif what == "tag":
            segments[at] = "Q" + segments[at][1:]
        else:
            elements = segments[at].split("+")
            elements[element % len(elements)] = value
            segments[at] = "+".join(elements)
    return "'".join(segments).encode("latin-1")


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings a partner is told."""
    return [f for f in findings if f.severity is Severity.ERROR]


def read_back(judged: Interchange) -> list[FunctionalAcknowledgement]:
    """What the partner would read of all that is owed."""
    found = []
    for owed in acknowledge(judged):
        try:
            data = seal(owed.outbound, control_number=9, group_numbers=(), prepared=datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
        except NotWritable:
            continue
        for document in read(data).documents:
            assert isinstance(document.canonical, FunctionalAcknowledgement)
            found.append(document.canonical)
    return found


def agree_on_message(answered: AnsweredDocument, document: Document) -> None:
    rejected = document.verdict is Verdict.REJECTED
    assert answered.verdict == ("rejected" if rejected else "accepted")
    found = errors(document.findings)
    for error in answered.errors:
        at = [
            f
            for f in found
            if f.definition.contrl == error.code
            and (
                error.level == "document"
                or ((f.position.segment or 1), f.position.element) == (error.segment_number, error.element)
            )
        ]
        assert at, error
        if error.codes:
            assert any(f.code in error.codes for f in at), error
    own = any(error.level == "document" for error in answered.errors)
    for finding in found:
        position = finding.position
        if not own and position.element is not None:
            assert any((e.segment_number, e.element) == (position.segment or 1, position.element) for e in answered.errors), (
                finding
            )


@pytest.mark.parametrize("syntax", SUBJECTS)
@given(steps=changes)
@settings(max_examples=60)
def test_verdicts_codes_and_places_survive(syntax: str, steps: list[tuple[int, int, str, str]]) -> None:
    data = changed(SUBJECTS[syntax], steps)
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="CONTRL", list_accepted=True, technical=When.ALWAYS))
    judged = read(data, lambda _envelope: terms).interchanges[0]
    for ack in read_back(judged):
        assert ack.interchange.control_number == judged.envelope.control_number
        assert ack.interchange.sender is not None
        assert ack.interchange.sender.id == judged.envelope.sender.id
        if ack.verdict == "received":
            assert (ack.documents, ack.groups, ack.errors) == ((), (), ())
            continue
        refused = errors(judged.findings)
        assert (ack.interchange.verdict_code == "4") == bool(refused)
        if refused:
            (error,) = ack.interchange.errors
            assert error.code == refused[0].definition.contrl
            if error.element or refused[0].level is not Level.ELEMENT:  # an element of UNG cannot be named in UCI
                assert refused[0].code in error.codes or not error.codes
            continue
        standing = {g.ordinal for g in judged.groups if not errors(g.findings)} | {0}
        members = [d for d in judged.documents if d.group in standing]
        assert len(ack.documents) == len(members)
        for answered, document in zip(sorted(ack.documents, key=lambda d: d.group or ""), members, strict=True):
            agree_on_message(answered, document)
        for answered_group, group in zip(ack.groups, judged.groups, strict=True):
            assert (answered_group.verdict_code == "4") == bool(errors(group.findings))
            assert answered_group.control_number == group.control_number
        assert all(line.sentence for line in explain(ack, data))


@given(steps=changes)
@settings(max_examples=60)
def test_the_verdict_on_each_message_can_be_told_also_where_accepted_ones_are_not_listed(
    steps: list[tuple[int, int, str, str]],
) -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="CONTRL"))
    judged = read(changed(SUBJECTS["groups"], steps), lambda _envelope: terms).interchanges[0]
    for ack in read_back(judged):
        refused = bool(errors(judged.findings))
        for document in judged.documents:
            group = next((g for g in judged.groups if g.ordinal == document.group), None)
            numbers = [d.control_number for d in judged.documents]
            if numbers.count(document.control_number) > 1 or (group and not group.control_number):
                continue
            if "\ufffd" in document.control_number:  # a reference with a NUL in it cannot be repeated
                continue
            down = refused or document.verdict is Verdict.REJECTED or bool(group and errors(group.findings))
            told = ack.verdict_on(document.control_number, group=group.control_number if group else None)
            assert told == ("rejected" if down else "accepted")
