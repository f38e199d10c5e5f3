"""The only file that wires: configuration to adapters, adapters to stages, stages to tasks."""

import asyncio
import os
import random
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from gateway.applications.odoo import OdooApplication
from gateway.broker.embedded import EmbeddedBroker
from gateway.broker.rabbitmq import RabbitMQ
from gateway.config import Snapshot, load
from gateway.domain.application import Application as ApplicationSettings
from gateway.errors import BrokerUnavailable, ConfigurationInvalid, GatewayError, SchemaMismatch, StoreUnavailable
from gateway.ports import Application, Broker, Observer
from gateway.stages.receive import Receive
from gateway.store import migrations
from gateway.store.database import Database
from gateway.store.embedded import EmbeddedPostgres, FolderLock
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver

log = structlog.get_logger(__name__)

ROLES = ("receive", "translate", "deliver", "relay", "api")


@dataclass(frozen=True, slots=True)
class Settings:
    """A checked configuration with the way this process is to run."""

    config: Path
    snapshot: Snapshot
    roles: frozenset[str]
    processes: int = 1
    worker: bool = False

    @property
    def data(self) -> Path:
        """The folder for what the gateway keeps on this machine."""
        return self.snapshot.gateway.data

    @property
    def embedded_store(self) -> bool:
        """Whether PostgreSQL runs privately in the data folder."""
        return not self.snapshot.gateway.database_url

    @property
    def embedded_broker(self) -> bool:
        """Whether wake-ups stay inside this process."""
        return not self.snapshot.gateway.amqp_urls

    @property
    def targets(self) -> list[str]:
        """Everything that deliveries can be for."""
        return [*self.snapshot.applications, *(c.id for c in self.snapshot.channels.values() if c.sends)]


def settings(config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1) -> Settings:
    """Configuration and environment, checked and joined. Raises ConfigurationInvalid."""
    made = Settings(
        Path(config).absolute(),
        load(config, environ),
        frozenset(roles or ROLES),
        processes,
        worker=environ.get("GATEWAY_WORKER") == "1",
    )
    if (processes > 1 or made.worker) and made.embedded_broker:
        raise ConfigurationInvalid(
            f"{processes} processes cannot share the embedded broker: its wake-ups stay inside one process.",
            remedy="Set AMQP_URL to a RabbitMQ server, or run one process.",
        )
    return made


# ------------------------------------------------------------------------------------------------------------- store


@asynccontextmanager
async def open_database(settings: Settings, *, size: int = 4) -> AsyncIterator[tuple[Database, str]]:
    """The database of the configuration, and its URL. A private one is started when it does not run, and stopped if so."""
    url, server, started = settings.snapshot.gateway.database_url, None, False
    if settings.embedded_store:
        server = EmbeddedPostgres(settings.data)
        started = not await asyncio.to_thread(server.running)
        url = await asyncio.to_thread(server.start)
    database = Database(url, size=size)
    try:
        await database.open()
        yield database, url
    finally:
        await database.close()
        if server is not None and started:
            await asyncio.to_thread(server.stop)


async def require_schema(database: Database) -> None:
    """Raises SchemaMismatch when migrations are outstanding."""
    waiting = await migrations.pending(database)
    if waiting:
        raise SchemaMismatch(
            f"{len(waiting)} migrations are outstanding, the first is {waiting[0].name}.",
            remedy="Run `gateway db migrate`.",
        )


@asynccontextmanager
async def open_records(config: str) -> AsyncIterator[AcknowledgementBell]:
    """A connection to what is stored, for the commands that list and explain."""
    async with open_database(settings(config, os.environ), size=2) as (database, url):
        await require_schema(database)
        records = AcknowledgementBell(database, url)
        try:
            yield records
        finally:
            await records.close()


@asynccontextmanager
async def open_intake(config: str) -> AsyncIterator[Receive]:
    """Hand transmissions to the store without a gateway in between; a running one finds them by its sweep."""

    async def unannounced(_ids: Sequence[UUID]) -> None:
        """Nobody is told: the sweep of the running gateway looks every second."""

    made = settings(config, os.environ)
    async with open_database(made, size=2) as (database, _):
        await require_schema(database)
        receive = Receive(
            work=PostgresWork(database),
            announce=unannounced,
            observer=PrometheusObserver(),
            clock=SystemClock(),
            max_bytes=made.snapshot.gateway.max_transmission,
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(receive.run())
            yield receive
            task.cancel()


async def migrate(settings: Settings, *, dry_run: bool) -> list[str]:
    """Apply migrations; answers the names of those applied, or with `dry_run` their SQL."""
    async with open_database(settings, size=2) as (database, _):
        if dry_run:
            return [f"-- {m.name}\n{m.sql}" for m in await migrations.pending(database)]
        return await migrations.migrate(database)


async def database_status(settings: Settings) -> Mapping[str, Any]:
    """Schema version, pending migrations, counts."""
    async with open_database(settings, size=2) as (database, _):
        waiting = await migrations.pending(database)
        status: dict[str, Any] = {
            "server": "embedded" if settings.embedded_store else "external",
            "schema": max(m.version for m in migrations.known()) - len(waiting),
            "pending": [m.name for m in waiting],
        }
        if not waiting:
            status |= await AcknowledgementBell(database, "").counts()
        return status


# --------------------------------------------------------------------------------------------------- broker, systems


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
    return f"{scheme}://{address.split('/', 1)[0]}/{host.replace('/', '%2F')}{query}{rest}"


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


def node_name() -> str:
    """What names this process in the journal."""
    return f"{socket.gethostname()}:{os.getpid()}"
