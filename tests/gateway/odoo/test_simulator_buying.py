"""The simulator buys for customers' orders as Odoo does: dropped by the supplier, or made to order and linked."""

from typing import Any

import pytest

from gateway.applications.odoo.client import OdooClient
from gateway.simulators.odoo import Account, OdooSimulator

SEED = {
    "products": [
        {"default_code": "CRANE", "name": "Crane", "storable": True, "routes": ["drop_ship"]},
        {"default_code": "GIRDER", "name": "Girder", "storable": True, "routes": ["make_to_order"]},
    ],
    "partners": [{"name": "Foundry", "ref": "foundry"}, {"name": "Depot", "ref": "depot"}],
    "suppliers": [{"partner": "foundry", "product": item, "price": 2.0, "delay": 3} for item in ("CRANE", "GIRDER")],
}


class Shop:
    """A database in which things are sold."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    async def do(self, model: str, method: str, *args: Any, **more: Any) -> Any:
        return await self._client.call(model, method, list(args), **more)

    async def sell(self, item: str, quantity: int) -> int:
        (partner,) = await self.do("res.partner", "search", [["ref", "=", "depot"]])
        (product,) = await self.do("product.product", "search", [["default_code", "=", item]])
        line = [0, 0, {"product_id": product, "product_uom_qty": quantity}]
        sale = await self.do("sale.order", "create", {"partner_id": partner, "order_line": [line]})
        await self.do("sale.order", "action_confirm", [sale])
        return int(sale)

    async def bought(self) -> dict[str, Any]:
        (purchase,) = await self.do("purchase.order", "search_read", [["state", "!=", "cancel"]])
        return dict(purchase)

    async def transfers(self, **of: int) -> list[dict[str, Any]]:
        ((name, value),) = of.items()
        return list(await self.do("stock.picking", "search_read", [[name, "=", value]], order="id"))

    async def line(self, sale: int, field: str) -> float:
        (line,) = await self.do("sale.order.line", "search_read", [["order_id", "=", sale]], fields=[field])
        return float(line[field])


@pytest.fixture(params=[17, 18, 19])
async def shop(request: pytest.FixtureRequest) -> Any:
    accounts = (Account("admin", "key", groups=("accounting", "contacts", "products", "purchase")),)
    async with OdooSimulator(version=request.param, seed=SEED, accounts=accounts) as odoo:
        client = OdooClient(url=odoo.url, database="odoo", login="admin", api_key="key")
        yield Shop(client)
        await client.close()


async def test_what_the_supplier_ships_is_one_transfer_for_both_orders(shop: Shop) -> None:
    sale = await shop.sell("CRANE", 4)
    assert await shop.transfers(sale_id=sale) == []  # nothing moves until the supplier has the order
    purchase = await shop.bought()
    assert (purchase["state"], purchase["dest_address_id"][1], purchase["amount_total"]) == ("draft", "Depot", 8.0)
    await shop.do("purchase.order", "button_confirm", [purchase["id"]])
    (transfer,) = await shop.transfers(sale_id=sale)
    assert (transfer["name"], transfer["picking_type_code"], transfer["state"]) == ("DS/00001", "dropship", "assigned")
    assert transfer["purchase_id"][0] == purchase["id"]
    await shop.do("stock.picking", "button_validate", [transfer["id"]])
    (line,) = await shop.do("purchase.order.line", "search_read", [["order_id", "=", purchase["id"]]])
    assert (line["qty_received"], await shop.line(sale, "qty_delivered")) == (4.0, 4.0)


async def test_more_of_it_is_asked_for_and_less_is_for_a_person(shop: Shop) -> None:
    sale = await shop.sell("CRANE", 4)
    (line,) = await shop.do("sale.order.line", "search", [["order_id", "=", sale]])
    await shop.do("sale.order.line", "write", [line], {"product_uom_qty": 6})
    asked = await shop.do("purchase.order.line", "search_read", [], fields=["product_qty"])
    assert sum(one["product_qty"] for one in asked) == 6
    await shop.do("sale.order.line", "write", [line], {"product_uom_qty": 1})
    assert await shop.do("purchase.order.line", "search_read", [], fields=["product_qty"]) == asked
    await shop.bought()


async def test_what_is_bought_for_a_delivery_goes_straight_into_it(shop: Shop) -> None:
    sale, other = await shop.sell("GIRDER", 5), await shop.sell("GIRDER", 2)
    (delivery,) = await shop.transfers(sale_id=sale)
    assert delivery["state"] == "waiting"
    mine, theirs = await shop.do("purchase.order", "search_read", [], order="id")
    await shop.do("purchase.order", "button_confirm", [mine["id"]])
    (receipt,) = await shop.transfers(purchase_id=mine["id"])
    (incoming,) = await shop.do("stock.move", "search_read", [["picking_id", "=", receipt["id"]]])
    assert incoming["move_dest_ids"] == delivery["move_ids"]
    await shop.do("stock.move", "write", [incoming["id"]], {"quantity": 3, "picked": True})
    await shop.do("stock.picking", "button_validate", [receipt["id"]], context={"skip_backorder": True})
    (move,) = await shop.do("stock.move", "read", delivery["move_ids"])
    assert (move["state"], move["quantity"]) == ("partially_available", 3.0)
    (rest,) = [one for one in await shop.transfers(purchase_id=mine["id"]) if one["state"] != "done"]
    await shop.do("stock.picking", "button_validate", [rest["id"]])
    (move,) = await shop.do("stock.move", "read", delivery["move_ids"])
    assert (move["state"], move["quantity"]) == ("assigned", 5.0)
    (waiting,) = await shop.transfers(sale_id=other)
    assert (waiting["state"], theirs["state"]) == ("waiting", "draft")
