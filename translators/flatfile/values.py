"""What a cell's text means, and how a canonical value is written into one: texts, numbers, dates, times, codes, flags.

`read` raises Unreadable for a text that says nothing of the kind, `write` raises Unwritable for a value that it cannot say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

from translators.finding import Code
from translators.flatfile.moments import Format

_LONGEST_NUMBER = 40
_SHOWN = 6


class Unreadable(Exception):
    """A cell cannot be read as what the layout says it is."""

    def __init__(self, code: Code, message: str, expected: str) -> None:
        super().__init__(message)
        self.code, self.message, self.expected = code, message, expected


class Unwritable(Exception):
    """A value cannot be said in a cell, or not all of it; `instead` is what is written all the same."""

    def __init__(self, code: Code, message: str, instead: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.instead = code, message, instead


class Kind(Protocol):
    """A type of field. `numeric` cells are written to the right, filled up with zeros."""

    @property
    def numeric(self) -> bool:
        """Whether cells are filled up with zeros on the left."""

    def read(self, text: str, zone: tzinfo) -> Any:
        """The canonical value of a cell that is not empty."""

    def write(self, value: Any, zone: tzinfo) -> str:
        """The cell's text."""


@dataclass(frozen=True, slots=True)
class TextKind:
    """Text as it stands."""

    numeric: bool = False

    def read(self, text: str, zone: tzinfo) -> str:  # noqa: ARG002 - all kinds are asked alike
        """The text itself."""
        return text

    def write(self, value: Any, zone: tzinfo) -> str:  # noqa: ARG002
        """The text itself."""
        return str(value)


@dataclass(frozen=True, slots=True)
class NumberKind:
    """A number. `implied` digits at the end are decimals without a mark; `decimals` are always written, None: as needed."""

    mark: str = "."
    thousands: str = ""
    implied: int = 0
    decimals: int | None = None
    numeric: bool = True
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        mark, group = re.escape(self.mark), re.escape(self.thousands)
        whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if self.thousands else r"\d+"
        pattern = rf"([+-]?)\s*({whole}(?:{mark}\d*)?|{mark}\d+)\s*([+-]?)"
        object.__setattr__(self, "pattern", re.compile(pattern, re.ASCII))

    def read(self, text: str, zone: tzinfo) -> Decimal:  # noqa: ARG002
        """The number; a sign may stand before or behind it. A decimal mark goes before implied decimals."""
        match = self.pattern.fullmatch(text)
        if match is None or (match[1] and match[3]) or len(text) > _LONGEST_NUMBER:
            raise Unreadable(Code.ELEMENT_NOT_NUMERIC, "is no number", self._example())
        digits = match[2].replace(self.thousands, "") if self.thousands else match[2]
        value = Decimal(digits.replace(self.mark, "."))
        if self.implied and self.mark not in digits:
            value = value.scaleb(-self.implied)
        return -value if "-" in (match[1], match[3]) else value

    def write(self, value: Any, zone: tzinfo) -> str:  # noqa: ARG002
        """The number, without thousands: they are for people."""
        number = Decimal(value)
        if abs(number.adjusted()) > _LONGEST_NUMBER:
            raise Unwritable(Code.ELEMENT_TOO_LONG, f"{number} has too many digits")
        places = self.implied or self.decimals
        rounded = number if places is None else number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        text = format(rounded.scaleb(self.implied), "f") if self.implied else format(rounded, "f").replace(".", self.mark)
        if rounded != number:
            raise Unwritable(Code.ELEMENT_TOO_LONG, f"{number} has more than {places} decimals", text)
        return text

    def _example(self) -> str:
        if self.implied:
            return f"digits, the last {self.implied} of them decimals"
        return f"a number with decimal mark {self.mark}"


@dataclass(frozen=True, slots=True)
class MomentKind:
    """A date, a date with a time, or (type `time`) a time of day, which the reader puts to its date."""

    format: Format
    numeric: bool = False

    def read(self, text: str, zone: tzinfo) -> date | datetime | time:
        """The moment; one with a time of day is taken in the partner's zone and said in UTC."""
        value = self.format.read(text)
        if value is None:
            clock = not self.format.day
            word = "time" if clock else "date"
            raise Unreadable(Code.ELEMENT_TIME if clock else Code.ELEMENT_DATE, f"is no {word}", self.format.text)
        return in_utc(value, zone) if isinstance(value, datetime) else value

    def write(self, value: Any, zone: tzinfo) -> str:
        """The moment in the partner's zone."""
        if not isinstance(value, date | time):
            raise Unwritable(Code.ELEMENT_DATE, f"{value} is no date")
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(zone)
        text = self.format.write(value)
        if isinstance(value, datetime) and not self.format.clock:
            raise Unwritable(Code.NOT_WRITTEN, f"the time of day {value:%H:%M:%S} has no place", text)
        if not self.format.exact(value):
            raise Unwritable(Code.NOT_WRITTEN, f"{value} cannot be said as {self.format.text}", text)
        return text


def in_utc(value: datetime, zone: tzinfo) -> datetime:
    """A moment of the partner's clock, in UTC. Raises Unreadable at the ends of time."""
    try:
        return value.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise Unreadable(Code.ELEMENT_DATE, "is no date that can be said in UTC", "a date of our time") from error


@dataclass(frozen=True, slots=True)
class CodeKind:
    """A code by a table of the layout. A code that the table does not have is kept as it is, with a finding.

    Where `words` are given, those are all that the member may say, and a code without a word cannot be read.
    """

    name: str
    words: Mapping[str, str]
    codes: Mapping[str, str]
    only: frozenset[str] = frozenset()
    numeric: bool = False

    def read(self, text: str, zone: tzinfo) -> str:  # noqa: ARG002
        """The word for the code."""
        word = self.words.get(text, text)
        if self.only and word not in self.only:
            raise Unreadable(Code.CANONICAL_INVALID, f"is no code of table {self.name}", shortened(self.words))
        return word

    def knows(self, text: str) -> bool:
        """Whether the table has the code."""
        return text in self.words

    def write(self, value: Any, zone: tzinfo) -> str:  # noqa: ARG002
        """The code for the word: the first of the table that means it, else the word itself, as an unknown code was kept."""
        text = str(value)
        code = self.codes.get(text)
        if code is None:
            raise Unwritable(Code.ELEMENT_CODE, f"table {self.name} has no code for {text}", text)
        return code


@dataclass(frozen=True, slots=True)
class FlagKind:
    """Yes or no. The first of `true` and `false` is the one that is written."""

    true: tuple[str, ...]
    false: tuple[str, ...]
    numeric: bool = False

    def read(self, text: str, zone: tzinfo) -> bool:  # noqa: ARG002
        """True or False."""
        if text in self.true:
            return True
        if text in self.false:
            return False
        raise Unreadable(Code.CANONICAL_INVALID, "is neither yes nor no", shortened((*self.true, *self.false)))

    def write(self, value: Any, zone: tzinfo) -> str:  # noqa: ARG002
        """The text for yes or no."""
        return self.true[0] if value else self.false[0]


def shortened(values: Mapping[str, str] | tuple[str, ...]) -> str:
    """The first few of a list, for a finding."""
    first = list(values)[:_SHOWN]
    return ", ".join(first) + (" …" if len(values) > _SHOWN else "")
