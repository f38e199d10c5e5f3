"""Senders that mean harm: slow headers, slow bodies, floods of headers and connections; refused in bounded memory."""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.gateway.channels.conftest import POST, TOKENS, Opening, Site, server

HEAD = f"POST {POST} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKENS['bigbox']}\r\n".encode()
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def connect(site: Site) -> Connection:
    return await asyncio.open_connection("127.0.0.1", site.server.port)


async def status_of(reader: asyncio.StreamReader) -> int:
    """The status that was answered; 0 when the connection was closed without."""
    try:
        line = await reader.readline()
    except ConnectionError:
        return 0
    return int(line.split()[1]) if line else 0


@asynccontextmanager
async def connections(site: Site, number: int, opening: bytes = b"") -> AsyncIterator[list[Connection]]:
    made = [await connect(site) for _ in range(number)]
    for _, writer in made:
        writer.write(opening)
    try:
        yield made
    finally:
        for _, writer in made:
            writer.close()


@asynccontextmanager
async def site_with(open_site: Opening, *, listening: dict[str, Any], **limits: Any) -> AsyncIterator[Site]:
    """A site whose web server is limited, too."""
    async with open_site(**limits) as site:
        await site.server.stop()
        site.server = server(site.channel.routes(), **listening)
        await site.server.start()
        yield site


async def test_headers_that_never_end_are_given_up(open_site: Opening) -> None:
    """A header every now and then does not put it off."""
    async with site_with(open_site, listening={"idle": 0.3}) as site:
        reader, writer = await connect(site)
        writer.write(HEAD)
        closed = asyncio.ensure_future(reader.read())
        async with asyncio.timeout(10):
            while not closed.done():
                writer.write(b"X-Slow: 1\r\n")
                await asyncio.wait({closed}, timeout=0.05)
        writer.close()
    assert site.intake.stored == {}


async def test_a_connection_that_says_nothing_is_given_up(open_site: Opening) -> None:
    async with site_with(open_site, listening={"idle": 0.2}) as site:
        reader, writer = await connect(site)
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_body_that_drips_is_given_up(open_site: Opening) -> None:
    async with open_site(body_within=0.2) as site:
        reader, writer = await connect(site)
        writer.write(HEAD + b"Content-Length: 1000\r\n\r\nx")
        async with asyncio.timeout(10):
            assert await status_of(reader) == 408
        writer.close()
        assert site.channel._intaking._room._taken == 0


@pytest.mark.parametrize(
    "flood",
    [b"".join(b"X-%d: 1\r\n" % n for n in range(100_000)), b"X: " + b"y" * 1_000_000 + b"\r\n", b"X: 1\r\n y" * 200_000],
    ids=["many", "long", "folded"],
)
async def test_a_flood_of_headers_is_refused(open_site: Opening, flood: bytes) -> None:
    async with open_site() as site:
        gc.collect()
        tracemalloc.start()
        try:
            reader, writer = await connect(site)
            try:
                writer.write(HEAD + flood + b"\r\n")
                async with asyncio.timeout(10):
                    assert await status_of(reader) in {0, 400, 431}
            finally:
                writer.close()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 12_000_000, f"{peak} bytes, of which the client holds {len(flood)}"
        assert site.intake.stored == {}
        async with site.post() as answer:
            assert answer.status == 202


async def test_slow_connections_make_room_for_others(open_site: Opening) -> None:
    listening = {"connections": 20, "idle": 60.0}
    async with site_with(open_site, listening=listening) as site, connections(site, 200, HEAD) as slow:
        reader, writer = await connect(site)
        writer.write(HEAD + b"Content-Length: 4\r\n\r\nISA*")
        async with asyncio.timeout(10):
            assert await status_of(reader) == 202
        writer.close()
        async with asyncio.timeout(10):
            assert await slow[0][0].read() == b""


async def test_connections_at_work_are_never_cut_for_new_ones(open_site: Opening) -> None:
    async with site_with(open_site, listening={"connections": 3}) as site:
        site.intake.gate.clear()
        async with connections(site, 3, HEAD + b"Content-Length: 4\r\n\r\nISA*") as working:
            await site.intake.asked.reach(3)
            reader, writer = await connect(site)
            async with asyncio.timeout(10):
                assert await reader.read() == b""
            writer.close()
            site.intake.gate.set()
            assert [await status_of(one) for one, _ in working] == [202] * 3


async def test_many_slow_bodies_take_bounded_memory(open_site: Opening) -> None:
    """Each announces 50 MB and sends 64 KB: what is held is what came, and no more than a partner may have at once."""
    async with open_site(at_once=20, body_within=30.0) as site:
        gc.collect()
        tracemalloc.start()
        try:
            async with connections(site, 100, HEAD + b"Content-Length: 50000000\r\n\r\n") as slow:
                for _, writer in slow:
                    writer.write(b"x" * 65_536)
                async with asyncio.timeout(20):
                    refused = [await status_of(reader) for reader, _ in slow[20:]]
                _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert set(refused) == {429}
    assert peak < 40_000_000, peak
