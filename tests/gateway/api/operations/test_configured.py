"""What stands in the configuration: routes, schedules, reconciliations, subscribers, mapping; and what is kept of all."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.errors import Absent, GatewayError, PlanRefused
from tests.integration.test_flow import edifact, order
from tests.world.day import World


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


class TestRoutes:
    async def test_in_force_in_their_order_and_readable(self, standing: World) -> None:
        found = await standing.ask("routes.list")
        assert (found.gateway, found.configuration) == ("nordic", standing.office.snapshot.digest)
        express, orders = found.routes
        assert (express.number, express.id, express.partner, express.when) == (1, "express", "bigbox", 'order.kind == "rush"')
        assert (orders.partner, orders.when, orders.rules) == (None, "", ("default warehouse.identifiers.seller to 'east'",))
        (target,) = orders.deliver
        assert (target.to, target.action, target.sequence) == ("odoo", "sale_order", "number")

    async def test_a_document_is_tried_and_every_route_says_why(self, standing: World) -> None:
        before = await standing.value("select count(*) from gateway.transmission")
        found = await standing.ask("routes.test", channel="bigbox-folder", content=in_base64(order("9000", 90)))
        (interchange,) = found.interchanges
        (document,) = interchange.documents
        assert (interchange.partner, interchange.verdict, document.state, document.route) == (
            "bigbox",
            "accepted",
            "routed",
            "orders",
        )
        assert [(one.route, one.matched) for one in document.tried] == [("express", False), ("orders", True)]
        assert (document.tried[0].reason, document.tried[0].when) == ("when is false", 'order.kind == "rush"')
        assert [(one.rule, one.after) for one in document.rules] == [("default", "east")]
        assert [(one.to, one.action) for one in document.deliveries] == [("odoo", "sale_order")]
        assert "order:9000" in document.keys
        assert await standing.value("select count(*) from gateway.transmission") == before, "nothing is stored"

    async def test_a_message_that_came_is_tried_again_by_those_who_may_see_it(self, world: World) -> None:
        message = (await world.document("4712"))["transmission"]
        found = await world.ask("routes.explain", message=message)
        (document,) = found.interchanges[0].documents
        assert (document.route, [one.route for one in document.tried]) == ("orders", ["express", "orders"])
        with pytest.raises(Absent):
            await world.ask("routes.explain", message=uuid4())

    async def test_the_configuration_says_since_when_it_is_known(self, standing: World) -> None:
        since = (await standing.ask("routes.list")).since
        kept = await standing.value(
            "select count(*) from gateway.configuration where digest = $1", standing.office.snapshot.digest
        )
        assert (since is not None) == bool(kept)

    async def test_what_comes_by_anothers_channel_or_cannot_be_read_says_so(self, standing: World) -> None:
        found = await standing.ask("routes.test", channel="nordmart-folder", content=in_base64(order("9000", 90)))
        assert found.interchanges[0].verdict == "rejected"
        assert {one.code for one in found.interchanges[0].findings} == {"sender-unknown"} or found.interchanges[0].findings
        unreadable = await standing.ask("routes.test", channel="bigbox-folder", content=in_base64(b"hello"))
        assert unreadable.interchanges == ()
        assert unreadable.findings
        known = await standing.ask("routes.test", channel="nordmart-folder", content=in_base64(edifact("9000", 91)))
        assert known.interchanges[0].documents[0].route == "orders"

    async def test_nothing_too_much_and_no_such_channel_are_refused(self, standing: World) -> None:
        with pytest.raises(Absent) as refused:
            await standing.ask("routes.test", channel="bigbox", content=in_base64(b"x"))
        assert "bigbox-folder" in refused.value.remedy
        for content in (b"", b"x" * 1_048_577):
            with pytest.raises(PlanRefused):
                await standing.ask("routes.test", channel="bigbox-folder", content=in_base64(content))
        with pytest.raises(ValidationError):
            await standing.ask("routes.test", channel="bigbox-folder", content="no Base64!")


class TestSchedules:
    async def test_listed_asked_for_and_told_by_their_runs(self, world: World) -> None:
        (one,) = (await world.ask("schedules.list")).items
        assert (one.id, one.run, one.last, one.state) == ("nightly", "reconcile", None, None)
        assert one.next is not None
        first = await world.ask("schedules.run", schedule="nightly")
        assert (first.state, first.actor, first.schedule) == ("asked", "ann", "nightly")
        await world.ask("schedules.run", schedule="nightly")
        runs = (await world.ask("schedules.runs")).items
        assert len(runs) == 2
        assert runs[-1].id == first.id
        assert [run.id for run in await world.everything("schedules.runs", schedule="nightly")] == [run.id for run in runs]

    @pytest.mark.parametrize("name", ["schedules.run", "schedules.runs"])
    async def test_one_that_is_not_there(self, standing: World, name: str) -> None:
        with pytest.raises(Absent):
            await standing.ask(name, schedule="nightli")


class TestReconciliation:
    async def test_listed_as_configured_and_what_the_gateway_finds_itself(self, standing: World) -> None:
        listed = (await standing.ask("reconciliation.list")).items
        assert [(one.id, one.configured, one.left, one.right, one.differences) for one in listed] == [
            ("odoo-orders", True, None, "odoo", 0), ("processed", False, None, None, None),
            ("acknowledged", False, None, None, None), ("numbers", False, None, None, None),
        ]  # fmt: skip

    async def test_what_the_gateway_finds_itself_is_made_now(self, standing: World) -> None:
        found = await standing.ask("reconciliation.run", reconciliation="acknowledged")
        assert {one.key for one in found.differences} >= {"43"} or found.differences
        assert all(one.message and one.suggestion for one in found.differences)

    async def test_a_system_that_does_not_answer_is_told_and_is_an_open_difference(self, world: World) -> None:
        with pytest.raises(GatewayError, match="Odoo"):
            await world.ask("reconciliation.run", reconciliation="odoo-orders")
        (one,) = await world.everything("reconciliation.differences")
        assert (one.reconciliation, one.code, one.state) == ("odoo-orders", "not-compared", "open")
        assert (await world.ask("reconciliation.differences", reconciliation=["processed"])).items == []
        assert (await world.ask("reconciliation.list")).items[0].differences == 1

    async def test_one_that_is_not_there(self, standing: World) -> None:
        with pytest.raises(Absent):
            await standing.ask("reconciliation.run", reconciliation="odoo")


class TestSubscribers:
    async def test_listed_with_their_logs_and_tried(self, standing: World) -> None:
        (one,) = (await standing.ask("subscribers.list")).items
        assert (one.subscriber, one.configured, one.events, one.waiting, one.failed) == ("news", True, None, 3, 0)
        log = (await standing.ask("subscribers.log", subscriber="news")).items
        assert [(each.type, each.state, each.attempts) for each in log] == [("order.received", "waiting", 0)] * 3
        assert [each.id for each in await standing.everything("subscribers.log", subscriber="news")] == [each.id for each in log]
        assert [each.order for each in (await standing.ask("subscribers.log", subscriber="news", order=["4712"])).items] == [
            "4712"
        ]
        probed = await standing.ask("subscribers.test", subscriber="news")
        assert (probed.arrived, probed.url) == (False, "http://127.0.0.1:9/hook")
        assert probed.code

    @pytest.mark.parametrize("name", ["subscribers.log", "subscribers.test"])
    async def test_one_that_is_not_there(self, standing: World, name: str) -> None:
        with pytest.raises(Absent):
            await standing.ask(name, subscriber="nws")


class TestKept:
    async def test_for_how_long_and_what_would_go(self, standing: World) -> None:
        classes = (await standing.ask("retention.status")).items
        assert {"payload", "canonical", "journal"} <= {one.kind for one in classes}
        assert all(one.kept and one.holds for one in classes)
        assert all(one.goes == 0 for one in (await standing.ask("retention.plan")).items), "all of it is of today"

    async def test_held_listed_and_let_go(self, world: World) -> None:
        partner = await world.ask("retention.hold", partner="bigbox", reason="case 2026-17")
        chosen = await world.ask(
            "retention.hold", transmissions=[(await world.document("4711"))["transmission"]], reason="case 18"
        )
        assert (partner.transmissions, chosen.transmissions) == (0, 1)
        holds = (await world.ask("retention.holds")).items
        assert {(one.id, one.partner, one.actor) for one in holds} == {(partner.id, "bigbox", "ann"), (chosen.id, None, "ann")}
        await world.ask("retention.release", hold=chosen.id, reason="case closed")
        assert [one.id for one in (await world.ask("retention.holds")).items] == [partner.id]
        (over,) = [one for one in (await world.ask("retention.holds", released=True)).items if one.released_at]
        assert (over.released_by, over.release_reason) == ("ann", "case closed")
        with pytest.raises(Absent):
            await world.ask("retention.release", hold=chosen.id, reason="again")

    @pytest.mark.parametrize(
        ("asked", "error"),
        [
            ({}, PlanRefused),
            ({"query": " "}, PlanRefused),
            ({"partner": "bigbux"}, Absent),
            ({"partner": "bigbox", "query": "type:850"}, ValidationError),
            ({"received_after": "2026-01-01T00:00:00Z", "transmissions": [str(uuid4())]}, ValidationError),
        ],
    )
    async def test_nothing_in_particular_is_not_held(
        self, standing: World, asked: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await standing.ask("retention.hold", **asked, reason="case 2026-17")
        assert (await standing.ask("retention.holds")).items == []


class TestUnmapped:
    async def test_what_documents_met_and_nobody_mapped(self, standing: World) -> None:
        (one,) = (await standing.ask("unmapped.list")).items
        assert (one.application, one.word, one.partner, one.table) == ("odoo", "product-unknown", "bigbox", "")
        assert (await standing.ask("unmapped.list", partner="bigbox")).items == [one]
        assert (await standing.ask("unmapped.list", partner="nordmart")).items == []
        with pytest.raises(Absent):
            await standing.ask("unmapped.list", application="odoo-west")

    async def test_to_compare_odoo_has_to_answer(self, standing: World) -> None:
        with pytest.raises(GatewayError, match="Odoo"):
            await standing.ask("unmapped.compare", application="odoo")


class TestOverview:
    async def test_what_needs_somebody_and_what_came_and_went(self, world: World) -> None:
        one = await world.ask("overview")
        assert (one.unattended, one.overdue, one.unmatched, one.dead_letters) == (one.failures, 1, 1, 2)
        assert (one.orders_held, one.orders_late, one.breakers, one.held) == (2, 0, (), ())
        assert (one.to_read, one.to_deliver) == (0, 3), "what the subscriber is to be told"
        assert one.to_deliver_since is not None
        assert len(one.volumes) == 24
        assert (sum(hour.received for hour in one.volumes), sum(hour.sent for hour in one.volumes)) == (5, 6)
        await world.ask("targets.hold", target="odoo", reason="stocktaking")
        await world.moved(await world.delivery("4712"), "waiting")
        await world.rows("insert into gateway.breaker (target, state) values ('odoo', 'open')")
        now = await world.ask("overview")
        assert (now.held, now.breakers, now.to_deliver, now.dead_letters) == (("target:odoo",), ("odoo",), 4, 1)
