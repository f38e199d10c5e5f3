"""A sale order is confirmed, changed, cancelled in Odoo: the partner who sent the order is answered, in his own words."""

from typing import Any

from gateway.domain.order.milestone import Event
from tests.gateway.odoo.changes.conftest import Document, Ground


def _statuses(answer: Document) -> dict[str, list[tuple[str, str]]]:
    return {
        line.get("number", "+"): [(one["status"], one["quantity"]["value"]) for one in line["responses"]]
        for line in answer["lines"]
    }


async def test_a_confirmed_order_is_accepted_line_by_line(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.look()
    assert ground.notebook.notices == {}  # a quotation says nothing yet
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look(3)
    (answer,) = ground.notebook.documents("order_response")
    assert (answer["status"], answer["order"]["number"], answer["seller_order"]) == ("accepted", "4711", "S00001")
    assert _statuses(answer) == {"10": [("accepted", "10")], "20": [("accepted", "5")]}
    first = answer["lines"][0]
    assert first["item"]["identifiers"] == {"buyer": "BB-1", "gtin": "5790000000012", "seller": "ANVIL"}
    assert first["quantity"] == {"value": "10", "unit": "EA"}
    assert answer["buyer"]["identifiers"]["gln"] == "5790000000029"
    assert answer["delivery"] == "2026-12-01"
    (accepted,) = ground.notebook.milestones(Event.ACCEPTED)
    assert (accepted.source, accepted.partner, accepted.number, accepted.version) == ("odoo", "bigbox", "4711", 1)
    assert [(line.line, line.quantity, line.unit) for line in accepted.lines] == [("10", 10, "EA"), ("20", 5, "EA")]
    assert accepted.total
    assert accepted.occurred is not None
    assert ("odoo", "order", "S00001") in [(link.system, link.kind, link.value) for link in accepted.links]


async def test_what_changed_is_said_of_its_line(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    anvils, rockets = await ground.lines(sale)
    products = {row["default_code"]: row["id"] for row in await ground.do(
        "product.product", "search_read", [], fields=["default_code"])}  # fmt: skip
    await ground.do("sale.order.line", "write", [anvils], {"product_uom_qty": 7})
    await ground.do("sale.order.line", "write", [rockets], {"product_id": products["GLUE"]})
    await ground.do("sale.order", "write", [sale], {"commitment_date": "2026-12-03 12:00:00"})
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look(2)
    (answer,) = ground.notebook.documents("order_response")
    assert answer["status"] == "with_changes"
    assert _statuses(answer) == {"10": [("changed", "7"), ("rejected", "3")], "20": [("substituted", "5")]}
    assert answer["lines"][1]["responses"][0]["item"]["identifiers"] == {"seller": "GLUE"}
    assert answer["delivery"] == "2026-12-03"


async def test_a_price_is_a_change_beyond_rounding_only(ground: Ground, order: Document) -> None:
    order["lines"][0]["price"]["amount"] = "99.0004"
    await ground.look()
    sale = await ground.book(order)
    anvils, rockets = await ground.lines(sale)
    await ground.do("sale.order.line", "write", [anvils], {"price_unit": 99.0})
    await ground.do("sale.order.line", "write", [rockets], {"price_unit": 26.0})
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (answer,) = ground.notebook.documents("order_response")
    assert _statuses(answer) == {"10": [("accepted", "10")], "20": [("price_changed", "5")]}
    assert answer["lines"][1]["responses"][0]["price"]["amount"] == "26"


async def test_changes_and_their_return_are_each_told_once(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (anvils, _) = await ground.lines(sale)
    for quantity in (8, 10):
        await ground.do("sale.order.line", "write", [anvils], {"product_uom_qty": quantity})
        await ground.look(2)
    assert [key for key in ground.notebook.keys if key.startswith("sale.order:")] == [
        f"sale.order:{sale}:1:accepted",
        f"sale.order:{sale}:2:changed",
        f"sale.order:{sale}:3:changed",
    ]
    answers = ground.notebook.documents("order_response")
    assert [(one["number"], one.get("purpose", "original"), one["status"]) for one in answers] == [
        ("S00001", "original", "accepted"),
        ("S00001-2", "replace", "with_changes"),
        ("S00001-3", "replace", "accepted"),
    ]
    assert [one.version for one in ground.notebook.milestones(Event.CHANGED)] == [2, 3]


async def test_what_does_not_matter_to_the_partner_is_not_told(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    await ground.do("sale.order", "write", [sale], {"origin": "by telephone"})
    await ground.look(2)
    assert len(ground.notebook.documents("order_response")) == 1


async def test_lines_of_nothing_are_rejected_and_added_ones_are_said(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    _, rockets = await ground.lines(sale)
    glue = (await ground.do("product.product", "search", [["default_code", "=", "GLUE"]]))[0]
    await ground.do("sale.order.line", "write", [rockets], {"product_uom_qty": 0})
    await ground.do("sale.order", "write", [sale], {"order_line": [[0, 0, {"product_id": glue, "product_uom_qty": 2}]]})
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (answer,) = ground.notebook.documents("order_response")
    assert _statuses(answer) == {"10": [("accepted", "10")], "20": [("rejected", "5")], "+": [("added", "2")]}
    assert answer["status"] == "with_changes"


async def test_a_line_that_was_deleted_before_confirmation_is_rejected(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    _, rockets = await ground.lines(sale)
    await ground.do("sale.order.line", "unlink", [rockets])
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (answer,) = ground.notebook.documents("order_response")
    assert _statuses(answer) == {"10": [("accepted", "10")], "20": [("rejected", "5")]}
    assert answer["lines"][1]["item"]["identifiers"]["buyer"] == "BB-2"


async def test_a_quotation_that_is_cancelled_is_a_rejection(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_cancel", [sale])
    await ground.look(2)
    (answer,) = ground.notebook.documents("order_response")
    assert answer["status"] == "rejected"
    assert _statuses(answer) == {"10": [("rejected", "10")], "20": [("rejected", "5")]}
    (rejected,) = ground.notebook.milestones(Event.REJECTED)
    assert rejected.occurred is not None
    assert rejected.occurred.microsecond == 999_999  # served to the second: what was shipped in it came before


async def test_an_accepted_order_that_is_cancelled_is_a_cancellation(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    await ground.do("sale.order", "action_cancel", [sale], context={"disable_cancel_warning": True})
    await ground.look(2)
    answers = ground.notebook.documents("order_response")
    assert [one["status"] for one in answers] == ["accepted", "rejected"]
    assert _statuses(answers[1])["10"] == [("cancelled", "10")]
    assert len(ground.notebook.milestones(Event.CANCELLED)) == 1
    assert ground.notebook.milestones(Event.REJECTED) == []


async def test_other_orders_are_counted_and_not_told(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    ground.books.known.clear()  # booked by another gateway
    partner = (await ground.do("res.partner", "search", [["ref", "=", "5790000000029"]]))[0]
    by_hand = await ground.do("sale.order", "create", {"partner_id": partner, "client_order_ref": "4711"})
    await ground.do("sale.order", "action_confirm", [sale, by_hand])
    await ground.look()
    assert ground.notebook.notices == {}
    counted = ground.observer.counts["edi_application_changes_total", "not-through-this-gateway"]
    assert counted >= 2
    await ground.look()
    assert ground.observer.counts["edi_application_changes_total", "not-through-this-gateway"] == counted


async def test_without_agreement_the_milestone_alone_is_told(ground: Ground, order: Document) -> None:
    ground.agreed.clear()
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    assert ground.notebook.documents("order_response") == []
    assert len(ground.notebook.milestones(Event.ACCEPTED)) == 1
    assert ground.observer.counts["edi_application_changes_total", "no-agreement"] == 1


async def test_the_document_may_be_gone_the_answer_is_not(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    known: Any = ground.books.known["purchase_order_4711"]
    ground.books.known["purchase_order_4711"] = type(known)(known.document, "bigbox", False)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (answer,) = ground.notebook.documents("order_response")
    assert answer["order"]["number"] == "4711"
    assert _statuses(answer) == {"1": [("accepted", "10")], "2": [("accepted", "5")]}
    assert answer["lines"][0]["item"]["identifiers"] == {"seller": "ANVIL", "gtin": "5790000000012"}


async def test_what_is_said_of_a_test_order_is_a_test(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order, test=True)
    await ground.do("sale.order", "action_confirm", [sale])
    await ground.look()
    (accepted,) = ground.notebook.milestones(Event.ACCEPTED)
    assert accepted.test
