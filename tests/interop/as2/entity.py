"""MIME entities cut from the exact bytes, without a parser of ours or of Python's between the wire and the judgement.

Strict on purpose: lines end in CRLF (RFC 2045, 2.1; RFC 2046, 5.1.1). What we send has to be cut by this.
"""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass
from itertools import pairwise

Headers = tuple[tuple[str, str], ...]


class NotMime(Exception):
    """These bytes are no MIME entity with CRLF line ends."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Header fields in their order, and the body as transferred (its transfer encoding still on)."""

    headers: Headers
    body: bytes

    def get(self, name: str, default: str = "") -> str:
        """The value of a header field."""
        return next((value for field, value in self.headers if field.lower() == name.lower()), default)

    @property
    def kind(self) -> str:
        """The media type in small letters, without parameters."""
        return self.get("Content-Type").split(";")[0].strip().lower()

    def parameter(self, name: str, *, header: str = "Content-Type") -> str:
        """A parameter of a header field, without its quotes."""
        return parameters(self.get(header)).get(name.lower(), "")

    @property
    def decoded(self) -> bytes:
        """The body without its transfer encoding."""
        match self.get("Content-Transfer-Encoding", "binary").strip().lower():
            case "base64":
                return base64.b64decode(self.body)
            case "quoted-printable":
                return quopri.decodestring(self.body)
            case _:
                return self.body

    @property
    def wire(self) -> bytes:
        """Header, empty line, body."""
        return b"".join(f"{name}: {value}\r\n".encode() for name, value in self.headers) + b"\r\n" + self.body


def parameters(value: str) -> dict[str, str]:
    """The parameters of a structured header field, names in small letters."""
    found = re.findall(r';\s*([\w!#$%&*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]*)', value)
    return {name.lower(): text.strip('"') for name, text in found}


def parse(wire: bytes) -> Entity:
    """An entity from its bytes; folded header lines are joined."""
    head, empty_line, body = wire.partition(b"\r\n\r\n")
    if not empty_line:
        raise NotMime(f"no empty line after the header: {wire[:200]!r}")
    text = re.sub(r"\r\n[ \t]+", " ", head.decode())
    if "\n" in text.replace("\r\n", ""):
        raise NotMime(f"a header line that does not end in CRLF: {head!r}")
    fields = [line.partition(":") for line in text.split("\r\n")]
    return Entity(tuple((name.strip(), value.strip()) for name, _, value in fields), body)


def parts(entity: Entity) -> tuple[bytes, ...]:
    """The parts of a multipart, each as the exact bytes between its delimiters: what a detached signature covers."""
    delimiter = b"--" + entity.parameter("boundary").encode()
    lines = [match.span() for match in re.finditer(re.escape(delimiter) + rb"(?:--)?[ \t]*(?:\r\n|\Z)", entity.body)]
    starts = [span for span in lines if span[0] == 0 or entity.body[span[0] - 2 : span[0]] == b"\r\n"]
    if not starts or not entity.body[starts[-1][0] :].startswith(delimiter + b"--"):
        raise NotMime(f"no closing delimiter {delimiter!r}")
    return tuple(entity.body[begin[1] : end[0] - 2] for begin, end in pairwise(starts))


def multipart(kind: str, boundary: str, *sections: bytes, **more: str) -> Entity:
    """A multipart of these parts, with a preamble, as many clients send one."""
    told = "".join(f"; {name.replace('_', '-')}={value}" for name, value in more.items())
    delimiter = f"--{boundary}".encode()
    body = b"This is a MIME message\r\n\r\n" + b"".join(b"%s\r\n%s\r\n" % (delimiter, section) for section in sections)
    return Entity((("Content-Type", f'{kind}{told}; boundary="{boundary}"'),), body + delimiter + b"--\r\n")


def encoded(headers: Headers, content: bytes, encoding: str) -> Entity:
    """An entity with its content under a transfer encoding: binary, base64 or quoted-printable."""
    body = content
    if encoding == "base64":
        body = base64.encodebytes(content).replace(b"\n", b"\r\n")
    elif encoding == "quoted-printable":
        lines = content.split(b"\r\n")
        body = b"\r\n".join(binascii.b2a_qp(line, istext=False).replace(b"=\n", b"=\r\n") for line in lines)
    return Entity((*headers, ("Content-Transfer-Encoding", encoding)), body)
