"""A supplier puts off what a customer waits for: the sweep that follows tells the customer, and nobody else."""

from uuid import uuid4

import orjson

from gateway.ports import ApplicationCall, OutcomeKind
from tests.gateway.odoo.changes.conftest import Document, Ground
from translators.canonical.order_response import OrderResponse


async def _bought(ground: Ground) -> tuple[str, int]:
    """A purchase order of anvils, by its name, and the move that is to bring them."""
    (vendor,) = await ground.do("res.partner", "search", [["ref", "=", "foundry"]])
    (anvil,) = await ground.do("product.product", "search", [["default_code", "=", "ANVIL"]])
    line = [0, 0, {"product_id": anvil, "product_qty": 12, "price_unit": 55.5, "date_planned": "2026-11-28 09:00:00"}]
    purchase = await ground.do("purchase.order", "create", {"partner_id": vendor, "order_line": [line]})
    await ground.do("purchase.order", "button_confirm", [purchase])
    ((row,), (move,)) = (
        await ground.do("purchase.order", "read", [purchase], ["name"]),
        await ground.do("stock.move", "search", [["purchase_line_id.order_id", "=", purchase]]),
    )
    return str(row["name"]), int(move)


async def _confirmed(ground: Ground, purchase: str, day: str) -> None:
    """The supplier's answer is entered as a delivery would."""
    item = {"identifiers": {"buyer": "ANVIL"}}
    response = {"status": "date_changed", "quantity": {"value": 12}, "delivery": day}
    parts = {
        "number": "OR-1",
        "status": "with_changes",
        "order": {"number": purchase},
        "lines": [{"number": "1", "item": item, "quantity": {"value": 12}, "responses": [response]}],
    }
    document = orjson.loads(OrderResponse.model_validate(parts).to_json())
    call = ApplicationCall(uuid4(), "purchase_confirmation", "foundry", document, "or-1", 1, False, {"customers": "linked"})
    (outcome,) = await ground.application.deliver([call])
    assert outcome.kind is OutcomeKind.DELIVERED, outcome.message


async def test_the_customer_gets_the_answer_with_the_new_day(ground: Ground, order: Document) -> None:
    await ground.look()
    sale = await ground.book(order)
    await ground.do("sale.order", "action_confirm", [sale])
    name, receipt = await _bought(ground)
    (picking,) = await ground.pickings(sale)
    moves = await ground.do("stock.move", "read", picking["move_ids"], ["product_id"])
    (anvils,) = [row["id"] for row in moves if "anvil" in row["product_id"][1]]
    await ground.do("stock.move", "write", [receipt], {"move_dest_ids": [[4, anvils]]})
    await ground.look(2)
    await _confirmed(ground, name, "2027-01-15")
    await ground.look(2)
    first, second = ground.notebook.documents("order_response")
    assert (first["status"], first["delivery"]) == ("accepted", "2026-12-01")
    assert (second["status"], second["delivery"], second["purpose"]) == ("with_changes", "2027-01-15", "replace")
    assert [one["status"] for line in second["lines"] for one in line["responses"]] == ["date_changed", "date_changed"]
    (moved,) = await ground.do("stock.move", "read", [anvils], ["date"])
    assert moved["date"] == "2027-01-15 12:00:00"
    await ground.look(2)
    assert len(ground.notebook.documents("order_response")) == 2
