"""CompressedData (RFC 3274) by DER and zlib of the test's own.

Debian's openssl is built without zlib, so nothing else judges ours.
"""

import zlib
from dataclasses import dataclass

COMPRESSED_DATA = bytes.fromhex("2a864886f70d0109100109")  # 1.2.840.113549.1.9.16.1.9
ZLIB = bytes.fromhex("2a864886f70d0109100308")  # 1.2.840.113549.1.9.16.3.8
DATA = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1

SEQUENCE, OID, INTEGER, OCTETS, CONSTRUCTED_OCTETS, EXPLICIT = 0x30, 0x06, 0x02, 0x04, 0x24, 0xA0


class NotCompressedData(Exception):
    """These bytes are no CompressedData."""


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes([size])
    digits = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([0x80 | len(digits)]) + digits


def value(tag: int, *contents: bytes) -> bytes:
    """One DER value."""
    content = b"".join(contents)
    return bytes([tag]) + _length(len(content)) + content


def chopped(content: bytes, size: int = 1000) -> bytes:
    """An octet string in pieces and of indefinite length (BER), as those write it who stream."""
    pieces = (value(OCTETS, content[start : start + size]) for start in range(0, len(content), size))
    return bytes([CONSTRUCTED_OCTETS, 0x80]) + b"".join(pieces) + b"\0\0"


def compress(content: bytes, *, streamed: bool = False) -> bytes:
    """CompressedData in its ContentInfo."""
    packed = zlib.compress(content)
    octets = chopped(packed) if streamed else value(OCTETS, packed)
    encapsulated = value(SEQUENCE, value(OID, DATA), value(EXPLICIT, octets))
    data = value(SEQUENCE, value(INTEGER, b"\0"), value(SEQUENCE, value(OID, ZLIB)), encapsulated)
    return value(SEQUENCE, value(OID, COMPRESSED_DATA), value(EXPLICIT, data))


@dataclass(frozen=True, slots=True)
class Value:
    """A BER value as it was found."""

    tag: int
    content: bytes
    end: int


def read(data: bytes, start: int = 0) -> Value:
    """The value that starts here. Raises NotCompressedData when its length leads out of the bytes."""
    tag, first = data[start], data[start + 1]
    begin = start + 2
    if first == 0x80:
        end = begin
        while data[end : end + 2] != b"\0\0":
            end = read(data, end).end
        return Value(tag, data[begin:end], end + 2)
    if first > 0x80:
        size = int.from_bytes(data[begin : begin + (first & 0x7F)])
        begin += first & 0x7F
    else:
        size = first
    if begin + size > len(data):
        raise NotCompressedData(f"a length leads {begin + size - len(data)} bytes out of the value")
    return Value(tag, data[begin : begin + size], begin + size)


def members(content: bytes) -> list[Value]:
    """The values in a constructed one."""
    found: list[Value] = []
    while (start := found[-1].end if found else 0) < len(content):
        found.append(read(content, start))
    return found


def _octets(octets: Value) -> bytes:
    if octets.tag == CONSTRUCTED_OCTETS:
        return b"".join(_octets(piece) for piece in members(octets.content))
    return octets.content


def decompress(der: bytes) -> bytes:
    """The content of CompressedData. Raises NotCompressedData when structure, algorithm or the packed bytes are not in order."""
    outer = read(der)
    kind, wrapped = members(outer.content)
    if outer.end != len(der) or kind.content != COMPRESSED_DATA:
        raise NotCompressedData("another content type, or bytes after the value")
    version, algorithm, encapsulated = members(read(wrapped.content).content)
    if version.content != b"\0" or members(algorithm.content)[0].content != ZLIB:
        raise NotCompressedData("another version or algorithm than 0 and zlib (RFC 3274, 1.1)")
    inner, octets = members(encapsulated.content)
    if inner.content != DATA:
        raise NotCompressedData("the content inside is not id-data")
    try:
        return zlib.decompress(_octets(read(octets.content)))
    except zlib.error as error:
        raise NotCompressedData(str(error)) from None
