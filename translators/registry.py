"""The door to the translators: finds the interchanges in a transmission and hands each to its family, imported on first use."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast

from translators import detection
from translators.contract import (
    Acknowledgement,
    Document,
    DocumentRead,
    Event,
    Family,
    FamilyTranslator,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    OutboundInterchange,
    Stray,
    TermsFor,
    Translation,
    WritingTerms,
    WrittenDocument,
    anything,
)
from translators.finding import Code, Finding
from translators.parsed import ParsedSegment

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

_MODULES = {
    Family.X12: "translators.x12.translator",
    Family.EDIFACT: "translators.edifact.translator",
    Family.XML: "translators.xml.translator",
    Family.JSON: "translators.canonical_json",
}

USUAL_WRITING = WritingTerms()
"""Usual separators, times in UTC."""


def family(name: Family) -> FamilyTranslator:
    """The translator of a family."""
    return cast(FamilyTranslator, import_module(_MODULES[name]))


def documents(name: Family) -> Mapping[str, tuple[str, ...]]:
    """The canonical documents that each set or message of a family (`850`, `ORDERS`) stands for, the usual one first."""
    return family(name).documents()


def check_place(name: Family, version: str, place: str) -> None:
    """Whether a place of a partner's guide is one of a version's segments. Raises LocationInvalid with the reason."""
    family(name).check_place(version, place)


def read(data: bytes, terms_for: TermsFor = anything) -> Iterator[Event]:
    """All events of a transmission, one interchange after the other, holding one document at a time."""
    position = 0
    while True:
        place = detection.find(data, position)
        for finding in place.findings:
            yield Stray(finding)
        if place.family is None:
            return
        header, end = place.start, place.start + 1
        for event in family(place.family).read(data, place.start, terms_for):
            if isinstance(event, InterchangeOpened):
                header = event.envelope.offset
            elif isinstance(event, InterchangeClosed):
                end = max(end, _end(data, header, event))
            yield event
        position = end


def _end(data: bytes, header: int, closed: InterchangeClosed) -> int:
    """Where to look for the next interchange. One that was cut knows its own family's headers: another may be in its tail."""
    if not any(finding.code is Code.INTERCHANGE_TRAILER_MISSING for finding in closed.findings):
        return closed.end
    return detection.next_header(data, header, closed.end)


def translate(data: bytes, terms_for: TermsFor = anything) -> Translation:
    """The whole of a small transmission as one value."""
    interchanges: list[Interchange] = []
    findings: list[Finding] = []
    opened: InterchangeOpened | None = None
    documents: list[Document] = []
    for event in read(data, terms_for):
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


def parse(data: bytes) -> Iterator[ParsedSegment | Finding]:
    """Every segment of a transmission with its names, for people; findings about bytes outside of interchanges."""
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


def _behind(data: bytes, segment: ParsedSegment) -> int:
    """Where the segment and its terminator end. Text of a character set with one byte each is longer as UTF-8 than as sent."""
    text = segment.raw.encode()
    end = segment.offset + (len(text) if data.startswith(text, segment.offset) else len(segment.raw)) + 1
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
