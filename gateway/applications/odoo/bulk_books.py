"""What Odoo holds of transfers, stock and invoices, for reconciliation: all of it, some hundreds at a time."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from typing_extensions import override

from gateway.applications.odoo.books import MakeReader, OdooOrders, OdooShipments, line_names
from gateway.applications.odoo.changes.facts import Lookup
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, moment, money, quantity, related, related_name, text
from gateway.domain.reconciliation import Entry, Scope, Value
from gateway.ports.books import AnyBooks, Books

AT_ONCE = 500

READ_BY_BOOKS: Mapping[str, Sequence[str]] = {
    "orders": ("sale.order", "sale.order.line", "product.product", "uom.uom"),
    "shipments": ("sale.order", "sale.order.line", "stock.picking", "stock.move", "product.product", "uom.uom"),
    "pickings": ("stock.picking", "stock.move", "stock.picking.type", "stock.warehouse", "product.product", "uom.uom"),
    "stock": ("stock.quant", "stock.lot", "stock.location", "stock.warehouse", "product.product", "uom.uom"),
    "postings": ("account.move", "account.move.line", "res.currency", "product.product", "uom.uom"),
}
"""The models that each of the books is read from."""

_PICKING = ("name", "state", "origin", "create_date", "write_date")
_MOVE = ("picking_id", "product_id", "product_uom_qty", "quantity", "product_uom", "state", "write_date")
_QUANT = ("product_id", "lot_id", "quantity", "reserved_quantity", "write_date")
_BILL = ("name", "move_type", "ref", "currency_id", "amount_untaxed", "amount_tax", "amount_total", "create_date", "write_date")
_BILL_LINE = ("move_id", "display_type", "product_id", "price_subtotal", "sequence")
_OURS = ("out_invoice", "out_refund")


class _OdooBulk(Books):
    """Records of a model by id, so that none is read twice or left out while others change."""

    model: str
    fields: tuple[str, ...]

    def __init__(self, reader: MakeReader, scope: Scope) -> None:
        self._make, self._scope = reader, scope

    @override
    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        reader, last = await self._make(), 0
        domain = self.domain(f"{since:%Y-%m-%d %H:%M:%S}")
        if reader.scope.company is not None:
            domain.append(["company_id", "=", reader.scope.company])
        while rows := await reader.search(self.model, [*domain, ["id", ">", last]], self.fields, limit=AT_ONCE):
            yield await self.entries(reader, rows)
            last = int(rows[-1]["id"])

    @abstractmethod
    def domain(self, since: str) -> list[Any]:
        """Which records are looked at."""

    @abstractmethod
    async def entries(self, reader: Reader, rows: Sequence[Row]) -> Sequence[Entry]:
        """What they are."""


class OdooPickings(_OdooBulk):
    """Transfers to customers, by their names: what is to be shipped, or was. What is done says no more what was ordered,
    because Odoo moves the rest into another transfer.
    """

    model, fields = "stock.picking", _PICKING

    @override
    def domain(self, since: str) -> list[Any]:
        wanted = [["picking_type_code", "=", "outgoing"], ["state", "!=", "draft"], ["write_date", ">=", since]]
        if self._scope.warehouse:
            wanted.append(["picking_type_id.warehouse_id.code", "=", self._scope.warehouse])
        return wanted

    @override
    async def entries(self, reader: Reader, rows: Sequence[Row]) -> Sequence[Entry]:
        moves = [move for move in await reader.below("stock.move", "picking_id", [int(row["id"]) for row in rows], _MOVE)
                 if move["state"] != "cancel"]  # fmt: skip
        lookup = await reader.lookup(products=[related(move, "product_id") for move in moves])
        by_picking: dict[int, list[Row]] = {}
        for move in moves:
            by_picking.setdefault(related(move, "picking_id") or 0, []).append(move)
        return [self._entry(row, by_picking.get(int(row["id"]), []), lookup) for row in rows]

    def _entry(self, row: Row, moves: Sequence[Row], lookup: Lookup) -> Entry:
        state = row["state"]
        lines = None if state == "cancel" else [self._line(move, lookup, done=state == "done") for move in moves]
        changed = max((at for at in (moment(one, "write_date") for one in (row, *moves)) if at is not None), default=None)
        values: dict[str, Value] = {"cancelled": "yes" if state == "cancel" else "no"}
        return Entry(str(row["name"]), None, values, str(row["origin"] or ""), moment(row, "create_date"), lines, changed=changed)

    def _line(self, move: Row, lookup: Lookup, *, done: bool) -> Entry:
        product = lookup.product(move)
        unit, own = lookup.unit(move, "product_uom"), lookup.unit(product, "uom_id")
        ordered = None if done else unit.convert(quantity(move, "product_uom_qty"), own)
        shipped = unit.convert(quantity(move, "quantity"), own) if done else Decimal(0)
        key = _item(product, move, self._scope)
        return Entry(key, values={"ordered": ordered, "shipped": shipped}, aliases=line_names(product))


class OdooStock(_OdooBulk):
    """What lies in internal locations, by item, and by lot where these are looked at: all of it, or what is not reserved."""

    model, fields = "stock.quant", _QUANT

    @override
    def domain(self, since: str) -> list[Any]:
        wanted = [["location_id.usage", "=", "internal"]]
        if self._scope.warehouse:
            wanted.append(["location_id.warehouse_id.code", "=", self._scope.warehouse])
        return wanted

    @override
    async def entries(self, reader: Reader, rows: Sequence[Row]) -> Sequence[Entry]:
        lookup = await reader.lookup(products=[related(row, "product_id") for row in rows])
        return [self._entry(row, lookup) for row in rows]

    def _entry(self, row: Row, lookup: Lookup) -> Entry:
        lot = related_name(row, "lot_id") if self._scope.lots else ""
        key = _item(lookup.product(row), row, self._scope)
        there = quantity(row, "quantity")
        stated = there - quantity(row, "reserved_quantity") if self._scope.measure == "available" else there
        values: dict[str, Value] = {self._scope.measure: stated}
        return Entry(f"{key} lot {lot}" if lot else key, None, values, changed=moment(row, "write_date"))


class OdooInvoices(_OdooBulk):
    """Posted invoices and credit notes, ours by their own numbers and those of suppliers by theirs."""

    model, fields = "account.move", _BILL

    @override
    def domain(self, since: str) -> list[Any]:
        kinds = ["out_invoice", "out_refund", "in_invoice", "in_refund"]
        return [["state", "=", "posted"], ["move_type", "in", kinds], ["write_date", ">=", since]]

    @override
    async def entries(self, reader: Reader, rows: Sequence[Row]) -> Sequence[Entry]:
        lines = await reader.below("account.move.line", "move_id", [int(row["id"]) for row in rows], _BILL_LINE)
        sold = [line for line in lines if line.get("display_type") in ("product", False)]
        lookup = await reader.lookup(products=[related(line, "product_id") for line in sold])
        by_bill: dict[int, list[Row]] = {}
        for line in sorted(sold, key=lambda line: (line.get("sequence") or 0, line["id"])):
            by_bill.setdefault(related(line, "move_id") or 0, []).append(line)
        return [_bill(row, by_bill.get(int(row["id"]), []), lookup) for row in rows]


def for_books(whats: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The models that have to be read for these books, each with what for."""
    yield from ((model, f"[[reconciliation]] of {what}") for what in whats for model in READ_BY_BOOKS.get(what, ()))


def odoo_books(what: str, reader: MakeReader, scope: Scope) -> AnyBooks | None:
    """Its books of something; None where it has none."""
    match what:
        case "orders":
            return OdooOrders(reader)
        case "shipments":
            return OdooShipments(reader)
        case "pickings":
            return OdooPickings(reader, scope)
        case "stock":
            return OdooStock(reader, scope)
        case "postings":
            return OdooInvoices(reader, scope)
    return None


def _bill(row: Row, lines: Sequence[Row], lookup: Lookup) -> Entry:
    number = text(row, "name") if row["move_type"] in _OURS else text(row, "ref") or text(row, "name")
    currency = related_name(row, "currency_id") or None
    values: dict[str, Value] = {
        "net": money(row, "amount_untaxed", currency),
        "tax": money(row, "amount_tax", currency),
        "total": money(row, "amount_total", currency),
        "currency": currency,
        "kind": "credit" if str(row["move_type"]).endswith("refund") else "invoice",
    }
    parts = [
        Entry(f"line {place}", values={"net": money(line, "price_subtotal", currency)}, aliases=line_names(lookup.product(line)))
        for place, line in enumerate(lines, 1)
    ]
    since, changed = moment(row, "create_date"), moment(row, "write_date")
    return Entry(number or str(row["id"]), None, values, str(row["name"]), since, parts or None, changed=changed)


def _item(product: Row, row: Row, scope: Scope) -> str:
    """What an item is called, as the scope says; its name where it has no such number."""
    preferred = ("barcode", "default_code") if scope.item == "gtin" else ("default_code", "barcode")
    return next((str(product[name]) for name in preferred if product.get(name)), related_name(row, "product_id"))
