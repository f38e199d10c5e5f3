"""The layout of a flat file as a value: what kinds of records there are, what stands where in them, and what it means.

`layout(parsed)` in `translators.flatfile.checking` makes one of a parsed TOML table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from translators.canonical.base import CanonicalDocument
from translators.contract import Identity
from translators.flatfile.paths import Target
from translators.flatfile.values import Kind

LINE_ENDS: Mapping[str, str] = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "none": ""}
DOCUMENT = ""
"""The level of the document itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell is: a column by number (from 1) or name, or the characters from `start` (from 1) on."""

    column: int | str | None = None
    start: int = 0
    length: int = 0

    @property
    def label(self) -> str:
        """How findings and extras call it."""
        return f"{self.start}+{self.length}" if self.column is None else str(self.column)


@dataclass(frozen=True, slots=True)
class Total:
    """What a field claims: the number of records of some names (`*` all, `documents`), or a sum of what went to a path."""

    counts: tuple[str, ...] = ()
    sums: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record. Without a place it is a constant of the layout; without a target it is known and kept in extras."""

    index: int
    label: str
    kind: Kind
    place: Place | None = None
    target: Target | None = None
    envelope: str = ""
    constant: str | None = None
    constant_value: Any = None
    default: str | None = None
    mandatory: bool = False
    empty: frozenset[str] = frozenset()
    pad: str = " "
    justify: str = "left"
    max_length: int = 0
    total: Total | None = None
    clock: bool = False
    """Whether it says the time of day of a date that another field says."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a place says in every record of a kind."""

    place: Place
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A level of which a record begins an item: each record one, or, with keys, when one of these fields changes."""

    level: str
    keys: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A kind of record. `level` is the deepest it says something about, `opens` what it begins, the outermost first.

    `scope` is `file` for a header or trailer of the file, else `document`.
    """

    index: int
    name: str
    when: tuple[Condition, ...]
    scope: str
    ends: bool
    level: str
    opens: tuple[Opening, ...]
    mandatory: bool
    fields: tuple[Field, ...]

    @property
    def keyed(self) -> bool:
        """Whether it repeats what belongs to outer levels, and begins those only when a key changes."""
        return len(self.opens) > 1 or any(opening.keys for opening in self.opens)

    @property
    def begins_document(self) -> bool:
        """Whether a document begins with it."""
        return bool(self.opens) and self.opens[0].level == DOCUMENT


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole layout. `columns` are the names in the header line, in the order they are written; empty without one."""

    name: str
    document: str
    model: type[CanonicalDocument]
    delimited: bool
    delimiter: str
    quote: str
    header: bool
    columns: tuple[str, ...]
    encoding: str
    line_end: str
    line_end_stated: bool
    record_length: int
    decimal_mark: str
    sender: Identity
    receiver: Identity
    test: bool
    records: tuple[Record, ...]
    levels: tuple[str, ...]
    with_extras: frozenset[str]
    gaps: bool
    """Whether items are named by number, so that there may be gaps between them."""

    @property
    def whole_file(self) -> bool:
        """Whether the file is one document, because no record begins one."""
        return not any(record.begins_document for record in self.records)

    @property
    def header_record(self) -> Record | None:
        """The record that the file begins with."""
        return next((record for record in self.records if record.scope == "file" and not record.ends), None)

    @property
    def trailer_record(self) -> Record | None:
        """The record that the file ends with."""
        return next((record for record in self.records if record.scope == "file" and record.ends), None)

    @property
    def document_records(self) -> tuple[Record, ...]:
        """The records that documents are made of."""
        return tuple(record for record in self.records if record.scope == "document")
