"""The hardened parser: bytes to a tree of nodes, or to findings that say why not.

No entity is resolved, no network or file is touched, no DTD is loaded. A DOCTYPE is refused but for the plain one that cXML
carries by rule: a system identifier, never fetched, without an internal subset. Depth and size of a document are bounded here,
the length of a text (10 MB) by libxml2; a document that has more is read for its sender to be known, and it is the agreement with
him that takes it or not.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from lxml import etree

from translators.finding import Code, Finding, found
from translators.payload import Payload
from translators.position import Position
from translators.xml.cards import mask
from translators.xml.crowded import MOST_ATTRIBUTES, crowded
from translators.xml.namespaces import Names
from translators.xml.node import Attributes, Node
from translators.xml.offsets import line_offset, root_end
from translators.xml_terms import DEEPEST, LARGEST

_DECLARATION = re.compile(rb"\s*<\?xml\s(?:[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'])?[^>]*\?>")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+([^\s>\[]+)([^>\[]*)(\[?)")
_PROLOGUE = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_PLAIN = re.compile(rb"\s*(?:SYSTEM\s+(?:\"[^\"]*\"|'[^']*'))?\s*")
_AFTER_ROOT = 5  # XML_ERR_DOCUMENT_END: "Extra content at the end of the document"
_ENTITIES = ("entity", "Entity", "ntities")
_LIMITS = ("XML_PARSE_HUGE", "Excessive depth", "limit exceeded", "too long", "too big", "huge")
_WRONG_BYTES = ("not proper UTF-8", "Invalid bytes in character encoding", "encoding error", "Input is not proper")
_FALLBACK = "cp1252"
_LONGEST_DECLARATION = 1_000
_OPEN_ENCODING = re.compile(r"utf-?8|(?:us-)?ascii|iso-8859-\d+|windows-125\d|latin-?1")
_DEEP = f"More than {DEEPEST} elements stand in one another."
_OVER = "The document is larger than {limit} bytes."


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document that was parsed, or why not. `end` is where the bytes go on; `namespace` is that of the root.

    `partial` is what a forgiving look at a document that is no XML could see of it: enough to know the sender by. `cards` are
    the elements whose card number was masked.

    `text` is what was parsed: the document's bytes, in the encoding that they turned out to be in. `depth` is how many elements
    stand in one another; a `huge` document has more of something than the parser takes unless it is told to.
    """

    root: Node | None
    namespace: str
    end: int
    findings: tuple[Finding, ...] = ()
    partial: Node | None = None
    cards: tuple[Node, ...] = ()
    text: bytes = b""
    depth: int = 0
    huge: bool = False


def parse(data: Payload, start: int) -> Parsed:
    """Parse the document that begins at `start`. Never raises."""
    end = _document_end(data, start)
    if end - start > LARGEST:
        return Parsed(None, "", end, (_refuse(Code.DOCUMENT_TOO_LARGE, _OVER.format(limit=LARGEST), start),))
    forbidden = _forbidden(data, start, end)
    if forbidden is not None:
        return Parsed(None, "", end, (forbidden,))
    if (place := crowded(data, start, end)) is not None:
        sentence = f"An element has more than {MOST_ATTRIBUTES} attributes."
        return Parsed(None, "", end, (_refuse(Code.XML_LIMIT, sentence, place),))
    text = data[start:end]
    try:
        element = etree.fromstring(text, _parser())
    except etree.XMLSyntaxError as error:
        return _after_failure(data, start, end, error)
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        return Parsed(None, "", end, (_refuse(Code.XML_MALFORMED, f"The document cannot be read: {error}.", start),))
    return _built(element, text, start, end)


@cache
def _parser() -> etree.XMLParser:
    return _hardened(recover=False)


def _hardened(*, recover: bool, huge: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        recover=recover,
    )


def _document_end(data: Payload, start: int) -> int:
    """Where the document ends when another one follows; the end of the data otherwise."""
    if data.find(b"<?xml", start + 5) < 0:
        return len(data)
    end = root_end(data, start, len(data))
    if not end:
        following = data.find(b"<?xml", start + 5)
        return following if following > 0 else len(data)
    return end if data[end : end + 200].lstrip().startswith(b"<?xml") else len(data)


def _forbidden(data: Payload, start: int, end: int) -> Finding | None:
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


def _built(
    element: etree._Element, text: bytes, start: int, end: int, findings: tuple[Finding, ...] = (), *, huge: bool = False
) -> Parsed:
    """The tree of nodes, when nothing in the document is forbidden."""
    information: Any = element.getroottree().docinfo
    cxml = _is_cxml(information.root_name, information.system_url or "")
    if information.doctype and (not cxml or _holds_entities(information)):
        return Parsed(None, "", end, (_doctype(start),))
    if next(element.iter(etree.Entity), None) is not None:
        said = "The document uses an entity that XML does not define."
        return Parsed(None, "", end, (_refuse(Code.XML_FORBIDDEN, said, start),))
    copy = _Copy(element)
    if copy.root is None:
        return Parsed(None, "", end, (_refuse(Code.XML_LIMIT, _DEEP, start),))
    namespace = etree.QName(element).namespace or ""
    return Parsed(copy.root, namespace, end, findings, cards=copy.cards, text=text, depth=copy.depth, huge=huge)


def _holds_entities(information: Any) -> bool:
    subset = information.internalDTD
    return subset is not None and bool(subset.entities())


class _Copy:
    """The parser's tree copied into ours, once, elements counted and card numbers masked; `root` is None of one too deep."""

    __slots__ = ("_names", "cards", "depth", "root")

    def __init__(self, element: etree._Element) -> None:
        self._names = Names()
        self.depth = 1
        self.cards: tuple[Node, ...] = ()
        self.root: Node | None = Node(self._names[element.tag], element.text, cast(Attributes, element.items()), 1)
        try:
            self._fill(element, self.root, 1, 2)
        except _TooDeepError:
            self.root = None
        else:
            self.cards = mask(self.root, self._names.values())

    def _fill(self, source: etree._Element, target: Node, ordinal: int, depth: int) -> int:
        """Copy what is inside an element; answers the ordinal of the last one."""
        if depth > self.depth and len(source):
            if depth > DEEPEST:
                raise _TooDeepError
            self.depth = depth
        names, children = self._names, target.children
        for child in source:
            ordinal += 1
            node = Node(names[child.tag], child.text, cast(Attributes, child.items()), ordinal)
            if len(child):
                ordinal = self._fill(child, node, ordinal, depth + 1)
            if child.tail is not None:  # text beside elements
                target.text = f"{target.text or ''}{child.tail}"
            children.append(node)
        return ordinal


class _TooDeepError(Exception):
    """Elements stand in one another deeper than any agreement allows."""


def _after_failure(data: Payload, start: int, end: int, error: etree.XMLSyntaxError) -> Parsed:
    """What can still be done about a document that the parser refused."""
    if _code_of(error) == _AFTER_ROOT:
        stop = root_end(data, start, end)
        if stop and stop < end:
            try:
                return _built(etree.fromstring(data[start:stop], _parser()), data[start:stop], start, stop)
            except etree.XMLSyntaxError as second:
                error = second
    message = error.msg or ""
    if any(sign in message for sign in _WRONG_BYTES):
        again = _in_another_encoding(data, start, end)
        if again is not None:
            return again
    finding = _explained(data, start, error)
    if finding.code is Code.XML_LIMIT and (large := _as_large(data, start, end)) is not None:
        return large
    return Parsed(None, "", end, (finding,), _partial(data[start:end]))


def _as_large(data: Payload, start: int, end: int) -> Parsed | None:
    """A document that is beyond what the parser takes, taken nevertheless: the agreement with its sender is still to be found.

    Only one that can hold no entities is: without a DOCTYPE but cXML's plain one, in an encoding that hides none from us.
    """
    text = data[start:end]
    declaration = _DECLARATION.match(text[:_LONGEST_DECLARATION])
    encoding = (declaration[1] or b"utf-8").lower().decode() if declaration else "utf-8"
    if not _OPEN_ENCODING.fullmatch(encoding) or b"\0" in text or b"<!ENTITY" in text:
        return None
    try:
        element = etree.fromstring(text, _hardened(recover=False, huge=True))
    except etree.XMLSyntaxError:
        return None
    return _built(element, text, start, end, huge=True)


def _code_of(error: Any) -> int:
    """The number of the parser's error; the type stubs do not know it."""
    return int(error.code)


def _in_another_encoding(data: Payload, start: int, end: int) -> Parsed | None:
    """Read a document whose bytes are not in the encoding it declares as Windows-1252, which most such are."""
    text = data[start:end]
    declaration = _DECLARATION.match(text[:_LONGEST_DECLARATION])
    body = text[declaration.end() :] if declaration else text
    try:
        text = body.decode(_FALLBACK).encode()
        element = etree.fromstring(text, _parser())
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
    return _built(element, text, start, end, (finding,))


def _explained(data: Payload, start: int, error: etree.XMLSyntaxError) -> Finding:
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
    return _Copy(element).root


def _refuse(code: Code, text: str, offset: int) -> Finding:
    return found(code, text, Position(offset))
