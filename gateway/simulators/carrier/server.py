"""The interface of the simulated carrier."""

from collections.abc import Iterable

from aiohttp import web

from gateway.simulators.carrier.carrier import Carrier
from gateway.simulators.rest import Refusal
from gateway.simulators.rest.place import json_answer

_MEDIA = {"PDF": "application/pdf", "ZPL": "application/zpl"}


class Server:
    """`/v1`: rates, shipments with their labels, tracking, proofs of delivery."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def routes(self) -> Iterable[web.RouteDef]:
        """The route table."""
        return [
            web.get("/v1/ping", self._ping),
            web.post("/v1/rates", self._rates),
            web.post("/v1/shipments", self._purchase),
            web.get("/v1/shipments", self._shipments),
            web.get("/v1/shipments/{id}/label", self._label),
            web.post("/v1/shipments/{id}/cancel", self._cancel),
            web.get("/v1/tracking", self._events),
            web.get("/v1/tracking/{id}", self._tracking),
            web.get("/v1/tracking/{id}/proof", self._proof),
        ]

    async def _ping(self, _request: web.Request) -> web.Response:
        return json_answer({"status": "ok"})

    async def _rates(self, request: web.Request) -> web.Response:
        return json_answer({"rates": self._carrier.rates(await request.json())})

    async def _purchase(self, request: web.Request) -> web.Response:
        return json_answer(self._carrier.purchase(await request.json()).view(), 201)

    async def _shipments(self, request: web.Request) -> web.Response:
        found = self._carrier.named(request.query.get("reference", ""))
        return json_answer({"results": [one.view() for one in found]})

    async def _label(self, request: web.Request) -> web.Response:
        found = self._carrier.shipment(request.match_info["id"])
        return web.Response(body=found.label(), content_type=_MEDIA[found.label_format])

    async def _cancel(self, request: web.Request) -> web.Response:
        """200 the first time, 202 when it was cancelled before."""
        found, first = self._carrier.cancel(request.match_info["id"])
        return json_answer({"id": found.id, "status": found.status}, 200 if first else 202)

    async def _events(self, request: web.Request) -> web.Response:
        """All events after a number."""
        after = int(request.query.get("after") or 0)
        return json_answer({"events": [event for event in self._carrier.events if event["sequence"] > after][:100]})

    async def _tracking(self, request: web.Request) -> web.Response:
        found = self._carrier.shipment(request.match_info["id"])
        return json_answer({"tracking_number": found.tracking, "status": found.status, "events": found.scans})

    async def _proof(self, request: web.Request) -> web.Response:
        found = self._carrier.shipment(request.match_info["id"])
        if found.proof is None:
            raise Refusal(404, "NOT_DELIVERED", f"{found.tracking} is not delivered.")
        return json_answer(found.proof)
