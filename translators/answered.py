"""What an acknowledgement answers, as far as it speaks of it: the documents named, by control number, segment by segment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import import_module

from translators.canonical.functional_acknowledgement import AnsweredDocument, FunctionalAcknowledgement, ReportedError
from translators.errors import DefinitionMissing
from translators.parsed import ParsedSegment

_LINES = frozenset({"PO1", "POC", "IT1", "LIN", "W01", "W04", "W12", "BLN"})
"""Segments that begin a line item; the line's number is their first element, or their count."""
_AFTER_LINES = frozenset({"CTT", "TDS", "SE", "HL", "UNS", "UNT", "W76"})
_ENVELOPES = ("ISA", "IEA", "UNA", "UNB", "UNZ")
_GROUPS = ("GS", "GE", "UNG", "UNE")
_BEGINS, _ENDS = ("ST", "UNH"), ("SE", "UNT")
_NUMBER = {"ST": 2, "UNH": 1, "GS": 6, "UNG": 5, "ISA": 13, "UNB": 5}
"""Which element holds the control number."""
_MISCOUNTED = (0, 1, -1, 2, -2)
"""Partners count from ISA, from GS, or from 0: a segment of the tag they name is looked for this far away."""
_DIRECTORY, _VERSION = "D.96A", "004010"


@dataclass(frozen=True, slots=True)
class AnsweredSegment:
    """A segment of what was sent, and the line item it stands in."""

    parsed: ParsedSegment
    line: str = ""

    @property
    def tag(self) -> str:
        """Its tag."""
        return self.parsed.tag

    @property
    def raw(self) -> str:
        """The segment as sent, without terminator."""
        return self.parsed.raw

    @property
    def offset(self) -> int:
        """Where it begins in what was sent."""
        return self.parsed.offset

    def value(self, error: ReportedError) -> str:
        """The element, component or repetition an error names; empty when it was not sent."""
        return _value(self.parsed, error.element or 0, error.component, error.repetition)

    def label(self, element: int) -> str:
        """The element's label in the tables."""
        elements = self.parsed.elements
        return elements[element - 1].name if 0 < element <= len(elements) else ""

    def kind(self, error: ReportedError) -> str:
        """`number`, `text`, or empty where the tables do not know the element."""
        if error.code_list == "0085":
            return _edifact_kind(self.tag, error.element or 0, error.component)
        return _x12_kind(self.tag, error.element or 0, error.component)


@dataclass(slots=True)
class Sent:
    """The parts of what was sent that an acknowledgement may name."""

    envelopes: list[AnsweredSegment] = field(default_factory=list)
    groups: dict[str, list[AnsweredSegment]] = field(default_factory=dict)
    documents: dict[tuple[str, str], list[AnsweredSegment]] = field(default_factory=dict)

    @classmethod
    def of(cls, segments: Iterable[ParsedSegment], acknowledgement: FunctionalAcknowledgement) -> "Sent":
        """What is answered out of parsed segments: of several interchanges the one that is named, else all."""
        named = (acknowledgement.interchange.control_number or "").lstrip("0")
        wanted = {_plain(document.control_number) for document in acknowledgement.documents}
        return cls._collected(segments, _Collector(named, wanted))

    @classmethod
    def whole(cls, segments: Iterable[ParsedSegment]) -> "Sent":
        """All documents out of parsed segments."""
        return cls._collected(segments, _Collector("", None))

    @classmethod
    def _collected(cls, segments: Iterable[ParsedSegment], collector: "_Collector") -> "Sent":
        for segment in segments:
            collector.take(segment)
        return collector.sent

    def envelope(self, tag: str | None) -> AnsweredSegment | None:
        """The segment of the interchange's own that an error names; its header where none is named."""
        found = [s for s in self.envelopes if s.tag == tag] if tag else self.envelopes[:1]
        return found[-1] if found else None

    def of_group(self, number: str, tag: str | None) -> AnsweredSegment | None:
        """The group's header, or the segment of its own that is named."""
        own = self.groups.get(_plain(number), [])
        found = [s for s in own if s.tag == tag] if tag else own[:1]
        return found[-1] if found else None

    def of_document(self, document: AnsweredDocument, error: ReportedError) -> AnsweredSegment | None:
        """The segment of a document that an error names."""
        own = self._document(document)
        if error.segment_number is None:
            named = [s for s in own if s.tag == error.segment] if error.segment else own[:1]
            return named[-1] if len(named) == 1 else None
        index = error.segment_number - 1
        here = own[index] if 0 <= index < len(own) else None
        if not error.segment or (error.level == "segment" and "segment-missing" in error.codes):
            return here
        for step in _MISCOUNTED:
            if 0 <= index + step < len(own) and own[index + step].tag == error.segment:
                return own[index + step]
        return None

    def _document(self, document: AnsweredDocument) -> list[AnsweredSegment]:
        number = _plain(document.control_number)
        if document.group is not None:
            return self.documents.get((_plain(document.group), number), [])
        return next((found for (_, own), found in self.documents.items() if own == number), [])


class _Collector:
    """Keeps what is answered while the segments of a transmission go by. `wanted` are control numbers; None means all."""

    __slots__ = ("_document", "_group", "_interchange", "_line", "_lines", "_named", "_wanted", "sent")

    def __init__(self, named: str, wanted: set[str] | None) -> None:
        self._named, self._wanted = named, wanted
        self.sent = Sent()
        self._interchange = True
        self._group = ""
        self._document: list[AnsweredSegment] | None = None
        self._line, self._lines = "", 0

    def take(self, segment: ParsedSegment) -> None:
        """One segment."""
        tag = segment.tag
        if tag in ("ISA", "UNB"):
            self._interchange = not self._named or _number(segment) == self._named
            self._group, self._document = "", None
        if not self._interchange:
            return
        if tag in _ENVELOPES:
            self.sent.envelopes.append(AnsweredSegment(segment))
        elif tag in _GROUPS:
            self._group = _number(segment) if tag in ("GS", "UNG") else self._group
            self.sent.groups.setdefault(self._group, []).append(AnsweredSegment(segment))
            self._group = self._group if tag in ("GS", "UNG") else ""
        else:
            self._in_document(segment)

    def _in_document(self, segment: ParsedSegment) -> None:
        if segment.tag in _BEGINS:
            number = _number(segment)
            self._document = [] if self._wanted is None or number in self._wanted else None
            self._line, self._lines = "", 0
            if self._document is not None:
                self._document = self.sent.documents.setdefault((self._group, number), self._document)
        if self._document is None:
            return
        if segment.tag in _LINES:
            self._lines += 1
            self._line = _value(segment, 1, None, None) or str(self._lines)
        elif segment.tag in _AFTER_LINES:
            self._line = ""
        self._document.append(AnsweredSegment(segment, self._line))
        if segment.tag in _ENDS:
            self._document = None


def _plain(number: str) -> str:
    return number.strip().lstrip("0")


def _number(segment: ParsedSegment) -> str:
    return _plain(_value(segment, _NUMBER[segment.tag], None, None))


def _value(segment: ParsedSegment, element: int, component: int | None, repetition: int | None) -> str:
    """An element's value; its first repetition and all of its components unless one is asked for."""
    try:
        components = segment.elements[element - 1].repetitions[(repetition or 1) - 1] if element else ()
        if component:
            return components[component - 1].strip()
    except IndexError:
        return ""
    return ":".join(components).strip() if len(components) > 1 else "".join(components).strip()


def _x12_kind(tag: str, element: int, component: int | None) -> str:
    try:
        places = import_module("translators.x12.grammar").segment_definition(tag, _VERSION).elements
        place = places[element - 1] if element else None
        place = place.parts[(component or 1) - 1] if place and place.parts else place
    except (DefinitionMissing, IndexError):
        return ""
    return "" if place is None else "number" if place.kind[:1] in ("N", "R") else "text"


def _edifact_kind(tag: str, element: int, component: int | None) -> str:
    definition = import_module("translators.edifact.definitions").definition(_DIRECTORY, tag, repeating=False)
    try:
        place = definition.positions[element - 1] if definition and element else None
        form = place.components[(component or 1) - 1].form if place else None
    except IndexError:
        return ""
    return "" if form is None else "number" if form.kind == "n" else "text"
