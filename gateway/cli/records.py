"""Results as records: a JSON array, JSON lines or CSV, written one by one so that any number of them fits into memory."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from gateway.cli.terminal import Terminal, json_text, printable_block


class Format(StrEnum):
    """How a result is written. Keys of the JSON forms are stable; text is for people and may change."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class RecordWriter:
    """Writes records in a machine format; a context manager, because an array must be closed.

    `columns` are the keys that CSV shows, in this order; values that are objects or lists appear there as JSON.
    """

    def __init__(self, terminal: Terminal, form: Format, *, columns: Sequence[str]) -> None:
        if form is Format.TEXT:
            raise ValueError("text is written by the command itself")
        self._terminal = terminal
        self._form = form
        self._columns = tuple(columns)
        self._count = 0

    def __enter__(self) -> Self:
        if self._form is Format.CSV:
            self._row(self._columns)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._form is Format.JSON and kind is None:
            self._terminal.write(b"\n]\n" if self._count else b"[]\n")

    def write(self, record: Mapping[str, Any]) -> None:
        """Write one record."""
        match self._form:
            case Format.CSV:
                self._row([_cell(record.get(column)) for column in self._columns])
            case Format.JSONL:
                self._terminal.write(json_text(record).encode() + b"\n")
            case _:
                self._terminal.write((b",\n" if self._count else b"[\n") + json_text(record).encode())
        self._count += 1

    def _row(self, cells: Sequence[str]) -> None:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\r\n").writerow(cells)  # line ends of RFC 4180
        self._terminal.write(buffer.getvalue().encode("utf-8", "replace"))


def write_records(terminal: Terminal, form: Format, records: Iterable[Mapping[str, Any]], *, columns: Sequence[str]) -> None:
    """Write a whole result in a machine format. `columns` are those of CSV."""
    with RecordWriter(terminal, form, columns=columns) as writer:
        for record in records:
            writer.write(record)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return printable_block(value)
        case Mapping() | list() | tuple():
            return json_text(value)
        case _:
            return str(value)
