"""The one server: health that tells the truth, problems where no handler answers, an end that cuts nobody off."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.errors import GatewayError
from gateway.web import WebServer
from tests.gateway.channels.conftest import Healthy, Report, problem, server


@asynccontextmanager
async def serving(*tables: Any, **options: Any) -> AsyncIterator[tuple[WebServer, aiohttp.ClientSession]]:
    running = server(*tables, **options)
    await running.start()
    async with aiohttp.ClientSession(running.url) as client:
        try:
            yield running, client
        finally:
            await running.stop()


async def test_liveness_and_readiness_tell_what_is_so_now() -> None:
    healthy = Healthy()
    async with serving(healthy=healthy) as (_, client):
        for path in ("/health/live", "/health/ready"):
            async with client.get(path) as answer:
                assert (answer.status, await answer.json()) == (200, {"ready": True})
                assert answer.headers["Cache-Control"] == "no-store"
        checks = [{"name": "broker", "ok": False, "problem": "no answer within 2 s"}]
        healthy.ready = Report(503, {"ready": False, "checks": checks})
        async with client.get("/health/ready") as answer:
            assert answer.status == 503
            assert (await answer.json())["checks"] == checks
        async with client.get("/health/live") as answer:
            assert answer.status == 200


async def test_metrics_are_rendered_in_the_format_asked_for() -> None:
    async with serving() as (_, client), client.get("/metrics", headers={"Accept": "text/x"}) as answer:
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert await answer.text() == "edi 1 # text/x\n"


async def test_paths_and_methods_that_do_not_exist_are_problems() -> None:
    async with serving() as (_, client):
        async with client.get("/nowhere") as answer:
            assert answer.status == 404
            await problem(answer)
        async with client.delete("/metrics") as answer:
            assert answer.status == 405
            assert "GET" in answer.headers["Allow"]
            await problem(answer)


async def test_a_bug_in_a_handler_is_a_problem_that_tells_nothing_inside() -> None:
    async def broken(_request: web.Request) -> web.Response:
        raise ZeroDivisionError("secret detail")

    async with serving([web.get("/broken", broken)]) as (_, client):
        async with client.get("/broken") as answer:
            assert answer.status == 500
            assert "secret" not in str(await problem(answer))
        async with client.get("/health/live") as answer:
            assert answer.status == 200


async def test_a_redirection_of_a_handler_is_left_as_it_is() -> None:
    async def elsewhere(_request: web.Request) -> web.Response:
        raise web.HTTPSeeOther("/health/live")

    async with serving([web.get("/old", elsewhere)]) as (_, client), client.get("/old", allow_redirects=False) as answer:
        assert answer.status == 303


async def test_several_tables_are_served_side_by_side() -> None:
    async def one(_request: web.Request) -> web.Response:
        return web.Response(text="one")

    async def two(_request: web.Request) -> web.Response:
        return web.Response(text="two")

    async with serving([web.get("/one", one)], [web.get("/two", two)]) as (_, client):
        for path, text in (("/one", "one"), ("/two", "two")):
            async with client.get(path) as answer:
                assert await answer.text() == text


async def test_the_server_does_not_say_what_it_is_made_of() -> None:
    async with serving() as (_, client):
        for path in ("/health/live", "/nowhere"):
            async with client.get(path) as answer:
                assert answer.headers["Server"] == "edi-gateway"


FOLDED = b'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/signed;\r\n\tprotocol="p7s";\r\n  micalg=sha256\r\n'
MIME = b"--b\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n\r\nISA*\r\n--b--\r\n"


@pytest.mark.parametrize("size", [1, 7, 10_000], ids=lambda size: f"{size} bytes at a time")
async def test_a_folded_header_is_read_as_one_line_and_a_body_as_it_is(size: int) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response({"type": request.headers["Content-Type"], "body": (await request.read()).decode()})

    sent = FOLDED + f"Content-Length: {len(MIME)}\r\nConnection: close\r\n\r\n".encode() + MIME
    async with serving([web.post("/echo", echo)]) as (running, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        for at in range(0, len(sent), size):
            writer.write(sent[at : at + size])
            await writer.drain()
            await asyncio.sleep(0)
        head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(answer) == {"type": 'multipart/signed; protocol="p7s"; micalg=sha256', "body": MIME.decode()}


@pytest.mark.parametrize(
    "sent",
    [b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000],
    ids=["folded after the first line", "without an end"],
)
async def test_what_is_no_header_is_answered_as_such(sent: bytes) -> None:
    async with serving() as (running, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(sent)
        assert (await reader.read()).split()[1] == b"400"
        writer.close()


async def test_half_a_header_and_then_nothing_leaves_nothing_behind() -> None:
    async with serving() as (running, client):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(b"GET / HTTP/1.1\r\nHo")
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        async with client.get("/health/live") as answer:
            assert answer.status == 200


@pytest.mark.parametrize("headers", [{"X-Large": "x" * 9_000}, {f"X-{number}": "x" for number in range(100)}])
async def test_headers_have_a_limit(headers: dict[str, str]) -> None:
    async with serving() as (_, client), client.get("/health/live", headers=headers) as answer:
        assert answer.status == 400


async def test_stopping_finishes_a_request_in_flight_and_takes_no_new_one() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request) -> web.Response:
        begun.set()
        await go_on.wait()
        return web.Response(text="done")

    async with serving([web.get("/slow", slow)]) as (running, client):
        url = running.url
        answering = asyncio.ensure_future(client.get("/slow").__aenter__())
        await begun.wait()
        stopping = asyncio.create_task(running.stop())
        async with aiohttp.ClientSession() as other:
            refused = False
            while not refused:  # the listening socket is closed within the next steps of the loop
                try:
                    async with other.get(url + "/health/live"):
                        pass
                except aiohttp.ClientConnectionError:
                    refused = True
        assert not stopping.done()
        go_on.set()
        answer = await answering
        assert await answer.text() == "done"
        await stopping


async def test_stopping_waits_no_longer_than_agreed() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def endless(_request: web.Request) -> web.Response:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    async with serving([web.get("/endless", endless)], grace=0.05) as (running, client):
        answering = asyncio.ensure_future(client.get("/endless").__aenter__())
        await begun.wait()
        await running.stop()
        await ended.wait()
        with pytest.raises(aiohttp.ClientConnectionError):
            await answering


async def test_an_address_in_use_is_told_with_a_remedy() -> None:
    async with serving() as (running, _):
        second = server()
        second._listening = type(second._listening)(port=running.port)
        with pytest.raises(GatewayError, match="cannot listen") as raised:
            await second.start()
        assert raised.value.remedy


async def test_several_processes_may_share_one_port() -> None:
    async with serving(reuse_port=True) as (running, _):
        second = server(reuse_port=True)
        second._listening = type(second._listening)(port=running.port, reuse_port=True)
        await second.start()
        assert second.port == running.port
        await second.stop()
