"""Goods that a customer sends back → what of which delivery returns. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.allocation import OpenMove, Taken
from gateway.applications.odoo.catalogue import Product
from gateway.applications.odoo.mapping import decimal_text
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.shipment import Goods, Shipment, read_shipment
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json

SCHEMA = "return_request/1"
KINDS = (None, "request", "authorisation", "instruction", "notification")
ZERO = Decimal(0)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Return:
    """Goods that come back. `reason` is why, in words, with the number under which they are taken back."""

    goods: Shipment
    reason: str

    def external_id(self, delivery: int) -> str:
        """The name of the transfer that takes back what this delivery brought, by which a repeat finds it."""
        return f"{MODULE}.{self.goods.key}_r{delivery}"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A move that is done, in its own unit: how much went out, how much of that is on its way back, and of which lots."""

    row: Row
    returned: Decimal
    lots: Mapping[str, Decimal]
    tracking: str

    @property
    def left(self) -> Decimal:
        """What may still come back."""
        return max(Decimal(str(self.row["quantity"])) - self.returned, ZERO)

    @property
    def returnable(self) -> OpenMove:
        """The same as a move that takes it back."""
        return OpenMove(self.row["id"], self.row["product_id"][0], self.row["product_uom"][0], self.left, self.tracking)


def read_return(document: Json, *, key: str, partner: str, tables: Tables) -> Return | tuple[Problem, ...]:
    """What is announced, asked or instructed to come back, or every reason why no return can be made of it."""
    if document.get("schema") != SCHEMA:
        return (Problem("document-unsupported", f"Goods are taken back by {SCHEMA}, not by {document.get('schema')}."),)
    if document.get("kind") not in KINDS:
        return (Problem("kind-unsupported", f"A return_request of the kind {document['kind']!r} brings no goods back."),)
    goods = read_shipment(_with_deliveries(document), key=key, partner=partner, tables=tables, schemas=(SCHEMA,))
    return Return(goods, "; ".join(_reasons(document))) if isinstance(goods, Shipment) else goods


def _with_deliveries(document: Json) -> Json:
    """The document with our despatches, by which goods are sent back as well, among the transfers that it names."""
    named = [line.get("despatch") for line in document.get("lines") or []]
    named += [one for one in document.get("references") or [] if one.get("kind") == "despatch"]
    transfers = [{"kind": "transfer", "number": one["number"]} for one in named if one and one.get("number")]
    return {**document, "references": [*(document.get("references") or []), *transfers]}


def _reasons(document: Json) -> Iterator[str]:
    if document.get("authorisation"):
        yield f"authorisation {clean(str(document['authorisation']))}"
    said = [document, *(document.get("lines") or [])]
    words = [str(one.get("reason_text") or one.get("reason") or "").replace("_", " ") for one in said]
    yield from dict.fromkeys(clean(text) for text in words if text)


def lots_missing(goods: Sequence[Goods], taken: Sequence[Taken], moves: Mapping[int, Delivered]) -> Iterator[Problem]:
    """A problem for each lot that comes back in a quantity that was not delivered of it."""
    wanted: dict[tuple[int, str], Decimal] = {}
    known: dict[tuple[int, str], Decimal] = {}
    for move in moves.values():
        for lot, quantity in move.lots.items():
            place = (move.returnable.product, lot)
            known[place] = known.get(place, ZERO) + quantity
    for one in taken:
        for piece in one.pieces if one.move.tracking != "none" else ():
            if piece.lot:
                wanted[one.move.product, piece.lot] = wanted.get((one.move.product, piece.lot), ZERO) + piece.quantity
    for (product, lot), quantity in wanted.items():
        there = known.get((product, lot), ZERO)
        if quantity > there:
            label = next((label for one in taken if one.move.product == product for label in one.labels), goods[0].label)
            message = (
                f"Line {label}: {decimal_text(quantity)} of lot {lot!r} come back, of which {decimal_text(there)} were delivered."
            )
            yield Problem("lot-not-delivered", message)


def more_than_delivered(one: Goods, product: Product, moves: Sequence[OpenMove], transfer: str) -> Problem:
    """Why a line cannot come back."""
    left = sum((move.demand for move in moves), ZERO)
    return Problem(
        "return-over",
        f"Line {one.label}: {decimal_text(one.quantity)} of {product.name} are to come back, and of {transfer} "
        f"{decimal_text(left)} are left that were "
        "delivered and are not on their way back already. Compare with the customer.",
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A transfer that brought goods, and where they come back to."""

    id: int
    name: str
    row: Row
    type: int
    place: int


def return_rows(
    wanted: Return,
    deliveries: Iterable[tuple[Delivery, Sequence[Taken]]],
    moves: Mapping[int, Delivered],
    *,
    note: str,
    refund: bool,
) -> tuple[list[str], list[list[str]]]:
    """Columns and rows of `stock.picking.load`: one transfer for each delivery, each with an external id, as its lines have."""
    columns: list[str] = []
    rows: list[list[str]] = []
    for delivery, taken in deliveries:
        head = _head(wanted, delivery, note)
        for place, one in enumerate(taken):
            line = _line(wanted, delivery, one, moves[one.move.id], refund=refund)
            columns = [*head, *line]
            rows.append([*(head.values() if place == 0 else [""] * len(head)), *line.values()])
    return columns, rows


def _head(wanted: Return, delivery: Delivery, note: str) -> dict[str, str]:
    row = delivery.row
    partner = row["partner_id"]
    return {
        "id": wanted.external_id(delivery.id),
        "picking_type_id/.id": str(delivery.type),
        "location_id/.id": str(row["location_dest_id"][0]),
        "location_dest_id/.id": str(delivery.place),
        "partner_id/.id": str(partner[0]) if partner else "",
        "company_id/.id": str(row["company_id"][0]),
        "return_id/.id": str(delivery.id),
        "origin": f"Return of {delivery.name}",
        "note": note,
    }


def _line(wanted: Return, delivery: Delivery, one: Taken, move: Delivered, *, refund: bool) -> dict[str, str]:
    row = move.row
    cells = {
        "move_ids/id": f"{wanted.external_id(delivery.id)}_m{one.move.id}",
        "move_ids/product_id/.id": str(one.move.product),
        "move_ids/product_uom_qty": decimal_text(one.quantity),
        "move_ids/product_uom/.id": str(one.move.unit),
        "move_ids/location_id/.id": str(delivery.row["location_dest_id"][0]),
        "move_ids/location_dest_id/.id": str(delivery.place),
        "move_ids/origin_returned_move_id/.id": str(one.move.id),
        "move_ids/move_orig_ids/.id": str(one.move.id),
        "move_ids/procure_method": "make_to_stock",
        "move_ids/to_refund": "1" if refund else "0",
        "move_ids/sale_line_id/.id": str(row["sale_line_id"][0]) if row["sale_line_id"] else "",
    }
    if "name" in row:  # up to 18 a move has a description that must be there, and belongs to an order by its group
        cells["move_ids/name"] = str(row["name"] or delivery.name)
        cells["move_ids/group_id/.id"] = str(row["group_id"][0]) if row["group_id"] else ""
    return cells
