"""What a format cannot say of a document, as findings; and which of it is no slight loss."""

from collections.abc import Iterable, Iterator

from translators.canonical.base import CanonicalDocument
from translators.canonical.header import Purpose
from translators.finding import Code, Finding, Severity, found
from translators.position import Position

_PURPOSE = "purpose"
_TAKEN_FOR_ANOTHER = frozenset({Purpose.CANCEL, Purpose.REPLACE, Purpose.DUPLICATE})
"""What does harm when it is taken for an original: a cancellation that does not say so, a copy, what replaces another."""


def not_written(paths: Iterable[str], document: CanonicalDocument, document_type: str, version: str) -> Iterator[Finding]:
    """A finding for each member of a document that has no place in a type of document, each once."""
    for path in dict.fromkeys(paths):
        if path != _PURPOSE or purpose_of(document) is not Purpose.ORIGINAL:
            text = f"{path} cannot be said in {document_type} {version}."
            yield found(Code.NOT_WRITTEN, text, Position(0), actual=path, severity=gravity(path, document))


def gravity(path: str, document: CanonicalDocument) -> Severity | None:
    """The severity of a member that was not written, None for the usual one."""
    return Severity.ERROR if path == _PURPOSE and purpose_of(document) in _TAKEN_FOR_ANOTHER else None


def purpose_of(document: CanonicalDocument) -> Purpose:
    """What is wanted done with a document; one that has no purpose of its own is an original."""
    return Purpose(getattr(document, _PURPOSE, Purpose.ORIGINAL))
