"""Reads code tables: CSV files in UTF-8 with a header and two columns, the partner's code and ours."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.config.positions import Location


@dataclass(frozen=True, slots=True)
class TableFault:
    """What is wrong with a table file: the code of the complaint, and the place in the file (None: the file itself)."""

    code: str
    message: str
    place: Location | None = None


def read_table(path: Path) -> tuple[dict[str, str], list[TableFault]]:
    """The codes of a file, and what is wrong with it. Blanks around codes are dropped, empty lines skipped."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return {}, [TableFault("R040", f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        return {}, [TableFault("R041", f"is not UTF-8: byte {error.start}")]
    codes: dict[str, str] = {}
    faults: list[TableFault] = []
    try:
        for line, row in _rows(text):
            _take(codes, faults, line, row)
    except csv.Error as error:
        faults.append(TableFault("R041", f"is no CSV: {error}", Location(1, 1)))
    return codes, faults


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header with the number of the line each begins in."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    for number, row in enumerate(reader):
        if number and any(cell.strip() for cell in row):
            yield line, [cell.strip() for cell in row]
        line = reader.line_num + 1


def _take(codes: dict[str, str], faults: list[TableFault], line: int, row: list[str]) -> None:
    if len(row) != 2:
        faults.append(TableFault("R041", f"has {len(row)} columns where their code and ours are expected", Location(line, 1)))
    elif not all(row):
        faults.append(TableFault("R041", f"leaves {'our' if row[0] else 'their'} code empty", Location(line, 1)))
    elif codes.setdefault(row[0], row[1]) != row[1]:
        faults.append(TableFault("R042", f'gives "{row[0]}" both "{codes[row[0]]}" and "{row[1]}"', Location(line, 1)))
