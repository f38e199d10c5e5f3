"""The segments of a validated set as a tree of loops."""

from functools import lru_cache

from translators.mapping.tree import Loop, Row


@lru_cache(maxsize=4096)
def _steps(path: str) -> tuple[tuple[str, ...], bool]:
    """The loops down to a segment, and whether it begins the last of them: a loop's path ends in the tag of its first segment."""
    *loops, tag = path.split("/")
    return tuple(loops), bool(loops) and loops[-1] == tag


def loops(rows: list[Row], paths: list[str]) -> Loop:
    """The tree of a set. `paths` are the places of the segments (`PO1/N1/N3`); a segment without one stays at the top.

    They are numbered from 1, behind ST.
    """
    document = Loop("", "")
    stack = [document]
    opened: tuple[str, ...] = ()
    for numbered, path in zip(enumerate(rows, 1), paths, strict=True):
        steps, begins = _steps(path)
        if begins or steps != opened:
            depth = 0
            while depth < min(len(steps), len(opened)) and steps[depth] == opened[depth]:
                depth += 1
            if begins and depth == len(steps):
                depth -= 1
            del stack[depth + 1 :]
            for n in range(depth, len(steps)):
                inner = Loop(steps[n], "/".join(steps[: n + 1]))
                stack[-1].loops.append(inner)
                stack.append(inner)
            opened = steps
        stack[-1].segments.append(numbered)  # type: ignore[attr-defined]
    return document
