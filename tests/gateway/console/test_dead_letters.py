"""Dead letters in the console: by what they need, and what is done about them, by questions that say numbers."""

from gateway.console.dead_letters import ACTS, NEEDS, shown_need
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from tests.gateway.console.visiting import proof, signed_in
from tests.world.day import REFUSED, World

HOSTILE = "<script>alert(1)</script> {x}"


def test_what_needs_somebody_most_is_shown_first() -> None:
    numbers = dict.fromkeys(NEEDS, 0)
    assert shown_need("", {**numbers, "dead": 3, "in_doubt": 1}) == "in_doubt"
    assert shown_need("dead", numbers) == "dead"
    assert shown_need("nonsense", numbers) == "refused"


def test_every_need_and_act_has_its_words() -> None:
    for need, acts in NEEDS.items():
        assert TEXTS["de"](f"dead_letters.need.{need}")
        assert TEXTS["de"](f"dead_letters.about.{need}")
        assert all(TEXTS["de"](f"dead_letters.act.{act}") for act in acts)
    assert all(TEXTS["de"](f"dead_letters.effect.{act}") for act in ACTS)


async def test_each_kind_is_a_list_of_its_own_with_what_can_be_done_about_it(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/dead-letters")
        assert tree.xpath("string(//nav[@class='tabs']//a[@aria-current])") == "Refused 1"
        assert tree.xpath("string(//td//a[@data-open])") == f"850 {REFUSED}"
        assert tree.xpath("//form[@data-selects]//button/@value") == ["redelivery", "replay", "discard"]
        (failure,) = tree.xpath("//td//a[contains(@href, '/failures/')]/@href")
        await ada.page(failure)
        unread = await ada.page("/dead-letters?need=unreadable")
        assert unread.xpath("//form[@data-selects]//button/@value") == ["replay", "discard"]
        assert "Nothing needs this now" in (await ada.page("/dead-letters?need=approval")).text_content()
        assert "Show all" in (await ada.page("/dead-letters?need=refused&partner=nobody")).text_content()
        await ada.page("/dead-letters?after=nonsense", 422)


async def test_some_are_discarded_after_a_question(world: World) -> None:
    one = str(await world.delivery(REFUSED))
    async with signed_in(world.office, Role.OPERATOR) as ada:
        question = f"/dead-letters/act?action=discard&id={one}&back=/dead-letters%3Fneed%3Drefused"
        tree = await ada.page(question)
        assert tree.xpath("string(//h1)") == "Discard this?"
        assert REFUSED in tree.xpath("string(//ul[@class='chosen'])")
        fields = {"action": "discard", "id": one, "back": "/dead-letters?need=refused", "reason": "ordered by telephone"}
        led = await ada.send("/dead-letters/act", at=question, **fields)
        assert led == "/dead-letters?need=refused&said=dead_letters.discard&count=1"
        assert await world.audited("discarded") == ["ada"]
        assert "never means everything" in (await ada.page(question, 422)).text_content(), "it is no dead letter any more"


async def test_what_is_in_doubt_has_arrived_under_the_name_that_the_target_gave(world: World) -> None:
    one = await world.delivery(REFUSED)
    await world.moved(one, "waiting", "sending", "in_doubt")
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/dead-letters")
        assert tree.xpath("//form[@data-selects]//button/@value") == ["found", "redelivery", "discard"]
        assert tree.xpath("//form[@data-selects]//input[@name='in_doubt']/@value") == ["on"]
        question = f"/dead-letters/act?action=found&id={one}"
        fields = {"action": "found", "id": str(one), "reason": "seen in Odoo", "reference": "S00042"}
        await ada.send("/dead-letters/act", at=question, **fields)
        (row,) = await world.rows("select state, reference from gateway.delivery where id = $1", one)
        assert row == {"state": "delivered", "reference": "S00042"}


async def test_what_waits_for_an_approval_is_approved_under_ones_name(world: World) -> None:
    one = await world.delivery(REFUSED)
    await world.rows("update gateway.delivery set code = 'approval-needed' where id = $1", one)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        assert (await ada.page("/dead-letters")).xpath("//form[@data-selects]//button/@value") == ["approve", "discard"]
        question = f"/dead-letters/act?action=approve&id={one}"
        await ada.send("/dead-letters/act", at=question, action="approve", id=str(one), reason="counted twice")
        assert await world.audited("approved") == ["ada"]


async def test_what_cannot_be_done_is_told_beside_the_question(world: World) -> None:
    one = str(await world.delivery(REFUSED))
    async with signed_in(world.office, Role.OPERATOR) as ada:
        form = {"csrf": proof(await ada.page("/dead-letters")), "action": "approve", "id": one, "reason": "why"}
        async with ada.client.post("/dead-letters/act", data=form, allow_redirects=False) as answer:
            assert answer.status == 422
            assert "does not wait for an approval" in await answer.text()
        for wrong, status in (("action=delete&id=x", 404), ("action=discard", 422), ("action=discard&id=no-id", 400)):
            await ada.page(f"/dead-letters/act?{wrong}", status)


async def test_who_only_looks_is_offered_nothing_and_what_came_from_outside_stays_text(world: World) -> None:
    one = str(await world.delivery(REFUSED))
    await world.rows("update gateway.delivery set message = $1, code = $1 where state = 'failed'", HOSTILE)
    async with signed_in(world.office) as ada:
        tree = await ada.page("/dead-letters")
        assert HOSTILE in tree.text_content()
        assert not tree.xpath("//input[@name='id'] | //main//button[@name]")
        await ada.page(f"/dead-letters/act?action=discard&id={one}", 403)
