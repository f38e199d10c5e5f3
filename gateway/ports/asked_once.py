"""Requests that are made once: what a request under a key writes, and that it wrote, stand in the same transaction.

The mark goes with the task, as a fence does, so that no write can forget it: the store sets it in every transaction that writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a request: of an account, by the key that it gave, the how manieth."""

    account: UUID
    key: str
    number: int


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request that came before. `status` is None until it has an answer; `acted`: something was written by then.

    `lapsed`: whoever worked on it has had more time than it takes. `asked` is the hash of what was asked for.
    """

    asked: bytes
    acted: bool
    lapsed: bool
    status: int | None = None
    media_type: str | None = None
    answer: bytes | None = None


class OnceOnly(Protocol):
    """Requests by their keys. Raises StoreUnavailable and Contention."""

    async def begin(
        self, account: UUID, key: str, *, operation: str, asked: bytes, held: timedelta, kept: timedelta
    ) -> Attempt | KnownRequest:  # fmt: skip
        """Take a request up for `held`; or what is known of it, where it is not to be done. Keys are kept for `kept`."""

    async def finish(self, attempt: Attempt, *, status: int, media_type: str, answer: bytes | None) -> None:
        """Keep its answer; None for one that is not to be kept."""

    async def give_up(self, attempt: Attempt) -> None:
        """It ended without an answer to keep. If it has written nothing, it may be made again under the same key."""


_ATTEMPT: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


def attempt() -> Attempt | None:
    """The request under a key on which the present task works; None for all other work."""
    return _ATTEMPT.get()


@contextmanager
def attempted(by: Attempt | None) -> Iterator[None]:
    """Let what runs in the block, and the tasks that it starts, write for this attempt; None: for nobody's."""
    before = _ATTEMPT.set(by)
    try:
        yield
    finally:
        _ATTEMPT.reset(before)
