"""Service levels over the real tables: clocks found in the rows there are, owners told before a breach, days counted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.domain.service_level import Measure, ServiceLevel, Tally
from gateway.ports.service_levels import STAGE
from gateway.stages.service_levels import CODE, WatchServiceLevels
from gateway.store.service_levels import PostgresServiceLevels
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.store.rows import new_id
from tests.integration.operations_ground import Ground, id_at, in_force, opened

MINUTES = timedelta(minutes=1)
WMS = ServiceLevel("orders-to-wms", Measure.DELIVERY, 30 * MINUTES, 10 * MINUTES, 99.0, document="purchase_order", to="wms-east")


@pytest.fixture
async def ground(migrated_url: str) -> AsyncIterator[Ground]:
    async with opened(migrated_url) as ground:
        yield ground


def watch(ground: Ground, *levels: ServiceLevel) -> WatchServiceLevels:
    return WatchServiceLevels(
        store=PostgresServiceLevels(ground.database), configuration=lambda: in_force(service_levels=levels),
        name_of=str.title, troubles=ground.troubles(STAGE), observer=PrometheusObserver(strict=True),
    )  # fmt: skip


async def days(ground: Ground) -> dict[tuple[str, str, str], Tally]:
    """The sums of all days of a level."""
    rows: list[Any] = await ground.rows(
        """select level, partner, agreement, sum(met)::bigint, sum(missed)::bigint, sum(running)::bigint
        from gateway.service_level_day group by 1, 2, 3"""
    )
    return {(level, partner, agreement): Tally(met, missed, running) for level, partner, agreement, met, missed, running in rows}


class TestWarning:
    async def test_owners_are_told_before_it_is_late_once_and_it_ends_by_itself(self, ground: Ground) -> None:
        waiting = [await ground.delivery(ground.ago(minutes=22)) for _ in range(3)]
        await ground.delivery(ground.ago(minutes=2))
        await ground.delivery(ground.ago(minutes=25), partner="nordmart")
        rounds = watch(ground, WMS)
        assert await rounds.round() == 2
        told = await ground.open_failures()
        assert [(code, partner, owner) for code, partner, owner, _ in told] == [
            (CODE, "nordmart", "nordmart-desk"), (CODE, "bigbox", "bigbox-desk"),
        ]  # fmt: skip
        assert told[1][3].startswith("3 purchase orders of Bigbox wait for wms-east, the oldest for 22 min; the first is due at ")
        await rounds.round()
        assert await ground.rows("select count from gateway.failure where partner = 'bigbox'") == [(1,)]
        await ground.rows("update gateway.delivery set state = 'sending' where id = any($1)", waiting)
        await ground.rows(
            "update gateway.delivery set state = 'delivered', settled_at = gateway.now() where id = any($1)", waiting
        )
        await rounds.round()
        assert [partner for _, partner, _, _ in await ground.open_failures()] == ["nordmart"]

    async def test_what_is_given_up_is_not_told_of_again(self, ground: Ground) -> None:
        for state in ("dead", "failed", "in_doubt", "voided", "diverted"):
            await ground.delivery(ground.ago(minutes=25), state=state)
        await ground.delivery(ground.ago(minutes=25), test=True)
        assert await watch(ground, WMS).round() == 0

    @pytest.mark.parametrize("state", ["waiting", "blocked", "sending"])
    async def test_whatever_it_waits_for(self, ground: Ground, state: str) -> None:
        await ground.delivery(ground.ago(minutes=25), state=state)
        assert await watch(ground, WMS).round() == 1

    async def test_other_partners_agreements_documents_and_targets_are_not_meant(self, ground: Ground) -> None:
        await ground.delivery(ground.ago(minutes=25))
        for narrowed in (
            replace(WMS, partners=frozenset({"nordmart"})), replace(WMS, agreements=frozenset({"other"})),
            replace(WMS, document="invoice"), replace(WMS, to="odoo"),
        ):  # fmt: skip
            assert await watch(ground, narrowed).round() == 0
        wide = replace(WMS, document=None, to=None, agreements=frozenset({"bigbox-850"}), partners=frozenset({"bigbox"}))
        assert await watch(ground, wide).round() == 1


class TestCounting:
    async def test_days_are_summed_by_partner_and_agreement(self, ground: Ground) -> None:
        for ago, took in ((30, 10), (30, 29), (30, 31), (60, 30)):
            await ground.delivery(ground.ago(hours=ago), took=took * MINUTES)
        await ground.delivery(ground.ago(hours=40), state="dead")
        await ground.delivery(ground.ago(minutes=1))
        await ground.delivery(ground.ago(days=20), took=MINUTES, partner="nordmart")
        await watch(ground, WMS).round()
        assert await days(ground) == {
            ("orders-to-wms", "bigbox", "bigbox-850"): Tally(met=3, missed=2, running=1),
            ("orders-to-wms", "nordmart", "bigbox-850"): Tally(met=1),
        }

    async def test_counting_again_changes_nothing_and_sees_what_ended_since(self, ground: Ground) -> None:
        old = await ground.delivery(ground.ago(days=3, minutes=5), state="in_doubt")
        level = replace(WMS, within=timedelta(days=30), warn=MINUTES)
        await watch(ground, level).round()
        assert await days(ground) == {("orders-to-wms", "bigbox", "bigbox-850"): Tally(running=1)}
        await ground.rows("update gateway.delivery set state = 'delivered', settled_at = gateway.now() where id = $1", old)
        await watch(ground, level).round()
        assert await days(ground) == {("orders-to-wms", "bigbox", "bigbox-850"): Tally(met=1)}

    async def test_sums_outlive_what_they_were_counted_from(self, ground: Ground) -> None:
        await ground.delivery(ground.ago(days=10), took=MINUTES)
        await watch(ground, WMS).round()
        await ground.rows("delete from gateway.delivery")
        await watch(ground, WMS).round()
        assert (await days(ground))["orders-to-wms", "bigbox", "bigbox-850"] == Tally(met=1)

    async def test_more_than_are_fetched_at_once(self, ground: Ground) -> None:
        await ground.delivery(ground.ago(minutes=90), took=MINUTES)
        await ground.rows(
            """insert into gateway.delivery (id, transmission, document, partner, target, action, idempotency_key, test, options,
              priority, state, settled_at)
            select gateway.id_at_v1($1::timestamptz + n * interval '1 millisecond'), transmission, document, partner, target,
              action, n::text, test, options, priority, state, settled_at
            from gateway.delivery cross join generate_series(1, 1200) as n""",
            ground.ago(minutes=80),
        )
        counted = [one async for one in PostgresServiceLevels(ground.database).clocks(WMS, ground.ago(days=1), ground.now)]
        assert len(counted) == 1201


class TestMeasures:
    async def test_our_acknowledgements(self, ground: Ground) -> None:
        for ago, took, state in ((100, 5, "delivered"), (90, 20, "delivered"), (12, None, "waiting"), (50, None, None)):
            at = ground.ago(minutes=ago)
            transmission, _ = await ground.received(at, document=None)
            outbound = id_at(at)
            await ground.insert(
                "outbound", id=outbound, transmission=transmission, partner="bigbox", family="x12", type="997", sender="a",
                receiver="b", control_number="1", test=False, bytes=b"", created_at=at + MINUTES,
            )  # fmt: skip
            await ground.insert(
                "acknowledgement", outbound=outbound, transmission=transmission, interchange=new_id(), type="997",
                verdict="accepted", explanation=[],
            )  # fmt: skip
            if state:
                await ground.insert(
                    "delivery", id=id_at(at), transmission=transmission, outbound=outbound, partner="bigbox", target="bigbox-as2",
                    action="transmit", idempotency_key="k", test=False, options="{}", priority=0, state=state,
                    settled_at=None if took is None else at + took * MINUTES,
                )  # fmt: skip
        level = ServiceLevel("our-997", Measure.ANSWER, 15 * MINUTES, 5 * MINUTES, 99.0, kind="997")
        assert await watch(ground, level).round() == 1
        assert (await ground.open_failures())[0][3].startswith(
            "1 interchange of Bigbox waits for our acknowledgement, the oldest for 12 min"
        )
        assert await days(ground) == {("our-997", "bigbox", ""): Tally(met=2, missed=1, running=1)}

    async def expectation(self, ground: Ground, ago: float, *, within: float, state: str, answered: float | None = None) -> None:
        at, identifier = ground.ago(minutes=ago), id_at(ground.ago(minutes=ago))
        await ground.insert(
            "expectation", id=identifier, outbound=new_id(), document=1, partner="bigbox", agreement="bigbox-856", kind="997",
            layer="functional", owner="edi", within=within * MINUTES, sent_at=at, due_at=at + within * MINUTES, state=state,
        )  # fmt: skip
        if answered is not None:
            await ground.insert(
                "received_acknowledgement", acknowledgement=new_id(), expectation=identifier, type="997", before="expected",
                after=state, explanation=[], at=at + answered * MINUTES,
            )  # fmt: skip

    async def test_what_partners_owe_us(self, ground: Ground) -> None:
        await self.expectation(ground, 100, within=60, state="accepted", answered=59)
        await self.expectation(ground, 100, within=60, state="late", answered=61)
        await self.expectation(ground, 100, within=60, state="overdue")
        await self.expectation(ground, 55, within=60, state="expected")
        await self.expectation(ground, 5, within=60, state="expected")
        await self.expectation(ground, 100, within=60, state="waived")
        level = ServiceLevel(
            "their-997", Measure.ACKNOWLEDGEMENT, None, 10 * MINUTES, 99.0, kind="997", agreements=frozenset({"bigbox-856"})
        )
        assert await watch(ground, level).round() == 1
        assert (await ground.open_failures())[0][3].startswith(
            "1 document that we sent of Bigbox waits for the 997, the oldest for 55 min"
        )
        assert await days(ground) == {("their-997", "bigbox", "bigbox-856"): Tally(met=1, missed=2, running=2)}

    async def order(self, ground: Ground, ago: float, *, state: str = "delivered", **steps: float) -> Any:
        at = ground.ago(minutes=ago)
        identifier = id_at(at)
        told = ", ".join(f'"{name}": "{(at + after * MINUTES).isoformat()}"' for name, after in steps.items())
        await ground.insert(
            "trade_order", id=identifier, partner="bigbox", number=str(identifier), test=False, state=state,
            steps=f"{{{told}}}", created_at=at,
        )  # fmt: skip
        return identifier

    async def test_deadlines_of_orders(self, ground: Ground) -> None:
        for state, due, met in (
            ("met", -30, -40),
            ("late", -30, -20),
            ("missed", -5, None),
            ("open", 5, None),
            ("open", 500, None),
            ("void", 5, None),
        ):
            order = await self.order(ground, 60)
            await ground.insert(
                "order_deadline", trade_order=order, deadline="released", state=state, due_at=ground.now + due * MINUTES,
                met_at=None if met is None else ground.now + met * MINUTES,
            )  # fmt: skip
        level = ServiceLevel("release", Measure.MILESTONE, None, 10 * MINUTES, 99.0, deadline="released")
        assert await watch(ground, level).round() == 1
        assert (await ground.open_failures())[0][3].startswith("1 order of Bigbox waits for what deadline released is about")
        assert await days(ground) == {("release", "bigbox", ""): Tally(met=1, missed=2, running=2)}

    async def test_whether_the_advice_came_before_the_goods(self, ground: Ground) -> None:
        for advice in (10, 200, None):
            order = await self.order(ground, 300, shipped=5, delivered=100)
            if advice is not None:
                await self.announced(ground, order, ground.ago(minutes=300) + advice * MINUTES)
        await self.order(ground, 300, shipped=5, state="shipped")
        level = ServiceLevel("asn", Measure.ADVICE, None, 10 * MINUTES, 99.0)
        assert await watch(ground, level).round() == 0
        assert await days(ground) == {("asn", "bigbox", ""): Tally(met=1, missed=2)}

    async def announced(self, ground: Ground, order: Any, at: datetime) -> None:
        """What says that it was shipped was sent."""
        await ground.insert(
            "order_event", id=new_id(), trade_order=order, source="gateway", key=str(order), event="shipped", test=False,
            lines="[]", total=False, links="[]", names=[], state="applied", heard_at=at,
        )  # fmt: skip

    async def test_goods_that_travel_at_least_so_long_are_announced_before_or_somebody_is_told(self, ground: Ground) -> None:
        level = ServiceLevel("asn", Measure.ADVICE, 60 * MINUTES, 15 * MINUTES, 99.0)
        for shipped, state in ((300 - 20, "shipped"), (300 - 50, "partly_shipped"), (300 - 90, "in_transit"), (0, "invoiced")):
            await self.order(ground, 300, shipped=shipped, state=state)
        on_time = await self.order(ground, 300, shipped=300 - 50, state="shipped")
        await self.announced(ground, on_time, ground.ago(minutes=40))
        early = await self.order(ground, 300, shipped=100, delivered=130)
        await self.announced(ground, early, ground.ago(minutes=150))
        forgotten = 60 * 24 * 9
        await self.order(ground, forgotten, shipped=0, state="shipped")
        assert await watch(ground, level).round() == 1
        (told,) = await ground.open_failures()
        assert told[3].startswith("2 shipments of Bigbox wait to be announced, 1 of them overdue, the oldest for 90 min")
        assert await days(ground) == {("asn", "bigbox", ""): Tally(met=1, missed=4, running=2)}

    async def test_failures_until_they_are_resolved_but_not_those_about_service_levels(self, ground: Ground) -> None:
        for name, stage in (("a", "deliver"), ("b", "deliver"), ("c", "route"), ("d", STAGE)):
            await ground.insert(
                "failure",
                id=new_id(),
                fingerprint=name,
                stage=stage,
                code="x",
                partner="bigbox",
                owner="edi",
                message=f"{name} is wrong",
                remedy="",
                sample=new_id(),
                count=1,
                opened_at=ground.ago(minutes=55),
            )
        await ground.rows("update gateway.failure_event set at = gateway.now() - interval '55 minutes'")
        await ground.rows("update gateway.failure set state = 'resolved' where fingerprint = 'a'")
        level = ServiceLevel("solved", Measure.EXCEPTION, 60 * MINUTES, 10 * MINUTES, 95.0, stage="deliver")
        assert await watch(ground, level).round() == 1
        assert await watch(ground, replace(level, stage=None)).round() == 1
        told = [message for code, _, _, message in await ground.open_failures() if code == CODE]
        assert told[0].startswith("1 failure of Bigbox waits to be resolved, the oldest for 55 min")
        assert await days(ground) == {("solved", "bigbox", ""): Tally(met=1, running=2)}


async def test_a_level_that_is_new_is_counted_back_and_old_sums_are_forgotten(ground: Ground) -> None:
    await ground.delivery(ground.ago(days=33), took=MINUTES)
    today = ground.now.astimezone(UTC).date()
    store = PostgresServiceLevels(ground.database)
    await store.keep("gone", today - timedelta(days=2_000), {("bigbox", ""): Tally(met=1)})
    await watch(ground, WMS).round()
    assert await days(ground) == {("orders-to-wms", "bigbox", "bigbox-850"): Tally(met=1)}
    assert await store.unfinished(["orders-to-wms"], today - timedelta(days=40)) == {}
