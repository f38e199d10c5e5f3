"""HTTP to a server: its clock is heard where it tells the time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from gateway.applications.odoo.wire import Wire


@asynccontextmanager
async def _server(date: str) -> AsyncIterator[Wire]:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(headers={"Date": date})

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    wire = Wire(f"http://127.0.0.1:{runner.addresses[0][1]}", timeout=5, max_connections=1)
    try:
        yield wire
    finally:
        await wire.close()
        await runner.cleanup()


async def test_the_time_of_the_server_is_that_of_its_last_answer() -> None:
    async with _server("Sun, 06 Nov 1994 08:49:37 GMT") as wire:
        await wire.get("/")
        told = wire.server_time
        assert told is not None
        passed = told - datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)
        assert timedelta(0) <= passed < timedelta(minutes=1)


@pytest.mark.parametrize("date", ["soon", "", "Sun, 99 Nov 1994 08:49:37 GMT"])
async def test_a_server_that_tells_no_time_is_heard_all_the_same(date: str) -> None:
    async with _server(date) as wire:
        answer = await wire.get("/")
    assert (answer.status, wire.server_time) == (200, None)
