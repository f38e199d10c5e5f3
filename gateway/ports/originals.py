"""What an application made of deliveries, found again: the document behind an order that the application tells of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class Named:
    """How an application knows what it made: the idempotency key it was delivered under, its own name for it, and the number of
    the document. The last two are only where to look.
    """

    key: str
    reference: str
    number: str


@dataclass(frozen=True, slots=True)
class Original:
    """The document that was delivered under a key. `received` is as it came from the partner, `delivered` as its route made it.

    Both are empty when retention has removed them. `options` are those of the delivery.
    """

    document: UUID
    partner: str
    test: bool
    received: Json = field(default_factory=dict)
    delivered: Json = field(default_factory=dict)
    options: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, by the key that it was delivered under, its customer, and its number there."""

    key: str
    partner: str
    number: str
    test: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A document that changes an order: the key that it was delivered under, what it says as it came, and as it was routed."""

    key: str
    received: Json
    delivered: Json


class Originals(Protocol):
    """The documents behind what an application made."""

    async def originals(self, application: str, named: Sequence[Named]) -> Mapping[str, Original]:
        """By idempotency key, without those that this gateway did not deliver. Raises StoreUnavailable."""

    async def changes(self, application: str, orders: Sequence[Ordered]) -> Mapping[str, Sequence[Change]]:
        """By the key of the order, what came to change it and was for the application, in that order; carried out or not."""


class Statements(Protocol):
    """What sources have said before of each of their subjects: what is news is seen by comparison with it.

    It is kept after the notices have been taken. If that is lost, they are said again, under the same keys.
    """

    async def last_keys(self, source: str, subjects: Sequence[str]) -> Mapping[str, str]:
        """By subject, the key of its latest notice; subjects that nothing was said of are left out. Raises StoreUnavailable."""

    async def keep_keys(self, source: str, keys: Mapping[str, str]) -> None:
        """These are the latest keys, by subject. Raises StoreUnavailable, or CommitUnknown: keep them again."""
