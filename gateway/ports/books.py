"""What systems say they hold, for reconciliation."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from gateway.domain.reconciliation import Difference, Entry, Scope
from gateway.errors import DependencyUnavailable


class BooksUnreadable(DependencyUnavailable):
    """A system cannot be asked what it holds, or what it answers is not as was declared. Nothing was compared."""


@runtime_checkable
class Books(Protocol):
    """All that a system says it holds of something (`stock`). It is read, and nothing is changed."""

    def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        """What is there since that time, some at a time, in any order. Raises a GatewayError when it cannot be asked."""


@runtime_checkable
class AsksByEntry(Protocol):
    """A system that is asked for what the other side holds, because its own books are too many, or have other names."""

    async def of(self, asked: Sequence[Entry]) -> Sequence[Entry]:
        """What it holds of these, under the key and partner of each, and what else of the same kind bears their numbers.

        Raises a GatewayError when it cannot be asked.
        """


AnyBooks = Books | AsksByEntry


@runtime_checkable
class KeepsBooks(Protocol):
    """An application that can be asked what it holds."""

    def books(self, what: str, scope: Scope) -> AnyBooks | None:
        """Its books of something, as far as the scope goes; None where it has none of that."""


class Shelf(Protocol):
    """Where entries of one side are put in order: more of them than memory holds."""

    async def add(self, entries: Iterable[Entry]) -> None:
        """Put some on it."""

    def ordered(self) -> Iterator[Entry]:
        """All of them in the order of `place_of`, once, after the last was added."""

    def close(self) -> None:
        """Throw them away."""


class Ledgers(Protocol):
    """What the gateway knows of itself: what was received and not processed, sent and not acknowledged, counted and not there."""

    async def unprocessed(self, *, since: datetime, settling: timedelta) -> Sequence[Difference]:
        """What has not come to an end in the time that it is given."""

    async def unacknowledged(self, *, since: datetime) -> Sequence[Difference]:
        """What partners have not accepted in time."""

    async def number_gaps(self, *, since: datetime) -> Sequence[Difference]:
        """Control numbers that have not come."""
