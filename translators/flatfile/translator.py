"""The family of flat files as callers see it: a translator for each layout, with the methods of `contract.FamilyTranslator`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from translators.canonical.base import CanonicalDocument
from translators.contract import Acknowledgement, Event, Interchange, OutboundInterchange, TermsFor, WritingTerms, WrittenDocument
from translators.errors import DefinitionMissing
from translators.flatfile import parsing, reading, sealing, writing
from translators.flatfile.envelope import NOTHING_KNOWN, Handover
from translators.flatfile.layout import Layout
from translators.parsed import ParsedSegment


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

    def acknowledge(self, _interchange: Interchange) -> tuple[Acknowledgement, ...]:
        """Flat files know no acknowledgement: a response to them is a document of its own."""
        return ()

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
