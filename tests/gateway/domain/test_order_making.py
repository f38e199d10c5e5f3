"""The order as its customer wants it by now, and the documents that are made of what is known of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.order.amended import amended
from gateway.domain.order.making import MADE, KnownLine, NotMakeable, Truth
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.canonical.warehouse_shipment import WarehouseShipment

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def line(number: str | None, code: str, quantity: int, **more: Any) -> dict[str, Any]:
    return {"number": number, "item": {"identifiers": {"buyer": code}}, "quantity": {"value": quantity, "unit": "EA"}, **more}


ORDER = PurchaseOrder.model_validate(
    {
        "number": "4711",
        "currency": "EUR",
        "buyer": {"identifiers": {"gln": "5790000000029"}},
        "ship_to": {"name": "Store 7"},
        "requested_delivery": "2026-12-01",
        "lines": [line("1", "A", 10, price={"amount": 5}), line("2", "B", 4)],
    }
)


def change(*lines: dict[str, Any], **parts: Any) -> PurchaseOrderChange:
    return PurchaseOrderChange.model_validate({"number": "4711", "lines": list(lines), **parts})


def quantities(order: PurchaseOrder) -> dict[str | None, int]:
    return {one.number: int(one.quantity.value) for one in order.lines if one.quantity is not None}


class TestAmended:
    def test_lines_are_as_they_were_said_last(self) -> None:
        after = amended(ORDER, [change(line("1", "A", 7)), change(line("001", "A", 8), line("3", "C", 2, action="add"))])
        assert quantities(after) == {"1": 8, "2": 4, "3": 2}
        assert after.lines[0].price is not None  # of which nothing was said
        assert after.lines[0].price.amount == 5

    def test_what_is_taken_back_keeps_its_place_and_is_of_nothing(self) -> None:
        assert quantities(amended(ORDER, [change({"number": "1", "item": {}, "action": "delete"})])) == {"1": 0, "2": 4}
        assert quantities(amended(ORDER, [change(purpose="cancel")])) == {"1": 0, "2": 0}

    def test_a_difference_is_added_and_other_days_leave_quantities_alone(self) -> None:
        less = change({"number": "1", "item": {}, "difference": {"value": -3}})
        moved = change(line("2", "B", 99, action="reschedule", requested_delivery="2026-12-24"), requested_delivery="2026-12-20")
        after = amended(ORDER, [less, moved])
        assert quantities(after) == {"1": 7, "2": 4}
        assert (str(after.requested_delivery), str(after.lines[1].requested_delivery)) == ("2026-12-20", "2026-12-24")
        assert after.ship_to == ORDER.ship_to

    def test_a_line_without_a_number_is_the_only_one_of_its_item(self) -> None:
        assert quantities(amended(ORDER, [change(line(None, "B", 3))])) == {"1": 10, "2": 3}

    def test_an_order_that_replaces_it_says_everything_anew(self) -> None:
        anew = PurchaseOrder.model_validate({"number": "4711", "purpose": "replace", "lines": [line("2", "B", 9)]})
        assert quantities(amended(ORDER, [anew])) == {"1": 0, "2": 9}
        again = PurchaseOrder.model_validate({"number": "4711", "purpose": "duplicate", "lines": [line("2", "B", 9)]})
        assert amended(ORDER, [again]) == ORDER


def known(number: str, ordered: int = 10, **more: int) -> KnownLine:
    return KnownLine(number, "accepted", "EA", {"ordered": Decimal(ordered), **{k: Decimal(v) for k, v in more.items()}})


def truth(
    *lines: KnownLine,
    event: str = "accepted",
    said: tuple[LineQuantity, ...] = (),
    links: tuple[Link, ...] = (),
    cover: dict[str, int] | None = None,
    **more: Any,
) -> Truth:
    milestone = Milestone("wms", "k", Event(event), "bigbox", "4711", occurred=AT, lines=said, links=links)
    covered = {place: Decimal(value) for place, value in (cover or {}).items()}
    return Truth(ORDER, list(lines), milestone, covered, 3, AT, links=links, **more)


def answered(*lines: KnownLine, **more: Any) -> Any:
    return MADE["order_response"](truth(*lines, **more))


class TestAnswer:
    @pytest.mark.parametrize(
        ("line", "status", "responses"),
        [
            (known("1", accepted=10), "accepted", [("accepted", 10)]),
            (known("1", accepted=10, back_ordered=4), "with_changes", [("quantity_changed", 6), ("back_ordered", 4)]),
            (known("1", accepted=7, rejected=3), "with_changes", [("quantity_changed", 7), ("rejected", 3)]),
            (known("1", rejected=10), "rejected", [("rejected", 10)]),
            (known("1", back_ordered=4), "with_changes", [("back_ordered", 4), ("on_hold", 6)]),
            (known("1", shipped=4), "with_changes", [("quantity_changed", 4), ("on_hold", 6)]),
            (known("1", accepted=6, cancelled=4), "with_changes", [("quantity_changed", 6), ("cancelled", 4)]),
        ],
    )
    def test_each_piece_has_its_answer(self, line: KnownLine, status: str, responses: list[tuple[str, int]]) -> None:
        answer = answered(line)
        assert answer.status == status
        assert [(one.status, one.quantity.value) for one in answer.lines[0].responses] == responses
        assert sum(value for _, value in responses) == 10

    def test_it_names_the_order_and_what_it_replaces(self) -> None:
        first = answered(known("1", accepted=10), links=(Link("odoo", "order", "S00027"),))
        second = answered(known("1", accepted=10), first=False)
        assert (first.number, first.order.number, first.seller_order, first.purpose) == ("4711-3", "4711", "S00027", "original")
        assert (second.purpose, second.buyer, second.currency) == ("replace", ORDER.buyer, "EUR")
        assert first.lines[0].price.amount == 5

    def test_of_nothing_there_is_no_answer(self) -> None:
        with pytest.raises(NotMakeable):
            answered(known("1", 0))


class TestGoods:
    SAID = (LineQuantity("1", Decimal(4), "EA", packages=("057900000000000011",)), LineQuantity("2", Decimal(1), "EA"))
    LINKS = (Link("wms", "package", "057900000000000011"), Link("wms", "tracking", "1Z"), Link("wms", "shipment", "SH-1"))

    def advice(self, **more: Any) -> Any:
        cover = {"1:shipped": 4, "2:shipped": 1}
        lines = known("1", shipped=4), known("2", 4, shipped=1)
        return MADE["despatch_advice"](truth(*lines, event="shipped", said=self.SAID, links=self.LINKS, cover=cover, **more))

    def test_lines_packages_and_names_are_those_of_the_statement(self) -> None:
        advice = self.advice()
        assert [(one.order.line, one.quantity.value, one.outstanding.value) for one in advice.lines] == [("1", 4, 6), ("2", 1, 3)]
        (package,) = advice.packages
        assert (package.identifiers, [one.line for one in package.contents]) == ({"sscc": "057900000000000011"}, ["1"])
        assert (advice.shipment.number, advice.shipment.tracking, advice.complete) == ("SH-1", ["1Z"], False)
        assert (advice.ship_to, advice.despatched) == (ORDER.ship_to, AT)

    def test_as_the_warehouse_packed_it_where_its_document_says_so(self) -> None:
        lots = [{"number": "L-1", "quantity": {"value": 4}}]
        parts = [line("a", "ours", 4, order={"number": "4711", "line": "1"}, lots=lots),
                 line("b", "ours", 1, order={"number": "4711", "line": "2"})]  # fmt: skip
        told = WarehouseShipment.model_validate(
            {"number": "W1", "lines": parts, "transport": [{"tracking": "1Z"}], "ship_from": {"name": "East"},
             "packages": [{"identifiers": {"sscc": "057900000000000028"}, "contents": [{"line": "a"}]}]}
        )  # fmt: skip
        advice = self.advice(told=told)
        assert [one.number for one in advice.lines] == ["a", "b"]
        assert advice.lines[0].lots[0].number == "L-1"
        assert advice.lines[0].item.identifiers == {"buyer": "A"}
        assert advice.packages[0].identifiers == {"sscc": "057900000000000028"}
        assert (advice.ship_from.name, advice.number) == ("East", "4711-3")
        other = told.model_copy(update={"lines": told.lines[:1]})  # not what the statement is about
        assert [one.number for one in self.advice(told=other).lines] == ["1", "2"]

    def test_one_package_without_contents_holds_all_of_it(self) -> None:
        cover = {"1:shipped": 4}
        links = (Link("wms", "tracking", "1Z"),)
        advice: Any = MADE["despatch_advice"](truth(known("1", shipped=4), event="shipped", links=links, cover=cover))
        assert advice.packages[0].identifiers == {"tracking": "1Z"}
        assert [one.quantity.value for one in advice.packages[0].contents] == [4]

    def test_where_nothing_is_covered_nothing_was_shipped(self) -> None:
        with pytest.raises(NotMakeable):
            MADE["despatch_advice"](truth(known("1"), event="shipped"))

    def test_a_delivery_is_reported_as_carriers_do(self) -> None:
        status: Any = MADE["transport_status"](
            truth(known("1", delivered=4), event="delivered", links=self.LINKS, cover={"1:delivered": 4})
        )
        assert (status.number, status.shipment.number) == ("1Z", "SH-1")
        (one,) = status.lines
        assert ([each.event for each in one.milestones], one.quantity.value) == (["delivered"], 4)
        with pytest.raises(NotMakeable):
            MADE["transport_status"](truth(known("1"), event="accepted"))

    def test_the_order_itself_is_as_the_customer_wants_it(self) -> None:
        assert MADE["purchase_order"](truth(known("1"))) is ORDER
