"""The data folder of an embedded gateway: attached to after a crash, refused to a second gateway, left by the last one out."""

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.acceptance.partners import SEED
from tests.acceptance.site import Site, new_site
from tests.servers.process import wait_until


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with new_site(environment={}, seed=SEED) as site:
        yield site


@pytest.fixture(autouse=True)
def stopped(site: Site) -> Iterator[None]:
    yield
    if site.gateway is not None and site.gateway.process.poll() is None:
        assert site.gateway.stop(within=20) == 0


def test_a_start_after_kill_attaches_to_the_server_that_is_still_alive(site: Site) -> None:
    site.start_gateway().kill()
    survivor = site.postgres()
    assert survivor is not None

    gateway = site.start_gateway()

    attached = site.postgres()
    assert attached is not None
    assert attached.pid == survivor.pid
    assert gateway.stop(within=20) == 0
    wait_until(lambda: not survivor.is_running(), within=5, what="the end of the server with the gateway that attached to it")


def test_a_start_after_both_were_killed_starts_the_server_again(site: Site) -> None:
    site.start_gateway().kill()
    survivor = site.postgres()
    assert survivor is not None
    for process in [survivor, *survivor.children(recursive=True)]:
        process.kill()
    psutil.wait_procs([survivor], timeout=5)

    site.start_gateway()

    started = site.postgres()
    assert started is not None
    assert started.pid != survivor.pid


def test_a_second_gateway_is_refused_with_the_process_id_of_the_first(site: Site) -> None:
    gateway = site.start_gateway()

    refused = site.try_run("run")

    assert refused.returncode != 0
    assert str(gateway.process.pid) in refused.stderr
    assert "GATEWAY_DATA" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_command_leaves_the_server_to_the_running_gateway(site: Site) -> None:
    site.start_gateway()
    server = site.postgres()
    assert server is not None

    assert "schema" in site.run("db", "status")

    assert server.is_running()
    site.wait_ready()


def test_a_gateway_that_is_started_during_a_command_keeps_the_server(site: Site) -> None:
    code = (
        "import asyncio, os, sys\n"
        "from gateway.bootstrap.settings import read_settings\n"
        "from gateway.bootstrap.store import open_database\n"
        "async def hold():\n"
        "    async with open_database(read_settings(sys.argv[1], os.environ), size=1):\n"
        "        print('open', flush=True)\n"
        "        sys.stdin.read()\n"
        "asyncio.run(hold())\n"
    )
    words = [sys.executable, "-c", code, str(site.config)]
    environment = {**site.environment, "PYTHONPATH": str(site.config.parent)}
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as command:
        assert command.stdout is not None
        assert command.stdin is not None
        assert command.stdout.readline() == b"open\n"
        site.start_gateway()
        server = site.postgres()
        command.stdin.close()
        assert command.wait(20) == 0
    assert server is not None
    assert server.is_running()
    site.wait_ready()
