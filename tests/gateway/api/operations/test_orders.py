"""Orders, and what holds them before a warehouse."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.errors import Absent, ActionRefused, Denied
from tests.world.day import BIGBOX, NORDMART, World
from tests.world.slow_warehouse import USUAL, slow_warehouse


async def one_of(world: World, partner: str) -> Any:
    return (await world.ask("orders.list", partner=[partner])).items[0]


class TestOrders:
    async def test_listed_the_newest_first_by_pages_and_filters(self, standing: World) -> None:
        whole = (await standing.ask("orders.list")).items
        assert sorted((one.partner, one.number, one.state) for one in whole) == [
            ("bigbox", "4711", "received"), ("bigbox", "4712", "received"), ("nordmart", "4711", "received"),
        ]  # fmt: skip
        assert [one.id for one in await standing.everything("orders.list")] == [one.id for one in whole]
        assert {one.partner for one in (await standing.ask("orders.list", number="4711")).items} == {"bigbox", "nordmart"}
        assert (await standing.ask("orders.list", number="nothing of that")).items == []
        assert (await standing.ask("orders.list", state=["shipped"])).items == []
        with pytest.raises(ValidationError):
            await standing.ask("orders.list", state=["shiped"])

    async def test_what_is_late_by_its_deadlines(self, world: World) -> None:
        late = (await one_of(world, "nordmart")).id
        columns = "trade_order, deadline, due_at, state"
        await world.rows(f"insert into gateway.order_deadline ({columns}) values ($1, 'ship', gateway.now(), 'missed')", late)
        (one,) = (await world.ask("orders.list", late=True)).items
        assert (one.id, one.late) == (late, ("ship",))
        (deadline,) = (await world.ask("orders.show", order=late)).deadlines
        assert (deadline.deadline, deadline.milestone, deadline.state) == ("ship", None, "missed")

    async def test_what_will_likely_be_late_with_the_reason_and_a_text_for_the_customer(self, world: World) -> None:
        none = await world.ask("orders.likely_late")
        assert (none.orders, none.summaries, none.looked_at) == ((), (), 3)
        order = await slow_warehouse(world)
        told = await world.ask("orders.likely_late", partner=["bigbox"])
        (one,) = told.orders
        assert (one.id, one.goal, one.since, one.wanted_by) == (order, "shipped", "received", "requested")
        assert (one.usual_seconds, one.learned_from, one.chance) == (USUAL.total_seconds(), 12, 1.0)
        assert one.because.startswith("usually 8 days from received to shipped, 90 %: 8 days; ")
        (text,) = told.summaries
        assert text.name == "BigBox"
        assert text.text.splitlines()[1].startswith("- Order 4711: requested for ")
        assert (await world.ask("orders.show", order=order)).likely_late == one
        assert {each.partner for each in (await world.ask("orders.likely_late")).summaries} >= {"bigbox"}

    async def test_what_is_held_and_what_waits_for_its_next_step(self, world: World) -> None:
        held = (await world.ask("orders.list", held=True)).items
        assert [(one.partner, one.number, one.held) for one in held] == [("bigbox", "4711", 2)]
        steps = '{"received": "2026-11-20T08:00:00+00:00", "shipped": "2026-11-20T09:00:00+00:00"}'
        await world.rows("update gateway.trade_order set steps = $1 where partner = 'nordmart'", steps)
        for step, numbers in (("accepted", {"bigbox"}), ("shipped", set()), ("delivered", {"nordmart"}), ("invoiced", set())):
            found = (await world.ask("orders.list", next=step)).items
            assert {one.partner for one in found} == numbers
            assert all(one.missing[0] == step for one in found)
        await world.rows("update gateway.trade_order set state = 'cancelled'")
        assert (await world.ask("orders.list", next="accepted")).items == []

    async def test_one_with_all_that_was_said_of_it(self, standing: World) -> None:
        story = await standing.ask("orders.show", order=(await one_of(standing, "bigbox")).id)
        assert [*story.steps] == ["received"]
        assert "shipped" in story.missing
        assert [(event.event, event.source, event.state) for event in story.events] == [("received", "bigbox", "applied")]
        assert [line.line for line in story.lines] == ["1", "2", "3", "4", "5"]
        assert all(line.ordered for line in story.lines)
        with pytest.raises(Absent):
            await standing.ask("orders.show", order=uuid4())

    @pytest.mark.parametrize(("who", "others"), [(BIGBOX, "nordmart"), (NORDMART, "bigbox")])
    async def test_a_partner_sees_its_own_timelines_without_what_is_ours(self, world: World, who: Any, others: str) -> None:
        await world.rows(
            "insert into gateway.order_deadline (trade_order, deadline, due_at, state)"
            " select id, 'ship', gateway.now(), 'missed' from gateway.trade_order"
        )
        own = await world.everything("orders.list", who)
        assert own
        assert {(one.partner, one.late, one.waiting, one.refused) for one in own} == {(who.partner, (), 0, 0)}
        assert {one.partner for one in await world.everything("orders.list", who, number="4711")} == {who.partner}
        timeline = await world.ask("orders.timeline", who, order=own[0].id)
        assert "received" in timeline.steps
        assert not {"events", "links", "follow_ups", "releases", "deadlines"} & set(timeline.model_dump())
        with pytest.raises(Absent):
            await world.ask("orders.timeline", who, order=(await one_of(world, others)).id)
        with pytest.raises(Absent):
            await world.ask("orders.list", who, partner=[others])
        for ours in ("late", "held"):
            with pytest.raises(Denied):
                await world.ask("orders.list", who, **{ours: True})


class TestHolds:
    async def test_listed_those_due_first(self, standing: World) -> None:
        whole = (await standing.ask("holds.list")).items
        assert [(one.hold, one.owner, one.number, one.customer) for one in whole] == [
            ("credit", "edi", "W1", "bigbox"), ("price", "warehouse", "W1", "bigbox"),
        ]  # fmt: skip
        assert [one.id for one in await standing.everything("holds.list")] == [one.id for one in whole]
        assert [one.hold for one in (await standing.ask("holds.list", kind=["price"])).items] == ["price"]
        assert (await standing.ask("holds.list", order=["4712"])).items == []
        assert [one.hold for one in (await standing.ask("holds.list", hold=[whole[1].id])).items] == ["price"]

    async def test_holds_that_are_due_together_are_all_listed(self, world: World) -> None:
        await world.rows("update gateway.release_hold set due_at = '2026-11-23'")
        assert len(await world.everything("holds.list")) == 2

    async def test_one_is_approved_and_the_rest_is_let_go(self, world: World) -> None:
        credit, price = (await world.ask("holds.list")).items
        done = await world.ask("holds.approve", holds=[str(credit.id)[-6:]], reason="paid")
        assert done.items[0].done
        assert [one.id for one in (await world.ask("holds.list")).items] == [price.id]
        await world.ask("holds.release", holds=[str(price.id)], reason="agreed")
        assert (await world.ask("holds.list")).items == []
        over = (await world.ask("holds.list", all=True)).items
        assert {(one.state, one.actor, one.note) for one in over} == {("approved", "ann", "paid"), ("approved", "ann", "agreed")}
        assert await world.audited("hold_approved") == ["ann", "ann"]
        with pytest.raises(ActionRefused, match="nothing is left"):
            await world.ask("holds.refuse", holds=[str(price.id)], reason="too late")

    async def test_several_each_for_itself(self, world: World) -> None:
        credit, _ = (await world.ask("holds.list")).items
        done = await world.ask("holds.refuse", holds=[str(credit.id), "no-hold"], reason="no credit")
        assert [one.done for one in done.items] == [True, False]
        with pytest.raises(Absent):
            await world.ask("holds.refuse", holds=["no-hold"], reason="no credit")
        with pytest.raises(ValidationError):
            await world.ask("holds.refuse", holds=[], reason="nothing")

    async def test_the_journal_names_the_place(self, world: World) -> None:
        credit, _ = (await world.ask("holds.list")).items
        await world.ask("holds.approve", holds=[str(credit.id)], reason="paid")
        nodes = await world.rows("select node from gateway.event where steps -> 0 ->> 'what' = 'hold_approved'")
        assert [row["node"] for row in nodes] == ["api"]
