"""At the gate nothing is released a second time: back orders of Odoo, changes and cancellations of what warehouses have."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.order.milestone import Event, LineQuantity
from gateway.ports import Outcome, OutcomeKind
from gateway.store.database import Database
from tests.integration.at_the_gate import GATE, AtTheGate, at_the_gate, warehouse_order

SHARED = replace(GATE, complete=False, split=True)


@pytest.fixture
async def gate(postgres_url: str, database: Database) -> AsyncIterator[AtTheGate]:
    """The customer has ordered ten of line 1 and twenty of line 2; an order may be split."""
    async with at_the_gate(postgres_url, database, SHARED) as gate:
        await gate.ordered()
        yield gate


async def split(gate: AtTheGate) -> None:
    """Ten pieces: six are released to east, four to west."""
    await gate.stock("east", A=6, B=100)
    await gate.stock("west", A=4, B=0)
    await gate.publish(warehouse_order("OUT-1", A=10))
    assert (gate.sent("east"), gate.sent("west")) == ([("OUT-1", {"A": "6"})], [("OUT-1.2", {"A": "4"})])


def said(gate: AtTheGate, warehouse: str) -> list[tuple[str, str, dict[str, str]]]:
    """What a warehouse was told: number, purpose, and how much of each item."""
    target = {"east": "odoo", "west": "nordmart-folder"}[warehouse]
    found = []
    for delivery in gate.gateway.targets[target].made:
        document: dict[str, Any] = json.loads(delivery.json or b"{}")
        if document.get("schema") == "warehouse_order/1":
            goods = {line["item"]["identifiers"]["seller"]: line["quantity"]["value"] for line in document["lines"]}
            found.append((document["number"], document.get("purpose", "original"), goods))
    return found


def changed(number: str, **items: int) -> dict[str, Any]:
    """A change of the transfer OUT-1."""
    return {**warehouse_order(number, **items), "purpose": "replace", "attributes": {"transfer": "OUT-1"}}


class TestBackOrders:
    async def test_the_rest_of_a_split_transfer_is_not_released_again(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(6)))
        await gate.stock("east", A=50, B=100)
        await gate.publish(warehouse_order("OUT-2", A=4))
        assert (len(gate.sent("east")), len(gate.sent("west"))) == (1, 1)
        assert await gate.states() == {"OUT-1": "released", "OUT-2": "withdrawn"}
        (row,) = await gate.rows("select note from gateway.warehouse_release where number = 'OUT-2'")
        assert row["note"] == "All of it was released, or is about to be, with OUT-1."

    async def test_a_shipment_makes_no_part_without_lines(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(6)))
        await gate.look()
        await gate.say(Event.SHIPPED, "west", LineQuantity("1", Decimal(4)))
        await gate.look()
        assert (len(gate.sent("east")), len(gate.sent("west"))) == (1, 1)
        assert await gate.rows("select from gateway.release_part where lines = '[]'") == []

    async def test_what_waits_with_the_first_does_not_wait_twice(self, gate: AtTheGate) -> None:
        await gate.stock("east", A=6)
        await gate.stock("west", A=0)
        await gate.publish(warehouse_order("OUT-1", A=10))
        await gate.publish(warehouse_order("OUT-2", A=4))
        await gate.stock("west", A=50)
        await gate.look()
        assert (gate.sent("east"), gate.sent("west")) == ([("OUT-1", {"A": "6"})], [("OUT-1.2", {"A": "4"})])

    async def test_what_the_first_did_not_ask_for_is_released(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=4))
        await gate.publish(warehouse_order("OUT-2", A=6))
        await gate.publish(warehouse_order("OUT-3", A=6))
        assert gate.sent("east") == [("OUT-1", {"A": "4"}), ("OUT-2", {"A": "6"})]
        assert (await gate.states())["OUT-3"] == "withdrawn"

    async def test_what_is_asked_for_in_part_again_goes_in_part(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=7))
        await gate.publish(warehouse_order("OUT-2", A=7))
        assert gate.sent("east") == [("OUT-1", {"A": "7"}), ("OUT-2", {"A": "3"})]
        assert await gate.states() == {"OUT-1": "released", "OUT-2": "released"}

    async def test_what_a_warehouse_did_not_ship_goes_once_more_and_only_once(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=10))
        await gate.say(Event.BACK_ORDERED, "east", LineQuantity("1", Decimal(4)))
        await gate.look()
        await gate.publish(warehouse_order("OUT-2", A=4))
        assert gate.sent("west") == [("OUT-1.2", {"A": "4"})]
        assert len(gate.sent("east")) == 1

    async def test_what_came_back_may_be_shipped_again(self, gate: AtTheGate) -> None:
        await gate.publish(warehouse_order("OUT-1", A=10))
        await gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(10)))
        await gate.say(Event.DELIVERED, "carrier")
        await gate.say(Event.RETURNED, "east", LineQuantity("1", Decimal(3)))
        await gate.publish(warehouse_order("OUT-2", A=3))
        assert gate.sent("east")[1:] == [("OUT-2", {"A": "3"})]

    async def test_a_cancelled_back_order_is_taken_back_from_who_has_it(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(6)))
        await gate.publish(warehouse_order("OUT-2", A=4))
        await gate.publish({**warehouse_order("OUT-2-2"), "lines": [], "purpose": "cancel", "attributes": {"transfer": "OUT-2"}})
        assert said(gate, "west")[1:] == [("OUT-1.2", "cancel", {"A": "4"})]
        assert len(gate.sent("east")) == 1
        assert await gate.rows("select from gateway.stock_reservation where warehouse = 'west'") == []


class TestChangesOfWhatWarehousesHave:
    async def test_whoever_has_less_to_ship_is_told_and_nobody_else(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.publish(changed("OUT-1-2", A=8))
        assert said(gate, "west")[1:] == [("OUT-1.2", "replace", {"A": "2"})]
        assert len(said(gate, "east")) == 1
        assert (await gate.states())["OUT-1-2"] == "released"
        kept = await gate.rows("select warehouse, quantity from gateway.stock_reservation order by warehouse")
        assert [tuple(row) for row in kept] == [("east", 6), ("west", 2)]

    async def test_whoever_has_nothing_to_ship_any_more_is_told(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.publish(changed("OUT-1-2", A=5))
        assert said(gate, "east")[1:] == [("OUT-1", "replace", {"A": "5"})]
        assert said(gate, "west")[1:] == [("OUT-1.2", "cancel", {"A": "4"})]

    async def test_what_is_wanted_more_is_decided_anew(self, gate: AtTheGate) -> None:
        await gate.stock("east", A=9, B=9)
        await gate.stock("west", A=0, B=9)
        await gate.publish(warehouse_order("OUT-1", A=4))
        await gate.publish(changed("OUT-1-2", A=4, B=3))
        assert said(gate, "east") == [("OUT-1", "original", {"A": "4"}), ("OUT-1-2.3", "original", {"B": "3"})]

    async def test_what_has_left_is_not_changed(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.say(Event.SHIPPED, "west", LineQuantity("1", Decimal(4)))
        await gate.publish(changed("OUT-1-2", A=7))
        assert said(gate, "east")[1:] == [("OUT-1", "replace", {"A": "3"})]
        assert len(said(gate, "west")) == 1

    async def test_another_address_is_told_to_all(self, gate: AtTheGate) -> None:
        await split(gate)
        ship_to = {"name": "Somewhere else", "identifiers": {"buyer": "0099"}}
        await gate.publish({**changed("OUT-1-2", A=10), "ship_to": ship_to})
        assert said(gate, "east")[1:] == [("OUT-1", "replace", {"A": "6"})]
        assert said(gate, "west")[1:] == [("OUT-1.2", "replace", {"A": "4"})]

    async def test_a_second_change_knows_the_parts_of_the_first(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.publish(changed("OUT-1-2", A=8))
        await gate.publish(changed("OUT-1-3", A=7))
        assert said(gate, "west")[1:] == [("OUT-1.2", "replace", {"A": "2"}), ("OUT-1.2", "replace", {"A": "1"})]
        parts = await gate.rows("select number, state from gateway.release_part where state = 'sent' order by number")
        assert [tuple(row) for row in parts] == [("OUT-1", "sent"), ("OUT-1.2", "sent")]
        kept = await gate.rows("select warehouse, quantity from gateway.stock_reservation order by warehouse")
        assert [tuple(row) for row in kept] == [("east", 6), ("west", 1)]

    async def test_a_cancellation_is_told_to_all_who_have_not_shipped(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.say(Event.SHIPPED, "east", LineQuantity("1", Decimal(6)))
        await gate.publish({**warehouse_order("OUT-1-2", A=10), "purpose": "cancel", "attributes": {"transfer": "OUT-1"}})
        assert said(gate, "west")[1:] == [("OUT-1.2", "cancel", {"A": "4"})]
        assert len(said(gate, "east")) == 1

    async def test_a_change_that_is_refused_there_is_looked_for_elsewhere(self, gate: AtTheGate) -> None:
        await split(gate)
        await gate.stock("east", A=50)
        target = gate.gateway.targets["nordmart-folder"]
        target.decide = lambda d: Outcome(d.id, OutcomeKind.FAILED, "http-422", "Too late.")
        await gate.publish(changed("OUT-1-2", A=8))
        await gate.look()
        assert said(gate, "east")[-1][2] == {"A": "2"}
