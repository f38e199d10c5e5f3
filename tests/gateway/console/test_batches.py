"""Batches in the console: a plan with numbers, frozen; started by its count, tried first, watched, cancelled."""

from typing import Any
from uuid import UUID

import pytest

from gateway.console.batch import next_ones, plan_lines
from gateway.console.batches import batch_state, filter_path, filter_text, is_moving, progress_of, what_it_does
from gateway.console.planning import choice_of
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.domain.lifecycle import BATCH
from gateway.domain.replay import Effect
from tests.gateway.console.visiting import Visitor, checked, proof, signed_in
from tests.world.day import REFUSED, World

ENGLISH = TEXTS["en"]


def view(**more: Any) -> dict[str, Any]:
    """A batch of ten, of which eight can be done."""
    return {
        "action": "replay", "filter": "partner:bigbox", "state": "running", "count": 8, "try_first": None, "second_person": False,
        "planned_by": "ada", "settled_by": None, "plan": {"matched": 10, "count": 8, "effects": {}, "refused": {}},
        "items": {"skipped": 2, "planned": 8}, **more,
    }  # fmt: skip


class TestPure:
    def test_progress_counts_what_was_to_be_done_and_not_what_the_plan_left_out(self) -> None:
        progress = progress_of(view(items={"skipped": 3, "done": 3, "failed": 1, "running": 1, "planned": 2}))
        assert (progress.ended, progress.count, progress.left, progress.skipped, progress.quarter) == (5, 8, 2, 1, 2)

    @pytest.mark.parametrize(
        ("more", "said", "tone"),
        [
            ({"state": "planned"}, "Planned: nothing is done until somebody starts it", "warning"),
            ({"state": "planned", "second_person": True}, "Planned: somebody other than ada has to start it", "warning"),
            ({"items": {"skipped": 2, "done": 2, "planned": 6}}, "Running: 2 of 8 have ended", "info"),
            ({"state": "done", "items": {"skipped": 2, "done": 8}}, "Done: all 8 went well", "good"),
            ({"state": "done", "items": {"skipped": 3, "done": 6, "failed": 1}}, "Done: 6 of 8 went well, 2 did not", "error"),
            ({"state": "cancelled", "settled_by": "bob", "items": {"cancelled": 8}}, "Cancelled by bob, 0 were done", "faint"),
        ],
    )
    def test_a_state_says_who_must_act(self, more: dict[str, Any], said: str, tone: str) -> None:
        phrase = batch_state(view(**more))
        assert (ENGLISH.say(phrase), phrase.tone) == (said, tone)

    @pytest.mark.parametrize("state", sorted({*BATCH.values(), *(before for before, _ in BATCH)}))
    def test_every_state_is_told(self, state: str) -> None:
        assert ENGLISH.say(batch_state(view(state=state, settled_by="bob")))

    def test_it_moves_as_long_as_something_runs(self) -> None:
        assert is_moving(view())
        assert is_moving(view(state="cancelled", items={"running": 1}))
        assert not is_moving(view(state="tried"))

    def test_a_few_begin_first_and_then_all_that_are_left(self) -> None:
        planned = view(state="planned", try_first=5)
        assert next_ones(planned, progress_of(planned)) == 5
        tried = view(state="tried", try_first=5, items={"done": 5, "planned": 3})
        assert next_ones(tried, progress_of(tried)) == 3
        few = view(state="planned", try_first=50)
        assert next_ones(few, progress_of(few)) == 8

    @pytest.mark.parametrize(
        ("words", "path", "text"),
        [
            ("partner:bigbox state:dead", "/messages?q=partner%3Abigbox+state%3Adead", "partner:bigbox state:dead"),
            ("failure 3f2a9c51d0e87b46", "/failures/3f2a9c51d0e87b46", "failure 3f2a9c51d0e87b46"),
            ("--group 3f2a9c51d0e87b46", "/failures/3f2a9c51d0e87b46", "--group 3f2a9c51d0e87b46"),
            (f"{UUID(int=1)} {UUID(int=2)}", "", "2 selected by hand"),
            ("dlq --target odoo", "", "dlq --target odoo"),
        ],
    )
    def test_what_was_chosen_can_be_looked_at_again(self, words: str, path: str, text: str) -> None:
        assert (filter_path(view(filter=words)), filter_text(view(filter=words), ENGLISH)) == (path, text)

    def test_events_are_no_search_of_messages(self) -> None:
        assert filter_path(view(action="events", filter="billing.events order.*")) == ""
        assert what_it_does(ENGLISH, "events", 1) == "Publish 1 event again"
        assert what_it_does(ENGLISH, "some_day", 1) == "some day"

    def test_every_effect_is_told_those_that_others_notice_with_a_warning(self) -> None:
        plan = {"effects": dict.fromkeys(reversed([effect.value for effect in Effect]), 1), "refused": {"it is on its way": 2}}
        lines = plan_lines(plan, ENGLISH)
        assert [line.tone for line in lines].count("warning") == 4
        assert lines[0].text == "document is processed again"
        assert lines[-1].text == "not done: it is on its way"
        assert not any("_" in line.text for line in lines)

    def test_a_choice_is_read_from_an_address(self) -> None:
        choice = choice_of(
            [("kind", "redelivery"), ("id", "a"), ("id", "b"), ("id", ""), ("in_doubt", "on"), ("acknowledge", "on")]
        )
        assert (choice.kind, choice.ids, choice.options) == ("redelivery", ["a", "b"], ["in_doubt"])
        assert "acknowledge" not in choice.members()


async def planned(ada: Visitor, **fields: Any) -> str:
    """The page of a batch that was planned by its form."""
    fields = {"kind": "replay", "q": "partner:bigbox", "reason": "the table was corrected", **fields}
    path = await ada.send("/batches/plan", at="/batches/plan?kind=replay&q=partner:bigbox", **fields)
    return path.partition("?")[0]


async def test_a_plan_says_numbers_before_anything_is_kept(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/batches/plan?kind=replay&q=partner:bigbox")
        assert tree.xpath("string(//table[@class='plan']/caption)") == "4 match, 4 will be done"
        assert "2acknowledgements are not sent again" in tree.xpath("string(//table[@class='plan'])").replace("\n", "")
        again = await ada.page("/batches/plan?kind=replay&q=partner:bigbox&acknowledge=on")
        assert "AGAIN" in again.xpath("string(//table[@class='plan'])")
        assert again.xpath("//form[@method='post']//input[@name='acknowledge']/@value") == ["on"]
        assert "Nothing was done again in bulk yet" in (await ada.page("/batches")).text_content()


async def test_an_empty_or_lost_choice_is_refused_never_everything(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        for chosen in ("", "&q=", "&q=+", "&q=direction:in", "&id=", "&failure=+"):
            for kind in ("replay", "redelivery"):
                tree = await ada.page(f"/batches/plan?kind={kind}{chosen}", 422)
                assert "never means everything" in tree.xpath("string(//div[@role='alert'])")
                assert not tree.xpath("//main//form[@method='post']")


async def test_a_wrong_configuration_is_told_and_can_be_corrected(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/batches/plan?kind=replay&q=partner:bigbox&configuration=feedbeef", 422)
        assert tree.xpath("//div[@id='plan']//div[@role='alert']"), "in the part that is asked for again"
        assert tree.xpath("//form[@method='get']//input[@name='configuration']/@value") == ["feedbeef"]
        assert not tree.xpath("//main//form[@method='post']")


async def test_a_lost_choice_is_refused_when_it_is_sent_too(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        form = {"csrf": proof(await ada.page("/batches")), "kind": "replay", "reason": "why"}
        async with ada.client.post("/batches/plan", data=form, allow_redirects=False) as answer:
            assert answer.status == 422
            assert "never means everything" in checked(await answer.text()).text_content()
        for wrong in ("kind=delete&q=partner:bigbox", "kind=replay&q=partnr:bigbox", "kind=replay&id=no-id"):
            await ada.page(f"/batches/plan?{wrong}", 404 if "delete" in wrong else 422)
        assert await world.value("select count(*) from gateway.batch") == 0


async def test_without_a_reason_the_plan_is_shown_again_with_what_was_written(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        at = "/batches/plan?kind=replay&q=partner:bigbox"
        form = {
            "csrf": proof(await ada.page(at)),
            "kind": "replay",
            "q": "partner:bigbox",
            "reason": " ",
            "rate": "7",
            "try_first": "2",
        }
        async with ada.client.post("/batches/plan", data=form, allow_redirects=False) as answer:
            tree = checked(await answer.text())
            assert answer.status == 422
        assert tree.xpath("//input[@name='rate']/@value | //input[@name='try_first']/@value") == ["2", "7"]
        assert tree.xpath("//div[@role='alert']")


async def test_a_batch_is_frozen_tried_gone_on_with_and_watched(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        path = await planned(ada, try_first="1", rate="5")
        tree = await ada.page(path)
        assert tree.xpath("string(//h1)") == "Replay 4 messages"
        assert "partner:bigbox" in tree.xpath("string(//dl[@class='facts'])")
        assert tree.xpath("//dialog[@id='start']//input[@name='expect']/@value") == ["4"]
        assert "Then it waits for you with the other 3." in tree.xpath("string(//dialog[@id='start'])")
        assert not tree.xpath("//*[@data-runs]")
        assert await ada.send(f"{path}/confirm", at=path, expect="4") == f"{path}?said=batches.confirm"
        tree = await ada.page(path)
        (refresh,) = tree.xpath("//*[@data-runs]/@hx-get")
        part = await progress(ada, refresh)
        assert part.count("hx-swap-oob") == 0, "nothing has changed: nothing else of the page is touched, nothing said"
        batch = path.rpartition("/")[2]
        await first_ended(world, batch)
        part = await progress(ada, refresh)
        assert 'id="announce"' in part
        assert "Tried with 1" in part
        assert 'id="actions" hx-swap-oob' in part
        assert 'id="items" hx-swap-oob' in part
        assert "data-runs" not in part
        tree = await ada.page(path)
        assert tree.xpath("//dialog[@id='start']//input[@name='expect']/@value") == ["3"]
        await ada.send(f"{path}/confirm", at=path, expect="3")
        assert await world.value("select allowed from gateway.batch where id = $1::text::uuid", batch) == 4


async def first_ended(world: World, batch: str) -> None:
    """What the gateway does with the first of a batch that is tried."""
    for state in ("running", "done"):
        await world.rows(
            "update gateway.batch_item set state = $2 where batch = $1::text::uuid and ordinal = 1", batch, state
        )  # fmt: skip
    await world.rows("update gateway.batch set state = 'tried' where id = $1::text::uuid", batch)


async def progress(ada: Visitor, path: str) -> str:
    async with ada.client.get(path, headers={"HX-Request": "true"}) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_batch_is_cancelled_and_its_items_lead_to_their_messages(world: World) -> None:
    message = (await world.document(REFUSED))["transmission"]
    async with signed_in(world.office, Role.OPERATOR) as ada:
        path = await planned(ada, q="", id=str(message))
        assert "1 selected by hand" in (await ada.page(path)).text_content()
        assert await ada.send(f"{path}/cancel", at=path) == f"{path}?said=batches.cancel"
        tree = await ada.page(f"{path}?items=cancelled")
        assert tree.xpath("//td//a[@data-open]/@href") == [f"/messages/{message}"]
        assert tree.xpath("string(//td//a[@data-open])").startswith(REFUSED)
        assert "Cancelled by ada" in tree.text_content()
        assert not tree.xpath("//dialog[@id='start' or @id='stop']")
        assert not (await ada.page(f"{path}?items=done")).xpath("//td//a[@data-open]")
        rows = await ada.page("/batches?state=cancelled")
        assert rows.xpath("//td//a[@data-open]/@href") == [path]
        assert "No batch is like that" in (await ada.page("/batches?state=done")).text_content()


async def test_a_count_that_changed_is_refused_and_nothing_is_done(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        path = await planned(ada)
        for expect in ("3", "", "all"):
            form = {"csrf": proof(await ada.page(path)), "expect": expect}
            async with ada.client.post(f"{path}/confirm", data=form, allow_redirects=False) as answer:
                assert answer.status == 409
                assert checked(await answer.text()).xpath("//div[@role='alert']")
        assert await world.value("select state from gateway.batch") == "planned"


async def test_who_planned_what_needs_two_is_not_offered_to_start_it(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        path = await planned(ada)
        await world.rows("update gateway.batch set second_person = true")
        tree = await ada.page(path)
        assert not tree.xpath("//dialog[@id='start']")
        assert "a colleague has to start it" in tree.text_content()
        await world.rows("update gateway.batch set planned_by = 'bob'")
        assert (await ada.page(path)).xpath("//dialog[@id='start']")


async def test_what_cannot_be_done_again_is_told_and_not_kept(world: World) -> None:
    done = str(await world.delivery("4711"))
    async with signed_in(world.office, Role.OPERATOR) as ada:
        at = f"/batches/plan?kind=redelivery&id={done}"
        assert "it was delivered" in (await ada.page(at)).xpath("string(//table[@class='plan'])")
        form = {"csrf": proof(await ada.page(at)), "kind": "redelivery", "id": done, "reason": "why"}
        async with ada.client.post("/batches/plan", data=form, allow_redirects=False) as answer:
            assert answer.status == 422
            assert "Nothing of it can be done." in await answer.text()
        tree = await ada.page(f"{at}&delivered=on")
        assert "the target recognises it by its key" in tree.text_content()


async def test_a_route_is_chosen_foretold_and_frozen(world: World) -> None:
    message = (await world.document(REFUSED))["transmission"]
    at = f"/batches/plan?kind=reassignment&id={message}"
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page(at)
        assert tree.xpath("string(//h1)") == "Reassign a route"
        assert tree.xpath("//select[@name='route']/option/@value") == ["", "express", "orders"]
        assert not tree.xpath("//table[@class='plan'] | //main//form[@method='post']"), "nothing is foretold before one is chosen"
        tree = await ada.page(f"{at}&route=express")
        told = tree.xpath("string(//table[@class='plan'])")
        assert "document moves from orders to the route express" in told
        assert "delivery follows to odoo" in told
        assert tree.xpath("//select[@name='route']/option[@selected]/@value") == ["express"]
        form = {"kind": "reassignment", "q": "", "id": str(message), "route": "express"}
        path = (await ada.send("/batches/plan", at=f"{at}&route=express", reason="a rush order", **form)).partition("?")[0]
        tree = await ada.page(path)
        assert "express" in tree.xpath("string(//dl[@class='facts'])")
        assert "took orders" in tree.xpath("string(//table[@class='cards'])")
        assert await world.value("select options ->> 'route' from gateway.batch") == "express"


async def test_no_route_and_a_wrong_one_are_refused_and_nothing_is_kept(world: World) -> None:
    message = str((await world.document(REFUSED))["transmission"])
    at = f"/batches/plan?kind=reassignment&id={message}"
    async with signed_in(world.office, Role.OPERATOR) as ada:
        form = {"csrf": proof(await ada.page(at)), "kind": "reassignment", "id": message, "reason": "why"}
        for route, said in (("", "Choose the route"), ("expres", "Did you mean express?")):
            async with ada.client.post("/batches/plan", data={**form, "route": route}, allow_redirects=False) as answer:
                assert answer.status == 422
                assert said in checked(await answer.text()).xpath("string(//div[@role='alert'])")
        bad = await ada.page(f"{at}&route=%3Cscript%3Ealert(1)%3C/script%3E", 422)
        assert not bad.xpath("//main//script")
        assert await world.value("select count(*) from gateway.batch") == 0


async def test_a_route_is_chosen_in_german_and_not_by_who_only_looks(world: World) -> None:
    message = (await world.document(REFUSED))["transmission"]
    async with signed_in(world.office, Role.VIEWER) as ada:
        await ada.page(f"/batches/plan?kind=reassignment&id={message}", 403)
    german = TEXTS["de"]
    plan = {
        "effects": {Effect.NOT_UNDONE.value: 2}, "refused": {}, "deliveries": {"odoo": 1},
        "moves": [{"took": None, "takes": "express", "documents": 1}],
    }  # fmt: skip
    lines = [line.text for line in plan_lines(plan, german)]
    assert lines[0] == "Dokument kommt von keiner Route auf die Route express"
    assert lines[1] == "Lieferung folgt an odoo"
    assert "NICHT zurückgenommen" in lines[2]


async def test_who_only_looks_sees_batches_and_starts_none(world: World) -> None:
    message = (await world.document(REFUSED))["transmission"]
    kept = await world.ask("batches.plan_replay", ids=[str(message)], reason="why")
    async with signed_in(world.office) as ada:
        tree = await ada.page(f"/batches/{kept.id}")
        assert not tree.xpath("//main//form")
        form = {"csrf": proof(tree), "expect": "1"}
        for action in ("confirm", "cancel"):
            async with ada.client.post(f"/batches/{kept.id}/{action}", data=form, allow_redirects=False) as answer:
                assert answer.status == 403
        await ada.page("/batches/feedbeadfeed", 404)
