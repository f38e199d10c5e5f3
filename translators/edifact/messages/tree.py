"""The segments of a message as a tree of loops, and a written tree as the segments of a message."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload

from translators.edifact.grammar import Occurrence, Tree
from translators.edifact.tokenizer import Elements, MarkedText
from translators.mapping.arrangement import arranged
from translators.mapping.context import Writing
from translators.mapping.tree import COMPONENT, Loop, Row, Written

_BETWEEN = "\x1d"
"""Stands between segments where all of a message are taken apart at once."""


class Rows:
    """The segments of a message as rows, by number from 1, made when they are asked for.

    `repeating` says that a segment may hold repetitions, which `elements` has laid out one behind the other.
    """

    __slots__ = ("_elements", "_marked", "_raw", "_repeating", "_text")

    def __init__(self, text: MarkedText, elements: Sequence[Elements], *, repeating: bool) -> None:
        self._text = text
        self._raw = text.segments
        self._marked = text.marked
        self._elements = elements
        self._repeating = repeating

    def row(self, number: int) -> Row:
        """A segment."""
        raw = self._raw[number - 1]
        if COMPONENT in raw or (self._repeating and "*" in raw):
            return [COMPONENT.join(components) for components in self._clean(number)]
        row = raw.replace(":", COMPONENT).split("+")
        return [self._text.original(element) for element in row] if self._marked else row

    def all(self) -> list[tuple[int, Row]]:
        """All segments with their numbers."""
        raw = self._raw
        joined = _BETWEEN.join(raw)
        plain = not self._marked and COMPONENT not in joined and not (self._repeating and "*" in joined)
        if plain and joined.count(_BETWEEN) == len(raw) - 1:
            return list(enumerate([one.split("+") for one in joined.replace(":", COMPONENT).split(_BETWEEN)], 1))
        return [(number, self.row(number)) for number in range(1, len(raw) + 1)]

    def _clean(self, number: int) -> Elements:
        """The elements without the character that separates components in rows."""
        return [[component.replace(COMPONENT, " ") for component in element] for element in self._elements[number - 1]]


class _Later(Sequence[tuple[int, Row]]):
    """Numbered rows of a long message: each is cut whenever it is asked for."""

    __slots__ = ("_numbers", "_rows")

    def __init__(self, numbers: list[int], rows: Rows) -> None:
        self._numbers = numbers
        self._rows = rows

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> tuple[int, Row]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[int, Row]]: ...
    def __getitem__(self, index: int | slice) -> tuple[int, Row] | Sequence[tuple[int, Row]]:
        if isinstance(index, slice):
            return _Later(self._numbers[index], self._rows)
        number = self._numbers[index]
        return number, self._rows.row(number)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        row = self._rows.row
        return ((number, row(number)) for number in self._numbers)


def loops(tree: Tree, rows: Rows, *, held: bool) -> Loop:
    """The tree of a message without its header and trailer; a segment without a place stays at the top.

    The index of a row is the number of its segment, UNH being 1. `held` makes all rows at once, else they are made on demand.
    """
    made = rows.all() if held else None

    def numbered(numbers: list[int]) -> Sequence[tuple[int, Row]]:
        return _Later(numbers, rows) if made is None else [made[number - 1] for number in numbers]

    root = _loop(tree.root, numbered, "")
    root.segments = numbered([number for number in tree.root.numbers if number > 1] + tree.strays.numbers)
    return root


def _loop(occurrence: Occurrence, numbered: Callable[[list[int]], Sequence[tuple[int, Row]]], key: str) -> Loop:
    loop = Loop(key, occurrence.node.path)
    if key:
        loop.segments = numbered(occurrence.numbers)
    if occurrence.groups:
        loop.loops = [_loop(inner, numbered, inner.node.key) for inner in occurrence.groups]
    return loop


def segments(document: Written, context: Writing) -> list[Row]:
    """The segments between UNH and UNT in the order of the message."""
    found = []
    for row in arranged(document, context):
        if row[0] in ("UNH", "UNT"):
            context.unwritten.append(f"segment {row[0]}")  # header and trailer are the interchange's business
        else:
            found.append(row)
    return found
