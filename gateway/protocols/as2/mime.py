"""MIME by slices (RFC 2045, RFC 2046): header blocks, multiparts and transfer encodings, without ever writing anything anew.

What was signed is a slice of what was received, so an entity knows where it lies in the received bytes. CRLF and bare LF are both
taken as line ends. Everything is bounded by `Limits`; what is wrong raises `MalformedMessage` and nothing else.
"""

import binascii
import re
from collections.abc import Iterator, Mapping

from gateway.protocols.as2.envelope import Headers
from gateway.protocols.as2.errors import MalformedMessage
from gateway.protocols.as2.limits import DEFAULT_LIMITS, Limits
from gateway.protocols.as2.media_type import HeaderValue, decode_text, decode_words, parse_header_value

_BLANK_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_NAME = re.compile(r"[!-9;-~]+[ \t]*")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|\Z)")
_WHITESPACE = b" \t\r\n"
_WHITESPACE_TEXT = " \t\r\n"

LONGEST_BOUNDARY = 256


class Entity:
    """One MIME entity: `source[start:end]`, its body from `body_start`. Header names are compared without case."""

    __slots__ = ("_content_type", "_first", "_headers", "body_start", "end", "limits", "source", "start")

    def __init__(
        self,
        source: bytes,
        start: int,
        body_start: int,
        end: int,
        limits: Limits,
        *,
        headers: Headers | None = None,
        first: Mapping[str, str] | None = None,
    ) -> None:
        self.source = source
        self.start = start
        self.body_start = body_start
        self.end = end
        self.limits = limits
        self._headers = headers
        self._first = first
        self._content_type: HeaderValue | None = None

    @property
    def headers(self) -> Headers:
        """The headers, read when they are first asked for: a signature's are not. Raises `MalformedMessage`."""
        if self._headers is None:
            self._headers = parse_headers(self.source[self.start : self.body_start], limits=self.limits)
        return self._headers

    @property
    def first(self) -> Mapping[str, str]:
        """The first header of each name, by its name in lower case. Raises `MalformedMessage`."""
        if self._first is None:
            self._first = {name.lower(): value for name, value in reversed(self.headers)}
        return self._first

    @property
    def encoded(self) -> bytes:
        """Header block and body, exactly as they came: what is signed."""
        return self.source[self.start : self.end]

    @property
    def view(self) -> memoryview:
        """As `encoded`, without a copy: to be hashed."""
        return memoryview(self.source)[self.start : self.end]

    @property
    def body(self) -> bytes:
        """The body, exactly as it came."""
        return self.source[self.body_start : self.end]

    @property
    def content_type(self) -> HeaderValue:
        """Content-Type; without one it is text/plain (RFC 2045 clause 5.2)."""
        if self._content_type is None:
            self._content_type = parse_header_value(self.get("content-type") or "text/plain")
        return self._content_type

    def get(self, name: str) -> str:
        """The first header of that (lower-case) name, or nothing."""
        return self.first.get(name, "")

    @property
    def file_name(self) -> str | None:
        """The name in Content-Disposition, else in Content-Type, decoded."""
        name = parse_header_value(self.get("content-disposition")).parameters.get("filename")
        name = name or self.content_type.parameters.get("name")
        return decode_words(name) if name else None

    def decoded(self) -> bytes:
        """The body without its transfer encoding."""
        return decode_transfer_encoding(self.body, self.get("content-transfer-encoding"))


def http_entity(
    headers: Headers, body: bytes, *, first: Mapping[str, str] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Entity:
    """The entity whose header block is that of HTTP; `first` are the headers by their names, if that is known."""
    return Entity(body, 0, 0, len(body), limits, headers=headers, first=first)


def parse_entity(source: bytes, start: int = 0, end: int | None = None, *, limits: Limits = DEFAULT_LIMITS) -> Entity:
    """Find the header block of the entity at `source[start:end]`.

    The blank line after it may lack only in a multipart, where the line end before the delimiter stands for it.
    """
    stop = len(source) if end is None else end
    first = source[start : start + 2]
    if first[:1] == b"\n" or first == b"\r\n":
        return Entity(source, start, start + (1 if first[:1] == b"\n" else 2), stop, limits, headers=())
    bound = start + limits.header_bytes
    blank = _BLANK_LINE.search(source, start, min(stop, bound))
    if blank is None and stop > bound:
        raise MalformedMessage(f"a header block is larger than {limits.header_bytes} bytes, or there is none")
    if blank is None and (end is None or source[stop - 1 : stop] != b"\n"):
        raise MalformedMessage("a MIME part has no blank line after its headers")
    return Entity(source, start, stop if blank is None else blank.end(), stop, limits)


def has_headers(entity: Entity) -> bool:
    """Whether an entity has headers of MIME: what the wrong key yields has none, nor has EDIFACT, though it may look like it."""
    try:
        return any(name.startswith("content-") for name in entity.first)
    except MalformedMessage:
        return False


def parse_headers(block: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Headers:
    """The headers of a block as pairs, unfolded, in their order."""
    if len(block) > limits.header_bytes:
        raise MalformedMessage(f"a header block is larger than {limits.header_bytes} bytes")
    text = block.decode("ascii") if block.isascii() else decode_text(block)
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub("", text)
    lines = text.split("\n")
    if len(lines) > limits.header_count + 2:
        raise MalformedMessage(f"a header block has more than {limits.header_count} headers")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and _NAME.fullmatch(name) is not None:
            headers.append((name.rstrip(), value.strip(_WHITESPACE_TEXT)))
        elif line.strip(_WHITESPACE_TEXT):
            raise MalformedMessage("a line among the headers of a MIME part is no header")
    return tuple(headers)


def split_multipart(entity: Entity, *, limits: Limits = DEFAULT_LIMITS) -> list[Entity]:
    """The parts of a multipart entity (RFC 2046 clause 5.1.1), preamble and epilogue left out."""
    boundary = entity.content_type.parameters.get("boundary", "")
    if not boundary or len(boundary) > LONGEST_BOUNDARY:
        raise MalformedMessage("a multipart has no usable boundary")
    parts: list[Entity] = []
    start: int | None = None
    for before, after, last in _delimiters(entity, b"--" + boundary.encode("utf-8", "replace")):
        if start is not None:
            if len(parts) >= limits.parts:
                raise MalformedMessage(f"a message has more than {limits.parts} parts")
            parts.append(parse_entity(entity.source, start, max(before, start), limits=limits))
        if last:
            return parts
        start = after
    raise MalformedMessage("a multipart has no end: the message was cut off, or its boundary is another")


def _delimiters(entity: Entity, delimiter: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: where the content before it ends, where that after it starts, and whether it is the closing one."""
    source, begin, end = entity.source, entity.body_start, entity.end
    position = source.find(delimiter, begin, end)
    while position >= 0:
        after = position + len(delimiter)
        at_line_start = position == begin or source[position - 1] == 0x0A
        line = _AFTER_BOUNDARY.match(source, after, end) if at_line_start else None
        if line is not None:
            before = position - 1 if position > begin else position
            if before > begin and source[before - 1] == 0x0D:
                before -= 1
            yield before, line.end(), line[1] is not None
            after = line.end()
        position = source.find(delimiter, after, end)


def leaves(entity: Entity, *, limits: Limits = DEFAULT_LIMITS) -> list[Entity]:
    """The entities that are not multiparts, in their order; itself, when it is none."""
    found: list[Entity] = []
    waiting = [(entity, 0)]
    while waiting:
        current, depth = waiting.pop()
        if not current.content_type.value.startswith("multipart/"):
            found.append(current)
        elif depth >= limits.depth:
            raise MalformedMessage(f"multiparts are nested more than {limits.depth} deep")
        else:
            waiting.extend((part, depth + 1) for part in reversed(split_multipart(current, limits=limits)))
        if len(found) + len(waiting) > limits.parts:
            raise MalformedMessage(f"a message has more than {limits.parts} parts")
    return found


def decode_transfer_encoding(body: bytes, encoding: str) -> bytes:
    """Undo a Content-Transfer-Encoding (RFC 2045 clause 6)."""
    name = encoding.strip().lower()
    if name in {"", "binary", "7bit", "8bit"}:
        return body
    if name == "base64":
        return decode_base64(body)
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    raise MalformedMessage(f"the Content-Transfer-Encoding {name[:40]!r} is not known")


def decode_base64(body: bytes) -> bytes:
    """Base64 with any line ends; anything else in it is an error."""
    try:
        return binascii.a2b_base64(body.translate(None, _WHITESPACE), strict_mode=True)
    except binascii.Error as error:
        raise MalformedMessage(f"what should be base64 is not: {error}") from None


def encode_base64(content: bytes) -> bytes:
    """Base64 in lines of 76 characters that end with CRLF."""
    text = binascii.b2a_base64(content, newline=False)
    return b"\r\n".join([text[position : position + 76] for position in range(0, len(text) or 1, 76)]) + b"\r\n"


def encode_quoted_printable(content: bytes) -> bytes:
    """Quoted-printable that keeps every octet: line ends of the content are written as =0D=0A (RFC 2045 clause 6.7)."""
    return binascii.b2a_qp(content, istext=False).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def canonical_line_ends(content: bytes) -> bytes:
    """The content with CRLF for every line end (RFC 8551 clause 3.1.1)."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def line_end_forms(content: bytes) -> Iterator[bytes]:
    """The forms in which the same text may have been signed instead: all line ends CRLF, and each without the last line end.

    Senders sign text in its canonical form and send it otherwise; some leave out the line end after a multipart's last delimiter.
    """
    canonical = canonical_line_ends(content)
    if canonical != content:
        yield canonical
        if content.endswith(b"\n"):
            yield content.removesuffix(b"\n").removesuffix(b"\r")
    if canonical.endswith(b"\r\n"):
        yield canonical[:-2]
