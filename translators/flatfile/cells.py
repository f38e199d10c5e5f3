"""Cells of a delimited line, both ways: RFC 4180 with any delimiter and quote, lenient towards quotes that partners forget."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from translators.finding import Code, Severity


class Fault(NamedTuple):
    """Something wrong in a line: the cell (from 0), where it begins in the text, and what it is."""

    cell: int
    start: int
    code: Code
    message: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """Takes lines apart and puts them together. Without a quote, a delimiter cannot be part of a value."""

    delimiter: str
    quote: str
    closing: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        quote, delimiter = re.escape(self.quote or "\0"), re.escape(self.delimiter)
        # A quote that is neither doubled nor before a delimiter or the end is a character of the value. There is one way to
        # match, so it is linear; a possessive group would say so, but Python 3.11.2 takes those wrong.
        pattern = rf"((?:[^{quote}]++|{quote}{quote}|{quote}(?!{delimiter}|{quote}|\Z))*){quote}(?={delimiter}|\Z)"
        object.__setattr__(self, "closing", re.compile(pattern))

    def open_after(self, text: str, *, opened: bool) -> bool | None:
        """Whether a quoted value is still open at the end of a line, that was open or not at its beginning.

        None where the open value has a quote in it that is not doubled: it was never closed, and what follows is another value.
        """
        position = 0
        while True:
            if opened or text.startswith(self.quote, position):
                begun = position + (not opened)
                match = self.closing.match(text, begun)
                if match is None or (opened and self._has_stray(match[1])):
                    return None if self._has_stray(text[begun:]) else True
                position, opened = match.end(), False
            position = text.find(self.delimiter, position) + 1
            if not position:
                return False

    def _has_stray(self, text: str) -> bool:
        """Whether a text within quotes has one that is not doubled."""
        return self.quote in text.replace(self.quote * 2, "")

    def split(self, text: str) -> tuple[list[str], list[Fault]]:
        """The values of a line, and the faults in it."""
        if not self.quote or self.quote not in text:
            return text.split(self.delimiter), []
        values: list[str] = []
        faults: list[Fault] = []
        position = 0
        while position >= 0:
            value, position = self._cell(text, position, len(values), faults)
            values.append(value)
        return values, faults

    def starts(self, text: str) -> list[int]:
        """Where each cell begins in the text: for findings only."""
        found, position = [0], 0
        while position >= 0:
            _, position = self._cell(text, position, 0, [])
            if position >= 0:
                found.append(position)
        return found

    def _cell(self, text: str, position: int, number: int, faults: list[Fault]) -> tuple[str, int]:
        """The cell at a position, and where the next begins; -1 behind the last."""
        if self.quote and text.startswith(self.quote, position):
            match = self.closing.match(text, position + 1)
            if match is None:
                faults.append(Fault(number, position, Code.ELEMENT_CHARACTER, "a quoted value is not closed"))
                return text[position + 1 :], -1
            value = match[1].replace(self.quote * 2, "\0")
            if self.quote in value:
                message = "a quote in a quoted value is not doubled"
                faults.append(Fault(number, position, Code.ELEMENT_CHARACTER, message, Severity.WARNING))
            end = match.end()
            return value.replace("\0", self.quote), end + 1 if end < len(text) else -1
        end = text.find(self.delimiter, position)
        return (text[position:], -1) if end < 0 else (text[position:end], end + 1)

    def join(self, values: list[str]) -> tuple[str, list[int]]:
        """A line of values, and the cells in which a character had to be replaced because there is no quote."""
        written, replaced = [], []
        for number, value in enumerate(values):
            if (
                self.delimiter not in value
                and not (self.quote and self.quote in value)
                and "\n" not in value
                and "\r" not in value
            ):
                written.append(value)
            elif self.quote:
                written.append(f"{self.quote}{value.replace(self.quote, self.quote * 2)}{self.quote}")
            else:
                written.append(value.replace(self.delimiter, " ").replace("\r\n", " ").replace("\n", " ").replace("\r", " "))
                replaced.append(number)
        return self.delimiter.join(written), replaced
