"""Sets and segments compiled from the tables of a version: where a segment may stand, and what it may hold.

A set is a tree of loops. Validation walks it with a cursor: `Grammar.move` finds, from the node of the last segment, the
node of the next one. Moves are found once and remembered, so that a segment costs one dictionary lookup.

All segments reach this module in one dialect: element, component, repetition and terminator of the partner were replaced
by the control characters below (see `tokenizer`), so that one compiled expression serves every partner.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from translators.errors import DefinitionMissing
from translators.x12 import versions
from translators.x12.versions import VERSIONS, Node

ELEMENT = "\x1d"
COMPONENT = "\x1f"
REPETITION = "\x1e"
TERMINATOR = "\x1c"

_SLOW_CHECKS = 12
"""How many segments are checked exactly before the expression for them is compiled."""
_MEMORY = 4096
"""How many combinations of codes, and shapes, a definition remembers as good."""


@dataclass(frozen=True, slots=True)
class ElementDefinition:
    """A place in a segment: a simple element, or a composite whose `parts` are simple."""

    id: str
    mandatory: bool
    kind: str
    shortest: int
    longest: int
    repetitions: int
    codes: frozenset[str]
    parts: tuple["ElementDefinition", ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A relational condition between elements: P paired, R one or more, E at most one, C and L if the first, then."""

    kind: str
    places: tuple[int, ...]

    @property
    def wire(self) -> str:
        """The condition in the standard's notation."""
        return self.kind + "".join(f"{place:02}" for place in self.places)

    def holds(self, shape: tuple[bool, ...]) -> bool:
        """Whether it holds; `shape` says of each member of the segment, the tag included, whether it is filled."""
        filled = [place < len(shape) and shape[place] for place in self.places]
        match self.kind:
            case "P":
                return all(filled) or not any(filled)
            case "R":
                return any(filled)
            case "E":
                return sum(filled) <= 1
            case "C":
                return not filled[0] or all(filled)
            case _:
                return not filled[0] or any(filled[1:])


@dataclass(slots=True)
class SegmentDefinition:
    """What a segment may hold. `pattern` matches when lengths, types and presence are right; it captures codes and dates.

    `match` is the pattern's, once the segment has come often enough for compiling it to pay; before, nothing matches, and the
    exact check says what there is to say.

    `good_values` and `good_shapes` remember captures and shapes that passed the exact check, up to a bound: traffic of a
    partner repeats itself. `remember` is the only place that writes them.
    """

    tag: str
    elements: tuple[ElementDefinition, ...]
    conditions: tuple[Condition, ...]
    source: str | re.Pattern[str]
    good_values: set[tuple[str | None, ...]] = field(default_factory=lambda: {()})
    good_shapes: set[tuple[bool, ...]] = field(default_factory=set)

    match: Callable[[str], re.Match[str] | None] = field(init=False)
    _left: int = field(init=False, default=_SLOW_CHECKS)

    def __post_init__(self) -> None:
        self.match = self._unmatched

    @property
    def pattern(self) -> re.Pattern[str]:
        """The expression that a good segment matches."""
        return re.compile(self.source, re.ASCII if isinstance(self.source, str) else 0)

    def _unmatched(self, segment: str) -> re.Match[str] | None:
        self._left -= 1
        if self._left > 0:
            return None
        self.match = self.pattern.match
        return self.match(segment)

    def remember(self, values: tuple[str | None, ...], shape: tuple[bool, ...]) -> None:
        """Note that a segment with these codes, dates and filled elements had nothing wrong."""
        if len(self.good_values) < _MEMORY:
            self.good_values.add(values)
        if len(self.good_shapes) < _MEMORY:
            self.good_shapes.add(shape)


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
    tags: frozenset[str] = frozenset()
    number: int = 0

    @property
    def trigger(self) -> "Place":
        """The segment that begins this loop; the place itself when it is a segment."""
        return self.children[0] if self.children else self


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


def _segments(version: str) -> ModuleType:
    """The segments of a version. Raises DefinitionMissing for a version without tables."""
    if version not in VERSIONS:
        raise DefinitionMissing(f"no X12 tables of version {version}")
    return import_module(f"{versions.__name__}.v{version}.segments")


@lru_cache(maxsize=1024)
def segment_definition(tag: str, version: str) -> SegmentDefinition:
    """The compiled segment of a version. Raises DefinitionMissing when the tables lack it."""
    tables = _segments(version)
    if tag not in tables.SEGMENTS:
        raise DefinitionMissing(f"no table of segment {tag} in {version}")
    places, conditions = tables.SEGMENTS[tag]
    elements = tuple(_element(place, tables) for place in places.split())
    rules = tuple(Condition(rule[0], tuple(int(rule[i : i + 2]) for i in range(1, len(rule), 2))) for rule in conditions.split())
    return SegmentDefinition(tag, elements, rules, _segment_pattern(tag, elements))


def _element(place: str, tables: ModuleType) -> ElementDefinition:
    name, _, times = place[1:].partition("/")
    repetitions = int(times or 1)
    if name in tables.COMPOSITES:
        parts = tuple(_element(part, tables) for part in tables.COMPOSITES[name].split())
        return ElementDefinition(name, place[0] == "M", "composite", 0, 0, repetitions, frozenset(), parts)
    kind, shortest, longest = tables.ELEMENTS[name]
    listed = codes(name) if kind == "ID" else frozenset()
    return ElementDefinition(name, place[0] == "M", kind, shortest, longest, repetitions, listed)


@lru_cache(maxsize=2048)
def codes(name: str) -> frozenset[str]:
    """The code list of an element in all versions together, empty when it has none."""
    tables = import_module(f"{versions.__name__}.codes")
    return frozenset(tables.CODES.get(name, "").split())


def _segment_pattern(tag: str, elements: tuple[ElementDefinition, ...]) -> str:
    """Separators and values nested from the right, so that any tail of optional elements may be left out.

    A segment that ends in a separator does not match: the exact check then says that it was superfluous. No value can hold
    a separator, so that there is one way to match at most, and optional parts give nothing back (`?+`).
    """
    return re.escape(tag) + _tail(elements, ELEMENT) + rf"(?<!{ELEMENT})\Z"


def _tail(elements: tuple[ElementDefinition, ...], separator: str) -> str:
    pattern, needed = "", False
    for element in reversed(elements):
        value = _value_pattern(element)
        needed = needed or element.mandatory
        own = f"{separator}{value if element.mandatory else f'(?:{value})?+'}{pattern}"
        pattern = own if needed else f"(?:{own})?+"
    return pattern


def _value_pattern(element: ElementDefinition) -> str:
    if element.parts:
        first, *others = element.parts
        value = _value_pattern(first)
        head = value if first.mandatory else f"(?:{value})?+"
        once = f"{head}{_tail(tuple(others), COMPONENT)}(?<!{COMPONENT})"
    else:
        once = _simple_pattern(element)
    if element.repetitions == 1:
        return once
    return f"{once}(?:{REPETITION}{once}){{0,{element.repetitions - 1}}}"


def _simple_pattern(element: ElementDefinition) -> str:
    low, high = element.shortest, element.longest
    if element.kind == "R":
        return rf"-?(?:\d{{{low},{high}}}(?![.\d])|(?=[\d.]{{{low + 1},{high + 1}}}(?![\d.]))\d*\.\d*)"
    if element.kind.startswith("N"):
        return rf"-?\d{{{low},{high}}}"
    if element.kind in ("DT", "TM"):
        return rf"(\d{{{low},{high}}})"
    value = rf"[^\x00-\x1f\x7f\ufffd]{{{low},{high}}}"
    return f"({value})" if element.codes else value
