"""The process that probes is killed: the breaker does not wait for it for ever, and every order stands in Odoo once."""

import asyncio

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import PostingPartner, x12_orders
from tests.acceptance.site import Site, fetch_text
from tests.servers.process import wait_until

ORDERS = x12_orders(range(1, 121))
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def breaker_is(site: Site, value: int) -> bool:
    """Whether the metric says so: 0 closed, 1 half-open, 2 open."""
    return f'edi_breaker_state{{target="odoo"}} {value}.0' in fetch_text(f"{site.url}/metrics")


def test_a_gateway_killed_in_its_probe_probes_again_and_books_every_order_once(embedded_site: Site) -> None:
    partner, auditor = PostingPartner(embedded_site, "bigbox"), Auditor(embedded_site, {"bigbox": ORDERS})
    gateway = embedded_site.start_gateway()
    embedded_site.misbehave(status=503)
    asyncio.run(partner.post_all(ORDERS))
    wait_until(lambda: breaker_is(embedded_site, 2), within=40, what="an open breaker")
    embedded_site.misbehave(status=0, latency=300)
    wait_until(lambda: breaker_is(embedded_site, 1), within=30, what="a probe under way")
    gateway.kill()
    embedded_site.misbehave(latency=0)

    embedded_site.start_gateway()

    auditor.wait_until_done(within=80)
    auditor.audit()
    wait_until(lambda: breaker_is(embedded_site, 0), within=10, what="a closed breaker")
