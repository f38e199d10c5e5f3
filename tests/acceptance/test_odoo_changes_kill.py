"""`kill -9` of the gateway while orders are confirmed in Odoo: each is answered by one 855, whatever was cut off where."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.domain.token import hash_token
from tests.acceptance.site import Site, new_site
from tests.integration.test_odoo_changes import ROUTES, SEED
from tests.servers.process import wait_until
from tests.translators.x12.orders import order_850
from translators import registry

ORDERS = 12
KILLS = 3
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    config = tmp_path / "routes.toml"
    config.write_text(ROUTES.replace('login = "edi"', 'login = "gateway"').replace('every = "1s"', 'every = "1s"\npage = 10'))
    environment = {"ODOO_KEY": "demo", "HINT": hash_token("x" * 32)}
    with new_site(environment=environment, seed=SEED, config=config) as made:
        yield made


def confirm(site: Site, orders: list[int]) -> None:
    """What a person does in Odoo."""

    async def do() -> Any:
        client = OdooClient(url=site.odoo_url, database="odoo", login="gateway", api_key="demo")
        try:
            return await client.call("sale.order", "action_confirm", [orders])
        finally:
            await client.close()

    asyncio.run(do())


def booked(site: Site) -> list[int]:
    async def do() -> Any:
        client = OdooClient(url=site.odoo_url, database="odoo", login="gateway", api_key="demo")
        try:
            return await client.call("sale.order", "search", [[]])
        finally:
            await client.close()

    return list(asyncio.run(do()))


def answered(site: Site) -> Counter[str]:
    """How often each order is answered in the partner's outbox."""
    outbox = site.data / "out"
    found: Counter[str] = Counter()
    for file in outbox.iterdir() if outbox.exists() else ():
        if not file.name.startswith("."):
            for interchange in registry.translate(file.read_bytes()).interchanges:
                found.update(one.canonical.order.number for one in interchange.documents if one.type == "855")  # type: ignore[union-attr]
    return found


def test_each_confirmed_order_is_answered_once(site: Site) -> None:
    chance = random.Random(20261121)
    site.start_gateway()
    inbox = site.data / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    for number in range(1, ORDERS + 1):
        body = order_850(
            sender="01:123456789", receiver="ZZ:NORDICDC", control_number=number, order_number=f"PO-{number}", lines=2
        )
        (inbox / f".{number}").write_bytes(body)
        (inbox / f".{number}").rename(inbox / f"{number}.edi")
    wait_until(lambda: len(booked(site)) == ORDERS, within=60, what="all orders in Odoo")
    orders = booked(site)
    share = ORDERS // KILLS
    for kill in range(KILLS):
        before = sum(answered(site).values())
        confirm(site, orders[kill * share : (kill + 1) * share])
        some = chance.randrange(share)
        wait_until(lambda: sum(answered(site).values()) >= before + some, within=60, what="some answers")  # noqa: B023 - at once
        assert site.gateway is not None
        site.gateway.kill()
        site.start_gateway()
    wait_until(lambda: len(answered(site)) == ORDERS, within=60, what="all answers")
    assert site.gateway is not None
    assert site.gateway.stop(within=30) == 0
    assert answered(site) == Counter({f"PO-{number}": 1 for number in range(1, ORDERS + 1)})
