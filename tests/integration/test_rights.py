"""The least rights, proven at the real servers: what is needed works, anything else is refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import aio_pika
import asyncpg
import pytest
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import AMQPError

from gateway.broker.rabbitmq import RabbitMQ
from gateway.contract.rights import DATABASE, GATEWAY, Service, broker_rights
from gateway.store import migrations
from gateway.store.database import Database
from gateway.store.migrations import Migration, known, migrate
from gateway.store.queries import queries
from tests.integration.harness import Running, Silent
from tests.integration.test_outgoing import received
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer

Connect = Callable[[], AbstractAsyncContextManager[AbstractChannel]]
STOCK = Service("stock", documents=["inventory_report.in.*"], events=["shipped.bigbox"], publishes=["invoice.bigbox"])
REFUSED = "(?i)access_refused|access to|refused"


@pytest.fixture
async def stock(rabbitmq: RabbitServer, amqp_host: str, amqp_url: str) -> AsyncIterator[Connect]:
    """Connects as a service with its rights, in a virtual host where the gateway has been."""
    gateway = RabbitMQ([amqp_url], targets=["odoo"], observer=Silent())
    await gateway.start()
    await gateway.close()
    user, host = f"stock-{amqp_host}", quote(amqp_host, safe="")
    rights = broker_rights(STOCK).definitions(amqp_host)
    rabbitmq.manage("PUT", f"users/{user}", {"password": "secret", "tags": ""})
    (permission,) = rights["permissions"]
    rabbitmq.manage("PUT", f"permissions/{host}/{user}", {k: permission[k] for k in ("configure", "write", "read")})
    for topic in rights["topic_permissions"]:
        rabbitmq.manage("PUT", f"topic-permissions/{host}/{user}", {k: topic[k] for k in ("exchange", "write", "read")})

    @asynccontextmanager
    async def connect() -> AsyncIterator[AbstractChannel]:
        address = amqp_url.replace("guest:guest", f"{user}:secret")
        connection = await aio_pika.connect(address)
        try:
            yield await connection.channel()
        finally:
            await connection.close()

    yield connect
    rabbitmq.manage("DELETE", f"users/{user}")


async def test_a_service_reads_what_it_may(stock: Connect) -> None:
    async with stock() as channel:
        queue = await channel.declare_queue("stock.reports", durable=True)
        for exchange, key in (("edi.canonical", "inventory_report.in.*"), ("edi.canonical", "inventory_report.in.bigbox"),
                              ("edi.events", "shipped.bigbox")):  # fmt: skip
            await queue.bind(exchange, key)
        assert await queue.get(fail=False) is None


async def test_a_service_publishes_what_it_may_and_waits_for_answers(stock: Connect) -> None:
    async with stock() as channel:
        await channel.declare_queue("stock.replies", exclusive=True)
        outbound = await channel.get_exchange("edi.outbound", ensure=False)
        assert await outbound.publish(aio_pika.Message(b"{}", reply_to="stock.replies"), "invoice.bigbox")


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        ("edi.canonical", "inventory_report.in.bigbox"),
        ("edi.events", "shipped.bigbox"),
        ("edi.work", "translate"),
        ("edi.dead", "x.y"),
        ("edi.outbound", "invoice.nordmart"),
        ("edi.outbound", "purchase_order.bigbox"),
        ("", "edi.work.translate"),
        ("", "edi.outbound"),
    ],
)
async def test_a_service_publishes_nothing_else(stock: Connect, exchange: str, key: str) -> None:
    async with stock() as channel:
        there = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        with pytest.raises(AMQPError, match=REFUSED):
            await there.publish(aio_pika.Message(b"{}"), key, timeout=10)


@pytest.mark.parametrize("queue", ["edi.outbound", "edi.dead", "edi.work.translate", "billing.replies"])
async def test_a_service_reads_no_queue_of_others(stock: Connect, amqp_url: str, queue: str) -> None:
    connection = await aio_pika.connect(amqp_url)
    if queue == "billing.replies":
        await (await connection.channel()).declare_queue(queue)
    async with stock() as channel:
        there = await channel.get_queue(queue, ensure=False)
        with pytest.raises(AMQPError, match=REFUSED):
            await there.get(fail=False)
    await connection.close()


@pytest.mark.parametrize(
    ("exchange", "key"),
    [
        ("edi.canonical", "#"),
        ("edi.canonical", "inventory_report.#"),
        ("edi.canonical", "purchase_order.in.bigbox"),
        ("edi.events", "shipped.*"),
        ("edi.outbound", "#"),
        ("edi.dead", "#"),
    ],
)
async def test_a_service_binds_to_nothing_else(stock: Connect, exchange: str, key: str) -> None:
    async with stock() as channel:
        queue = await channel.declare_queue("stock.more", exclusive=True)
        with pytest.raises(AMQPError, match=REFUSED):
            await queue.bind(exchange, key)


async def test_a_service_makes_no_queue_under_a_foreign_name(stock: Connect) -> None:
    async with stock() as channel:
        with pytest.raises(AMQPError, match=REFUSED):
            await channel.declare_queue("edi.work.deliver.odoo2")


async def test_the_gateway_runs_with_its_rights(rabbitmq: RabbitServer, amqp_host: str, amqp_url: str) -> None:
    user = f"gateway-{amqp_host}"
    rabbitmq.manage("PUT", f"users/{user}", {"password": "secret", "tags": ""})
    path = f"permissions/{quote(amqp_host, safe='')}/{user}"
    rabbitmq.manage("PUT", path, {"configure": GATEWAY, "write": GATEWAY, "read": GATEWAY})
    broker = RabbitMQ([amqp_url.replace("guest:guest", f"{user}:secret")], targets=["odoo"], observer=Silent())
    await broker.start()
    assert await broker.problem() == ""
    await broker.close()
    rabbitmq.manage("DELETE", f"users/{user}")


GUARD = """
do $$ begin
  if exists (select from pg_namespace where nspname = 'lifecycle_guard') then
    grant usage on schema lifecycle_guard to edi_gateway;
    grant all on all tables in schema lifecycle_guard to edi_gateway;
  end if;
end $$"""
"""What watches over lifecycles in tests works for whoever writes."""
ROLES = ("edi_owner", "edi_gateway", "edi_support")


@pytest.fixture
async def roles(postgres: PostgresServer, schema: str) -> AsyncIterator[Callable[[str], str]]:
    """The addresses of the roles of a migrated database. Roles belong to the server: they go after the database."""
    name = postgres.create_database(template=schema)
    url = postgres.url(name)
    async with logged_in(url) as connection:
        await connection.execute(DATABASE)
        for role in ROLES:
            await connection.execute(f"alter role {role} login password 'secret'")
        await connection.execute(GUARD)

    def address(role: str) -> str:
        parts = urlsplit(url)
        return parts._replace(netloc=f"{role}:secret@{parts.hostname}:{parts.port}").geturl()

    yield address
    postgres.drop_database(name)
    async with logged_in(postgres.url()) as connection:
        for role in ROLES:
            await connection.execute(f"drop role {role}")


@asynccontextmanager
async def logged_in(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def test_each_role_of_the_database_may_do_its_work_and_no_more(roles: Callable[[str], str]) -> None:
    await the_gateway_works(roles("edi_gateway"))
    await support_reads_no_document(roles("edi_support"))
    await the_owner_migrates(roles("edi_owner"))


async def the_gateway_works(url: str) -> None:
    database = Database(url, size=1)
    await database.open()
    assert await migrate(database) == []
    await database.close()
    async with logged_in(url) as connection:
        await connection.execute("delete from gateway.outbox")
        await connection.fetch("select gateway.add_months_v1('event', 7)")
        await connection.execute("insert into gateway.audit (actor, action, subject, detail) values ('a', 'b', 'c', '{}')")
        await connection.fetch("select gateway.purge_audit_v1(interval '1 day', 10)")
        for statement in (
            "update gateway.audit set actor = 'b'",
            "delete from gateway.audit",
            "truncate gateway.audit",
            "delete from gateway.audit_seal",
            "update gateway.audit_seal set hash = ''",
            "alter table gateway.audit disable trigger all",
            "drop table gateway.outbox",
            "alter table gateway.outbox add column x int",
            "create table gateway.mine (x int)",
            "update gateway.migration set checksum = ''",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def support_reads_no_document(url: str) -> None:
    async with logged_in(url) as connection:
        await connection.fetch("select id, state, partner from gateway.transmission")
        await connection.fetch("select message, owner from gateway.failure")
        await connection.fetch("select control_number from gateway.outbound")
        await connection.fetch("select actor, action, subject, detail from gateway.audit")
        await connection.fetch("select name, roles from gateway.account")
        for statement in (
            "select * from gateway.raw_body",
            "select json from gateway.canonical_body",
            "select bytes from gateway.outbound",
            "select body from gateway.outbox",
            "select secret from gateway.account",
            "select hash from gateway.session",
            "select hash from gateway.token",
            "select hash from gateway.invitation",
            "select gateway.purge_audit_v1(interval '1 day', 10)",
            "update gateway.failure set owner = 'me'",
            "delete from gateway.transmission",
            "insert into gateway.audit (actor, action, subject, detail) values ('a', 'b', 'c', '{}')",
            "create table gateway.mine (x int)",
            "select gateway.drop_month_v1('event_2020_01')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def the_owner_migrates(url: str) -> None:
    async with logged_in(url) as connection, asyncio.timeout(30):
        await connection.execute("alter table gateway.outbox add column tried integer")
        await connection.execute("alter table gateway.outbox drop column tried")


@pytest.mark.parametrize("by", ["edi_owner", "edi"])
async def test_what_a_later_migration_adds_has_its_rights_whoever_migrates(
    roles: Callable[[str], str], monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """As the owner, and as a superuser, here `edi`."""
    later = "create table gateway.later (id uuid primary key, note text, bytes bytea); create sequence gateway.later_number"
    there = known()
    monkeypatch.setattr(migrations, "known", lambda: [*there, Migration(9_999, "9999_later.sql", later)])
    owner = urlsplit(roles("edi_owner"))
    superuser = owner._replace(netloc=f"edi@{owner.hostname}:{owner.port}").geturl()
    database = Database(owner.geturl() if by == "edi_owner" else superuser, size=1)
    await database.open()
    assert await migrate(database) == ["9999_later.sql"]
    await database.close()
    async with logged_in(roles("edi_gateway")) as connection:
        await connection.execute("insert into gateway.later values (gen_random_uuid(), 'n', '')")
        assert await connection.fetchval("select nextval('gateway.later_number')") == 1
    async with logged_in(roles("edi_support")) as connection:
        assert await connection.fetchval("select note from gateway.later") == "n"
        for statement in ("select bytes from gateway.later", "select body from gateway.milestone", "delete from gateway.later"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    async with logged_in(roles("edi_owner")) as connection:
        await connection.execute("alter table gateway.later add column more integer")


async def test_support_reads_what_subscribers_were_given_and_the_gateway_keeps_it(roles: Callable[[str], str]) -> None:
    """Tables and columns that migrations added after the roles were invented."""
    async with logged_in(roles("edi_support")) as connection:
        for query in ("subscriber_levels", "notices"):
            given = (timedelta(days=1),) if query == "subscriber_levels" else ("news", None, None, None, None, None, 10)
            assert await connection.fetch(queries()[query], *given) == []
    async with logged_in(roles("edi_gateway")) as connection:
        assert await connection.fetch(queries()["published_messages"], ["%"], None, None, None, None, 10) == []


@pytest.fixture
def postgres_url(roles: Callable[[str], str]) -> str:
    """The gateway of a test runs as the role that it is meant to run as."""
    return roles("edi_gateway")


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """Without the guard of other tests, which is installed by an owner."""
    opened = Database(postgres_url)
    await opened.open()
    yield opened
    await opened.close()


async def test_the_gateway_does_its_work_as_its_role(gateway: Running) -> None:
    view = await gateway.delivered(await gateway.send(received("PO-1")))
    assert [delivery["state"] for delivery in view["deliveries"]] == ["delivered"] * len(view["deliveries"])
    async with gateway.database.connection() as connection:
        assert await connection.fetchval("select current_user") == "edi_gateway"
        assert await connection.fetchval("select gateway.add_months_v1('raw_body', 8)")
    assert view["failures"] == []
