"""What Odoo holds of orders and of what left for them, for reconciliation: read by name and number, line by line."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from typing_extensions import override

from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, moment, related, related_name
from gateway.applications.odoo.rows import ordinal_of
from gateway.applications.odoo.transfers import to_customer
from gateway.domain.reconciliation import Entry
from gateway.ports.books import AsksByEntry

MakeReader = Callable[[], Awaitable[Reader]]
"""Gives what reads the database, in the service user's company."""

_ORDER = ("name", "client_order_ref", "partner_id", "state", "create_date", "write_date")
_LINE = ("order_id", "product_id", "product_uom_qty", "qty_delivered", "qty_invoiced", "product_uom", "product_uom_id")
_MEASURES = {"ordered": "product_uom_qty", "shipped": "qty_delivered", "invoiced": "qty_invoiced"}
_MOVE = ("picking_id", "sale_line_id", "quantity", "product_uom", "state", "write_date")
_WAY = ("picking_type_code", "return_id")


class OdooOrders(AsksByEntry):
    """Sale orders. An entry asked for is found by its `name` (S00027), its lines by the external ids they were made under.

    Another order of the same customer under the same number is one too many, and is answered under the same key. An entry
    without a name, of which nobody told us Odoo's, is found by its number.
    """

    def __init__(self, reader: MakeReader) -> None:
        self._make = reader

    @override
    async def of(self, asked: Sequence[Entry]) -> Sequence[Entry]:
        reader = await self._make()
        names, numbers = sorted({one.name for one in asked if one.name}), sorted({one.key for one in asked})
        orders = await reader.search("sale.order", ["|", ["name", "in", names], ["client_order_ref", "in", numbers]], _ORDER)
        owners = _owners(asked, orders)
        kept = [order for order in orders if order["id"] in owners]
        lines = await self._lines(reader, [order["id"] for order in kept])
        return [_entry(order, owners[order["id"]], lines.get(order["id"], ())) for order in kept]

    async def _lines(self, reader: Reader, orders: Sequence[int]) -> Mapping[int, Sequence[Entry]]:
        rows = [row for row in await reader.below("sale.order.line", "order_id", orders, _LINE) if related(row, "product_id")]
        lookup = await reader.lookup(products=[related(row, "product_id") for row in rows])
        told = await reader.external_ids("sale.order.line", [row["id"] for row in rows])
        found: dict[int, list[Entry]] = {}
        for row, values in zip(rows, await self._values(reader, rows), strict=True):
            ordinal = next((one for name in told.get(row["id"], ()) if (one := ordinal_of(name)) is not None), None)
            names = line_names(lookup.product(row), ordinal)
            entry = Entry(related_name(row, "product_id"), values=values, aliases=names)
            found.setdefault(related(row, "order_id") or 0, []).append(entry)
        return found

    async def _values(self, _reader: Reader, rows: Sequence[Row]) -> Sequence[Mapping[str, Decimal]]:
        """What is told of each line."""
        return [{what: Decimal(str(row[field] or 0)) for what, field in _MEASURES.items()} for row in rows]


class OdooShipments(OdooOrders):
    """What left for sale orders, by line: the transfers that were validated, in the unit of the order's line."""

    @override
    async def _values(self, reader: Reader, rows: Sequence[Row]) -> Sequence[Mapping[str, Decimal]]:
        moves = await reader.below("stock.move", "sale_line_id", [row["id"] for row in rows], _MOVE)
        done = [move for move in moves if move["state"] == "done"]
        kinds = await reader.records("stock.picking", (related(move, "picking_id") for move in done), _WAY)
        left = [move for move in done if to_customer(kinds.get(related(move, "picking_id") or 0, {}))]
        lookup, unit = await reader.lookup(), reader.scope.dialect.line_unit
        shipped = {int(row["id"]): Decimal(0) for row in rows}
        units = {int(row["id"]): lookup.unit(row, unit) for row in rows}
        for move in left:
            line = related(move, "sale_line_id") or 0
            shipped[line] += lookup.unit(move, "product_uom").convert(Decimal(str(move["quantity"] or 0)), units[line])
        return [{"shipped": shipped[int(row["id"])]} for row in rows]


def _owners(asked: Sequence[Entry], orders: Sequence[Mapping[str, Any]]) -> dict[int, Entry]:
    """Which of the asked each order belongs to: the one of its name, or that whose number and customer it shares."""
    by_name = {one.name: one for one in asked if one.name}
    owners = {order["id"]: by_name[order["name"]] for order in orders if order["name"] in by_name}
    unnamed = {one.key: one for one in asked if not one.name}
    customers = {(owners[order["id"]].key, _customer(order)): owners[order["id"]] for order in orders if order["id"] in owners}
    for order in orders:
        if order["id"] not in owners and (one := unnamed.get(str(order["client_order_ref"] or ""))) is not None:
            owners[order["id"]] = one
        twin = customers.get((str(order["client_order_ref"] or ""), _customer(order)))
        if order["id"] not in owners and twin is not None and order["state"] != "cancel":
            owners[order["id"]] = twin
    return owners


def _customer(order: Mapping[str, Any]) -> int | None:
    return order["partner_id"][0] if order["partner_id"] else None


def _entry(order: Mapping[str, Any], owner: Entry, lines: Sequence[Entry]) -> Entry:
    cancelled = "yes" if order["state"] == "cancel" else "no"
    made, changed = moment(order, "create_date"), moment(order, "write_date")
    kept = () if cancelled == "yes" else lines
    return Entry(owner.key, owner.partner, {"cancelled": cancelled}, order["name"], made, kept, changed=changed)


def line_names(product: Row, ordinal: int | None = None) -> tuple[str, ...]:
    """What other systems may call a line: by our code or the GTIN of its item, by its place in the customer's document."""
    names = [f"seller:{product['default_code']}", str(product["default_code"])] if product.get("default_code") else []
    names += [f"gtin:{product['barcode']}", str(product["barcode"])] if product.get("barcode") else []
    return (*names, *([f"ordinal:{ordinal}"] if ordinal is not None else []))
