"""A TCP relay in front of a server: the line can be cut, refused, frozen or swallow everything while the server stays well.

`Line` runs in the loop of a test. `standing_line` runs one in a thread, for tests that start real processes and wait for them.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from types import TracebackType
from typing import Self

from tests.servers.process import free_port


@dataclass(eq=False)
class _Call:
    """One connection through the line. `lost` once bytes of it were swallowed: it never says anything again."""

    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    lost: bool = False
    answer_is_lost: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self) -> None:
        self.ended.set()
        for writer in self.writers:
            writer.transport.abort()


_PassOn = Callable[[_Call, bytes, asyncio.StreamWriter], None]


class Line:
    """`async with Line(port) as line`: connect to `line.port`. Counts what it took and what went through, in bytes."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.accepted = self.requested = self.answered = self.answers_lost = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._calls: set[_Call] = set()
        self._relays: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._answering = asyncio.Event()
        self._answering.set()
        self._dropping = False
        self._left: int | None = None
        self._marks: list[bytes] = []

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.refuse()

    async def connect(self) -> None:
        """Take connections (again)."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def refuse(self) -> None:
        """Cut what is connected and refuse new connections, as a machine that is off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()
        self.thaw()
        await asyncio.gather(*self._relays)

    def cut(self) -> None:
        """End all connections at once, without a word; new ones are taken."""
        for call in tuple(self._calls):
            call.end()

    def freeze(self) -> None:
        """Let nothing through, keep the sockets open: a hung server or a dead link that comes back."""
        self._flowing.clear()

    def drop(self) -> None:
        """Swallow everything, both ways, keep the sockets open: a firewall that has forgotten the connections.

        Those of now are lost for ever; new ones are taken and hear nothing until `thaw`.
        """
        self._dropping = True
        for call in self._calls:
            call.lost = True

    def swallow_answers(self) -> None:
        """Let requests through and hold the answers back: the server acts and nobody hears of it."""
        self._answering.clear()

    def cut_after(self, size: int) -> None:
        """End the connection by which so many more bytes of answers have gone through, in the middle of one."""
        self._left = size

    def lose_answer_to(self, mark: bytes) -> None:
        """Once: the request that holds these bytes goes through, and when the server answers, the connection is cut instead."""
        self._marks.append(mark)

    def thaw(self) -> None:
        """Go on after `freeze`, `drop` or `swallow_answers`."""
        self._dropping = False
        self._flowing.set()
        self._answering.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._relays.add(relay)
        relay.add_done_callback(self._relays.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        call = _Call([writer], lost=self._dropping)
        self._calls.add(call)
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
            call.writers.append(other_writer)
            await asyncio.gather(
                self._relay(call, reader, other_writer, self._request, self._flowing),
                self._relay(call, other_reader, writer, self._answer, self._flowing, self._answering),
                return_exceptions=True,
            )
        except OSError:
            call.end()
        finally:
            self._calls.discard(call)

    @staticmethod
    async def _relay(
        call: _Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pass_on: _PassOn, *gates: asyncio.Event
    ) -> None:
        try:
            while data := await reader.read(65536):
                for gate in gates:
                    await gate.wait()
                if not call.lost:
                    pass_on(call, data, writer)
                    await writer.drain()
        finally:
            if call.lost:  # that one side has ended is not heard on the other
                await call.ended.wait()
            call.end()

    def _request(self, call: _Call, data: bytes, writer: asyncio.StreamWriter) -> None:
        for mark in self._marks:
            if mark in data:
                self._marks.remove(mark)
                call.answer_is_lost = True
                break
        self.requested += len(data)
        writer.write(data)

    def _answer(self, call: _Call, data: bytes, writer: asyncio.StreamWriter) -> None:
        if call.answer_is_lost:
            self.answers_lost += 1
            call.end()
            return
        if self._left is not None and self._left < len(data):
            data, self._left = data[: self._left], None
            writer.write(data)
            writer.close()
            call.writers[-1].transport.abort()
        else:
            self._left = None if self._left is None else self._left - len(data)
            writer.write(data)
        self.answered += len(data)


class StandingLine:
    """A line in a thread of its own. `tell` makes it do something: `line.tell(Line.drop)`."""

    def __init__(self, line: Line, loop: asyncio.AbstractEventLoop) -> None:
        self.line, self.port, self._loop = line, line.port, loop

    def tell(self, act: Callable[[Line], object]) -> None:
        """Do this in the line's loop, and return when it is done."""
        done: Future[None] = Future()

        def run() -> None:
            act(self.line)
            done.set_result(None)

        self._loop.call_soon_threadsafe(run)
        done.result(10)

    def refuse(self) -> None:
        """Cut what is connected and refuse new connections."""
        asyncio.run_coroutine_threadsafe(self.line.refuse(), self._loop).result(10)

    def connect(self) -> None:
        """Take connections again."""
        asyncio.run_coroutine_threadsafe(self.line.connect(), self._loop).result(10)


@contextmanager
def standing_line(target: int) -> Iterator[StandingLine]:
    """A line to a port of loopback, from now until the block ends."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="line", daemon=True)
    thread.start()

    async def made() -> Line:
        line = Line(target)
        await line.connect()
        return line

    standing = StandingLine(asyncio.run_coroutine_threadsafe(made(), loop).result(10), loop)
    try:
        yield standing
    finally:
        standing.refuse()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
