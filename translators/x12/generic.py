"""A set without a mapping as a generic document: its segments in the loops its table knows."""

from collections.abc import Iterator, Sequence

from translators.canonical.generic_document import Chain, GenericDocument, GenericSegment, nested
from translators.x12.definitions import COMPONENT, REPETITION


def generic(rows: Sequence[Sequence[str]], paths: Sequence[str], *, version: str) -> GenericDocument:
    """The document of a set. `rows` are its segments with the tag first, `paths` their places, empty without a table."""
    header = (*rows[0], "", "", "")
    return GenericDocument.model_construct(
        family="x12",
        type=header[1].strip(),
        version=version,
        association=header[3].strip() or None,
        control_number=header[2].strip(),
        segments=nested(zip(_chains(paths) if paths else _flat(len(rows)), map(_segment, rows), strict=True)),
    )


def _segment(row: Sequence[str]) -> GenericSegment:
    elements = [[once.split(COMPONENT) for once in value.split(REPETITION)] for value in row[1:]]
    return GenericSegment.model_construct(tag=row[0], elements=elements)


def _flat(count: int) -> Iterator[Chain]:
    for _ in range(count):
        yield ()


def _chains(paths: Sequence[str]) -> Iterator[Chain]:
    """The loops of each segment. A path that ends in a loop and its first segment (`N1/N1`) begins the loop anew.

    A segment without a place stands where the one before it stood.
    """
    opened: Chain = ()
    for number, path in enumerate(paths):
        if path:
            *loops, tag = path.split("/")
            depth = 0
            while depth < min(len(loops), len(opened)) and opened[depth][0] == loops[depth]:
                depth += 1
            if loops and depth == len(loops) and loops[-1] == tag:
                depth -= 1
            opened = (*opened[:depth], *((loop, number) for loop in loops[depth:]))
        yield opened
