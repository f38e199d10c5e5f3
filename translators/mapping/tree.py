"""The segments of a document as a tree of loops: what is read, and what was written."""

from collections.abc import Sequence
from typing import Protocol

Row = list[str]
"""A segment: its tag, then its elements. The components of a composite are joined by COMPONENT, repetitions by REPETITION."""
COMPONENT = "\x1f"
REPETITION = "\x1e"

Place = int | tuple[int, int]
"""An element by its number from 1, or a component of one, by element and component."""


class Loop:
    """One occurrence of a loop (X12) or segment group (EDIFACT), or the document itself.

    `key` is the tag of its first segment, followed by `:` and its level where levels stand in one loop (`HL:O`). `path` is
    how findings and extras name it. `segments` are its own, each with its index in the document; `loops` those inside.
    """

    __slots__ = ("key", "loops", "path", "segments")

    def __init__(self, key: str, path: str) -> None:
        self.key = key
        self.path = path
        self.segments: Sequence[tuple[int, Row]] = []
        self.loops: list[Loop] = []


class Node(Protocol):
    """A segment or a loop in a table of the standard; the first child of a loop is the segment that begins it."""

    @property
    def tag(self) -> str:
        """The tag of a segment."""

    @property
    def path(self) -> str:
        """The loops down to it, with its own when it is a loop."""

    @property
    def maximum(self) -> int:
        """How often it may occur."""

    @property
    def children(self) -> Sequence["Node"]:
        """The segments and loops in a loop; none for a segment."""


def first_tag(node: Node) -> str:
    """The tag of a segment, or of the segment that begins a loop."""
    return node.children[0].tag if node.children else node.tag


def key_of(node: Node) -> str:
    """The key of the loops at a place: the tag of their first segment, and what tells them from others of that tag."""
    key: str = getattr(node, "key", "")
    return key or first_tag(node)


class Written:
    """A loop that is being written: its own segments and the loops inside, not yet in the order of the standard.

    `node` is its place in the table of the standard. `extras` are what reading kept of this loop without having a place for
    it: canonical extras as dicts. Where a segment may stand at several places of the loop, it stands behind that of `behind`.
    """

    __slots__ = ("behind", "extras", "key", "loops", "node", "rows")

    def __init__(self, key: str, node: Node) -> None:
        self.key = key
        self.node = node
        self.behind = ""
        self.rows: list[Row] = []
        self.loops: list[Written] = []
        self.extras: list[dict[str, str]] = []

    def has_segment(self, tag: str) -> bool:
        """Whether such a segment may stand in this loop."""
        return any(child.tag == tag for child in self.node.children if not child.children)

    def place_of(self, key: str) -> Node | None:
        """The place of loops inside this one, None when the standard has none. Levels stand in each other: see `hierarchy`."""
        tag = key.partition(":")[0]
        found = [child for child in self.node.children if child.children and first_tag(child) == tag]
        named = [child for child in found if key_of(child) == key]
        if found:
            return (named or found)[0]
        return self.node if tag == self.key.partition(":")[0] else None

    def loop(self, key: str, node: Node) -> "Written":
        """A loop inside this one begins."""
        inner = Written(key, node)
        self.loops.append(inner)
        return inner


def text_at(row: Row, place: Place) -> str:
    """What stands at a place; empty when the row ends before it."""
    if isinstance(place, int):
        return row[place] if place < len(row) else ""
    element, component = place
    if element >= len(row):
        return ""
    components = row[element].split(COMPONENT, component)
    return components[component - 1] if component <= len(components) else ""


def set_text(row: Row, place: Place, text: str) -> None:
    """Put a text at a place of a row that is being written."""
    element = place if isinstance(place, int) else place[0]
    if element >= len(row):
        row.extend([""] * (element + 1 - len(row)))
    if isinstance(place, int):
        row[element] = text
        return
    components = row[element].split(COMPONENT)
    if place[1] > len(components):
        components.extend([""] * (place[1] - len(components)))
    components[place[1] - 1] = text
    row[element] = COMPONENT.join(components)


def trimmed(row: Row) -> Row:
    """The row without empty components and elements at its end."""
    result = [element.rstrip(COMPONENT) if element.endswith(COMPONENT) else element for element in row]
    while len(result) > 1 and not result[-1]:
        result.pop()
    return result


def filled_places(row: Row) -> list[Place]:
    """Every place that holds something: components where there are several, else the element."""
    places: list[Place] = []
    for element in range(1, len(row)):
        text = row[element]
        if COMPONENT in text:
            places += [(element, n) for n, component in enumerate(text.split(COMPONENT), 1) if component.strip()]
        elif text.strip():
            places.append(element)
    return places


_ESCAPED = str.maketrans({"?": "??", "*": "?*", ":": "?:", "^": "?^"})


def notation(row: Row) -> str:
    """The elements of a segment as text that stands for itself in extras: `*` between elements, `:` between components.

    `?` before one of these, or before itself, says that it is data.
    """
    elements = [element.translate(_ESCAPED).replace(COMPONENT, ":").replace(REPETITION, "^") for element in row[1:]]
    return "*".join(elements)


def from_notation(tag: str, text: str) -> Row:
    """The segment that `notation` described."""
    row, current, released = [tag], "", False
    for character in text:
        if released:
            current, released = current + character, False
        elif character == "?":
            released = True
        elif character == "*":
            row.append(current)
            current = ""
        else:
            current += {":": COMPONENT, "^": REPETITION}.get(character, character)
    row.append(current)
    return row
