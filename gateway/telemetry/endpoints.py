"""What machines ask the gateway about itself over HTTP: `/metrics`, `/health/live`, `/health/ready`. `web` serves the table."""

from collections.abc import Awaitable, Callable

import orjson
from aiohttp import web

from gateway.telemetry.health import Health, Readiness
from gateway.telemetry.metrics import PrometheusObserver


def endpoints(observer: PrometheusObserver, health: Health) -> list[web.RouteDef]:
    """The routes. None needs a token or tells addresses, partners or documents; publish them on the inner network only."""
    return [
        web.get("/metrics", _metrics(observer)),
        web.get("/health/live", _live(health)),
        web.get("/health/ready", _ready(health)),
    ]


_Handler = Callable[[web.Request], Awaitable[web.Response]]


def _metrics(observer: PrometheusObserver) -> _Handler:
    async def metrics(request: web.Request) -> web.Response:
        content_type, body = observer.render(accept=request.headers.get("Accept", ""))
        return web.Response(body=body, headers={"Content-Type": content_type})

    return metrics


def _live(health: Health) -> _Handler:
    async def live(_request: web.Request) -> web.Response:
        return _answer(health.liveness())

    return live


def _ready(health: Health) -> _Handler:
    async def ready(_request: web.Request) -> web.Response:
        return _answer(await health.readiness())

    return ready


def _answer(readiness: Readiness) -> web.Response:
    body = orjson.dumps(readiness.as_json())
    return web.Response(
        status=readiness.status, body=body, content_type="application/json", headers={"Cache-Control": "no-store"}
    )
