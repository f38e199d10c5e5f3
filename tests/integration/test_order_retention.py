"""Orders that are over go with the envelopes; what still waits, is due, failed or is held stays, however old it is."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from gateway.domain.order.deadline import Deadline
from gateway.domain.order.milestone import Event, Link
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.retention import Class, Period, Retention
from gateway.operations.plan_purge import plan_purge
from gateway.stages.purge import Purge
from gateway.store.retention import Hold, PostgresRetention
from gateway.system import SystemClock
from tests.integration.harness import Running
from tests.integration.test_follow_ups import ANSWER, TRIGGERS
from tests.integration.test_orders import Orders, lines

MONTH = Retention({Class.ENVELOPE: Period(timedelta(days=30), {"nordmart": timedelta(days=60)})})
TABLES = ("trade_order", "order_event", "order_link", "order_deadline", "follow_up")


async def purge(orders: Orders) -> int:
    store = PostgresRetention(orders.gateway.database)
    return await Purge(
        store=store, retention=lambda: MONTH, observer=orders.gateway.observer, clock=SystemClock(), node="test"
    ).round()


async def left(orders: Orders) -> dict[str, int]:
    async with orders.gateway.database.connection() as connection:
        return {table: await connection.fetchval(f"select count(*) from gateway.{table}") for table in TABLES}


async def delivered(orders: Orders, number: str, *, partner: str = "bigbox") -> None:
    """An order that is over."""
    named = {"number": number, "partner": partner}
    await orders.say("received", by="shop", lines=lines(line1=2), links=(Link("shop", "order", f"web-{number}"),), **named)
    for event in ("accepted", "shipped", "delivered"):
        await orders.say(event, **named)


@pytest.fixture
def orders(gateway: Running) -> Orders:
    deadline = Deadline("bill", Event.INVOICED, Event.DELIVERED, timedelta(days=365), partners=frozenset({"late"}))
    return Orders(gateway, ProcessTerms(deadlines=(deadline,)))


async def test_an_order_that_is_over_goes_with_all_that_was_said_of_it(orders: Orders) -> None:
    await delivered(orders, "4711")
    assert await purge(orders) == 0
    await orders.later("31 days")
    assert await purge(orders) == 1
    assert set((await left(orders)).values()) == {0}


async def test_partners_may_have_a_period_of_their_own_and_open_orders_stay(orders: Orders) -> None:
    await delivered(orders, "4711", partner="nordmart")
    await orders.say("received", by="shop", lines=lines(line1=2), number="4712", partner="bigbox")
    await orders.later("45 days")
    assert await purge(orders) == 0
    await orders.later("61 days")
    assert await purge(orders) == 1
    assert (await left(orders))["trade_order"] == 1
    assert await orders.state("4712") == "received"


async def test_what_waits_or_is_due_or_was_refused_is_needed(orders: Orders) -> None:
    await delivered(orders, "4711")
    await orders.say("returned", number="4711", lines=lines(line9=1))  # refused: a failure is open
    await delivered(orders, "4712", partner="late")  # its deadline is open
    await orders.later("40 days")
    assert await purge(orders) == 0
    (walk,) = [one for one in await plan_purge(PostgresRetention(orders.gateway.database), MONTH) if one["what"] == "orders"]
    assert (walk["goes"], walk["stays"]) == (0, {"open failure": 1, "unfinished": 1})


async def test_what_is_still_to_be_done_is_needed(gateway: Running) -> None:
    rule = replace(ANSWER, after=timedelta(days=100))
    orders = Orders(gateway, ProcessTerms(follow_ups=(rule,), triggers=TRIGGERS))
    await delivered(orders, "4711")
    await orders.later("40 days")
    assert await purge(orders) == 0
    assert (await left(orders))["follow_up"] == 1


async def test_a_legal_hold_keeps_it(orders: Orders) -> None:
    await delivered(orders, "4711")
    store = PostgresRetention(orders.gateway.database)
    hold = Hold(id=UUID(int=7), reason="audit", actor="ada", partner="bigbox")
    await store.place_hold(hold)
    await orders.later("40 days")
    assert await purge(orders) == 0
    await store.release_hold(hold.id, actor="ada", reason="over")
    assert await purge(orders) == 1


async def test_what_is_said_later_begins_an_order_anew(orders: Orders) -> None:
    await delivered(orders, "4711")
    await orders.later("31 days")
    await purge(orders)
    await orders.say("paid")
    assert await orders.state() == "expected"


async def test_what_was_said_of_nobodys_order_is_forgotten(orders: Orders) -> None:
    for partner in ("bigbox", "nordmart"):
        await orders.say("received", by="shop", lines=lines(line1=2), number="1", partner=partner)
    await orders.say("shipped", partner=None, number="1")  # whose of the two?
    async with orders.gateway.database.connection() as connection:
        await connection.execute("update gateway.failure set state = 'resolved'")
    await orders.later("61 days")
    await purge(orders)
    async with orders.gateway.database.connection() as connection:
        assert await connection.fetchval("select count(*) from gateway.order_event where trade_order is null") == 0
