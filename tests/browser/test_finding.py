"""Finding: what a caller says is typed into the one box, and what is found is read, copied and printed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.numbers import INJECTING, TRACED
from tests.browser.people import ADMINISTRATOR, OPERATOR

pytestmark = pytest.mark.timeout(180)


def test_an_order_is_found_by_its_number_from_any_page_and_opened(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open("/partners")
    page.get_by_label("Search messages by any number").fill(TRACED)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/messages\?q={TRACED}"))
    rows = page.get_by_role("table").get_by_role("row").filter(has_text=TRACED)
    expect(rows.filter(has_text="850").first).to_be_visible()
    expect(rows.filter(has_text="810").first).to_be_visible()
    rows.filter(has_text="850").first.get_by_role("link").first.click()
    expect(page.get_by_role("navigation", name="Sides of the message")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("lakeside")
    page.get_by_role("link", name="Raw").click()
    expect(page.get_by_role("main")).to_contain_text("BEG*00")


def test_what_is_copied_is_told_and_is_on_the_clipboard(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open(f"/messages?q={TRACED}")
    page.get_by_role("button", name="Copy gateway messages").click()
    expect(page.get_by_role("status").filter(has_text="Copied.")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == f"gateway messages {TRACED}"


def test_what_a_partner_writes_is_text_and_nothing_else(desk: Desks) -> None:
    ada = desk(ADMINISTRATOR)
    page = ada.page
    ada.open(f"/messages?q={INJECTING}")
    page.get_by_role("row").filter(has_text=INJECTING).get_by_role("link").first.click()
    for side in ("Document", "Raw", "Canonical"):
        page.get_by_role("navigation", name="Sides of the message").get_by_role("link", name=side).click()
        expect(page.get_by_role("main")).to_contain_text("<script>")


def test_on_paper_there_is_what_was_found_and_no_navigation(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open(f"/messages?q={TRACED}")
    page.get_by_role("row").filter(has_text="850").first.get_by_role("link").first.click()
    page.get_by_role("link", name="Document").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_label("Search messages by any number")).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")
