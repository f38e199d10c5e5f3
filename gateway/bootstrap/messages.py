"""Messages for people: what is stored is read, and what somebody hands over is stored."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from gateway.bootstrap.office import Where, opened
from gateway.stages.lanes import Arrived
from gateway.stages.receive import Receive
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock
from gateway.telemetry.metrics import PrometheusObserver


@asynccontextmanager
async def open_records(where: Where, environ: Mapping[str, str] | None = None) -> AsyncIterator[AcknowledgementBell]:
    """A connection to what is stored, for the commands that list and explain. `environ` stands in for that of the process."""
    async with opened(where, environ) as office:
        records = AcknowledgementBell(office.database, office.url)
        try:
            yield records
        finally:
            await records.close()


@asynccontextmanager
async def open_intake(where: Where) -> AsyncIterator[Receive]:
    """Hand transmissions to the store without a gateway in between; a running one finds them by its sweep."""

    async def unannounced(_arrived: Sequence[Arrived]) -> None:
        """Nobody is told: the sweep of the running gateway looks every second."""

    async with opened(where) as office:
        receive = Receive(
            work=PostgresWork(office.database),
            announce=unannounced,
            observer=PrometheusObserver(),
            clock=SystemClock(),
            max_bytes=office.snapshot.gateway.max_transmission,
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(receive.run())
            yield receive
            task.cancel()
