"""Every segment of an interchange with its names, for people. Nothing is judged; what is not known has no name."""

from collections.abc import Iterator

from translators.contract import Family
from translators.edifact import charsets, directories, framing, header, package
from translators.edifact.definitions import definition
from translators.edifact.directories.labels import element_label, segment_label
from translators.edifact.framing import value
from translators.edifact.grammar import grammar
from translators.edifact.message import Syntax
from translators.edifact.service_characters import Advice, advised
from translators.edifact.tokenizer import Locator, MarkedText, cut, terminator
from translators.finding import Code
from translators.parsed import ParsedElement, ParsedSegment
from translators.payload import Payload
from translators.unwrapping import unwrapped

_ANY = "D.01B"
_INTERCHANGE, _GROUP = 0, 1
_LARGE = 8_388_608
_MOST = 255


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All segments from `start` to the end of the interchange; see `FamilyTranslator.parse`."""
    advice = advised(data, start)
    header_ = start if advice.header is None else advice.header
    flat = unwrapped(data, start, header_, advice.characters.segment.encode("latin-1"))
    if flat is None:
        return _segments(data, start, advice)
    return flat.segments(Family.EDIFACT, lambda at: _segments(flat.data, at, advised(flat.data, at)))


def _segments(data: Payload, start: int, advice: Advice) -> Iterator[ParsedSegment]:
    if advice.announced:
        yield ParsedSegment("UNA", segment_label("UNA"), start, 0, data[start : start + 9].decode("latin-1"), ())
    if advice.header is not None:
        end = terminator(data, advice.header, len(data), advice.characters)
        syntax = header.read(data, advice.header, end if end >= 0 else len(data), advice.characters).syntax
        yield from _Parser(data, syntax).segments(advice.header)


class _Parser:
    """Walks through an interchange whose syntax is known."""

    __slots__ = ("_data", "_syntax")

    def __init__(self, data: Payload, syntax: Syntax) -> None:
        self._data = data
        self._syntax = syntax

    def segments(self, header_: int) -> Iterator[ParsedSegment]:
        """Header, groups, messages, trailer; up to the trailer or the next header."""
        data, characters = self._data, self._syntax.characters
        position, in_group = header_, False
        while position < len(data):
            tag = framing.tag_at(data, position, characters)
            if tag == "UNH":
                slice_ = framing.message_at(data, position, characters)
                yield from self._message(position, slice_.end, _GROUP + in_group)
                position = framing.skipped(data, slice_.next, characters)
                continue
            if tag == "UNO" and (place := package.located(data, position, self._syntax, _LARGE)) is not None:
                yield from self._package(position, place, _GROUP + in_group)
                position = framing.skipped(data, place.next, characters)
                continue
            if tag in ("UNB", "UNA") and position != header_:
                return
            end = terminator(data, position, len(data), characters)
            end = len(data) if end < 0 else end
            depth = _GROUP if tag in ("UNG", "UNE") else _INTERCHANGE
            yield self._segment(position, end, depth, self._syntax.service_directory)
            if tag == "UNZ":
                return
            in_group = tag == "UNG" or (in_group and tag != "UNE")
            position = framing.skipped(data, end + 1, characters)

    def _package(self, start: int, place: package.Place, depth: int) -> Iterator[ParsedSegment]:
        """UNO, the object as one segment that only says its size, UNP. Without UNP it reaches as far as reading leaves it out."""
        yield from self._segments_between(start, place.object - 1, depth)
        close = place.close if place.trailed else place.end
        octets = str(close - place.object)
        size = ParsedElement("0810", element_label("0810"), ((octets,),))
        yield ParsedSegment(package.OBJECT, "Object", place.object, depth + 1, f"({octets} octets)", (size,))
        if place.trailed:
            yield from self._segments_between(close, place.end, depth)

    def _segments_between(self, start: int, end: int, depth: int) -> Iterator[ParsedSegment]:
        position = start
        while position < end:
            stop = terminator(self._data, position, end, self._syntax.characters)
            stop = end if stop < 0 else stop
            yield self._segment(position, stop, depth, self._syntax.service_directory)
            position = framing.skipped(self._data, stop + 1, self._syntax.characters)

    def _message(self, start: int, end: int, depth: int) -> Iterator[ParsedSegment]:
        if end - start > _LARGE:
            yield from self._long_message(start, end, depth)
            return
        locator = Locator(self._data, start, end, self._syntax.characters)
        text = self._text(start, end)
        body = text.all_elements()
        kind, version = value(body[0], 2), f"{value(body[0], 2, 2)}.{value(body[0], 2, 3)}"
        choice = directories.choose(kind, version)
        directory = choice.directory if choice else self._syntax.service_directory if kind == "CONTRL" else None
        depths = [0] * len(body)
        if directory is not None:
            trailer = body[-1][0][0] == "UNT"
            inner = body[:-1] if trailer else body
            depths = grammar(kind, directory).fit([e[0][0] for e in inner], _ignored).depths + [0] * trailer
        for number in range(1, len(body) + 1):
            below = 0 if number == 1 or body[number - 1][0][0] == "UNT" else depths[number - 1] + 1
            at = locator.segment(number)
            stop = terminator(self._data, at, end, self._syntax.characters)
            yield self._segment(at, end if stop < 0 else stop, depth + below, directory or _ANY)

    def _long_message(self, start: int, end: int, depth: int) -> Iterator[ParsedSegment]:
        """A message too long for its structure to be held: its segments one after the other."""
        position = start
        while position < end:
            stop = terminator(self._data, position, end, self._syntax.characters)
            stop = end if stop < 0 else stop
            frame = position == start or self._data[position : position + 3] == b"UNT"
            yield self._segment(position, stop, depth + (not frame), _ANY)
            position = min(framing.skipped(self._data, stop + 1, self._syntax.characters), end)

    def _text(self, start: int, end: int) -> MarkedText:
        content = charsets.decoded(self._data[start:end], self._syntax.identifier).text
        return cut(content.replace("\0", "\ufffd"), self._syntax.characters)

    def _segment(self, start: int, end: int, depth: int, directory: str) -> ParsedSegment:
        text = self._text(start, end)
        raw = charsets.decoded(self._data[start:end], self._syntax.identifier).text
        first = text.segments[0] if text.segments else ""
        parts = first.split("+", _MOST)
        tag = text.original(parts[0]).strip()
        known = definition(directory, tag, repeating=self._syntax.repeating)
        if known is None and tag.startswith("UN"):
            known = definition(self._syntax.service_directory, tag, repeating=self._syntax.repeating)
        elements = []
        for index, part in enumerate(parts[1:]):
            position = known.positions[index] if known and index < len(known.positions) else None
            identifier = position.id if position else ""
            inner = position.components if position and position.composite else ()
            repetitions = part.split("*", _MOST) if self._syntax.repeating else [part]
            values = tuple(tuple(text.original(c) for c in r.split(":", _MOST)) for r in repetitions)
            named = tuple((each.id, element_label(each.id)) for each in inner)
            elements.append(ParsedElement(identifier, element_label(identifier), values, named))
        return ParsedSegment(tag, segment_label(tag), start, depth, raw, tuple(elements))


def _ignored(_code: Code, _sentence: str, _number: int, _tag: str, _expected: str | None) -> None:
    """Structure is not judged here."""
