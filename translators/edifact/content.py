"""The content of a message, between header and trailer: its segments fitted to the structure, and each checked."""

from collections.abc import Sequence
from typing import overload

from translators.edifact import validation
from translators.edifact.definitions import good_segments, table
from translators.edifact.grammar import Grammar, Tree, grammar
from translators.edifact.report import MessageReport
from translators.edifact.tokenizer import Elements, MarkedText


def judged(text: MarkedText, count: int, message: str, directory: str, report: MessageReport, *, repeating: bool) -> Tree:
    """Structure and elements of the first `count` segments, the header among them, by the table of a message.

    A segment that is good needs no further look, and most are: only the others are taken apart.
    """
    compiled, segments = grammar(message, directory), text.segments
    good = ["UNH", *map(good_segments(directory, repeating=repeating).__getitem__, segments[1:count])]
    if "" not in good:
        return compiled.fit(good, report.segment)
    tags = text.tags()[:count]
    tree = compiled.fit(tags, report.segment)
    definitions = table(directory, repeating=repeating)
    for index, tag in enumerate(tags):
        if not good[index] and tag in compiled.tags:
            report.number, report.tag = index + 1, tag
            validation.look(definitions[tag], segments[index], text, report.element, repeating=repeating)
    return tree


class Segments(Sequence[Elements]):
    """The elements of the segments of a message, cut whenever they are asked for.

    What reads a message meets one form of repetitions only, that of syntax version 3: where a `directory` is given, elements
    are laid out so in all segments of the message.
    """

    __slots__ = ("_compiled", "_directory", "_text")

    def __init__(self, text: MarkedText, compiled: Grammar | None = None, directory: str = "") -> None:
        self._text = text
        self._compiled = compiled
        self._directory = directory

    def __len__(self) -> int:
        return len(self._text.segments)

    @overload
    def __getitem__(self, index: int) -> Elements: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Elements]: ...
    def __getitem__(self, index: int | slice) -> Elements | Sequence[Elements]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        raw = self._text.segments[index]
        elements = self._text.elements(raw)
        if "*" not in raw or self._compiled is None or index == 0 or elements[0][0] not in self._compiled.tags:
            return elements
        return validation.spread(table(self._directory, repeating=True)[elements[0][0]], raw, self._text)
