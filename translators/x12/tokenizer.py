"""Cuts bytes into segments, one transaction set at a time, whatever its separators are.

The separators of a partner are brought to one dialect (`grammar`) by a table of 256 bytes, which is the fastest thing that
Python can do to them; each byte stays where it is, so offsets hold. Offsets are found only when a finding needs them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from translators.contract import Separators
from translators.payload import Payload
from translators.x12.binaries import Binary, binaries, in_text, masked
from translators.x12.definitions import COMPONENT, ELEMENT, REPETITION, TERMINATOR

BLANKS = " \t\r\n"
_BLANKS = BLANKS.encode()
_LAST_BLANK = max(_BLANKS)
_SUBSTITUTE = 0x1A
"""What a control character of our dialect becomes when a partner has it in data."""


@dataclass(frozen=True, slots=True)
class Scanner:
    """Finds segments in the bytes of one interchange. `limit` is the most bytes a segment may have."""

    data: Payload
    separators: Separators
    terminator: bytes
    limit: int
    table: bytes
    control: re.Pattern[bytes]
    tag: re.Pattern[bytes]

    @classmethod
    def of(cls, data: Payload, separators: Separators, terminator: bytes, limit: int) -> "Scanner":
        """A scanner for the separators of an interchange."""
        return cls(data, separators, terminator, limit, *_tools(separators, terminator))

    def skip(self, position: int) -> int:
        """The first byte at or after `position` that is no blank."""
        data, size = self.data, len(self.data)
        if position < size and data[position] > _LAST_BLANK:
            return position
        while position < size and data[position] in _BLANKS and data[position] not in self.terminator:
            position += 1
        return self._past_empty(position)

    def _past_empty(self, position: int) -> int:
        """Past terminators without a segment: empty lines where the terminator is a line end."""
        width = len(self.terminator)
        moved = position
        while self.terminator in b"\r\n" and self.data[moved : moved + width] == self.terminator:
            moved += width
            while self.data[moved : moved + 1] in (b" ", b"\t", b"\r", b"\n") and self.data[moved : moved + 1] != self.terminator:
                moved += 1
        return moved

    def segment_end(self, position: int) -> int:
        """The terminator of the segment at `position`; -1 when there is none within the limit."""
        return self.data.find(self.terminator, position, position + self.limit + len(self.terminator))

    def set_end(self, position: int) -> int:
        """Where the set at `position` ends before its trailer: the start of the next control segment, or the end of data."""
        while True:
            match = self.control.search(self.data, position)
            end = match.start("tag") if match else len(self.data)
            binary = next(self.binaries(position, end), None)
            if binary is None:
                return end
            position = binary.end

    def binaries(self, start: int, end: int) -> Iterator[Binary]:
        """The data of binary segments that begin between two offsets."""
        return binaries(self.data, self.separators, self.terminator, start, end)

    def oversized(self, start: int, end: int) -> int:
        """The start of a segment larger than the limit between `start` and `end`, or -1."""
        width = len(self.terminator)
        if end - start > self.limit:
            large = next((one.start for one in self.binaries(start, end) if one.end - one.start > self.limit), -1)
            if large >= 0:
                return large
        while end - start > self.limit:
            cut = self.data.rfind(self.terminator, start, start + self.limit + width)
            if cut < 0:
                return start
            start = cut + width
        return -1

    def elements(self, start: int, end: int) -> list[str]:
        """One segment's elements, the tag first, in the common dialect."""
        return self.translated(start, end).decode("utf-8", "replace").split(ELEMENT)

    def translated(self, start: int, end: int, hidden: Sequence[Binary] = ()) -> bytes:
        """Bytes in the common dialect, binary data hidden; a terminator of several bytes becomes as many bytes."""
        chunk = masked(self.data[start:end], start, hidden) if hidden else self.data[start:end]
        if len(self.terminator) > 1:
            chunk = chunk.translate(_table(self.separators, b""))
            return chunk.replace(self.terminator, b"\r" * (len(self.terminator) - 1) + TERMINATOR.encode())
        return chunk.translate(self.table)


@lru_cache(maxsize=256)
def _tools(separators: Separators, terminator: bytes) -> tuple[bytes, re.Pattern[bytes], re.Pattern[bytes]]:
    """The translation table, and the expressions for control segments and for any tag."""
    mark, element = re.escape(terminator), re.escape(separators.element.encode("latin-1"))
    control = mark + rb"[ \t\r\n]*(?P<tag>(?:ST|SE|GS|GE|IEA)(?=" + element + b"|" + mark + rb")|ISA(?=[^A-Za-z0-9\s]))"
    tag = rb"(?P<tag>[A-Z][A-Z0-9]{1,2})(?=" + element + b"|" + mark + rb"|\Z)"
    return _table(separators, terminator), re.compile(control), re.compile(tag)


def _table(separators: Separators, terminator: bytes) -> bytes:
    table = bytearray(range(256))
    for mark in (ELEMENT, COMPONENT, REPETITION, TERMINATOR):
        table[ord(mark)] = _SUBSTITUTE
    pairs = ((separators.repetition, REPETITION), (separators.component, COMPONENT), (separators.element, ELEMENT))
    for mark, ours in pairs:
        if mark:
            table[ord(mark)] = ord(ours)
    if len(terminator) == 1:
        table[terminator[0]] = ord(TERMINATOR)
    return bytes(table)


@dataclass(slots=True)
class SetText:
    """A transaction set from ST to its end: its segments as text, and where each of them stands."""

    raw: bytes
    start: int
    segments: list[str]
    nul: bool
    foreign: int | None
    """Offset of the first byte outside of ASCII."""
    blanks: bool
    """Whether blanks or line ends stand between segments."""
    binaries: tuple[Binary, ...] = ()
    """Data that stands in the segments as base64."""
    _offsets: list[int] = field(default_factory=list)

    def offset(self, index: int) -> int:
        """The offset in the transmission of the segment with this index."""
        if not self._offsets:
            self._offsets = list(_offsets(self.raw, self.start))
        return self._offsets[min(index, len(self._offsets) - 1)] if self._offsets else self.start

    def element_offset(self, index: int, element: int) -> int:
        """The offset of an element (0 is the tag) of the segment with this index; its end for an element that was not sent."""
        begin = self.offset(index) - self.start
        end = self.raw.find(TERMINATOR.encode(), begin)
        end = len(self.raw) if end < 0 else end
        for _ in range(element):
            begin = self.raw.find(ELEMENT.encode(), begin, end) + 1
            if not begin:
                return self.start + end
        return self.start + begin


def set_text(scanner: Scanner, start: int, end: int) -> SetText:
    """The segments between two offsets. Text is UTF-8 where it can be, else Latin-1; NUL becomes U+FFFD."""
    hidden = tuple(scanner.binaries(start, end))
    raw = scanner.translated(start, end, hidden)
    foreign = None
    try:
        text = raw.decode("ascii")
    except UnicodeDecodeError as error:
        foreign = start + error.start
        text = _decode(raw)
    nul = "\x00" in text
    if nul:
        text = text.replace("\x00", "\ufffd")
    segments = text.split(TERMINATOR)
    blanks = _blanks_between(text)
    if not segments[-1]:
        segments.pop()
    if blanks or "" in segments:
        segments = [cut for segment in segments if (cut := segment.strip("\r\n").lstrip(BLANKS))]
    if blanks and len(scanner.terminator) > 1:  # a terminator of several bytes is filled up with line ends here
        blanks = any(scanner.data.find(mark, start, end) >= 0 for mark in (b"\r", b"\n", scanner.terminator + b" "))
    if hidden:
        in_text(segments, list(_offsets(raw, start)), scanner.data, hidden)
    return SetText(raw, start, segments, nul, foreign, blanks, hidden)


_BLANK_BEFORE = re.compile(rf"{TERMINATOR}[{BLANKS}]|[\r\n]{TERMINATOR}")


def _blanks_between(text: str) -> bool:
    """Whether a blank or line end stands beside a terminator; most text holds no line end at all, which is soon seen."""
    if "\r" in text or "\n" in text or "\t" in text:
        return _BLANK_BEFORE.search(text) is not None
    return f"{TERMINATOR} " in text


def _decode(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _offsets(raw: bytes, start: int) -> Iterator[int]:
    mark = TERMINATOR.encode()
    begin = 0
    while begin < len(raw):
        end = raw.find(mark, begin)
        end = len(raw) if end < 0 else end
        piece = raw[begin:end]
        if piece.strip(b"\r\n").lstrip(_BLANKS):
            yield start + begin + len(piece) - len(piece.lstrip(_BLANKS))
        begin = end + 1
