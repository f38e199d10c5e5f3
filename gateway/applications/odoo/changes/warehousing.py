"""Reads what is to be done in warehouses beside customers' orders: transfers within the company, stock that is to be counted."""

from collections.abc import Iterable, Mapping
from datetime import date

from gateway.applications.odoo.changes.feeds import MOVE_LINE, WORK
from gateway.applications.odoo.changes.handling import Count, Work
from gateway.applications.odoo.changes.published import grouped
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, related, related_name, text

_PLACE = ("name", "complete_name", "barcode", "usage", "warehouse_id")
_MOVE = ("picking_id", "product_id", "product_uom", "product_uom_qty", "state", "orderpoint_id")
_DETAIL = (*MOVE_LINE, "product_id", "location_id", "location_dest_id")
_COUNT = ("product_id", "location_id", "lot_id", "inventory_date")
_PAGE = 1000


class Warehousing:
    """Reads for one application. `warehouses` are those that somebody else runs, by code or name."""

    def __init__(self, reader: Reader, *, warehouses: Mapping[str, str]) -> None:
        self._reader, self._warehouses = reader, warehouses

    async def works(self, ids: Iterable[int]) -> dict[int, Work]:
        """Transfers within the company, in warehouses that somebody else runs."""
        rows = await self._reader.records("stock.picking", ids, WORK)
        types = await self._reader.records(
            "stock.picking.type", (related(row, "picking_type_id") for row in rows.values()), ("warehouse_id",)
        )
        names = await self._names(related(row, "warehouse_id") for row in types.values())
        of_type = {number: names.get(related(row, "warehouse_id") or 0, "") for number, row in types.items()}
        ours = {number: row for number, row in rows.items() if of_type.get(related(row, "picking_type_id") or 0)}
        if not ours:
            return {}
        moves = await self._reader.below("stock.move", "picking_id", ours, _MOVE)
        details = await self._reader.below("stock.move.line", "picking_id", ours, _DETAIL)
        ends = ("location_id", "location_dest_id")
        places = await self._reader.records(
            "stock.location", (related(row, end) for row in (*ours.values(), *details) for end in ends), _PLACE
        )
        lookup = await self._reader.lookup(
            products=[related(move, "product_id") for move in moves], lots=[related(row, "lot_id") for row in details]
        )
        by_picking = grouped(moves, lambda move: related(move, "picking_id"))
        by_move = grouped(details, lambda row: related(row, "move_id"))
        return {
            number: Work(
                row=row,
                moves=by_picking.get(number, ()),
                details=by_move,
                lookup=lookup,
                places=places,
                warehouse=of_type[related(row, "picking_type_id") or 0],
                replenishes=any(related(move, "orderpoint_id") for move in by_picking.get(number, ())),
            )
            for number, row in ours.items()
        }

    async def due_counts(self, today: date) -> list[Count]:
        """Stock whose day to be counted has come, in places of warehouses that somebody else runs."""
        domain = [["location_id.usage", "=", "internal"], ["inventory_date", "<=", today.isoformat()]]
        rows: list[Row] = []
        while True:
            last = rows[-1]["id"] if rows else 0
            page = await self._reader.search("stock.quant", [*domain, ["id", ">", last]], _COUNT, limit=_PAGE)
            rows += page
            if len(page) < _PAGE:
                break
        places = await self._reader.records("stock.location", (related(row, "location_id") for row in rows), _PLACE)
        names = await self._names(related(row, "warehouse_id") for row in places.values())
        lookup = await self._reader.lookup(products=[related(row, "product_id") for row in rows])
        found = []
        for row in rows:
            place = places.get(related(row, "location_id") or 0, {})
            name = names.get(related(place, "warehouse_id") or 0, "")
            if name and row.get("inventory_date"):
                lot = related_name(row, "lot_id") or None
                found.append(Count(int(row["id"]), str(row["inventory_date"]), lookup.product(row), place, lot, name))
        return found

    async def _names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Warehouses by the name that they are configured by; empty for those that are not."""
        rows = await self._reader.records("stock.warehouse", ids, ("code", "name"))
        found = {}
        for number, row in rows.items():
            named = [name for name in (text(row, "code"), text(row, "name")) if name and name in self._warehouses]
            found[number] = named[0] if named else ""
        return found
