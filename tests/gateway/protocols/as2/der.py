"""A second, independent way to write and take apart DER, so that the tests do not judge a structure by the code that made it."""

from collections.abc import Iterator


def tlv(tag: int, *content: bytes) -> bytes:
    """One element."""
    body = b"".join(content)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(4, "big").lstrip(b"\x00")
    return bytes([tag, 0x80 + len(size)]) + size + body


def indefinite(tag: int, *content: bytes) -> bytes:
    """One element whose length is not known beforehand."""
    return bytes([tag, 0x80]) + b"".join(content) + b"\x00\x00"


def oid(dotted: str) -> bytes:
    """An object identifier."""
    first, second, *arcs = map(int, dotted.split("."))
    out = [first * 40 + second]
    for arc in arcs:
        groups = [arc >> shift & 127 | 128 for shift in range(28, -1, -7) if arc >> shift or shift == 0]
        out += [*groups[:-1], groups[-1] & 127]
    return tlv(6, bytes(out))


def walk(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, content) of each element of definite length."""
    while data:
        tag, size = data[0], data[1]
        start = 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[2:start], "big")
        yield tag, data[start : start + size]
        data = data[start + size :]


def find(data: bytes, *path: int) -> bytes:
    """The content of an element by the positions on the way to it."""
    for position in path:
        data = list(walk(data))[position][1]
    return data
