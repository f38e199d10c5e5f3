"""Webhooks of a simulated system: signed, sent in the background, repeated until they are taken, or not quite."""

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import orjson

from gateway.simulators.rest.misbehaviour import Misbehaviour

_PAUSE = 0.2
"""Seconds before a webhook that was not taken is sent again."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told: its address, and the secret that posts are signed with, in `X-Signature: sha256=…`.

    What is signed is the time, a dot, and the body, as many do it. `token` is sent as a bearer token where there is one.
    """

    url: str
    secret: str = ""
    token: str = ""


@dataclass(slots=True)
class Webhooks:
    """Sends events one by one. `sent` are the answers: (event id, status). `settled` ends when all that may be sent is taken."""

    misbehaviour: Misbehaviour
    now: Callable[[], datetime]
    subscriber: Subscriber | None = None
    sent: list[tuple[str, int]] = field(default_factory=list)
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _kept: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _task: asyncio.Task[None] | None = None
    _sending: bool = False

    def start(self) -> None:
        """Send what there is from now on."""
        self._task = asyncio.create_task(self._run(), name="webhooks")

    async def stop(self) -> None:
        """Send nothing more; what waits goes on waiting."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def tell(self, event: dict[str, Any]) -> None:
        """Let an event be told."""
        if self.misbehaviour.take("webhooks_lost"):
            return
        for about, kept in self._kept.items():
            if about in orjson.dumps(event).decode():
                kept.append(event)
                return
        async with self._news:
            self._waiting.append(event)
            if self.misbehaviour.take("webhooks_twice"):
                self._waiting.append(event)
            self._news.notify_all()

    def keep(self, about: str) -> None:
        """Keep events in which this text stands until they are told."""
        self._kept[about] = []

    async def tell_kept(self, about: str, *, backwards: bool = False, times: int = 1) -> None:
        """Tell what was kept, the last event first if wanted, each so many times in a row."""
        kept = self._kept.pop(about)
        for event in kept[::-1] if backwards else kept:
            for _ in range(times):
                await self.tell(event)

    async def let_go(self) -> None:
        """Send what was held."""
        async with self._news:
            self.misbehaviour.webhooks_hold = False
            if self.misbehaviour.webhooks_backwards:
                self._waiting.reverse()
            self._news.notify_all()

    async def settled(self) -> None:
        """Wait until everything was taken."""
        async with self._news:
            await self._news.wait_for(lambda: not self._waiting and not self._sending)

    async def _run(self) -> None:
        async with aiohttp.ClientSession() as session:
            while True:
                async with self._news:
                    await self._news.wait_for(lambda: self._waiting and not self.misbehaviour.webhooks_hold)
                    event, self._sending = self._waiting.pop(0), True
                taken = self.subscriber is None or await self._post(session, self.subscriber, event)
                async with self._news:
                    self._sending = False
                    if not taken:
                        self._waiting.insert(0, event)
                    self._news.notify_all()
                if not taken:
                    await asyncio.sleep(_PAUSE)

    async def _post(self, session: aiohttp.ClientSession, to: Subscriber, event: dict[str, Any]) -> bool:
        body, stamp = orjson.dumps(event), str(int(self.now().timestamp()))
        headers = {"Content-Type": "application/json", "X-Timestamp": stamp}
        if to.secret:
            signed = hmac.new(to.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
            headers["X-Signature"] = f"sha256={signed.hexdigest()}"
        if to.token:
            headers["Authorization"] = f"Bearer {to.token}"
        try:
            async with session.post(to.url, data=body, headers=headers) as answer:
                self.sent.append((str(event.get("id", "")), answer.status))
                return answer.status < 300
        except (aiohttp.ClientError, OSError):
            self.sent.append((str(event.get("id", "")), 0))
            return False
