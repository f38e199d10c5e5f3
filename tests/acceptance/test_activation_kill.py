"""A gateway that is killed in the middle of an activation: at its next start it runs what the database says is in force."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.token import hash_token
from tests.acceptance.site import Site
from tests.integration.activating import ROUTES, TOKEN
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until
from tests.servers.program import fetch_text


@pytest.fixture
def site(own_postgres: PostgresServer, tmp_path: Path) -> Iterator[Site]:
    database = own_postgres.create_database()
    environment = {"DATABASE_URL": own_postgres.url(database), "TOKEN_HASH": hash_token(TOKEN)}
    site = Site(tmp_path, environment=environment, seed={}, config=tmp_path / "routes.toml")
    yield site
    site.stop()
    own_postgres.drop_database(database)


def write(site: Site, mark: str, *, managed: bool = True) -> None:
    terms = {"managed": str(managed).lower(), "approval": "nobody", "port": site.port, "wms": "http://127.0.0.1:1"}
    site.config.write_text(ROUTES.format(mark=mark, **terms))


def activate(site: Site, mark: str) -> dict[str, Any]:
    write(site, mark)
    return told(site.run("config", "activate", "--reason", "a test", "-o", "json"))


def told(text: str) -> dict[str, Any]:
    (one,) = json.loads(text)
    assert isinstance(one, dict)
    return one


def runs(site: Site) -> list[str]:
    """The beginnings of the digests that the process says it runs."""
    lines = [line for line in fetch_text(f"{site.url}/metrics").splitlines() if line.startswith("edi_build_info{")]
    return [line.partition('config="')[2].partition('"')[0] for line in lines if line.endswith(" 1.0")]


def taken(site: Site, digest: str) -> None:
    wait_until(lambda: runs(site) == [digest[:12]], within=60, what="the configuration in force being taken")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_the_database_says_is_in_force_at_the_next_start(site: Site, own_postgres: PostgresServer) -> None:
    write(site, "first")
    gateway = site.start_gateway()
    # Killed when it is activated, and when the one that follows listens already and the one before has not ended.
    for mark, event in (("second", ""), ("third", "web_started")):
        before = site.logged(event) if event else 0
        digest = activate(site, mark)["digest"]
        if event:
            wait_until(lambda event=event, before=before: site.logged(event) > before, within=60, what=event)  # type: ignore[misc]
        gateway.kill()
        write(site, "a-file-that-does-not-matter")
        gateway = site.start_gateway()
        taken(site, digest)
    database = site.environment["DATABASE_URL"].rpartition("/")[2]
    states = own_postgres.execute("select state from gateway.activation order by id", database=database).split()
    assert states == ["ended", "ended", "in_force"]
    assert gateway.stop() == 0


@pytest.mark.timeout(90)
def test_files_are_read_again_at_the_signal_for_it(site: Site) -> None:
    write(site, "first", managed=False)
    gateway = site.start_gateway()
    wait_until(lambda: len(runs(site)) == 1, within=30, what="its figures")
    first = runs(site)
    write(site, "second", managed=False)
    gateway.process.send_signal(1)
    wait_until(lambda: len(runs(site)) == 1 and runs(site) != first, within=60, what="the files being taken")
    assert gateway.process.poll() is None
    assert site.logged("configuration_changed") == 1
    assert gateway.stop() == 0
