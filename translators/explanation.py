"""An acknowledgement explained: each code as a plain sentence that quotes the segment and element of what it answers.

    for line in explain(acknowledgement, answered=sent_bytes):
        print(line.sentence, line.remedy)

Without the bytes of what is answered the sentences name the places only. Nothing here judges: it tells what the partner said.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from translators import registry, wire_codes
from translators.answered import AnsweredSegment, Sent
from translators.canonical.functional_acknowledgement import (
    AnsweredDocument,
    AnsweredGroup,
    AnsweredInterchange,
    ErrorContext,
    FunctionalAcknowledgement,
    ReportedError,
    Verdict,
)
from translators.parsed import ParsedSegment

_WORDS = {
    Verdict.ACCEPTED: "accepted",
    Verdict.ACCEPTED_WITH_ERRORS: "accepted, with errors noted",
    Verdict.PARTLY_ACCEPTED: "partly accepted",
    Verdict.REJECTED: "rejected",
    Verdict.RECEIVED: "received; nothing is said of its syntax",
    Verdict.UNKNOWN: "answered without a verdict that the standard knows",
}
_IMPLEMENTATION = {"AK304": "IK304", "AK403": "IK403", "AK502": "IK502"}
"""The lists of 997 as 999 names them."""
_BAD_KIND = {("AK403", "6"), ("0085", "37")}
_NEAR_NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*[^\d.,]+[\d.,]*|[-+]?[\d.,]*[^\d.,]+[\d.,]*\d[\d.,]*")
_MISSING = {("AK304", "3"), ("AK304", "I6"), ("0085", "13")}
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Explanation:
    """One thing an acknowledgement says. `level` is what it is about; `verdict` is set where it is a verdict, not an error.

    `code` is list and code (`AK403 6`). `quote` is the segment of what is answered, `offset` its place in those bytes.
    """

    level: str
    subject: str
    sentence: str
    remedy: str = ""
    verdict: Verdict | None = None
    code: str = ""
    quote: str = ""
    offset: int | None = None


def explain(
    acknowledgement: FunctionalAcknowledgement, answered: bytes | Iterable[ParsedSegment] = b""
) -> tuple[Explanation, ...]:
    """What an acknowledgement says, outermost first. `answered` is what it answers: the bytes sent, or their parsed segments.

    Never raises on any acknowledgement or bytes; what cannot be found in them is told without a quote.
    """
    parsed = registry.parse(answered) if isinstance(answered, bytes) else answered
    segments = (segment for segment in parsed if isinstance(segment, ParsedSegment))
    return tuple(_Explainer(acknowledgement, Sent.of(segments, acknowledgement)).lines())


class _Explainer:
    """Walks through an acknowledgement beside what it answers."""

    __slots__ = ("_ack", "_sent")

    def __init__(self, acknowledgement: FunctionalAcknowledgement, sent: Sent) -> None:
        self._ack = acknowledgement
        self._sent = sent

    def lines(self) -> Iterator[Explanation]:
        """Interchange, then each group with its documents, then documents outside of groups, then free text."""
        interchange = self._ack.interchange
        if interchange.verdict is not None:
            yield from self._interchange(interchange)
        documents = {number: list(found) for number, found in groupby(sorted(self._ack.documents, key=_group_of), key=_group_of)}
        for group in self._ack.groups:
            yield from self._group(group)
            for document in documents.pop(group.control_number, ()):
                yield from self._document(document)
        for rest in documents.values():
            for document in rest:
                yield from self._document(document)
        for note in self._ack.notes:
            yield Explanation("interchange", self._ack.type, f"The partner writes: {note}")

    def _interchange(self, interchange: AnsweredInterchange) -> Iterator[Explanation]:
        subject = f"Interchange {interchange.control_number or '(no number)'}"
        yield self._verdict("interchange", subject, interchange.verdict or Verdict.UNKNOWN, interchange.verdict_code)
        for error in interchange.errors:
            yield self._error(error, subject, self._sent.envelope(error.segment))

    def _group(self, group: AnsweredGroup) -> Iterator[Explanation]:
        kind = f" ({group.functional_id})" if group.functional_id else ""
        subject = f"Group {group.control_number or '(no number)'}{kind}"
        told = self._verdict("group", subject, group.verdict, group.verdict_code, _counted(group))
        yield told
        for error in group.errors:
            yield self._error(error, subject, self._sent.of_group(group.control_number, error.segment))

    def _document(self, document: AnsweredDocument) -> Iterator[Explanation]:
        subject = f"{document.type or 'Document'} {document.control_number or '(no number)'}"
        yield self._verdict("document", subject, document.verdict, document.verdict_code)
        pointed = {e.segment_number for e in document.errors if e.level == "element"}
        detailed = any(e.level in ("segment", "element") for e in document.errors)
        for error in document.errors:
            pointer = (error.code_list, error.code) in wire_codes.POINTERS
            if pointer and (detailed if error.level == "document" else error.segment_number in pointed):
                continue
            yield self._error(error, subject, self._sent.of_document(document, error))

    def _verdict(self, level: str, subject: str, verdict: Verdict, code: str | None, counts: str = "") -> Explanation:
        words = _WORDS[verdict]
        if verdict is Verdict.UNKNOWN and code:
            words = f"answered with {code}, which is no verdict of the standard"
        return Explanation(level, subject, f"{subject}: {words}{counts}.", verdict=verdict, code=code or "")

    def _error(self, error: ReportedError, subject: str, place: AnsweredSegment | None) -> Explanation:
        code = f"{_list_of(self._ack.type, error)} {error.code}".rstrip()
        found = place.value(error) if place else ""
        value = found or error.value or ""
        told = (
            _missing(error, place) if _is_missing(error) else f"{_where(error, subject, place)} {_meaning(error, value, place)}"
        )
        about = "".join(f" ({text})" for text in map(_context, error.contexts) if text)
        copied = f' The partner read "{_cut(error.value)}".' if found and error.value and error.value != found else ""
        return Explanation(
            level=error.level,
            subject=subject,
            sentence=f"{told} ({code}){about}.{copied}",
            remedy=_remedy(error, value, place),
            code=code,
            quote=place.raw if place else "",
            offset=place.offset if place else None,
        )


def _group_of(document: AnsweredDocument) -> str:
    return document.group or ""


def _counted(group: AnsweredGroup) -> str:
    if group.accepted is None or group.received is None:
        return ""
    counts = f", {group.accepted} of {group.received} documents accepted"
    return f"{counts} ({group.claimed} claimed)" if group.claimed not in (None, group.received) else counts


def _list_of(kind: str, error: ReportedError) -> str:
    return _IMPLEMENTATION.get(error.code_list, error.code_list) if kind == "999" else error.code_list


def _where(error: ReportedError, subject: str, place: AnsweredSegment | None) -> str:
    """The beginning of the sentence: which part of what was sent it is about."""
    if error.level in ("interchange", "group", "document"):
        return f"{subject}, {_element_name(error.segment, error, place)}," if error.segment else subject
    tag = place.tag if place else error.segment or ""
    number = f"Segment {error.segment_number}" if error.segment_number else "A segment"
    line = f"Line {place.line}, " if place and place.line else ""
    if error.level == "segment":
        return f"{line}{number.lower() if line else number} {tag}".rstrip()
    value = (place.value(error) if place else "") or error.value or ""
    shown = f' "{_cut(value)}"' if value else ""
    return f"{line if line and tag else f'{number}, '}{_element_name(tag, error, place)}{shown}"


def _is_missing(error: ReportedError) -> bool:
    return error.level == "segment" and (error.code_list, error.code) in _MISSING


def _missing(error: ReportedError, place: AnsweredSegment | None) -> str:
    """X12 names the segment that is missing and counts where it should stand, CONTRL counts the one before it."""
    line = f"Line {place.line}: " if place and place.line else ""
    quote = f" {_cut(place.raw)}" if place else ""
    if error.code_list == "0085":
        return f"{line}A segment is missing behind segment {error.segment_number or '(no number)'}{quote}"
    side = "before" if place else "at"
    guide = ", and the partner's guide asks for it here" if error.code != "3" else ""
    return f"{line}{error.segment or 'A segment'} is missing {side} segment {error.segment_number or '(no number)'}{quote}{guide}"


def _element_name(tag: str, error: ReportedError, place: AnsweredSegment | None) -> str:
    """`PO104 (unit price)` in X12, `QTY element 1, component 2` in EDIFACT."""
    if error.element is None:
        return tag or "an element"
    label = place.label(error.element) if place else ""
    named = f" ({label})" if label else ""
    repeated = f", repetition {error.repetition}" if error.repetition else ""
    if error.code_list == "0085":
        component = f", component {error.component}" if error.component else ""
        return f"{tag} element {error.element}{component}{repeated}{named}".lstrip()
    component = f"-{error.component:02}" if error.component else ""
    return f"{tag or 'element '}{error.element:02}{component}{repeated}{named}"


def _numeric(error: ReportedError, value: str, place: AnsweredSegment | None) -> bool:
    """Whether the partner complains of something that should be a number."""
    if (error.code_list, error.code) not in _BAD_KIND or not value:
        return False
    if place is not None and (kind := place.kind(error)):
        return kind == "number" and any(not c.isdigit() and c not in "-." for c in value)
    return _NEAR_NUMBER.fullmatch(value) is not None


def _meaning(error: ReportedError, value: str, place: AnsweredSegment | None) -> str:
    if _numeric(error, value, place):
        return "is not a number"
    return wire_codes.meaning(error.code_list, error.code, whole_segment=error.level == "segment")


def _remedy(error: ReportedError, value: str, place: AnsweredSegment | None) -> str:
    if (error.code_list, error.code) in _BAD_KIND:
        return wire_codes.remedy(["element-not-numeric" if _numeric(error, value, place) else "element-character"])
    return wire_codes.remedy(error.codes)


def _context(context: ErrorContext) -> str:
    """What CTX says: a name with a value, and a place."""
    named = " ".join(filter(None, (context.name, context.value)))
    place = f"{context.segment}{context.element or '':0>2}" if context.segment and context.element else context.segment or ""
    number = f"segment {context.segment_number}" if context.segment_number else ""
    return ", ".join(filter(None, (named, " ".join(filter(None, (place, f"in {number}" if number else ""))))))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
