"""States in words that say who must act, for the terminal: a text with its tone. What is said is decided in
`gateway.domain.phrases`. All functions take JSON views.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.cli.times import moment_text
from gateway.domain import phrases
from gateway.domain.phrases import keys_text, open_failure

__all__ = [
    "Phrase",
    "acknowledgement_phrase",
    "delivery_phrase",
    "document_phrase",
    "expectation_phrase",
    "expectation_subject",
    "keys_text",
    "one_acknowledgement",
    "open_failure",
    "target_phrase",
    "transmission_phrase",
    "verdict_phrase",
]

Json = Mapping[str, Any]
Phrase = tuple[str, str]


def verdict_phrase(verdict: object) -> Phrase:
    """A verdict as the acknowledgement says it."""
    return _said(phrases.verdict_phrase(verdict))


def transmission_phrase(state: object) -> Phrase:
    """What became of a transmission."""
    return _said(phrases.transmission_phrase(state))


def document_phrase(document: Json) -> Phrase:
    """What became of a document: an open failure first, then its deliveries, then its own state."""
    return _said(phrases.document_phrase(document))


def delivery_phrase(delivery: Json) -> Phrase:
    """What became of a delivery, and what it waits for."""
    return _said(phrases.delivery_phrase(delivery))


def target_phrase(target: Json) -> Phrase:
    """What keeps deliveries from a target: `Held by ada since 14:05: stocktaking`, `Unavailable`, `Works`."""
    return _said(phrases.target_phrase(target))


def acknowledgement_phrase(acknowledgements: Sequence[Json]) -> Phrase:
    """All acknowledgements of a message on one line: type, verdict, and whether the partner has it."""
    return _said(phrases.acknowledgement_phrase(acknowledgements))


def one_acknowledgement(acknowledgement: Json) -> Phrase:
    """`997 accepted, sent`."""
    return _said(phrases.one_acknowledgement(acknowledgement))


def expectation_phrase(expectation: Json) -> Phrase:
    """What a partner owes us or said: `Overdue`, `Rejected by partner`, `Waived by ada: confirmed by telephone`."""
    return _said(phrases.expectation_phrase(expectation))


def expectation_subject(expectation: Json) -> str:
    """What an expectation is about: `856 0001 (despatch D-1)`, or `997 interchange 42`."""
    return _said(phrases.expectation_subject(expectation))[0]


def _said(phrase: phrases.Phrase) -> Phrase:
    return phrases.said(phrase, moment=moment_text), phrase.tone
