"""What we tell a partner is what our reader reads back: verdicts, counts, codes and places, for good and bad documents alike."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.canonical.functional_acknowledgement import AnsweredDocument, FunctionalAcknowledgement
from translators.contract import AcknowledgementTerms, Document, Group, Interchange, Terms, Verdict, When
from translators.explanation import explain
from translators.finding import Finding, Severity
from translators.wire_codes import POINTERS

SETS = [body_850(order_number="A", lines=1), body_850(order_number="B", lines=2, reference="0002")]
SUBJECTS = {version: interchange(SETS, version=version, control_number=77) for version in ("004010", "005010")}
VALUES = [b"", b"X", b"1" * 40, b"A" * 100, b"\xe9", b"A>B", b"Z\0", b"-1.5", b"0", b"20260231", b"A^B", b"*" * 6]

changes = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(0, 12), st.sampled_from(VALUES), st.sampled_from(["element", "drop", "twice", "tag"])
    ),
    max_size=4,
)


def changed(data: bytes, steps: list[tuple[int, int, bytes, str]]) -> bytes:
    """The subject with elements replaced, and segments left out, repeated or renamed; ISA stays whole."""
    segments = data.split(b"~")
    for where, element, value, what in steps:
        at = 1 + where % (len(segments) - 2)
        if what == "drop" and len(segments) > 4:
            segments.pop(at)
        elif what == "twice":
            segments.insert(at, segments[at])
        elif what == "tag":
            segments[at] = b"Q" + segments[at][1:]
        else:
            elements = segments[at].split(b"*")
            elements[element % len(elements)] = value
            segments[at] = b"*".join(elements)
    return b"~".join(segments)


def read_back(judged: Interchange) -> list[FunctionalAcknowledgement]:
    """What the partner would read of all that is owed."""
    found = []
    for owed in registry.acknowledge(judged):
        numbers = list(range(1, len(owed.outbound.groups) + 1))
        prepared = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
        data = registry.seal(owed.outbound, control_number=9, group_numbers=numbers, prepared=prepared)
        (back,) = registry.translate(data).interchanges
        for document in back.documents:
            assert isinstance(document.canonical, FunctionalAcknowledgement)
            found.append(document.canonical)
    return found


def told(findings: tuple[Finding, ...], *, noting: bool) -> list[Finding]:
    """The findings a partner is told."""
    return [f for f in findings if f.severity is Severity.ERROR or (noting and f.severity is Severity.WARNING)]


def agree_on_group(ack: FunctionalAcknowledgement, group: Group, *, noting: bool) -> None:
    (answered,) = ack.groups
    assert answered.verdict == group.verdict.value
    claimed = group.received if group.claimed is None else group.claimed
    assert (answered.claimed, answered.received, answered.accepted) == (claimed, group.received, group.accepted)
    wanted = list(dict.fromkeys(f.definition.group for f in told(group.findings, noting=noting) if f.definition.group))
    assert [e.code for e in answered.errors] == wanted[:5]
    for finding in told(group.findings, noting=noting):
        if finding.definition.group in wanted[:5]:
            assert any(finding.code in e.codes for e in answered.errors)


def agree_on_document(answered: AnsweredDocument, document: Document, *, noting: bool) -> None:
    assert answered.verdict == document.verdict.value
    findings = told(document.findings, noting=noting)
    wanted = list(dict.fromkeys(f.definition.document for f in findings if f.definition.document))
    assert [e.code for e in answered.errors if e.level == "document"] == wanted[:5]
    whole = {(f.position.segment, f.position.tag) for f in findings if f.definition.segment and not f.definition.element}
    for error in answered.errors:
        if (error.code_list, error.code) in POINTERS:
            assert error.codes == ()
        elif error.level in ("segment", "element"):
            at = [f for f in findings if f.position.segment == error.segment_number]
            assert any(f.code in error.codes and (f.position.element == error.element) for f in at), error
    for finding in findings:
        position = finding.position
        if (position.segment, position.tag) in whole or not finding.definition.element or not position.element:
            continue
        if position.element <= 99:
            same = [e for e in answered.errors if e.segment_number == position.segment and e.element == position.element]
            assert any(finding.code in e.codes for e in same), finding


@pytest.mark.parametrize("kind", ["997", "999"])
@pytest.mark.parametrize("version", SUBJECTS)
@given(steps=changes, noting=st.booleans())
@settings(max_examples=40)
def test_verdicts_counts_codes_and_places_survive(
    kind: str, version: str, steps: list[tuple[int, int, bytes, str]], noting: bool
) -> None:
    data = changed(SUBJECTS[version], steps)
    terms = Terms(
        acknowledgement=AcknowledgementTerms(functional=kind, list_accepted=True, note_errors=noting, technical=When.ALWAYS)
    )
    judged = registry.translate(data, lambda _envelope: terms).interchanges[0]
    technical, *functional = read_back(judged)
    refused = any(f.severity is Severity.ERROR for f in judged.findings)
    assert technical.interchange.control_number == judged.envelope.control_number
    assert (technical.verdict == "rejected") == refused
    assert len(functional) == (0 if refused else len([g for g in judged.groups if g.functional_id != "FA"]))
    for ack, group in zip(functional, judged.groups, strict=False):
        agree_on_group(ack, group, noting=noting)
        members = [d for d in judged.documents if d.group == group.ordinal]
        assert len(ack.documents) == len(members)
        for answered, document in zip(ack.documents, members, strict=True):
            agree_on_document(answered, document, noting=noting)
        assert all(line.sentence for line in explain(ack, data))


@given(steps=changes)
@settings(max_examples=60)
def test_the_verdict_on_each_set_can_be_told_also_where_accepted_ones_are_not_listed(
    steps: list[tuple[int, int, bytes, str]],
) -> None:
    terms = Terms(acknowledgement=AcknowledgementTerms(functional="997"))
    judged = registry.translate(changed(SUBJECTS["004010"], steps), lambda _envelope: terms).interchanges[0]
    for ack, group in zip(read_back(judged), judged.groups, strict=False):
        numbers = [d.control_number for d in judged.documents if d.group == group.ordinal]
        for document in judged.documents:
            if document.group != group.ordinal or numbers.count(document.control_number) > 1 or len(document.control_number) > 9:
                continue
            if not (document.control_number.isalnum() and document.control_number.isascii()):  # AK202 could not repeat it
                continue
            stands = document.verdict is not Verdict.REJECTED and group.verdict is not Verdict.REJECTED
            assert ack.verdict_on(document.control_number) == ("accepted" if stands else "rejected")
