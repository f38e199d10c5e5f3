"""Failures in the console: the list, the page of one, and what is done about them, by questions that say numbers."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.console.failure import acts_of, happened
from gateway.console.failure_acts import silent_until
from gateway.console.failures import command_of, failure_state, offered, waits
from gateway.console.questions import Wish, wish_of
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.domain.lifecycle import FAILURE
from tests.gateway.console.visiting import proof, signed_in
from tests.world.day import World

ENGLISH = TEXTS["en"]
HOSTILE = "<script>alert(1)</script> {x} \u202eevil"
VIEW: dict[str, Any] = {
    "state": "open", "owner": "edi", "attended_by": None, "muted_until": None, "resolved_by": None, "resolved_reason": None,
    "unattended_seconds": 7300.0,
}  # fmt: skip


async def refused(world: World) -> str:
    """The fingerprint of the group that Odoo's refusal made."""
    return str(await world.value("select fingerprint from gateway.failure where code = 'product-unknown'"))


class TestPure:
    @pytest.mark.parametrize(
        ("more", "said", "tone"),
        [
            ({}, "Open: waits for edi", "error"),
            ({"state": "acknowledged", "attended_by": "ada"}, "ada looks after it", "warning"),
            ({"state": "resolved", "resolved_by": "ada", "resolved_reason": "corrected"}, "Resolved by ada: corrected", "good"),
            ({"state": "resolved", "resolved_by": "gateway"}, "Resolved by gateway", "good"),
        ],
    )
    def test_a_state_says_who_must_act(self, more: dict[str, Any], said: str, tone: str) -> None:
        phrase = failure_state({**VIEW, **more})
        assert (ENGLISH.say(phrase), phrase.tone) == (said, tone)

    def test_a_silence_says_its_end_by_the_readers_clock(self) -> None:
        muted = {**VIEW, "state": "muted", "attended_by": "ada", "muted_until": "2026-11-23T08:00:00Z"}
        assert '<time datetime="2026-11-23T08:00:00+00:00"' in ENGLISH.say(failure_state(muted))

    def test_how_long_nobody_took_it_on_is_told_once_it_is_worth_telling(self) -> None:
        assert waits(VIEW, ENGLISH) == "nobody has taken it on for 2 h 1 min"
        assert waits({**VIEW, "unattended_seconds": 20.0}, ENGLISH) == ""
        assert waits({**VIEW, "unattended_seconds": None}, ENGLISH) == ""

    def test_a_filter_keeps_what_is_set_though_there_is_none_any_more(self) -> None:
        assert offered({"edi": 2}, "") == [("edi", 2)]
        assert offered({"edi": 2}, "edi") == [("edi", 2)]
        assert offered({"edi": 2}, "gone") == [("edi", 2), ("gone", 0)]

    def test_the_command_line_lists_the_same(self) -> None:
        wanted = {"owner": "edi", "code": "two words", "partner": ""}
        assert command_of(wanted, "standing") == "gateway failures list --owner edi --code 'two words'"
        assert command_of({}, "muted") == "gateway failures list --state muted"
        assert command_of({}, "all") == "gateway failures list --all"

    @pytest.mark.parametrize("state", ["open", "acknowledged", "muted", "resolved"])
    def test_only_what_the_lifecycle_allows_is_offered(self, state: str) -> None:
        events = {"acknowledge": "acknowledged", "assign": "assigned", "mute": "muted", "resolve": "resolved"}
        assert all((state, events[act]) in FAILURE for act in acts_of(state))

    def test_a_silence_always_ends(self) -> None:
        now = datetime(2026, 11, 22, tzinfo=UTC)

        def until(**written: str) -> datetime:
            return datetime.fromisoformat(silent_until(Wish("mute", [], "/", written), now))

        assert until(lasting="week") == now + timedelta(days=7)
        assert until() == until(lasting="for ever") == now + timedelta(days=1)
        assert until(lasting="week", until="2026-12-01T08:00") == datetime(2026, 12, 1, 8, tzinfo=UTC)

    def test_a_wish_is_read_from_a_form_and_leads_nobody_elsewhere(self) -> None:
        pairs = [("csrf", "x"), ("action", "resolve"), ("id", "a"), ("id", "b"), ("id", "a"), ("id", " "), ("reason", " why ")]
        assert wish_of([*pairs, ("back", "//evil.example")], "/failures") == Wish(
            "resolve", ["a", "b"], "/failures", {"reason": "why"}
        )

    def test_a_line_of_the_history_says_what_who_and_why(self) -> None:
        detail = {"to": "warehouse", "reason": "theirs"}
        told_at = "2026-11-22T08:00:00Z"
        event = {"at": "", "actor": "ada", "action": "assigned", "detail": detail, "tell": "warehouse", "told_at": told_at}
        line = happened(event, ENGLISH)
        assert (line.what, line.words, line.told) == ("Given to: warehouse", "theirs", "warehouse was told")
        assert happened({**event, "action": "some_day", "detail": {}, "told_at": None}, ENGLISH).what == "some day"


async def test_groups_are_listed_filtered_and_counted_by_state(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/failures")
        codes = tree.xpath("//td//a[@data-open]/text()")
        assert "product-unknown" in codes
        assert tree.xpath("string(//nav[@class='tabs']//a[@aria-current]/span)") == str(len(codes))
        only = await ada.page("/failures?stage=deliver&partner=bigbox")
        assert only.xpath("//td//a[@data-open]/text()") == ["product-unknown"]
        assert "--stage deliver" in only.xpath("string(//p[@class='cli']/code)")
        assert only.xpath("//select[@name='stage']/option[@selected]/@value") == ["deliver"]
        assert "Take away a filter" in (await ada.page("/failures?owner=nobody")).text_content()
        assert "Nothing stands open" not in (await ada.page("/failures?state=muted")).text_content()
        await ada.page("/failures?after=nonsense", 422)


async def test_several_are_resolved_after_a_question_that_says_how_many(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        ids = (await ada.page("/failures")).xpath("//input[@name='id']/@value")
        question = "/failures/act?action=resolve&back=/failures%3Fowner%3Dedi&id=" + "&id=".join(ids)
        tree = await ada.page(question)
        assert tree.xpath("string(//h1)") == f"Resolve {len(ids)} failures?"
        assert f"{len(ids)} open cases in all." in tree.text_content()
        fields = {"action": "resolve", "id": ids, "back": "/failures?owner=edi", "reason": "all is corrected"}
        assert await ada.send("/failures/act", at=question, **fields) == (
            f"/failures?owner=edi&said=failures.resolve&count={len(ids)}"
        )
        told = await ada.page(f"/failures?said=failures.resolve&count={len(ids)}")
        assert f"{len(ids)} failures resolved." in told.xpath("string(//p[@class='said'])")
        assert "Nothing stands open" in told.text_content()
        assert len((await ada.page("/failures?state=resolved")).xpath("//td//a[@data-open]")) == len(ids)


async def test_nothing_selected_is_refused_and_never_means_everything(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        for chosen in ("", "&id=", "&id=no-such-failure"):
            tree = await ada.page(f"/failures/act?action=resolve{chosen}", 422)
            assert "never means everything" in tree.xpath("string(//div[@role='alert'])")
            assert not tree.xpath("//main//form[@method='post']")
        form = {"csrf": proof(await ada.page("/failures")), "action": "resolve", "reason": "x"}
        async with ada.client.post("/failures/act", data=form, allow_redirects=False) as answer:
            assert answer.status == 422
        assert await world.value("select count(*) from gateway.failure where state = 'resolved'") == 0
        await ada.page("/failures/act?action=delete&id=x", 404)


async def test_a_failure_is_silenced_until_a_time_and_what_is_wrong_is_told_beside_the_form(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        question = f"/failures/act?action=mute&id={one}&back=/failures/{one}"
        assert "nobody is told until the silence ends" in (await ada.page(question)).text_content()
        form = {
            "csrf": proof(await ada.page(question)),
            "action": "mute",
            "id": one,
            "reason": "known",
            "until": "2020-01-01T00:00",
        }
        async with ada.client.post("/failures/act", data=form, allow_redirects=False) as answer:
            text = await answer.text()
            assert answer.status == 422
            assert "no end for a silence" in text
            assert ">known</textarea>" in text
        fields = {"action": "mute", "id": one, "back": f"/failures/{one}", "reason": "known", "lasting": "three_days"}
        assert await ada.send("/failures/act", at=question, **fields) == f"/failures/{one}?said=failures.mute&count=1"
        until = await world.value("select muted_until - gateway.now() from gateway.failure where fingerprint = $1", one)
        assert timedelta(days=2, hours=23) < until <= timedelta(days=3)
        assert "Silent until" in (await ada.page(f"/failures/{one}")).text_content()


async def test_a_failure_is_given_to_another_owner_and_taken_on(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        question = f"/failures/act?action=assign&id={one}"
        assert (await ada.page(question)).xpath("//select[@name='to']/option/@value") == ["edi", "warehouse"]
        await ada.send("/failures/act", at=question, action="assign", id=one, to="warehouse")
        await ada.send("/failures/act", at=f"/failures/act?action=acknowledge&id={one}", action="acknowledge", id=one)
        text = (await ada.page(f"/failures/{one}")).text_content()
        assert "ada looks after it" in text
        assert "Given to: warehouse" in text


async def test_of_several_those_that_could_not_be_done_are_told(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        ids = (await ada.page("/failures")).xpath("//input[@name='id']/@value")
        await world.ask("failures.resolve", failures=[one], reason="product added")
        form = [("csrf", proof(await ada.page("/failures"))), ("action", "acknowledge"), *(("id", each) for each in ids)]
        async with ada.client.post("/failures/act", data=form, allow_redirects=False) as answer:
            text = await answer.text()
            assert answer.status == 409
            assert "it is resolved: it cannot be acknowledged" in text
            assert "1 could not be done. The others are." in text


async def test_the_page_of_a_failure_leads_on_to_its_messages_and_to_a_plan(world: World) -> None:
    one = await refused(world)
    message = (await world.document("4712"))["transmission"]
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page(f"/failures/{one}")
        assert tree.xpath("string(//h1)") == "product-unknown · bigbox"
        assert "Correct the cause, then redeliver." in tree.text_content()
        assert tree.xpath("//td//a[@data-open]/@href") == [f"/messages/{message}"]
        paths = tree.xpath("//section[@class='remedy']//a/@href")
        assert paths == [f"/batches/plan?kind={kind}&failure={one}" for kind in ("redelivery", "replay")]
        assert "1 matches, 1 will be done" in (await ada.page(paths[0])).text_content()
        assert (
            await ada.send(f"/failures/{one}/notes", at=f"/failures/{one}", text="ticket 4711")
            == f"/failures/{one}?said=failures.noted"
        )
        assert "ticket 4711" in (await ada.page(f"/failures/{one}")).xpath("string(//ol[@class='history'])")
        await ada.page("/failures/no-such-failure", 404)


async def test_its_likely_cause_is_proposed_and_what_helped_is_remembered(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        proposed = (await ada.page(f"/failures/{one}")).xpath("string(//section[@class='triage'])")
        assert "Master data that is missing or differs" in proposed
        assert "Nobody has resolved one like it yet" in proposed
        question = f"/failures/act?action=resolve&id={one}&back=/failures/{one}"
        choices = (await ada.page(question)).xpath("//select[@name='helped']/option/@value")
        assert choices[0] == ""
        assert "application-mended" in choices
        fields = {"action": "resolve", "id": one, "back": f"/failures/{one}", "reason": "item added"}
        await ada.send("/failures/act", at=question, helped="application-mended", **fields)
        text = (await ada.page(f"/failures/{one}")).xpath("string(//ol[@class='history solved'])")
        assert "The application was mended item added" in " ".join(text.split())


async def test_what_came_from_outside_stays_text(world: World) -> None:
    one = await refused(world)
    await world.rows("update gateway.failure set message = $1, remedy = $1, partner = $1, route = $1", HOSTILE)
    await world.rows("update gateway.failure_case set message = $1", HOSTILE)
    async with signed_in(world.office, Role.OPERATOR) as ada:
        for path in ("/failures", f"/failures/{one}", f"/failures/act?action=resolve&id={one}"):
            tree = await ada.page(path)
            assert "<script>alert(1)</script>" in tree.text_content()


async def test_who_only_looks_is_offered_nothing_and_refused(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office) as ada:
        assert not (await ada.page("/failures")).xpath("//input[@name='id'] | //button[@name='action']")
        tree = await ada.page(f"/failures/{one}")
        assert not tree.xpath("//a[contains(@href, '/act?') or contains(@href, '/plan?')] | //input[@name='text']")
        await ada.page(f"/failures/act?action=resolve&id={one}", 403)
        await ada.page(f"/batches/plan?kind=replay&failure={one}", 403)


async def test_partners_see_no_failures(world: World) -> None:
    one = await refused(world)
    async with signed_in(world.office, partner="bigbox") as ada:
        for path in ("/failures", f"/failures/{one}", "/batches", "/dead-letters"):
            await ada.page(path, 403)
