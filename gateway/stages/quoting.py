"""What partners say of our documents, in sentences that quote the segments and elements of what we sent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from gateway.domain.expectation import Said
from gateway.domain.matching import Claim, Sent, about
from gateway.domain.storable import storable
from translators import registry
from translators.canonical.application_response import AnsweredDocument, ApplicationError, ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.explanation import Explanation, explain
from translators.parsed import ParsedSegment

WORDS = {
    Said.RECEIVED: "received",
    Said.ACCEPTED: "accepted",
    Said.ACCEPTED_WITH_ERRORS: "accepted, with errors noted",
    Said.PARTIALLY_ACCEPTED: "accepted in part",
    Said.REJECTED: "rejected",
}
_LONGEST = 400
"""Characters of one sentence with its quote."""
_MOST = 20
"""Sentences about one document."""


def segments_of(content: bytes) -> list[ParsedSegment]:
    """The segments of an interchange of ours, for quoting."""
    return [segment for segment in registry.parse(content) if isinstance(segment, ParsedSegment)]


@dataclass(frozen=True, slots=True)
class Told:
    """What an acknowledgement says of something, in sentences: its verdicts, and what is wrong."""

    verdicts: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it."""
        return (*self.verdicts, *self.errors)

    @property
    def reason(self) -> str:
        """Why, in a few sentences; the verdict itself where nothing else is said."""
        return " ".join(self.errors[:3] or self.verdicts[-1:])


NOTHING_SAID = Told()


def told(document: CanonicalDocument, claim: Claim, sent: Sent | None, segments: Sequence[ParsedSegment]) -> Told:
    """What an acknowledgement says of one of our documents, or with None of the interchange."""
    if isinstance(document, FunctionalAcknowledgement):
        said = explain(about(document, sent) if sent is not None else document, segments)
        verdicts: Iterable[str] = (one.sentence for one in said if one.verdict is not None)
        errors: Iterable[str] = (_line(one) for one in said if one.verdict is None)
    elif isinstance(document, ApplicationResponse):
        answered = document.documents[claim.index]
        verdicts, errors = (f"{_subject(answered)}: {_spaced(answered.status)}.",), _content(answered)
    else:
        verdicts, errors = _answer(document)
    return Told(_listed(verdicts), _listed(errors))


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(storable(_cut(line)) for line in islice(lines, _MOST))


def _line(said: Explanation) -> str:
    return f"{said.sentence} Sent: {said.quote}" if said.quote else said.sentence


def _content(answered: AnsweredDocument) -> Iterator[str]:
    if answered.reason:
        yield f"Reason {answered.reason}."
    for error in answered.errors:
        yield _error(error)
    for text in answered.texts:
        yield f"The partner writes: {' '.join(text.lines)}"


def _subject(answered: AnsweredDocument) -> str:
    if answered.document is None:
        return f"{answered.type or 'Document'} {answered.control_number or ''}".rstrip()
    return f"{(answered.document.kind or 'document').replace('_', ' ').capitalize()} {answered.document.number}"


def _error(error: ApplicationError) -> str:
    where = [f"Line {error.line}"] if error.line else []
    if error.segment:
        number = f" {error.segment_number}" if error.segment_number else ""
        element = f", element {error.element}" if error.element else ""
        where.append(f"segment{number} {error.segment}{element}")
    where += [error.field] if error.field else []
    shown = f' "{error.value}"' if error.value else ""
    texts = [text for text in (error.text, *(line for text in error.texts for line in text.lines)) if text]
    words = " ".join(texts) or "is not accepted"
    expected = f"; expected {error.expected}" if error.expected else ""
    code = f" ({error.code})" if error.code else ""
    return f"{', '.join(where)}{shown}: {words}{expected}{code}." if where else f"{words}{shown}{expected}{code}."


def _answer(document: CanonicalDocument) -> tuple[list[str], list[str]]:
    status, number, reason = (getattr(document, name, None) for name in ("status", "number", "reason"))
    says = f": {_spaced(status)}" if status is not None else ""
    verdict = f"{_spaced(document.NAME).capitalize()}{f' {number}' if number else ''}{says}."
    return [verdict], [f"Reason {reason}."] if reason else []


def _spaced(word: object) -> str:
    return str(word).replace("_", " ")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
