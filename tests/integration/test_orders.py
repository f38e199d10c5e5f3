"""The order process over a real database: documents and applications tell of orders, and what follows is stored and published."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import orjson
import pytest

from gateway.domain.order.authority import Authority
from gateway.domain.order.deadline import Deadline
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.order.order import Rules
from gateway.domain.order.terms import ProcessTerms
from gateway.ports import Json, Message, Outcome, OutcomeKind
from gateway.ports.hearing import Notice
from gateway.stages.hear import Hear
from gateway.stages.process import ProcessOrders
from gateway.store import order_records
from gateway.store.orders import PostgresOrders
from gateway.system import SystemClock
from tests.integration.harness import Running
from tests.integration.test_flow import order

TERMS = ProcessTerms()


class Orders:
    """The order process beside a running gateway."""

    def __init__(self, gateway: Running, terms: ProcessTerms = TERMS) -> None:
        self.gateway, self.terms = gateway, terms
        self.store = PostgresOrders(gateway.database)
        self.process = ProcessOrders(
            store=self.store,
            configuration=lambda: replace(gateway.settings, process=self.terms),
            source_owner={"wms": "warehouse"}.get,
            broker=gateway.broker,
            forget=gateway.work.delete_outbox,
            observer=gateway.observer,
            clock=SystemClock(),
            new_id=gateway.new_id,
        )
        self.hear = Hear(
            intake=gateway.receive,
            orders=self.store,
            wake=self.process.wake,
            tell=gateway.work.record_failures,
            owner_of=self.process.owner_of,
            new_id=gateway.new_id,
        )
        self._keys = 0

    async def say(
        self, event: str, *, by: str = "odoo", partner: str | None = "bigbox", number: str | None = "4711", **more: object
    ) -> None:
        """An application tells a milestone, which is judged."""
        self._keys += 1
        key = str(more.pop("key", f"{event}-{self._keys}"))
        said = Milestone(by, key, Event(event), partner, number, **more)  # type: ignore[arg-type]
        await self.hear.take(by, [Notice(key, milestones=[said])])
        await self.process.round()

    async def view(self, number: str = "4711") -> Json:
        (view,) = await order_records.orders_of(self.gateway.database, number, partner=None, terms=self.terms)
        return view

    async def state(self, number: str = "4711") -> str:
        return str((await self.view(number))["state"])

    async def failures(self) -> dict[str, str]:
        """Open failures of the process: owners by code."""
        sql = "select f.code, f.owner from gateway.failure f where stage = 'process' and state = 'open'"
        async with self.gateway.database.connection() as connection:
            return {row["code"]: row["owner"] for row in await connection.fetch(sql)}

    async def later(self, offset: str) -> None:
        """Let so much time pass for the database."""
        async with self.gateway.database.connection() as connection:
            name = await connection.fetchval("select current_database()")
            await connection.execute(f"alter database \"{name}\" set gateway.clock_offset = '{offset}'")
        await self.gateway.database._leave()


def lines(**quantities: int) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(name.removeprefix("line"), Decimal(value)) for name, value in quantities.items())


@pytest.fixture
async def orders(gateway: Running) -> Orders:
    return Orders(gateway)


class TestDocuments:
    async def test_an_order_that_came_is_received(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711"))
        await orders.process.round()
        view = await orders.view()
        assert (view["partner"], view["state"], view["version"]) == ("bigbox", "received", 1)
        assert [line["line"] for line in view["lines"]] == ["1", "2", "3", "4", "5"]
        (event,) = view["events"]
        assert (event["event"], event["state"], event["source"]) == ("received", "applied", "bigbox")
        assert event["document"]

    async def test_each_document_is_read_once(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711"))
        assert await orders.process.round() == 1
        assert await orders.process.round() == 0
        levels = {level.stage: level.rows for level in await orders.gateway.work.queue_levels()}
        assert levels["process"] == 0

    async def test_two_processes_share_the_work(self, orders: Orders) -> None:
        other = Orders(orders.gateway)
        for n in range(6):
            await orders.gateway.send(order(f"47{n}", control=n + 1))
        judged = await asyncio.gather(orders.process.round(), other.process.round())
        assert sum(judged) == 6
        assert [await orders.state(f"47{n}") for n in range(6)] == ["received"] * 6

    async def test_what_is_said_of_one_new_order_at_the_same_time_is_all_counted(self, orders: Orders) -> None:
        said = [Milestone("wms", f"k{n}", Event.SHIPPED, "bigbox", f"470{n % 2}", lines=lines(line1=1)) for n in range(8)]
        said += [Milestone("bigbox", f"o{n}", Event.RECEIVED, "bigbox", f"470{n}", lines=lines(line1=4)) for n in range(2)]
        for one in said:
            await orders.hear.take("wms", [Notice(one.key, milestones=[one])])
        processes = [orders.process, *(Orders(orders.gateway).process for _ in range(2))]
        async with asyncio.timeout(30):
            while any(await asyncio.gather(*(process.round() for process in processes), return_exceptions=True)):
                continue
        assert [await orders.state(f"470{n}") for n in range(2)] == ["shipped", "shipped"]

    async def test_what_cannot_be_read_is_told_to_its_owner_and_holds_up_nothing(self, orders: Orders) -> None:
        first = await orders.gateway.send(order("4711"))
        await orders.gateway.send(order("4712", control=2))
        async with orders.gateway.database.connection() as connection:
            await connection.execute(
                "update gateway.canonical_body set json = '{}' where document = "
                "(select id from gateway.document where transmission = $1)",
                first,
            )
        await orders.process.round()
        assert await orders.failures() == {"document-not-read": "sales"}
        assert await orders.state("4712") == "received"


class TestApplications:
    async def test_milestones_move_the_order(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("accepted")
        await orders.say("shipped", by="wms", lines=lines(line1=4))
        assert await orders.state() == "partly_shipped"
        await orders.say("shipped", by="wms", lines=lines(line1=6))
        await orders.say("delivered", by="carrier")
        view = await orders.view()
        assert (view["state"], view["lines"][0]["delivered"], view["version"]) == ("delivered", "10", 5)

    async def test_what_is_told_again_changes_nothing(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        for _ in range(2):
            await orders.say("shipped", key="pick-1", by="wms", lines=lines(line1=4))
        view = await orders.view()
        assert (len(view["events"]), view["lines"][0]["shipped"]) == (2, "4")

    async def test_what_comes_before_its_order_waits_for_it(self, orders: Orders) -> None:
        await orders.say("shipped", by="wms", lines=lines(line1=10))
        view = await orders.view()
        assert (view["state"], view["events"][0]["state"], view["events"][0]["needs"]) == ("expected", "waiting", "received")
        await orders.gateway.send(order("4711", lines=1))
        await orders.process.round()
        assert await orders.state() == "shipped"

    async def test_what_waits_for_too_long_becomes_a_failure_and_ends_by_itself(self, orders: Orders) -> None:
        await orders.say("shipped", by="wms", lines=lines(line1=10))
        await orders.later("25 hours")
        await orders.process.round()
        assert await orders.failures() == {"waits-for-received": "warehouse"}
        assert (await orders.view())["events"][0]["state"] == "overdue"
        await orders.gateway.send(order("4711", lines=1))
        await orders.process.round()
        assert (await orders.state(), await orders.failures()) == ("shipped", {})

    async def test_a_contradiction_becomes_a_failure_and_never_overwrites(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("cancelled", by="bigbox")
        await orders.say("shipped", by="wms", lines=lines(line1=10))
        assert (await orders.state(), await orders.failures()) == ("cancelled", {"shipped-after-cancelled": "warehouse"})
        event = (await orders.view())["events"][-1]
        assert (event["state"], event["code"]) == ("refused", "shipped-after-cancelled")
        await orders.say("changed", by="bigbox", lines=lines(line1=10), occurred=_before_all())
        assert await orders.state() == "cancelled"

    async def test_a_contradiction_is_over_when_it_is_none_any_more(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("shipped", by="wms", lines=lines(line1=12))
        assert await orders.failures() == {"more-shipped-than-ordered": "warehouse"}
        await orders.say("changed", by="bigbox", lines=lines(line1=12))
        assert (await orders.state(), await orders.failures()) == ("shipped", {})

    async def test_who_has_no_authority_is_told_to_its_owner(self, gateway: Running) -> None:
        orders = Orders(gateway, ProcessTerms(Rules(Authority({Event.SHIPPED: {"wms"}}))))
        await gateway.send(order("4711", lines=1))
        await orders.say("shipped", by="odoo")
        assert (await orders.state(), await orders.failures()) == ("received", {"without-authority": "sales"})
        await orders.say("shipped", by="wms")
        assert (await orders.state(), await orders.failures()) == ("shipped", {})

    async def test_test_orders_are_orders_of_their_own(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("accepted", test=True)
        views = await order_records.orders_of(orders.gateway.database, "4711", partner=None, terms=TERMS)
        assert [(view["test"], view["state"]) for view in views] == [(False, "received"), (True, "expected")]

    async def test_how_far_a_source_was_read_is_stored_with_what_was_heard(self, orders: Orders) -> None:
        assert await orders.hear.position("odoo") is None
        said = Milestone("odoo", "k", Event.ACCEPTED, "bigbox", "4711")
        await orders.hear.take("odoo", [Notice("k", milestones=[said])], position="2026-11-21 12:00:00/77")
        assert await orders.hear.position("odoo") == "2026-11-21 12:00:00/77"
        assert await orders.process.round() == 1

    async def test_odd_text_is_stored_as_far_as_it_can_be(self, orders: Orders) -> None:
        await orders.say("held", number="47\x0011", reason="nul \x00 and \ud800", links=(Link("odoo", "order", "x" * 900),))
        view = await orders.view("47\ufffd11")
        assert view["events"][0]["reason"] == "nul \ufffd and \ufffd"

    async def test_the_clock_of_a_source_is_followed(self, orders: Orders) -> None:
        ahead = datetime.now(UTC) + timedelta(hours=2)
        await orders.say("accepted", occurred=ahead)
        assert (await orders.view())["events"][0]["flags"] == ["future"]
        clocks = await orders.store.clocks()
        assert 7_000 < clocks["odoo"] <= 7_200

    async def test_steps_are_shown_in_the_order_in_which_they_happened(self, orders: Orders) -> None:
        began = datetime.now(UTC) - timedelta(hours=1)
        await orders.gateway.send(order("4711", lines=1))
        for place, event in enumerate(("delivered", "shipped", "accepted")):
            await orders.say(event, occurred=began + timedelta(hours=2, minutes=-place))
        assert [*(await orders.view())["steps"]] == ["received", "accepted", "shipped", "delivered"]

    async def test_one_source_may_tell_of_several_orders_at_once(self, orders: Orders) -> None:
        ahead = datetime.now(UTC) + timedelta(hours=2)
        said = [Milestone("odoo", f"k{n}", Event.ACCEPTED, "bigbox", f"471{n}", ahead + timedelta(hours=n)) for n in range(3)]
        await orders.hear.take("odoo", [Notice("k", milestones=said)])
        assert await orders.process.round() == 3
        assert (await orders.store.clocks())["odoo"] > 10_000


class TestNames:
    async def test_an_order_is_found_by_any_name_of_it(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("accepted", links=(Link("odoo", "order", "S00027"),))
        await orders.say("shipped", by="wms", partner=None, number="S00027", links=(Link("wms", "tracking", "1Z9"),))
        await orders.say("delivered", by="carrier", partner=None, number=None, links=(Link("carrier", "tracking", "1Z9"),))
        assert await orders.state() == "delivered"
        assert (await orders.view("1Z9"))["number"] == "4711"
        links = {(link["kind"], link["value"]) for link in (await orders.view())["links"]}
        assert links == {("order", "S00027"), ("tracking", "1Z9")}

    async def test_what_has_no_order_yet_waits_for_a_name(self, orders: Orders) -> None:
        await orders.say("delivered", by="carrier", partner=None, number=None, links=(Link("carrier", "tracking", "1Z9"),))
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("shipped", by="wms", links=(Link("wms", "tracking", "1Z9"),))
        async with asyncio.timeout(20):  # its name became known in the transaction that it is looked for in
            while await orders.state() != "delivered":
                await orders.process.round()

    async def test_news_of_a_shipment_are_of_every_order_in_it(self, orders: Orders) -> None:
        for n in (1, 2):
            await orders.gateway.send(order(f"471{n}", control=n, lines=1))
            await orders.say("shipped", by="wms", number=f"471{n}", links=(Link("wms", "tracking", "1Z9"),))
        await orders.say("delivered", by="carrier", partner=None, number=None, links=(Link("carrier", "tracking", "1Z9"),))
        assert [await orders.state("4711"), await orders.state("4712")] == ["delivered", "delivered"]

    async def test_two_warehouses_may_number_alike(self, orders: Orders) -> None:
        for n, warehouse in ((1, "wms-east"), (2, "wms-west")):
            await orders.gateway.send(order(f"471{n}", control=n, lines=1))
            links = (Link(warehouse, "order", "W-1001"), Link(warehouse, "shipment", "S-1"))
            await orders.say("released", by=warehouse, number=f"471{n}", links=links)
        await orders.say("picked", by="wms-west", partner=None, number="W-1001")
        assert [await orders.state("4711"), await orders.state("4712")] == ["released", "picked"]
        await orders.say("packed", by="wms-east", partner=None, number=None, links=(Link("wms-east", "shipment", "S-1"),))
        assert [await orders.state("4711"), await orders.state("4712")] == ["packed", "picked"]
        assert await orders.failures() == {}
        await orders.say("shipped", by="odoo", partner=None, number="W-1001")  # whose W-1001 it means, nobody knows
        assert await orders.failures() == {"order-ambiguous": "operations"}

    async def test_a_number_that_several_partners_use_is_told(self, orders: Orders) -> None:
        for partner in ("bigbox", "nordmart"):
            await orders.say("received", by=partner, partner=partner, lines=lines(line1=3))
        await orders.say("shipped", by="wms", partner=None)
        assert await orders.failures() == {"order-ambiguous": "warehouse"}


class TestMessages:
    async def test_milestones_that_hold_are_published_with_the_order_as_it_is_then(self, orders: Orders) -> None:
        heard: asyncio.Queue[Sequence[Message]] = asyncio.Queue()
        async with orders.gateway.broker.subscribe("edi.events", "#", heard.put, queue="listener"):
            await orders.gateway.send(order("4711", lines=1))
            await orders.say("shipped", by="wms", lines=lines(line1=4))
            messages: list[Message] = []
            async with asyncio.timeout(20):
                while len(messages) < 2:
                    messages += await heard.get()
        first, second = messages
        assert (first.routing_key, second.routing_key) == ("received.bigbox", "shipped.bigbox")
        assert second.headers["type"] == "order.shipped"
        assert (second.headers["version"], second.headers["verdict"], second.headers["subject"]) == ("2", "applied", "4711")
        body = orjson.loads(second.body)
        assert body["order"] == {"partner": "bigbox", "number": "4711", "state": "partly_shipped", "version": 2, "test": False}
        assert body["quantities"][0]["shipped"] == "4"
        assert (await orders.gateway.records.counts())["outbox"] == 0

    async def test_what_turns_out_not_to_hold_is_withdrawn(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("shipped", by="wms", occurred=datetime.now(UTC) + timedelta(minutes=1))
        heard: asyncio.Queue[Sequence[Message]] = asyncio.Queue()
        async with orders.gateway.broker.subscribe("edi.events", "#", heard.put, queue="listener"):
            await orders.say("cancelled", by="bigbox", occurred=datetime.now(UTC))
            messages: list[Message] = []
            async with asyncio.timeout(20):
                while len(messages) < 2:
                    messages += await heard.get()
        assert {(m.headers["type"], m.headers["verdict"]) for m in messages} == {
            ("order.shipped", "withdrawn"),
            ("order.cancelled", "applied"),
        }
        assert await orders.state() == "cancelled"


class TestDeadlines:
    TERMS = ProcessTerms(
        deadlines=(
            Deadline("release", Event.RELEASED, Event.RECEIVED, timedelta(minutes=5), owner="warehouse"),
            Deadline("advice", Event.SHIPPED, Event.IN_TRANSIT, timedelta(0), by="gateway"),
        )
    )

    @pytest.fixture
    async def orders(self, gateway: Running) -> Orders:
        return Orders(gateway, self.TERMS)

    async def test_what_did_not_happen_in_time_is_told_and_over_when_it_happens(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.process.round()
        assert (await orders.view())["deadlines"][0]["state"] == "open"
        await orders.later("6 minutes")
        await orders.process.round()
        assert await orders.failures() == {"deadline-missed": "warehouse"}
        assert await orders.process.round() == 0
        await orders.say("released")
        assert (await orders.failures(), (await orders.view())["deadlines"][0]["state"]) == ({}, "late")

    async def test_what_happened_in_time_is_met(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("released")
        await orders.later("6 minutes")
        await orders.process.round()
        assert ((await orders.view())["deadlines"][0]["state"], await orders.failures()) == ("met", {})

    async def test_nothing_is_expected_of_an_order_that_is_cancelled(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("cancelled", by="bigbox")
        await orders.later("6 minutes")
        await orders.process.round()
        assert await orders.failures() == {}

    async def test_a_document_that_must_be_sent_before(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.say("released")
        await orders.say("shipped", by="wms", links=(Link("wms", "tracking", "1Z9"),))
        await orders.say("in_transit", by="carrier")
        assert await orders.failures() == {"deadline-missed": "sales"}
        listed = await order_records.list_orders(orders.gateway.database, states=(), partners=(), late=True, limit=9, before=None)
        assert [(one["number"], one["late"]) for one in listed] == [("4711", ["advice"])]

    async def test_one_that_is_no_longer_configured_is_dropped(self, orders: Orders) -> None:
        await orders.gateway.send(order("4711", lines=1))
        await orders.process.round()
        orders.terms = ProcessTerms()
        await orders.later("6 minutes")
        await orders.process.round()
        assert (await orders.failures(), (await orders.view())["deadlines"][0]["state"]) == ({}, "void")


class TestDeliveries:
    async def test_what_an_answer_says_of_the_order_is_stored_with_the_result(self, gateway: Running) -> None:
        orders = Orders(gateway)
        said = Milestone("odoo", "S1:accepted", Event.ACCEPTED, "bigbox", "4711", links=(Link("odoo", "order", "S1"),))
        gateway.targets["odoo"].decide = lambda d: Outcome(d.id, OutcomeKind.DELIVERED, reference="S1", milestones=(said,))
        await gateway.delivered(await gateway.send(order("4711", lines=1)))
        await orders.process.round()
        view = await orders.view("S1")
        assert (view["state"], [event["event"] for event in view["events"]]) == ("accepted", ["received", "accepted"])


async def test_orders_are_listed_in_pages_by_state_and_partner(gateway: Running) -> None:
    orders = Orders(gateway)
    for n in range(5):
        await gateway.send(order(f"471{n}", control=n + 1, lines=1))
    await orders.process.round()
    await orders.say("accepted", number="4713")

    async def listed(**terms: object) -> list[str]:
        wanted = {"states": (), "partners": (), "late": False, "limit": 9, "before": None, **terms}
        return [str(one["number"]) for one in await order_records.list_orders(gateway.database, **wanted)]  # type: ignore[arg-type]

    assert await listed() == ["4714", "4713", "4712", "4711", "4710"]
    assert await listed(states=("accepted",)) == ["4713"]
    assert await listed(partners=("nordmart",)) == []
    first = await order_records.list_orders(gateway.database, states=(), partners=(), late=False, limit=2, before=None)
    assert await listed(before=UUID(str(first[-1]["id"]))) == ["4712", "4711", "4710"]


def _before_all() -> datetime:
    return datetime(2020, 1, 1, tzinfo=UTC)
