"""What parts and clauses need beside the segment at hand: zone, currency, a place for findings, and the record of lineage."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import NamedTuple

from translators.finding import Code
from translators.mapping.check_digits import fault_of
from translators.mapping.numbers import number
from translators.mapping.tree import COMPONENT, REPETITION, Loop, Place, Row, filled_places, notation, text_at
from translators.mapping.value import Value

Note = Callable[[Code, str, int, Place, str | None, str | None], None]
"""Takes a code, a sentence, the segment's index, the place in it, what was expected and what was there."""


class Trace(NamedTuple):
    """A canonical member and the place it came from: `owner` is the dict that holds it, `value` what it held, by identity."""

    owner: Value
    key: str
    segment: int
    place: Place
    value: object = None


@dataclass(slots=True)
class Reading:
    """The state of reading one document. `currency` is that of amounts from here on; `traces` is None on the hot path."""

    timezone: tzinfo
    note: Note
    number: Callable[[str], Decimal | None] = number
    """Reads a number as the family writes them."""
    currency: str | None = None
    index: int = 0
    path: str = ""
    row: Row = field(default_factory=list)
    """The segment at hand, while traces are kept."""
    traces: list[Trace] | None = None
    unread: list[str] = field(default_factory=list)
    """The tags of segments that were kept as a whole."""
    stated: dict[str, int] = field(default_factory=dict)
    """The segments that state totals, by the path of the total, for whoever judges them."""

    def trace(self, owner: Value, key: str, places: tuple[Place, ...]) -> None:
        """Remember where a member came from, when lineage was asked for."""
        if self.traces is not None:
            filled = [place for place in places if text_at(self.row, place).strip()]
            self.traces.extend(Trace(owner, key, self.index, place, owner.get(key)) for place in filled)

    def check_identifier(self, scheme: str, value: str, place: Place) -> None:
        """Note a GTIN, GLN or SSCC of a wrong length, or whose last digit does not fit."""
        if (text := fault_of(scheme, value)) is not None:
            self.note(Code.IDENTIFIER_CHECK_DIGIT, text, self.index, place, None, value)

    def keep(self, row: Row, place: Place, target: Value) -> None:
        """Keep one value that has no place in the document."""
        element, component = (place, 0) if isinstance(place, int) else place
        path = f"{self.path}/{row[0]}/{element:02}" if self.path else f"{row[0]}/{element:02}"
        if component:
            path += f"/{component}"
        value = text_at(row, place)
        if not component and (COMPONENT in value or REPETITION in value):
            value = notation([row[0], value])
        extra: Value = {"path": path, "value": value}
        qualifier = row[1].partition(COMPONENT)[0]
        if qualifier and max(element, component) > 1:
            extra["qualifier"] = qualifier
        target.setdefault("extras", []).append(extra)
        if self.traces is not None:
            self.traces.append(Trace(extra, "value", self.index, place))

    def keep_row(self, row: Row, target: Value) -> None:
        """Keep a whole segment that has no place in the document."""
        places = filled_places(row)
        if not places:
            return
        self.unread.append(row[0])
        extra: Value = {"path": f"{self.path}/{row[0]}" if self.path else row[0], "value": notation(row).rstrip("*")}
        qualifier = row[1].partition(COMPONENT)[0]
        if qualifier:
            extra["qualifier"] = qualifier
        target.setdefault("extras", []).append(extra)
        if self.traces is not None:
            self.traces.extend(Trace(extra, "value", self.index, place) for place in places)

    def keep_loop(self, loop: Loop, target: Value) -> None:
        """Keep all segments of a loop that has no place in the document, and of the loops inside it."""
        outer, self.path = self.path, loop.path
        for self.index, row in loop.segments:
            self.keep_row(row, target)
        for inner in loop.loops:
            self.keep_loop(inner, target)
        self.path = outer


@dataclass(slots=True)
class Writing:
    """The state of writing one document: the zone and currency of the document, what could not be written.

    `unwritten` holds the paths of canonical members that the format has no place for. While `whole` is set, items of lists are
    written only by clauses that can say all of them. `deviated` are the members that stand where a partner's guide has them.
    `elements` tells how many elements a segment has in this version of the standard, None where clauses need not ask.
    `crowded` are lists, by the tag of their segments, with more items than the standard allows; `within` are the lists around
    what is being written.
    """

    timezone: tzinfo = UTC
    decimal: str = "."
    currency: str | None = None
    unwritten: list[str] = field(default_factory=list)
    whole: bool = False
    elements: Callable[[str], int] | None = None
    deviated: set[str] = field(default_factory=set)
    crowded: dict[str, list[str]] = field(default_factory=dict)
    within: tuple[str, ...] = ()

    def lacks(self, tag: str, element: int) -> bool:
        """Whether a segment has no such element in this version of the standard."""
        return self.elements is not None and element > self.elements(tag)

    def crowd(self, tag: str, lists: Iterable[str]) -> None:
        """Remember lists whose segments are too many, by their whole paths."""
        named = self.crowded.setdefault(tag, [])
        named += [path for one in lists if (path := "[].".join((*self.within, one))) not in named]
