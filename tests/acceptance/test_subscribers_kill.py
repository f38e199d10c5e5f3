"""`kill -9` of the gateway while it posts milestones to a subscriber that loses answers: none is missing, repeats have its id.

The receiver, not the gateway, says what arrived: each milestone of each order, in the order of the order, under one id.
"""

import asyncio
import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.simulators.listener import ListenerSimulator
from gateway.store.database import Database
from gateway.store.orders import PostgresOrders
from tests.acceptance.partners import SEED
from tests.acceptance.site import Site, new_site
from tests.integration.test_subscribers import LIFE, PATIENT, ROUTES, SECRET, hearing
from tests.integration.test_subscribers import Site as Telling
from tests.servers.postgres import PostgresServer

ORDERS = int(os.environ.get("KILL_SUBSCRIBER_ORDERS", "60"))
KILLS = 4


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_each_milestone_arrives_in_order_whatever_is_killed(own_postgres: PostgresServer, tmp_path: Path) -> None:
    chance = random.Random(int(os.environ.get("KILL_SEED", "7")))
    url, config = own_postgres.url(own_postgres.create_database()), tmp_path / "routes.toml"
    async with ListenerSimulator(secret=SECRET) as receiver:
        config.write_text(ROUTES.format(port=8080, url=receiver.url, terms=PATIENT).replace('listen = "127.0.0.1:8080"', listen))
        environment = {
            "DATABASE_URL": url, "NEWS_SECRET": SECRET, "LISTENER_TOKEN": "listener-token", "ODOO_KEY": "key",
        }  # fmt: skip
        with new_site(environment=environment, seed=SEED, config=config) as site:
            await asyncio.to_thread(site.start_gateway)
            database = Database(url)
            await database.open()
            telling = Telling(str(config), hearing(PostgresOrders(database)))
            numbers = [f"K{number}" for number in range(ORDERS)]
            killing = asyncio.create_task(kill_often(site, receiver, chance))
            for number in numbers:
                receiver.misbehaviour.change({"lose_answers": 1, "cut_requests": chance.choice([0, 1])})
                await telling.live(number)
            await killing
            receiver.misbehaviour.change({"lose_answers": 0, "cut_requests": 0, "latency": 0})
            await receiver.until(ORDERS * len(LIFE), within=90)
            await database.close()
        assert [receiver.of_order(number) for number in numbers] == [[event for event, _ in LIFE]] * ORDERS
        ids = {(event["subject"], event["version"]): event["id"] for event in receiver.events}
        assert len(ids) == ORDERS * len(LIFE), "one id for each milestone"
        assert all(ids[post["subject"], post["version"]] == post["id"] for post in receiver.posts), "a repeat is the same event"


listen = 'listen = "${GATEWAY_LISTEN}"'


async def kill_often(site: Site, receiver: ListenerSimulator, chance: random.Random) -> None:
    """End the gateway without a word while posts are under way, and start it again."""
    for kill in range(KILLS):
        before = len(receiver.posts)
        with suppress(TimeoutError):  # it may have been killed before it posted anything
            await receiver.until(len(receiver.events) + 1 + chance.randrange(6), within=20)
        receiver.misbehaviour.change({"latency": 0.05})
        assert site.gateway is not None
        await asyncio.to_thread(site.gateway.kill)
        print(f"kill {kill}: {len(receiver.posts) - before} posts since the last")
        await asyncio.to_thread(site.start_gateway)
