"""The references an interchange has used so far, in little memory: a million messages carry a million of them."""

from array import array
from hashlib import blake2b

_EXACT = 10_000
_FIRST_SIZE = 65_536


class References:
    """A set of references. The first ten thousand are kept as they are, more as 64 bits of their digest.

    Two different references among ten million share a digest with a probability of one in a hundred thousand.
    """

    __slots__ = ("_count", "_exact", "_slots")

    def __init__(self) -> None:
        self._exact: set[str] = set()
        self._slots: array[int] | None = None
        self._count = 0

    def used(self, reference: str) -> bool:
        """Whether a reference was used before; from now on it was."""
        if reference in self._exact:
            return True
        if len(self._exact) < _EXACT:
            self._exact.add(reference)
            return False
        if self._slots is None:
            self._slots = array("Q", bytes(8 * _FIRST_SIZE))
        elif self._count * 2 > len(self._slots):
            self._slots = _grown(self._slots)
        new = _put(self._slots, _digest(reference))
        self._count += new
        return not new


def _digest(reference: str) -> int:
    """64 bits, never 0, which marks a free slot."""
    return int.from_bytes(blake2b(reference.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little") or 1


def _put(slots: "array[int]", digest: int) -> bool:
    """Put a digest into the table by linear probing; False when it was there."""
    mask = len(slots) - 1
    place = digest & mask
    while slots[place]:
        if slots[place] == digest:
            return False
        place = (place + 1) & mask
    slots[place] = digest
    return True


def _grown(slots: "array[int]") -> "array[int]":
    larger = array("Q", bytes(16 * len(slots)))
    for digest in slots:
        if digest:
            _put(larger, digest)
    return larger
