"""Where each component of a segment stands in the segment's own text."""

from collections.abc import Mapping

from translators.parsed import ParsedSegment

_RELEASE = "?"
"""EDIFACT writes it before a separator that is part of a value."""

Place = tuple[int, int, int]
"""Element, repetition and component, each counted from 1."""


def raw_places(segment: ParsedSegment) -> Mapping[Place, tuple[int, int]]:
    """The first character of each value and the one behind its last; what is not found as it was read is left out."""
    raw, found = segment.raw, dict[Place, tuple[int, int]]()
    in_xml = raw.startswith("<")
    cursor = len(segment.tag) if raw.startswith(segment.tag) else 0
    for number, element in enumerate(segment.elements, 1):
        for repetition, components in enumerate(element.repetitions, 1):
            for index, value in enumerate(components, 1):
                if not value:
                    continue
                if in_xml and not element.id:  # the text stands behind the attributes
                    start, end = len(raw) - len(value), len(raw)
                else:
                    start, end = _next(raw, value, cursor)
                    cursor = max(cursor, end)
                if start >= 0:
                    found[number, repetition, index] = (start, end)
    return found


def _next(raw: str, value: str, cursor: int) -> tuple[int, int]:
    """The next place at which the text says this; (-1, -1) for none."""
    start = raw.find(value, cursor)
    if start >= 0 and raw[start - 1 : start] != _RELEASE:
        return start, start + len(value)
    for start in range(cursor, len(raw)):
        end = _end(raw, value, start)
        if end >= 0:
            return start, end
    return -1, -1


def _end(raw: str, value: str, start: int) -> int:
    """Where a value that begins here ends, signs of release included; -1 where another begins here."""
    at = start
    for sign in value:
        if raw[at : at + 1] == _RELEASE and raw[at + 1 : at + 2] == sign:
            at += 1
        if raw[at : at + 1] != sign:
            return -1
        at += 1
    return at
