"""`kill -9` of the gateway in the middle of a replay of a few hundred orders: each is booked once, whatever was going on.

The orders came while no route took them. The route is corrected, or named in spite of what it says; all of them are replayed as
one batch, and the gateway is killed again and again while that runs. Odoo, not the gateway, says what was booked.
"""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import SEED, PostingPartner, x12_orders
from tests.acceptance.site import ROOT, Site, new_site
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until

ORDERS = int(os.environ.get("KILL_REPLAY_ORDERS", "300"))
KILLS = 3


def configured(folder: Path) -> Path:
    """The configuration of the repository in a folder of its own, to be changed."""
    for name in ("partners", "tables", "environments"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "routes.toml", folder / "routes.toml")
    return folder / "routes.toml"


def route_nothing(config: Path) -> str:
    """Let the routes take nobody's orders; answers the text as it was."""
    text = config.read_text()
    orders = 'document = "purchase_order"\npartner = "bigbox"\n'
    config.write_text(text.replace(orders, f"{orders}test = true\n"))
    assert config.read_text() != text
    return text


def route_for_another(config: Path) -> None:
    """Let the routes be meant for another partner: only a person's word brings the orders there."""
    text, orders = config.read_text(), 'document = "purchase_order"\npartner = "bigbox"\n'
    config.write_text(text.replace(orders, orders.replace("bigbox", "nordmart")))
    assert config.read_text() != text


def command(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of an operator."""
    line = [sys.executable, "-m", "gateway.cli", *words, "--config", str(site.config)]
    environment = {**os.environ, **site.environment, "NO_COLOR": "1"}
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


def booked(auditor: Auditor, number: int) -> bool:
    """Whether so many orders stand in Odoo."""
    return auditor.booked() >= number


def progress(site: Site) -> dict[str, int]:
    """How far the batch is, as an operator sees it."""
    done = command(site, "batches", "list", "-o", "json")
    assert done.returncode == 0, done.stderr
    items: dict[str, int] = json.loads(done.stdout)[0]["items"]
    return items


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("named", [(), ("--route", "bigbox-orders")], ids=["corrected", "named"])
def test_each_order_of_a_replay_is_booked_once(own_postgres: PostgresServer, tmp_path: Path, named: tuple[str, ...]) -> None:
    seed = int(os.environ.get("KILL_SEED", random.SystemRandom().randrange(10**6)))
    print(f"KILL_SEED={seed}")
    chance, config, database = random.Random(seed), configured(tmp_path), own_postgres.create_database()
    with new_site(environment={"DATABASE_URL": own_postgres.url(database)}, seed=SEED, config=config) as site:
        right = route_nothing(config)
        site.start_gateway()
        orders = x12_orders(range(1, ORDERS + 1))
        bigbox = PostingPartner(site, "bigbox", connections=8)
        asyncio.run(bigbox.post_all(orders))
        auditor = Auditor(site, {"bigbox": list(orders)})
        wait_until(lambda: auditor.answered() == ORDERS, within=60, what="all acknowledgements")
        assert auditor.booked() == 0
        assert site.gateway is not None
        site.gateway.stop()

        config.write_text(right)
        if named:
            route_for_another(config)
        site.start_gateway()
        plan = command(site, "replay", "state:unrouted partner:bigbox", "--reason", "the route was wrong", "--rate", "1000",
                       "--yes", "--expect", str(ORDERS), "--detach", *named)  # fmt: skip
        assert plan.returncode == 0, plan.stderr
        assert f"{ORDERS} match, {ORDERS} to process again" in plan.stdout
        for moment in sorted(chance.sample(range(1, ORDERS * 3 // 4), KILLS)):
            wait_until(partial(booked, auditor, moment), within=60, what=f"{moment} booked orders")
            site.gateway.kill()
            site.start_gateway()
        wait_until(lambda: auditor.booked() >= ORDERS, within=90, what="all orders booked")
        wait_until(lambda: progress(site) == {"done": ORDERS}, within=60, what="the end of the batch")
        auditor.audit()
        assert auditor.answered() == ORDERS, "nobody was answered twice"
        found = command(site, "trace", "PO-1").stdout
        assert "replayed as" in found
        assert "replay of" in found
    own_postgres.drop_database(database)
