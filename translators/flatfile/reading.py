"""Reads a flat file by its layout: an interchange without envelope, whose documents come one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.contract import (
    Document,
    DocumentRead,
    DocumentTerms,
    Event,
    InterchangeClosed,
    InterchangeOpened,
    Terms,
    TermsFor,
    Verdict,
)
from translators.finding import Code
from translators.findings import Findings
from translators.flatfile.assembly import Draft, Trace
from translators.flatfile.completion import completed
from translators.flatfile.envelope import Handover, envelope_of
from translators.flatfile.layout import Field, Layout, Record
from translators.flatfile.lines import Line, lines
from translators.flatfile.rows import Grid, Key, Plan, Row
from translators.flatfile.totals import Claim, Tally, sentence, summed_paths
from translators.flatfile.values import Unreadable
from translators.position import Position

_REMEMBERED = 100_000
"""How many keys of documents are remembered, to find one whose rows do not stand together."""


def read(data: bytes, start: int, layout: Layout, handover: Handover, terms_for: TermsFor) -> Iterator[Event]:
    """Read the file that begins at `start`; the last event closes its interchange."""
    envelope = envelope_of(data, start, layout, handover)
    terms = terms_for(envelope)
    yield InterchangeOpened(envelope, terms)
    file = File(layout, terms, Findings(terms.severities, limit=terms.max_findings))
    for finding in terms.findings:
        file.findings.put(finding)
    longest = terms.max_segment_bytes
    for document in file.documents(lines(data, start, layout, file.findings, longest=longest), len(data)):
        yield DocumentRead(document)
    yield InterchangeClosed(len(data), (), file.tally.documents, file.findings.listed(), file.verdict())


@dataclass(slots=True)
class File:
    """A file while it is read: one document is held at a time."""

    layout: Layout
    terms: Terms
    findings: Findings
    tally: Tally = field(default_factory=Tally)
    grid: Grid = field(init=False)
    _own: DocumentTerms = field(init=False)
    _sums: frozenset[str] = field(init=False)
    _draft: Draft | None = None
    _key: tuple[str, ...] = ()
    _keys: dict[tuple[str, ...], int] = field(default_factory=dict)
    _claims: list[Claim] = field(default_factory=list)
    _ended: bool = False
    _last: Line | None = None
    _verdicts: set[Verdict] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.grid = Grid(self.layout)
        self._own = self.terms.for_document(self.layout.document, self.layout.name)
        self._sums = summed_paths(self.layout)

    def documents(self, every: Iterator[Line], size: int) -> Iterator[Document]:
        """The documents, each as soon as it is complete."""
        if self.layout.header:
            head = next(every, None)
            if head is not None:
                self.grid.head(head, self.findings)
        for row in self.grid.rows(every):
            document = self._take(row)
            if document is not None:
                yield document
        document = self._close(size)
        if document is not None:
            yield document
        self._check(size)

    def verdict(self) -> Verdict:
        """The verdict on the whole."""
        if self.findings.failed or self._verdicts == {Verdict.REJECTED}:
            return Verdict.REJECTED
        if Verdict.REJECTED in self._verdicts:
            return Verdict.PARTLY_ACCEPTED
        noted = Verdict.ACCEPTED_WITH_ERRORS in self._verdicts
        return Verdict.ACCEPTED_WITH_ERRORS if noted else Verdict.ACCEPTED

    def _take(self, row: Row) -> Document | None:
        """Take a row; answers the document that is complete because of it."""
        self._last = row.line
        plan = row.plan
        if plan is not None and plan.record.scope == "file":
            return self._take_of_file(row, plan)
        if self._ended:
            self._stray(row, "behind the end of the file")
            return None
        complete = None
        begins = self._begins(row, plan)
        if begins:
            complete = self._close(row.line.offset)
            self._begin(row)
        if self._draft is None:
            self._stray(row, "before the first document")
            return complete
        if plan is None:
            self._draft.take_unknown(row)
        else:
            self._draft.take(row, plan, begins=begins)
        self._limit(row)
        if plan is not None and plan.record.ends:
            return self._close(row.line.offset + len(row.line.text))
        return complete

    def _begins(self, row: Row, plan: Plan | None) -> bool:
        """Whether a document begins with the row."""
        if self.layout.whole_file:
            return self._draft is None
        if plan is None or not plan.record.begins_document:
            return False
        keys = plan.record.opens[0].keys
        key = tuple(row.text(plan.fields[index][1] or 0) for index in keys)
        if keys and self._draft is not None and key == self._key:
            return False
        self._key = key
        if keys:
            self._check_together(row, key)
        return True

    def _check_together(self, row: Row, key: tuple[str, ...]) -> None:
        """The rows of a document must stand together: half a document must not be taken for a whole one."""
        before = self._keys.setdefault(key, row.line.number)
        if before != row.line.number:
            name = " ".join(key)
            text = f"{name} begins in line {before} and again in line {row.line.number}: its rows do not stand together."
            position = Position(row.line.offset, row.line.number)
            self.findings.add(Code.DOCUMENT_REFERENCE_DUPLICATE, text, position, expected="sorted rows", actual=name)
        elif len(self._keys) > _REMEMBERED:
            del self._keys[next(iter(self._keys))]

    def _begin(self, row: Row) -> None:
        own, line = self._own, row.line
        findings = Findings({**self.terms.severities, **own.severities}, limit=own.max_findings)
        traces: list[Trace] | None = [] if own.lineage else None
        self._draft = Draft(self.layout, self.grid, findings, own.timezone, self._sums, line.offset, line.number, traces)

    def _limit(self, row: Row) -> None:
        """Refuse a document that is too large to be held."""
        draft = self._draft
        if draft is None or draft.refused:
            return
        size = row.line.offset + len(row.line.text) - draft.start
        if draft.rows > self.terms.max_document_segments or size > self.terms.max_document_bytes:
            text = f"The document that begins in line {draft.line} is too large: {draft.rows} lines, {size} bytes."
            draft.findings.add(Code.DOCUMENT_TOO_LARGE, text, Position(draft.start, draft.line))
            draft.refused = True
            draft.root.clear()

    def _take_of_file(self, row: Row, plan: Plan) -> Document | None:
        """Take a header or trailer of the file."""
        record = plan.record
        complete = self._close(row.line.offset) if record.ends else None
        if self._ended or (not record.ends and (self._draft is not None or self.tally.records)):
            self._stray(row, "in the middle of the file" if not record.ends else "behind the end of the file")
        self.tally.count(record.name)
        for each, key in plan.fields:
            if key is not None:
                self._field_of_file(row, record, each, key)
        self._ended = self._ended or record.ends
        return complete

    def _field_of_file(self, row: Row, record: Record, each: Field, key: Key) -> None:
        text = row.text(key)
        position = self.grid.position(row, key, record.name)
        if not text or text in each.empty:
            if each.mandatory:
                self.findings.add(Code.HEADER_MALFORMED, f"{record.name}: {each.label} is empty.", position)
            return
        if each.constant is not None and text != each.constant:
            said = f"{record.name}: {each.label} says {text[:40]}."
            self.findings.add(Code.HEADER_MALFORMED, said, position, expected=each.constant, actual=text)
        elif each.total is not None or each.envelope:
            self._read_of_file(row, record, each, text, key)

    def _read_of_file(self, row: Row, record: Record, each: Field, text: str, key: Key) -> None:
        try:
            value = each.kind.read(text, self._own.timezone)
        except Unreadable as error:
            position = self.grid.position(row, key, record.name)
            said = f"{record.name}: {each.label} {text[:40]!r} {error.message}."
            self.findings.add(error.code, said, position, expected=error.expected, actual=text)
            return
        if each.total is not None:
            self._claims.append(Claim(row, record, each.label, each.total, value, key))

    def _stray(self, row: Row, where: str) -> None:
        text = f"Line {row.line.number} stands {where}."
        position = Position(row.line.offset, row.line.number, row.plan.record.name if row.plan is not None else None)
        self.findings.add(Code.STRAY_SEGMENT, text, position, actual=row.line.text)
        if row.plan is None or row.plan.record.scope == "document":
            self.tally.count(row.plan.record.name if row.plan is not None else "")

    def _check(self, size: int) -> None:
        """What is known at the end only: totals of the file, and records that it must have."""
        end = Position(size, self._last.number if self._last is not None else None)
        if not self.tally.documents:
            self.findings.add(Code.INTERCHANGE_EMPTY, "The file holds no document.", end)
        for claim in self._claims:
            actual = self.tally.value(claim.total)
            if actual != claim.value:
                code = Code.CONTROL_TOTAL if claim.total.sums else Code.INTERCHANGE_COUNT_MISMATCH
                text = sentence(claim.record, claim.total, claimed=claim.value, actual=actual)
                position = self.grid.position(claim.row, claim.key, claim.record.name)
                self.findings.add(code, text, position, expected=str(actual), actual=str(claim.value))
        for record, code in (
            (self.layout.header_record, Code.HEADER_MALFORMED),
            (self.layout.trailer_record, Code.INTERCHANGE_TRAILER_MISSING),
        ):
            if record is not None and record.mandatory and not self.tally.records[record.name]:
                self.findings.add(code, f"The file has no {record.name}.", end, expected=record.name)

    def _close(self, end: int) -> Document | None:
        """The document that is being read, complete now."""
        draft = self._draft
        if draft is None:
            return None
        self._draft = None
        self.tally.documents += 1
        draft.check_totals()
        self.tally.include(draft.tally)
        document = completed(draft, self.tally.documents, end, self.terms, self._own)
        self._verdicts.add(document.verdict)
        return document
