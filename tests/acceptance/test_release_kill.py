"""From a partner's order by file to a warehouse: Odoo reserves the goods, the warehouse order is held for credit, a person lets
it go, and the warehouse gets it once, whenever the gateway is killed.
"""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.domain.token import hash_token
from gateway.simulators.wms import WmsSimulator
from tests.acceptance.site import Site, new_site
from tests.integration.test_odoo_changes import ROUTES, SEED
from tests.servers.process import wait_until
from tests.translators.x12.orders import order_850

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
T = TypeVar("T")

RELEASE = """
[release]
owner = "edi"

[[warehouse]]
id = "east"
partner = "east"
application = "wms-east"

[[hold]]
id = "credit"
kind = "credit"
when = 'partner.id == "bigbox" && order.lines.exists(line, line.quantity.value >= 10.0)'
within = "4h"

[[partner]]
id = "east"
owner = "edi"
identities = {}

[[application]]
id = "wms-east"
type = "http"
url = "${WMS_URL}/api/v1"
login = { type = "bearer", token = "${WMS_TOKEN}" }
internal = true
check = "/ping"
retry = { first = "100ms" }

[[application.action]]
as = "warehouse_order"
method = "POST"
path = "/orders"
reference = "id"

[application.action.look_up]
path = "/orders"
query = { reference = "{{ document.number }}", customer = "{{ partner }}" }
found = "results"
reference = "id"

[application.action.body]
reference = "{{ document.number }}"
customer = "{{ partner }}"

[application.action.body.lines]
each = "document.lines"
as = "line"

[application.action.body.lines.item]
line = "{{ line.number }}"
sku = "{{ line.item.identifiers.seller | one }}"
quantity = "{{ line.quantity.value | number }}"
unit = "{{ line.quantity.unit | default('EA') }}"
"""


class Wms:
    """The simulated warehouse, which lives on while the gateway dies: in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.simulator = WmsSimulator(stock={f"WIDGET-{n}": Decimal(1000) for n in range(2)})
        self.simulator.misbehaviour.duplicates = "double"  # it forgives nothing
        self._do(self.simulator.start)

    def _do(self, what: Callable[[], Awaitable[T]]) -> T:
        async def done() -> T:
            return await what()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(timeout=20)

    def orders(self) -> list[str]:
        """What it was told to ship, by the numbers of our transfers."""
        return sorted(order.reference for order in self.simulator.warehouse.all_orders())

    def stop(self) -> None:
        self._do(self.simulator.stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


@pytest.fixture
def wms() -> Iterator[Wms]:
    wms = Wms()
    try:
        yield wms
    finally:
        wms.stop()


@pytest.fixture
def site(tmp_path: Path, wms: Wms, migrated_url: str) -> Iterator[Site]:
    config = tmp_path / "routes.toml"
    routes = ROUTES.replace('login = "edi"', 'login = "gateway"')
    routes = routes.replace('every = "1s"', 'every = "1s"\nwarehouses = { WH = "east" }')
    config.write_text(routes + RELEASE)
    environment = {
        "DATABASE_URL": migrated_url,
        "ODOO_KEY": "demo",
        "HINT": hash_token("x" * 32),
        "WMS_URL": wms.simulator.url,
        "WMS_TOKEN": "wms-token",
    }
    with new_site(environment=environment, seed=SEED, config=config) as made:
        yield made


def odoo(site: Site, model: str, method: str, *arguments: Any) -> Any:
    """What a person does in Odoo."""

    async def do() -> Any:
        client = OdooClient(url=site.odoo_url, database="odoo", login="gateway", api_key="demo")
        try:
            return await client.call(model, method, list(arguments))
        finally:
            await client.close()

    return asyncio.run(do())


def send(site: Site, number: str, control_number: int) -> None:
    inbox = site.data / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    body = order_850(
        sender="01:123456789", receiver="ZZ:NORDICDC", control_number=control_number, order_number=number, lines=2
    )  # fmt: skip
    (inbox / f".{number}").write_bytes(body)
    (inbox / f".{number}").rename(inbox / f"{number}.edi")


def holds(site: Site, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(site.run("holds", "list", *words, "-o", "json"))
    return found


def count(url: str, query: str) -> int:
    """What the database counts: asking the command line again and again takes seconds each."""

    async def do() -> int:
        connection = await asyncpg.connect(url)
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()

    return asyncio.run(do())


def killed(site: Site) -> None:
    assert site.gateway is not None
    site.gateway.kill()
    site.start_gateway()


HELD = "select count(*) from gateway.release_hold where state = 'open'"
SAID = "select count(*) from gateway.order_event where event = 'held' and state = 'applied'"


def test_an_order_is_held_let_go_by_a_person_and_shipped_once(site: Site, wms: Wms, migrated_url: str) -> None:
    site.start_gateway()
    for number in range(1, 4):
        send(site, f"PO-{number}", number)
    wait_until(lambda: len(odoo(site, "sale.order", "search", [])) == 3, within=60, what="all orders in Odoo")
    odoo(site, "sale.order", "action_confirm", odoo(site, "sale.order", "search", []))
    wait_until(lambda: count(migrated_url, HELD) == 3, within=60, what="all warehouse orders held")
    wait_until(lambda: count(migrated_url, SAID) == 3, within=30, what="the orders told of that")
    killed(site)
    assert wms.orders() == []
    held = holds(site, "--kind", "credit")
    assert [(one["hold"], one["owner"], one["customer"], one["state"]) for one in held] == [
        ("credit", "edi", "bigbox", "open")
    ] * 3
    (story,) = json.loads(site.run("order", "PO-1", "-o", "json"))
    assert [line["state"] for line in story["lines"]] == ["held", "held"]
    first, *others = (str(one["id"])[-6:] for one in held)
    site.run("holds", "release", first, "--reason", "paid by card", "--by", "ann")
    killed(site)
    site.run("holds", "release", *others, "--reason", "paid by card", "--by", "ann")
    killed(site)
    wait_until(lambda: len(wms.orders()) >= 3, within=60, what="the warehouse orders at the warehouse")
    killed(site)
    wait_until(lambda: count(migrated_url, HELD) == 0, within=30, what="nothing held")
    assert wms.orders() == sorted(one["number"] for one in held)
    assert "released" in site.run("order", "PO-1")
    (over,) = holds(site, "--all", "--order", "PO-2")
    assert (over["state"], over["actor"], over["note"]) == ("approved", "ann", "paid by card")
    assert site.gateway is not None
    assert site.gateway.stop(within=30) == 0
    assert len(wms.orders()) == 3
