"""Breakers over a real PostgreSQL: nothing is written while calls succeed, one probe at a time, guarded moves."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.breaker import BreakerPolicy, level_after, strain
from gateway.domain.record import FailureRow
from gateway.ports import BreakerMove, ClaimedDelivery, Probe, Settled
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from tests.gateway.store import rows
from tests.gateway.store.test_work import doubt, settled_with_delivery

MINUTE = timedelta(minutes=1)
NOW = timedelta(0)
RETRY: dict[str, Any] = {"state": "waiting", "outcome": "retry", "code": "connection"}


def failure(of: UUID, sample: UUID) -> FailureRow:
    return rows.failure(of, sample, fingerprint="odoo-down", stage="deliver", code="target-unavailable", partner=None, owner="it")


class Ground:
    """A target `odoo`, its deliveries, and short words for what is done with them."""

    def __init__(self, work: PostgresWork, database: Database) -> None:
        self.work, self.database = work, database

    async def claim(self, *, lasting: timedelta = MINUTE) -> tuple[UUID, list[ClaimedDelivery]]:
        claim = rows.new_id()
        return claim, list(await self.work.claim_deliveries("odoo", limit=1, claim=claim, lasting=lasting))

    async def probe(self, *, lasting: timedelta = MINUTE) -> tuple[UUID, Probe | None]:
        claim = rows.new_id()
        return claim, await self.work.claim_probe("odoo", claim=claim, lasting=lasting)

    async def settle(self, claim: UUID, delivery: ClaimedDelivery, *, strain: float = 0, **result: Any) -> Settled:
        row = rows.result(delivery.id, delivery.attempt, **result)
        return await self.work.settle_deliveries(
            [row], claim=claim, node="n", events=[], failures=[], outbox=[], target="odoo", strain=strain
        )

    async def call(self, strain: float) -> float | None:
        """A call with this strain; answers the level."""
        await settled_with_delivery(self.work)
        claim, (delivery,) = await self.claim()
        return (await self.settle(claim, delivery, strain=strain)).level

    async def move(self, before: str, after: str, *, probe: UUID | None = None, wait: timedelta = NOW) -> bool:
        transmission = rows.new_id()
        event = rows.event(transmission, transmission, stage="deliver")
        step = BreakerMove(
            target="odoo", before=before, after=after, probe=probe, wait=wait, events=[event],
            failure=failure(transmission, probe or rows.new_id()),
        )  # fmt: skip
        return await self.work.move_breaker(step)

    async def opened(self, *, wait: timedelta = NOW) -> None:
        await self.call(1)
        assert await self.move("closed", "open", wait=wait)

    async def state(self) -> str | None:
        states = {breaker.target: breaker.state for breaker in await self.work.breakers()}
        return states.get("odoo")

    async def value(self, sql: str) -> Any:
        async with self.database.connection() as connection:
            return await connection.fetchval(sql)


@pytest.fixture
def ground(work: PostgresWork, database: Database) -> Ground:
    return Ground(work, database)


class TestCounting:
    async def test_calls_that_succeed_write_nothing(self, ground: Ground) -> None:
        assert [await ground.call(-1) for _ in range(3)] == [None, None, None]
        assert await ground.work.breakers() == []

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
    async def test_the_level_is_that_of_the_decision(self, ground: Ground, share: float) -> None:
        policy, level = BreakerPolicy(share=share), 0.0
        for unavailable in (True, True, False, False, False, False, False, False, True, False, True, True):
            change = strain(policy, unavailable=unavailable)
            counted = await ground.call(change)
            assert counted is not None or (level == 0 and not unavailable), "an empty bucket is not written"
            level = level_after(level, change)
            assert (counted or 0.0) == pytest.approx(level)

    async def test_once_it_is_empty_again_nothing_is_written(self, ground: Ground) -> None:
        assert [await ground.call(change) for change in (1, -1, -1)] == [1, 0, None]

    async def test_a_late_result_counts_nothing(self, ground: Ground) -> None:
        await settled_with_delivery(ground.work)
        claim, (delivery,) = await ground.claim(lasting=NOW)
        await ground.work.expire_deliveries(repeatable=["odoo"], node="n", failure=doubt)
        settled = await ground.settle(claim, delivery, strain=1)
        assert (settled.moved, settled.level) == (frozenset(), None)
        assert await ground.state() is None

    async def test_results_of_calls_made_before_it_opened_count_nothing(self, ground: Ground) -> None:
        await settled_with_delivery(ground.work)
        claim, (delivery,) = await ground.claim()
        await ground.opened()
        assert (await ground.settle(claim, delivery, strain=1)).level is None

    async def test_calls_of_many_at_once_are_all_counted(self, ground: Ground) -> None:
        levels = await asyncio.gather(*(ground.call(1) for _ in range(8)))
        assert sorted(level or 0 for level in levels) == [1, 2, 3, 4, 5, 6, 7, 8]


class TestOpen:
    async def test_nothing_is_claimed_for_its_target_and_others_go_on(self, ground: Ground) -> None:
        await ground.opened(wait=MINUTE)
        await settled_with_delivery(ground.work)
        other = await settled_with_delivery(ground.work, target="wms")
        assert (await ground.claim())[1] == []
        claimed = await ground.work.claim_deliveries("wms", limit=9, claim=rows.new_id(), lasting=MINUTE)
        assert [d.id for d in claimed] == [other]

    async def test_there_is_something_to_do_when_the_probe_is_due(self, ground: Ground) -> None:
        await ground.opened(wait=MINUTE)
        await settled_with_delivery(ground.work)
        due = await ground.work.next_due("odoo")
        assert due.held
        assert due.seconds is not None
        assert 55 < due.seconds <= 60
        assert (await ground.probe())[1] is None

    async def test_without_a_delivery_there_is_nothing_to_wait_for(self, ground: Ground) -> None:
        await ground.opened()
        due = await ground.work.next_due("odoo")
        assert (due.held, due.seconds) == (True, None)
        assert (await ground.probe())[1] is None
        assert await ground.state() == "open"

    async def test_it_opens_once_whoever_asks(self, ground: Ground) -> None:
        await ground.call(1)
        assert sorted(await asyncio.gather(*(ground.move("closed", "open") for _ in range(5)))) == [False] * 4 + [True]
        assert await ground.value("select count(*) from gateway.event") == 1
        assert await ground.value("select count from gateway.failure") == 1

    async def test_its_failure_has_an_owner_and_no_document_to_blame(self, ground: Ground) -> None:
        await ground.opened()
        assert await ground.value("select owner || ' ' || state from gateway.failure") == "it open"
        assert await ground.value("select count(*) from gateway.failure_case") == 0


class TestProbing:
    async def test_one_delivery_goes_out_and_no_second_one(self, ground: Ground) -> None:
        await ground.opened()
        first = await settled_with_delivery(ground.work)
        await settled_with_delivery(ground.work)
        _, probe = await ground.probe()
        assert probe is not None
        assert (probe.delivery.id, probe.failed, probe.delivery.attempt, probe.delivery.probes) == (first, 0, 1, 1)
        assert await ground.state() == "half_open"
        assert (await ground.probe())[1] is None
        assert (await ground.claim())[1] == []
        assert (await ground.work.next_due("odoo")).seconds is None

    async def test_of_many_who_ask_at_once_one_gets_it(self, ground: Ground) -> None:
        await ground.opened()
        for _ in range(4):
            await settled_with_delivery(ground.work)
        probes = [probe for _, probe in await asyncio.gather(*(ground.probe() for _ in range(6))) if probe]
        assert len(probes) == 1

    async def test_a_failed_one_keeps_it_open_for_the_wait_and_counts(self, ground: Ground) -> None:
        await ground.opened()
        since = (await ground.work.breakers())[0].since
        await settled_with_delivery(ground.work)
        claim, probe = await ground.probe()
        assert probe is not None
        await ground.settle(claim, probe.delivery, strain=1, **RETRY)
        assert await ground.move("half_open", "open", probe=probe.delivery.id)
        (breaker,) = await ground.work.breakers()
        assert (breaker.state, breaker.since) == ("open", since)
        _, again = await ground.probe()
        assert again is not None
        assert (again.failed, again.delivery.probes, again.delivery.attempt) == (1, 2, 2)
        assert await ground.value("select count from gateway.failure where state = 'open'") == 2

    async def test_an_answered_one_closes_it_and_resolves_its_failure(self, ground: Ground) -> None:
        await ground.opened()
        await settled_with_delivery(ground.work)
        await settled_with_delivery(ground.work)
        claim, probe = await ground.probe()
        assert probe is not None
        await ground.settle(claim, probe.delivery, strain=-1)
        assert await ground.move("half_open", "closed", probe=probe.delivery.id)
        assert await ground.state() == "closed"
        assert await ground.value("select state from gateway.failure") == "resolved"
        assert len((await ground.claim())[1]) == 1

    async def test_opening_again_is_the_same_failure_that_came_back(self, ground: Ground) -> None:
        await self.test_an_answered_one_closes_it_and_resolves_its_failure(ground)
        await ground.opened()
        assert await ground.value("select state || ' ' || count || ' ' || regressions from gateway.failure") == "open 2 1"

    async def test_they_take_turns(self, ground: Ground) -> None:
        await ground.opened()
        deliveries = [await settled_with_delivery(ground.work, priority=n) for n in (2, 1, 0)]
        probed = []
        for _ in deliveries:
            claim, probe = await ground.probe()
            assert probe is not None
            probed.append(probe.delivery.id)
            await ground.settle(claim, probe.delivery, strain=1, **RETRY)
            await ground.move("half_open", "open", probe=probe.delivery.id)
        assert probed == deliveries

    async def test_one_behind_an_unfinished_one_of_its_sequence_is_no_probe(self, ground: Ground) -> None:
        await settled_with_delivery(ground.work, sequence_key="4711")
        claim, (first,) = await ground.claim()
        await ground.settle(claim, first, state="failed", outcome="failed")
        await ground.opened()
        await settled_with_delivery(ground.work, sequence_key="4711")
        assert (await ground.probe())[1] is None

    async def test_a_dead_process_holds_it_no_longer_than_its_claim(self, ground: Ground) -> None:
        await ground.opened()
        lost = await settled_with_delivery(ground.work)
        await ground.probe(lasting=NOW)
        due = await ground.work.next_due("odoo")
        assert (due.held, due.seconds) == (True, None), "nothing else waits yet"
        await ground.work.expire_deliveries(repeatable=["odoo"], node="n", failure=doubt)
        _, probe = await ground.probe()
        assert probe is not None
        assert (probe.delivery.id, probe.delivery.attempt, probe.delivery.probes) == (lost, 2, 2)

    async def test_the_result_of_a_probe_that_was_replaced_moves_nothing(self, ground: Ground) -> None:
        await ground.opened()
        late = await settled_with_delivery(ground.work)
        await settled_with_delivery(ground.work)
        await ground.probe(lasting=NOW)
        _, probe = await ground.probe()
        assert probe is not None
        assert probe.delivery.id != late
        assert not await ground.move("half_open", "closed", probe=late)
        assert await ground.state() == "half_open"

    async def test_a_result_written_by_a_process_that_died_before_it_moved_the_breaker_does_not_hold_it(
        self, ground: Ground
    ) -> None:
        await ground.opened()
        await settled_with_delivery(ground.work)
        await settled_with_delivery(ground.work)
        claim, probe = await ground.probe()
        assert probe is not None
        await ground.settle(claim, probe.delivery)
        assert (await ground.probe())[1] is not None
