"""Reading values out of the segments of a message: text, numbers, dates, and what no canonical field takes."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from translators.edifact import dates
from translators.edifact.grammar import Occurrence
from translators.edifact.message import Meaning
from translators.edifact.messages import codes
from translators.edifact.tokenizer import Elements

Value = dict[str, Any]
"""A part of a canonical document before it is validated, as a plain dict."""

_UNIT = re.compile(r"^[A-Z0-9]{2,3}$")
_FULL_LINE = 35
_LONGEST_NUMBER = 40


def text(elements: Elements, element: int, component: int = 1) -> str:
    """A component without the blanks around it; empty when absent."""
    if element < len(elements) and component <= len(composite := elements[element]):
        return composite[component - 1].strip()
    return ""


def number(value: str) -> Decimal | None:
    """A decimal with point or comma; None when it is none."""
    if not value or len(value) > _LONGEST_NUMBER:
        return None
    try:
        result = Decimal(value.replace(",", ".") if "," in value else value)
    except InvalidOperation:
        return None
    return result if result.is_finite() else None


def joined(parts: list[str]) -> str:
    """Lines of one text put together: a line that is full to its end goes on in the next without a blank."""
    result = previous = ""
    for part in parts:
        if result and part and not (len(previous) >= _FULL_LINE and not previous.endswith(" ")):
            result += " "
        result += part
        previous = part
    return result.strip()


def lines(elements: Elements, element: int, first: int, last: int) -> list[str]:
    """The components from `first` to `last` that hold something, in order."""
    if element >= len(elements):
        return []
    return [c.rstrip() for c in elements[element][first - 1 : last] if c.strip()]


def quantity(value: str, unit: str) -> Value | None:
    """A quantity with its unit in Recommendation 20, the partner's own beside it where it differs."""
    amount = number(value)
    if amount is None:
        return None
    result: Value = {"value": amount}
    if unit:
        translated = codes.UNITS.get(unit, unit if _UNIT.match(unit) else None)
        if translated is not None:
            result["unit"] = translated
        if translated != unit:
            result["original"] = unit
    return result


def put(target: Value, key: str, value: object) -> None:
    """Set what has a value: absent members stay absent."""
    if value is not None and value not in ("", [], {}):
        target[key] = value


def identify(identifiers: Value, scheme: str, value: str) -> None:
    """Add an identifier; a second of the same scheme makes a list."""
    known = identifiers.get(scheme)
    if known is None:
        identifiers[scheme] = value
    elif isinstance(known, list):
        if value not in known:
            known.append(value)
    elif known != value:
        identifiers[scheme] = [known, value]


class Notes:
    """What a mapper keeps at hand: the partner's zone, and the list for what found no place."""

    __slots__ = ("extras", "meaning")

    def __init__(self, meaning: Meaning, extras: list[Value]) -> None:
        self.meaning = meaning
        self.extras = extras

    def instant(self, elements: Elements, element: int = 1) -> date | datetime | None:
        """The date or instant of a C507."""
        return dates.instant(text(elements, element, 2), text(elements, element, 3) or "102", self.meaning.timezone)

    def span(self, elements: Elements, element: int = 1) -> tuple[date | datetime, date | datetime] | None:
        """The period of a C507."""
        return dates.span(text(elements, element, 2), text(elements, element, 3), self.meaning.timezone)

    def extra(self, occurrence: Occurrence, elements: Elements) -> None:
        """Keep a whole segment that has no place."""
        path = f"{occurrence.node.path}/{elements[0][0]}".lstrip("/")
        qualifier = text(elements, 1) or None
        value = "+".join(":".join(e) for e in elements[1:]).strip()
        if value:
            self.extras.append(
                {"path": path, "qualifier": qualifier, "value": value} if qualifier else {"path": path, "value": value}
            )

    def rest(self, occurrence: Occurrence, elements: Elements, taken: tuple[int, ...]) -> None:
        """Keep the elements of a mapped segment that the mapping does not take.

        `taken` holds, for each element, how many of its components are read; elements beyond it are not read at all.
        """
        count = len(taken)
        for index in range(1, len(elements)):
            composite = elements[index]
            limit = taken[index - 1] if index <= count else 0
            if len(composite) > limit:
                for component in range(limit, len(composite)):
                    if composite[component].strip():
                        self.keep(occurrence, elements, index, component + 1)

    def keep(self, occurrence: Occurrence, elements: Elements, element: int, component: int) -> None:
        """Keep one component that has no place; its number is part of the path when it is not the first."""
        path = f"{occurrence.node.path}/{elements[0][0]}/{element}".lstrip("/")
        if component > 1:
            path += f"/{component}"
        extra: Value = {"path": path, "value": elements[element][component - 1]}
        qualifier = text(elements, 1)
        if qualifier and element > 1:
            extra["qualifier"] = qualifier
        self.extras.append(extra)


def everything(occurrence: Occurrence) -> Iterator[tuple[Occurrence, Elements]]:
    """All segments of a group and of the groups inside it."""
    for _number, elements in occurrence.segments:
        yield occurrence, elements
    for inner in occurrence.groups:
        yield from everything(inner)
