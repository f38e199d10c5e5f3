"""Element checks: one compiled regular expression for each segment, and the exact look only at what did not match.

A pattern covers presence, order, number, type and length of all elements and components. It is compiled once for each segment
of a directory and works on the marked text of `tokenizer`, whose separators are always the default ones. Code lists and dates
are looked up apart, because their findings differ.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from translators.edifact import dates, directories
from translators.edifact.tokenizer import Elements, MarkedText
from translators.finding import Code

_CODE_LIST, _AGENCY = "1131", "3055"
_UN = ("", "6")
_MOST_SPREAD = 99
_SLOW_LOOKS = 12
"""How many segments get the exact look before the pattern for them is compiled."""
_FORM = re.compile(r"^(an|a|n)(\.\.)?(\d+)$")
_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")
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

    `fits` says of a segment that its pattern matches, once it has come often enough for compiling that to pay; before, no
    segment does, and the exact look says what there is to say.
    """

    tag: str
    positions: tuple[Position, ...]
    source: str
    lookups: tuple[tuple[int, int, frozenset[str], Lookup], ...]
    dates: tuple[int, ...]
    fits: Callable[[str], object] = field(init=False)
    _left: int = field(init=False, default=_SLOW_LOOKS)

    def __post_init__(self) -> None:
        self.fits = self._unmatched

    def matches(self, raw: str) -> bool:
        """Whether the pattern of the segment matches."""
        return re.fullmatch(self.source, raw) is not None

    def _unmatched(self, raw: str) -> object:
        self._left -= 1
        if self._left > 0:
            return None
        self.fits = re.compile(self.source).fullmatch
        return self.fits(raw)


Report = Callable[..., None]
"""`report(code, sentence, element, component, repetition, expected=, actual=)` for the segment at hand."""


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
    pattern = re.escape(tag) + r"(?=\+)" + _sequence([_element_pattern(p, repeating=repeating) for p in positions], r"\+")
    return Definition(
        tag,
        positions,
        pattern,
        tuple((x.element, x.component, x.values, x) for x in _lookups(positions, tables.codes)),
        tuple(i for i, p in enumerate(positions, 1) if p.id == "C507"),
    )


class _Table(dict[str, Definition]):
    """The definitions of a directory, each compiled when it is first asked for."""

    def __init__(self, directory: str, *, repeating: bool) -> None:
        super().__init__()
        self._directory, self._repeating = directory, repeating

    def __missing__(self, tag: str) -> Definition:
        found = definition(self._directory, tag, repeating=self._repeating)
        if found is None:
            raise KeyError(tag)
        self[tag] = found
        return found


@lru_cache(maxsize=16)
def table(directory: str, *, repeating: bool) -> Mapping[str, Definition]:
    """The definitions of all segments of a directory, by tag."""
    return _Table(directory, repeating=repeating)


def _positions(raw: tuple[Any, ...], *, repeating: bool) -> Iterator[Position]:
    for identifier, status, repeats, content in raw:
        composite = not isinstance(content, str)
        if composite:
            components = tuple(Component(i, s == "M", _form(f)) for i, s, f in content)
        else:
            components = (Component(identifier, mandatory=True, form=_form(content)),)
        if repeating or repeats == 1 or repeats > _MOST_SPREAD:
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


def _sequence(parts: list[tuple[str, bool]], separator: str) -> str:
    """Parts one after the other; the tail may be cut off from any conditional one on, but not end in a separator."""
    text = ""
    for part, mandatory in reversed(parts):
        here = separator + (part if mandatory else f"(?:{part})?") + text
        text = here if mandatory else f"(?:{here}(?<!{separator}))?"
    return text


def _element_pattern(position: Position, *, repeating: bool) -> tuple[str, bool]:
    parts = [(_value_pattern(c.form, repeating=repeating), c.mandatory) for c in position.components]
    body = _sequence(parts, ":")
    first, mandatory = parts[0]
    if mandatory:
        return body[1:], position.mandatory
    # The first component may be empty: `(?::X…)?` becomes `X?…`, and something must be there.
    inner = f"(?:{first})?" + _sequence(parts[1:], ":")
    return f"(?=[^+]){inner}(?<!:)", position.mandatory


def _value_pattern(form: Form, *, repeating: bool) -> str:
    if form.kind == "n":
        bounded = rf"(?=\d[\d.,]{{2,{max(form.longest, 2)}}}(?![\d.,]))"
        return rf"-?(?:\d{{{form.shortest},{form.longest}}}|{bounded}\d+[.,]\d+)"
    letters = (_CLASS if repeating else _CLASS_NO_REPETITION)[form.kind]
    return f"{letters}{{{form.shortest},{form.longest}}}"


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


def check(definition: Definition, raw: str, elements: Elements, text: MarkedText, report: Report, *, repeating: bool) -> None:
    """Check one segment; nothing is reported for a good one, and that is decided by its pattern alone."""
    if definition.fits(raw) is None:
        _examine(definition, raw, text, report, repeating=repeating)
        if repeating and "*" in raw:
            return
    count = len(elements)
    for element, component, values, lookup in definition.lookups:
        if element >= count:
            break
        composite = elements[element]
        if component < len(composite) and composite[component] not in values:
            _not_listed(lookup, composite, composite[component], report)
    for element in definition.dates:
        if element < count:
            _date(elements[element], element, report)


def _not_listed(lookup: Lookup, composite: list[str], value: str, report: Report) -> None:
    """A list of another agency, or another list, is not ours to judge."""
    for other in (lookup.code_list, lookup.agency):
        if other is not None and other < len(composite) and composite[other] not in _UN:
            return
    text = f"{value[:20]} is not in the code list of {lookup.id}."
    report(Code.ELEMENT_CODE, text, lookup.element, lookup.component + 1, None, actual=value)


def _date(composite: list[str], element: int, report: Report) -> None:
    if len(composite) < 3 or not composite[1]:
        return
    value, form = composite[1], composite[2]
    if not dates.fits(value, form):
        text = f"{value[:35]} is no date or time in format {form}."
        report(Code.ELEMENT_DATE, text, element, 2, None, expected=form, actual=value)


def _examine(definition: Definition, raw: str, text: MarkedText, report: Report, *, repeating: bool) -> None:
    """The exact look: says what the pattern did not like."""
    parts = raw.split("+", len(definition.positions) + 1)
    values = parts[1 : len(definition.positions) + 1]
    if not any(values):
        if len(parts) > 1 or not any(p.mandatory for p in definition.positions):
            report(Code.SEGMENT_EMPTY, f"Segment {definition.tag} holds no data.", None, None, None)
    elif raw.endswith("+"):
        last = 1 + max(i for i, v in enumerate(raw.split("+")[1:], 1) if v)
        report(Code.TRAILING_SEPARATOR, "Element separators stand after the last value.", last, None, None)
    if len(parts) > len(definition.positions) + 1 and parts[-1].strip("+:*"):
        surplus = len(definition.positions) + 1
        sentence = f"Segment {definition.tag} has {surplus - 1} elements; more were sent."
        report(Code.ELEMENT_SURPLUS, sentence, surplus, None, None, expected=str(surplus - 1), actual=parts[-1])
    for number, position in enumerate(definition.positions, 1):
        value = values[number - 1] if number <= len(values) else ""
        if value:
            _element(position, number, value, text, report, repeating=repeating)
        elif position.mandatory:
            sentence = f"Element {position.id} of {definition.tag} is mandatory and missing."
            report(Code.ELEMENT_MISSING, sentence, number, None, None, expected=position.id)


def _element(position: Position, number: int, value: str, text: MarkedText, report: Report, *, repeating: bool) -> None:
    if not repeating:
        _composite(position, number, None, value, text, report)
        return
    repetitions = value.split("*", position.repeats)
    for repetition, part in enumerate(repetitions[: position.repeats], 1):
        if part:
            _composite(position, number, repetition if len(repetitions) > 1 else None, part, text, report)
    if len(repetitions) > position.repeats:
        sentence = f"Element {position.id} may occur {position.repeats} times."
        report(Code.REPETITION_SURPLUS, sentence, number, None, position.repeats + 1, expected=str(position.repeats))


def _composite(position: Position, number: int, repetition: int | None, value: str, text: MarkedText, report: Report) -> None:
    limit = len(position.components)
    parts = value.split(":", limit)
    if value.endswith(":"):
        sentence = "Component separators stand after the last value."
        report(Code.TRAILING_SEPARATOR, sentence, number, len(value.rstrip(":").split(":")[:limit]) + 1, repetition)
    if len(parts) > limit and parts[limit].strip(":"):
        sentence = f"Element {position.id} has {limit} components; more were sent."
        report(Code.COMPONENT_SURPLUS, sentence, number, limit + 1, repetition, expected=str(limit), actual=parts[limit])
    if not value.strip(":"):
        if position.mandatory:
            report(Code.ELEMENT_MISSING, f"Element {position.id} is mandatory and empty.", number, None, repetition)
        return
    for index, component in enumerate(position.components):
        part = parts[index] if index < len(parts) else ""
        place = index + 1 if position.composite else None
        if part:
            _value(component, text.original(part), number, place, repetition, report)
        elif component.mandatory:
            sentence = f"Component {component.id} of {position.id} is mandatory and missing."
            report(Code.ELEMENT_MISSING, sentence, number, place, repetition, expected=component.id)


def _value(component: Component, value: str, number: int, place: int | None, repetition: int | None, report: Report) -> None:
    form = component.form
    length = len(value)
    if form.kind == "n":
        if not _NUMBER.match(value):
            text = f"Element {component.id} is numeric; {value[:35]} is no number."
            report(Code.ELEMENT_NOT_NUMERIC, text, number, place, repetition, expected=str(form), actual=value)
            return
        length = sum(character.isdigit() for character in value)
    elif form.kind == "a" and any(character.isdigit() for character in value):
        text = f"Element {component.id} holds letters only."
        report(Code.ELEMENT_CHARACTER, text, number, place, repetition, expected=str(form), actual=value)
    if length > form.longest:
        text = f"Element {component.id} has {length} characters; {form.longest} are allowed."
        report(Code.ELEMENT_TOO_LONG, text, number, place, repetition, expected=str(form), actual=value)
    elif length < form.shortest:
        text = f"Element {component.id} has {length} characters; {form.shortest} are required."
        report(Code.ELEMENT_TOO_SHORT, text, number, place, repetition, expected=str(form), actual=value)


def spread(definition: Definition, raw: str, text: MarkedText) -> Elements:
    """The elements of a segment with repetitions laid out one after the other, as syntax version 3 writes them.

    What reads a message afterwards meets one form only. An element that may repeat takes as many places as it may repeat, as
    far as that matters for what follows it.
    """
    parts = raw.split("+")
    spread_out: list[str] = [parts[0]]
    for number, value in enumerate(parts[1:]):
        repetitions = value.split("*")
        spread_out += repetitions
        repeats = definition.positions[number].repeats if number < len(definition.positions) else 1
        if 1 < repeats <= _MOST_SPREAD and number + 2 < len(parts):
            spread_out += [""] * (repeats - len(repetitions))
    return text.elements("+".join(spread_out))
