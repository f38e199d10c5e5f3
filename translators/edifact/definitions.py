"""The segments of a directory, ready to be checked: their positions, and one compiled regular expression for each.

A pattern covers presence, order, number, type and length of all elements and components, and captures the coded ones, which
are looked up in their lists. It works on the marked text of `tokenizer`, whose separators are always the default ones.
Partners send the same segments again and again (parties, dates, items): short ones that were good are remembered.
"""

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from translators.edifact import dates, directories

_CODE_LIST, _AGENCY = "1131", "3055"
MOST_SPREAD = 99
_SLOW_LOOKS = 12
"""How many segments get the exact look before the pattern for them is compiled."""
_MOST_COMBINATIONS = 512
"""How many combinations of codes are remembered of a segment."""
_SHORT, _MOST_GOOD = 128, 4096
"""Good segments are remembered of up to so many characters, and so many of them: at most two megabytes."""
_FORM = re.compile(r"^(an|a|n)(\.\.)?(\d+)$")
_CLASS = {"an": "[^+:*]", "a": "[^+:*0-9]"}
_CLASS_NO_REPETITION = {"an": "[^+:]", "a": "[^+:0-9]"}


@dataclass(frozen=True, slots=True)
class Form:
    """A representation: type, shortest and longest length."""

    kind: str
    shortest: int
    longest: int

    def __str__(self) -> str:
        return f"{self.kind}{'' if self.shortest == self.longest else '..'}{self.longest}"


@dataclass(frozen=True, slots=True)
class Component:
    """A component, or the only one of a simple element."""

    id: str
    mandatory: bool
    form: Form


@dataclass(frozen=True, slots=True)
class Position:
    """One element position of a segment. `repeats` is more than 1 only where syntax version 4 allows repetition."""

    id: str
    mandatory: bool
    repeats: int
    components: tuple[Component, ...]
    composite: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """A coded component: where it stands, its values, and where the composite names another list or agency."""

    element: int
    component: int
    id: str
    values: frozenset[str]
    code_list: int | None
    agency: int | None


@dataclass(slots=True, eq=False)
class Definition:
    """A segment of a directory, ready to be checked.

    Its pattern is compiled once the segment has come often enough for that to pay; before, none is called good, and the exact
    look says what there is to say.
    """

    tag: str
    positions: tuple[Position, ...]
    source: str
    lookups: tuple[Lookup, ...]
    dates: tuple[int, ...]
    _fits: Callable[[str], re.Match[str] | None] | None = field(init=False, default=None)
    _left: int = field(init=False, default=_SLOW_LOOKS)
    _listed: set[tuple[str | None, ...]] = field(init=False, default_factory=set)

    def good(self, raw: str) -> bool:
        """Whether there is certainly nothing to say about a segment: pattern, codes and dates."""
        match = (self._fits or self._uncompiled)(raw)
        if match is None:
            return False
        codes = match.groups()
        return (codes in self._listed or self._are_listed(codes)) and (not self.dates or self._dated(raw))

    def matches(self, raw: str) -> bool:
        """Whether the pattern of the segment matches; not before it is compiled."""
        return self._fits is not None and self._fits(raw) is not None

    def _uncompiled(self, raw: str) -> re.Match[str] | None:
        self._left -= 1
        if self._left > 0:
            return None
        self._fits = re.compile(self.source).fullmatch
        return self._fits(raw)

    def _are_listed(self, codes: tuple[str | None, ...]) -> bool:
        """Whether all codes of a segment are in their lists; the few combinations that are in use are remembered."""
        if any(code is not None and code not in lookup.values for code, lookup in zip(codes, self.lookups, strict=True)):
            return False
        if len(self._listed) < _MOST_COMBINATIONS:
            self._listed.add(codes)
        return True

    def _dated(self, raw: str) -> bool:
        elements = raw.split("+")
        for element in self.dates:
            composite = elements[element].split(":") if element < len(elements) else ()
            if len(composite) > 2 and composite[1] and not dates.fits(composite[1], composite[2]):
                return False
        return True


@lru_cache(maxsize=2048)
def definition(directory: str, tag: str, *, repeating: bool) -> Definition | None:
    """The definition of a segment; `repeating` is syntax version 4, where an element may repeat within its position.

    In earlier versions a repeated element takes as many positions as it may repeat (ISO 9735:1988 clause 8.2).
    """
    tables = directories.directory(directory)
    raw = tables.segments.get(tag)
    if raw is None:
        return None
    positions = tuple(_positions(raw, repeating=repeating))
    lookups = tuple(_lookups(positions, tables.codes))
    coded = {(lookup.element, lookup.component) for lookup in lookups}
    pattern = _pattern(tag, positions, coded, repeating=repeating)
    return Definition(tag, positions, pattern, lookups, tuple(i for i, p in enumerate(positions, 1) if p.id == "C507"))


class Table(dict[str, Definition]):
    """The definitions of a directory by tag, each made when it is first asked for."""

    def __init__(self, directory: str, *, repeating: bool) -> None:
        super().__init__()
        self._directory, self._repeating = directory, repeating

    def __missing__(self, tag: str) -> Definition:
        found = definition(self._directory, tag, repeating=self._repeating)
        if found is None:
            raise KeyError(tag)
        self[tag] = found
        return found


class GoodSegments(dict[str, str]):
    """The tags of good segments by their raw text, empty for those that need the exact look; short ones are remembered."""

    def __init__(self, table_: Table) -> None:
        super().__init__()
        self._table = table_

    def __missing__(self, raw: str) -> str:
        try:
            found = self._table[raw[:3]]
        except KeyError:
            return ""
        if not found.good(raw):
            return ""
        if len(raw) <= _SHORT:
            if len(self) >= _MOST_GOOD:
                self.clear()
            self[raw] = found.tag
        return found.tag


@lru_cache(maxsize=16)
def table(directory: str, *, repeating: bool) -> Table:
    """The definitions of all segments of a directory."""
    return Table(directory, repeating=repeating)


@lru_cache(maxsize=16)
def good_segments(directory: str, *, repeating: bool) -> GoodSegments:
    """The good segments of a directory that were met lately."""
    return GoodSegments(table(directory, repeating=repeating))


def _positions(raw: tuple[Any, ...], *, repeating: bool) -> Iterator[Position]:
    for identifier, status, repeats, content in raw:
        composite = not isinstance(content, str)
        if composite:
            components = tuple(Component(i, s == "M", _form(f)) for i, s, f in content)
        else:
            components = (Component(identifier, mandatory=True, form=_form(content)),)
        if repeating or repeats == 1 or repeats > MOST_SPREAD:
            yield Position(identifier, status == "M", repeats, components, composite)
            continue
        for occurrence in range(repeats):
            yield Position(identifier, status == "M" and not occurrence, 1, components, composite)


def _form(text: str) -> Form:
    match = _FORM.match(text)
    if match is None:
        raise ValueError(text)
    longest = int(match[3])
    return Form(match[1], 1 if match[2] else longest, longest)


def _pattern(tag: str, positions: tuple[Position, ...], coded: AbstractSet[tuple[int, int]], *, repeating: bool) -> str:
    """Neither a composite nor the segment ends in a separator: that is looked at before each element, and at the end.

    What may be left out is written `(?:…|)`, which the engine passes in half the time of `(?:…)?`.
    """
    elements = [_element_pattern(number, p, coded, repeating=repeating) for number, p in enumerate(positions, 1)]
    return re.escape(tag) + r"(?=\+)" + _sequence(elements, r"(?<!:)\+") + "(?<![:+])"


def _sequence(parts: list[tuple[str, bool]], separator: str) -> str:
    """Parts one after the other; the tail may be cut off from any conditional one on."""
    text = ""
    for part, mandatory in reversed(parts):
        here = separator + (part if mandatory else f"(?:{part}|)") + text
        text = here if mandatory else f"(?:{here}|)"
    return text


def _element_pattern(
    number: int, position: Position, coded: AbstractSet[tuple[int, int]], *, repeating: bool
) -> tuple[str, bool]:
    parts = []
    for index, component in enumerate(position.components):
        value = _value_pattern(component.form, repeating=repeating)
        parts.append((f"({value})" if (number, index) in coded else value, component.mandatory))
    first, mandatory = parts[0]
    if mandatory:
        return first + _sequence(parts[1:], ":"), position.mandatory
    # The first component may be empty, but something must be there.
    return f"(?=[^+])(?:{first}|)" + _sequence(parts[1:], ":"), position.mandatory


def _value_pattern(form: Form, *, repeating: bool) -> str:
    if form.kind == "n":
        bounded = rf"(?=\d[\d.,]{{2,{max(form.longest, 2)}}}+(?![\d.,]))"
        return rf"-?(?:\d{{{form.shortest},{form.longest}}}+(?![.,])|{bounded}\d++[.,]\d++)"
    letters = (_CLASS if repeating else _CLASS_NO_REPETITION)[form.kind]
    return f"{letters}{{{form.shortest},{form.longest}}}+"


def _lookups(positions: tuple[Position, ...], codes: dict[str, str]) -> Iterator[Lookup]:
    for number, position in enumerate(positions, 1):
        ids = [c.id for c in position.components]
        for index, component in enumerate(position.components):
            values = codes.get(component.id)
            if values is None or component.id in (_CODE_LIST, _AGENCY):
                continue
            after = ids[index:]
            code_list = index + after.index(_CODE_LIST) if _CODE_LIST in after else None
            agency = index + after.index(_AGENCY) if _AGENCY in after else None
            yield Lookup(number, index, component.id, frozenset(("", *values.split())), code_list, agency)
