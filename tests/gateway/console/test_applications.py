"""What deliveries go to, in the console: the list by kinds, a page for each, subscribers with their logs, what can be done."""

from collections.abc import Mapping
from typing import Any

from gateway.console.applications import by_kind
from tests.gateway.console.test_partners import posted, text
from tests.gateway.console.visiting import OPERATOR, signed_in
from tests.world.day import World

NOTHING = {"waiting": 0, "in_sequence": 0, "after_others": 0, "put_aside": 0}


def test_targets_stand_by_what_they_are_with_all_that_is_not_delivered() -> None:
    targets: list[Mapping[str, Any]] = [
        {"target": "old", "kind": None, **NOTHING},
        {"target": "odoo", "kind": "application", **NOTHING, "waiting": 2, "in_sequence": 3, "breaker": "open"},
    ]
    (first, second) = by_kind(targets)
    assert (first[0], [(one["target"], state.key, kept) for one, state, kept in first[1]]) == (
        "application", [("odoo", "target.unavailable", 5)],
    )  # fmt: skip
    assert (second[0], second[1][0][0]["target"]) == ("gone", "old")


async def test_listed_with_what_waits_and_each_with_a_page_of_its_own(world: World) -> None:
    await world.rows("insert into gateway.breaker (target, state) values ('odoo', 'open')")
    async with signed_in(world.office) as ada:
        tree = await ada.page("/applications")
        assert tree.xpath("//th[@scope='rowgroup']/text()") == ["Applications", "Partners' channels", "Subscribers"]
        links = [str(one) for one in tree.xpath("//a[@data-open]/@href")]
        assert {"/applications/odoo", "/applications/bigbox-as2", "/applications/news"} <= set(links)
        assert "Unavailable" in text(tree, "//tr[contains(., 'odoo')]")
        page = await ada.page("/applications/odoo")
        assert "Open: it does not answer" in text(page)
        assert "http://127.0.0.1:9" in text(page)
        assert not page.xpath("//main//form")
        assert "/partners/bigbox" in (await ada.page("/applications/bigbox-as2")).xpath("//main//a/@href")
        await ada.page("/applications/odo", 404)
        await posted(ada, "/applications/odoo/hold", {"reason": "x"}, at="/applications/odoo", status=403)


async def test_held_with_numbers_in_the_question_released_and_tried_now(world: World) -> None:
    await world.moved(await world.delivery("4712"), "waiting")
    async with signed_in(world.office, *OPERATOR) as ada:
        at = "/applications/odoo"
        assert "1 delivery waits now." in text(await ada.page(at), "//dialog[@id='hold']")
        assert "1 delivery that waits" in text(await ada.page(at), "//dialog[@id='retry']")
        where = await ada.send(f"{at}/retry", at=at)
        assert "1 delivery is tried now." in text(await ada.page(where))
        await posted(ada, f"{at}/hold", {"reason": " "}, at=at, status=409)
        where = await ada.send(f"{at}/hold", at=at, reason="stocktaking")
        page = await ada.page(where)
        assert "It is held." in text(page)
        assert "by ada: stocktaking" in text(page)
        await posted(ada, f"{at}/hold", {"reason": "again"}, at=at, status=409)
        where = await ada.send(f"{at}/release", at=at, reason="")
        assert "It is released." in text(await ada.page(where))


async def test_a_subscriber_has_its_log_and_gets_a_test_event(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        at = "/applications/news"
        tree = await ada.page(at)
        assert len(tree.xpath("//table//tbody/tr")) == 3
        assert len((await ada.page(f"{at}?order=4712")).xpath("//table//tbody/tr")) == 1
        assert "Nothing of that was given to it" in text(await ada.page(f"{at}?state=dead"))
        assert "The test event did not arrive" in text(await posted(ada, f"{at}/event", {}, at=at))
