"""What reading kept of a document, put back to where it stood when the document is written in the same format."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from translators.xml.context import Writing
from translators.xml.node import REPLACEABLE, Node

Step = tuple[str, int]
"""The name of an element, `@` and the name of an attribute, or `text()`; and the place among siblings of the name."""


def restore(node: Node, extras: Iterable[Any], context: Writing) -> None:
    """Put extras back under an element; those of another family have no place and are noted as unwritten."""
    made: dict[str, Node] = {}
    for extra in extras:
        steps = steps_of(extra["path"])
        if steps:
            _put(node, steps, extra["value"], made)
        else:
            context.unwritten.append(f"extras[{extra['path']}]")


def _put(node: Node, steps: tuple[Step, ...], value: str, made: dict[str, Node]) -> None:
    """Go down the steps, with elements made where they are missing, and say the value there."""
    last, _ = steps[-1]
    special = last.startswith("@") or last == "text()"
    way = ""
    for depth, (name, place) in enumerate(steps[: len(steps) - special], 1):
        way = f"{way}/{name}[{place}]"
        found = made.get(way)
        if found is None:
            found = made[way] = _step(node, name, place, fresh=depth == len(steps) and not special)
        node = found
    if last.startswith("@"):
        node.set_attribute(last[1:], value)
    else:
        node.text = value


def _step(parent: Node, name: str, place: int, *, fresh: bool) -> Node:
    """The child of a name at a place. Where `fresh` asks for one without a value, another is put before one that has a value."""
    same = [child for child in parent.children if child.name == name]
    found = same[place - 1] if place <= len(same) else None
    if found is None:
        return parent.add(name)
    if found.ordinal == REPLACEABLE or not fresh or not (found.text or found.children):
        return found
    child = Node(name)
    parent.children.insert(parent.children.index(found), child)
    return child


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[Step, ...] | None:
    """The steps of a path as reading writes it; None for the path of another family, which begins with a tag in capitals."""
    steps: list[Step] = []
    for part in _parts(path):
        namespace, mark, name = part.rpartition("}")
        name, bracket, place = name.partition("[")
        if not name or (bracket and not place[:-1].isdigit()):
            return None
        steps.append((f"{namespace}{mark}{name}", int(place[:-1]) if bracket else 1))
    first = steps[0][0]
    return tuple(steps) if ":" in first or first[0] in "@{" or any(map(str.islower, first)) else None


def _parts(path: str) -> list[str]:
    """The parts between slashes; those of a namespace in braces are no separators."""
    parts, current, inside = [], "", False
    for character in path:
        inside = character == "{" or (inside and character != "}")
        if character == "/" and not inside:
            parts.append(current)
            current = ""
        else:
            current += character
    return [*parts, current]
