"""Sites for acceptance tests: embedded, and with servers that a test may break."""

from collections.abc import Iterator

import pytest

from tests.acceptance.partners import SEED
from tests.acceptance.site import Site, new_site
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer


@pytest.fixture
def embedded_site() -> Iterator[Site]:
    """Nothing but a data folder."""
    with new_site(environment={}, seed=SEED) as site:
        yield site


@pytest.fixture
def server_site(own_rabbitmq: RabbitServer, own_postgres: PostgresServer) -> Iterator[Site]:
    """RabbitMQ and PostgreSQL beside it, both of this test module: a virtual host and a database that nothing used before."""
    host, database = own_rabbitmq.create_host(), own_postgres.create_database()
    environment = {"AMQP_URL": own_rabbitmq.url(host), "DATABASE_URL": own_postgres.url(database)}
    with new_site(environment=environment, seed=SEED) as site:
        yield site
    own_rabbitmq.delete_host(host)
    own_postgres.drop_database(database)
