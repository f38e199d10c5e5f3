"""What follows from milestones, over a real database: triggers make documents, once, for customers and for applications."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest

from gateway.config.condition import compile_condition
from gateway.domain.agreement import Agreement, Direction, Partnerships
from gateway.domain.document_path import parse_path
from gateway.domain.order.follow_up import FollowUpRule
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.order.record import event_row
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.order.trigger import KIND, Trigger
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.rule import SetRule
from gateway.errors import GatewayError
from gateway.ports import Json
from gateway.ports.follow_ups import DueFollowUp, FollowUpSession, Performed, Performer
from gateway.stages.follow_up import CarryOut
from gateway.stages.make_document import MakeDocument
from gateway.store.database import Database
from gateway.store.follow_ups import PostgresFollowUps
from tests.integration.harness import US_X12, Running, Settings, configuration, running
from tests.integration.test_flow import order
from tests.integration.test_orders import Orders, lines
from translators import registry
from translators.contract import Family

ANSWER = FollowUpRule("answer", KIND, frozenset({Event.ACCEPTED, Event.REJECTED, Event.BACK_ORDERED}))
ADVICE = FollowUpRule("advice", KIND, frozenset({Event.SHIPPED}))
REQUEST = FollowUpRule("request", KIND, frozenset({Event.SHIPPED}))
FOR_ODOO = Trigger("request", "despatch_advice", "odoo", "invoice_request", {"post": True})
TRIGGERS = {
    "answer": Trigger("answer", "order_response"),
    "advice": Trigger("advice", "despatch_advice"),
    "request": FOR_ODOO,
}


def terms(*rules: FollowUpRule) -> ProcessTerms:
    return ProcessTerms(follow_ups=rules, triggers=TRIGGERS)


def with_answers(process: ProcessTerms) -> Settings:
    """Agreements about what goes out to BigBox."""
    known = configuration()
    out = [
        Agreement("bigbox-855", "bigbox", Direction.OUT, "order_response", Family.X12, "855", "004010", channel="bigbox-folder"),
        Agreement("bigbox-856", "bigbox", Direction.OUT, "despatch_advice", Family.X12, "856", "004010", channel="bigbox-folder"),
    ]
    partners = known.partnerships.partners.values()
    agreed = Partnerships.build(partners, [*known.partnerships.agreements.values(), *out], identities={Family.X12: [US_X12]})
    return replace(known, partnerships=agreed, process=process)


class Told(Performer):
    """Ends as it is told, and well when it is told nothing."""

    def __init__(self, outcomes: list[Performed], *, broken: str = "") -> None:
        self.outcomes, self.broken = outcomes, broken

    async def perform(self, due: DueFollowUp, rule: FollowUpRule, session: FollowUpSession) -> Performed:
        del rule, session
        if due.number == self.broken:
            raise KeyError(self.broken)
        return self.outcomes.pop(0) if self.outcomes else Performed("done")


class Following(Orders):
    """The order process with what follows from it."""

    def __init__(self, gateway: Running, process: ProcessTerms, performers: Mapping[str, Performer] | None = None) -> None:
        super().__init__(gateway, process)
        self.settings = replace(gateway.settings, process=process)
        make = MakeDocument(work=gateway.work, announce=self._announce, configuration=lambda: self.settings)
        self.carry_out = CarryOut(
            store=PostgresFollowUps(gateway.database),
            performers=performers if performers is not None else {KIND: make},
            configuration=lambda: self.settings,
            owner_of=self.process.owner_of,
            judge=self.process.wake,
            observer=gateway.observer,
            new_id=gateway.new_id,
        )

    async def _announce(self, arrived: Sequence[tuple[str, Any]]) -> None:
        await self.gateway.broker.announce("translate", [identifier for _, identifier in arrived])

    async def ordered(self, number: str = "4711") -> None:
        await self.gateway.send(order(number, control=int(number), lines=2))
        await self.process.round()

    async def followed(self) -> list[Json]:
        """What follows, as it is shown."""
        return list((await self.view())["follow_ups"])

    async def sent(self, count: int) -> list[Any]:
        """So many documents have gone to the customer's folder beside acknowledgements: their canonical forms."""
        made = self.gateway.targets["bigbox-folder"].made
        async with asyncio.timeout(20):
            while True:
                read = [registry.translate(one.content or b"").interchanges[0] for one in list(made)]
                found = [document.canonical for one in read for document in one.documents if document.type not in ("997", "TA1")]
                if len(found) >= count:
                    assert len(found) == count
                    return found
                await self.gateway.database.fetch("counts")

    async def asked(self, count: int) -> list[Any]:
        """So many deliveries have come to Odoo that are no orders."""
        made = self.gateway.targets["odoo"].made
        async with asyncio.timeout(20):
            while len(found := [one for one in made if one.action != "sale_order"]) < count:
                await self.gateway.database.fetch("counts")
        return found

    async def failures_of_follow_ups(self) -> dict[str, tuple[str, str]]:
        """Owner and state by code."""
        sql = "select code, owner, state from gateway.failure where stage = 'follow_up'"
        async with self.gateway.database.connection() as connection:
            return {row["code"]: (row["owner"], row["state"]) for row in await connection.fetch(sql)}


@pytest.fixture
async def gateway(postgres_url: str, database: Database) -> AsyncIterator[Running]:
    async with running(postgres_url, database, with_answers(terms(ANSWER, ADVICE))) as gateway:
        yield gateway


class TestForTheCustomer:
    async def test_acceptance_sends_the_order_response_once(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ANSWER))
        await orders.ordered()
        await orders.say("accepted", links=(Link("odoo", "order", "S00027"),))
        assert await orders.carry_out.round() == 1
        (answer,) = await orders.sent(1)
        assert (answer.NAME, answer.order.number, answer.status) == ("order_response", "4711", "accepted")
        assert [[one.status for one in line.responses] for line in answer.lines] == [["accepted"], ["accepted"]]
        await orders.process.round()  # what went out says that it is accepted: that triggers nothing
        await orders.say("accepted", by="wms")
        assert await orders.carry_out.round() == 0
        (followed,) = await orders.followed()
        assert (followed["rule"], followed["state"], followed["event"]) == ("answer", "done", "accepted")

    async def test_what_is_back_ordered_later_is_told_with_another_one(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ANSWER))
        await orders.ordered()
        await orders.say("accepted")
        await orders.carry_out.round()
        await orders.say("back_ordered", by="wms", lines=lines(line2=1))
        assert await orders.carry_out.round() == 1
        first, second = await orders.sent(2)
        assert (first.status, second.status) == ("accepted", "with_changes")
        assert "back_ordered" in [one.status for line in second.lines for one in line.responses]

    async def test_each_shipment_has_its_advice_though_several_tell_of_it(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ADVICE))
        await orders.ordered()
        (line, *_) = (await orders.view())["lines"]
        unit = line["unit"]

        def some(quantity: int, package: str) -> tuple[LineQuantity, ...]:
            return (LineQuantity("1", Decimal(quantity), unit, packages=(package,)),)

        links = (Link("wms", "package", "057900000000000011"), Link("wms", "tracking", "1Z1"))
        await orders.say("shipped", by="wms", lines=some(2, "057900000000000011"), links=links)
        await orders.say("shipped", by="odoo", lines=some(2, "057900000000000011"))  # of the same goods
        assert await orders.carry_out.round() == 1
        await orders.say("shipped", by="wms", lines=some(1, "057900000000000028"))
        assert await orders.carry_out.round() == 1
        first, second = await orders.sent(2)
        assert [(str(one.quantity.value), one.order.line) for one in first.lines] == [("2", "1")]
        assert [str(one.quantity.value) for one in second.lines] == ["1"]
        assert [package.identifiers["sscc"] for package in first.packages] == ["057900000000000011"]
        assert first.number != second.number

    async def test_what_waits_tells_all_that_was_said_meanwhile(self, gateway: Running) -> None:
        orders = Following(gateway, terms(replace(ANSWER, after=timedelta(minutes=15))))
        await orders.ordered()
        await orders.say("accepted")
        await orders.say("back_ordered", lines=lines(line2=1))
        assert await orders.carry_out.round() == 0
        await orders.later("16 minutes")
        assert await orders.carry_out.round() == 1
        (answer,) = await orders.sent(1)
        assert answer.status == "with_changes"

    async def test_what_is_taken_back_before_is_not_told(self, gateway: Running) -> None:
        orders = Following(gateway, terms(replace(ADVICE, after=timedelta(minutes=15))))
        await orders.ordered()
        await orders.say("shipped", by="wms", lines=lines(line1=2), occurred=None)
        (waiting,) = await orders.followed()
        assert waiting["state"] == "waiting"
        await orders.say("cancelled", by="bigbox", occurred=datetime(2020, 1, 1, tzinfo=UTC))
        (void,) = await orders.followed()
        assert (void["state"], void["code"]) == ("void", "withdrawn")
        await orders.later("16 minutes")
        assert await orders.carry_out.round() == 0

    async def test_a_condition_is_asked_of_the_order(self, gateway: Running) -> None:
        never = replace(ANSWER, condition=compile_condition('order.ship_to.address.country == "XX"'))
        orders = Following(gateway, terms(never))
        await orders.ordered()
        await orders.say("accepted")
        assert await orders.carry_out.round() == 1
        (void,) = await orders.followed()
        assert (void["state"], void["code"]) == ("void", "condition")
        assert "when" in void["message"]


class TestForAnApplication:
    @pytest.fixture
    async def gateway(self, postgres_url: str, database: Database) -> AsyncIterator[Running]:
        async with running(postgres_url, database, with_answers(terms(REQUEST))) as gateway:
            yield gateway

    async def test_a_shipment_is_delivered_to_it_under_a_key_of_its_own(self, gateway: Running) -> None:
        orders = Following(gateway, terms(REQUEST))
        await orders.ordered()
        await orders.say("shipped", by="wms", lines=lines(line1=2))
        await orders.say("shipped", by="wms", lines=lines(line1=1))
        assert await orders.carry_out.round() == 2
        requests = await orders.asked(2)
        assert {(one.action, one.partner, one.options["post"]) for one in requests} == {("invoice_request", "bigbox", True)}
        assert len({one.idempotency_key for one in requests}) == 2
        assert [orjson.loads(one.json or b"")["order"]["number"] for one in requests] == ["4711", "4711"]
        await orders.process.round()
        assert [one["source"] for one in (await orders.view())["events"]] == ["bigbox", "wms", "wms"]  # it says nothing itself

    async def test_without_the_trigger_its_document_is_its_owners(self, gateway: Running) -> None:
        orders = Following(gateway, replace(terms(replace(REQUEST, id="gone")), triggers={"gone": replace(FOR_ODOO, id="gone")}))
        await orders.ordered()
        await orders.say("shipped", by="wms", lines=lines(line1=2))
        await orders.carry_out.round()
        async with asyncio.timeout(20), gateway.database.connection() as connection:
            while (code := await connection.fetchval("select code from gateway.failure where stage = 'route'")) is None:
                await asyncio.sleep(0)
        assert code == "trigger-gone"

    async def test_the_same_statement_of_a_test_order_is_not_for_a_production_application(self, gateway: Running) -> None:
        production = replace(FOR_ODOO, production=True)
        orders = Following(gateway, replace(terms(REQUEST), triggers={"request": production}))
        await gateway.send(order("4711", lines=2, test=True))
        await orders.process.round()
        await orders.say("shipped", by="wms", lines=lines(line1=2), test=True)
        assert await orders.carry_out.round() == 1
        assert [one["code"] for one in await orders.followed()] == ["condition"]


class TestWhatCannotBeDone:
    async def test_an_order_that_came_without_a_document_is_told_and_tried_again(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ANSWER))
        await orders.say("received", by="shop", lines=lines(line1=5))
        await orders.say("accepted")
        assert await orders.carry_out.round() == 1
        (followed,) = await orders.followed()
        assert (followed["state"], followed["code"], followed["attempts"]) == ("failed", "order-not-kept", 1)
        assert await orders.failures_of_follow_ups() == {"order-not-kept": ("sales", "open")}
        assert await orders.carry_out.round() == 0
        await orders.later("2 minutes")
        assert await orders.carry_out.round() == 1
        assert [one["attempts"] for one in await orders.followed()] == [2]

    async def test_what_succeeds_later_ends_its_failure(self, gateway: Running) -> None:
        outcomes = [Performed("not_possible", "no room", "full", "make room"), Performed("done", reference="here")]
        orders = Following(gateway, terms(ANSWER), {KIND: Told(outcomes)})
        await orders.ordered()
        await orders.say("accepted")
        await orders.carry_out.round()
        await orders.later("2 minutes")
        await orders.carry_out.round()
        assert [(one["state"], one["reference"]) for one in await orders.followed()] == [("done", "here")]
        assert await orders.failures_of_follow_ups() == {"full": ("sales", "resolved")}

    async def test_a_fault_of_one_does_not_keep_the_others(self, gateway: Running) -> None:
        performer = Told([], broken="4711")
        orders = Following(gateway, terms(ANSWER), {KIND: performer})
        for number in ("4711", "4712"):
            await orders.ordered(number)
            await orders.say("accepted", number=number)
        assert await orders.carry_out.round() == 2
        states = {number: (await orders.view(number))["follow_ups"][0]["state"] for number in ("4711", "4712")}
        assert states == {"4711": "failed", "4712": "done"}
        assert list(await orders.failures_of_follow_ups()) == ["follow-up-fault"]

    async def test_what_was_done_and_turns_out_not_to_hold_is_told(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ADVICE), {KIND: Told([])})
        await orders.ordered()
        await orders.say("shipped", by="wms", lines=lines(line1=2))
        await orders.carry_out.round()
        await orders.say("cancelled", by="bigbox", occurred=datetime(2020, 1, 1, tzinfo=UTC))
        (followed,) = await orders.followed()
        assert followed["state"] == "withdrawn"
        assert await orders.failures_of_follow_ups() == {"follow-up-withdrawn": ("sales", "open")}

    async def test_a_rule_that_is_gone_is_not_carried_out(self, gateway: Running) -> None:
        orders = Following(gateway, terms(replace(ANSWER, after=timedelta(minutes=5))))
        await orders.ordered()
        await orders.say("accepted")
        await orders.later("6 minutes")
        orders.settings = replace(orders.settings, process=terms())
        assert await orders.carry_out.round() == 1
        assert [(one["state"], one["code"]) for one in await orders.followed()] == [("void", "rule-gone")]


class TestOnce:
    async def test_two_processes_carry_out_each_once(self, gateway: Running) -> None:
        first, second = Following(gateway, terms(ANSWER)), Following(gateway, terms(ANSWER))
        for number in ("4711", "4712", "4713"):
            await first.ordered(number)
            await first.say("accepted", number=number)
        done = await asyncio.gather(first.carry_out.round(), second.carry_out.round())
        assert sum(done) == 3
        await first.sent(3)

    async def test_what_was_handed_over_before_its_commit_was_lost_goes_out_once(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ANSWER))
        await orders.ordered()
        await orders.say("accepted")
        async with gateway.database.connection() as connection:
            await connection.execute(
                "create function fail() returns trigger language plpgsql as $$ begin raise 'lost'; end $$;"
                "create trigger fail before update on gateway.follow_up for each row "
                "when (new.state = 'done') execute function fail()"
            )
        with pytest.raises(GatewayError):
            await orders.carry_out.round()
        await orders.sent(1)
        async with gateway.database.connection() as connection:
            await connection.execute("drop trigger fail on gateway.follow_up")
        await orders.later("2 minutes")
        assert await orders.carry_out.round() == 1
        assert [one["state"] for one in await orders.followed()] == ["done"]
        await orders.sent(1)

    async def test_a_performer_may_say_what_is_judged_next(self, gateway: Running) -> None:
        released = event_row(Milestone("gateway", "gate-1", Event.RELEASED, "bigbox", "4711"), gateway.new_id())
        orders = Following(gateway, terms(ANSWER), {KIND: Told([Performed("done", says=[released])])})
        await orders.ordered()
        await orders.say("accepted")
        await orders.carry_out.round()
        await orders.process.round()
        assert await orders.state() == "released"

    async def test_figures_say_what_is_left(self, gateway: Running) -> None:
        orders = Following(gateway, terms(replace(ANSWER, after=timedelta(minutes=5))))
        await orders.ordered()
        await orders.say("accepted")
        assert await orders.carry_out.measure() == 1


class TestRoutesForWhatGoesOut:
    @pytest.fixture
    async def gateway(self, postgres_url: str, database: Database) -> AsyncIterator[Running]:
        out = Route(
            "answers-out",
            document="order_response",
            direction="out",
            rules=(SetRule(parse_path("seller.identifiers.buyer"), "V-7"),),
            targets=(RouteTarget("odoo", "note"),),
        )
        settings = with_answers(terms(ANSWER))
        async with running(postgres_url, database, replace(settings, routes=[*settings.routes, out])) as gateway:
            yield gateway

    async def test_its_rules_change_it_before_it_is_written_and_it_goes_elsewhere_too(self, gateway: Running) -> None:
        orders = Following(gateway, terms(ANSWER))
        await orders.ordered()
        await orders.say("accepted")
        await orders.carry_out.round()
        (answer,) = await orders.sent(1)
        assert answer.seller.identifiers == {"buyer": "V-7"}
        (noted,) = [one for one in await orders.asked(1) if one.action == "note"]
        assert orjson.loads(noted.json or b"")["seller"]["identifiers"] == {"buyer": "V-7"}
        (followed,) = await orders.followed()
        view = await gateway.view(UUID(followed["reference"]))
        assert view["interchanges"][0]["documents"][0]["route"] == "answers-out"
