"""Moves of goods and their detailed operations: demand, reservation, what was picked, and what doing them changes."""

from collections.abc import Iterable, Sequence

from gateway.simulators.odoo import orm
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.quants import OPEN, convert, internal, quants_of, reserved, shift, storable

CLOSED = ("done", "cancel")
FINE = 1e-6


class Move(Model):
    """`stock.move`. Written `quantity` and `picked` reach the detailed operations, as those reach the move."""

    def create_one(self, values: Values) -> int:
        """A further move of a transfer; its places are the transfer's."""
        picking = self.env.rows("stock.picking").get(values.get("picking_id") or 0, {})
        places = {name: picking.get(name) for name in ("location_id", "location_dest_id", "company_id")}
        product = self.env.rows("product.product")[values["product_id"]]
        base = {"state": "draft", "product_uom": product["uom_id"], "product_uom_qty": 0.0, "quantity": 0.0, "picked": False}
        record = orm.create(self.env, self.name, {**base, **places, **values})
        joined(self.env, record)
        refresh(self.env.sudo(), record)
        return record

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change moves. A cancelled one takes no quantity."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        plain = {name: value for name, value in values.items() if name not in ("quantity", "picked")}
        for record in ids:
            move = orm.existing(env, self.name, record)
            if "quantity" in values and move["state"] == "cancel":
                raise UserError("You cannot change a cancelled stock move, create a new line instead.")
            orm.write(env, self.name, [record], plain)
            if "quantity" in values:
                set_quantity(env, record, float(values["quantity"] or 0.0))
            if "picked" in values:
                mark(env, record, picked=bool(values["picked"]))
            refresh(env, record)
            joined(env, record)
            if "date" in values and move.get("picking_id"):
                env["stock.picking"].reschedule(move["picking_id"])
        return True


class MoveLine(Model):
    """`stock.move.line`: so much of a move, from where, of which lot, into which package."""

    def create_one(self, values: Values) -> int:
        """A detailed operation of a move; what is left out is the move's."""
        move = self.env.rows("stock.move").get(values.get("move_id") or 0)
        if move is None:
            raise UserError("A detailed operation needs its move.")
        given = ("product_id", "location_id", "location_dest_id", "picked")
        base = {name: move.get(name) for name in given} | {"product_uom_id": move.get("product_uom"), "state": move["state"]}
        record = orm.create(self.env, self.name, {**base, "quantity": 0.0, "date": self.env.database.timestamp(), **values})
        refresh(self.env.sudo(), move["id"])
        return record

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """Change detailed operations."""
        done = orm.write(self.env, self.name, ids, values)
        for record in ids:
            refresh(self.env.sudo(), self.env.rows(self.name)[record]["move_id"])
        return done

    def unlink(self, ids: Sequence[int]) -> bool:
        """Delete detailed operations that are not done."""
        moves = [orm.existing(self.env, self.name, record) for record in ids]
        if any(line.get("state") in CLOSED for line in moves):
            raise UserError("You can not delete product moves if the picking is done. You can only correct the done quantities.")
        done = orm.unlink(self.env, self.name, ids)
        for line in moves:
            refresh(self.env.sudo(), line["move_id"])
        return done


def joined(env: Environment, record: int) -> None:
    """Moves that are made for each other know it from both sides."""
    move = env.rows("stock.move")[record]
    for near, far in (("move_dest_ids", "move_orig_ids"), ("move_orig_ids", "move_dest_ids")):
        for other in move.get(near) or ():
            known = env.rows("stock.move")[other].get(far) or []
            if record not in known:
                env.database.update("stock.move", other, {far: [*known, record]})


def lines_of(env: Environment, move: int) -> list[Values]:
    """The detailed operations of a move."""
    return env.below("stock.move.line", "move_id", move)


def refresh(env: Environment, record: int) -> None:
    """What a move, its operations and its transfer compute: quantity, state."""
    move = env.rows("stock.move")[record]
    if move["state"] in CLOSED:
        return
    quantity = round(
        sum(convert(env, line["quantity"], line["product_uom_id"], move["product_uom"]) for line in lines_of(env, record)), 6
    )
    state = move["state"]
    if state != "draft":
        enough = quantity >= move["product_uom_qty"] - FINE and quantity > 0
        idle = "waiting" if _awaits(env, move) else "confirmed"
        state = "assigned" if enough else "partially_available" if quantity > 0 else idle
    picked = (bool(move.get("picked")) and quantity > 0) or any(line.get("picked") for line in lines_of(env, record))
    changed = {"quantity": quantity, "state": state, "picked": picked}
    if any(move.get(name) != value for name, value in changed.items()):
        env.database.update("stock.move", record, changed)
    for line in lines_of(env, record):
        if line.get("state") != state:
            env.database.update("stock.move.line", line["id"], {"state": state})
    if move.get("picking_id"):
        env["stock.picking"].settle([move["picking_id"]])


def _awaits(env: Environment, move: Values) -> bool:
    """Whether goods are to come for this very move, and something of them is still to arrive."""
    before = [env.rows("stock.move")[one] for one in move.get("move_orig_ids") or ()]
    return move.get("procure_method") == "make_to_order" and not any(one["state"] == "done" for one in before)


def _brought(env: Environment, move: Values) -> float:
    """How much has arrived for this very move; without end where it takes from stock."""
    if move.get("procure_method") != "make_to_order":
        return float("inf")
    before = [env.rows("stock.move")[one] for one in move.get("move_orig_ids") or ()]
    return float(sum(one["quantity"] for one in before if one["state"] == "done"))


def set_quantity(env: Environment, record: int, wanted: float) -> None:
    """More is reserved where there is some and taken for granted where there is none; less is given back, the newest first."""
    move = env.rows("stock.move")[record]
    missing = round(wanted - sum(line["quantity"] for line in lines_of(env, record)), 6)
    if missing > 0:
        left = missing - _reserve(env, move, missing)
        loose = [line for line in lines_of(env, record) if not line.get("lot_id") and not line.get("result_package_id")]
        if left > FINE and loose:
            env.database.update("stock.move.line", loose[0]["id"], {"quantity": round(loose[0]["quantity"] + left, 6)})
        elif left > FINE:
            _line(env, move, left)
    for line in reversed(lines_of(env, record)):
        if missing >= -FINE:
            break
        less = min(line["quantity"], -missing)
        missing += less
        if less >= line["quantity"] - FINE:
            env.database.delete("stock.move.line", line["id"])
        else:
            env.database.update("stock.move.line", line["id"], {"quantity": round(line["quantity"] - less, 6)})


def mark(env: Environment, record: int, *, picked: bool) -> None:
    """Say of a move and all its operations whether they were picked."""
    env.database.update("stock.move", record, {"picked": picked})
    for line in lines_of(env, record):
        env.database.update("stock.move.line", line["id"], {"picked": picked})


def assign(env: Environment, moves: Iterable[int]) -> None:
    """Reserve what is missing, as far as there is some."""
    for record in moves:
        move = env.rows("stock.move")[record]
        if move["state"] in ("confirmed", "partially_available", "waiting"):
            _reserve(env, move, round(move["product_uom_qty"] - move["quantity"], 6))
            refresh(env, record)


def unreserve(env: Environment, moves: Iterable[int]) -> None:
    """Give back what was reserved."""
    for record in moves:
        for line in lines_of(env, record):
            if line.get("state") not in CLOSED:
                env.database.delete("stock.move.line", line["id"])
        refresh(env, record)


def close(env: Environment, record: int) -> None:
    """Cancel a move."""
    for line in lines_of(env, record):
        env.database.delete("stock.move.line", line["id"])
    env.database.update("stock.move", record, {"state": "cancel", "quantity": 0.0, "picked": False})


def do(env: Environment, record: int) -> None:
    """Carry a move out: only what is picked, wherever it comes from."""
    move = env.rows("stock.move")[record]
    for line in lines_of(env, record):
        if not line.get("picked"):
            env.database.delete("stock.move.line", line["id"])
            continue
        lot = line.get("lot_id") or _lot(env, line)
        shift(env, line["product_id"], line["location_id"], -line["quantity"], lot=lot, package=line.get("package_id"))
        shift(env, line["product_id"], line["location_dest_id"], line["quantity"], lot=lot, package=line.get("result_package_id"))
        stamp = {"state": "done", "lot_id": lot, "date": env.database.timestamp()}
        env.database.update("stock.move.line", line["id"], stamp)
    quantity = round(sum(line["quantity"] for line in lines_of(env, record)), 6)
    demand = max(move["product_uom_qty"], quantity) if env.major < 18 else move["product_uom_qty"]
    done = {"state": "done", "quantity": quantity, "product_uom_qty": demand, "date": env.database.timestamp()}
    env.database.update("stock.move", record, done)
    for name, model, field in (
        ("sale_line_id", "sale.order.line", "qty_delivered"),
        ("purchase_line_id", "purchase.order.line", "qty_received"),
    ):
        if move.get(name):
            _count(env, move[name], model, name, field)
    assign(env, move.get("move_dest_ids") or ())


def _count(env: Environment, line: int, model: str, name: str, field: str) -> None:
    """What was delivered or received of an order line, less what came or went back for a refund."""
    end, outside = ("location_id", "customer") if model == "sale.order.line" else ("location_dest_id", "supplier")
    stored = env.rows(model)[line]
    unit = int(stored.get("product_uom_id") or stored.get("product_uom") or 0)
    total = 0.0
    for move in env.below("stock.move", name, line):
        if move["state"] != "done":
            continue
        back = env.rows("stock.location")[move[end]].get("usage") == outside
        if not back or move.get("to_refund"):
            total += convert(env, move["quantity"], move["product_uom"], unit) * (-1 if back else 1)
    env.database.update(model, line, {field: round(total, 6)})
    env[model.removesuffix(".line")].settle([stored["order_id"]])


def _reserve(env: Environment, move: Values, wanted: float) -> float:
    """Lines for what there is, at most `wanted`; what need not be counted is always there. Says how much it became."""
    if not (storable(env, move["product_id"]) and internal(env, move["location_id"])):
        left = wanted - _followed(env, move, wanted)
        if left > FINE:
            _line(env, move, left)
        return max(wanted, 0.0)
    taken, wanted = 0.0, min(wanted, _brought(env, move) - float(move["quantity"]))
    for quant in quants_of(env, move["product_id"], move["location_id"]):
        free = quant["quantity"] - reserved(env, quant)
        some = round(min(free, wanted - taken), 6)
        if some > FINE:
            place = {name: quant.get(name) or False for name in ("location_id", "lot_id", "package_id")}
            _line(env, move, some, **place)
            taken += some
    return taken


def _followed(env: Environment, move: Values, wanted: float) -> float:
    """Lines of the lots that the moves before this one brought. Says how much it became."""
    taken = 0.0
    for before in move.get("move_orig_ids") or ():
        for line in lines_of(env, before):
            some = round(min(line["quantity"], wanted - taken), 6)
            if line.get("lot_id") and some > FINE:
                _line(env, move, some, lot_id=line["lot_id"])
                taken += some
    return taken


def _line(env: Environment, move: Values, quantity: float, **place: object) -> None:
    base = {name: move.get(name) for name in ("picking_id", "product_id", "location_id", "location_dest_id")}
    state = {"state": move["state"], "picked": bool(move.get("picked")), "date": env.database.timestamp()}
    values = {**base, **state, "move_id": move["id"], "product_uom_id": move["product_uom"], "quantity": quantity, **place}
    env.database.insert("stock.move.line", values)


def _lot(env: Environment, line: Values) -> int | bool:
    """The lot of that name, made when goods arrive with it."""
    name = line.get("lot_name")
    if not name:
        return False
    same = [one["id"] for one in env.below("stock.lot", "product_id", line["product_id"]) if one["name"] == name]
    return same[0] if same else env.database.insert("stock.lot", {"name": name, "product_id": line["product_id"]})


def untraced(env: Environment, moves: Iterable[Values]) -> list[str]:
    """Products that are tracked by lot or serial number and would be moved without."""
    products = env.rows("product.product")
    return [
        orm.display_name(env, "product.product", move["product_id"])
        for move in moves
        if products[move["product_id"]].get("tracking") in ("lot", "serial")
        and any(not line.get("lot_id") and not line.get("lot_name") for line in lines_of(env, move["id"]) if line["quantity"] > 0)
    ]


__all__ = ["CLOSED", "OPEN", "Move", "MoveLine", "assign", "close", "do", "lines_of", "refresh", "unreserve", "untraced"]
