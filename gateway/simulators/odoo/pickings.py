"""Transfers: made by orders, validated with wizards as each version has them, back-ordered, cancelled, returned."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.simulators.odoo import moves, orm
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.model import Model

NOTHING = (
    "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities on the related moves."
)


class Picking(Model):
    """`stock.picking`."""

    def create_one(self, values: Values) -> int:
        """A transfer made by hand; its moves are given as commands."""
        lines = values.pop("move_ids", None) or values.pop("move_ids_without_package", None) or []
        kind = self.env.rows("stock.picking.type")[values["picking_type_id"]]
        record = orm.create(self.env, self.name, {**_base(self.env, kind), **values})
        orm.apply(self.env, self.name, record, {"move_ids": lines})
        return record

    def settle(self, ids: Sequence[int]) -> None:
        """The state, and the order that it is of, from the moves."""
        for record in ids:
            own = self.env.below("stock.move", "picking_id", record)
            changed: Values = {"state": _state([move["state"] for move in own])}
            stored = self.env.rows(self.name)[record]
            if not stored.get("sale_id"):
                changed["sale_id"] = _order_of(self.env, own)
            if any(stored.get(name) != value for name, value in changed.items()):
                self.env.database.update(self.name, record, changed)

    def reschedule(self, record: int) -> None:
        """The day of a transfer is that of its earliest open move."""
        dates = [move["date"] for move in _open(self.env, record) if move.get("date")]
        if dates:
            self.env.database.update(self.name, record, {"scheduled_date": min(dates)})

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change transfers; another day is that of the open moves."""
        done = orm.write(self.env, self.name, ids, values)
        for record in ids if values.get("scheduled_date") else ():
            for move in _open(self.env, record):
                self.env.database.update("stock.move", move["id"], {"date": values["scheduled_date"]})
        return done

    def action_confirm(self, ids: Sequence[int]) -> bool:
        """Draft → to be done."""
        env = self.env.sudo()
        for move in self._moves(ids):
            if move["state"] == "draft":
                env.database.update("stock.move", move["id"], {"state": "confirmed"})
                moves.refresh(env, move["id"])
        return True

    def action_assign(self, ids: Sequence[int]) -> bool:
        """Reserve."""
        self.action_confirm(ids)
        waiting = [move["id"] for move in self._moves(ids) if move["state"] not in moves.CLOSED]
        if not waiting:
            raise UserError("Nothing to check the availability for.")
        moves.assign(self.env.sudo(), waiting)
        return True

    def do_unreserve(self, ids: Sequence[int]) -> None:
        """Give back what is reserved. Returns nothing."""
        self.env.require(self.name, "write")
        moves.unreserve(self.env.sudo(), [move["id"] for move in self._moves(ids) if move["state"] not in moves.CLOSED])

    def action_cancel(self, ids: Sequence[int]) -> bool:
        """Cancel what is not done."""
        self.env.require(self.name, "write")
        if any(move["state"] == "done" for move in self._moves(ids)):
            raise UserError(
                "You cannot cancel a stock move that has been set to 'Done'. "
                "Create a return in order to reverse the moves which took place."
            )
        for move in self._moves(ids):
            moves.close(self.env.sudo(), move["id"])
        self.settle(ids)
        return True

    def button_validate(self, ids: Sequence[int]) -> Any:
        """True when the goods have moved; a wizard's action when Odoo asks, and then nothing has."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        due = [one for one in ids if orm.existing(env, self.name, one)["state"] != "done" or env.major < 19]
        self.action_confirm(due)
        for record in due:
            _sane(env, record)
        for record in due:
            opened = _open(env, record)
            if not any(move.get("picked") for move in opened):
                for move in opened:
                    moves.mark(env, move["id"], picked=move["quantity"] > 0)
        short = [record for record in due if any(_short(move) for move in _open(env, record))]
        if short and not env.context.get("skip_backorder"):
            return _wizard(env, ids, short)
        dropped = env.context.get("picking_ids_not_to_backorder") or []
        for record in due:
            _done(env, record, drop_rest=record in dropped)
        return True

    def _moves(self, ids: Sequence[int]) -> list[Values]:
        for record in ids:
            orm.existing(self.env, self.name, record)
        return [move for record in ids for move in self.env.below("stock.move", "picking_id", record)]


def transfer(env: Environment, kind: int, values: Values, lines: Sequence[Values]) -> int:
    """A transfer with its moves, confirmed, and reserved as far as there is stock."""
    described = env.rows("stock.picking.type")[kind]
    record = env.database.insert("stock.picking", {**_base(env, described), **values})
    for line in lines:
        demand(env, record, line)
    return record


def demand(env: Environment, record: int, line: Values) -> int:
    """One more move of an open transfer."""
    picking = env.rows("stock.picking")[record]
    shared = {name: picking.get(name) for name in ("location_id", "location_dest_id", "company_id", "origin", "date_deadline")}
    base = {"picking_id": record, "reference": picking["name"], "date": picking["scheduled_date"], "state": "confirmed"}
    if "name" in env.database.models["stock.move"]:
        base["name"] = orm.display_name(env, "product.product", line["product_id"])
    move = env.database.insert("stock.move", {**shared, **base, "quantity": 0.0, "picked": False, **line})
    moves.joined(env, move)
    moves.assign(env, [move])
    env["stock.picking"].settle([record])
    return move


def group(env: Environment, order: Values) -> Values:
    """What keeps an order's transfers together up to 18: its procurement group, made with the first of them."""
    if env.major >= 19:
        return {}
    known = [number for number, one in env.rows("procurement.group").items() if one.get("sale_id") == order["id"]]
    made = known or [env.database.insert("procurement.group", {"name": order["name"], "sale_id": order["id"]})]
    return {"group_id": made[0]}


def adjust(env: Environment, undone: Sequence[Values], difference: float) -> None:
    """Let open moves bring more or less, the newest first when less; a move that brings nothing is cancelled."""
    if difference > 0:
        first = undone[0]
        env.database.update("stock.move", first["id"], {"product_uom_qty": round(first["product_uom_qty"] + difference, 6)})
        moves.refresh(env, first["id"])
        moves.assign(env, [first["id"]])
        return
    for move in reversed(undone):
        less = min(move["product_uom_qty"], -difference)
        difference += less
        if less >= move["product_uom_qty"]:
            moves.close(env, move["id"])
            env["stock.picking"].settle([move["picking_id"]])
        else:
            env.database.update("stock.move", move["id"], {"product_uom_qty": round(move["product_uom_qty"] - less, 6)})
            moves.unreserve(env, [move["id"]])
            moves.assign(env, [move["id"]])
        if not difference:
            return


def number_of(env: Environment, kind: Values) -> str:
    """The next name in a type's sequence: `WH/OUT/00001`, `DS/00001`."""
    prefix = f"{kind['sequence_code']}/"
    if kind["warehouse_id"]:
        prefix = f"{env.rows('stock.warehouse')[kind['warehouse_id']]['code']}/{prefix}"
    if prefix not in env.database.counters:  # after a restart the names that there are say how far it was
        env.database.counters[prefix] = sum(one["name"].startswith(prefix) for one in env.rows("stock.picking").values())
    return f"{prefix}{env.database.next_id(prefix):05d}"


def _order_of(env: Environment, own: Sequence[Values]) -> Any:
    """The sale order of a transfer: that of its moves' lines, and up to 18 that of their procurement group."""
    if env.major >= 19:
        lines = [env.rows("sale.order.line")[move["sale_line_id"]] for move in own if move.get("sale_line_id")]
        return next((line["order_id"] for line in lines), None)
    groups = [env.rows("procurement.group")[move["group_id"]] for move in own if move.get("group_id")]
    return next((group.get("sale_id") for group in groups), None)


def _base(env: Environment, kind: Mapping[str, Any]) -> Values:
    return {
        "name": number_of(env, dict(kind)),
        "state": "draft",
        "picking_type_id": kind["id"],
        "picking_type_code": kind["code"],
        "location_id": kind["default_location_src_id"],
        "location_dest_id": kind["default_location_dest_id"],
        "company_id": kind["company_id"],
        "scheduled_date": env.database.timestamp(),
    }


def _state(states: Sequence[str]) -> str:
    """The state of a transfer: with one line reserved, or a part of one, it counts as ready."""
    alive = [state for state in states if state != "cancel"]
    if not alive:
        return "cancel" if states else "draft"
    undone = [state for state in alive if state != "done"]
    if not undone:
        return "done"
    if "draft" in undone:
        return "draft"
    if set(undone) == {"waiting"}:
        return "waiting"
    return "assigned" if {"assigned", "partially_available"} & set(undone) else "confirmed"


def _open(env: Environment, record: int) -> list[Values]:
    return [move for move in env.below("stock.move", "picking_id", record) if move["state"] not in moves.CLOSED]


def _sane(env: Environment, record: int) -> None:
    opened = _open(env, record)
    if not env.below("stock.move", "picking_id", record):
        raise UserError("Please add some items to move.")
    chosen = [move for move in opened if move.get("picked")] or opened
    if all(not move["quantity"] for move in chosen):
        raise UserError(NOTHING)
    untraced = moves.untraced(env, chosen)
    if untraced:
        raise UserError(f"You need to supply a Lot/Serial number for products {', '.join(untraced)}.")


def _short(move: Values) -> bool:
    picked = float(move["quantity"]) if move.get("picked") else 0.0
    return picked < float(move["product_uom_qty"]) - moves.FINE


def _wizard(env: Environment, ids: Sequence[int], short: Sequence[int]) -> dict[str, Any]:
    context = {**env.context, "button_validate_picking_ids": [*ids], "default_pick_ids": [[4, one] for one in short]}
    return {
        "name": "Create Backorder?",
        "type": "ir.actions.act_window",
        "view_mode": "form",
        "res_model": "stock.backorder.confirmation",
        "target": "new",
        "context": context,
    }


def _done(env: Environment, record: int, *, drop_rest: bool) -> None:
    picking = env.rows("stock.picking")[record]
    left: list[int] = []
    for move in _open(env, record):
        picked = move["quantity"] if move.get("picked") else 0.0
        missing = round(move["product_uom_qty"] - picked, 6)
        if missing > moves.FINE and not drop_rest:
            left.append(_rest(env, move, picked, missing))
        if picked > 0:
            moves.do(env, move["id"])
        elif drop_rest:
            moves.close(env, move["id"])
    if left:
        again = {
            name: value for name, value in picking.items() if name not in ("id", "name", "create_date", "write_date", "state")
        }
        kind = env.rows("stock.picking.type")[picking["picking_type_id"]]
        later = {**again, **_base(env, kind), "carrier_tracking_ref": False, "backorder_id": record}
        later |= {name: picking.get(name) for name in ("location_id", "location_dest_id", "scheduled_date")}
        backorder = env.database.insert("stock.picking", later)
        for move_id in left:
            env.database.update("stock.move", move_id, {"picking_id": backorder})
            for line in moves.lines_of(env, move_id):
                env.database.update("stock.move.line", line["id"], {"picking_id": backorder})
        moves.assign(env, left)
        env["stock.picking"].settle([backorder])
    env["stock.picking"].settle([record])
    env.database.update("stock.picking", record, {"date_done": env.database.timestamp()})  # later: webhooks still show none
    for owner, name in (("sale.order", "sale_id"), ("purchase.order", "purchase_id")):
        if picking.get(name):
            env[owner].settle([picking[name]])


def _rest(env: Environment, move: Values, picked: float, missing: float) -> int:
    """What is left of a move: the move itself when nothing of it was picked, else a new one for the rest."""
    if picked <= 0:
        return int(move["id"])
    env.database.update("stock.move", move["id"], {"product_uom_qty": picked})
    copied = {name: value for name, value in move.items() if name not in ("id", "create_date", "write_date")}
    rest = env.database.insert(
        "stock.move", {**copied, "product_uom_qty": missing, "quantity": 0.0, "picked": False, "state": "confirmed"}
    )
    moves.joined(env, rest)
    return rest


class Return(Model):
    """`stock.return.picking`: the wizard that makes a transfer back."""

    def create_one(self, values: Values) -> int:
        """Without lines it offers all moves of the transfer: with quantity 0 from 18 on, with all of it in 17."""
        lines = values.pop("product_return_moves", None)
        picking = orm.existing(self.env, "stock.picking", values["picking_id"])
        if picking["state"] != "done":
            raise UserError("You may only return Done pickings.")
        record = orm.create(self.env, self.name, values)
        offered = [
            [0, 0, self._offer(move)]
            for move in self.env.below("stock.move", "picking_id", picking["id"])
            if move["state"] == "done"
        ]
        orm.apply(self.env, self.name, record, {"product_return_moves": lines if lines is not None else offered})
        return record

    def _offer(self, move: Values) -> Values:
        quantity = move["quantity"] if self.env.major < 18 else 0.0
        return {"product_id": move["product_id"], "quantity": quantity, "move_id": move["id"], "to_refund": True}

    def create_returns(self, ids: Sequence[int]) -> dict[str, Any]:
        """17: make the transfer back."""
        if self.env.major >= 18:
            raise AttributeError(f"'{self.name}' object has no attribute 'create_returns'")
        return self._returned(ids)

    def action_create_returns(self, ids: Sequence[int]) -> dict[str, Any]:
        """18 on: make the transfer back."""
        if self.env.major < 18:
            raise AttributeError(f"'{self.name}' object has no attribute 'action_create_returns'")
        return self._returned(ids)

    def _returned(self, ids: Sequence[int]) -> dict[str, Any]:
        env = self.env.sudo()
        (wizard,) = ids
        picking = env.rows("stock.picking")[env.rows(self.name)[wizard]["picking_id"]]
        wanted = [line for line in env.below("stock.return.picking.line", "wizard_id", wizard) if line["quantity"] > 0]
        if not wanted:
            raise UserError("Please specify at least one non-zero quantity.")
        kind = env.rows("stock.picking.type")[picking["picking_type_id"]]
        back = env.rows("stock.picking.type")[kind.get("return_picking_type_id") or kind["id"]]
        shared = {name: picking.get(name) for name in ("partner_id", "sale_id", "purchase_id", "company_id")}
        places = {"location_id": picking["location_dest_id"], "location_dest_id": picking["location_id"]}
        values = {**shared, **places, "origin": f"Return of {picking['name']}", "return_id": picking["id"]}
        made = transfer(env, back["id"], values, [_returning(env, line) for line in wanted])
        return {"type": "ir.actions.act_window", "res_model": "stock.picking", "res_id": made, "view_mode": "form"}


def _returning(env: Environment, line: Values) -> Values:
    move = env.rows("stock.move")[line["move_id"]]
    owners = {name: move.get(name) for name in ("sale_line_id", "purchase_line_id")}
    refund = env.major >= 18 or bool(line.get("to_refund"))
    base = {"product_id": line["product_id"], "product_uom": move["product_uom"], "product_uom_qty": line["quantity"]}
    return {**base, **owners, "origin_returned_move_id": move["id"], "to_refund": refund}


def register(registry: dict[str, type[Model]]) -> None:
    """Name the models of this page and of the moves."""
    registry |= {
        "stock.picking": Picking,
        "stock.move": moves.Move,
        "stock.move.line": moves.MoveLine,
        "stock.return.picking": Return,
    }


__all__ = ["Picking", "Return", "adjust", "demand", "group", "register", "transfer"]
