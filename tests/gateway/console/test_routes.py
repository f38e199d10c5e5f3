"""Routes in the console: explained in their order, and a document tried against them."""

import aiohttp

from gateway.console.routes import ways_of
from gateway.domain.access import Role
from tests.gateway.console.test_partners import posted, text
from tests.gateway.console.visiting import checked, proof, signed_in
from tests.integration.test_flow import order
from tests.world.day import World

AT = "/routes/test"


def test_routes_behind_the_one_that_took_it_were_not_asked() -> None:
    routes = [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    tried = [{"route": "a", "matched": False}, {"route": "b", "matched": True}]
    assert [(route["id"], one and one["matched"]) for route, one in ways_of(routes, {"tried": tried})] == [
        ("a", False), ("b", True), ("c", None),
    ]  # fmt: skip


async def test_they_stand_in_their_order_in_words(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page("/routes")
        assert tree.xpath("//a[@data-open]/text()") == ["express", "orders"]
        express, orders = (text(tree, f"//li[@id='route-{number}']") for number in (1, 2))
        assert "purchase order, of bigbox" in express
        assert 'order.kind == "rush"' in express
        assert "of any partner" in orders
        assert "default warehouse.identifiers.seller to 'east'" in orders
        assert "odoo as sale order, in the order of number" in orders
        assert world.office.snapshot.digest in tree.xpath("//code/@title")


async def test_a_document_that_is_pasted_shows_which_route_takes_it_and_why_not_the_others(world: World) -> None:
    before = await world.value("select count(*) from gateway.transmission")
    async with signed_in(world.office) as ada:
        asked = {"channel": "bigbox-folder", "text": order("9000", 90).decode()}
        page = await posted(ada, AT, asked, at=AT)
        assert "The route orders takes it" in text(page)
        assert "when is false" in text(page, "//tr[contains(., 'express')]")
        assert "nothing was stored or sent" in text(page)
        assert "odoo as sale order" in text(page)
        wrong = await posted(ada, AT, {**asked, "channel": "nordmart-folder"}, at=AT)
        assert "rejected" in text(wrong, "//section").casefold()
        assert "The route" not in text(wrong, "//section[@class='panel']")
        assert "Nothing in it could be read" in text(await posted(ada, AT, {**asked, "text": "hello"}, at=AT))
    assert await world.value("select count(*) from gateway.transmission") == before


async def test_what_its_sender_would_be_answered_is_shown_segment_by_segment(world: World) -> None:
    async with signed_in(world.office) as ada:
        asked = {"channel": "bigbox-folder", "text": order("9000", 90).decode()}
        answers = "//h3[text()='What its sender would be answered']/following-sibling::ul[1]"
        page = await posted(ada, AT, asked, at=AT)
        assert "997" in text(page, f"{answers}//b")
        assert "accepted" in text(page, answers).casefold()
        assert "by bigbox-folder" in text(page, answers)
        segments = str(page.xpath(f"string({answers}//pre)")).splitlines()
        assert [line[:3] for line in segments][:4] == ["ISA", "GS*", "ST*", "AK1"]
        broken = await posted(ada, AT, {**asked, "text": asked["text"].replace("CTT*", "XXX*")}, at=AT)
        assert "rejected" in text(broken, answers).casefold()
        nobody = await posted(ada, AT, {**asked, "text": asked["text"].replace("123456789", "987654321")}, at=AT)
        assert "no acknowledgement is owed" in text(nobody)


async def test_a_file_is_taken_as_it_is_and_nothing_or_too_much_is_said(world: World) -> None:
    async with signed_in(world.office) as ada:
        form = aiohttp.FormData({"csrf": proof(await ada.page(AT)), "channel": "bigbox-folder", "text": ""})
        form.add_field("file", order("9001", 91), filename="C:\\fakepath\\order.edi")
        async with ada.client.post(AT, data=form) as answer:
            assert "The route orders takes it" in text(checked(await answer.text()))
        for fields, told in (
            ({"text": ""}, "No document was given."),
            ({"text": "x", "channel": "nowhere"}, "There is no channel"),
        ):
            tree = await posted(ada, AT, fields, at=AT, status=422)
            assert told in text(tree, "//div[@class='problem']")


async def test_a_message_that_came_is_tried_by_those_who_may_see_what_it_holds(world: World) -> None:
    message = (await world.document("4712"))["transmission"]
    async with signed_in(world.office, Role.VIEWER, payloads=True) as ada:
        tree = await ada.page(f"{AT}?message={message}")
        assert "The route orders takes it" in text(tree)
        assert f"/messages/{message}" in tree.xpath("//a/@href")
        assert "That is no id of a message." in text(await ada.page(f"{AT}?message=4712", 422))
        assert (await ada.page(f"{AT}?message=01900000-0000-7000-8000-000000000000", 422)).xpath("//div[@class='problem']")


async def test_a_message_is_not_offered_without_that_right(world: World) -> None:
    message = (await world.document("4712"))["transmission"]
    async with signed_in(world.office) as ada:
        assert not (await ada.page(AT)).xpath("//input[@name='message']")
        await ada.page(f"{AT}?message={message}", 403)
