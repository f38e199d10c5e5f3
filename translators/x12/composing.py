"""Writes canonical documents as transaction sets, ready to be sealed."""

from importlib import import_module

from translators.canonical.base import CanonicalDocument
from translators.contract import OutboundDocument, Separators, WritingTerms, WrittenDocument
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, found
from translators.mapping.context import Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.tree import COMPONENT, REPETITION, Row
from translators.position import Position
from translators.x12.grammar import base_version, grammar
from translators.x12.sets import MAPPINGS, meaning
from translators.x12.versions import SETS

USUAL = Separators(element="*", component=">", segment="~", repetition="^")
"""Separators where the agreement names none."""


def write(document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a set. Raises DefinitionMissing when there is no such set, or it is another document's."""
    _name, module = MAPPINGS.get(document_type, ("", ""))
    mapping: DocumentMapping | None = import_module(module).MAPPING if module else None
    tables = base_version(version)
    if mapping is None or document.NAME not in mapping.names or tables is None:
        raise DefinitionMissing(f"no way to write {document.NAME} as X12 {version} {document_type}")
    if terms.guide is not None:
        mapping = mapping.deviating(meaning.partner_guide(terms.guide, tables).deviations)
    context = Writing(terms.timezone)
    rows = meaning.rows(mapping, document, grammar(document_type, tables), context)
    findings = [_unwritten(path, document_type, version) for path in dict.fromkeys(context.unwritten)]
    separators = terms.separators or USUAL
    body = "".join(_segment(row, index, separators, findings) for index, row in enumerate(rows, 2))
    outbound = OutboundDocument(document_type, body, len(rows))
    return WrittenDocument(outbound, SETS[document_type], version, tuple(findings))


def _unwritten(path: str, document_type: str, version: str) -> Finding:
    text = f"{path} cannot be said in {document_type} {version}."
    return found(Code.NOT_WRITTEN, text, Position(0), actual=path)


def _segment(row: Row, number: int, separators: Separators, findings: list[Finding]) -> str:
    """One segment with its terminator. X12 has no release character: a separator in data becomes a blank."""
    marks = (separators.element, separators.segment, separators.component, separators.repetition)
    elements = []
    for element, text in enumerate(row):
        clean = text
        for mark in filter(None, marks):
            clean = clean.replace(mark, " ")
        if clean != text:
            sentence = f"{row[0]}{element:02} holds a separator; it was written as a blank."
            findings.append(found(Code.CHARACTER_REPLACED, sentence, Position(0, number, row[0], element), actual=text[:60]))
        clean = clean.replace(COMPONENT, separators.component).replace(REPETITION, separators.repetition)
        elements.append("".join(max(character, " ") for character in clean) if not clean.isprintable() else clean)
    return separators.element.join(elements) + separators.segment
