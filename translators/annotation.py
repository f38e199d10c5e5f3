"""A transmission with everything that is known of it beside it: names, canonical members, findings, element by element.

What `gateway explain` and the console show. Not for the hot path: the bytes are read twice, once for the names, once judged.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from translators import registry
from translators.contract import Document, Envelope, Origin, Terms, anything
from translators.finding import Finding
from translators.parsed import ParsedElement, ParsedSegment
from translators.provenance import NOTHING_KNOWN, Provenance
from translators.raw_places import raw_places


@dataclass(frozen=True, slots=True)
class Member:
    """A canonical member and its value in words."""

    path: str
    value: str


@dataclass(frozen=True, slots=True)
class AnnotatedElement:
    """A component of a segment (or an element that has only one): where it is, what it is called, what it became.

    `repetition` counts where the element repeats. `start` and `end` are its place in the segment's text, as far as it is known.
    """

    element: int
    component: int | None
    id: str
    name: str
    value: str
    members: tuple[Member, ...]
    findings: tuple[Finding, ...]
    repetition: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedSegment:
    """A segment with its elements; `findings` are those about the segment as a whole, or about what it belongs to.

    `canonical` is the document that it stands in as JSON; empty where there is none.
    """

    segment: ParsedSegment
    document: Document | None
    elements: tuple[AnnotatedElement, ...]
    findings: tuple[Finding, ...]
    canonical: Mapping[str, object] = field(default_factory=dict)


Annotated = AnnotatedSegment | Finding
"""A segment, or a finding about bytes that belong to none."""


def annotate(
    data: bytes, terms_for: Callable[[Envelope], Terms] = anything, *, provenance: Provenance = NOTHING_KNOWN
) -> Iterator[Annotated]:
    """Every segment of a transmission, in its order. `provenance` is needed for flat files: they are read by their layout."""
    translation = registry.translate(data, lambda envelope: _with_lineage(terms_for(envelope)), provenance=provenance)
    documents = sorted((doc for one in translation.interchanges for doc in one.documents), key=lambda document: document.start)
    outside = [
        finding for one in translation.interchanges for finding in (*one.findings, *(f for g in one.groups for f in g.findings))
    ]
    by_offset: dict[int, list[Finding]] = {}
    for finding in outside:
        by_offset.setdefault(finding.position.offset, []).append(finding)
    layout = registry.layout_of(data, provenance)
    places, line, cursor = _Places(documents), 1, 0
    for item in registry.parse(data, layout=layout):
        if isinstance(item, Finding):
            yield item
            continue
        if layout is not None:  # there the lines of the file are counted
            line, cursor = line + data[cursor : item.offset].count(b"\n"), item.offset
            places.line = line
        end = item.offset + max(len(item.raw), 1)
        near = tuple(finding for at, found in by_offset.items() if item.offset <= at < end for finding in found)
        yield places.annotated(item, near)


def _with_lineage(terms: Terms) -> Terms:
    documents = {name: replace(one, lineage=True) for name, one in terms.documents.items()}
    return replace(terms, documents=documents, default=replace(terms.default, lineage=True))


def segments_of(data: bytes, *, provenance: Provenance = NOTHING_KNOWN) -> Iterator[ParsedSegment | Finding]:
    """The same segments in their order, without what is known of them."""
    return registry.parse(data, layout=registry.layout_of(data, provenance))


def has_columns(data: bytes, provenance: Provenance) -> bool:
    """Whether it is a flat file, whose elements are named by the columns of its layout."""
    return registry.layout_of(data, provenance) is not None


class _Places:
    """What is known of the segments of each document, by their number in it."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._next = 0
        self._number = 0
        self._origins: dict[int, list[Origin]] = {}
        self._findings: dict[int, list[Finding]] = {}
        self._values: Mapping[str, object] = {}
        self.line: int | None = None
        """Of flat files, the line that comes next."""

    def annotated(self, segment: ParsedSegment, near: tuple[Finding, ...]) -> AnnotatedSegment:
        """A segment with what is known of it."""
        document = self._document(segment)
        if document is None:
            return AnnotatedSegment(segment, None, _plain(segment), near)
        self._number = self._number + 1 if self.line is None else self.line
        findings = self._findings.get(self._number, [])
        elements = tuple(self._elements(segment, findings))
        whole = tuple(finding for finding in findings if finding.position.element is None)
        return AnnotatedSegment(segment, document, elements, (*near, *whole), self._values)

    def _document(self, segment: ParsedSegment) -> Document | None:
        """The document that the segment stands in."""
        while self._next < len(self._documents):
            document = self._documents[self._next]
            if segment.offset < document.start:
                return None
            if segment.offset < document.end:
                if segment.offset == document.start or not self._number:
                    self._begin(document)
                return document
            self._next += 1
            self._number = 0
        return None

    def _begin(self, document: Document) -> None:
        self._number = 0
        self._origins, self._findings = {}, {}
        for origin in document.lineage:
            self._origins.setdefault(origin.segment, []).append(origin)
        for finding in document.findings:
            self._findings.setdefault(finding.position.segment or 1, []).append(finding)
        self._values = document.canonical.model_dump(mode="json", by_alias=True) if document.canonical is not None else {}

    def _elements(self, segment: ParsedSegment, findings: list[Finding]) -> Iterator[AnnotatedElement]:
        origins = self._origins.get(self._number, [])
        for plain in _plain(segment):
            members = tuple(
                Member(origin.path, _in_words(self._values, origin.path))
                for origin in origins
                if origin.element == plain.element and origin.component in (None, plain.component or 1)
            )
            mine = tuple(finding for finding in findings if _is_at(finding, plain))
            yield replace(plain, members=members, findings=mine)


def _is_at(finding: Finding, plain: AnnotatedElement) -> bool:
    """Whether a finding is about this component, and this repetition of it."""
    place = finding.position
    return (
        place.element == plain.element
        and (plain.component is None or (place.component or 1) == plain.component)
        and (plain.repetition is None or (place.repetition or 1) == plain.repetition)
    )


def _plain(segment: ParsedSegment) -> tuple[AnnotatedElement, ...]:
    """The elements of a segment, composites by component, each repetition, without what is known of them."""
    places = raw_places(segment)
    return tuple(
        _component(element, (number, repetition, index), value, places.get((number, repetition, index), (None, None)))
        for number, element in enumerate(segment.elements, 1)
        for repetition, components in enumerate(element.repetitions or (("",),), 1)
        for index, value in enumerate(components or ("",), 1)
    )


def _component(
    element: ParsedElement, at: tuple[int, int, int], value: str, span: tuple[int | None, int | None]
) -> AnnotatedElement:
    number, repetition, index = at
    alone = max((len(once) for once in element.repetitions), default=1) < 2
    identifier, name = element.parts[index - 1] if index <= len(element.parts) else (element.id, element.name)
    return AnnotatedElement(
        number,
        None if alone else index,
        identifier,
        name or element.name,
        value,
        (),
        (),
        repetition if len(element.repetitions) > 1 else None,
        *span,
    )


def _in_words(document: Mapping[str, object], path: str) -> str:
    """The value of a member as a person reads it: the parts of a quantity or an amount one after the other."""
    value: object = document
    for step in path.replace("[", ".[").split("."):
        if step.startswith("["):
            value = value[int(step[1:-1])] if isinstance(value, list) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return _words(value)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(
            f"{_words(inner)}" if key in _OBVIOUS else f"{key} {_words(inner)}" for key, inner in value.items() if inner
        )
    if isinstance(value, list):
        return " / ".join(_words(inner) for inner in value)
    return "" if value is None else str(value)


_OBVIOUS = frozenset({"value", "unit", "amount", "currency"})


def segment_record(item: AnnotatedSegment) -> dict[str, Any]:
    """An annotated segment as JSON: what `gateway explain -o json` and the API tell of it."""
    return {
        "offset": item.segment.offset,
        "tag": item.segment.tag,
        "name": item.segment.name,
        "raw": item.segment.raw,
        "document": item.document.control_number if item.document else None,
        "findings": [finding_record(finding) for finding in item.findings],
        "elements": [
            {
                "element": element.element,
                "component": element.component,
                "id": element.id,
                "name": element.name,
                "value": element.value,
                "canonical": [{"path": member.path, "value": member.value} for member in element.members],
                "findings": [finding_record(finding) for finding in element.findings],
            }
            for element in item.elements
        ],
    }


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, without its place: it stands where it is."""
    return {
        "code": str(finding.code),
        "severity": str(finding.severity),
        "message": finding.message,
        "remedy": finding.remedy,
        "expected": finding.expected,
        "actual": finding.actual,
    }
