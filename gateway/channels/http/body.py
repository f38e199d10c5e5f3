"""Reading a request's body in bounded memory: a limit for each, and room for all that are read at one time."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.channels.http import problems
from gateway.protocols.problem import Problem


@dataclass(frozen=True, slots=True)
class Limits:
    """What partners may ask of the HTTP channel. Sizes in bytes after decoding, times in seconds.

    `at_once` is the number of requests of one partner being worked on, `bytes_in_flight` the size of all bodies held at once,
    `body_within` the time a body may take to arrive, `longest_wait` the most that `timeout` may ask for.
    """

    most_bytes: int = 50 * 1024 * 1024
    at_once: int = 100
    bytes_in_flight: int = 256 * 1024 * 1024
    body_within: float = 300.0
    retry_after: int = 5
    longest_wait: float = 60.0


class Rejected(Exception):
    """A request ends with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


class Room:
    """The memory that bodies of all requests share. Who finds none is sent away: waiting could end in a deadlock."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._taken = 0

    @contextmanager
    def lease(self) -> Iterator["Lease"]:
        """Room for one body; given back at the end."""
        lease = Lease(self)
        try:
            yield lease
        finally:
            self._taken -= lease.size

    def take(self, size: int) -> None:
        """Take room or raise Rejected with 503."""
        if self._taken + size > self._limits.bytes_in_flight:
            raise Rejected(problems.busy(self._limits.retry_after))
        self._taken += size


class Lease:
    """The part of the room that one body holds."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self.size = 0

    def grow(self, size: int) -> None:
        """Take more; raises Rejected when there is none."""
        self._room.take(size)
        self.size += size


async def read_body(request: web.Request, *, limits: Limits, lease: Lease) -> bytes:
    """The bytes of the body, decoded from its Content-Encoding. Raises Rejected: 413, 503, 408, or 400 for a broken encoding."""
    await _answer_expectation(request)
    body = BytesIO()  # its value is no copy: a large body is in memory once
    try:
        async with asyncio.timeout(limits.body_within):
            async for part in request.content.iter_any():
                lease.grow(len(part))
                if lease.size > limits.most_bytes:
                    raise Rejected(problems.too_large(limits.most_bytes))
                body.write(part)
    except TimeoutError:
        raise Rejected(problems.too_slow(limits.body_within)) from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
        remedy = "check Content-Length, Transfer-Encoding and Content-Encoding, and that the line was not cut"
        raise Rejected(problems.invalid("the body could not be read to its end", remedy)) from error
    return body.getvalue()


async def expect_later(_request: web.Request) -> None:
    """Stands in for the server's own answer to `Expect: 100-continue`: the body is asked for once the request is admitted."""


async def _answer_expectation(request: web.Request) -> None:
    """100 Continue (RFC 9110, clause 10.1.1); other expectations are ignored, as that clause allows."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
