"""What a replay or a redelivery would do, from facts alone."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.lifecycle import DELIVERY
from gateway.domain.replay import (
    DeliveryFacts,
    Effect,
    RedeliverOptions,
    ReplayFacts,
    ReplayOptions,
    RunEnd,
    Verdict,
    due_after,
    effects_of_redelivery,
    effects_of_replay,
    is_selective,
    judge_correction,
    judge_redelivery,
    judge_replay,
    may_begin,
    outcome_of_delivery,
    outcome_of_run,
    plan_of,
)

ID, OTHER, BATCH = (UUID(int=n) for n in (1, 2, 3))
PRESENT = ReplayOptions()
READ = ReplayFacts(id=ID, state="translated", size=100, newest=ID, documents=3, delivered=1, open=1, kept=1, acknowledgements=1)
DEAD = DeliveryFacts(id=ID, transmission=OTHER, state="dead", target="odoo", newest=OTHER)


class TestReplay:
    @pytest.mark.parametrize("state", ["translated", "unreadable", "failed"])
    def test_what_was_read_or_could_not_be_is_processed_again(self, state: str) -> None:
        assert judge_replay(replace(READ, state=state), PRESENT).possible

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"state": "received"}, "being read"),
            ({"state": "replaying"}, "being read"),
            ({"batch": BATCH}, f"batch {BATCH} has it"),
            ({"newest": OTHER}, f"replay its newest run, {OTHER}"),
            ({"releasing": True}, "still being routed"),
            ({"has_body": False}, "purged"),
            ({"repeated": True}, "only repeats"),
        ],
    )
    def test_what_stands_in_the_way_is_said(self, changed: dict[str, object], said: str) -> None:
        assert said in judge_replay(replace(READ, **changed), PRESENT).reason  # type: ignore[arg-type]

    def test_an_earlier_configuration_reads_no_large_ones(self) -> None:
        large, earlier = replace(READ, size=1_048_577), ReplayOptions(configuration="700f")
        assert judge_replay(large, PRESENT).possible
        assert "too large" in judge_replay(large, earlier).reason
        assert judge_replay(READ, earlier).possible

    def test_a_correction_brings_its_own_bytes(self) -> None:
        assert judge_correction(replace(READ, has_body=False, repeated=True), PRESENT).possible
        assert not judge_correction(replace(READ, newest=OTHER), PRESENT).possible

    def test_what_it_comes_to(self) -> None:
        effects = effects_of_replay(READ, PRESENT)
        assert effects == {
            Effect.DOCUMENTS: 3, Effect.SKIPPED: 1, Effect.SUPERSEDED: 1, Effect.KEPT: 1, Effect.SEALED: 0,
            Effect.NOT_ACKNOWLEDGED: 1,
        }  # fmt: skip
        assert effects_of_replay(READ, ReplayOptions(acknowledge=True))[Effect.ACKNOWLEDGED] == 1
        assert effects_of_replay(replace(READ, state="failed"), PRESENT) == {Effect.IN_PLACE: 1}

    def test_options_are_read_as_they_were_kept(self) -> None:
        assert ReplayOptions.of({"acknowledge": True, "configuration": "700f"}) == ReplayOptions(
            acknowledge=True, configuration="700f"
        )
        assert ReplayOptions.of({}) == PRESENT
        assert RedeliverOptions.of({"in_doubt": True}) == RedeliverOptions(in_doubt=True)


class TestRedelivery:
    @pytest.mark.parametrize("state", sorted({state for state, _ in DELIVERY} | set(DELIVERY.values())))
    @pytest.mark.parametrize("in_doubt", [False, True])
    @pytest.mark.parametrize("delivered", [False, True])
    def test_only_what_the_lifecycle_allows_and_the_person_asked_for(self, state: str, in_doubt: bool, delivered: bool) -> None:
        verdict = judge_redelivery(replace(DEAD, state=state), RedeliverOptions(in_doubt=in_doubt, delivered=delivered))
        asked = state in ("failed", "dead") or (state == "in_doubt" and in_doubt) or (state == "delivered" and delivered)
        assert verdict.possible == asked
        if verdict.possible:
            assert "waiting" in [DELIVERY.get((state, event)) for event in ("redelivered", "try_again")]

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"idempotent": None}, "no longer configured"),
            ({"batch": BATCH}, "has it already"),
            ({"newest": BATCH}, "processed again"),
            ({"has_body": False}, "purged"),
            ({"state": "voided"}, "given up"),
        ],
    )
    def test_what_stands_in_the_way_is_said(self, changed: dict[str, object], said: str) -> None:
        assert said in judge_redelivery(replace(DEAD, **changed), RedeliverOptions()).reason  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("state", "idempotent", "effect"),
        [
            ("dead", False, Effect.TRIED_AGAIN),
            ("delivered", True, Effect.RECOGNISED),
            ("delivered", False, Effect.DUPLICATES),
            ("in_doubt", True, Effect.TRIED_AGAIN),
            ("in_doubt", False, Effect.DOUBTFUL),
        ],
    )
    def test_who_gets_what_twice(self, state: str, idempotent: bool, effect: Effect) -> None:
        assert effects_of_redelivery(replace(DEAD, state=state, idempotent=idempotent)) == {effect: 1}


class TestPlan:
    def test_it_adds_up_and_counts_reasons_without_their_ids(self) -> None:
        judged = [(Verdict(), Counter({Effect.DOCUMENTS: 2})), (Verdict(), Counter({Effect.DOCUMENTS: 1}))]
        judged += [(Verdict(f"replay its newest run, {UUID(int=n)}"), Counter({Effect.DOCUMENTS: 9})) for n in range(3)]
        plan = plan_of(judged)
        assert (plan.matched, plan.count) == (5, 2)
        assert plan.effects == {"documents": 3}
        assert plan.refused == {"replay its newest run, …": 3}

    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=30))
    def test_what_is_refused_has_no_effects(self, items: list[tuple[bool, int]]) -> None:
        plan = plan_of([(Verdict("" if possible else "no"), Counter({Effect.SKIPPED: number})) for possible, number in items])
        assert plan.count + sum(plan.refused.values()) == plan.matched == len(items)
        assert plan.effects.get("skipped_as_delivered", 0) == sum(number for possible, number in items if possible)

    @pytest.mark.parametrize("query", [{}, {"direction": ["in"]}, {"partner": []}, {"words": None}])
    def test_what_chooses_nothing_is_no_filter(self, query: dict[str, object]) -> None:
        assert not is_selective(query)

    @pytest.mark.parametrize("name", ["partner", "state", "after", "keys", "words"])
    def test_what_chooses_something_is_one(self, name: str) -> None:
        assert is_selective({name: ["x"]})


class TestPace:
    @given(
        rate=st.floats(0.05, 5_000),
        waits=st.lists(st.floats(0, 10), max_size=40),
        most=st.integers(1, 100),
    )
    def test_over_any_time_no_more_begin_than_the_rate_allows(self, rate: float, waits: list[float], most: int) -> None:
        clock = due = begun = 0.0
        for wait in waits:
            clock += wait
            number = may_begin(waited=clock - due, rate=rate, most=most)
            assert 0 <= number <= most
            if number:
                due = clock + due_after(waited=clock - due, rate=rate, begun=number)
                begun += number
        assert begun <= 1 + rate * (clock + 1.0) + 1e-6

    def test_it_begins_at_once_and_waits_for_its_turn(self) -> None:
        assert may_begin(waited=0, rate=0.1, most=50) == 1
        assert may_begin(waited=-0.5, rate=1000, most=50) == 0
        assert due_after(waited=0, rate=2, begun=1) == 0.5


class TestOutcome:
    @pytest.mark.parametrize(
        ("end", "state", "words"),
        [
            (RunEnd("unreadable", {}, {}), "failed", "nothing could be read"),
            (RunEnd("failed", {}, {}), "failed", "reading it failed"),
            (RunEnd("translated", {}, {}), "failed", "documents: none"),
            (RunEnd("translated", {"routed": 2}, {"delivered": 2}), "done", "documents: 2 routed; deliveries: 2 delivered"),
            (RunEnd("translated", {"routed": 2}, {}), "done", "documents: 2 routed"),
            (RunEnd("translated", {"routed": 1, "stopped": 1}, {}), "failed", "documents: 1 routed, 1 stopped"),
            (RunEnd("translated", {"routed": 1}, {"in_doubt": 1}), "failed", "documents: 1 routed; deliveries: 1 in doubt"),
            (RunEnd("translated", {"routed": 1}, {"blocked": 1}), "failed", "documents: 1 routed; deliveries: 1 blocked"),
            (RunEnd("translated", {"consumed": 1}, {}), "done", "documents: 1 consumed"),
            (RunEnd("forwarded", {}, {}), "done", "forwarded to the centre"),
        ],
    )
    def test_of_a_run(self, end: RunEnd, state: str, words: str) -> None:
        assert outcome_of_run(end) == (state, words)

    def test_of_a_delivery(self) -> None:
        assert outcome_of_delivery("delivered", "", "") == ("done", "delivered")
        assert outcome_of_delivery("in_doubt", "", "") == ("failed", "in doubt")
        assert outcome_of_delivery("dead", "connection", "Down.") == ("failed", "connection: Down.")
