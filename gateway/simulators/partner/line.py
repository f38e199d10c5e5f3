"""The way between a simulated partner and a gateway: what it sends leaves by it, what it is sent comes by it."""

from asyncio import Event
from collections.abc import Awaitable, Callable
from typing import Protocol

Take = Callable[[bytes, str], Awaitable[None]]
"""What is done with what comes: its bytes and its name."""


class NotTaken(Exception):
    """The other side did not take it; the text says what it said instead."""


class Line(Protocol):
    """One way. Used as an asynchronous context, in which what comes is handed to a `Take`."""

    async def send(self, name: str, contents: bytes, *, finish: Event | None = None) -> tuple[str, bytes]:
        """Hand over; what the other side said, and what came in its answer. Raises NotTaken.

        With `finish` it begins, and goes on to the end only once that is set.
        """
