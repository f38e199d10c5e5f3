"""Customers' orders that wait for a receipt: when it comes later, they are promised later, and their deliveries planned so.

Moves that were made for each other are linked in Odoo (made to order, cross-dock); anything else is pegged by product and date,
where that is asked for. A promise is only ever put off: what comes earlier leaves it as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.depending import Arriving, Delivering, latest, pegged
from gateway.applications.odoo.scope import Scope

_CLOSED = ("done", "cancel")
_NOT_OPEN = ("done", "cancel", "draft")
_STEPS = 8
"""Moves from receipt to customer: reception in three steps, delivery in three, one more for a transit."""
_MOVE = ("state", "date", "sale_line_id", "product_id", "product_uom_qty", "quantity")
_LINKED = ("state", "date", "sale_line_id", "move_dest_ids")
Row = Mapping[str, Any]


class Dependents:
    """Finds and re-dates them."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    async def put_off(self, receipts: Sequence[int], products: Iterable[int], scope: Scope, *, by_date: bool) -> list[str]:
        """Put off what depends on these receipt moves as they are planned now; answers the orders, by their names.

        `by_date`: also what is linked to nothing and needs one of these products later than it will be there. Done again it
        changes nothing.
        """
        days = await self._linked(receipts, scope)
        if by_date:
            found = await self._pegged(sorted(set(products)), scope)
            days = {**found, **days}
        return await self._redated(days, scope) if days else []

    async def _linked(self, receipts: Sequence[int], scope: Scope) -> dict[int, str]:
        """By move to a customer, the day that the last of the receipts behind it comes."""
        found: dict[int, str] = {}
        rows = await self._open(receipts, scope)
        reached = latest((after, str(row["date"] or "")) for row in rows for after in row["move_dest_ids"])
        for _ in range(_STEPS):
            if not reached:
                break
            rows = await self._open(sorted(reached), scope)
            found |= {int(row["id"]): reached[int(row["id"])] for row in rows if _related(row, "sale_line_id")}
            reached = latest((after, reached[int(row["id"])]) for row in rows for after in row["move_dest_ids"])
        return found

    async def _open(self, ids: Sequence[int], scope: Scope) -> list[Row]:
        return [row for row in await self._moves(ids, _LINKED, scope) if row["state"] not in _CLOSED]

    async def _pegged(self, products: Sequence[int], scope: Scope) -> dict[int, str]:
        wanted: list[Sequence[object]] = [["product_id", "in", list(products)], ["state", "not in", list(_NOT_OPEN)]]
        incoming = await self._by_kind(wanted, "incoming", scope)
        outgoing = await self._by_kind(wanted, "outgoing", scope)
        quants = await self._client.call(
            "stock.quant",
            "search_read",
            [[["product_id", "in", list(products)], ["location_id.usage", "=", "internal"]]],
            fields=["product_id", "quantity", "reserved_quantity"],
            context=scope.context,
        )
        free: dict[int, Decimal] = {}
        for row in quants:
            product = _related(row, "product_id") or 0
            free[product] = free.get(product, Decimal(0)) + _decimal(row, "quantity") - _decimal(row, "reserved_quantity")
        arriving = [
            Arriving(_related(row, "product_id") or 0, str(row["date"]), _decimal(row, "product_uom_qty")) for row in incoming
        ]
        return pegged(free, arriving, [one for row in outgoing if (one := _delivering(row)) is not None])

    async def _by_kind(self, wanted: Sequence[Sequence[object]], kind: str, scope: Scope) -> list[Row]:
        domain = [*wanted, ["picking_id.picking_type_code", "=", kind]]
        rows: list[Row] = await self._client.call(
            "stock.move", "search_read", [domain], fields=list(_MOVE), context=scope.context
        )
        return rows

    async def _redated(self, days: Mapping[int, str], scope: Scope) -> list[str]:
        """Write the new days: of deliveries, and of the orders that were promised an earlier one."""
        rows = await self._moves(sorted(days), ("date", "sale_line_id"), scope)
        by_day: dict[str, list[int]] = {}
        for row in rows:
            if str(row["date"] or "") < days[int(row["id"])]:
                by_day.setdefault(days[int(row["id"])], []).append(int(row["id"]))
        for day, ids in by_day.items():
            await self._client.call("stock.move", "write", [ids, {"date": day}], context=scope.context)
        lines = {_related(row, "sale_line_id") or 0: days[int(row["id"])] for row in rows}
        sold = await self._client.call("sale.order.line", "read", [sorted(lines), ["order_id"]], context=scope.context)
        promised = latest((_related(row, "order_id") or 0, lines[int(row["id"])]) for row in sold)
        orders = await self._client.call(
            "sale.order", "read", [sorted(promised), ["name", "commitment_date", "state"]], context=scope.context
        )
        late = [row for row in orders if row["commitment_date"] and str(row["commitment_date"]) < promised[int(row["id"])]]
        for row in late:
            day = promised[int(row["id"])]
            await self._client.call("sale.order", "write", [[row["id"]], {"commitment_date": day}], context=scope.context)
        return [str(row["name"]) for row in late]

    async def _moves(self, ids: Sequence[int], fields: Sequence[str], scope: Scope) -> list[Row]:
        rows: list[Row] = await self._client.call("stock.move", "read", [list(ids), list(fields)], context=scope.context)
        return rows


def _delivering(row: Row) -> Delivering | None:
    line = _related(row, "sale_line_id")
    if not line:
        return None
    product, quantities = _related(row, "product_id") or 0, (_decimal(row, "product_uom_qty"), _decimal(row, "quantity"))
    return Delivering(int(row["id"]), product, str(row["date"] or ""), *quantities, line)


def _related(row: Row, name: str) -> int | None:
    """The id that a many2one field leads to."""
    value = row.get(name)
    return int(value[0]) if value else None


def _decimal(row: Row, name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))
