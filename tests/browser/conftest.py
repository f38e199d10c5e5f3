"""One site for all tests of a worker, a browser for each file, desks for each test. What failed leaves a picture and a trace."""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, StorageState, expect

from tests.browser.desk import Desk, Evidence
from tests.browser.people import Person
from tests.browser.site import Site, running_site
from tests.servers.chromium import chromium
from tests.servers.process import ServerMissing

Desks = Callable[..., Desk]

_OPEN = pytest.StashKey[Iterable[Desk]]()
_EVIDENCE = pytest.StashKey[Evidence]()

expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The gateway after order-to-cash and some trouble. Tests share it: each leaves what it changes to itself."""
    with running_site() as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of this file: Playwright's loop must not run beside those of other files' tests."""
    try:
        with chromium() as browser:
            yield browser
    except ServerMissing as missing:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def sessions() -> dict[str, StorageState]:
    """The cookies of those who have signed in."""
    return {}


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, browser: Browser, site: Site, sessions: dict[str, StorageState], tmp_path: Path
) -> Iterator[Desks]:
    """`desk(person)` is a browser in which somebody is signed in, `desk()` one in which nobody is; options as for a context."""
    desks: list[Desk] = []
    request.node.stash[_OPEN], request.node.stash[_EVIDENCE] = desks, Evidence(tmp_path)

    def opened(person: Person | None = None, *, trace: bool = True, **options: Any) -> Desk:
        known = sessions.get(person.name) if person else None
        usual = {"locale": "en-GB", "timezone_id": "Europe/Copenhagen", "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**{**usual, **options}, storage_state=known)
        context.set_default_timeout(30_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        if trace:
            context.tracing.start(screenshots=True, snapshots=True)
        desk = Desk(context.new_page(), site.url, traced=trace)
        desks.append(desk)
        if person and known is None:
            desk.sign_in(person)
            expect(desk.page.get_by_role("banner")).to_contain_text(person.name)
            sessions[person.name] = context.storage_state()
        return desk

    yield opened
    problems = [problem for desk in desks for problem in desk.problems]
    for desk in desks:
        desk.context.close()
    assert not problems, "\n".join(problems)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A test that fails says where its pictures and traces are."""
    report = yield
    if report.when == "call" and report.failed and _OPEN in item.stash:
        evidence = item.stash[_EVIDENCE]
        kept = [line for number, desk in enumerate(item.stash[_OPEN], 1) for line in evidence.of(number, desk)]
        report.sections.append(("Browser", "\n".join(kept)))
    return report
