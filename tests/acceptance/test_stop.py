"""SIGTERM under load: what is under way is finished or given back in time, nothing waits until a claim or a lease lapses."""

import asyncio
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, put_files, x12_orders
from tests.acceptance.site import Site
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until

LEFT = """
select
  (select count(*) from gateway.transmission where claim is not null) as transmissions,
  (select count(*) from gateway.delivery where claim is not null or state in ('sending', 'in_doubt')) as deliveries,
  (select count(*) from gateway.lease where until > gateway.now()) as leases,
  (select count(*) from gateway.outbox) as outbox
"""


def wait_for(auditor: Auditor, orders: int) -> None:
    wait_until(lambda: auditor.booked() >= orders, within=60, what=f"{orders} orders")


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_gateway_that_is_told_to_stop_leaves_nothing_behind_and_loses_nothing(
    server_site: Site, own_postgres: PostgresServer
) -> None:
    posted, filed = x12_orders(range(1, 301)), x12_orders(range(301, 401))
    partner, auditor = PostingPartner(server_site, "bigbox"), Auditor(server_site, {"bigbox": [*posted, *filed]})
    database = server_site.environment["DATABASE_URL"].rpartition("/")[2]
    with ThreadPoolExecutor(1) as threads:
        gateway = server_site.start_gateway()
        put_files(server_site, "bigbox", filed)
        posting = threads.submit(asyncio.run, partner.post_all(posted))
        for share in (60, 200):
            wait_for(auditor, share)
            began = time.monotonic()
            assert gateway.stop(within=40) == 0, server_site.log()
            print(f"stopped after {time.monotonic() - began:.1f} s with {auditor.booked()} orders booked")
            assert own_postgres.execute(LEFT, database=database) == "0|0|0|0"
            gateway = server_site.start_gateway()
        posting.result(90)
    auditor.wait_until_done(within=60)
    auditor.audit()
    assert server_site.logged("claim_expired") == 0


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_a_call_that_takes_too_long_is_given_back_and_made_again(server_site: Site, own_postgres: PostgresServer) -> None:
    orders = x12_orders([1])
    gateway, auditor = server_site.start_gateway(), Auditor(server_site, {"bigbox": orders})
    database = server_site.environment["DATABASE_URL"].rpartition("/")[2]
    server_site.misbehave(latency=60)
    put_files(server_site, "bigbox", orders)
    sending = "select count(*) from gateway.delivery where state = 'sending' and target = 'odoo'"
    wait_until(lambda: own_postgres.execute(sending, database=database) == "1", within=30, what="a call")

    assert gateway.stop(within=40) == 0, server_site.log()

    assert own_postgres.execute(LEFT, database=database) == "0|0|0|0"
    assert own_postgres.execute("select code from gateway.delivery where target = 'odoo'", database=database) == "gateway-stopped"
    server_site.misbehave(latency=0)
    server_site.start_gateway()
    wait_for(auditor, 1)
    assert auditor.booked() == 1


@pytest.mark.timeout(60)
def test_the_second_signal_ends_it_at_once(server_site: Site, own_postgres: PostgresServer) -> None:
    gateway = server_site.start_gateway()
    server_site.misbehave(latency=60)
    put_files(server_site, "bigbox", x12_orders([1]))
    database = server_site.environment["DATABASE_URL"].rpartition("/")[2]
    sending = "select count(*) from gateway.delivery where state = 'sending' and target = 'odoo'"
    wait_until(lambda: own_postgres.execute(sending, database=database) == "1", within=30, what="a call")
    process = psutil.Process(gateway.process.pid)

    process.terminate()
    wait_until(lambda: server_site.logged("stopping") == 1, within=20, what="the first signal")
    process.terminate()

    assert gateway.process.wait(5) == -signal.SIGTERM
