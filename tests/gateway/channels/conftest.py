"""An HTTP channel behind the real server on loopback, with an intake and records in memory."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from gateway.channels.http import Access, HttpChannel, Limits, plain_access
from gateway.domain.http_terms import ServerTls
from gateway.errors import GatewayError, Refused
from gateway.ports import BodyPieces
from gateway.web import Listening, WebServer
from tests.gateway.channels.fakes import Counts, FakeIntake, FakeRecords, Turns

TOKENS = {"bigbox": "token-of-bigbox", "smallmart": "token-of-smallmart"}
POST = "/v1/partners/bigbox/interchanges"


@dataclass(frozen=True)
class Report:
    """A health report as the telemetry gives it."""

    status: int = 200
    told: Mapping[str, object] = field(default_factory=lambda: {"ready": True})

    def as_json(self) -> dict[str, object]:
        return dict(self.told)


class Healthy:
    """What the server asks for health: changed by tests."""

    def __init__(self) -> None:
        self.live, self.ready = Report(), Report()

    def liveness(self) -> Report:
        return self.live

    async def readiness(self) -> Report:
        return self.ready


async def nobody(_problem: GatewayError | None) -> None:
    """Nobody is told."""


def server(
    *tables: Any, healthy: Healthy | None = None, tls_news: Callable[[Any], Awaitable[None]] = nobody, **listening: Any
) -> WebServer:
    health = healthy or Healthy()
    return WebServer(
        Listening(port=0, lingering=0.1, **listening),
        routes=tables,
        liveness=health.liveness,
        readiness=health.readiness,
        render_metrics=lambda accept: ("text/plain; version=0.0.4; charset=utf-8", f"edi 1 # {accept}\n".encode()),
        tls_news=tls_news,
    )


class Site:
    """A running gateway's HTTP side, and a client that is the partner bigbox."""

    def __init__(
        self, limits: Limits, *, access: Access | None = None, pieces: BodyPieces | None = None, tls: ServerTls | None = None
    ) -> None:
        self.limits = limits
        self.intake, self.records, self.counts, self.turns = FakeIntake(), FakeRecords(), Counts(), Turns()
        self.refusal: Refused | None = None
        usual = plain_access(TOKENS, channel_of=lambda partner: f"{partner}-http")
        self.channel = HttpChannel(
            limits,
            intake=self.intake,
            records=self.records,
            access=replace(access or usual, admit=lambda _partner: self.refusal),
            observer=self.counts,
            clock=self.turns,
            new_id=uuid4,
            pieces=pieces,
        )
        self.server = server(self.channel.routes(), tls=tls)
        self.client: aiohttp.ClientSession

    def post(self, content: Any = b"ISA*", *, path: str = POST, token: str = TOKENS["bigbox"], **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, data=content, headers={"Authorization": f"Bearer {token}", **named})

    def get(self, path: str, *, token: str = TOKENS["bigbox"]) -> Any:
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"})


Opening = Callable[..., Any]


@pytest.fixture
def open_site() -> Opening:
    @asynccontextmanager
    async def opened(
        *, access: Access | None = None, pieces: BodyPieces | None = None, tls: ServerTls | None = None, **limits: Any
    ) -> AsyncIterator[Site]:
        site = Site(Limits(**limits), access=access, pieces=pieces, tls=tls)
        await site.server.start()
        async with aiohttp.ClientSession(site.server.url) as site.client:
            try:
                yield site
            finally:
                site.channel.stop_waiting()
                await site.server.stop()

    return opened


@pytest.fixture
async def site(open_site: Opening) -> AsyncIterator[Site]:
    async with open_site() as opened:
        yield opened


async def problem(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """The problem document of an answer, checked for what each must hold."""
    assert answer.content_type == "application/problem+json"
    told = await answer.json(content_type=None)
    assert told["status"] == answer.status
    assert told["type"].startswith("urn:edi-gateway:problem:")
    assert told["title"]
    assert told["detail"]
    assert told["remedy"]
    return dict(told)


__all__ = ["POST", "TOKENS", "Healthy", "Opening", "Report", "Site", "problem", "server", "web"]
