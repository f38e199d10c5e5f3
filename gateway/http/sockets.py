"""Sockets that listen: made for one server, or kept over several that follow each other, so that nobody is refused in between."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where is listened. Port 0 takes a free one. `reuse_port` lets several processes share it."""

    host: str
    port: int
    reuse_port: bool = False
    backlog: int = 1024


OpenSockets = Callable[[Address], Awaitable[list[socket.socket]]]
"""Sockets that listen, for the caller to close. Raises OSError."""


async def open_sockets(at: Address) -> list[socket.socket]:
    """Sockets that listen on all addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(at.host or None, at.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    sockets: list[socket.socket] = []
    try:
        for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
            made = socket.create_server(address[:2], family=family, backlog=at.backlog, reuse_port=at.reuse_port)
            made.setblocking(False)
            sockets.append(made)
    except OSError:
        for each in sockets:
            each.close()
        raise
    return sockets


class KeptSockets:
    """Sockets of one process by their address: a server gets its own handle of them, and whoever comes next gets another one.

    Whoever connects while one server has ended and the next has not begun waits in the queue of the kernel.
    """

    def __init__(self) -> None:
        self._kept: dict[Address, list[socket.socket]] = {}
        self._last: Address | None = None

    async def open(self, at: Address) -> list[socket.socket]:
        """Handles of the sockets of an address, which are made when it is asked for first. Raises OSError."""
        if at not in self._kept:
            self._kept[at] = await open_sockets(at)
        self._last = at
        return [each.dup() for each in self._kept[at]]

    def keep_only_the_last(self) -> None:
        """Close what was not asked for last: nobody listens there any more."""
        for at in [known for known in self._kept if known != self._last]:
            self._close(at)

    def close(self) -> None:
        """Take no more connections, but for those who have handles."""
        for at in [*self._kept]:
            self._close(at)

    def _close(self, at: Address) -> None:
        for each in self._kept.pop(at):
            each.close()
