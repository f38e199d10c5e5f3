"""A message without a mapping as a generic document: its segments in the groups its table knows."""

from collections.abc import Iterator
from itertools import count

from translators.canonical.generic_document import Chain, GenericDocument, GenericSegment, nested
from translators.edifact.grammar import Occurrence, Tree
from translators.edifact.tokenizer import MarkedText

MOST_VALUES = 500_000
"""A message of more values is refused: as data it would take a hundred megabytes and more."""


def values(text: MarkedText) -> int:
    """How many values a message holds, empty ones included."""
    return sum(segment.count("+") + segment.count(":") + segment.count("*") for segment in text.segments)


def generic(text: MarkedText, tree: Tree | None, *, repeating: bool) -> GenericDocument:
    """The document of a message. `tree` is None without a table; `repeating` as in `validation.check`."""
    segments = [segment(raw, text, repeating=repeating) for raw in text.segments]
    header = segments[0].elements
    return GenericDocument.model_construct(
        family="edifact",
        type=_value(header, 1, 0),
        version=f"{_value(header, 1, 1)}.{_value(header, 1, 2)}",
        association=_value(header, 1, 4) or None,
        control_number=_value(header, 0, 0),
        segments=nested(zip(_chains(tree, len(segments)), segments, strict=True)),
    )


def segment(raw: str, text: MarkedText, *, repeating: bool) -> GenericSegment:
    """A segment of a text as data."""
    tag, *elements = raw.split("+")
    values = [
        [[text.original(part) for part in once.split(":")] for once in (value.split("*") if repeating else (value,))]
        for value in elements
    ]
    return GenericSegment.model_construct(tag=text.original(tag), elements=values)


def _value(elements: list[list[list[str]]], element: int, component: int) -> str:
    try:
        return elements[element][0][component]
    except IndexError:
        return ""


def _chains(tree: Tree | None, segments: int) -> Iterator[Chain]:
    """The groups of each segment; one without a place stands where the one before it stood, the trailer in none."""
    known: dict[int, Chain] = {}
    if tree is not None:
        _place(tree.root, (), known, count())
    last = max(known, default=0)
    chain: Chain = ()
    for number in range(1, segments + 1):
        chain = known.get(number, chain)
        yield chain if number <= last or number < segments else ()


def _place(occurrence: Occurrence, chain: Chain, known: dict[int, Chain], numbers: "count[int]") -> None:
    known.update(dict.fromkeys(occurrence.numbers, chain))
    for inner in occurrence.groups:
        name = inner.node.path.rpartition("/")[2]
        _place(inner, (*chain, (name, next(numbers))), known, numbers)
