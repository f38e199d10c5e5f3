"""Finds service segments in the bytes of an interchange: where messages begin and end, without reading them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Elements, released, terminator
from translators.payload import Payload, content_end

_BLANKS = b" \t\r\n\0"


@dataclass(frozen=True, slots=True)
class Boundary:
    """A service segment further on: the terminator before it, and where its tag begins."""

    terminator: int
    start: int
    tag: str


@dataclass(slots=True)  # not frozen: one is made for every message, in a third of the time
class Slice:
    """The bytes of a message: `end` is before its last terminator, `next` is where to read on."""

    end: int
    next: int
    terminated: bool


@lru_cache(maxsize=32)
def _patterns(characters: ServiceCharacters) -> tuple[re.Pattern[bytes], re.Pattern[bytes], re.Pattern[bytes]]:
    end, element = (re.escape(c.encode("latin-1")) for c in (characters.segment, characters.element))
    closes = rb"(?=[\r\n]|\Z|" + element + rb"|" + end + rb")"
    tag = rb"(?P<tag>UN[HTGEZO]" + closes + rb"|UNB" + element + rb"[A-Z]{3}[A-Z0-9]|UNA.{6}[\r\n\t ]*UNB)"
    return (
        re.compile(end + rb"[\r\n\t ]*" + tag, re.DOTALL),
        re.compile(tag, re.DOTALL),
        re.compile(rb"[\r\n\t \0" + end + rb"]*"),
    )


def boundary(data: Payload, position: int, characters: ServiceCharacters) -> Boundary | None:
    """The next service segment of an envelope after `position`."""
    match = _next(data, position, characters)
    return None if match is None else Boundary(match.start(), match.start("tag"), match["tag"][:3].decode("latin-1"))


def _next(data: Payload, position: int, characters: ServiceCharacters) -> re.Match[bytes] | None:
    pattern, release = _patterns(characters)[0], characters.release.encode("latin-1")
    match = pattern.search(data, position)
    while match is not None and release and released(data, match.start(), release):
        match = pattern.search(data, match.end())
    return match


def tag_at(data: Payload, position: int, characters: ServiceCharacters) -> str:
    """The tag of the service segment at `position`; empty when there stands something else or nothing."""
    match = _patterns(characters)[1].match(data, position)
    return match["tag"][:3].decode("latin-1") if match else ""


def skipped(data: Payload, position: int, characters: ServiceCharacters) -> int:
    """The first place from `position` on that holds more than blanks and empty segments."""
    match = _patterns(characters)[2].match(data, position)
    return match.end() if match else position


def message_at(data: Payload, start: int, characters: ServiceCharacters) -> Slice:
    """The message that begins at `start`: to its trailer, or as far as no other service segment begins."""
    further = _next(data, start, characters)
    if further is None:
        return _to_the_end(data, start, terminator(data, start, len(data), characters), characters)
    if not further["tag"].startswith(b"UNT"):
        return Slice(further.start(), further.start("tag"), terminated=True)
    end = terminator(data, further.start("tag"), len(data), characters)
    if end < 0:
        return Slice(content_end(data, _BLANKS), len(data), terminated=False)
    return Slice(end, end + 1, terminated=True)


def _to_the_end(data: Payload, start: int, first: int, characters: ServiceCharacters) -> Slice:
    """A message that nothing closes: whether its last segment is whole depends on how the data ends."""
    end = content_end(data, _BLANKS.replace(characters.segment.encode("latin-1"), b""), start)
    mark, release = characters.segment.encode("latin-1"), characters.release.encode("latin-1")
    whole = first >= 0 and data[end - 1 : end] == mark and not (release and released(data, end - 1, release))
    return Slice(end - 1 if whole else end, len(data), terminated=whole)


def oversized(data: Payload, start: int, end: int, characters: ServiceCharacters, limit: int) -> int | None:
    """Where a segment longer than `limit` begins between `start` and `end`; None when there is none.

    Leaps from the last terminator within the limit to the next, so that long messages cost little.
    """
    mark, release = characters.segment.encode("latin-1"), characters.release.encode("latin-1")
    while end - start > limit:
        last = data.rfind(mark, start, start + limit)
        while last >= 0 and release and released(data, last, release):
            last = data.rfind(mark, start, last)
        if last < 0:
            return start
        start = last + 1
    return None


def value(elements: Elements, element: int, component: int = 1) -> str:
    """A component, empty when it is absent."""
    try:
        return elements[element][component - 1]
    except IndexError:
        return ""
