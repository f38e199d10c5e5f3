"""Quotations → confirmed sale orders, where the agreement asks for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooFault
from gateway.applications.odoo.scope import Scope

OPEN = ("draft", "sent")
FIELDS = ("name", "state", "amount_untaxed")


@dataclass(frozen=True, slots=True)
class Booked:
    """A sale order as Odoo shows it."""

    id: int
    name: str
    state: str
    amount: float


class Desk:
    """Reads orders back and confirms them. Confirming twice is a fault from 17 on, so the state is asked, not assumed."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    async def read(self, ids: Sequence[int], scope: Scope) -> dict[int, Booked]:
        """Orders by id, without those that no longer exist."""
        rows = await self._client.call("sale.order", "read", [list(ids), list(FIELDS)], context=scope.context)
        return {row["id"]: _booked(row) for row in rows}

    async def confirm(self, orders: Mapping[int, Booked], scope: Scope) -> dict[int, Booked | OdooFault]:
        """Confirm what is still a quotation; per order how it stands now, or why Odoo refused."""
        due = [order.id for order in orders.values() if order.state in OPEN]
        if not due:
            return dict(orders)
        results: dict[int, Booked | OdooFault] = dict(orders)
        faults = await self._press(due, scope)
        now = await self.read(due, scope)
        for order in due:
            booked = now.get(order)
            if booked is not None and (booked.state not in OPEN or order not in faults):
                results[order] = booked
            else:
                results[order] = faults.get(order) or OdooFault("", f"Order {orders[order].name} is gone from Odoo.")
        return results

    async def _press(self, ids: Sequence[int], scope: Scope) -> dict[int, OdooFault]:
        """`action_confirm`, all at once; when Odoo refuses, one by one, so that one order keeps no other back."""
        try:
            await self._client.call("sale.order", "action_confirm", [list(ids)], context=scope.context)
        except OdooFault as fault:
            if len(ids) == 1:
                return {ids[0]: fault}
            faults: dict[int, OdooFault] = {}
            for order in ids:
                faults |= await self._press([order], scope)
            return faults
        return {}


def _booked(row: Mapping[str, Any]) -> Booked:
    return Booked(id=row["id"], name=row["name"] or "", state=row["state"] or "", amount=row["amount_untaxed"] or 0.0)
