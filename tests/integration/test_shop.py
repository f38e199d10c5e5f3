"""The shop of the how-to page behind the whole gateway: its orders are taken once, by webhook or by reading its list.

The programs of that page run as they stand there.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from gateway.broker.rabbitmq import RabbitMQ
from gateway.client import Client
from gateway.domain.order.announcement import AnnouncedOrder, OrderEvent
from gateway.domain.order.milestone import Event
from gateway.ports import Message
from gateway.simulators.rest import Subscriber
from gateway.simulators.shop import ShopSimulator
from tests.gateway.applications.documented import FRAME, PAGES, Page, written
from tests.gateway.applications.test_other_systems_page import SHOP
from tests.gateway.applications.test_pages import WORLD
from tests.integration.harness import Silent
from tests.integration.test_warehouse import rows
from tests.servers.process import free_port, repeat

TEXT = (PAGES / "connect-other-systems.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture
async def shop() -> AsyncIterator[ShopSimulator]:
    async with ShopSimulator() as simulator:
        yield simulator


async def test_orders_of_the_shop_are_taken_once_though_webhooks_are_lost(
    tmp_path: Path, postgres_url: str, shop: ShopSimulator
) -> None:
    page, port = Page("connect-other-systems.md"), free_port()
    own = f'listen = "127.0.0.1:{port}"\ndatabase_url = "${{DATABASE_URL}}"\n\n[[owner]]'
    routes = FRAME.replace("[[owner]]", own, 1) + SHOP + "\n".join(page.blocks)
    routes = routes.replace('every = "5m"', 'every = "1s"').replace("login = {", "internal = true\nlogin = {", 1)
    path = written(tmp_path, routes, page.files)
    own_world = {"DATABASE_URL": postgres_url, "GATEWAY_DATA": str(tmp_path), "SHOP_URL": shop.url, "SHOP_KEY": "shop-token"}
    shop.webhooks.subscriber = Subscriber(f"http://127.0.0.1:{port}/v1/applications/shop/webhook", secret=WORLD["SHOP_SECRET"])
    shop.misbehaviour.change({"webhooks_lost": 2, "webhooks_twice": 2})
    for number in range(6):
        await shop.shop.order((f"SKU-{number}", 1 + number, "10.00"))
    async with run_service(settings(str(path), {**WORLD, **own_world})):

        async def taken() -> bool:
            return len(await orders(postgres_url)) == 6

        await repeat(taken, within=30)
        await shop.webhooks.settled()
        before = shop.place.calls["GET /admin/api/orders"]

        async def looked_again() -> bool:
            return shop.place.calls["GET /admin/api/orders"] > before + 4

        await repeat(looked_again, within=30)
        assert await orders(postgres_url) == [(f"#{1001 + number}",) for number in range(6)]


async def orders(postgres_url: str) -> list[Any]:
    told = "select keys[1] from gateway.document where partner = 'shop-customers' order by 1"
    return [(key.removeprefix("order:"),) for (key,) in await rows(postgres_url, told)]


def exception(number: str) -> Message:
    """A delivery that went wrong, nobody says why."""
    order = AnnouncedOrder(partner="bigbox", number=number, state="delivery_exception", version=1, test=False)
    said = OrderEvent(
        event=Event.DELIVERY_EXCEPTION, verdict="applied", order=order, source="carrier", occurred=None, heard=datetime.now(UTC),
        reason=None, document=None, lines=(), links=(), quantities=(),
    )  # fmt: skip
    told = {"id": f"e-{number}", "partner": "bigbox", "subject": number, "test": "false", "version": "1"}
    return Message("edi.events", "delivery_exception.bigbox", orjson.dumps(said), told["id"], told)


async def until(found: list[Any], count: int) -> None:
    async with asyncio.timeout(20):
        while len(found) < count:
            await asyncio.sleep(0)


async def test_the_programs_of_the_page_run(amqp_url: str) -> None:
    assert len(PROGRAMS) == 2
    names: dict[str, Any] = {}
    for program in PROGRAMS:
        exec(compile(program, "connect-other-systems.md", "exec"), names)
    tasks: list[Any] = []
    facts: list[Any] = []

    async def make_task(*task: str) -> None:
        tasks.append(task)

    async def write(key: str, row: dict[str, Any]) -> None:
        facts.append((key, row["partner"], row["number"]))

    broker = RabbitMQ([amqp_url], targets=[], observer=Silent())
    await broker.start()
    async with Client(amqp_url, name="crm") as crm, Client(amqp_url, name="bi") as bi:
        running = [asyncio.create_task(names["make_tasks"](crm, make_task)), asyncio.create_task(names["load"](bi, write))]

        async def there() -> bool:
            return await broker.has_queue("crm.exceptions") and await broker.has_queue("bi.facts")

        await repeat(there, within=20)
        invoice = {"id": "i-1", "partner": "bigbox", "subject": "7", "dataschema": "urn:edi-gateway:invoice:1", "test": "false"}
        told = [exception(number) for number in "12"]
        body = b'{"schema": "invoice/1", "number": "7", "currency": "EUR"}'
        for _ in range(3):  # until their queues are bound, nobody hears
            await broker.publish([*told, Message("edi.canonical", "invoice.in.bigbox", body, "i-1", invoice)])
            await asyncio.wait([asyncio.ensure_future(until(facts, 1))], timeout=0.5)
        await until(tasks, 2)
        await until(facts, 1)
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    await broker.close()
    assert tasks == [(f"e-{n}", "bigbox", f"Call about order {n}: no reason was given") for n in "12"]
    assert facts == [("i-1", "bigbox", "7")]
