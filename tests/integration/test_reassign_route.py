"""Reassigned routes: an order that no route took, or the wrong one, takes the route that a person names, once."""

import asyncio
from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest

from gateway.domain.agreement import Partnerships, Unroutable
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.errors import ConfigurationInvalid, PlanRefused
from gateway.ports import Outcome, OutcomeKind
from gateway.store.database import Database
from tests.integration.harness import US_X12, Running, Settings, configuration, running
from tests.integration.replaying import Desk
from tests.integration.test_flow import order
from tests.integration.test_large import COUNT, large, released, states
from tests.integration.test_outgoing import Publisher, published
from tests.integration.test_outgoing import order as own_order
from tests.integration.test_replay import configure, crash, documents, happened, targets
from translators.contract import Family

ODOO, COPY = RouteTarget("odoo", "sale_order"), RouteTarget("bigbox-folder", "copy")
NEVER = Route("late", document="purchase_order", partner="nordmart", condition=lambda _: "never", targets=(ODOO,))
"""A route that takes an order of BigBox for no reason but a person's word."""
WRONG = Route("copies", document="purchase_order", targets=(COPY,))
DESPATCHES = Route("despatches", document="despatch_advice", targets=(ODOO,))


@pytest.fixture
async def desk(gateway: Running) -> Desk:
    configure(gateway, configuration(routes=[NEVER, DESPATCHES]))
    return Desk(gateway)


async def unrouted(desk: Desk, number: str = "4711", *, control: int = 1) -> UUID:
    """An order that no route took."""
    original = await desk.gateway.send(order(number, control=control))
    assert documents(await desk.gateway.delivered(original)) == ["unrouted"]
    return original


class TestNoRouteTookIt:
    async def test_it_reaches_the_application_of_the_named_route_once(self, desk: Desk) -> None:
        gateway, original = desk.gateway, await unrouted(desk)
        batch = await desk.replay(original, route="late")
        assert [(m.took, m.takes, m.documents) for m in batch.plan.moves] == [(None, "late", 1)]
        assert batch.plan.deliveries == {"odoo": 1}
        view = await desk.run_of(batch)
        assert (documents(view), targets(view)) == (["routed"], {"odoo": "delivered"})
        assert [d["route"] for i in view["interchanges"] for d in i["documents"]] == ["late"]
        assert len(gateway.targets["odoo"].made) == 1
        assert {f["state"] for f in (await gateway.view(original))["failures"]} == {"resolved"}
        assert len(gateway.targets["bigbox-folder"].made) == 1, "the partner was answered once"

    async def test_the_message_the_audit_and_the_batch_tell_of_it(self, desk: Desk) -> None:
        original = await unrouted(desk)
        batch = await desk.replay(original, route="late")
        view = await desk.run_of(batch)
        assert (view["replay_of"]["route"], (await desk.view(batch))["options"]["route"]) == ("late", "late")
        assert (await desk.records.items(batch.id))[0]["took"] == [""]
        story = await desk.gateway.records.message(str(original))
        assert story is not None
        assert [s["detail"]["route"] for e in story["events"] for s in e["steps"] if s["what"] == "replayed"] == ["late"]
        run = await desk.gateway.records.message(str(view["id"]))
        assert run is not None
        (tried,) = [s["detail"]["tried"] for e in run["events"] for s in e["steps"] if s["what"] == "routed"]
        assert tried == [{"route": "late", "matched": True, "reason": "a person named it for this document"}]
        async with desk.gateway.database.connection() as connection:
            rows = await connection.fetch("select action, detail ->> 'route' as route from gateway.audit order by id")
        assert {("batch_planned", "late"), ("batch_running", "late")} <= {(row["action"], row["route"]) for row in rows}

    async def test_a_repetition_does_not_do_it_twice(self, desk: Desk) -> None:
        original = await unrouted(desk)
        run = UUID((await desk.run_of(await desk.replay(original, route="late")))["id"])
        again = await desk.replay(run, route="late")
        assert (again.plan.effects["skipped_as_delivered"], again.plan.deliveries) == (1, {})
        view = await desk.run_of(again)
        assert (view["deliveries"], len(desk.gateway.targets["odoo"].made)) == ([], 1)
        assert (await happened(desk.gateway, view["id"]))["left_to_earlier_delivery"] == 1

    async def test_a_later_replay_goes_by_the_routes_again(self, desk: Desk) -> None:
        original = await unrouted(desk)
        run = UUID((await desk.run_of(await desk.replay(original, route="late")))["id"])
        view = await desk.run_of(await desk.replay(run))
        assert (documents(view), view["replay_of"]["route"]) == (["unrouted"], None)

    async def test_several_stages_at_once_begin_it_once(self, desk: Desk) -> None:
        originals = [await unrouted(desk, f"P-{n}", control=n) for n in range(1, 6)]
        batch = await desk.replay(*originals, route="late")
        await desk.confirm(batch)
        await asyncio.gather(*(desk.make_runner(f"node-{n}").round() for n in range(4)))
        await desk.until(batch, "done")
        made = Counter(d.idempotency_key for d in desk.gateway.targets["odoo"].made)
        assert (len(made), set(made.values())) == (5, {1})

    async def test_one_that_was_refused_to_the_partner_for_want_of_a_route(self, desk: Desk) -> None:
        configure(desk.gateway, configuration(routes=[NEVER], unroutable=Unroutable.REJECT))
        original = await desk.gateway.send(order())
        assert documents(await desk.gateway.delivered(original)) == ["rejected"]
        view = await desk.run_of(await desk.replay(original, route="late"))
        assert (documents(view), targets(view)) == (["routed"], {"odoo": "delivered"})


class TestTheWrongRouteTookIt:
    async def test_what_was_delivered_stays_and_the_plan_says_so(self, desk: Desk) -> None:
        configure(desk.gateway, configuration(routes=[WRONG, NEVER]))
        original = await desk.gateway.send(order())
        assert targets(await desk.gateway.delivered(original))["bigbox-folder"] == "delivered"
        batch = await desk.replay(original, route="late")
        assert [(m.took, m.takes) for m in batch.plan.moves] == [("copies", "late")]
        assert batch.plan.effects["delivered_elsewhere_and_not_undone"] == 1
        assert "skipped_as_delivered" not in batch.plan.effects
        view = await desk.run_of(batch)
        assert targets(view) == {"odoo": "delivered"}
        assert targets(await desk.gateway.view(original))["bigbox-folder"] == "delivered"

    @pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.RETRY])
    async def test_what_still_waits_there_is_given_up(self, desk: Desk, kind: OutcomeKind) -> None:
        gateway = desk.gateway
        configure(gateway, configuration(routes=[WRONG, NEVER], functional=""))
        gateway.targets["bigbox-folder"].decide = lambda d: Outcome(d.id, kind, "full", "The disk is full.")
        original = await gateway.send(order())
        await gateway.delivered(original)
        batch = await desk.replay(original, route="late")
        assert batch.plan.effects["open_deliveries_superseded"] == 1
        assert targets(await desk.run_of(batch)) == {"odoo": "delivered"}
        copies = [d["state"] for d in (await gateway.view(original))["deliveries"] if d["action"] == "copy"]
        assert copies == ["voided"]


class TestForPartners:
    """Documents that services of ours hand over take routes whose direction is out."""

    TELL = Route("tell", document="purchase_order", partner="nordmart", direction="out", targets=(ODOO,))

    def settings(self, *, agreed: bool = True) -> Settings:
        usual = configuration()
        agreements = [a for a in usual.partnerships.agreements.values() if agreed or a.id != "bigbox-850-out"]
        known = Partnerships.build(usual.partnerships.partners.values(), agreements, identities={Family.X12: [US_X12]})
        return replace(usual, partnerships=known, routes=[replace(usual.routes[0], direction="in"), self.TELL])

    async def test_it_takes_one_of_its_direction_and_goes_to_its_partner(self, desk: Desk) -> None:
        configure(desk.gateway, self.settings(agreed=False))
        (stopped,) = await Publisher(desk.gateway).publish(published(own_order("PO-1"), message_id="m-1"))
        assert documents(stopped) == ["stopped"]
        configure(desk.gateway, self.settings())
        with pytest.raises(PlanRefused, match="direction is out, not in; these can: tell"):
            await desk.replay(UUID(stopped["id"]), route="orders")
        view = await desk.run_of(await desk.replay(UUID(stopped["id"]), route="tell"))
        assert targets(view) == {"bigbox-folder": "delivered", "odoo": "delivered"}

    async def test_what_its_partner_has_takes_no_other_route(self, desk: Desk) -> None:
        configure(desk.gateway, self.settings())
        (sent,) = await Publisher(desk.gateway).publish(published(own_order("PO-1"), message_id="m-1"))
        with pytest.raises(PlanRefused, match="sent to their partner already"):
            await desk.replay(UUID(sent["id"]), route="tell")

    async def test_one_that_cannot_take_it_any_more_stops_it(self, desk: Desk) -> None:
        configure(desk.gateway, self.settings(agreed=False))
        (stopped,) = await Publisher(desk.gateway).publish(published(own_order("PO-1"), message_id="m-1"))
        batch = await desk.replay(UUID(stopped["id"]), route="tell")
        await desk.confirm(batch)
        await desk.quietly().round()
        configure(desk.gateway, replace(self.settings(), routes=configuration().routes))
        await desk.until(batch, "done")
        (item,) = await desk.records.items(batch.id)
        view = await desk.gateway.view(UUID(item["run"]))
        assert (documents(view), targets(view)) == (["stopped"], {}), "it is not sent as if nobody had named a route"


class TestRefused:
    async def test_a_route_that_there_is_none_of(self, desk: Desk) -> None:
        original = await unrouted(desk)
        with pytest.raises(PlanRefused, match="There is no route lite") as refused:
            await desk.replay(original, route="lite")
        assert refused.value.remedy == "Did you mean late?"

    async def test_a_route_for_another_kind_of_document(self, desk: Desk) -> None:
        original = await unrouted(desk)
        with pytest.raises(PlanRefused, match=r"document is purchase_order, not despatch_advice; these can: late"):
            await desk.replay(original, route="despatches")

    async def test_what_was_never_read(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as broken:
            broken.setattr("gateway.stages.translate.judge", crash)
            original = await desk.gateway.send(order())
        with pytest.raises(PlanRefused, match="nothing of it was read"):
            await desk.replay(original, route="late")

    async def test_a_route_that_is_gone_when_its_turn_comes_is_told_and_nothing_begins(self, desk: Desk) -> None:
        original = await unrouted(desk)
        batch = await desk.replay(original, route="late")
        configure(desk.gateway, configuration(routes=[DESPATCHES]))
        (item,) = await desk.done(batch)
        assert (item["state"], item["run"], item["outcome"]) == ("skipped", None, "route late is no longer configured")

    async def test_a_route_that_goes_while_it_runs_leaves_a_failure_with_an_owner(self, desk: Desk) -> None:
        original = await unrouted(desk)
        batch = await desk.replay(original, route="late")
        await desk.confirm(batch)
        await desk.quietly().round()
        configure(desk.gateway, configuration(routes=[DESPATCHES]))
        await desk.until(batch, "done")
        (item,) = await desk.records.items(batch.id)
        view = await desk.gateway.view(UUID(item["run"]))
        assert (item["state"], documents(view)) == ("failed", ["unrouted"])
        assert ["Route late, which a person named" in f["message"] for f in view["failures"]] == [True]


class TestByAnEarlierConfiguration:
    async def test_its_route_is_taken_though_it_is_gone(self, desk: Desk) -> None:
        original = await unrouted(desk)
        earlier = configuration(routes=[NEVER])

        async def built(_digest: str) -> Settings:
            return earlier

        desk.gateway.translate._earlier_configuration = built
        batch = await desk.replay(original, route="late", configuration="0123456789abcdef")
        configure(desk.gateway, configuration(routes=[DESPATCHES]))
        assert targets(await desk.run_of(batch)) == {"odoo": "delivered"}


async def test_a_run_whose_reading_failed_keeps_its_route_when_it_is_read_again(desk: Desk) -> None:
    original = await unrouted(desk)

    async def lost(_digest: str) -> Settings:
        raise ConfigurationInvalid("not kept", remedy="Replay it.")

    desk.gateway.translate._earlier_configuration = lost
    failed = await desk.run_of(await desk.replay(original, route="late", configuration="feedbead"))
    assert failed["state"] == "failed"
    view = await desk.run_of(await desk.replay(UUID(failed["id"])))
    assert (view["id"], view["replay_of"]["route"], targets(view)) == (failed["id"], "late", {"odoo": "delivered"})


async def test_what_has_begun_and_was_not_read_is_read_by_the_next_process(
    desk: Desk, postgres_url: str, database: Database
) -> None:
    original = await unrouted(desk)
    batch = await desk.replay(original, route="late")
    await desk.confirm(batch)
    await desk.quietly().round()
    (run,) = await desk.store.unread_runs(limit=5)
    async with running(postgres_url, database, configuration(routes=[NEVER])) as other:
        await other.broker.announce("translate", [run])
        async with asyncio.timeout(20):
            while (await other.view(run))["state"] == "replaying":
                await other.database.fetch("counts")
        view = await other.delivered(run)
    assert ([d["route"] for i in view["interchanges"] for d in i["documents"]], documents(view)) == (["late"], ["routed"])
    made = [*desk.gateway.targets["odoo"].made, *other.targets["odoo"].made]
    assert len(made) == 1


@pytest.mark.timeout(120)
async def test_a_large_message_takes_it_in_slices(postgres_url: str, database: Database) -> None:
    async with running(postgres_url, database, configuration(routes=[NEVER])) as gateway:
        desk, original = Desk(gateway), await gateway.send(large())
        await released(gateway)
        assert await states(gateway) == {"unrouted": COUNT}
        batch = await desk.replay(original, route="late")
        (item,) = await desk.done(batch)
        assert item["state"] == "done"
        made = Counter(d.idempotency_key for d in gateway.targets["odoo"].made)
        assert (len(made), set(made.values()), batch.plan.deliveries) == (COUNT, {1}, {"odoo": COUNT})
