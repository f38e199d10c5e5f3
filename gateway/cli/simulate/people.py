"""People in a simulated Odoo: they confirm, deliver and bill orders."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.applications.odoo.client import OdooClient

_OPEN = ["state", "not in", ["done", "cancel"]]


@dataclass(frozen=True, slots=True)
class People:
    """What people do in Odoo with the order of a customer, which they find by its number."""

    client: "OdooClient"

    async def confirm(self, number: str) -> str:
        """Confirm the quotation; answers its name."""
        sale = await self._sale(number)
        await self._do("sale.order", "action_confirm", [sale])
        (order,) = await self._do("sale.order", "read", [sale], fields=["name"])
        return str(order["name"])

    async def deliver(self, number: str) -> None:
        """Do the delivery with all that is open of it."""
        wanted = [["sale_id", "=", await self._sale(number)], _OPEN]
        await self._do("stock.picking", "button_validate", await self._do("stock.picking", "search", wanted))

    async def bill(self, number: str) -> None:
        """Make and post the invoice, and enter its payment."""
        sale = await self._sale(number)
        context = {"active_model": "sale.order", "active_ids": [sale]}
        wizard = await self._do("sale.advance.payment.inv", "create", {"advance_payment_method": "delivered"}, context=context)
        await self._do("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        (order,) = await self._do("sale.order", "read", [sale], fields=["name"])
        bills = await self._do("account.move", "search", [["invoice_origin", "=", order["name"]]])
        await self._do("account.move", "action_post", bills)
        context = {"active_model": "account.move", "active_ids": bills}
        wizard = await self._do("account.payment.register", "create", {}, context=context)
        await self._do("account.payment.register", "action_create_payments", [wizard], context=context)

    async def _sale(self, number: str) -> int:
        (sale,) = await self._do("sale.order", "search", [["client_order_ref", "=", number]])
        return int(sale)

    async def _do(self, model: str, method: str, *args: Any, **more: Any) -> Any:
        return await self.client.call(model, method, list(args), **more)

    async def work(self, *, every: float, tell: Callable[[str, str], None]) -> None:
        """Deliver and bill whatever is confirmed, for ever, every so many seconds. `tell` hears what was done."""
        while True:
            confirmed = [["state", "=", "sale"], ["client_order_ref", "!=", False]]
            for sale in await self._do("sale.order", "search_read", confirmed, fields=["client_order_ref", "invoice_ids"]):
                number = str(sale["client_order_ref"])
                if await self._do("stock.picking", "search", [["sale_id", "=", sale["id"]], _OPEN]):
                    await self.deliver(number)
                    tell("delivered", number)
                elif not sale["invoice_ids"]:
                    await self.bill(number)
                    tell("billed", number)
            await asyncio.sleep(every)
