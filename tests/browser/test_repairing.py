"""What people are there for: something went wrong, they find out why, repair it, and see that it is well."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desks
from tests.browser.numbers import CASES, HELD, MISSING_SKU, REJECTED_DESPATCH
from tests.browser.people import MANAGER, OPERATOR, VIEWER
from tests.browser.site import Site
from tests.browser.troubles import acknowledgement
from tests.gateway.channels.as2.certificates import pair
from tests.servers.process import wait_until

_LONG = 60_000

pytestmark = pytest.mark.timeout(180)


def started(page: Page, button: str) -> None:
    """Say yes to the question that a button opens."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("dialog").get_by_role("button", name="Start").click()


def test_a_rejected_document_is_understood_corrected_sent_again_and_accepted(desk: Desks, site: Site) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open("/acknowledgements")
    page.get_by_role("link", name="Rejected").first.click()
    page.get_by_label("Number", exact=True).fill(REJECTED_DESPATCH)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Read", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("997 from bigbox")
    says = page.get_by_role("region", name="What the partner says")
    expect(says).to_contain_text("is not a valid code")
    meant = page.get_by_role("region", name="Our document").locator("mark")
    expect(meant).to_contain_text(f"PRF*{REJECTED_DESPATCH}")
    expect(page.get_by_label("Text for the partner").or_(page.get_by_text("Text for the partner"))).to_be_visible()

    page.get_by_role("link", name="Show what we sent").click()
    page.get_by_role("link", name="Correct and replay").click()
    box = page.get_by_label("Text of the message")
    box.fill(box.input_value().replace(f'"{REJECTED_DESPATCH}"', '"BB-4711"'))
    page.get_by_role("textbox", name="Reason").fill("the order is BB-4711")
    page.get_by_role("button", name="Show the changes").click()
    expect(page.get_by_role("listitem").filter(has_text="BB-4711").first).to_be_visible()
    before = site.groups("SH")
    page.get_by_role("button", name="Plan it").click()
    started(page, "Start: 1 item")
    expect(page.get_by_text("Done: all 1 went well").first).to_be_visible(timeout=_LONG)

    wait_until(lambda: len(site.groups("SH")) > len(before), within=20, what="the corrected despatch advice")
    (group,) = set(site.groups("SH")) - set(before)
    site.drop("997-accepts.x12", acknowledgement(group=group, number=993, code="A"))
    olaf.open("/acknowledgements?standing=matched&about=BB-4711")
    accepted = page.get_by_role("row").filter(has_text="Accepted")
    wait_until(lambda: page.reload() is not None and accepted.count() == 1, within=20, what="it being accepted")


def test_a_failure_of_two_hundred_is_resolved_by_trying_five_first(desk: Desks, site: Site) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open("/failures")
    row = page.get_by_role("row").filter(has_text=MISSING_SKU)
    expect(row).to_contain_text(str(CASES))
    row.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="What to do")).to_be_visible()
    site.sell(MISSING_SKU)

    page.get_by_role("link", name=f"Redeliver the {CASES} open cases").click()
    expect(page.get_by_label("Try so many first")).to_have_value("5")
    page.get_by_label("Why").fill("the product is in Odoo now")
    page.get_by_label("A second, at most").fill("200")
    page.get_by_role("button", name="Freeze the plan").click()
    expect(page.get_by_role("status").filter(has_text=f"Frozen: {CASES} items")).to_be_visible()

    started(page, "Try the first 5")
    expect(page.get_by_role("button", name=f"Go on with the other {CASES - 5}")).to_be_visible(timeout=_LONG)
    expect(page.get_by_role("link", name="Done 5")).to_be_visible()
    started(page, f"Go on with the other {CASES - 5}")
    expect(page.get_by_text(f"Done: all {CASES} went well").first).to_be_visible(timeout=_LONG)

    olaf.open("/failures")
    expect(page.get_by_role("row").filter(has_text=MISSING_SKU)).to_have_count(0)


def test_a_partner_is_held_and_released(desk: Desks) -> None:
    maria = desk(MANAGER)
    page = maria.page
    maria.open("/partners")
    page.get_by_role("table").get_by_role("link", name="NordMart A/S").click()
    page.get_by_role("button", name="Hold").click()
    question = page.get_by_role("dialog", name="Hold NordMart A/S?")
    question.get_by_label("Why").fill("their server moves tonight")
    question.get_by_role("button", name="Hold").click()
    expect(page.get_by_role("main")).to_contain_text("their server moves tonight")
    maria.open("/partners")
    expect(page.get_by_role("row").filter(has_text="NordMart A/S")).to_contain_text("Held")
    page.get_by_role("table").get_by_role("link", name="NordMart A/S").click()
    page.get_by_role("button", name="Release").click()
    page.get_by_role("dialog", name="Release NordMart A/S?").get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Hold")).to_be_visible()


def test_an_order_that_is_held_is_released_with_a_reason(desk: Desks) -> None:
    olaf = desk(OPERATOR)
    page = olaf.page
    olaf.open("/orders/held")
    row = page.get_by_role("row").filter(has_text=HELD)
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Decide about the chosen").click()
    page.get_by_role("radio", name="Release").check()
    page.get_by_label("Why").fill("they paid by telephone")
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("status").filter(has_text="1 hold was released.")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_certificate_is_rolled_over_by_what_the_page_says(desk: Desks) -> None:
    maria = desk(MANAGER)
    page = maria.page
    maria.open("/")
    page.get_by_role("link", name=re.compile("harbour|Harbour", re.IGNORECASE)).first.click()
    page.get_by_role("navigation", name="Sides of the partner").get_by_role("link", name="Certificates").click()
    expect(page.get_by_role("main")).to_contain_text("nothing takes over")
    change = datetime.now(UTC).date() + timedelta(days=7)
    page.get_by_label("Day of the change (UTC)").fill(f"{change}")
    page.get_by_label("Or its text").fill(pair("HARBOUR", days=900).certificate.decode())
    page.get_by_role("button", name="Look at it").click()
    given = page.get_by_role("region", name="What was given")
    expect(given).to_contain_text("Nothing speaks against it.")
    expect(given).to_contain_text("Write into routes.toml")


def test_who_may_only_look_is_offered_nothing_and_refused(desk: Desks, site: Site) -> None:
    vera, olaf = desk(VIEWER), desk(OPERATOR)
    for path, name in (("/failures", "Take on…"), ("/partners/nordmart", "Hold")):
        olaf.open(path)
        expect(olaf.page.get_by_role("button", name=name)).to_be_visible()
        vera.open(path)
        expect(vera.page.get_by_role("heading", level=1)).to_be_visible()
        expect(vera.page.get_by_role("button", name=name)).to_have_count(0)
    vera.refuses(403)
    vera.open("/settings")
    expect(vera.page.get_by_role("heading", level=1)).to_have_text("You have no right to this")
