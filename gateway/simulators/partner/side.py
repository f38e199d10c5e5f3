"""One side of an exchange: it writes documents in its format, and reads what it is sent. How they travel is not its affair."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from translators import registry
from translators.contract import (
    AcknowledgementTerms,
    Document,
    Envelope,
    Family,
    Identity,
    Interchange,
    OutboundInterchange,
    Terms,
    When,
    WritingTerms,
    WrittenDocument,
)
from translators.packing import packed

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

ACKNOWLEDGES = {Family.X12: "997", Family.EDIFACT: "CONTRL", Family.XML: "ApplicationResponse"}
"""What each family answers with, unless something else is agreed."""
TECHNICAL = "TA1"


class TradingPartner:
    """One side of an exchange, by the addresses on its envelopes. Control numbers count from `first`, of whatever it sends.

    `writing` is how it writes, `acknowledges` what it answers with: nothing else means what is usual in its family.
    """

    def __init__(
        self,
        family: Family,
        *,
        identity: Identity,
        other: Identity,
        first: int = 1,
        writing: WritingTerms | None = None,
        acknowledges: Sequence[str] | None = None,
    ) -> None:
        self.family, self.identity, self.other = family, identity, other
        self._writing = writing or WritingTerms()
        self._acknowledges = tuple(acknowledges) if acknowledges is not None else (ACKNOWLEDGES.get(family, ""),)
        self._next = first

    @property
    def coming(self) -> int:
        """The next control number, which is not used up yet."""
        return self._next

    def number(self) -> int:
        """The next control number, which is used up."""
        self._next += 1
        return self._next - 1

    def written(self, document: "CanonicalDocument", document_type: str, version: str, *, prepared: datetime) -> bytes:
        """A document of its own as an interchange. Raises ValueError with the reasons where it cannot be written whole."""
        written = self.rendered(document, document_type, version)
        return self.sealed(self.enveloped([written]), number=self.number(), prepared=prepared)

    def rendered(self, document: "CanonicalDocument", document_type: str, version: str) -> WrittenDocument:
        """A document in the words of its format, not yet in an envelope. Raises ValueError."""
        written = registry.write(self.family, document, document_type, version, self._writing)
        if written.findings:
            raise ValueError("; ".join(finding.message for finding in written.findings))
        return written

    def enveloped(self, written: Sequence[WrittenDocument], *, receiver: Identity | None = None) -> OutboundInterchange:
        """Documents in one envelope to the other side, or to somebody else."""
        parties = {"sender": self.identity, "receiver": receiver or self.other}
        terms = replace(self._writing, batch=max(1, len(written)))
        (outbound,) = packed(self.family, written, **parties, test=False, terms=terms)
        return outbound

    def sealed(self, outbound: OutboundInterchange, *, number: int, prepared: datetime) -> bytes:
        """The final bytes under a control number."""
        groups = [number] * len(outbound.groups)
        return registry.seal(outbound, control_number=number, group_numbers=groups, prepared=prepared)

    def interchanges(self, body: bytes) -> Sequence[Interchange]:
        """What it was sent, judged by what it acknowledges."""
        return registry.translate(body, self._terms).interchanges

    def read(self, body: bytes) -> Sequence[Document]:
        """The documents of what it was sent, acknowledgements among them."""
        return [document for interchange in self.interchanges(body) for document in interchange.documents]

    def acknowledged(self, body: bytes, *, prepared: datetime) -> Sequence[bytes]:
        """What it answers: an acknowledgement of each interchange, none of those that only acknowledge."""
        return [
            answer for interchange in self.interchanges(body) for _, answer in self.acknowledging(interchange, prepared=prepared)
        ]

    def acknowledging(self, interchange: Interchange, *, prepared: datetime) -> Iterator[tuple[str, bytes]]:
        """The type of each acknowledgement of an interchange, with its bytes."""
        for owed in registry.acknowledge(interchange):
            yield owed.type, self.sealed(owed.outbound, number=self.number(), prepared=prepared)

    def _terms(self, _envelope: Envelope) -> Terms:
        functional = next((kind for kind in self._acknowledges if kind != TECHNICAL), "")
        technical = When.ALWAYS if TECHNICAL in self._acknowledges else When.ASKED
        return Terms(acknowledgement=AcknowledgementTerms(functional=functional, technical=technical), writing=self._writing)
