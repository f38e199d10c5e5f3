"""The breaker of a target as its dispatcher keeps it: what counts, who is told, what a probe costs its delivery."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from gateway.domain.breaker import BreakerPolicy
from gateway.errors import StoreUnavailable
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind, Probe
from tests.gateway.stages.deliveries import Table, delivery
from tests.gateway.stages.test_deliver import Bench, Make, deliver_all
from tests.gateway.stages.virtual_time import jump, run

POLICY = BreakerPolicy(failures=3, first=timedelta(seconds=8), factor=2, longest=timedelta(seconds=100))


def refusing(kind: OutcomeKind = OutcomeKind.RETRY, *, unavailable: bool = True, asked: float | None = None) -> Make:
    async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        text = "Connection refused."
        return [Outcome(d.id, kind, "connection", text, retry_after=asked, unavailable=unavailable) for d in deliveries]

    return make


def worked(table: Table, make: Make | None = None, **terms: Any) -> Bench:
    """A dispatcher that did what there was to do, probes included; refused unless told otherwise."""
    bench = Bench(table, make or refusing(), **{"breaker": POLICY, "owner": "it", **terms})

    async def scene() -> None:
        async with bench.at_work():
            while table.due or bench.deliver._attempts or not table.idle.is_set():
                await jump(0.01)
            while table.probes or bench.deliver._attempts:
                await jump(0.5)

    run(scene())
    return bench


def probed(failed: int, make: Make, **changes: Any) -> Table:
    """The table after one probe."""
    table = Table()
    table.held = True
    table.probes.append(Probe(delivery(probes=1, **changes), failed))
    worked(table, make)
    return table


class TestCounting:
    def test_a_call_strains_it_once_however_many_deliveries_it_carried(self) -> None:
        table = worked(Table([delivery() for _ in range(20)]), max_batch=10).table
        assert table.strains == [1, 1]

    def test_a_call_that_found_it_unavailable_in_part_is_one(self) -> None:
        async def make(deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
            return [*(await refusing()(deliveries[:1])), *(await deliver_all(deliveries[1:]))]

        assert worked(Table([delivery(), delivery()]), make).table.strains == [1]

    @pytest.mark.parametrize(
        ("make", "share", "strain"),
        [
            (deliver_all, 0.5, -1),
            (deliver_all, 0.2, -0.25),
            (refusing(OutcomeKind.FAILED, unavailable=False), 0.5, -1),
            (refusing(OutcomeKind.RETRY, unavailable=False), 0.5, -1),
        ],
    )
    def test_an_answer_is_an_answer_whatever_it_says(self, make: Make, share: float, strain: float) -> None:
        table = worked(Table([delivery()]), make, breaker=BreakerPolicy(share=share)).table
        assert table.strains == [pytest.approx(strain)]


class TestOpening:
    def opened(self, *, asked: float | None = None, **changes: Any) -> Bench:
        table = Table([delivery(**changes)])
        table.level = 3.0
        return worked(table, refusing(asked=asked))

    def test_a_bucket_below_its_limit_opens_nothing(self) -> None:
        table = Table([delivery()])
        table.level = 2.5
        assert worked(table).table.moves == []

    def test_calls_while_it_is_open_move_nothing(self) -> None:
        assert worked(Table([delivery()])).table.moves == []

    def test_a_full_bucket_opens_it_for_the_first_wait(self) -> None:
        (move,) = self.opened().table.moves
        assert (move.target, move.before, move.after, move.probe) == ("odoo", "closed", "open", None)
        assert move.wait == timedelta(seconds=8)

    def test_the_target_may_ask_for_longer(self) -> None:
        (move,) = self.opened(asked=33).table.moves
        assert move.wait == timedelta(seconds=33)

    def test_the_journal_of_the_order_that_showed_it_says_so(self) -> None:
        bench = self.opened()
        (move,) = bench.table.moves
        (event,) = move.events
        assert event.subject == event.transmission == move.failure.transmission
        (step,) = orjson.loads(event.steps)
        assert step["what"] == "breaker_opened"
        assert (step["detail"]["target"], step["detail"]["probe_in_seconds"]) == ("odoo", 8)

    def test_its_failure_belongs_to_the_targets_owner_whoever_sent_the_order(self) -> None:
        (bigbox,), (nordmart,) = (self.opened(partner=name).table.moves for name in ("bigbox", "nordmart"))
        assert bigbox.failure.fingerprint == nordmart.failure.fingerprint
        assert (bigbox.failure.owner, bigbox.failure.code, bigbox.failure.partner) == ("it", "target-unavailable", None)
        assert "Connection refused." in bigbox.failure.message

    def test_it_is_logged_and_counted(self) -> None:
        with capture_logs() as logs:
            bench = self.opened()
        (line,) = [line for line in logs if line["event"] == "breaker_opened"]
        assert (line["target"], line["log_level"]) == ("odoo", "error")
        assert bench.observer.counts["edi_failures_total"] == 1

    def test_who_comes_second_tells_nothing(self) -> None:
        table = Table([delivery()])
        table.level = 3.0

        table.beaten = True
        with capture_logs() as logs:
            worked(table)
        assert not [line for line in logs if line["event"] == "breaker_opened"]

    def test_a_database_that_went_away_between_loses_no_result_and_the_next_failure_opens_it(self) -> None:
        table = Table([delivery(), delivery()])
        table.level = 3.0
        table.move_refusals.append(StoreUnavailable("away"))
        worked(table, max_batch=1)
        assert len(table.results) == 2
        assert [move.after for move in table.moves] == ["open"]

    def test_a_result_that_came_too_late_decides_nothing(self) -> None:
        one = delivery()
        table = Table([one])
        table.level, table.lost = 9.0, {one.id}
        assert worked(table).table.moves == []


class TestProbing:
    @pytest.mark.parametrize(("failed", "wait"), [(0, 16), (1, 32), (9, 100)])
    def test_a_failed_one_waits_as_long_as_the_breaker(self, failed: int, wait: int) -> None:
        table = probed(failed, refusing())
        (move,), (result,) = table.moves, table.results
        assert (move.before, move.after, move.wait) == ("half_open", "open", timedelta(seconds=wait))
        assert (result.state, result.delay) == ("waiting", timedelta(seconds=wait))
        assert move.probe == result.delivery
        assert move.events == [], "its own event says it already"

    def test_it_costs_its_delivery_no_attempt(self) -> None:
        table = probed(0, refusing(), attempt=400, age=timedelta(days=30))
        assert [result.state for result in table.results] == ["waiting"]

    @pytest.mark.parametrize(("attempt", "probes", "state"), [(9, 7, "waiting"), (9, 6, "dead"), (1, 0, "waiting")])
    def test_later_attempts_are_counted_without_probes(self, attempt: int, probes: int, state: str) -> None:
        table = worked(Table([delivery(attempt=attempt, probes=probes)]), refusing(unavailable=False)).table
        assert [result.state for result in table.results] == [state]

    @pytest.mark.parametrize(
        ("make", "state"),
        [
            (deliver_all, "delivered"),
            (refusing(OutcomeKind.FAILED, unavailable=False), "failed"),
            (refusing(OutcomeKind.RETRY, unavailable=False), "waiting"),
        ],
    )
    def test_any_answer_to_it_closes_the_breaker_and_wakes_the_target(self, make: Make, state: str) -> None:
        table = Table()
        table.held = True
        table.probes.append(Probe(delivery(probes=1), 4))
        bench = worked(table, make)
        (move,) = table.moves
        assert (move.before, move.after) == ("half_open", "closed")
        assert [orjson.loads(event.steps)[0]["what"] for event in move.events] == ["breaker_closed"]
        assert [result.state for result in table.results] == [state]
        assert bench.woken == ["odoo"]

    def test_after_closing_all_go_on(self) -> None:
        table = Table()
        table.held = True
        table.probes.append(Probe(delivery(probes=1), 0))

        async def scene() -> None:
            bench = Bench(table, deliver_all, breaker=POLICY)
            async with bench.at_work():
                await table.written.wait()
                table.due.extend(delivery() for _ in range(30))
                while len(table.results) < 31:
                    await jump(0.5)

        run(scene())

    def test_while_it_is_held_only_probes_are_claimed(self) -> None:
        table = Table()
        table.held = True

        async def scene() -> float:
            bench = Bench(table, deliver_all, breaker=POLICY)
            async with bench.at_work():
                await table.idle.wait()
                table.due.extend(delivery() for _ in range(5))
                await jump(30)
                assert len(table.due) == 5
                table.held = False
                while table.due:
                    await jump(0.1)
                return asyncio.get_running_loop().time()

        assert run(scene()) < 33

    def test_one_whose_result_came_too_late_decides_nothing(self) -> None:
        one = delivery(probes=1)
        table = Table()
        table.held, table.lost = True, {one.id}
        table.probes.append(Probe(one, 0))
        assert worked(table, deliver_all).table.moves == []
