"""Transfers of Odoo: found by their name or their order, written, validated, read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.scope import Scope

FIELDS = (
    "name",
    "state",
    "note",
    "origin",
    "picking_type_code",
    "return_id",
    "sale_id",
    "move_ids",
    "backorder_ids",
    "backorder_id",
    "date_done",
)
DROP_SHIP = "dropship"
"""The kind of transfers from a supplier to a customer, and back."""
COMING = ("incoming", DROP_SHIP)
"""Kinds of transfers in which goods come back, if they do not go to a customer."""
OPEN = ("draft", "waiting", "confirmed", "assigned")
TRACKING = "carrier_tracking_ref"
MOVE_FIELDS = (
    "picking_id", "product_id", "product_uom_qty", "product_uom", "quantity", "picked", "state", "move_line_ids", "sale_line_id",
)  # fmt: skip
LINE_FIELDS = ("move_id", "quantity", "lot_id", "package_id", "location_id", "location_dest_id")
QUIET = {"skip_backorder": True, "skip_sms": True, "skip_immediate": True}
"""The answers that `button_validate` would otherwise ask a person for; about expired lots it asks all the same."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A record of `stock.picking`. `sale` is the id and name of the sale order it is of.

    `drop_ship`: between supplier and customer, never in our house.
    """

    id: int
    name: str
    state: str
    note: str
    outgoing: bool
    incoming: bool
    drop_ship: bool
    sale: tuple[int, str] | None
    moves: tuple[int, ...]
    back_orders: tuple[int, ...]

    @property
    def internal(self) -> bool:
        """Whether goods stay ours."""
        return not self.outgoing and not self.incoming

    def bears(self, key: str) -> bool:
        """Whether the delivery of that key was written into it."""
        return mark_of(key) in self.note


def to_customer(row: Mapping[str, Any]) -> bool:
    """Whether a transfer brings goods to a customer: ours, or straight from the supplier."""
    kind = row.get("picking_type_code")
    return kind == "outgoing" or (kind == DROP_SHIP and not row.get("return_id"))


def mark_of(key: str) -> str:
    """What in the notes of a transfer tells which delivery of ours moved it; a back order takes the notes over."""
    return f"[edi:{key}]"


class TransferDesk:
    """Everything about transfers that actions ask of Odoo."""

    def __init__(self, client: OdooClient) -> None:
        self._client = client
        self._tracks: bool | None = None

    async def named(self, names: Sequence[str], scope: Scope) -> list[Transfer]:
        """Transfers with one of these names, the newest last."""
        return await self._search([["name", "in", list(names)]], scope) if names else []

    async def of_sale(self, numbers: Sequence[str], scope: Scope) -> list[Transfer]:
        """Deliveries of the sale orders that bear this number, ours or the customer's."""
        references = ["|", ["name", "in", list(numbers)], ["client_order_ref", "in", list(numbers)]]
        return await self._of_orders("sale.order", references, scope)

    async def of_purchase(self, numbers: Sequence[str], scope: Scope) -> list[Transfer]:
        """Receipts of the purchase orders that bear this number, ours or the vendor's."""
        references = ["|", ["name", "in", list(numbers)], ["partner_ref", "in", list(numbers)]]
        return await self._of_orders("purchase.order", references, scope)

    async def read(self, ids: Sequence[int], scope: Scope) -> list[Transfer]:
        """Transfers by id."""
        rows = await self._client.call("stock.picking", "read", [list(ids), self._fields()], context=scope.context)
        return [_transfer(row) for row in rows]

    async def moves(self, transfer: Transfer, scope: Scope) -> list[dict[str, Any]]:
        """Its moves."""
        rows: list[dict[str, Any]] = await self._client.call(
            "stock.move", "read", [list(transfer.moves), list(MOVE_FIELDS)], context=scope.context
        )
        return rows

    async def lines(self, moves: Sequence[Mapping[str, Any]], scope: Scope) -> list[dict[str, Any]]:
        """The detailed operations of moves."""
        ids = [line for move in moves for line in move["move_line_ids"]]
        if not ids:
            return []
        rows: list[dict[str, Any]] = await self._client.call(
            "stock.move.line", "read", [ids, list(LINE_FIELDS)], context=scope.context
        )
        return rows

    async def products(self, moves: Sequence[Mapping[str, Any]], scope: Scope) -> list[dict[str, Any]]:
        """The products of moves."""
        ids = sorted({move["product_id"][0] for move in moves})
        fields = ["default_code", "barcode", "name", "uom_id", "sale_ok", "tracking", "product_tmpl_id"]
        rows: list[dict[str, Any]] = await self._client.call("product.product", "read", [ids, fields], context=scope.context)
        return rows

    async def write(self, transfer: Transfer, values: Mapping[str, Any], scope: Scope, *, tracking: str = "") -> None:
        """Change a transfer; the tracking reference is written where the module for it is installed."""
        if tracking and await self.has_tracking(scope):
            values = {**values, TRACKING: tracking}
        await self._client.call("stock.picking", "write", [[transfer.id], dict(values)], context=scope.context)

    async def confirm(self, transfer: Transfer, scope: Scope) -> None:
        """A draft → to be done."""
        await self._client.call("stock.picking", "action_confirm", [[transfer.id]], context=scope.context)

    async def cancel(self, transfers: Sequence[int], scope: Scope) -> None:
        """Cancel what is not done."""
        await self._client.call("stock.picking", "action_cancel", [list(transfers)], context=scope.context)

    async def validate(self, transfer: Transfer, scope: Scope, *, drop_rest: bool) -> Transfer:
        """Move what is picked; what is missing is back-ordered or dropped. Raises OdooFault, and OdooDeclined when Odoo asks."""
        context = {**scope.context, **QUIET, **({"picking_ids_not_to_backorder": [transfer.id]} if drop_rest else {})}
        fault: OdooFault | None = None
        answer: Any = True
        try:
            answer = await self._client.call("stock.picking", "button_validate", [[transfer.id]], context=context)
        except OdooFault as caught:  # up to 18 also when it is done already
            fault = caught
        (now,) = await self.read([transfer.id], scope)
        if now.state == "done":
            return now
        if fault is not None:
            raise fault
        asked = answer.get("res_model") if isinstance(answer, Mapping) else "nothing"
        raise OdooDeclined(
            "transfer-not-done",
            f"Odoo did not validate transfer {transfer.name}: it asks for a person's answer ({asked}). Validate it there; "
            "the quantities are entered already.",
        )

    async def _of_orders(self, model: str, domain: Sequence[Any], scope: Scope) -> list[Transfer]:
        rows = await self._client.call(
            model, "search_read", [list(domain)], fields=["name", "state", "picking_ids"], context=scope.context
        )
        alive = [row for row in rows if row["state"] != "cancel"] or rows
        if len(alive) > 1:
            names = ", ".join(row["name"] for row in alive)
            raise OdooDeclined(
                "order-ambiguous", f"Several orders bear this number: {names}. Name the transfer, or decide by hand."
            )
        if alive and alive[0]["state"] in ("draft", "sent"):
            raise OdooDeclined(
                "order-not-confirmed", f"Order {alive[0]['name']} is not confirmed in Odoo: confirm it, then repeat."
            )
        ids = [one for row in alive for one in row["picking_ids"]]
        return sorted(await self.read(ids, scope), key=lambda one: one.id) if ids else []

    async def _search(self, domain: Sequence[Any], scope: Scope) -> list[Transfer]:
        rows = await self._client.call(
            "stock.picking", "search_read", [list(domain)], fields=self._fields(), order="id", context=scope.context
        )
        return [_transfer(row) for row in rows]

    def _fields(self) -> list[str]:
        return list(FIELDS)

    async def has_tracking(self, scope: Scope) -> bool:
        """Whether transfers have a field for tracking numbers: the module for delivery methods brings it."""
        if self._tracks is None:
            known = await self._client.call(
                "stock.picking", "fields_get", [[TRACKING]], attributes=["type"], context=scope.context
            )
            self._tracks = TRACKING in known
        return self._tracks


def noted(transfer: Transfer, text: str, key: str) -> str:
    """The notes of a transfer with what happened to it added, once."""
    if transfer.bears(key):
        return transfer.note
    return f"{transfer.note}<p>{clean(text)} {mark_of(key)}</p>"


def _transfer(row: Mapping[str, Any]) -> Transfer:
    sale = row["sale_id"]
    return Transfer(
        id=row["id"],
        name=row["name"] or "",
        state=row["state"] or "",
        note=row["note"] or "",
        outgoing=to_customer(row),
        incoming=row["picking_type_code"] in COMING and not to_customer(row),
        drop_ship=row["picking_type_code"] == DROP_SHIP,
        sale=(sale[0], sale[1]) if sale else None,
        moves=tuple(row["move_ids"]),
        back_orders=tuple(row["backorder_ids"]),
    )
