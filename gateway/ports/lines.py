"""Lines: a transmission with all its runs. What a run that processes it again has to know of those before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.domain.record import DocumentKeyRow
from gateway.domain.superseding import EarlierDelivery


@dataclass(frozen=True, slots=True)
class ReplayTerms:
    """How a transmission is processed again. `root` is the first of its line: what any run of it holds is the line's own.

    `configuration` is the digest of the one it is judged by; None means the one in force. Without `acknowledge` the partner is
    not answered again. `route` is the one that a person named for its documents; None: they take the first that fits.
    """

    root: UUID
    acknowledge: bool
    configuration: str | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A document that stands in an interchange for a partner, under that control number."""

    name: str
    keys: tuple[str, ...]
    control_number: str


class Lines(Protocol):
    """A transaction in which replays meet what earlier runs of their lines hold. Pairs are (thing, root of the line)."""

    async def interchanges_in_lines(self, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
        """Those of the interchanges that belong to a run of the line beside them."""

    async def documents_in_lines(self, pairs: Sequence[tuple[UUID, UUID]]) -> frozenset[UUID]:
        """Those of the documents that belong to a run of the line beside them."""

    async def take_over_document_keys(self, rows: Sequence[DocumentKeyRow], holders: Sequence[UUID]) -> None:
        """Let business keys that these documents hold name those of the rows from now on."""

    async def lock_line_deliveries(self, root: UUID, keys: Sequence[str] | None) -> Sequence[EarlierDelivery]:
        """The deliveries of documents in a line, held until the transaction ends: all, or those with these idempotency keys."""

    async def sealed_in_line(self, root: UUID) -> Sequence[SealedDocument]:
        """Documents of a line that stand in interchanges for partners, and were neither voided nor rejected."""

    async def void_superseded(self, deliveries: Sequence[UUID], *, by: UUID, configuration: str, node: str) -> None:
        """Give up earlier deliveries that a run supersedes, with a word in the journal of each."""
