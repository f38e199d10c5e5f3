"""Sockets that are kept over several servers that follow each other: nobody who connects is refused."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from gateway.http.sockets import Address, KeptSockets, open_sockets
from tests.servers.process import free_port


@pytest.fixture
async def kept() -> AsyncIterator[KeptSockets]:
    kept = KeptSockets()
    yield kept
    kept.close()


def connects(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2):
            return True
    except ConnectionRefusedError:
        return False


def close(sockets: list[socket.socket]) -> None:
    for each in sockets:
        each.close()


async def test_an_address_that_is_taken_is_an_error(kept: KeptSockets) -> None:
    first = await kept.open(Address("127.0.0.1", free_port()))
    with pytest.raises(OSError, match="in use"):
        await open_sockets(Address("127.0.0.1", first[0].getsockname()[1]))
    close(first)


async def test_between_two_servers_whoever_connects_waits(kept: KeptSockets) -> None:
    at = Address("127.0.0.1", 0)
    first = await kept.open(at)
    port = first[0].getsockname()[1]
    close(first)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\n")
        writer.close()

    (second,) = await kept.open(at)
    assert second.getsockname()[1] == port, "the same port, although any would have done"
    async with await asyncio.start_server(greet, sock=second):
        assert await reader.readline() == b"hello\n"
    writer.close()


async def test_what_nobody_asked_for_last_is_closed(kept: KeptSockets) -> None:
    old, new = Address("127.0.0.1", free_port()), Address("127.0.0.1", free_port())
    for at in (old, new):
        close(await kept.open(at))
    assert connects(old.port)
    kept.keep_only_the_last()
    assert not connects(old.port)
    assert connects(new.port)


async def test_at_the_end_all_are(kept: KeptSockets) -> None:
    at = Address("127.0.0.1", free_port())
    handles = await kept.open(at)
    kept.close()
    assert connects(at.port), "who has a handle goes on"
    close(handles)
    assert not connects(at.port)
    kept.close()
