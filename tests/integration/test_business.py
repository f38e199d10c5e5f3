"""How the business stands, counted in the real tables, and told to Prometheus."""

from collections.abc import AsyncIterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.bootstrap.business import WAITING, MeasureBusiness
from gateway.store.business import BusinessFigures
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store.rows import new_id
from tests.integration.operations_ground import Ground, id_at, opened


@pytest.fixture
async def ground(migrated_url: str) -> AsyncIterator[Ground]:
    async with opened(migrated_url) as ground:
        yield ground


async def order(ground: Ground, state: str, *, minutes: float = 60, test: bool = False, **steps: float) -> Any:
    at = ground.ago(minutes=minutes)
    identifier = id_at(at)
    told = ", ".join(f'"{name}": "{(at + timedelta(minutes=after)).isoformat()}"' for name, after in steps.items())
    await ground.insert(
        "trade_order",
        id=identifier,
        partner="bigbox",
        number=str(identifier),
        test=test,
        state=state,
        steps=f"{{{told}}}",
        created_at=at,
    )
    return identifier


async def standing(ground: Ground) -> dict[str, Any]:
    found = await BusinessFigures(ground.database).standing(
        books=["odoo"], applications=["odoo", "wms"], stock=["stock"], stage="reconcile"
    )
    return dict(found)


async def test_nothing_waits_and_nothing_is_known_of_an_empty_database(ground: Ground) -> None:
    found = await standing(ground)
    assert {name: found[name] for name in WAITING} == dict.fromkeys(WAITING, 0)
    course = await BusinessFigures(ground.database).course()
    assert (course["orders"], course["order_to_warehouse_p50"], course["supplier_answer_p50"]) == (0, None, None)


async def test_where_orders_are(ground: Ground) -> None:
    await order(ground, "received", minutes=90)
    await order(ground, "accepted", received=0)
    await order(ground, "allocated", received=0, allocated=1)
    await order(ground, "released", received=0, released=20)
    await order(ground, "shipped", released=20, shipped=30)
    await order(ground, "shipped", released=20, shipped=25, in_transit=40)
    await order(ground, "delivered", released=20, shipped=30, delivered=50)
    await order(ground, "received", test=True)
    found = await standing(ground)
    assert (found["orders_open"], found["orders_unreleased"], found["orders_unallocated"]) == (6, 3, 1)
    assert (found["orders_unacknowledged"], found["shipments_unconfirmed"]) == (1, 1)
    assert round((ground.now - found["orders_open_since"]).total_seconds() / 60) == 90
    assert round((ground.now - found["orders_unacknowledged_since"]).total_seconds() / 60) == 40
    assert round((ground.now - found["shipments_unconfirmed_since"]).total_seconds() / 60) == 30


async def test_what_applications_did_not_take(ground: Ground) -> None:
    await ground.delivery(ground.ago(minutes=5), target="odoo", document="warehouse_shipment")
    await ground.delivery(ground.ago(minutes=9), target="odoo", document="despatch_advice", state="dead")
    await ground.delivery(ground.ago(minutes=9), target="wms", document="warehouse_shipment")
    await ground.delivery(ground.ago(minutes=9), target="odoo", document="purchase_order")
    await ground.delivery(ground.ago(minutes=9), target="odoo", document="receiving_advice", state="failed")
    found = await standing(ground)
    assert (found["shipments_unbooked"], found["receipts_failed"]) == (2, 1)
    assert round((ground.now - found["shipments_unbooked_since"]).total_seconds() / 60) == 9


async def test_webhooks_out_and_in(ground: Ground) -> None:
    post = await ground.delivery(ground.ago(minutes=9), target="news", state="dead")
    await ground.rows("update gateway.delivery set milestone = $1 where id = $1", post)
    transmission, _ = await ground.received(ground.ago(minutes=5), channel="wms", document=None, state="failed")
    assert (await standing(ground))["webhooks_failed"] == 1
    await ground.insert("failure_case", fingerprint="x", subject=transmission, transmission=transmission, message="")
    assert (await standing(ground))["webhooks_failed"] == 2


async def test_stock_that_differs(ground: Ground) -> None:
    for item in ("a", "b", "c", "d"):
        await ground.insert("stock_level", warehouse="east", item=item, names=[], on_hand=1, as_of=ground.now, document=new_id())
    await ground.insert(
        "failure",
        id=new_id(),
        fingerprint="s",
        stage="reconcile",
        code="quantity",
        route="stock",
        owner="edi",
        message="",
        remedy="",
        sample=new_id(),
        count=1,
    )
    await ground.insert("failure_case", fingerprint="s", subject=new_id(), transmission=new_id(), message="")
    found = await standing(ground)
    assert (found["stock_differences"], found["stock_items"]) == (1, 4)


class TestCourse:
    async def course(self, ground: Ground) -> dict[str, Any]:
        return dict(await BusinessFigures(ground.database).course())

    async def test_how_long_orders_take_to_the_warehouse(self, ground: Ground) -> None:
        for minutes in (10, 20, 60):
            await order(ground, "released", minutes=100, received=0, released=minutes)
        await order(ground, "released", minutes=60 * 30, received=0, released=500)
        found = await self.course(ground)
        assert (found["order_to_warehouse_p50"], found["orders"]) == (1200.0, 4)
        assert 1200 < found["order_to_warehouse_p95"] <= 3600

    async def test_how_long_suppliers_take_to_answer(self, ground: Ground) -> None:
        for minutes in (30, 40, 500):
            at, identifier = ground.ago(hours=20), new_id()
            await ground.insert(
                "expectation",
                id=identifier,
                outbound=new_id(),
                document=1,
                partner="acme",
                kind="order_response",
                layer="answer",
                owner="edi",
                within=timedelta(days=1),
                sent_at=at,
                due_at=at + timedelta(days=1),
                state="accepted",
            )
            await ground.insert(
                "received_acknowledgement",
                acknowledgement=new_id(),
                expectation=identifier,
                type="order_response",
                before="expected",
                after="accepted",
                explanation=[],
                at=at + timedelta(minutes=minutes),
            )
        assert (await self.course(ground))["supplier_answer_p50"] == 2400.0

    async def test_orders_that_a_person_had_to_touch(self, ground: Ground) -> None:
        """One was held and let go by a person, one replayed, one had a failure that a person ended, one went by itself."""
        held, replayed, failed, itself = [await order(ground, "released", received=0) for _ in range(4)]
        await let_go(ground, held, by="ada")
        sent = {one: await received(ground, one) for one in (replayed, failed, itself)}
        await replay(ground, sent[replayed])
        for one, by in ((failed, "ada"), (itself, "gateway")):
            await failure_ended(ground, sent[one], by=by)
        found = await self.course(ground)
        assert (found["orders"], found["orders_touched"], found["replayed"]) == (4, 3, 1)


async def let_go(ground: Ground, order: Any, *, by: str) -> None:
    """A hold of an order that somebody approved."""
    release = new_id()
    await ground.insert(
        "warehouse_release", id=release, transmission=new_id(), partner="wms", test=False, state="released", trade_order=order
    )
    await ground.insert(
        "release_hold", id=new_id(), release=release, hold="credit", kind="credit", reason="", owner="sales", state="approved",
        due_at=ground.now, actor=by,
    )  # fmt: skip


async def received(ground: Ground, order: Any) -> Any:
    """The transmission that an order came in."""
    transmission = new_id()
    await ground.insert(
        "order_event", id=new_id(), trade_order=order, source="documents", key=str(order), event="received", test=False,
        lines="[]", total=False, links="[]", names=[], state="applied", transmission=transmission,
    )  # fmt: skip
    return transmission


async def replay(ground: Ground, transmission: Any) -> None:
    """A batch that replays a transmission."""
    batch = new_id()
    await ground.insert(
        "batch", id=batch, action="replay", filter="", options="{}", plan="{}", count=1, rate=1.0, planned_by="ada", reason=""
    )
    await ground.insert(
        "batch_item", batch=batch, ordinal=1, subject=transmission, transmission=transmission, state="running",
        started_at=ground.now,
    )  # fmt: skip


async def failure_ended(ground: Ground, transmission: Any, *, by: str) -> None:
    """A failure of a transmission, and who ended it."""
    await ground.insert(
        "failure", id=new_id(), fingerprint=by, stage="deliver", code="x", owner="edi", message="", remedy="", sample=new_id(),
        count=1,
    )  # fmt: skip
    await ground.insert(
        "failure_case", fingerprint=by, subject=new_id(), transmission=transmission, message="", closed_at=ground.now,
        closed_by=by,
    )  # fmt: skip


async def test_since_when_failures_of_a_stage_are_open(ground: Ground) -> None:
    for name, stage, minutes in (("a", "deliver", 10), ("b", "deliver", 50), ("c", "route", 5)):
        await ground.insert(
            "failure",
            id=new_id(),
            fingerprint=name,
            stage=stage,
            code="x",
            owner="edi",
            message="",
            remedy="",
            sample=new_id(),
            count=1,
            opened_at=ground.ago(minutes=minutes),
        )
    ages = await BusinessFigures(ground.database).failure_ages()
    assert {stage: round(seconds / 60) for stage, seconds in ages.items()} == {"deliver": 50, "route": 5}


class Gauges:
    """An observer that keeps levels."""

    def __init__(self) -> None:
        self.levels: dict[tuple[str, ...], float] = {}
        self._strict = PrometheusObserver(strict=True)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self._strict.gauge(name, value, **labels)
        self.levels[name, *labels.values()] = value

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        raise AssertionError(name)

    def observe(self, name: str, value: float, **labels: str) -> None:
        raise AssertionError(name)


async def test_prometheus_is_told_and_what_is_over_goes_back_to_nothing(ground: Ground) -> None:
    gauges = Gauges()
    configuration: Any = SimpleNamespace(applications={}, reconciliations=())
    measure = MeasureBusiness(ground.database, lambda: configuration, gauges)
    await order(ground, "accepted", minutes=90)
    await ground.insert(
        "failure",
        id=new_id(),
        fingerprint="x",
        stage="route",
        code="x",
        owner="edi",
        message="",
        remedy="",
        sample=new_id(),
        count=1,
        opened_at=ground.ago(minutes=20),
    )
    assert await measure.round() == 3
    assert gauges.levels["edi_business_waiting", "orders_unreleased"] == 1
    assert round(gauges.levels["edi_business_oldest_seconds", "orders_unreleased"] / 60) == 90
    assert round(gauges.levels["edi_failure_oldest_seconds", "route"] / 60) == 20
    assert gauges.levels[("edi_orders_untouched_ratio",)] == 1.0
    await ground.rows("update gateway.failure set state = 'resolved'")
    await ground.rows("delete from gateway.trade_order")
    assert await measure.round() == 0
    assert gauges.levels["edi_failure_oldest_seconds", "route"] == 0.0
    assert gauges.levels["edi_business_oldest_seconds", "orders_unreleased"] == 0.0
