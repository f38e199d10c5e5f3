"""An XML document without a mapping as a generic document: its elements in one another."""

from translators.canonical.generic_document import GenericDocument, GenericGroup, GenericSegment
from translators.xml.node import Node, local

DEEPEST = 50
"""Elements in one another: as JSON, where each level takes two, a document that is deeper could not be read again."""


def generic(root: Node, type_: str, version: str) -> GenericDocument:
    """The document of a root. An element that holds others is a group; its text and attributes are the segment before them.

    A segment has the text as its first element, then an element for each attribute, with name and value as components.
    """
    return GenericDocument.model_construct(
        family="xml",
        type=type_,
        version=version,
        control_number=root.value("cbc:ID") or root.attribute("payloadID"),
        segments=_content(root),
    )


def _content(node: Node) -> list[GenericSegment | GenericGroup]:
    own: list[GenericSegment | GenericGroup] = [_segment(node)] if node.attributes or (node.text or "").strip() else []
    return own + [_part(child) for child in node.children]


def _part(node: Node) -> GenericSegment | GenericGroup:
    if node.children:
        return GenericGroup.model_construct(group=node.name, segments=_content(node))
    return _segment(node)


def _segment(node: Node) -> GenericSegment:
    attributes = [[[local(name), value]] for name, value in node.attributes]
    return GenericSegment.model_construct(tag=node.name, elements=[[[(node.text or "").strip()]], *attributes])
