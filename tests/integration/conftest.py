"""A running gateway without channels, for each test a fresh database."""

from collections.abc import AsyncIterator

import pytest

from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.integration.harness import Running, configuration, running
from tests.servers.lifecycle_guard import journal_guard_sql
from tests.servers.postgres import PostgresServer


@pytest.fixture
def postgres_url(migrated_url: str) -> str:
    return migrated_url


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    async with database.connection() as connection:
        await connection.execute(journal_guard_sql())
    yield database
    await database.close()


@pytest.fixture
async def theirs(postgres: PostgresServer) -> AsyncIterator[Database]:
    """The partner's own database."""
    name = postgres.create_database()
    database = Database(postgres.url(name))
    await database.open()
    await migrate(database)
    yield database
    await database.close()
    postgres.drop_database(name)


@pytest.fixture
async def gateway(postgres_url: str, database: Database) -> AsyncIterator[Running]:
    async with running(postgres_url, database, configuration()) as gateway:
        yield gateway
