"""A document under construction: the rows that belong to it, taken one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Any

from translators.finding import Code, Severity
from translators.findings import Findings
from translators.flatfile.layout import DOCUMENT, Field, Layout, Record
from translators.flatfile.paths import begin_item, holder, levels_above, put
from translators.flatfile.rows import Grid, Key, Plan, Row
from translators.flatfile.totals import Claim, Tally, sentence
from translators.flatfile.values import CodeKind, MomentKind, TextKind, Unreadable, in_utc
from translators.mapping.check_digits import fault_of
from translators.mapping.value import Value


@dataclass(frozen=True, slots=True)
class Trace:
    """A member and the place it came from; `owner` is the dict or list that holds it, by identity."""

    owner: Any
    key: str | int
    line: int
    element: int


@dataclass(slots=True)
class Draft:
    """A document while its rows are read. `open` holds the item of each level that the next row may belong to."""

    layout: Layout
    grid: Grid
    findings: Findings
    zone: tzinfo
    sums: frozenset[str]
    start: int
    line: int
    traces: list[Trace] | None = None
    root: Value = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    claims: list[Claim] = field(default_factory=list)
    end: int = 0
    rows: int = 0
    refused: bool = False
    """Whether it is too large: further rows are counted, and not kept."""
    origins: dict[int, Row] = field(default_factory=dict)
    """The row that each item began with, by the item's identity."""
    open: dict[str, Value] = field(default_factory=dict)
    _keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _seen: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open[DOCUMENT] = self.root

    def take(self, row: Row, plan: Plan, *, begins: bool) -> None:
        """Take a row of this document."""
        self._count(row, plan.record.name)
        if self.refused:
            return
        self._note_faults(row, plan)
        fresh = self._begin_items(row, plan, begins=begins)
        if fresh is None:
            self.keep_row(row, plan.record)
            return
        for each, key in plan.fields:
            if key is not None and not each.clock:
                self._field(each, key, row, plan, fresh)
        for each, key in plan.fields:
            if key is not None and each.clock:
                self._field(each, key, row, plan, fresh)
            elif key is None:
                self._constant(each, plan, fresh)
        self._keep_surplus(row, plan)

    def take_unknown(self, row: Row) -> None:
        """Take a row that is of no kind the layout knows."""
        self._count(row, "")
        if not self.refused:
            known = ", ".join(record.name for record in self.layout.document_records)
            text = f"Line {row.line.number} is of no kind that the layout describes."
            self._note(Code.SEGMENT_UNKNOWN, text, row, None, None, expected=known, actual=row.line.text)
            self.keep_row(row, None)

    def check_totals(self) -> None:
        """Note the totals that do not agree with what was read, and mandatory records that are not there."""
        if self.refused:
            return
        for claim in self.claims:
            actual = self.tally.value(claim.total)
            if claim.value != actual:
                text = sentence(claim.record, claim.total, claimed=claim.value, actual=actual)
                position = self.grid.position(claim.row, claim.key, claim.record.name)
                self.findings.add(Code.CONTROL_TOTAL, text, position, expected=str(actual), actual=str(claim.value))
        for record in self.layout.document_records:
            if record.mandatory and not self.tally.records[record.name]:
                text = f"The document that begins in line {self.line} has no {record.name}."
                position = self.grid.position(self.origins[id(self.root)], None, record.name)
                self.findings.add(Code.SEGMENT_MISSING, text, position, expected=record.name)

    def _count(self, row: Row, name: str) -> None:
        self.rows += 1
        self.end = row.line.offset
        self.tally.count(name)
        self.origins.setdefault(id(self.root), row)

    def _begin_items(self, row: Row, plan: Plan, *, begins: bool) -> set[str] | None:
        """Begin the items that the row begins; answers their levels, None when the row has nothing to belong to."""
        record = plan.record
        fresh = {DOCUMENT} if begins else set[str]()
        own = {opening.level for opening in record.opens}
        for level in levels_above(record.level):
            if level not in own and level not in self.open:
                text = f"Line {row.line.number} ({record.name}) belongs to {level}, and no such item was begun."
                self._note(Code.SEGMENT_UNEXPECTED, text, row, record, None, actual=row.line.text)
                return None
        for opening in record.opens:
            level = opening.level
            above = levels_above(level)
            if level == DOCUMENT or above[-2] not in self.open:
                continue
            key = tuple(row.text(plan.fields[index][1] or 0) for index in opening.keys)
            if key and level in self.open and self._keys.get(level) == key and not fresh.intersection(above):
                continue
            if record.keyed and not self._says_something(row, plan, level):
                self._close(level)
                continue
            self._begin(level, above[-2], row)
            self._keys[level] = key
            fresh.add(level)
        return fresh

    def _says_something(self, row: Row, plan: Plan, level: str) -> bool:
        """Whether a row that repeats outer levels has a value for this one."""
        return any(
            key is not None
            and each.target is not None
            and each.target.level.startswith(level)
            and bool(self._cell(each, key, row))
            for each, key in plan.fields
        )

    def _begin(self, level: str, parent: str, row: Row) -> None:
        self._close(level)
        item = begin_item(self.open[parent], level, parent)
        self.open[level] = item
        self.origins[id(item)] = row

    def _close(self, level: str) -> None:
        """The item of a level is complete, and with it those in it."""
        for other in [other for other in self.open if other.startswith(level)]:
            del self.open[other]
            self._seen.pop(other, None)
            self._keys.pop(other, None)

    def _field(self, each: Field, key: Key, row: Row, plan: Plan, fresh: set[str]) -> None:
        """Read one field of a row."""
        record, target = plan.record, each.target
        level = target.level if target is not None else record.level
        text = self._cell(each, key, row)
        if level not in self.open:
            if text and target is not None:
                message = f"{each.label} belongs to {level}, whose key is empty."
                self._note(Code.ELEMENT_MISSING, message, row, record, key)
                self._keep(each.label, text, DOCUMENT, record)
            return
        if level != record.level or (record.keyed and level not in fresh):
            seen = self._seen.setdefault(level, {})
            if seen.get((record.index, each.index)) == text:
                return
            seen[record.index, each.index] = text
            if not text and level not in fresh:
                return
        if text:
            self._check_cell(each, text, key, row, record)
        elif each.mandatory:
            message = f"{each.label} is empty in line {row.line.number}."
            self._note(Code.ELEMENT_MISSING, message, row, record, key, expected=target.text if target else None)
            return
        elif each.default is not None:
            text = each.default
        if text:
            self._value(each, text, key, row, record, level)

    def _cell(self, each: Field, key: Key, row: Row) -> str:
        """The text of a cell, empty where the layout says that it means nothing."""
        text = row.text(key)
        if each.pad != " " and not (each.pad == "0" and each.kind.numeric):
            text = text.lstrip(each.pad) if each.justify == "right" else text.rstrip(each.pad)
        if text in each.empty or (isinstance(each.kind, MomentKind) and each.kind.format.day and not text.strip("0-/. ")):
            return ""
        return text

    def _check_cell(self, each: Field, text: str, key: Key, row: Row, record: Record) -> None:
        """Note what is wrong with a cell whatever it means."""
        if "\0" in text:
            self._note(Code.CHARACTER_NUL, f"{each.label} holds a NUL byte.", row, record, key, actual=text)
        if isinstance(key, slice):
            if row.length < key.stop and not isinstance(each.kind, TextKind | CodeKind):
                message = f"Line {row.line.number} ends within {each.label}."
                self._note(Code.ELEMENT_TOO_SHORT, message, row, record, key, expected=f"{key.stop} characters", actual=text)
        elif each.max_length and len(text) > each.max_length:
            message = f"{each.label} has {len(text)} characters."
            self._note(Code.ELEMENT_TOO_LONG, message, row, record, key, expected=f"at most {each.max_length}", actual=text)

    def _value(self, each: Field, text: str, key: Key, row: Row, record: Record, level: str) -> None:
        """Put the value of a cell to where it belongs."""
        if each.constant is not None and text != each.constant:
            message = f"{each.label} says {text[:40]}."
            self._note(Code.ELEMENT_CODE, message, row, record, key, expected=each.constant, actual=text)
            self._keep(each.label, text, level, record)
            return
        try:
            value = each.kind.read(text, self.zone)
        except Unreadable as error:
            message = f"{each.label} {text[:40]!r} {error.message}."
            self._note(error.code, message, row, record, key, expected=error.expected, actual=text)
            self._keep(each.label, text, level, record)
            return
        if each.total is not None:
            self.claims.append(Claim(row, record, each.label, each.total, value, key))
        if each.target is None:
            if each.total is None and each.constant is None:
                self._keep(each.label, text, level, record)
            return
        self._judge(each, text, key, row, record)
        self._put(each, value, text, key, row, record)

    def _judge(self, each: Field, text: str, key: Key, row: Row, record: Record) -> None:
        """Note codes that the table does not have, and identifiers of a wrong length or check digit."""
        if isinstance(each.kind, CodeKind) and not each.kind.knows(text):
            message = f"{each.label} {text[:40]} is not in table {each.kind.name}; it is kept as it is."
            self._note(Code.ELEMENT_CODE, message, row, record, key, expected=f"a code of table {each.kind.name}", actual=text)
        assert each.target is not None
        scheme = each.target.steps[-1].name
        if (wrong := fault_of(scheme, text)) is not None:
            self._note(Code.IDENTIFIER_CHECK_DIGIT, wrong, row, record, key, actual=text)

    def _put(self, each: Field, value: Any, text: str, key: Key, row: Row, record: Record) -> None:
        assert each.target is not None
        item = self.open[each.target.level]
        if each.clock:
            self._clock(each, value, key, row, record)
            return
        owner, name, before = put(item, each.target.steps, value)
        if before is not None and not (isinstance(before, datetime) and isinstance(value, date)):
            message = f"{each.label} says {text[:40]!r}, before it was {str(before)[:40]!r}."
            self._note(Code.ELEMENT_CONDITION, message, row, record, key, expected=str(before), actual=text)
            self._keep(each.label, text, each.target.level, record)
            return
        if each.target.text in self.sums:
            self.tally.add(each.target.text, value)
        if self.traces is not None:
            position = self.grid.position(row, key, None)
            self.traces.append(Trace(owner, name, row.line.number, position.element or 1))

    def _clock(self, each: Field, value: time, key: Key, row: Row, record: Record) -> None:
        """Put a time of day to its date."""
        assert each.target is not None
        owner = holder(self.open[each.target.level], each.target.steps)
        name = each.target.steps[-1].name
        day = owner.get(name) if owner is not None else None
        if owner is None or day is None or isinstance(day, datetime):
            said = f"before it was {day}" if day is not None else "and there is no date"
            message = f"{each.label} says {value}, {said}."
            self._note(Code.ELEMENT_CONDITION, message, row, record, key, actual=str(value))
            self._keep(each.label, each.kind.write(value, self.zone), each.target.level, record)
            return
        try:
            owner[name] = in_utc(datetime.combine(day, value), self.zone)
        except Unreadable as error:
            self._note(error.code, f"{each.label} {value} {error.message}.", row, record, key, actual=str(value))

    def _constant(self, each: Field, plan: Plan, fresh: set[str]) -> None:
        """Say what the layout says of every record, where there is something that it can be said of."""
        if each.target is None or (each.target.level != plan.record.level and each.target.level not in fresh):
            return
        item = self.open.get(each.target.level)
        if item is None:
            return
        owner = holder(item, each.target.steps)
        if owner is not None and (owner or len(each.target.steps) == 1) and each.target.steps[-1].name not in owner:
            put(item, each.target.steps, each.constant_value)

    def _note_faults(self, row: Row, plan: Plan) -> None:
        """Note quotes that are not closed, and rows that are longer or shorter than the header line."""
        for fault in row.faults:
            text = f"Line {row.line.number}: {fault.message}."
            position = self.grid.position(row, fault.cell, plan.record.name)
            self.findings.add(fault.code, text, position, actual=row.line.text[fault.start :], severity=fault.severity)
        if row.length > plan.width and (self.layout.header or self.layout.record_length):
            unit = "columns" if self.layout.delimited else "characters"
            text = f"Line {row.line.number} has {row.length} {unit}."
            self._note(
                Code.ELEMENT_SURPLUS, text, row, plan.record, None, expected=f"{plan.width} {unit}", actual=str(row.length)
            )
        elif row.length < plan.width and self.layout.header:
            text = f"Line {row.line.number} has {row.length} columns of {plan.width}."
            expected = f"{plan.width} columns"
            actual = str(row.length)
            self._note(
                Code.ELEMENT_CONDITION, text, row, plan.record, None, expected=expected, actual=actual, severity=Severity.WARNING
            )

    def _keep_surplus(self, row: Row, plan: Plan) -> None:
        """Keep what no field speaks of."""
        for label, key in plan.surplus:
            if text := row.text(key):
                self._keep(label, text, plan.record.level, plan.record)
        if row.length > plan.width:
            if isinstance(row.content, list):
                for index in range(plan.width, row.length):
                    if text := row.text(index):
                        self._keep(str(index + 1), text, plan.record.level, plan.record)
            elif text := row.content[plan.width :].rstrip():
                self._keep(f"{plan.width + 1}+{len(text)}", text, plan.record.level, plan.record)

    def keep_row(self, row: Row, record: Record | None) -> None:
        """Keep a whole line that has no place in the document."""
        name = record.name if record is not None else "?"
        self.root.setdefault("extras", []).append({"path": f"{name}/{row.line.number}", "value": row.line.text})

    def _keep(self, label: str, text: str, level: str, record: Record) -> None:
        """Keep a value that has no place in the document, with the innermost item that can keep any."""
        for each in reversed(levels_above(level)):
            if each in self.layout.with_extras and each in self.open:
                path = f"{record.name}/{label}"
                extras: list[Mapping[str, str]] = self.open[each].setdefault("extras", [])
                extra = {"path": path, "value": text}
                if extra not in extras:
                    extras.append(extra)
                return

    def _note(
        self,
        code: Code,
        text: str,
        row: Row,
        record: Record | None,
        key: Key | None,
        *,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        position = self.grid.position(row, key, record.name if record is not None else None)
        self.findings.add(code, text, position, expected=expected, actual=actual, severity=severity)
