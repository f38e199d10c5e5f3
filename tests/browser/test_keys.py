"""By keyboard alone; and what comes meanwhile does not push rows away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.people import OPERATOR
from tests.browser.site import Site
from tests.browser.troubles import order_set
from tests.translators.x12.orders import interchange

pytestmark = pytest.mark.timeout(180)


def test_rows_are_walked_and_opened_and_screens_are_reached_by_letters(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page, keyboard = olaf.page, olaf.page.keyboard
    olaf.open("/")
    for key in "gm":
        keyboard.press(key)
    expect(page).to_have_url(re.compile(r"/messages$"))
    rows = page.get_by_role("table").get_by_role("row")
    keyboard.press("j")
    expect(rows.nth(1).get_by_role("link").first).to_be_focused()
    keyboard.press("j")
    expect(rows.nth(2).get_by_role("link").first).to_be_focused()
    keyboard.press("k")
    expect(rows.nth(1).get_by_role("link").first).to_be_focused()
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/messages/[0-9a-f-]{36}"))
    first = page.url
    keyboard.press("]")
    expect(page).not_to_have_url(first)
    keyboard.press("[")
    expect(page).to_have_url(first)


def test_the_search_the_keys_and_the_palette_are_a_key_away(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page, keyboard = olaf.page, olaf.page.keyboard
    olaf.open("/")
    keyboard.press("/")
    expect(page.get_by_label("Search messages by any number")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()
    keyboard.type("messa")
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/messages$"))


def test_a_failure_is_selected_and_taken_on_by_keys(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page, keyboard = olaf.page, olaf.page.keyboard
    olaf.open("/failures")
    keyboard.press("j")
    keyboard.press("x")
    expect(page.get_by_role("row").nth(1).get_by_role("checkbox")).to_be_checked()
    keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Take on this failure?")


def test_news_are_counted_and_no_row_moves_until_somebody_wants_them(desk: Desks, site: Site) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open("/messages")
    rows = page.get_by_role("table").get_by_role("row")
    before = rows.nth(1).inner_text()
    news = page.get_by_role("status").get_by_role("link")
    expect(news).to_have_count(0)
    site.send(interchange([order_set("NEWS-1")], control_number=9301))
    expect(news).to_have_text(re.compile(r"[1-9]\d* new messages?: show"), timeout=20_000)
    assert rows.nth(1).inner_text() == before
    news.click()
    expect(page.get_by_role("table").get_by_role("row").filter(has_text="NEWS-1")).to_be_visible()
