"""Simulated REST systems: what tests rely on when they let them misbehave."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.simulators.carrier import CarrierSimulator
from gateway.simulators.rest import Misbehaviour, Subscriber, Webhooks
from gateway.simulators.wms import WmsSimulator
from tests.gateway.channels.http_partner import partner_server

ORDER = {"reference": "4711", "customer": "bigbox", "lines": [{"line": "1", "sku": "ANVIL", "quantity": 3}]}


class Client:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, path: str, body: Any = None, *, token: str = "wms-token", method: str = "") -> tuple[int, Any]:
        method = method or ("GET" if body is None else "POST")
        headers = {"Authorization": f"Bearer {token}"}
        async with self._session.request(method, path, json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_type == "application/json" else await answer.text()


@pytest.fixture
async def wms() -> AsyncIterator[WmsSimulator]:
    async with WmsSimulator() as simulator:
        yield simulator


@pytest.fixture
async def client(wms: WmsSimulator) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession(wms.url) as session:
        yield Client(session)


async def test_an_order_goes_its_way(wms: WmsSimulator, client: Client) -> None:
    status, told = await client.ask("/api/v1/orders", ORDER)
    assert (status, told["id"], told["status"]) == (201, "W-1001", "RECEIVED")
    await wms.warehouse.accept("W-1001")
    await wms.warehouse.start("W-1001")
    await wms.warehouse.pick("W-1001", ANVIL=2)
    await wms.warehouse.pack("W-1001", "00357")
    await wms.warehouse.ship("W-1001", carrier="ups", tracking="1Z")
    status, told = await client.ask("/api/v1/orders/W-1001")
    assert (told["status"], told["lines"][0]["picked"]) == ("SHIPPED", 2)
    _, stock = await client.ask("/api/v1/stock")
    assert {"sku": "ANVIL", "on_hand": 38} in stock["items"]
    _, events = await client.ask("/api/v1/events?after=3")
    assert [event["type"] for event in events["events"]] == ["order.packed", "order.shipped"]


async def test_nothing_is_picked_that_is_not_there(wms: WmsSimulator) -> None:
    order, _ = wms.warehouse.release({**ORDER, "lines": [{"line": "1", "sku": "ANVIL", "quantity": 1000}]})
    await wms.warehouse.pick(order.id)
    assert (order.lines[0].picked, wms.warehouse.stock["ANVIL"]) == (40, 0)


async def test_a_second_order_of_the_same_name_is_refused_doubled_or_recognised(wms: WmsSimulator, client: Client) -> None:
    await client.ask("/api/v1/orders", ORDER)
    status, told = await client.ask("/api/v1/orders", ORDER)
    assert (status, told["error"]["code"], told["id"]) == (409, "DUPLICATE", "W-1001")
    wms.misbehaviour.duplicates = "recognise"
    assert (await client.ask("/api/v1/orders", ORDER))[0] == 200
    wms.misbehaviour.duplicates = "double"
    assert (await client.ask("/api/v1/orders", ORDER))[1]["id"] == "W-1002"
    assert (await client.ask("/api/v1/orders?reference=4711&customer=bigbox"))[1]["count"] == 2


REFUSALS = [
    ("/api/v1/orders", {**ORDER, "lines": [{"line": "1", "sku": "NO", "quantity": 1}]}, 422, "UNKNOWN_SKU"),
    ("/api/v1/orders", {"reference": "x"}, 400, "INVALID"),
    ("/api/v1/orders/W-9", None, 404, "NOT_FOUND"),
    ("/api/v1/nowhere", None, 404, "HTTP"),
    ("/api/v1/dn/list/?page=7", None, 404, "NOT_FOUND"),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), REFUSALS)
async def test_it_refuses_as_it_does(wms: WmsSimulator, client: Client, path: str, body: Any, status: int, code: str) -> None:
    found, told = await client.ask(path, body)
    assert (found, told["error"]["code"]) == (status, code)
    wms.misbehaviour.errors_as_200 = True
    found, told = await client.ask(path, body)
    assert (found, told["status_code"]) == (200, status)


async def test_an_order_is_changed_until_somebody_is_at_work_on_it(wms: WmsSimulator, client: Client) -> None:
    changed = {**ORDER, "lines": [{"line": "1", "sku": "ANVIL", "quantity": 2}]}
    assert (await client.ask("/api/v1/orders", changed, method="PUT"))[0] == 404
    await client.ask("/api/v1/orders", ORDER)
    status, told = await client.ask("/api/v1/orders", changed, method="PUT")
    assert (status, told["id"], told["lines"][0]["ordered"]) == (200, "W-1001", 2)
    await wms.warehouse.start("W-1001")
    assert (await client.ask("/api/v1/orders", ORDER, method="PUT"))[0] == 409


async def test_a_cancelled_order_is_cancelled_and_a_shipped_one_is_not(wms: WmsSimulator, client: Client) -> None:
    await client.ask("/api/v1/orders", ORDER)
    assert (await client.ask("/api/v1/orders/W-1001/cancel", {}))[1]["status"] == "CANCELLED"
    assert (await client.ask("/api/v1/orders/W-1001/cancel", {}))[0] == 409


async def test_logins_faults_and_control_from_outside(wms: WmsSimulator, client: Client) -> None:
    assert (await client.ask("/api/v1/ping", token="wrong"))[0] == 401
    assert (await client.ask("/simulator/misbehaviour", {"status": 503, "latency": 0}))[0] == 204
    assert (await client.ask("/api/v1/ping"))[0] == 503
    assert (await client.ask("/simulator/misbehaviour", {"status": 0, "garble": 1, "rename": 1}))[0] == 204
    assert (await client.ask("/api/v1/ping"))[1].startswith("<html>")
    assert (await client.ask("/api/v1/ping"))[1] == {"new_status": "ok"}
    assert (await client.ask("/simulator/misbehaviour", {"sing": 1}))[0] == 400


async def test_a_cut_connection_did_nothing_and_a_lost_answer_did(wms: WmsSimulator, client: Client) -> None:
    wms.misbehaviour.cut_requests = 1
    with pytest.raises(aiohttp.ClientError):
        await client.ask("/api/v1/orders", ORDER)
    assert not wms.warehouse.orders
    wms.misbehaviour.lose_answers = 1
    with pytest.raises(aiohttp.ClientError):
        await client.ask("/api/v1/orders", ORDER)
    assert len(wms.warehouse.orders) == 1


async def test_what_it_holds_survives_being_stopped() -> None:
    async with CarrierSimulator() as carrier:
        url = carrier.url
        carrier.carrier.purchase({"reference": "S", "to": {"name": "X"}, "parcels": [{"weight": 1}]})
        await carrier.stop()
        async with aiohttp.ClientSession(url) as session:
            with pytest.raises(aiohttp.ClientError):
                await Client(session).ask("/v1/ping")
            await carrier.start()
            told = (await Client(session).ask("/v1/shipments?reference=S", token="carrier-token"))[1]
    assert [one["id"] for one in told["results"]] == ["shp-1"]


# -------------------------------------------------------------------------------------------------------------- webhooks


class Receiver:
    """Takes webhooks; answers what it is told to, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)

    async def __call__(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def sent(events: int, misbehaviour: Misbehaviour, *statuses: int) -> tuple[list[str], Webhooks]:
    """The ids of what arrived after so many events."""
    webhooks = Webhooks(misbehaviour, lambda: datetime.now(UTC))
    async with partner_server(Receiver(*statuses)) as server:
        webhooks.subscriber = Subscriber(server.url, secret="s", token="t")
        webhooks.start()
        for number in range(events):
            await webhooks.tell({"id": str(number)})
        await webhooks.let_go()
        async with asyncio.timeout(10):
            await webhooks.settled()
        await webhooks.stop()
        assert all(request.headers["X-Signature"].startswith("sha256=") for request in server.requests)
        assert all(request.headers["Authorization"] == "Bearer t" for request in server.requests)
        return [name for name, status in webhooks.sent if status == 200], webhooks


async def test_webhooks_are_sent_once_in_their_order() -> None:
    assert (await sent(3, Misbehaviour()))[0] == ["0", "1", "2"]


async def test_webhooks_that_are_not_taken_are_sent_again() -> None:
    arrived, webhooks = await sent(2, Misbehaviour(), 503, 500)
    assert arrived == ["0", "1"]
    assert [status for _, status in webhooks.sent] == [503, 500, 200, 200]


async def test_webhooks_come_twice_backwards_or_never() -> None:
    assert (await sent(2, Misbehaviour(webhooks_twice=1)))[0] == ["0", "0", "1"]
    assert (await sent(3, Misbehaviour(webhooks_hold=True, webhooks_backwards=True)))[0] == ["2", "1", "0"]
    assert (await sent(3, Misbehaviour(webhooks_lost=2)))[0] == ["2"]
