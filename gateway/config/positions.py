"""Where each key and value of a TOML text stands, so that every complaint names a line and a column.

The text has been accepted by tomllib before, so the walk may trust the grammar and only keeps count.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

KeyPath = tuple[str | int, ...]
"""How to reach a value from the root of a document: names of tables and indexes of arrays."""


@dataclass(frozen=True, slots=True)
class Location:
    """A line and a column, both counted from 1; columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Positions:
    """Where keys (or headers of tables, or elements of arrays) and values begin, by path."""

    keys: Mapping[KeyPath, Location]
    values: Mapping[KeyPath, Location]


_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
    \"{3} (?:\\.|[^\\])*? \"{3,5}
    | '{3} .*? '{3,5}
    | "(?:\\.|[^"\\\n])*"
    | '[^'\n]*'
    """,
    re.DOTALL | re.VERBOSE,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")
_KEY_END = re.compile(r"[ \t]*\.?[ \t]*")


def positions(text: str) -> Positions:
    """The places of everything in a valid TOML text."""
    walk = _Walk(text)
    walk.document()
    return Positions(walk.keys, walk.values)


@dataclass(slots=True)
class _Walk:
    """The position in the text and the table that keys belong to."""

    text: str
    at: int = 0
    table: KeyPath = ()
    keys: dict[KeyPath, Location] = field(default_factory=dict)
    values: dict[KeyPath, Location] = field(default_factory=dict)
    _counts: dict[KeyPath, int] = field(default_factory=dict)
    _lines: list[int] = field(default_factory=list)

    def document(self) -> None:
        """Walk over headers and pairs to the end."""
        self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        self._skip_blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self._header()
            else:
                self._pair(self.table)
            self._skip_blank()

    def _header(self) -> None:
        array = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if array else 1
        self._skip_spaces()
        names = [name for name, _ in self._key()]
        self.at = self.text.index("]", self.at) + (2 if array else 1)
        path = (*self._resolved(names[:-1]), names[-1])
        if array:
            index = self._counts[path] = self._counts.get(path, -1) + 1
            self._note(path, start)
            path = (*path, index)
        self._note(path, start)
        self.table = path

    def _resolved(self, names: list[str]) -> KeyPath:
        """A header's names with the last index of each array of tables put in."""
        path: KeyPath = ()
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _pair(self, table: KeyPath) -> None:
        path = table
        for name, start in self._key():
            path = (*path, name)
            self.keys.setdefault(path, self._location(start))
        self.at = self.text.index("=", self.at) + 1
        self._skip_spaces()
        self._value(path)

    def _key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while True:
            start = self.at
            match = _BARE.match(self.text, start) or _STRING.match(self.text, start)
            if match is None:
                return parts
            raw = match.group()
            parts.append((tomllib.loads(f"k = {raw}")["k"] if raw[0] in "\"'" else raw, start))
            end = _KEY_END.match(self.text, match.end())
            self.at = end.end() if end else match.end()
            if end is None or "." not in end.group():
                return parts

    def _value(self, path: KeyPath) -> None:
        self.values[path] = self._location(self.at)
        match self.text[self.at]:
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                string = _STRING.match(self.text, self.at)
                self.at = string.end() if string else len(self.text)
            case _:
                scalar = _SCALAR.match(self.text, self.at)
                self.at = scalar.end() if scalar else self.at + 1

    def _array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        self._skip_blank()
        while self.text[self.at] != "]":
            self.keys[(*path, index)] = self._location(self.at)
            self._value((*path, index))
            index += 1
            self._skip_blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._skip_blank()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip_blank()
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip_blank()
            if self.text[self.at] == ",":
                self.at += 1
                self._skip_blank()
        self.at += 1

    def _note(self, path: KeyPath, start: int) -> None:
        location = self._location(start)
        self.keys.setdefault(path, location)
        self.values.setdefault(path, location)

    def _location(self, offset: int) -> Location:
        low, high = 0, len(self._lines)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._lines[middle] <= offset else (low, middle)
        return Location(low + 1, offset - self._lines[low] + 1)

    def _skip_blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _skip_spaces(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t":
            self.at += 1
