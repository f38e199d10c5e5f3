"""A rolling upgrade: the last release and this one work side by side, on this one's schema, under load. Every order once."""

import asyncio
import io
import subprocess
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.acceptance.auditor import Auditor
from tests.acceptance.partners import SEED, PostingPartner, x12_orders
from tests.acceptance.site import ROOT, Program, Site, answers
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until

LAST_RELEASE = ("v0.1.0", "ab31ade")
"""The tag, and the commit it names: clones may lack tags."""


def last_release() -> bytes:
    """The last release's files, as a tar archive; skips where this is no clone that has them."""
    for name in LAST_RELEASE:
        parts = ["gateway", "translators", "routes.toml", "partners", "tables", "environments"]
        words = ["git", "archive", "--format=tar", name, *parts]
        try:
            done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False, timeout=60)
        except FileNotFoundError:
            break
        if done.returncode == 0:
            return done.stdout
    pytest.skip(f"the last release ({' or '.join(LAST_RELEASE)}) is not in this checkout's history")


@pytest.fixture
def old_code(tmp_path: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(last_release())) as archive:
        archive.extractall(tmp_path / "last", filter="data")
    return tmp_path / "last"


@pytest.fixture
def newer(server_site: Site) -> Iterator[Site]:
    """A second machine: the same servers and partners' folders, another data folder and port, this code."""
    folder = server_site.folder / "newer"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "partners").symlink_to(server_site.data / "partners")
    shared = {name: server_site.environment[name] for name in ("DATABASE_URL", "AMQP_URL", "ODOO_URL")}
    site = Site(folder, environment=shared, seed=SEED)
    site.odoo_port = server_site.odoo_port
    try:
        yield site
    finally:
        site.stop()


def start_old(site: Site, code: Path) -> Program:
    """Start the last release as its users do, and wait until it is ready."""
    words = ["-m", "gateway.cli", "run", "--config", str(code / "routes.toml")]
    site.gateway = Program(words, output=site.folder / "gateway.log", environment=site.environment, folder=code)
    site.wait_ready()
    return site.gateway


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_last_release_works_on_beside_this_one_while_it_is_replaced(
    server_site: Site, newer: Site, old_code: Path, own_postgres: PostgresServer
) -> None:
    first, second = x12_orders(range(1, 201)), x12_orders(range(201, 401))
    auditor = Auditor(newer, {"bigbox": [*first, *second]})
    database = server_site.environment["DATABASE_URL"].rpartition("/")[2]
    old = start_old(server_site, old_code)
    with ThreadPoolExecutor(2) as threads:
        before = threads.submit(asyncio.run, PostingPartner(server_site, "bigbox", connections=8).post_all(first))
        wait_until(lambda: auditor.booked() >= 30, within=60, what="orders through the last release alone")
        newer.start_gateway()
        after = threads.submit(asyncio.run, PostingPartner(newer, "bigbox", connections=8).post_all(second))
        before.result(90)
        after.result(90)
        wait_until(lambda: auditor.booked() >= 250, within=90, what="orders through both")
        assert answers(f"{server_site.url}/health/ready"), "the last release goes on on this one's schema"
        assert old.stop(within=40) == 0, server_site.log()
    auditor.wait_until_done(within=90)
    auditor.audit()
    translated = "select string_agg(distinct node, ' ') from gateway.event where stage = 'translate'"
    assert len(own_postgres.execute(translated, database=database).split()) == 2, "both had their share"
