"""Interchanges without what is given only when they are sealed: control numbers, and the times of their envelopes. Pure.

Two that say the same are the same bytes then, whenever they were made. What stands there is replaced by a zero.
"""

import re
from collections.abc import Iterator

_ISA = 106
_X12 = {"ISA": (9, 10, 13), "IEA": (2,), "GS": (4, 5, 6), "GE": (2,)}
"""Elements of envelopes: dates, times, control numbers."""
_EDIFACT = {"UNB": (4, 5), "UNZ": (2,)}
_XML_ENVELOPE = (
    re.compile(rb"""(\b(?:payloadID)=["'])([^"']*)(["'])"""),
    re.compile(rb"""(\b(?:timestamp)=["'])([^"']*)(["'])"""),
    re.compile(rb"(<(?:\w+:)?InstanceIdentifier>)([^<]*)(<)"),
    re.compile(rb"(<(?:\w+:)?CreationDateAndTime>)([^<]*)(<)"),
)
"""What cXML and the standard business document header have."""
_XML_NUMBERS = (
    re.compile(rb"(<cbc:ID>)([^<]*)(<)"),
    re.compile(rb"(<cbc:IssueDate>)([^<]*)(<)"),
    re.compile(rb"(<cbc:IssueTime>)([^<]*)(<)"),
)
"""The number and time of an ApplicationResponse of ours; those of other documents are their own."""


def without_numbers(family: str, content: bytes, *, acknowledgement: bool = False) -> bytes:
    """An interchange of a family (`x12`, `edifact`, `xml` …) with a zero for each thing that sealing gave it.

    Of XML documents the number is the document's own, and stays; of an `acknowledgement` it is given by us.
    """
    match family:
        case "x12" if content[:3] == b"ISA" and len(content) >= _ISA:
            return _segments(content, content[_ISA - 1 : _ISA], content[3:4], b"", _X12)
        case "edifact":
            separator, release, end = _edifact(content)
            return _segments(content, end, separator, release, _EDIFACT)
        case "xml":
            return _xml(content, acknowledgement=acknowledgement)
        case _:
            return content


def _edifact(content: bytes) -> tuple[bytes, bytes, bytes]:
    """Element separator, release character and segment terminator, as UNA says where there is one."""
    if content[:3] == b"UNA" and len(content) >= 9:
        return content[4:5], content[6:7].strip(), content[8:9]
    return b"+", b"?", b"'"


def _segments(content: bytes, end: bytes, separator: bytes, release: bytes, wanted: dict[str, tuple[int, ...]]) -> bytes:
    start = 9 if content[:3] == b"UNA" else 0
    pieces = [content[:start]]
    for segment in _split(content[start:], end, release):
        body = segment.lstrip(b"\r\n")
        tag = body.split(separator, 1)[0].decode("ascii", "replace")
        pieces.append(_zeroed(segment, separator, release, wanted[tag]) if tag in wanted else segment)
    return b"".join(pieces)


def _split(content: bytes, end: bytes, release: bytes) -> Iterator[bytes]:
    """The parts of a text, each with the terminator that ends it; one behind a release character ends nothing."""
    start = position = 0
    while (found := content.find(end, position)) >= 0:
        position = found + 1
        if not _released(content, found, release):
            yield content[start:position]
            start = position
    if start < len(content):
        yield content[start:]


def _released(content: bytes, at: int, release: bytes) -> bool:
    count = 0
    while release and at - count - 1 >= 0 and content[at - count - 1 : at - count] == release:
        count += 1
    return count % 2 == 1


def _zeroed(segment: bytes, separator: bytes, release: bytes, places: tuple[int, ...]) -> bytes:
    parts = list(_split(segment, separator, release))
    for place in places:
        if place < len(parts):
            parts[place] = b"0" + parts[place][-1:]  # with the separator or terminator behind it
    return b"".join(parts)


def _xml(content: bytes, *, acknowledgement: bool) -> bytes:
    """Only the first of each is of the envelope: further ones name what is talked of."""
    for pattern in (*_XML_ENVELOPE, *(_XML_NUMBERS if acknowledgement else ())):
        content = pattern.sub(rb"\g<1>0\3", content, count=1)
    return content
