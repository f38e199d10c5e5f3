"""Lines to PostgreSQL that fall silent, lose an answer, or lead to a server that takes no writes: noticed within seconds."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import asyncpg
import pytest

from gateway.errors import CommitUnknown, StoreUnavailable
from gateway.store.connecting import Line as Connecting
from gateway.store.connecting import addresses
from gateway.store.database import Database
from gateway.store.migrations import migrate
from gateway.store.positions import PostgresPositions
from tests.servers.line import Line
from tests.servers.postgres import PostgresServer
from tests.servers.process import free_port


@pytest.fixture
async def line(postgres: PostgresServer) -> AsyncIterator[Line]:
    async with Line(postgres.port) as line:
        yield line


@pytest.fixture
async def over_line(line: Line, postgres_url: str, postgres: PostgresServer) -> AsyncIterator[Database]:
    """A migrated database at the other end of the line. A statement may take a second."""
    whole = Database(postgres_url)
    await whole.open()
    await migrate(whole)
    await whole.close()
    database = Database(postgres_url.replace(f":{postgres.port}/", f":{line.port}/"), timeout=1.0)
    await database.open()
    yield database
    await database.close()


async def position(url: str) -> str | None:
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchval("select position from gateway.channel_position where channel = 'bank'")
    finally:
        await connection.close()
    return None if found is None else str(found)


async def test_a_statement_on_a_line_that_swallows_everything_ends_and_the_next_goes_another_way(
    line: Line, over_line: Database, postgres_url: str
) -> None:
    store = PostgresPositions(over_line)
    await store.move_position("bank", "1")
    line.drop()
    with pytest.raises(CommitUnknown):
        await store.move_position("bank", "2")
    assert "did not answer within 0.5 s" in await over_line.problem(within=0.5)
    line.thaw()
    assert await over_line.problem() == ""
    await store.move_position("bank", "3")
    assert await position(postgres_url) == "3"


async def test_the_truth_about_a_dropped_line_takes_no_longer_than_it_may(line: Line, over_line: Database) -> None:
    line.drop()
    began = time.monotonic()
    problems = await asyncio.gather(*(over_line.problem(within=1.0) for _ in range(8)))
    assert all(problems), "also when all connections of the pool hang"
    assert time.monotonic() - began < 5


async def test_a_transaction_whose_commit_is_not_answered_is_unknown_and_was_written(
    line: Line, over_line: Database, postgres_url: str
) -> None:
    line.lose_answer_to(b"COMMIT")
    with pytest.raises(CommitUnknown):
        async with over_line.transaction() as connection:
            await over_line.within(connection, "move_channel_position", "bank", "1")
    assert await position(postgres_url) == "1"
    await PostgresPositions(over_line).move_position("bank", "2")
    assert await position(postgres_url) == "2"


async def test_a_lost_connection_before_the_commit_is_no_unknown_commit(
    line: Line, over_line: Database, postgres_url: str
) -> None:

    async def write_twice() -> None:
        async with over_line.transaction() as connection:
            await over_line.within(connection, "move_channel_position", "bank", "1")
            line.cut()
            await over_line.within(connection, "move_channel_position", "bank", "2")

    with pytest.raises(StoreUnavailable) as caught:
        await write_twice()
    assert not isinstance(caught.value, CommitUnknown)
    assert await position(postgres_url) is None


async def test_the_kernel_watches_the_line(postgres_url: str) -> None:
    connection = await Connecting(postgres_url).connect()
    try:
        end = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        assert end.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
        assert end.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 5
        settings = ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout", "tcp_user_timeout")
        answers = [await connection.fetchval("select current_setting($1)", setting) for setting in settings]
        assert answers == ["10s", "4s", "1min", "10000"]
    finally:
        await connection.close()


def test_a_url_names_several_servers() -> None:
    assert addresses("postgresql://edi:p%40ss@one:5432,two:5433/edi?sslmode=require") == [
        "postgresql://edi:p%40ss@one:5432/edi?sslmode=require",
        "postgresql://edi:p%40ss@two:5433/edi?sslmode=require",
    ]
    assert addresses("postgresql://gateway@/postgres?host=/run/postgresql") == [
        "postgresql://gateway@/postgres?host=/run/postgresql"
    ]


async def test_of_several_servers_the_first_that_works_is_used_and_remembered(postgres: PostgresServer, line: Line) -> None:
    nobody = free_port()
    servers = Connecting(f"postgresql://edi@127.0.0.1:{nobody},127.0.0.1:{line.port}/postgres")
    await (await servers.connect()).close()
    line.cut()
    before = line.accepted
    await (await servers.connect()).close()
    assert line.accepted == before + 1
    await line.refuse()
    with pytest.raises(ConnectionError, match=rf"127.0.0.1:{line.port}: .*; 127.0.0.1:{nobody}: "):
        await servers.connect()


async def test_a_server_that_takes_no_writes_is_told_as_such_and_left(postgres_url: str, postgres: PostgresServer) -> None:
    name = postgres_url.rpartition("/")[2]
    database = Database(postgres_url)
    await database.open()
    await migrate(database)
    try:
        async with database.connection() as connection:
            await connection.execute("set default_transaction_read_only = on")
        with pytest.raises(StoreUnavailable, match="takes no writes"):
            await PostgresPositions(database).move_position("bank", "1")
        assert await database.problem() == "", "the connection that cannot write was left for another"
        postgres.execute(f"alter database {name} set default_transaction_read_only = on")
        await database.close()
        with pytest.raises(StoreUnavailable, match="takes no writes: a replica, or read-only"):
            await Database(postgres_url).open()
        postgres.execute(f"set default_transaction_read_only = off; alter database {name} reset default_transaction_read_only")
    finally:
        await database.close()


async def test_a_full_disk_is_no_unknown_commit_and_passes(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    await migrate(database)
    try:
        async with database.connection() as connection:
            await connection.execute("""
                create function public.full_disk() returns trigger language plpgsql as $$ begin
                  raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
                create trigger full_disk before insert on gateway.channel_position execute function public.full_disk();
            """)
        with pytest.raises(StoreUnavailable, match="no room: could not extend") as caught:
            await PostgresPositions(database).move_position("bank", "1")
        assert not isinstance(caught.value, CommitUnknown)
        assert "Make room" in caught.value.remedy
        async with database.connection() as connection:
            await connection.execute("drop trigger full_disk on gateway.channel_position")
        await PostgresPositions(database).move_position("bank", "1")
    finally:
        await database.close()
