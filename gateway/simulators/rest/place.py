"""A simulated REST system on a port of its own: logins, refusals and faults around the routes of what it simulates."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from aiohttp import web

from gateway.simulators.rest.misbehaviour import Misbehaviour
from gateway.simulators.rest.refusals import Refusal
from gateway.simulators.rest.webhooks import Webhooks

PROXY_PAGE = b"<html><body><h1>Please wait</h1></body></html>"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Place:
    """Listens on loopback, on a free port unless told. What it holds survives being stopped and started again.

    Requests need `Authorization: Bearer <token>`. `calls` counts them by method and path. Stopped, it refuses connections.
    """

    def __init__(
        self,
        routes: Callable[[], Iterable[web.RouteDef]],
        *,
        token: str,
        misbehaviour: Misbehaviour,
        webhooks: Webhooks,
        port: int = 0,
        refusal_body: Callable[[Refusal], dict[str, Any]] | None = None,
    ) -> None:
        self._routes, self._token, self._bad, self._webhooks = routes, token, misbehaviour, webhooks
        self._refusal_body = refusal_body or _usual_body
        self.port = port
        self.calls: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen; a second start listens on the port of the first."""
        app = web.Application(middlewares=[self._serve])
        app.router.add_routes(self._routes())
        app.router.add_post("/simulator/misbehaviour", self._misbehave)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        self._runner, self.port = runner, int(runner.addresses[0][1])
        self._webhooks.start()

    async def stop(self) -> None:
        """Stop listening, drop all connections, send nothing more."""
        await self._webhooks.stop()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @web.middleware
    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith("/simulator/"):
            return await handler(request)
        bad = self._bad
        if bad.take("cut_requests"):
            return _cut(request)
        self.calls[f"{request.method} {request.path}"] += 1
        if bad.latency:
            await asyncio.sleep(bad.latency)
        if bad.status:
            headers = {"Retry-After": str(bad.retry_after)} if bad.retry_after else {}
            return web.Response(status=bad.status, text="<h1>Service Unavailable</h1>", content_type="text/html", headers=headers)
        if bad.take("garble"):
            return web.Response(body=PROXY_PAGE, content_type="text/html")
        answer = await self._answer(request, handler)
        if request.method in _CHANGING and answer.status < 400 and bad.take("lose_answers"):
            return _cut(request)
        return answer

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            self._authenticate(request)
            answer = await handler(request)
            return self._renamed(answer) if self._bad.take("rename") else answer
        except Refusal as refusal:
            return self._refused(refusal)
        except web.HTTPException as error:
            return self._refused(Refusal(error.status, "HTTP", error.reason or ""))
        except (KeyError, TypeError, ValueError) as error:  # a body of a wrong shape
            return self._refused(Refusal(400, "INVALID", f"{type(error).__name__}: {error}"))

    def _authenticate(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            raise Refusal(401, "UNAUTHENTICATED", "Authentication credentials were not provided.")

    def _refused(self, refusal: Refusal) -> web.Response:
        if self._bad.errors_as_200:
            return json_answer({"detail": refusal.message, "status_code": refusal.status})
        return json_answer(self._refusal_body(refusal), refusal.status)

    @staticmethod
    def _renamed(answer: web.StreamResponse) -> web.StreamResponse:
        """The members of an answer under other names."""
        if not isinstance(answer, web.Response) or answer.content_type != "application/json":
            return answer
        told = orjson.loads(answer.body if isinstance(answer.body, bytes) else b"null")
        return (
            json_answer({f"new_{name}": value for name, value in told.items()}, answer.status)
            if isinstance(told, dict)
            else answer
        )

    async def _misbehave(self, request: web.Request) -> web.Response:
        try:
            self._bad.change(await request.json())
        except (ValueError, TypeError) as error:
            return web.Response(status=400, text=str(error))
        return web.Response(status=204)


def json_answer(value: Any, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.Response(body=orjson.dumps(value, default=str), status=status, content_type="application/json")


def _usual_body(refusal: Refusal) -> dict[str, Any]:
    return {"error": {"code": refusal.code, "message": refusal.message}, **refusal.members}


def _cut(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
