"""Wires the order process: what judges, where applications hand over what they heard, and how people look at orders."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from gateway.bootstrap.office import Where, opened
from gateway.config.snapshot import Snapshot
from gateway.domain.order.trigger import KIND as DOCUMENT
from gateway.ports import Broker, Clock, Intake, Json, Observer, Work
from gateway.stages.follow_up import CarryOut
from gateway.stages.gate import Gate
from gateway.stages.hear import Hear
from gateway.stages.lanes import Arrived
from gateway.stages.make_document import MakeDocument
from gateway.stages.process import ProcessOrders
from gateway.store import order_records
from gateway.store.database import Database
from gateway.store.follow_ups import PostgresFollowUps
from gateway.store.gate import PostgresReleases
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
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        wake: Callable[[str], Awaitable[None]],
        node: str,
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
            follow=self._follow,
            wake_target=wake,
            observer=observer,
            clock=clock,
            new_id=new_id,
        )
        self.follow_ups = self._follow_ups(database, announce)
        self.gate = self._gate(database, announce, node)

    def _follow_ups(self, database: Database, announce: Callable[[Sequence[Arrived]], Awaitable[None]]) -> CarryOut:
        """What does what follows from milestones, by who can do things of its kind."""
        make = MakeDocument(work=self._work, announce=announce, configuration=lambda: self._snapshot)
        return CarryOut(
            store=PostgresFollowUps(database),
            performers={DOCUMENT: make},
            configuration=lambda: self._snapshot,
            owner_of=self.process.owner_of,
            judge=self.process.wake,
            observer=self._observer,
            new_id=self._new_id,
        )

    def _gate(self, database: Database, announce: Callable[[Sequence[Arrived]], Awaitable[None]], node: str) -> Gate:
        """What decides about orders to warehouses."""
        return Gate(
            store=PostgresReleases(database),
            configuration=lambda: self._snapshot,
            owner_of=lambda customer: self.process.owner_of("", customer),
            announce=announce,
            judge=self.process.wake,
            observer=self._observer,
            new_id=self._new_id,
            node=node,
        )

    def _follow(self) -> None:
        self.follow_ups.wake()

    def released(self, wake: Callable[[], None]) -> Callable[[], None]:
        """What is called when documents wait to be released: to their routes, or to warehouses."""

        def both() -> None:
            wake()
            self.gate.wake()

        return both

    def tasks(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What judges orders, and what does what follows from them."""
        return [("process", self.process.run), ("follow-up", self.follow_ups.run), ("gate", self.gate.run)]

    def hearing(self, intake: Intake) -> Hear:
        """Where the sources of applications hand over what they hear."""
        return Hear(
            intake=intake,
            orders=self._store,
            wake=self.process.wake,
            tell=self._work.record_failures,
            owner_of=self.process.owner_of,
            new_id=self._new_id,
            ships=self._snapshot.release.ships,
        )

    async def measure(self) -> int:
        """Report the clocks of sources, what is not followed up yet and what is held; answers how many clocks."""
        await self.follow_ups.measure()
        await self.gate.measure()
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
        announce=service.lanes.arrived,
        node=service.node,
        wake=service.wake,
    )


async def orders_of(
    where: Where, number: str, *, partner: str | None = None, environ: Mapping[str, str] | None = None
) -> list[Json]:
    """The orders that a number may mean, with all that is known of them: an order number, or any name of something of it.

    `environ` is what the configuration may see; the process's by default.
    """
    async with opened(where, environ) as office:
        return await order_records.orders_of(office.database, number, partner=partner, terms=office.snapshot.process)


async def list_orders(
    where: Where,
    *,
    states: Sequence[str] = (),
    partners: Sequence[str] = (),
    late: bool = False,
    limit: int = 50,
    before: UUID | None = None,
    number: str = "",
    held: bool = False,
    next_step: str | None = None,
) -> list[Json]:
    """Orders, the newest first: all, or those that a `number` may mean. `held`: before a warehouse."""
    async with opened(where) as office:
        return await order_records.list_orders(
            office.database, states=states, partners=partners, late=late, limit=limit, before=before, number=number, held=held,
            next_step=next_step,
        )  # fmt: skip


async def order_by_id(where: Where, order: UUID) -> Json | None:
    """One order with all that is known of it; None when there is none of this id."""
    async with opened(where) as office:
        found = await order_records.whole_orders(office.database, [order], terms=office.snapshot.process)
        return found[0] if found else None
