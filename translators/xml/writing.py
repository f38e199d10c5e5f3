"""Canonical documents as XML: rendered by their mapping, arranged and judged by the table that reading uses."""

from datetime import tzinfo

from translators.canonical.base import CanonicalDocument
from translators.contract import Family, OutboundDocument, WritingTerms, WrittenDocument
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, Severity, found
from translators.mapping.kept_codes import in_family
from translators.mapping.unwritten import gravity
from translators.mapping.value import paths_in
from translators.position import Position
from translators.xml.context import Note, Writing
from translators.xml.cxml.attributes import fold, unfold
from translators.xml.cxml.header import written_header
from translators.xml.extras import restore
from translators.xml.grammar import arrange
from translators.xml.kinds import Kind, known_kinds
from translators.xml.node import FORBIDDEN, Node, local, serialise, way_as_text, way_to
from translators.xml.offsets import Offsets
from translators.xml.schema import violations
from translators.xml.validation import validate
from translators.xml_terms import USUAL_TEXT, Schema

_MOST = 100
"""Violations of an operator's schema that are told."""


def write(document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The body of a document of a type (`Order` in `UBL-2.1`), and as findings what it lacks and what has no place in it.

    Raises DefinitionMissing when there is no such type, or it is another document's. Times are written in UTC.
    """
    kind = next((kind for kind in known_kinds() if (kind.type, kind.name) == (document_type, document.NAME)), None)
    if kind is None or not _is_version(version, kind):
        raise DefinitionMissing(f"no way to write {document.NAME} as XML {version} {document_type}")
    root, unwritten, header = tree_of(document, kind, terms.timezone)
    replaced = _without_forbidden(root)
    if kind.is_cxml:
        fold(root)
    elements = 0
    for elements, node in enumerate(root.walk(), 1):
        node.ordinal = elements
    body = serialise(root, kind.namespace if kind.root == kind.type and not kind.is_cxml else None)
    data = body.encode()
    note = _Notes(Offsets(data, 0, len(data)))
    for node in replaced:
        note(Code.CHARACTER_REPLACED, f"{node.name} holds characters that XML does not allow.", node, None, node.text)
    for path in dict.fromkeys(unwritten):
        text = f"{path} cannot be said in {document_type} {version}."
        note(Code.NOT_WRITTEN, text, root, None, path, gravity(path, document))
    if terms.schema is not None:
        _judge_by_schema(root, data, terms.schema, note)
    if kind.is_cxml:
        unfold(root, kind.table)
    validate(root, kind.table, note)
    outbound = OutboundDocument(type=kind.type, body=body, segments=elements, header=header)
    return WrittenDocument(outbound, "", kind.version, tuple(note.findings))


class _Notes:
    """Collects what is found in a document that was written."""

    def __init__(self, offsets: Offsets) -> None:
        self._offsets = offsets
        self.findings: list[Finding] = []

    def __call__(
        self, code: Code, text: str, node: Node, expected: str | None, actual: str | None, severity: Severity | None = None
    ) -> None:
        """Note something about an element."""
        position = Position(self._offsets.of(node.ordinal), node.ordinal, local(node.name))
        self.findings.append(found(code, text, position, expected=expected, actual=actual, severity=severity))


def _judge_by_schema(root: Node, data: bytes, schema: Schema, note: Note) -> None:
    """Note what the schema of the agreement does not allow."""
    for wrong in violations(data, 1, schema, huge=len(data) > USUAL_TEXT, most=_MOST):
        way = way_to(root, wrong.ordinal)
        note(
            Code.XML_SCHEMA, f"{way_as_text(way)}: {wrong.message} (schema {schema.name})", way[-1], wrong.expected, wrong.actual
        )


def _is_version(version: str, kind: Kind) -> bool:
    """Whether a version is one of those that a kind is written for: of cXML all that there are, also without a number."""
    return version.startswith(kind.namespace) if kind.is_cxml else version.partition(".")[0] == kind.version.partition(".")[0]


def tree_of(document: CanonicalDocument, kind: Kind, timezone: tzinfo) -> tuple[Node, tuple[str, ...], tuple[str, ...]]:
    """The elements of a document in the order of the standard, the paths of what has no place among them, and what the header
    of the envelope is to say.
    """
    value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
    value.pop("schema", None)
    extras = value.pop("extras", ())
    root = Node(kind.root)
    context = Writing(currency=value.get("currency"), timezone=timezone)
    context.unwritten += in_family(value, Family.XML.value)
    header = written_header(value, kind, context) if kind.is_cxml else ()
    kind.mapping.before_writing(value)
    kind.mapping.rules.write(value, root, context)
    for name, field in type(document).model_fields.items():
        if value.get(name) is not None and value[name] == field.default:  # what a document is when it says nothing
            del value[name]
    restore(root, extras, context)
    arrange(root, kind.table)
    left = (*paths_in(value), *context.unwritten)
    return root, tuple(path for path in left if not _is_code_of_another(path)), header


def _is_code_of_another(path: str) -> bool:
    """Whether a member only keeps the code that another family had for a word beside it."""
    return path.endswith((".original", "[].original")) or "original_codes." in path


def _without_forbidden(root: Node) -> list[Node]:
    """Replace the characters that XML does not allow; answers where there were any."""
    found = []
    for node in root.walk():
        if node.text and FORBIDDEN.search(node.text):
            node.text = FORBIDDEN.sub("\ufffd", node.text)
            found.append(node)
        for name, value in node.attributes:
            if FORBIDDEN.search(value):
                node.set_attribute(name, FORBIDDEN.sub("\ufffd", value))
                found.append(node)
    return found
