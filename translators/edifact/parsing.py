"""Every segment of an interchange with its names, for people. Nothing is judged; what is not known has no name."""

from collections.abc import Iterator

from translators.contract import ParsedElement, ParsedSegment
from translators.edifact import charsets, directories, framing, header, validation
from translators.edifact.directories.labels import element_label, segment_label
from translators.edifact.grammar import Walk, grammar
from translators.edifact.service_characters import advised
from translators.edifact.tokenizer import Elements, Locator, MarkedText, cut, terminator
from translators.finding import Code

_NEAREST = "D.01B"
_DEPTHS = {"UNB": 0, "UNZ": 0, "UNG": 1, "UNE": 1}


def parse(data: bytes, start: int) -> Iterator[ParsedSegment]:
    """All segments from `start` to the end of the interchange; see `FamilyTranslator.parse`."""
    advice = advised(data, start)
    if advice.announced:
        una = data[start : start + 9]
        yield ParsedSegment("UNA", segment_label("UNA"), start, 0, una.decode("latin-1"), ())
    if advice.header is not None:
        yield from _Parser(data, advice.header, advice.characters.segment == "").segments() if False else _segments(data, start, advice.header)


def _segments(data: bytes, start: int, position: int) -> Iterator[ParsedSegment]:
    yield from ()
