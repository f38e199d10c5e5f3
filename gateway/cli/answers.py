"""What acknowledgements say, for people: each code as a sentence, beside the document that it answers where that is at hand."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gateway.cli.terminal import Span

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument
    from translators.explanation import Explanation
    from translators.parsed import ParsedSegment

TAGS = frozenset(("TA1", "AK1", "UCI", "Response"))
"""Segments that no acknowledgement is without."""


def explanations(data: bytes, answered: bytes = b"", *, at: int = 0) -> "Iterator[Explanation]":
    """What every acknowledgement in some bytes says. `answered` is what was sent, as far as it is at hand, from byte `at` on."""
    from translators import registry
    from translators.contract import DocumentRead
    from translators.parsed import ParsedSegment

    sent = [item for item in registry.parse(answered) if isinstance(item, ParsedSegment)] if answered else []
    for event in registry.read(data):
        if isinstance(event, DocumentRead):
            for said in spoken((event.document.canonical,), sent):
                yield replace(said, offset=said.offset + at) if said.offset is not None else said


def spoken(documents: "Iterable[CanonicalDocument | None]", sent: "Sequence[ParsedSegment]" = ()) -> "Iterator[Explanation]":
    """What those documents say that are acknowledgements."""
    from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
    from translators.explanation import explain

    for document in documents:
        if isinstance(document, FunctionalAcknowledgement):
            yield from explain(document, sent)


def explanation_lines(said: "Explanation") -> Iterator[tuple[Span, ...]]:
    """A sentence, what it is about as it was sent, and what to do."""
    good = said.verdict is not None and said.verdict.value in ("accepted", "received")
    yield ((said.sentence, "good" if good else "error"),)
    if said.quote:
        yield ("  sent: ", (said.quote, "faint"))
    if said.remedy:
        yield ("  do:   ", said.remedy)


def explanation_record(said: "Explanation") -> dict[str, Any]:
    """The same as JSON."""
    return {
        "level": said.level,
        "subject": said.subject,
        "sentence": said.sentence,
        "remedy": said.remedy or None,
        "verdict": said.verdict.value if said.verdict is not None else None,
        "code": said.code or None,
        "quote": said.quote or None,
        "offset": said.offset,
    }
