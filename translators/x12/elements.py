"""The exact check of one segment's elements, run only where its compiled expression did not match.

Presence, length, type, code lists, dates and times, and the relational conditions of X12.6: each failure one finding.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Protocol

from translators.finding import Code, Severity
from translators.x12.definitions import COMPONENT, REPETITION, Condition, ElementDefinition, SegmentDefinition
from translators.x12.versions import labels

_CONTROL = re.compile(r"[\x00-\x1b\x7f\ufffd]")
_REAL = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:E-?\d+)?\Z", re.ASCII)
_TOLERATED = re.compile(r" *[+-]?(?:\d+\.?\d*|\.\d+)-? *\Z", re.ASCII)
_NUL = "\ufffd"


class Note(Protocol):
    """Takes a finding about an element; the caller knows which segment it is and where it stands."""

    def __call__(  # noqa: D102
        self,
        code: Code,
        message: str,
        element: int,
        *,
        component: int | None = None,
        repetition: int | None = None,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None: ...


def check_elements(definition: SegmentDefinition, row: list[str], note: Note) -> None:
    """Check a segment's elements one by one; `row` holds the tag first."""
    tag, places = definition.tag, definition.elements
    _check_tail(definition, row, note)
    for number, place in enumerate(places, 1):
        value = row[number] if number < len(row) else ""
        if value:
            _check_value(place, value, _Spot(tag, number, note))
        elif place.mandatory:
            note(Code.ELEMENT_MISSING, f"{_name(tag, number, place)} is mandatory and missing.", number)
    shape = tuple(map(bool, row))
    for condition in definition.conditions:
        if not condition.holds(shape):
            _note_condition(tag, condition, shape, note)


class _Spot:
    """An element under check: carries its names so that each rule reads as one line."""

    __slots__ = ("component", "name", "note", "number", "repetition", "tag")

    def __init__(self, tag: str, number: int, note: Note) -> None:
        self.tag, self.number, self.note = tag, number, note
        self.component: int | None = None
        self.repetition: int | None = None
        self.name = ""

    def found(self, code: Code, text: str, value: str, *, expected: str | None = None, severity: Severity | None = None) -> None:
        """Pass a finding on, with what it is about in front."""
        self.note(
            code,
            f"{self.name} {text}",
            self.number,
            component=self.component,
            repetition=self.repetition,
            expected=expected,
            actual=value,
            severity=severity,
        )


def _name(tag: str, number: int, place: ElementDefinition, component: int | None = None) -> str:
    label = labels.ELEMENTS.get(place.id)
    wire = f"{tag}{number:02}" + (f"-{component}" if component else "")
    return f"{wire} ({label})" if label else wire


def _check_tail(definition: SegmentDefinition, row: list[str], note: Note) -> None:
    tag, most = definition.tag, len(definition.elements)
    if not any(row[1:]):
        note(Code.SEGMENT_EMPTY, f"Segment {tag} holds no data.", 0)
        if len(row) == 1 or len(row) - 1 <= most:
            return
    surplus = next((n for n in range(most + 1, len(row)) if row[n]), None)
    if surplus is not None:
        text = f"{tag} has {len(row) - 1} elements, its definition {most}."
        note(Code.ELEMENT_SURPLUS, text, surplus, expected=f"at most {most} elements", actual=row[surplus])
    elif len(row) > 1 and not row[-1]:
        note(Code.TRAILING_SEPARATOR, f"{tag} ends in a separator without a value.", len(row) - 1)


def _check_value(place: ElementDefinition, value: str, spot: _Spot) -> None:
    spot.name = _name(spot.tag, spot.number, place)
    repetitions = value.split(REPETITION, place.repetitions)
    if len(repetitions) > place.repetitions:
        text = f"is repeated more than {place.repetitions} times." if place.repetitions > 1 else "must not be repeated."
        spot.repetition = place.repetitions + 1
        spot.found(Code.REPETITION_SURPLUS, text, value, expected=f"at most {place.repetitions}")
        spot.repetition = None
    for number, once in enumerate(repetitions[: place.repetitions], 1):
        spot.repetition = number if place.repetitions > 1 else None
        if place.parts:
            _check_composite(place, once, spot)
        else:
            _check_simple(place, once, spot)
        spot.component = None


def _check_composite(place: ElementDefinition, value: str, spot: _Spot) -> None:
    most = len(place.parts)
    components = value.split(COMPONENT, most)
    if len(components) > most:
        spot.component = most + 1
        spot.found(Code.COMPONENT_SURPLUS, f"has more than {most} components.", value, expected=f"at most {most} components")
        components = components[:most]
    elif not components[-1] and len(components) > 1:
        spot.component = len(components)
        spot.found(Code.TRAILING_SEPARATOR, "ends in a separator without a value.", value)
    for number, part in enumerate(place.parts, 1):
        text = components[number - 1] if number <= len(components) else ""
        spot.component, spot.name = number, _name(spot.tag, spot.number, part, number)
        if text:
            _check_simple(part, text, spot)
        elif part.mandatory:
            spot.found(Code.ELEMENT_MISSING, "is mandatory and missing.", "")


def _check_simple(place: ElementDefinition, value: str, spot: _Spot) -> None:
    """One finding at most: characters before type, type before length, length before code list."""
    if COMPONENT in value:
        spot.component = spot.component or 2
        spot.found(Code.COMPONENT_SURPLUS, "is no composite, but holds the component separator.", value)
    elif _NUL in value:
        spot.found(Code.CHARACTER_NUL, "holds a NUL byte or a byte that is no character.", value)
    elif _CONTROL.search(value):
        spot.found(Code.ELEMENT_CHARACTER, "holds a control character.", value)
    else:
        _CHECKS.get(place.kind, _check_text)(place, value, spot)


def _check_text(place: ElementDefinition, value: str, spot: _Spot) -> None:
    if _length_fits(place, len(value), value, spot) and place.codes and value not in place.codes:
        spot.found(Code.ELEMENT_CODE, f"has the value {value}, which is not in the code list {place.id}.", value)


def _check_number(place: ElementDefinition, value: str, spot: _Spot) -> None:
    digits = value.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        _length_fits(place, len(digits), value, spot)
    elif _TOLERATED.match(value):
        # Implied decimals sent with a point, a plus or blanks: daily bread, and unambiguous.
        spot.found(
            Code.ELEMENT_NOT_NUMERIC,
            "is a whole number by its type and was sent with other marks than digits; read as it stands.",
            value,
            expected="digits",
            severity=Severity.WARNING,
        )
    else:
        spot.found(Code.ELEMENT_NOT_NUMERIC, "is not a number.", value, expected="digits")


def _check_real(place: ElementDefinition, value: str, spot: _Spot) -> None:
    if _REAL.match(value):
        _length_fits(place, sum(map(str.isdigit, value.partition("E")[0])), value, spot)
    elif _TOLERATED.match(value):
        text = "is a number with a plus sign, a trailing minus or blanks; read as it stands."
        spot.found(Code.ELEMENT_NOT_NUMERIC, text, value, expected="a number", severity=Severity.WARNING)
    else:
        spot.found(Code.ELEMENT_NOT_NUMERIC, "is not a number.", value, expected="a number")


def _check_date(place: ElementDefinition, value: str, spot: _Spot) -> None:
    if _length_fits(place, len(value), value, spot) and not is_date(value):
        form = "CCYYMMDD" if place.longest == 8 else "YYMMDD"
        spot.found(Code.ELEMENT_DATE, f"is not a date: {value}.", value, expected=form)


def _check_time(place: ElementDefinition, value: str, spot: _Spot) -> None:
    if _length_fits(place, len(value), value, spot) and not is_time(value):
        spot.found(Code.ELEMENT_TIME, f"is not a time: {value}.", value, expected="HHMM, HHMMSS or HHMMSSDD")


_CHECKS: dict[str, Callable[[ElementDefinition, str, _Spot], None]] = {
    "N": _check_number,
    **{f"N{decimals}": _check_number for decimals in range(7)},
    "R": _check_real,
    "DT": _check_date,
    "TM": _check_time,
}


def _length_fits(place: ElementDefinition, length: int, value: str, spot: _Spot) -> bool:
    if length > place.longest:
        text, expected = f"is {length} characters long; at most {place.longest} are allowed.", f"at most {place.longest}"
        spot.found(Code.ELEMENT_TOO_LONG, text, value, expected=expected)
    elif length < place.shortest:
        text, expected = f"is {length} characters long; at least {place.shortest} are needed.", f"at least {place.shortest}"
        spot.found(Code.ELEMENT_TOO_SHORT, text, value, expected=expected)
    else:
        return True
    return False


def is_date(value: str) -> bool:
    """Whether CCYYMMDD, or YYMMDD, names a day of the calendar."""
    return len(value) in (6, 8) and _is_day(value)


@lru_cache(maxsize=1024)
def _is_day(value: str) -> bool:
    if not (value.isascii() and value.isdigit()):
        return False
    text = value if len(value) == 8 else f"20{value}"
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def is_time(value: str) -> bool:
    """Whether HHMM, HHMMSS, HHMMSSD or HHMMSSDD names a time of the day."""
    return len(value) in (4, 6, 7, 8) and _is_clock(value)


@lru_cache(maxsize=2048)
def _is_clock(value: str) -> bool:
    if not (value.isascii() and value.isdigit()):
        return False
    return int(value[:2]) < 24 and int(value[2:4]) < 60 and (len(value) == 4 or int(value[4:6]) < 60)


def _note_condition(tag: str, condition: Condition, shape: tuple[bool, ...], note: Note) -> None:
    names = [f"{tag}{place:02}" for place in condition.places]
    listed = ", ".join(names)
    first_empty = next((p for p in condition.places if not (p < len(shape) and shape[p])), condition.places[-1])
    wire = condition.wire
    match condition.kind:
        case "P":
            note(Code.ELEMENT_CONDITION, f"{listed} must be sent together.", first_empty, expected=wire)
        case "R":
            note(Code.ELEMENT_CONDITION, f"At least one of {listed} must be sent.", condition.places[0], expected=wire)
        case "E":
            second = [p for p in condition.places if p < len(shape) and shape[p]][1]
            note(Code.ELEMENT_EXCLUSION, f"At most one of {listed} may be sent.", second, expected=wire)
        case "C":
            rest = ", ".join(names[1:])
            note(Code.ELEMENT_CONDITION, f"{names[0]} was sent and asks for {rest}.", first_empty, expected=wire)
        case _:
            rest = ", ".join(names[1:])
            note(
                Code.ELEMENT_CONDITION,
                f"{names[0]} was sent and asks for one of {rest}.",
                condition.places[1],
                expected=wire,
            )
