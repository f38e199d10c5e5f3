"""How large a document may be: as usual, or as the agreement about its type says."""

from translators.contract import Terms
from translators.finding import Code
from translators.xml.document import Source
from translators.xml.envelope import versions_of
from translators.xml.generic import DEEPEST as DEEPEST_GENERIC
from translators.xml.node import Node, local
from translators.xml_terms import USUAL_TEXT, XmlTerms

ELEMENTS_PER_SEGMENT = 4
"""How many elements an XML document may have for each segment that a message may have: it says the same in so many."""


def beyond(source: Source, terms: Terms) -> tuple[Code, str] | None:
    """What of a document is more than its agreement allows."""
    root = source.payload.root
    agreed = terms.for_document(local(root.name), *versions_of(source.payload)).xml
    size, most = source.end - source.start, agreed.max_bytes or terms.max_document_bytes
    elements = agreed.max_elements or terms.max_document_segments * ELEMENTS_PER_SEGMENT
    if size > most:
        return Code.DOCUMENT_TOO_LARGE, f"The document is larger than {most} bytes."
    if source.elements > elements:
        return Code.DOCUMENT_TOO_LARGE, f"The document has {source.elements} elements; {elements} are agreed."
    return _shape(source, agreed)


def _shape(source: Source, agreed: XmlTerms) -> tuple[Code, str] | None:
    """Whether elements stand in one another too deep, or a text is too long."""
    depth = agreed.max_depth if source.payload.kind is not None else min(agreed.max_depth, DEEPEST_GENERIC)
    if source.parsed.depth > depth:
        return Code.XML_LIMIT, f"More than {depth} elements stand in one another."
    if source.parsed.huge or agreed.max_text < USUAL_TEXT:
        longest = _longest(source.payload.root)
        if longest > agreed.max_text:
            return Code.XML_LIMIT, f"A text has {longest} characters; {agreed.max_text} are agreed."
    return None


def _longest(root: Node) -> int:
    """The characters of the longest text or attribute."""
    return max(max(len(node.text or ""), *(len(value) for _, value in node.attributes), 0) for node in root.walk())
