"""Reads one transaction set: support and agreement, table, trailer, canonical form."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module

from translators.canonical.base import CanonicalDocument
from translators.contract import Document, DocumentTerms, Origin, Separators, Terms, Verdict
from translators.finding import DEFINITIONS, LENIENT, Code, Severity
from translators.findings import Findings
from translators.mapping.mapping import DocumentMapping
from translators.position import Position
from translators.x12.binaries import TAGS
from translators.x12.definitions import COMPONENT, ELEMENT, REPETITION
from translators.x12.envelope import count_of
from translators.x12.grammar import Grammar
from translators.x12.group import OpenGroup
from translators.x12.sets import MAPPINGS, meaning
from translators.x12.sets.source import Source
from translators.x12.support import ACKNOWLEDGEMENTS, MAIN_VERSION, Support
from translators.x12.tokenizer import SetText
from translators.x12.validation import Validator
from translators.x12.versions import exact

_BINARY = tuple(f"{tag}{ELEMENT}".encode() for tag in TAGS)
GENERIC = ("generic_document", "translators.x12.generic")
"""What stands for a canonical form where there is none."""
MOST_VALUES = 500_000
"""A set of more values does not become a generic document: as data it would take a hundred megabytes and more."""

_CONSUMED = {code: Severity.WARNING for code, known in DEFINITIONS.items() if known.severity is Severity.ERROR}


class DocumentReader:
    """Reads the sets of one interchange under its terms."""

    __slots__ = ("_separators", "_severities", "_tables", "_terms")

    def __init__(self, terms: Terms, separators: Separators) -> None:
        self._terms = terms
        self._separators = separators
        self._severities: dict[tuple[str, str], Mapping[Code, Severity | None]] = {}
        self._tables: dict[tuple[str, int], Grammar] = {}
        """The tables of types that were found to be supported, without a word, in a group."""

    def read(self, text: SetText, end: int, ordinal: int, group: OpenGroup, *, complete: bool) -> Document:
        """Read a set that begins with ST. `complete` says that its SE was there."""
        rows = [segment.split(ELEMENT) for segment in text.segments]
        frame = _Frame(text, end, ordinal, group, rows[0], len(rows))
        terms, findings = self._judgement(frame)
        readable, table = self._support(frame, terms, findings)
        places = Validator(text, table, findings, self._separators).run(rows) if table else []
        _check_characters(text, findings)
        _check_binaries(text, rows, findings)
        _check_envelope(frame, rows, findings, complete=complete)
        name, canonical = MAPPINGS.get(frame.kind, GENERIC if readable else (None,))[0], None
        lineage: tuple[Origin, ...] = ()
        if readable and not findings.failed and frame.kind not in ACKNOWLEDGEMENTS:
            source = Source(rows, places, table.version if table else "", terms, findings, text, self._separators)
            canonical, lineage = _canonical(frame, source)
        document = self._document(frame, findings, canonical.NAME if canonical else name, canonical)
        return replace(document, lineage=lineage) if lineage else document

    def _support(self, frame: "_Frame", terms: DocumentTerms, findings: Findings) -> tuple[bool, Grammar | None]:
        """Whether a set is passed on if nothing else is wrong with it, and the table to check it by."""
        known = self._tables.get((frame.kind, frame.group.ordinal))
        if known is not None:
            return True, known
        named = not self._terms.documents or frame.kind in self._terms.documents
        readable, table = Support(frame.kind, frame.group, terms, named, findings, frame.text).judge()
        if readable and table is not None and findings.empty:
            self._tables[frame.kind, frame.group.ordinal] = table
        return readable, table

    def refuse(self, text: SetText, end: int, ordinal: int, group: OpenGroup, *, segments: int, excess: str) -> Document:
        """A set beyond the limits: of `text` only ST is read, so that the partner can be told which set it was."""
        frame = _Frame(text, end, ordinal, group, text.segments[0].split(ELEMENT), segments)
        _terms, findings = self._judgement(frame)
        _check_reference(frame, findings)
        position = Position(text.element_offset(0, 1), 1, "ST", 1)
        findings.add(Code.DOCUMENT_TOO_LARGE, f"The set is too large: {excess}.", position, actual=excess)
        return self._document(frame, findings, MAPPINGS.get(frame.kind, (None,))[0], None)

    def _judgement(self, frame: "_Frame") -> tuple[DocumentTerms, Findings]:
        version = frame.group.version
        terms = self._terms.for_document(frame.kind, version, version[:MAIN_VERSION])
        return terms, Findings(self._severities_of(frame.kind, frame.group.version, terms), limit=terms.max_findings)

    def _document(self, frame: "_Frame", findings: Findings, name: str | None, canonical: CanonicalDocument | None) -> Document:
        lenient = frame.kind in ACKNOWLEDGEMENTS
        return Document(
            ordinal=frame.ordinal,
            group=frame.group.ordinal,
            type=frame.kind,
            version=frame.group.version,
            association=frame.header[3].strip() if len(frame.header) > 3 else "",
            control_number=frame.number,
            start=frame.text.start,
            end=frame.end,
            segments=frame.segments,
            verdict=Verdict.ACCEPTED if lenient else findings.verdict(note_errors=self._terms.acknowledgement.note_errors),
            findings=findings.listed(),
            name="functional_acknowledgement" if lenient else name,
            canonical=canonical,
        )

    def _severities_of(self, kind: str, version: str, terms: DocumentTerms) -> Mapping[Code, Severity | None]:
        """What findings weigh: as agreed; else less for acknowledgements, and for sets read by tables of another version."""
        key = (kind, version)
        if key not in self._severities:
            if len(self._severities) > 100:  # types are the partner's words: there is no end of them
                self._severities.clear()
            lenient = "acknowledgement" if kind in ACKNOWLEDGEMENTS else "" if exact(kind, version) else "nearest"
            usual = {"": {}, "nearest": LENIENT, "acknowledgement": _CONSUMED}[lenient]
            self._severities[key] = {**usual, **self._terms.severities, **terms.severities}
        return self._severities[key]


class _Frame:
    """Where a set stands and what its ST says. `segments` is their number, also of a set that is not read."""

    __slots__ = ("end", "group", "header", "kind", "number", "ordinal", "segments", "text")

    def __init__(self, text: SetText, end: int, ordinal: int, group: OpenGroup, header: list[str], segments: int) -> None:
        self.text = text
        self.end = end
        self.ordinal = ordinal
        self.group = group
        self.header = header
        self.segments = segments
        self.kind = header[1].strip() if len(header) > 1 else ""
        """ST01."""
        self.number = header[2].strip() if len(header) > 2 else ""
        """ST02."""


def _check_characters(text: SetText, findings: Findings) -> None:
    if text.foreign is not None:
        sentence = "The set holds bytes outside of ASCII, which the character set of X12 does not know."
        findings.add(Code.CHARACTER_OUTSIDE_SET, sentence, Position(text.foreign))
    if text.nul and not findings.failed:  # outside of an element that was checked
        sentence = "The set holds a NUL byte."
        findings.add(Code.CHARACTER_NUL, sentence, Position(text.start + max(text.raw.find(b"\0"), 0)))


def _check_binaries(text: SetText, rows: list[list[str]], findings: Findings) -> None:
    """Find binary segments whose length does not lead to their end: they were cut at the first terminator."""
    if not any(mark in text.raw for mark in _BINARY):
        return
    for index, row in enumerate(rows):
        if row[0] not in TAGS or any(one.start == text.element_offset(index, len(row) - 1) for one in text.binaries):
            continue
        element = 1 if row[0] == TAGS[0] else 2
        position = Position(text.element_offset(index, element), index + 1, row[0], element)
        sentence = f"{row[0]} does not end behind as many bytes of data as it states."
        findings.add(Code.BINARY_LENGTH, sentence, position, actual=row[element] if element < len(row) else None)


def _check_reference(frame: _Frame, findings: Findings) -> None:
    number = frame.number
    if frame.group.references.used(number):
        sentence = f"The set control number {number} was used before in this group."
        position = Position(frame.text.element_offset(0, 2), 1, "ST", 2)
        findings.add(Code.DOCUMENT_REFERENCE_DUPLICATE, sentence, position, actual=number)


def _check_envelope(frame: _Frame, rows: list[list[str]], findings: Findings, *, complete: bool) -> None:
    """Judge SE against ST, and the control number against those of the group."""
    text, number, last = frame.text, frame.number, len(rows) - 1
    _check_reference(frame, findings)
    if not complete:
        sentence = f"Set {number} has no SE."
        position = Position(text.offset(last), last + 1, "SE")
        findings.add(Code.DOCUMENT_TRAILER_MISSING, sentence, position, expected=f"SE with {last + 2} and {number}")
        return
    if rows[last] == ["SE", str(len(rows)), number]:
        return
    trailer = (*rows[last], "", "")
    if count_of(trailer[1]) != len(rows):
        sentence = f"SE01 claims {trailer[1] or 'no'} segments, there are {len(rows)}."
        position = Position(text.element_offset(last, 1), last + 1, "SE", 1)
        findings.add(Code.SEGMENT_COUNT_MISMATCH, sentence, position, expected=str(len(rows)), actual=trailer[1])
    if trailer[2].strip() != number:
        sentence = f"SE02 is {trailer[2] or 'empty'}, ST02 is {number or 'empty'}."
        position = Position(text.element_offset(last, 2), last + 1, "SE", 2)
        findings.add(Code.DOCUMENT_REFERENCE_MISMATCH, sentence, position, expected=number, actual=trailer[2])


def _canonical(frame: _Frame, source: Source) -> tuple[CanonicalDocument | None, tuple[Origin, ...]]:
    """The canonical form, None when the set says what no such document can be; what makes it has noted why."""
    document: CanonicalDocument | None = None
    lineage: tuple[Origin, ...] = ()
    if frame.kind in MAPPINGS:
        document, lineage = meaning.canonical(_mapping(frame.kind), source)
    elif _fits(source):
        paths = [place.path if place else "" for place in source.places]
        document = import_module(GENERIC[1]).generic(source.rows, paths, version=frame.group.version)
    return (None, ()) if source.findings.failed else (document, lineage)


@cache
def _mapping(kind: str) -> DocumentMapping:
    """The mapping of a set that has one, imported with the first."""
    found: DocumentMapping = import_module(MAPPINGS[kind][1]).MAPPING
    return found


def _fits(source: Source) -> bool:
    """Whether a set may become a generic document."""
    raw = source.text.raw
    if sum(raw.count(mark.encode()) for mark in (ELEMENT, COMPONENT, REPETITION)) <= MOST_VALUES:
        return True
    position = Position(source.text.start, 1, "ST")
    source.findings.add(Code.DOCUMENT_TOO_LARGE, f"The set holds more than {MOST_VALUES} values.", position)
    return False
