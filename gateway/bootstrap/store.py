"""Opens the database, embedded or not, and what commands read and write in it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from gateway.bootstrap.settings import Settings
from gateway.bootstrap.upkeep import encryption_status
from gateway.errors import SchemaMismatch
from gateway.security.body_cipher import body_cipher
from gateway.store import migrations
from gateway.store.database import Database
from gateway.store.embedded import EmbeddedPostgres
from gateway.store.records import AcknowledgementBell


@asynccontextmanager
async def open_database(settings: Settings, *, size: int = 4, within: float = 120.0) -> AsyncIterator[tuple[Database, str]]:
    """The database of the configuration, and its URL. A private one is started if it does not run, and ended by its last user.

    Its start, which blocks a thread that every process waits for before it ends, may take `within` seconds.
    """
    url, server = settings.snapshot.gateway.database_url, None
    if settings.embedded_store:
        server = EmbeddedPostgres(settings.data, within=within)
        url = await asyncio.to_thread(server.start)
    database = Database(url, size=size, cipher=body_cipher(settings.snapshot.encryption))
    try:
        await database.open()
        yield database, url
    finally:
        await database.close()
        if server is not None:
            await asyncio.to_thread(server.leave)


async def require_schema(database: Database) -> None:
    """Raises SchemaMismatch when migrations are outstanding."""
    waiting = await migrations.pending(database)
    if waiting:
        raise SchemaMismatch(
            f"{len(waiting)} migrations are outstanding, the first is {waiting[0].name}.",
            remedy="Run `gateway db migrate`.",
        )


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
            status |= await encryption_status(database)
        return status
