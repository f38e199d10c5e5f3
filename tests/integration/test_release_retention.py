"""What the gate keeps goes with the customer's order that it is about, or by its age where that is not known."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.domain.order.milestone import Event, LineQuantity
from gateway.domain.release.terms import Kind
from gateway.domain.retention import Class, Period, Retention
from gateway.stages.purge import Purge
from gateway.store.database import Database
from gateway.store.retention import PostgresRetention
from gateway.system import SystemClock
from tests.integration.at_the_gate import GATE, AtTheGate, at_the_gate, hold, warehouse_order

MONTH = Retention({Class.ENVELOPE: Period(timedelta(days=30), {})})
TABLES = ("warehouse_release", "release_hold", "release_part", "stock_reservation")
APPROVAL = hold(Kind.APPROVAL, "document.number == 'OUT-9'", owner="sales")


@pytest.fixture
async def gate(postgres_url: str, database: Database) -> AsyncIterator[AtTheGate]:
    async with at_the_gate(postgres_url, database, replace(GATE, holds=(APPROVAL,))) as gate:
        await gate.stock("east", A=50, B=50)
        yield gate


async def left(gate: AtTheGate) -> list[int]:
    """How many rows there are in each of its tables, when all that is old has gone."""
    store, clock = PostgresRetention(gate.gateway.database), SystemClock()
    await Purge(store=store, retention=lambda: MONTH, observer=gate.gateway.observer, clock=clock, node="test").round()
    return [(await gate.rows(f"select count(*) as rows from gateway.{table}"))[0]["rows"] for table in TABLES]


async def test_it_goes_with_the_customers_order(gate: AtTheGate) -> None:
    await gate.ordered()
    await gate.publish(warehouse_order("OUT-9", A=10))
    await gate.desk.release(await gate.hold_id("approval"), actor="ann", reason="known")
    await gate.look()
    assert await left(gate) == [1, 1, 1, 1]
    await gate.say(Event.SHIPPED, "east", *(LineQuantity(str(n), Decimal(10 * n)) for n in range(1, 6)))
    await gate.look()
    await gate.later("31 days")
    assert await left(gate) == [0, 0, 0, 0]


async def test_what_serves_no_known_order_goes_by_its_age(gate: AtTheGate) -> None:
    await gate.publish(warehouse_order("OUT-1", A=2))
    assert await left(gate) == [1, 0, 1, 1]
    await gate.later("31 days")
    assert await left(gate) == [0, 0, 0, 0]


async def test_what_is_held_stays_and_what_is_on_legal_hold(gate: AtTheGate) -> None:
    await gate.publish(warehouse_order("OUT-9", A=2))
    await gate.publish({**warehouse_order("OUT-1", B=2), "order": {"number": "4712"}})
    await gate.rows(
        "insert into gateway.legal_hold (id, partner, reason, actor) values (gen_random_uuid(), 'east', 'audit', 'ada')"
    )
    await gate.later("31 days")
    assert (await left(gate))[0] == 2
    await gate.rows("update gateway.legal_hold set released_at = gateway.now()")
    assert (await left(gate))[0] == 1
    (row,) = await gate.rows("select number, state from gateway.warehouse_release")
    assert tuple(row) == ("OUT-9", "held")


async def test_a_promise_of_nothing_is_forgotten(gate: AtTheGate) -> None:
    await gate.rows("insert into gateway.stock_reservation values (gen_random_uuid(), 'east', 'seller:A', 0, 1, true)")
    await gate.later("31 days")
    assert (await left(gate))[3] == 0
