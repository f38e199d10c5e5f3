"""Wires one process: configuration to adapters, adapters to stages, stages to tasks."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from gateway.bootstrap import http
from gateway.bootstrap.alone import Alone
from gateway.bootstrap.as2 import As2Side
from gateway.bootstrap.brokers import make_broker
from gateway.bootstrap.channel_troubles import keep_troubles
from gateway.bootstrap.channels import Means
from gateway.bootstrap.configurations import EarlierConfigurations
from gateway.bootstrap.delivery import DeliverySide
from gateway.bootstrap.forwarding import forwarding_side
from gateway.bootstrap.front import Front, checks
from gateway.bootstrap.fronts import Fronts
from gateway.bootstrap.leased import Run, leased, pollers, rounds
from gateway.bootstrap.lookups import release_side
from gateway.bootstrap.orders import order_side
from gateway.bootstrap.owners import OwnerSide
from gateway.bootstrap.room import lacks
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.store import open_database
from gateway.bootstrap.translation import TranslationSide, services_by_channel
from gateway.bootstrap.vital_signs import report_build, watch_connections
from gateway.bootstrap.watching import Watching
from gateway.channels.http import HttpChannel, Limits
from gateway.errors import GatewayError
from gateway.http.sockets import OpenSockets, open_sockets
from gateway.ports.channel_trouble import ChannelTroubles
from gateway.ports.pulse import rest
from gateway.stages.admission import Admission, PacedIntake
from gateway.stages.attempt import Target
from gateway.stages.chase import Chase
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.lanes import Lanes
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.publish import Publish
from gateway.stages.receive import Receive
from gateway.stages.receive_published import ReceivePublished
from gateway.stages.relay_outbox import RelayOutbox
from gateway.stages.translate import Translate
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

log = structlog.get_logger(__name__)

_BODIES_AT_ONCE = 64 * 1_048_576
"""Bytes of all bodies that partners are posting at one time; more are told to come again."""


@dataclass(frozen=True, slots=True)
class ProcessOwned:
    """What a process has once, whatever configurations it runs one after the other: its figures, and where it listens."""

    observer: PrometheusObserver
    sockets: OpenSockets = open_sockets

    @classmethod
    def of(cls, settings: Settings, *, sockets: OpenSockets = open_sockets) -> "ProcessOwned":
        """Made once for a process."""
        return cls(PrometheusObserver(folder=settings.shared_metrics if settings.worker else None), sockets)


class Service:
    """All stages and adapters of one process."""

    def __init__(
        self, settings: Settings, database: Database, url: str, *, own: ProcessOwned | None = None
    ) -> None:  # fmt: skip
        own = own or ProcessOwned.of(settings)
        self.settings, self.snapshot = settings, settings.snapshot
        self.clock, self.new_id = SystemClock(), TimeOrderedIds()
        self.observer = own.observer
        self.node = f"{socket.gethostname()}:{os.getpid()}"
        self.holder = f"{self.node}:{self.new_id().hex[-12:]}"  # in containers many processes have one name and number
        self.work, self.records = PostgresWork(database), AcknowledgementBell(database, url)
        self.transmission_claims = HeldClaims(self.work.renew_transmissions)
        self.database = database
        self.broker = make_broker(settings, self.observer)
        self.forwarding = forwarding_side(self)
        self.lanes = self._lanes()
        self.receive = self._receive()
        self.publish = Publish(work=self.work, broker=self.broker, wake=self.wake, observer=self.observer, clock=self.clock)
        self.orders = order_side(self)
        self.release = release_side(self)
        self.chase = self._chase()
        troubles = keep_troubles(database, self.snapshot, observer=self.observer, new_id=self.new_id)
        self.admission = self._admission(troubles)
        self.watching = self._watching()
        self.as2 = self._as2_side()
        self.owners = OwnerSide(database, lambda: self.snapshot, observer=self.observer, clock=self.clock, new_id=self.new_id)
        self.pieces = PostgresBodyPieces(database)
        self.means = self._means(troubles)
        self.alone = Alone(settings, url, targets=targets_alone)
        self.delivery = self._delivery()
        self.translation: TranslationSide | None = None
        self.watchdog = Watchdog(observer=self.observer, clock=self.clock, hopeless=self._hopeless)
        self.health = Health(checks(database, self.broker, self.watchdog, self.admission))
        self.guard = LoopGuard()
        self._consuming: list[AsyncExitStack] = []
        self.front = Front(settings, health=self.health, observer=self.observer, troubles=troubles, sockets=own.sockets)

    def _lanes(self) -> Lanes:
        """Who is told of what arrives: those who translate, or at a site the one who forwards."""
        services = services_by_channel(self.snapshot)
        announce = self.forwarding.forward.announced if self.forwarding else self.broker.announce
        return Lanes(announce, services=lambda: services)

    def _receive(self) -> Receive:
        return Receive(
            work=self.work,
            announce=self.lanes.arrived,
            observer=self.observer,
            clock=self.clock,
            max_bytes=self.snapshot.gateway.max_transmission,
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

    def _watching(self) -> Watching:
        return Watching(
            self.snapshot,
            database=self.database,
            hearing=self.orders.hearing(PacedIntake(self.receive, self.admission)),
            observer=self.observer,
            clock=self.clock,
            new_id=self.new_id,
            node=self.node,
            admit=self.admission.admit,
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
            announce=self.lanes.arrived,
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
        report_build(self.observer, configuration=self.snapshot.digest)
        await self.broker.start()
        stack.push_async_callback(self.broker.close)
        stack.push_async_callback(self.records.close)
        stack.callback(self.alone.close)
        await self.delivery.add_all(stack, self.means)
        stack.push_async_callback(self.owners.close)
        stack.push_async_callback(self.end_consumption)
        if "receive" in self.settings.roles:
            published = ReceivePublished(
                intake=PacedIntake(self.receive, self.admission),
                work=self.work,
                publish=self.broker.publish,
                source=lambda: self.snapshot.gateway_id,
                clock=self.clock,
                new_id=self.new_id,
            )
            await self._begin(self.broker.subscribe(OUTBOUND, "#", published.handle, queue=OUTBOUND))
        if self.forwarding is not None:
            stack.push_async_callback(self.forwarding.close)
        elif "translate" in self.settings.roles:
            memory = self.admission.memory
            self.translation = TranslationSide(self._translate, lanes=self.lanes, memory=memory, watchdog=self.watchdog)
            for consumer in self.translation.consumers(self.broker):
                await self._begin(consumer)
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
            alone=self.alone.make,
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

    def _translate(self, leave: Callable[[Sequence[UUID]], None] | None) -> Translate:
        return Translate(
            work=self.work,
            publish=self.publish,
            configuration=lambda: self.snapshot,
            clock=self.clock,
            observer=self.observer,
            new_id=self.new_id,
            node=self.node,
            claims=self.transmission_claims,
            released=self.orders.released(self.release.wake),
            earlier_configuration=EarlierConfigurations(self.database, self.settings),
            leave=leave,
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
            tasks += [*pollers(self), *self.as2.tasks()]
        if "translate" in roles and self.forwarding is not None:
            tasks.append(leased(self, "forward", self.forwarding.forward.run))
        elif "translate" in roles:
            tasks += [("release", self.release.run), *self.orders.tasks()]
            tasks += self.translation.tasks() if self.translation else []
        return [*tasks, *rounds(self)] if "relay" in roles else tasks

    def _hopeless(self, task: str, problem: str) -> None:
        self.health.died(task, problem)

    async def listen(self, fronts: Fronts) -> WebServer:
        """Open the port; the process is ready from now on."""
        if "receive" not in self.settings.roles:
            return await self.front.listen(None, fronts)
        return await self.front.listen(self._http_channel(), fronts, self.as2.routes(), self.watching.routes())

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


async def targets_alone(settings: Settings, stack: AsyncExitStack) -> Mapping[str, Target]:
    """What deliveries can be for, in a process that is told which to make and does nothing else."""
    database, url = await stack.enter_async_context(open_database(settings, size=2))
    service = Service(settings, database, url)
    await service.delivery.add_all(stack, service.means)
    receiving = asyncio.create_task(service.receive.run())  # answers of partners' servers
    stack.callback(receiving.cancel)
    return service.delivery.targets


async def _heard(deliver: Deliver, _ids: Sequence[UUID]) -> None:
    deliver.wake()
