"""Corrections of a warehouse's stock → counted quantities in Odoo, applied at once under a name that a repeat finds."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.adjustment import Adjustment, Difference, read_adjustment
from gateway.applications.odoo.catalogue import Product
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.values import plain
from gateway.ports import ApplicationCall, Outcome, OutcomeKind
from gateway.ports.delivery import APPROVAL

ROUNDS = 3
"""How often the stock is counted anew when a transfer changes it between counting and applying."""

Place = tuple[int, int, int | None]
"""Product, location, lot."""

Row = Mapping[str, Any]


class AdjustStock(OneByOne[Adjustment]):
    """Books what a warehouse has more or less than thought.

    Options: `warehouse`, whose stock it is of (default: the document's, by the table of warehouses, else the company's first);
    `location`, another stock of it: an external id or full name;
    `location_<status>`, where goods of that status lie; `bins`, when bins are locations in Odoo too, by barcode or name;
    `limit`, in the product's own unit, and `limit_value`, by the products' cost over the whole document: what exceeds them
    waits until a person has approved it.
    """

    name = "inventory_adjustment"
    rights: Sequence[Right] = (
        ("stock.quant", "read"),
        ("stock.quant", "write"),
        ("stock.quant", "create"),
        ("stock.move", "read"),
        ("stock.location", "read"),
        ("stock.warehouse", "read"),
        ("stock.lot", "read"),
        ("product.product", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client

    def read(self, call: ApplicationCall) -> Adjustment | tuple[Problem, ...]:
        """The differences."""
        tables = self._facilities.tables
        return read_adjustment(call.document, key=call.idempotency_key, partner=call.partner, options=call.options, tables=tables)

    def subject(self, wanted: Adjustment) -> str:
        """They may be of the same stock: one after the other."""
        del wanted
        return "stock"

    async def make(self, task: Task[Adjustment], scope: Scope) -> Outcome:
        """Book one document."""
        adjustment = task.wanted
        domain = [["reference", "=", adjustment.reference], ["is_inventory", "=", True], ["state", "=", "done"]]
        made = await self._client.call("stock.move", "search", [domain], context=scope.context)
        if not made:
            changes = await self._resolved(adjustment, scope)
            await self._book(adjustment, changes, scope)
            made = await self._client.call("stock.move", "search", [domain], context=scope.context)
        text = f"Stock is adjusted by {adjustment.number}: {len(made)} moves"
        return Outcome(
            task.call.delivery,
            OutcomeKind.DELIVERED,
            "adjusted",
            text,
            reference=adjustment.reference,
            response={"moves": list(made)},
        )

    async def _resolved(self, adjustment: Adjustment, scope: Scope) -> dict[Place, Decimal]:
        """The differences in database ids, summed up by place."""
        resolver = self._facilities.resolver
        products = await resolver.products.fetch([one.product for one in adjustment.differences], scope, fresh=True)
        codes = [one.unit for one in adjustment.differences if one.unit]
        units = await resolver.units.fetch(codes, scope, of=products.all)
        changes: dict[Place, Decimal] = {}
        large: list[str] = []
        stock = await self._warehouse(adjustment, scope)
        for one in adjustment.differences:
            product = products.choose(one.product, for_sale=False)
            if isinstance(product, Problem):
                raise OdooDeclined(product.code, f"Line {one.label}: {product.message}.")
            quantity = units.convert(one.quantity, one.unit, product.unit, product=product.id)
            if isinstance(quantity, Problem):
                raise OdooDeclined(quantity.code, f"Line {one.label}: {quantity.message}.")
            if adjustment.limit is not None and abs(quantity) > adjustment.limit:
                large.append(f"Line {one.label}: {quantity:+f} of {product.name} exceeds {adjustment.limit:f}.")
            place = (product.id, await self._location(one, stock, scope), await self._lot(one, product, scope))
            changes[place] = changes.get(place, Decimal(0)) + quantity
        large += await self._worth(adjustment, changes, scope)
        if large:
            raise OdooDeclined(APPROVAL, "\n".join([*large, "Nothing is booked before a person approves it."]))
        return changes

    async def _worth(self, adjustment: Adjustment, changes: Mapping[Place, Decimal], scope: Scope) -> list[str]:
        """Says so when the differences are worth more than may be booked without a person: by cost, more and less alike."""
        if adjustment.worth is None:
            return []
        ids = sorted({product for product, _, _ in changes})
        rows = await self._client.call("product.product", "read", [ids, ["standard_price"]], context=scope.context)
        cost = {row["id"]: Decimal(str(row["standard_price"])) for row in rows}
        worth = sum((abs(quantity) * cost.get(product, Decimal(0)) for (product, _, _), quantity in changes.items()), Decimal(0))
        over = worth > adjustment.worth
        return [f"The differences are worth {worth:.2f}, which exceeds {adjustment.worth:f}."] if over else []

    async def _book(self, adjustment: Adjustment, changes: Mapping[Place, Decimal], scope: Scope) -> None:
        """Count and apply, all in one call; when stock moves meanwhile Odoo asks back, and it is counted anew."""
        counting = {**scope.context, "inventory_mode": True}
        context = {**scope.context, "inventory_name": adjustment.reference}
        for _ in range(ROUNDS):
            quants = [await self._count(place, quantity, counting) for place, quantity in changes.items()]
            if not quants:
                return
            answer = await self._client.call("stock.quant", "action_apply_inventory", [quants], context=context)
            if not isinstance(answer, Mapping):
                return
        raise OdooDeclined(
            "stock-moves",
            "The stock moved again and again while it was counted. Repeat the delivery when the warehouse is quiet.",
        )

    async def _count(self, place: Place, quantity: Decimal, context: Row) -> int:
        """Write what there is to be: what there is now, and the difference."""
        product, location, lot = place
        domain = [
            ["product_id", "=", product],
            ["location_id", "=", location],
            ["lot_id", "=", lot or False],
            ["package_id", "=", False],
        ]
        rows = await self._client.call("stock.quant", "search_read", [domain], fields=["quantity"], context=context)
        if rows:
            counted = plain(Decimal(str(rows[0]["quantity"])) + quantity)
            await self._client.call("stock.quant", "write", [[rows[0]["id"]], {"inventory_quantity": counted}], context=context)
            return int(rows[0]["id"])
        values = {"product_id": product, "location_id": location, "inventory_quantity": plain(quantity)}
        made = await self._client.call("stock.quant", "create", [values | ({"lot_id": lot} if lot else {})], context=context)
        return int(made[0] if isinstance(made, list) else made)

    async def _location(self, one: Difference, stock: int, scope: Scope) -> int:
        stock = await self._stock(one.place, scope) if one.place else stock
        if not one.bin:
            return stock
        domain = [["id", "child_of", stock], "|", ["barcode", "=", one.bin], ["name", "=", one.bin]]
        found = await self._client.call("stock.location", "search", [domain], context=scope.context)
        if len(found) != 1:
            raise OdooDeclined(
                "location-unknown", f"Line {one.label}: the bin {one.bin!r} means {len(found)} locations in Odoo, not one."
            )
        return int(found[0])

    async def _warehouse(self, adjustment: Adjustment, scope: Scope) -> int:
        """The stock of the warehouse that is meant, or of the company's first."""
        meant = adjustment.warehouse
        domain: list[Any] = [["company_id", "=", scope.company]] if scope.company else []
        if meant is not None:
            found = (await self._facilities.resolver.references.find([meant], scope))[meant]
            if isinstance(found, Problem):
                raise OdooDeclined(found.code, found.message)
            domain.append(["id", "=", found])
        rows = await self._client.call(
            "stock.warehouse", "search_read", [domain], fields=["lot_stock_id"], limit=1, order="id", context=scope.context
        )
        if rows:
            return int(rows[0]["lot_stock_id"][0])
        raise OdooDeclined("location-unknown", "There is no such warehouse in this company of Odoo: name the stock by an option.")

    async def _stock(self, name: str, scope: Scope) -> int:
        """The location configured."""
        by_id = await self._facilities.resolver.external_ids.find([name])
        if name in by_id:
            return by_id[name]
        found = await self._client.call("stock.location", "search", [[["complete_name", "=", name]]], context=scope.context)
        if len(found) != 1:
            raise OdooDeclined(
                "location-unknown", f"The location {name!r} of the options means {len(found)} locations in Odoo, not one."
            )
        return int(found[0])

    async def _lot(self, one: Difference, product: Product, scope: Scope) -> int | None:
        if one.lot is None:
            return None
        domain = [["product_id", "=", product.id], ["name", "=", one.lot]]
        found = await self._client.call("stock.lot", "search", [domain], limit=1, context=scope.context)
        if not found:
            raise OdooDeclined("lot-unknown", f"Line {one.label}: the lot {one.lot!r} of {product.name} is not in Odoo.")
        return int(found[0])
