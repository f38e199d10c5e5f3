"""Which configuration a process runs: that of its files, or the one that was activated in the database."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
import structlog

from gateway.bootstrap.configurations import keep_configuration
from gateway.bootstrap.settings import Settings, sharing_a_broker
from gateway.config import Snapshot, rebuilt
from gateway.errors import ConfigurationInvalid, GatewayError
from gateway.security.body_cipher import body_cipher
from gateway.store.activations import Activation, PostgresActivations
from gateway.store.database import Database
from gateway.store.work import PostgresWork

log = structlog.get_logger(__name__)


async def in_force(settings: Settings, database: Database) -> Settings:
    """With which configuration a command works: where activations are managed, the one that is in force, else its files'.

    Raises ConfigurationInvalid when that cannot be built here.
    """
    if not settings.managed or settings.activation is not None:
        return settings
    activation, _ = await PostgresActivations(database).now()
    if activation is not None and activation.terms.managed:
        return await activated(settings, activation, database)
    return _with_files(settings)


async def begun(settings: Settings, database: Database) -> Settings:
    """With which configuration a process begins: as above; what is due comes into force first, files are kept by their digest.

    The first start whose files ask for managed activations begins with them; from then on the database decides.
    """
    if settings.activation is not None:
        return settings
    if settings.managed:
        activations = PostgresActivations(database)
        await activations.begin_due()
        activation, _ = await activations.now()
        if activation is not None and activation.terms.managed:
            return await activated(settings, activation, database)
    await keep_configuration(PostgresWork(database), _with_files(settings))
    return settings


async def note_start(settings: Settings, database: Database, *, pace: float = 1.0) -> None:
    """A process works with its files: that is on record as an activation, by nobody.

    A database that is lost in this moment ends nobody who works: it is tried again after so many seconds, until it is written.
    """
    while settings.activation is None:
        try:
            await PostgresActivations(database).started(settings.snapshot.digest, settings.snapshot.gateway.activation)
        except GatewayError as error:
            log.warning("start_not_noted", problem=str(error), again_in=pace)
            await asyncio.sleep(pace)
        else:
            break


def _with_files(settings: Settings) -> Settings:
    if not settings.config.exists():
        raise ConfigurationInvalid(
            f"There is no {settings.config.name} here, and no configuration was activated in the database.",
            remedy="Name the file with --config; or start a gateway once with its file: [gateway.activation] managed = true.",
        )
    return settings


async def activated(settings: Settings, activation: Activation, database: Database) -> Settings:
    """The settings of a process with the configuration of an activation. Raises ConfigurationInvalid when it cannot be had."""
    snapshot = await kept_snapshot(settings, activation.digest, database)
    database.seal_with(body_cipher(snapshot.encryption))
    return sharing_a_broker(replace(settings, snapshot=at_home(snapshot, settings), activation=activation.id))


async def kept_snapshot(settings: Settings, digest: str, database: Database) -> Snapshot:
    """A configuration that is kept, built on this machine. Raises ConfigurationInvalid."""
    rows = await database.fetch("configuration", digest)
    document: Mapping[str, Any] = orjson.loads(rows[0]["document"])
    return await asyncio.to_thread(rebuilt, document, settings.config.parent, settings.environ)


def at_home(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """A configuration on a machine that runs: where its data and its database are stays as it was when the process began."""
    here = settings.snapshot.gateway
    there = snapshot.gateway
    if (there.data, there.database_url) != (here.data, here.database_url):
        log.warning("restart_needed", keys=["data", "database_url"], consequence="those from the start of the process are used")
    return replace(snapshot, gateway=replace(there, data=here.data, database_url=here.database_url))
