"""What is wrong with a segment: the exact look at one that is not known to be good.

That a segment is good is decided by its pattern and its codes alone (`definitions`); only the others are taken apart here, to
say what is wrong and where.
"""

import re
from collections.abc import Callable

from translators.edifact import dates
from translators.edifact.definitions import MOST_SPREAD, Component, Definition, Lookup, Position
from translators.edifact.tokenizer import Elements, MarkedText
from translators.finding import Code

_UN = ("", "6")
_NUMBER = re.compile(r"^-?\d+(?:[.,]\d+)?$")

Report = Callable[..., None]
"""`report(code, sentence, element, component, repetition, expected=, actual=)` for the segment at hand."""


def check(definition: Definition, raw: str, text: MarkedText, report: Report, *, repeating: bool) -> None:
    """Check one segment of a text; nothing is reported for a good one."""
    if not definition.good(raw):
        look(definition, raw, text, report, repeating=repeating)


def look(definition: Definition, raw: str, text: MarkedText, report: Report, *, repeating: bool) -> None:
    """The exact look at a segment that was not called good."""
    if not definition.matches(raw):
        _examine(definition, raw, text, report, repeating=repeating)
        if repeating and "*" in raw:
            return
    elements = text.elements(raw)
    for lookup in definition.lookups:
        composite = elements[lookup.element] if lookup.element < len(elements) else []
        if lookup.component < len(composite) and composite[lookup.component] not in lookup.values:
            _not_listed(lookup, composite, composite[lookup.component], report)
    for element in definition.dates:
        if element < len(elements):
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
        if 1 < repeats <= MOST_SPREAD and number + 2 < len(parts):
            spread_out += [""] * (repeats - len(repetitions))
    return text.elements("+".join(spread_out))
