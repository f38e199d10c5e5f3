"""Names the segments of an interchange for people, without judging them."""

from collections.abc import Iterator

from translators.errors import DefinitionMissing
from translators.parsed import ParsedElement, ParsedSegment
from translators.payload import Payload
from translators.x12.definitions import COMPONENT, ELEMENT, REPETITION, SegmentDefinition, segment_definition
from translators.x12.grammar import Grammar, base_version, grammar
from translators.x12.separators import read_header
from translators.x12.tokenizer import Scanner, set_text
from translators.x12.versions import labels

_LIMIT = 1_048_576
_MOST_ELEMENTS = 1_000
_DEPTHS = {"ISA": 0, "IEA": 0, "TA1": 1, "GS": 1, "GE": 1}
_FALLBACK = "004010"


def parse(data: Payload, start: int) -> Iterator[ParsedSegment]:
    """All segments from ISA to IEA, or as far as they can be cut, with names and depth."""
    header = read_header(data, start)
    scanner = Scanner.of(data, header.separators, header.terminator, _LIMIT)
    elements = [*header.elements]
    raw = data[start : max(header.end - len(header.terminator), start)] if header.whole else data[start : header.end]
    yield _parsed(["ISA", *elements], _text(raw), start, 0, _definition("ISA", _FALLBACK))
    position, version = header.end, f"{header.elements[11].strip()}0"
    while header.whole and (position := scanner.skip(position)) < len(data):
        if scanner.tag.match(data, position) and data[position : position + 2] == b"ST":
            stop = scanner.set_end(position)
            if scanner.oversized(position, stop) >= 0:
                return
            yield from _parse_set(scanner, position, stop, version)
            position = stop
            continue
        end = scanner.segment_end(position)
        if end < 0 and len(data) - position > _LIMIT:
            return
        end = len(data) if end < 0 else end
        row = [value.rstrip("\r\n") for value in scanner.elements(position, end)]
        if row[0] == "ISA":
            return
        version = row[8].strip() if row[0] == "GS" and len(row) > 8 else version
        definition = _definition(row[0], base_version(version) or _FALLBACK)
        yield _parsed(row, _text(data[position:end]), position, _DEPTHS.get(row[0], 2), definition)
        position = end + len(scanner.terminator)
        if row[0] == "IEA":
            return


def _parse_set(scanner: Scanner, start: int, stop: int, version: str) -> Iterator[ParsedSegment]:
    """ST and what follows it, up to SE, which is read like other control segments."""
    text = set_text(scanner, start, stop)
    base = base_version(version) or _FALLBACK
    kind = (*text.segments[0].split(ELEMENT), "")[1]
    table = _table(kind, base)
    place = table.start if table else None
    for index, segment in enumerate(text.segments):
        row = segment.split(ELEMENT)
        depth = 2 if not index else 3
        if index and table and place and (move := table.move(place, row[0])):
            place = move.target
            depth = 3 + place.path.count("/")
        offset = text.offset(index)
        raw = _text(scanner.data[offset : offset + _length(scanner, offset, stop)])
        yield _parsed(row, raw, offset, depth, _definition(row[0], base))


def _length(scanner: Scanner, offset: int, stop: int) -> int:
    end = scanner.data.find(scanner.terminator, offset, stop)
    binary = next(scanner.binaries(offset - len(scanner.terminator), end), None) if end >= 0 else None
    end = end if binary is None else binary.end
    return (stop if end < 0 else end) - offset


def _parsed(row: list[str], raw: str, offset: int, depth: int, definition: SegmentDefinition | None) -> ParsedSegment:
    tag = row[0]
    places = definition.elements if definition else ()
    elements = tuple(
        ParsedElement(
            id=places[number - 1].id if number <= len(places) else "",
            name=labels.ELEMENTS.get(places[number - 1].id, "") if number <= len(places) else "",
            repetitions=_values(value, whole=tag == "ISA"),
        )
        for number, value in enumerate(row[1 : _MOST_ELEMENTS + 1], 1)
    )
    return ParsedSegment(tag, labels.SEGMENTS.get(tag, ""), offset, depth, raw.rstrip("\r\n"), elements)


def _values(value: str, *, whole: bool) -> tuple[tuple[str, ...], ...]:
    if whole:  # ISA11 and ISA16 are separators themselves
        return ((value,),)
    return tuple(tuple(once.split(COMPONENT, _MOST_ELEMENTS)) for once in value.split(REPETITION, _MOST_ELEMENTS))


def _definition(tag: str, version: str) -> SegmentDefinition | None:
    try:
        return segment_definition(tag, version)
    except DefinitionMissing:
        return None


def _table(kind: str, version: str) -> Grammar | None:
    try:
        return grammar(kind, version)
    except DefinitionMissing:
        return None


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
