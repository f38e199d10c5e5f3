"""ASN.1: DER is written, BER is read (X.690), with indefinite lengths and constructed strings, as streaming senders write it.

Only what CMS needs: one-byte tags, lengths within the data, a bounded depth. Reading is by offsets; nothing is copied before it
is asked for, and bytes that were signed are taken as they came.
"""

from gateway.protocols.as2.errors import MalformedMessage

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_IDENTIFIER = 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31

_DEPTH = 32
_CHILDREN = 10_000
_END_OF_CONTENTS = b"\x00\x00"


class Node:
    """One element: `tag` as its identifier octet, content from `content` to `end`, the next element at `after`."""

    __slots__ = ("after", "content", "data", "end", "start", "tag")

    def __init__(self, data: bytes, start: int, content: int, end: int, after: int) -> None:
        self.data = data
        self.tag = data[start]
        self.start = start
        self.content = content
        self.end = end
        self.after = after

    @property
    def encoded(self) -> bytes:
        """The element as it came, identifier and length included."""
        return self.data[self.start : self.after]

    @property
    def body(self) -> bytes:
        """Its content octets as they came."""
        return self.data[self.content : self.end]

    def children(self) -> list["Node"]:
        """The elements inside."""
        found: list[Node] = []
        data, position, limit = self.data, self.content, self.end
        for _ in range(_CHILDREN):
            if position + 1 >= limit:
                break
            length = data[position + 1]
            if length < 0x80 and data[position] & 0x1F != 0x1F:  # most are short: this saves a third of the time
                content = position + 2
                node = Node(data, position, content, content + length, content + length)
            else:
                node = read(data, position, limit)
            found.append(node)
            position = node.after
        if position != limit:
            raise MalformedMessage("the CMS structure is cut off, has too many elements, or is not ASN.1")
        return found

    def first(self) -> "Node":
        """The first element inside."""
        if self.content >= self.end:
            raise MalformedMessage("the CMS structure lacks an element")
        return read(self.data, self.content, self.end)

    def octets(self) -> bytes:
        """The content of a string, joined when it is constructed of several (X.690 clause 8.7.3)."""
        if not self.tag & 0x20:
            return self.body
        found: list[bytes] = []
        self.collect(found, 1)
        return b"".join(found)

    def view(self) -> bytes | memoryview:
        """As `octets`, but not copied when it is in one piece: for large contents."""
        if self.tag & 0x20:
            return self.octets()
        return memoryview(self.data)[self.content : self.end]

    def collect(self, found: list[bytes], depth: int) -> None:
        """Add the pieces of a constructed string to those found; `depth` bounds strings in strings."""
        if depth > _DEPTH:
            raise MalformedMessage("the CMS structure is nested too deep")
        position = self.content
        while position < self.end:
            part = read(self.data, position, self.end)
            if part.tag == OCTET_STRING:
                found.append(part.body)
            elif part.tag == OCTET_STRING | 0x20:
                part.collect(found, depth + 1)
            else:
                raise MalformedMessage("the CMS structure has something else inside of a string")
            position = part.after

    def expect(self, tag: int, what: str) -> "Node":
        """Itself, if it has that tag."""
        if self.tag != tag:
            raise MalformedMessage(f"the CMS structure has no {what} where one belongs")
        return self


def read(data: bytes, start: int, limit: int) -> Node:
    """The element at `start`, which must end at `limit` or before."""
    if start + 2 > limit or data[start] & 0x1F == 0x1F:
        raise MalformedMessage("the CMS structure is cut off or not ASN.1")
    length = data[start + 1]
    content = start + 2
    if length < 0x80:
        end = after = content + length
    elif length == 0x80:
        end, after = _end_of_contents(data, content, limit, 1)
    else:
        content += length - 0x80
        if content - start > 10:
            raise MalformedMessage("the CMS structure has an impossible length")
        end = after = content + int.from_bytes(data[start + 2 : content], "big")
    if after > limit:
        raise MalformedMessage("the CMS structure is cut off or not ASN.1")
    return Node(data, start, content, end, after)


def _end_of_contents(data: bytes, position: int, limit: int, depth: int) -> tuple[int, int]:
    """Where the contents of an element of indefinite length end, and where the next element starts."""
    if depth > _DEPTH:
        raise MalformedMessage("the CMS structure is nested too deep")
    while data[position : position + 2] != _END_OF_CONTENTS:
        if position + 2 > limit:
            raise MalformedMessage("the CMS structure is cut off")
        length = data[position + 1]
        if length < 0x80:
            position += 2 + length
        elif length == 0x80:
            position = _end_of_contents(data, position + 2, limit, depth + 1)[1]
        else:
            position = read(data, position, limit).after
    return position, position + 2


def root(data: bytes) -> Node:
    """The outermost element; it must be a sequence. Octets after it (line ends, padding) are let be."""
    return read(data, 0, len(data)).expect(SEQUENCE, "sequence")


# ---- writing ----------------------------------------------------------------------------------------------------------------


def element(tag: int, content: bytes) -> bytes:
    """One element in DER."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + length.to_bytes(octets, "big") + content


def head(tag: int, length: int) -> bytes:
    """Identifier and length octets alone, for large contents that are joined once."""
    if length < 0x80:
        return bytes((tag, length))
    octets = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | octets)) + length.to_bytes(octets, "big")


def sequence(*elements: bytes) -> bytes:
    """A SEQUENCE of elements."""
    return element(SEQUENCE, b"".join(elements))


def set_of(*elements: bytes) -> bytes:
    """A SET OF elements, in DER's order."""
    return element(SET, b"".join(sorted(elements)))


def integer(value: int) -> bytes:
    """An INTEGER."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octet_string(content: bytes) -> bytes:
    """An OCTET STRING."""
    return element(OCTET_STRING, content)


def object_identifier(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content.extend(reversed(groups))
    return element(OBJECT_IDENTIFIER, bytes(content))
