"""A certificate is rolled over in the browser, at a gateway whose configuration is what was activated, while it works."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from gateway.bootstrap.office import opened
from tests.browser.conftest import Desks
from tests.browser.people import MANAGER
from tests.browser.site_program import invited
from tests.gateway.bootstrap.managed import written
from tests.gateway.channels.as2.certificates import pair
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port, wait_until
from tests.servers.program import Program, answers

pytestmark = [pytest.mark.timeout(200), pytest.mark.slow]


@dataclass(frozen=True, slots=True)
class Managed:
    """A gateway that runs."""

    url: str


@pytest.fixture(scope="module")
def site(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Managed]:
    """One of its own, as operators start it: here somebody changes the configuration."""
    folder = tmp_path_factory.mktemp("managed")
    environ = {
        "DATABASE_URL": postgres.url(postgres.create_database()),
        "GATEWAY_LISTEN": f"127.0.0.1:{free_port()}",
        "GATEWAY_DATA": str(folder / "var"),
    }
    file = written(folder)
    gateway = Program(["-m", "gateway.cli", "run", "--config", str(file)], output=folder / "gateway.log", environment=environ)
    try:
        site = Managed(f"http://{environ['GATEWAY_LISTEN']}")
        wait_until(lambda: answers(f"{site.url}/health/ready"), within=60, what="the gateway being ready")
        with ThreadPoolExecutor(1) as threads:  # Playwright's loop runs in this one
            threads.submit(asyncio.run, _with_an_account(file, environ)).result()
        yield site
    finally:
        gateway.stop(within=30)


async def _with_an_account(file: Path, environ: dict[str, str]) -> None:
    async with opened(str(file), environ) as office:
        await invited(office, MANAGER)


def test_a_certificate_is_looked_at_proposed_and_in_force(desk: Desks) -> None:
    maria = desk(MANAGER)
    page = maria.page
    change = datetime.now(UTC).date() + timedelta(days=7)
    maria.open("/partners/bigbox/certificates")
    expect(page.get_by_role("main")).not_to_contain_text("Comes next")
    page.get_by_label("Day of the change (UTC)").fill(f"{change}")
    page.get_by_label("Or its text").fill(pair("BIGBOX new").certificate.decode())
    page.get_by_role("button", name="Look at it").click()
    given = page.get_by_role("region", name="What was given")
    expect(given).to_contain_text("Let it take over")
    given.get_by_label("Why").fill("theirs ends in spring; compared by telephone")
    given.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("status").filter(has_text="It is proposed.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("theirs ends in spring; compared by telephone")

    def taken_over() -> bool:
        return maria.open("/partners/bigbox/certificates") and "Comes next" in page.get_by_role("main").inner_text()

    wait_until(taken_over, within=60, what="the gateway working by what was activated")
    expect(page.get_by_role("row").filter(has_text="CN=BIGBOX new")).to_contain_text("Comes next")
    maria.open("/configuration")
    expect(page.get_by_role("row").nth(1)).to_contain_text("in force")
