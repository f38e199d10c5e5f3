"""Batches go on by themselves: what begins, what is skipped, what ends, who is told; over a store in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn
from uuid import UUID

import pytest

from gateway.domain.replay import DeliveryFacts, ReplayFacts, RunEnd, TakenDocuments
from gateway.domain.route import Route
from gateway.errors import LeaseLost, StoreUnavailable
from gateway.ports.batches import BegunRow, EndedDelivery, EndedRow, EndedRun, HeldBatch, ItemRow
from gateway.stages.run_batches import RunBatches
from gateway.system import TimeOrderedIds

BATCH, OTHER = UUID(int=1), UUID(int=2)
RUNNING = HeldBatch(
    id=BATCH, action="replay", options={}, state="running", count=3, try_first=None, rate=1000.0, second_person=False, allowed=3,
    begun=0, unfinished=0, waited=1.0, age=1.0, planned_by="ann", by="ann", reason="why",
)  # fmt: skip


def item(number: int) -> ItemRow:
    return ItemRow(number, UUID(int=100 + number), UUID(int=100 + number), "planned", "")


def readable(number: int, **changed: Any) -> ReplayFacts:
    known = ReplayFacts(id=UUID(int=100 + number), state="translated", size=1, newest=UUID(int=100 + number))
    return replace(known, **changed)


@dataclass
class Memory:
    """A store of batches that a test fills and looks into."""

    held: dict[UUID, HeldBatch] = field(default_factory=dict)
    planned: dict[UUID, list[ItemRow]] = field(default_factory=dict)
    facts: list[Any] = field(default_factory=list)
    runs: list[EndedRun] = field(default_factory=list)
    deliveries: list[EndedDelivery] = field(default_factory=list)
    unread: list[UUID] = field(default_factory=list)
    broken: dict[UUID, Exception] = field(default_factory=dict)
    did: list[tuple[str, Any]] = field(default_factory=list)

    async def unfinished_batches(self) -> Sequence[UUID]:
        return list(self.held)

    async def unread_runs(self, *, limit: int) -> Sequence[UUID]:
        return self.unread[:limit]

    async def ended_runs(self, batch: UUID, *, limit: int) -> Sequence[EndedRun]:
        return [run for run in self.runs if run.batch == batch][:limit]

    async def ended_deliveries(self, batch: UUID, *, limit: int) -> Sequence[EndedDelivery]:
        return [one for one in self.deliveries if one.batch == batch][:limit]

    @asynccontextmanager
    async def batches(self) -> AsyncIterator["Memory"]:
        yield self

    async def lock_batch(self, batch: UUID) -> HeldBatch | None:
        if batch in self.broken:
            raise self.broken[batch]
        held = self.held.get(batch)
        return replace(held, begun=held.count - len(self.planned.get(batch, ()))) if held else None

    async def next_items(self, batch: UUID, limit: int) -> Sequence[ItemRow]:
        rows = self.planned.setdefault(batch, [])
        some, self.planned[batch] = rows[:limit], rows[limit:]
        return some

    async def lock_lines(self, transmissions: Sequence[UUID]) -> None:
        self.did.append(("locked", list(transmissions)))

    async def replay_facts(self, transmissions: Sequence[UUID], *, apart_from: UUID | None = None) -> Sequence[ReplayFacts]:
        return [one for one in self.facts if one.id in transmissions]

    async def delivery_facts(
        self, deliveries: Sequence[UUID], idempotent: Mapping[str, bool], *, apart_from: UUID | None = None
    ) -> Sequence[DeliveryFacts]:
        return [replace(one, idempotent=idempotent.get(one.target)) for one in self.facts if one.id in deliveries]

    async def begin_replays(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        self.did.append(("replays", list(rows)))

    async def begin_corrections(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> None:
        self.did.append(("corrections", list(rows)))

    async def begin_redeliveries(self, batch: UUID, rows: Sequence[BegunRow], *, configuration: str, node: str) -> Sequence[str]:
        self.did.append(("redeliveries", list(rows)))
        return ["odoo"]

    async def end_items(self, rows: Sequence[EndedRow]) -> None:
        if rows:
            self.did.append(("ended", list(rows)))

    async def advance(self, batch: UUID, *, next_in: float) -> None:
        self.did.append(("advanced", next_in))

    async def move_batch(self, batch: UUID, *, before: str, after: str, by: str, allowed: int) -> None:
        self.did.append(("moved", (before, after)))
        self.held[batch] = replace(self.held[batch], state=after)

    async def close_cases_of_line(self, transmissions: Sequence[UUID], *, by: str, reason: str) -> None:
        self.did.append(("closed line", list(transmissions)))

    async def close_cases(self, subjects: Sequence[UUID], *, by: str, reason: str) -> None:
        self.did.append(("closed", list(subjects)))

    def of(self, what: str) -> list[Any]:
        return [detail for name, detail in self.did if name == what]


class Counted:
    """An observer that counts."""

    def __init__(self) -> None:
        self.counts: dict[str, float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counts[f"{name} {labels}"] = self.counts.get(f"{name} {labels}", 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


@dataclass
class Bench:
    """The stage over a store in memory."""

    store: Memory = field(default_factory=Memory)
    observer: Counted = field(default_factory=Counted)
    announced: list[UUID] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    routes: list[Route] = field(default_factory=list)

    def __post_init__(self) -> None:
        async def announce(ids: Sequence[UUID]) -> None:
            self.announced += ids

        async def wake(target: str) -> None:
            self.woken.append(target)

        async def nobody(*_: object) -> NoReturn:
            raise AssertionError("nothing is published by these, and nothing heard")

        self.stage = RunBatches(
            store=self.store, announce=announce, publish=nobody, hear_again=nobody, wake=wake, idempotent=lambda: {"odoo": True},  # type: ignore[arg-type]
            configuration=lambda: "digest", routes=lambda: self.routes,
            new_id=TimeOrderedIds(), observer=self.observer, node="node",
        )  # fmt: skip

    def batch(self, *items: ItemRow, batch: UUID = BATCH, **changed: Any) -> None:
        """A batch that runs, with these items."""
        self.store.held[batch] = replace(RUNNING, id=batch, count=len(items), **{"allowed": len(items), **changed})
        self.store.planned[batch] = list(items)


@pytest.fixture
def bench() -> Bench:
    return Bench()


class TestBegin:
    async def test_each_becomes_a_run_of_its_own_and_what_was_never_read_goes_on_as_itself(self, bench: Bench) -> None:
        bench.batch(item(1), item(2))
        bench.store.facts = [readable(1), readable(2, state="failed")]
        bench.store.unread = [UUID(int=7)]
        assert await bench.stage.round() == 2
        ((first, second),) = bench.store.of("replays")
        assert (first.subject, first.in_place) == (UUID(int=101), False)
        assert first.run != first.subject
        assert (second.run, second.subject, second.in_place) == (UUID(int=102), UUID(int=102), True)
        assert bench.store.did[0] == ("locked", [UUID(int=101), UUID(int=102)]), "before anything is looked at"
        assert bench.announced == [UUID(int=7)]
        assert bench.observer.counts == {"edi_batch_items_total {'action': 'replay'}": 2}

    async def test_what_is_no_longer_possible_is_skipped_with_the_reason(self, bench: Bench) -> None:
        bench.batch(item(1), item(2), item(3))
        bench.store.facts = [readable(1, has_body=False), readable(2)]
        await bench.stage.round()
        ((begun,),) = bench.store.of("replays")
        assert begun.ordinal == 2
        ((purged, gone),) = bench.store.of("ended")
        assert (purged.state, purged.ordinal, "purged" in purged.outcome) == ("skipped", 1, True)
        assert (gone.ordinal, gone.outcome) == (3, "it is no longer there")

    @pytest.mark.parametrize(
        ("route", "options", "said"),
        [
            (Route("late", document="purchase_order", partner="nordmart"), {}, ""),
            (Route("late", document="invoice"), {}, "document is purchase_order, not invoice"),
            (Route("other"), {}, "route late is no longer configured"),
            (Route("other"), {"configuration": "700f"}, ""),
        ],
    )
    async def test_a_named_route_is_looked_at_again(self, bench: Bench, route: Route, options: dict[str, str], said: str) -> None:
        bench.routes = [route]
        bench.batch(item(1), options={"route": "late", **options})
        bench.store.facts = [readable(1, taken=(TakenDocuments("purchase_order", None, test=False, count=1),))]
        await bench.stage.round()
        skipped = [row.outcome for rows in bench.store.of("ended") for row in rows]
        assert (len(bench.store.of("replays")), len(skipped)) == ((0, 1) if said else (1, 0))
        assert all(said in outcome for outcome in skipped)

    async def test_no_faster_than_the_rate_and_no_more_than_allowed(self, bench: Bench) -> None:
        bench.batch(*(item(n) for n in range(1, 9)), rate=2.0, waited=0.0, allowed=3)
        bench.store.facts = [readable(n) for n in range(1, 9)]
        await bench.stage.round()
        assert [len(rows) for rows in bench.store.of("replays")] == [1, 1, 1], "the clock of this store stands still"
        assert bench.store.of("advanced") == [0.5, 0.5, 0.5]
        assert len(bench.store.planned[BATCH]) == 5

    async def test_not_before_its_time(self, bench: Bench) -> None:
        bench.batch(item(1), waited=-0.1)
        assert await bench.stage.round() == 0
        assert bench.store.did == []

    @pytest.mark.parametrize("state", ["tried", "cancelled", "done"])
    async def test_only_of_a_batch_that_runs(self, bench: Bench, state: str) -> None:
        bench.batch(item(1), state=state)
        assert await bench.stage.round() == 0

    async def test_a_correction_reads_the_bytes_that_are_stored_under_its_id(self, bench: Bench) -> None:
        bench.batch(item(1), action="correct", options={"run": str(UUID(int=55))})
        bench.store.facts = [readable(1, state="failed", has_body=False)]
        await bench.stage.round()
        ((begun,),) = bench.store.of("corrections")
        assert (begun.run, begun.in_place) == (UUID(int=55), False)

    async def test_deliveries_are_made_again_and_their_targets_woken(self, bench: Bench) -> None:
        bench.batch(item(1), item(2), item(3), action="redeliver", options={"in_doubt": True})
        dead = DeliveryFacts(id=UUID(int=101), transmission=OTHER, state="dead", target="odoo", newest=OTHER)
        doubtful = replace(dead, id=UUID(int=102), state="in_doubt")
        bench.store.facts = [dead, doubtful, replace(dead, id=UUID(int=103), target="gone")]
        await bench.stage.round()
        ((first, second),) = bench.store.of("redeliveries")
        assert [first.subject, second.subject] == [dead.id, doubtful.id]
        assert bench.woken == ["odoo"]
        ((skipped,),) = bench.store.of("ended")
        assert "gone is no longer configured" in skipped.outcome


class TestEnd:
    async def test_what_went_well_ends_its_failures_and_what_did_not_leaves_them(self, bench: Bench) -> None:
        bench.batch(state="cancelled")
        good, bad = RunEnd("translated", {"routed": 1}, {"delivered": 1}), RunEnd("translated", {"stopped": 1}, {})
        bench.store.runs = [
            EndedRun(BATCH, 1, UUID(int=101), UUID(int=201), good),
            EndedRun(BATCH, 2, UUID(int=102), UUID(int=202), bad),
        ]
        await bench.stage.round()
        assert [row.state for (row,) in bench.store.of("ended")] == ["done", "failed"]
        assert bench.store.of("closed line") == [[UUID(int=201)]]

    async def test_the_same_of_deliveries(self, bench: Bench) -> None:
        bench.batch(state="tried")
        bench.store.deliveries = [
            EndedDelivery(BATCH, 1, UUID(int=101), "delivered", "", ""),
            EndedDelivery(BATCH, 2, UUID(int=102), "dead", "connection", "Down."),
        ]
        await bench.stage.round()
        ((first, second),) = bench.store.of("ended")
        assert (first.state, second.state, second.outcome) == ("done", "failed", "connection: Down.")
        assert bench.store.of("closed") == [[UUID(int=101)]]

    @pytest.mark.parametrize(("unfinished", "moves"), [(0, [("running", "done")]), (1, [])])
    async def test_of_the_batch_when_nothing_of_it_runs_any_more(self, bench: Bench, unfinished: int, moves: list[Any]) -> None:
        bench.batch(unfinished=unfinished)
        await bench.stage.round()
        assert bench.store.of("moved") == moves

    async def test_not_while_items_are_left_that_may_begin(self, bench: Bench) -> None:
        bench.batch(item(1), item(2), waited=-1.0)
        await bench.stage.round()
        assert bench.store.of("moved") == []

    @pytest.mark.parametrize(("age", "moves"), [(90_000.0, [("planned", "cancelled")]), (80_000.0, [])])
    async def test_of_a_plan_that_nobody_confirmed_for_a_day(self, bench: Bench, age: float, moves: list[Any]) -> None:
        bench.batch(item(1), state="planned", age=age)
        await bench.stage.round()
        assert bench.store.of("moved") == moves

    async def test_of_the_first_few(self, bench: Bench) -> None:
        bench.batch(item(3), allowed=2)
        bench.store.held[BATCH] = replace(bench.store.held[BATCH], count=3)
        await bench.stage.round()
        assert bench.store.of("moved") == [("running", "tried")]


class TestTrouble:
    async def test_one_batch_that_fails_does_not_stop_the_others(self, bench: Bench) -> None:
        bench.batch(item(1), batch=OTHER)
        bench.batch(item(2))
        bench.store.facts = [readable(1), readable(2)]
        bench.store.broken = {OTHER: StoreUnavailable("a lock was not granted")}
        assert await bench.stage.round() == 1

    async def test_a_lost_lease_ends_the_round(self, bench: Bench) -> None:
        bench.batch(item(1))
        bench.store.broken = {BATCH: LeaseLost("another process has it")}
        with pytest.raises(LeaseLost):
            await bench.stage.round()
