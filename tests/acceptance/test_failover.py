"""The primary PostgreSQL is lost under load and its replica promoted: the gateway finds it, nothing is lost, nothing doubled."""

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import SEED, PostingPartner, x12_orders
from tests.acceptance.site import Site, new_site
from tests.servers.postgres import PostgresReplica, PostgresServer
from tests.servers.process import wait_until
from tests.servers.rabbitmq import RabbitServer

ORDERS = x12_orders(range(1, 301))


@dataclass(frozen=True)
class Pair:
    """A primary whose commits wait for its replica."""

    primary: PostgresServer
    replica: PostgresReplica

    def url(self, database: str) -> str:
        """What `DATABASE_URL` names: both."""
        return f"postgresql://edi@127.0.0.1:{self.primary.port},127.0.0.1:{self.replica.port}/{database}"


@pytest.fixture
def pair() -> Iterator[Pair]:
    primary = PostgresServer()
    try:
        primary.start()
        replica = PostgresReplica(primary)
        try:
            replica.start()
            primary.execute("alter system set synchronous_standby_names = '*'")
            primary.execute("select pg_reload_conf()")
            yield Pair(primary, replica)
        finally:
            replica.remove()
    finally:
        primary.remove()


@pytest.fixture
def site(pair: Pair, own_rabbitmq: RabbitServer) -> Iterator[Site]:
    host, database = own_rabbitmq.create_host(), pair.primary.create_database()
    environment = {"AMQP_URL": own_rabbitmq.url(host), "DATABASE_URL": pair.url(database)}
    with new_site(environment=environment, seed=SEED) as site:
        yield site
    own_rabbitmq.delete_host(host)


def readiness(site: Site) -> dict[str, Any]:
    try:
        with closing(urllib.request.urlopen(f"{site.url}/health/ready", timeout=5)) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        with error:
            return dict(json.load(error))


def database_problem(site: Site) -> str:
    return next(str(check["problem"]) for check in readiness(site)["checks"] if check["name"] == "database")


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_orders_go_on_at_the_promoted_replica(site: Site, pair: Pair) -> None:
    partner, auditor = PostingPartner(site, "bigbox"), Auditor(site, {"bigbox": ORDERS})
    site.start_gateway()
    assert database_problem(site) == ""
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(asyncio.run, partner.post_all(ORDERS))
        wait_until(lambda: auditor.booked() >= 60, within=60, what="some orders")

        pair.primary.kill()

        wait_until(lambda: "takes no writes: a replica" in database_problem(site), within=20, what="readiness telling the truth")
        assert readiness(site)["ready"] is False
        began = time.monotonic()
        pair.replica.promote()
        wait_until(lambda: database_problem(site) == "", within=30, what="the gateway finding the new primary")
        print(f"{time.monotonic() - began:.1f} s from the promotion's begin until the database is ready")
        posting.result(90)
    auditor.wait_until_done(within=60)
    auditor.audit()
