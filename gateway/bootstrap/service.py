"""Wires one process: configuration to adapters, adapters to stages, stages to tasks."""

import os
import random
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import orjson

from gateway.applications.odoo import OdooApplication
from gateway.bootstrap import channels, http
from gateway.bootstrap.as2 import As2Side
from gateway.bootstrap.channel_troubles import keep_troubles
from gateway.bootstrap.channels import Means
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.vital_signs import report_build, watch_connections
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.channels.http import HttpChannel, HttpOutbound, Limits
from gateway.domain.application import Application as ApplicationSettings
from gateway.ports import Application, Broker, Observer
from gateway.stages.admission import Admission
from gateway.stages.chase import Chase
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver, Target
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.publish import Publish
from gateway.stages.receive import Receive
from gateway.stages.receive_published import ReceivePublished
from gateway.stages.relay_outbox import RelayOutbox
from gateway.stages.release import Release
from gateway.stages.schedule import repeat_leased, run_leased
from gateway.stages.sweep import Sweep
from gateway.stages.targets import application_target, channel_target
from gateway.stages.translate import Translate
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.store.positions import PostgresPositions
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.health import Health
from gateway.telemetry.loop_watch import watch_loop
from gateway.telemetry.metrics import PrometheusObserver
from gateway.web import Listening, WebServer

_BODIES_AT_ONCE = 64 * 1_048_576
"""Bytes of all bodies that partners are posting at one time; more are told to come again."""


def make_broker(settings: Settings, observer: Observer) -> Broker:
    """RabbitMQ when addresses are configured, else wake-ups inside this process."""
    if settings.embedded_broker:
        return EmbeddedBroker(targets=settings.targets, observer=observer)
    urls = [_with_virtual_host(url, settings.snapshot.gateway.virtual_host) for url in settings.snapshot.gateway.amqp_urls]
    return RabbitMQ(urls, targets=settings.targets, observer=observer)


def _with_virtual_host(url: str, host: str | None) -> str:
    if host is None:
        return url
    head, query, rest = url.partition("?")
    scheme, _, address = head.partition("://")
    return f"{scheme}://{address.split('/', 1)[0]}/{quote(host, safe='')}{query}{rest}"


def make_application(configured: ApplicationSettings) -> Application:
    """The connector of a configured application."""
    connection = configured.connection
    return OdooApplication(
        id=configured.id,
        url=connection.url,
        database=connection.database,
        login=connection.login,
        api_key=connection.api_key,
        timeout=connection.timeout,
        max_connections=configured.concurrency,
    )


class Service:
    """All stages and adapters of one process."""

    def __init__(self, settings: Settings, database: Database, url: str) -> None:
        self.settings, self.snapshot = settings, settings.snapshot
        self.clock, self.new_id = SystemClock(), TimeOrderedIds()
        self.observer = PrometheusObserver(folder=settings.shared_metrics if settings.worker else None)
        self.node = f"{socket.gethostname()}:{os.getpid()}"
        self.work, self.records = PostgresWork(database), AcknowledgementBell(database, url)
        self.transmission_claims = HeldClaims(self.work.renew_transmissions)
        self.delivery_claims = HeldClaims(self.work.renew_deliveries)
        self.database = database
        self.broker = make_broker(settings, self.observer)
        self.receive = Receive(
            work=self.work,
            announce=partial(self.broker.announce, "translate"),
            observer=self.observer,
            clock=self.clock,
            max_bytes=self.snapshot.gateway.max_transmission,
        )
        self.publish = Publish(work=self.work, broker=self.broker, wake=self.wake, observer=self.observer, clock=self.clock)
        self.release = self._release()
        self.chase = self._chase()
        self.admission = Admission(work=self.work, most=self.snapshot.gateway.max_waiting)
        self.as2 = self._as2_side()
        self.pieces = PostgresBodyPieces(database)
        self.means = self._means()
        self.delivers: dict[str, Deliver] = {}
        self.idempotent: dict[str, bool] = {}
        self.health = Health({"database": self._database_problem, "broker": self._broker_problem})
        self._server: WebServer | None = None
        self._http: HttpChannel | None = None

    def _release(self) -> Release:
        return Release(
            work=self.work,
            publish=self.publish,
            configuration=lambda: self.snapshot,
            clock=self.clock,
            observer=self.observer,
            new_id=self.new_id,
            node=self.node,
        )

    def _means(self) -> Means:
        """What channels are made with."""
        return Means(
            self.receive,
            self.observer,
            self.clock,
            self.new_id,
            self.snapshot.gateway.max_transmission,
            keep_troubles(self.database, self.snapshot, observer=self.observer, new_id=self.new_id),
            self.as2,
            PostgresPositions(self.database),
            self.pieces,
        )

    def _as2_side(self) -> As2Side:
        return As2Side(
            self.snapshot,
            database=self.database,
            announce=partial(self.broker.announce, "translate"),
            wake=self.wake,
            admit=self.admission.admit,
            ledger=self.chase,
            observer=self.observer,
            clock=self.clock,
            new_id=self.new_id,
            node=self.node,
        )

    async def prepare(self, stack: AsyncExitStack) -> None:
        """Connect to the broker, make the targets, begin to consume."""
        await self.work.activate_configuration(self.snapshot.digest, orjson.dumps({"digest": self.snapshot.digest}).decode())
        report_build(self.observer, configuration=self.snapshot.digest)
        await self.broker.start()
        stack.push_async_callback(self.broker.close)
        stack.push_async_callback(self.records.close)
        for configured in self.snapshot.applications.values():
            application = make_application(configured)
            stack.push_async_callback(application.close)
            self._add(application_target(
                application,
                concurrency=configured.concurrency,
                rate=configured.rate,
                policy=configured.retry,
                breaker=configured.breaker,
                owner=configured.owner or self.snapshot.gateway.owner,
                max_batch=min(configured.max_batch, application.max_batch),
            ))  # fmt: skip
        stack.push_async_callback(self.means.sftp.close)
        stack.push_async_callback(self.as2.close)
        for channel in self.snapshot.channels.values():
            way = channels.outbound(channel, self.means)
            if isinstance(way, HttpOutbound):
                stack.push_async_callback(way.close)
            if way is not None:
                self._add(channel_target(way, owner=self.snapshot.owner_of(channel.partner)))
        if "receive" in self.settings.roles:
            published = ReceivePublished(intake=self.receive, new_id=self.new_id)
            await stack.enter_async_context(self.broker.subscribe(OUTBOUND, "#", published.handle, queue=OUTBOUND))
        if "translate" in self.settings.roles:
            translates = [self._translate() for _ in range(2)]  # the second judges while the first commits
            translates[0].prepare()
            for translate in translates:
                await stack.enter_async_context(self.broker.consume("translate", translate.handle, batch=100))
        if "deliver" in self.settings.roles and not self.settings.embedded_broker:
            for name, deliver in self.delivers.items():
                hints = self.broker.consume(f"deliver.{name}", partial(_heard, deliver), batch=100)
                await stack.enter_async_context(hints)

    def _add(self, target: Target) -> None:
        self.idempotent[target.id] = target.idempotent
        if "deliver" not in self.settings.roles:
            return
        self.delivers[target.id] = Deliver(
            target=target,
            work=self.work,
            clock=self.clock,
            observer=self.observer,
            new_id=self.new_id,
            chance=random.Random(),  # noqa: S311 - jitter
            node=self.node,
            configuration=lambda: self.snapshot.digest,
            claims=self.delivery_claims,
            wake=self.wake,
            owner_of=lambda delivery: self.snapshot.owner_of(delivery.partner),
        )

    def _chase(self) -> Chase:
        return Chase(
            store=PostgresExpectations(self.database),
            configuration=lambda: self.snapshot,
            observer=self.observer,
            wake=self.wake,
            new_id=self.new_id,
            node=self.node,
        )

    def _translate(self) -> Translate:
        return Translate(
            work=self.work,
            publish=self.publish,
            configuration=lambda: self.snapshot,
            clock=self.clock,
            observer=self.observer,
            new_id=self.new_id,
            node=self.node,
            claims=self.transmission_claims,
            released=self.release.wake,
        )

    async def wake(self, target: str) -> None:
        """Something is due for a target: here if this process delivers to it, else wherever that is done."""
        if target in self.delivers:
            self.delivers[target].wake()
        else:
            await self.broker.announce(f"deliver.{target}", ())

    def tasks(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """What runs besides consumption and the web server."""
        roles = self.settings.roles
        tasks: list[tuple[str, Coroutine[Any, Any, None]]] = [("loop-watch", watch_loop(self.observer, self.clock))]
        connections = watch_connections(self.observer, broker=self.broker, store_ready=self.database.ready)
        tasks.append(("connections", connections))
        tasks.append(("claims:transmissions", self.transmission_claims.run()))
        tasks.append(("claims:deliveries", self.delivery_claims.run()))
        tasks += [(f"deliver:{name}", deliver.run()) for name, deliver in self.delivers.items()]
        if roles & {"receive", "deliver"}:  # answers of partners' servers are received where deliveries are made
            tasks.append(("receive", self.receive.run()))
        if "receive" in roles:
            tasks.append(("admission", self.admission.run()))
            tasks += [*self._pollers(), *self.as2.tasks()]
        if "translate" in roles:
            tasks.append(("release", self.release.run()))
        if "relay" in roles:
            relay = RelayOutbox(work=self.work, broker=self.broker, observer=self.observer)
            sweep = Sweep(
                work=self.work,
                observer=self.observer,
                announce=partial(self.broker.announce, "translate"),
                wake=self.wake,
                repeatable=lambda: [name for name, repeatable in self.idempotent.items() if repeatable],
                targets=lambda: list(self.idempotent),
                new_id=self.new_id,
                node=self.node,
                clock=self.clock,
            )
            tasks.append(("relay", self._repeat("relay", relay.round)))
            tasks.append(("staged-bodies", self._repeat("staged-bodies", self.pieces.remove_abandoned, every=60.0)))
            tasks.append(("sweep", self._repeat("sweep", sweep.round)))
            tasks.append(("chase", self._repeat("chase", self.chase.round)))
            watch = self.as2.watch().round
            tasks.append(("certificates", repeat_leased("certificates", watch, work=self.work, holder=self.node, every=3600.0)))
        return tasks

    def _repeat(self, name: str, make_round: Callable[[], Awaitable[int]], *, every: float = 1.0) -> Coroutine[Any, Any, None]:
        return repeat_leased(name, make_round, work=self.work, holder=self.node, every=every)

    def _pollers(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        tasks = []
        for channel in self.snapshot.channels.values():
            poller = channels.inbound(channel, self.means)
            if poller is not None:
                name, run = f"poll:{channel.id}", poller.channel.run
                tasks.append((name, run_leased(name, run, work=self.work, holder=self.node) if poller.alone else run()))
        return tasks

    async def listen(self) -> WebServer | None:
        """Open the port, when the roles have something to serve; the process is ready from now on."""
        roles, gateway = self.settings.roles, self.snapshot.gateway
        tables = []
        if "receive" in roles:
            self._http = self._http_channel()
            tables += [self._http.routes(), self.as2.routes()]
        tls = http.server_tls(self.snapshot)
        listening = Listening(host=gateway.host, port=gateway.port, reuse_port=self.settings.worker, tls=tls)
        server = WebServer(
            listening,
            routes=tables,
            liveness=self.health.liveness,
            readiness=self.health.readiness,
            render_metrics=lambda accept: self.observer.render(accept=accept),
        )
        await server.start()
        self._server = server
        self.health.started()
        return server

    def _http_channel(self) -> HttpChannel:
        most = http.largest_post(self.snapshot)
        return HttpChannel(
            Limits(most_bytes=most, bytes_in_flight=max(_BODIES_AT_ONCE, most)),
            intake=self.receive,
            records=self.records,
            access=http.access(self.snapshot, admit=self.admission.admit),
            observer=self.observer,
            clock=self.clock,
            new_id=self.new_id,
            pieces=self.pieces,
        )

    async def stop_intake(self) -> None:
        """Take no new work: tell load balancers, finish the requests in flight."""
        self.health.stop("the gateway is stopping")
        if self._http is not None:
            self._http.stop_waiting()
        if self._server is not None:
            await self._server.stop()

    async def _database_problem(self) -> str:
        return "" if await self.database.ready() else "PostgreSQL does not answer or takes no writes."

    async def _broker_problem(self) -> str:
        return "" if self.broker.connected else "The broker takes no messages; work goes on by sweeps."


async def _heard(deliver: Deliver, _ids: Sequence[UUID]) -> None:
    deliver.wake()
