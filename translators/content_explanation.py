"""What a partner's application says of a document in sentences: 824, APERAK, ApplicationResponse, and answers of business."""

from collections.abc import Iterator

from translators.canonical.application_response import AnsweredDocument, ApplicationError
from translators.canonical.base import CanonicalDocument


def verdict_on_content(answered: AnsweredDocument) -> str:
    """What became of the document, as in `Despatch D-1: rejected`."""
    return f"{subject_of(answered)}: {_spaced(answered.status)}."


def errors_of_content(answered: AnsweredDocument) -> Iterator[str]:
    """What is wrong with it, and what the partner writes beside."""
    if answered.reason:
        yield f"Reason {answered.reason}."
    for error in answered.errors:
        yield _error(error)
    for text in answered.texts:
        yield f"The partner writes: {' '.join(text.lines)}"


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
