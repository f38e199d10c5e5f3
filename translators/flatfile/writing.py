"""Writes canonical documents as the rows of a layout. What the layout has no place for is told, not dropped."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from translators.canonical.base import CanonicalDocument
from translators.contract import OutboundDocument, WritingTerms, WrittenDocument
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, found
from translators.flatfile.layout import DOCUMENT, Field, Layout, Record
from translators.flatfile.paths import items_at, levels_above, parent_of
from translators.flatfile.rendering import Sheet, Texts
from translators.flatfile.source import Source
from translators.flatfile.totals import Tally, summed_paths
from translators.flatfile.values import MomentKind, Unwritable
from translators.mapping.unwritten import gravity
from translators.mapping.value import Value
from translators.position import Position

Items = dict[str, Value]
"""The item of each level that a row is about."""


def write(document: CanonicalDocument, layout: Layout, terms: WritingTerms) -> WrittenDocument:
    """The rows of a document, without header and trailer of the file. Raises DefinitionMissing for a document of another name."""
    if layout.document != document.NAME:
        raise DefinitionMissing(f"the layout {layout.name} writes {layout.document}, not {document.NAME}")
    writer = Writer(layout, terms.timezone, Source(document))
    writer.document()
    body = writer.sheet.body(writer.rows, writer.findings)
    findings = [*writer.findings, *(_not_written(path, document) for path in writer.source.left())]
    outbound = OutboundDocument(type=layout.document, body=body, segments=len(writer.rows))
    return WrittenDocument(outbound, "", layout.name, tuple(findings))


def _not_written(path: str, document: CanonicalDocument) -> Finding:
    text = f"The layout has no place for {path}."
    return found(Code.NOT_WRITTEN, text, Position(0), actual=path, severity=gravity(path, document))


@dataclass(slots=True)
class Writer:
    """The rows of one document so far. Totals are filled in when all rows are there."""

    layout: Layout
    zone: tzinfo
    source: Source
    rows: list[tuple[Record, Texts]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    sheet: Sheet = field(init=False)
    _sums: frozenset[str] = field(init=False)
    _totals: list[tuple[Field, Record, Texts, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sheet = Sheet(self.layout)
        self._sums = summed_paths(self.layout)

    def document(self) -> None:
        """All rows of the document."""
        root = self.source.value
        first = next((record for record in self.layout.document_records if record.begins_document), None)
        if first is not None:
            self._expand(first, DOCUMENT, {DOCUMENT: root})
        else:
            self._inside(DOCUMENT, {DOCUMENT: root}, set())
        for each, record, texts, number in self._totals:
            assert each.total is not None
            self._say(each, self.tally.value(each.total), record, texts, number)

    def _expand(self, record: Record, level: str, items: Items) -> None:
        """The rows of a record that begins an item, and what is in the item; a record may go on to levels further in."""
        chain = [opening.level for opening in record.opens]
        further = next((inner for inner in chain if inner != DOCUMENT and parent_of(inner) == level), None)
        children = items_at(items[level], further, level) if further is not None else []
        if further is None or not children:
            self._row(record, items)
            self._inside(level, items, set())
            return
        for child in children:
            self._expand(record, further, {**items, further: child})
        self._inside(level, items, {further})

    def _inside(self, level: str, items: Items, done: set[str]) -> None:
        """The rows of an item behind the one that begins it: more about it, and the items in it."""
        for record in self.layout.document_records:
            if not record.opens:
                if record.level == level:
                    self._more(record, items)
                continue
            head = record.opens[0].level
            if head == DOCUMENT or head in done or parent_of(head) != level:
                continue
            done.add(head)
            for child in items_at(items[level], head, level):
                suited = self._suited(head, child)
                if suited is not None:
                    self._expand(suited, head, {**items, head: child})

    def _suited(self, level: str, item: Value) -> Record | None:
        """The record that can say an item: the first whose constants say nothing else than the item."""
        beginning = (record for record in self.layout.document_records if record.opens and record.opens[0].level == level)
        return next((record for record in beginning if self._suits(record, level, item)), None)

    def _suits(self, record: Record, level: str, item: Value) -> bool:
        stated = [each for each in record.fields if each.constant is not None and each.target and each.target.level == level]
        return all(self.source.look(item, each.target.steps) in (None, each.constant_value) for each in stated if each.target)

    def _more(self, record: Record, items: Items) -> None:
        """Rows that say more about an item: as many as lists of texts need, none where there is nothing to say."""
        said = [each for each in record.fields if each.target and each.target.level == record.level and each.constant is None]
        growing = [each for each in said if each.target and each.target.appends]
        needed = record.ends or record.mandatory or any(each.total for each in record.fields)
        if not (needed or self._says_any(said, items) or any(True for _ in self.source.extras(items[record.level], record.name))):
            return
        self._row(record, items)
        while self._says_any(growing, items):
            self._row(record, items)

    def _says_any(self, fields: list[Field], items: Items) -> bool:
        """Whether the document has a value for one of the fields."""
        targets = [each.target for each in fields if each.target is not None]
        return any(self.source.look(items[target.level], target.steps) is not None for target in targets)

    def _row(self, record: Record, items: Items) -> None:
        """One row."""
        texts: Texts = {}
        number = len(self.rows) + 1
        self.rows.append((record, texts))
        self.tally.count(record.name)
        for each in record.fields:
            level = each.target.level if each.target is not None else record.level
            item = items.get(level)
            if each.place is None or each.constant is not None:
                if item is not None:
                    self.source.mark(item, each)
                if each.place is not None and each.constant is not None:
                    texts[each.index] = each.constant
            elif each.target is None and each.total is None:
                if item is not None and (text := self._kept(items, record, each.label)):
                    self._fit(each, text, record, texts, number)
            else:
                self._cell(each, item, record, texts, number)
        self._restore(record, items, texts)

    def _cell(self, each: Field, item: Value | None, record: Record, texts: Texts, number: int) -> None:
        """The text of one field."""
        value, fresh = (
            self.source.take(item, each.target.steps) if item is not None and each.target is not None else (None, False)
        )
        if value is None and each.total is not None:
            self._totals.append((each, record, texts, number))
            return
        if value is None:
            if each.default is not None and item is not None:
                texts[each.index] = each.default
            elif each.mandatory and item is not None:
                text = f"{each.label} is mandatory, and the document does not say it."
                self._note(Code.ELEMENT_MISSING, text, record, each, number, expected=each.target.text if each.target else None)
            return
        if each.target is not None and each.target.text in self._sums and fresh:
            self.tally.add(each.target.text, Decimal(value))
        self._say(each, value, record, texts, number)

    def _say(self, each: Field, value: Any, record: Record, texts: Texts, number: int) -> None:
        """Say a value in a cell, with findings about what of it cannot be said."""
        if each.clock:
            if not isinstance(value, datetime):
                return
            value = value.astimezone(self.zone).timetz().replace(tzinfo=None) if value.tzinfo else value.time()
        elif isinstance(each.kind, MomentKind) and isinstance(value, datetime) and self._has_clock(record, each):
            value = value.astimezone(self.zone).date() if value.tzinfo else value.date()
        try:
            text = each.kind.write(value, self.zone)
        except Unwritable as error:
            self._note(error.code, f"{each.label}: {error.message}.", record, each, number, actual=str(value))
            text = error.instead
        except OverflowError:
            self._note(Code.NOT_WRITTEN, f"{each.label}: {value} is at the end of time.", record, each, number)
            return
        self._fit(each, text, record, texts, number)

    @staticmethod
    def _has_clock(record: Record, each: Field) -> bool:
        """Whether another field says the time of day."""
        return any(
            other.clock and other.target is not None and each.target is not None and other.target.text == each.target.text
            for other in record.fields
        )

    def _fit(self, each: Field, text: str, record: Record, texts: Texts, number: int) -> None:
        """Put a text into its cell; one that is too long is cut, with an error."""
        if each.max_length and len(text) > each.max_length:
            message = f"{each.label} has {len(text)} characters; it is cut."
            self._note(Code.ELEMENT_TOO_LONG, message, record, each, number, expected=f"at most {each.max_length}", actual=text)
            text = text[: each.max_length]
        texts[each.index] = text

    def _kept(self, items: Items, record: Record, label: str) -> str:
        """What reading kept under a label, with the innermost item that has it."""
        for level in reversed(levels_above(record.level)):
            if level in items and (text := self.source.extra(items[level], f"{record.name}/{label}")):
                return text
        return ""

    def _restore(self, record: Record, items: Items, texts: Texts) -> None:
        """Put what reading kept of cells that no field speaks of back to where it was."""
        item = items.get(record.level)
        if item is None:
            return
        for label, text in list(self.source.extras(item, record.name)):
            if self.sheet.has_room(record, label):
                texts[label] = self.source.extra(item, f"{record.name}/{label}") or text

    def _note(
        self,
        code: Code,
        text: str,
        record: Record,
        each: Field,
        number: int,
        *,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        element = each.place.start or (each.place.column if isinstance(each.place.column, int) else None) if each.place else None
        self.findings.append(found(code, text, Position(0, number, record.name, element), expected=expected, actual=actual))
