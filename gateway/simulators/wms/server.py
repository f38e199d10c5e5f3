"""The interfaces of the simulated warehouse: one of today, and one as older systems have it."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from aiohttp import web

from gateway.simulators.rest import Refusal
from gateway.simulators.rest.place import json_answer
from gateway.simulators.wms.warehouse import Order, Warehouse

_PAGE = 2
"""Orders on one page of a list: few, so that there are several."""


class Server:
    """`/api/v1` takes orders and answers for them.

    `/api/v1/dn/list/` is an older list: pages, states as numbers, local time without zone.
    """

    def __init__(self, warehouse: Warehouse, *, zone: ZoneInfo) -> None:
        self._warehouse, self._zone = warehouse, zone

    def routes(self) -> Iterable[web.RouteDef]:
        """The route table."""
        return [
            web.get("/api/v1/ping", self._ping),
            web.post("/api/v1/orders", self._release),
            web.put("/api/v1/orders", self._change),
            web.get("/api/v1/orders", self._orders),
            web.get("/api/v1/orders/{id}", self._order),
            web.post("/api/v1/orders/{id}/cancel", self._cancel),
            web.get("/api/v1/stock", self._stock),
            web.get("/api/v1/events", self._events),
            web.get("/api/v1/dn/list/", self._older_list),
        ]

    async def _ping(self, _request: web.Request) -> web.Response:
        return json_answer({"status": "ok"})

    async def _release(self, request: web.Request) -> web.Response:
        order, new = self._warehouse.release(await request.json())
        return json_answer(order.view(), 201 if new else 200)

    async def _change(self, request: web.Request) -> web.Response:
        return json_answer(self._warehouse.change(await request.json()).view())

    async def _orders(self, request: web.Request) -> web.Response:
        """Those of a customer under its number; without a number all that have changed since a time, by pages."""
        if "reference" in request.query:
            found = self._warehouse.named(request.query["reference"], request.query.get("customer", ""))
            return json_answer({"count": len(found), "results": [order.view() for order in found]})
        since, page = request.query.get("since", ""), int(request.query.get("page") or 1)
        found = [order for order in self._warehouse.all_orders() if not since or order.changed >= datetime.fromisoformat(since)]
        shown = found[(page - 1) * _PAGE : page * _PAGE]
        return json_answer({"count": len(found), "results": [order.view() for order in shown]})

    async def _order(self, request: web.Request) -> web.Response:
        return json_answer(self._warehouse.order(request.match_info["id"]).view())

    async def _cancel(self, request: web.Request) -> web.Response:
        await self._warehouse.cancel(request.match_info["id"])
        return json_answer(self._warehouse.order(request.match_info["id"]).view())

    async def _stock(self, _request: web.Request) -> web.Response:
        return json_answer({"items": self._warehouse.all_stock()})

    async def _events(self, request: web.Request) -> web.Response:
        """Events after a number, some at a time."""
        after, limit = int(request.query.get("after") or 0), int(request.query.get("limit") or 100)
        found = [event for event in self._warehouse.events if event["sequence"] > after]
        return json_answer({"events": found[:limit], "more": len(found) > limit})

    async def _older_list(self, request: web.Request) -> web.Response:
        """Orders changed since a time, by pages; there is none after the last one."""
        since, page = request.query.get("update_time__gte", ""), int(request.query.get("page") or 1)
        orders = sorted(self._warehouse.orders.values(), key=lambda order: (order.changed, order.id))
        rows = [row for row in map(self._row, orders) if str(row["update_time"]) >= since]
        start = (page - 1) * _PAGE
        if start >= len(rows) and page > 1:
            raise Refusal(404, "NOT_FOUND", "Invalid page.")
        following = str(request.url.update_query(page=page + 1)) if start + _PAGE < len(rows) else None
        return json_answer({"count": len(rows), "next": following, "results": rows[start : start + _PAGE]})

    def _row(self, order: Order) -> dict[str, str | int]:
        return {
            "dn_code": order.id,
            "custom_dn": order.reference,
            "customer": order.customer,
            "dn_status": order.code,
            "update_time": self._local(order.changed),
        }

    def _local(self, moment: datetime) -> str:
        """The time on the warehouse's wall, as older systems write it."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
