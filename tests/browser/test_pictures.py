"""The pictures in docs/how-to/console.md: every screen, light and dark, and the pages that the main jobs are done on."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from gateway.console.screens import SCREENS
from tests.browser import picture
from tests.browser.conftest import Desks
from tests.browser.desk import Desk
from tests.browser.numbers import MISSING_SKU, REJECTED_DESPATCH, TRACED
from tests.browser.people import ADMINISTRATOR
from tests.servers.program import ROOT

LARGEST: Final = 200_000
DOCUMENTED: Final = ROOT / "docs" / "how-to" / "console.md"


def first(page: Page, text: str) -> None:
    """Open the first row that says so."""
    page.get_by_role("table").get_by_role("row").filter(has_text=text).first.get_by_role("link").first.click()


def message(ada: Desk) -> None:
    """A message that went all the way."""
    ada.open(f"/messages?q={TRACED}+type:850")
    first(ada.page, "850")


def on_side(name: str) -> Callable[[Desk], None]:
    """A side of that message."""

    def open_it(ada: Desk) -> None:
        message(ada)
        ada.page.get_by_role("navigation", name="Sides of the message").get_by_role("link", name=name, exact=True).click()

    return open_it


def failure(ada: Desk) -> None:
    """One with many cases."""
    ada.open("/failures?state=all")
    first(ada.page, MISSING_SKU)


def plan(ada: Desk) -> None:
    """What would be done again."""
    ada.open(f"/batches/plan?kind=replay&q={TRACED}+type:850")


def acknowledgement(ada: Desk) -> None:
    """Why a 997 rejected what we sent."""
    ada.open(f"/acknowledgements?about={REJECTED_DESPATCH}")
    ada.page.get_by_role("link", name="Read", exact=True).click()


def order(ada: Desk) -> None:
    """An order from its first step to the money."""
    ada.open(f"/orders?number={TRACED}")
    first(ada.page, TRACED)


def at(path: str) -> Callable[[Desk], object]:
    """A page by its path."""
    return lambda ada: ada.open(path)


PAGES: Final[Mapping[str, Callable[[Desk], object]]] = {
    **{screen.name.replace("_", "-"): at(screen.path) for screen in SCREENS},
    "message": message,
    "message-document": on_side("Document"),
    "message-raw": on_side("Raw"),
    "message-related": on_side("Related"),
    "failure": failure,
    "plan": plan,
    "acknowledgement": acknowledgement,
    "order": order,
    "held": at("/orders/held"),
    "partner": at("/partners/bigbox"),
    "certificates": at("/partners/harbour/certificates"),
}


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Where pictures go: without a wish they are only taken."""
    wanted = picture.folder() or tmp_path
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_screen_has_its_picture(desk: Desks, into: Path, scheme: str) -> None:
    ada = desk(ADMINISTRATOR, trace=False, color_scheme=scheme, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    for name, open_it in PAGES.items():
        open_it(ada)
        expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
        ada.settled()
        picture.take(ada.page, f"{name}-{scheme}", into)
        assert (into / f"{name}-{scheme}.png").stat().st_size < LARGEST, name


def test_the_page_about_the_console_shows_every_screen() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    missing = [name for name in PAGES for scheme in ("light", "dark") if f"console/{name}-{scheme}.png" not in text]
    assert not missing
