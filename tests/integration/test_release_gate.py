"""Orders to warehouses at the gate, over a real database: held, let pass, shared out, refused, withdrawn; each goes once."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.config.condition import compile_condition
from gateway.domain.order.milestone import Event, LineQuantity
from gateway.domain.release.terms import Kind
from gateway.domain.release.window import Window
from gateway.ports import Outcome, OutcomeKind
from gateway.store.database import Database
from tests.integration.at_the_gate import EAST, GATE, WEST, AtTheGate, at_the_gate, hold, warehouse_order


@pytest.fixture
async def open_gate(postgres_url: str, database: Database) -> AsyncIterator[AtTheGate]:
    """Nothing is held but by the goods."""
    async with at_the_gate(postgres_url, database) as gate:
        yield gate


class TestRelease:
    async def test_what_nothing_holds_goes_at_once_and_once(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.publish(warehouse_order("OUT-1", A=2))
        await open_gate.look()
        assert open_gate.sent("east") == [("OUT-1", {"A": "2"})]
        assert await open_gate.states() == {"OUT-1": "released"}
        assert await open_gate.order_state() == "received"  # the other lines of the order are not released
        (document,) = await open_gate.rows("select state from gateway.document where state in ('held', 'released')")
        assert document["state"] == "released"

    async def test_released_lines_are_said_to_be(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.publish(warehouse_order("OUT-1", A=10))
        events = await open_gate.rows(
            "select event, source, state from gateway.order_event where source = 'gateway' order by event"
        )
        assert [tuple(row) for row in events] == [("released", "gateway", "applied")]

    async def test_published_twice_it_goes_once(self, open_gate: AtTheGate) -> None:
        await open_gate.publish(warehouse_order("OUT-1", A=2))
        await open_gate.publish(warehouse_order("OUT-1", A=2))
        assert open_gate.sent("east") == [("OUT-1", {"A": "2"})]

    async def test_without_a_gate_it_goes_as_addressed(self, postgres_url: str, database: Database) -> None:
        async with at_the_gate(postgres_url, database, replace(GATE, gated=False)) as gate:
            await gate.publish(warehouse_order("OUT-1", A=2), to="west")
            assert [number for number, _ in gate.sent("west")] == ["OUT-1"]
            assert await gate.states() == {}

    async def test_other_documents_and_actions_do_not_pass_it(self, open_gate: AtTheGate) -> None:
        await open_gate.publish({**warehouse_order("IN-1", A=2), "action": "receive"})
        assert [number for number, _ in open_gate.sent("east")] == ["IN-1"]
        assert await open_gate.states() == {}

    async def test_an_order_without_goods_goes_as_addressed(self, open_gate: AtTheGate) -> None:
        await open_gate.publish({**warehouse_order("OUT-1"), "lines": []})
        assert [number for number, _ in open_gate.sent("east")] == ["OUT-1"]

    async def test_one_that_cannot_be_decided_about_is_told_and_keeps_no_other(self, open_gate: AtTheGate) -> None:
        await open_gate.publish(warehouse_order("OUT-1", A=2), look=False)
        await open_gate.publish({**warehouse_order("OUT-2"), "lines": [], "order": {"number": "4712"}}, look=False)
        await open_gate.rows(
            "update gateway.canonical_body set json = '[]' "
            "where document = (select id from gateway.warehouse_release where arrived = 1)"
        )
        await open_gate.look()
        assert [number for number, _ in open_gate.sent("east")] == ["OUT-2"]
        (failure,) = await open_gate.rows("select code, owner from gateway.failure where stage = 'process'")
        assert tuple(failure) == ("release-not-decided", "operations")


PAYMENT = hold(Kind.PAYMENT, until=Event.PAYMENT_AUTHORISED)


class TestHolds:
    @pytest.fixture
    async def gate(self, postgres_url: str, database: Database) -> AsyncIterator[AtTheGate]:
        terms = replace(GATE, holds=(hold(Kind.CREDIT, owner="finance"), PAYMENT))
        async with at_the_gate(postgres_url, database, terms) as gate:
            await gate.ordered()
            yield gate

    async def test_every_reason_is_named_with_its_owner(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=2))
        holds = await gate.rows("select hold, owner, state from gateway.release_hold order by hold")
        assert [tuple(row) for row in holds] == [("credit", "finance", "open"), ("payment", "warehouse", "open")]
        assert gate.sent("east") == []
        (event,) = await gate.rows("select event, state, reason from gateway.order_event where source = 'gateway'")
        assert (event["event"], event["state"]) == ("held", "applied")
        assert "credit" in event["reason"]
        assert "payment" in event["reason"]

    async def test_a_milestone_ends_a_hold_and_a_person_the_other(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=2))
        await gate.say(Event.PAYMENT_AUTHORISED, "shop")
        await gate.look()
        assert list(await gate.held()) == ["credit"]
        await gate.desk.approve(await gate.hold_id("credit"), actor="ann", reason="pays always")
        await gate.look()
        assert gate.sent("east") == [("OUT-1", {"A": "2"})]
        await gate.look()
        assert len(gate.sent("east")) == 1
        (audit,) = await gate.rows("select actor, action, detail from gateway.audit where action like 'hold%'")
        assert (audit["actor"], audit["action"]) == ("ann", "hold_approved")

    async def test_a_person_lets_it_pass_whatever_holds_it(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=2))
        await gate.desk.release((await gate.hold_id("credit"))[-6:], actor="ann", reason="known")
        await gate.look()
        assert [number for number, _ in gate.sent("east")] == ["OUT-1"]

    async def test_what_is_refused_goes_nowhere_and_the_customer_is_told(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=10))
        await gate.desk.refuse(await gate.hold_id("credit"), actor="ann", reason="no credit")
        await gate.look()
        assert await gate.states() == {"OUT-1": "refused"}
        (event,) = await gate.rows("select state, reason from gateway.order_event where event = 'rejected'")
        assert tuple(event) == ("applied", "no credit")
        (document,) = await gate.rows("select state from gateway.document where name = 'warehouse_order'")
        assert document["state"] == "withdrawn"

    async def test_a_hold_that_takes_too_long_is_told_and_over_when_it_ends(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=2))
        await gate.later("25 hours")
        await gate.look()
        failures = "select code, owner, state from gateway.failure where code = 'release-hold-overdue' order by owner"
        assert [tuple(row) for row in await gate.rows(failures)] == [
            ("release-hold-overdue", "finance", "open"), ("release-hold-overdue", "warehouse", "open")
        ]  # fmt: skip
        await gate.desk.release(await gate.hold_id("credit"), actor="ann", reason="known")
        await gate.look()
        assert {row["state"] for row in await gate.rows(failures)} == {"resolved"}

    async def test_an_order_that_is_cancelled_meanwhile_is_withdrawn(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=2))
        await gate.say(Event.CANCELLED, "bigbox")
        await gate.look()
        assert await gate.states() == {"OUT-1": "withdrawn"}
        assert await gate.held() == {}

    async def test_an_order_that_comes_after_is_found(self, postgres_url: str, database: Database) -> None:
        large = hold(Kind.APPROVAL, "order.lines.exists(line, line.quantity.value > 5.0)", owner="sales")
        async with at_the_gate(postgres_url, database, replace(GATE, holds=(large, PAYMENT))) as gate:
            await gate.publish(warehouse_order("OUT-1", A=2))
            assert list(await gate.held()) == ["payment"]
            await gate.ordered()
            await gate.later("2 seconds")
            await gate.look()
            assert sorted(await gate.held()) == ["approval", "payment"]
            (row,) = await gate.rows("select customer, order_number from gateway.warehouse_release")
            assert tuple(row) == ("bigbox", "4711")


class TestChanges:
    @pytest.fixture
    async def gate(self, postgres_url: str, database: Database) -> AsyncIterator[AtTheGate]:
        async with at_the_gate(postgres_url, database, replace(GATE, holds=(PAYMENT,))) as gate:
            await gate.ordered()
            await gate.publish(warehouse_order("OUT-1", A=10))
            yield gate

    async def test_a_change_takes_the_place_of_what_is_held(self, gate: AtTheGate) -> None:
        changed = {**warehouse_order("OUT-1-2", A=3), "purpose": "replace", "attributes": {"transfer": "OUT-1"}}
        await gate.publish(changed)
        await gate.say(Event.PAYMENT_AUTHORISED, "shop")
        await gate.look()
        assert await gate.states() == {"OUT-1": "withdrawn", "OUT-1-2": "released"}
        assert gate.sent("east") == [("OUT-1-2", {"A": "3"})]

    async def test_a_cancellation_of_what_is_held_goes_to_nobody(self, gate: AtTheGate) -> None:
        await gate.publish({**warehouse_order("OUT-1-2", A=10), "purpose": "cancel", "attributes": {"transfer": "OUT-1"}})
        assert await gate.states() == {"OUT-1": "withdrawn", "OUT-1-2": "withdrawn"}
        await gate.say(Event.PAYMENT_AUTHORISED, "shop")
        await gate.look()
        assert gate.sent("east") == []

    async def test_a_cancellation_of_what_was_released_goes_after_it(self, gate: AtTheGate) -> None:
        await gate.say(Event.PAYMENT_AUTHORISED, "shop")
        await gate.look()
        await gate.publish({**warehouse_order("OUT-1", A=10), "purpose": "cancel"})
        assert [number for number, _ in gate.sent("east")] == ["OUT-1", "OUT-1"]
        keys = [delivery.idempotency_key for delivery in gate.gateway.targets["odoo"].made]
        assert len(set(keys)) == len(keys)

    async def test_a_change_of_what_was_released_goes_after_it(self, gate: AtTheGate) -> None:
        await gate.say(Event.PAYMENT_AUTHORISED, "shop")
        await gate.look()
        await gate.publish({**warehouse_order("OUT-1", A=8), "purpose": "replace"})
        assert gate.sent("east") == [("OUT-1", {"A": "10"}), ("OUT-1", {"A": "8"})]

    async def test_a_change_that_comes_with_its_order_waits_for_it(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-2", B=1), look=False)
        await gate.publish({**warehouse_order("OUT-2", B=1), "purpose": "cancel"}, look=False)
        await gate.look()
        await gate.later("1 second")
        await gate.look()
        assert (await gate.states())["OUT-2"] == "withdrawn"
        assert gate.sent("east") == []


class TestGoods:
    async def test_an_order_goes_where_the_goods_are(self, open_gate: AtTheGate) -> None:
        await open_gate.stock("east", A=1)
        await open_gate.stock("west", A=5)
        await open_gate.publish(warehouse_order("OUT-1", A=2))
        assert open_gate.sent("west") == [("OUT-1", {"A": "2"})]
        (part,) = await open_gate.rows("select warehouse, partner from gateway.release_part")
        assert tuple(part) == ("west", "west")

    async def test_what_is_nowhere_is_a_back_order_until_it_comes(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.stock("east", A=1)
        await open_gate.stock("west", A=0)
        await open_gate.publish(warehouse_order("OUT-1", A=2))
        assert "1 at east, 0 at west" in (await open_gate.held())["availability"]
        (event,) = await open_gate.rows("select event, state from gateway.order_event where source = 'gateway'")
        assert tuple(event) == ("back_ordered", "applied")
        await open_gate.stock("east", A=2)
        await open_gate.look()
        assert open_gate.sent("east") == [("OUT-1", {"A": "2"})]

    async def test_two_orders_do_not_get_the_last_piece(self, open_gate: AtTheGate) -> None:
        await open_gate.stock("east", A=1)
        await open_gate.stock("west", B=1)
        await open_gate.publish(warehouse_order("OUT-1", A=1))
        await open_gate.publish(warehouse_order("OUT-2", A=1))
        assert open_gate.sent("east") == [("OUT-1", {"A": "1"})]
        assert await open_gate.states() == {"OUT-1": "released", "OUT-2": "held"}

    async def test_goods_are_kept_for_an_order_that_is_held(self, postgres_url: str, database: Database) -> None:
        rule = hold(Kind.APPROVAL, "document.number == 'OUT-1'", owner="sales")
        async with at_the_gate(postgres_url, database, replace(GATE, holds=(rule,))) as gate:
            await gate.stock("east", A=1)
            await gate.stock("west", B=1)
            await gate.publish(warehouse_order("OUT-1", A=1))
            await gate.publish(warehouse_order("OUT-2", A=1))
            assert await gate.states() == {"OUT-1": "held", "OUT-2": "held"}
            await gate.desk.refuse(await gate.hold_id("approval"), actor="ann", reason="no")
            await gate.look()
            await gate.later("1 day 1 second")
            await gate.look()
            assert gate.sent("east") == [("OUT-2", {"A": "1"})]

    async def test_processes_at_the_same_time_do_not_promise_more_than_there_is(
        self, open_gate: AtTheGate, postgres_url: str
    ) -> None:
        await open_gate.stock("east", A=3, B=2)
        await open_gate.stock("west", A=0, B=1)
        for number in range(12):
            await open_gate.publish(warehouse_order(f"OUT-{number}", **{"AB"[number % 2]: 1}), look=False)
        others = [Database(postgres_url) for _ in range(3)]
        try:
            for other in others:
                await other.open()
            gates = [open_gate.gate, *(open_gate.gate_of(other) for other in others)]
            async with asyncio.timeout(30):
                while "arrived" in (await open_gate.states()).values():
                    await asyncio.gather(*(gate.round() for gate in gates))
        finally:
            for other in others:
                await other.close()
        await open_gate.look()
        sent = [items for warehouse in ("east", "west") for _, items in open_gate.sent(warehouse)]
        assert sum("A" in items for items in sent) == 3
        assert sum("B" in items for items in sent) == 3
        assert sorted((await open_gate.states()).values()) == ["held"] * 6 + ["released"] * 6

    async def test_a_part_goes_and_the_rest_follows(self, postgres_url: str, database: Database) -> None:
        async with at_the_gate(postgres_url, database, replace(GATE, complete=False, split=True)) as gate:
            await gate.stock("east", A=2)
            await gate.stock("west", A=1, B=4)
            await gate.publish(warehouse_order("OUT-1", A=5, B=4))
            assert gate.sent("east") == [("OUT-1", {"A": "2"})]
            assert gate.sent("west") == [("OUT-1.2", {"A": "1", "B": "4"})]
            assert await gate.states() == {"OUT-1": "partly_released"}
            await gate.stock("west", A=9, B=4)
            await gate.look()
            assert gate.sent("west")[1:] == [("OUT-1.3", {"A": "2"})]
            assert await gate.states() == {"OUT-1": "released"}

    async def test_what_was_shipped_is_in_the_next_report(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.stock("east", A=5)
        await open_gate.publish(warehouse_order("OUT-1", A=3))
        await open_gate.stock("east", A=5)  # it has not left yet
        (kept,) = await open_gate.rows("select quantity, released from gateway.stock_reservation")
        assert tuple(kept) == (Decimal(3), True)
        await open_gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(3)))
        await open_gate.stock("east", A=2)
        assert await open_gate.rows("select from gateway.stock_reservation") == []

    async def test_an_older_report_changes_nothing(self, open_gate: AtTheGate) -> None:
        await open_gate.stock("east", A=5)
        (before,) = await open_gate.rows("select as_of from gateway.stock_level")
        await open_gate.stock("east", as_of=before["as_of"].replace(year=2020), A=50)
        (level,) = await open_gate.rows("select on_hand from gateway.stock_level")
        assert level["on_hand"] == 5


class TestRefusals:
    async def test_what_a_warehouse_reports_missing_goes_to_the_next_that_has_it(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.stock("east", A=5)
        await open_gate.stock("west", A=5)
        await open_gate.publish(warehouse_order("OUT-1", A=4))
        await open_gate.say(Event.BACK_ORDERED, "east", LineQuantity("1", Decimal(3)), reason="damaged")
        await open_gate.look()
        assert open_gate.sent("west") == [("OUT-1.2", {"A": "3"})]
        assert await open_gate.states() == {"OUT-1": "released"}
        await open_gate.look()
        assert len(open_gate.sent("west")) == 1

    async def test_what_no_other_has_is_a_back_order(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.stock("east", A=5)
        await open_gate.stock("west", A=1)
        await open_gate.publish(warehouse_order("OUT-1", A=4))
        await open_gate.say(Event.BACK_ORDERED, "east")
        await open_gate.look()
        assert await open_gate.states() == {"OUT-1": "held"}
        said = await open_gate.rows("select event, state from gateway.order_event where source = 'gateway' order by id")
        assert [tuple(row) for row in said] == [("released", "applied"), ("back_ordered", "applied")]
        await open_gate.stock("west", A=9)
        await open_gate.look()
        assert open_gate.sent("west") == [("OUT-1.2", {"A": "4"})]

    async def test_what_its_system_refuses_for_good_goes_to_the_next(self, open_gate: AtTheGate) -> None:
        target = open_gate.gateway.targets["odoo"]
        target.decide = lambda d: Outcome(d.id, OutcomeKind.FAILED, "http-422", "The item A is not known here.")
        await open_gate.publish(warehouse_order("OUT-1", A=4))
        await open_gate.look()
        assert open_gate.sent("west") == [("OUT-1.2", {"A": "4"})]
        (part,) = await open_gate.rows("select state, note from gateway.release_part where warehouse = 'east'")
        assert tuple(part) == ("refused", "odoo: The item A is not known here.")
        (delivery,) = await open_gate.rows("select state from gateway.delivery where target = 'odoo' and document is not null")
        assert delivery["state"] == "voided"
        assert {row["state"] for row in await open_gate.rows("select state from gateway.failure where stage = 'deliver'")} == {
            "resolved"
        }

    async def test_a_warehouse_that_rejects_it_does_not_reject_the_customers_order(self, open_gate: AtTheGate) -> None:
        await open_gate.ordered()
        await open_gate.publish(warehouse_order("OUT-1", A=4))
        await open_gate.say(Event.REJECTED, "east")
        (event,) = await open_gate.rows("select event, state from gateway.order_event where source = 'east'")
        assert tuple(event) == ("back_ordered", "applied")
        await open_gate.look()
        assert open_gate.sent("west") == [("OUT-1.2", {"A": "4"})]


class TestTimes:
    async def test_an_order_waits_for_its_wave_and_keeps_its_goods(self, postgres_url: str, database: Database) -> None:
        soon = datetime.now(UTC) + timedelta(hours=2)
        window = Window(waves=(soon.time().replace(second=0, microsecond=0),))
        terms = replace(GATE, warehouses=(replace(EAST, window=window), replace(WEST, window=window)))
        async with at_the_gate(postgres_url, database, terms) as gate:
            await gate.stock("east", A=1)
            await gate.stock("west", B=1)
            await gate.publish(warehouse_order("OUT-1", A=1))
            assert await gate.states() == {"OUT-1": "planned"}
            assert gate.sent("east") == []
            await gate.publish(warehouse_order("OUT-2", A=1))
            assert (await gate.states())["OUT-2"] == "held"
            await gate.later("2 hours 1 minute")
            await gate.look()
            assert gate.sent("east") == [("OUT-1", {"A": "1"})]
            assert (await gate.states())["OUT-2"] == "held"


class TestPriorities:
    async def test_scarce_goods_go_to_the_first_in_rank(self, postgres_url: str, database: Database) -> None:
        terms = replace(GATE, priorities=(compile_condition('document.priority == "rush"'),))
        async with at_the_gate(postgres_url, database, terms) as gate:
            await gate.stock("east", B=1)
            await gate.stock("west", B=1)
            await gate.publish(warehouse_order("OUT-1", A=1))
            await gate.publish({**warehouse_order("OUT-2", A=1), "priority": "rush"})
            await gate.stock("east", A=1)
            await gate.look()
            assert gate.sent("east") == [("OUT-2", {"A": "1"})]
            assert (await gate.states())["OUT-1"] == "held"


class TestReports:
    async def test_a_report_of_the_warehouse_is_read_and_its_items_are_known(self, postgres_url: str, database: Database) -> None:
        rule = hold(Kind.MASTER_DATA, owner="master")
        async with at_the_gate(postgres_url, database, replace(GATE, holds=(rule,))) as gate:
            await gate.publish(warehouse_order("OUT-1", A=1))
            assert "east does not know seller:A" in (await gate.held())["master_data"]
            stock = [{"status": "available", "quantity": {"value": "5", "unit": "EA"}}]
            line = {"number": "1", "item": {"identifiers": {"seller": "A"}}, "stock": stock}
            report = {"schema": "inventory_report/1", "number": "R1", "lines": [line]}
            await gate.gateway.send(json.dumps(report).encode(), partner="east", channel="east-wms")
            await gate.look()
            assert gate.sent("east") == [("OUT-1", {"A": "1"})]
            (level,) = await gate.rows("select warehouse, on_hand, reserved from gateway.stock_level")
            assert tuple(level) == ("east", 5, 0)
