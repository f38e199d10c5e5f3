"""Canonical documents as XML: rendered by their mapping, arranged and judged by the table that reading uses."""

from collections.abc import Mapping
from dataclasses import dataclass

from translators.canonical.base import CanonicalDocument
from translators.contract import OutboundDocument
from translators.errors import DefinitionMissing
from translators.finding import Code, Finding, found
from translators.mapping.value import paths_in
from translators.position import Position
from translators.xml.context import Writing
from translators.xml.extras import restore
from translators.xml.grammar import arrange
from translators.xml.kinds import Kind, kind_for
from translators.xml.node import FORBIDDEN, Node, local, serialise
from translators.xml.offsets import Offsets
from translators.xml.validation import validate


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document to send. `unwritten` are the paths of canonical members that the format has no place for.

    `findings` say what the document lacks by the table of its type; their offsets count in the body as UTF-8.
    """

    outbound: OutboundDocument
    unwritten: tuple[str, ...]
    findings: tuple[Finding, ...]


def render(document: CanonicalDocument, *, kind: str = "", header: Mapping[str, str] | None = None) -> Rendered:
    """Write a document as XML of a kind (`Order`), the first that its name has where none is asked for.

    `header` are children of the root that an agreement states (`cbc:CustomizationID`); what the document says itself goes
    before. Raises DefinitionMissing when there is no such kind.
    """
    known = kind_for(document.NAME, type_=kind)
    if known is None:
        raise DefinitionMissing(f"{document.NAME} is not written as XML{f' {kind}' if kind else ''}")
    root, unwritten = tree_of(document, known, header or {})
    replaced = _without_forbidden(root)
    elements = 0
    for elements, node in enumerate(root.walk(), 1):
        node.ordinal = elements
    body = serialise(root, known.namespace)
    data = body.encode()
    offsets, findings = Offsets(data, 0, len(data)), list[Finding]()

    def note(code: Code, text: str, node: Node, expected: str | None, actual: str | None) -> None:
        position = Position(offsets.of(node.ordinal), node.ordinal, local(node.name))
        findings.append(found(code, text, position, expected=expected, actual=actual))

    for node in replaced:
        note(Code.CHARACTER_OUTSIDE_SET, "Characters that XML does not allow were replaced.", node, None, node.text)
    validate(root, known.table, note)
    outbound = OutboundDocument(type=known.type, body=body, segments=elements)
    return Rendered(outbound, unwritten, tuple(findings))


def tree_of(document: CanonicalDocument, kind: Kind, header: Mapping[str, str]) -> tuple[Node, tuple[str, ...]]:
    """The elements of a document in the order of the standard, and the paths of what has no place among them."""
    value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
    value.pop("schema", None)
    extras = value.pop("extras", ())
    root = Node(kind.type)
    context = Writing(currency=value.get("currency"))
    kind.mapping.before_writing(value)
    kind.mapping.rules.write(value, root, context)
    for name, field in type(document).model_fields.items():
        if value.get(name) is not None and value[name] == field.default:  # what a document is when it says nothing
            del value[name]
    restore(root, extras, context)
    for name, text in header.items():
        if root.child(name) is None:
            root.add(name, text)
    arrange(root, kind.table)
    left = (*paths_in(value), *context.unwritten)
    return root, tuple(path for path in left if not _is_code_of_another(path))


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
