"""Odoo commits and loses the answer, is down for a while, answers that it lost a race: every order stands there once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, x12_orders
from tests.acceptance.site import Site, fetch_text
from tests.servers.process import wait_until

ORDERS = x12_orders(range(1, 201))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def retried(site: Site) -> bool:
    """Whether an attempt at Odoo failed and is to be repeated."""
    metrics = fetch_text(f"{site.url}/metrics").splitlines()
    return any(line.startswith("edi_deliveries_total{") and 'odoo"' in line and '"retry"' in line for line in metrics)


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"lose_share": 0.3}, id="three of ten answers lost after the commit"),
        pytest.param({"lose_answers": 3, "cut_requests": 3, "conflicts": 1, "garble": 3}, id="everything at once, at first"),
    ],
)
def test_a_faulty_odoo_books_every_order_once(embedded_site: Site, faults: dict[str, float]) -> None:
    partner, auditor = PostingPartner(embedded_site, "bigbox"), Auditor(embedded_site, {"bigbox": ORDERS})
    embedded_site.misbehave(**faults)
    embedded_site.start_gateway()

    asyncio.run(partner.post_all(ORDERS))

    # All is booked long before the last answer arrives: an order that lost three answers waits up to 54 s for its next attempt.
    wait_until(lambda: auditor.booked() >= len(ORDERS), within=110, what="the last order")
    embedded_site.misbehave(**dict.fromkeys(faults, 0))
    auditor.wait_until_done(within=30, idle_within=60)
    auditor.audit()


def test_an_odoo_that_is_down_for_a_while_gets_every_order_once(embedded_site: Site) -> None:
    partner, auditor = PostingPartner(embedded_site, "bigbox"), Auditor(embedded_site, {"bigbox": ORDERS})
    embedded_site.start_gateway()
    with ThreadPoolExecutor(1) as threads:
        posting = threads.submit(asyncio.run, partner.post_all(ORDERS))
        wait_until(lambda: auditor.booked() >= 20, within=20, what="the first orders")
        assert embedded_site.odoo is not None
        embedded_site.odoo.kill()
        wait_until(lambda: retried(embedded_site), within=20, what="a failed attempt")
        posting.result(60)
        embedded_site.start_odoo()
    auditor.wait_until_done(within=60)
    auditor.audit()


def test_an_odoo_that_hangs_does_not_keep_the_gateway_from_stopping(embedded_site: Site) -> None:
    partner, auditor = PostingPartner(embedded_site, "bigbox"), Auditor(embedded_site, {"bigbox": ORDERS})
    gateway = embedded_site.start_gateway()
    embedded_site.misbehave(latency=300)
    asyncio.run(partner.post_all(ORDERS))
    assert gateway.stop(within=20) == 0
    embedded_site.misbehave(latency=0)

    embedded_site.start_gateway()

    auditor.wait_until_done(within=60)
    auditor.audit()
