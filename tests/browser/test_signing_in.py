"""Coming in, going out, and being refused."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desks
from tests.browser.people import SOMEBODY, SOMEBODY_OF_BIGBOX, VIEWER

pytestmark = pytest.mark.timeout(180)


def test_who_signs_in_comes_to_the_page_that_was_asked_for_and_who_signs_out_is_out(desk: Desks) -> None:
    page = (somebody := desk()).page
    somebody.open("/messages?q=partner:bigbox")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("Name").fill(VIEWER.name)
    page.keyboard.press("Tab")
    page.keyboard.type("a sentence that is long enough")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/messages\?q=partner:bigbox$"))
    expect(page.get_by_role("banner")).to_contain_text(VIEWER.name)
    somebody.sign_out(VIEWER.name)
    expect(page).to_have_url(re.compile(r"/sign-in"))
    somebody.open("/messages")
    expect(page).to_have_url(re.compile(r"/sign-in\?next="))


def test_a_wrong_password_says_so_and_keeps_the_name(desk: Desks) -> None:
    somebody = desk()
    somebody.refuses(403)
    somebody.sign_in(VIEWER, "not this one, surely")
    expect(somebody.page.get_by_role("alert")).to_be_visible()
    expect(somebody.page.get_by_label("Name")).to_have_value(VIEWER.name)
    expect(somebody.page.get_by_label("Password")).to_have_value("")


def test_a_session_that_was_ended_elsewhere_leads_to_the_sign_in(desk: Desks) -> None:
    here, there = desk(), desk()
    for one in (here, there):
        one.sign_in(SOMEBODY)
        expect(one.page.get_by_role("heading", level=1)).to_have_text("Overview")
    there.open("/account")
    page = there.page
    page.get_by_role("row").filter(has_not_text="this one").get_by_role("link").first.click()
    page.get_by_role("button", name="End this session").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    here.page.get_by_role("navigation", name="Screens").get_by_role("link", name="Failures").click()
    expect(here.page).to_have_url(re.compile(r"/sign-in\?next="))


def test_somebody_of_a_partner_sees_only_the_partners_own(desk: Desks) -> None:
    bob = desk(SOMEBODY_OF_BIGBOX)
    bob.open("/messages")
    page = bob.page
    partners = page.get_by_role("table").get_by_role("link", name=re.compile("^(bigbox|nordmart|lakeside|east)$"))
    expect(partners.first).to_have_text("bigbox")
    assert set(partners.all_inner_texts()) == {"bigbox"}
    expect(page.get_by_role("navigation", name="Screens")).not_to_contain_text("Overview")
