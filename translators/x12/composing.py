"""Writes canonical documents as transaction sets, ready to be sealed."""

from importlib import import_module

from translators.canonical.base import CanonicalDocument
from translators.contract import OutboundDocument, Separators, WritingTerms, WrittenDocument
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, Severity, found
from translators.findings import Findings
from translators.mapping.context import Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.room import named
from translators.mapping.tree import COMPONENT, REPETITION, Row
from translators.mapping.unwritten import not_written
from translators.position import Position
from translators.x12.binaries import TAGS
from translators.x12.definitions import ELEMENT
from translators.x12.grammar import Grammar, base_version, grammar
from translators.x12.separators import agreed
from translators.x12.sets import MAPPINGS, meaning
from translators.x12.tokenizer import SetText
from translators.x12.validation import Validator
from translators.x12.versions import SETS

_ANY_NUMBER = "0001"
"""A control number: the set gets its own when the interchange is sealed."""
_MOST_FINDINGS = 1000
_SAID, _SENT_ON = frozenset({Code.FINDINGS_CAPPED}), frozenset({Code.ELEMENT_DATE})
"""Findings that are no errors and are passed on, and errors that are not: a date that was sent so is sent on."""


def write(document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a set. Raises DefinitionMissing when there is no such set, or it is another document's.

    Findings say what of the document could not be written, which characters were replaced, and what the partner would refuse:
    more segments or loops than the set has room for, values that are too long, what is missing.
    """
    _name, module = MAPPINGS.get(document_type, ("", ""))
    mapping: DocumentMapping | None = import_module(module).MAPPING if module else None
    tables = base_version(version)
    if mapping is None or document.NAME not in mapping.names or tables is None:
        raise DefinitionMissing(f"no way to write {document.NAME} as X12 {version} {document_type}")
    if terms.guide is not None:
        mapping = mapping.deviating(meaning.partner_guide(terms.guide, tables).deviations)
    context = Writing(terms.timezone)
    table, separators = grammar(document_type, tables), agreed(terms.separators, version[:5])
    rows = meaning.rows(mapping, document, table, context)
    binaries = [f"binary data ({row[0]})" for row in rows if row[0] in TAGS]
    findings = list(not_written([*context.unwritten, *binaries], document, document_type, version))
    rows = [
        _clean(row, number, separators, findings) for number, row in enumerate((row for row in rows if row[0] not in TAGS), 2)
    ]
    findings += named(_refused(rows, table, separators), context)
    body = "".join(_segment(row, separators) for row in rows)
    outbound = OutboundDocument(document_type, body, len(rows))
    return WrittenDocument(outbound, SETS[document_type], version, tuple(findings))


def _refused(rows: list[Row], table: Grammar, separators: Separators) -> list[Finding]:
    """What a reader that keeps to the standard finds wrong with the segments."""
    framed = [["ST", table.type, _ANY_NUMBER], *rows, ["SE", str(len(rows) + 2), _ANY_NUMBER]]
    text = SetText(b"", 0, [ELEMENT.join(row) for row in framed], nul=False, foreign=None, blanks=False)
    findings = Findings({}, limit=_MOST_FINDINGS)
    Validator(text, table, findings, separators).run(framed)
    return [
        one for one in findings.listed() if one.code in _SAID or (one.severity is Severity.ERROR and one.code not in _SENT_ON)
    ]


def _clean(row: Row, number: int, separators: Separators, findings: list[Finding]) -> Row:
    """One segment in characters that it may hold. X12 has no release character: a separator in data becomes a blank."""
    marks = (separators.element, separators.segment, separators.component, separators.repetition)
    elements = []
    for element, text in enumerate(row):
        clean = text
        for mark in filter(None, marks):
            clean = clean.replace(mark, " ")
        if clean != text:
            sentence = f"{row[0]}{element:02} holds a separator; it was written as a blank."
            findings.append(found(Code.CHARACTER_REPLACED, sentence, Position(0, number, row[0], element), actual=text[:60]))
        elements.append(clean if clean.isprintable() else "".join(map(_printable, clean)))
    return elements


def _printable(character: str) -> str:
    return character if character in (COMPONENT, REPETITION) else max(character, " ")


def _segment(row: Row, separators: Separators) -> str:
    """One segment with its terminator."""
    text = separators.element.join(row).replace(COMPONENT, separators.component).replace(REPETITION, separators.repetition)
    return f"{text}{separators.segment}{separators.line_end}"
