"""What follows from milestones: each thing once, whoever tells of it and however often all of it is judged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.lifecycle import FOLLOW_UP, move
from gateway.domain.order.follow_up import LIVE, FollowUp, FollowUpRule, follow_ups
from gateway.domain.order.milestone import Event
from gateway.domain.order.order import Rules
from gateway.domain.order.process import Says, Statement, judge
from tests.gateway.domain.orders import NOON, said

SHIPPED = FollowUpRule("advice", "document", frozenset({Event.SHIPPED}))
ANSWERED = FollowUpRule("answer", "document", frozenset({Event.ACCEPTED, Event.REJECTED, Event.BACK_ORDERED}))
ORDERED = said("received", {"1": 10, "2": 4}, at=0, by="bigbox", key="po")


class Desk:
    """Judges an order as often as something is said of it, and does at once what is to be done."""

    def __init__(self, *rules: FollowUpRule, at_once: bool = True) -> None:
        self.rules, self.at_once = rules, at_once
        self.said: list[Statement] = []
        self.held: set[tuple[str, str]] = set()
        self.known: list[FollowUp] = []

    def hear(self, *statements: Statement) -> list[FollowUp]:
        """What is new because of these."""
        self.said += statements
        judgement = judge(self.said, Rules())
        followed = follow_ups(
            self.said, judgement, self.rules, self.known, partner="bigbox", before=self.held, calendars={}, now=NOON
        )
        for one, event in followed.moved:
            place = next(place for place, known in enumerate(self.known) if known.id == one.id)
            self.known[place] = replace(one, state=move(FOLLOW_UP, one.state, event))
        made = [replace(one, id=uuid4()) for one in followed.made]
        self.known += [replace(one, state="done") if self.at_once else one for one in made]
        self.held = {one.name for one in self.said if judgement.verdicts[one.name].says is Says.APPLIED}
        return made

    def covered(self, place: str) -> Decimal:
        return sum((one.cover.get(place, Decimal(0)) for one in self.known if one.state in LIVE), Decimal(0))

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.known]


def test_each_shipment_is_followed_with_what_is_new_in_it() -> None:
    desk = Desk(SHIPPED)
    desk.hear(ORDERED)
    (first,) = desk.hear(said("shipped", {"1": 4}, at=10, by="wms"))
    (second,) = desk.hear(said("shipped", {"1": 6, "2": 1}, at=20, by="wms"))
    assert (first.cover, second.cover) == ({"1:shipped": 4}, {"1:shipped": 6, "2:shipped": 1})
    assert (first.ordinal, second.ordinal, first.rule, first.event) == (1, 2, "advice", Event.SHIPPED)


def test_whoever_tells_of_the_same_goods_triggers_nothing() -> None:
    desk = Desk(SHIPPED)
    desk.hear(ORDERED)
    assert len(desk.hear(said("shipped", {"1": 4}, at=10, by="wms"))) == 1
    assert desk.hear(said("shipped", {"1": 4}, at=11, by="odoo")) == []
    assert desk.hear(said("shipped", {"1": 4}, at=9, by="parcels")) == []  # it says that it was first
    (rest,) = desk.hear(said("shipped", {"1": 6}, at=12, by="odoo"))
    assert rest.cover == {"1:shipped": 6}


def test_what_this_gateway_says_itself_is_no_reason_unless_it_is_named() -> None:
    desk, named = Desk(SHIPPED), Desk(replace(SHIPPED, by=frozenset({"gateway"})))
    for one in (desk, named):
        one.hear(ORDERED)
    ours = said("shipped", {"1": 4}, at=10, by="gateway")
    assert desk.hear(ours) == []
    assert len(named.hear(ours)) == 1
    assert desk.hear(said("shipped", {"1": 4}, at=11, by="odoo")) == []  # the customer was told already


def test_an_answer_is_given_when_it_is_another_one() -> None:
    desk = Desk(ANSWERED)
    desk.hear(ORDERED)
    assert len(desk.hear(said("accepted", at=10), said("accepted", {"1": 10}, at=10))) == 1
    assert desk.hear(said("accepted", at=20, by="wms")) == []
    (second,) = desk.hear(said("back_ordered", {"1": 3}, at=30, by="wms"))
    assert second.cover["1:back_ordered"] == 3
    (third,) = desk.hear(said("back_ordered", {"1": 0}, at=40, by="wms"))
    assert third.cover == {"1:accepted": 10, "2:accepted": 4}


def test_what_waits_takes_up_what_is_said_meanwhile() -> None:
    desk = Desk(replace(ANSWERED, after=timedelta(minutes=15)), at_once=False)
    desk.hear(ORDERED)
    (waiting,) = desk.hear(said("accepted", at=10))
    assert waiting.due == NOON + timedelta(minutes=15)
    assert desk.hear(said("back_ordered", {"1": 3}, at=30, by="wms")) == []
    (now,) = desk.known
    assert (now.state, now.cover["1:back_ordered"]) == ("waiting", 3)


def test_what_does_not_hold_is_void_before_and_withdrawn_after() -> None:
    for at_once, state in ((False, "void"), (True, "withdrawn")):
        desk = Desk(SHIPPED, at_once=at_once)
        desk.hear(ORDERED)
        desk.hear(said("shipped", {"1": 4}, at=10, by="wms"))
        desk.hear(said("cancelled", at=5, by="bigbox"))
        assert desk.states == [state]


def test_what_another_source_said_as_well_takes_the_place_of_what_is_void() -> None:
    desk = Desk(SHIPPED, at_once=False)
    desk.hear(ORDERED)
    first = said("shipped", {"1": 4, "2": 9}, at=10, by="wms")  # too much of line 2, as long as only 4 are ordered
    desk.hear(said("changed", {"2": 9}, at=1, by="bigbox", key="more"), first)
    assert desk.states == ["waiting"]
    desk.hear(said("shipped", {"1": 4}, at=11, by="odoo"))
    desk.hear(said("changed", {"2": 4}, at=2, by="bigbox", key="less"))
    assert desk.states == ["void", "waiting"]
    assert desk.covered("1:shipped") == 4


def test_a_rule_that_is_added_does_not_answer_what_is_long_over() -> None:
    desk = Desk()
    desk.hear(ORDERED, said("shipped", {"1": 4}, at=10, by="wms"))
    desk.rules = (SHIPPED,)
    assert desk.hear(said("accepted", at=5)) == []
    (one,) = desk.hear(said("shipped", {"1": 2}, at=20, by="wms"))
    assert one.cover == {"1:shipped": 2}


def test_other_milestones_are_followed_each_time_their_first_source_says_so() -> None:
    desk = Desk(FollowUpRule("call", "x", frozenset({Event.DELIVERY_EXCEPTION})))
    desk.hear(ORDERED, said("shipped", {"1": 10, "2": 4}, at=10, by="wms"))
    assert len(desk.hear(said("delivery_exception", at=20, by="parcels"))) == 1
    assert desk.hear(said("delivery_exception", at=21, by="odoo")) == []
    assert len(desk.hear(said("delivery_exception", at=30, by="parcels"))) == 1


def test_each_statement_counts_where_that_is_asked_for() -> None:
    desk = Desk(replace(SHIPPED, each=True))
    desk.hear(ORDERED)
    assert [len(desk.hear(said("shipped", {"1": 4}, at=at, by=by))) for at, by in ((10, "wms"), (11, "odoo"))] == [1, 1]


@pytest.mark.parametrize("partners", [frozenset({"nordmart"}), frozenset({"bigbox"})])
def test_a_rule_is_about_the_orders_of_its_partners(partners: frozenset[str]) -> None:
    desk = Desk(replace(SHIPPED, partners=partners))
    desk.hear(ORDERED)
    assert len(desk.hear(said("shipped", {"1": 4}, at=10, by="wms"))) == ("bigbox" in partners)


def test_in_whatever_order_shipments_are_heard_each_is_followed_once() -> None:
    shipments = [said("shipped", {"1": n}, at=10 * n, by="wms", key=f"s{n}") for n in (1, 2, 3)]
    for heard in permutations([ORDERED, *shipments]):
        desk = Desk(SHIPPED)
        made = [one for statement in heard for one in desk.hear(statement)]
        assert sorted(one.cover["1:shipped"] for one in made) == [1, 2, 3]
        assert len({one.key for one in made}) == 3


SOURCES = st.sampled_from(["wms", "odoo", "gateway", "parcels"])
SHIPMENTS = st.lists(
    st.tuples(SOURCES, st.integers(1, 6), st.integers(1, 60), st.sampled_from(["shipped", "cancelled", "delivered", "changed"])),
    max_size=7,
)


@settings(max_examples=150)
@given(SHIPMENTS, st.booleans(), st.data())
def test_never_more_is_told_than_was_shipped_at_some_time_and_never_twice(
    history: Sequence[tuple[str, int, int, str]], at_once: bool, data: st.DataObject
) -> None:
    desk = Desk(SHIPPED, at_once=at_once)
    statements = [
        said(event, {"1": quantity}, at=at, by="bigbox" if event in ("cancelled", "changed") else source, key=f"k{n}")
        for n, (source, quantity, at, event) in enumerate(history)
    ]
    most = Decimal(0)
    for statement in data.draw(st.permutations([ORDERED, *statements])):
        desk.hear(statement)
        judgement = judge(desk.said, Rules())
        if "1" in judgement.order.lines:
            most = max(most, judgement.order.lines["1"].quantities.shipped)
        assert desk.covered("1:shipped") <= most
    assert len({(one.rule, one.key) for one in desk.known}) == len(desk.known)
