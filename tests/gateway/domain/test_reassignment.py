"""Reassigned routes, from facts alone: which route can take what, what would follow, what stays as it is, what else there is."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.reassignment import (
    JudgedReassignment,
    deliveries_to_make,
    effects_of_reassignment,
    judge_reassignment,
    plan_of_reassignment,
    routes_taken,
    unknown_route,
)
from gateway.domain.replay import Effect, MadeDeliveries, Move, ReplayFacts, ReplayOptions, TakenDocuments, Verdict
from gateway.domain.route import Route, Target

ID, OTHER = UUID(int=1), UUID(int=2)
ODOO, WMS = Target("odoo", "sale_order"), Target("wms", "warehouse_order")
LATE = Route(
    "late", document="purchase_order", partner="nordmart", agreement="nordmart-orders", direction="in",
    condition=lambda _: "never", targets=(ODOO, WMS),
)  # fmt: skip
OUT = Route("out", document="purchase_order", direction="out", targets=(ODOO,))
ROUTES = [LATE, OUT, Route("any", direction="in", targets=(WMS,))]
ORDERS = TakenDocuments("purchase_order", "usual", test=False, count=2)
LEFT = TakenDocuments("purchase_order", None, test=False, count=1)
FACTS = ReplayFacts(
    id=ID, state="translated", size=100, newest=ID, documents=3, channel="bigbox-folder", taken=(ORDERS, LEFT), delivered=2,
    open=1,
)  # fmt: skip
NAMED = ReplayOptions(route="late")


def judged(facts: ReplayFacts, route: Route = LATE) -> str:
    return judge_reassignment(facts, NAMED, route, ROUTES).reason


class TestJudged:
    def test_condition_partner_and_agreement_do_not_matter(self) -> None:
        assert judged(FACTS) == ""

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"taken": (replace(ORDERS, name="despatch_advice"),)}, "document is despatch_advice, not purchase_order"),
            ({"taken": (ORDERS, replace(LEFT, name="invoice"))}, "document is invoice, not purchase_order"),
            ({"channel": "edi.outbound"}, "direction is out, not in; these can: out"),
            ({"taken": ()}, "no document that a route could take"),
            ({"channel": "history"}, "goes by no route"),
            ({"channel": "trigger:ship"}, "goes by no route"),
            ({"state": "unreadable"}, "nothing of it was read"),
            ({"state": "failed"}, "nothing of it was read"),
            ({"newest": OTHER}, "processed again already"),
            ({"has_body": False}, "purged"),
            ({"channel": "edi.outbound", "taken": (replace(ORDERS, name="warehouse_order"),)}, "by the gate"),
            ({"channel": "edi.outbound", "sealed": 3}, "sent to their partner already"),
        ],
    )
    def test_what_stands_in_the_way_is_said(self, changed: dict[str, object], said: str) -> None:
        assert said in judged(replace(FACTS, **changed))  # type: ignore[arg-type]

    def test_routes_that_could_are_named(self) -> None:
        assert judged(replace(FACTS, taken=(replace(ORDERS, name="invoice"),))).endswith("; these can: any")
        nobody = judge_reassignment(replace(FACTS, channel="edi.outbound"), NAMED, LATE, [LATE])
        assert nobody.reason.endswith("; none can")

    @pytest.mark.parametrize(
        ("test", "production", "asks", "possible"),
        [(True, True, None, False), (True, True, True, True), (True, False, None, True), (False, True, True, False)],
    )
    def test_test_documents_stay_apart_from_production(
        self, test: bool, production: bool, asks: bool | None, possible: bool
    ) -> None:
        route = replace(LATE, test=asks, targets=(replace(ODOO, production=production),))
        facts = replace(FACTS, taken=(replace(ORDERS, test=test),))
        assert judge_reassignment(facts, NAMED, route, ROUTES).possible is possible


class TestForetold:
    def test_what_was_delivered_elsewhere_is_not_undone(self) -> None:
        made = (MadeDeliveries("odoo", 1, 0), MadeDeliveries("billing", 1, 0))
        effects = effects_of_reassignment(replace(FACTS, made=made), NAMED, LATE)
        assert (effects[Effect.SKIPPED], effects[Effect.NOT_UNDONE], effects[Effect.SUPERSEDED]) == (1, 1, 1)

    def test_a_target_gets_what_it_neither_has_nor_may_have(self) -> None:
        made = (MadeDeliveries("odoo", 1, 1), MadeDeliveries("billing", 3, 0))
        assert deliveries_to_make(replace(FACTS, made=made), LATE) == {"odoo": 1, "wms": 3}

    @given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
    def test_there_are_never_more_than_documents_nor_fewer_than_none(self, delivered: int, kept: int, sealed: int) -> None:
        facts = replace(FACTS, made=(MadeDeliveries("odoo", delivered, kept),), sealed=sealed)
        assert all(0 <= number <= 3 for number in deliveries_to_make(facts, LATE).values())

    def test_the_plan_says_which_route_documents_took_and_which_they_would_take(self) -> None:
        other = replace(FACTS, id=OTHER, taken=(LEFT,), delivered=0, open=0)
        refused = JudgedReassignment(replace(FACTS, id=UUID(int=3)), Verdict("it is being read"))
        plan = plan_of_reassignment([*(JudgedReassignment(f, Verdict()) for f in (FACTS, other)), refused], NAMED, LATE)
        assert plan.moves == [Move(None, "late", 2), Move("usual", "late", 2)]
        assert plan.deliveries == {"odoo": 4, "wms": 4}
        assert (plan.matched, plan.count, plan.refused) == (3, 2, {"it is being read": 1})

    def test_each_item_keeps_the_routes_that_it_took(self) -> None:
        assert routes_taken(FACTS) == ["", "usual"]


class TestUnknown:
    @pytest.mark.parametrize(
        ("named", "known", "said"),
        [
            ("lite", ["late", "other"], "Did you mean late?"),
            ("xyz", ["b", "a"], "There are a, b."),
            ("xyz", [f"r{n}" for n in range(10)], "and 2 more in routes.toml."),
            ("xyz", [], "has no routes"),
        ],
    )
    def test_what_there_is_instead_is_told(self, named: str, known: list[str], said: str) -> None:
        assert said in unknown_route(named, known)


def test_options_are_read_as_they_were_kept() -> None:
    assert ReplayOptions.of({"route": "late", "acknowledge": False}) == NAMED
    assert ReplayOptions.of({"route": None}).route is None
    assert Counter() == effects_of_reassignment(ReplayFacts(id=ID, state="translated", size=1, newest=ID), NAMED, LATE)
