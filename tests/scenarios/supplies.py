"""What can be said of a supplier: goods that are bought because a customer ordered them."""

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from tests.scenarios.outcome import purchases
from tests.scenarios.scenario import phrase
from tests.scenarios.site import Site
from translators.canonical.despatch_advice import DespatchAdvice
from translators.canonical.order_response import OrderResponse
from translators.canonical.purchase_order import PurchaseOrder

_SUPPLIER = "foundry"
_numbers = count(1)


@phrase("odoo buys what {number} needs")
async def buys(site: Site, number: str) -> None:
    """Somebody confirms the requests for quotation that Odoo has made for an order, once they are there."""
    for one in await _bought(site, number):
        await site.do("purchase.order", "button_confirm", [one["id"]])


@phrase("odoo receives what {number} needs")
async def receives(site: Site, number: str) -> None:
    """Goods that were bought for an order come, and somebody takes them in."""
    for one in await _bought(site, number):
        for receipt in await site.do("stock.picking", "search", [["purchase_id", "=", one["id"]], ["state", "!=", "done"]]):
            await site.do("stock.picking", "button_validate", [receipt], context={"skip_backorder": True})


@phrase("the supplier confirms what {number} needs")
async def confirms(site: Site, number: str) -> None:
    """The supplier accepts what was bought of it for an order, once it has got that."""
    for bought in await _got(site, number):
        await _answer(site, bought, "accepted", [_answered(line, "accepted") for line in bought.lines])


@phrase("the supplier puts what {number} needs off to {day}")
async def puts_off(site: Site, number: str, day: str) -> None:
    """The supplier promises a later day for it."""
    for bought in await _got(site, number):
        lines = [_answered(line, "changed") for line in bought.lines]
        await _answer(site, bought, "with_changes", lines, delivery=date.fromisoformat(day))


@phrase("the supplier despatches what {number} needs")
async def despatches(site: Site, number: str) -> None:
    """The supplier ships it, and advises that."""
    for bought in await _got(site, number):
        lines = [
            {"number": line.number, "item": line.item, "quantity": line.quantity, "order": {"number": bought.number}}
            for line in bought.lines
        ]
        head = {"number": f"DA-{next(_numbers)}", "issued": "2026-11-22", "order": {"number": bought.number}}
        advice = DespatchAdvice.model_validate({"schema": "despatch_advice/1", **head, "lines": lines})
        await site.customers[_SUPPLIER].write(advice)


def _answered(line: Any, status: str) -> dict[str, Any]:
    told = {"number": line.number, "item": line.item, "quantity": line.quantity}
    return {**told, "responses": [{"status": status}]}


async def _answer(site: Site, bought: PurchaseOrder, status: str, lines: list[dict[str, Any]], **more: object) -> None:
    head = {"number": f"OR-{next(_numbers)}", "issued": "2026-11-21", "status": status, "order": {"number": bought.number}}
    response = OrderResponse.model_validate({"schema": "order_response/1", **head, **more, "lines": lines})
    await site.customers[_SUPPLIER].write(response)


async def _bought(site: Site, number: str) -> list[Mapping[str, Any]]:
    async def there() -> Any:
        return await purchases(site, number)

    return list(await site.until(there, f"something is bought for {number}"))


async def _got(site: Site, number: str) -> list[PurchaseOrder]:
    """What the supplier has been ordered for an order, once it has come."""
    names = {one["name"] for one in await _bought(site, number)}

    async def come() -> list[PurchaseOrder]:
        found = {
            one.canonical.number: one.canonical
            for one in site.customers[_SUPPLIER].got
            if isinstance(one.canonical, PurchaseOrder)
        }
        return [found[name] for name in sorted(names)] if names <= found.keys() else []

    return list(await site.until(come, f"the supplier has got {', '.join(sorted(names))}"))
