"""Reconciliation in the console: what is compared, what differs and whose it is, comparing now."""

from typing import Any
from uuid import uuid4

from gateway.console.reconciliation import compared_of, run_phrase
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from tests.gateway.console.visiting import OPERATOR, signed_in
from tests.world.day import World

EN = TEXTS["en"]
DIFFERENCE = """
with made as (
  insert into gateway.failure
    (id, fingerprint, stage, code, partner, route, owner, state, count, message, remedy, sample)
  values
    ($1, 'f', 'reconcile', 'missing', 'bigbox', 'odoo-orders', 'edi', 'open', 1, 'Odoo lacks order <4713>.', 'Look there.', $2)
)
insert into gateway.failure_case (fingerprint, subject, transmission, message)
values ('f', $2, $2, 'Odoo lacks order <4713>.')
"""


def text_of(tree: Any) -> str:
    return " ".join(tree.xpath("//main")[0].text_content().split())


async def test_what_is_compared_and_that_nothing_differs(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        tree = await ada.page("/reconciliation")
        text = text_of(tree)
        assert "odoo-orders" in text
        assert "our books ↔ odoo" in text or "odoo ↔ our books" in text
        assert "Nothing is known to differ." in text
        assert "Nothing was compared by the clock yet." in text
        assert tree.xpath("//dialog[@id='run-odoo-orders']//form/@action") == ["/reconciliation/odoo-orders/run"]


async def test_what_differs_leads_to_its_failure_and_its_owner(world: World) -> None:
    failure = uuid4()
    await world.rows(DIFFERENCE, failure, uuid4())
    async with signed_in(world.office) as ada:
        tree = await ada.page("/reconciliation?reconciliation=odoo-orders")
        (link,) = tree.xpath(f"//a[@href='/failures/{failure}']")
        assert link.text_content() == "Odoo lacks order <4713>."
        assert "Open (edi)" in text_of(tree)
        assert "1 difference" in text_of(await ada.page("/reconciliation"))
        assert not tree.xpath("//form[contains(@action, '/run')]"), "a viewer compares nothing"


async def test_the_last_runs_by_the_clock(world: World) -> None:
    columns = "id, schedule, due, state, started_at, ended_at, message, result"
    values = "$1, 'nightly', gateway.now(), 'done', gateway.now(), gateway.now(), '', '{\"odoo-orders\": 3}'"
    await world.rows(f"insert into gateway.schedule_run ({columns}) values ({values})", uuid4())
    async with signed_in(world.office) as ada:
        assert "nightly ✓ Done" in text_of(await ada.page("/reconciliation"))
        assert "odoo-orders: 3" in text_of(await ada.page("/reconciliation"))


async def test_comparing_now_tells_what_was_found_or_why_it_could_not_be(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        csrf = str((await ada.page("/reconciliation")).xpath("//input[@name='csrf']/@value")[0])
        async with ada.client.post("/reconciliation/acknowledged/run", data={"csrf": csrf}) as answer:
            text = await answer.text()
            assert answer.status == 200, text
            assert "compared just now" in text
        async with ada.client.post("/reconciliation/odoo-orders/run", data={"csrf": csrf}) as answer:
            assert answer.status == 409
            assert 'role="alert"' in await answer.text()
        async with ada.client.post("/reconciliation/none/run", data={"csrf": csrf}) as answer:
            assert answer.status == 404


async def test_a_viewer_compares_nothing(world: World) -> None:
    async with signed_in(world.office, Role.VIEWER) as ada:
        csrf = str((await ada.page("/reconciliation")).xpath("//input[@name='csrf']/@value")[0])
        async with ada.client.post("/reconciliation/numbers/run", data={"csrf": csrf}) as answer:
            assert answer.status == 403


async def test_partners_have_no_reconciliation(world: World) -> None:
    async with signed_in(world.office, partner="bigbox") as ada:
        await ada.page("/reconciliation", 403)


def test_what_the_gateway_finds_by_itself_is_not_counted() -> None:
    own = {"id": "numbers", "what": "numbers", "left": None, "right": None, "configured": False, "back_seconds": 2592000.0}
    told = compared_of({**own, "differences": None}, EN)
    assert (told.what, told.left, told.right, told.back_days, told.finds) == (
        "gaps in control numbers", "our books", "", 30, None,
    )  # fmt: skip
    assert EN.say(run_phrase("tomorrow", EN)) == "tomorrow"
