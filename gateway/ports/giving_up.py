"""Messages that a person gives up, as the operation for that sees them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.domain.giving_up import MessageFacts
from gateway.domain.record import TransmissionRow
from gateway.ports.batches import WordOnDelivery
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """A negative answer that can be sent: the canonical document as a transmission for the partner.

    `name` is the canonical document, `type` what it is on the wire, both as the `agreement` says; `number` is the answer's own.
    """

    document: UUID
    row: TransmissionRow
    body: bytes
    name: str
    type: str
    number: str
    agreement: str
    channel: str


class GivingUpSession(Protocol):
    """A transaction in which a message is given up."""

    async def facts(self, named: UUID) -> MessageFacts | None:
        """What there is to know of a message, or of one document of it, by the id of either or of a delivery. Both are held until
        the transaction ends. None when nothing is stored under that id.
        """

    async def canonical(self, document: UUID) -> bytes | None:
        """A document as it was read; None when it was purged. Raises KeyMissing."""

    async def settle_delivery(self, word: WordOnDelivery, *, by: str, reason: str, node: str) -> str | None:
        """Write a person's word on a delivery, with journal and audit, and end its cases; answers the state it was in."""

    async def close_cases(self, subjects: Sequence[UUID], *, by: str, reason: str) -> None:
        """End the failures of these things."""

    async def hand_over(self, answer: PreparedAnswer) -> None:
        """Store a negative answer: it is translated and sent like anything that a service publishes for a partner."""

    async def note(self, facts: MessageFacts, act: str, detail: Json, *, by: str, configuration: str, node: str) -> None:
        """What a person did to a message, in its journal and in the audit."""


class GivingUpStore(Protocol):
    """Where messages are given up."""

    def giving_up(self) -> AbstractAsyncContextManager[GivingUpSession]:
        """Open a transaction; it commits when the block ends without an exception."""
