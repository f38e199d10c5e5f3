"""Fixtures over the private servers; `tests/conftest.py` imports them for all tests."""

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from gateway.store.database import Database
from gateway.store.migrations import migrate
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerMissing, ServerProcess
from tests.servers.rabbitmq import RabbitServer
from tests.servers.sshd import SshServer

Server = TypeVar("Server", bound=ServerProcess)


def provide(kind: Callable[[], Server]) -> Iterator[Server]:
    """Start a server of this kind for a fixture; skip, or fail where servers are required, when it is not installed."""
    try:
        server = kind()
    except ServerMissing as missing:
        if os.environ.get("REQUIRE_SERVERS") == "1":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitServer]:
    """The RabbitMQ node that all tests share; leave it running."""
    yield from provide(RabbitServer)


@pytest.fixture(scope="module")
def own_rabbitmq() -> Iterator[RabbitServer]:
    """A RabbitMQ node of this test module, to stop, kill and freeze; a test leaves it running."""
    yield from provide(RabbitServer)


@pytest.fixture
def amqp_host(rabbitmq: RabbitServer) -> Iterator[str]:
    """The name of an empty virtual host on the shared node, deleted after the test."""
    host = rabbitmq.create_host()
    yield host
    rabbitmq.delete_host(host)


@pytest.fixture
def amqp_url(rabbitmq: RabbitServer, amqp_host: str) -> str:
    """The address of an empty virtual host on the shared node."""
    return rabbitmq.url(amqp_host)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL that all tests share; leave it running."""
    yield from provide(PostgresServer)


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of this test module, to stop, kill and freeze; a test leaves it running."""
    yield from provide(PostgresServer)


@pytest.fixture(scope="session")
def schema(postgres: PostgresServer) -> str:
    """The name of a migrated database on the shared server, to copy from; nobody connects to it."""
    name = postgres.create_database()

    async def build() -> None:
        database = Database(postgres.url(name))
        await database.open()
        await migrate(database)
        await database.close()

    asyncio.run(build())
    return name


@pytest.fixture
def migrated_url(postgres: PostgresServer, schema: str) -> Iterator[str]:
    """The address of a migrated database on the shared server, deleted after the test."""
    name = postgres.create_database(template=schema)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def empty_url(postgres: PostgresServer) -> Iterator[str]:
    """The address of an empty database on the shared server, deleted after the test."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def postgres_url(empty_url: str) -> str:
    """The database of a test. Folders whose tests all want a migrated one give them `migrated_url` under this name."""
    return empty_url


@pytest.fixture(scope="module")
def sshd() -> Iterator[SshServer]:
    """An OpenSSH server of this test module; a test leaves it running."""
    yield from provide(SshServer)
