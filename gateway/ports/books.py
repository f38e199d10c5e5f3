"""What systems say they hold, for reconciliation."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from gateway.domain.reconciliation import Difference, Entry


class Books(Protocol):
    """What a system says it holds of something (`orders`). It is read, and nothing is changed."""

    async def entries(self, asked: Sequence[Entry], *, since: datetime) -> Sequence[Entry]:
        """What it holds of these, under the key and partner of each, and what else of the same kind bears their numbers.

        Without `asked`, all that is there since that time. Raises a GatewayError when it cannot be asked.
        """


@runtime_checkable
class KeepsBooks(Protocol):
    """An application that can be asked what it holds."""

    def books(self, what: str) -> Books | None:
        """Its books of something; None where it has none of that."""


class Ledgers(Protocol):
    """What the gateway knows of itself: what was received and not processed, sent and not acknowledged, counted and not there."""

    async def unprocessed(self, *, since: datetime, settling: timedelta) -> Sequence[Difference]:
        """What has not come to an end in the time that it is given."""

    async def unacknowledged(self, *, since: datetime) -> Sequence[Difference]:
        """What partners have not accepted in time."""

    async def number_gaps(self, *, since: datetime) -> Sequence[Difference]:
        """Control numbers that have not come."""
