"""Sets compiled from the tables of a version: where a segment may stand.

A set is a tree of loops. Validation walks it with a cursor: `Grammar.move` finds, from the node of the last segment, the
node of the next one. Moves are found once and remembered, so that a segment costs one dictionary lookup.
"""

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from importlib import import_module

from translators.errors import DefinitionMissing
from translators.x12 import versions
from translators.x12.definitions import SegmentDefinition, _segments, segment_definition
from translators.x12.versions import Node


@dataclass(slots=True, eq=False)
class Place:
    """A place of a set: a segment, or a loop by its children, of which the first is its trigger.

    `definition` is compiled when the walk first comes to the segment, so that the first document of a type pays for the
    segments it holds and not for all there are.
    """

    tag: str
    path: str
    mandatory: bool
    maximum: int
    index: int
    parent: "Place | None" = field(repr=False)
    definition: SegmentDefinition | None = None
    children: list["Place"] = field(default_factory=list, repr=False)
    moves: "dict[str, Move | None]" = field(default_factory=dict, repr=False)
    ways: "dict[Place, Way]" = field(default_factory=dict, repr=False)
    tags: frozenset[str] = frozenset()
    number: int = 0

    @property
    def trigger(self) -> "Place":
        """The segment that begins this loop; the place itself when it is a segment."""
        return self.children[0] if self.children else self


@dataclass(frozen=True, slots=True)
class Way:
    """From one place to another: how many loops stay open, the set itself counted, and the keys and paths of those that begin."""

    kept: int
    begun: tuple[tuple[str, str], ...]
    level: bool
    """Whether nothing is closed and nothing begins."""


def way(before: Place, place: Place) -> Way:
    """The way to the next segment's place. Remembered."""
    found = before.ways.get(place)
    if found is None:
        found = before.ways[place] = _way(before, place)
    return found


def _way(before: Place, place: Place) -> Way:
    opened, inside = before.path.split("/")[:-1], place.path.split("/")[:-1]
    begins = bool(inside) and inside[-1] == place.tag
    depth = 0
    while depth < min(len(inside), len(opened)) and inside[depth] == opened[depth]:
        depth += 1
    if begins and depth == len(inside):
        depth -= 1
    begun = tuple((inside[n], "/".join(inside[: n + 1])) for n in range(depth, len(inside)))
    return Way(depth + 1, begun, level=not begun and depth == len(opened))


class Step(Enum):
    """How a segment came to its place."""

    IN_ORDER = "in order"
    OUT_OF_ORDER = "out of order"
    WITHOUT_TRIGGER = "without trigger"


@dataclass(frozen=True, slots=True)
class Move:
    """The way to the next segment's place. `loop` is the loop begun by it, `again` whether it was in that loop before.

    `missing` are the mandatory places passed over.
    """

    target: Place
    step: Step = Step.IN_ORDER
    loop: Place | None = None
    again: bool = False
    missing: tuple[Place, ...] = ()
    sound: bool = False
    """Whether there is nothing to find: in order, and nothing passed over."""
    simple: bool = False
    """Whether there is nothing to count, either: to another segment, no loop begun."""


@dataclass(slots=True, eq=False)
class Grammar:
    """A transaction set of a version. `structure` is the version its structure was first described in."""

    type: str
    version: str
    structure: str
    root: Place
    directory: frozenset[str]
    loops: int

    @property
    def start(self) -> Place:
        """The place of ST."""
        return self.root.children[0]

    def move(self, place: Place, tag: str) -> Move | None:
        """The way from a place to the next segment, None when it cannot stand anywhere after it. Remembered."""
        found = place.moves.get(tag, self)
        if found is self:
            found = _forward(place, tag) or _backward(place, tag) or _into(place, tag)
            if isinstance(found, Move) and found.target.definition is None:
                found.target.definition = segment_definition(tag, self.version)
            if tag in self.root.tags:  # foreign tags are not remembered: there is no end of them
                place.moves[tag] = found
        return found if isinstance(found, Move) else None


def _forward(place: Place, tag: str) -> Move | None:
    """Towards the end of the set: in this loop, then in a new turn of it, then in the loops around it."""
    missing: list[Place] = []
    here: Place = place
    while (loop := here.parent) is not None:
        skipped: list[Place] = []
        for child in loop.children[here.index :]:
            if child.tag == tag and not (child.index == 0 and loop.parent is not None):
                begun = child if child.children else None
                passed = tuple(missing + skipped)
                simple = begun is None and child is not place and not passed
                return Move(child.trigger, loop=begun, again=child is here, missing=passed, sound=not passed, simple=simple)
            if child is not here and child.mandatory:
                skipped.append(child)
        missing += skipped
        here = loop
    return None


def _backward(place: Place, tag: str) -> Move | None:
    """To an earlier place of this loop or of one around it: the segment stands too late."""
    here: Place = place
    while (loop := here.parent) is not None:
        for child in loop.children[: here.index]:
            if child.tag == tag and not (child.index == 0 and loop.parent is not None):
                return Move(child.trigger, Step.OUT_OF_ORDER, loop=child if child.children else None)
        here = loop
    return None


def _into(place: Place, tag: str) -> Move | None:
    """Into a loop ahead whose trigger is missing."""
    here: Place = place
    while (loop := here.parent) is not None:
        for child in loop.children[here.index + 1 :]:
            if child.children:
                for inner in child.children[1:]:
                    if inner.tag == tag:
                        begun = inner if inner.children else None
                        return Move(inner.trigger, Step.WITHOUT_TRIGGER, loop=begun, missing=(child,))
        here = loop
    return None


def base_version(version: str) -> str | None:
    """The version whose tables read this GS08, None when none do: `004010VICS` and `004060` are read as `004010`."""
    return versions.nearest(version)


@lru_cache(maxsize=256)
def grammar(document_type: str, version: str) -> Grammar:
    """The compiled set. Raises DefinitionMissing when no table describes it."""
    structure = versions.described_by(document_type, version)
    if structure is None:
        raise DefinitionMissing(f"no table of set {document_type} in {version}")
    nodes: tuple[Node, ...] = import_module(f"{versions.__name__}.v{structure}.set_{document_type}").SET
    root = Place(document_type, "", mandatory=True, maximum=1, index=0, parent=None)
    counter = [0]
    for index, node in enumerate(nodes):
        root.children.append(_place(node, index, root, counter))
    root.tags = frozenset().union(*(child.tags for child in root.children))
    compiled = Grammar(document_type, version, structure, root, frozenset(_segments(version).DIRECTORY.split()), counter[0])
    compiled.start.definition = segment_definition("ST", version)
    return compiled


def _place(node: Node, index: int, parent: Place, counter: list[int]) -> Place:
    tag, requirement, maximum = node[0], node[1], node[2]
    path = f"{parent.path}/{tag}" if parent.path else tag
    mandatory = requirement == "M" and (index > 0 or parent.parent is None)
    place = Place(tag, path, mandatory, maximum or 10**9, index, parent)
    if len(node) == 4:
        place.number, counter[0] = counter[0], counter[0] + 1
        for inner, child in enumerate(node[3]):
            place.children.append(_place(child, inner, place, counter))
        place.tags = frozenset({tag}).union(*(child.tags for child in place.children))
    else:
        place.tags = frozenset({tag})
    return place
