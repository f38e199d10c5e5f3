"""RabbitMQ, its queues and PostgreSQL are lost while orders flow: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, x12_orders
from tests.acceptance.site import Site
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until
from tests.servers.rabbitmq import RabbitServer

ORDERS = x12_orders(range(1, 301))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@contextmanager
def flowing(site: Site) -> Iterator[None]:
    """In the block, orders are posted and some of them are booked; at its end all are, once."""
    partner, auditor = PostingPartner(site, "bigbox"), Auditor(site, {"bigbox": ORDERS})
    site.start_gateway()
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(asyncio.run, partner.post_all(ORDERS))
        wait_until(lambda: auditor.booked() >= 40, within=30, what="the first orders")
        yield
        wait_until(posting.done, within=60, what="the end of posting")
        posting.result()
    auditor.wait_until_done(within=60)
    auditor.audit()
    assert site.gateway is not None
    assert site.gateway.stop(within=15) == 0


def kill(server: RabbitServer) -> None:
    server.kill()
    server.start()


def delete_all_queues(server: RabbitServer) -> None:
    for entry in server.manage("GET", "queues"):
        server.delete_queue(entry["vhost"], entry["name"])


@pytest.mark.parametrize("harm", [kill, delete_all_queues])
def test_rabbitmq(harm: Callable[[RabbitServer], None], server_site: Site, own_rabbitmq: RabbitServer) -> None:
    with flowing(server_site):
        harm(own_rabbitmq)


def test_postgresql(server_site: Site, own_postgres: PostgresServer) -> None:
    with flowing(server_site):
        own_postgres.kill()
        own_postgres.start()


def test_embedded_postgresql(embedded_site: Site) -> None:
    """Nobody starts it again but the next gateway: the running one is not ready, and work goes on after a restart."""
    with flowing(embedded_site):
        server = embedded_site.postgres()
        assert server is not None
        for process in [server, *server.children(recursive=True)]:
            process.kill()
        assert embedded_site.gateway is not None
        embedded_site.gateway.kill()
        embedded_site.start_gateway()
