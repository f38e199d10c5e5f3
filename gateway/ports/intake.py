"""Where channels hand transmissions over, and where people and partners read what is stored."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class Staged:
    """A body that is stored already, in pieces, under the id of the transmission it is handed over as."""

    size: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Handover:
    """What a channel hands over: the bytes of a transmission and how they came. `staged` instead of a `body` in memory.

    `id` is chosen by the channel before anything is stored, so that handing over again after a crash is recognised.
    `name` is the remote file name or message id. `idempotency_key`, unique per channel, is the sender's own protection
    against sending twice. `wait` says that somebody waits for the acknowledgement of this transmission.
    """

    id: UUID
    channel: str
    partner: str | None
    name: str
    body: bytes
    idempotency_key: str | None = None
    wait: bool = False
    traceparent: str | None = None
    remote: str | None = None
    staged: Staged | None = None
    reply_to: str | None = None
    """The queue in which the sender waits for an answer, when it came by the broker."""
    correlation: str | None = None
    """What the answer is to carry, so that the sender knows what it is about."""

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return len(self.body) if self.staged is None else self.staged.size


@dataclass(frozen=True, slots=True)
class Receipt:
    """The transmission is stored: from now on the gateway owns it. `repeated` when it already was.

    `conflict` when the idempotency key was used before for other content: nothing was stored then.
    """

    transmission: UUID
    repeated: bool = False
    conflict: bool = False


class Intake(Protocol):
    """Where channels hand transmissions over; returns after the commit."""

    async def receive(self, handover: Handover) -> Receipt:
        """Store a transmission. Raises Refused (nothing stored), StoreUnavailable, or CommitUnknown (ask again)."""


class BodyPieces(Protocol):
    """Where large bodies go while they arrive, so that nobody holds them. What is never handed over is removed later."""

    async def stage(self, transmission: UUID, ordinal: int, piece: bytes) -> None:
        """Store a piece of 1 MiB, the last one of less. Raises StoreUnavailable."""

    async def drop(self, transmission: UUID) -> None:
        """Remove what was staged, unless it was handed over and stored. Never raises: it is removed later then."""


class Records(Protocol):
    """What is stored, for people and partners to read. Views are JSON objects; None when there is no such thing."""

    async def transmission(self, transmission: UUID) -> Json | None:
        """A transmission with its interchanges, documents, findings, acknowledgements and deliveries, nested."""

    def raw(self, transmission: UUID) -> AsyncIterator[bytes]:
        """The bytes as received, in chunks."""

    async def acknowledgement(self, acknowledgement: UUID) -> tuple[Json, bytes] | None:
        """An acknowledgement's description and its bytes as sent."""

    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        """The transmission's view once its acknowledgements are decided; None when that took longer than `within` s."""
