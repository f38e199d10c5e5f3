"""What lies where: stock by product, location, lot and package; counting it and putting it right."""

from collections.abc import Sequence
from typing import Any

from gateway.simulators.odoo import orm
from gateway.simulators.odoo.database import Values
from gateway.simulators.odoo.environment import Environment
from gateway.simulators.odoo.faults import UserError
from gateway.simulators.odoo.model import Model
from gateway.simulators.odoo.schema_stock import package_model

PLACE = ("product_id", "location_id", "lot_id", "package_id")
OPEN = ("confirmed", "partially_available", "assigned", "waiting", "draft")


def storable(env: Environment, product: int) -> bool:
    """Whether stock of it is kept: `type='product'` up to 17, a flag of its own from 18 on."""
    stored = env.rows("product.product")[product]
    return bool(stored.get("is_storable")) if env.major >= 18 else stored.get("type") == "product"


def multiple(env: Environment, unit: int) -> float:
    """How many of the reference unit one is. `factor` says so from 19 on, and its reciprocal before."""
    factor = float(env.rows("uom.uom")[unit].get("factor") or 1.0)
    return factor if env.major >= 19 else 1 / factor


def convert(env: Environment, quantity: float, source: int, target: int) -> float:
    """A quantity in another unit of the same family."""
    return quantity if source == target else round(quantity * multiple(env, source) / multiple(env, target), 6)


def internal(env: Environment, location: int) -> bool:
    """Whether goods there are ours to count."""
    return env.rows("stock.location")[location].get("usage") == "internal"


def within(env: Environment, location: int) -> set[int]:
    """A location and those in it."""
    found = {location}
    waiting = [location]
    while waiting:
        children = env.database.equal("stock.location", "location_id", [waiting.pop()]) - found
        found |= children
        waiting += children
    return found


def quants_of(env: Environment, product: int, location: int) -> list[Values]:
    """The quants of a product in a location and those in it, oldest first."""
    places = within(env, location)
    return [one for one in env.below("stock.quant", "product_id", product) if one["location_id"] in places]


def reserved(env: Environment, quant: Values) -> float:
    """What open transfers have set aside of a quant."""
    lines = env.below("stock.move.line", "product_id", quant["product_id"])
    return sum(
        float(line.get("quantity") or 0.0)
        for line in lines
        if line.get("state") in OPEN
        and line["location_id"] == quant["location_id"]
        and (line.get("lot_id") or False) == (quant.get("lot_id") or False)
        and (line.get("package_id") or False) == (quant.get("package_id") or False)
    )


def shift(env: Environment, product: int, location: int, quantity: float, *, lot: Any = False, package: Any = False) -> None:
    """Put goods into a location, or take them out of it; below zero without a word, as Odoo does."""
    if not (storable(env, product) and internal(env, location)):
        return
    wanted = (product, location, lot or False, package or False)
    for quant in env.below("stock.quant", "product_id", product):
        if tuple(quant.get(name) or False for name in PLACE) == wanted:
            env.database.update("stock.quant", quant["id"], {"quantity": round(quant["quantity"] + quantity, 6)})
            return
    company = env.rows("stock.location")[location].get("company_id") or env.company
    values = dict(zip(PLACE, wanted, strict=True)) | {"quantity": quantity, "company_id": company}
    env.database.insert("stock.quant", values)


class Quant(Model):
    """`stock.quant`: an inventory is counted by writing `inventory_quantity` and applied by a method that returns nothing."""

    def create_one(self, values: Values) -> int:
        """In inventory mode a quant of the same place is taken instead of a second one."""
        self.env.require(self.name, "create")
        if not self.env.context.get("inventory_mode") or "inventory_quantity" not in values:
            return orm.create(self.env, self.name, {"quantity": 0.0, **values})
        wanted = tuple(values.get(name) or False for name in PLACE)
        same = [
            one["id"]
            for one in self.env.below(self.name, "product_id", values["product_id"])
            if tuple(one.get(name) or False for name in PLACE) == wanted
        ]
        place = {name: value for name, value in values.items() if name in PLACE}
        company = self.env.rows("stock.location")[values["location_id"]].get("company_id") or self.env.company
        quant = same[0] if same else orm.create(self.env, self.name, {**place, "quantity": 0.0, "company_id": company})
        self.write([quant], {"inventory_quantity": values["inventory_quantity"]})
        return quant

    def write(self, ids: Sequence[int], values: Values) -> bool:
        """A counted quantity waits until it is applied."""
        counted = {"inventory_quantity_set": True} if "inventory_quantity" in values else {}
        return orm.write(self.env, self.name, ids, {**values, **counted})

    def action_apply_inventory(self, ids: Sequence[int]) -> None:
        """Book the differences as done moves, named by `inventory_name` of the context. Returns nothing, after the commit."""
        self.env.require(self.name, "write")
        env = self.env.sudo()
        for record in ids:
            quant = orm.existing(env, self.name, record)
            counted = float(quant.get("inventory_quantity") or 0.0)
            difference = round(counted - quant["quantity"], 6)
            _booked(env, quant, difference)
            year = int(env.database.timestamp()[:4])
            settled = {"inventory_quantity": 0.0, "inventory_quantity_set": False, "inventory_date": f"{year}-12-31"}
            env.database.update(self.name, record, {"quantity": counted, **settled})

    def unlink(self, ids: Sequence[int]) -> bool:
        """Nobody may."""
        del ids
        raise UserError("Quants are auto-deleted when appropriate. If you must manually delete them, please ask a stock manager.")


def _booked(env: Environment, quant: Values, difference: float) -> None:
    name = str(env.context.get("inventory_name") or "Product Quantity Updated")
    lost = min(one for one, place in env.rows("stock.location").items() if place.get("usage") == "inventory")
    there, here = (lost, quant["location_id"]) if difference > 0 else (quant["location_id"], lost)
    product = env.rows("product.product")[quant["product_id"]]
    values = {
        "product_id": quant["product_id"],
        "product_uom": product["uom_id"],
        "product_uom_qty": abs(difference),
        "quantity": abs(difference),
        "picked": True,
        "state": "done",
        "is_inventory": True,
        "reference": name,
        "date": env.database.timestamp(),
        "location_id": there,
        "location_dest_id": here,
        "company_id": quant.get("company_id"),
    }
    move = env.database.insert("stock.move", values)
    line = {"move_id": move, "quantity": abs(difference), "lot_id": quant.get("lot_id"), "state": "done", "picked": True}
    shared = {name: values[name] for name in ("product_id", "location_id", "location_dest_id")}
    env.database.insert("stock.move.line", {**line, **shared, "product_uom_id": product["uom_id"]})


class Package(Model):
    """Packages; their names are not unique."""

    def create_one(self, values: Values) -> int:
        """One that is not named gets a name."""
        named = values if values.get("name") else {**values, "name": f"PACK{self.env.database.next_id('package'):07d}"}
        return orm.create(self.env, self.name, named)


def on_hand(env: Environment, product: int) -> float:
    """What there is of a product in all internal locations of the company, or of the warehouse or location of the context."""
    places = _places(env)
    return sum(float(one["quantity"]) for one in env.below("stock.quant", "product_id", product) if one["location_id"] in places)


def _places(env: Environment) -> set[int]:
    location = env.context.get("location") or env.context.get("location_id")
    warehouse = env.context.get("warehouse_id") or env.context.get("warehouse")
    if warehouse:
        location = env.rows("stock.warehouse")[warehouse]["lot_stock_id"]
    if location:
        return within(env, location)
    rows = env.rows("stock.location").items()
    return {one for one, place in rows if place.get("usage") == "internal" and place.get("company_id") in (False, env.company)}


def coming(env: Environment, product: int, *, incoming: bool) -> float:
    """What open transfers will bring into, or take out of, internal locations."""
    total = 0.0
    for move in env.below("stock.move", "product_id", product):
        inside = internal(env, move["location_dest_id"]), internal(env, move["location_id"])
        if move["state"] in OPEN and inside == (incoming, not incoming):
            total += move["product_uom_qty"]
    return total


def register(registry: dict[str, type[Model]], major: int) -> None:
    """Name the models of this page."""
    registry |= {"stock.quant": Quant, package_model(major): Package}


def _difference(env: Environment, quant: Values) -> float:
    del env
    counted = bool(quant.get("inventory_quantity_set"))
    return float(quant.get("inventory_quantity") or 0.0) - float(quant["quantity"]) if counted else 0.0


orm.COMPUTED |= {
    ("stock.quant", "reserved_quantity"): reserved,
    ("stock.quant", "available_quantity"): lambda env, stored: stored["quantity"] - reserved(env, stored),
    ("stock.quant", "inventory_diff_quantity"): _difference,
    ("stock.quant", "warehouse_id"): lambda env, stored: env.rows("stock.location")[stored["location_id"]].get("warehouse_id"),
    ("product.product", "qty_available"): lambda env, stored: on_hand(env, stored["id"]),
    ("product.product", "free_qty"): lambda env, stored: (
        on_hand(env, stored["id"]) - sum(reserved(env, one) for one in env.below("stock.quant", "product_id", stored["id"]))
    ),
    ("product.product", "incoming_qty"): lambda env, stored: coming(env, stored["id"], incoming=True),
    ("product.product", "outgoing_qty"): lambda env, stored: coming(env, stored["id"], incoming=False),
    ("product.product", "virtual_available"): lambda env, stored: (
        on_hand(env, stored["id"]) + coming(env, stored["id"], incoming=True) - coming(env, stored["id"], incoming=False)
    ),
}
