"""What Odoo holds of orders, for reconciliation: read by name and by the customer's number, line by line."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from typing_extensions import override

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.rows import ordinal_of
from gateway.domain.reconciliation import Entry
from gateway.ports.books import Books

_AT_ONCE = 200
_ORDER = ["name", "client_order_ref", "partner_id", "state", "create_date"]
_LINE = ["order_id", "product_id", "product_uom_qty", "qty_delivered", "qty_invoiced"]


class OdooOrders(Books):
    """Sale orders. An entry asked for is found by its `name` (S00027), its lines by the external ids they were made under.

    Another order of the same customer under the same number is one too many, and is answered under the same key.
    """

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    @override
    async def entries(self, asked: Sequence[Entry], *, since: datetime) -> Sequence[Entry]:
        found: list[Entry] = []
        for start in range(0, len(asked), _AT_ONCE):
            found += await self._some(asked[start : start + _AT_ONCE])
        return found

    async def _some(self, asked: Sequence[Entry]) -> list[Entry]:
        names, numbers = sorted({one.name for one in asked if one.name}), sorted({one.key for one in asked})
        domain = ["|", ["name", "in", names], ["client_order_ref", "in", numbers]]
        orders = await self._client.call("sale.order", "search_read", [domain, _ORDER])
        owners = _owners(asked, orders)
        kept = [order for order in orders if order["id"] in owners]
        lines = await self._lines([order["id"] for order in kept])
        return [_entry(order, owners[order["id"]], lines.get(order["id"], ())) for order in kept]

    async def _lines(self, orders: Sequence[int]) -> Mapping[int, Sequence[Entry]]:
        domain = [["order_id", "in", list(orders)], ["product_id", "!=", False]]
        rows = await self._client.call("sale.order.line", "search_read", [domain, _LINE]) if orders else []
        wanted = sorted({row["product_id"][0] for row in rows})
        read = await self._client.call("product.product", "read", [wanted, ["default_code", "barcode"]]) if wanted else []
        products = {product["id"]: product for product in read}
        told = await self._client.call("sale.order.line", "get_metadata", [[row["id"] for row in rows]]) if rows else []
        named = ((row["id"], one["xmlid"]) for row in told for one in row.get("xmlids") or ())
        ordinals = {line: ordinal for line, name in named if (ordinal := ordinal_of(name)) is not None}
        found: dict[int, list[Entry]] = {}
        for row in rows:
            entry = _line(row, products.get(row["product_id"][0], {}), ordinals.get(row["id"]))
            found.setdefault(row["order_id"][0], []).append(entry)
        return found


def _owners(asked: Sequence[Entry], orders: Sequence[Mapping[str, Any]]) -> dict[int, Entry]:
    """Which of the asked each order belongs to: the one of its name, or that whose number and customer it shares."""
    by_name = {one.name: one for one in asked if one.name}
    owners = {order["id"]: by_name[order["name"]] for order in orders if order["name"] in by_name}
    customers = {(owners[order["id"]].key, _customer(order)): owners[order["id"]] for order in orders if order["id"] in owners}
    for order in orders:
        twin = customers.get((str(order["client_order_ref"] or ""), _customer(order)))
        if order["id"] not in owners and twin is not None and order["state"] != "cancel":
            owners[order["id"]] = twin
    return owners


def _customer(order: Mapping[str, Any]) -> int | None:
    return order["partner_id"][0] if order["partner_id"] else None


def _entry(order: Mapping[str, Any], owner: Entry, lines: Sequence[Entry]) -> Entry:
    cancelled = "yes" if order["state"] == "cancel" else "no"
    made = datetime.strptime(order["create_date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) if order["create_date"] else None
    return Entry(owner.key, owner.partner, {"cancelled": cancelled}, order["name"], made, () if cancelled == "yes" else lines)


def _line(row: Mapping[str, Any], product: Mapping[str, Any], ordinal: int | None) -> Entry:
    names = [f"seller:{product['default_code']}"] if product.get("default_code") else []
    names += [f"gtin:{product['barcode']}"] if product.get("barcode") else []
    names += [f"ordinal:{ordinal}"] if ordinal is not None else []
    values = {"ordered": "product_uom_qty", "shipped": "qty_delivered", "invoiced": "qty_invoiced"}
    return Entry(
        str(row["product_id"][1]),
        values={what: Decimal(str(row[field] or 0)) for what, field in values.items()},
        aliases=tuple(names),
    )
