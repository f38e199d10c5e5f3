"""What partners say of our documents, in sentences that quote the segments and elements of what we sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from gateway.domain.expectation import Said
from gateway.domain.matching import Claim, Sent, about
from gateway.domain.quote import with_quote
from gateway.domain.storable import storable
from translators import registry
from translators.canonical.application_response import ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.content_explanation import errors_of_content, explain_answer, verdict_on_content
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
        verdicts, errors = (verdict_on_content(answered),), errors_of_content(answered)
    else:
        verdicts, errors = explain_answer(document)
    return Told(_listed(verdicts), _listed(errors))


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(storable(_cut(line)) for line in islice(lines, _MOST))


def _line(said: Explanation) -> str:
    return with_quote(said.sentence, said.quote)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
