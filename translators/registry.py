"""The door to the translators: finds the interchanges in a transmission and hands each to its family, imported on first use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from translators import detection
from translators.contract import (
    Acknowledgement,
    Document,
    DocumentRead,
    Envelope,
    Event,
    Family,
    FamilyTranslator,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    OutboundInterchange,
    Separators,
    Stray,
    Terms,
    TermsFor,
    Translation,
    WritingTerms,
    WrittenDocument,
    anything,
)
from translators.finding import Code, Finding, Severity
from translators.parsed import OutlineSegment, ParsedSegment
from translators.payload import Payload
from translators.provenance import NOTHING_KNOWN, Provenance
from translators.xml_terms import Schema, SchemaReference

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument
    from translators.flatfile import FlatFiles, Layout

_MODULES = {
    Family.X12: "translators.x12.translator",
    Family.EDIFACT: "translators.edifact.translator",
    Family.XML: "translators.xml.translator",
    Family.JSON: "translators.canonical_json",
    Family.FLAT: "translators.flatfile.translator",
}
_SCHEMAS = "translators.xml.schema"
_OUTLINES = {Family.X12: "translators.x12.outline", Family.EDIFACT: "translators.edifact.outline"}
"""Families whose tables describe segments and elements."""

USUAL_WRITING = WritingTerms()
"""Usual separators, times in UTC."""


@cache
def family(name: Family) -> FamilyTranslator:
    """The translator of a family."""
    return cast(FamilyTranslator, import_module(_MODULES[name]))


def documents(name: Family) -> Mapping[str, tuple[str, ...]]:
    """The canonical documents that each set or message of a family (`850`, `ORDERS`) stands for, the usual one first."""
    return family(name).documents()


def prepare(name: Family, document_type: str) -> None:
    """Import what reading a type takes, its models included: else the first document waits for that, a fifth of a second."""
    from translators.canonical import model_of  # noqa: PLC0415 - pydantic comes with it

    translator = family(name)
    translator.prepare(document_type)
    for document in translator.documents().get(document_type, ()):
        model_of(document).model_rebuild()


def separators(name: Family, version: str) -> Separators:
    """The usual separators of a family in an interchange version: ISA12, or the syntax of UNB."""
    return family(name).separators(version)


def schema_references(file: str, content: bytes) -> tuple[SchemaReference, ...]:
    """The files that a file of an XML schema includes or imports. Raises SchemaInvalid when it is none."""
    found: tuple[SchemaReference, ...] = import_module(_SCHEMAS).references(file, content)
    return found


def check_schema(schema: Schema) -> None:
    """Make an XML schema ready for use. Raises SchemaInvalid with all that is wrong with it."""
    import_module(_SCHEMAS).check(schema)


def outline(name: Family, document_type: str, version: str) -> tuple[OutlineSegment, ...]:
    """The segments of a set or message with their elements, for people; empty for families without tables of them.

    Raises DefinitionMissing when no table describes it.
    """
    return tuple(import_module(_OUTLINES[name]).outline(document_type, version)) if name in _OUTLINES else ()


def check_place(name: Family, version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of a version's segments. Raises LocationInvalid with the reason."""
    family(name).check_place(version, place)


def read(data: Payload, terms_for: TermsFor = anything, *, provenance: Provenance = NOTHING_KNOWN) -> Iterator[Event]:
    """All events of a transmission, one interchange after the other, holding one document at a time.

    With a layout in `provenance`, a transmission that begins with no header that we know is a flat file of that layout, or of
    the one among several that its first line fits.
    """
    layout = layout_of(data, provenance)
    if layout is not None:
        yield from flat_files(provenance, layout).read(data[:], 0, terms_for)
        return
    position, terms = 0, None
    while True:
        place = detection.find(data, position)
        if place.family is None:
            yield from map(Stray, weighed(place.findings, terms) if terms is not None else place.findings)
            return
        header, end = place.start, place.start + 1
        for event in _interchange(data, place, terms_for, provenance):
            if isinstance(event, InterchangeOpened):
                header, terms = event.envelope.offset, event.terms
            elif isinstance(event, InterchangeClosed):
                end = max(end, _end(data, header, event))
            yield event
        position = end


def layout_of(data: Payload, provenance: Provenance) -> "Layout | None":
    """The layout that a transmission is to be read by, None for all that are no flat files."""
    if provenance.layout is None or detection.begins(data):
        return None
    if len(provenance.choices) < 2:
        return provenance.layout
    from translators.flatfile.recognition import recognised  # noqa: PLC0415 - most transmissions are no flat files

    return recognised([choice.layout for choice in provenance.choices], data)


def _interchange(data: Payload, place: detection.Place, terms_for: TermsFor, provenance: Provenance) -> Iterator[Event]:
    """The events of one interchange. What stands before it weighs what its terms say: an error refuses the interchange."""
    assert place.family is not None
    reader = family(place.family)
    if not place.findings and place.family not in provenance.parties:
        yield from reader.read(data, place.start, terms_for)
        return
    parties = provenance.parties.get(place.family)
    before, outside = list(place.findings), list[Finding]()

    def named(envelope: Envelope) -> Envelope:
        return replace(envelope, sender=parties[0], receiver=parties[1]) if parties is not None else envelope

    def judged(envelope: Envelope) -> Terms:
        terms = terms_for(named(envelope))
        outside.extend(weighed(before, terms))
        before.clear()  # a file whose lines were wrapped may hold further interchanges
        refusing = tuple(finding for finding in outside if finding.severity is Severity.ERROR)
        return replace(terms, findings=(*terms.findings, *refusing)) if refusing else terms

    for event in reader.read(data, place.start, judged):
        if isinstance(event, InterchangeOpened):
            yield from (Stray(finding) for finding in outside if finding.severity is not Severity.ERROR)
            outside.clear()
            yield replace(event, envelope=named(event.envelope)) if parties is not None else event
        else:
            yield event


def weighed(findings: Iterable[Finding], terms: Terms) -> Iterator[Finding]:
    """Findings about bytes outside of interchanges as the terms weigh them."""
    for finding in findings:
        severity = terms.severities.get(finding.code, finding.severity)
        if severity is not None:
            yield finding if severity is finding.severity else replace(finding, severity=severity)


def flat_files(provenance: Provenance, layout: "Layout") -> "FlatFiles":
    """What reads flat files of a layout that come this way."""
    from translators.flatfile import FlatFiles, Handover  # noqa: PLC0415 - most transmissions are none

    return FlatFiles(layout, Handover(*provenance.parties.get(Family.FLAT, ())))


def _end(data: Payload, header: int, closed: InterchangeClosed) -> int:
    """Where to look for the next interchange. One that was cut knows its own family's headers: another may be in its tail."""
    if not any(finding.code is Code.INTERCHANGE_TRAILER_MISSING for finding in closed.findings):
        return closed.end
    return detection.next_header(data, header, closed.end)


def translate(data: Payload, terms_for: TermsFor = anything, *, provenance: Provenance = NOTHING_KNOWN) -> Translation:
    """The whole of a small transmission as one value."""
    interchanges: list[Interchange] = []
    findings: list[Finding] = []
    opened: InterchangeOpened | None = None
    documents: list[Document] = []
    for event in read(data, terms_for, provenance=provenance):
        match event:
            case DocumentRead():
                documents.append(event.document)
            case InterchangeOpened():
                opened, documents = event, []
            case InterchangeClosed():
                if opened is not None:
                    interchanges.append(
                        Interchange(
                            opened.envelope,
                            opened.terms,
                            event.end,
                            event.groups,
                            tuple(documents),
                            event.findings,
                            event.verdict,
                        )
                    )
            case Stray():
                findings.append(event.finding)
    return Translation(tuple(interchanges), tuple(findings))


def parse(data: Payload, *, layout: "Layout | None" = None) -> Iterator[ParsedSegment | Finding]:
    """Every segment of a transmission with its names, for people; findings about bytes outside of interchanges.

    With a layout, what begins with no header that we know is a flat file, and its lines are segments.
    """
    if layout is not None and not detection.begins(data):
        yield from flat_files(NOTHING_KNOWN, layout).parse(data[:], 0)
        return
    position = 0
    while True:
        place = detection.find(data, position)
        yield from place.findings
        if place.family is None:
            return
        position = place.start + 1
        for segment in family(place.family).parse(data, place.start):
            position = max(position, _behind(data, segment))
            yield segment


def _behind(data: Payload, segment: ParsedSegment) -> int:
    """Where the segment and its terminator end. Text of a character set with one byte each is longer as UTF-8 than as sent."""
    text = segment.raw.encode()
    end = segment.offset + (len(text) if data[segment.offset : segment.offset + len(text)] == text else len(segment.raw)) + 1
    while end < len(data) and 0x80 <= data[end] < 0xC0:  # the rest of a terminator that a conversion made several bytes
        end += 1
    return end


def acknowledge(interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """The acknowledgements that are owed for an interchange under its terms."""
    return family(interchange.envelope.family).acknowledge(interchange)


def write(
    name: Family, document: "CanonicalDocument", document_type: str, version: str, terms: WritingTerms = USUAL_WRITING
) -> WrittenDocument:
    """A canonical document as a set or message (`850` in `004010`, `ORDERS` in `D.96A`), with findings about what it cannot say.

    Raises DefinitionMissing when the family has no such document, or cannot make it of this canonical one.
    """
    return family(name).write(document, document_type, version, terms)


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes of an interchange to send."""
    return family(outbound.family).seal(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)
