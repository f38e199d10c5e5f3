"""Segments whose data is cut by its length, not by the terminator: BIN and BDS (X12.6 section 3.5.1.7, data type B).

The data may hold any bytes, terminators and whole segments among them. In text it is base64, in its place of the segment.
"""

import re
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from translators.contract import Separators
from translators.payload import Payload
from translators.x12.definitions import ELEMENT

TAGS = ("BIN", "BDS")
_WORDS = tuple(tag.encode() for tag in TAGS)
_FILLER = b"0"


@dataclass(frozen=True, slots=True)
class Binary:
    """Data between two offsets of the transmission."""

    start: int
    end: int


def binaries(data: Payload, separators: Separators, terminator: bytes, start: int, end: int) -> Iterator[Binary]:
    """The data of binary segments that begin between two offsets. A length that leads to no terminator makes none."""
    if all(data.find(word, start, end) < 0 for word in _WORDS):
        return
    pattern, behind = _pattern(separators.element.encode("latin-1"), terminator), start
    while (match := pattern.search(data, behind, end)) is not None:
        begun, behind = match.end(), match.end()
        stop = begun + int(match["length"])
        if stop <= len(data) and data[stop : stop + len(terminator)] in (terminator, b""):
            yield Binary(begun, stop)
            behind = stop


@lru_cache(maxsize=256)
def _pattern(element: bytes, terminator: bytes) -> re.Pattern[bytes]:
    """BIN and a length, or BDS, a filter and a length, up to the data."""
    mark, between = re.escape(element), re.escape(element + terminator)
    head = rb"[ \t\r\n]*(?:BIN" + mark + rb"|BDS" + mark + rb"[^" + between + rb"]*" + mark + rb")"
    return re.compile(re.escape(terminator) + head + rb"(?P<length>\d{1,15})" + mark)


def masked(chunk: bytes, start: int, found: Sequence[Binary]) -> bytes:
    """Bytes that begin at `start` with a filler in place of all binary data: nothing moves, nothing is cut."""
    hidden = bytearray(chunk)
    for one in found:
        hidden[one.start - start : one.end - start] = _FILLER * (one.end - one.start)
    return bytes(hidden)


def in_text(segments: list[str], offsets: Sequence[int], data: Payload, found: Sequence[Binary]) -> None:
    """Put binary data as base64 into the segments, which stand at the offsets."""
    for one in found:
        index = bisect_right(offsets, one.start) - 1
        head = segments[index].rpartition(ELEMENT)[0]
        segments[index] = f"{head}{ELEMENT}{b64encode(data[one.start : one.end]).decode()}"
