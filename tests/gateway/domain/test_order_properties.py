"""What holds for any history of an order: the laws of quantities, the states of the table, one end for all arrivals."""

import itertools
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.order.authority import Authority
from gateway.domain.order.lifecycle import EARLY, LINE, LINE_STATES, ORDER_STATES, order_state
from gateway.domain.order.line import Line
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.order.order import Order, Rules
from gateway.domain.order.process import Judgement, Says, Statement, judge
from gateway.domain.order.quantities import LAWS, Basis
from tests.gateway.domain.orders import NOON, after, said

SOURCES = ("odoo", "wms", "carrier", "gateway")
RULES = st.sampled_from(
    [
        Rules(),
        Rules(basis=Basis.ORDERED),
        Rules(Authority({Event.SHIPPED: {"wms", "odoo"}, Event.DELIVERED: {"carrier"}})),
    ]
)


@st.composite
def statements(draw: st.DrawFn, *, timed: bool = False) -> Statement:
    """Anything that anybody may say of an order of two lines."""
    minutes = st.integers(0, 12)
    lines = draw(
        st.lists(
            st.builds(
                LineQuantity,
                st.sampled_from(["1", "2", "2", "02", None]),
                st.sampled_from([Decimal(n) for n in (0, 1, 3, 5, 7, 10)]),
                packages=st.sampled_from([(), ("p",), ("q",)]),
            ),
            max_size=3,
        )
    )
    occurred = draw(minutes if timed else st.none() | minutes)
    milestone = Milestone(
        source=draw(st.sampled_from(SOURCES)),
        key=f"k{draw(st.integers(0, 9))}",
        event=draw(st.sampled_from(Event)),
        occurred=None if occurred is None else NOON + timedelta(minutes=occurred),
        version=draw(st.none() | st.integers(1, 4)),
        lines=tuple(lines),
        total=draw(st.booleans()),
        links=tuple(draw(st.lists(st.sampled_from([Link("x", "tracking", "p"), Link("x", "package", "q")]), max_size=2))),
    )
    return Statement(milestone, NOON + timedelta(minutes=draw(st.integers(0, 30))))


def histories(*, timed: bool = False, longest: int = 12) -> st.SearchStrategy[list[Statement]]:
    """Histories, most of which begin with the order."""
    order = st.just([said("received", {"1": 10, "2": 5}, at=0, by="gateway", key="order", heard=0)])
    return st.builds(
        lambda first, rest: first + rest, st.just([]) | order | order, st.lists(statements(timed=timed), max_size=longest)
    )


def summary(judgement: Judgement) -> object:
    """What must not depend on the order in which statements arrived. Whether a time is in the future does, and alone."""
    order = judgement.order
    lines = {key: (line.state, line.quantities) for key, line in order.lines.items()}
    verdicts = {name: (found.says, found.code, found.needs) for name, found in judgement.verdicts.items()}
    return order.state, lines, dict(order.steps), verdicts


@given(histories(), RULES)
def test_any_history_keeps_the_laws_and_ends_in_a_state_of_the_table(history: list[Statement], rules: Rules) -> None:
    judged = judge(history, rules)
    assert judged.order.state in ORDER_STATES
    for line in judged.order.lines.values():
        assert line.state in LINE_STATES.values()
        for law in LAWS:
            assert law.holds(line.quantities, rules.basis), law.text
        assert all(value >= 0 for value in (getattr(line.quantities, name) for name in line.quantities.__dataclass_fields__))
        _fits(line.state, line)


def _fits(state: str, line: Line) -> None:
    """The state of a line says what its quantities say."""
    q = line.quantities
    assert (state in ("rejected", "cancelled")) == (q.open == 0)
    match state:
        case "shipped" | "in_transit":
            assert q.shipped == q.open
        case "partly_shipped":
            assert 0 < q.shipped < q.open
        case "partly_delivered":
            assert 0 < q.delivered < q.open
        case "delivered" | "partly_returned":
            assert q.delivered == q.open
        case "returned":
            assert q.returned == q.open
        case "rejected" | "cancelled" | "delivery_exception":
            pass
        case _:
            assert q.shipped == 0


@given(histories(timed=True, longest=9), RULES, st.randoms(use_true_random=False))
def test_any_arrival_ends_the_same(history: list[Statement], rules: Rules, chance: Random) -> None:
    """With what was said twice said twice, at any time: only when things happened counts, not when they were heard."""
    named: dict[tuple[str, str], Statement] = {}
    for one in history:  # a name is of one statement, which may come again
        named.setdefault(one.name, one)
    expected = judge(named.values(), rules)
    arriving = [*named.values(), *list(named.values())[::2]]
    chance.shuffle(arriving)
    arrived = [Statement(one.said, NOON + timedelta(minutes=place)) for place, one in enumerate(arriving)]
    assert summary(judge(arrived, rules)) == summary(expected)


FIVE = {
    "straight": [
        said("received", {"1": 10, "2": 5}, at=0, by="gateway"),
        said("accepted", at=1),
        said("shipped", at=2, by="wms", links=["tracking:1Z"]),
        said("delivered", at=3, by="carrier", links=["tracking:1Z"]),
        said("invoiced", at=4),
    ],
    "in two parts": [
        said("received", {"1": 10}, at=0, by="gateway"),
        said("shipped", {"1": 4}, at=1, by="wms"),
        said("delivered", {"1": 4}, at=2, by="carrier"),
        said("shipped", {"1": 6}, at=3, by="wms"),
        said("delivered", {"1": 6}, at=4, by="carrier"),
    ],
    "cancellation races a shipment": [
        said("received", {"1": 10}, at=0, by="gateway"),
        said("shipped", {"1": 4}, at=2, by="wms"),
        said("cancelled", at=3, by="gateway"),
        said("shipped", {"1": 6}, at=4, by="wms"),
        said("delivered", at=5, by="carrier"),
    ],
    "change after release": [
        said("received", {"1": 10}, at=0, by="gateway"),
        said("released", at=1),
        said("changed", {"1": 12}, at=2, by="gateway"),
        said("shipped", {"1": 12}, at=3, by="wms"),
        said("invoiced", {"1": 12}, at=4),
    ],
    "held, and shipped too much": [
        said("received", {"1": 10}, at=0, by="gateway"),
        said("held", at=1),
        said("shipped", {"1": 11}, at=2, by="wms"),
        said("released", at=3),
        said("shipped", {"1": 10}, at=4, by="wms"),
    ],
    "without any times": [
        said("received", {"1": 10}, by="gateway"),
        said("accepted"),
        said("shipped", by="wms"),
        said("delivered", by="carrier"),
        said("paid"),
    ],
}
ENDS = {
    "straight": "invoiced",
    "in two parts": "delivered",
    "cancellation races a shipment": "delivered",
    "change after release": "shipped",
    "held, and shipped too much": "shipped",
    "without any times": "delivered",
}


@pytest.mark.parametrize("name", FIVE)
def test_every_permutation_of_five_events_ends_in_the_same_state(name: str) -> None:
    expected: object = None
    for arrival in itertools.permutations(FIVE[name]):
        heard = [Statement(one.said, NOON + timedelta(minutes=place)) for place, one in enumerate((*arrival, arrival[2]))]
        judged = judge(heard, Rules())
        assert judged.order.state == ENDS[name], [one.said.event for one in arrival]
        state = (judged.order.lines["1"].quantities, {n: (v.says, v.code) for n, v in judged.verdicts.items()})
        assert expected in (None, state)
        expected = state


@given(histories())
def test_what_is_not_applied_changes_nothing(history: list[Statement]) -> None:
    """But for its number, where a source counts: what it said after that happened after that."""
    history = [replace(one, said=replace(one.said, version=None)) for one in history]
    judged = judge(history, Rules())
    applied = [one for one in history if judged.verdicts[one.name].says is Says.APPLIED]
    again = judge(applied, Rules())
    assert (again.order.state, again.order.lines) == (judged.order.state, judged.order.lines)


@given(histories(longest=6), statements())
@settings(max_examples=60)
def test_every_statement_has_a_verdict_and_those_not_applied_a_reason(history: list[Statement], more: Statement) -> None:
    judged = judge([*history, more], Rules())
    assert judged.verdicts.keys() == {one.name for one in (*history, more)}
    for found in judged.verdicts.values():
        assert (found.says is Says.WAITS) == (found.needs is not None)
        assert found.says is Says.APPLIED or (found.code and found.message)


class TestTable:
    def test_no_cell_is_two_things(self) -> None:
        assert not LINE.keys() & EARLY

    def test_every_state_can_be_reached_from_the_first(self) -> None:
        reached, before = {"received"}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {state for (source, _), state in LINE.items() if source in reached}
        assert reached == set(LINE_STATES.values())

    def test_goods_never_go_back_to_a_warehouse_that_they_have_left(self) -> None:
        """But where more is ordered of a line of which nothing was to come."""
        states = list(LINE_STATES.values())
        shipped = set(states[states.index("partly_shipped") : states.index("rejected")])
        assert {after for (before, _), after in LINE.items() if before in shipped} <= shipped

    @given(st.lists(st.sampled_from(list(LINE_STATES.values()))), st.frozensets(st.sampled_from(Event)), st.booleans())
    def test_the_order_follows_from_any_lines(self, lines: list[str], facts: frozenset[Event], invoiced: bool) -> None:
        state = order_state(lines, facts, invoiced=invoiced)
        assert state in ORDER_STATES
        if Event.RECEIVED not in facts:
            assert state == "expected"
        elif "partly_delivered" in lines and Event.CLOSED not in facts:
            assert state in ("partly_delivered", "delivery_exception")

    def test_an_order_that_nobody_knows_is_expected(self) -> None:
        assert Order().state == "expected"
        assert after().verdicts == {}
