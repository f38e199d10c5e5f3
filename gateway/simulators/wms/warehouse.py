"""What the simulated warehouse holds, and what its people do: stock, orders, and the events that tell of them."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.simulators.rest import Misbehaviour, Refusal

STOCK: Mapping[str, Decimal] = {"ANVIL": Decimal(40), "ROCKET": Decimal(100), "TNT-12": Decimal(500)}
_CODES = {"RECEIVED": 1, "ACCEPTED": 2, "PICKING": 3, "PICKED": 4, "PACKED": 4, "SHIPPED": 5, "CANCELLED": 9}
"""How an older interface counts the states: 5 is dispatched."""

Tell = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(slots=True)
class OrderLine:
    """A line: what was ordered, and how far it has come."""

    line: str
    sku: str
    ordered: Decimal
    unit: str
    picked: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)


@dataclass(slots=True)
class Order:
    """An order that was released to the warehouse. `changed` is when its state last changed."""

    id: str
    reference: str
    customer: str
    lines: list[OrderLine]
    changed: datetime
    state: str = "RECEIVED"
    request: dict[str, Any] = field(default_factory=dict)
    shipment: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> int:
        """The state as a number."""
        return _CODES[self.state]

    def view(self) -> dict[str, Any]:
        """As the interface shows it."""
        lines = [
            {
                "line": one.line,
                "sku": one.sku,
                "ordered": float(one.ordered),
                "picked": float(one.picked),
                "shipped": float(one.shipped),
                "unit": one.unit,
            }
            for one in self.lines
        ]
        told = {"id": self.id, "reference": self.reference, "customer": self.customer, "status": self.state}
        return {**told, "changed_at": self.changed.isoformat(), "lines": lines}


class Warehouse:
    """Orders and stock. What people do there is told of by `tell`, one event each. `lots` are those that items lie there in."""

    def __init__(
        self,
        *,
        misbehaviour: Misbehaviour,
        now: Callable[[], datetime],
        tell: Tell,
        stock: Mapping[str, Decimal] = STOCK,
        first: int = 1001,
    ) -> None:
        self.orders: dict[str, Order] = {}
        self.stock = dict(stock)
        self.lots: dict[str, dict[str, Decimal]] = {}
        self.events: list[dict[str, Any]] = []
        self._misbehaviour, self._now, self._tell, self._first = misbehaviour, now, tell, first

    # ---------------------------------------------------------------------------------------------------- what it is asked

    def release(self, request: Mapping[str, Any]) -> tuple[Order, bool]:
        """Take an order; the order and whether it is new. Raises Refusal."""
        reference, customer = str(request["reference"]), str(request.get("customer", ""))
        known = self.named(reference, customer)
        if known and self._misbehaviour.duplicates == "refuse":
            raise Refusal(409, "DUPLICATE", f"The order {reference} is there already.", id=known[0].id)
        if known and self._misbehaviour.duplicates == "recognise":
            return known[0], False
        lines = [self._line(one) for one in request["lines"]]
        order = Order(f"W-{self._first + len(self.orders)}", reference, customer, lines, self._now(), request=dict(request))
        self.orders[order.id] = order
        return order, True

    def change(self, request: Mapping[str, Any]) -> Order:
        """Let the lines of an order be these from now on. Raises Refusal once somebody is at work on it."""
        reference = str(request["reference"])
        known = self.named(reference, str(request.get("customer", "")))
        if not known:
            raise Refusal(404, "NOT_FOUND", f"There is no order {reference}.")
        order = known[0]
        if order.state not in {"RECEIVED", "ACCEPTED"}:
            raise Refusal(409, "TOO_LATE", f"The order {order.id} is {order.state.lower()}.")
        order.lines = [self._line(one) for one in request["lines"]]
        order.request, order.changed = dict(request), self._now()
        return order

    def named(self, reference: str, customer: str) -> list[Order]:
        """The orders of a customer under its number; where duplicates are doubled, there may be several."""
        return [one for one in self.orders.values() if (one.reference, one.customer) == (reference, customer)]

    def all_orders(self) -> list[Order]:
        """Every order, the one that came first before the others."""
        return list(self.orders.values())

    def all_stock(self) -> list[dict[str, Any]]:
        """What lies there, by item, and by lot where it lies in lots."""
        rows = [(sku, lot, much) for sku, whole in sorted(self.stock.items())
                for lot, much in (self.lots.get(sku) or {"": whole}).items()]  # fmt: skip
        return [{"sku": sku, "on_hand": float(much), **({"lot": lot} if lot else {})} for sku, lot, much in rows]

    def order(self, wanted: str) -> Order:
        """An order by its number. Raises Refusal."""
        if wanted not in self.orders:
            raise Refusal(404, "NOT_FOUND", f"There is no order {wanted}.")
        return self.orders[wanted]

    def _line(self, line: Mapping[str, Any]) -> OrderLine:
        sku = str(line["sku"])
        if sku not in self.stock:
            raise Refusal(422, "UNKNOWN_SKU", f"The item {sku} is not known here.", line=str(line["line"]))
        return OrderLine(str(line["line"]), sku, Decimal(str(line["quantity"])), str(line.get("unit", "EA")))

    # --------------------------------------------------------------------------------------------------- what people do there

    async def accept(self, wanted: str) -> None:
        """The order will be worked on."""
        await self._step(self.order(wanted), "ACCEPTED", "order.accepted", once="RECEIVED")

    async def start(self, wanted: str) -> None:
        """Picking has begun."""
        await self._step(self.order(wanted), "PICKING", "order.picking")

    async def pick(self, wanted: str, **short: int | str) -> None:
        """Pick all of it, or less of the items that are named: `pick("W-1001", ANVIL=1)`."""
        order = self.order(wanted)
        for line in order.lines:
            wish = Decimal(str(short.get(line.sku.replace("-", "_"), line.ordered)))
            line.picked = min(wish, line.ordered, self.stock[line.sku])
            self.stock[line.sku] -= line.picked
        await self._step(order, "PICKED", "order.picked", lines=self._lines(order, "picked"))

    async def pack(self, wanted: str, sscc: str) -> None:
        """Everything that was picked goes into one package."""
        order = self.order(wanted)
        packages = [{"sscc": sscc, "lines": self._lines(order, "picked")}]
        order.shipment = {"packages": packages}
        await self._step(order, "PACKED", "order.packed", packages=packages)

    async def ship(self, wanted: str, *, carrier: str = "", tracking: str = "") -> None:
        """What was picked leaves."""
        order = self.order(wanted)
        for line in order.lines:
            line.shipped = line.picked
        order.shipment |= {"id": f"S-{order.id[2:]}", "carrier": carrier, "tracking": tracking}
        lines = self._lines(order, "shipped")
        await self._step(order, "SHIPPED", "order.shipped", lines=lines, shipment=order.shipment)

    async def cancel(self, wanted: str) -> None:
        """The order is not worked on. Raises Refusal once it has left."""
        order = self.order(wanted)
        if order.state in {"SHIPPED", "CANCELLED"}:
            raise Refusal(409, "TOO_LATE", f"The order {wanted} is {order.state.lower()}.")
        await self._step(order, "CANCELLED", "order.cancelled")

    async def count(self) -> None:
        """Tell of all stock."""
        counted = [{"sku": sku, "on_hand": float(quantity), "unit": "EA"} for sku, quantity in sorted(self.stock.items())]
        await self._event("stock.snapshot", items=counted)

    async def say(self, kind: str, **members: Any) -> None:
        """Tell of anything, also of what nobody knows."""
        await self._event(kind, **members)

    @staticmethod
    def _lines(order: Order, what: str) -> list[dict[str, Any]]:
        return [
            {
                "line": one.line,
                "sku": one.sku,
                "quantity": float(getattr(one, what)),
                "ordered": float(one.ordered),
                "unit": one.unit,
            }
            for one in order.lines
        ]

    async def _step(self, order: Order, state: str, kind: str, *, once: str = "", **members: Any) -> None:
        if once and order.state != once:
            raise Refusal(409, "WRONG_STATE", f"The order {order.id} is {order.state.lower()}.")
        order.state, order.changed = state, self._now()
        told = {"id": order.id, "reference": order.reference, "customer": order.customer}
        await self._event(kind, order=told, **members)

    async def _event(self, kind: str, **members: Any) -> None:
        number = len(self.events) + 1
        event = {"id": f"evt-{number}", "sequence": number, "type": kind, "occurred_at": self._now().isoformat(), **members}
        self.events.append(event)
        await self._tell(event)
