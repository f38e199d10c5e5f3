"""The driver's exceptions at the border: a lost connection is a dependency that is away, whatever the driver calls it."""

import asyncpg
import pytest

from gateway.errors import CommitUnknown, StoreUnavailable
from gateway.store.database import Database, translated
from tests.servers.postgres import PostgresServer

LOST = [
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    ConnectionRefusedError("refused"),
]


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_lost_connection_is_an_unavailable_store(error: Exception) -> None:
    with pytest.raises(StoreUnavailable), translated():
        raise error


@pytest.mark.parametrize("error", LOST, ids=lambda error: type(error).__name__)
def test_a_connection_lost_while_committing_leaves_the_commit_unknown(error: Exception) -> None:
    with pytest.raises(CommitUnknown), translated(committing=True):
        raise error


async def test_a_server_that_was_killed_and_came_back_is_used_again(own_postgres: PostgresServer) -> None:
    database = Database(own_postgres.url())
    await database.open()
    try:
        with pytest.raises(StoreUnavailable):
            await _ask_when_killed(database, own_postgres)
        assert not await database.ready()
        own_postgres.start()
        assert await database.ready()
    finally:
        await database.close()


async def _ask_when_killed(database: Database, server: PostgresServer) -> None:
    async with database.transaction() as connection:
        server.kill()
        with translated():
            await connection.fetchval("select 1")
