"""What documents say of orders: each kind with its order, lines, names and times; nothing is made up."""

from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from gateway.domain.order.derivation import TELLING, About, milestones
from gateway.domain.order.milestone import Event, Link, Milestone
from translators.canonical import model_of

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
EACH = "C62"


def told(name: str, *, outgoing: bool = False, partner: str = "bigbox", **members: Any) -> list[Milestone]:
    """What a document says."""
    document = model_of(name).model_validate({"schema": f"{name}/1", **members})
    about = About("d-1", name, partner, outgoing, test=False, at=AT, identity=document.identity, digest="abc")
    return list(milestones(document, about))


def quantity(value: float, unit: str = EACH) -> dict[str, Any]:
    return {"value": str(value), "unit": unit}


def of(milestone: Milestone) -> dict[str | None, int]:
    """Its quantities by line."""
    return {line.line: int(line.quantity) for line in milestone.lines}


def names(milestone: Milestone) -> set[str]:
    return {f"{link.kind}:{link.value}" for link in milestone.links}


def line(number: str, ordered: int, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "item": {"identifiers": {"gtin": f"0{number}", "buyer": [f"B{number}"]}},
        "quantity": quantity(ordered),
        **more,
    }


class TestOrders:
    def test_an_order_is_received_with_its_lines(self) -> None:
        (said,) = told("purchase_order", number="4711", lines=[line("1", 10), line("2", 5)])
        assert (said.event, said.source, said.partner, said.number, said.occurred) == (
            Event.RECEIVED,
            "bigbox",
            "bigbox",
            "4711",
            None,
        )
        assert of(said) == {"1": 10, "2": 5}
        assert (said.lines[0].item, said.lines[0].also, said.lines[0].unit) == ("gtin:01", ("buyer:B1",), EACH)
        assert said.document == "d-1"

    def test_an_order_to_a_supplier_is_said_by_the_gateway(self) -> None:
        (said,) = told("purchase_order", outgoing=True, partner="acme", number="P-1", lines=[line("1", 10)])
        assert (said.source, said.partner) == ("gateway", "acme")

    def test_a_line_is_of_the_sum_of_its_schedule(self) -> None:
        scheduled = {"number": "1", "item": {}, "schedule": [{"quantity": quantity(4)}, {"quantity": quantity(6)}]}
        unsaid: dict[str, object] = {"item": {}}
        (said,) = told("purchase_order", number="4711", lines=[scheduled, unsaid, {**line("", 3), "number": None}])
        assert of(said) == {"1": 10, "3": 3}

    def test_a_release_of_a_blanket_order_is_an_order_of_its_own(self) -> None:
        (said,) = told("purchase_order", number="4711", release="2", lines=[])
        assert said.number == "4711/2"

    @pytest.mark.parametrize(
        ("purpose", "events"),
        [("replace", ["changed"]), ("cancel", ["cancelled"]), ("duplicate", []), ("original", ["received"])],
    )
    def test_an_order_may_be_another_one_again(self, purpose: str, events: list[str]) -> None:
        assert [one.event for one in told("purchase_order", number="4711", purpose=purpose, lines=[])] == events

    def test_a_change_says_how_lines_are_to_be(self) -> None:
        (said,) = told(
            "purchase_order_change",
            number="4711",
            sequence="2",
            lines=[
                line("1", 12, action="quantity"),
                line("2", 9, action="delete"),
                line("3", 3, action="add"),
                line("4", 3, action="price"),
                {"number": "5", "item": {}, "difference": quantity(-2), "before": {"quantity": quantity(7)}},
            ],
        )
        assert (said.event, said.version) == (Event.CHANGED, 2)
        assert of(said) == {"1": 12, "2": 0, "3": 3, "5": 5}

    def test_a_change_may_cancel_the_whole(self) -> None:
        (said,) = told("purchase_order_change", number="4711", purpose="cancel", reason="no longer needed")
        assert (said.event, said.lines, said.reason) == (Event.CANCELLED, (), "no longer needed")

    def test_an_answer_speaks_of_the_whole_and_of_lines(self) -> None:
        said = told(
            "order_response",
            outgoing=True,
            status="with_changes",
            order={"number": "4711"},
            seller_order="S00027",
            lines=[
                line(
                    "1",
                    10,
                    responses=[
                        {"status": "accepted", "quantity": quantity(4)},
                        {"status": "back_ordered", "quantity": quantity(6)},
                    ],
                ),
                line("2", 5, responses=[{"status": "rejected", "reason": "discontinued"}]),
                line("3", 5, responses=[{"status": "substituted", "item": {"identifiers": {"seller": "X9"}}}]),
            ],
        )
        assert [(one.event.value, of(one)) for one in said] == [
            ("accepted", {}),
            ("accepted", {"1": 4, "3": 5}),
            ("back_ordered", {"1": 6}),
            ("rejected", {"2": 5}),
        ]
        assert said[3].reason == "discontinued"
        assert "seller:X9" in said[1].lines[1].also
        assert {name for one in said for name in names(one)} == {"order:S00027"}
        assert len({one.key for one in said}) == 4

    @pytest.mark.parametrize(("status", "events"), [("accepted", ["accepted"]), ("rejected", ["rejected"]), ("acknowledged", [])])
    def test_an_answer_without_lines_is_of_the_whole(self, status: str, events: list[str]) -> None:
        assert [one.event for one in told("order_response", status=status, order={"number": "4711"})] == events


class TestGoods:
    def test_a_warehouse_order_releases_what_it_ships(self) -> None:
        (said,) = told(
            "warehouse_order", outgoing=True, partner="east", number="OUT/7", order={"number": "4711"}, lines=[line("1", 10)]
        )
        assert (said.event, said.partner, said.number, said.lines, names(said)) == (
            Event.RELEASED,
            None,
            "4711",
            (),
            {"shipment:OUT/7"},
        )
        assert told("warehouse_order", outgoing=True, partner="east", number="OUT/7", action="move") == []

    def test_a_warehouse_says_what_it_shipped_of_anybodys_order(self) -> None:
        (said,) = told(
            "warehouse_shipment",
            partner="east",
            number="W1",
            warehouse_order={"number": "OUT/7"},
            order={"number": "4711"},
            despatched="2026-11-20",
            shipment={"tracking": ["1Z1"], "bill_of_lading": "BOL"},
            lines=[line("1", 4, order={"number": "4711", "line": "1"})],
        )
        assert (said.source, said.partner, said.number, said.event) == ("east", None, "4711", Event.SHIPPED)
        assert names(said) == {"shipment:W1", "shipment:OUT/7", "shipment:BOL", "tracking:1Z1"}
        assert said.occurred == datetime(2026, 11, 21, tzinfo=UTC)
        assert of(said) == {"1": 4}

    def test_a_shipment_of_several_orders_says_it_of_each(self) -> None:
        said = told(
            "despatch_advice",
            outgoing=True,
            number="D1",
            orders=[{"order": {"number": "4711"}, "lines": ["1"]}, {"order": {"number": "4712"}, "lines": ["2"]}],
            lines=[line("1", 4), line("2", 6), line("3", 1, order={"number": "4713", "line": "9"})],
        )
        assert {one.number: of(one) for one in said} == {"4711": {None: 4}, "4712": {None: 6}, "4713": {"9": 1}}
        assert len({one.key for one in said}) == 3

    def test_packages_say_what_is_in_them(self) -> None:
        (said,) = told(
            "despatch_advice",
            outgoing=True,
            number="D1",
            order={"number": "4711"},
            lines=[line("1", 10, order={"number": "4711", "line": "1"})],
            packages=[
                {
                    "identifiers": {"sscc": "00001"},
                    "packages": [
                        {"identifiers": {"tracking": "1Z6"}, "contents": [{"line": "1", "quantity": quantity(6)}]},
                        {"identifiers": {"tracking": "1Z3"}, "contents": [{"line": "1", "quantity": quantity(3)}]},
                    ],
                }
            ],
        )
        assert [(int(one.quantity), set(one.packages)) for one in said.lines] == [
            (6, {"1Z6", "00001"}),
            (3, {"1Z3", "00001"}),
            (1, set()),
        ]
        assert names(said) == {"shipment:D1", "package:00001", "tracking:1Z6", "tracking:1Z3"}

    def test_contents_never_come_to_more_than_the_line(self) -> None:
        packed = [{"identifiers": {"sscc": str(n)}, "contents": [{"line": "1", "quantity": quantity(8)}]} for n in (1, 2)]
        (said,) = told(
            "despatch_advice", outgoing=True, number="D1", order={"number": "4711"}, lines=[line("1", 10)], packages=packed
        )
        assert sum(one.quantity for one in said.lines) == Decimal(10)

    def test_a_carrier_knows_tracking_numbers(self) -> None:
        said = told(
            "transport_status",
            partner="carrier",
            number="PRO-1",
            shipment={"tracking": ["1Z1"]},
            lines=[
                {
                    "milestones": [
                        {"event": "picked_up", "occurred": "2026-11-21T08:00:00Z"},
                        {"event": "estimated_delivery", "expected": "2026-11-22"},
                        {"event": "delivery_attempted", "occurred": "2026-11-21T10:00:00Z", "reason": "closed"},
                        {"event": "delivered", "occurred": "2026-11-21T11:00:00Z"},
                    ]
                }
            ],
        )
        assert [one.event.value for one in said] == ["in_transit", "delivery_exception", "delivered"]
        assert (said[0].partner, said[0].number) == (None, None)
        assert names(said[0]) == {"tracking:1Z1", "tracking:PRO-1"}
        assert said[2].occurred == datetime(2026, 11, 21, 11, tzinfo=UTC)

    def test_a_report_of_a_part_is_of_that_part(self) -> None:
        part = {
            "shipment": {"number": "S2"},
            "order": {"number": "4711"},
            "milestones": [{"event": "delivered", "occurred": "2026-11-21"}],
        }
        (said,) = told("transport_status", partner="carrier", shipment={"number": "S1"}, lines=[part])
        assert (names(said), said.number, said.occurred) == ({"shipment:S2"}, "4711", None)

    def test_a_receipt_says_what_came_and_what_is_amiss(self) -> None:
        came, amiss = told(
            "receiving_advice",
            number="R1",
            order={"number": "4711"},
            despatch={"number": "D1"},
            lines=[
                line(
                    "1",
                    9,
                    order={"number": "4711", "line": "1"},
                    conditions=[{"status": "short", "quantity": quantity(1), "reason": "torn"}],
                )
            ],
        )
        assert (came.event, of(came), names(came)) == (Event.DELIVERED, {"1": 9}, {"shipment:D1"})
        assert (amiss.event, of(amiss), amiss.reason) == (Event.DELIVERY_EXCEPTION, {"1": 1}, "torn")

    def test_what_came_back_is_returned(self) -> None:
        (said,) = told(
            "warehouse_receipt", partner="east", number="R1", kind="return", order={"number": "4711"}, lines=[line("1", 2)]
        )
        assert (said.event, said.partner) == (Event.RETURNED, None)


class TestMoney:
    def test_an_invoice_is_of_the_orders_of_its_lines(self) -> None:
        said = told(
            "invoice",
            outgoing=True,
            number="I1",
            order={"number": "4711"},
            lines=[
                line("1", 10, order={"number": "4711", "line": "1"}),
                line("2", 3, order={"number": "4712", "line": "4"}),
                line("3", 1, part_of="1"),
            ],
        )
        assert {one.number: of(one) for one in said} == {"4711": {"1": 10}, "4712": {"4": 3}}
        assert all(one.event is Event.INVOICED and "invoice:I1" in names(one) for one in said)

    def test_an_invoice_that_is_sent_anew_is_said_anew(self) -> None:
        of = {"number": "4711"}
        first = told("invoice", outgoing=True, number="I1", order=of)
        second = told("invoice", outgoing=True, number="I1", order=of, purpose="replace")
        assert [one.event for one in (*first, *second)] == [Event.INVOICED, Event.INVOICED]
        assert first[0].key != second[0].key
        assert [link.value for link in second[0].links if link.kind == "invoice"] == ["I1"]

    @pytest.mark.parametrize("members", [{"purpose": "cancel"}, {"purpose": "change"}, {"kind": "pro_forma"}])
    def test_what_is_no_further_invoice_says_nothing(self, members: dict[str, str]) -> None:
        assert told("invoice", outgoing=True, number="I1", order={"number": "4711"}, **members) == []

    def test_a_credit_note_gives_money_back(self) -> None:
        (said,) = told(
            "credit_note", outgoing=True, number="C1", order={"number": "4711"}, preceding=[{"number": "I1"}], reason="damaged"
        )
        assert (said.event, said.reason, names(said)) == (Event.REFUNDED, "damaged", {"invoice:C1", "invoice:I1"})

    def test_what_is_paid_is_found_by_its_invoice(self) -> None:
        (said,) = told(
            "remittance_advice",
            payment="T1",
            paid="2026-11-19",
            lines=[
                {"document": {"number": "I1"}, "paid": {"amount": "10"}},
                {"document": {"number": "I2"}, "paid": {"amount": "5"}, "outstanding": {"amount": "3"}},
                {"document": {"number": "C1", "kind": "credit_note"}, "paid": {"amount": "-5"}},
            ],
        )
        assert (said.event, said.number, names(said)) == (Event.PAID, None, {"invoice:I1", "payment:T1"})


class TestAll:
    def test_the_same_document_says_the_same_under_the_same_keys(self) -> None:
        first, second = (told("purchase_order", number="4711", lines=[line("1", 10)]) for _ in range(2))
        assert first == second

    def test_the_database_queues_the_documents_that_are_read(self) -> None:
        sql = files("gateway.store").joinpath("migrations/0012_orders.sql").read_text()
        function = sql.split("tells_of_orders_v1", 1)[1].split("$$", 2)[1]
        assert all(f"'{name}'" in function for name in TELLING)
        assert function.count("'") == 2 * (len(TELLING) + 3)

    def test_other_documents_say_nothing(self) -> None:
        about = About("d", "inventory_report", "bigbox", outgoing=False, test=False, at=AT, identity="x")
        assert milestones(object(), about) == ()

    def test_long_names_are_cut_to_what_an_index_takes(self) -> None:
        (said,) = told("invoice", outgoing=True, number="I" * 900, order={"number": "4" * 900})
        assert said.number is not None
        assert len(said.number) == 200
        assert said.links[0] == Link("gateway", "invoice", said.links[0].value)
        assert len(said.links[0].value) == 200
