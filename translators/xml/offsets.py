"""Where elements stand in the bytes of a document: looked up only when something was found there."""

import re
from functools import cached_property

from translators.payload import Payload

# What is left open reaches to the end, and a tag holds no other: every search is linear in the bytes it passes.
_PASSED = rb"<!--(?:.*?-->|.*\Z)|<!\[CDATA\[(?:.*?\]\]>|.*\Z)|<\?(?:.*?\?>|.*\Z)|<!DOCTYPE[^<>]*>?"
_MARKUP = re.compile(_PASSED + rb"|</|(<)[^!?/]", re.DOTALL)
_TAGS = re.compile(
    rb"(?P<declaration><\?xml\s)|" + _PASSED + rb"|(?P<end></[^<>]*>)"
    rb"|(?P<start><[^!?/<>](?:[^<>\"']|\"[^<\"]*\"|'[^<']*')*>)",
    re.DOTALL,
)


class Offsets:
    """The byte offset of each element by its ordinal. Documents in UTF-16 are not looked into: all is at their start."""

    def __init__(self, data: Payload, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end

    @cached_property
    def _starts(self) -> list[int]:
        return [match.start() for match in _MARKUP.finditer(self._data, self._start, self._end) if match[1]]

    def of(self, ordinal: int) -> int:
        """Where the start tag of an element begins."""
        return self._starts[ordinal - 1] if 0 < ordinal <= len(self._starts) else self._start

    def behind(self, ordinal: int) -> int:
        """Where an element, with all that is inside, ends."""
        return root_end(self._data, self.of(ordinal), self._end) or self._end


def root_end(data: Payload, start: int, end: int) -> int:
    """Where the first element after `start` ends; 0 when it does not, before the data ends or another document begins."""
    depth = 0
    for match in _TAGS.finditer(data, start, end):
        if match["end"]:
            depth -= 1
        elif match["start"]:
            depth += not match[0].endswith(b"/>")
        elif match["declaration"] and match.start() > start:
            return 0
        else:
            continue
        if depth <= 0:
            return match.end()
    return 0


def line_offset(data: Payload, start: int, line: int, column: int) -> int:
    """The offset of a line and a column, both from 1, as the parser counts them from `start`."""
    position = start
    for _ in range(line - 1):
        following = data.find(b"\n", position)
        if following < 0:
            break
        position = following + 1
    return min(position + max(column - 1, 0), max(len(data) - 1, start))
