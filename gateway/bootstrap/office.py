"""Where people's requests are worked on: a configuration and its database, opened for one command or open all the time."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from gateway.bootstrap.in_force import in_force
from gateway.bootstrap.live import Live
from gateway.bootstrap.settings import Settings, read_settings
from gateway.bootstrap.store import open_database, require_schema
from gateway.config import Snapshot
from gateway.errors import ConfigurationInvalid
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """What is open. `node` is the place that the journal names beside the person.

    `reading` are connections for what reads long, so that nobody else waits for them; `live` tells what is new. Neither where one
    thing is asked for.
    """

    settings: Settings
    database: Database
    url: str
    node: str
    reading: Database | None = None
    live: Live | None = None

    def for_long_reading(self) -> "Office":
        """The same over the connections for that."""
        return replace(self, database=self.reading) if self.reading is not None else self

    @property
    def snapshot(self) -> Snapshot:
        """The configuration."""
        return self.settings.snapshot


Where = str | Office
"""The path of a configuration, for a command that opens everything for itself; or an office."""


@asynccontextmanager
async def opened(where: Where, environ: Mapping[str, str] | None = None) -> AsyncIterator[Office]:
    """An office, which ends with the block where it was opened for it. `environ` is what the configuration may see; the
    process's by default. Raises ConfigurationInvalid, StoreUnavailable or SchemaMismatch.
    """
    if isinstance(where, Office):
        yield where
        return
    settings = read_settings(where, os.environ if environ is None else environ)
    async with open_database(settings, size=2) as (database, url):
        await require_schema(database)
        yield Office(await in_force(settings, database), database, url, "command line")


def given_at(where: Where) -> Settings:
    """What is known before the database is asked: where it is, the files if there are any, and the environment."""
    return where.settings if isinstance(where, Office) else read_settings(where, os.environ)


def settings_at(where: Where) -> Settings:
    """The configuration alone: of an office, or of files, without asking the database. Raises ConfigurationInvalid."""
    settings = given_at(where)
    if not isinstance(where, Office) and not settings.config.exists():
        raise ConfigurationInvalid(
            f"There is no {settings.config.name} here, and this reads files alone.",
            remedy="Name the file with --config; or ask in the console, which knows what is in force.",
        )
    return settings
