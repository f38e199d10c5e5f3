"""What the simulated shop holds: orders of its customers, what it sells, what has left."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.simulators.rest import Refusal

Tell = Callable[[dict[str, Any]], Awaitable[None]]
_ADDRESS = {"name": "Åse Ring", "street": "Havnegade 1", "city": "Århus", "zip": "8000", "country_code": "DK"}


@dataclass(slots=True)
class Shop:
    """`orders` are as the interface shows them, `stock` and `prices` are by article, `shipments` by the order's name.

    `seen` are the keys of requests that were carried out: with the same key nothing is done twice.
    """

    now: Callable[[], datetime]
    tell: Tell
    orders: list[dict[str, Any]] = field(default_factory=list)
    stock: dict[str, float] = field(default_factory=dict)
    prices: dict[str, str] = field(default_factory=dict)
    shipments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    async def order(self, *lines: tuple[str, int, str], address: Mapping[str, str] = _ADDRESS) -> dict[str, Any]:
        """A customer orders (article, quantity, price): the shop lists it, and tells of it."""
        number = 900 + len(self.orders)
        made = {
            "id": number,
            "topic": "order/created",
            "name": f"#{number + 101}",
            "created_at": self.now().isoformat(timespec="milliseconds"),
            "currency": "DKK",
            "shipping_address": dict(address),
            "line_items": [
                {"sku": sku, "title": sku.title(), "quantity": quantity, "price": price} for sku, quantity, price in lines
            ],
        }
        self.orders.append(made)
        await self.tell(made)
        return made

    def since(self, moment: str) -> Sequence[Mapping[str, Any]]:
        """Orders since a moment, the oldest first."""
        return [order for order in self.orders if not moment or str(order["created_at"]) >= moment]

    def is_new(self, key: str) -> bool:
        """Whether a request was not carried out yet; it counts as carried out from now on."""
        new = not key or key not in self.seen
        self.seen.add(key)
        return new

    def ship(self, name: str, shipment: Mapping[str, Any]) -> None:
        """An order has left, or a part of it. Raises Refusal for one that nobody made."""
        if all(order["name"] != name for order in self.orders):
            raise Refusal(404, "NOT_FOUND", f"there is no order {name}")
        self.shipments.setdefault(name, []).append(dict(shipment))
