"""Structured header values: a media type or disposition with its parameters (RFC 2045, RFC 2183, RFC 2231, RFC 2047)."""

import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

LONGEST_VALUE = 4096
"""Characters of a structured header that are looked at; nobody needs more."""

_LONGEST_REMEMBERED = 200

_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)(?:"|\Z)|([^;]*))', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_EXTENDED = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>\d{1,3}))?(?P<encoded>\*)?")
_ENCODED_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([BbQq])\?([^?\s]*)\?=")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")


class HeaderValue(NamedTuple):
    """A value in lower case (`multipart/signed`, `attachment`) and its parameters by their names in lower case."""

    value: str
    parameters: Mapping[str, str]


def parse_header_value(text: str) -> HeaderValue:
    """Read a structured header. Never raises: what cannot be read is left out; a parameter given twice counts once, the first."""
    if len(text) > _LONGEST_REMEMBERED or "boundary" in text:
        return _parse(text[:LONGEST_VALUE])
    return _parse_and_remember(text)


def _parse(text: str) -> HeaderValue:
    value, semicolon, _ = text.partition(";")
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    if semicolon:
        for name, quoted, bare in _PARAMETER.findall(text, len(value)):
            content = bare.strip().removeprefix('"') if bare else _ESCAPE.sub(r"\1", quoted) if "\\" in quoted else quoted
            if "*" in name:
                _collect(extended, name.lower(), content)
            else:
                plain.setdefault(name.lower(), content)
    for name, sections in extended.items():
        plain[name] = _joined(sections)
    return HeaderValue(value.strip().lower(), MappingProxyType(plain))


_parse_and_remember = lru_cache(maxsize=512)(_parse)
"""Partners send the same few headers in every message; boundaries differ and are not kept."""


def _collect(extended: dict[str, dict[int, tuple[str, bool]]], name: str, content: str) -> None:
    """One section of RFC 2231: `name*`, `name*0`, `name*1*` ..."""
    if (found := _EXTENDED.fullmatch(name)) is not None:
        number = int(found["number"] or 0)
        extended.setdefault(found["name"], {}).setdefault(number, (content, found["encoded"] is not None))


def _joined(sections: Mapping[int, tuple[str, bool]]) -> str:
    """The sections in their order, as far as none is missing; the first encoded one names the character set."""
    octets = b""
    charset = ""
    for number in range(len(sections)):
        if number not in sections:
            break
        content, encoded = sections[number]
        if encoded and number == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        section = content.encode("utf-8", "replace")
        octets += _PERCENT.sub(lambda found: bytes((int(found[1], 16),)), section) if encoded else section
    return decode_text(octets, charset)


def decode_text(octets: bytes, charset: str = "") -> str:
    """Text of a header: by its charset if that is known and fits, else UTF-8, else Latin-1, which always fits."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            return octets.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return octets.decode("latin-1")


def decode_words(text: str) -> str:
    """Encoded words of RFC 2047 as text. Not allowed in parameters, yet many write file names so."""
    if "=?" not in text:
        return text
    return _ENCODED_WORD.sub(_word, _BETWEEN_WORDS.sub(r"\1\2", text))


def _word(found: re.Match[str]) -> str:
    charset, kind, content = found.groups()
    octets = content.encode("utf-8", "replace")
    try:
        decoded = binascii.a2b_base64(octets) if kind in "Bb" else binascii.a2b_qp(octets, header=True)
    except binascii.Error:
        return found[0]
    return decode_text(decoded, charset)


def quote(text: str) -> str:
    """A parameter's value as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def format_parameter(name: str, value: str) -> str:
    """`name="value"` (RFC 2045), or `name*=utf-8''...` (RFC 2231) when the value is not printable ASCII."""
    if value.isascii() and value.isprintable():
        return f"{name}={quote(value)}"
    safe = b"!#$&+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    encoded = "".join(chr(octet) if octet in safe else f"%{octet:02X}" for octet in value.encode("utf-8", "replace"))
    return f"{name}*=utf-8''{encoded}"
