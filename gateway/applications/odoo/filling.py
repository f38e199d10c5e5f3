"""What a transfer's moves are told: quantities, lots, packages; all of one move at once, so that a repeat is harmless."""

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.allocation import OpenMove, Taken, by_lot
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.shipment import Piece, Shipment
from gateway.applications.odoo.values import plain

Row = Mapping[str, Any]
Command = list[Any]


class Filling:
    """Looks up lots and packages, makes those that are missing, and writes down what each move takes."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client

    async def commands(
        self, shipment: Shipment, taken: Sequence[Taken], moves: Sequence[Row], lines: Sequence[Row], options: Row, scope: Scope
    ) -> list[Command]:
        """Commands for `stock.picking.move_ids`: what is shipped is picked, what is not stays behind."""
        packages = await self._packages(shipment.packages, scope)
        lots = await self._lots(taken, scope, create=bool(options.get("create_lots")) and not shipment.incoming)
        mine = {one.move.id: one for one in taken}
        result: list[Command] = []
        for move in moves:
            if move["state"] in ("done", "cancel"):
                continue
            one = mine.get(move["id"])
            reserved = [line for line in lines if line["move_id"] and line["move_id"][0] == move["id"]]
            values = {"picked": False} if one is None else _filled(one, reserved, packages, lots, incoming=shipment.incoming)
            result.append([1, move["id"], _of_transfer(values, move)])
        return result

    async def expected(
        self,
        advice: Shipment,
        taken: Sequence[Taken],
        moves: Sequence[Row],
        lines: Sequence[Row],
        scope: Scope,
        *,
        first: bool,
    ) -> list[Command]:
        """Commands for goods that are to come: nothing is picked. The first advice takes the place of what Odoo expected."""
        packages = await self._packages(advice.packages, scope)
        mine = {one.move.id: one for one in taken}
        result: list[Command] = []
        for move in moves:
            one = mine.get(move["id"])
            if move["state"] in ("done", "cancel") or (one is None and not first):
                continue
            old = [line for line in lines if line["move_id"] and line["move_id"][0] == move["id"]] if first else []
            commands: list[Command] = [[2, line["id"], 0] for line in old]
            for piece in _joined(one.pieces, tracked=one.move.tracking != "none") if one is not None else ():
                values: dict[str, Any] = {"product_id": move["product_id"][0], "quantity": plain(piece.quantity), "picked": False}
                values |= {"result_package_id": packages[piece.package]} if piece.package else {}
                commands.append([0, 0, values | ({"lot_name": piece.lot} if piece.lot else {})])
            if commands:
                result.append([1, move["id"], _of_transfer({"move_line_ids": commands}, move)])
        return result

    async def _packages(self, names: Sequence[str], scope: Scope) -> dict[str, int]:
        """Packages by their serial shipping container code; a name is not unique in Odoo, so the oldest is taken."""
        if not names:
            return {}
        model = scope.dialect.package_model
        rows = await self._client.call(
            model, "search_read", [[["name", "in", list(names)]]], fields=["name"], order="id desc", context=scope.context
        )
        found = {row["name"]: int(row["id"]) for row in rows}
        missing = [name for name in names if name not in found]
        return found | await self._made(
            model, {name: {"id": f"{MODULE}.sscc_{_safe(name)}", "name": name} for name in missing}, scope
        )

    async def _lots(self, taken: Sequence[Taken], scope: Scope, *, create: bool) -> dict[tuple[int, str], int]:
        """Lots by product and name."""
        wanted = {(one.move.product, p.lot) for one in taken if one.move.tracking != "none" for p in one.pieces if p.lot}
        if not wanted:
            return {}
        domain = [
            ["product_id", "in", sorted({product for product, _ in wanted})],
            ["name", "in", sorted({lot for _, lot in wanted})],
        ]
        rows = await self._client.call("stock.lot", "search_read", [domain], fields=["name", "product_id"], context=scope.context)
        found = {(row["product_id"][0], row["name"]): int(row["id"]) for row in rows}
        missing = {one: _lot_cells(*one) for one in sorted(wanted - found.keys())} if create else {}
        return found | await self._made("stock.lot", missing, scope)

    async def _made(self, model: str, cells: Mapping[Any, Mapping[str, str]], scope: Scope) -> dict[Any, int]:
        """New records under external ids of their own, so that a repeat finds them."""
        if not cells:
            return {}
        rows = [list(one.values()) for one in cells.values()]
        columns = list(next(iter(cells.values())))
        answer = await self._client.call(model, "load", [columns, rows], context=scope.load_context)
        if not answer["ids"]:
            texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
            raise OdooFault("", "\n".join(texts) or f"Odoo made no {model} and gave no reason.")
        return dict(zip(cells, map(int, answer["ids"]), strict=True))


def _of_transfer(values: dict[str, Any], move: Row) -> dict[str, Any]:
    """New detailed operations name their transfer: Odoo does not derive it, and they would not be among its packages."""
    for command in values.get("move_line_ids", ()):
        if command[0] == 0 and move["picking_id"]:
            command[2]["picking_id"] = move["picking_id"][0]
    return values


def open_move(row: Row, tracking: Mapping[int, str]) -> OpenMove:
    """A move that is still to be done."""
    return OpenMove(
        id=row["id"],
        product=row["product_id"][0],
        unit=row["product_uom"][0],
        demand=Decimal(str(row["product_uom_qty"])),
        tracking=tracking.get(row["product_id"][0]) or "none",
    )


def _filled(
    one: Taken, reserved: Sequence[Row], packages: Mapping[str, int], lots: Mapping[tuple[int, str], int], *, incoming: bool
) -> dict[str, Any]:
    """The move's values. Without lots and packages it is the quantity alone, and what Odoo has reserved stays."""
    pieces = by_lot(one, [{"lot": line["lot_id"] and line["lot_id"][1], "quantity": line["quantity"]} for line in reserved])
    known = {line["lot_id"][1]: int(line["lot_id"][0]) for line in reserved if line["lot_id"]}
    tracked = one.move.tracking != "none"
    if not any(piece.package or (tracked and piece.lot) for piece in pieces):
        return {"quantity": plain(one.quantity), "picked": True}
    commands: list[Command] = [[2, line["id"], 0] for line in reserved]
    for piece in _joined(pieces, tracked=tracked):
        values: dict[str, Any] = {"product_id": one.move.product, "quantity": plain(piece.quantity), "picked": True}
        if piece.package:
            values["result_package_id"] = packages[piece.package]
        if piece.lot:
            values |= _lot_value(
                one, piece.lot, lots.get((one.move.product, piece.lot)) or known.get(piece.lot), incoming=incoming
            )
        values |= _place(piece, reserved)
        commands.append([0, 0, values])
    return {"picked": True, "move_line_ids": commands}


def _lot_value(one: Taken, lot: str, known: int | None, *, incoming: bool) -> dict[str, Any]:
    if known is not None:
        return {"lot_id": known}
    if incoming:
        return {"lot_name": lot}
    raise OdooDeclined(
        "lot-unknown",
        f"Line {', '.join(one.labels)}: the lot {lot!r} is not in Odoo. Receive or correct it there, or allow it by the option "
        "create_lots; then repeat.",
    )


def _place(piece: Piece, reserved: Sequence[Row]) -> dict[str, Any]:
    """From where it is reserved, as far as that is known: the same lot, else anything."""
    same = [line for line in reserved if piece.lot and line["lot_id"] and line["lot_id"][1] == piece.lot]
    source = next(iter(same or ([] if piece.lot else [line for line in reserved if not line["lot_id"]])), None)
    if source is None:
        return {}
    names = ("location_id", "location_dest_id", "package_id")
    return {name: source[name][0] for name in names if source[name]}


def _joined(pieces: Sequence[Piece], *, tracked: bool) -> list[Piece]:
    """Pieces of one lot and package as one; goods that are not tracked have no lot."""
    sums: dict[tuple[str | None, str | None], Decimal] = {}
    for piece in pieces:
        place = (piece.lot if tracked else None, piece.package)
        sums[place] = sums.get(place, Decimal(0)) + piece.quantity
    return [Piece(quantity, lot, package) for (lot, package), quantity in sums.items()]


def _lot_cells(product: int, lot: str) -> dict[str, str]:
    return {"id": f"{MODULE}.lot_{product}_{_safe(lot)}", "name": lot, "product_id/.id": str(product)}


def _safe(name: str) -> str:
    """A name as part of an external id."""
    return name if name.isalnum() and name.isascii() else hashlib.sha256(name.encode()).hexdigest()[:24]
