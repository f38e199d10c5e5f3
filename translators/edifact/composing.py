"""Writes canonical documents as messages, ready to be sealed."""

from importlib import import_module

from translators.canonical.base import CanonicalDocument
from translators.contract import OutboundDocument, WritingTerms, WrittenDocument
from translators.edifact import directories, service_characters, writing
from translators.edifact.grammar import Grammar, grammar
from translators.edifact.messages import MAPPINGS, meaning
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, found
from translators.mapping.context import Writing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.room import named
from translators.mapping.tree import Row
from translators.mapping.unwritten import not_written
from translators.position import Position

USUAL_SYNTAX = "UNOC:3"
"""Syntax identifier and version where the agreement names none."""


def write(document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a message.

    `version` is the directory, with the code of the association (0057) behind a colon where the terms do not say it
    (`D.96A:EAN008`). Raises DefinitionMissing when there is no such message, or it is another document's; NotWritable, naming
    segment and element, when a value is missing or has no room. Findings say what of the document could not be written, which
    characters were replaced, and what the structure of the message lacks.
    """
    release, _, association = version.partition(":")
    association = association or terms.association
    _name, module = MAPPINGS.get(document_type, ("", ""))
    mapping: DocumentMapping | None = import_module(module).MAPPING if module else None
    choice = directories.choose(document_type, release)
    if mapping is None or document.NAME not in mapping.names or choice is None:
        raise DefinitionMissing(f"no way to write {document.NAME} as EDIFACT {version} {document_type}")
    if terms.guide is not None:
        mapping = mapping.deviating(meaning.partner_guide(terms.guide, choice.directory).deviations)
    identifier, _, syntax = (terms.syntax or USUAL_SYNTAX).partition(":")
    characters = service_characters.agreed(terms.separators, int(syntax) if syntax.isdigit() else 3)
    context = Writing(terms.timezone, characters.decimal)
    table = grammar(document_type, choice.directory)
    rows = meaning.rows(mapping, document, table, context)
    body = writing.body(rows, choice.directory, identifier, characters)
    findings = list(not_written(context.unwritten, document, document_type, release))
    findings += [_replaced(character, identifier) for character in sorted(body.replaced)]
    findings += named(_misplaced(table, rows), context)
    header = (*release.split("."), "UN", *filter(None, (association,)))
    return WrittenDocument(OutboundDocument(document_type, body.text, body.segments, header), "", release, tuple(findings))


def _misplaced(table: Grammar, rows: list[Row]) -> list[Finding]:
    """What the structure of the message asks for, and the document does not say: the partner would refuse it for that."""
    findings: list[Finding] = []

    def report(code: Code, sentence: str, number: int, tag: str, expected: str | None) -> None:
        findings.append(found(code, sentence, Position(0, number, tag), expected=expected))

    table.fit(["UNH", *(row[0] for row in rows)], report)
    return findings


def _replaced(character: str, identifier: str) -> Finding:
    text = f"{character} is no character of {identifier}; another, or a blank, was written for it."
    return found(Code.CHARACTER_REPLACED, text, Position(0), actual=character)
