"""The private servers themselves: a crash keeps the data, the same address serves again, a hang is a hang."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator

import asyncpg
import psutil
import pytest

from tests.servers import fixtures
from tests.servers.line import Line, standing_line
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerBroken, ServerMissing, ServerProcess, free_port, wait_until
from tests.servers.rabbitmq import RabbitServer


async def test_a_killed_postgresql_comes_back_on_the_same_address_with_its_data(own_postgres: PostgresServer) -> None:
    url = own_postgres.url(own_postgres.create_database())
    connection = await asyncpg.connect(url)
    await connection.execute("create table kept (n int); insert into kept values (42)")

    own_postgres.kill()

    assert not own_postgres.running
    connection.terminate()
    with pytest.raises(ConnectionRefusedError):
        await asyncpg.connect(url, timeout=5)
    await asyncio.to_thread(own_postgres.start)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select n from kept") == 42
    await connection.close()


async def test_a_restarted_postgresql_keeps_its_data(own_postgres: PostgresServer) -> None:
    name = own_postgres.create_database()
    own_postgres.execute("create table kept as select 7 as n", database=name)

    await asyncio.to_thread(own_postgres.restart)

    assert own_postgres.execute("select n from kept", database=name) == "7"


async def test_a_paused_postgresql_answers_nobody_until_it_is_resumed(own_postgres: PostgresServer) -> None:
    connection = await asyncpg.connect(own_postgres.url())
    own_postgres.pause()
    answer = asyncio.ensure_future(connection.fetchval("select 1"))
    done, _ = await asyncio.wait([answer], timeout=0.2)
    assert not done

    own_postgres.resume()

    assert await answer == 1
    await connection.close()


async def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url)
    tables = "select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = 'public'"
    assert await connection.fetchval(tables) == 0
    await connection.execute("create table left_behind ()")
    await connection.close()


async def test_a_database_is_copied_from_a_template(postgres: PostgresServer) -> None:
    template = postgres.create_database()
    postgres.execute("create table migrated as select 1 as n", database=template)

    copy = postgres.create_database(template=template)

    assert postgres.execute("select n from migrated", database=copy) == "1"
    postgres.drop_database(copy)
    postgres.drop_database(template)


def test_wrong_sql_raises_with_the_words_of_the_server(postgres: PostgresServer) -> None:
    with pytest.raises(RuntimeError, match="syntax error"):
        postgres.execute("selekt 1")


def test_a_killed_rabbitmq_comes_back_on_the_same_address_with_its_virtual_hosts(own_rabbitmq: RabbitServer) -> None:
    host = own_rabbitmq.create_host()

    own_rabbitmq.kill()

    assert not own_rabbitmq.answers()
    own_rabbitmq.start()
    assert host in {entry["name"] for entry in own_rabbitmq.manage("GET", "vhosts")}


def test_a_paused_rabbitmq_does_not_answer(own_rabbitmq: RabbitServer) -> None:
    own_rabbitmq.pause()
    try:
        assert own_rabbitmq.running
        with socket.create_connection(("127.0.0.1", own_rabbitmq.port), 1) as probe:
            probe.settimeout(0.2)
            probe.sendall(b"AMQP\x00\x00\x09\x01")
            with pytest.raises(TimeoutError):
                probe.recv(1)
    finally:
        own_rabbitmq.resume()
    wait_until(own_rabbitmq.answers, within=20, what="an answer after the pause")


def test_servers_listen_on_loopback_only(own_rabbitmq: RabbitServer, own_postgres: PostgresServer) -> None:
    for server in (own_rabbitmq, own_postgres):
        listening = [
            connection.laddr
            for process in server.family()
            for connection in process.net_connections(kind="inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert server.port in {address.port for address in listening}
        assert {address.ip for address in listening} <= {"127.0.0.1", "::1"}


def _missing() -> ServerProcess:
    raise ServerMissing("it is missing: install it")


@pytest.mark.parametrize(("required", "ends"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_a_missing_server_skips_or_fails_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, required: str, ends: type[BaseException]
) -> None:
    monkeypatch.setenv("REQUIRE_SERVERS", required)
    with pytest.raises(ends, match="install it"):
        next(fixtures.provide(_missing))


class _Ends(ServerProcess):
    def command(self) -> list[str]:
        return ["/bin/sh", "-c", "echo no space left; exit 3"]

    def environment(self) -> dict[str, str]:
        return {}

    def answers(self) -> bool:
        return False


def test_a_server_that_ends_at_once_is_reported_with_its_last_words() -> None:
    server = _Ends("ends")
    with pytest.raises(ServerBroken, match="no space left"):
        server.start()
    server.remove()
    assert not server.folder.exists()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to a server that says everything again."""
    target = free_port()
    async with await asyncio.start_server(echo, "127.0.0.1", target), Line(target) as line:
        yield line


async def silent(reader: asyncio.StreamReader) -> bool:
    waiting = asyncio.ensure_future(reader.read(100))
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    waiting.cancel()
    return not done


async def test_a_line_relays_cuts_and_refuses(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"hello")
    assert await reader.read(100) == b"hello"
    line.freeze()
    writer.write(b"later")
    held = asyncio.ensure_future(reader.read(100))
    assert not (await asyncio.wait([held], timeout=0.1))[0]
    line.thaw()
    assert await held == b"later"
    line.cut()
    with pytest.raises((ConnectionError, EOFError)):
        await reader.readexactly(1)
    writer.close()
    await line.refuse()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", line.port)


async def test_what_a_line_has_dropped_is_lost_for_ever_and_new_connections_work(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"hello")
    assert await reader.read(100) == b"hello"
    line.drop()
    writer.write(b"into nothing")
    late_reader, late_writer = await asyncio.open_connection("127.0.0.1", line.port)
    late_writer.write(b"nor here")
    assert await silent(reader)
    assert await silent(late_reader)
    line.thaw()
    writer.write(b"forgotten")
    assert await silent(reader)
    new_reader, new_writer = await asyncio.open_connection("127.0.0.1", line.port)
    new_writer.write(b"new")
    assert await new_reader.read(100) == b"new"
    for each in (writer, late_writer, new_writer):
        each.close()


async def test_a_line_is_cut_in_the_middle_of_an_answer(line: Line) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    line.cut_after(3)
    writer.write(b"hello")
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(5)
    assert line.answered == 3
    writer.close()


async def test_one_answer_is_lost_after_the_server_has_acted(line: Line) -> None:
    line.lose_answer_to(b"COMMIT")
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"BEGIN")
    assert await reader.readexactly(5) == b"BEGIN"
    writer.write(b"COMMIT;")
    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await reader.readexactly(1)
    assert (line.requested, line.answers_lost) == (12, 1)
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"COMMIT;")
    assert await reader.readexactly(7) == b"COMMIT;"
    writer.close()


def test_a_standing_line_serves_who_waits_for_it(postgres: PostgresServer) -> None:
    with standing_line(postgres.port) as line:
        assert _says_a_letter(line.port)
        line.tell(Line.drop)
        assert not _says_a_letter(line.port)
        line.tell(Line.thaw)
        assert _says_a_letter(line.port)
        line.refuse()
        with pytest.raises(ConnectionRefusedError):
            _says_a_letter(line.port)
        line.connect()
        assert _says_a_letter(line.port)


def _says_a_letter(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1) as probe:
        probe.settimeout(0.3)
        probe.sendall(struct.pack("!ii", 8, 80877103))  # PostgreSQL's question for TLS
        try:
            return bool(probe.recv(1))
        except TimeoutError:
            return False
