"""The simulated shop on a port of its own, for tests and the demo."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from gateway.simulators.rest import Misbehaviour, Place, Webhooks
from gateway.simulators.rest.place import json_answer
from gateway.simulators.shop.shop import Shop

_PAGE = 2
"""Orders on one page of the list: few, so that there are several."""


class ShopSimulator:
    """Starts and stops. `shop` is what it holds; `webhooks.subscriber` is who is told of orders."""

    def __init__(
        self,
        *,
        token: str = "shop-token",  # noqa: S107 (of a simulator on loopback)
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.misbehaviour = Misbehaviour()
        self.webhooks = Webhooks(self.misbehaviour, now)
        self.shop = Shop(now, self.webhooks.tell)
        self.place = Place(self._routes, token=token, misbehaviour=self.misbehaviour, webhooks=self.webhooks, port=port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.place.url

    async def __aenter__(self) -> Self:
        await self.place.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.place.stop()

    def _routes(self) -> Iterable[web.RouteDef]:
        return [
            web.get("/admin/api/orders", self._orders),
            web.put("/admin/api/inventory", self._inventory),
            web.put("/admin/api/prices", self._prices),
            web.post("/admin/api/orders/{name}/fulfilments", self._fulfil),
        ]

    async def _orders(self, request: web.Request) -> web.Response:
        """Those since a moment, some on a page, counted from 1."""
        page, found = int(request.query.get("page") or 1), self.shop.since(request.query.get("created_at_min", ""))
        return json_answer({"orders": found[(page - 1) * _PAGE : page * _PAGE]})

    async def _inventory(self, request: web.Request) -> web.Response:
        items = (await request.json())["items"]
        self.shop.stock |= {str(one["sku"]): float(one["available"]) for one in items}
        return json_answer({"updated": len(items)})

    async def _prices(self, request: web.Request) -> web.Response:
        items: list[dict[str, Any]] = (await request.json())["items"]
        self.shop.prices |= {str(one["sku"]): str(one["price"]) for one in items}
        return json_answer({"updated": len(items)})

    async def _fulfil(self, request: web.Request) -> web.Response:
        shipment, name = await request.json(), unquote(request.match_info["name"])
        if self.shop.is_new(request.headers.get("Idempotency-Key", "")):
            self.shop.ship(name, shipment)
        return json_answer({"id": f"F-{shipment['number']}"}, 201)
