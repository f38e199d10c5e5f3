"""What an attempt comes to: made here or alone, within its patience, whatever connectors and child processes do."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from gateway.domain.lifecycle import DELIVERY
from gateway.domain.retry import RetryPolicy
from gateway.domain.service import Services
from gateway.errors import BodyPurged
from gateway.ports import ClaimedDelivery, Outcome, OutcomeKind
from gateway.stages.attempt import NoChild, Target, attempt, crashed, is_suspect, within_patience
from gateway.stages.child import WorkerDied
from gateway.stages.delivery_result import result_of
from tests.gateway.stages.deliveries import Table, delivery
from tests.gateway.stages.test_deliver import answering, deliver_all, worked_off
from tests.gateway.stages.virtual_time import run

DELIVERED, RETRY, IN_DOUBT = OutcomeKind.DELIVERED, OutcomeKind.RETRY, OutcomeKind.IN_DOUBT
SUSPECT = delivery(lost=2)
CHILD = "The delivery crashed its process for the third time."


def target(make: Any = deliver_all, **terms: Any) -> Target:
    return Target(id="odoo", make=make, **{"idempotent": True, "owner": "operations", **terms})


def raising(error: Exception) -> Callable[[object], Awaitable[Sequence[Outcome]]]:
    async def make(_: object) -> Sequence[Outcome]:
        raise error

    return make


class Apart:
    """What makes suspects elsewhere; remembers them."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.made: list[ClaimedDelivery] = []

    async def make(self, one: ClaimedDelivery) -> Sequence[Outcome]:
        self.made.append(one)
        if self.error is not None:
            raise self.error
        return [Outcome(one.id, DELIVERED, reference="S0007")]


async def must_not_be_made_here(_: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
    raise AssertionError("a suspect was made in this process")


class TestWhere:
    @pytest.mark.parametrize("lost", range(5))
    async def test_the_third_attempt_after_two_ends_of_a_process_is_made_elsewhere(self, lost: int) -> None:
        apart, one = Apart(), delivery(lost=lost)
        (outcome,) = await attempt(target(alone=apart.make), [one])
        assert apart.made == ([one] if lost >= 2 else [])
        assert (outcome.kind, outcome.reference) == (DELIVERED, "S0007" if lost >= 2 else "S0001")

    async def test_the_outcome_of_the_child_is_the_outcome(self) -> None:
        said = Outcome(SUSPECT.id, OutcomeKind.FAILED, "product-unknown", "No such product.", response={"status": 422})

        async def alone(_: ClaimedDelivery) -> Sequence[Outcome]:
            return [said]

        assert await attempt(target(must_not_be_made_here, alone=alone), [SUSPECT]) == [said]

    async def test_what_has_no_body_needs_no_child(self) -> None:
        apart, gone = Apart(), delivery(lost=4, json=None, unreadable=BodyPurged("It was purged."))
        assert not is_suspect(gone)
        await attempt(target(alone=apart.make), [gone])
        assert not apart.made

    async def test_where_there_is_nothing_to_make_it_elsewhere_it_is_made_here(self) -> None:
        (outcome,) = await attempt(target(), [SUSPECT])
        assert outcome.kind is DELIVERED


class TestEnds:
    @pytest.mark.parametrize(("idempotent", "kind"), [(True, RETRY), (False, IN_DOUBT)])
    async def test_a_child_that_dies_is_told_as_the_cause(self, idempotent: bool, kind: OutcomeKind) -> None:
        apart = Apart(WorkerDied(CHILD))
        with capture_logs() as logs:
            (outcome,) = await attempt(target(must_not_be_made_here, alone=apart.make, idempotent=idempotent), [SUSPECT])
        assert (outcome.kind, outcome.code, outcome.message) == (kind, "worker-crashed", CHILD)
        assert not outcome.untouched, "it may have been carried out"
        assert not outcome.unavailable, "the target is not to blame"
        assert [(line["event"], line["log_level"]) for line in logs][-1] == ("worker_died", "error")

    async def test_no_child_is_not_the_deliverys_fault(self) -> None:
        apart = Apart(NoChild("No memory for a process."))
        (outcome,) = await attempt(target(must_not_be_made_here, alone=apart.make, idempotent=False), [SUSPECT])
        assert (outcome.kind, outcome.code, outcome.untouched) == (RETRY, "no-child-process", True)
        assert outcome.message == "No memory for a process."

    async def test_an_exception_on_the_way_is_a_connectors_fault_as_ever(self) -> None:
        (outcome,) = await attempt(target(alone=Apart(ValueError("odd")).make), [SUSPECT])
        assert (outcome.kind, outcome.code) == (RETRY, "connector-crashed")
        assert "ValueError: odd" in outcome.message

    async def test_who_is_cancelled_is_cancelled(self) -> None:
        begun = asyncio.Event()

        async def never(_: ClaimedDelivery) -> Sequence[Outcome]:
            begun.set()
            await asyncio.Event().wait()
            return []

        task = asyncio.create_task(attempt(target(alone=never), [SUSPECT]))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


class TestPatience:
    @pytest.mark.parametrize(("idempotent", "kind"), [(True, RETRY), (False, IN_DOUBT)])
    def test_a_call_that_does_not_end_is_cut_off(self, idempotent: bool, kind: OutcomeKind) -> None:
        async def never(_: object) -> Sequence[Outcome]:
            await asyncio.Event().wait()
            return []

        async def cut_off() -> Sequence[Outcome]:
            return await within_patience(target(never, idempotent=idempotent, patience=timedelta(minutes=5)), [SUSPECT])

        (outcome,) = run(cut_off())
        assert (outcome.kind, outcome.code, outcome.unavailable) == (kind, "call-hung", True)
        assert "within 300 s" in outcome.message

    @pytest.mark.parametrize("error", [TimeoutError("its own"), ValueError("odd"), MemoryError()])
    async def test_what_the_connector_raises_is_raised(self, error: Exception) -> None:
        with pytest.raises(type(error)) as caught:
            await within_patience(target(raising(error)), [SUSPECT])
        assert caught.value is error

    @pytest.mark.parametrize("error", [TimeoutError("its own"), ValueError("odd"), MemoryError("all of it")])
    async def test_and_told_of_each_delivery_of_the_call(self, error: Exception) -> None:
        both = [delivery(), delivery()]
        with capture_logs() as logs:
            outcomes = await attempt(target(raising(error)), both)
        assert [(o.delivery, o.kind, o.code) for o in outcomes] == [(d.id, RETRY, "connector-crashed") for d in both]
        assert [line["event"] for line in logs] == ["connector_crashed"]

    def test_it_is_told_in_one_way_wherever_it_happened(self) -> None:
        (outcome,) = crashed(target(), [SUSPECT], KeyError("name"))
        assert (outcome.code, outcome.message) == ("connector-crashed", "The connector failed unexpectedly: KeyError: 'name'")


class TestResult:
    """What is written of a delivery that ended its processes, by the dispatcher of its target."""

    def test_it_is_dead_at_once_with_an_owner_a_remedy_and_a_dead_letter(self) -> None:
        table = worked_off(Table([SUSPECT]), must_not_be_made_here, alone=Apart(WorkerDied(CHILD)).make).table
        (result,), (failure,), (letter,), (event,) = table.results, table.failures, table.outbox, table.events
        assert (result.state, result.code, result.message, result.attempt) == ("dead", "worker-crashed", CHILD, SUSPECT.attempt)
        assert result.doubtful, "it may have been carried out: it is not made elsewhere"
        assert (failure.code, failure.owner, failure.message, failure.sample) == ("worker-crashed", "sales", CHILD, SUSPECT.id)
        assert "it is a fault of the gateway" in failure.remedy
        assert "Look in odoo" in failure.remedy
        assert (letter.exchange, letter.routing_key) == ("edi.dead", "deliver.worker-crashed")
        assert '"what":"dead"' in event.steps
        assert max(table.strains) <= 0, "the target has nothing to do with it"

    def test_at_a_target_that_does_everything_twice_it_is_in_doubt(self) -> None:
        terms = {"alone": Apart(WorkerDied(CHILD)).make, "idempotent": False}
        table = worked_off(Table([SUSPECT]), must_not_be_made_here, **terms).table
        assert [(row.state, row.code) for row in table.results] == [("in_doubt", "worker-crashed")]
        assert [(row.code, row.message) for row in table.failures] == [("in-doubt", CHILD)]
        assert "whether it arrived" in table.failures[0].remedy
        assert not table.outbox

    def test_without_a_child_it_waits_as_after_any_failed_attempt(self) -> None:
        table = worked_off(Table([SUSPECT]), must_not_be_made_here, alone=Apart(NoChild("full")).make).table
        assert [(row.state, row.code, row.doubtful) for row in table.results] == [("waiting", "no-child-process", False)]

    def test_its_neighbours_are_delivered(self) -> None:
        neighbours = [delivery() for _ in range(3)]
        table = worked_off(Table([*neighbours, SUSPECT]), answering(DELIVERED), alone=Apart(WorkerDied(CHILD)).make, max_batch=3)
        states = {row.delivery: row.state for row in table.table.results}
        assert states == {SUSPECT.id: "dead", **dict.fromkeys((one.id for one in neighbours), "delivered")}

    @given(
        attempts=st.integers(1, 50),
        made=st.integers(1, 60),
        repeat=st.sampled_from([(), ("*",), ("worker-*",)]),
        kind=st.sampled_from([RETRY, IN_DOUBT]),
    )
    def test_no_policy_tries_it_a_fourth_time(self, attempts: int, made: int, repeat: tuple[str, ...], kind: OutcomeKind) -> None:
        policy = RetryPolicy(attempts=attempts, repeat=repeat, total=timedelta(days=30))
        outcome = Outcome(SUSPECT.id, kind, "worker-crashed", CHILD)
        row = result_of(
            delivery(lost=2, attempt=made), outcome, policy=policy, services=Services(), now=SUSPECT.started_at, chance=0.5
        )
        assert row.state == ("dead" if kind is RETRY else "in_doubt")
        assert row.state in {state for (before, _), state in DELIVERY.items() if before == "sending"}
