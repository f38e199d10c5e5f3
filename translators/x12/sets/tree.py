"""The segments of a validated set as a tree of loops."""

from functools import lru_cache

from translators.mapping.tree import Loop, Row


@lru_cache(maxsize=16384)
def _step(before: str, path: str) -> tuple[int, tuple[tuple[str, str], ...]] | None:
    """From one segment to the next: how many loops stay open, and the keys and paths of those that begin; None for no change.

    A segment begins the last of its loops when the loop's path ends in its tag.
    """
    opened, (*inside, tag) = before.split("/")[:-1], path.split("/")
    begins = bool(inside) and inside[-1] == tag
    if not begins and inside == opened:
        return None
    depth = 0
    while depth < min(len(inside), len(opened)) and inside[depth] == opened[depth]:
        depth += 1
    if begins and depth == len(inside):
        depth -= 1
    return depth + 1, tuple((inside[n], "/".join(inside[: n + 1])) for n in range(depth, len(inside)))


def loops(rows: list[Row], paths: list[str]) -> Loop:
    """The tree of a set. `paths` are the places of the segments (`PO1/N1/N3`); a segment without one stays at the top.

    They are numbered from 1, behind ST.
    """
    document, before = Loop("", ""), ""
    segments: list[tuple[int, Row]] = []
    document.segments = segments
    stack, held = [document], [segments]
    for numbered, path in zip(enumerate(rows, 1), paths, strict=True):
        if (step := _step(before, path)) is not None:
            kept, begun = step
            del stack[kept:], held[kept:]
            for key, whole in begun:
                inner = Loop(key, whole)
                stack[-1].loops.append(inner)
                inner.segments = segments = []
                stack.append(inner)
                held.append(segments)
            segments = held[-1]
        before = path
        segments.append(numbered)
    return document
