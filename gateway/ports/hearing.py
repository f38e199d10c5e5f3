"""What applications tell us unasked: documents and milestones, by polling, by webhook, each stored once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.domain.order.milestone import Milestone


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
class Notice:
    """Something an application said. `key` is its own name at the application: told again, it is the same and changes nothing.

    What says something new has a new key: `sale.order:S00027:accepted`, a webhook's event id, a document's number and version.
    """

    key: str
    documents: Sequence[HeardDocument] = ()
    milestones: Sequence[Milestone] = ()


class Hearing(Protocol):
    """Where applications' sources hand over what they heard."""

    async def take(self, source: str, notices: Sequence[Notice], *, position: str | None = None) -> None:
        """Store all of it, then how far the source has been read. What was stored before is recognised by its key.

        Returns after the commit. Raises Refused (no room now), StoreUnavailable, or CommitUnknown: hand all of it over again.
        """

    async def position(self, source: str) -> str | None:
        """How far the source has been read; None to begin. Raises StoreUnavailable."""


class ApplicationSource(Protocol):
    """The side of an application that speaks unasked: a poller, or the receiver of its webhooks."""

    id: str

    async def run(self) -> None:
        """Hand over what is heard until cancelled."""
