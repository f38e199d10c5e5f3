"""Wake-ups between stages, documents to other services."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish, or one that was. `message_id` is stable over repeats; headers carry CloudEvents attributes.

    Exchange "" is that of the queues themselves, by their names.
    """

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    reply_to: str | None = None
    """The queue in which an answer is awaited: of what is consumed."""
    correlation_id: str | None = None
    """What the answer to it carries, and what an answer carries."""


class Published(StrEnum):
    """What is known of a publish: confirmed, returned as unroutable, or nothing (publish again under the same id)."""

    CONFIRMED = "confirmed"
    UNROUTABLE = "unroutable"
    UNKNOWN = "unknown"


class Broker(Protocol):
    """Wake-ups between stages, documents to other services. State rows are the work; losing a wake-up loses time only."""

    async def start(self) -> None:
        """Connect and declare the topology. Raises BrokerUnavailable."""

    async def close(self) -> None:
        """End consumption and connections."""

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        """Publish with all confirms in flight; one result per message, in order, never an exception for a lost broker.

        Raises ValueError for an exchange that is not in the topology.
        """

    async def announce(self, queue: str, ids: Sequence[UUID]) -> None:
        """Wake who consumes `queue` (`translate`, `deliver.<target>`) for these rows; no ids mean: look for what is due.

        Returns at once and never raises for a lost broker: what is not announced is swept.
        """

    def consume(
        self, queue: str, handler: Callable[[Sequence[UUID]], Awaitable[None]], *, batch: int
    ) -> AbstractAsyncContextManager[None]:
        """Call `handler` with announced ids, distinct, at most `batch`, one batch at a time; settled when it returns.

        When it raises, the batch is settled too, after a pause that grows: the rows keep their state and are swept.
        Leaving the context lets the batch in flight end.
        """

    def subscribe(
        self,
        exchange: str,
        pattern: str,
        handler: Callable[[Sequence[Message]], Awaitable[None]],
        *,
        queue: str,
        batch: int = 100,
    ) -> AbstractAsyncContextManager[None]:
        """Call `handler` with documents of a topic exchange, one batch at a time; acknowledged when it returns.

        When it raises DependencyUnavailable, the same batch comes again after a pause; for anything else each document is
        tried alone, three times, and then given to `edi.dead` with the cause.
        """

    async def has_queue(self, name: str) -> bool:
        """Whether there is a queue of this name, whoever declared it. Raises BrokerUnavailable."""

    @property
    def connected(self) -> bool:
        """Whether the broker took messages when it was last heard of."""

    async def problem(self, *, within: float = 2.0) -> str:
        """What keeps the broker from taking messages, found out now in about so many seconds; empty when nothing does."""
