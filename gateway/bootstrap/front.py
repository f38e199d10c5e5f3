"""The web server of a process: what it serves, whether the process is ready, and how both end."""

from collections.abc import Iterable, Mapping
from functools import partial

from aiohttp import web

from gateway.bootstrap import http
from gateway.bootstrap.fronts import Fronts
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.stopping import SHARE
from gateway.channels.http import HttpChannel
from gateway.http.sockets import OpenSockets
from gateway.ports import Broker
from gateway.ports.channel_trouble import ChannelTroubles
from gateway.stages.admission import Admission
from gateway.stages.watchdog import Watchdog
from gateway.store.database import Database
from gateway.telemetry.health import CheckFunction, Health
from gateway.telemetry.metrics import PrometheusObserver
from gateway.web import Listening, WebServer

_SOON = 1.5
"""Seconds in which a server has to answer for this process to be ready."""


def checks(database: Database, broker: Broker, watchdog: Watchdog, admission: Admission) -> Mapping[str, CheckFunction]:
    """What readiness asks, by the names that it answers with; each answers what is wrong, or nothing."""

    async def messages() -> str:
        problem = await broker.problem(within=_SOON)
        return f"{problem} What comes is kept and worked off when it is back." if problem else ""

    async def tasks() -> str:
        return watchdog.problem

    async def room() -> str:
        return admission.lacking

    return {"database": partial(database.problem, within=_SOON), "broker": messages, "tasks": tasks, "room": room}


class Front:
    """Listens once, stops once. `http` and `routes` are what partners may ask of this process."""

    def __init__(
        self,
        settings: Settings,
        *,
        health: Health,
        observer: PrometheusObserver,
        troubles: ChannelTroubles,
        sockets: OpenSockets,
    ) -> None:
        self._settings, self._health, self._observer, self._troubles = settings, health, observer, troubles
        self._sockets = sockets
        self._channel: HttpChannel | None = None
        self._fronts = Fronts()
        self._server: WebServer | None = None

    async def listen(
        self, channel: HttpChannel | None, fronts: Fronts, *routes: Iterable[web.AbstractRouteDef]
    ) -> WebServer:  # fmt: skip
        """Open the port; the process is ready from now on. What partners and applications post to goes before the rest."""
        snapshot = self._settings.snapshot
        at = Listening(
            host=snapshot.gateway.host,
            port=snapshot.gateway.port,
            reuse_port=self._settings.worker,
            tls=http.server_tls(snapshot),
            grace=snapshot.gateway.stop_within.total_seconds() * SHARE,
        )
        server = WebServer(
            at,
            routes=[*([channel.routes()] if channel else []), *routes, *fronts.tables],
            liveness=self._health.liveness,
            readiness=self._health.readiness,
            render_metrics=lambda accept: self._observer.render(accept=accept),
            tls_news=http.tls_news(self._troubles),
            sockets=self._sockets,
        )
        await server.start()
        self._channel, self._fronts, self._server = channel, fronts, server
        self._health.started()
        return server

    async def stop(self) -> None:
        """Take no new requests: tell load balancers, finish those in flight."""
        self._health.stop("the gateway is stopping")
        if self._channel is not None:
            self._channel.stop_waiting()
        self._fronts.stop_waiting()
        if self._server is not None:
            await self._server.stop()
