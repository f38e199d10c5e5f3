"""A gateway without channels: real store, embedded broker, a configuration made in code, targets that tests hold in hand."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from gateway.broker.embedded import EmbeddedBroker
from gateway.domain.agreement import Agreement, Direction, DuplicatePolicy, Partner, Partnerships, SequenceTerms, Unroutable
from gateway.domain.calendar import Calendar
from gateway.domain.channel import Channel, FolderOptions
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.release.terms import ReleaseTerms
from gateway.domain.retry import RetryPolicy
from gateway.domain.route import Context, Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.service import Services
from gateway.domain.subscriber import Subscriber
from gateway.ports import ClaimedDelivery, Handover, Outcome, OutcomeKind
from gateway.stages.attempt import Target
from gateway.stages.claims import HeldClaims
from gateway.stages.deliver import Deliver
from gateway.stages.lanes import Lanes
from gateway.stages.lookups import Lookups
from gateway.stages.publish import Publish
from gateway.stages.receive import Receive
from gateway.stages.release import Release
from gateway.stages.sweep import Sweep
from gateway.stages.translate import Translate
from gateway.store.database import Database
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from translators.contract import AcknowledgementTerms, Family, Identity, When, WritingTerms

BIGBOX, NORDMART = Identity("01", "123456789"), Identity("14", "5798000000025")
US_X12, US_EDIFACT = Identity("ZZ", "NORDICDC"), Identity("14", "5790000000012")


class Silent:
    """An observer that keeps counts for tests."""

    def __init__(self) -> None:
        self.counts: dict[str, float] = {}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """A configuration as the stages see it."""

    partnerships: Partnerships
    routes: Sequence[Route]
    channels: Mapping[str, Channel]
    digest: str = "test-digest"
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    services: Services = field(default_factory=Services)
    process: ProcessTerms = field(default_factory=ProcessTerms)
    release: ReleaseTerms = field(default_factory=ReleaseTerms)
    gateway_id: str = "nordic-dc"
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)

    def owner_of(self, partner: str | None, **_about: object) -> str:
        known = self.partnerships.partners.get(partner or "")
        return known.owner if known else "operations"

    def context(
        self,
        *,
        document: str,
        partner: str | None,
        agreement: str | None,
        test: bool,
        message: Mapping,
        direction: Direction = Direction.IN,
    ) -> Context:
        owner = self.owner_of(partner)
        return Context(document, partner, owner, agreement=agreement, direction=direction.value, test=test, message=message)


def configuration(
    *,
    duplicates: DuplicatePolicy = DuplicatePolicy.REJECT,
    routes: Sequence[Route] | None = None,
    functional: str = "997",
    technical: When = When.ASKED,
    unroutable: Unroutable = Unroutable.ACCEPT,
    sequence: SequenceTerms | None = None,
) -> Settings:
    partners = [
        Partner("bigbox", "BigBox", "sales", {Family.X12: (BIGBOX,)}),
        Partner("nordmart", "NordMart", "edi", {Family.EDIFACT: (NORDMART,)}),
    ]
    agreements = [
        Agreement(
            "bigbox-850", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010",
            acknowledgement=AcknowledgementTerms(functional=functional, technical=technical), duplicates=duplicates,
            unroutable=unroutable, sequence=sequence or SequenceTerms(),
        ),
        Agreement(
            "nordmart-orders", "nordmart", Direction.IN, "purchase_order", Family.EDIFACT, "ORDERS", "D.96A",
            acknowledgement=AcknowledgementTerms(functional="CONTRL"), duplicates=duplicates,
        ),
        Agreement(
            "bigbox-850-out", "bigbox", Direction.OUT, "purchase_order", Family.X12, "850", "004010", channel="bigbox-folder",
        ),
        Agreement(
            "nordmart-orders-out", "nordmart", Direction.OUT, "purchase_order", Family.EDIFACT, "ORDERS", "D.96A",
            channel="nordmart-folder", writing=WritingTerms(batch=3),
        ),
    ]  # fmt: skip
    ours = {Family.X12: [US_X12], Family.EDIFACT: [US_EDIFACT]}
    channels = {
        "bigbox-folder": Channel("bigbox-folder", "folder", "bigbox", FolderOptions("in", "out")),
        "bigbox-http": Channel("bigbox-http", "folder", "bigbox", FolderOptions("in", None)),
        "nordmart-folder": Channel("nordmart-folder", "folder", "nordmart", FolderOptions("in", "out")),
    }
    standard = [Route("orders", document="purchase_order", targets=(RouteTarget("odoo", "sale_order"),))]
    partnerships = Partnerships.build(partners, agreements, identities=ours)
    return Settings(partnerships, standard if routes is None else routes, channels)


@dataclass
class HandTarget:
    """A target whose outcomes a test chooses; remembers what it was given, by idempotency key."""

    decide: Callable[[ClaimedDelivery], Outcome] = lambda d: Outcome(d.id, OutcomeKind.DELIVERED, reference="S1")
    made: list[ClaimedDelivery] = field(default_factory=list)

    async def make(self, deliveries: Sequence[ClaimedDelivery]) -> Sequence[Outcome]:
        self.made += deliveries
        return [self.decide(d) for d in deliveries]


@dataclass
class Running:
    """The running stages, and what a test asks of them."""

    receive: Receive
    translate: Translate
    sweep: Sweep
    records: AcknowledgementBell
    work: PostgresWork
    database: Database
    broker: EmbeddedBroker
    observer: Silent
    targets: dict[str, HandTarget]
    new_id: TimeOrderedIds
    settings: Settings

    async def send(self, body: bytes, *, partner: str | None = "bigbox", channel: str = "bigbox-folder") -> UUID:
        """Hand a transmission over and wait until it is settled."""
        handover = Handover(self.new_id(), channel, partner, "file.edi", body, wait=True)
        receipt = await self.receive.receive(handover)
        view = await self.records.wait_for_acknowledgement(receipt.transmission, within=20)
        assert view is not None
        return receipt.transmission

    async def view(self, transmission: UUID) -> Mapping:
        view = await self.records.transmission(transmission)
        assert view is not None
        return view

    async def delivered(self, transmission: UUID) -> Mapping:
        """Wait until no delivery of the transmission is on its way."""
        async with asyncio.timeout(20):
            while True:
                view = await self.view(transmission)
                if all(d["state"] not in ("waiting", "sending") for d in view["deliveries"]):
                    return view
                await self.database.fetch("counts")


HASTY = RetryPolicy(first=timedelta(milliseconds=5), factor=1, attempts=3)


@asynccontextmanager
async def at_work(*runs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """These run until the block ends."""
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def running(
    url: str, database: Database, settings: Settings, *, policy: RetryPolicy | None = None, lookups: Lookups | None = None
) -> AsyncIterator[Running]:
    observer, clock, new_id = Silent(), SystemClock(), TimeOrderedIds()
    work, records = PostgresWork(database), AcknowledgementBell(database, url)
    targets = {"odoo": HandTarget(), "bigbox-folder": HandTarget(), "nordmart-folder": HandTarget()}
    broker = EmbeddedBroker(targets=list(targets), observer=observer)
    await broker.start()
    delivers: dict[str, Deliver] = {}

    async def wake(target: str) -> None:
        if target in delivers:
            delivers[target].wake()

    for name, made in targets.items():
        delivers[name] = Deliver(
            target=Target(id=name, make=made.make, idempotent=True, policy=policy or HASTY, owner="operations"),
            work=work, clock=clock, observer=observer, new_id=new_id, chance=random.Random(1), node="test", wake=wake,
            configuration=lambda: settings.digest, claims=HeldClaims(work.renew_deliveries), poll=0.05)  # fmt: skip
    publish = Publish(work=work, broker=broker, wake=wake, observer=observer, clock=clock)
    release = Release(work=work, publish=publish, configuration=lambda: settings, clock=clock, observer=observer, new_id=new_id,
                      node="test", lookups=lookups, poll=0.1)  # fmt: skip
    translate = Translate(
        work=work, publish=publish, configuration=lambda: settings, clock=clock, observer=observer, new_id=new_id,
        node="test", released=release.wake, claims=HeldClaims(work.renew_transmissions),
    )  # fmt: skip
    lanes = Lanes(broker.announce, services=dict)
    receive = Receive(work=work, announce=lanes.arrived, observer=observer, clock=clock)
    sweep = Sweep(
        work=work, observer=observer, announce=lanes.arrived, wake=wake, repeatable=lambda: list(targets), new_id=new_id,
        node="test", clock=clock, older=timedelta(0), owner_of=lambda _: "operations",
    )  # fmt: skip
    runs = [receive.run(), release.run(), *(deliver.run() for deliver in delivers.values())]
    try:
        async with at_work(*runs), broker.consume("translate", translate.handle, batch=100):
            yield Running(receive, translate, sweep, records, work, database, broker, observer, targets, new_id, settings)
    finally:
        await records.close()
        await broker.close()
