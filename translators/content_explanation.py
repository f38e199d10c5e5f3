"""What a partner's application says of a document in sentences: 824, APERAK, ApplicationResponse, and answers of business."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from translators.answered import AnsweredSegment, Sent
from translators.canonical.application_response import AnsweredDocument, ApplicationError
from translators.canonical.base import CanonicalDocument

_HEAD: Final = 3
"""A document says its number in one of its first segments."""


def verdict_on_content(answered: AnsweredDocument) -> str:
    """What became of the document, as in `Despatch D-1: rejected`."""
    return f"{subject_of(answered)}: {_spaced(answered.status)}."


def errors_of_content(answered: AnsweredDocument) -> Iterator[str]:
    """What is wrong with it, and what the partner writes beside."""
    return (sentence for sentence, _ in explain_content(answered))


def explain_content(answered: AnsweredDocument) -> Iterator[tuple[str, ApplicationError | None]]:
    """The same, each sentence with the error that it tells, if it tells one."""
    if answered.reason:
        yield f"Reason {answered.reason}.", None
    for error in answered.errors:
        yield _error(error), error
    for text in answered.texts:
        yield f"The partner writes: {' '.join(text.lines)}", None


def place_of(error: ApplicationError, answered: AnsweredDocument, sent: Sent) -> AnsweredSegment | None:
    """The segment of what was sent that an error is about: by its number in the set, or the first of the line it names."""
    own = _sent_document(answered, sent)
    if error.segment_number is not None:
        here = own[error.segment_number - 1 : error.segment_number]
        return next((segment for segment in here if not error.segment or segment.tag == error.segment), None)
    line = (error.line or "").strip().lstrip("0")
    return next((segment for segment in own if line and segment.line.lstrip("0") == line), None)


def _sent_document(answered: AnsweredDocument, sent: Sent) -> Sequence[AnsweredSegment]:
    """What was sent of the document that is answered: by its control number, else by its own number near its beginning."""
    number = answered.document.number if answered.document is not None else None
    for (_, control_number), segments in sent.documents.items():
        if answered.control_number and control_number == answered.control_number.strip().lstrip("0"):
            return segments
        head = [value for segment in segments[:_HEAD] for each in segment.parsed.elements for value in chain(*each.repetitions)]
        if number and number in head:
            return segments
    return ()


def explain_answer(document: CanonicalDocument) -> tuple[list[str], list[str]]:
    """What a business answer (an order response, say) says as a whole: its verdict, and its reason where it gives one."""
    status, number, reason = (getattr(document, name, None) for name in ("status", "number", "reason"))
    says = f": {_spaced(status)}" if status is not None else ""
    verdict = f"{_spaced(document.NAME).capitalize()}{f' {number}' if number else ''}{says}."
    return [verdict], [f"Reason {reason}."] if reason else []


def subject_of(answered: AnsweredDocument) -> str:
    """The document that is answered, as people call it."""
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


def _spaced(word: object) -> str:
    return str(word).replace("_", " ")
