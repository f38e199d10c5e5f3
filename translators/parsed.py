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


@dataclass(frozen=True, slots=True)
class OutlineElement:
    """An element, or a component of one, as the tables describe it: `place` (`BEG01`, `DTM.1.2`), number, label, whether it must
    be filled, its form (`an..35`).

    `codes` are those that mean something to us, with their meaning; `listed` counts those that the standard has.
    """

    place: str
    id: str
    name: str
    mandatory: bool
    form: str
    codes: tuple[tuple[str, str], ...] = ()
    listed: int = 0


@dataclass(frozen=True, slots=True)
class OutlineSegment:
    """A segment of a set or message in its place. `maximum` is how often it may come, 0 where nothing limits that; `loop` how
    often the loop may come that it begins, -1 where it begins none. `read`: our mapping takes something of it.
    """

    tag: str
    name: str
    depth: int
    mandatory: bool
    maximum: int
    loop: int
    read: bool
    elements: tuple[OutlineElement, ...]
