"""Ignore and reject on the page of a message: offered where it helps, asked with numbers, done once, told in both languages."""

from pathlib import Path

import pytest

from gateway.console.message_acts import ACTS, effects
from gateway.console.message_story import may_be_rejected, waits_for_somebody
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from tests.gateway.console.visiting import proof, signed_in
from tests.world.agreeing import BY_RESPONSE, with_more
from tests.world.day import REFUSED, World

DELIVERY = {"target": "odoo", "state": "failed", "document": "d"}
VIEW = {"channel": "bigbox-folder", "deliveries": [DELIVERY], "failures": [], "interchanges": [{"documents": [{"id": "d"}]}]}
ANSWER = {"type": "855", "number": "4712-R1F2A", "partner": "bigbox"}
NOTHING = {"deliveries": [], "failures": 0, "answers": [], "before": []}


async def refused(world: World) -> str:
    return str((await world.document(REFUSED))["transmission"])


@pytest.mark.parametrize(
    ("changed", "waits", "rejectable"),
    [
        ({}, True, True),
        ({"deliveries": [{**DELIVERY, "state": "delivered"}]}, False, False),
        ({"deliveries": [DELIVERY, {**DELIVERY, "state": "delivered"}]}, True, False),
        ({"deliveries": [DELIVERY, {"target": "folder", "state": "delivered", "document": None}]}, True, True),
        ({"deliveries": [], "failures": [{"state": "open"}]}, True, True),
        ({"deliveries": [], "failures": [{"state": "resolved"}]}, False, False),
        ({"channel": "edi.outbound"}, True, False),
        ({"interchanges": []}, True, False),
    ],
)
def test_what_is_offered_follows_from_what_waits(changed: dict[str, object], waits: bool, rejectable: bool) -> None:
    view = {**VIEW, **changed}
    assert (waits_for_somebody(view), may_be_rejected(view)) == (waits, rejectable)


def test_every_act_has_its_words_in_every_language() -> None:
    for language in ("en", "de"):
        assert all(TEXTS[language](f"message.{kind}.{act}") for act in ACTS for kind in ("ask", "do"))
        assert all(TEXTS[language](f"said.message.{act}") for act in ACTS)


def test_effects_say_numbers() -> None:
    shown = {**NOTHING, "deliveries": [DELIVERY, {**DELIVERY, "target": "wms"}], "failures": 1, "answers": [ANSWER]}
    assert effects(shown, TEXTS["en"]) == [
        "2 deliveries are given up for good: odoo, wms.",
        "1 other failure of it ends.",
        "855 4712-R1F2A goes to bigbox: it says that this is not taken, and your reason.",
    ]
    assert effects(shown, TEXTS["de"])[0] == "2 Auslieferungen werden endgültig aufgegeben: odoo, wms."
    assert effects({**NOTHING, "failures": 2}, TEXTS["en"])[-1] == "The sender is told nothing."
    told = effects({**NOTHING, "before": [{"called": "order 4712"}]}, TEXTS["en"])
    assert told == ["The sender of order 4712 was told before, and is not told again."]


async def test_what_waits_can_be_ignored_after_a_question(world: World) -> None:
    message = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        offered = [str(one) for one in (await ada.page(f"/messages/{message}")).xpath("//nav[@class='actions']/a/text()")]
        assert [one for one in offered if one in ("Ignore", "Reject")] == ["Ignore", "Reject"]
        question = f"/messages/{message}/give-up?action=ignore"
        tree = await ada.page(question)
        assert tree.xpath("string(//h1)") == "Ignore this message?"
        text = str(tree.xpath("string(//main)"))
        assert "1 delivery is given up for good: odoo." in text
        assert "The sender is told nothing." in text
        assert await world.audited("ignored") == [], "a question does nothing"
        led = await ada.send(f"/messages/{message}/give-up", at=question, action="ignore", reason="sent twice")
        assert led == f"/messages/{message}?said=message.ignore"
        after = await ada.page(led)
        assert "Ignored: nothing more is done with it." in after.text_content()
        assert "Ignore" not in after.xpath("//nav[@class='actions']/a/text()")
        assert await world.audited("ignored") == ["ada", "ada"]
        assert "done with" in (await ada.page(question)).text_content()


async def test_it_is_rejected_and_the_answer_is_named_before(world: World, tmp_path: Path) -> None:
    agreed, message = with_more(world, tmp_path, BY_RESPONSE), await refused(world)
    async with signed_in(agreed.office, Role.OPERATOR) as ada:
        question = f"/messages/{message}/give-up?action=reject"
        tree = await ada.page(question)
        assert "855 4712-R" in tree.text_content()
        assert "goes to bigbox" in tree.text_content()
        led = await ada.send(f"/messages/{message}/give-up", at=question, action="reject", reason="no longer made")
        assert "The answer is on its way" in (await ada.page(led)).text_content()
        assert len(await world.rows("select id from gateway.transmission where idempotency_key like 'rejection:%'")) == 1


async def test_what_cannot_be_rejected_is_told_with_what_would_allow_it(world: World) -> None:
    message = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        text = (await ada.page(f"/messages/{message}/give-up?action=reject")).text_content()
        assert "Nothing is agreed with bigbox" in text
        assert 'document = "order_response"' in text
        csrf = proof(await ada.page(f"/messages/{message}/give-up?action=ignore"))
        form = {"csrf": csrf, "action": "reject", "reason": "why"}
        async with ada.client.post(f"/messages/{message}/give-up", data=form, allow_redirects=False) as answer:
            assert answer.status == 422
        async with ada.client.post(f"/messages/{message}/give-up", data={**form, "action": "ignore", "reason": " "}) as answer:
            assert answer.status == 422, "a reason is needed"
        await ada.page(f"/messages/{message}/give-up?action=eat", 404)


async def test_who_only_looks_is_offered_and_allowed_nothing(world: World) -> None:
    message = await refused(world)
    async with signed_in(world.office) as ada:
        offered = (await ada.page(f"/messages/{message}")).xpath("//nav[@class='actions']/a/text()")
        assert [str(one) for one in offered] == ["Support bundle"]
        for act in ACTS:
            await ada.page(f"/messages/{message}/give-up?action={act}", 403)
