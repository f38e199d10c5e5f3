"""Segments compiled from the tables of a version: what they may hold.

All segments reach this module in one dialect: element, component, repetition and terminator of the partner were replaced
by the control characters below (see `tokenizer`), so that one compiled expression serves every partner.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from translators.errors import DefinitionMissing
from translators.x12 import versions
from translators.x12.versions import VERSIONS

ELEMENT = "\x1d"

COMPONENT = "\x1f"

REPETITION = "\x1e"

TERMINATOR = "\x1c"

_SLOW_CHECKS = 12
"""How many segments are checked exactly before the expression for them is compiled."""

_MEMORY = 4096
"""How many combinations of codes, and shapes, a definition remembers as good."""

_SEEN = 1024
"""How many whole segments it remembers."""

_LONGEST_SEEN = 200


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

    `good_values` and `good_shapes` remember captures and shapes that passed the exact check, `good` whole segments that did,
    all up to a bound: traffic of a partner repeats itself.
    """

    tag: str
    elements: tuple[ElementDefinition, ...]
    conditions: tuple[Condition, ...]
    source: str | re.Pattern[str]
    good_values: set[tuple[str | None, ...]] = field(default_factory=lambda: {()})
    good_shapes: set[tuple[bool, ...]] = field(default_factory=set)
    good: set[str] = field(default_factory=set)

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

    def fits(self, segment: str, row: list[str]) -> bool:
        """Whether a segment looks like others that passed the exact check; from now on it is known itself."""
        match = self.match(segment)
        if match is None or match.groups() not in self.good_values:
            return False
        if self.conditions and tuple(map(bool, row)) not in self.good_shapes:
            return False
        if len(segment) <= _LONGEST_SEEN:
            if len(self.good) >= _SEEN:
                self.good.clear()
            self.good.add(segment)
        return True

    def remember(self, values: tuple[str | None, ...], shape: tuple[bool, ...]) -> None:
        """Note that a segment with these codes, dates and filled elements had nothing wrong."""
        if len(self.good_values) < _MEMORY:
            self.good_values.add(values)
        if len(self.good_shapes) < _MEMORY:
            self.good_shapes.add(shape)


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
    a separator, so that there is one way to match at most. Possessive parts would say so, but Python 3.11.2 takes them wrong.
    """
    return re.escape(tag) + _tail(elements, ELEMENT) + rf"(?<!{ELEMENT})\Z"


def _tail(elements: tuple[ElementDefinition, ...], separator: str) -> str:
    pattern, needed = "", False
    for element in reversed(elements):
        value = _value_pattern(element)
        needed = needed or element.mandatory
        own = f"{separator}{value if element.mandatory else f'(?:{value})?'}{pattern}"
        pattern = own if needed else f"(?:{own})?"
    return pattern


def _value_pattern(element: ElementDefinition) -> str:
    if element.parts:
        first, *others = element.parts
        value = _value_pattern(first)
        head = value if first.mandatory else f"(?:{value})?"
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
