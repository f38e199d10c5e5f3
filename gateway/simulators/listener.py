"""A simulated receiver of milestones: a service for customer notifications, or finance, that believes only what is signed.

It checks Standard Webhooks as their specification says it, on its own: nothing of the gateway's is used for it.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from gateway.simulators.rest import Misbehaviour, Place, Refusal, Webhooks

_TOLERANCE = 300.0


class ListenerSimulator:
    """Listens at `/events`. `posts` is everything that was taken, repeats with it; `events` each once, by its id."""

    def __init__(self, *, secret: str, token: str = "listener-token", port: int = 0) -> None:  # noqa: S107 (on loopback)
        self.secret = secret
        self.misbehaviour = Misbehaviour()
        self.posts: list[dict[str, Any]] = []
        self.news = asyncio.Event()
        """Set with every post that is taken."""
        webhooks = Webhooks(self.misbehaviour, lambda: datetime.now(UTC))
        self.place = Place(self._routes, token=token, misbehaviour=self.misbehaviour, webhooks=webhooks, port=port)

    @property
    def url(self) -> str:
        """Where events are posted to."""
        return f"{self.place.url}/events"

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events, each once, in the order in which each came first."""
        return list({event["id"]: event for event in reversed(self.posts)}.values())[::-1]

    def of_order(self, number: str) -> list[str]:
        """What it knows of an order, in the order in which it was told."""
        return [str(event["type"]).removeprefix("order.") for event in self.events if event.get("subject") == number]

    async def until(self, count: int, *, within: float = 20.0) -> list[dict[str, Any]]:
        """Wait for so many events. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while len(self.events) < count:
                self.news.clear()
                await self.news.wait()
        return self.events

    def _routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/events", self._take)]

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self._verify(request, body)
        event = orjson.loads(body)
        if event["id"] != request.headers["webhook-id"]:
            raise Refusal(400, "ID", "the id that is signed is not the event's")
        self.posts.append(event)
        self.news.set()
        return web.Response(status=204)

    def _verify(self, request: web.Request, body: bytes) -> None:
        """Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, in base64, one of several; not older than five minutes."""
        stamp = request.headers.get("webhook-timestamp", "")
        if not stamp.isdecimal() or abs(datetime.now(UTC).timestamp() - int(stamp)) > _TOLERANCE:
            raise Refusal(400, "TIMESTAMP", "it was not signed now")
        content = b".".join([request.headers.get("webhook-id", "").encode(), stamp.encode(), body])
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        given = request.headers.get("webhook-signature", "").split(" ")
        if not any(hmac.compare_digest(wanted, one) for one in given):
            raise Refusal(401, "SIGNATURE", "no signature is ours")

    async def __aenter__(self) -> Self:
        await self.place.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.place.stop()
