"""Hints from Odoo: a secret in the address is all that counts, the body is nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web

from gateway.applications.odoo.changes.hint import Hinted, HintReceiver
from gateway.domain.token import hash_token
from tests.gateway.odoo.changes.conftest import Counting

SECRET = "0123456789abcdef0123456789abcdef"


class Woken:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def observer() -> Counting:
    return Counting()


@pytest.fixture
async def url(woken: Woken, observer: Counting) -> AsyncIterator[str]:
    receiver = HintReceiver({"odoo": Hinted([hash_token(SECRET)], woken)}, observer=observer)
    application = web.Application()
    application.add_routes(receiver.routes())
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _post(url: str, body: bytes = b'{"_model": "sale.order", "_id": 1}') -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=body) as response:
        return response.status


async def test_a_hint_wakes_whoever_watches(url: str, woken: Woken, observer: Counting) -> None:
    assert await _post(f"{url}/v1/applications/odoo/hint/{SECRET}") == 204
    assert await _post(f"{url}/v1/applications/odoo/hint/{SECRET}", b"\xff not even json") == 204
    assert woken.times == 2
    assert observer.counts["edi_hints_received_total", "taken"] == 2


@pytest.mark.parametrize("path", ["odoo/hint/wrong", f"other/hint/{SECRET}", "odoo/hint/%00"])
async def test_everything_else_is_not_there(url: str, woken: Woken, observer: Counting, path: str) -> None:
    assert await _post(f"{url}/v1/applications/{path}") == 404
    assert woken.times == 0
    assert observer.counts["edi_hints_received_total", "refused"] == 1


async def test_odoo_does_not_wait_for_us(url: str, woken: Woken) -> None:
    """It gives a webhook one second, and its users wait for that."""
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(_post(f"{url}/v1/applications/odoo/hint/{SECRET}") for _ in range(20)))
    assert set(answers) == {204}
    assert woken.times == 20


def test_waking_is_all_that_a_hint_does() -> None:
    wake: Callable[[], None] = Woken()
    assert Hinted((), wake).hashes == ()
