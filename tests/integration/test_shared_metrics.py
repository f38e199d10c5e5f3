"""`--processes 2`: each scrape, whichever worker answers it, tells of both."""

import asyncio
import re

from tests.acceptance.partners import SEED, PostingPartner, x12_orders
from tests.acceptance.site import Site, fetch_text, new_site
from tests.servers.process import wait_until

ORDERS = x12_orders(range(1, 41))


def total(site: Site, name: str, **labels: str) -> float:
    """The sum of a metric over its series with these labels."""
    found = 0.0
    for line in fetch_text(f"{site.url}/metrics").splitlines():
        series = re.fullmatch(rf"{name}\{{(.*)\}} (\S+)", line)
        if series and all(f'{key}="{value}"' in series[1] for key, value in labels.items()):
            found += float(series[2])
    return found


def test_metrics_sum_both_workers(amqp_url: str, postgres_url: str) -> None:
    with new_site(environment={"AMQP_URL": amqp_url, "DATABASE_URL": postgres_url}, seed=SEED) as site:
        gateway = site.start_gateway("--processes", "2")
        workers = [process.pid for process in gateway.family[1:]]
        asyncio.run(PostingPartner(site, "bigbox").post_all(ORDERS))
        wait_until(
            lambda: total(site, "edi_deliveries_total", target="odoo", outcome="delivered") == len(ORDERS),
            within=20,
            what="the delivery of all, as told by any of the workers",
        )

        scrapes = [total(site, "edi_transmissions_received_total", outcome="stored") for _ in range(8)]

        assert scrapes == [len(ORDERS)] * 8
        written = {
            int(match[1]) for file in (site.data / "metrics").glob("*.db") if (match := re.search(r"_(\d+)\.db$", file.name))
        }
        assert written == set(workers)
        assert gateway.stop(within=20) == 0
