"""Cuts a message into segments, elements and components, released characters handled exactly.

Released service characters are replaced by private marks before anything is split, and put back only in the values that hold
one: so every split is a plain `str.split`, whatever runs of release characters there are (ISO 9735-1 clause 7.2). The marked
text always uses the default separators `+ : ' *`; interchanges with others are translated into them, so that the compiled
patterns of `definitions` do not depend on what a partner announces.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache

from translators.edifact.service_characters import ServiceCharacters
from translators.payload import Payload

Components = list[str]
Elements = list[Components]

# Unicode noncharacters: never assigned, not allowed in interchange.
_MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4\ufdd5\ufdd6\ufdd7\ufdd8"
_MARKED = re.compile("[\ufdd0-\ufdd8]")
_AFTER_TERMINATOR = re.compile("'[\r\n\t ]+")
_REPLACEMENT = "\ufffd"
_DEFAULTS = "'+:*"
_WHITESPACE = b" \t\r\n"
# More elements than any segment has, and more components: what comes after stays in one piece, so that memory is bounded.
_MOST = 255
_LONG = 4096


@dataclass(frozen=True, slots=True)
class _Notation:
    """How the text of one set of service characters becomes marked text, and back."""

    pairs: tuple[tuple[str, str], ...]
    release: str
    table: dict[int, str] | None
    originals: dict[int, str]


@lru_cache(maxsize=64)
def _notation(characters: ServiceCharacters) -> _Notation:
    actual = (characters.segment, characters.element, characters.component, characters.repetition)
    marks = iter(_MARKS)
    originals: dict[int, str] = {}
    pairs = []
    if characters.release:
        for released in (characters.release, *(c for c in actual if c)):
            mark = next(marks)
            pairs.append((characters.release + released, mark))
            originals[ord(mark)] = released
    table: dict[int, str] = {}
    for default, used in zip(_DEFAULTS, actual, strict=True):
        if used == default or (default == "*" and not used):
            continue
        if default not in actual:
            mark = next(marks)
            table[ord(default)] = mark
            originals[ord(mark)] = default
        table[ord(used)] = default
    return _Notation(tuple(pairs), characters.release, table or None, originals)


@dataclass(slots=True)  # not frozen: one is made for every message, in a third of the time
class MarkedText:
    """The segments of a message in default notation, without blanks around them. `original` puts values back."""

    segments: list[str]
    marked: bool
    notation: _Notation

    def elements(self, segment: str) -> Elements:
        """The elements of a segment, tag first, each as its components, released characters put back."""
        if self.marked and _MARKED.search(segment):
            originals = self.notation.originals
            return [[c.translate(originals) for c in e.split(":", _MOST)] for e in segment.split("+", _MOST)]
        return [e.split(":", _MOST) for e in segment.split("+", _MOST)]

    def tags(self) -> list[str]:
        """The tags of all segments; the same tag is the same string."""
        known: dict[str, str] = {}
        return [known.setdefault(tag, tag) for tag in map(self.tag, self.segments)]

    def tag(self, segment: str) -> str:
        """The tag of a segment."""
        return self.original(segment.partition("+")[0].partition(":")[0])

    def all_elements(self) -> list[Elements]:
        """The elements of all segments, as `elements` gives them."""
        if self.marked or max(map(len, self.segments), default=0) > _LONG:
            return [self.elements(segment) for segment in self.segments]
        return [[e.split(":") for e in segment.split("+")] for segment in self.segments]

    def original(self, value: str) -> str:
        """A raw value as it was meant."""
        return value.translate(self.notation.originals) if self.marked else value


def cut(text: str, characters: ServiceCharacters) -> MarkedText:
    """The segments of a decoded message; line breaks and indentation after terminators are no part of them."""
    notation = _notation(characters)
    if not text.isascii() and _MARKED.search(text):
        text = _MARKED.sub(_REPLACEMENT, text)
    if characters.segment in "\r\n":
        text = text.replace("\r\n", characters.segment)
    marked = False
    if notation.release and notation.release in text:
        for pair, mark in notation.pairs:
            text = text.replace(pair, mark)
        text = text.replace(notation.release, "")
        marked = True
    if notation.table is not None:
        text = text.translate(notation.table)
        marked = True
    if "\n" in text or "\r" in text or "\t" in text or "' " in text:
        text = _AFTER_TERMINATOR.sub("'", text)
    segments = text.lstrip().split("'")
    if "" in segments or not segments[-1].strip():
        segments = [s for s in segments if s and not s.isspace()]
    return MarkedText(segments, marked, notation)


def components(raw: str, characters: ServiceCharacters) -> Components:
    """The components of a composite as it was sent."""
    if raw.isascii() and (not characters.release or characters.release not in raw):
        return raw.split(characters.component, _MOST)
    text = cut(f"X{characters.element}{raw}", characters)
    elements = text.elements(text.segments[0])
    return elements[1] if len(elements) > 1 else []


def terminator(data: Payload, position: int, end: int, characters: ServiceCharacters) -> int:
    """Offset of the next segment terminator that is not released, or -1."""
    mark, release = characters.segment.encode("latin-1"), characters.release.encode("latin-1")
    while True:
        position = data.find(mark, position, end)
        if position < 0 or not release or not released(data, position, release):
            return position
        position += 1


def released(data: Payload, position: int, release: bytes) -> bool:
    """Whether an odd number of release characters stands before `position`."""
    if position == 0 or data[position - 1 : position] != release:
        return False
    run, window = 0, 64
    while True:
        chunk = data[max(0, position - run - window) : position - run]
        trailing = len(chunk) - len(chunk.rstrip(release))
        run += trailing
        if trailing < len(chunk) or not chunk:
            return run % 2 == 1
        window *= 4


@dataclass(slots=True)
class Locator:
    """Finds the bytes of a segment, an element or a component again, when a finding asks for them.

    `start` and `end` delimit the message in the transmission. The offsets are computed as far as they are asked for: a clean
    message never pays for them.
    """

    data: Payload
    start: int
    end: int
    characters: ServiceCharacters
    _offsets: list[int] = field(default_factory=list)
    _scanned: int = -1

    def segment(self, number: int) -> int:
        """Offset of the segment with this number, UNH being 1; the end when there are fewer."""
        offsets = self._offsets
        while len(offsets) < number and self._scan():
            pass
        return offsets[number - 1] if 0 < number <= len(offsets) else self.end

    def number_at(self, offset: int) -> int:
        """The number of the segment that holds the byte at `offset`."""
        while self._scanned <= offset and self._scan():
            pass
        return max(1, bisect_right(self._offsets, offset))

    def element(self, number: int, element: int, component: int | None) -> int:
        """Offset of an element or component of a segment; where it would stand when it is absent."""
        offset = self.segment(number)
        c = self.characters
        tokens = "|".join(
            re.escape(x) + ("." if x == c.release else "") for x in (c.release, c.element, c.component, c.segment) if x
        )
        elements, components = 0, 1
        for match in re.compile(tokens.encode("latin-1"), re.DOTALL).finditer(self.data, offset, self.end):
            token = match[0].decode("latin-1")
            if token == c.element:
                elements, components = elements + 1, 1
            elif token == c.component:
                components += 1
            if token == c.segment or elements > element:
                return match.start()
            if elements == element and components == (component or 1) and token in (c.element, c.component):
                return match.end()
        return self.end

    def _scan(self) -> bool:
        """Look at one more segment; False when there is none."""
        position = self.start if self._scanned < 0 else self._scanned
        if position >= self.end:
            return False
        skip = _WHITESPACE.replace(self.characters.segment.encode("latin-1"), b"")
        stop = terminator(self.data, position, self.end, self.characters)
        stop = self.end if stop < 0 else stop
        while position < stop and self.data[position] in skip:
            position += 1
        if position < stop:
            self._offsets.append(position)
        self._scanned = stop + 1
        return True
