"""A warehouse by REST behind the whole gateway: orders of a partner arrive there once, whatever happens on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import orjson
import pytest

from gateway.bootstrap import running as run_service
from gateway.bootstrap import settings
from gateway.domain.token import hash_token
from gateway.simulators.rest import Subscriber
from gateway.simulators.wms import WmsSimulator
from tests.acceptance.partners import x12_orders
from tests.gateway.applications.documented import FRAME, Page, written
from tests.gateway.channels.http_partner import partner_server
from tests.servers.process import free_port, repeat

CHANNEL = '[[channel]]\nid = "bigbox-http"\npartner = "bigbox"\ntype = "http"\ntoken_hashes = ["${TOKEN_HASH}"]\n\n'
STOCK = {f"WIDGET-{number:04}": Decimal(1000) for number in range(1, 6)}
ORDERS = 5


@pytest.fixture
async def wms() -> AsyncIterator[WmsSimulator]:
    async with WmsSimulator(stock=STOCK) as simulator:
        simulator.misbehaviour.duplicates = "double"  # it forgives nothing
        yield simulator


LISTENER = """
[[application]]
id = "shop"
type = "http"
url = "{url}"
internal = true

[[application.action]]
as = "stock"
path = "/stock"
idempotent = true
headers = {{ X-Key = "{{{{ key }}}}" }}

[application.action.body]
each = "document.lines"
item = {{ sku = "{{{{ line.item.identifiers.seller }}}}", on_hand = "{{{{ line.stock[0].quantity.value | number }}}}" }}

[[route]]
id = "stock-to-the-shop"
document = "inventory_report"
deliver = [{{ to = "shop", as = "stock" }}]

"""


@asynccontextmanager
async def gateway(
    folder: Path, postgres_url: str, wms: WmsSimulator, *parts: str, more: str = ""
) -> AsyncIterator[aiohttp.ClientSession]:
    """The gateway as the page configures it; answers a client that is the partner. The warehouse tells it what happens."""
    page, port = Page("connect-a-warehouse.md"), free_port()
    frame = FRAME.replace("ZZ:US", "ZZ:NORDICDC").replace("[[owner]]", f'listen = "127.0.0.1:{port}"\n\n[[owner]]', 1)
    frame = frame.replace("[[owner]]", 'database_url = "${DATABASE_URL}"\n\n[[owner]]', 1) + CHANNEL
    routes = page.routes("[[application]]", *parts, frame=frame).replace(
        'check = "/ping"', 'check = "/ping"\nretry = { first = "100ms" }', 1
    )
    environ = {"WMS_EAST_URL": wms.url, "WMS_EAST_TOKEN": "wms-token", "TOKEN_HASH": hash_token("token")}
    environ["WMS_EAST_SECRET"] = "shared"
    wms.webhooks.subscriber = Subscriber(f"http://127.0.0.1:{port}/v1/applications/wms-east/webhook", secret="shared")
    path = written(folder, routes + more, page.files)
    told = settings(str(path), {**environ, "DATABASE_URL": postgres_url, "GATEWAY_DATA": str(folder)})
    headers = {"Authorization": "Bearer token"}
    async with run_service(told), aiohttp.ClientSession(f"http://127.0.0.1:{port}", headers=headers) as client:
        yield client


async def post(client: aiohttp.ClientSession, numbers: range = range(1, ORDERS + 1)) -> None:
    for body in x12_orders(numbers).values():
        async with client.post("/v1/partners/bigbox/interchanges", data=body) as answer:
            assert answer.status == 202, await answer.text()


async def arrived(wms: WmsSimulator, orders: int = ORDERS) -> None:
    async def there() -> bool:
        return len(wms.warehouse.orders) >= orders

    await repeat(there, within=30)


async def deliveries(postgres_url: str, state: str) -> int:
    connection = await asyncpg.connect(postgres_url)
    try:
        found = await connection.fetchval("select count(*) from gateway.delivery where target = 'wms-east' and state = $1", state)
        return int(found)
    finally:
        await connection.close()


async def settled(postgres_url: str, state: str, number: int) -> None:
    async def there() -> bool:
        return await deliveries(postgres_url, state) == number

    await repeat(there, within=30)


async def test_orders_arrive_once_though_answers_are_lost(tmp_path: Path, postgres_url: str, wms: WmsSimulator) -> None:
    wms.misbehaviour.lose_answers, wms.misbehaviour.cut_requests = 2, 2
    async with gateway(tmp_path, postgres_url, wms) as client:
        await post(client)
        await settled(postgres_url, "delivered", ORDERS)
    found = sorted((order.reference, order.customer, len(order.lines)) for order in wms.warehouse.orders.values())
    assert found == [(f"PO-{number}", "bigbox", 5) for number in range(1, ORDERS + 1)]


async def test_a_warehouse_that_was_away_gets_everything_when_it_is_back(
    tmp_path: Path, postgres_url: str, wms: WmsSimulator
) -> None:
    await wms.stop()
    async with gateway(tmp_path, postgres_url, wms) as client:
        await post(client)
        await settled(postgres_url, "waiting", ORDERS)
        await wms.start()
        await settled(postgres_url, "delivered", ORDERS)
    assert len(wms.warehouse.orders) == ORDERS


async def test_what_the_warehouse_refuses_has_an_owner_and_its_words(
    tmp_path: Path, postgres_url: str, wms: WmsSimulator
) -> None:
    del wms.warehouse.stock["WIDGET-0003"]
    async with gateway(tmp_path, postgres_url, wms) as client:
        await post(client, range(1, 2))
        await settled(postgres_url, "failed", 1)
        failures = await rows(postgres_url, "select owner, code, message from gateway.failure where stage = 'deliver'")
    ((owner, code, message),) = failures
    assert (owner, code) == ("edi", "http-422")
    assert "The item WIDGET-0003 is not known here." in message
    assert not wms.warehouse.orders


# ---------------------------------------------------------------------------------------------------------- what it tells


async def rows(postgres_url: str, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(postgres_url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_what_the_warehouse_tells_is_stored_and_routed(tmp_path: Path, postgres_url: str, wms: WmsSimulator) -> None:
    async with partner_server() as shop:
        more = Page("connect-a-warehouse.md").block("[[agreement]]") + LISTENER.format(url=shop.url)
        async with gateway(tmp_path, postgres_url, wms, "[application.webhook]", more=more) as client:
            await post(client, range(1, 2))
            await arrived(wms, 1)
            wms.misbehaviour.webhooks_twice = 4
            await wms.warehouse.start("W-1001")
            await wms.warehouse.pick("W-1001", WIDGET_0002=3)
            await wms.warehouse.pack("W-1001", "00357")
            await wms.warehouse.ship("W-1001", carrier="ups", tracking="1Z")
            await wms.warehouse.count()
            await wms.webhooks.settled()

            async def told() -> bool:
                return bool(shop.requests)

            await repeat(told, within=30)
            await settled_orders(postgres_url)
    assert {status for _, status in wms.webhooks.sent} == {200}
    told_stock = {one["sku"]: one["on_hand"] for one in orjson.loads(shop.requests[0].body)}
    assert told_stock["WIDGET-0002"] == 997
    assert len(shop.requests) == 1
    events = await rows(postgres_url, "select event, count(*) from gateway.order_event where source = 'wms-east' group by 1")
    assert dict(events) == {"released": 1, "picking": 1, "picked": 1, "packed": 1, "shipped": 1}


async def settled_orders(postgres_url: str) -> None:
    """Wait until every event has been judged."""

    async def judged() -> bool:
        ((waiting,),) = await rows(postgres_url, "select count(*) from gateway.order_event where state = 'heard'")
        return bool(waiting == 0)

    await repeat(judged, within=30)


async def test_what_nobody_understands_is_kept_once_with_its_owner(tmp_path: Path, postgres_url: str, wms: WmsSimulator) -> None:
    async with gateway(tmp_path, postgres_url, wms, "[application.webhook]"):
        wms.misbehaviour.webhooks_twice = 2
        await wms.warehouse.say("order.teleported", to="the moon")
        await wms.warehouse.say("order.picked", order={"id": "W"})
        await wms.webhooks.settled()
    failures = await rows(postgres_url, "select stage, code, owner, count from gateway.failure order by code")
    assert failures == [("process", "event-unexpected", "edi", 1), ("process", "event-unknown", "edi", 1)]
    kept = await rows(
        postgres_url,
        "select t.channel, t.state, b.bytes from gateway.transmission t join gateway.raw_body b on b.transmission = t.id",
    )
    assert [(channel, state) for channel, state, _ in kept] == [("wms-east", "failed")] * 2
    assert any(orjson.loads(bytes(body)).get("to") == "the moon" for _, _, body in kept)


async def test_a_warehouse_without_webhooks_is_asked(tmp_path: Path, postgres_url: str, wms: WmsSimulator) -> None:
    async with gateway(tmp_path, postgres_url, wms, "[[application.poll]]") as client:
        await post(client, range(1, 2))
        await arrived(wms, 1)
        await wms.warehouse.start("W-1001")

        async def heard() -> bool:
            return await rows(postgres_url, "select 1 from gateway.order_event where event = 'picking'") != []

        await repeat(heard, within=45)
