"""The HTTP side of the simulated server: JSON-RPC and JSON-2 as Odoo speaks them, and addresses of its own to look inside and to
make it fail.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from gateway.simulators.odoo.faults import Fault, error_body, invalid
from gateway.simulators.odoo.json2 import NO_DATABASE, SINCE, key_of, trouble
from gateway.simulators.odoo.server import Odoo
from gateway.simulators.odoo.xmlrpc import door

MAX_BODY = 64 * 2**20
PROXY_PAGE = b"<html><body><h1>Please wait</h1></body></html>"
SIMULATED = web.AppKey("odoo", Odoo)


def create_app(odoo: Odoo) -> web.Application:
    """The HTTP side: `/jsonrpc`, from 19 on `/json/2/…` and `/web/version`, and `/simulator/…`."""
    app = web.Application(client_max_size=MAX_BODY)
    app[SIMULATED] = odoo
    app.router.add_post("/jsonrpc", _jsonrpc)
    app.router.add_post("/xmlrpc/2/{service}", door(odoo.serve))
    if odoo.version >= SINCE:
        app.router.add_get("/web/version", _version)
        app.router.add_post("/json/2/{model}/{method}", _json2)
    app.router.add_get("/simulator/orders", _orders)
    app.router.add_get("/simulator/counts", _counts)
    app.router.add_post("/simulator/misbehaviour", _misbehave)
    return app


def _misbehaves(request: web.Request) -> web.StreamResponse | None:
    """What is answered instead, where the simulator was told to."""
    bad = request.app[SIMULATED].misbehaviour
    if bad.take("cut_requests"):
        return _cut(request)
    if bad.status:
        return web.Response(status=bad.status, text="<h1>Service Unavailable</h1>", content_type="text/html")
    if bad.take("garble"):
        return web.Response(body=PROXY_PAGE, content_type="text/html")
    return None


async def _json2(request: web.Request) -> web.StreamResponse:
    odoo = request.app[SIMULATED]
    began = odoo.database.present()
    body = await request.read()
    if (instead := _misbehaves(request)) is not None:
        return instead
    if request.headers.get("X-Odoo-Database", odoo.name) != odoo.name:
        return web.Response(status=404, text=NO_DATABASE, content_type="text/html")
    model, method = request.match_info["model"], request.match_info["method"]
    if odoo.misbehaviour.latency and method != "load":
        await asyncio.sleep(odoo.misbehaviour.latency)
    try:
        answer: Any = await odoo.serve_named(key_of(request.headers), model, method, orjson.loads(body or b"{}"), began=began)
        status = 200
    except Fault as fault:
        status, answer = trouble(fault, major=odoo.version)
    except (ValueError, KeyError, IndexError) as error:  # arguments of a wrong shape
        status, answer = trouble(invalid(str(error)), major=odoo.version)
    if odoo.misbehaviour.loses_answer(method):
        return _cut(request)
    return web.Response(status=status, body=orjson.dumps(answer), content_type="application/json")


async def _jsonrpc(request: web.Request) -> web.StreamResponse:
    odoo = request.app[SIMULATED]
    began = odoo.database.present()
    body = await request.read()
    if (instead := _misbehaves(request)) is not None:
        return instead
    bad = odoo.misbehaviour
    try:
        call = orjson.loads(body)
        params = call["params"]
        service, method, args = params["service"], params["method"], params["args"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return web.Response(status=400, text="Invalid JSON-RPC data")
    name = args[4] if method == "execute_kw" and len(args) > 4 else method
    if bad.latency and name != "load":
        await asyncio.sleep(bad.latency)
    answer = await _answer(odoo, call.get("id"), service, method, args, began)
    if bad.loses_answer(name):
        return _cut(request)
    return web.Response(body=orjson.dumps(answer), content_type="application/json")


async def _answer(odoo: Odoo, call: object, service: str, method: str, args: Sequence[Any], began: datetime) -> dict[str, Any]:
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": call}
    try:
        result = await odoo.serve(service, method, args, began=began)
    except Fault as fault:
        return answer | {"error": error_body(fault, major=odoo.version)}
    except (ValueError, KeyError, IndexError) as error:  # arguments of a wrong shape
        return answer | {"error": error_body(invalid(str(error)), major=odoo.version)}
    return answer if result is None else answer | {"result": result}


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _version(request: web.Request) -> web.Response:
    major = request.app[SIMULATED].version
    return web.json_response({"version_info": [major, 0, 0, "final", 0, ""], "version": f"{major}.0"})


async def _orders(request: web.Request) -> web.Response:
    orders = request.app[SIMULATED].orders(client_order_ref=request.query.get("client_order_ref"))
    return web.Response(body=orjson.dumps([asdict(order) for order in orders]), content_type="application/json")


async def _counts(request: web.Request) -> web.Response:
    odoo = request.app[SIMULATED]
    return web.json_response(odoo.counts() | {"orders": len(odoo.database.records["sale.order"])})


async def _misbehave(request: web.Request) -> web.Response:
    try:
        request.app[SIMULATED].misbehaviour.change(await request.json())
    except (ValueError, TypeError) as error:
        return web.Response(status=400, text=str(error))
    return web.Response(status=204)
