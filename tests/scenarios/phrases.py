"""What can be said in a scenario, and what it does. README.md lists all of it."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.scenarios.outcome import FAILURES
from tests.scenarios.scenario import goods_of, phrase
from tests.scenarios.site import PRICES, Site, got_about
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.contract import Family

_numbers = count(1)
_YESTERDAY = datetime.now(UTC) - timedelta(days=1)

# ----------------------------------------------------------------------------------------------------------- customers


@phrase("{customer} orders {number}: {goods}")
async def orders(site: Site, customer: str, number: str, goods: str) -> None:
    """A customer sends an order, a line for each item."""
    if number in site.lines:
        await repeats(site, customer, number)
        return
    await _order(site, customer, number, goods)


@phrase("{customer} orders {number} for {day}: {goods}")
async def orders_for(site: Site, customer: str, number: str, day: str, goods: str) -> None:
    """The same, and says on which day it wants it."""
    await _order(site, customer, number, goods, requested_delivery=day)


async def _order(site: Site, customer: str, number: str, goods: str, **more: str) -> None:
    wanted = goods_of(goods)
    site.lines[number] = {item: (str(place), quantity) for place, (quantity, item) in enumerate(wanted, 1)}
    head = {"schema": "purchase_order/1", "number": number, "issued": "2026-11-20", **site.customers[customer].format.head}
    lines = [_line(str(place), quantity, item) for place, (quantity, item) in enumerate(wanted, 1)]
    document = PurchaseOrder.model_validate({**head, **more, "lines": lines})
    site.customers[customer].sent[number] = await site.customers[customer].write(document)


@phrase("{customer} repeats {number}")
async def repeats(site: Site, customer: str, number: str) -> None:
    """The very same interchange is sent once more."""
    await site.customers[customer].send(site.customers[customer].sent[number])


@phrase("{customer} changes {number}: {goods}")
async def changes(site: Site, customer: str, number: str, goods: str) -> None:
    """A customer wants other quantities of lines that it has ordered."""
    lines = [_line(site.lines[number][item][0], quantity, item) for quantity, item in goods_of(goods)]
    await _change(site, customer, number, lines=lines)


@phrase("{customer} cancels {number}")
async def cancels(site: Site, customer: str, number: str) -> None:
    """A customer takes an order back."""
    await _change(site, customer, number, purpose="cancel")


async def _change(site: Site, customer: str, number: str, **more: Any) -> None:
    head = {"schema": "purchase_order_change/1", "number": number, "issued": "2026-11-20"}
    counted = {"sequence": str(next(_numbers))} if site.customers[customer].format.family is Family.X12 else {}
    await site.customers[customer].write(PurchaseOrderChange.model_validate({**head, **counted, **more}))


def _line(number: str, quantity: int, item: str) -> dict[str, Any]:
    return {
        "number": number,
        "item": {"identifiers": {"seller": item}},
        "quantity": {"value": quantity, "unit": "EA"},
        "price": {"amount": PRICES.get(item, "1.00")},
    }


# --------------------------------------------------------------------------------------------------- what people do in Odoo


@phrase("odoo confirms {number}")
async def odoo_confirms(site: Site, number: str) -> None:
    """Somebody confirms the quotation, once it is there."""
    await site.do("sale.order", "action_confirm", [await site.sale(number)])


@phrase("odoo rejects {number}")
async def odoo_rejects(site: Site, number: str) -> None:
    """Somebody cancels the order in Odoo."""
    await site.do("sale.order", "action_cancel", [await site.sale(number)])


@phrase("odoo replaces {item} of {number} by {other}")
async def odoo_replaces(site: Site, item: str, number: str, other: str) -> None:
    """Somebody puts another product on a line of the quotation."""
    (line,) = await site.do("sale.order.line", "search", [["order_id", "=", await site.sale(number)], _of("product_id.", item)])
    (product,) = await site.do("product.product", "search", [_of("", other)])
    await site.do("sale.order.line", "write", [line], {"product_id": product})


@phrase("odoo ships {number}")
async def odoo_ships(site: Site, number: str) -> None:
    """Somebody does the delivery with all that is open of it."""
    await site.do("stock.picking", "button_validate", [await _open(site, number)], context={"skip_backorder": True})


@phrase("odoo ships {number} in part: {goods}")
async def odoo_ships_in_part(site: Site, number: str, goods: str) -> None:
    """Somebody does the delivery with so much, the rest becomes a back order."""
    picking = await _open(site, number)
    wanted = {item: quantity for quantity, item in goods_of(goods)}
    for move in await site.do("stock.move", "search_read", [["picking_id", "=", picking]], fields=["product_id"]):
        (product,) = await site.do("product.product", "read", [move["product_id"][0]], fields=["default_code"])
        quantity = wanted.get(product["default_code"], 0)
        await site.do("stock.move", "write", [move["id"]], {"quantity": quantity, "picked": True})
    await site.do("stock.picking", "button_validate", [picking], context={"skip_backorder": True})


@phrase("odoo takes back {number}: {goods}")
async def odoo_takes_back(site: Site, number: str, goods: str) -> None:
    """Goods come back: somebody makes and does the return of the last delivery."""
    sale = await site.sale(number)
    done = await site.do("stock.picking", "search", [["sale_id", "=", sale], ["state", "=", "done"]])
    wanted, lines = {item: quantity for quantity, item in goods_of(goods)}, []
    for move in await site.do("stock.move", "search_read", [["picking_id", "=", max(done)]], fields=["product_id"]):
        (product,) = await site.do("product.product", "read", [move["product_id"][0]], fields=["default_code"])
        quantity = wanted.get(product["default_code"], 0)
        lines.append([0, 0, {"product_id": product["id"], "move_id": move["id"], "quantity": quantity, "to_refund": True}])
    wizard = await site.do("stock.return.picking", "create", {"picking_id": max(done), "product_return_moves": lines})
    made = await site.do("stock.return.picking", "action_create_returns", [wizard])
    await site.do("stock.picking", "button_validate", [made["res_id"]], context={"skip_backorder": True})


@phrase("odoo bills {number}")
async def odoo_bills(site: Site, number: str) -> None:
    """Somebody makes and posts the invoice of what was delivered, once Odoo knows that something was."""
    sale = await site.sale(number)

    async def due() -> bool:
        lines = await site.do("sale.order.line", "search_read", [["order_id", "=", sale]], fields=["qty_to_invoice"])
        return any(line["qty_to_invoice"] > 0 for line in lines)

    await site.until(due, f"something of {number} is to be invoiced")
    before = await _bills(site, number)
    context = {"active_model": "sale.order", "active_ids": [sale]}
    wizard = await site.do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
    await site.do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
    (bill,) = set(await _bills(site, number)) - set(before)
    await site.do("account.move", "action_post", [bill])


@phrase("odoo credits {number}: {goods}")
async def odoo_credits(site: Site, number: str, goods: str) -> None:
    """Somebody makes and posts a credit note to the invoice, for so much of it."""
    (bill,) = await _bills(site, number)
    (invoice,) = await site.do(
        "account.move", "read", [bill], fields=["partner_id", "ref", "name", "invoice_origin", "currency_id"]
    )
    lines = []
    for quantity, item in goods_of(goods):
        (product,) = await site.do("product.product", "search", [_of("", item)])
        (line,) = await site.do(
            "sale.order.line", "search", [["order_id", "=", await site.sale(number)], _of("product_id.", item)]
        )
        price = {"quantity": quantity, "price_unit": float(PRICES[item]), "sale_line_ids": [[6, 0, [line]]]}
        lines.append([0, 0, {"product_id": product, **price}])
    values = {
        "move_type": "out_refund", "partner_id": invoice["partner_id"][0], "reversed_entry_id": bill, "ref": invoice["ref"],
        "invoice_origin": invoice["invoice_origin"], "currency_id": invoice["currency_id"][0], "invoice_line_ids": lines,
    }  # fmt: skip
    credit = await site.do("account.move", "create", values)
    await site.do("account.move", "action_post", [credit])


@phrase("odoo is paid for {number}")
async def odoo_is_paid(site: Site, number: str) -> None:
    """Somebody enters the payment of the invoices."""
    context = {"active_model": "account.move", "active_ids": await _bills(site, number)}
    wizard = await site.do("account.payment.register", "create", {}, context=context)
    await site.do("account.payment.register", "action_create_payments", [wizard], context=context)


@phrase("odoo learns of {item}")
async def odoo_learns(site: Site, item: str) -> None:
    """Somebody enters a product that was not known."""
    (like,) = await site.do("product.product", "search_read", [_of("", "ANVIL")], fields=["uom_id"])
    values = {"default_code": item, "name": item.title(), "list_price": 1.0, "is_storable": True, "uom_id": like["uom_id"][0]}
    await site.do("product.product", "create", values)


def _of(path: str, item: str) -> list[str]:
    return [f"{path}default_code", "=", item]


async def _open(site: Site, number: str) -> int:
    sale = await site.sale(number)
    wanted = [["sale_id", "=", sale], ["state", "not in", ["done", "cancel"]]]

    async def there() -> Any:
        return await site.do("stock.picking", "search", wanted)

    return int(min(await site.until(there, f"{number} has a delivery in Odoo")))


async def _bills(site: Site, number: str) -> list[int]:
    origin = [one["name"] for one in await site.do("sale.order", "read", [await site.sale(number)], fields=["name"])]
    found: list[int] = await site.do(
        "account.move", "search", [["move_type", "=", "out_invoice"], ["invoice_origin", "in", origin]]
    )
    return found


# -------------------------------------------------------------------------------------------- what people do in warehouses


@phrase("{warehouse} picks and packs {number}")
async def picks(site: Site, warehouse: str, number: str) -> None:
    """A warehouse prepares an order, once it was told to."""
    order = await site.released(warehouse, number)
    people = site.warehouses[warehouse].warehouse
    await people.start(order)
    await people.pick(order)
    await people.pack(order, f"{next(_numbers):018}")


@phrase("{warehouse} ships {number}")
async def ships(site: Site, warehouse: str, number: str) -> None:
    """A warehouse ships all of an order, once it was told to, by the parcel carrier."""
    await _ship(site, warehouse, number, {})


@phrase("{warehouse} ships {number} short: {goods}")
async def ships_short(site: Site, warehouse: str, number: str, goods: str) -> None:
    """A warehouse finds no more than so much of these items, and ships what it has."""
    await _ship(site, warehouse, number, {item: quantity for quantity, item in goods_of(goods)})


async def _ship(site: Site, warehouse: str, number: str, short: dict[str, int]) -> None:
    order = await site.released(warehouse, number)
    people = site.warehouses[warehouse].warehouse
    if people.order(order).state in ("RECEIVED", "ACCEPTED"):
        await people.start(order)
        await people.pick(order, **short)
    label = site.carrier.carrier.purchase(
        {"reference": f"{warehouse} {order}", "to": {"name": number}, "parcels": [{"weight": "1"}]}
    )
    await people.ship(order, carrier="parcels", tracking=label.tracking)


@phrase("{warehouse} learns that {number} is now {goods}")
async def learns(site: Site, warehouse: str, number: str, goods: str) -> None:
    """Everybody waits until a warehouse was told what has become of an order that it has."""
    order, wanted = await site.released(warehouse, number), sorted((item, quantity) for quantity, item in goods_of(goods))

    async def told() -> bool:
        return sorted((line.sku, int(line.ordered)) for line in site.warehouses[warehouse].warehouse.order(order).lines) == wanted

    await site.until(told, f"{warehouse} learns that {number} is now {goods}")


@phrase("{warehouse} counts its stock")
async def counts(site: Site, warehouse: str) -> None:
    """A warehouse tells what it has, and the gateway takes note of it."""
    simulator = site.warehouses[warehouse]
    await simulator.warehouse.count()
    await simulator.webhooks.settled()

    async def known() -> Any:
        async with site.database.connection() as connection:
            return await connection.fetchval("select 1 from gateway.stock_level where warehouse = $1", warehouse)

    await site.until(known, f"the stock of {warehouse} is known")


@phrase("{warehouse} refuses {number}")
async def refuses(site: Site, warehouse: str, number: str) -> None:
    """A warehouse does not do an order."""
    await site.warehouses[warehouse].warehouse.cancel(await site.released(warehouse, number))


@phrase("{warehouse} keeps its messages about {number}")
async def keeps(site: Site, warehouse: str, number: str) -> None:
    """A warehouse works on, and nothing is heard of it."""
    site.warehouses[warehouse].webhooks.keep(number)


@phrase("{warehouse} sends its messages about {number}")
async def sends(site: Site, warehouse: str, number: str) -> None:
    """What it kept comes."""
    await site.warehouses[warehouse].webhooks.tell_kept(number)


@phrase("{warehouse} sends its messages about {number}, twice and the last one first")
async def sends_backwards(site: Site, warehouse: str, number: str) -> None:
    """What it kept comes, each message two times, the other way round."""
    await site.warehouses[warehouse].webhooks.tell_kept(number, backwards=True, times=2)


@phrase("{warehouse} is down")
async def goes_down(site: Site, warehouse: str) -> None:
    """A warehouse's system takes no calls."""
    await site.warehouses[warehouse].stop()


@phrase("{warehouse} is up")
async def comes_up(site: Site, warehouse: str) -> None:
    """A warehouse's system takes calls again."""
    await site.warehouses[warehouse].start()


# ------------------------------------------------------------------------------------------------------------- carriers


@phrase("the carrier picks up {number}")
async def picks_up(site: Site, number: str) -> None:
    """Its parcels are scanned on the way."""
    for parcel in _parcels(site, number):
        await site.carrier.carrier.scan(parcel, "in_transit")


@phrase("the carrier delivers {number}")
async def delivers(site: Site, number: str) -> None:
    """Its parcels are handed over and signed for."""
    for parcel in _parcels(site, number):
        await site.carrier.carrier.deliver(parcel, signed_by="J. Smith")


@phrase("the carrier cannot deliver {number}")
async def cannot_deliver(site: Site, number: str) -> None:
    """Nobody was there."""
    for parcel in _parcels(site, number):
        await site.carrier.carrier.scan(parcel, "exception", reason="nobody there")


def _parcels(site: Site, number: str) -> list[str]:
    found = [one.id for one in site.carrier.carrier.shipments.values() if one.to == number and one.status != "delivered"]
    assert found, f"nothing of {number} was given to the carrier"
    return found


# ------------------------------------------------------------------------------------ statements, whoever makes them, whenever


@phrase("at {time} somebody told that {number} is {done}")
async def told(site: Site, time: str, number: str, done: str) -> None:
    """The system of a warehouse tells of a step of the whole order, as if it had been done at that time yesterday."""
    await _told(site, time, number, done, {})


@phrase("at {time} somebody told that {number} is {done}: {goods}")
async def told_of_goods(site: Site, time: str, number: str, done: str, goods: str) -> None:
    """The same of so many pieces of the first lines of the order."""
    lines = [
        {"line": str(place), "sku": item, "quantity": quantity, "ordered": quantity, "unit": "EA"}
        for place, (quantity, item) in enumerate(goods_of(goods), 1)
    ]
    shipment = {"shipment": {"id": f"S-{number}", "tracking": f"T-{number}"}} if done == "shipped" else {}
    await _told(site, time, number, done, {"lines": lines, **shipment})


async def _told(site: Site, time: str, number: str, done: str, more: dict[str, Any]) -> None:
    order = {"id": f"W-{number}", "reference": number, "customer": "club"}
    event = {"id": f"{number}-{done}-{time}", "type": f"order.{done}", "occurred_at": _at(time), "order": order, **more}
    await site.tell("desk", event)


@phrase("at {time} the carrier told that {number} is {done}")
async def carrier_told(site: Site, time: str, number: str, done: str) -> None:
    """The carrier's system tells what happened to the parcel of the order, at that time yesterday."""
    data = {"tracking_number": f"T-{number}", "shipment_id": f"shp-{number}", "occurred_at": _at(time)}
    await site.tell("parcels", {"id": f"{number}-{done}-{time}", "type": f"tracking.{done}", "data": data})


def _at(time: str) -> str:
    return f"{_YESTERDAY:%Y-%m-%d}T{time}:00+00:00"


# -------------------------------------------------------------------------------------------------------------- waiting


@phrase("{customer} has an answer to {number}")
async def has_an_answer(site: Site, customer: str, number: str) -> None:
    """Everybody waits until the customer has got something about the order: an order response, as a rule."""

    async def there() -> bool:
        return bool(got_about([site.customers[customer]], number))

    await site.until(there, f"{customer} has an answer to {number}")


@phrase("{number} is {state}")
async def is_in_state(site: Site, number: str, state: str) -> None:
    """Everybody waits until the gateway knows that the order is, or has been, so far."""
    query = "select 1 from gateway.trade_order where number = $1 and (state = $2 or steps ? $2)"

    async def there() -> Any:
        async with site.database.connection() as connection:
            return await connection.fetchval(query, number, state.replace("-", "_"))

    await site.until(there, f"{number} is {state}")


@phrase("{number} is {state} in odoo")
async def is_in_odoo(site: Site, number: str, state: str) -> None:
    """Everybody waits until the sale order is in this state (sale, cancel …)."""
    sale = await site.sale(number)

    async def there() -> bool:
        (order,) = await site.do("sale.order", "read", [sale], fields=["state"])
        return bool(order["state"] == state)

    await site.until(there, f"{number} is {state} in Odoo")


@phrase("{number} has a failure of {owner}")
async def has_a_failure(site: Site, number: str, owner: str) -> None:
    """Everybody waits until a failure about the order has this owner."""
    query = f"select 1 from ({FAILURES}) as failures where owner = $2 and closed_at is null"

    async def there() -> Any:
        async with site.database.connection() as connection:
            return await connection.fetchval(query, number, owner)

    await site.until(there, f"{number} has a failure of {owner}")


@phrase("{application} is known to be unavailable")
async def is_unavailable(site: Site, application: str) -> None:
    """Everybody waits until the gateway has noticed that an application takes nothing."""

    async def noticed() -> Any:
        async with site.database.connection() as connection:
            return await connection.fetchval("select 1 from gateway.breaker where target = $1 and state <> 'closed'", application)

    await site.until(noticed, f"{application} is known to be unavailable")


# -------------------------------------------------------------------------------------------------------- support, and time


@phrase("support replays {number}")
async def replays(site: Site, number: str) -> None:
    """Somebody runs `gateway replay` for the order."""
    await site.command("replay", f"order:{number}", "--reason", "as the scenario says", "--yes", "--expect", "1")


@phrase("an hour passes")
async def an_hour_passes(site: Site) -> None:
    """The clock by which the gateway compares times goes on by an hour."""
    site.move_clock(3600)
