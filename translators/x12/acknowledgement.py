"""What a partner is told about an interchange: TA1 for its envelope, 997 or 999 for each functional group.

The findings know their wire codes; here they are put in order. X12 sets 997 (AK segments) and 999 (IK segments), X12.5 for TA1.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from translators.contract import (
    Acknowledgement,
    Document,
    EnvelopeTerms,
    Family,
    Group,
    Identity,
    Interchange,
    OutboundDocument,
    OutboundGroup,
    OutboundInterchange,
    Separators,
    Verdict,
    When,
)
from translators.errors import DefinitionMissing
from translators.finding import OURS, Code, Finding, Severity
from translators.x12.definitions import segment_definition
from translators.x12.envelope import known_version
from translators.x12.grammar import base_version
from translators.x12.group import ACKNOWLEDGEMENT
from translators.x12.separators import agreed as agreed_separators

_LETTERS = {Verdict.ACCEPTED: "A", Verdict.ACCEPTED_WITH_ERRORS: "E", Verdict.PARTLY_ACCEPTED: "P", Verdict.REJECTED: "R"}
_WORDS = {
    Verdict.ACCEPTED: "accepted",
    Verdict.ACCEPTED_WITH_ERRORS: "accepted, with errors noted",
    Verdict.PARTLY_ACCEPTED: "partly accepted",
    Verdict.REJECTED: "rejected",
}
_TAGS = {"997": ("AK3", "AK4", "AK5"), "999": ("IK3", "IK4", "IK5")}
_GUIDE_999 = "005010X231A1"
_FALLBACK = "004010"
_MOST_ELEMENTS = 99
_LAST_PLACE = 99
"""C030 of AK4 has two digits; what stands farther behind is told by its AK3 alone."""
_MOST_CODES = 5
_BAD_CHARACTER = "6"
_LATE_CODES = {Code.REPETITION_SURPLUS: "12", Code.COMPONENT_SURPLUS: "13"}
"""AK403 has codes of its own for these from 005010 on."""


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The acknowledgements owed: none for an interchange of acknowledgements only, or one without a sender to answer.

    An interchange that is refused as such is answered by its TA1 alone (X12.5: TA104 of R means that no group was processed).
    """
    envelope = interchange.envelope
    if not (_writable(envelope.sender) and _writable(envelope.receiver)) or _only_acknowledgements(interchange):
        return ()
    terms = interchange.terms.acknowledgement
    refused = any(f.severity is Severity.ERROR for f in interchange.findings)
    owed: list[Acknowledgement] = []
    if _technical_due(interchange, refused=refused):
        owed.append(_technical(interchange, refused=refused))
    if terms.functional in _TAGS and not refused:
        functional = _functional(interchange, terms.functional)
        owed += [functional] if functional else []
    return tuple(owed)


def _writable(identity: Identity) -> bool:
    """Whether an answer can carry this identity: ISA05 and ISA06 have a fixed width, and no marks of ours."""
    fits = 0 < len(identity.id) <= 15 and len(identity.qualifier) <= 2
    return fits and all(_safe(text) == text for text in (identity.id, identity.qualifier))


def _only_acknowledgements(interchange: Interchange) -> bool:
    groups = all(group.functional_id == ACKNOWLEDGEMENT for group in interchange.groups)
    return bool(interchange.documents) and groups and all(d.type in ("TA1", "997", "999") for d in interchange.documents)


def _technical_due(interchange: Interchange, *, refused: bool) -> bool:
    asked = interchange.envelope.acknowledgement_requested == "1"
    match interchange.terms.acknowledgement.technical:
        case When.NEVER:
            return False
        case When.ALWAYS:
            return True
        case When.ERROR:
            return asked or refused
        case _:
            return asked


def _answer(interchange: Interchange, groups: tuple[OutboundGroup, ...], loose: str = "") -> OutboundInterchange:
    """An interchange back to the sender: identities swapped, version and test flag as in the subject, the rest as agreed.

    It asks for no acknowledgement of its own.
    """
    envelope, agreed = interchange.envelope, interchange.terms.writing
    answered = envelope.version if known_version(envelope.version) else _FALLBACK[:5]
    version = agreed.envelope.version or answered
    separators = agreed_separators(agreed.separators, version)
    marks = _agreed_marks(separators)
    return OutboundInterchange(
        family=Family.X12,
        sender=envelope.receiver,
        receiver=envelope.sender,
        version=version,
        test=envelope.test,
        separators=separators,
        groups=tuple(_marked(group, agreed.envelope, marks) for group in groups),
        loose=loose.translate(marks) if marks else loose,
        envelope=replace(agreed.envelope, acknowledgement="") if agreed.envelope.acknowledgement else agreed.envelope,
    )


@lru_cache(maxsize=256)
def _agreed_marks(separators: Separators) -> dict[int, str]:
    """What turns text with our usual marks into text with those agreed; in data, the latter become blanks. Nothing for ours."""
    usual_marks = (separators.element, separators.component, separators.segment + separators.line_end) == ("*", ">", "~")
    if usual_marks and separators.repetition in ("", "^"):
        return {}
    given = (separators.element, separators.component, separators.segment, separators.repetition)
    blanks = {ord(mark): " " for mark in given if mark}
    segment = separators.segment + separators.line_end
    return blanks | {ord("*"): separators.element, ord(">"): separators.component, ord("~"): segment}


def _marked(group: OutboundGroup, agreed: EnvelopeTerms, marks: dict[int, str]) -> OutboundGroup:
    """A group with its documents in the agreed marks, between the agreed applications."""
    if not marks and not agreed.sender_application and not agreed.receiver_application:
        return group
    return replace(
        group,
        sender=agreed.sender_application or group.sender.translate(marks),
        receiver=agreed.receiver_application or group.receiver.translate(marks),
        documents=tuple(replace(document, body=document.body.translate(marks)) for document in group.documents),
    )


# ---- TA1 ------------------------------------------------------------------------------------------------------------


def _technical(interchange: Interchange, *, refused: bool) -> Acknowledgement:
    """TA1: the interchange as sent, the verdict, and the first note code only."""
    wanted = Severity.ERROR if refused else Severity.WARNING
    notes = [f for f in interchange.findings if f.severity is wanted and f.definition.ta1]
    verdict = Verdict.REJECTED if refused else Verdict.ACCEPTED_WITH_ERRORS if notes else Verdict.ACCEPTED
    note = (notes[0].definition.ta1 or "000") if notes else ("022" if refused else "000")
    header = interchange.envelope.header
    number = _digits(interchange.envelope.control_number, 9).zfill(9)
    date, time = _digits(header[8], 6).zfill(6), _digits(header[9], 4).zfill(4)
    loose = f"TA1*{number}*{date}*{time}*{_LETTERS[verdict]}*{note}~"
    lines = [f"Interchange {interchange.envelope.control_number}: {_WORDS[verdict]} (TA1 {_LETTERS[verdict]} {note})."]
    lines += [f"  {finding.message}" for finding in notes[:1]]
    return Acknowledgement("TA1", verdict, _answer(interchange, (), loose), tuple(lines))


# ---- 997 and 999 ----------------------------------------------------------------------------------------------------


def _functional(interchange: Interchange, kind: str) -> Acknowledgement | None:
    """One 997 or 999 for each group that holds no acknowledgements; those of the same addresses share a group."""
    subjects = [group for group in interchange.groups if group.functional_id != ACKNOWLEDGEMENT]
    if not subjects:
        return None
    documents: dict[int, list[Document]] = {}
    for document in interchange.documents:
        documents.setdefault(document.group, []).append(document)
    lines: list[str] = []
    written: dict[tuple[str, str, str], list[OutboundDocument]] = {}
    for group in subjects:
        version = _version(kind, interchange.terms.acknowledgement.version, group)
        writer = _Writer(kind, version, interchange)
        body = writer.body(group, documents.get(group.ordinal, []))
        header = (version,) if kind == "999" else ()
        answer = OutboundDocument(kind, "".join(f"{segment}~" for segment in body), len(body), header)
        written.setdefault((group.receiver, group.sender, version), []).append(answer)
        lines += _explain(group, documents.get(group.ordinal, []))
    groups = tuple(
        OutboundGroup(ACKNOWLEDGEMENT, _safe(sender)[:15], _safe(receiver)[:15], _safe(version)[:12], tuple(answers))
        for (sender, receiver, version), answers in written.items()
    )
    return Acknowledgement(kind, interchange.verdict, _answer(interchange, groups), tuple(lines))


def _version(kind: str, agreed: str, group: Group) -> str:
    if agreed:
        return agreed
    if kind == "999":
        return _GUIDE_999
    return group.version if base_version(group.version) else _FALLBACK


class _Writer:
    """Writes the segments of one 997 or 999 between ST and SE."""

    def __init__(self, kind: str, version: str, interchange: Interchange) -> None:
        self._segment, self._element, self._set = _TAGS[kind]
        self._late = version[:6] >= "005010"
        self._guided = kind == "999"
        self._note_errors = interchange.terms.acknowledgement.note_errors
        self._list_accepted = interchange.terms.acknowledgement.list_accepted

    def body(self, group: Group, documents: Sequence[Document]) -> list[str]:
        """AK1, an AK2 loop for each set that is to be named, AK9."""
        number = _digits(group.control_number, 9) or "0"
        segments = [_join("AK1", _fixed(group.functional_id, 2, "ZZ"), number, _within(group.version, 12) if self._late else "")]
        for document in documents:
            if self._list_accepted or document.verdict is not Verdict.ACCEPTED:
                segments += self._set_response(document)
        claimed = group.received if group.claimed is None else group.claimed
        codes = _codes(f.definition.group for f in self._reported(group.findings))
        counts = (str(claimed), str(group.received), str(group.accepted))
        segments.append(_join("AK9", _LETTERS[group.verdict], *counts, *codes))
        return segments

    def _set_response(self, document: Document) -> Iterator[str]:
        findings = self._reported(document.findings)
        guide = _within(document.association, 35) if self._late else ""
        yield _join("AK2", _fixed(document.type, 3, "000"), _safe(document.control_number)[:9] or "0000", guide)
        located: dict[tuple[int, str], list[Finding]] = {}
        for finding in findings:
            if finding.definition.segment and finding.position.segment and finding.position.tag is not None:
                located.setdefault((finding.position.segment, finding.position.tag), []).append(finding)
        for (segment, tag), found in sorted(located.items(), key=lambda item: item[0][0]):
            yield from self._segment_response(str(segment), tag, found, document.version)
        codes = _codes(f.definition.document for f in findings)
        yield _join(self._set, _LETTERS[document.verdict], *codes)

    def _segment_response(self, number: str, tag: str, findings: list[Finding], version: str) -> Iterator[str]:
        """One AK3 for a segment; AK4 only where its elements are what is wrong (AK304 of 8)."""
        whole = [f for f in findings if not f.definition.element]
        code = (whole or findings)[0].definition.segment or "8"
        told = _safe(tag)[:3].ljust(2, "?")  # AK301 has two or three characters, whatever stood there
        yield _join(self._segment, told, number, "", code)
        if whole:
            return
        for finding in islice(findings, _MOST_ELEMENTS):
            place = (finding.position.element or 0, finding.position.component or 0, finding.position.repetition or 0)
            if place[0] and max(place) <= _LAST_PLACE:
                yield self._element_response(finding, tag, version)
                if self._guided and finding.code in (Code.ELEMENT_CONDITION, Code.ELEMENT_EXCLUSION):
                    yield from _triggers(finding, told, number, version)

    def _element_response(self, finding: Finding, tag: str, version: str) -> str:
        position = finding.position
        place = [str(position.element)]
        if position.component or (position.repetition and self._late):
            place.append(str(position.component or ""))
        if position.repetition and self._late:
            place.append(str(position.repetition))
        code = finding.definition.element or ""
        code = _LATE_CODES.get(finding.code, code) if self._late else code
        copy = "" if code == _BAD_CHARACTER else _copy(finding.actual)
        reference = _reference(tag, version, position.element or 0, position.component)
        return _join(self._element, ">".join(place), reference, code, copy)

    def _reported(self, findings: Iterable[Finding]) -> list[Finding]:
        """What the partner is told: errors, and warnings where the agreement wants tolerated deviations noted."""
        noted = self._note_errors
        return [
            f
            for f in findings
            if f.severity is Severity.ERROR or (noted and f.severity is Severity.WARNING and f.code not in OURS)
        ]


def _codes(found: Iterable[str | None]) -> list[str]:
    """Up to five different codes, in the order they were found."""
    return list(islice(dict.fromkeys(code for code in found if code), _MOST_CODES))


def _triggers(finding: Finding, tag: str, number: str, version: str) -> Iterator[str]:
    """CTX of a 999: the element that asks for this one, or forbids it. `expected` holds the rule as `P0607`."""
    rule = finding.expected or ""
    others = [int(rule[at : at + 2]) for at in range(1, len(rule) - 1, 2) if rule[at : at + 2].isdigit()]
    if rule[:1] in ("C", "L"):
        others = others[:1]
    elif rule[:1] == "R":  # none of them was sent
        others = []
    for element in others:
        if element != finding.position.element:
            yield _join("CTX", "SITUATIONAL TRIGGER", tag, number, "", str(element), _reference(tag, version, element, None))
            return


def _reference(tag: str, version: str, element: int, component: int | None) -> str:
    """The data element's number in the dictionary (AK402); empty for a composite or a surplus element."""
    try:
        places = segment_definition(tag, base_version(version) or _FALLBACK).elements
    except DefinitionMissing:
        return ""
    if not 0 < element <= len(places):
        return ""
    place = places[element - 1]
    if component and place.parts:
        if component > len(place.parts):
            return ""
        place = place.parts[component - 1]
    return place.id if place.id.isdigit() else ""


def _join(*elements: str) -> str:
    return "*".join(elements).rstrip("*")


def _digits(text: str, most: int) -> str:
    text = text.strip()
    return text if text.isascii() and text.isdigit() and len(text) <= most else ""


_UNSAFE = str.maketrans(dict.fromkeys(("*", ">", "~", "^", "\x7f", *map(chr, range(32))), " "))


def _safe(text: str) -> str:
    """Text that holds none of our separators, no control character, and nothing outside of ASCII."""
    if text.isascii() and text.isalnum():
        return text
    return text.encode("ascii", "replace").decode().translate(_UNSAFE).strip()


def _within(text: str, width: int) -> str:
    """A value as far as its element can hold it; half of a longer one would name something else."""
    value = _safe(text)
    return value if len(value) <= width else ""


def _fixed(text: str, width: int, otherwise: str) -> str:
    """A code of fixed width; one of another width is none, and half of it would name something else."""
    code = _safe(text)
    return code if len(code) == width else otherwise


def _copy(actual: str | None) -> str:
    """AK404: the bad value, as far as it was kept and can be written; findings mark a cut by an ellipsis."""
    return _safe((actual or "").removesuffix("…"))[:99]


def _explain(group: Group, documents: Sequence[Document]) -> list[str]:
    counts = f"{group.accepted} of {group.received} sets accepted"
    lines = [f"Group {group.control_number} ({group.functional_id}): {_WORDS[group.verdict]}, {counts}."]
    lines += [f"  {finding.message}" for finding in group.findings if finding.severity is Severity.ERROR]
    for document in documents:
        if document.verdict is not Verdict.ACCEPTED:
            lines.append(f"  Set {document.type} {document.control_number}: {_WORDS[document.verdict]}.")
            lines += [f"    {finding.message}" for finding in document.findings if finding.severity is not Severity.INFO]
    return lines
