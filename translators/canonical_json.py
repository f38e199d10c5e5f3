"""Canonical documents as JSON, both ways: one document, a list of them, or one a line. The family that needs no translation.

Reading yields findings that name the member (`lines[2].quantity.value`) and the byte it stands at. The documents of a file are
read one after the other: a list or JSON lines of any size is held one document at a time.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from translators.canonical import NAMES, model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.faults import faults
from translators.contract import (
    Acknowledgement,
    Document,
    DocumentRead,
    Envelope,
    Event,
    Family,
    Identity,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    OutboundDocument,
    OutboundInterchange,
    Separators,
    Terms,
    TermsFor,
    Verdict,
    WritingTerms,
    WrittenDocument,
)
from translators.errors import DefinitionMissing, LocationInvalid, NotWritable
from translators.finding import Code, Finding, found
from translators.findings import Findings
from translators.mapping.check_digits import faults_in
from translators.parsed import ParsedElement, ParsedSegment
from translators.payload import Payload
from translators.position import Position

_TOKEN = re.compile(rb'"[^"\\\r\n]*+(?:\\.[^"\\\r\n]*+)*"?|[{}\[\]:,]|[^\s{}\[\]:,"]++')
_POWER = re.compile(rb"[eE]\+?[0-9]{3}|[eE]-[0-9]{3}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d{3,}", re.ASCII)
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
_BEFORE_OBJECT = (b"[", b",", b":")
_SHOWN = 60
VALUES_PER_SEGMENT = 4
"""How many values a document may have for each segment that a message may have: it says the same in so many."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """The bytes of one document. `finding` says why they are none."""

    start: int
    end: int
    finding: Finding | None = None


def read(data: Payload, start: int, terms_for: TermsFor) -> Iterator[Event]:
    """Read all documents from `start` to the end of the data; the last event closes their interchange."""
    envelope = _envelope(data, start)
    terms = terms_for(envelope)
    yield InterchangeOpened(envelope, terms)
    findings = Findings(terms.severities, limit=terms.max_findings)
    for finding in terms.findings:
        findings.put(finding)
    verdicts: list[Verdict] = []
    for piece in _pieces(data, start, findings):
        document = _document(data, piece, len(verdicts) + 1, terms)
        verdicts.append(document.verdict)
        yield DocumentRead(document)
    if not verdicts:
        findings.add(Code.INTERCHANGE_EMPTY, "There is no document in it.", Position(start))
    yield InterchangeClosed(len(data), (), len(verdicts), findings.listed(), _overall(verdicts, refused=findings.failed))


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """Each document as a segment, its members as elements, unjudged."""
    for piece in _pieces(data, start, Findings({}, limit=1)):
        raw = data[piece.start : piece.end].decode("utf-8", "replace")
        try:
            value = _loaded(raw)
        except (ValueError, RecursionError):
            value = None
        members = value.items() if isinstance(value, dict) else ()
        elements = tuple(ParsedElement(str(key), "", ((_said(inner),),)) for key, inner in members)
        name = str(value.get("schema", "")) if isinstance(value, dict) else ""
        yield ParsedSegment(name or "?", "", piece.start, 0, raw, elements)


def acknowledge(_interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """Canonical JSON knows no syntax acknowledgement."""
    return ()


def write(document: CanonicalDocument, document_type: str, version: str, _terms: WritingTerms) -> WrittenDocument:
    """The document in a line. Raises DefinitionMissing when another type or version is asked for."""
    if (document_type, version) != (document.NAME, str(document.VERSION)):
        raise DefinitionMissing(f"{document.NAME}/{document.VERSION} is not written as {document_type}/{version}")
    body = document.to_json().decode()
    return WrittenDocument(OutboundDocument(document.NAME, body, 1), "", version, ())


def documents() -> Mapping[str, tuple[str, ...]]:
    """Each canonical document is its own type."""
    return {name: (name,) for name in NAMES}


def prepare(_document_type: str) -> None:
    """There is nothing but the model."""


def separators(_version: str) -> Separators:
    """JSON has its own."""
    return Separators("", "", "")


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; JSON has none."""
    raise LocationInvalid(f"{place!r}: canonical JSON has no segments; guides are for X12 and EDIFACT")


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes: a version `list` makes a list, `lines` one document a line, and any other the one document alone.

    Numbers and time have no place. Raises NotWritable when several documents are to stand alone.
    """
    del control_number, group_numbers, prepared
    bodies = [document.body for group in outbound.groups for document in group.documents]
    if outbound.version == "list":
        return f"[{','.join(bodies)}]\n".encode()
    if outbound.version != "lines" and len(bodies) != 1:
        raise NotWritable(f"one document stands alone, not {len(bodies)}: ask for a version `list` or `lines`")
    return "".join(f"{body}\n" for body in bodies).encode()


def _envelope(data: Payload, start: int) -> Envelope:
    """The envelope: the sender is who gave the first document its number."""
    sender = Identity("", "")
    for piece in _pieces(data, start, Findings({}, limit=1)):
        canonical = _document(data, piece, 1, Terms()).canonical
        scheme, _, value = str(getattr(canonical, "issuer", "")).partition(":")
        sender = Identity(scheme, value)
        break
    return Envelope(
        Family.JSON, sender, Identity("", ""), "", "1", test=False, acknowledgement_requested="", prepared="", offset=start,
        header=(), separators=Separators("", "", ""),
    )  # fmt: skip


def _pieces(data: Payload, start: int, findings: Findings) -> Iterator[_Piece]:
    """Where each document begins and ends: the objects at the outside, or in a list at the outside.

    A `{` where none can be begins the next document: what is before it was cut.
    """
    depth, begun, listed, before = 0, -1, False, b""
    for match in _TOKEN.finditer(data, start):
        token, place = match[0], match.start()
        if depth and token == b"{" and before not in _BEFORE_OBJECT:
            yield _cut(begun, place)
            depth = 0
        if depth:
            depth += (token in _OPENING) - (token in _CLOSING)
            if not depth:
                yield _Piece(begun, match.end())
        elif token == b"{":
            depth, begun = 1, place
        elif token in (b"[", b"]") and listed is (token == b"]"):
            listed = not listed
        elif token != b",":
            _stray(data, place, findings)
        before = token
    if depth:
        yield _cut(begun, len(data))
    elif listed:
        findings.add(Code.TRUNCATED, "The list is not closed.", Position(len(data)), expected="]")


def _cut(begun: int, end: int) -> _Piece:
    return _Piece(begun, end, found(Code.JSON_MALFORMED, "The document ends before it is closed.", Position(end), expected="}"))


def _stray(data: Payload, place: int, findings: Findings) -> None:
    text = data[place : place + _SHOWN].decode("utf-8", "replace")
    findings.add(Code.STRAY_SEGMENT, "Something stands outside of any document.", Position(place), expected="{", actual=text)


def _excess(raw: bytes, size: int, terms: Terms) -> str:
    """What there is too much of in a document; empty for nothing."""
    if size > terms.max_document_bytes:
        return f"The document has {size} bytes."
    too_many = raw.count(b",") > VALUES_PER_SEGMENT * terms.max_document_segments
    return "The document has too many values." if too_many else ""


def _document(data: Payload, piece: _Piece, ordinal: int, terms: Terms) -> Document:
    size = piece.end - piece.start
    raw = data[piece.start : piece.end] if size <= terms.max_document_bytes else b""
    value, noted = _parsed(raw, piece, _excess(raw, size, terms))
    schema = value.get("schema") if isinstance(value, dict) else None
    name, _, version = schema.partition("/") if isinstance(schema, str) else ("", "", "")
    own = terms.for_document(name, version)
    findings = Findings({**terms.severities, **own.severities}, limit=own.max_findings)
    for finding in noted:
        findings.put(finding)
    canonical = None
    if isinstance(value, dict) and not findings.failed and _known(schema, raw, piece.start, findings):
        if not own.agreed:
            findings.add(Code.DOCUMENT_NOT_AGREED, f"{name} is not agreed with this partner.", Position(piece.start))
        canonical = _validated(value, name, raw, piece.start, findings)
        _check_identifiers(value, raw, piece.start, findings)
    number = value.get("number") if isinstance(value, dict) else None
    return Document(
        ordinal=ordinal,
        group=0,
        type=name,
        version=version,
        association="",
        control_number=number if isinstance(number, str) and number else str(ordinal),
        start=piece.start,
        end=piece.end,
        segments=1,
        verdict=findings.verdict(note_errors=terms.acknowledgement.note_errors),
        findings=findings.listed(),
        name=name or None,
        canonical=None if findings.failed else canonical,
    )


def _parsed(raw: bytes, piece: _Piece, excess: str) -> tuple[Any, list[Finding]]:
    """The value of a document, and what is wrong with its text: of a document that was cut, only what stands before its end."""
    noted: list[Finding] = [piece.finding] if piece.finding is not None else []
    if excess:
        return None, [found(Code.DOCUMENT_TOO_LARGE, excess, Position(piece.start))]
    if not noted:
        return _value(raw, piece.start, noted), noted
    _value(raw.rstrip(), piece.start, noted)
    return None, noted[-1:] if noted[-1].position.offset < piece.start + len(raw.rstrip()) - 1 else noted[:1]


def _value(raw: bytes, start: int, noted: list[Finding]) -> Any:
    """The value that the bytes say; None, with a finding, when they are no JSON."""
    try:
        value = _loaded(raw.decode("utf-8"))
        if _POWER.search(raw):
            _check_numbers(value)
        return value  # noqa: TRY300 - what follows are ways to fail
    except UnicodeDecodeError as error:
        message, place = "The document is not written in UTF-8.", error.start
    except json.JSONDecodeError as error:
        message, place = f"The document is no JSON: {error.msg.lower()}.", len(error.doc[: error.pos].encode())
    except _Twice as error:
        message, place = f'The member "{error}" is there twice in one object.', 0
    except (ValueError, RecursionError) as error:
        message, place = f"The document is no JSON that we read: {error}.", 0
    noted.append(found(Code.JSON_MALFORMED, message, Position(start + place)))
    return None


def _check_numbers(value: Any) -> None:
    """Refuse numbers of hundreds of digits, which take an "e999999999" to write down. Raises ValueError."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _check_numbers(inner)
    elif _NUMBER.fullmatch(str(value)):
        raise ValueError(f"{str(value)[:_SHOWN]} is no number of this world")


class _Twice(ValueError):
    """A name is there twice in an object: one of the values would be lost."""


def _loaded(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_members)


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number of JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return members


def _known(schema: object, raw: bytes, start: int, findings: Findings) -> bool:
    """Whether the document says what it is, and it is something we know."""
    example = '"schema": "purchase_order/1"'
    place = Position(start + offset_of(tokens_of(raw), ("schema",)))
    if not isinstance(schema, str):
        findings.put(found(Code.CANONICAL_INVALID, f"schema is missing: write {example}.", place, expected=example))
        return False
    name, _, version = schema.partition("/")
    if name not in NAMES:
        from difflib import get_close_matches  # noqa: PLC0415 - only for findings

        close = get_close_matches(name, NAMES, 1)
        hint = f"; did you mean {close[0]}?" if close else "."
        text = f'schema "{schema[:_SHOWN]}" is no canonical document{hint}'
        findings.put(found(Code.DOCUMENT_TYPE_UNSUPPORTED, text, place, expected=close[0] if close else None, actual=schema))
        return False
    known = str(model_of(name).VERSION)
    if version != known:
        text = f"{name} is known in version {known}."
        findings.put(found(Code.DOCUMENT_VERSION_UNSUPPORTED, text, place, expected=f"{name}/{known}", actual=schema))
        return False
    return True


def _validated(value: dict[str, Any], name: str, raw: bytes, start: int, findings: Findings) -> CanonicalDocument | None:
    model = model_of(name)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        tokens = tokens_of(raw)
        for fault in faults(error, model, value):
            place = Position(start + offset_of(tokens, fault.steps))
            expected = fault.expected or fault.path
            findings.put(found(Code.CANONICAL_INVALID, fault.message, place, expected=expected, actual=fault.actual))
        return None


def _check_identifiers(value: dict[str, Any], raw: bytes, start: int, findings: Findings) -> None:
    """Note each GTIN, GLN and SSCC of a wrong length or check digit."""
    for steps, text, actual in faults_in(value):
        place = Position(start + offset_of(tokens_of(raw), steps))
        findings.add(Code.IDENTIFIER_CHECK_DIGIT, text, place, actual=actual)


Tokens = list[tuple[bytes, int]]
"""Marks, names and values of a document with the byte each begins at."""


def tokens_of(raw: bytes) -> Tokens:
    """The tokens of a document."""
    return [(match[0], match.start()) for match in _TOKEN.finditer(raw)]


def offset_of(tokens: Tokens, steps: tuple[str | int, ...]) -> int:
    """The byte at which the value of a member begins; that of the innermost part on the way, when the member is not there."""
    place = 0
    for step in steps:
        inner = _member(tokens, place, step)
        if inner is None:
            break
        place = inner
    return tokens[place][1] if tokens else 0


def _member(tokens: Tokens, place: int, step: str | int) -> int | None:
    """The token that a member's value begins with, in the object or list that begins at a token."""
    depth, count = 0, 0
    for index in range(place, len(tokens)):
        token = tokens[index][0]
        if depth == 1 and isinstance(step, str) and _is_name(tokens, index, step):
            return index + 2 if index + 2 < len(tokens) else None
        if depth == 1 and isinstance(step, int) and count == step and token not in (b",", b"]"):
            return index
        if depth == 1 and token == b",":
            count += 1
        depth += (token in (b"{", b"[")) - (token in (b"}", b"]"))
        if depth == 0:
            return None
    return None


def _is_name(tokens: Tokens, index: int, name: str) -> bool:
    """Whether a token is the name of a member."""
    token = tokens[index][0]
    if not token.startswith(b'"') or index + 1 >= len(tokens) or tokens[index + 1][0] != b":":
        return False
    try:
        return bool(json.loads(token) == name)
    except ValueError:
        return False


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


def _overall(verdicts: list[Verdict], *, refused: bool) -> Verdict:
    """The verdict on the whole."""
    bad = verdicts.count(Verdict.REJECTED)
    if refused or (verdicts and bad == len(verdicts)):
        return Verdict.REJECTED
    if bad:
        return Verdict.PARTLY_ACCEPTED
    return Verdict.ACCEPTED_WITH_ERRORS if Verdict.ACCEPTED_WITH_ERRORS in verdicts else Verdict.ACCEPTED
