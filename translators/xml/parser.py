"""The hardened parser: bytes to a tree of nodes, or to findings that say why not.

No entity is resolved, no network or file is touched, no DTD is loaded. A DOCTYPE is refused but for the plain one that cXML
carries by rule: a system identifier, never fetched, without an internal subset. Depth (256) and the length of a text (10 MB)
are bounded by libxml2, the size of a document here.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from lxml import etree

from translators.finding import Code, Finding, found
from translators.position import Position
from translators.xml.namespaces import Names
from translators.xml.node import Attributes, Node
from translators.xml.offsets import line_offset, root_end

LARGEST = 67_108_864
"""Bytes of a document that is parsed at all; an agreement may set a lower limit."""

_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?(?:encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'])?[^>]*\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+([^\s>\[]+)([^>\[]*)(\[?)")
_PROLOGUE = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_PLAIN = re.compile(rb"\s*(?:SYSTEM\s+(?:\"[^\"]*\"|'[^']*'))?\s*")
_AFTER_ROOT = 5  # XML_ERR_DOCUMENT_END: "Extra content at the end of the document"
_ENTITIES = ("entity", "Entity", "ntities")
_LIMITS = ("XML_PARSE_HUGE", "Excessive depth", "limit exceeded", "too long", "too big", "huge")
_WRONG_BYTES = ("not proper UTF-8", "Invalid bytes in character encoding", "encoding error", "Input is not proper")
_FALLBACK = "cp1252"
_LONGEST_DECLARATION = 1_000
_OVER = "The document is larger than {limit} bytes."


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was parsed, or why not. `end` is where the bytes go on; `namespace` is that of the root.

    `partial` is what a forgiving look at a document that is no XML could see of it: enough to know the sender by.
    """

    root: Node | None
    namespace: str
    end: int
    findings: tuple[Finding, ...] = ()
    partial: Node | None = None


def parse(data: bytes, start: int) -> Parsed:
    """Parse the document that begins at `start`. Never raises."""
    end = _document_end(data, start)
    if end - start > LARGEST:
        return Parsed(None, "", end, (_refuse(Code.DOCUMENT_TOO_LARGE, _OVER.format(limit=LARGEST), start),))
    forbidden = _forbidden(data, start, end)
    if forbidden is not None:
        return Parsed(None, "", end, (forbidden,))
    text = data[start:end] if start or end < len(data) else data
    try:
        element = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        return _after_failure(data, start, end, error)
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        return Parsed(None, "", end, (_refuse(Code.XML_MALFORMED, f"The document cannot be read: {error}.", start),))
    return _built(element, start, end, ())


@cache
def _parser() -> etree.XMLParser:
    return _hardened(recover=False)


def _hardened(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        recover=recover,
    )


def _document_end(data: bytes, start: int) -> int:
    """Where the document ends when another one follows; the end of the data otherwise."""
    if data.find(b"<?xml", start + 5) < 0:
        return len(data)
    end = root_end(data, start, len(data))
    if not end:
        following = data.find(b"<?xml", start + 5)
        return following if following > 0 else len(data)
    return end if data[end : end + 200].lstrip().startswith(b"<?xml") else len(data)


def _forbidden(data: bytes, start: int, end: int) -> Finding | None:
    """A DOCTYPE that is not cXML's plain one."""
    prologue = _PROLOGUE.match(data, start, end)
    place = prologue.end() if prologue else start
    match = _DOCTYPE.match(data, place, end)
    if match is None:
        return None
    plain = not match[3] and _PLAIN.fullmatch(match[2])
    return None if plain and _is_cxml(match[1].decode("latin-1"), match[2].decode("latin-1")) else _doctype(place)


def _is_cxml(root: str, system: str) -> bool:
    """Whether a DOCTYPE is that of cXML: by its root, or by the DTD it names (cXML.dtd, InvoiceDetail.dtd of cxml.org …)."""
    return root == "cXML" or "cxml" in system.lower()


def _doctype(offset: int) -> Finding:
    return _refuse(Code.XML_FORBIDDEN, "The document carries a DOCTYPE, which could hold entities.", offset)


def _built(element: etree._Element, start: int, end: int, findings: tuple[Finding, ...]) -> Parsed:
    """The tree of nodes, when nothing in the document is forbidden."""
    information: Any = element.getroottree().docinfo
    cxml = _is_cxml(information.root_name, information.system_url or "")
    if information.doctype and (not cxml or _holds_entities(information)):
        return Parsed(None, "", end, (_doctype(start),))
    if next(element.iter(etree.Entity), None) is not None:
        text = "The document uses an entity that XML does not define."
        return Parsed(None, "", end, (_refuse(Code.XML_FORBIDDEN, text, start),))
    namespace = etree.QName(element).namespace or ""
    return Parsed(_tree(element), namespace, end, findings)


def _holds_entities(information: Any) -> bool:
    subset = information.internalDTD
    return subset is not None and bool(subset.entities())


def _tree(element: etree._Element) -> Node:
    """Copy the parser's tree into ours, once, with elements counted. Its depth is bounded by the parser."""
    names = Names()
    root = Node(names[element.tag], element.text, cast(Attributes, element.items()), 1)
    _fill(element, root, names, 1)
    return root


def _fill(source: etree._Element, target: Node, names: Names, ordinal: int) -> int:
    """Copy what is inside an element; answers the ordinal of the last one."""
    children = target.children
    for child in source:
        ordinal += 1
        node = Node(names[child.tag], child.text, cast(Attributes, child.items()), ordinal)
        if len(child):
            ordinal = _fill(child, node, names, ordinal)
        if child.tail is not None:  # text beside elements
            target.text = f"{target.text or ''}{child.tail}"
        children.append(node)
    return ordinal


def _after_failure(data: bytes, start: int, end: int, error: etree.XMLSyntaxError) -> Parsed:
    """What can still be done about a document that the parser refused."""
    if _code_of(error) == _AFTER_ROOT:
        stop = root_end(data, start, end)
        if stop and stop < end:
            try:
                return _built(etree.fromstring(data[start:stop], _parser()), start, stop, ())
            except etree.XMLSyntaxError as second:
                error = second
    message = error.msg or ""
    if any(sign in message for sign in _WRONG_BYTES):
        again = _in_another_encoding(data, start, end)
        if again is not None:
            return again
    finding = _explained(data, start, error)
    return Parsed(None, "", end, (finding,), _partial(data[start:end]))


def _code_of(error: Any) -> int:
    """The number of the parser's error; the type stubs do not know it."""
    return int(error.code)


def _in_another_encoding(data: bytes, start: int, end: int) -> Parsed | None:
    """Read a document whose bytes are not in the encoding it declares as Windows-1252, which most such are."""
    text = data[start:end]
    declaration = _DECLARATION.match(text[:_LONGEST_DECLARATION])
    body = text[declaration.end() :] if declaration else text
    try:
        element = etree.fromstring(body.decode(_FALLBACK).encode(), _parser())
    except (UnicodeDecodeError, etree.XMLSyntaxError):
        return None
    declared = (declaration[1] or b"utf-8").decode() if declaration else "utf-8"
    finding = found(
        Code.CHARACTER_SET_WRONG,
        "The bytes are not in the character set that the document declares; they were read as Windows-1252.",
        Position(start),
        expected=declared,
        actual=_FALLBACK,
    )
    return _built(element, start, end, (finding,))


def _explained(data: bytes, start: int, error: etree.XMLSyntaxError) -> Finding:
    line, column = error.position if error.position[0] else (1, 1)
    message = (error.msg or "no document").partition(", line")[0]
    code = Code.XML_MALFORMED
    if any(sign in message for sign in _LIMITS):
        code = Code.XML_LIMIT
    elif any(sign in message for sign in _ENTITIES):
        code = Code.XML_FORBIDDEN
    text = f"The parser stopped in line {line}, column {column}: {message}."
    return _refuse(code, text, line_offset(data, start, line, column))


def _partial(text: bytes) -> Node | None:
    """What a forgiving parser sees of the first part of a broken document."""
    try:
        element = etree.fromstring(text[:262_144], _hardened(recover=True))
    except (etree.XMLSyntaxError, ValueError, LookupError):
        return None
    if element is None or next(element.iter(etree.Entity), None) is not None:
        return None
    return _tree(element)


def _refuse(code: Code, text: str, offset: int) -> Finding:
    return found(code, text, Position(offset))
