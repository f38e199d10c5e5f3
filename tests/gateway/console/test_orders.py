"""Orders in the console: found, read, held ones decided about; partners see their own and no link that leads nowhere."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.console.order import amounts_of, names_of, said_phrase, steps_of
from gateway.console.orders import step_text, troubles_of
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.domain.order.lifecycle import ORDER_STATES
from gateway.domain.order.milestone import Event
from tests.gateway.console.visiting import OPERATOR, Visitor, signed_in
from tests.world.day import World
from tests.world.slow_warehouse import slow_warehouse

EN, DE = TEXTS["en"], TEXTS["de"]


async def order_path(world: World, number: str = "4711", partner: str = "bigbox") -> str:
    return (
        f"/orders/{await world.value('select id from gateway.trade_order where number = $1 and partner = $2', number, partner)}"
    )


def rows(tree: Any) -> list[str]:
    return [" ".join(row.text_content().split()) for row in tree.xpath("//main//tbody/tr")]


class TestList:
    async def test_orders_are_found_by_what_the_address_says(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            assert len(rows(await ada.page("/orders"))) == 3
            assert [row.split()[1] for row in rows(await ada.page("/orders?number=4711&partner=nordmart"))] == ["nordmart"]
            (held,) = rows(await ada.page("/orders?held=yes"))
            assert "2 holds stop it" in held
            assert len(rows(await ada.page("/orders?next=accepted&state=received"))) == 3
            none = await ada.page("/orders?next=invoiced")
            assert none.xpath("string(//*[@class='empty']/h2)") == "Nothing is like that"
            assert (await ada.page("/orders?late=yes")).xpath("string(//p[@class='cli']/code)") == "gateway orders --late"
            await ada.page("/orders?state=shiped", 400)

    async def test_pages_keep_what_narrows_them(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.console.orders._LIMIT", 1)
        async with signed_in(world.office) as ada:
            tree = await ada.page("/orders?state=received")
            found = rows(tree)
            while older := tree.xpath("//nav[@class='pages']//a[@rel='next']/@href"):
                assert "state=received" in older[0]
                tree = await ada.page(older[0])
                found += rows(tree)
            assert len(found) == 3

    def test_what_is_late_held_or_refused_is_told(self) -> None:
        told = troubles_of({"late": ["ship"], "held": 1, "refused": 2, "waiting": 0}, EN)
        assert [EN.say(one) for one in told] == ["Late: ship", "1 hold stops it", "2 messages about it were refused"]

    @pytest.mark.parametrize("texts", [EN, DE])
    def test_all_states_and_steps_have_words(self, texts: Any) -> None:
        for name in (*ORDER_STATES, *map(str, Event)):
            assert step_text(texts, name)
            assert texts(f"step.{name}")


class TestPage:
    async def test_the_page_tells_steps_lines_holds_and_who_said_what(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            tree = await ada.page(await order_path(world))
            steps = [" ".join(one.text_content().split()) for one in tree.xpath("//ol[@class='way']/li")]
            assert "received" in steps[0]
            assert [one.split()[0] for one in steps[1:]] == ["accepted", "shipped", "delivered", "invoiced", "paid"]
            text = " ".join(tree.text_content().split())
            assert "W1 for east: held" in text
            assert "received 10 EA of line 1" in text
            assert len(tree.xpath("//a[contains(@href, '/orders/held/decide')]")) == 3
            (message,) = tree.xpath("//td//a[starts-with(@href, '/messages/')]/@href")
            await ada.page(message)
            assert tree.xpath("string(//p[@class='cli']/code)") == "gateway order 4711 --partner bigbox"
            await ada.page("/orders/01900000-0000-7000-8000-000000000000", 404)
            await ada.page("/orders/nonsense", 404)

    async def test_who_may_not_decide_is_not_asked_to(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            tree = await ada.page(await order_path(world))
            assert not tree.xpath("//a[contains(@href, 'decide')]")
            assert not (await ada.page("/orders/held")).xpath("//input[@type='checkbox'][@name='hold']")

    def test_steps_have_durations_and_late_ones_are_marked(self) -> None:
        deadline = {"milestone": "accepted", "state": "open", "due_at": "2026-11-20T10:00:00Z"}
        view = {
            "steps": {"received": "2026-11-20T08:00:00Z", "validated": "2026-11-20T08:05:00Z"},
            "missing": ["accepted", "shipped"],
            "deadlines": [deadline, {**deadline, "milestone": "shipped", "due_at": datetime.max.replace(tzinfo=UTC).isoformat()}],
        }
        assert [(one.text, one.took, one.done, one.late) for one in steps_of(view, EN)] == [
            ("received", None, True, False),
            ("validated", 300.0, True, False),
            ("accepted", None, False, True),
            ("shipped", None, False, False),
        ]

    def test_a_step_that_others_date_before_the_one_before_it_has_no_duration(self) -> None:
        view = {"steps": {"received": "2026-11-20T08:00:00.2Z", "accepted": "2026-11-20T08:00:00Z"}, "missing": []}
        assert [one.took for one in steps_of(view, EN)] == [None, None]

    def test_quantities_that_nobody_has_are_no_columns(self) -> None:
        line = dict.fromkeys(("ordered", "rejected", "cancelled", "allocated", "back_ordered", "delivered", "returned"))
        assert amounts_of([{**line, "back_ordered": "3"}]) == ["ordered", "accepted", "back_ordered", "shipped", "invoiced"]

    def test_what_waits_says_for_what(self) -> None:
        assert "shipped" in EN.say(said_phrase({"state": "waiting", "needs": "shipped"}, EN))
        assert EN.say(said_phrase({"state": "tomorrow", "needs": None}, EN)) == "tomorrow"

    def test_names_are_told_by_what_they_name(self) -> None:
        links = [{"system": "odoo", "kind": "sale_order", "value": "S1"}, {"system": "wms", "kind": "sale_order", "value": "W1"}]
        assert names_of(links) == [("sale order", [("S1", "odoo"), ("W1", "wms")])]


class TestHeld:
    async def test_several_are_decided_about_after_a_page_that_says_how_many(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            listed = await ada.page("/orders/held")
            ids = listed.xpath("//input[@name='hold']/@value")
            assert len(ids) == 2
            asked = "/orders/held/decide?" + "&".join(f"hold={one}" for one in ids)
            tree = await ada.page(asked)
            assert "This is about 2 holds of 1 order." in " ".join(tree.text_content().split())
            led = await ada.send("/orders/held/decide", at=asked, hold=ids, decision="approve", reason="agreed")
            assert led == "/orders/held?said=held.approve&count=2"
            done = await ada.page(led)
            assert "2 holds were approved." in done.text_content()
            assert "Nothing is held" in done.text_content()
            over = await ada.page("/orders/held?all=yes")
            assert "by ada: agreed" in " ".join(over.text_content().split())
        assert await world.audited("hold_approved") == ["ada", "ada"]

    async def test_what_is_over_already_or_was_not_chosen_is_told(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            await ada.page("/orders/held/decide", 400)
            (one, _) = (await ada.page("/orders/held")).xpath("//input[@name='hold']/@value")
            asked = f"/orders/held/decide?hold={one}"
            await refused(ada, asked, 400, hold=one, reason="which", decision="destroy")
            await refused(ada, asked, 400, hold=one, decision="approve")
            form = await ada.page(asked)
            await ada.send("/orders/held/decide", at=asked, hold=one, decision="refuse", reason="no credit")
            assert form is not None
            gone = await ada.page(asked)
            assert "does not hold any more" in gone.text_content()
            assert not gone.xpath("//input[@name='decision']")

    async def test_viewers_are_refused(self, world: World) -> None:
        async with signed_in(world.office, Role.VIEWER) as ada:
            one = await world.value("select id from gateway.release_hold limit 1")
            await refused(ada, "/orders/held", 403, hold=str(one), decision="approve", reason="because I want to")


async def refused(ada: Visitor, at: str, status: int, **fields: str) -> None:
    csrf = str((await ada.page(at)).xpath("//input[@name='csrf']/@value")[0])
    async with ada.client.post("/orders/held/decide", data={"csrf": csrf, **fields}, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()


async def test_a_partner_sees_its_orders_and_every_link_leads_somewhere(world: World) -> None:
    async with signed_in(world.office, partner="bigbox") as ada:
        tree = await ada.page("/orders")
        assert {row.split()[1] for row in rows(tree)} == {"bigbox"}
        text = (await ada.page(await order_path(world))).text_content()
        assert "What was said of it" not in text
        assert "too much" not in text
        await ada.page(await order_path(world, partner="nordmart"), 404)
        await ada.page("/orders?late=yes", 403)
        await ada.page("/orders/held", 403)
        for page in ("/orders", await order_path(world)):
            for path in {str(one) for one in (await ada.page(page)).xpath("//a/@href") if str(one).startswith("/")}:
                async with ada.client.get(path) as answer:
                    assert answer.status == 200, path


async def test_the_pages_are_there_in_german(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        ada.client.cookie_jar.update_cookies({"edi-language": "de"})
        for path in ("/orders", "/orders/held", await order_path(world)):
            assert (await ada.page(path)).get("lang") == "de"


class TestLikelyLate:
    async def test_orders_are_listed_with_the_reason_and_a_text_to_copy(self, world: World) -> None:
        order = await slow_warehouse(world)
        async with signed_in(world.office) as ada:
            tree = await ada.page("/orders/likely-late?partner=bigbox")
            (row,) = rows(tree)
            assert "usually 8 days from received to shipped" in row
            assert tree.xpath("//td//a[@data-open]/@href") == [f"/orders/{order}"]
            assert tree.xpath("string(//pre)").startswith("BigBox: 1 order will likely be late.")
            assert tree.xpath("//h3/button/@data-copy") == [tree.xpath("string(//pre)")]
            assert "usually 8 days" in (await ada.page(f"/orders/{order}")).xpath("string(//p[@class='forecast'])")

    async def test_nothing_is_said_where_too_little_is_known(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            text = (await ada.page("/orders/likely-late")).text_content()
            assert "3 orders are underway" in text
            await ada.page("/orders/likely-late?partner=nobody")

    async def test_partners_are_not_told(self, world: World) -> None:
        async with signed_in(world.office, partner="bigbox") as ada:
            await ada.page("/orders/likely-late", 403)
            assert not (await ada.page("/orders")).xpath("//a[@href='/orders/likely-late']")
