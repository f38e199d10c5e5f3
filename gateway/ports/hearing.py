"""What applications tell us unasked: documents and milestones, by polling, by webhook, each stored once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from gateway.domain.order.milestone import Milestone
from gateway.domain.record import EventRow, FailureRow, TransmissionRow
from gateway.ports.store import Piece


@dataclass(frozen=True, slots=True)
class HeardDocument:
    """A canonical document that an application wrote, as JSON bytes.

    `outgoing`: it is for `partner`, and is written and sent as agreed. Otherwise it comes from `partner` (the warehouse or
    carrier that stands behind the application) and is routed like anything that a partner sends.
    """

    partner: str
    body: bytes
    outgoing: bool


@dataclass(frozen=True, slots=True)
class Unread:
    """Why something an application said could not be understood, and the bytes of it as they came.

    It becomes a failure with an owner, the bytes kept with it. `code` is a machine word (`status-unknown`).
    """

    code: str
    message: str
    remedy: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """Something an application said. `key` is its own name at the application: told again, it is the same and changes nothing.

    What says something new has a new key: `sale.order:S00027:accepted`, a webhook's event id, a document's number and version.
    With `unread` it holds neither documents nor milestones: nobody could say what they are.
    """

    key: str
    documents: Sequence[HeardDocument] = ()
    milestones: Sequence[Milestone] = ()
    unread: Unread | None = None


class Hearing(Protocol):
    """Where applications' sources hand over what they heard."""

    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        """Store all of it, then how far the source has been read. What was stored before is recognised by its key.

        Returns after the commit. Raises Refused (no room now), StoreUnavailable, or CommitUnknown: hand all of it over again.
        """

    async def position(self, source: str) -> str | None:
        """How far the source has been read; None to begin. Raises StoreUnavailable."""


class UnreadStore(Protocol):
    """Where what nobody understood is kept."""

    async def keep(
        self,
        rows: Sequence[TransmissionRow],
        pieces: Sequence[tuple[UUID, int, Piece]],
        failures: Sequence[FailureRow],
        events: Sequence[EventRow],
    ) -> Sequence[UUID]:
        """Store it with its failures and journal, in one transaction; answers what is new. Raises as `Hearing.take`."""


class ApplicationSource(Protocol):
    """The side of an application that speaks unasked: a poller, or the receiver of its webhooks."""

    id: str

    async def run(self) -> None:
        """Hand over what is heard until cancelled."""
