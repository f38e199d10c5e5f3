"""Segments for people to read, unjudged: what `gateway parse` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParsedElement:
    """An element of a parsed segment: its id and label in the tables, and its components for each repetition.

    `parts` are ids and labels of the components, as far as the tables know them.
    """

    id: str
    name: str
    repetitions: tuple[tuple[str, ...], ...]
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedSegment:
    """A segment for people to read: `gateway parse` prints one a line. `depth` indents envelopes and groups."""

    tag: str
    name: str
    offset: int
    depth: int
    raw: str
    elements: tuple[ParsedElement, ...]
