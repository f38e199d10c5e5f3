"""Every screen, and every kind of page that screens lead to, opens with real data: whole, readable, in all its clothes."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.people import ADMINISTRATOR
from tests.browser.walk import kind_of, walk

pytestmark = [pytest.mark.timeout(400), pytest.mark.slow]

PHONE: Final[Mapping[str, Any]] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "light-english": {"color_scheme": "light", "locale": "en-GB"},
    "dark-german": {"color_scheme": "dark", "locale": "de-DE"},
    "phone-light-german": {"color_scheme": "light", "locale": "de-DE", **PHONE},
    "phone-dark-english": {"color_scheme": "dark", "locale": "en-GB", **PHONE},
}
LOOKED_INTO: Final = ("light-english", "phone-dark-english")
"""Where axe-core looks, which takes longer than all else: each colour and each width once."""


@pytest.fixture(scope="module")
def paths() -> list[str]:
    """What was met on the walk; the first test walks."""
    return []


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_opens_whole_and_shuts_nobody_out(desk: Desks, paths: list[str], look: str) -> None:
    ada = desk(ADMINISTRATOR, trace=False, **LOOKS[look])
    problems: list[str] = []
    known, looked_into = list(paths), set[str]()
    for path in filter(ada.open, known) if known else walk(ada):
        if not known:
            paths.append(path)
        expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
        problems += [f"{path}: wider: {one}" for one in ada.fits()]
        if look in LOOKED_INTO and (way := kind_of(path)) not in looked_into:
            looked_into.add(way)
            problems += [f"{path}: {one}" for one in ada.barriers()]
    assert not problems, "\n".join(problems)
