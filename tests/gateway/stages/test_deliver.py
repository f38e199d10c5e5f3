"""The dispatcher of a target: what it claims, how fast, how much at once, and what it writes about each outcome."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from structlog.testing import capture_logs

from gateway.domain.breaker import BreakerPolicy
from gateway.domain.calendar import Calendar
from gateway.domain.maintenance import Dated, Maintenance
from gateway.domain.retry import RetryPolicy
from gateway.domain.service import Service, Services, ServiceTerms
from gateway.errors import CommitUnknown, Contention, StoreUnavailable
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.stages.attempt import Target
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.delivery_result import result_of
from tests.gateway.stages.deliveries import Table, delivery, new_id
from tests.gateway.stages.virtual_time import LoopClock, jump, run
from tests.integration.harness import Silent

POLICY = RetryPolicy(first=timedelta(seconds=10), factor=3, jitter=0, attempts=3)
Make = Callable[[Sequence[ClaimedDelivery]], Awaitable[Sequence[Outcome]]]


async def deliver_all(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    return [Outcome(d.id, OutcomeKind.DELIVERED, reference="S0001") for d in deliveries]


def answering(kind: OutcomeKind, code: str = "", message: str = "", retry_after: float | None = None) -> Make:
    async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        return [Outcome(d.id, kind, code, message, retry_after=retry_after) for d in deliveries]

    return make


class Slow:
    """A target that answers when it is let; counts what is under way."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.begun = asyncio.Event()
        self.under_way = self.most = 0

    async def make(self, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.begun.set()
        try:
            await self.let.wait()
        finally:
            self.under_way -= 1
        return await deliver_all(deliveries)


class Bench:
    """A dispatcher over a table, with all that it told others."""

    def __init__(self, table: Table, make: Make = deliver_all, **terms: Any) -> None:
        self.table, self.observer, self.woken = table, Silent(), list[str]()
        self.claims = HeldClaims(table.renew_deliveries)
        self.deliver = Deliver(
            target=Target(id="odoo", make=make, **{"idempotent": True, "policy": POLICY, "owner": "operations", **terms}),
            work=table,  # type: ignore[arg-type]
            clock=LoopClock(),
            observer=self.observer,
            new_id=new_id,
            chance=random.Random(1),
            node="test",
            configuration=lambda: "digest",
            claims=self.claims,
            wake=self._wake,
            owner_of=lambda d: "sales" if d.partner else None,
        )

    async def _wake(self, target: str) -> None:
        self.woken.append(target)

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.deliver.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def work_off(self) -> Table:
        """Deliver until nothing is due, and end."""
        async with self.at_work():
            while self.table.due or self.deliver._attempts or not self.table.idle.is_set():
                await jump(0.01)
        return self.table


def worked_off(table: Table, make: Make = deliver_all, **terms: Any) -> Bench:
    """A dispatcher that delivered all that was due."""
    bench = Bench(table, make, **terms)
    run(bench.work_off())
    return bench


class TestOutcomes:
    @pytest.mark.parametrize(
        ("kind", "attempt", "state", "delay"),
        [
            (OutcomeKind.DELIVERED, 1, "delivered", 0),
            (OutcomeKind.FAILED, 1, "failed", 0),
            (OutcomeKind.RETRY, 1, "waiting", 10),
            (OutcomeKind.RETRY, 2, "waiting", 30),
            (OutcomeKind.RETRY, 3, "dead", 0),
        ],
    )
    def test_each_has_its_state_and_its_delay(self, kind: OutcomeKind, attempt: int, state: str, delay: float) -> None:
        table = worked_off(Table([delivery(attempt=attempt)]), answering(kind, "some-code", "Said so.")).table
        (result,) = table.results
        assert (result.state, result.delay, result.attempt) == (state, timedelta(seconds=delay), attempt)
        assert (result.outcome, result.code, result.message) == (kind.value, "some-code", "Said so.")
        assert [bool(rows) for rows in (table.failures, table.outbox)] == [state in ("failed", "dead"), state == "dead"]

    def test_a_target_that_names_a_time_is_not_asked_before(self) -> None:
        make = answering(OutcomeKind.RETRY, "busy", "Later.", retry_after=120)
        (result,) = worked_off(Table([delivery()]), make).table.results
        assert result.delay == timedelta(seconds=120)

    def test_the_time_since_the_first_attempt_counts_too(self) -> None:
        old = delivery(age=timedelta(hours=24))
        assert worked_off(Table([old]), answering(OutcomeKind.RETRY, "away")).table.results[0].state == "dead"

    def test_the_journal_tells_the_attempt_and_when_it_is_repeated(self) -> None:
        given = delivery(attempt=2)
        (event,) = worked_off(Table([given]), answering(OutcomeKind.RETRY, "away", "No answer.")).table.events
        (step,) = orjson.loads(event.steps)
        assert step["what"] == "waiting"
        assert step["detail"] == {
            "target": "odoo", "action": "sale_order", "attempt": 2, "code": "away", "message": "No answer.",
            "retry_in_seconds": 30.0,
        }  # fmt: skip
        assert (event.stage, event.subject, event.transmission) == ("deliver", given.id, given.transmission)

    def test_a_failure_has_the_partners_owner_and_a_remedy(self) -> None:
        given = delivery()
        (failure,) = worked_off(Table([given]), answering(OutcomeKind.FAILED, "product-unknown", "No product 99.")).table.failures
        assert (failure.stage, failure.code, failure.owner) == ("deliver", "product-unknown", "sales")
        assert (failure.message, failure.sample, failure.route) == ("No product 99.", given.id, "orders")
        assert failure.remedy

    def test_without_a_partner_the_owner_of_the_target_has_it(self) -> None:
        given = delivery(partner=None)
        table = worked_off(Table([given]), answering(OutcomeKind.FAILED, "x"), owner="integration").table
        assert table.failures[0].owner == "integration"

    def test_a_dead_one_says_how_often_it_was_tried_and_is_told_to_listeners(self) -> None:
        given = delivery(attempt=3)
        table = worked_off(Table([given]), answering(OutcomeKind.RETRY, "connection", "Down.")).table
        assert "All 3 attempts failed" in table.failures[0].remedy
        (dead,) = table.outbox
        assert (dead.exchange, dead.routing_key, dead.document) == ("edi.dead", "deliver.connection", given.document)
        assert orjson.loads(dead.headers)["subject"] == str(given.id)

    def test_texts_are_made_storable_and_short(self) -> None:
        make = answering(OutcomeKind.FAILED, "x" * 500, "bad \x00 byte " + "y" * 5_000)
        (result,) = worked_off(Table([delivery()]), make).table.results
        assert "\x00" not in result.message
        assert len(result.message) <= 2_000
        assert len(result.code) <= 200

    def test_those_that_the_result_released_are_woken(self) -> None:
        table = Table([delivery()])
        table.released = [(new_id(), "wms"), (new_id(), "wms"), (new_id(), "odoo")]
        assert sorted(worked_off(table).woken) == ["odoo", "wms"]


class TestConnectors:
    def test_a_crash_is_a_retry_for_each_of_the_batch_and_the_next_batch_goes_on(self) -> None:
        calls = iter([True, False])

        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            if next(calls):
                raise ZeroDivisionError("by nothing")
            return await deliver_all(deliveries)

        table = worked_off(Table([delivery(), delivery(), delivery()]), make, max_batch=2).table
        assert sorted(row.state for row in table.results) == ["delivered", "waiting", "waiting"]
        crashed = [row for row in table.results if row.state == "waiting"]
        assert {row.code for row in crashed} == {"connector-crashed"}
        assert "ZeroDivisionError: by nothing" in crashed[0].message

    def test_no_outcome_is_a_retry_and_those_of_strangers_change_nothing(self) -> None:
        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            return [Outcome(new_id(), OutcomeKind.DELIVERED), *(await deliver_all(deliveries[:1]))]

        first, second = delivery(), delivery()
        table = worked_off(Table([first, second]), make).table
        assert {row.delivery: row.code for row in table.results} == {first.id: "", second.id: "no-outcome"}


class TestPace:
    def test_all_is_claimed_at_once(self) -> None:
        table = worked_off(Table([delivery() for _ in range(5)]), max_batch=1, concurrency=9).table
        assert [time for time, _, _ in table.claims] == [0.0] * 5

    def test_no_more_calls_than_slots_are_under_way(self) -> None:
        async def scene() -> None:
            slow = Slow()
            bench = Bench(Table([delivery() for _ in range(7)]), slow.make, max_batch=1, concurrency=3)
            async with bench.at_work():
                while slow.under_way < 3:
                    await jump(1)
                await jump(60)
                assert (slow.most, len(bench.table.due)) == (3, 4)
                slow.let.set()
                while bench.table.due or bench.deliver._attempts:
                    await jump(1)
            assert slow.most == 3
            assert len(bench.table.results) == 7

        run(scene())

    def test_what_gathers_while_calls_are_under_way_is_claimed_together(self) -> None:
        async def scene() -> None:
            slow = Slow()
            bench = Bench(Table([delivery()]), slow.make, concurrency=1, max_batch=20)
            async with bench.at_work():
                await slow.begun.wait()
                bench.table.due.extend(delivery() for _ in range(12))
                slow.let.set()
                while len(bench.table.results) < 13:
                    await jump(1)
            assert [rows for _, _, rows in bench.table.claims] == [1, 12]

        run(scene())

    def test_a_wake_up_is_heard_before_the_poll(self) -> None:
        async def scene() -> float:
            bench = Bench(Table())
            async with bench.at_work():
                await bench.table.idle.wait()
                bench.table.due.append(delivery())
                bench.deliver.wake()
                await bench.table.written.wait()
                return asyncio.get_running_loop().time()

        assert run(scene()) == 0.0

    def test_what_nobody_announced_is_found_by_the_poll(self) -> None:
        async def scene() -> float:
            bench = Bench(Table())
            async with bench.at_work():
                await bench.table.idle.wait()
                bench.table.due.append(delivery())
                await bench.table.written.wait()
                return asyncio.get_running_loop().time()

        assert run(scene()) == pytest.approx(1.0)


class TestWriting:
    def test_results_of_a_claim_that_was_lost_are_dropped_and_count_as_nothing(self) -> None:
        kept, lost = delivery(), delivery()
        table = Table([kept, lost])
        table.lost = {lost.id}
        with capture_logs() as logs:
            bench = worked_off(table, answering(OutcomeKind.FAILED, "product-unknown"))
        assert [row.delivery for row in table.results] == [kept.id]
        assert [line["rows"] for line in logs if line["event"] == "late_results_dropped"] == [1]
        assert bench.observer.counts["edi_failures_total"] == 1

    def test_a_result_the_database_refuses_costs_only_itself(self) -> None:
        batch = [delivery() for _ in range(8)]
        table = Table(batch)
        table.poisoned = {batch[5].id}
        with capture_logs() as logs:
            bench = worked_off(table)
        assert {row.delivery for row in table.results} == {d.id for d in batch} - {batch[5].id}
        assert [rows for _, rows in table.settled] == [4, 1, 2]
        refused = [line for line in logs if line["event"] == "result_refused_by_store"]
        assert [line["delivery"] for line in refused] == [str(batch[5].id)]
        assert bench.observer.counts["edi_stage_halvings_total"] == 3

    @pytest.mark.parametrize("refusal", [StoreUnavailable("away"), CommitUnknown("who knows"), Contention("once more")])
    def test_a_result_that_could_not_be_written_is_written_again_under_its_claim_without_another_call(
        self, refusal: Exception
    ) -> None:
        calls: list[int] = []

        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            calls.append(len(deliveries))
            return await deliver_all(deliveries)

        table = worked_off(Table([delivery()], refusals=[refusal] * 9), make).table
        assert calls == [1]
        assert [row.state for row in table.results] == ["delivered"]
        assert table.settled == [(table.claims[0][1], 1)]

    def test_the_claim_is_held_for_as_long_as_the_call_and_the_writing_last(self) -> None:
        async def scene() -> None:
            slow, given = Slow(), delivery()
            bench = Bench(Table([given]), slow.make)
            async with bench.at_work():
                await slow.begun.wait()
                assert list(bench.claims._held.values()) == [[given.id]]
                slow.let.set()
                while bench.deliver._attempts:
                    await jump(0.1)
                assert not bench.claims._held

        run(scene())

    def test_a_database_that_is_away_is_asked_again_later(self) -> None:
        table = Table([delivery()])
        table.claim_refusals.extend([StoreUnavailable("away")] * 3)
        bench = Bench(table)

        async def scene() -> float:
            async with bench.at_work():
                await table.written.wait()
                return asyncio.get_running_loop().time()

        assert run(scene()) == pytest.approx(3.0)


class TestEnd:
    def test_an_attempt_under_way_ends_and_is_written_before_the_dispatcher_does(self) -> None:
        async def scene() -> None:
            slow = Slow()
            bench = Bench(Table([delivery()]), slow.make)
            async with bench.at_work():
                await slow.begun.wait()
                asyncio.get_running_loop().call_later(5, slow.let.set)
            assert [row.state for row in bench.table.results] == ["delivered"]
            assert not bench.table.due

        run(scene())

    @pytest.mark.parametrize(("idempotent", "state"), [(True, "waiting"), (False, "in_doubt")])
    def test_one_that_does_not_end_is_given_back_at_no_cost_or_is_in_doubt(self, idempotent: bool, state: str) -> None:
        async def scene() -> float:
            slow = Slow()
            bench = Bench(Table([delivery(), delivery()]), slow.make, max_batch=1)
            bench.deliver.target = replace(bench.deliver.target, idempotent=idempotent)
            with capture_logs() as logs:
                async with bench.at_work():
                    while slow.under_way < 2:
                        await jump(0.01)
            told = [(row.state, row.code, row.delay, row.uncounted) for row in bench.table.results]
            assert told == [(state, "gateway-stopped", timedelta(), idempotent)] * 2
            assert slow.under_way == 0
            assert [line["event"] for line in logs] == ["attempt_abandoned"] * 2
            return asyncio.get_running_loop().time()

        assert run(scene()) == pytest.approx(8, abs=0.1)

    def test_nothing_new_is_claimed_once_the_end_has_begun(self) -> None:
        async def scene() -> None:
            slow = Slow()
            bench = Bench(Table([delivery() for _ in range(3)]), slow.make, max_batch=1, concurrency=1)
            async with bench.at_work():
                await slow.begun.wait()
                asyncio.get_running_loop().call_later(1, slow.let.set)
            assert len(bench.table.due) == 2

        run(scene())


class TestTerms:
    def test_the_agreement_says_how_often_and_else_the_target(self) -> None:
        agreed = RetryPolicy(first=timedelta(seconds=7), jitter=0, repeat=("product-unknown",), give_up=("login",))
        table = Table([delivery(agreement="bigbox-850"), delivery(agreement="other")])
        bench = Bench(table, answering(OutcomeKind.RETRY, "busy"))
        bench.deliver._policy_of = lambda d: agreed if d.agreement == "bigbox-850" else None
        run(bench.work_off())
        assert [row.delay for row in table.results] == [timedelta(seconds=7), timedelta(seconds=10)]

    def test_and_which_answers_are_worth_it(self) -> None:
        agreed = RetryPolicy(jitter=0, repeat=("product-unknown",), give_up=("login",))
        stubborn = worked_off(Table([delivery()]), answering(OutcomeKind.FAILED, "product-unknown"), policy=agreed).table
        assert stubborn.results[0].state == "waiting"
        hopeless = worked_off(Table([delivery()]), answering(OutcomeKind.RETRY, "login"), policy=agreed).table
        assert (hopeless.results[0].state, len(hopeless.outbox)) == ("dead", 1)

    @pytest.mark.parametrize(("untouched", "kind", "doubtful"), [
        (True, OutcomeKind.RETRY, False),
        (False, OutcomeKind.RETRY, True),
        (False, OutcomeKind.IN_DOUBT, True),
        (False, OutcomeKind.FAILED, False),
        (False, OutcomeKind.DELIVERED, False),
    ])  # fmt: skip
    def test_what_was_not_answered_may_have_been_done(self, untouched: bool, kind: OutcomeKind, doubtful: bool) -> None:
        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            return [Outcome(d.id, kind, untouched=untouched) for d in deliveries]

        assert worked_off(Table([delivery()]), make).table.results[0].doubtful is doubtful

    @pytest.mark.parametrize(("idempotent", "state"), [(True, "waiting"), (False, "in_doubt")])
    def test_a_call_that_hangs_is_cut_off(self, idempotent: bool, state: str) -> None:
        async def scene() -> Table:
            bench = Bench(Table([delivery()]), Slow().make, patience=timedelta(minutes=5))
            bench.deliver.target = replace(bench.deliver.target, idempotent=idempotent)
            async with bench.at_work():
                await bench.table.written.wait()
            assert asyncio.get_running_loop().time() == pytest.approx(300, abs=1)
            return bench.table

        table = run(scene())
        (result,) = table.results
        assert (result.state, result.code) == (state, "call-hung")
        assert table.strains == [1.0], "a target that hangs is one that is unavailable"

    def test_who_is_held_up_is_told(self) -> None:
        table = Table([delivery(sequence_key="k"), delivery()])
        table.followers = {one.id: 3 for one in table.due}
        worked_off(table, answering(OutcomeKind.FAILED, "no", "Refused."))
        assert [row.message for row in table.failures] == [
            "Refused. 3 deliveries wait behind it, to keep their order.",
            "Refused.",
        ]


class TestClasses:
    def test_batch_leaves_a_worker_and_an_order_is_the_next_call(self) -> None:
        async def scene() -> None:
            slow = Slow()
            table = Table([delivery(priority=2) for _ in range(100)])
            bench = Bench(table, slow.make, max_batch=5, concurrency=4)
            async with bench.at_work():
                await jump(2)
                assert slow.under_way == 2, "half of the workers"
                order = delivery(priority=0)
                table.due.append(order)
                bench.deliver.wake()
                await jump(0.1)
                assert order not in table.due
                assert slow.under_way == 3
                slow.let.set()
                await jump(30)
                assert slow.most == 3
                assert not table.due

        run(scene())

    def test_a_call_holds_one_class(self) -> None:
        calls: list[set[int]] = []

        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            calls.append({d.priority for d in deliveries})
            return await deliver_all(deliveries)

        worked_off(Table([delivery(priority=n % 3) for n in range(9)]), make)
        assert calls == [{0}, {1}, {2}]

    def test_outside_of_its_hours_batch_waits_and_its_retries_too(self) -> None:
        night = Calendar("night", ZoneInfo("UTC"), {day: ((time(22), time(0)),) for day in range(7)})
        services = Services({Service.BATCH: ServiceTerms(calendar=night)})

        async def scene() -> None:
            table = Table([delivery(priority=2)])
            bench = Bench(table, answering(OutcomeKind.RETRY, "busy"), services=services)
            async with bench.at_work():
                await jump(3600)
                assert len(table.due) == 1
                await jump(21 * 3600 + 5)
                assert table.results[0].delay == POLICY.first
                table.due.append(delivery(priority=2))

        run(scene())
        late = result_of(
            delivery(priority=2), Outcome(new_id(), OutcomeKind.RETRY), policy=POLICY, services=services,
            now=datetime(2026, 3, 2, 23, 59, 58, tzinfo=UTC), chance=0.5,
        )  # fmt: skip
        assert late.delay == timedelta(hours=22, seconds=2)


class TestMaintenance:
    WINDOW = Maintenance((Dated(datetime(2026, 3, 2, 0, 1, tzinfo=UTC), datetime(2026, 3, 2, 1, tzinfo=UTC)),))

    def test_nothing_goes_out_and_then_everything(self) -> None:
        async def scene() -> None:
            table = Table()
            bench = Bench(table, maintenance=self.WINDOW)
            async with bench.at_work():
                await jump(61)
                table.due.append(delivery())
                bench.deliver.wake()
                await jump(58 * 60)
                assert table.due
                assert not table.claims
                await jump(61)
                assert not table.due
                assert table.results[0].state == "delivered"

        run(scene())

    def test_a_call_that_it_surprised_costs_neither_attempt_nor_trust(self) -> None:
        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            await jump(90)  # begun before the window, ended in it
            return [Outcome(d.id, OutcomeKind.RETRY, "connection", unavailable=True) for d in deliveries]

        async def scene() -> Table:
            bench = Bench(Table([delivery(attempt=3)]), make, maintenance=self.WINDOW, breaker=BreakerPolicy(failures=1))
            async with bench.at_work():
                await bench.table.written.wait()
            return bench.table

        table = run(scene())
        (result,) = table.results
        assert (result.state, result.spared, result.uncounted) == ("waiting", True, True)
        assert result.delay == timedelta(minutes=60) - timedelta(seconds=90)
        assert table.strains == [0.0]
        assert table.moves == []
        assert table.failures == []

    def test_a_refusal_in_it_is_a_refusal(self) -> None:
        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            await jump(90)
            return [Outcome(d.id, OutcomeKind.FAILED, "product-unknown") for d in deliveries]

        async def scene() -> Table:
            bench = Bench(Table([delivery()]), make, maintenance=self.WINDOW)
            async with bench.at_work():
                await bench.table.written.wait()
            return bench.table

        assert run(scene()).results[0].state == "failed"
