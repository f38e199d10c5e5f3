"""Orders by the case that Odoo keeps by the piece: what is told of them is in the partner's unit."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.applications.odoo import OdooApplication, Tables
from gateway.domain.order.milestone import Event
from tests.gateway.odoo.changes.conftest import Ground

BY_TABLE = Tables(factors={"ANVIL/CS": Decimal(12)})
BY_PACKAGING = Tables(units={"CS": "packaging:Case"})


@pytest.fixture(params=[BY_TABLE, BY_PACKAGING], ids=["table", "packaging"])
async def packed(ground: Ground, version: int, request: pytest.FixtureRequest) -> Ground:
    if request.param is BY_PACKAGING:
        await pack(ground, version)
    await ground.application.close()
    ground.connection = replace(ground.connection, tables=request.param)
    ground.application = OdooApplication("odoo", ground.connection)
    ground.changes = ground.watch()
    return ground


async def pack(ground: Ground, version: int) -> None:
    """Anvils come in cases of twelve: a packaging, or from 19 on a unit in which lines are booked."""
    database = ground.simulator.odoo.database
    (product,) = await ground.do("product.product", "search", [["default_code", "=", "ANVIL"]])
    if version < 19:
        database.insert("product.packaging", {"name": "Case", "product_id": product, "qty": 12.0})
    else:
        unit = database.external["uom.product_uom_unit"][1]
        case = database.insert("uom.uom", {"name": "Case", "factor": 12.0, "relative_uom_id": unit, "active": True})
        database.update("uom.uom", case, {"parent_path": f"{unit}/{case}/"})
        database.update("product.product", product, {"uom_ids": [case]})
    database.commit()


def by_the_case(number: str, cases: str, price: str) -> dict[str, Any]:
    line = {"number": "10", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": cases, "unit": "CS"}}
    return {
        "number": number,
        "buyer": {"identifiers": {"seller": "5790000000029"}},
        "lines": [line | {"price": {"amount": price}}],
    }


async def test_an_answer_a_despatch_and_an_invoice_count_cases(packed: Ground) -> None:
    await packed.look()
    order = await packed.book(by_the_case("C1", "2", "120"))
    await packed.do("sale.order", "action_confirm", [order])
    await packed.look(2)
    (answer,) = packed.notebook.documents("order_response")
    (line,) = answer["lines"]
    assert answer["status"] == "accepted"
    assert line["responses"][0]["quantity"] == {"value": "2", "unit": "CS"}
    (picking,) = await packed.pickings(order)
    await packed.ship(picking["id"])
    await packed.look(2)
    (advice,) = packed.notebook.documents("despatch_advice")
    assert advice["lines"][0]["quantity"] == {"value": "2", "unit": "CS"}
    (shipped,) = packed.notebook.milestones(Event.SHIPPED)
    assert [(one.quantity, one.unit) for one in shipped.lines] == [(Decimal(2), "CS")]
    await packed.bill(order)
    await packed.look(2)
    (invoiced,) = packed.notebook.milestones(Event.INVOICED)
    assert [(one.quantity, one.unit) for one in invoiced.lines] == [(Decimal(2), "CS")]


async def test_a_part_of_a_case_is_told_as_such(packed: Ground) -> None:
    await packed.look()
    order = await packed.book(by_the_case("C2", "2", "120"))
    await packed.do("sale.order", "action_confirm", [order])
    (picking,) = await packed.pickings(order)
    (move,) = picking["move_ids"]
    (row,) = await packed.do("stock.move", "read", [move], ["product_uom_qty"])
    await packed.do("stock.move", "write", [move], {"quantity": row["product_uom_qty"] * 0.75, "picked": True})
    await packed.ship(picking["id"])
    await packed.look(2)
    advice = packed.notebook.documents("despatch_advice")[0]
    assert (advice["lines"][0]["quantity"]["value"], advice["lines"][0]["outstanding"]["value"]) == ("1.5", "0.5")
