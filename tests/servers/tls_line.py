"""TLS in front of a server that has none, as stunnel does it: it shows a certificate and passes on what is said."""

import asyncio
import ssl
import struct
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.servers.authority import Issued

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""By which a client of PostgreSQL asks for TLS; `S` is yes (frontend/backend protocol, SSLRequest)."""


class TlsLine:
    """Listens on a port of loopback while it is entered. With `postgres`, TLS begins when the client asks for it."""

    def __init__(self, target: int, issued: Issued, *, postgres: bool = False) -> None:
        self._target, self._postgres = target, postgres
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(issued.certificate, issued.key)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._served(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            try:
                if self._postgres:
                    assert await reader.readexactly(len(_SSL_REQUEST)) == _SSL_REQUEST
                    writer.write(b"S")
                    await writer.drain()
                await writer.start_tls(self._context)
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._target)
                try:
                    await asyncio.gather(_pass_on(reader, inner_writer), _pass_on(inner_reader, writer))
                finally:
                    inner_writer.close()
            finally:
                writer.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
        writer.close()
