"""Turns what the checks say about a message into findings with a position."""

from translators.edifact.judgement import Judgement
from translators.edifact.tokenizer import Locator
from translators.finding import Code
from translators.position import Position


class MessageReport:
    """Takes what is said about a message; about its elements, what is said of the segment that `number` and `tag` name."""

    __slots__ = ("judgement", "locator", "number", "tag")

    def __init__(self, judgement: Judgement, locator: Locator) -> None:
        self.judgement = judgement
        self.locator = locator
        self.number = 1
        self.tag = "UNH"

    def element(
        self,
        code: Code,
        sentence: str,
        element: int | None,
        component: int | None,
        repetition: int | None,
        *,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        """About an element of the segment at hand; about the segment when `element` is None."""
        judgement = self.judgement
        if not judgement.lists(code):
            judgement.add(code, sentence, Position(self.locator.start))
            return
        locator = self.locator
        offset = locator.segment(self.number) if element is None else locator.element(self.number, element, component)
        position = Position(offset, self.number, self.tag, element, component, repetition)
        judgement.add(code, sentence, position, expected=expected, actual=actual)

    def segment(self, code: Code, sentence: str, number: int, tag: str, expected: str | None) -> None:
        """About a segment as a whole."""
        offset = self.locator.segment(number) if self.judgement.lists(code) else self.locator.start
        self.judgement.add(code, sentence, Position(offset, number, tag), expected=expected)

    def at(self, number: int, tag: str, element: int | None = None, component: int | None = None) -> Position:
        """A position in the message."""
        if element is None:
            return Position(self.locator.segment(number), number, tag)
        return Position(self.locator.element(number, element, component), number, tag, element, component)
