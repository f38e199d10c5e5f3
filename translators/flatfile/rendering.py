"""Puts the texts of a row to their places: cells in their columns, or characters at their positions."""

from translators.finding import Code, Finding, found
from translators.flatfile.cells import Cells
from translators.flatfile.layout import Field, Layout, Place, Record
from translators.flatfile.values import TextKind
from translators.position import Position

Texts = dict[int | str, str]
"""The texts of a row by the index of their field; by label where no field speaks of the place."""

_BREAKS = str.maketrans({"\n": " ", "\r": " "})


class Sheet:
    """Renders rows of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cells = Cells(layout.delimiter, layout.quote)
        self._columns = {name: index for index, name in enumerate(layout.columns)}
        self._taken = {record.index: _places(record) for record in layout.records}
        self._widths = {record.index: self._width(record) for record in layout.records}

    def body(self, rows: list[tuple[Record, Texts]], findings: list[Finding]) -> str:
        """The lines of rows, each with its end. Characters that the encoding does not have are replaced, with a finding."""
        lines = [self.line(record, texts, number, findings) for number, (record, texts) in enumerate(rows, 1)]
        return "".join(f"{line}{self._layout.line_end}" for line in lines)

    def head(self) -> str:
        """The header line; empty where the layout has none."""
        if not self._layout.header:
            return ""
        return self._cells.join(list(self._layout.columns))[0] + self._layout.line_end

    def line(self, record: Record, texts: Texts, number: int, findings: list[Finding]) -> str:
        """One row without its end."""
        position = Position(0, number, record.name)
        line = (
            self._delimited(record, texts, position, findings)
            if self._layout.delimited
            else self._fixed(record, texts, position, findings)
        )
        try:
            line.encode(self._layout.encoding)
        except UnicodeEncodeError as error:
            said = line[error.start : error.end]
            text = f"{said} is no character of {self._layout.encoding}; a question mark stands for it."
            findings.append(found(Code.CHARACTER_REPLACED, text, position, actual=said))
            line = line.encode(self._layout.encoding, "replace").decode(self._layout.encoding)
        return line

    def has_room(self, record: Record, label: str) -> bool:
        """Whether a label names a place of the record that no field speaks of."""
        place = _place(label)
        if place is None:
            return False
        if self._layout.delimited:
            return (
                "+" not in label
                and not self._layout.header
                and all(place.column != other.column for other in self._taken[record.index])
            )
        if "+" not in label or (self._layout.record_length and place.start + place.length - 1 > self._layout.record_length):
            return False
        return all(
            place.start >= other.start + other.length or other.start >= place.start + place.length
            for other in self._taken[record.index]
        )

    def _delimited(self, record: Record, texts: Texts, position: Position, findings: list[Finding]) -> str:
        cells = [""] * self._widths[record.index]
        for condition in record.when:
            cells[self._column(condition.place)] = condition.values[0]
        for key, text in texts.items():
            if isinstance(key, str):
                column = int(key) - 1
                cells.extend([""] * (column + 1 - len(cells)))
                cells[column] = text
                continue
            each = record.fields[key]
            if each.place is not None:
                cells[self._column(each.place)] = text
        line, replaced = self._cells.join(cells)
        for column in replaced:
            text = f"Column {column + 1} holds a delimiter or a line break; a blank stands for it."
            findings.append(found(Code.CHARACTER_REPLACED, text, position, actual=cells[column]))
        return line

    def _fixed(self, record: Record, texts: Texts, position: Position, findings: list[Finding]) -> str:
        line = [" "] * self._widths[record.index]
        for condition in record.when:
            _lay(line, condition.place, condition.values[0].ljust(condition.place.length))
        for each in record.fields:
            if each.place is not None:
                _lay(line, each.place, _filled(each, self._unbroken(texts.get(each.index, ""), position, findings)))
        for key, text in texts.items():
            if isinstance(key, str) and (place := _place(key)) is not None:
                line.extend([" "] * (place.start + place.length - 1 - len(line)))
                _lay(line, place, self._unbroken(text, position, findings).ljust(place.length)[: place.length])
        return "".join(line)

    @staticmethod
    def _unbroken(text: str, position: Position, findings: list[Finding]) -> str:
        if "\n" in text or "\r" in text:
            findings.append(found(Code.CHARACTER_REPLACED, "A line break is written as a blank.", position, actual=text))
            return text.replace("\r\n", " ").translate(_BREAKS)
        return text

    def _column(self, place: Place) -> int:
        return place.column - 1 if isinstance(place.column, int) else self._columns[str(place.column)]

    def _width(self, record: Record) -> int:
        if not self._layout.delimited:
            return self._layout.record_length or max((place.start + place.length - 1 for place in _places(record)), default=0)
        if self._layout.header:
            return len(self._layout.columns)
        return max((self._column(place) + 1 for place in _places(record)), default=0)


def _places(record: Record) -> list[Place]:
    return [condition.place for condition in record.when] + [each.place for each in record.fields if each.place is not None]


def _place(label: str) -> Place | None:
    """The place that a label without a name means: `7`, or `41+10`."""
    start, plus, length = label.partition("+")
    if not (start.isdecimal() and start.isascii() and len(start) < 6 and int(start)):
        return None
    if not plus:
        return Place(int(start))
    return Place(None, int(start), int(length)) if length.isdecimal() and length.isascii() and len(length) < 6 else None


def _lay(line: list[str], place: Place, text: str) -> None:
    line[place.start - 1 : place.start - 1 + place.length] = text[: place.length]


def _filled(each: Field, text: str) -> str:
    """A text as long as its field."""
    assert each.place is not None
    length = each.place.length
    if not text and (each.kind.numeric or not isinstance(each.kind, TextKind)):
        return " " * length
    if each.justify == "left":
        return text.ljust(length, each.pad)
    if text.startswith("-") and each.pad == "0":
        return f"-{text[1:].rjust(length - 1, '0')}"
    return text.rjust(length, each.pad)
