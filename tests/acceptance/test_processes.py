"""`gateway run --processes N`: several share the work over RabbitMQ; on the embedded broker it is refused."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, x12_orders
from tests.acceptance.site import Site
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until

ORDERS = x12_orders(range(1, 601))


def workers(site: Site) -> list[psutil.Process]:
    assert site.gateway is not None
    return site.gateway.family[1:]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_two_share_the_work_and_a_killed_one_is_started_again(server_site: Site, own_postgres: PostgresServer) -> None:
    partner, auditor = PostingPartner(server_site, "bigbox"), Auditor(server_site, {"bigbox": ORDERS})
    gateway = server_site.start_gateway("--processes", "2")
    before = workers(server_site)
    assert len(before) == 2
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(asyncio.run, partner.post_all(ORDERS))
        wait_until(lambda: auditor.booked() >= 200, within=30, what="some orders")
        before[0].kill()
        wait_until(lambda: len(workers(server_site)) == 2, within=20, what="another worker")
        posting.result(60)
    auditor.wait_until_done(within=60)
    auditor.audit()
    assert before[0].pid not in {worker.pid for worker in workers(server_site)}
    assert before[1].is_running()
    database = server_site.environment["DATABASE_URL"].rpartition("/")[2]
    shares = own_postgres.execute("select count(*) from gateway.event where stage = 'translate' group by node", database=database)
    assert len(shares.split()) >= 2, f"one of them did it all: {shares}"
    family = gateway.family
    assert gateway.stop(within=20) == 0
    assert not psutil.wait_procs(family, timeout=1)[1]


@pytest.mark.timeout(60)
def test_workers_end_with_a_killed_parent(server_site: Site) -> None:
    gateway = server_site.start_gateway("--processes", "2")
    family = workers(server_site)

    gateway.process.kill()

    assert not psutil.wait_procs(family, timeout=20)[1], "nobody would stop them"


def test_several_processes_are_refused_on_the_embedded_broker_with_the_reason(embedded_site: Site) -> None:
    refused = embedded_site.try_run("run", "--processes", "2")

    assert refused.returncode == 78
    assert "embedded broker" in refused.stderr
    assert "AMQP_URL" in refused.stderr
