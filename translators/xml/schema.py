"""Judges documents by an XML schema that an operator supplies. Its files are handed in; nothing is read here, from no network.

The schema is made ready once, and its files are asked for by paths of a made-up address, so that no other file can be meant. A
document is judged as its bytes are handed to the parser piece by piece: what is wrong is found at the tag where it shows, and the
judgement ends with the last error that is wanted, however many there are.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from translators.errors import SchemaInvalid
from translators.xml_terms import Schema, SchemaReference

_ADDRESS = "schema:///"
_SCHEMA = "{http://www.w3.org/2001/XMLSchema}"
_REFERRING = frozenset(f"{_SCHEMA}{name}" for name in ("include", "import", "redefine", "override"))
_NAMESPACE = re.compile(r"\{[^{}\s]*:[^{}\s]*\}(?=[\w*])")
_SUBJECT = re.compile(r"(?:Element|element decl\.|complex type|simple type|attribute decl\.) '[^']*'(?:, attribute '[^']*')?: ")
_FACET = re.compile(r"\[facet '[^']*'\] ")
_EXPECTED = re.compile(r"Expected is (?:one of )?\(\s*(.*?)\s*\)\.?$")
_ACTUAL = re.compile(r"^The value '(.*?)'(?= )|^'(.*?)' is not")
_TAG = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^>]*>|<(?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*>", re.DOTALL)
_AT_ONCE = 65_536


class Violation(NamedTuple):
    """Something that the schema does not allow, in the element of an ordinal, counted from 1 in what was judged."""

    ordinal: int
    message: str
    expected: str | None
    actual: str | None


def references(file: str, content: bytes) -> tuple[SchemaReference, ...]:
    """The files that a schema file takes in. Raises SchemaInvalid when it is none, or would have the parser read others."""
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = error.lineno if isinstance(error, etree.XMLSyntaxError) and error.lineno else 1
        text = str(getattr(error, "msg", None) or error).partition(", line")[0]
        raise SchemaInvalid(file, ((file, line, f"it is no XML: {text}"),)) from error
    if root.tag != f"{_SCHEMA}schema":
        raise SchemaInvalid(file, ((file, 1, f"it is no XML schema: its first element is {etree.QName(root).localname}"),))
    declared: Any = root.getroottree().docinfo
    if declared.internalDTD is not None and any(_is_external(entity) for entity in declared.internalDTD.entities()):
        raise SchemaInvalid(file, ((file, 1, "its DOCTYPE has an entity that is another file"),))
    return tuple(
        SchemaReference(location, _line(element))
        for element in root.iterchildren(*_REFERRING)
        if (location := (element.get("schemaLocation") or "").strip())
    )


def _line(element: Any) -> int:
    return int(element.sourceline or 1)


def _is_external(entity: Any) -> bool:
    """Whether an entity stands for a file: its text is not in the schema itself."""
    return entity.content is None or entity.system_url is not None


def check(schema: Schema) -> None:
    """Make a schema ready, as the first document would. Raises SchemaInvalid with every mistake that the parser names."""
    _ready(schema)


def violations(text: bytes, ordinal: int, schema: Schema, *, huge: bool, most: int) -> list[Violation]:
    """What the schema does not allow in a document, up to `most` errors and those of the same tag.

    `text` is what the parser took, `ordinal` that of the element to judge; what is around it is not judged.
    """
    judged = text if ordinal == 1 and b"\0" not in text else _alone(text, ordinal, huge=huge)
    if _is_valid(judged, schema, huge=huge):
        return []
    return _found(judged, schema, huge=huge, most=most)


def _is_valid(text: bytes, schema: Schema, *, huge: bool) -> bool:
    """Whether there is nothing to find: most documents are as they should be."""
    parser = _judging(schema, huge=huge)
    for start in range(0, len(text), _AT_ONCE):
        parser.feed(text[start : start + _AT_ONCE])
        if len(parser.feed_error_log):
            return False
    return not _rest(parser, 0)


def _found(text: bytes, schema: Schema, *, huge: bool, most: int) -> list[Violation]:
    parser, found = _judging(schema, huge=huge), list[Violation]()
    known, opened = 0, [0]
    for ordinal, piece in _pieces(text):
        parser.feed(piece)
        place = _place(opened, ordinal, piece)
        log = parser.feed_error_log
        if len(log) > known:
            found += [_violation(place, entry.message) for entry in islice(log, known, None)]
            known = len(log)
            if len(found) >= most:
                return found
    return [*found, *(_violation(1, message) for message in _rest(parser, known))]


def _place(opened: list[int], ordinal: int, piece: bytes) -> int:
    """The element that a tag opens or closes; text goes with the tag behind it. `opened` are the ordinals of those still open."""
    if ordinal:
        if not piece.endswith(b"/>"):
            opened.append(ordinal)
        return ordinal
    if b"</" in piece and len(opened) > 1:
        return opened.pop()
    return opened[-1] or 1


def _pieces(text: bytes) -> Iterator[tuple[int, bytes]]:
    """The document up to each tag's end, with the ordinal of the element that the tag opens; 0 where it opens none."""
    behind = ordinal = 0
    for match in _TAG.finditer(text):
        opens = text[match.start() + 1] not in b"!?/"
        ordinal += opens
        yield (ordinal if opens else 0), text[behind : match.end()]
        behind = match.end()
    yield 0, text[behind:]


def _rest(parser: Any, known: int) -> list[str]:
    """What is found only at the end."""
    with suppress(etree.XMLSyntaxError):  # what the schema does not allow is in the log in any case
        parser.close()
    return [entry.message for entry in islice(parser.feed_error_log, known, None)]


def _violation(ordinal: int, message: str) -> Violation:
    """A message of the parser as a sentence without namespaces."""
    plain = _FACET.sub("", _NAMESPACE.sub("", message)).strip()
    said = _SUBJECT.sub("", plain, count=1)
    expected = _EXPECTED.search(said)
    actual = _ACTUAL.search(said)
    return Violation(
        ordinal,
        said,
        expected[1] if expected else None,
        next((value for value in actual.groups() if value is not None), None) if actual else None,
    )


def _alone(text: bytes, ordinal: int, *, huge: bool) -> bytes:
    """An element of a document as a document of its own, in UTF-8."""
    root = etree.fromstring(text, _parser(huge=huge))
    element = next(islice(root.iter(etree.Element), ordinal - 1, None), root)
    return bytes(etree.tostring(element, encoding="utf-8", with_tail=False))


class _Nothing:
    """Keeps nothing of what is parsed: only the judgement is wanted."""

    def close(self) -> None:
        """There is nothing to answer."""


def _judging(schema: Schema, *, huge: bool) -> Any:
    return _parser(huge=huge, schema=_ready(schema), target=_Nothing())


def _parser(*, huge: bool = False, **more: Any) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=huge,
        remove_comments=True,
        **more,
    )


class _Files(etree.Resolver):
    """Gives the parser the files of a schema, and nothing else."""

    def __init__(self, schema: Schema) -> None:
        super().__init__()
        self._files = {_ADDRESS + path: content for path, content in schema.files}

    def resolve(self, system_url: Any, public_id: Any, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002 - it is called so
        """The file of an address; any other is not to be read."""
        content = self._files.get(system_url)
        if content is None:
            raise LookupError(f"{system_url} is none of the schema's files")
        return self.resolve_string(content, context, base_url=system_url)


@lru_cache(maxsize=64)
def _ready(schema: Schema) -> etree.XMLSchema:
    content = dict(schema.files).get(schema.main)
    if content is None:
        raise SchemaInvalid(schema.name, ((schema.main, 1, "it is none of the schema's files"),))
    parser = _parser()
    parser.resolvers.add(_Files(schema))
    try:
        return etree.XMLSchema(etree.fromstring(content, parser, base_url=_ADDRESS + schema.main))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, LookupError) as error:
        raise SchemaInvalid(schema.name, _mistakes(schema, error)) from error


def _mistakes(schema: Schema, error: Exception) -> tuple[tuple[str, int, str], ...]:
    """What the parser says of a schema, each with its file and line."""
    log: Any = getattr(error, "error_log", ())
    found = [
        (
            str(entry.filename or "").removeprefix(_ADDRESS) or schema.main,
            int(entry.line or 1),
            _NAMESPACE.sub("", entry.message).strip(),
        )
        for entry in islice(log, 20)
    ]
    return tuple(dict.fromkeys(found)) or ((schema.main, 1, str(error)),)
