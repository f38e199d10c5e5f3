"""Reads one business document: support and agreement, table, canonical form.

A document with a mapping becomes its canonical document. Any other is passed on as a generic document, with a finding that says
so, if its type is agreed by name or the terms name no types at all; terms that name other types refuse it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.faults import Fault, modelled
from translators.contract import Document, Family, Origin, Terms
from translators.finding import Code, Severity
from translators.findings import Findings
from translators.mapping.understanding import doubt
from translators.mapping.value import Value
from translators.position import Position
from translators.xml.context import Reading, Scope, Trace
from translators.xml.cxml.attributes import unfold
from translators.xml.cxml.header import read_header
from translators.xml.envelope import Payload, versions_of
from translators.xml.kinds import Kind
from translators.xml.lineage import origins
from translators.xml.node import Node, local, way_as_text, way_to
from translators.xml.offsets import Offsets
from translators.xml.parser import Parsed
from translators.xml.rules import Misfit
from translators.xml.schema import violations
from translators.xml.validation import validate

GENERIC = "generic_document"
_OLDER = frozenset(("UBL-2.0", "UBL-2.1"))
"""Versions whose documents are all in order by the table of the latest of them (UBL 2.1, section 1)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of an interchange and where it stands: the bytes it came from, its number among its siblings.

    `parsed` is all that was parsed with it.
    """

    payload: Payload
    offsets: Offsets
    ordinal: int
    start: int
    end: int
    elements: int
    parsed: Parsed


def read_document(source: Source, terms: Terms) -> Document:
    """Read a document under the terms of its type. Never raises on bad input."""
    reader = _Reader(source, terms)
    canonical, lineage = reader.read()
    root, kind, findings = source.payload.root, source.payload.kind, reader.findings
    return Document(
        ordinal=source.ordinal,
        group=0,
        type=reader.type,
        version=reader.version,
        association=root.value("cbc:CustomizationID"),
        control_number=reader.number,
        start=source.start,
        end=source.end,
        segments=source.elements,
        verdict=findings.verdict(note_errors=terms.acknowledgement.note_errors),
        findings=findings.listed(),
        name=kind.name if kind is not None else GENERIC if canonical is not None else None,
        canonical=canonical,
        lineage=lineage,
    )


class _Reader:
    """Reads one document."""

    def __init__(self, source: Source, terms: Terms) -> None:
        self._source = source
        self._root = source.payload.root
        self._kind = source.payload.kind
        self.type = local(self._root.name)
        self.version, *others = versions_of(source.payload)
        self._named = self.type in terms.documents or not terms.documents
        self._terms = terms.for_document(self.type, self.version, *others)
        self._newer = self._kind is not None and self.version.startswith("UBL") and self.version not in _OLDER
        self.number = number_of(self._root, self._kind)
        self.findings = Findings({**terms.severities, **self._terms.severities}, limit=self._terms.max_findings)

    def read(self) -> tuple[CanonicalDocument | None, tuple[Origin, ...]]:
        """The canonical document and where its members came from; None when the document is refused."""
        if not self._supported():
            return None, ()
        self._note_cards()
        self._judge_by_schema()
        if self._kind is None:
            generic: CanonicalDocument = import_module("translators.xml.generic").generic(self._root, self.type, self.version)
            return generic, ()
        if self._kind.is_cxml:
            unfold(self._root, self._kind.table)
        validate(self._root, self._kind.table, self._note)
        if self.findings.failed:
            return None, ()
        traces: list[Trace] | None = [] if self._terms.lineage else None
        context = Reading(self._terms.timezone, self._note, [], [], traces)
        value = canonical_value(self._source.payload, self._kind, context)
        document = self._modelled(self._kind, value)
        self._doubt(self._kind, context.unread)
        if document is None or self.findings.failed:
            return None, ()
        return document, origins(value, traces) if traces is not None else ()

    def _note_cards(self) -> None:
        """Say where card numbers were masked."""
        inside = range(self._root.ordinal, self._root.ordinal + self._source.elements)
        for card in self._source.parsed.cards:
            if card.ordinal in inside:
                text = f"{local(card.name)} holds a card number: all but its last four digits is masked."
                self._note(Code.XML_CARD_NUMBER, text, card, None, None)

    def _judge_by_schema(self) -> None:
        """Note what the schema of the agreement does not allow, unless that is switched off."""
        agreed, parsed = self._terms.xml.schema, self._source.parsed
        if agreed is None or self.findings.ignores(Code.XML_SCHEMA):
            return
        for found in violations(parsed.text, self._root.ordinal, agreed, huge=parsed.huge, most=self._terms.max_findings):
            way = way_to(self._root, self._root.ordinal + found.ordinal - 1)
            text, actual = f"{way_as_text(way)}: {found.message} (schema {agreed.name})", found.actual
            if way[-1] in parsed.cards:  # what a message quotes may be the number
                text, actual = f"{way_as_text(way)} is not as the schema {agreed.name} wants it.", None
            self._note(Code.XML_SCHEMA, text, way[-1], found.expected, actual)

    def _supported(self) -> bool:
        """Whether the document is agreed and can be read; findings say why not."""
        kind, agreed = self._kind, self._terms.versions
        if not self._terms.agreed:
            self._say(Code.DOCUMENT_NOT_AGREED, f"{self.type} is not agreed with this partner.", self.type)
            return False
        if kind is None and not self._named:
            self._say(Code.DOCUMENT_TYPE_UNSUPPORTED, f"Documents {self.type} are not read here.", self._root.name)
            return False
        if agreed and not {self.version, kind.version if kind else self.version} & agreed:
            text = f"{self.type} is not agreed in version {self.version}."
            self._say(Code.DOCUMENT_VERSION_UNSUPPORTED, text, self.version, ", ".join(sorted(agreed)))
            return False
        if kind is None:
            text = f"There is no mapping of {self.type}: it is passed on as it is."
            self._say(Code.DEFINITION_MISSING, text, self._root.name)
        elif self._newer:
            text = f"{self.type} in {self.version} is read with the table of {kind.version}."
            self._say(Code.VERSION_NEAREST, text, self.version)
        return True

    def _say(self, code: Code, text: str, actual: str, expected: str | None = None) -> None:
        self._note(code, text, self._root, expected, actual)

    def _note(
        self, code: Code, text: str, node: Node, expected: str | None, actual: str | None, severity: Severity | None = None
    ) -> None:
        position = Position(self._source.offsets.of(node.ordinal), node.ordinal - self._root.ordinal + 1, local(node.name))
        if self._newer and code is Code.SEGMENT_NOT_IN_DEFINITION:
            severity = Severity.WARNING
        self.findings.add(code, text, position, expected=expected, actual=actual, severity=severity)

    def _told(self, kind: Kind, fault: Fault) -> None:
        text = f"The document cannot be read as a {kind.name.replace('_', ' ')}: {fault.message}"
        self._note(Code.CANONICAL_INVALID, text, self._root, fault.expected or fault.path, fault.actual)

    def _doubt(self, kind: Kind, unread: list[str]) -> None:
        """Say when most of the document has no place in what it became."""
        if not unread:
            return
        saying = sum(1 for node in self._root.walk() if node.text and node.text.strip() and not node.name.startswith("@"))
        if doubted := doubt(list(map(local, unread)), saying, kind.name, "elements"):
            severity, text, expected = doubted
            self._note(Code.NOT_MAPPED, text, self._root, expected, str(len(unread)), severity)

    def _modelled(self, kind: Kind, value: Value) -> CanonicalDocument | None:
        """The value as the canonical model judges it, and its sums."""
        model = model_of(kind.name)
        if "code_family" in model.model_fields:  # an acknowledgement keeps no codes
            value["code_family"] = Family.XML.value
        document = modelled(model, value, lambda fault: self._told(kind, fault))
        if document is None:
            return None
        for text, path, expected, actual in (*_counted(document), *kind.mapping.judge(document)):
            self._note(Code.CONTROL_TOTAL, text, self._root.find(*path) or self._root, expected, actual)
        return document


def _counted(document: CanonicalDocument) -> Iterator[Misfit]:
    """Whether as many lines are claimed as there are (LineCountNumeric)."""
    claimed, lines = getattr(getattr(document, "totals", None), "line_count", None), getattr(document, "lines", None)
    if claimed is not None and lines is not None and claimed != len(lines):
        text = f"The document claims {claimed} lines, there are {len(lines)}."
        yield text, ("cbc:LineCountNumeric",), str(len(lines)), str(claimed)


def canonical_value(payload: Payload, kind: Kind, context: Reading) -> Value:
    """What the document says, as a value for the canonical model to judge."""
    target: Value = {}
    context.scopes.append(Scope(target, 0))
    if payload.around is not None:
        read_header(payload, kind, target, context)
    kind.mapping.rules.read(payload.root, target, context)
    kind.mapping.after_reading(target)
    return target


def number_of(root: Node, kind: Kind | None) -> str:
    """The number that a document has of its own."""
    if kind is None:
        return root.value("cbc:ID")
    *steps, last = kind.number
    holder = root.find(*steps)
    if holder is None:
        return ""
    return holder.attribute(last[1:]).strip() if last.startswith("@") else holder.value(last)
