"""The gate before warehouses: what holds an order, who ships what, when it goes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.condition import compile_condition
from gateway.domain.calendar import Calendar
from gateway.domain.order.milestone import Event
from gateway.domain.release.decision import AT_MOST, decide, rank
from gateway.domain.release.facts import Demand, Facts, Goods
from gateway.domain.release.opening import opened, part_of, remaining
from gateway.domain.release.parts import EVERYTHING, PartLine, Refused, dumped, parsed, refusals, refuse
from gateway.domain.release.prices import differences
from gateway.domain.release.sourcing import source
from gateway.domain.release.terms import HoldRule, Kind, ReleaseTerms, Warehouse
from gateway.domain.release.window import Window

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)  # a Monday
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
EAST, WEST = Warehouse("east", "east-3pl"), Warehouse("west", "west-3pl")
TERMS = ReleaseTerms(gated=True, warehouses=(EAST, WEST), owner="warehouse")
SCREWS, NAILS = Demand(0, "1", ("seller:SCREW",), Decimal(5)), Demand(1, "2", ("seller:NAIL",), Decimal(3))


def facts(stock: Mapping[str, tuple[int | None, ...]] | None = None, **more: Any) -> Facts:
    """Facts about an order of screws and nails. `stock`: by warehouse, what there is of each."""
    demands: tuple[Demand, ...] = more.pop("demands", (SCREWS, NAILS))
    goods = {
        (warehouse, demand.place): Goods(None if much is None else Decimal(much))
        for warehouse, found in (stock or {}).items()
        for demand, much in zip(demands, found, strict=False)
    }
    return Facts({"schema": "warehouse_order/1"}, "east", demands, NOW, goods=goods, **more)


def shipped(decided: Any) -> dict[str, list[int]]:
    """What each warehouse ships of each line."""
    return {one.warehouse.id: [int(quantity) for _, quantity in one.goods] for one in decided.portions}


class TestHolds:
    def rule(self, kind: Kind, **more: Any) -> ReleaseTerms:
        return replace(TERMS, holds=(HoldRule("rule", kind, **more),))

    def test_nothing_holds_what_no_rule_is_about(self) -> None:
        decision = decide(facts(), TERMS)
        assert (decision.reasons, decision.held, decision.goes(NOW)) == ((), False, True)

    def test_a_payment_is_waited_for(self) -> None:
        terms = self.rule(Kind.PAYMENT, until=Event.PAYMENT_AUTHORISED, within=timedelta(hours=2))
        (reason,) = decide(facts(), terms).reasons
        assert (reason.kind, reason.owner, reason.due) == (Kind.PAYMENT, "warehouse", NOW + timedelta(hours=2))
        assert decide(facts(steps=frozenset({Event.PAYMENT_AUTHORISED})), terms).reasons == ()

    def test_a_condition_says_whose_order_is_held(self) -> None:
        terms = self.rule(Kind.CREDIT, condition=compile_condition('partner.id == "bigbox"'))
        assert decide(facts(partner={"id": "bigbox"}), terms).held
        assert not decide(facts(partner={"id": "nordmart"}), terms).held
        assert not decide(facts(), terms).held

    def test_conditions_know_the_customers_order_beside_the_warehouses(self) -> None:
        text = 'order.totals.payable.amount > 1000.0 && document.number == "OUT-1"'
        terms = self.rule(Kind.APPROVAL, condition=compile_condition(text))
        order = {"schema": "purchase_order/1", "number": "4711", "totals": {"payable": {"amount": "1500"}}}
        one = replace(facts(order=order), document={"schema": "warehouse_order/1", "number": "OUT-1"})
        assert decide(one, terms).held
        assert not decide(replace(one, order={**order, "totals": {"payable": {"amount": "900"}}}), terms).held

    def test_a_customer_is_held(self) -> None:
        terms = self.rule(Kind.CUSTOMER, partners=frozenset({"bigbox"}))
        assert decide(facts(customer="bigbox"), terms).held
        assert not decide(facts(customer="nordmart"), terms).held

    def test_what_a_person_let_pass_holds_no_more(self) -> None:
        terms = self.rule(Kind.APPROVAL)
        assert decide(facts(), terms).held
        assert not decide(facts(approved=frozenset({"rule"})), terms).held

    def test_a_deadline_counts_open_hours(self) -> None:
        office = Calendar("office", ZoneInfo("UTC"), {0: ((time(8), time(10)),), 1: ((time(8), time(10)),)})
        terms = self.rule(Kind.APPROVAL, calendar="office", within=timedelta(hours=3))
        (reason,) = decide(facts(calendars={"office": office}), terms).reasons
        assert reason.due == datetime(2026, 11, 24, 9, tzinfo=UTC)

    def test_every_reason_is_given(self) -> None:
        holds = (HoldRule("a", Kind.CREDIT), HoldRule("b", Kind.APPROVAL, owner="sales"))
        decision = decide(facts({"east": (0, 0), "west": (0, 0)}), replace(TERMS, holds=holds))
        assert [(reason.hold, reason.owner) for reason in decision.reasons] == [
            ("a", "warehouse"), ("b", "sales"), ("availability", "warehouse")
        ]  # fmt: skip

    def test_priorities_rank(self) -> None:
        terms = replace(TERMS, priorities=(compile_condition('partner.id == "bigbox"'),))
        assert rank(facts(partner={"id": "bigbox"}), terms) < rank(facts(partner={"id": "nordmart"}), terms)


class TestPrices:
    ORDER: Mapping[str, Any] = {
        "lines": [
            {"number": "1", "price": {"amount": "10.00"}},
            {"number": "02", "price": {"amount": "200", "basis": {"value": "100"}}},
        ]
    }

    @pytest.mark.parametrize(
        ("first", "second", "found"),
        [("10.00", "2", 0), ("10.20", "2", 0), ("10.21", "2", 1), ("9.00", "2.5", 2)],
    )
    def test_what_differs_by_more_than_is_tolerated(self, first: str, second: str, found: int) -> None:
        answer = {
            "lines": [
                {"order": {"line": "1"}, "responses": [{"price": {"amount": first}}]},
                {"number": "2", "price": {"amount": second}},
            ]
        }
        assert len(differences(self.ORDER, answer, Decimal("0.02"))) == found

    def test_it_is_said_in_words(self) -> None:
        (text,) = differences(self.ORDER, {"lines": [{"number": "1", "price": {"amount": "11"}}]}, Decimal(0))
        assert text == "line 1: ordered at 10, confirmed at 11 (+10.0 %)"

    def test_another_currency_is_another_price(self) -> None:
        before = {"lines": [{"number": "1", "price": {"amount": "10", "currency": "EUR"}}]}
        after = {"lines": [{"number": "1", "price": {"amount": "10", "currency": "USD"}}]}
        assert differences(before, after, Decimal("0.5")) == ["line 1: ordered in EUR, confirmed in USD"]

    def test_who_says_nothing_of_prices_differs_in_none(self) -> None:
        assert (
            differences(self.ORDER, {"lines": [{"number": "1"}, "?", {"number": "9", "price": {"amount": "x"}}]}, Decimal(0))
            == []
        )
        assert differences({}, {"lines": None}, Decimal(0)) == []

    def test_a_rule_holds_what_was_confirmed_otherwise(self) -> None:
        terms = replace(TERMS, holds=(HoldRule("prices", Kind.PRICE, tolerance=Decimal("0.02")),))
        answer = {"lines": [{"number": "1", "price": {"amount": "12"}}]}
        (reason,) = decide(facts(order=self.ORDER, answer=answer), terms).reasons
        assert "confirmed at 12" in reason.text
        assert not decide(facts(order=self.ORDER), terms).held


class TestSourcing:
    def test_the_warehouse_it_is_addressed_to_goes_first(self) -> None:
        assert shipped(decide(facts({"east": (5, 3), "west": (9, 9)}), TERMS)) == {"east": [5, 3]}
        assert shipped(decide(replace(facts(), addressed="west"), TERMS)) == {"west": [5, 3]}
        assert shipped(decide(replace(facts(), addressed="west"), replace(TERMS, addressed_first=False))) == {"east": [5, 3]}

    def test_one_that_has_everything_goes_before_several(self) -> None:
        assert shipped(decide(facts({"east": (5, 0), "west": (9, 9)}), replace(TERMS, split=True))) == {"west": [5, 3]}

    def test_lines_are_shared_out(self) -> None:
        stock = {"east": (5, 0), "west": (0, 3)}
        assert shipped(decide(facts(stock), replace(TERMS, split=True))) == {"east": [5], "west": [3]}
        decision = decide(facts(stock), TERMS)
        assert (decision.portions, decision.held) == ((), True)

    def test_a_line_is_shared_only_where_nobody_has_all_of_it(self) -> None:
        stock = {"east": (3, 3), "west": (4, 0)}
        assert shipped(decide(facts(stock), replace(TERMS, split=True))) == {"east": [3, 3], "west": [2]}

    def test_a_part_goes_from_whoever_has_most(self) -> None:
        decision = decide(facts({"east": (2, 0), "west": (1, 3)}), replace(TERMS, complete=False))
        assert shipped(decision) == {"west": [1, 3]}
        assert [(demand.line, int(quantity)) for demand, quantity in decision.missing] == [("1", 4)]
        assert not decision.held

    def test_nothing_goes_where_nothing_is(self) -> None:
        decision = decide(facts({"east": (0, 0), "west": (0, 0)}), replace(TERMS, complete=False, split=True))
        assert (decision.portions, decision.held) == ((), True)

    def test_conditions_and_refusals_exclude(self) -> None:
        abroad = replace(EAST, condition=compile_condition('document.ship_to.address.country == "DK"'))
        terms = replace(TERMS, warehouses=(abroad, WEST))
        assert shipped(decide(facts(), terms)) == {"west": [5, 3]}
        decision = decide(facts(refused=frozenset({"west"})), terms)
        (reason,) = decision.reasons
        assert reason.kind is Kind.WAREHOUSE
        assert "west has refused it" in reason.text

    def test_a_person_sends_it_where_it_is_addressed_nevertheless(self) -> None:
        known = facts(refused=frozenset({"east", "west"}), approved=frozenset({"warehouse"}))
        assert shipped(decide(known, TERMS)) == {"east": [5, 3]}

    def test_a_person_knows_better_than_the_figures(self) -> None:
        known = facts({"east": (0, 0), "west": (0, 0)}, approved=frozenset({"availability"}))
        assert shipped(decide(known, TERMS)) == {"east": [5, 3]}

    def test_who_does_not_know_the_items_is_passed_over(self) -> None:
        terms = replace(TERMS, holds=(HoldRule("items", Kind.MASTER_DATA, owner="master"),))
        known = facts()
        known = replace(known, goods={("east", 0): Goods(known=False), ("east", 1): Goods()})
        assert shipped(decide(known, terms)) == {"west": [5, 3]}
        known = replace(known, goods={**known.goods, ("west", 1): Goods(known=False)})
        (reason,) = decide(known, terms).reasons
        assert (reason.hold, reason.owner) == ("items", "master")
        assert "east does not know seller:SCREW; west does not know seller:NAIL" in reason.text
        assert shipped(decide(known, TERMS)) == {"east": [5, 3]}

    def test_it_is_looked_at_again_when_goods_are_expected(self) -> None:
        known = facts({"east": (0, 3), "west": (0, 3)})
        soon = NOW + timedelta(hours=5)
        known = replace(known, goods={**known.goods, ("west", 0): Goods(Decimal(0), expected=soon)})
        decision = decide(known, TERMS)
        assert decision.look_at == soon
        assert "Expected 2026-11-23 13:00 UTC" in decision.reasons[0].text
        assert decide(facts({"east": (0, 3), "west": (0, 3)}), TERMS).look_at == NOW + AT_MOST

    AMOUNTS = st.one_of(st.none(), st.integers(0, 12))
    STOCK = st.fixed_dictionaries({"east": st.tuples(AMOUNTS, AMOUNTS), "west": st.tuples(AMOUNTS, AMOUNTS)})

    @given(STOCK, st.booleans(), st.booleans())
    def test_nobody_is_asked_for_more_than_it_has_and_nothing_is_lost(
        self, stock: dict[str, tuple[int | None, int | None]], complete: bool, split: bool
    ) -> None:
        known, terms = facts(stock), replace(TERMS, complete=complete, split=split)
        found = source(known, terms)
        given: dict[int, Decimal] = dict.fromkeys((0, 1), Decimal(0))
        for portion in found.portions:
            for demand, quantity in portion.goods:
                free = known.at(portion.warehouse.id, demand).free
                assert 0 < quantity <= (demand.quantity if free is None else free)
                given[demand.place] += quantity
        if complete and found.missing:
            assert not found.portions
        else:
            missing = {demand.place: quantity for demand, quantity in found.missing}
            assert all(given[d.place] + missing.get(d.place, 0) == d.quantity for d in known.demands)
        assert split or len(found.portions) <= 1


OFFICE = Calendar("office", COPENHAGEN, {day: ((time(7), time(17)),) for day in range(5)})


class TestWindows:
    @pytest.mark.parametrize(
        ("window", "now", "wanted"),
        [
            (Window(), "2026-11-22T03:00+00:00", "2026-11-22T03:00+00:00"),
            (Window(COPENHAGEN, OFFICE), "2026-11-23T03:00+01:00", "2026-11-23T07:00+01:00"),
            (Window(COPENHAGEN, OFFICE), "2026-11-23T09:30+01:00", "2026-11-23T09:30+01:00"),
            (Window(COPENHAGEN, OFFICE), "2026-11-27T18:00+01:00", "2026-11-30T07:00+01:00"),
            (Window(COPENHAGEN, OFFICE, time(15)), "2026-11-23T15:00+01:00", "2026-11-23T15:00+01:00"),
            (Window(COPENHAGEN, OFFICE, time(15)), "2026-11-23T15:01+01:00", "2026-11-24T07:00+01:00"),
            (Window(COPENHAGEN, None, time(15)), "2026-11-23T16:00+01:00", "2026-11-24T00:00+01:00"),
            (Window(COPENHAGEN, OFFICE, None, (time(13), time(9))), "2026-11-23T08:00+01:00", "2026-11-23T09:00+01:00"),
            (Window(COPENHAGEN, OFFICE, None, (time(9), time(13))), "2026-11-23T09:01+01:00", "2026-11-23T13:00+01:00"),
            (Window(COPENHAGEN, OFFICE, None, (time(9), time(13))), "2026-11-27T14:00+01:00", "2026-11-30T09:00+01:00"),
            (Window(COPENHAGEN, OFFICE, time(12), (time(9), time(13))), "2026-11-23T10:00+01:00", "2026-11-24T09:00+01:00"),
        ],
    )
    def test_when_an_order_may_go(self, window: Window, now: str, wanted: str) -> None:
        assert window.next_after(datetime.fromisoformat(now)) == datetime.fromisoformat(wanted)

    def test_a_warehouse_that_never_opens_does_not_hold_for_ever(self) -> None:
        assert Window(COPENHAGEN, replace(OFFICE, hours={})).next_after(NOW) == NOW

    def test_an_order_waits_for_its_wave_with_its_goods(self) -> None:
        terms = replace(TERMS, warehouses=(replace(EAST, window=Window(waves=(time(11),))),))
        decision = decide(facts(), terms)
        assert (decision.held, decision.goes(NOW)) == (False, False)
        assert decision.go_at == decision.look_at == NOW.replace(hour=11)
        late = replace(facts(), now=NOW.replace(hour=12))
        assert decide(late, terms).go_at == NOW.replace(day=24, hour=11)
        assert decide(replace(late, planned=decision.go_at), terms).goes(late.now)

    @given(
        st.integers(0, 60 * 24 * 400).map(lambda minutes: NOW + timedelta(minutes=minutes)),
        st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), max_size=3),
        st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        st.booleans(),
    )
    def test_it_is_never_in_the_past_and_stays_as_it_is(
        self, now: datetime, waves: list[time], cut_off: time | None, office: bool
    ) -> None:
        window = Window(COPENHAGEN, OFFICE if office else None, cut_off, tuple(waves))
        at = window.next_after(now)
        assert at >= now
        assert window.next_after(at) == at or at == now


class TestDocuments:
    DOCUMENT: Mapping[str, Any] = {
        "schema": "warehouse_order/1",
        "number": "OUT-7-2",
        "purpose": "replace",
        "attributes": {"transfer": "OUT-7"},
        "references": [{"kind": "seller_order", "number": "S7"}],
        "lines": [
            {"number": "1", "order": {"number": "4711", "line": "3"}, "quantity": {"value": "4", "unit": "EA"},
             "item": {"identifiers": {"seller": "KIT", "gtin": ["1", "2"]}}},
            {"number": "1.1", "part_of": "1", "quantity": {"value": "8"}},
            {"number": "2", "quantity": {"value": "1"}},
            {"number": "3"},
        ],
    }  # fmt: skip

    def test_what_it_is_known_by(self) -> None:
        says = opened(self.DOCUMENT)
        assert (says.number, says.subject, says.purpose, says.order_number, says.names) == (
            "OUT-7-2", "OUT-7", "replace", "4711", ("S7",)
        )  # fmt: skip
        assert [(one.place, one.line, one.order_line, one.quantity) for one in says.demands] == [
            (0, "3", "3", 4),
            (2, "2", None, 1),
        ]
        assert says.demands[0].names == ("seller:KIT", "gtin:1", "gtin:2")

    def test_one_that_says_little_is_read_nevertheless(self) -> None:
        assert opened({"lines": ["?", {"quantity": {"value": "x"}}, {"quantity": "1"}]}).demands == ()

    def test_a_part_takes_what_its_kits_are_made_of(self) -> None:
        part = part_of(self.DOCUMENT, {0: Decimal(1)}, number="OUT-7.2")
        assert part["number"] == "OUT-7.2"
        assert [(line["number"], line["quantity"]["value"]) for line in part["lines"]] == [("1", "1"), ("1.1", "2")]

    def test_what_remains(self) -> None:
        demands = opened(self.DOCUMENT).demands
        given_lines = [PartLine(0, "3", (), Decimal(3), Decimal(1)), PartLine(2, "2", (), Decimal(1))]
        assert [(one.place, one.quantity) for one in remaining(demands, given_lines)] == [(0, 2)]


class TestRefusals:
    LINES = (PartLine(0, "1", ("seller:A",), Decimal(5)), PartLine(1, "2", ("seller:B",), Decimal(3)))

    def after(self, *refused: Refused) -> list[int]:
        return [int(line.stands) for line in refuse(self.LINES, refused)]

    def test_all_or_some_of_it(self) -> None:
        assert self.after(*EVERYTHING) == [0, 0]
        assert self.after(Refused("01", (), Decimal(2))) == [3, 3]
        assert self.after(Refused(None, ("seller:B",), Decimal(9))) == [5, 0]
        assert self.after() == [5, 3]

    def test_said_again_it_changes_nothing(self) -> None:
        once = refuse(self.LINES, [Refused("1", (), Decimal(2))])
        assert refuse(once, [Refused("1", (), Decimal(2)), Refused("1", (), Decimal(1))]) == once
        assert parsed(dumped(once)) == once

    def test_a_back_order_without_lines_is_of_all(self) -> None:
        assert refusals("back_ordered", [], {}) == EVERYTHING
        assert refusals("back_ordered", [{"line": "1", "quantity": "2"}], {}) == (Refused("1", (), Decimal(2)),)

    def test_a_shipment_refuses_what_it_names_and_does_not_ship(self) -> None:
        lines = [
            {"order": {"line": "1"}, "quantity": {"value": "2"}, "ordered": {"value": "5"}, "status": "cancelled"},
            {"order": {"line": "2"}, "quantity": {"value": "1"}, "ordered": {"value": "3"}},
            {"item": {"identifiers": {"seller": "B"}}, "quantity": {"value": "0"}},
        ]
        found = refusals("shipped", [], {"lines": lines})
        assert found == (Refused("1", (), Decimal(3)), Refused(None, ("seller:B",), Decimal("Infinity")))
        assert refusals("shipped", [{"line": "1", "quantity": "0"}, {"line": "2", "quantity": "3"}], {}) == (
            Refused("1", (), Decimal("Infinity")),
        )
        assert refusals("shipped", [], {}) == ()
