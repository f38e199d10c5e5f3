"""Start tags with more attributes than any document has, found before the parser meets them: its time grows with their square."""

import re

from translators.payload import Payload

MOST_ATTRIBUTES = 1000

_SHORTEST = 5 * MOST_ATTRIBUTES
"""So many bytes at least are in a tag with too many attributes: ` a=""` is one."""
_LONG = re.compile(rb"<[^<]{%d}" % _SHORTEST)
_NAME = re.compile(rb"<[^\s<>/\"'=!?][^\s<>/\"'=]*")
_ATTRIBUTE = re.compile(rb"\s*+[^\s<>/\"'=]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+')")


def crowded(data: Payload, start: int, end: int) -> int | None:
    """Where the first tag with more than `MOST_ATTRIBUTES` attributes begins, None when there is none.

    UTF-16 is looked at without its zero bytes.
    """
    if data.find(b"\0", start, min(end, start + 4)) >= 0:
        return start if crowded(data[start:end].replace(b"\0", b""), 0, end - start) is not None else None
    position = start
    while match := _LONG.search(data, position, end):
        if _is_crowded(data, match.start(), end):
            return match.start()
        position = match.end()
    return None


def _is_crowded(data: Payload, start: int, end: int) -> bool:
    """Whether the tag at `start` has too many attributes."""
    name = _NAME.match(data, start, end)
    if name is None:
        return False
    position = name.end()
    for _ in range(MOST_ATTRIBUTES + 1):
        attribute = _ATTRIBUTE.match(data, position, end)
        if attribute is None:
            return False
        position = attribute.end()
    return True
