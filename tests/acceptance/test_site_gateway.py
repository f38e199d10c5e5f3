"""A site on embedded storage forwards over a bad line, cut, mute, and killed in between: each order is booked once, in order."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.parcels import ask
from tests.acceptance.partners import SEED, TOKENS, put_files, x12_orders
from tests.acceptance.site import Site, fetch, new_site
from tests.servers.line import Line, StandingLine, standing_line
from tests.servers.process import wait_until

CONFIGURATION = """\
[gateway]
id = "oslo"
owner = "edi"
data = "${GATEWAY_DATA}"
listen = "${GATEWAY_LISTEN}"
identities = { x12 = "ZZ:NORDICDC" }

[gateway.centre]
url = "${CENTRE}"
token = "${TOKEN}"
internal = true
timeout = "2s"

[[owner]]
id = "edi"

[[partner]]
id = "bigbox"
owner = "edi"
identities = { x12 = "01:123456789" }

[[channel]]
id = "dock-7"
partner = "bigbox"
type = "folder"
inbox = "${GATEWAY_DATA}/partners/bigbox/inbox"
settle = "100ms"
"""
NAMES = "select name, sha256 from gateway.transmission where name like 'oslo/%' order by received_at, id"


@pytest.fixture
def centre(migrated_url: str) -> Iterator[Site]:
    with new_site(environment={"DATABASE_URL": migrated_url}, seed=SEED) as centre:
        centre.start_gateway()
        yield centre


@pytest.fixture
def line(centre: Site) -> Iterator[StandingLine]:
    with standing_line(centre.port) as line:
        yield line


@pytest.fixture
def site(line: StandingLine, centre: Site) -> Iterator[Site]:
    folder = centre.folder / "oslo"
    folder.mkdir()
    config = folder / "routes.toml"
    config.write_text(CONFIGURATION)
    environment = {"CENTRE": f"http://127.0.0.1:{line.port}", "TOKEN": TOKENS["bigbox"]}
    site = Site(folder, environment=environment, seed={}, config=config)
    try:
        yield site
    finally:
        site.stop()


def booked(centre: Site) -> Counter[str]:
    return Counter(order["client_order_ref"] for order in fetch(f"{centre.odoo_url}/simulator/orders"))


def inbox_is_empty(site: Site) -> bool:
    return not list(site.box("bigbox", "inbox").glob("*.edi"))


def states(site: Site) -> Counter[str]:
    listed = json.loads(site.run("db", "status", "-o", "json"))
    return Counter({"untranslated": listed["untranslated"]})


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_orders_reach_the_centre_once_and_in_order_whatever_becomes_of_the_line(
    site: Site, centre: Site, line: StandingLine
) -> None:
    orders = x12_orders(range(1, 31))
    first, second, third = (dict(list(orders.items())[begin : begin + 10]) for begin in (0, 10, 20))

    site.start_gateway()
    # The centre has it, and the site does not hear of it.
    line.tell(lambda wire: wire.lose_answer_to(b"POST /v1/partners/bigbox/interchanges"))
    put_files(site, "bigbox", first)
    wait_until(lambda: len(booked(centre)) == 10, within=60, what="the first orders at the centre")

    line.tell(Line.drop)
    put_files(site, "bigbox", second)
    wait_until(lambda: inbox_is_empty(site), within=30, what="the site storing what comes while the line is mute")
    assert site.gateway is not None
    site.gateway.kill()
    line.tell(Line.thaw)
    line.tell(Line.cut)
    site.start_gateway()
    put_files(site, "bigbox", third)
    wait_until(lambda: len(booked(centre)) == 30, within=90, what="all orders at the centre")

    assert booked(centre) == Counter(list(orders))
    wait_until(lambda: not states(site)["untranslated"], within=30, what="a site that has nothing left")
    assert line.line.answers_lost == 1
    arrived = [row["name"] for row in asyncio.run(ask(centre.environment["DATABASE_URL"], NAMES))]
    assert len(arrived) == len(set(arrived)) == 30, "the centre shows where each came from, once"
    assert arrived[0].startswith("oslo/dock-7/PO-")
    groups = [{f"oslo/dock-7/{number}.edi" for number in part} for part in (first, second, third)]
    assert [set(arrived[begin : begin + 10]) for begin in (0, 10, 20)] == groups, "what came first went first"
    assert Path(site.data / "postgresql").is_dir(), "on embedded storage"
