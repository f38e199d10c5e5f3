"""Failures as programs and the console ask for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.api.operations.failures import FailuresAsked
from gateway.errors import Absent, ActionRefused, PlanRefused
from tests.world.day import World


async def refused(world: World) -> Any:
    """The group that Odoo's refusal made."""
    (one,) = (await world.ask("failures.list", code=["product-unknown"])).items
    return one


class TestListed:
    async def test_groups_with_what_they_are_about_those_that_happened_last_first(self, standing: World) -> None:
        page = await standing.ask("failures.list")
        assert {one.code for one in page.items} >= {"product-unknown"}
        assert [one.last_at for one in page.items] == sorted((one.last_at for one in page.items), reverse=True)
        one = await refused(standing)
        assert (one.partner, one.state, one.stage, one.open_cases) == ("bigbox", "open", "deliver", 1)
        assert one.unattended_seconds >= 0

    async def test_filters_and_pages_leave_nothing_out(self, standing: World) -> None:
        whole = [one.id for one in (await standing.ask("failures.list")).items]
        assert len(whole) >= 3
        assert [one.id for one in await standing.everything("failures.list")] == whole
        assert (await standing.ask("failures.list", partner=["nobody"])).items == []
        assert (await standing.ask("failures.list", stage=["deliver"])).items[0].code == "product-unknown"
        one = await refused(standing)
        assert [found.id for found in (await standing.ask("failures.list", fingerprint=[one.fingerprint])).items] == [one.id]

    async def test_failures_of_one_moment_are_all_listed(self, world: World) -> None:
        await world.rows("update gateway.failure set last_at = '2026-11-22 04:00Z'")
        whole = [one.id for one in (await world.ask("failures.list")).items]
        assert [one.id for one in await world.everything("failures.list")] == whole

    async def test_a_cursor_of_something_else_is_refused(self, standing: World) -> None:
        for cursor in ("x", "e30", "W10", "WyJhIiwiYiJd", "ä"):
            with pytest.raises(PlanRefused, match="cursor"):
                await standing.ask("failures.list", after=cursor)

    def test_an_unknown_state_is_no_state(self) -> None:
        with pytest.raises(ValidationError):
            FailuresAsked.model_validate({"state": ["opened"]})


class TestShown:
    async def test_with_cases_history_and_who_was_told(self, standing: World) -> None:
        one = await refused(standing)
        story = await standing.ask("failures.show", failure=one.fingerprint[-6:])
        assert (story.id, [case.subject for case in story.cases]) == (one.id, [await standing.delivery("4712")])
        assert [(case.target, "order:4712" in case.keys, case.stored) for case in story.cases] == [("odoo", True, True)]
        assert (story.open_cases, story.open_deliveries, story.open_messages) == (1, 1, 1)
        assert [event.action for event in story.history] == ["opened"]

    async def test_with_its_likely_cause_and_what_helped_before(self, world: World) -> None:
        one = await refused(world)
        story = await world.ask("failures.show", failure=one.fingerprint)
        assert (story.triage.cause, story.triage.because) == ("master-data", "the code product-unknown")
        assert (story.solved_before, story.by_itself) == ((), None)
        await world.ask("failures.resolve", failures=[one.fingerprint], reason="product added", helped="application-mended")
        (before,) = (await world.ask("failures.show", failure=one.fingerprint)).solved_before
        assert (before.same, before.helped, before.reason, before.actor) == (True, "application-mended", "product added", "ann")

    async def test_groups_are_counted_by_what_they_can_be_told_apart_by(self, world: World) -> None:
        before = await world.ask("failures.choices")
        assert before.state["open"] >= 3
        assert (before.code["product-unknown"], before.route["orders"], before.partner["bigbox"]) == (1, 1, before.state["open"])
        assert before.assignable == ("edi", "warehouse")
        await world.ask("failures.resolve", failures=[str((await refused(world)).id)], reason="product added")
        after = await world.ask("failures.choices")
        assert (after.state["open"], after.state["resolved"]) == (before.state["open"] - 1, 1)
        assert "product-unknown" not in after.code

    async def test_one_that_is_not_there(self, standing: World) -> None:
        with pytest.raises(Absent):
            await standing.ask("failures.show", failure="no-such-failure")


class TestAttendedTo:
    async def test_taken_on_given_away_silenced_noted_and_ended(self, world: World) -> None:
        one = str((await refused(world)).id)
        done = await world.ask("failures.acknowledge", failures=[one], reason="calling Odoo's people")
        assert [(each.id, each.done) for each in done.items] == [(one, True)]
        assert (await refused(world)).attended_by == "ann"
        await world.ask("failures.assign", failures=[one], to="warehouse")
        assert (await refused(world)).owner == "warehouse"
        until = datetime.now(UTC) + timedelta(days=2)
        await world.ask("failures.mute", failures=[one], until=until.isoformat(), reason="known")
        assert (await refused(world)).muted_until == until
        story = await world.ask("failures.note", failure=one, text="ticket 4711")
        assert story.history[-1].detail == {"note": "ticket 4711"}
        await world.ask("failures.resolve", failures=[one], reason="product added")
        assert (await world.ask("failures.list", code=["product-unknown"])).items == []
        (over,) = (await world.ask("failures.list", code=["product-unknown"], state=["resolved"])).items
        assert (over.resolved_by, over.resolved_reason) == ("ann", "product added")
        for action in ("acknowledged", "assigned", "muted", "noted", "resolved"):
            assert await world.audited(f"failure_{action}") == ["ann"]

    async def test_several_at_once_each_for_itself(self, world: World) -> None:
        one = str((await refused(world)).id)
        done = await world.ask("failures.resolve", failures=[one, "no-such-failure"], reason="product added")
        assert [(each.done, bool(each.problem), bool(each.remedy)) for each in done.items] == [
            (True, False, False),
            (False, True, True),
        ]

    async def test_what_cannot_be_is_said_where_it_is_alone(self, world: World) -> None:
        one = str((await refused(world)).id)
        with pytest.raises(Absent):
            await world.ask("failures.resolve", failures=["no-such-failure"], reason="x")
        with pytest.raises(PlanRefused, match="no owner"):
            await world.ask("failures.assign", failures=[one], to="nobody")
        late = datetime.now(UTC) + timedelta(days=400)
        with pytest.raises(PlanRefused, match="no end"):
            await world.ask("failures.mute", failures=[one], until=late.isoformat(), reason="for ever")
        await world.ask("failures.resolve", failures=[one], reason="product added")
        with pytest.raises(ActionRefused, match="resolved"):
            await world.ask("failures.acknowledge", failures=[one])

    @pytest.mark.parametrize("asked", [{"failures": [], "reason": "x"}, {"failures": ["a"], "reason": " "}, {"failures": ["a"]}])
    async def test_nothing_chosen_or_no_reason_is_refused(self, standing: World, asked: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            await standing.ask("failures.resolve", **asked)
