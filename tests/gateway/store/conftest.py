"""A migrated database for each test: copied from a template that is migrated once."""

from collections.abc import AsyncIterator

import pytest

from gateway.store.database import Database
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork


@pytest.fixture
def postgres_url(migrated_url: str) -> str:
    return migrated_url


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def work(database: Database) -> PostgresWork:
    return PostgresWork(database)


@pytest.fixture
async def records(database: Database, postgres_url: str) -> AsyncIterator[AcknowledgementBell]:
    records = AcknowledgementBell(database, postgres_url)
    yield records
    await records.close()
