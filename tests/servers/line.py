"""A TCP relay in front of a server: the line can be cut, refused or frozen while the server stays well."""

import asyncio
from types import TracebackType
from typing import Self

from tests.servers.process import free_port


class Line:
    """`async with Line(port) as line`: connect to `line.port`. Runs in the loop of the test."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.accepted = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._answering = asyncio.Event()
        self._answering.set()

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
        for writer in tuple(self._writers):
            writer.transport.abort()

    def freeze(self) -> None:
        """Let nothing through, keep the sockets open: a hung server or a dead link."""
        self._flowing.clear()

    def swallow_answers(self) -> None:
        """Let requests through and hold the answers back: the server acts and nobody hears of it."""
        self._answering.clear()

    def thaw(self) -> None:
        """Go on after `freeze` or `swallow_answers`."""
        self._flowing.set()
        self._answering.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        relay = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._relays.add(relay)
        relay.add_done_callback(self._relays.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, other_writer}
        self._writers |= pair
        try:
            await asyncio.gather(
                self._relay(reader, other_writer, self._flowing),
                self._relay(other_reader, writer, self._flowing, self._answering),
                return_exceptions=True,
            )
        finally:
            self._writers -= pair

    @staticmethod
    async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *gates: asyncio.Event) -> None:
        try:
            while data := await reader.read(65536):
                for gate in gates:
                    await gate.wait()
                writer.write(data)
                await writer.drain()
        finally:
            writer.transport.abort()
