"""The family of flat files as callers see it: `contract.FamilyTranslator`, and a reader and writer for each layout."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from translators.canonical import NAMES
from translators.canonical.base import CanonicalDocument
from translators.contract import (
    Acknowledgement,
    Event,
    Interchange,
    OutboundInterchange,
    Separators,
    TermsFor,
    WritingTerms,
    WrittenDocument,
)
from translators.errors import DefinitionMissing, LocationInvalid
from translators.flatfile import parsing, reading, sealing, writing
from translators.flatfile.envelope import NOTHING_KNOWN, Handover
from translators.flatfile.layout import Layout
from translators.parsed import ParsedSegment


def documents() -> Mapping[str, tuple[str, ...]]:
    """Layouts call their documents as we do."""
    return {name: (name,) for name in NAMES}


def prepare(_document_type: str) -> None:
    """There is nothing but the model."""


def separators(_version: str) -> Separators:
    """Those of a flat file are part of its layout."""
    return Separators("", "", "")


def check_place(_version: str, place: str) -> None:
    """Guides of places are for segments; of flat files the layout says what stands where."""
    raise LocationInvalid(f"{place!r}: a flat file has no segments; write what the partner asks for into the layout")


def read(_data: bytes, _start: int, _terms_for: TermsFor) -> Iterator[Event]:
    """Nothing tells a flat file: it is read by the layout that was agreed. Raises DefinitionMissing."""
    raise DefinitionMissing("a flat file is read by its layout")


def parse(_data: bytes, _start: int) -> Iterator[ParsedSegment]:
    """As `read`."""
    raise DefinitionMissing("a flat file is read by its layout")


def acknowledge(_interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """Flat files know no acknowledgement: a response to them is a document of its own."""
    return ()


def write(document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
    """The rows of a document by the layout of the terms. Raises DefinitionMissing without one, or when it is another's."""
    return FlatFiles(_known(terms.layout)).write(document, document_type, version, terms)


def seal(outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime) -> bytes:
    """The final bytes by the layout of the interchange. Raises DefinitionMissing without one."""
    files = FlatFiles(_known(outbound.layout))
    return files.seal(outbound, control_number=control_number, group_numbers=group_numbers, prepared=prepared)


def _known(layout: Layout | None) -> Layout:
    if layout is None:
        raise DefinitionMissing("a flat file is written by its layout, and none was given")
    return layout


@dataclass(frozen=True, slots=True)
class FlatFiles:
    """Reads and writes the files of one layout. `handover` is what the caller knows of a file by the way it came."""

    layout: Layout
    handover: Handover = NOTHING_KNOWN

    def read(self, data: bytes, start: int, terms_for: TermsFor) -> Iterator[Event]:
        """Read the file that begins at `start`: one interchange, which ends with the data."""
        return reading.read(data, start, self.layout, self.handover, terms_for)

    def parse(self, data: bytes, start: int) -> Iterator[ParsedSegment]:
        """All lines from `start` on, named, unjudged."""
        return parsing.parse(data, start, self.layout)

    def acknowledge(self, interchange: Interchange) -> tuple[Acknowledgement, ...]:
        """Nothing: see `acknowledge` of the family."""
        return acknowledge(interchange)

    def write(self, document: CanonicalDocument, document_type: str, version: str, terms: WritingTerms) -> WrittenDocument:
        """The rows of a document. Raises DefinitionMissing when the layout is of another document or name."""
        if (document_type, version) != (self.layout.document, self.layout.name):
            stated = f"{self.layout.name}/{self.layout.document}"
            raise DefinitionMissing(f"{version}/{document_type} was asked for, and the layout at hand is {stated}")
        return writing.write(document, self.layout, terms)

    def seal(
        self, outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime
    ) -> bytes:
        """The final bytes; groups do not exist in flat files and their numbers are not used."""
        del group_numbers
        return sealing.seal(outbound, self.layout, control_number=control_number, prepared=prepared)
