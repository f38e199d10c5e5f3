"""Doing things again in bulk, by frozen plans; and dead letters."""

import base64
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from gateway.errors import Absent, ActionRefused, PlanRefused, QueryInvalid
from tests.integration.test_flow import order
from tests.world.day import REFUSED, World, caller

WHY = {"reason": "it was a fault of ours"}
EMPTY: tuple[dict[str, str], ...] = ({}, {"query": " "}, {"query": "direction:in"}, {"query": "-state:dead"}, {"failure": " "})


async def refused_order(world: World) -> UUID:
    """The transmission of the order that Odoo refused."""
    return UUID(str((await world.document(REFUSED))["transmission"]))


class TestPlanned:
    async def test_a_replay_is_shown_kept_confirmed_and_cancelled(self, world: World) -> None:
        wanted = [str(await refused_order(world))]
        shown = await world.ask("batches.plan_replay", ids=wanted, only_show=True, **WHY)
        assert (shown.kept, shown.count, shown.plan.effects["documents"]) == (False, 1, 1)
        assert await world.everything("batches.list") == []
        kept = await world.ask("batches.plan_replay", ids=wanted, try_first=1, **WHY)
        assert (kept.kept, kept.try_first, kept.planned_by, kept.filter) == (True, 1, "ann", wanted[0])
        one = await world.ask("batches.show", batch=str(kept.id)[-12:])
        assert (one.state, one.left, one.plan) == ("planned", 1, kept.plan)
        running = await world.ask("batches.confirm", batch=str(kept.id), expect=1)
        assert (running.state, running.confirmed_by, running.allowed) == ("running", "ann", 1)
        over = await world.ask("batches.cancel", batch=str(kept.id))
        assert (over.state, over.items) == ("cancelled", {"cancelled": 1})
        (item,) = await world.everything("batches.items", batch=str(kept.id))
        assert (item.ordinal, item.state, item.partner) == (1, "cancelled", "bigbox")
        assert f"order:{REFUSED}" in item.keys
        for action in ("batch_planned", "batch_running", "batch_cancelled"):
            assert await world.audited(action) == ["ann"]

    async def test_a_count_that_changed_is_refused_and_nothing_is_done(self, world: World) -> None:
        kept = await world.ask("batches.plan_redelivery", query="state:failed", **WHY)
        assert kept.count == 1
        for wrong in (2, 100):
            with pytest.raises(PlanRefused, match=f"has 1 items to do, not {wrong}"):
                await world.ask("batches.confirm", batch=str(kept.id), expect=wrong)
        assert (await world.ask("batches.show", batch=str(kept.id))).state == "planned"

    async def test_items_stay_those_that_were_planned_whatever_comes_later(self, world: World) -> None:
        kept = await world.ask("batches.plan_redelivery", query="target:odoo state:failed", **WHY)
        await world.moved(await world.delivery("4711"), "waiting", "sending", "failed")
        items = await world.everything("batches.items", batch=str(kept.id))
        assert [(item.subject, f"order:{REFUSED}" in item.keys) for item in items] == [(await world.delivery(REFUSED), True)]

    async def test_by_the_failure_that_it_is_open_about(self, world: World) -> None:
        (failure,) = (await world.ask("failures.list", code=["product-unknown"])).items
        kept = await world.ask("batches.plan_redelivery", failure=failure.fingerprint, only_show=True, **WHY)
        assert (kept.count, kept.filter) == (1, f"failure {failure.fingerprint}")

    @pytest.mark.parametrize("plan", ["batches.plan_replay", "batches.plan_redelivery"])
    @pytest.mark.parametrize("chosen", EMPTY)
    async def test_an_empty_filter_never_means_everything(self, standing: World, plan: str, chosen: dict[str, str]) -> None:
        with pytest.raises(PlanRefused, match="never means everything"):
            await standing.ask(plan, **chosen, **WHY)
        assert await standing.everything("batches.list") == []

    async def test_two_ways_of_choosing_at_once_are_refused(self, standing: World) -> None:
        with pytest.raises(PlanRefused, match="never means everything"):
            await standing.ask("batches.plan_replay", ids=[str(uuid4())], query="partner:bigbox", **WHY)
        with pytest.raises(QueryInvalid):
            await standing.ask("batches.plan_replay", query="partnr:bigbox", **WHY)

    async def test_what_was_delivered_is_sent_again_only_where_that_is_said(self, world: World) -> None:
        done = [str(await world.delivery("4711"))]
        assert (await world.ask("batches.plan_redelivery", ids=done, **WHY)).count == 0
        again = await world.ask("batches.plan_redelivery", ids=done, delivered=True, only_show=True, **WHY)
        assert again.plan.effects == {"recognised_by_the_target": 1}

    @pytest.mark.parametrize("wrong", [{"reason": " "}, {"reason": "x", "rate": 0}, {"reason": "x", "try_first": 0}, {}])
    async def test_no_reason_and_figures_that_mean_nothing(self, standing: World, wrong: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            await standing.ask("batches.plan_replay", ids=[str(uuid4())], **wrong)

    async def test_batches_that_are_not_there(self, standing: World) -> None:
        for name, more in (("show", {}), ("items", {}), ("confirm", {"expect": 1}), ("cancel", {})):
            with pytest.raises(Absent):
                await standing.ask(f"batches.{name}", batch="feedbeadfeed", **more)


class TestReassignedRoute:
    async def test_the_plan_says_what_moves_and_what_follows_and_the_audit_names_the_route(self, world: World) -> None:
        wanted = [str(await refused_order(world))]
        shown = await world.ask("batches.plan_replay", ids=wanted, route="express", only_show=True, **WHY)
        assert [(m.took, m.takes, m.documents) for m in shown.plan.moves] == [("orders", "express", 1)]
        assert (shown.plan.deliveries, shown.plan.effects["open_deliveries_superseded"]) == ({"odoo": 1}, 1)
        kept = await world.ask("batches.plan_replay", ids=wanted, route="express", **WHY)
        assert (kept.options["route"], (await world.ask("batches.show", batch=str(kept.id))).plan) == ("express", kept.plan)
        (item,) = await world.everything("batches.items", batch=str(kept.id))
        assert item.took == ("orders",)
        await world.ask("batches.confirm", batch=str(kept.id), expect=1)
        said = await world.rows("select detail ->> 'route' as route from gateway.audit where action like 'batch%'")
        assert [row["route"] for row in said] == ["express", "express"]

    async def test_routes_that_are_not_there_or_cannot_take_it(self, standing: World) -> None:
        wanted = [str(await refused_order(standing))]
        with pytest.raises(PlanRefused, match="no route expres") as refused:
            await standing.ask("batches.plan_replay", ids=wanted, route="expres", **WHY)
        assert refused.value.remedy == "Did you mean express?"
        unread = [str(await standing.value("select id from gateway.transmission where state = 'unreadable'"))]
        shown = await standing.ask("batches.plan_replay", ids=unread, route="express", **WHY)
        assert (shown.count, shown.kept, len(shown.plan.refused)) == (0, False, 1)

    async def test_without_one_nothing_is_said_of_routes(self, standing: World) -> None:
        wanted = [str(await refused_order(standing))]
        shown = await standing.ask("batches.plan_replay", ids=wanted, only_show=True, **WHY)
        assert (shown.plan.moves, shown.plan.deliveries, "route" in shown.options) == ((), {}, False)

    async def test_a_message_is_explained_as_if_it_took_the_route(self, standing: World) -> None:
        message = str(await refused_order(standing))
        usual, named = [
            (await standing.ask("routes.explain", message=message, route=route)).interchanges[0].documents[0]
            for route in ("", "express")
        ]
        assert (usual.route, named.route, [d.to for d in named.deliveries]) == ("orders", "express", ["odoo"])
        assert [(t.route, t.reason) for t in named.tried] == [("express", "a person named it for this document")]
        with pytest.raises(PlanRefused, match="no route nowhere"):
            await standing.ask("routes.explain", message=message, route="nowhere")

    async def test_a_run_that_took_a_named_route_is_explained_by_it(self, world: World) -> None:
        message = await refused_order(world)
        await world.rows(
            "insert into gateway.replay (transmission, original, root, body, corrected, acknowledge, route, batch, actor, reason)"
            " values ($1, $1, $1, $1, false, false, 'express', $1, 'ann', 'why')", message,
        )  # fmt: skip
        told = await world.ask("routes.explain", message=str(message))
        assert told.interchanges[0].documents[0].route == "express"
        assert (await world.ask("messages.show", message=str(message))).replay_of.route == "express"


class TestCorrection:
    async def test_corrected_bytes_are_planned_and_confirmed_by_somebody_else_where_that_is_agreed(self, world: World) -> None:
        content = base64.b64encode(order(REFUSED, 77)).decode()
        kept = await world.ask("batches.plan_correction", original=str(await refused_order(world)), content=content, **WHY)
        assert (kept.action, kept.count, kept.second_person) == ("correct", 1, False)
        await world.rows("update gateway.batch set second_person = true")
        with pytest.raises(ActionRefused, match="somebody else"):
            await world.ask("batches.confirm", batch=str(kept.id), expect=1)
        bob = caller(name="bob")
        assert (await world.ask("batches.confirm", bob, batch=str(kept.id), expect=1)).confirmed_by == "bob"

    async def test_what_was_not_changed_or_is_not_there_is_refused(self, standing: World) -> None:
        same = base64.b64encode(order(REFUSED, 2)).decode()
        with pytest.raises(PlanRefused, match="Nothing was changed"):
            await standing.ask("batches.plan_correction", original=str(await refused_order(standing)), content=same, **WHY)
        with pytest.raises(PlanRefused, match="No message"):
            await standing.ask("batches.plan_correction", original=str(uuid4()), content=same, **WHY)


class TestForListeners:
    async def test_events_need_a_broker_that_others_listen_to(self, standing: World) -> None:
        with pytest.raises(PlanRefused, match="no RabbitMQ"):
            await standing.ask("batches.plan_event_replay", queue="billing.events", since="2026-11-20T00:00:00Z", **WHY)

    async def test_an_empty_choice_for_a_subscriber_is_refused(self, standing: World) -> None:
        with pytest.raises(PlanRefused, match="never means everything"):
            await standing.ask("batches.plan_resend", subscriber="news", **WHY)
        with pytest.raises(PlanRefused, match="Nothing of that"):
            await standing.ask("batches.plan_resend", subscriber="news", states=["dead"], **WHY)
        with pytest.raises(Absent):
            await standing.ask("batches.plan_resend", subscriber="nws", states=["dead"], **WHY)


class TestDeadLetters:
    async def test_listed_by_pages_and_filters(self, standing: World) -> None:
        whole = (await standing.ask("dead_letters.list")).items
        assert {(one.kind, one.state) for one in whole} == {("delivery", "failed"), ("transmission", "unreadable")}
        assert [one.id for one in await standing.everything("dead_letters.list")] == [one.id for one in whole]
        (one,) = (await standing.ask("dead_letters.list", target=["odoo"])).items
        assert [found.id for found in (await standing.ask("dead_letters.list", letter=[one.id])).items] == [one.id]
        assert (one.id, one.code, one.partner, one.keys) == (
            await standing.delivery(REFUSED),
            "product-unknown",
            "bigbox",
            one.keys,
        )

    async def test_counted_and_listed_by_what_they_need(self, world: World) -> None:
        one = await world.delivery(REFUSED)

        async def needs() -> dict[str, int]:
            counted = (await world.ask("dead_letters.needs")).model_dump()
            for need, number in counted.items():
                listed = (await world.ask("dead_letters.list", need=[need])).items
                assert [letter.need for letter in listed] == [need] * number
            return {need: number for need, number in counted.items() if number}

        assert await needs() == {"refused": 1, "unreadable": 1}
        await world.rows("update gateway.delivery set code = 'approval-needed' where id = $1", one)
        assert await needs() == {"approval": 1, "unreadable": 1}
        await world.rows("update gateway.delivery set code = null where id = $1", one)
        for states, need in ((("waiting", "sending", "in_doubt"), "in_doubt"), (("waiting", "sending", "dead"), "dead")):
            await world.moved(one, *states)
            assert await needs() == {need: 1, "unreadable": 1}

    async def test_given_up_each_for_itself(self, world: World) -> None:
        found = (await world.ask("dead_letters.list")).items
        letters = [str(one.id) for one in sorted(found, key=lambda one: (one.kind, str(one.id)))]
        done = await world.ask("dead_letters.discard", letters=[*letters, str(uuid4())], reason="ordered by telephone")
        assert [one.done for one in done.items] == [True, True, False]
        assert (await world.ask("dead_letters.list")).items == []
        assert await world.audited("discarded") == ["ann", "ann"]
        with pytest.raises(Absent):
            await world.ask("dead_letters.discard", letters=[str(uuid4())], reason="which")
        with pytest.raises(ActionRefused, match="voided"):
            await world.ask("dead_letters.discard", letters=letters[:1], reason="again")

    async def test_what_is_in_doubt_is_found(self, world: World) -> None:
        one = await world.delivery(REFUSED)
        with pytest.raises(ActionRefused, match="not in doubt"):
            await world.ask("dead_letters.found", letter=one, reason="seen")
        await world.moved(one, "waiting", "sending", "in_doubt")
        await world.ask("dead_letters.found", letter=one, reason="seen in Odoo", reference="S00042")
        (row,) = await world.rows("select state, reference from gateway.delivery where id = $1", one)
        assert row == {"state": "delivered", "reference": "S00042"}

    async def test_what_waits_for_an_approval_is_approved(self, world: World) -> None:
        one = await world.delivery(REFUSED)
        with pytest.raises(ActionRefused, match="does not wait for an approval"):
            await world.ask("dead_letters.approve", letters=[one], reason="looks right")
        await world.rows("update gateway.delivery set code = 'approval-needed' where id = $1", one)
        assert (await world.ask("dead_letters.approve", letters=[one], reason="counted twice")).items[0].done
        assert await world.audited("approved") == ["ann"]
