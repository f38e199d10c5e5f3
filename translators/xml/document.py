"""Reads one business document: support and agreement, table, canonical form."""

from dataclasses import dataclass

from pydantic import ValidationError

from translators.canonical import model_of
from translators.canonical.arithmetic import check
from translators.canonical.base import CanonicalDocument
from translators.canonical.billing import Billing
from translators.contract import Document, DocumentTerms, Terms
from translators.finding import Code
from translators.mapping.value import Value
from translators.position import Position
from translators.xml.context import Note, Reading, Scope, Trace
from translators.xml.envelope import Payload, version_of
from translators.xml.findings import Findings
from translators.xml.kinds import Kind
from translators.xml.node import Node, local
from translators.xml.offsets import Offsets
from translators.xml.validation import validate


@dataclass(frozen=True, slots=True)
class Source:
    """A document of an interchange and where it stands: the bytes it came from, its number among its siblings."""

    payload: Payload
    offsets: Offsets
    ordinal: int
    start: int
    end: int
    elements: int


def read_document(source: Source, terms: Terms) -> Document:
    """Read a document under the terms of its type. Never raises on bad input."""
    root, kind = source.payload.root, source.payload.kind
    type_ = local(root.name)
    own = terms.for_document(type_)
    findings = Findings({**terms.severities, **own.severities}, limit=own.max_findings)
    version = version_of(root, kind)
    canonical = None
    if _supported(source, version, own, findings):
        assert kind is not None
        canonical = _read(source, kind, own, findings)
    return Document(
        ordinal=source.ordinal,
        group=0,
        type=type_,
        version=version,
        association=root.value("cbc:CustomizationID"),
        control_number=root.value("cbc:ID"),
        start=source.start,
        end=source.end,
        segments=source.elements,
        verdict=findings.verdict(note_errors=terms.acknowledgement.note_errors),
        findings=findings.listed(),
        name=kind.name if kind is not None else None,
        canonical=canonical,
    )


def _supported(source: Source, version: str, terms: DocumentTerms, findings: Findings) -> bool:
    """Whether there is a table for the document, and an agreement; findings say what there is not."""
    root, kind = source.payload.root, source.payload.kind
    type_ = local(root.name)

    def note(code: Code, text: str, *, actual: str, expected: str | None = None) -> None:
        position = Position(source.offsets.of(root.ordinal), root.ordinal, type_)
        findings.add(code, text, position, expected=expected, actual=actual)

    if kind is None:
        note(Code.DOCUMENT_TYPE_UNSUPPORTED, f"Documents {type_} are not read here.", actual=root.name)
        return False
    if not terms.agreed:
        note(Code.DOCUMENT_NOT_AGREED, f"{type_} is not agreed with this partner.", actual=type_)
    if terms.versions and version not in terms.versions:
        agreed = ", ".join(sorted(terms.versions))
        note(Code.DOCUMENT_VERSION_UNSUPPORTED, f"{type_} is not agreed in version {version}.", expected=agreed, actual=version)
        return False
    return True


def _read(source: Source, kind: Kind, terms: DocumentTerms, findings: Findings) -> CanonicalDocument | None:
    def note(code: Code, text: str, node: Node, expected: str | None, actual: str | None) -> None:
        position = Position(source.offsets.of(node.ordinal), node.ordinal, local(node.name))
        findings.add(code, text, position, expected=expected, actual=actual)

    root = source.payload.root
    validate(root, kind.table, note)
    if findings.failed:
        return None
    target, _ = canonical_value(root, kind, terms, note)
    try:
        document = model_of(kind.name).model_validate(target)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        text = f"The document cannot be read as {kind.name}: {place}: {first['msg']}."
        note(Code.CANONICAL_INVALID, text, root, place, str(first.get("input", ""))[:60])
        return None
    if kind.name in ("invoice", "credit_note"):
        _check_sums(document, root, note)
    return document


def _check_sums(document: CanonicalDocument, root: Node, note: Note) -> None:
    """Note the sums that do not add up, at the totals."""
    assert isinstance(document, Billing)
    place = root.child("cac:LegalMonetaryTotal") or root
    for found in check(document):
        note(Code.CONTROL_TOTAL, f"{found.message} ({found.rule})", place, str(found.expected), str(found.actual))


def canonical_value(
    root: Node, kind: Kind, terms: DocumentTerms, note: Note, *, traces: list[Trace] | None = None
) -> tuple[Value, Reading]:
    """What the document says as a value that the canonical model judges, and the state of reading it."""
    target: Value = {}
    context = Reading(terms.timezone, note, [], [Scope(target, 0)], traces)
    kind.mapping.rules.read(root, target, context)
    kind.mapping.after_reading(target)
    return target, context
