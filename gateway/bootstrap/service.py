"""Wires one process: configuration to adapters, adapters to stages, stages to tasks."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

import structlog

from gateway.applications.odoo import OdooApplication
from gateway.bootstrap import channels, http
from gateway.bootstrap.as2 import As2Side
from gateway.bootstrap.channel_troubles import keep_troubles
from gateway.bootstrap.channels import Means
from gateway.bootstrap.configurations import EarlierConfigurations, keep_configuration
from gateway.bootstrap.delivery import DeliverySide
from gateway.bootstrap.front import Front, checks
from gateway.bootstrap.keeping import rounds
from gateway.bootstrap.owners import OwnerSide
from gateway.bootstrap.replay import batch_runner
from gateway.bootstrap.room import lacks
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.stopping import SHARE
from gateway.bootstrap.vital_signs import report_build, watch_connections
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.broker.session import Patience
from gateway.channels.http import HttpChannel, HttpOutbound, Limits
from gateway.domain.application import Application as ApplicationSettings
from gateway.errors import GatewayError
from gateway.ports import Application, Broker, Observer
from gateway.ports.channel_trouble import ChannelTroubles
from gateway.ports.pulse import rest
from gateway.stages.admission import Admission, PacedIntake
from gateway.stages.chase import Chase
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.publish import Publish
from gateway.stages.receive import Receive
from gateway.stages.receive_published import ReceivePublished
from gateway.stages.relay_outbox import RelayOutbox
from gateway.stages.release import Release
from gateway.stages.schedule import repeat_leased, run_leased
from gateway.stages.sweep import Sweep
from gateway.stages.translate import Translate
from gateway.stages.translate_large import TranslateLarge
from gateway.stages.watchdog import Watchdog
from gateway.store.body_pieces import PostgresBodyPieces
from gateway.store.database import Database
from gateway.store.expectations import PostgresExpectations
from gateway.store.positions import PostgresPositions
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.health import Health
from gateway.telemetry.loop_watch import LoopGuard, watch_loop
from gateway.telemetry.metrics import PrometheusObserver
from gateway.web import WebServer

Run = Callable[[], Coroutine[Any, Any, None]]
"""Starts what runs for ever."""

_POLLER = 900.0
"""Seconds that a poller may go on without handing anything over or waiting: a large file over a slow line."""
log = structlog.get_logger(__name__)

_BODIES_AT_ONCE = 64 * 1_048_576
"""Bytes of all bodies that partners are posting at one time; more are told to come again."""


def make_broker(settings: Settings, observer: Observer) -> Broker:
    """RabbitMQ when addresses are configured, else wake-ups inside this process."""
    if settings.embedded_broker:
        return EmbeddedBroker(targets=settings.targets, observer=observer)
    urls = [_with_virtual_host(url, settings.snapshot.gateway.virtual_host) for url in settings.snapshot.gateway.amqp_urls]
    patience = Patience(finish=settings.snapshot.gateway.stop_within.total_seconds() * SHARE)
    return RabbitMQ(urls, targets=settings.targets, observer=observer, patience=patience)


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
        max_connections=configured.workers,
    )


class Service:
    """All stages and adapters of one process."""

    def __init__(self, settings: Settings, database: Database, url: str) -> None:
        self.settings, self.snapshot = settings, settings.snapshot
        self.clock, self.new_id = SystemClock(), TimeOrderedIds()
        self.observer = PrometheusObserver(folder=settings.shared_metrics if settings.worker else None)
        self.node = f"{socket.gethostname()}:{os.getpid()}"
        self.holder = f"{self.node}:{self.new_id().hex[-12:]}"  # in containers many processes have one name and number
        self.work, self.records = PostgresWork(database), AcknowledgementBell(database, url)
        self.transmission_claims = HeldClaims(self.work.renew_transmissions)
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
        troubles = keep_troubles(database, self.snapshot, observer=self.observer, new_id=self.new_id)
        self.admission = self._admission(troubles)
        self.as2 = self._as2_side()
        self.owners = OwnerSide(database, lambda: self.snapshot, observer=self.observer, clock=self.clock, new_id=self.new_id)
        self.pieces = PostgresBodyPieces(database)
        self.means = self._means(troubles)
        self.delivery = self._delivery()
        self.large: TranslateLarge | None = None
        self.watchdog = Watchdog(observer=self.observer, clock=self.clock, hopeless=self._hopeless)
        self.health = Health(checks(database, self.broker, self.watchdog, self.admission))
        self.guard = LoopGuard()
        self._consuming: list[AsyncExitStack] = []
        self.front = Front(settings, health=self.health, observer=self.observer, troubles=troubles)

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

    def _admission(self, troubles: ChannelTroubles) -> Admission:
        gateway = self.snapshot.gateway
        return Admission(
            work=self.work,
            most=gateway.max_waiting,
            observer=self.observer,
            look=partial(lacks, gateway.room, gateway.data),
            troubles=troubles,
            machine=socket.gethostname(),
        )

    def _means(self, troubles: ChannelTroubles) -> Means:
        """What channels are made with."""
        return Means(
            self.receive,
            self.observer,
            self.clock,
            self.new_id,
            self.snapshot.gateway.max_transmission,
            troubles,
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
        self.snapshot.gateway.data.mkdir(parents=True, exist_ok=True)
        await keep_configuration(self.work, self.settings, os.environ)
        report_build(self.observer, configuration=self.snapshot.digest)
        await self.broker.start()
        stack.push_async_callback(self.broker.close)
        stack.push_async_callback(self.records.close)
        for configured in self.snapshot.applications.values():
            application = make_application(configured)
            stack.push_async_callback(application.close)
            await self.delivery.add_application(application, configured)
        stack.push_async_callback(self.means.remote.close)
        stack.push_async_callback(self.as2.close)
        stack.push_async_callback(self.owners.close)
        for channel in self.snapshot.channels.values():
            way = channels.outbound(channel, self.means)
            if isinstance(way, HttpOutbound):
                stack.push_async_callback(way.close)
            if way is not None:
                await self.delivery.add_channel(way, channel)
        stack.push_async_callback(self.end_consumption)
        if "receive" in self.settings.roles:
            published = ReceivePublished(intake=PacedIntake(self.receive, self.admission), new_id=self.new_id)
            await self._begin(self.broker.subscribe(OUTBOUND, "#", published.handle, queue=OUTBOUND))
        if "translate" in self.settings.roles:
            self.large = TranslateLarge(self._translate(), memory=self.admission.memory)
            translates = [self._translate(self.large) for _ in range(2)]  # the second judges while the first commits
            translates[0].prepare()
            for translate in translates:
                await self._begin(
                    self.broker.consume("translate", self.watchdog.bounded("translate", translate.handle), batch=100)
                )
        if "deliver" in self.settings.roles and not self.settings.embedded_broker:
            for name, deliver in self.delivery.delivers.items():
                hints = self.broker.consume(f"deliver.{name}", partial(_heard, deliver), batch=100)
                await self._begin(hints)

    async def _begin(self, consumer: AbstractAsyncContextManager[None]) -> None:
        one = AsyncExitStack()
        await one.enter_async_context(consumer)
        self._consuming.append(one)

    async def end_consumption(self) -> None:
        """Take no more from the broker, let batches in flight commit; all at the same time."""
        ending, self._consuming = self._consuming, []
        await asyncio.gather(*(one.aclose() for one in ending))

    async def flush(self) -> None:
        """Publish what this process wrote and did not publish: whoever relays would do it only later."""
        relay = RelayOutbox(work=self.work, broker=self.broker, observer=self.observer)
        try:
            if "relay" in self.settings.roles and self.broker.connected:
                await relay.round(older=timedelta())
        except GatewayError as error:
            log.info("outbox_left", error=str(error))

    def _delivery(self) -> DeliverySide:
        return DeliverySide(
            self.snapshot,
            database=self.database,
            work=self.work,
            observer=self.observer,
            clock=self.clock,
            new_id=self.new_id,
            node=self.node,
            wake=self.wake,
            delivering="deliver" in self.settings.roles,
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

    def _translate(self, large: TranslateLarge | None = None) -> Translate:
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
            earlier_configuration=EarlierConfigurations(self.database, self.settings, os.environ),
            leave=large.leave if large else None,
        )

    async def wake(self, target: str) -> None:
        """Something is due for a target: here if this process delivers to it, else wherever that is done."""
        if target in self.delivery.delivers:
            self.delivery.delivers[target].wake()
        else:
            await self.broker.announce(f"deliver.{target}", ())

    def tasks(self) -> list[tuple[str, Run]]:
        """What runs besides consumption and the web server; each is kept by the watchdog."""
        roles = self.settings.roles
        turns = partial(watch_loop, self.observer, self.clock, sleep=rest, seen=self.guard.beat)
        tasks: list[tuple[str, Run]] = [("loop-watch", turns)]
        look = partial(watch_connections, self.observer, broker=self.broker, store_problem=self.database.problem)
        tasks.append(("connections", look))
        tasks.append(("claims:transmissions", self.transmission_claims.run))
        tasks.append(("claims:deliveries", self.delivery.claims.run))
        tasks += [(f"deliver:{name}", deliver.run) for name, deliver in self.delivery.delivers.items()]
        if roles & {"receive", "deliver"}:  # answers of partners' servers are received where deliveries are made
            tasks.append(("receive", self.receive.run))
        if roles & {"receive", "translate"}:
            tasks.append(("admission", self.admission.run))
        if "receive" in roles:
            tasks += [*self._pollers(), *self.as2.tasks()]
        if "translate" in roles:
            tasks.append(("release", self.release.run))
            tasks += [("translate-large", self.large.run)] if self.large else []
        return [*tasks, *self._rounds()] if "relay" in roles else tasks

    def _rounds(self) -> list[tuple[str, Run]]:
        """What one process does for all, whoever holds the lease of it."""
        tasks: list[tuple[str, Run]] = []
        relay = RelayOutbox(work=self.work, broker=self.broker, observer=self.observer)
        sweep = Sweep(
            work=self.work,
            observer=self.observer,
            announce=partial(self.broker.announce, "translate"),
            wake=self.wake,
            repeatable=lambda: [name for name, repeatable in self.delivery.idempotent.items() if repeatable],
            targets=lambda: list(self.delivery.idempotent),
            owner_of=lambda e: self.delivery.owner_of(e.partner, e.route, e.target),
            new_id=self.new_id,
            node=self.node,
            clock=self.clock,
        )
        tasks.append(("relay", self._repeat("relay", relay.round)))
        tasks.append(("staged-bodies", self._repeat("staged-bodies", self.pieces.remove_abandoned, every=60.0)))
        tasks.append(("sweep", self._repeat("sweep", sweep.round)))
        tasks.append(("chase", self._repeat("chase", self.chase.round)))
        tasks.append(("onward", self._repeat("onward", self.delivery.onward().round)))
        batches = batch_runner(self, idempotent=lambda: self.delivery.idempotent)
        tasks.append(("batches", self._repeat("batches", batches.round)))
        tasks.append(("escalate", self._repeat("escalate", self.owners.escalate.round, every=5.0)))
        tasks.append(("notify", self._repeat("notify", self.owners.notify.round)))
        watch = self.as2.watch().round
        tasks.append(("certificates", self._repeat("certificates", watch, every=3600.0)))
        keeping = rounds(self.database, lambda: self.snapshot, observer=self.observer, clock=self.clock, node=self.node)
        tasks += [(name, self._repeat(name, make_round, every=every)) for name, make_round, every in keeping]
        return tasks

    def _hopeless(self, task: str, problem: str) -> None:
        self.health.died(task, problem)

    def _repeat(self, name: str, make_round: Callable[[], Awaitable[int]], *, every: float = 1.0) -> Run:
        return partial(repeat_leased, name, make_round, work=self.work, holder=self.holder, every=every)

    def _pollers(self) -> list[tuple[str, Run]]:
        """Who fetches waits for room, and one that goes on by itself is watched under its lease, beside its lease."""
        tasks: list[tuple[str, Run]] = []
        means = replace(self.means, intake=PacedIntake(self.receive, self.admission))
        for channel in self.snapshot.channels.values():
            poller = channels.inbound(channel, means)
            if poller is None:
                continue
            name = f"poll:{channel.id}"
            run = partial(self.watchdog.keep, name, poller.channel.run, within=_POLLER)
            if poller.alone:
                tasks.append((f"lease:{name}", partial(run_leased, name, run, work=self.work, holder=self.holder)))
            else:
                tasks.append((f"start:{name}", run))
        return tasks

    async def listen(self) -> WebServer | None:
        """Open the port; the process is ready from now on."""
        if "receive" not in self.settings.roles:
            return await self.front.listen(None)
        return await self.front.listen(self._http_channel(), self.as2.routes())

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
        """Take no new work over HTTP."""
        await self.front.stop()


async def _heard(deliver: Deliver, _ids: Sequence[UUID]) -> None:
    deliver.wake()
