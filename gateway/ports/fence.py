"""The fence of leased work: whatever runs under a lease writes only while the lease is held, wherever the write is made.

The fence goes with the task, so that no write can forget it: the store asks for it in every transaction, and lets the database
compare its token with the lease's own before anything is committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fence:
    """A lease as it was taken: the token rises whenever it goes to another holder, or lapses."""

    lease: str
    token: int


_FENCE: ContextVar[Fence | None] = ContextVar("fence", default=None)


def fence() -> Fence | None:
    """The lease under which the present task works; None for work that needs none."""
    return _FENCE.get()


@contextmanager
def fenced(by: Fence | None) -> Iterator[None]:
    """Let what runs in the block, and the tasks that it starts, write only under this lease; None: without one."""
    before = _FENCE.set(by)
    try:
        yield
    finally:
        _FENCE.reset(before)
