"""What a supplier ships to our customer: its despatch advice does the transfer, and the customer hears of it as of any other."""

from typing import Any
from uuid import uuid4

import orjson
import pytest

from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.order.milestone import Event
from gateway.ports import ApplicationCall, Outcome, OutcomeKind
from gateway.simulators.odoo import Account, OdooSimulator
from tests.gateway.odoo.changes.conftest import SEED, Document, Ground
from translators.canonical.despatch_advice import DespatchAdvice

CRANE = {"default_code": "CRANE", "name": "Crane", "list_price": 900.0, "storable": True, "routes": ["drop_ship"]}
DROPPED = {
    **SEED,
    "products": [*SEED["products"], CRANE],
    "suppliers": [{"partner": "foundry", "product": "CRANE", "product_code": "FO-CR"}],
}
ORDER: Document = {
    "number": "4711",
    "currency": "USD",
    "buyer": {"name": "BigBox", "identifiers": {"gln": "5790000000029"}},
    "lines": [{"number": "7", "item": {"identifiers": {"seller": "CRANE"}}, "quantity": {"value": 4, "unit": "EA"}}],
}


@pytest.fixture
async def dropped(version: int) -> Any:
    """A watched Odoo in which somebody has bought what a customer ordered: the ground, and the number of the purchase order."""
    accounts = (Account("edi", "key"), Account("admin", "key", groups=("accounting", "contacts", "products", "purchase")))
    async with OdooSimulator(version=version, seed=DROPPED, accounts=accounts) as simulator:
        ground = Ground(simulator, ChangeTerms())
        ground.agreed.add(("foundry", "purchase_order"))
        await ground.look()
        sale = await ground.book(ORDER)
        await ground.do("sale.order", "action_confirm", [sale])
        (purchase,) = await ground.do("purchase.order", "search_read", [], fields=["name"])
        await ground.do("purchase.order", "button_confirm", [purchase["id"]])
        yield ground, sale, purchase["name"]
        for watch in ground.watches:
            await watch.close()
        await ground.application.close()
        await ground.people.close()


async def advise(ground: Ground, purchase: str, quantity: int, key: str = "da-1") -> Outcome:
    """The supplier's despatch advice is entered as a delivery would."""
    item = {"identifiers": {"buyer": "CRANE", "seller": "FO-CR"}}
    line = {"number": "1", "item": item, "quantity": {"value": quantity, "unit": "EA"}}
    parts = {"number": key.upper(), "order": {"number": purchase}, "lines": [line], "shipment": {"tracking": ["1Z-9"]}}
    body = orjson.loads(DespatchAdvice.model_validate(parts).to_json())
    call = ApplicationCall(uuid4(), "expected_receipt", "foundry", body, key, 1, False, {})
    (outcome,) = await ground.application.deliver([call])
    return outcome


async def test_the_supplier_is_told_where_to_ship(dropped: Any) -> None:
    ground, _, purchase = dropped
    await ground.look(2)
    (order,) = ground.notebook.documents("purchase_order")
    assert (order["number"], order["ship_to"]["name"]) == (purchase, "BigBox")
    assert order["lines"][0]["item"]["identifiers"] == {"buyer": "CRANE", "seller": "FO-CR"}


async def test_the_advice_of_the_supplier_is_our_shipment(dropped: Any) -> None:
    ground, sale, purchase = dropped
    outcome = await advise(ground, purchase, 4)
    assert (outcome.kind, outcome.code) == (OutcomeKind.DELIVERED, "moved"), outcome.message
    again = await advise(ground, purchase, 4)
    assert (again.kind, again.reference) == (OutcomeKind.DELIVERED, outcome.reference)
    await ground.look(2)
    (advice,) = ground.notebook.documents("despatch_advice")
    assert (advice["order"]["number"], advice["complete"]) == ("4711", True)
    assert [(line["order"]["line"], line["quantity"]["value"]) for line in advice["lines"]] == [("7", "4")]
    (shipped,) = ground.notebook.milestones(Event.SHIPPED)
    assert [(line.line, line.quantity) for line in shipped.lines] == [("7", 4)]
    assert ground.notebook.milestones(Event.RETURNED) == []
    assert await ground.pickings(sale) == []  # nothing left our own house


async def test_what_the_supplier_lacks_comes_later(dropped: Any) -> None:
    ground, _, purchase = dropped
    first = await advise(ground, purchase, 3)
    assert (await advise(ground, purchase, 3)).reference == first.reference
    await ground.look(2)
    second = await advise(ground, purchase, 1, "da-2")
    assert second.reference != first.reference
    await ground.look(2)
    quantities = [[line["quantity"]["value"] for line in one["lines"]] for one in ground.notebook.documents("despatch_advice")]
    assert quantities == [["3"], ["1"]]


async def test_what_goes_back_to_the_supplier_has_come_back(dropped: Any, version: int) -> None:
    ground, sale, purchase = dropped
    await advise(ground, purchase, 4)
    await ground.look(2)
    (sent,) = await ground.pickings(sale, "dropship")
    wizard = await ground.do("stock.return.picking", "create", {"picking_id": sent["id"]})
    (line,) = await ground.do("stock.return.picking.line", "search", [["wizard_id", "=", wizard]])
    await ground.do("stock.return.picking.line", "write", [line], {"quantity": 1})
    method = "create_returns" if version == 17 else "action_create_returns"
    made = await ground.do("stock.return.picking", method, [wizard])
    await ground.ship(made["res_id"])
    await ground.look(2)
    (returned,) = ground.notebook.milestones(Event.RETURNED)
    assert [(one.line, one.quantity) for one in returned.lines] == [("7", 1)]
    assert len(ground.notebook.documents("despatch_advice")) == 1
    assert len(ground.notebook.milestones(Event.SHIPPED)) == 1
