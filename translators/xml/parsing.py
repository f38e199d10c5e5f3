"""Names the elements of a document for people, without judging them."""

import re
from collections.abc import Iterator

from translators.parsed import ParsedElement, ParsedSegment
from translators.payload import Payload
from translators.xml.node import Node, local
from translators.xml.offsets import Offsets
from translators.xml.parser import parse as parse_document

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONGEST = 1_000


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All elements from the root on, a segment each, and the end of the root; nothing of a document that is no XML."""
    parsed = parse_document(data, start)
    root = parsed.root
    if root is None:
        return
    offsets = Offsets(data, start, parsed.end)
    yield from _elements(root, 0, offsets)
    end = len(data[: parsed.end].rstrip())
    tail = data.rfind(b"</", start, end) if root.children else -1
    if tail >= 0:
        raw = data[tail:end].decode("latin-1")
        yield ParsedSegment(f"/{local(root.name)}", "", tail, 0, raw, ())


def _elements(node: Node, depth: int, offsets: Offsets) -> Iterator[ParsedSegment]:
    name = local(node.name)
    text = (node.text or "").strip()[:_LONGEST]
    values = [ParsedElement("", "", ((text,),))] if text else []
    values += [ParsedElement(f"@{local(key)}", "", ((value,),)) for key, value in node.attributes]
    attributes = "".join(f' {local(key)}="{value}"' for key, value in node.attributes)
    raw = f"<{node.name}{attributes}>{text}"
    yield ParsedSegment(node.name, _words(name), offsets.of(node.ordinal), depth, raw, tuple(values))
    for child in node.children:
        yield from _elements(child, depth + 1, offsets)


def _words(name: str) -> str:
    """The name of an element as words: `RequestedDeliveryPeriod` says what it is."""
    return " ".join(word if word.isupper() else word.lower() for word in _WORDS.split(name))
