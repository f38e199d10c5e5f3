"""Rows: lines taken apart into cells, each known for what kind of record it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from translators.finding import Code
from translators.findings import Findings
from translators.flatfile.cells import Cells, Fault
from translators.flatfile.layout import Field, Layout, Place, Record
from translators.flatfile.lines import Line
from translators.position import Position

Key = int | slice
"""Where a cell is in the content of a row: a place in the list of values, or a stretch of the line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A kind of record in this file: its fields and conditions with the places they have in it.

    `surplus` are the places that no field speaks of, with their labels.
    """

    record: Record
    when: tuple[tuple[Key, frozenset[str]], ...]
    fields: tuple[tuple[Field, Key | None], ...]
    surplus: tuple[tuple[str, Key], ...]
    width: int
    """How many cells or characters the layout or the header line speaks of."""


@dataclass(slots=True)
class Row:
    """A line and what it is. `content` are the cells, or the line itself where widths are fixed; `plan` is None when unknown."""

    line: Line
    content: list[str] | str
    plan: Plan | None = None
    faults: list[Fault] = field(default_factory=list)
    length: int = 0
    """How many cells or characters were sent."""

    def text(self, key: Key) -> str:
        """The text of a cell, without the blanks around it."""
        cell = self.content[key]
        return cell.strip() if isinstance(cell, str) else ""


class Grid:
    """Takes the lines of one file apart. For files with a header line, the columns are where that line names them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._cells = Cells(layout.delimiter, layout.quote)
        self._columns: dict[str, int] = {name: index for index, name in enumerate(layout.columns)}
        self._named: tuple[str, ...] = layout.columns
        self._width = 0
        self.plans: tuple[Plan, ...] = ()
        self._plan()

    def head(self, line: Line, findings: Findings) -> None:
        """Take the header line: where each column is. Missing ones are errors where a field of theirs is mandatory."""
        names = [name.strip() for name in self._cells.split(line.text)[0]]
        self._columns = {}
        for index, name in enumerate(names):
            if name and self._columns.setdefault(name, index) != index:
                text = f'Column "{name}" is there twice; the first is read.'
                findings.add(Code.HEADER_MALFORMED, text, Position(line.offset, line.number, None, index + 1))
        self._named = tuple(names)
        needed = self._needed()
        for name in self.layout.columns:
            if name not in self._columns and name in needed:
                text = f'The header line has no column "{name}".'
                place = Position(line.offset, line.number)
                findings.add(Code.HEADER_MALFORMED, text, place, expected=name, actual=line.text[:80])
        self._plan()

    def _needed(self) -> frozenset[str]:
        """The columns without which a record cannot be told, grouped, or be complete."""
        found = set()
        for record in self.layout.records:
            keys = {key for opening in record.opens for key in opening.keys}
            found |= {condition.place.column for condition in record.when}
            found |= {
                field.place.column
                for field in record.fields
                if field.place is not None and (field.mandatory or field.index in keys)
            }
        return frozenset(name for name in found if isinstance(name, str))

    def rows(self, lines: Iterable[Line]) -> Iterator[Row]:
        """The rows of lines."""
        return map(self.row, lines)

    def row(self, line: Line) -> Row:
        """A line, taken apart and known."""
        if self.layout.delimited:
            content, faults = self._cells.split(line.text)
            row = Row(line, content, None, faults, len(content))
            content.extend([""] * max(self._width - len(content), 1))  # the last stands for a column that is not there
        else:
            row = Row(line, line.text, None, length=len(line.text))
        for plan in self.plans:
            if all(row.text(key) in values for key, values in plan.when):
                row.plan = plan
                break
        return row

    def position(self, row: Row, key: Key | None, tag: str | None) -> Position:
        """Where a cell stands: the line as segment, the column or first character as element, the byte it begins at."""
        if key is None:
            return Position(row.line.offset, row.line.number, tag)
        if isinstance(key, slice):
            start = min(key.start, len(row.line.text))
            element: int | None = key.start + 1
        else:
            starts = self._cells.starts(row.line.text)
            start = starts[key] if 0 <= key < len(starts) else len(row.line.text)
            element = key + 1 if key >= 0 else None
        before = row.line.text[:start].encode(row.line.encoding, "replace")
        return Position(row.line.offset + len(before), row.line.number, tag, element)

    def _plan(self) -> None:
        widest = max((_last(place) for record in self.layout.records for place in _places(record)), default=0)
        self._width = max(len(self._named), widest if self.layout.delimited else 0)
        self.plans = tuple(self._plan_of(record) for record in self.layout.records)

    def _plan_of(self, record: Record) -> Plan:
        when = tuple((self._key(condition.place), frozenset(condition.values)) for condition in record.when)
        fields = tuple((each, self._key(each.place) if each.place is not None else None) for each in record.fields)
        if not self.layout.delimited:
            width = self.layout.record_length or max((_last(place) for place in _places(record)), default=0)
            return Plan(record, when, fields, tuple(_gaps(record, width)), width)
        if self.layout.header:
            known = {place.column for place in _places(record)}
            named = enumerate(self._named)
            surplus = tuple((name or str(index + 1), index) for index, name in named if not name or name not in known)
            return Plan(record, when, fields, surplus, len(self._named))
        used = {place.column for place in _places(record)}
        width = max((column for column in used if isinstance(column, int)), default=0)
        return Plan(record, when, fields, tuple((str(n), n - 1) for n in range(1, width) if n not in used), width)

    def _key(self, place: Place) -> Key:
        if place.column is None:
            return slice(place.start - 1, place.start - 1 + place.length)
        if isinstance(place.column, int):
            return place.column - 1
        return self._columns.get(place.column, -1)


def _places(record: Record) -> list[Place]:
    told = [condition.place for condition in record.when]
    return told + [each.place for each in record.fields if each.place is not None]


def _last(place: Place) -> int:
    """The last column or character of a place."""
    if place.column is None:
        return place.start + place.length - 1
    return place.column if isinstance(place.column, int) else 0


def _gaps(record: Record, width: int) -> Iterator[tuple[str, Key]]:
    """The stretches of a line that no field speaks of."""
    position = 1
    for place in sorted(_places(record), key=lambda place: place.start):
        if place.start > position:
            yield f"{position}+{place.start - position}", slice(position - 1, place.start - 1)
        position = max(position, place.start + place.length)
    if position <= width:
        yield f"{position}+{width - position + 1}", slice(position - 1, width)
