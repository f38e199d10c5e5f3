"""A simulated trading partner: writes documents in its format, reads what it is sent, and acknowledges it. How they travel is not
its affair.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from translators import registry
from translators.contract import AcknowledgementTerms, Document, Envelope, Family, Identity, Terms, WritingTerms
from translators.packing import packed

if TYPE_CHECKING:
    from translators.canonical.base import CanonicalDocument

_ACKNOWLEDGES = {Family.X12: "997", Family.EDIFACT: "CONTRL"}


class TradingPartner:
    """One side of an exchange, by the addresses on its envelopes. Control numbers count from `first`, of whatever it sends."""

    def __init__(self, family: Family, *, identity: Identity, other: Identity, first: int = 1) -> None:
        self.family, self._identity, self._other = family, identity, other
        self._next = first

    def written(self, document: "CanonicalDocument", document_type: str, version: str, *, prepared: datetime) -> bytes:
        """A document of its own as an interchange. Raises ValueError with the reasons where it cannot be written whole."""
        written = registry.write(self.family, document, document_type, version)
        if written.findings:
            raise ValueError("; ".join(finding.message for finding in written.findings))
        parties = {"sender": self._identity, "receiver": self._other}
        (outbound,) = packed(self.family, [written], **parties, test=False, terms=WritingTerms())
        number = self._number()
        return registry.seal(outbound, control_number=number, group_numbers=[number] * len(outbound.groups), prepared=prepared)

    def read(self, body: bytes) -> Sequence[Document]:
        """The documents of what it was sent, acknowledgements among them."""
        return [document for interchange in registry.translate(body).interchanges for document in interchange.documents]

    def acknowledged(self, body: bytes, *, prepared: datetime) -> Sequence[bytes]:
        """What it answers: an acknowledgement of each interchange, none of those that only acknowledge."""
        answers = []
        for interchange in registry.translate(body, self._terms).interchanges:
            for owed in registry.acknowledge(interchange):
                number, groups = self._number(), len(owed.outbound.groups)
                answers.append(
                    registry.seal(owed.outbound, control_number=number, group_numbers=[number] * groups, prepared=prepared)
                )
        return answers

    def _terms(self, _envelope: Envelope) -> Terms:
        return Terms(acknowledgement=AcknowledgementTerms(functional=_ACKNOWLEDGES.get(self.family, "")))

    def _number(self) -> int:
        self._next += 1
        return self._next - 1
