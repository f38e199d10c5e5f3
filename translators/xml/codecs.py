"""Values of elements: text with attributes to a canonical value, and back."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Protocol

from translators.mapping.numbers import number, plain
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.xml.context import Reading, Writing
from translators.xml.node import Node

_NONE: frozenset[str] = frozenset()
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?")
_TIME = re.compile(r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")


class Codec(Protocol):
    """One element as one value. `attributes` are those that it takes."""

    @property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes that belong to the value."""

    def read(self, node: Node, context: Reading) -> Any:
        """The value; None when the element says none that can be understood."""

    def write(self, value: Any, node: Node, context: Writing) -> Any:
        """Put the value into the element; what had no room is handed back."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it stands, without blanks around it."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> str | None:
        """The text."""
        return (node.text or "").strip() or None

    def write(self, value: str, node: Node, _context: Writing) -> None:
        """The text."""
        node.text = value


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> Any:
        """The number."""
        return number(node.text) if node.text else None

    def write(self, value: Any, node: Node, _context: Writing) -> None:
        """The number, without exponent."""
        node.text = plain(value)


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> int | None:
        """The number; None when it is not whole."""
        value = number(node.text) if node.text else None
        return int(value) if value is not None and value == value.to_integral_value() and abs(value) < 10**12 else None

    def write(self, value: int, node: Node, _context: Writing) -> None:
        """The number."""
        node.text = str(value)


@dataclass(frozen=True, slots=True)
class Digits:
    """A number that the canonical model keeps as text."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> str | None:
        """The number as it stands."""
        return (node.text or "").strip() or None

    def write(self, value: str, node: Node, _context: Writing) -> str | None:
        """The number; handed back when the text is none."""
        if number(value) is None:
            return value
        node.text = value
        return None


@dataclass(frozen=True, slots=True)
class Indicator:
    """Yes or no (xs:boolean)."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> bool | None:
        """Yes or no."""
        return {"true": True, "1": True, "false": False, "0": False}.get((node.text or "").strip())

    def write(self, value: bool, node: Node, _context: Writing) -> None:  # noqa: FBT001 - the protocol's
        """`true` or `false`."""
        node.text = "true" if value else "false"


@dataclass(frozen=True, slots=True)
class Day:
    """A date (xs:date); its zone says nothing about the day that is meant. Of an instant, the day in UTC is written."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> date | None:
        """The date."""
        return day(node.text or "")

    def write(self, value: date, node: Node, _context: Writing) -> None:
        """The date."""
        node.text = (value.date() if isinstance(value, datetime) else value).isoformat()


@dataclass(frozen=True, slots=True)
class Instant:
    """A date and time in one element (xs:dateTime, or a date alone)."""

    attributes: frozenset[str] = _NONE

    def read(self, node: Node, context: Reading) -> date | datetime | None:
        """The instant in UTC, or the date where no time is given."""
        text = (node.text or "").strip()
        first, mark, second = text.partition("T")
        found = day(first)
        return instant(found, second, context.timezone) if found and mark else found

    def write(self, value: date | datetime, node: Node, _context: Writing) -> None:
        """The instant in UTC, or the date."""
        node.text = f"{value:%Y-%m-%d}T{clock(value)}" if isinstance(value, datetime) else value.isoformat()


@dataclass(frozen=True, slots=True)
class Coded:
    """A code as a canonical word; `attributes` may name lists that are taken as understood."""

    words: Words
    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> str | None:
        """The word; None for a code that the words do not have, unless they take any."""
        code = (node.text or "").strip()
        return self.words.word(code) if code else None

    def write(self, value: str, node: Node, _context: Writing) -> str | None:
        """The code; handed back when no code stands for the word."""
        code = self.words.code(value)
        if code is None:
            return value
        node.text = code
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """A code that is read only when the table has a word for it; any other is kept as it is."""

    words: Words
    attributes: frozenset[str] = _NONE

    def read(self, node: Node, _context: Reading) -> str | None:
        """The word, None for other codes."""
        code = (node.text or "").strip()
        word = self.words.known(code)
        return word if word is not None and self.words.preferred(code) else None

    def write(self, value: str, node: Node, _context: Writing) -> str | None:
        """The code; handed back when no code stands for the word."""
        if value not in self.words.listed:
            return value
        node.text = self.words.code(value)
        return None


@dataclass(frozen=True, slots=True)
class Amount:
    """Money with its currency; an amount without one is written in the currency of the document."""

    attributes: frozenset[str] = frozenset(("currencyID",))

    def read(self, node: Node, _context: Reading) -> Value | None:
        """The amount."""
        value = number(node.text) if node.text else None
        if value is None:
            return None
        currency = node.attribute("currencyID").strip()
        return {"amount": value, "currency": currency} if currency else {"amount": value}

    def write(self, value: Value, node: Node, context: Writing) -> None:
        """The amount."""
        node.text = plain(value["amount"])
        currency = value.get("currency") or context.currency
        if currency:
            node.attributes = [("currencyID", currency)]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (quantity or measure). Units are those of Recommendation 20; another family's own code is left."""

    attributes: frozenset[str] = frozenset(("unitCode",))

    def read(self, node: Node, _context: Reading) -> Value | None:
        """The quantity."""
        value = number(node.text) if node.text else None
        if value is None:
            return None
        unit = node.attribute("unitCode").strip()
        return {"value": value, "unit": unit} if unit else {"value": value}

    def write(self, value: Value, node: Node, _context: Writing) -> None:
        """The quantity."""
        node.text = plain(value["value"])
        if value.get("unit"):
            node.attributes = [("unitCode", value["unit"])]


def day(text: str) -> date | None:
    """A date as XML Schema writes it; None for anything else."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def instant(of: date, text: str, zone: tzinfo) -> datetime | None:
    """The instant in UTC of a time as XML Schema writes it, on a day; one without a zone is the partner's."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction, offset = match.groups()
    try:
        later = timedelta(days=1) if (hours, minutes, seconds) == ("24", "00", "00") else timedelta()
        moment = time(0 if later else int(hours), int(minutes), int(seconds), int(f"{fraction or 0:0<6}"[:6]))
        aware = datetime.combine(of, moment, _zone(offset) if offset else zone)
        return aware.astimezone(UTC) + later
    except (ValueError, OverflowError):
        return None


def _zone(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    minutes = int(offset[1:3]) * 60 + int(offset[4:])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def clock(value: datetime) -> str:
    """A time in UTC as XML Schema writes it."""
    moment = value.astimezone(UTC).time()
    return f"{moment.isoformat()}Z"
