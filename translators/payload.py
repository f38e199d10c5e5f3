"""The bytes of a transmission as all readers take them: in memory, or in a file that the system maps into memory.

What readers ask of them is little: their length, slices, places of a mark, and the buffer that regular expressions search. So an
`mmap.mmap` serves as well as `bytes`, and an interchange larger than memory is read one document at a time.
"""

from typing import Protocol, overload

_PIECE = 1 << 20


class Payload(Protocol):
    """`bytes`, or anything that has as much of them: a mapped file."""

    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: int, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> bytes: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...
    def find(self, mark: bytes, start: int = ..., end: int = ..., /) -> int:
        """The first place of a mark between two offsets, -1 when there is none."""

    def rfind(self, mark: bytes, start: int = ..., end: int = ..., /) -> int:
        """The last place of a mark between two offsets, -1 when there is none."""


def count(data: Payload, mark: bytes, start: int, end: int) -> int:
    """How often a mark stands between two offsets; the marks of readers do not overlap themselves."""
    behind = len(mark) - 1
    return sum(data[at : min(at + _PIECE + behind, end)].count(mark) for at in range(start, end, _PIECE))


def content_end(data: Payload, blanks: bytes, start: int = 0) -> int:
    """Where the data ends when blanks at its end are left out; `start` when there are only such from there on."""
    end = len(data)
    while end > start:
        piece = data[max(start, end - _PIECE) : end]
        if kept := len(piece.rstrip(blanks)):
            return end - len(piece) + kept
        end -= len(piece)
    return start
