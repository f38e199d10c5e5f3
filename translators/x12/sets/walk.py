"""The walk through a valid set that fills a canonical document: where it is, what it fills, what nobody took."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from translators.finding import Code
from translators.x12.grammar import COMPONENT
from translators.x12.sets.conversion import Value, check_digit_fits, implied, instant, money, number, quantity
from translators.x12.sets.source import Source

WIDTH = 32
"""Rows are filled up to this many elements, so that an element that was left out reads as empty."""
HEADER, LINE, SUB_LINE = range(3)
_EMPTY = [""] * WIDTH
_FILLING = [[""] * (WIDTH - width) for width in range(WIDTH + 1)]
"""What a row of each width lacks."""


class Walk:
    """State of the walk. `levels` are the order, its current line and that line's current sub-line.

    `target` is the one of them that the current segment speaks of; `party` and `text` are the parts that following
    segments add to; `text_end` is the index of the last segment of the text, `note` the code of the last N9.
    `currency` is that of amounts from here on: of the order, or of the line where it has one of its own.
    """

    __slots__ = (
        "currency",
        "index",
        "levels",
        "note",
        "party",
        "path",
        "row",
        "source",
        "target",
        "text",
        "text_end",
        "totals_index",
    )

    def __init__(self, source: Source) -> None:
        self.source = source
        order: Value = {"lines": []}
        self.levels: list[Value] = [order, order, order]  # what stands before the first line belongs to the order
        self.target: Value = order
        self.currency: str | None = None
        self.party: Value | None = None
        self.text: Value | None = None
        self.text_end = -1
        self.totals_index = 0
        self.note = ""
        self.path = ""
        self.index = 0
        self.row: list[str] = _EMPTY

    @property
    def order(self) -> Value:
        """The document itself."""
        return self.levels[HEADER]

    def begin(self, level: int, value: Value) -> None:
        """A line or a sub-line begins: what follows speaks of it, and of no part of the one before."""
        self.levels[level:] = [value] * (len(self.levels) - level)
        self.target = value
        self.party = None
        if level == LINE:
            self.currency = self.order.get("currency")

    def add(self, name: str, value: object) -> None:
        """Append to a list of the target."""
        self.target.setdefault(name, []).append(value)

    def number(self, element: int) -> Decimal | None:
        """A number of the current segment; one that cannot be read is kept as an extra."""
        text = self.row[element]
        if not text:
            return None
        value = number(text)
        if value is None:
            self.extra(element)
        return value

    def implied(self, element: int, decimals: int) -> Decimal | None:
        """A number with implied decimals of the current segment."""
        text = self.row[element]
        if not text:
            return None
        value = implied(text, decimals)
        if value is None:
            self.extra(element)
        return value

    def quantity(self, element: int, unit: int) -> Value | None:
        """A number with its unit."""
        value = self.number(element)
        if value is None:
            if self.row[unit]:
                self.extra(unit)
            return None
        return quantity(value, self.row[unit].partition(COMPONENT)[0])

    def money(self, element: int) -> Value | None:
        """An amount in the currency of the order."""
        value = self.number(element)
        return None if value is None else money(value, self.currency)

    def when(self, element: int, time: int = 0, zone: int = 0) -> date | datetime | None:
        """A date, or an instant in UTC; one that cannot be read is kept as an extra."""
        row = self.row
        if not row[element]:
            return None
        value = instant(row[element], row[time] if time else "", row[zone] if zone else "", self.source.terms.timezone)
        if value is None:
            self.extra(element)
        if not isinstance(value, datetime):  # the time, or its zone, could not be read
            for unread in (time, zone):
                if unread and row[unread]:
                    self.extra(unread)
        return value

    def extra(self, element: int) -> None:
        """Keep a value that has no place."""
        entry = {"path": f"{self.path}/{element:02}", "value": self.source.original(self.row[element])}
        if element > 1 and self.row[1]:
            entry["qualifier"] = self.row[1]
        self.target.setdefault("extras", []).append(entry)

    def check_digit(self, element: int, value: str, scheme: str) -> None:
        """Note a GTIN, UPC or GLN whose last digit does not fit."""
        if len(value) in (8, 12, 13, 14) and value.isascii() and value.isdigit() and not check_digit_fits(value):
            text = f"The check digit of {scheme} {value} does not fit."
            self.source.find(Code.IDENTIFIER_CHECK_DIGIT, text, self.index, element, actual=value)


Handler = Callable[[Walk, list[str]], Any]
"""Takes a segment into the target; False says that nothing of it could be taken."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How the segments at one path are read: by whom, which elements that takes, and whom they speak of."""

    handler: Handler
    taken: frozenset[int]
    through: int
    """All elements up to this one are taken."""
    level: int
    begins: bool
    """Whether it begins its level: a line or a sub-line."""


def entry(handler: Handler, *taken: int, level: int = HEADER, begins: bool = False) -> Entry:
    """An entry for a table of handlers."""
    through = next((n - 1 for n in range(1, WIDTH) if n not in taken), WIDTH)
    return Entry(handler, frozenset(taken), through, level, begins)


def walk_through(walk: Walk, table: Mapping[str, Entry]) -> None:
    """Give every segment to the handler of its path, and keep what none of them took."""
    source = walk.source
    for index, (row, path) in enumerate(zip(source.rows, source.paths, strict=True)):
        width = len(row)
        walk.index, walk.path = index, path or row[0]
        walk.row = padded = row + _FILLING[width] if width < WIDTH else row
        found = table.get(path)
        if found is None:
            _keep_all(walk, path, width)
            continue
        walk.target = target = walk.levels[found.level]
        if found.level and target is walk.levels[found.level - 1] and not found.begins:
            _keep_all(walk, path, width)  # the line, or the sub-line, that this belongs to is missing
            continue
        if found.handler(walk, padded) is False:
            for element in range(1, width):
                if row[element]:
                    walk.extra(element)
        elif width - 1 > found.through:
            for element in range(found.through + 1, width):
                if row[element] and element not in found.taken:
                    walk.extra(element)


def _keep_all(walk: Walk, path: str, width: int) -> None:
    """A segment without a handler: its values stay with the level it belongs to."""
    level = HEADER
    if path.startswith("PO1/"):
        level = SUB_LINE if path.startswith("PO1/SLN/") else LINE
    walk.target = walk.levels[level]
    for element in range(1, min(width, 100)):
        if walk.row[element]:
            walk.extra(element)
