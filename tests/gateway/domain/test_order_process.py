"""The order process: what follows from what was said of an order, whatever the order in which it came."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.domain.order.authority import Authority
from gateway.domain.order.milestone import Event, LineQuantity, Milestone
from gateway.domain.order.order import Rules
from gateway.domain.order.process import Says, Statement, judge
from gateway.domain.order.quantities import Basis
from tests.gateway.domain.orders import NOON, after, amounts, said, states, verdict

RECEIVED = said("received", {"1": 10, "2": 5}, at=0, by="gateway")
ONE_LINE = said("received", {"1": 10}, at=0, by="gateway")


def test_an_order_from_its_receipt_to_its_payment() -> None:
    history = [
        RECEIVED,
        said("validated", at=0),
        said("accepted", at=5),
        said("allocated", at=6),
        said("released", at=7),
        said("picking", at=8, by="wms"),
        said("picked", at=9, by="wms"),
        said("packed", at=10, by="wms"),
        said("shipped", {"1": 10, "2": 5}, at=11, by="wms", links=["tracking:1Z9"]),
        said("in_transit", at=12, by="carrier", links=["tracking:1Z9"]),
        said("delivered", at=13, by="carrier", links=["tracking:1Z9"]),
        said("invoiced", at=14),
        said("paid", at=15),
        said("closed", at=16),
    ]
    expected = (
        "received validated accepted allocated released picking picked packed shipped in_transit delivered invoiced paid closed"
    )
    for known, state in enumerate(expected.split(), 1):
        assert after(*history[:known]).order.state == state
    whole = after(*history)
    assert {one.says for one in whole.verdicts.values()} == {"applied"}
    assert amounts(whole) == {"ordered": 10, "accepted": 10, "shipped": 10, "delivered": 10, "invoiced": 10, "allocated": 10}


def test_what_comes_before_its_order_waits_for_it() -> None:
    shipped = said("shipped", {"1": 10}, at=5)
    early = after(shipped)
    assert states(early) == ["expected"]
    assert verdict(early, shipped) == "waiting waits-for-received"
    assert states(after(shipped, ONE_LINE)) == ["shipped", "shipped"]


def test_a_delivery_waits_for_its_shipment() -> None:
    delivered = said("delivered", {"1": 4}, at=9, by="carrier")
    early = after(ONE_LINE, delivered)
    assert (early.verdicts[delivered.name].needs, early.order.state) == (Event.SHIPPED, "received")
    assert states(after(ONE_LINE, delivered, said("shipped", {"1": 10}, at=5))) == ["partly_delivered", "partly_delivered"]


def test_a_partial_delivery_never_closes_an_order() -> None:
    closed = said("closed", at=20)
    history = [RECEIVED, said("shipped", at=1), said("delivered", {"1": 10}, at=2), closed]
    part = after(*history)
    assert states(part) == ["partly_delivered", "delivered", "shipped"]
    assert verdict(part, closed) == "waiting waits-for-delivered"
    assert after(*history, said("delivered", {"2": 5}, at=3)).order.state == "closed"


def billed(number: str, quantity: int, *, heard: float, by: str = "odoo", key: str = "") -> Statement:
    """An invoice, heard so many minutes after noon."""
    links = () if not number else (f"invoice:{number}",)
    return said("invoiced", {"1": quantity}, at=30, heard=heard, by=by, key=key or f"{by}-{number}-{heard}", links=links)


class TestInvoicesThatArePostedAgain:
    BEFORE = (said("received", {"1": 10}, at=0, by="bigbox"), said("shipped", {"1": 10}, at=10))

    def test_the_latest_version_takes_the_place_of_the_first(self) -> None:
        first, second = billed("INV/1", 6, heard=100), billed("INV/1", 4, heard=200)
        judgement = after(*self.BEFORE, second, first)
        assert amounts(judgement)["invoiced"] == 4
        assert judgement.verdicts[first.name].code == "replaced"
        assert judgement.verdicts[second.name].says is Says.APPLIED

    def test_other_invoices_and_those_without_a_number_add_up(self) -> None:
        bills = (billed("INV/1", 3, heard=100), billed("INV/2", 4, heard=200), billed("", 1, heard=300), billed("", 1, heard=400))
        assert amounts(after(*self.BEFORE, *bills))["invoiced"] == 9

    def test_who_shares_the_work_counts_one_invoice_once(self) -> None:
        authority = Authority({Event.INVOICED: frozenset({"odoo", "gateway"})})
        bills = billed("INV/1", 6, heard=100), billed("INV/1", 6, heard=101, by="gateway")
        judgement = after(*self.BEFORE, *bills, rules=Rules(authority))
        assert amounts(judgement)["invoiced"] == 6


class TestContradictions:
    def test_a_shipment_after_a_cancellation_moves_nothing(self) -> None:
        late = said("shipped", {"1": 10}, at=9, by="wms")
        judged = after(ONE_LINE, said("cancelled", at=5), late)
        assert states(judged) == ["cancelled", "cancelled"]
        assert verdict(judged, late) == "refused shipped-after-cancelled"
        assert "line 1 is cancelled" in judged.verdicts[late.name].message.lower()
        assert amounts(judged) == {"ordered": 10, "cancelled": 10}

    def test_a_cancellation_after_the_shipment_is_refused_whichever_came_first(self) -> None:
        late, shipped = said("cancelled", at=9), said("shipped", {"1": 10}, at=5, by="wms")
        for history in ((ONE_LINE, late, shipped), (ONE_LINE, shipped, late)):
            judged = after(*history)
            assert (judged.order.state, verdict(judged, late)) == ("shipped", "refused cancelled-after-shipped")

    def test_a_cancellation_that_meets_a_part_shipment_cancels_the_rest(self) -> None:
        judged = after(ONE_LINE, said("shipped", {"1": 6}, at=5), said("cancelled", at=9))
        assert states(judged) == ["shipped", "shipped"]
        assert amounts(judged) == {"ordered": 10, "shipped": 6, "cancelled": 4}

    def test_more_than_was_ordered_is_not_shipped(self) -> None:
        first, second = said("shipped", {"1": 7}, at=1, by="wms"), said("shipped", {"1": 4}, at=2, by="wms")
        judged = after(ONE_LINE, second, first)
        assert verdict(judged, second) == "refused more-shipped-than-ordered"
        assert "ordered 10" in judged.verdicts[second.name].message
        assert amounts(judged) == {"ordered": 10, "shipped": 7}

    def test_a_change_makes_room_for_what_was_refused(self) -> None:
        shipped, more = said("shipped", {"1": 12}, at=5), said("changed", {"1": 12}, at=9)
        assert verdict(after(ONE_LINE, shipped), shipped).startswith("refused")
        assert states(after(ONE_LINE, shipped, more)) == ["shipped", "shipped"]

    def test_a_cancellation_that_came_too_late_does_not_cancel_what_is_ordered_later(self) -> None:
        history = [ONE_LINE, said("shipped", at=5), said("cancelled", at=6), said("changed", {"1": 15}, at=9)]
        judged = after(*history)
        assert states(judged) == ["partly_shipped", "partly_shipped"]
        assert amounts(judged) == {"ordered": 15, "shipped": 10}

    def test_an_order_is_not_changed_to_less_than_was_shipped(self) -> None:
        less = said("changed", {"1": 5}, at=9)
        judged = after(ONE_LINE, said("shipped", {"1": 6}, at=5), less)
        assert verdict(judged, less) == "refused more-shipped-than-ordered"
        assert amounts(judged)["ordered"] == 10

    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            (said("shipped", {"7": 1}, at=5), "line-unknown"),
            (said("shipped", {"1": -1}, at=5), "quantity-invalid"),
            (said("shipped", {"1": "NaN"}, at=5), "quantity-invalid"),
            (said("accepted", {"1": 11}, at=5), "more-accepted-than-ordered"),
            (said("allocated", {"1": 11}, at=5), "more-allocated-than-ordered"),
            (said("back_ordered", {"1": 11}, at=5), "more-back-ordered-than-outstanding"),
        ],
    )
    def test_what_cannot_be_is_refused_as_a_whole(self, statement: Statement, code: str) -> None:
        judged = after(ONE_LINE, statement)
        assert verdict(judged, statement) == f"refused {code}"
        assert amounts(judged) == {"ordered": 10}

    def test_one_line_that_cannot_be_refuses_the_others_of_its_statement(self) -> None:
        both = said("shipped", {"1": 10, "2": 6}, at=5)
        assert amounts(after(RECEIVED, both)) == {"ordered": 10}

    def test_units_are_not_mixed(self) -> None:
        cases = Milestone("wms", "k", Event.SHIPPED, lines=(LineQuantity("1", Decimal(1), "CT"),), occurred=NOON)
        pieces = Milestone("bigbox", "o", Event.RECEIVED, lines=(LineQuantity("1", Decimal(12), "C62"),), occurred=NOON)
        judged = judge([Statement(pieces, NOON), Statement(cases, NOON)], Rules())
        assert judged.verdicts["wms", "k"].code == "unit-differs"

    def test_a_closed_order_is_not_changed(self) -> None:
        change = said("changed", {"1": 12}, at=9)
        judged = after(ONE_LINE, said("shipped", at=1), said("delivered", at=2), said("closed", at=3), change)
        assert verdict(judged, change) == "refused changed-after-closed"


class TestSeveralSystems:
    def test_the_same_goods_told_by_several_are_counted_once(self) -> None:
        judged = after(
            ONE_LINE,
            said("shipped", {"1": 6}, at=1, by="wms"),
            said("shipped", {"1": 4}, at=2, by="wms"),
            said("shipped", {"1": 10}, at=3, by="odoo", total=True),
            said("shipped", {"1": 6}, at=4, by="gateway"),
        )
        assert amounts(judged) == {"ordered": 10, "shipped": 10}

    def test_sources_that_share_the_work_add_up(self) -> None:
        rules = Rules(Authority({Event.SHIPPED: {"east", "west"}}))
        judged = after(
            ONE_LINE, said("shipped", {"1": 6}, at=1, by="east"), said("shipped", {"1": 4}, at=2, by="west"), rules=rules
        )
        assert states(judged) == ["shipped", "shipped"]

    def test_a_total_is_what_came_together_until_then(self) -> None:
        judged = after(*(said("shipped", {"1": n}, at=n, total=True) for n in (3, 7, 10)), ONE_LINE)
        assert amounts(judged) == {"ordered": 10, "shipped": 10}

    def test_who_has_no_authority_moves_nothing(self) -> None:
        rules = Rules(Authority({Event.DELIVERED: {"carrier"}}))
        wrong = said("delivered", {"1": 10}, at=9, by="odoo")
        judged = after(ONE_LINE, said("shipped", at=5), wrong, rules=rules)
        assert (judged.order.state, verdict(judged, wrong)) == ("shipped", "refused without-authority")
        assert "carrier may" in judged.verdicts[wrong.name].message

    def test_who_has_no_authority_may_repeat_what_is_true(self) -> None:
        rules = Rules(Authority({Event.SHIPPED: {"wms"}}))
        repeats = said("shipped", {"1": 6}, at=9, by="odoo")
        more = said("shipped", {"1": 1}, at=10, by="odoo")
        judged = after(ONE_LINE, repeats, said("shipped", {"1": 6}, at=5, by="wms"), more, rules=rules)
        assert (verdict(judged, repeats), verdict(judged, more)) == ("repeated", "refused without-authority")
        assert amounts(judged) == {"ordered": 10, "shipped": 6}

    def test_a_source_that_is_not_configured_is_not_believed(self) -> None:
        rules = Rules(Authority(known={"odoo"}))
        stranger = said("shipped", at=5, by="stranger")
        judged = after(ONE_LINE, stranger, rules=rules)
        assert verdict(judged, stranger) == "refused source-unknown"


class TestShipments:
    def test_a_carrier_says_what_arrived_by_tracking_number(self) -> None:
        east = said("shipped", {"1": 6}, at=1, by="wms", links=["shipment:S1", "tracking:1Z1"])
        west = said("shipped", {"1": 4}, at=2, by="wms", links=["shipment:S2", "tracking:1Z2"])
        arrived = said("delivered", at=5, by="carrier", links=["tracking:1Z2"])
        judged = after(ONE_LINE, east, west, arrived)
        assert states(judged) == ["partly_delivered", "partly_delivered"]
        assert amounts(judged)["delivered"] == 4
        again = said("delivered", at=6, by="bigbox", links=["tracking:1Z2"])
        assert amounts(after(ONE_LINE, east, west, arrived, again))["delivered"] == 4
        rest = said("delivered", at=7, by="other-carrier", links=["shipment:S1"])
        assert after(ONE_LINE, east, west, arrived, again, rest).order.state == "delivered"

    def test_a_package_of_a_shipment_is_what_is_in_it(self) -> None:
        lines = tuple(LineQuantity("1", Decimal(n), packages=(f"sscc{n}", f"1Z{n}")) for n in (6, 4))
        statement = said("shipped", at=1, by="wms", links=["shipment:S", "tracking:1Z6", "tracking:1Z4", "package:sscc6"])
        shipped = Statement(_with_lines(statement.said, lines), statement.heard)
        judged = after(ONE_LINE, shipped, said("delivered", at=5, by="carrier", links=["tracking:1Z6"]))
        assert amounts(judged)["delivered"] == 6
        judged = after(ONE_LINE, shipped, said("delivered", at=5, by="carrier", links=["package:sscc6"]))
        assert amounts(judged)["delivered"] == 6

    def test_packages_of_unknown_contents_have_arrived_when_all_have(self) -> None:
        shipped = said("shipped", {"1": 10}, at=1, links=["tracking:A", "tracking:B"])
        first, second = (said("delivered", at=5, by="carrier", links=[f"tracking:{name}"]) for name in "AB")
        part = after(ONE_LINE, shipped, first)
        assert (part.order.state, verdict(part, first)) == ("shipped", "applied")
        assert after(ONE_LINE, shipped, first, second).order.state == "delivered"

    def test_news_of_an_unknown_shipment_waits(self) -> None:
        news = said("in_transit", at=5, by="carrier", links=["tracking:1Z"])
        assert verdict(after(ONE_LINE, said("shipped", at=1), news), news) == "waiting waits-for-shipped"

    def test_an_exception_ends_with_the_delivery(self) -> None:
        shipped = said("shipped", at=1, links=["tracking:1Z"])
        trouble = said("delivery_exception", at=2, by="carrier", links=["tracking:1Z"])
        assert after(ONE_LINE, shipped, trouble).order.state == "delivery_exception"
        assert after(ONE_LINE, shipped, trouble, said("in_transit", at=3, links=["tracking:1Z"])).order.state == "in_transit"
        assert after(ONE_LINE, shipped, trouble, said("delivered", at=4)).order.state == "delivered"


class TestAnswers:
    def test_one_line_may_be_answered_in_parts(self) -> None:
        judged = after(
            ONE_LINE, said("accepted", {"1": 4}, at=5), said("back_ordered", {"1": 3}, at=5), said("rejected", {"1": 3}, at=5)
        )
        assert amounts(judged) == {"ordered": 10, "accepted": 4, "back_ordered": 3, "rejected": 3}
        assert states(judged) == ["accepted", "accepted"]

    def test_a_new_answer_takes_back_the_one_before(self) -> None:
        judged = after(ONE_LINE, said("rejected", at=5), said("accepted", at=9))
        assert (states(judged), amounts(judged)) == (["accepted", "accepted"], {"ordered": 10, "accepted": 10})
        assert states(after(ONE_LINE, said("accepted", at=5), said("rejected", at=9))) == ["rejected", "rejected"]

    def test_the_rejection_of_one_line_leaves_the_others(self) -> None:
        judged = after(RECEIVED, said("rejected", {"2": 5}, at=5), said("accepted", at=6), said("shipped", at=7))
        assert states(judged) == ["shipped", "shipped", "rejected"]

    def test_a_held_order_ships_when_it_is_released(self) -> None:
        shipped = said("shipped", at=9, by="wms")
        held = after(ONE_LINE, said("held", at=5), shipped)
        assert (held.order.state, held.verdicts[shipped.name].needs) == ("held", Event.RELEASED)
        assert after(ONE_LINE, said("held", at=5), shipped, said("released", at=6)).order.state == "shipped"

    def test_a_change_adds_lines_and_takes_some_away(self) -> None:
        judged = after(ONE_LINE, said("changed", {"1": 0, "2": 3}, at=5))
        assert states(judged) == ["received", "cancelled", "received"]

    def test_a_return_is_of_what_was_delivered(self) -> None:
        goods = [ONE_LINE, said("shipped", at=1), said("delivered", {"1": 10}, at=2)]
        some = said("returned", {"1": 3}, at=3)
        assert verdict(after(ONE_LINE, some), some) == "waiting waits-for-shipped"
        assert states(after(*goods, some)) == ["partly_returned", "partly_returned"]
        whole = [*goods, some, said("returned", {"1": 7}, at=4)]
        assert after(*whole).order.state == "returned"
        assert after(*whole, said("refunded", at=5)).order.state == "refunded"

    def test_what_came_back_had_been_delivered_though_no_carrier_said_so(self) -> None:
        goods = [ONE_LINE, said("shipped", at=1)]
        some = after(*goods, said("returned", {"1": 3}, at=3, by="wms"))
        assert states(some) == ["partly_returned", "partly_returned"]
        assert amounts(some) == {"ordered": 10, "shipped": 10, "delivered": 10, "returned": 3}
        assert states(after(*goods, said("returned", at=3))) == ["returned", "returned"]
        late = said("delivered", {"1": 10}, at=4, by="carrier")
        assert states(after(*goods, said("returned", {"1": 3}, at=3), late)) == ["partly_returned", "partly_returned"]

    def test_a_return_of_a_part_that_was_shipped_leaves_the_rest_to_come(self) -> None:
        part = [ONE_LINE, said("shipped", {"1": 6}, at=1), said("returned", {"1": 2}, at=2)]
        assert states(after(*part)) == ["partly_delivered", "partly_delivered"]
        assert amounts(after(*part)) == {"ordered": 10, "shipped": 6, "delivered": 6, "returned": 2}
        whole = [*part, said("shipped", {"1": 4}, at=3), said("delivered", {"1": 10}, at=4, by="carrier")]
        assert states(after(*whole)) == ["partly_returned", "partly_returned"]

    def test_where_somebody_tells_of_deliveries_a_return_proves_no_more_than_itself(self) -> None:
        goods = [ONE_LINE, said("shipped", at=1), said("delivered", {"1": 2}, at=2, by="carrier")]
        assert amounts(after(*goods, said("returned", {"1": 3}, at=3)))["delivered"] == 3
        refused = [ONE_LINE, said("shipped", at=1), said("delivery_exception", at=2, by="carrier")]
        back = after(*refused, said("returned", {"1": 3}, at=3))
        assert (back.order.state, amounts(back)["delivered"]) == ("delivery_exception", 3)
        assert after(*refused, said("returned", at=3)).order.state == "returned"

    def test_no_more_comes_back_than_was_shipped(self) -> None:
        more = said("returned", {"1": 7}, at=2)
        assert verdict(after(ONE_LINE, said("shipped", {"1": 6}, at=1), more), more) == "waiting waits-for-shipped"


class TestInvoices:
    def test_what_is_invoiced_was_shipped(self) -> None:
        invoice = said("invoiced", {"1": 10}, at=1)
        assert verdict(after(ONE_LINE, invoice), invoice) == "waiting waits-for-shipped"
        assert amounts(after(ONE_LINE, invoice, said("shipped", at=2)))["invoiced"] == 10

    def test_or_was_ordered_where_it_is_paid_in_advance(self) -> None:
        invoice = said("invoiced", at=1)
        judged = after(ONE_LINE, invoice, said("paid", at=2), rules=Rules(basis=Basis.ORDERED))
        assert (amounts(judged)["invoiced"], judged.order.state) == (10, "received")

    def test_no_more_is_invoiced_than_was_ordered(self) -> None:
        invoice = said("invoiced", {"1": 11}, at=1)
        judged = after(ONE_LINE, invoice, rules=Rules(basis=Basis.ORDERED))
        assert verdict(judged, invoice) == "refused more-invoiced-than-ordered"


class TestItems:
    def _order(self) -> Statement:
        lines = (
            LineQuantity("0010", Decimal(10), "C62", "gtin:1", ("seller:A",)),
            LineQuantity("0020", Decimal(5), "C62", "gtin:1"),
            LineQuantity("0030", Decimal(7), "C62", "gtin:2"),
        )
        return Statement(_with_lines(said("received", at=0).said, lines), NOON)

    def _shipped(self, *lines: LineQuantity) -> Statement:
        one = said("shipped", at=1, by="wms")
        return Statement(_with_lines(one.said, lines), one.heard)

    def test_zeros_in_front_of_line_numbers_do_not_matter(self) -> None:
        assert amounts(after(self._order(), self._shipped(LineQuantity("10", Decimal(3)))), "10")["shipped"] == 3

    def test_an_item_on_two_lines_is_shared_out(self) -> None:
        judged = after(self._order(), self._shipped(LineQuantity(None, Decimal(12), None, "gtin:1")))
        assert [int(line.quantities.shipped) for line in judged.order.lines.values()] == [10, 2, 0]
        too_many = self._shipped(LineQuantity(None, Decimal(16), None, "gtin:1"))
        assert verdict(after(self._order(), too_many), too_many) == "refused more-shipped-than-ordered"

    def test_any_identifier_of_an_item_will_do(self) -> None:
        judged = after(self._order(), self._shipped(LineQuantity(None, Decimal(4), None, "ean:9", ("seller:A",))))
        assert amounts(judged, "10")["shipped"] == 4

    def test_a_line_that_nobody_names_is_unknown(self) -> None:
        blank = self._shipped(LineQuantity(None, Decimal(4)))
        assert verdict(after(self._order(), blank), blank) == "refused line-unknown"


class TestTimes:
    def test_a_source_that_counts_is_believed_in_its_order(self) -> None:
        """The clock was put back between the second statement and the third."""
        judged = after(ONE_LINE, said("changed", {"1": 12}, at=9, version=2), said("changed", {"1": 8}, at=3, version=3))
        assert amounts(judged)["ordered"] == 8

    def test_times_that_cannot_be_are_flagged(self) -> None:
        early, late = said("accepted", at=-60), said("shipped", at=100, heard=10)
        judged = after(ONE_LINE, early, late)
        assert judged.verdicts[early.name].flags == ("before-order",)
        assert judged.verdicts[late.name].flags == ("future",)
        assert judged.order.state == "shipped"

    def test_a_few_minutes_are_no_news(self) -> None:
        near = said("shipped", at=12, heard=10)
        assert after(ONE_LINE, near).verdicts[near.name].flags == ()

    def test_the_same_statement_counts_once(self) -> None:
        first = said("shipped", {"1": 6}, at=5, key="k", heard=6)
        again = said("shipped", {"1": 6}, at=5, key="k", heard=60)
        assert amounts(after(again, ONE_LINE, first))["shipped"] == 6

    def test_without_a_time_it_happened_when_it_was_heard(self) -> None:
        cancelled, shipped = said("cancelled", heard=10), said("shipped", heard=20)
        assert after(ONE_LINE, shipped, cancelled).order.state == "cancelled"

    def test_steps_are_told_by_the_time_they_happened(self) -> None:
        judged = after(ONE_LINE, said("shipped", {"1": 4}, at=30), said("shipped", {"1": 6}, at=20))
        assert judged.order.steps[Event.SHIPPED] == NOON + timedelta(minutes=20)


def _with_lines(milestone: Milestone, lines: tuple[LineQuantity, ...]) -> Milestone:
    return replace(milestone, lines=lines)
