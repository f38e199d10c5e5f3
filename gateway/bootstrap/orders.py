"""Wires the order process: what judges, where applications hand over what they heard, and how people look at orders."""

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.config.snapshot import Snapshot
from gateway.ports import Broker, Clock, Intake, Json, Observer, Work
from gateway.stages.hear import Hear
from gateway.stages.process import ProcessOrders
from gateway.store import order_records
from gateway.store.database import Database
from gateway.store.orders import PostgresOrders

if TYPE_CHECKING:
    from gateway.bootstrap.service import Service


class OrderSide:
    """The order process of one process."""

    def __init__(
        self,
        snapshot: Snapshot,
        *,
        database: Database,
        work: Work,
        broker: Broker,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._snapshot, self._work, self._new_id = snapshot, work, new_id
        self._observer = observer
        self._store = PostgresOrders(database)
        self.process = ProcessOrders(
            store=self._store,
            configuration=lambda: snapshot,
            source_owner=self._source_owner,
            broker=broker,
            forget=work.delete_outbox,
            observer=observer,
            clock=clock,
            new_id=new_id,
        )

    def hearing(self, intake: Intake) -> Hear:
        """Where the sources of applications hand over what they hear."""
        return Hear(
            intake=intake,
            orders=self._store,
            wake=self.process.wake,
            tell=self._work.record_failures,
            owner_of=self.process.owner_of,
            new_id=self._new_id,
        )

    async def measure(self) -> int:
        """Report the clocks of sources; answers how many."""
        ahead = await self._store.clocks()
        for source, seconds in ahead.items():
            self._observer.gauge("edi_source_clock_ahead_seconds", seconds, source=source)
        return len(ahead)

    def _source_owner(self, source: str) -> str | None:
        application = self._snapshot.applications.get(source)
        return application.owner if application is not None else None


def order_side(service: "Service") -> OrderSide:
    """The order process of a service."""
    return OrderSide(
        service.snapshot,
        database=service.database,
        work=service.work,
        broker=service.broker,
        observer=service.observer,
        clock=service.clock,
        new_id=service.new_id,
    )


async def orders_of(config: str, number: str, *, partner: str | None = None) -> list[Json]:
    """The orders that a number may mean, with all that is known of them: an order number, or any name of something of it."""
    async with _opened(config) as (settings, database):
        return await order_records.orders_of(database, number, partner=partner, terms=settings.snapshot.process)


async def list_orders(
    config: str,
    *,
    states: Sequence[str] = (),
    partners: Sequence[str] = (),
    late: bool = False,
    limit: int = 50,
    before: UUID | None = None,
) -> list[Json]:
    """Orders, the newest first."""
    async with _opened(config) as (_, database):
        return await order_records.list_orders(database, states=states, partners=partners, late=late, limit=limit, before=before)


@asynccontextmanager
async def _opened(config: str) -> AsyncIterator[tuple[Settings, Database]]:
    settings = read_settings(config, os.environ)
    async with open_database(settings, size=2) as (database, _):
        await require_schema(database)
        yield settings, database
