"""The segments of a validated set as a tree of loops."""

from collections.abc import Sequence

from translators.mapping.tree import Loop, Row
from translators.x12.grammar import Place, way


def loops(rows: Sequence[Row], places: Sequence[Place | None]) -> Loop:
    """The tree of a set. `places` are those of the segments, ST and SE among them; a segment without one stays at the top.

    Segments are numbered from 1, behind ST.
    """
    document = Loop("", "")
    segments: list[tuple[int, Row]] = []
    document.segments = segments
    stack, held = [document], [segments]
    start = places[0]
    assert start is not None
    before: Place = start
    for number in range(1, len(rows) - 1):
        place = places[number] or start
        step = before.ways.get(place) or way(before, place)
        if not step.level:
            del stack[step.kept :], held[step.kept :]
            for key, whole in step.begun:
                inner = Loop(key, whole)
                stack[-1].loops.append(inner)
                inner.segments = segments = []
                stack.append(inner)
                held.append(segments)
            segments = held[-1]
        before = place
        segments.append((number, rows[number]))
    return document
